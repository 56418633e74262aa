"""Cards of what the text refers to: by pointer, by key, by finger, and where they cannot come."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from reading import SITE, START_MS, WHOLE, Reader
from test_axe import AXE, violations

CHAPTER = "chapters/scaling/loss_threshold.html"
PHONE = {"width": 360, "height": 740}
CLAIM = 'article a[data-card="claims"]'
WORK = 'article a[data-card="works"]'
LINGER_MS = 700  # longer than a card takes to come or to go


@pytest.fixture
def reader(browser, server) -> Iterator[Reader]:
    reader = Reader(browser, server)
    yield reader
    assert reader.errors == [] and reader.elsewhere() == []
    reader.close()


@pytest.fixture
def phone(browser, server) -> Iterator[Reader]:
    reader = Reader(browser, server, viewport=PHONE, has_touch=True, is_mobile=True)
    yield reader
    assert reader.errors == []
    reader.close()


def open_whole(reader: Reader, path: str) -> Page:
    """Open a page with all of it laid out, so that no link moves from under the pointer."""
    page = reader.open(path)
    page.evaluate(WHOLE)
    return page


def card_of(page: Page) -> Locator:
    return page.locator(".reference-card")


def link_of(page: Page, selector: str, index: int = 0) -> Locator:
    link = page.locator(selector).nth(index)
    link.scroll_into_view_if_needed()
    return link


def have_file(page: Page, link: Locator) -> None:
    """Let the file of a link's card come by a passing pointer: on a busy machine it may come late for a tap."""
    with page.expect_response("**/_static/cards/*"):
        link.dispatch_event("pointerover", {"pointerType": "mouse", "bubbles": True})
    page.locator("h1").first.dispatch_event("pointerover", {"pointerType": "mouse", "bubbles": True})
    page.wait_for_timeout(LINGER_MS)
    expect(card_of(page)).to_have_count(0)


def files(reader: Reader) -> list[str]:
    return reader.asked_for("_static/cards/")


def test_a_card_comes_to_the_pointer_and_goes_with_it(reader):
    page = open_whole(reader, CHAPTER)
    link = link_of(page, CLAIM)
    name = link.locator(".claim-id").text_content()
    assert files(reader) == []
    link.hover()
    card = card_of(page)
    expect(card).to_contain_text(re.compile(rf"^{name}\. "))
    expect(card).to_have_role("tooltip")
    expect(link).to_have_accessible_description(re.compile(rf"^{name}\. "))
    assert link.get_attribute("title") is None, "the browser's own would stand beside it"
    assert len(files(reader)) == 1 and "claims.json?v=" in files(reader)[0]

    card.hover()  # the pointer may go into it, and stay
    page.wait_for_timeout(LINGER_MS)
    expect(card).to_be_visible()
    page.mouse.move(2, 2)
    expect(card).to_have_count(0)
    assert link.get_attribute("aria-describedby") is None
    link_of(page, CLAIM, 1).hover()
    expect(card).to_be_visible()
    assert len(files(reader)) == 1, "of one kind, one file"


def test_a_pointer_that_passes_by_shows_nothing(reader):
    page = open_whole(reader, CHAPTER)
    box = link_of(page, CLAIM).bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 5)
    page.mouse.move(2, 2)
    page.wait_for_timeout(LINGER_MS)
    expect(card_of(page)).to_have_count(0)


