"""Every figure on a page of its own, without the book around it, and the gallery that shows them all.

A page of its own is for slides and for learning platforms, which embed it; its address takes a state as the chapter's
does, figures/<chapter>/<figure>.html#figure=<name>&<control>=<value>. The directive {figure-gallery} lists the figures
by part and chapter, in the order of _toc.yml. The role {alone}`two_limits.islands` names one by its question and leads
to its own page.
"""

import posixpath
from collections.abc import Iterator
from html import escape
from importlib import import_module
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import numpy as np
from docutils import nodes
from PIL import Image, ImageOps
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.typing import ExtensionMetadata

from book.extension.built import contents, when_built
from book.extension.live_pages import PAGE_BUILDERS, live_figure, own_page, page_data, toolbar_html
from book.extension.moved import MOVED
from book.kernel import assets
from emergence.live.markup import StoredPicture, figure_html, script_json
from emergence.live.picture import AXES

STYLE = "own_page.css"
THUMBNAIL = (400, 300)  # pixels
COLOURS = 16
HEAVY, FEWER = 6000, 0.65  # bytes for a picture; sharp enough for the screens of phones
WIDE = "html_theme.sidebar_secondary.remove"  # the theme's word for a page without its contents at the right


class figure_gallery(nodes.General, nodes.Element):
    """Where the gallery stands; what it shows is known when all documents have been read."""


class FigureGallery(SphinxDirective):
    """List all figures of the book."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname][WIDE] = ""
        return [figure_gallery()]


class Alone(SphinxRole):
    """The question of a figure, which leads to its own page. Raises ImportError for a figure that does not exist."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        module = import_module(f"emergence.figures.{self.text}")
        self.env.note_dependency(module.__file__)
        address = "../" * self.env.docname.count("/") + own_page(self.text)
        return [nodes.reference(self.rawtext, module.figure.title, refuri=address)], []


class Shown(NamedTuple):
    """A figure where the book shows it."""

    part: str
    docname: str
    chapter: str
    node: live_figure


def shown_figures(app: Sphinx) -> Iterator[Shown]:
    """Go through the figures of the book, in the order of its contents."""
    for part, docname in contents(app):
        doctree = app.env.get_doctree(docname)
        for node in doctree.findall(live_figure):
            yield Shown(part, docname, app.env.titles[docname].astext(), node)


def address_in(shown: Shown) -> str:
    """Return the place of a figure in its chapter, from the root of the site."""
    return f"{shown.docname}.html#live-cell-{shown.node['cell']}"


def picture_of(app: Sphinx, shown: Shown) -> str:
    """Return the file of a figure's stored picture, from the root of the site."""
    _, name = app.env.images[shown.node.next_node(nodes.image)["uri"]]
    return posixpath.join(app.builder.imagedir, quote(name))


# -- small pictures ----------------------------------------------------------------------------------------


def panel_of(stored: Image.Image, spec: dict[str, Any]) -> Image.Image:
    """Cut from a stored picture what stands between the axes of one panel: small, the words of axes cannot be read.

    It is the panel with most colour; many figures have one that fills only when the reader moves something. A lattice
    does not reach to the end of the usual axes; the paper beside it is left out.
    """
    width, height = spec["panel_size"]
    left, bottom, across, up = AXES
    box = (left * width, (1 - bottom - up) * height, (left + across) * width, (1 - bottom) * height)
    panels = [
        stored.crop((panel * width, 0, (panel + 1) * width, height)).crop(tuple(map(round, box)))
        for panel in range(spec["panels"])
    ]
    panel = max(panels, key=lambda panel: np.ptp(np.asarray(panel, int), axis=-1).sum())
    return panel.crop(ImageOps.invert(panel).getbbox())


