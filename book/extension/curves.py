"""Words that name a curve, marked as the curve is drawn: {curve}`the dotted line <grey dotted>`.

The mark is a line below the words, in the colour of the palette and the style of the curve, so that it tells curves
apart without colours as well. Colours come from `emergence.live.palette` alone, for light and dark pages.
"""

import re
from importlib import import_module
from pathlib import Path

import numpy as np
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata

from book.extension.built import when_built
from book.extension.live_pages import live_figure
from emergence.live import palette

COLOURS = ("blue", "orange", "purple", "green", "grey", "ink")
STYLES = ("solid", "dashed", "dotted")
STYLE = "curves.css"


class Curve(SphinxRole):
    """Words that name a curve. Raises ValueError for a colour or a style that no curve has."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        words, colour, style = parse(self.text)
        return [nodes.inline(self.rawtext, words, classes=["curve", f"curve-{colour}", f"curve-{style}"])], []


def parse(text: str) -> tuple[str, str, str]:
    """Return the words, the colour and the style of "words <colour style>"; a curve without a style is solid."""
    found = re.fullmatch(r"(.+?)\s*<(\w+)(?: (\w+))?>", text, re.DOTALL)
    if not found or found[2] not in COLOURS or (found[3] or STYLES[0]) not in STYLES:
        allowed = f"one of {', '.join(COLOURS)} and one of {', '.join(STYLES)}"
        raise ValueError(f"{text!r} is not like 'words <colour style>' with {allowed}")
    return found[1], found[2], found[3] or STYLES[0]


def check(app: Sphinx, doctree: nodes.document) -> None:
    """Raise ValueError for words marked in a colour that no figure of their page draws with."""
    marked = {name for node in doctree.findall(nodes.inline) for name in node["classes"] if name.startswith("curve-")}
    colours = {name.removeprefix("curve-") for name in marked} & set(COLOURS)
    if not colours:
        return
    drawn = set()
    for node in doctree.findall(live_figure):
        module = Path(import_module(f"emergence.figures.{node['spec']['figure']}").__file__)
        for source in (module, module.with_name("_shared.py")):
            if source.exists():
                drawn.update(re.findall(r"\b[A-Z]+\b", source.read_text("utf-8")))
    if "DATA" in drawn:
        drawn.update(("BLUE", "ORANGE", "PURPLE", "GREEN"))
    if missing := [colour for colour in sorted(colours) if colour.upper() not in drawn]:
        raise ValueError(f"{app.env.docname}: words are marked {', '.join(missing)}, which no figure there draws with")


def hexadecimal(colour: np.ndarray) -> str:
    """Write sRGB values in [0, 1] as CSS does."""
    return "#" + "".join(f"{round(255 * value):02x}" for value in colour.tolist())


def write_colours(app: Sphinx, site: Path) -> None:
    """Put the palette before the rules that use it, for light and for dark pages."""
    path = site / "_static" / STYLE
    rules = []
    for name in COLOURS:
        colour = getattr(palette, name.upper())
        dark = hexadecimal(palette.on_dark_page(colour))
        rules.append(f".curve-{name} {{ --curve: {colour}; }}\n")
        rules.append(f'html[data-theme="dark"] .curve-{name} {{ --curve: {dark}; }}\n')
    path.write_text("".join(rules) + path.read_text("utf-8"), "utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    app.add_role("curve", Curve())
    app.add_css_file(STYLE)
    app.connect("doctree-read", check, priority=600)
    when_built(app, write_colours, priority=450)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