def test_escape_closes_a_card_until_the_pointer_comes_again(reader):
    page = open_whole(reader, CHAPTER)
    link = link_of(page, CLAIM)
    link.hover()
    expect(card_of(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card_of(page)).to_have_count(0)
    box = link.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 + 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(LINGER_MS)
    expect(card_of(page)).to_have_count(0)
    page.mouse.move(2, 2)
    link.hover()
    expect(card_of(page)).to_be_visible()


def test_a_card_comes_to_the_focus_and_goes_with_it(reader):
    page = open_whole(reader, CHAPTER)
    link = link_of(page, WORK)
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    expect(card_of(page)).to_be_visible()
    expect(card_of(page)).to_contain_text(re.compile(r"\(\d{4}\)"))
    expect(link).to_have_accessible_description(re.compile(r"\(\d{4}\)"))
    page.mouse.move(400, 300)
    page.mouse.move(410, 310)
    page.wait_for_timeout(LINGER_MS)
    expect(card_of(page)).to_be_visible()  # while the focus is there
    page.keyboard.press("Escape")
    expect(card_of(page)).to_have_count(0)
    expect(link).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(card_of(page)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("references.html#"), timeout=START_MS)


def test_cards_of_figures_and_terms_and_rendered_formulas(reader):
    page = open_whole(reader, "book/ledger.html")
    link_of(page, 'a[data-card="figures"]').hover()
    picture = card_of(page).locator("img")
    expect(picture).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth > 100", arg=picture.element_handle())
    page.mouse.move(2, 2)
    expect(card_of(page)).to_have_count(0)
    link_of(page, 'a[data-card="terms"]').hover()
    expect(card_of(page)).to_contain_text("emergence")
    expect(card_of(page).locator('[lang="zh"]').first).to_be_visible()
    page.mouse.move(2, 2)
    expect(card_of(page)).to_have_count(0)
    link_of(page, 'article a[data-card="claims"][href="#claim-A13b"]').hover()
    formula = card_of(page).locator(".katex-html").first
    expect(formula).to_be_visible()
    assert "KaTeX" in formula.evaluate("element => getComputedStyle(element).fontFamily")


def test_cards_stay_within_the_window(browser, server):
    for width in (360, 1280):
        reader = Reader(browser, server, viewport={"width": width, "height": 740})
        page = open_whole(reader, CHAPTER)
        for index in range(0, page.locator(CLAIM).count(), 3):
            link = link_of(page, CLAIM, index)
            link.hover()
            expect(card_of(page)).to_be_visible()
            box, over = card_of(page).bounding_box(), link.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width
            assert box["y"] >= 0 and box["y"] + box["height"] <= 740
            assert box["y"] >= over["y"] + over["height"] or box["y"] + box["height"] <= over["y"], "beside the link"
            page.mouse.move(2, 2)
            expect(card_of(page)).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        reader.close()


def test_a_first_tap_shows_the_card_and_a_second_follows_the_link(phone):
    page = open_whole(phone, CHAPTER)
    link = link_of(page, CLAIM)
    target = link.get_attribute("href").partition("#")[2]
    have_file(page, link)
    link.tap()
    card = card_of(page)
    expect(card).to_have_role("dialog")
    expect(card).to_be_focused()  # where a screen reader goes on
    expect(card).to_have_accessible_name(link.text_content())
    assert page.url.endswith(CHAPTER)
    box = card.bounding_box()
    assert box["width"] == PHONE["width"] and abs(box["y"] + box["height"] - PHONE["height"]) < 2
    for part in (card.get_by_role("link", name="Go there"), card.get_by_role("button", name="Close")):
        assert part.bounding_box()["height"] >= 44
    link.tap()
    expect(page).to_have_url(re.compile(f"ledger.html#{target}$"), timeout=START_MS)


def test_a_card_that_was_tapped_leads_there_or_closes(phone):
    page = open_whole(phone, CHAPTER)
    link, card = link_of(page, CLAIM), card_of(page)
    have_file(page, link)
    link.tap()
    card.get_by_role("button", name="Close").tap()
    expect(card).to_have_count(0)
    expect(link).to_be_focused()
    link.tap()
    page.locator("h1").first.evaluate("heading => heading.click()")  # anywhere else
    expect(card).to_have_count(0)
    link.tap()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    link.tap()
    card.get_by_role("link", name="Go there").tap()
    expect(page).to_have_url(re.compile("ledger.html#claim-"), timeout=START_MS)


def test_other_links_are_followed_by_the_first_tap(phone):
    page = open_whole(phone, "book/gallery.html")
    page.locator(".figure-gallery a").first.tap()
    expect(page).to_have_url(re.compile("#live-cell-"), timeout=START_MS)


def test_where_no_card_comes_a_tap_follows_the_link(browser, server):
    reader = Reader(browser, server, viewport=PHONE, has_touch=True, is_mobile=True, service_workers="block")
    page = open_whole(reader, CHAPTER)
    page.route("**/_static/cards/*", lambda route: route.fulfill(status=404, body="<html>"))
    link_of(page, CLAIM).tap()
    expect(page).to_have_url(re.compile("ledger.html#claim-"), timeout=START_MS)
    reader.close()


@pytest.mark.parametrize("touch", [True, False], ids=["finger", "pointer"])
def test_where_a_card_is_late_a_tap_follows_the_link_and_a_pointer_waits(touch, browser, server):
    reader = Reader(browser, server, has_touch=touch, is_mobile=touch, service_workers="block")
    page = open_whole(reader, CHAPTER)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/_static/cards/*", hold)
    link = link_of(page, CLAIM)
    if touch:
        link.tap()
        expect(page).to_have_url(re.compile("ledger.html#claim-"), timeout=START_MS)
    else:
        link.hover()
        page.wait_for_timeout(3000)
        held[0].continue_()
        expect(card_of(page)).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
    reader.close()


def test_from_a_folder_links_are_links(browser):
    page = browser.new_page(has_touch=True)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.goto((SITE / CHAPTER).as_uri())
    link = link_of(page, CLAIM)
    link.hover()
    page.wait_for_timeout(LINGER_MS)
    expect(card_of(page)).to_have_count(0)
    assert link.get_attribute("title")
    link.tap()
    expect(page).to_have_url(re.compile("ledger.html#claim-"), timeout=START_MS)
    assert errors == []
    page.context.close()


def test_axe_finds_nothing_with_a_card_open(browser, server):
    for touch in (False, True):
        reader = Reader(browser, server, viewport={"width": 360, "height": 740}, has_touch=touch, is_mobile=touch)
        page = open_whole(reader, CHAPTER)
        page.evaluate(AXE)
        link = link_of(page, CLAIM)
        if touch:
            have_file(page, link)
        link.tap() if touch else link.focus()  # from under a pointer the link may move away as the page is laid out
        expect(card_of(page)).to_be_visible()
        assert violations(page, ".reference-card") == []
        reader.close()


def test_forced_colours_show_the_edge_of_a_card(browser, server):
    reader = Reader(browser, server, forced_colors="active")
    page = open_whole(reader, CHAPTER)
    link_of(page, CLAIM).hover()
    expect(card_of(page)).to_be_visible()
    assert card_of(page).evaluate("card => getComputedStyle(card).borderTopStyle") == "solid"
    reader.close()
