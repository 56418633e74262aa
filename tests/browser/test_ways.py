"""Ways to read: by finger on a phone, without motion. Keyboard and screen reader are in test_keyboard.py."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import CDPSession, Locator, expect
from reading import PAGES, START_MS, WHOLE, WITH_FIGURES, Reader, make_live
from sample import sample

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


# -- finger ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_scrolls_a_page_one_way_and_what_is_wide_inside_itself(path, browser, server):
    reader = Reader(browser, server, **PHONE)
    page = reader.open(path)
    page.evaluate(WHOLE)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    hidden = page.evaluate(
        """[...document.querySelectorAll("main :is(div.math, .katex-display, pre, table, .cell_output, .admonition)")]
        .filter(box => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1)
        .filter(box => !["auto", "scroll"].includes(getComputedStyle(box).overflowX))
        .map(box => box.outerHTML.slice(0, 200))"""
    )
    assert hidden == [], "cut off, and nobody can scroll there"
    unreachable = page.evaluate(
        """[...document.querySelectorAll("main *")].filter(box => box.checkVisibility())
        .filter(box => box.scrollWidth > box.clientWidth + 1)
        .filter(box => ["auto", "scroll"].includes(getComputedStyle(box).overflowX))
        .filter(box => box.tabIndex < 0 || !box.ariaLabel || box.closest("[aria-hidden=true]"))
        .map(box => box.outerHTML.slice(0, 200))"""
    )
    assert unreachable == [], "scrolls, but not by keyboard, or without a name"
    broken = "[...document.querySelectorAll('td .katex-html')].filter(formula => formula.getClientRects().length > 1)"
    assert page.evaluate(f"{broken}.map(formula => formula.textContent)") == [], "a formula in a table is broken"
    assert reader.errors == []
    reader.close()


def sizes(controls: Locator) -> list[tuple[float, float]]:
    boxes = [control.bounding_box() for control in controls.all()]
    return [(box["width"], box["height"]) for box in boxes]


def drag(cdp: CDPSession, box: dict[str, float], start: float, end: float) -> None:
    """Drag a finger along the middle of a box, from one share of its width to another."""
    y = box["y"] + box["height"] / 2

    def send(kind: str, share: float | None) -> None:
        points = [] if share is None else [{"x": box["x"] + share * box["width"], "y": y}]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", start)
    for i in range(1, 6):
        send("touchMove", start + (end - start) * i / 5)
    time.sleep(0.2)  # the finger rests before it lifts: a swipe would go on by itself, and eat the next tap
    send("touchMove", end)
    send("touchEnd", None)


def test_a_figure_goes_live_and_obeys_by_touch(browser, server):
    reader = Reader(browser, server, **PHONE)
    page = reader.open("index.html")
    cdp = reader.context.new_cdp_session(page)
    figure = page.locator(".live-figure").first
    resting = figure.locator(":is(input[type=range], select, button)")
    assert resting.count() >= 5
    assert all(min(size) >= 44 for size in sizes(resting)), "a finger is 44 pixels wide"

    native = figure.locator("input[type=range]").first
    native.scroll_into_view_if_needed()
    scrolled = page.evaluate("scrollY")
    sentence = figure.locator(".live-sentence")
    stored = sentence.text_content()
    drag(cdp, native.bounding_box(), 0.35, 0.8)
    dragged = native.get_attribute("aria-valuetext")
    assert float(dragged) > 2.5
    expect(figure).to_have_attribute("data-state", "live", timeout=START_MS)
    assert page.evaluate("scrollY") == scrolled, "the page stays where it is"
    expect(native).to_have_attribute("aria-valuetext", dragged)

    before = sentence.inner_text()
    drag(cdp, native.bounding_box(), 0.8, 0.2)
    expect(sentence).not_to_have_text(before)
    assert float(native.get_attribute("aria-valuetext")) < 2.5
    assert all(min(size) >= 44 for size in sizes(figure.locator("button:visible"))), "a finger is 44 pixels wide"

    figure.get_by_role("button", name="Reset").tap()
    expect(sentence).to_have_text(stored)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert reader.errors == []
    reader.close()


@pytest.mark.parametrize("path", sample(WITH_FIGURES, 5))
def test_figures_are_crisp_and_move_nothing(path, browser, server):
    for settings in (PHONE, {"viewport": {"width": 1280, "height": 900}, "device_scale_factor": 2}):
        reader = Reader(browser, server, **settings)
        page = reader.open(path)
        page.evaluate(WHOLE)
        for picture in page.locator(".live-panel img").all():
            picture.scroll_into_view_if_needed()
            page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
            pixels = picture.evaluate("image => image.naturalWidth / image.offsetWidth")
            assert pixels > 1.85, "two pixels of the picture for one of the page"
        moved = page.evaluate(
            """new Promise(done => {
              new PerformanceObserver(list => done(list.getEntries().flatMap(entry => entry.sources)
                .filter(({node}) => node?.parentElement?.closest(".live-figure"))
                .map(({node, previousRect, currentRect}) =>
                  `${node.outerHTML ?? node.data}: ${JSON.stringify([previousRect, currentRect])}`)))
                .observe({type: "layout-shift", buffered: true});
              setTimeout(done, 500, []);
            })"""
        )
        assert moved == []
        assert reader.errors == []
        reader.close()


# -- motion -----------------------------------------------------------------------------------------------


def test_without_motion_nothing_moves_by_itself_and_playing_is_possible(browser, server):
    reader = Reader(browser, server, reduced_motion="reduce")
    page = reader.open("index.html")
    moving = page.evaluate(
        """[document.documentElement, ...document.querySelectorAll("*")].filter(element => {
          const style = getComputedStyle(element);
          const seconds = [style.transitionDuration, style.animationDuration].map(parseFloat);
          return style.scrollBehavior === "smooth" || Math.max(...seconds) > 0.001;
        }).map(element => element.outerHTML.slice(0, 100))"""
    )
    assert moving == []
    figure = make_live(page)
    sentence = figure.locator(".live-sentence")
    expect(figure).not_to_have_attribute("aria-busy", "true")
    resting = sentence.inner_text()
    page.wait_for_timeout(600)
    assert sentence.inner_text() == resting
    figure.get_by_role("button", name="Play", exact=True).click()
    expect(sentence).not_to_have_text(re.compile(re.escape(resting)))
    assert reader.errors == []
    reader.close()
