"""The four beats of a section.

A solution or an answer with the class `dropdown` folds as the browser folds, with or without scripts.
"""

from collections.abc import Callable

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator
from sphinx_exercise.nodes import depart_solution_node, solution_node, visit_solution_node

Visitor = Callable[[HTML5Translator, nodes.Element], None]


def visit_folded(translator: HTML5Translator, node: nodes.Element) -> None:
    """Begin what folds; its title is the summary."""
    title = node.pop(0)
    for link in list(title.findall(nodes.reference)):  # a summary is pressed as a whole; the exercise stands above it
        link.replace_self(link.children)
    translator.body.append(translator.starttag(node, "details", CLASS="admonition"))
    translator.body.append(translator.starttag(title, "summary", "", CLASS="admonition-title"))
    for child in title.children:
        child.walkabout(translator)
    translator.body.append("</summary>\n")


def folding(visit: Visitor, depart: Visitor) -> tuple[Visitor, Visitor]:
    """Visit a node of the class `dropdown` as what folds, and any other one as before."""

    def begin(translator: HTML5Translator, node: nodes.Element) -> None:
        (visit_folded if "dropdown" in node["classes"] else visit)(translator, node)

    def end(translator: HTML5Translator, node: nodes.Element) -> None:
        if "dropdown" in node["classes"]:
            translator.body.append("</details>\n")
        else:
            depart(translator, node)

    return begin, end


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it must come after sphinx_exercise."""
    app.add_css_file("beats.css")
    app.add_js_file("folded.js")
    app.add_node(solution_node, override=True, html=folding(visit_solution_node, depart_solution_node))
    app.add_node(
        nodes.admonition,
        override=True,
        html=folding(HTML5Translator.visit_admonition, HTML5Translator.depart_admonition),
    )
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
