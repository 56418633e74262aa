"""Write the book as EPUB 3: python -m book.forms.epub. Formulas are MathML; reading systems choose the fonts."""

import copy
import mimetypes
import uuid
import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

from bs4 import Tag

from book.extension.cover import draw_cover
from book.forms.offer import offer
from book.forms.paper import NAME, SITE, Book, contents_list, fragment, read_book, style_sheet, title_page

PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en-GB" xml:lang="en-GB">
<head>
<meta charset="utf-8"/>
<title>{title}</title>
<link rel="stylesheet" href="book.css"/>
</head>
<body>
{body}
</body>
</html>
"""
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en-GB">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{id}</dc:identifier>
<dc:title>{title}: {subtitle}</dc:title>
<dc:creator>{authors}</dc:creator>
<dc:language>en-GB</dc:language>
<dc:date>{date:%Y-%m-%d}</dc:date>
<dc:source>{address}</dc:source>
<dc:rights>Text and figures: CC BY 4.0. Code: BSD 3-Clause.</dc:rights>
<meta property="dcterms:modified">{date:%Y-%m-%dT%H:%M:%SZ}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">readingOrder</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">A sentence below each figure says in numbers what it shows.</meta>
</metadata>
<manifest>
<item id="nav" href="contents.xhtml" media-type="application/xhtml+xml" properties="nav{nav_mathml}"/>
<item id="css" href="book.css" media-type="text/css"/>
<item id="cover" href="cover.png" media-type="image/png" properties="cover-image"/>
{items}
</manifest>
<spine>
<itemref idref="front"/>
<itemref idref="nav"/>
{spine}
</spine>
</package>
"""


def file_of(name: str) -> str:
    """The file of a page inside the EPUB."""
    return f"{name.replace('/', '-')}.xhtml"


APPLIES = "\u2061"  # stands between a function and what it is applied to, and is as wide as nothing
THIN = "0.1667em"


def set_spaces(math: Tag) -> None:
    """Set the thin spaces around ln, cos and the like, which KaTeX leaves out of its MathML."""
    for applies in math.find_all("mo", string=APPLIES):
        name, argument = applies.previous_sibling, applies.next_sibling
        if argument and not argument.get_text().startswith("("):
            applies["rspace"] = THIN
        before = name.previous_sibling if name else None
        if before and (before.name != "mo" or before.get_text() == ")"):
            name.insert_before(fragment(f'<mspace width="{THIN}"></mspace>'))


def in_xml(text: Tag, files: dict[str, str]) -> str:
    """Write a part of the book as XHTML. Formulas keep their MathML only; links get the file of what they lead to."""
    text = copy.copy(text)
    for formula in text.select(".katex"):
        math = formula.math.extract()
        math["xmlns"] = "http://www.w3.org/1998/Math/MathML"  # which HTML implies
        for tex in math.find_all("annotation"):
            tex.decompose()
        math.semantics.unwrap()
        for token in math.find_all(["mi", "mn", "mo", "mtext"]):
            token.string = token.get_text()  # KaTeX builds the operator "mod" from letters, which MathML does not allow
        set_spaces(math)
        formula.replace_with(math)
    for span in text.select(".katex-display, .math > .math"):
        span.unwrap()
    for link in text.select("a[href^='#']"):
        link["href"] = files[link["href"][1:]] + link["href"]
    for element in text.find_all(lang=True):
        element["xml:lang"] = element["lang"]
    return text.decode(formatter="minimal")


def parts_of(book: Book) -> Iterator[tuple[str, str | bytes]]:
    """The files of the EPUB, in their order."""
    texts = {"front.xhtml": (book.title, title_page(book))}
    texts |= {file_of(page.name): (page.title, page.text) for page in book.pages}
    files = {element["id"]: file for file, (_, text) in texts.items() for element in [text, *text.find_all(id=True)]}
    contents = in_xml(contents_list(book), files)
    nav = f'<nav epub:type="toc" role="doc-toc" id="toc"><h1>Contents</h1>\n{contents}\n</nav>'
    nav += (
        '\n<nav epub:type="landmarks" hidden="hidden"><h2>Landmarks</h2><ol>'
        '<li><a epub:type="toc" href="#toc">Contents</a></li>'
        f'<li><a epub:type="bodymatter" href="{file_of(book.pages[0].name)}">Text</a></li></ol></nav>'
    )
    items, spine = [], []
    written = {}
    for number, (file, (title, text)) in enumerate(texts.items()):
        body = in_xml(text, files)
        item = f"page-{number}" if number else "front"
        properties = ' properties="mathml"' if "<math" in body else ""
        items.append(f'<item id="{item}" href="{file}" media-type="application/xhtml+xml"{properties}/>')
        if number:
            spine.append(f'<itemref idref="{item}"/>')
        written[file] = PAGE.format(title=escape(title), body=body)
    for number, address in enumerate(book.pictures):
        kind = mimetypes.guess_type(address)[0]
        items.append(f'<item id="picture-{number}" href="{address}" media-type="{kind}"/>')
    said = {name: escape(getattr(book, name)) for name in ("title", "subtitle", "authors", "address")}
    package = PACKAGE.format(
        **said,
        id=uuid.uuid5(uuid.NAMESPACE_URL, book.address),
        date=book.date,
        items="\n".join(items),
        spine="\n".join(spine),
        nav_mathml=" mathml" if "<math" in contents else "",
    )
    yield "mimetype", "application/epub+zip"
    yield "META-INF/container.xml", CONTAINER
    yield "book/package.opf", package
    yield "book/contents.xhtml", PAGE.format(title="Contents", body=nav)
    for file, text in written.items():
        yield f"book/{file}", text
    yield "book/book.css", style_sheet("paper.css", "epub.css")
    yield "book/cover.png", draw_cover(book.title, book.subtitle, book.authors)
    for address, picture in book.pictures.items():
        yield f"book/{address}", picture


def write_epub(book: Book, path: Path) -> None:
    """Write the file; the same book makes the same bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts_of(book):
            entry = zipfile.ZipInfo(name, book.date.timetuple()[:6])
            # The first file says what this is, where programs look for it: as it is.
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)


def main() -> None:
    """Write the EPUB of the built site, and offer it there."""
    path = SITE.parent / f"{NAME}.epub"
    write_epub(read_book(), path)
    offer(path)


if __name__ == "__main__":
    main()
