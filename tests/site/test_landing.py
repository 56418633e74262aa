"""The landing page: what is seen first, and a card for every chapter."""

from __future__ import annotations

import io
import json
import math
from copy import copy

import pytest
from PIL import Image
from serve import serving

from book.extension.landing import WORDS_PER_MINUTE, minutes

PAGE = "index.html"
SCREENS = {"phone": (360, 640), "laptop": (1280, 720), "desktop": (1920, 1080)}


@pytest.fixture(scope="module")
def chapters(root, text_pages):
    """What each chapter says of itself, by its page, in the order of the book."""
    pages = [link["href"] for link in text_pages[PAGE].select(".bd-links a") if link["href"].startswith("chapters/")]
    said = {page: json.loads((root / page).with_suffix(".ipynb").read_text("utf-8"))["metadata"] for page in pages}
    return {page: metadata["emergence"] for page, metadata in said.items()}


@pytest.fixture(scope="module")
def cards(text_pages):
    """The cards by the page that each leads to."""
    return {card.select_one(".card-link")["href"]: card for card in text_pages[PAGE].select(".chapter-cards > li")}


def test_every_chapter_has_a_card_with_its_question(chapters, cards, text_pages):
    assert list(cards) == list(chapters)
    for page, card in cards.items():
        assert card.select_one("h3").text == text_pages[page].select_one("article h1").contents[0]
        question = card.select_one(".card-question").text
        assert question == chapters[page]["question"]
        assert question.endswith("?") and len(question.split()) <= 20


def test_a_card_counts_what_its_chapter_has(cards, text_pages):
    for page, card in cards.items():
        length = card.select_one(".card-length").text
        article = copy(text_pages[page].select_one("article"))  # the pages are shared
        for name, found in (("figure", article.select(".live-figure")), ("exercise", article.select(".exercise"))):
            number = len(found)
            assert f"{number} {name}{'s' if number > 1 else ''}" in length.split(" · ")
        # The words that a reader sees are about those that were counted; here formulas are left out as well.
        for part in article.select(".cell, .solution, .katex, script, h1 ~ p:has(a[download]), .live-toolbar"):
            part.extract()
        words = len(article.get_text(" ").split())
        assert int(length.split()[0]) == pytest.approx(words / WORDS_PER_MINUTE, rel=0.25), page


def test_minutes_are_whole_and_never_none():
    assert [minutes(words) for words in (1, WORDS_PER_MINUTE, WORDS_PER_MINUTE + 1)] == [1, 1, 2]


def test_what_a_chapter_builds_on_is_linked_exists_and_never_leads_back(chapters, cards):
    needs = {page: [f"{name}.html" for name in said["needs"]] for page, said in chapters.items()}
    for page, card in cards.items():
        assert [link["href"] for link in card.select(".card-needs a")] == needs[page]
        assert needs[page] or card.select_one(".card-needs").text == "Needs no other chapter"
    order = list(chapters)
    for page, needed in needs.items():
        assert all(order.index(other) < order.index(page) for other in needed), f"{page} builds on what comes later"


def test_the_picture_of_a_card_is_part_of_its_parts_sheet(site, cards):
    for card in cards.values():
        image, style = card.select_one(".thumbnail img"), card.select_one(".thumbnail")["style"]
        position, pictures = (int(each.split(":")[1]) for each in style.split(";"))
        with Image.open(site / image["src"]) as sheet:
            assert sheet.size == (int(image["width"]), int(image["height"]))
            assert 0 <= position < pictures and sheet.height % pictures == 0
        assert image["alt"] and image["loading"] == "lazy"


def test_three_ways_lead_in(site, text_pages):
    ways = text_pages[PAGE].select(".ways-in > li")
    assert len(ways) == 3
    for way in ways:
        [link] = way.select("a")
        assert (site / link["href"]).is_file()


@pytest.fixture(scope="module")
def screens(site, browser):
    """The page as it is first seen on each screen."""
    with serving(site) as address:
        opened = {}
        for name, (width, height) in SCREENS.items():
            opened[name] = browser.new_page(viewport={"width": width, "height": height})
            opened[name].goto(address + PAGE, wait_until="networkidle")
        yield opened
        for page in opened.values():
            page.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_title_sentence_picture_and_play_are_within_the_first_screen(screens, screen):
    page = screens[screen]
    for part in ("article h1", "article h1 ~ p", ".live-panel >> nth=0", ".live-sign"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= SCREENS[screen][1], part
    if screen != "phone":
        box = page.get_by_role("button", name="Play", exact=True).bounding_box()
        assert box["y"] + box["height"] <= SCREENS[screen][1]


@pytest.mark.parametrize("screen", SCREENS)
def test_the_figure_takes_the_width_of_the_text_and_nothing_sticks_out(screens, screen):
    page, (width, _) = screens[screen], SCREENS[screen]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    figure, panel = (page.locator(part).first.bounding_box()["width"] for part in (".live-figure", ".live-panel"))
    assert panel >= 0.85 * figure if screen == "phone" else panel >= 0.42 * figure


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_card_shows_one_picture_of_its_sheet(screens, theme):
    page = screens["laptop"]
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    thumbnail = page.locator(".chapter-cards .thumbnail").first
    thumbnail.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete", arg=thumbnail.locator("img").element_handle())
    box = thumbnail.bounding_box()
    assert math.isclose(box["width"] / box["height"], 4 / 3, rel_tol=0.02)
    seen = Image.open(io.BytesIO(thumbnail.screenshot())).convert("L")
    assert seen.getextrema()[1] - seen.getextrema()[0] > 100, "a picture, and not a blank"
