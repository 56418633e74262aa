"""The landing page: its figure comes first, and every chapter has a card.

A chapter says of itself, in the metadata of its notebook, which question it asks and which chapters it builds on:
`"emergence": {"question": "…?", "needs": ["chapters/physics/symmetry_breaking"], "figure": "two_limits.islands"}`. The
figure is the one whose picture the card shows, by default the chapter's first. The rest of a card is counted. The
directive {chapter-cards} makes the cards from _toc.yml.

A cell with the tag `figure-first` shows its figure before its code, and the buttons that run the page below both.
"""

import json
import math
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata
from sphinx_exercise.nodes import solution_node

from book.extension.built import contents, when_built
from book.extension.gallery import WIDE, Shown, by_chapter, draw_sheet, thumbnail_html
from book.extension.live_pages import PAGE_BUILDERS, toolbar_html
from book.extension.notebook_copies import is_chapter
from book.extension.predictions import controls

WORDS_PER_MINUTE = 200  # of a text with formulas; what a reader works out takes longer
LENGTH = f"<p>Minutes are for reading, at {WORDS_PER_MINUTE} words a minute; playing and practising take longer.</p>"
FIGURE_FIRST = "tag_figure-first"


class Chapter(NamedTuple):
    """What a chapter says of itself."""

    question: str
    needs: tuple[str, ...]
    figure: str
    words: int


class chapter_cards(nodes.General, nodes.Element):
    """Where the cards stand; what they show is known when all documents have been read."""


class ChapterCards(SphinxDirective):
    """List the chapters of the book as cards."""

    def run(self) -> list[nodes.Node]:
        return [chapter_cards()]


# -- reading ---------------------------------------------------------------------------------------------


def words_in(node: nodes.Node) -> int:
    """Count the words of a text: a formula is one, and code and solutions, which are folded, have none."""
    if isinstance(node, nodes.Text):
        return len(node.split())
    if isinstance(node, nodes.math | nodes.math_block):
        return 1
    if isinstance(node, nodes.literal_block | nodes.raw | nodes.comment | solution_node):
        return 0
    if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
        return 0
    return sum(map(words_in, node.children))


def note_chapter(app: Sphinx, doctree: nodes.document) -> None:
    """Note what a chapter says of itself, and how long it is; and of a page that its figure takes all its width."""
    docname = app.env.docname
    if any(FIGURE_FIRST in container["classes"] for container in doctree.findall(nodes.container)):
        app.env.metadata[docname][WIDE] = ""
    if not is_chapter(app, docname):
        return
    said = json.loads(Path(app.env.doc2path(docname)).read_text("utf-8"))["metadata"].get("emergence", {})
    app.env.metadata[docname]["chapter"] = Chapter(
        said.get("question", ""), tuple(said.get("needs", ())), said.get("figure", ""), words_in(doctree)
    )


# -- writing ---------------------------------------------------------------------------------------------


def put_figure_first(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let a figure stand before its code, and the buttons that run the page below both."""
    for cell in list(doctree.findall(nodes.container)):
        if FIGURE_FIRST in cell["classes"]:
            cell.insert(0, cell.pop())
            cell.parent.insert(cell.parent.index(cell) + 1, controls(html=toolbar_html()))


class Card(NamedTuple):
    """A chapter with its place in the book, and the figure that stands for it."""

    part: str
    docname: str
    chapter: Chapter
    figures: int
    shown: Shown | None


def cards(app: Sphinx) -> Iterator[Card]:
    """Go through the chapters. Raises ExtensionError for a figure that a chapter names and does not show."""
    figures = by_chapter(app)
    for part, docname in contents(app):
        chapter: Chapter | None = app.env.metadata[docname].get("chapter")
        if chapter is None:
            continue
        there = {shown.node["spec"]["figure"]: shown for shown in figures.get(docname, ())}
        if chapter.figure and chapter.figure not in there:
            raise ExtensionError(f"{docname} names the figure {chapter.figure}, but shows {', '.join(there) or 'none'}")
        shown = there.get(chapter.figure) or next(iter(there.values()), None)
        yield Card(part, docname, chapter, len(there), shown)


def by_part(app: Sphinx) -> dict[str, list[Card]]:
    """The cards of each part, in the order of the book."""
    return {part: list(those) for part, those in groupby(cards(app), lambda card: card.part)}


def sheet_of(part: str) -> str:
    """Return the file with the pictures of a part's cards, from the root of the site."""
    return f"_images/chapters/{nodes.make_id(part)}.webp"


def draw_pictures(app: Sphinx, site: Path) -> None:
    """Draw the pictures of the cards."""
    for part, those in by_part(app).items():
        if pictures := [card.shown for card in those if card.shown]:
            draw_sheet(app, site / sheet_of(part), pictures)


def fill_cards(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the chapters, as cards, in the place of the directive."""
    for place in list(doctree.findall(chapter_cards)):
        root = "../" * docname.count("/")
        text = [LENGTH, '<ul class="chapter-cards">']
        for part, those in by_part(app).items():
            pictures = [card.shown for card in those if card.shown] if app.builder.name in PAGE_BUILDERS else []
            for card in those:
                picture = ""
                if card.shown in pictures:
                    sentence = card.shown.node["sentence"]
                    picture = thumbnail_html(root + sheet_of(part), pictures.index(card.shown), len(pictures), sentence)
                text.append(card_html(app, card, root, picture))
        place.replace_self(nodes.raw("", "\n".join([*text, "</ul>"]), format="html"))


def card_html(app: Sphinx, card: Card, root: str, picture: str) -> str:
    """Write the card of a chapter. Raises ExtensionError if it builds on a page that there is not."""

    def link(docname: str, name: str = "") -> str:
        if docname not in app.env.titles:
            raise ExtensionError(f"{card.docname} builds on {docname}, which is no page of the book")
        address = app.builder.get_target_uri(docname)
        style = f' class="{name}"' if name else ""
        return f'<a{style} href="{root}{escape(address)}">{escape(app.env.titles[docname].astext())}</a>'

    chapter = card.chapter
    exercises = len(app.env.metadata[card.docname].get("exercises", ()))
    length = [f"{minutes(chapter.words)} min", counted(card.figures, "figure"), counted(exercises, "exercise")]
    needs = ", ".join(map(link, chapter.needs))
    return (
        f'<li class="picture-card">{picture}<p class="card-part">{escape(card.part)}</p>'
        f"<h3>{link(card.docname, 'card-link')}</h3>"
        f'<p class="card-question">{escape(chapter.question)}</p>'
        f'<p class="card-length">{" · ".join(filter(None, length))}</p>'
        f'<p class="card-needs">{f"Builds on {needs}" if needs else "Needs no other chapter"}</p></li>'
    )


def minutes(words: int) -> int:
    """How long it takes to read so many words."""
    return math.ceil(words / WORDS_PER_MINUTE)


def counted(number: int, name: str) -> str:
    """Write a number of things; nothing, if there is none."""
    return f"{number} {name}{'s' if number > 1 else ''}" if number else ""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it comes after gallery, exercises and editing, whose work it shows."""
    app.add_node(chapter_cards)
    app.add_directive("chapter-cards", ChapterCards)
    app.add_css_file("landing.css")
    app.connect("doctree-read", note_chapter)
    app.connect("doctree-resolved", put_figure_first)
    app.connect("doctree-resolved", fill_cards)
    when_built(app, draw_pictures, priority=500)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
