"""By keys alone: every figure is reached, started, changed, stopped and reset, in sight; and what is said then."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from reading import PAGES, START_MS, WITH_FIGURES, LiveFigure, Reader, make_live
from sample import sample

SETTLED_MS = 700  # as in figure.js
# Where the focus is, by the names that the page gives its figures, controls and buttons; whether it is seen: a line or
# a shadow round it, or round what holds it, that is not there without the focus; and nothing on top of it.
STOP = """() => {
  const look = (element) => [element, element.parentElement ?? element].map((each) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(each);
    const thin = outlineStyle === "none" || (outlineStyle !== "auto" && parseFloat(outlineWidth) < 2);
    return `${thin ? "no outline" : outlineStyle + outlineColor} ${boxShadow}`;
  }).join();
  const at = document.activeElement;
  const { left } = window;
  const plain = left && left.element !== at && left.element !== document.body && look(left.element) === left.look;
  window.left = { element: at, look: look(at) };
  const { x, y, width, height } = at.getBoundingClientRect();
  const inside = x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight;
  return {
    figure: at.closest(".live-figure")?.dataset.figure,
    control: at.closest("[data-control]")?.dataset.control,
    name: at === document.body ? null : at.ariaLabel || at.labels?.[0]?.textContent || at.textContent,
    number: at.matches(".live-number"),
    inside,
    bare: inside && at.contains(document.elementFromPoint(x + width / 2, y + height / 2)),
    leftUnseen: plain ? left.element.outerHTML.slice(0, 200) : null,
  };
}"""
# The value of each control, as a reader sees it.
VALUES = """(part) => Object.fromEntries([...part.querySelectorAll("[data-control]")].map((control) => {
  const input = control.querySelector("select, input");
  const value = input.type === "checkbox" ? input.checked : input.getAttribute("aria-valuetext")
    ?? input.selectedOptions[0].textContent.replace(/\\s/g, " ");
  return [control.dataset.control, value];
}))"""
BACK = {"ArrowUp": "ArrowDown", "ArrowDown": "ArrowUp", "PageUp": "PageDown", "PageDown": "PageUp", "Space": "Space"}


class Keyboard:
    """A reader without a mouse. Every stop inside a figure must be in sight and look focused."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def stop(self) -> dict:
        return self.page.evaluate(STOP)

    def tab(self, key: str = "Tab") -> dict:
        self.press(key)
        stop = self.stop()
        assert stop["leftUnseen"] is None, "looks the same with and without the focus"
        if stop["figure"]:
            assert stop["inside"] and stop["bare"], f"the focus is out of sight: {stop}"
        return stop

    def tab_to(self, figure: str, key: str = "Tab", **wanted: str) -> dict:
        """Press Tab until the focus is on the control or the button of the figure."""
        visited = []
        for _ in range(400):
            stop = self.tab(key)
            if stop["figure"] == figure and not stop["number"] and all(stop[at] == wanted[at] for at in wanted):
                return stop
            visited.append(stop["name"])
        raise AssertionError(f"{key} never came to {wanted} of {figure}, but to {visited}")


@pytest.fixture(scope="module")
def reader(request, browser, server) -> Iterator[Reader]:
    """A reader of a page, whose figures share the page's kernel; nothing fades in or out."""
    reader = Reader(browser, server, reduced_motion="reduce")
    reader.open(request.param)
    yield reader
    assert reader.errors == [] and reader.elsewhere() == []
    reader.close()


def figures(page: Page) -> list[LiveFigure]:
    names = page.locator(".live-figure").evaluate_all("figures => figures.map(figure => figure.dataset.figure)")
    return [LiveFigure(page, name) for name in names]


@pytest.mark.parametrize("reader", sample(PAGES, 8), indirect=True)
def test_the_tab_key_visits_every_control_of_every_figure_and_is_seen_wherever_it_is(reader):
    page, keyboard = reader.page, Keyboard(reader.page)
    # Every control that the page holds, the selects still in their templates, in the order of the page.
    wanted = page.evaluate(
        """() => [...document.querySelectorAll(".live-figure")].flatMap((resting) => {
          const whole = resting.cloneNode(true);
          whole.querySelectorAll("template").forEach((template) => template.replaceWith(template.content));
          const { figure } = resting.dataset;
          return [...whole.querySelectorAll("input, select, button")].map((each) =>
            [figure, each.closest("[data-control]")?.dataset.control ?? each.textContent]);
        })"""
    )
    to_the_top(page)
    visited = []
    while (stop := keyboard.tab())["name"] is not None:
        if stop["figure"]:
            visited.append([stop["figure"], stop["control"] or stop["name"]])
            assert visited == wanted[: len(visited)]
    assert visited == wanted


