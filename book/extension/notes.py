"""Footnotes beside the text.

A note stands right after the paragraph, list or box that it belongs to, not at the end of the page: below it on a
narrow page, and in the margin where there is one (notes.css). So it is read after what it explains, and nothing runs
into it.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata


def block_of(node: nodes.Node) -> nodes.Element:
    """Return the part of a section in which a node stands."""
    while not isinstance(node.parent, nodes.section):
        node = node.parent
    return node


def bring_notes(app: Sphinx, doctree: nodes.document) -> None:
    """Put each footnote of a page after the block that is the first to refer to it."""
    notes = {note["ids"][0]: note for note in doctree.findall(nodes.footnote)}
    for reference in list(doctree.findall(nodes.footnote_reference)):
        note = notes.pop(reference["refid"], None)
        if note is None:
            continue
        note.parent.remove(note)
        block = block_of(reference)
        if "noted" not in block["classes"]:
            noted = nodes.container(classes=["noted"])
            block.replace_self(noted)
            noted += block
            block = noted
        block += note
    if not notes:
        for line in list(doctree.findall(nodes.transition)):
            if "footnotes" in line["classes"]:  # MyST draws it above the notes
                line.parent.remove(line)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    app.add_css_file("notes.css")
    app.connect("doctree-read", bring_notes)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