def draw_sheet(app: Sphinx, target: Path, figures: list[Shown]) -> None:
    """Draw the small pictures of several figures below one another, in one file of few colours.

    One by one they would be too many requests, and whole ones heavier than any chapter.
    """
    width, height = THUMBNAIL
    sheet = Image.new("RGB", (width, height * len(figures)))
    for position, shown in enumerate(figures):
        with Image.open(Path(app.outdir, unquote(picture_of(app, shown)))) as stored:
            panel = panel_of(stored.convert("RGB"), shown.node["spec"])
        picture = ImageOps.fit(panel, THUMBNAIL, Image.Resampling.LANCZOS, centering=(0, 1))  # the origin stays in it
        sheet.paste(picture, (0, height * position))
    target.parent.mkdir(parents=True, exist_ok=True)
    content = encode(sheet)
    if len(content) > HEAVY * len(figures):  # flocks and noise, which no encoding makes light: with fewer pixels
        content = encode(sheet.resize([round(FEWER * side) for side in sheet.size], Image.Resampling.BOX))
    target.write_bytes(content)


def encode(sheet: Image.Image) -> bytes:
    """Return a sheet in few colours as WebP without loss, two thirds of a PNG."""
    few, content = sheet.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE), BytesIO()
    few.convert("RGB").save(content, "WEBP", lossless=True, quality=100, method=6)
    return content.getvalue()


def thumbnail_html(sheet: str, position: int, pictures: int, sentence: str) -> str:
    """Write one picture of a sheet; an empty sentence says that it only decorates what stands beside it."""
    width, height = THUMBNAIL
    return (
        f'<span class="thumbnail" style="--position:{position}; --pictures:{pictures}"><img src="{sheet}" '
        f'alt="{escape(sentence)}" width="{width}" height="{height * pictures}" loading="lazy" decoding="async"></span>'
    )


# -- the gallery -------------------------------------------------------------------------------------------


def by_chapter(app: Sphinx) -> dict[str, list[Shown]]:
    """The figures of each page that has some, in the order of the book."""
    return {docname: list(figures) for docname, figures in groupby(shown_figures(app), lambda shown: shown.docname)}


def sheet_of(docname: str) -> str:
    """Return the file with the small pictures of a page's figures, from the root of the site."""
    return f"_images/gallery/{docname.replace('/', '-')}.webp"


def draw_gallery(app: Sphinx, site: Path) -> None:
    """Draw the small pictures of all figures."""
    for docname, figures in by_chapter(app).items():
        draw_sheet(app, site / sheet_of(docname), figures)


