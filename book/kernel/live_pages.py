"""Sphinx extension: the built page of a notebook, with its live figures at rest.

A live figure is a code cell whose stored output carries the figure's controls in its metadata. On the built
page it stands as its picture, its sentence and native controls, none of which needs a script; the page also
holds the code of its cells, so that page.js can start a kernel when a reader touches a control. Builders
other than HTML get the plain picture, with the sentence as its alternative text.
"""

import json
import math
import posixpath
import struct
from base64 import b64decode
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import assets
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
PAGE_BUILDERS = ("html", "dirhtml", "singlehtml")
NO_PICTURE = "{path}: cell {index} is a live figure without a stored {missing}; run `make notebooks`"


class live_figure(nodes.General, nodes.Element):
    """A live figure: its cell's index, its specification and sentence; its only child is the picture."""


def read_number(value: float, spec: str) -> str:
    """Write a control's value as a reader would: 0.34, 80, 8×10⁷."""
    text = format(int(value) if spec.endswith("d") else value, spec)
    mantissa, exponent_mark, exponent = text.partition("e")
    if not exponent_mark:
        return text.replace("-", "−")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa.replace('-', '−')}×10{str(int(exponent)).translate(SUPERSCRIPTS)}"


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


def control_html(control: dict[str, Any], cell: int) -> str:
    """Write one native control with its label; a slider also shows its value."""
    name, kind = escape(control["name"]), control["kind"]
    identity = f"live-{cell}-{name}"
    label = f'<label for="{identity}">{escape(control["label"])}</label>'
    if kind == "slider":
        inner = label + slider_html(control, identity)
    elif kind == "choice":
        options = "".join(
            f"<option{' selected' if option == control['value'] else ''}>{escape(option)}</option>"
            for option in control["options"]
        )
        # In a template, which page.js opens when the figure comes near: for the sake of autofill Chromium lays out
        # every section that holds a select as soon as the page has been parsed, however far from the screen.
        inner = f'{label}<template><select id="{identity}">{options}</select></template>'
    elif kind == "toggle":
        inner = f'{label}<input type="checkbox" id="{identity}"{" checked" if control["value"] else ""}>'
    else:
        raise ExtensionError(f"control {name!r} has the unknown kind {kind!r}")
    return f'<div class="live-control live-{kind}" data-control="{name}">{inner}</div>'


def slider_html(control: dict[str, Any], identity: str) -> str:
    """Write a range input; that of a logarithmic slider works in powers of ten."""
    low, high, value = control["min"], control["max"], control["value"]
    if control["scale"] == "log":
        low, high, value = math.log10(low), math.log10(high), math.log10(value)
    text = escape(read_number(control["value"], control["format"]))
    unit = escape(control.get("unit", ""))
    spoken = f"{text} {unit}".strip()
    return (
        f'<input type="range" id="{identity}" min="{low:.12g}" max="{high:.12g}" step="{control["step"]:.12g}" '
        f'value="{value:.12g}" data-scale="{control["scale"]}" data-format="{escape(control["format"])}" '
        f'data-unit="{unit}" aria-valuetext="{spoken}"><output for="{identity}">{spoken}</output>'
    )


def button_html(action: str) -> str:
    """Write an inert button."""
    return f'<button type="button" data-action="{action}">{action.capitalize()}</button>'


def toolbar_html() -> str:
    """Write the buttons that run and stop all code of a page; they stand there from the start, so nothing moves."""
    return (
        '<div class="live-toolbar" role="group" aria-label="Code of this page">'
        '<button type="button" data-action="run">Run this page</button>'
        '<button type="button" data-action="stop" disabled>Stop</button><span role="status"></span></div>'
    )


def figure_html(node: live_figure, source: str) -> str:
    """Write the figure at rest: pictures, controls, buttons, sentence, and its specification."""
    spec, sentence = node["spec"], escape(node["sentence"])
    width, height = spec["panel_size"]
    # One picture holds all panels side by side; each panel shows its own part, so that they can stack.
    panels = "".join(
        f'<div class="live-panel" style="--index:{panel}; aspect-ratio:{width}/{height}">'
        f'<img src="{source}" alt="{"" if panel else sentence}" width="{node["width"]}" '
        f'height="{node["height"]}" loading="lazy" decoding="async"></div>'
        for panel in range(spec["panels"])
    )
    controls = "".join(control_html(control, node["cell"]) for control in spec["controls"])
    actions = [*(["play", "step"] if spec["playable"] else []), "reset"]  # as they stand in the live figure
    return (
        f'<div class="live-figure" data-cell="{node["cell"]}" data-figure="{escape(spec["figure"])}" '
        f'role="group" aria-label="{escape(spec["title"])}">\n<div class="live-static">\n'
        f'<div class="live-panels" style="--panels:{spec["panels"]}">{panels}</div>\n'
        f'<div class="live-controls">{controls}</div>\n'
        f'<div class="live-actions">{"".join(map(button_html, actions))}</div>\n'
        f'<p class="live-sentence">{sentence}</p>\n</div>\n'
        f'<div class="live-mount" hidden></div>\n<div class="live-progress" hidden></div>\n'
        f'<script type="application/json" class="live-spec">{script_json(spec)}</script>\n</div>\n'
    )


def script_json(value: Any) -> str:
    """Write JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def visit_html(translator: Any, node: live_figure) -> None:
    """Write the figure with its controls; a book without scripts (EPUB) gets the picture alone."""
    if translator.builder.name not in PAGE_BUILDERS:
        return
    picture = node.next_node(nodes.image)
    source = posixpath.join(translator.builder.imgpath, quote(translator.builder.images[picture["uri"]]))
    translator.body.append(figure_html(node, source))
    raise nodes.SkipNode


def pass_through(translator: Any, node: live_figure) -> None:
    """Let the picture speak for the figure."""


def add_page_data(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a page with code cells its code, its script and its style sheet."""
    cells = app.env.metadata.get(pagename, {}).get("live_cells")
    if not cells or doctree is None or app.builder.name not in PAGE_BUILDERS:
        return
    live = context["pathto"]("_static/live/", resource=True)
    data = {
        "live": live,
        "pyodide": app.config.live_pyodide_url or live + "pyodide/",
        "assets": live + "assets.json",
        "cells": cells,
    }
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{toolbar_html()}", 1)
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
