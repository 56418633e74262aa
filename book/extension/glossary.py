"""Terms of the glossary, which have an English and a Chinese name, by the English one.

{term}`loss threshold` leads to the entry "loss threshold (loss 阈值)"; so does {term}`thresholds <loss threshold>`.
"""

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import ExtensionMetadata


def place_of_term(env: BuildEnvironment, name: str) -> tuple[str, str] | None:
    """Return page and anchor of the entry with an English name, whatever its capitals, or None."""
    for (kind, entry), place in env.get_domain("std").objects.items():
        if kind == "term" and name.lower() in (entry.lower(), entry.lower().partition(" (")[0]):
            return place
    return None


def resolve_term(app: Sphinx, env: BuildEnvironment, node: pending_xref, words: nodes.TextElement) -> nodes.Node | None:
    """Link what Sphinx, which compares whole entries, has not found."""
    if (node["refdomain"], node["reftype"]) != ("std", "term"):
        return None
    place = place_of_term(env, node["reftarget"])
    return make_refnode(app.builder, node["refdoc"], *place, words) if place else None


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    app.connect("missing-reference", resolve_term)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
