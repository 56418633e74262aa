"""Every figure has a page of its own, and a place in the gallery."""

from __future__ import annotations

import json
import posixpath
from html import unescape

import pytest

from book.extension.live_pages import own_page


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
    assert own == {own_page(name) for name in in_chapters}
    for name, (page, element) in in_chapters.items():
        text = unescape((site / own_page(name)).read_text("utf-8"))
        assert text.count('class="live-figure"') == 1 and f"<h1>{element['aria-label']}</h1>" in text
        data = json.loads((site / own_page(name)).read_text("utf-8").split('id="live-page">')[1].split("</script>")[0])
        [cell] = data["cells"]
        assert cell["figure"] == name and str(cell["index"]) == element["data-cell"]
        assert f'href="../../{page}#live-cell-{element["data-cell"]}"' in text


def test_what_a_page_of_its_own_loads_is_there(site, in_chapters):
    for name in in_chapters:
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
        assert in_book.select_one("span").text == element["aria-label"]
        assert (site / "book" / card.select_one("img")["src"]).resolve().is_file()


def in_chapters_in_order(in_chapters, cards):
    """The figures in the order of the cards, each of which names its own page."""
    by_page = {f"../{own_page(name)}": (name, shown) for name, shown in in_chapters.items()}
    return [by_page[card.select("a")[1]["href"]] for card in cards]