def fill_gallery(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the figures, as cards by part and chapter, in the place of the directive."""
    for place in list(doctree.findall(figure_gallery)):
        root = "../" * docname.count("/")
        text, part = [], None
        for chapter, figures in by_chapter(app).items() if app.builder.name in PAGE_BUILDERS else ():
            first = figures[0]
            if first.part != part:
                part = first.part
                text.append(f'<h2 class="gallery-part">{escape(part or "The landing page")}</h2>')
            text.append(f'<h3 class="gallery-chapter"><a href="{root}{chapter}.html">{escape(first.chapter)}</a></h3>')
            cards = [card_html(shown, root, position, len(figures)) for position, shown in enumerate(figures)]
            text += ['<ul class="figure-gallery">', *cards, "</ul>"]
        place.replace_self(nodes.raw("", "\n".join(text), format="html"))


def card_html(shown: Shown, root: str, position: int, figures: int) -> str:
    """Write the card of one figure: its question leads to its chapter."""
    spec, title = shown.node["spec"], escape(shown.node["spec"]["title"])
    picture = thumbnail_html(root + sheet_of(shown.docname), position, figures, shown.node["sentence"])
    return (
        f'<li class="picture-card">{picture}<a class="card-link" href="{root}{escape(address_in(shown))}">{title}</a>'
        f'<a class="card-alone" href="{root}{own_page(spec["figure"])}" aria-label="{title} On its own">on its own</a>'
        "</li>"
    )


OWN_PAGE = """<!doctype html>
<html lang="en" data-theme="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {book}</title>
<link rel="canonical" href="{public}">
<script>try {{ document.documentElement.dataset.theme = localStorage.getItem("mode") || "auto"; }} catch {{}}</script>
<link rel="icon" href="{root}_static/favicon.svg">
<link rel="stylesheet" href="{root}_static/live/page.css?v={style}">
<link rel="stylesheet" href="{root}_static/own_page.css?v={frame}">
</head>
<body>
<main>
<h1>{title}</h1>
{toolbar}
{figure}
<p class="own-source">From <a href="{root}{chapter}" target="_top">{chapter_title}</a>, a page of {book}.</p>
</main>
<script type="application/json" id="live-page">{data}</script>
<script src="{root}_static/live/page.js?v={script}" defer></script>
</body>
</html>
"""


# Where a figure stood alone before it moved to another chapter; frames in courses still ask for it.
MOVED_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · {book}</title>
<link rel="canonical" href="{public}">
<link rel="icon" href="{root}_static/favicon.svg">
<script>location.replace("{root}{to}" + location.hash.replace("{old}", "{new}"));</script>
</head>
<body>
<p>This figure has moved: <a href="{root}{to}">{title}</a>.</p>
</body>
</html>
"""


def write_own_pages(app: Sphinx, site: Path) -> None:
    """Write a page for each figure, and one that leads on for each old name of a figure that has moved.

    Raises ExtensionError for a figure that the book shows twice.
    """
    static = site / "_static"
    parts = {"style": static / "live" / "page.css", "frame": static / STYLE, "script": static / "live" / "page.js"}
    marks = {name: assets.sha256(path)[:8] for name, path in parts.items()}
    titles = {}
    for shown in shown_figures(app):
        spec = shown.node["spec"]
        path = site / own_page(spec["figure"])
        if path.exists():
            raise ExtensionError(
                f"the book shows the figure {spec['figure']} twice, the second time in {shown.docname}"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(own_page_html(app, shown, marks), "utf-8")
        titles[spec["figure"]] = spec["title"]
    for old, new in MOVED.items():
        path, to = site / own_page(old), own_page(new)
        path.parent.mkdir(parents=True, exist_ok=True)
        texts = {"title": titles[new], "book": app.config.html_title, "public": app.config.html_baseurl + to}
        page = MOVED_PAGE.format(
            **{name: escape(text) for name, text in texts.items()},
            root="../" * own_page(old).count("/"),
            to=to,
            old=old,
            new=new,
        )
        path.write_text(page, "utf-8")


def own_page_html(app: Sphinx, shown: Shown, marks: dict[str, str]) -> str:
    """Write the page of one figure."""
    root, node = "../" * own_page(shown.node["spec"]["figure"]).count("/"), shown.node
    picture = StoredPicture(root + picture_of(app, shown), node["width"], node["height"])
    cells = [c for c in app.env.metadata[shown.docname]["live_cells"] if c["index"] == node["cell"]]
    texts: dict[str, Any] = {
        "title": node["spec"]["title"],
        "book": app.config.html_title,
        "public": app.config.html_baseurl + address_in(shown),
        "chapter": address_in(shown),
        "chapter_title": shown.chapter,
    }
    return OWN_PAGE.format(
        **{name: escape(text) for name, text in texts.items()},
        root=root,
        toolbar=toolbar_html(),
        figure=figure_html(node["spec"], node["sentence"], cell=node["cell"], picture=picture),
        data=script_json(page_data(app, f"{root}_static/live/", cells)),
        **marks,
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    app.add_node(figure_gallery)
    app.add_directive("figure-gallery", FigureGallery)
    app.add_role("alone", Alone())
    app.add_css_file("gallery.css")
    app.connect("doctree-resolved", fill_gallery)
    when_built(app, write_own_pages, priority=500)
    when_built(app, draw_gallery, priority=500)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
