"""Print the book into a PDF with Chromium: python -m book.forms.pdf. It has tags, an outline and page numbers."""

import copy
import io
import json
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

import matplotlib
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from book.forms.offer import offer
from book.forms.paper import NAME, ROOT, SITE, Book, contents_list, fragment, read_book, style_sheet, title_page
from book.kernel.assets import install_katex

sys.path.append(str(ROOT / "scripts"))

import chromium  # noqa: E402

logging.getLogger("pypdf").setLevel(logging.ERROR)  # it counts the objects that it copies, and tells
NO_CHINESE = """No font with Chinese letters was found, and the book has Chinese terms. To install one:
  Debian, Ubuntu   sudo apt-get install fonts-droid-fallback"""
# Matplotlib brings them, so that lines break alike on every machine.
FONTS = {
    "STIXGeneral": ("Text", "normal", 400),
    "STIXGeneralItalic": ("Text", "italic", 400),
    "STIXGeneralBol": ("Text", "normal", 700),
    "STIXGeneralBolIta": ("Text", "italic", 700),
    "DejaVuSans": ("Signs", "normal", 400),
    "DejaVuSansMono": ("Code", "normal", 400),
    "DejaVuSansMono-Bold": ("Code", "normal", 700),
}
FACE = '@font-face {{ font-family: "{0}"; font-style: {1}; font-weight: {2}; src: url("fonts/{3}.ttf"); }}'
# A page's name and its part, over each of its sheets.
HEAD = """@page page-{number} {{
  @top-left {{ content: {part}; font: 9.5pt "Text", "Signs", sans-serif; }}
  @top-right {{ content: {title}; font: italic 9.5pt "Text", "Signs", sans-serif; }}
}}
#{id} {{ page: page-{number}; }}"""
HTML = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="katex/katex.min.css">
<style>{style}</style>
</head>
<body>{body}</body>
</html>
"""
SHEET = {"width": round(152 / 25.4 * 96), "height": 900}  # the width of the text, 152 mm, in pixels
NARROWEST = 0.6
# What is wider than the text gets smaller letters. Returns the least scale.
FIT = """() => {
  let least = 1;
  for (const box of document.querySelectorAll(".katex-display, table")) {
    const room = box.parentElement.clientWidth;
    const scale = room / Math.max(box.scrollWidth, box.offsetWidth);
    if (scale >= 1) continue;
    box.style.fontSize = `${0.99 * scale}em`;
    least = Math.min(least, scale);
  }
  return least;
}"""
NUMBER = """(pages) => {
  for (const place of document.querySelectorAll("[data-page-of]")) place.textContent = pages[place.dataset.pageOf];
}"""

HEADINGS = """[...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(
  (heading) => heading.textContent.replace(/\\s+/g, " ").trim())"""


def quoted(text: str) -> str:
    """A string of CSS."""
    return json.dumps(text, ensure_ascii=False)


def html_of(book: Book) -> str:
    """Write the book as one page for the browser. Places for page numbers are of their later width."""
    contents = fragment('<section class="contents"><h1>Contents</h1></section>')
    contents.append(contents_list(book))
    pages = {page: copy.copy(page.text) for page in book.pages}
    sections = [title_page(book), contents, *pages.values()]
    for hidden in (formula for section in sections for formula in section.select(".katex-mathml")):
        hidden.decompose()  # it would be spoken, but it is not drawn, and a PDF has only what is drawn
    for drawn in (formula for section in sections for formula in section.select(".katex-html")):
        del drawn["aria-hidden"]
    for link in contents.select("a"):
        place = link["href"][1:]
        words = fragment("<span></span>")
        words.extend(list(link.children))
        link.extend([words, fragment(f'<span class="page-number" data-page-of="{place}">000</span>')])
    for link in (link for section in sections for link in section.select("a.see")):
        link.append(fragment(f'<span>, page <span data-page-of="{link["href"][1:]}">000</span></span>'))
    for page, text in pages.items():
        if page.part:
            text.h1.insert_before(fragment(f'<p class="part">{escape(page.part)}</p>'))
    heads = (
        HEAD.format(number=number, id=page.id, part=quoted(page.part), title=quoted(page.title))
        for number, page in enumerate(book.pages)
    )
    faces = (FACE.format(*face, name) for name, face in FONTS.items())
    style = "\n".join([*faces, style_sheet("paper.css", "pdf.css"), *heads])
    return HTML.format(title=escape(book.title), style=style, body="\n".join(map(str, sections)))


def write_folder(book: Book, folder: Path) -> Path:
    """Write what the browser prints, with pictures and fonts; return the page."""
    for address, picture in book.pictures.items():
        path = folder / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
    fonts = Path(matplotlib.get_data_path(), "fonts", "ttf")
    (folder / "fonts").mkdir()
    for name in FONTS:
        shutil.copy(fonts / f"{name}.ttf", folder / "fonts")
    install_katex(folder / "katex")
    page = folder / "book.html"
    page.write_text(html_of(book), "utf-8")
    return page


def numbers_of_places(document: PdfReader) -> dict[str, int]:
    """The numbers of the pages on which those ids are that links lead to."""
    places = document.named_destinations.items()
    return {name.removeprefix("/"): document.get_destination_page_number(place) + 1 for name, place in places}


def print_numbered(page: Page) -> PdfReader:
    """Print, and print again with the numbers of pages that links lead to, until they are right."""
    wanted = page.evaluate("[...document.querySelectorAll('[data-page-of]')].map(place => place.dataset.pageOf)")
    said: dict[str, int] = {}
    for _ in range(4):
        printed = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        reader = PdfReader(io.BytesIO(printed))
        places = numbers_of_places(reader)
        found = {name: places[name] for name in wanted}
        if found == said:
            return reader
        said = found
        page.evaluate(NUMBER, said)
    raise ValueError("the numbers of pages change with every printing")


def entries_of(outline: DictionaryObject) -> Iterator[DictionaryObject]:
    """All entries of an outline, or of one of its entries, in their order."""
    entry = outline.get("/First")
    while entry is not None:
        entry = entry.get_object()
        yield entry
        yield from entries_of(entry)
        entry = entry.get("/Next")


def name_entries(writer: PdfWriter, headings: list[str]) -> None:
    """Name the entries of the outline: Chromium says a heading twice that it had laid out on the page before."""
    entries = list(entries_of(writer.root_object["/Outlines"]))
    if len(entries) != len(headings):
        raise ValueError(f"{len(headings)} headings have {len(entries)} entries in the outline of the PDF")
    for entry, heading in zip(entries, headings, strict=True):
        entry[NameObject("/Title")] = TextStringObject(heading)


def write_pdf(book: Book, path: Path) -> None:
    """Print the book. Raises ValueError for a formula or a table that is far wider than the paper."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        address = write_folder(book, Path(folder)).as_uri()
        browser = playwright.chromium.launch(executable_path=chromium.require(), args=chromium.FLAGS)
        page = browser.new_page(viewport=SHEET)
        page.emulate_media(media="print")
        page.goto(address, wait_until="load")
        page.evaluate("document.fonts.ready")
        if (least := page.evaluate(FIT)) < NARROWEST:
            raise ValueError(f"a formula or a table would need letters of {least:.0%} to fit on paper")
        reader = print_numbered(page)
        headings = page.evaluate(HEADINGS)
        browser.close()
    writer = PdfWriter(clone_from=reader)
    name_entries(writer, headings)
    date = f"{book.date:D:%Y%m%d%H%M%SZ}"
    writer.add_metadata({"/Author": book.authors, "/Subject": book.subtitle, "/CreationDate": date, "/ModDate": date})
    writer.page_mode = "/UseOutlines"
    writer.write(path)


def finds_chinese() -> bool:
    """Whether this machine has a font with Chinese letters; macOS and Windows come with some."""
    if sys.platform != "linux":
        return True
    command = ["fc-list", ":lang=zh"]
    return bool(shutil.which("fc-list")) and bool(subprocess.run(command, capture_output=True).stdout.strip())


def main() -> None:
    """Write the PDF of the built site, and offer it there."""
    if not finds_chinese():
        raise SystemExit(NO_CHINESE)
    path = SITE.parent / f"{NAME}.pdf"
    write_pdf(read_book(), path)
    offer(path)


if __name__ == "__main__":
    main()
