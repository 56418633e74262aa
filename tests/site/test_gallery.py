"""Every figure has a page of its own, and a place in the gallery."""

from __future__ import annotations

import json
import posixpath
from html import unescape

import pytest
from PIL import Image

from book.extension.gallery import FEWER, panel_of
from book.extension.live_pages import own_page
from book.extension.moved import MOVED


@pytest.fixture(scope="module")
def in_chapters(text_pages) -> dict[str, tuple[str, object]]:
    """The figures where the book shows them: page and element by name."""
    return {
        element["data-figure"]: (page, element)
        for page, soup in text_pages.items()
        for element in soup.select(".live-figure")
    }


def test_each_figure_stands_alone_as_it_stands_in_its_chapter(site, in_chapters):
    assert len(in_chapters) >= 29
    own = {path.relative_to(site).as_posix() for path in (site / "figures").rglob("*.html")}
    assert own == {own_page(name) for name in [*in_chapters, *MOVED]}
    for name, (page, element) in in_chapters.items():
        text = unescape((site / own_page(name)).read_text("utf-8"))
        assert text.count('class="live-figure"') == 1 and f"<h1>{element['aria-label']}</h1>" in text
        data = json.loads((site / own_page(name)).read_text("utf-8").split('id="live-page">')[1].split("</script>")[0])
        [cell] = data["cells"]
        assert cell["figure"] == name and str(cell["index"]) == element["data-cell"]
        assert f'href="../../{page}#live-cell-{element["data-cell"]}"' in text


def test_what_a_page_of_its_own_loads_is_there(site, in_chapters):
    for name in [*in_chapters, *MOVED]:
        page = own_page(name)
        for part in (site / page).read_text("utf-8").replace('href="', 'src="').split('src="')[1:]:
            address = part.split('"')[0].partition("?")[0].partition("#")[0]
            if "://" not in address:
                target = site / posixpath.normpath(posixpath.join(posixpath.dirname(page), address))
                assert target.is_file(), (page, address)


def test_the_gallery_shows_every_figure_with_its_picture_and_its_two_places(site, text_pages, in_chapters):
    gallery = text_pages["book/gallery.html"]
    cards = gallery.select(".figure-gallery li")
    assert len(cards) == len(in_chapters)
    for card, (name, (page, element)) in zip(cards, in_chapters_in_order(in_chapters, cards), strict=True):
        in_book, alone = card.select("a")
        assert in_book["href"] == f"../{page}#live-cell-{element['data-cell']}"
        assert alone["href"] == f"../{own_page(name)}"
        assert in_book.text == element["aria-label"]
        assert card.select_one("img")["alt"] == element.select_one(".live-sentence").text


def test_the_gallery_goes_by_part_and_chapter(text_pages):
    gallery = text_pages["book/gallery.html"]
    assert [part.text for part in gallery.select("article h2")][:2] == ["The landing page", "The question, and tools"]
    for cards in gallery.select(".figure-gallery"):
        chapter = cards.find_previous_sibling("h3").select_one("a")["href"]
        assert {link["href"].partition("#")[0] for link in cards.select(".card-link")} == {chapter}


def test_a_sheet_holds_the_pictures_of_its_chapter(site, text_pages):
    for cards in text_pages["book/gallery.html"].select(".figure-gallery"):
        images = cards.select("img")
        assert len({image["src"] for image in images}) == 1, "one request for each chapter"
        with Image.open((site / "book" / images[0]["src"]).resolve()) as sheet:
            for position, image in enumerate(images):
                given = (int(image["width"]), int(image["height"]))
                assert sheet.size in (given, tuple(round(FEWER * side) for side in given)), "noise has fewer pixels"
                assert image.parent["style"] == f"--position:{position}; --pictures:{len(images)}"
                top, bottom = (sheet.height * end // len(images) for end in (position, position + 1))
                part = sheet.convert("RGB").crop((0, top, sheet.width, bottom))
                assert len(part.getcolors(1 << 16)) > 1, "a picture, and not a blank"


def test_a_small_picture_is_the_panel_with_most_colour_without_the_words_of_its_axes():
    stored = Image.new("RGB", (1320, 495), "white")
    stored.paste((0, 114, 178), (660, 0, 1320, 495))
    stored.paste((0, 0, 0), (660, 450, 1320, 495))  # where the words are
    panel = panel_of(stored, {"panels": 2, "panel_size": [660, 495]})
    assert panel.getcolors() == [(panel.width * panel.height, (0, 114, 178))]


def in_chapters_in_order(in_chapters, cards):
    """The figures in the order of the cards, each of which names its own page."""
    by_page = {f"../{own_page(name)}": (name, shown) for name, shown in in_chapters.items()}
    return [by_page[card.select("a")[1]["href"]] for card in cards]
