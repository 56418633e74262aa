"""A reader commits to a prediction, plays, and sees both side by side; nobody else hears of it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Locator, Page, expect
from reading import SITE, WHOLE, WITH_FIGURES, LiveFigure, Reader, Server

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
KINDS = {"choice": "input[type=radio]", "number": ".prediction-number", "drawn": ".prediction-surface"}
KEPT = "Kept in this browser only."
REFUSED = """<script>
Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no"); }, configurable: true });
</script>"""


def beats(kind: str) -> list[tuple[str, str, str]]:
    """Page, id and figure of every beat of a kind that has a figure."""
    found = []
    for path in WITH_FIGURES:
        for beat in BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser").select(
            ".predict:has(.prediction-spec)"
        ):
            figure = json.loads(beat.select_one(".prediction-spec").string).get("figure")
            if figure and beat.select_one(KINDS[kind]):
                found.append((path, beat["id"], figure))
    return found


@pytest.fixture
def reader(browser, server) -> Iterator[Reader]:
    reader = Reader(browser, server)
    yield reader
    assert reader.errors == []
    assert reader.elsewhere() == []
    reader.close()


def open_beat(reader: Reader, kind: str) -> tuple[Locator, LiveFigure]:
    path, name, figure = beats(kind)[0]
    page = reader.open(path)
    page.evaluate(WHOLE)
    beat = page.locator(f"#{name}")
    beat.scroll_into_view_if_needed()
    return beat, LiveFigure(page, figure)


def status(beat: Locator) -> Locator:
    return beat.get_by_role("status")


def stored(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('prediction:'))")


def commit(beat: Locator) -> None:
    beat.get_by_role("button", name="Commit").click()


def sheet_of(beat: Locator) -> list[dict]:
    """The two scales of the sheet of a beat."""
    sheet = json.loads(beat.locator(".prediction-spec").text_content())["sheet"]
    return [sheet["x"], sheet["y"]]


def reminder(page: Page) -> Locator:
    return page.locator(".prediction-reminder")


def draw(page: Page, beat: Locator) -> None:
    """Draw a line by the pointer, from the lower left corner to the upper right one."""
    surface = beat.locator(".prediction-surface")
    surface.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = surface.bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] - 1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + 1, steps=7)
    page.mouse.up()


def answer(page: Page, beat: Locator, kind: str) -> None:
    if kind == "drawn":
        draw(page, beat)
    elif kind == "choice":
        beat.get_by_role("radio").first.check()
    else:
        for field in beat.locator(".prediction-number").all():
            field.fill("3")


def test_a_choice_is_kept_and_shown_again_after_playing(reader):
    beat, figure = open_beat(reader, "choice")
    page = reader.page
    commit(beat)
    expect(status(beat)).to_have_text("Choose an answer first.")
    second = beat.get_by_role("radio").nth(1)
    words = second.evaluate("radio => radio.labels[0].textContent")
    second.check()
    commit(beat)
    expect(status(beat)).to_contain_text(KEPT)
    expect(second).to_be_disabled()
    expect(beat.get_by_role("button", name="Change it")).to_be_focused()
    expect(reminder(page)).to_have_count(0)

    page.reload()
    page.evaluate(WHOLE)
    expect(second).to_be_checked()
    expect(status(beat)).to_contain_text(KEPT)
    figure.touch()
    expect(reminder(page).locator("p").first).to_have_text(f"You predicted: {words}")
    expect(reminder(page).get_by_role("status")).to_have_count(1)
    said = beat.locator(".answer > :not(summary)").all_text_contents()
    expect(reminder(page).locator(".answer > :not(summary)").first).to_be_hidden()
    reminder(page).locator("summary").click()
    assert reminder(page).locator(".answer > :not(summary)").all_text_contents() == said

    beat.get_by_role("button", name="Change it").click()
    expect(second).to_be_enabled()
    expect(second).to_be_focused()
    expect(reminder(page)).to_have_count(0)
    assert len(stored(page)) == 1, "until the next commitment"
    commit(beat)
    expect(reminder(page).locator("p").first).to_have_text(f"You predicted: {words}")
    beat.get_by_role("button", name="Forget it").click()
    expect(second).to_be_enabled()
    expect(second).not_to_be_checked()
    expect(reminder(page)).to_have_count(0)
    assert stored(page) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_press_that_is_repeated_commits_once(reader, kind):
    beat, _ = open_beat(reader, kind)
    page = reader.page
    answer(page, beat, kind)
    beat.get_by_role("button", name="Commit").dblclick()
    expect(status(beat)).to_contain_text(KEPT)
    beat.get_by_role("button", name="Forget it").click()
    answer(page, beat, kind)
    held = beat.locator(".prediction-number").last if kind == "number" else beat.get_by_role("button", name="Commit")
    held.focus()
    for _ in range(4):  # a key held down repeats
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(status(beat)).to_contain_text(KEPT)
    assert len(stored(page)) == 1


def test_two_tabs_keep_one_prediction(reader):
    beat, _ = open_beat(reader, "choice")
    other = reader.context.new_page()
    other.goto(reader.page.url)
    there = other.locator(f"#{beat.get_attribute('id')}")
    beat.get_by_role("radio").first.check()
    commit(beat)
    expect(status(there)).to_contain_text(KEPT)
    expect(there.get_by_role("radio").first).to_be_checked()
    there.get_by_role("button", name="Forget it").click()
    expect(beat.get_by_role("button", name="Commit")).to_be_visible()


def test_every_answer_and_field_has_a_name_of_its_own(reader):
    for path in sorted({path for path, _, _ in beats("choice") + beats("number")}):
        page = reader.open(path)
        for beat in page.locator(".predict:has(.prediction-spec)").all():
            fields = beat.locator("input").all()
            names = [field.evaluate("field => field.ariaLabel ?? field.labels[0].textContent") for field in fields]
            assert len(set(names)) == len(names) and not [name for name in names if "\\" in name or "$" in name], names
            assert beat.get_attribute("role") == "group" and beat.get_attribute("aria-labelledby")


def test_a_number_is_read_as_the_book_writes_numbers(reader):
    beat, figure = open_beat(reader, "number")
    fields = beat.locator(".prediction-number")
    commit(beat)
    expect(status(beat)).to_contain_text("first")
    for field in fields.all():
        field.fill("a few")
    commit(beat)
    expect(status(beat)).to_contain_text("“a few” is not read as a number")
    for field in fields.all():
        field.fill("2×10⁷")
    fields.last.press("Enter")
    expect(status(beat)).to_contain_text(KEPT)
    figure.touch()
    expect(reminder(reader.page).locator("strong")).to_have_text(["2×10⁷"] * fields.count())


def test_a_curve_drawn_lies_on_the_axes_of_the_figure_at_rest_and_live(reader):
    beat, figure = open_beat(reader, "drawn")
    page = reader.page
    commit(beat)
    expect(status(beat)).to_have_text("Draw the curve from left to right first.")
    draw(page, beat)
    commit(beat)
    expect(status(beat)).to_contain_text(KEPT)
    sheet = figure.spec["sheet"]
    panel = figure.root.locator(".live-panel").nth(sheet["panel"])
    ends = [*sheet["x"]["ends"], *sheet["y"]["ends"]]

    def place() -> list[float]:
        """The corners of the line that was drawn, in shares of the panel."""
        outer = panel.bounding_box()
        inner = panel.locator(".live-curve path").bounding_box()
        left, top = (inner["x"] - outer["x"]) / outer["width"], (inner["y"] - outer["y"]) / outer["height"]
        return [left, left + inner["width"] / outer["width"], top + inner["height"] / outer["height"], top]

    assert place() == pytest.approx(ends, abs=0.03)
    page.reload()
    page.evaluate(WHOLE)
    expect(beat.locator(".live-curve")).to_have_count(1)
    figure.touch()
    expect(figure.root).to_have_attribute("data-state", "live", timeout=60_000)
    expect(reminder(page)).to_contain_text("You predicted: the broad line")
    expect(panel.locator(".live-curve")).to_have_count(1)
    beat.get_by_role("button", name="Change it").click()
    expect(figure.root.locator(".live-curve")).to_have_count(0)
    expect(beat.locator(".live-curve")).to_have_count(1)
    beat.get_by_role("button", name="Clear").click()
    expect(page.locator(".live-curve")).to_have_count(0)


def test_the_pen_is_lifted_outside_and_draws_walls(reader):
    beat, _ = open_beat(reader, "drawn")
    page = reader.page
    page.wait_for_timeout(300)
    box = beat.locator(".prediction-surface").bounding_box()

    def at(across: float, up: float) -> tuple[float, float]:
        return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]

    page.mouse.move(*at(0.25, 1))
    page.mouse.down()
    page.mouse.move(*at(0.25, 0.1), steps=8)  # a wall
    page.mouse.move(*at(0.6, 0.1), steps=8)
    page.mouse.move(*at(0.6, 1.5), steps=8)  # out over the top, and in again further to the right
    page.mouse.move(*at(0.8, 1.5), steps=8)
    page.mouse.move(*at(0.8, 0.5), steps=8)
    page.mouse.move(*at(1, 0.5), steps=8)
    page.mouse.up()
    line = beat.locator(".live-curve path")
    drawn = line.get_attribute("d")
    assert drawn.count("M") == 2, "two strokes, not joined"
    bottom, top = sheet_of(beat)[1]["ends"]
    assert line.evaluate("path => path.getBBox().height") == pytest.approx(0.9 * (bottom - top), rel=0.1)
    page.mouse.click(*at(0.5, 0.9))  # a stray click draws nothing
    assert line.get_attribute("d") == drawn


def test_what_is_drawn_under_way_ends_with_the_commitment(reader):
    beat, _ = open_beat(reader, "drawn")
    page = reader.page
    draw(page, beat)
    box = beat.locator(".prediction-surface").bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] - 1)
    page.mouse.down()
    before = beat.locator(".live-curve path").get_attribute("d")
    beat.get_by_role("button", name="Commit").evaluate("button => button.click()")
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    assert beat.locator(".live-curve path").get_attribute("d") == before


def test_a_curve_can_be_drawn_by_keys(reader):
    beat, _ = open_beat(reader, "drawn")
    surface = beat.get_by_role("slider")
    expect(surface).to_have_attribute("aria-valuetext", "nothing is drawn yet")
    surface.focus()
    for _ in range(24):
        surface.press("ArrowLeft")
    at_the_left = surface.get_attribute("aria-valuetext")
    surface.press("ArrowUp")
    surface.press("PageUp")
    assert surface.get_attribute("aria-valuenow") == "65"
    assert surface.get_attribute("aria-valuetext") != at_the_left
    for _ in range(24):
        surface.press("ArrowRight")
    line = beat.locator(".live-curve path")
    whole = line.get_attribute("d")
    surface.press("Delete")
    surface.press("Home")
    assert len(line.get_attribute("d")) < len(whole), "a leap draws nothing"
    surface.press("End")
    commit(beat)
    expect(status(beat)).to_contain_text(KEPT)
    before = surface.get_attribute("aria-valuenow")
    surface.press("ArrowUp")
    assert surface.get_attribute("aria-valuenow") == before, "what was committed to is fixed"


def test_a_finger_draws_and_scrolls_nothing(browser, server):
    reader = Reader(browser, server, **PHONE)
    beat, _ = open_beat(reader, "drawn")
    page = reader.page
    surface = beat.locator(".prediction-surface")
    surface.evaluate("surface => surface.scrollIntoView({block: 'center', behavior: 'instant'})")
    box, scrolled = surface.bounding_box(), page.evaluate("scrollY")
    session = reader.context.new_cdp_session(page)
    points = [
        {"x": box["x"] + part * box["width"], "y": box["y"] + (0.9 - 0.8 * part) * box["height"]}
        for part in (0.1, 0.5, 0.9)
    ]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
    for point in points[1:]:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(beat.locator(".live-curve")).to_have_count(1)
    assert page.evaluate("scrollY") == scrolled
    commit(beat)
    expect(status(beat)).to_contain_text(KEPT)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert reader.errors == []
    reader.close()


def test_what_another_edition_has_kept_is_not_posed_as_an_answer(reader):
    for kind, wrong in (
        ("choice", ['"an answer that is not offered any more"', "{", "17", "[]"]),
        ("number", ['"17"', "[]", '["1", "2", "3", "4"]', "17"]),
        ("drawn", ['{"x": "x", "y": "y", "points": [[1, 2]]}', "[]", "17", '{"x": X, "y": Y, "points": [null, 3]}']),
    ):
        path, name, _ = beats(kind)[0]
        page = reader.open(path)
        beat = page.locator(f"#{name}")
        labels = [json.dumps(scale["label"]) for scale in sheet_of(beat)] if kind == "drawn" else ["", ""]
        for text in wrong:
            kept = text.replace("X", labels[0]).replace("Y", labels[1])
            page.evaluate("([name, kept]) => localStorage.setItem(`prediction:${name}`, kept)", [name, kept])
            page.reload()
            expect(beat.get_by_role("button", name="Commit")).to_be_visible()
            expect(beat.locator("input:checked")).to_have_count(0)
        page.evaluate("localStorage.clear()")


def test_without_storage_it_lasts_as_long_as_the_page(browser, site):
    server = Server(in_head=REFUSED)
    reader = Reader(browser, server)
    path, name, _ = beats("choice")[0]
    page = reader.open(path)
    beat = page.locator(f"#{name}")
    beat.get_by_role("radio").first.check()
    commit(beat)
    expect(status(beat)).to_contain_text("Kept until you leave this page.")
    assert reader.errors == []
    reader.close()
    server.close()


def test_without_scripts_it_is_a_question_with_a_folded_answer(browser, server):
    reader = Reader(browser, server, java_script_enabled=False)
    for kind, controls in KINDS.items():
        path, name, _ = beats(kind)[0]
        beat = reader.open(path).locator(f"#{name}")
        expect(beat.locator(controls).first).to_be_hidden()
        expect(beat.get_by_role("button", name="Commit")).to_be_hidden()
        expect(beat.locator(".answer > :not(summary)").first).to_be_hidden()
        beat.locator("summary").press("Enter")  # wherever it moves while the page is laid out
        expect(beat.locator(".answer > :not(summary)").first).to_be_visible()
        if kind == "number":
            expect(beat.locator(".prediction-blank").first).to_be_visible()
    reader.close()
