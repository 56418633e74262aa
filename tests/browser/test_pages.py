"""Every built page with figures, as a reader uses it: touch, drag, keys, buttons; what changes is what should."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from reading import PICTURE, SITE, WITH_FIGURES, LiveFigure, Reader
from sample import sample

FIGURE = re.compile(r'class="live-figure" data-cell="\d+" data-figure="([^"]+)"')
FIGURES = [(page, figure) for page in WITH_FIGURES for figure in FIGURE.findall((SITE / page).read_text("utf-8"))]
LAZY = ("pyodide", "widgets.js", "widgets.css", "editor.js", "worker.js", "require", ".whl", ".bin", "maths.js")

# What runs by time has ended; what runs by scrolling, as the edge of a formula that is cut off, never does.
SETTLED = """Promise.allSettled(document.getAnimations().filter(({timeline}) => timeline === document.timeline)
  .map(({finished}) => finished)).then(() => null)"""


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
    # What a figure imports is in the stored memory, and the fonts it draws with have come: else a move waits for them.
    assert readers[path].asked_for("/fonts-", "/library-", "/bytecode-") == []


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
    for panel in page.locator(".live-panel").all():
        assert panel.bounding_box()["width"] > 300, "panels stack on a phone"
    assert reader.errors == []
    reader.close()


@pytest.mark.parametrize(("path", "name"), sample(FIGURES, 18))
def test_figure_goes_live_and_obeys(path, name, reader):
    page, figure = reader.page, LiveFigure(reader.page, name)
    figure.root.scroll_into_view_if_needed()
    # It is laid out when it is near; and the last figure's test ended with a change of width, which moves the sidebar.
    near = "element => element.firstElementChild.checkVisibility({contentVisibilityAuto: true})"
    page.wait_for_function(near, arg=figure.root.element_handle())
    page.evaluate(SETTLED)
    resting = figure.root.locator(".live-panels").bounding_box()
    figure.touch()
    first = figure.spec["controls"][0]
    touched = figure.control(first["name"]).locator("[aria-valuetext]")
    wanted = touched.get_attribute("aria-valuetext") if first["kind"] == "slider" else None
    figure.wait_until_live()
    assert figure.root.locator(".live-panel canvas").count() == figure.spec["panels"]
    assert not figure.root.locator(".live-panel img").first.is_visible()
    live = figure.root.locator(".live-panels").bounding_box()
    assert (live["width"], live["height"]) == (resting["width"], resting["height"]), (
        "the live picture makes the page jump"
    )

    if first["kind"] == "slider":
        assert touched.get_attribute("aria-valuetext") == wanted, "the touched value is applied"
        focused = page.evaluate("document.activeElement.closest('[data-control]')?.dataset.control")
        assert focused == first["name"], "the focus stays on the control"

    check_names(figure)
    for control in figure.spec["controls"]:
        figure.root.get_by_role("button", name="Reset").click()  # what one control does may hang on the others
        {"slider": check_slider, "choice": check_choice, "toggle": check_toggle}[control["kind"]](figure, control)
        assert figure.message() == ""
    check_actions(figure)
    assert figure.message() == ""

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "the live page fits a phone"
    page.set_viewport_size({"width": 1280, "height": 900})


def check_names(figure: LiveFigure) -> None:
    """Every control and picture has a name that a screen reader can say."""
    tree = figure.root.aria_snapshot()
    unnamed = re.findall(r'^\s*- (?:slider|button|combobox|checkbox|textbox|img)(?!\s+").*$', tree, re.MULTILINE)
    assert unnamed == [], tree
    for control in figure.spec["controls"]:
        role = {"slider": "slider", "choice": "combobox", "toggle": "checkbox"}[control["kind"]]
        name = figure.control(control["name"]).get_by_role(role)
        expect(name).to_have_accessible_name(re.compile(re.escape(control["label"])))
    sentence = figure.seen()[1]
    assert sentence
    expect(figure.root.get_by_role("img")).to_have_accessible_name(sentence)  # one picture, of all panels
    expect(figure.root.get_by_role("status")).to_have_count(1)  # test_keyboard.py hears what it says


def check_slider(figure: LiveFigure, control: dict) -> None:
    handle = figure.control(control["name"]).get_by_role("slider")
    handle.scroll_into_view_if_needed()
    rail = handle.bounding_box()
    assert rail["height"] > 27.9, "the row takes the pointer"

    views = [figure.seen()]
    middle = rail["y"] + rail["height"] / 2
    for share in (0.15, 0.5, 0.85):
        at = handle.evaluate("({value, min, max}) => (value - min) / (max - min)")
        # 11 pixels from its middle: the handle has 24 for a finger.
        figure.page.mouse.move(rail["x"] + 12 + at * (rail["width"] - 24) + 11, middle)
        figure.page.mouse.down()
        assert handle.evaluate("({value, min, max}) => (value - min) / (max - min)") == at, "the handle is taken"
        figure.page.mouse.move(rail["x"] + share * rail["width"], middle, steps=4)
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
    actions = figure.root.locator(".live-actions")
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
    actions.get_by_role("button", name="Reset").press("Enter")
    assert figure.seen()[1] == figure.stored_sentence, "reset shows the stored state again"
