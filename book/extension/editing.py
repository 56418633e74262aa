"""Code that can be changed in the page: the buttons that open an editor, and the sources of the figures' modules.

The buttons stand on the page from the start, so nothing moves; they need editing.js, and are hidden without scripts and
on paper. A source is a file of its own, because the page's Python, once it has started, holds only bytecode.
"""

from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from book.extension.built import when_built
from book.extension.predictions import controls
from book.kernel import assets

FIGURES = assets.ROOT / "emergence" / "figures"


def button_html(action: str, text: str, of: str) -> str:
    """Write the button that opens an editor of something."""
    return (
        f'<p class="live-actions live-edit"><button type="button" data-action="{action}" '
        f'aria-label="{text}: {escape(of)}">{text}</button></p>'
    )


def add_buttons(app: Sphinx, doctree: nodes.document) -> None:
    """Offer an editor beside the code of each cell, and below the code of a figure's cell another for its module."""
    cells = {cell["index"]: cell for cell in app.env.metadata[app.env.docname].get("live_cells", [])}
    for container in list(doctree.findall(nodes.container)):
        if "live-cell" not in container["classes"]:
            continue
        source, cell = container.children[0], cells[container["cell_index"]]
        container.insert(1, controls(html=button_html("edit", "Edit", cell["id"])))
        if cell["figure"]:
            source.append(controls(html=button_html("module", "Open the figure’s code", cell["figure"])))


def copy_sources(app: Sphinx, site: Path) -> None:
    """Put the sources of the modules of all shown figures into the finished site."""
    for metadata in app.env.metadata.values():
        for cell in metadata.get("live_cells", []):
            if cell["figure"]:
                path = Path(*cell["figure"].split(".")).with_suffix(".py")
                assets.place(FIGURES / path, site / "_static" / "live" / "figures" / path)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it comes after live_pages, which names the cells."""
    app.connect("doctree-read", add_buttons, priority=700)
    when_built(app, copy_sources, priority=500)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
