"""The role `state`: words that put the figure of a page into a state.

{state}`with ten layers <stacked.orders?layers=10&order=at the input>` names the figure and those of its controls that
do not stand at their defaults. The link works like one that a reader has copied (book/kernel/src/address.js).
"""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata

from book.extension.live_pages import live_figure

TARGET = re.compile(r"(.+?)\s*<([\w.]+)(?:\?([^<>]*))?>", re.DOTALL)


def parse(text: str) -> tuple[str, str, dict[str, str]]:
    """Read words, figure and settings; raise ExtensionError for what has another form."""
    match = TARGET.fullmatch(text)
    if not match:
        raise ExtensionError(f"{text!r} is no state: write words <chapter.figure?control=value>")
    words, figure, settings = match.groups()
    return words, figure, dict(parse_qsl(settings or "", strict_parsing=bool(settings)))


def address(figure: str, settings: dict[str, str]) -> str:
    """Return the fragment of a page's address that shows a state."""
    return f"#{urlencode({'figure': figure, **settings})}"


class State(SphinxRole):
    """Words that lead to a state of a figure on the same page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make a link, which is checked when the figures are known."""
        words, figure, settings = parse(self.text)
        link = nodes.reference(self.rawtext, words, refuri=address(figure, settings), state=[figure, settings])
        return [link], []


def check(app: Sphinx, doctree: nodes.document) -> None:
    """Raise ExtensionError for a state of a figure that is not on the page, or that it cannot be in."""
    figures = {node["spec"]["figure"]: node["spec"] for node in doctree.findall(live_figure)}
    for link in doctree.findall(lambda node: isinstance(node, nodes.reference) and "state" in node):
        figure, settings = link["state"]
        if figure not in figures:
            raise ExtensionError(f"{app.env.docname}: the figure {figure} is not on this page")
        check_settings(app.env.docname, figures[figure], settings)


def check_settings(where: str, spec: dict[str, Any], settings: dict[str, str]) -> None:
    """Raise ExtensionError for a state that a figure cannot be in; `where` says who asks for it."""
    controls = {control["name"]: control for control in spec["controls"]}
    for name, value in settings.items():
        if name not in controls or not allows(controls[name], value):
            raise ExtensionError(f"{where}: {spec['figure']} has no state {name}={value}")


def allows(control: dict[str, Any], value: str) -> bool:
    """Whether a control can take a value as it is written in an address."""
    if control["kind"] == "slider":
        try:
            number = float(value)
        except ValueError:
            return False
        return control["min"] <= number <= control["max"] and (control["scale"] != "integer" or number.is_integer())
    return value in (control["options"] if control["kind"] == "choice" else ("true", "false"))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it comes after live_pages, which finds the figures."""
    app.add_role("state", State())
    app.connect("doctree-read", check, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
