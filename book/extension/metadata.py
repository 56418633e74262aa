"""Metadata: what search engines, link previews and readers with a wrong address get.

Every page states its description, its canonical address and a card (Open Graph, ogp.me) with a picture of its
own; the site gets a sitemap (sitemaps.org), robots.txt and a page for addresses that lead nowhere.
"""

import posixpath
import re
import textwrap
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from docutils import nodes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from book.extension import cover
from book.extension.built import when_built
from emergence.live.palette import GREY, INK, PAPER

MISSING = "404"
# Pages that are made from no text of the book: title and description.
UNWRITTEN = {
    "genindex": ("Index", "Every term that {book} indexes, in alphabetical order."),
    "search": ("Search", "Search the text of {book} for a word; the search runs in your browser."),
    MISSING: ("No such page", "This page of {book} does not exist. Start from the contents, or search the book."),
}
MISSING_BODY = """<section><h1>There is no page at this address</h1>
<p>It may have moved, or the address has a slip. The contents are on the
<a href="index.html">first page</a>, and you can <a href="search.html">search the book</a>.</p></section>"""
CARD_INCHES, CARD_DPI = (12.0, 6.3), 100  # 1200 × 630 pixels, which link previews show uncut
PANEL = 4 / 3  # width over height of one panel of a live figure
RELATIVE = re.compile(r'\b(href|src|action|data-content_root)="(?![a-z]+:|[/#])(?:\./)?([^"]*)"')


# -- description -----------------------------------------------------------------------------------------


def _labelled(paragraph: nodes.paragraph) -> bool:
    """Whether it begins with words in bold."""
    begins = next((child for child in paragraph.children if child.astext().strip()), None)
    return isinstance(begins, nodes.strong)


def plain_text(paragraph: nodes.paragraph) -> str:
    """Return the text of a paragraph without the badges of claims and the marks of TeX."""
    plain = paragraph.deepcopy()
    for node in list(plain.findall(nodes.inline)):
        if "claim-badge" in node["classes"]:
            node.parent.remove(node)
    for node in list(plain.findall(nodes.math)):
        node.replace_self(nodes.Text(re.sub(r"[\\{}_^]", "", node.astext())))
    return re.sub(r"\s+(?=[.,:;])", "", plain.astext())


def describe(doctree: nodes.document | None, pagename: str, title: str, book: str) -> str:
    """Return the first 155 characters of a page's first paragraph without a label.

    A chapter opens with what the reader will be able to do and needs; those words, in bold, are the same in all.
    """
    if doctree is None:
        return UNWRITTEN[pagename][1].format(book=book)
    paragraphs = (node for node in doctree.findall(nodes.paragraph) if isinstance(node.parent, nodes.section))
    first = next((node for node in paragraphs if not _labelled(node)), None)
    description = ""
    for word in (plain_text(first) if first else f"{title} of {book}").split():
        if len(description) + len(word) > 155:
            return description + " …"
        description = f"{description} {word}".strip()
    return description


# -- card ------------------------------------------------------------------------------------------------


def draw_card(path: Path, title: str, subtitle: str, picture: Path | None) -> None:
    """Draw the picture of a link preview: the page's title beside its first figure, over a subtitle, and a strip of the
    cover."""
    figure = Figure(CARD_INCHES, dpi=CARD_DPI, facecolor=PAPER)
    canvas = FigureCanvasAgg(figure)
    lines = textwrap.wrap(title, 15 if picture else 30)
    size = 48 if max(map(len, lines)) <= 13 or not picture else 42
    heading = {"size": size, "color": INK, "family": cover.SANS, "weight": "semibold", "va": "center"}
    figure.text(0.09, 0.56, "\n".join(lines), linespacing=1.15, parse_math=False, **heading)
    foot = textwrap.wrap(subtitle, 29)
    label = {"size": 22, "color": GREY, "family": cover.LABELS, "va": "bottom"}
    figure.text(0.09, 0.1, "\n".join(foot), linespacing=1.3, parse_math=False, **label)
    strip = figure.add_axes((0, 0, 0.05, 1))
    strip.imshow(np.asarray(cover.strip()), interpolation="nearest", aspect="auto")
    strip.set_axis_off()
    if picture:
        with Image.open(picture) as image:
            panel = image.convert("RGB").crop((0, 0, min(image.width, round(image.height * PANEL)), image.height))
        axes = figure.add_axes((0.48, 0.17, 0.49, 0.72))
        axes.imshow(np.asarray(panel), interpolation="lanczos")
        axes.set_axis_off()
    canvas.draw()
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    drawn.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def first_picture(app: Sphinx, doctree: nodes.document | None) -> Path | None:
    """Return the file of a page's first picture."""
    picture = next(iter(doctree.findall(nodes.image)), None) if doctree else None
    if picture is None or not picture["uri"].endswith(".png"):
        return None
    return Path(app.srcdir, picture["uri"].lstrip("/"))