@pytest.mark.parametrize("reader", sample(WITH_FIGURES, 5), indirect=True)
def test_every_figure_is_started_changed_stopped_and_reset_by_keys_alone(reader):
    page, keyboard = reader.page, Keyboard(reader.page)
    to_the_top(page)
    for figure in figures(page):
        controls, name = figure.spec["controls"], figure.spec["figure"]
        first = controls[0]
        keyboard.tab_to(name, control=first["name"])
        resting = figure.root.evaluate(VALUES)
        keyboard.tab_to(name, name="Reset")
        keyboard.press("Enter")  # of the stored picture, which is as it was before
        assert figure.root.get_attribute("data-state") is None
        keyboard.tab_to(name, key="Shift+Tab", control=first["name"])
        key = change(keyboard, first, resting[first["name"]], by="Arrow")
        figure.wait_until_live()
        assert keyboard.stop()["control"] == first["name"], "the focus stays"
        touched = figure.root.evaluate(VALUES)
        assert {each for each in touched if touched[each] != resting[each]} == {first["name"]}
        keyboard.press(BACK[key])

        for control in controls:
            if control is not first:
                keyboard.tab_to(name, control=control["name"])
            before, seen = figure.root.evaluate(VALUES), figure.seen()
            key = change(keyboard, control, before[control["name"]], by="Page")
            after = figure.root.evaluate(VALUES)
            assert {each for each in after if after[each] != before[each]} == {control["name"]}
            assert keyboard.stop()["control"] == control["name"], "the focus stays on the control"
            assert figure.seen() != seen, f"{control['name']} changes nothing"
            assert figure.message() == ""
            keyboard.press(BACK[key])  # what another control does may hang on this one

        if figure.spec["playable"]:
            play_and_stop(keyboard, figure)
        keyboard.tab_to(name, name="Reset")
        keyboard.press("Enter")
        assert figure.seen()[1] == figure.stored_sentence, "reset shows the stored state again"
        assert figure.root.evaluate(VALUES) == resting, "reset puts every control back"
        assert keyboard.stop()["name"] == "Reset", "the focus stays on the button"
        keyboard.tab_to(name, key="Shift+Tab", control=first["name"])


def to_the_top(page: Page) -> None:
    """Begin where a reader does who has just opened the page."""
    page.locator("a").first.focus()


def change(keyboard: Keyboard, control: dict, value: str | bool, by: Literal["Arrow", "Page"]) -> str:
    """Give the focused control another value by a key of its kind; a slider goes by a step, or by a page of them."""
    if control["kind"] == "toggle":
        key = "Space"
    elif control["kind"] == "choice":
        key = "ArrowUp" if value == control["options"][-1] else "ArrowDown"
    else:
        up = {"Arrow": "ArrowUp", "Page": "PageUp"}[by]
        key = up if control["value"] < control["max"] else BACK[up]
    keyboard.press(key)
    return key


def play_and_stop(keyboard: Keyboard, figure: LiveFigure) -> None:
    name, sentence = figure.spec["figure"], figure.root.locator(".live-sentence")
    keyboard.tab_to(name, name="Play")
    started = figure.seen()
    keyboard.press("Space")
    assert keyboard.stop()["name"] == "Pause", "the focus stays on the button"
    expect(sentence).not_to_have_text(started[1])
    keyboard.press("Space")
    assert keyboard.stop()["name"] == "Play", "the focus stays on the button"
    stopped = figure.seen()
    keyboard.page.wait_for_timeout(300)  # several frames long
    assert figure.seen() == stopped != started, "pause holds"
    keyboard.tab_to(name, name="Step")
    keyboard.press("Enter")
    assert figure.seen() != stopped, "a step is one frame"


@pytest.mark.parametrize("reader", sample(WITH_FIGURES, 5), indirect=True)
def test_the_sentence_is_said_once_when_it_has_settled(reader):
    page = reader.page
    voices = "figures => figures.map(figure => figure.querySelectorAll('[role=status], [aria-live]').length)"
    assert set(page.locator(".live-figure").evaluate_all(voices)) == {1}, "one voice in a figure"
    figure = next(each for each in figures(page) if any(c["kind"] == "slider" for c in each.spec["controls"]))
    if figure.root.get_attribute("data-state") != "live":
        make_live(page)
        figure.root.get_by_role("button", name="Reset").press("Enter")
    announcer = figure.root.get_by_role("status")
    expect(announcer).to_have_text(figure.seen()[1])
    announcer.evaluate(
        "element => { window.said = [];"
        " new MutationObserver(() => said.push(element.textContent)).observe(element, {childList: true}); }"
    )
    figure.root.locator(".live-sentence").evaluate(
        "element => { window.drawn = []; new MutationObserver(() => drawn.push(performance.now()))"
        ".observe(element, {childList: true, characterData: true, subtree: true}); }"
    )
    slider = figure.root.get_by_role("slider").first
    for _ in range(8):
        slider.press("ArrowRight", delay=20)
    page.wait_for_function("said.length > 0", timeout=START_MS)
    page.wait_for_timeout(1500)  # nothing follows
    said, drawn = page.evaluate("said"), page.evaluate("drawn")
    # On a busy machine a frame may take so long that the one before it has settled.
    settled = 1 + sum(later - earlier >= SETTLED_MS - 50 for earlier, later in pairwise(drawn))
    assert said[-1] == figure.seen()[1] and len(said) <= settled < 8
