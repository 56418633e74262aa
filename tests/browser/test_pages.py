"""Every built page with figures, as a reader uses it: touch, drag, keys, buttons; what changes is what should."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from reading import PICTURE, SITE, WITH_FIGURES, LiveFigure, Reader

FIGURE = re.compile(r'class="live-figure" data-cell="\d+" data-figure="([^"]+)"')
FIGURES = [(page, figure) for page in WITH_FIGURES for figure in FIGURE.findall((SITE / page).read_text("utf-8"))]
LAZY = ("pyodide", "live.js", "live.css", "worker.js", "require", ".whl", ".bin", "maths.js")


@pytest.fixture(scope="module")
def readers(browser, server) -> Iterator[dict[str, Reader]]:
    """One open page at a time: figures of a page share its kernel."""
    opened: dict[str, Reader] = {}
    yield opened
    for reader in opened.values():
        reader.close()


@pytest.fixture
def reader(request, readers, browser, server) -> Iterator[Reader]:
    path = request.getfixturevalue("path")
    if path not in readers:
        for other in readers.values():
            other.close()
        readers.clear()
        readers[path] = Reader(browser, server)
        readers[path].open(path)
    yield readers[path]
    assert readers[path].errors == []
    assert readers[path].elsewhere() == []


def assert_effects(figure: LiveFigure, control: dict, views: list[tuple[str, str]], how: str) -> None:
    """Compare what was seen while one control moved with what the control says it affects."""
    for part, seen in zip(("picture", "sentence"), zip(*views, strict=True), strict=True):
        changed, declared = len(set(seen)) > 1, control["affects"] in (part, "both")
        # In a figure that plays, a move may also let time pass, which changes both.
        assert changed == declared or (changed and figure.spec["playable"]), f"{control['name']} {how}: {part} {seen}"


def test_there_are_pages_with_figures():
    assert len(WITH_FIGURES) >= 2, "the landing page and a chapter have figures; is the site built?"


@pytest.mark.parametrize("path", WITH_FIGURES)
def test_nothing_of_the_kernel_is_loaded_before_a_touch(path, browser, server):
    reader = Reader(browser, server)
    page = reader.open(path)
    page.mouse.wheel(0, 2000)
    page.wait_for_timeout(300)
    assert reader.asked_for(*LAZY) == []
    assert reader.elsewhere() == [] and reader.errors == []
    reader.close()


@pytest.mark.parametrize("path", WITH_FIGURES)
def test_page_at_rest_fits_a_phone_in_the_dark(path, browser, server):
    reader = Reader(browser, server, viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True)
    page = reader.open(path)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture = page.locator(".live-panel img").first
    assert "invert(1)" in picture.evaluate("image => getComputedStyle(image).filter")
    for panel in page.locator(".live-static .live-panel").all():
        assert panel.bounding_box()["width"] > 300, "panels stack on a phone"
    assert reader.errors == []
    reader.close()


@pytest.mark.parametrize(("path", "name"), FIGURES)
def test_figure_goes_live_and_obeys(path, name, reader):
    page, figure = reader.page, LiveFigure(reader.page, name)
    figure.root.scroll_into_view_if_needed()
    # It is laid out when it is near; and the last figure's test ended with a change of width, which moves the sidebar.
    near = "element => element.firstElementChild.checkVisibility({contentVisibilityAuto: true})"
    page.wait_for_function(near, arg=figure.root.element_handle())
    page.evaluate("Promise.allSettled(document.getAnimations().map(({finished}) => finished)).then(() => null)")
    resting_height = figure.root.bounding_box()["height"]
    figure.touch()
    figure.wait_until_live()
    assert figure.mount.is_visible() and not figure.root.locator(".live-static").is_visible()
    assert abs(figure.root.bounding_box()["height"] - resting_height) < 60, "the swap makes the page jump"

    first = figure.spec["controls"][0]
    moved = figure.root.locator(f'.live-static [data-control="{first["name"]}"]')
    if first["kind"] == "slider":
        wanted = moved.locator("output").text_content()
        handle = figure.control(first["name"]).get_by_role("slider")
        assert wanted.startswith(handle.get_attribute("aria-valuetext")), "the touched value is applied"
        focused = page.evaluate("document.activeElement.closest('[data-control]')?.dataset.control")
        assert focused == first["name"], "the focus stays on the control"

    check_names(figure)
    for control in figure.spec["controls"]:
        figure.mount.get_by_role("button", name="Reset").click()  # what one control does may hang on the others
        {"slider": check_slider, "choice": check_choice, "toggle": check_toggle}[control["kind"]](figure, control)
        assert figure.message() == ""
    check_actions(figure)
    assert figure.message() == ""

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "the live page fits a phone"
    page.set_viewport_size({"width": 1280, "height": 900})


def check_names(figure: LiveFigure) -> None:
    """Every control and picture has a name that a screen reader can say."""
    tree = figure.mount.aria_snapshot()
    unnamed = re.findall(r'^\s*- (?:slider|button|combobox|checkbox|textbox|img)(?!\s+").*$', tree, re.MULTILINE)
    assert unnamed == [], tree
    for control in figure.spec["controls"]:
        role = {"slider": "slider", "choice": "combobox", "toggle": "checkbox"}[control["kind"]]
        name = figure.control(control["name"]).get_by_role(role)
        expect(name).to_have_accessible_name(re.compile(re.escape(control["label"])))
    images = figure.mount.locator("img.live-panel")
    assert images.count() == figure.spec["panels"]
    assert images.first.get_attribute("alt") == figure.seen()[1] != ""
    assert all(image.get_attribute("alt") is not None for image in images.all())
    expect(figure.root.get_by_role("status")).to_have_count(1)  # test_keyboard.py hears what it says


def check_slider(figure: LiveFigure, control: dict) -> None:
    handle = figure.control(control["name"]).get_by_role("slider")
    handle.scroll_into_view_if_needed()
    size = handle.bounding_box()
    assert min(size["width"], size["height"]) > 23.9, "a finger can take the handle"

    views = [figure.seen()]
    rail = figure.control(control["name"]).locator(".noUi-base").bounding_box()
    for share in (0.15, 0.5, 0.85):
        box = handle.bounding_box()
        figure.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        figure.page.mouse.down()
        figure.page.mouse.move(rail["x"] + share * rail["width"], box["y"] + box["height"] / 2, steps=4)
        figure.page.mouse.up()
        views.append(figure.seen())
    assert_effects(figure, control, views, "dragged")

    handle.focus()
    values = [handle.get_attribute("aria-valuetext")]
    views = [figure.seen()]
    for key in ("Home", "ArrowRight", "PageUp", "End", "ArrowLeft", "PageDown"):
        figure.page.keyboard.press(key)
        values.append(handle.get_attribute("aria-valuetext"))
        views.append(figure.seen())
    assert len(set(values)) >= 3, f"{control['name']}: keys move it, {values}"
    assert_effects(figure, control, views, "by keyboard")


def check_choice(figure: LiveFigure, control: dict) -> None:
    menu = figure.control(control["name"]).get_by_role("combobox")
    views = []
    for option in control["options"]:
        menu.select_option(option)
        views.append(figure.seen())
    assert_effects(figure, control, views, "chosen")


def check_toggle(figure: LiveFigure, control: dict) -> None:
    box = figure.control(control["name"]).get_by_role("checkbox")
    views = [figure.seen()]
    box.click()
    views.append(figure.seen())
    assert_effects(figure, control, views, "toggled")
    box.focus()
    figure.page.keyboard.press("Space")
    assert figure.seen()[0] == views[0][0] or figure.spec["playable"]


def check_actions(figure: LiveFigure) -> None:
    """Reset restores what is stored; play, pause and step do what they say."""
    actions = figure.mount.locator(".live-actions")
    if figure.spec["playable"]:
        before = figure.seen()
        actions.get_by_role("button", name="Step").press("Enter")
        assert figure.seen() != before, "step"
        actions.get_by_role("button", name="Play").press("Enter")
        pause = actions.get_by_role("button", name="Pause")
        expect(pause).to_be_visible()
        frames = set()
        for _ in range(4):
            figure.page.wait_for_timeout(400)
            frames.add(figure.root.evaluate(PICTURE))
        assert len(frames) >= 2, "playing shows frames"
        pause.press("Enter")
        still = figure.seen()
        figure.page.wait_for_timeout(400)
        assert figure.seen() == still, "pause holds"
        actions.get_by_role("button", name="Stop and go to the start").click()
        figure.wait()
    actions.get_by_role("button", name="Reset").press("Enter")
    assert figure.seen()[1] == figure.stored_sentence, "reset shows the stored state again"
