"""What helps a reader through the book: back to where a chapter was left, and on to the question of the next one.

Where the reader stopped, and which sections have been read to the end, only the reader's browser knows: reading.js
keeps it. The question of a chapter is the one that its card on the landing page asks (landing.py).
"""

import json
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from book.extension.built import below_title, minify
from book.extension.live_pages import PAGE_BUILDERS
from book.extension.notebook_copies import is_chapter
from book.extension.predictions import spoken


def add_questions(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Put the questions of the chapters before and after a page beside their titles at its foot."""
    if doctree is None or app.builder.name not in PAGE_BUILDERS:
        return
    _, *neighbours = app.builder.relations.get(pagename, (None, None, None))
    for name, neighbour in zip(("prev", "next"), neighbours, strict=True):
        chapter = app.env.metadata.get(neighbour, {}).get("chapter")
        if chapter and chapter.question:
            question = escape(chapter.question, quote=False)
            context[name]["title"] += f' <span class="prev-next-question">{question}</span>'


@cache
def continue_script() -> str:
    """Return continue.js, which runs before what stands below its row is there, so that nothing moves."""
    return minify(Path(__file__).with_name("continue.js").read_text("utf-8"), "--minify").strip()


def sections(doctree: nodes.document) -> list[tuple[str, str]]:
    """List the sections of a chapter: their places and their titles."""
    (chapter,) = (node for node in doctree.children if isinstance(node, nodes.section))
    return [(node["ids"][0], spoken(node[0])) for node in chapter.children if isinstance(node, nodes.section)]


def add_row(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Make room under the title of a chapter for the way back to where the reader stopped."""
    if doctree is None or app.builder.name not in PAGE_BUILDERS or not is_chapter(app, pagename):
        return
    listed = escape(json.dumps(sections(doctree), ensure_ascii=False, separators=(",", ":")))
    row = (
        f'\n<p class="reading-row" data-chapter="{escape(pagename)}" data-sections="{listed}" hidden>'
        f"Continue where you stopped: </p><script>{continue_script()}</script>"
    )
    context["body"] = below_title(context["body"], row)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it comes after notebook_copies, which knows the chapters and stands below its row."""
    app.add_css_file("reading.css")
    app.add_js_file("reading.js")
    app.connect("html-page-context", add_questions)
    app.connect("html-page-context", add_row, priority=850)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
