"""The four beats of a section, and what folds in them.

A solution or an answer with the class `dropdown` folds as the browser folds, with or without scripts. So does a proof,
which stands open until the reader folds it: the text after it builds on its steps, and it gives nothing away. In a beat
`prove` a proof goes from a paragraph that begins with *Proof.* to one that ends with ∎, and the statements around it
stay; a beat without one folds as a whole.
"""

from collections.abc import Callable

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator
from sphinx_exercise.nodes import depart_solution_node, solution_node, visit_solution_node

Visitor = Callable[..., None]
END = "∎"


# -- proofs ----------------------------------------------------------------------------------------------


def fold_proofs(app: Sphinx, doctree: nodes.document) -> None:
    """Let the proofs of a page fold."""
    for beat in list(doctree.findall(nodes.admonition)):
        if "prove" not in beat["classes"]:
            continue
        beginnings = [child for child in beat.children if proof_name(child)]
        for beginning in beginnings:
            fold_proof(beat, beginning)
        if not beginnings:
            beat["classes"].append("foldable")


def proof_name(node: nodes.Node) -> str:
    """Return the emphasised words with which a paragraph begins a proof, without their full stop, or ""."""
    if not isinstance(node, nodes.paragraph) or not isinstance(node[0], nodes.emphasis):
        return ""
    name = node[0].astext()
    return name.rstrip(".") if name.startswith("Proof") else ""


def fold_proof(beat: nodes.admonition, beginning: nodes.Element) -> None:
    """Put a proof, from its beginning to its end, into an admonition of its own with its name as the title."""
    first = beat.index(beginning)
    ends = (at for at in range(first, len(beat)) if beat[at].astext().endswith(END))
    last = next(ends, len(beat) - 1)
    proof = nodes.admonition("", nodes.title("", proof_name(beginning)), classes=["proof-text", "foldable"])
    beginning.pop(0)
    if beginning.children and isinstance(beginning[0], nodes.Text):
        beginning[0] = nodes.Text(beginning[0].lstrip())
    proof += beat[first : last + 1]
    beat[first : last + 1] = [proof]


# -- writing ---------------------------------------------------------------------------------------------


def folds(node: nodes.Element) -> bool:
    """Whether a node folds."""
    return "dropdown" in node["classes"] or "foldable" in node["classes"]


def visit_folded(translator: HTML5Translator, node: nodes.Element) -> None:
    """Begin what folds; its title is the summary."""
    title = node.pop(0)
    for link in list(title.findall(nodes.reference)):  # a summary is pressed as a whole; the exercise stands above it
        link.replace_self(link.children)
    opened = {"open": "open"} if "foldable" in node["classes"] else {}
    translator.body.append(translator.starttag(node, "details", CLASS="admonition", **opened))
    translator.body.append(translator.starttag(title, "summary", "", CLASS="admonition-title"))
    for child in title.children:
        child.walkabout(translator)
    translator.body.append("</summary>\n")


def folding(visit: Visitor, depart: Visitor) -> tuple[Visitor, Visitor]:
    """Visit a node that folds as such, and any other one as before."""

    def begin(translator: HTML5Translator, node: nodes.Element, *kind: str) -> None:
        if folds(node):
            visit_folded(translator, node)
        else:
            visit(translator, node, *kind)  # Sphinx calls the same method with a kind for notes, warnings and the like

    def end(translator: HTML5Translator, node: nodes.Element) -> None:
        if folds(node):
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
    app.connect("doctree-read", fold_proofs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
