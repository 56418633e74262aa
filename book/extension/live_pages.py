"""Sphinx extension: the built page of a notebook, with its live figures at rest.

A live figure is a code cell whose stored output carries the figure's controls in its metadata. On the built
page it stands as its picture, its sentence and native controls, none of which needs a script; the page also
holds the code of its cells, so that page.js can start a kernel when a reader touches a control. Builders
other than HTML get the plain picture, with the sentence as its alternative text.
"""

import json
import posixpath
import struct
from base64 import b64decode
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from book.extension.built import below_title
from book.extension.moved import moved_from
from book.kernel import assets
from emergence.live.markup import StoredPicture, figure_html, script_json

READERS_SECONDS = 60  # how long code may run that a reader has changed
PAGE_BUILDERS = ("html", "dirhtml", "singlehtml")
NO_PICTURE = "{path}: cell {index} is a live figure without a stored {missing}; run `make notebooks`"


class live_figure(nodes.General, nodes.Element):
    """A live figure: its cell's index, its specification and sentence; its only child is the picture."""


def figure_output(cell: dict[str, Any]) -> dict[str, Any] | None:
    """Return the output of a code cell that is a live figure, or None."""
    for output in cell["outputs"]:
        if "emergence" in output.get("metadata", {}):
            return output
    return None


def picture_size(png: bytes) -> tuple[int, int]:
    """Read width and height in pixels from a PNG file's header."""
    return struct.unpack(">II", png[16:24])


# -- reading: from notebook to document ------------------------------------------------------------------


def mark_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Name the code cells of a notebook, keep their code, and replace the outputs of live figures."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    code_cells = {
        index: cell
        for index, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"])
        if cell["cell_type"] == "code" and "live-skip" not in cell["metadata"].get("tags", [])
    }
    figures = {index: figure_output(cell) for index, cell in code_cells.items()}
    for container in list(doctree.findall(nodes.container)):
        index = container.get("cell_index")
        if container.get("nb_element") != "cell_code" or index not in code_cells:
            continue
        container["ids"].append(f"live-cell-{index}")
        container["classes"].append("live-cell")
        if figures[index]:
            replace_output(container, index, figures[index], path)
    app.env.metadata[app.env.docname]["live_cells"] = [
        {
            "index": index,
            "id": cell["id"],
            "code": "".join(cell["source"]),
            "figure": figures[index]["metadata"]["emergence"]["figure"] if figures[index] else None,
        }
        for index, cell in code_cells.items()
    ]


def replace_output(container: nodes.container, index: int, output: dict[str, Any], path: Path) -> None:
    """Put a live figure in the place of a cell's stored output."""
    for missing in ("image/png", "text/plain"):
        if missing not in output["data"]:
            raise ExtensionError(NO_PICTURE.format(path=path.name, index=index, missing=missing))
    bundle = next(node for node in container.findall(nodes.container) if node.get("nb_element") == "mime_bundle")
    picture = next(node for node in bundle.children if node["mime_type"] == "image/png").next_node(nodes.image)
    sentence = "".join(output["data"]["text/plain"])
    picture["alt"] = sentence
    width, height = picture_size(b64decode("".join(output["data"]["image/png"])))
    figure = live_figure(
        "",
        picture.deepcopy(),
        cell=index,
        spec=output["metadata"]["emergence"],
        sentence=sentence,
        width=width,
        height=height,
    )
    # The theme frames what stands in a cell's output; a live figure has its own frame.
    bundle.parent["classes"] = ["live-output"]
    bundle.replace_self(figure)


# -- writing: from document to page ----------------------------------------------------------------------


def toolbar_html() -> str:
    """Write the buttons that run and stop all code of a page; they stand there from the start, so nothing moves."""
    return (
        '<div class="live-toolbar" role="group" aria-label="Code of this page">'
        '<button type="button" data-action="run">Run this page</button>'
        '<button type="button" data-action="stop" disabled>Stop</button><span role="status"></span></div>'
    )


def visit_html(translator: Any, node: live_figure) -> None:
    """Write the figure with its controls; a book without scripts (EPUB) gets the picture alone."""
    if translator.builder.name not in PAGE_BUILDERS:
        return
    picture = node.next_node(nodes.image)
    source = posixpath.join(translator.builder.imgpath, quote(translator.builder.images[picture["uri"]]))
    stored = StoredPicture(source, node["width"], node["height"])
    translator.body.append(figure_html(node["spec"], node["sentence"], cell=node["cell"], picture=stored))
    raise nodes.SkipNode


def pass_through(translator: Any, node: live_figure) -> None:
    """Let the picture speak for the figure."""


def own_page(figure: str) -> str:
    """Return the address of a figure's own page, from the root of the site."""
    return f"figures/{figure.replace('.', '/')}.html"


def page_data(app: Sphinx, live: str, cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Say what page.js needs: where the parts of the kernel are, and the code of the page's cells."""
    pyodide = app.config.live_pyodide_url or f"{live}pyodide/"
    return {
        "live": live,
        "pyodide": pyodide,
        "assets": f"{live}assets.json",
        "limit": READERS_SECONDS,
        "cells": cells,
    }


def add_page_data(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a page with code cells its code, its script and its style sheet."""
    cells = app.env.metadata.get(pagename, {}).get("live_cells")
    if not cells or doctree is None or app.builder.name not in PAGE_BUILDERS:
        return
    data = page_data(app, context["pathto"]("_static/live/", resource=True), cells)
    if moved := moved_from(pagename, app.env.metadata, context["pathto"]):
        data["moved"] = moved
    if toolbar_html() not in context["body"]:  # a page may have it elsewhere (landing.py)
        context["body"] = below_title(context["body"], f"\n{toolbar_html()}")
    context["body"] += f'\n<script type="application/json" id="live-page">{script_json(data)}</script>'
    app.add_css_file("live/page.css", priority=900)
    app.add_js_file("live/page.js", priority=900, loading_method="defer")


# -- the front end ---------------------------------------------------------------------------------------


def build_front_end(app: Sphinx) -> None:
    """Build the scripts (or take them from the cache) and install KaTeX's style sheet and fonts."""
    if app.builder.name in PAGE_BUILDERS:
        static = Path(app.outdir) / "_static"
        assets.install_katex(static / "katex")
        assets.install_bundle(static / "live")  # now, so that Sphinx finds what the pages link


def install_front_end(app: Sphinx, exception: Exception | None) -> None:
    """Put the scripts, Pyodide and the wheels into the finished site."""
    if exception is None and app.builder.name in PAGE_BUILDERS:
        live = Path(app.outdir) / "_static" / "live"
        assets.install_pyodide(live, copy=not app.config.live_pyodide_url)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    app.add_config_value("live_pyodide_url", "", "html", types=[str])
    app.add_node(
        live_figure,
        html=(visit_html, pass_through),
        latex=(pass_through, pass_through),
        text=(pass_through, pass_through),
        man=(pass_through, pass_through),
        texinfo=(pass_through, pass_through),
    )
    app.connect("doctree-read", mark_cells)
    app.connect("builder-inited", build_front_end)
    app.connect("html-page-context", add_page_data)
    app.connect("build-finished", install_front_end)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
