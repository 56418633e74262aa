"""A number typed into a live slider: taken as it is meant, or refused in words; and what else a hand may do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from reading import SLIDER, START_MS, LiveFigure, Reader

CHAPTER = "chapters/scaling/loss_threshold.html"
EXPLORER = "loss_threshold.explorer"


@pytest.fixture(scope="module")
def page(browser, server):
    reader = Reader(browser, server)
    page = reader.open(CHAPTER)
    figure = LiveFigure(page, EXPLORER)
    figure.touch()
    figure.wait_until_live()
    yield page
    assert reader.errors == []
    reader.close()


def type_number(page: Page, control: str, text: str) -> tuple[str, str, str]:
    """Type into the readout of a slider; return what it shows, what the slider says, and the sentence's start."""
    figure = LiveFigure(page, EXPLORER)
    figure.wait()
    readout = figure.control(control).get_by_role("textbox")
    readout.fill(text)
    readout.press("Enter")
    figure.wait()
    refusal = figure.control(control).get_by_role("alert", include_hidden=True).text_content()
    return readout.input_value(), refusal, figure.seen()[1]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("5,000,000", "5×10⁶"), ("342,180", "3.42×10⁵"), ("8×10⁷ parameters", "8×10⁷"), ("10 million", "1×10⁷"),
     ("2e8", "2×10⁸"), ("60 000", "6×10⁴")],
)  # fmt: skip
def test_thousands_and_powers_are_read(page, typed, shown):
    assert type_number(page, "n0", typed)[:2] == (shown, "")


def test_a_decimal_comma_is_read_where_it_cannot_mark_thousands(page):
    assert type_number(page, "alpha", "0,5")[:2] == ("0.50", "")
    assert type_number(page, "alpha", ".071")[:2] == ("0.07", "")
    assert type_number(page, "alpha", "47 %")[:2] == ("0.47", "")


def test_what_is_no_number_is_refused_in_words_and_changes_nothing(page):
    shown, _, sentence = type_number(page, "n0", "6e7")
    for typed in ("100,00,0", "five", "1.000.000"):
        assert type_number(page, "n0", typed) == (
            shown, f"“{typed}” is not read as a number; write it like 1500, 0.5 or 2×10⁷.", sentence,
        )  # fmt: skip
    assert type_number(page, "n0", "7e7")[1] == "", "the next number takes the message away"


def test_a_number_beyond_the_end_is_brought_back_in_words(page):
    assert type_number(page, "n0", "100")[:2] == ("5×10⁴", "The smallest value is 5×10⁴.")
    assert type_number(page, "alpha", "1,500")[:2] == ("1.00", "The largest value is 1.00.")
    LiveFigure(page, EXPLORER).control("alpha").get_by_role("slider").press("ArrowLeft")
    assert LiveFigure(page, EXPLORER).control("alpha").get_by_role("alert", include_hidden=True).text_content() == ""


def test_leaving_a_readout_does_not_round_the_value(page):
    type_number(page, "alpha", "0.3449")
    figure = LiveFigure(page, EXPLORER)
    before = figure.seen()
    readout = figure.control("alpha").get_by_role("textbox")
    readout.focus()
    page.keyboard.press("Tab")
    page.wait_for_timeout(300)
    assert figure.seen() == before
    assert readout.input_value() == "0.34"


def test_a_number_counts_when_the_readout_is_left(page):
    type_number(page, "alpha", "0.5")
    figure = LiveFigure(page, EXPLORER)
    before = figure.seen()[1]
    readout = figure.control("alpha").get_by_role("textbox")
    readout.fill("0,25")
    page.keyboard.press("Tab")
    expect(readout).to_have_value("0.25")
    assert figure.seen()[1] != before
    readout.fill("much")
    page.keyboard.press("Tab")
    expect(readout).to_have_value("0.25")
    expect(figure.control("alpha").get_by_role("alert")).to_contain_text("“much” is not read as a number")


def test_a_whole_number_is_asked_for_where_only_those_are_taken(browser, server):
    reader = Reader(browser, server)
    page = reader.open("index.html")
    figure = LiveFigure(page, "landing.cooling")
    figure.touch()
    figure.wait_until_live()
    readout = figure.control("sweeps").get_by_role("textbox")
    before = readout.input_value()
    readout.fill("2.7")
    readout.press("Enter")
    expect(readout).to_have_value(before)
    expect(figure.control("sweeps").get_by_role("alert")).to_contain_text("whole number")
    assert reader.errors == []
    reader.close()


def test_a_right_click_while_the_figure_starts_does_not_hold_it_up(browser, server):
    """The menu that it opens takes the release of the button: the page never hears of it."""
    reader = Reader(browser, server)
    page = reader.open(CHAPTER)
    page.locator(SLIDER).first.press("ArrowRight")
    page.locator(".live-panel").first.hover()
    page.mouse.down(button="right")
    expect(page.locator(".live-figure").first).to_have_attribute("data-state", "live", timeout=START_MS)
    page.mouse.up(button="right")
    assert reader.errors == []
    reader.close()