# -- pages -----------------------------------------------------------------------------------------------


def address(app: Sphinx, pagename: str) -> str:
    """Return the public address of a page; the landing page has that of the site."""
    return app.config.html_baseurl + ("" if pagename == app.config.root_doc else f"{pagename}.html")


def add_metadata(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Write description, card and canonical address into the head of a page, and draw the card's picture."""
    book = app.config.html_title
    title = unescape(re.sub(r"<[^>]*>", "", context["title"])).strip() if doctree else UNWRITTEN[pagename][0]
    context["pageurl"] = address(app, pagename)
    written = re.search(r'<meta [^>]*name="description"[^>]*content="([^"]*)"', context.get("metatags", ""))
    description = unescape(written[1]) if written else describe(doctree, pagename, title, book)
    card = posixpath.join("_images", "cards", f"{pagename.replace('/', '-')}.png")
    draw_card(Path(app.outdir, card), title, description if title == book else book, first_picture(app, doctree))
    tags = {
        "og:type": "website" if pagename == app.config.root_doc else "article",
        "og:site_name": book,
        "og:title": title,
        "og:description": description,
        "og:url": context["pageurl"],
        "og:image": app.config.html_baseurl + card,
        "og:image:width": f"{CARD_INCHES[0] * CARD_DPI:.0f}",
        "og:image:height": f"{CARD_INCHES[1] * CARD_DPI:.0f}",
        "og:image:alt": f"{title}, a page of {book}",
    }
    names = {"twitter:card": "summary_large_image"} | ({} if written else {"description": description})
    context["metatags"] = context.get("metatags", "") + "".join(
        [f'\n<meta name="{name}" content="{escape(value)}">' for name, value in names.items()]
        + [f'\n<meta property="{name}" content="{escape(value)}">' for name, value in tags.items()]
    )


def add_missing_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Add the page that a host shows for an address that leads nowhere."""
    yield MISSING, {"title": UNWRITTEN[MISSING][0], "body": MISSING_BODY, "metatags": ""}, "page.html"


def root_addresses(page: str, root: str) -> str:
    """Let a page's relative addresses begin at the path of the site, so that it can stand in for pages at any depth."""
    page, found = RELATIVE.subn(rf'\1="{root}\2"', page)
    if not found:
        raise ExtensionError(f"{MISSING}.html has no relative addresses like {RELATIVE.pattern!r}")
    return page


def root_missing_page(app: Sphinx, site: Path) -> None:
    """Write the page for wrong addresses anew."""
    path = site / f"{MISSING}.html"
    path.write_text(root_addresses(path.read_text("utf-8"), urlsplit(app.config.html_baseurl).path), "utf-8")


def write_sitemap(app: Sphinx, site: Path) -> None:
    """List all pages made from a text, and tell robots where the list is."""
    listing = ET.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for pagename in sorted(app.env.found_docs):
        ET.SubElement(ET.SubElement(listing, "url"), "loc").text = address(app, pagename)
    ET.indent(listing)
    ET.ElementTree(listing).write(site / "sitemap.xml", "utf-8", xml_declaration=True)
    robots = f"User-agent: *\nAllow: /\nSitemap: {app.config.html_baseurl}sitemap.xml\n"
    (site / "robots.txt").write_text(robots, "utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    app.connect("html-page-context", add_metadata, priority=900)
    app.connect("html-collect-pages", add_missing_page)
    when_built(app, write_sitemap, priority=500)
    when_built(app, root_missing_page, priority=500)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
