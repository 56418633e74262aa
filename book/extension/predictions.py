"""Predictions that a reader can commit to before playing.

A beat `predict` asks a question and offers a list of answers, a paragraph with blanks (____) for numbers, or, with the
class `drawn`, the empty axes of the figure that follows. Its folded answer is an admonition of the class `answer`. Here
the beat gets the native controls for it, all of which need predictions.js: without scripts and in a
notebook it is a question with its answer. On paper it is a question, with room for a pencil.
"""

import re
import unicodedata
from base64 import b64decode
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from book.extension.built import when_built
from book.extension.live_pages import PAGE_BUILDERS, live_figure
from emergence.live.markup import script_json
from emergence.live.picture import PANEL_PIXELS

BLANK = "____"
KEYS = (
    "the arrows to left and right choose the place, with Shift without ink, those up and down the height; "
    "Delete rubs out"
)
OPTIONS = range(2, 5)
BLANKS = range(1, 4)
BUTTONS = (  # the later two stand where a second press of the first does not meet them
    '<p class="prediction-actions"><button type="button" data-action="commit">Commit</button>'
    '<button type="button" data-action="clear" hidden>Clear</button><span role="status"></span>'
    '<button type="button" data-action="change" hidden>Change it</button>'
    '<button type="button" data-action="forget" hidden>Forget it</button></p>'
)
SIGNS = {"sqrt": "√", "infty": "∞", "le": "≤", "ge": "≥", "times": "×", "pm": "±", "to": "→", "neq": "≠"}


class controls(nodes.General, nodes.Inline, nodes.Element):
    """Markup of a page, which other builders leave out."""


def add_controls(app: Sphinx, doctree: nodes.document) -> None:
    """Give every `predict` beat of a notebook what a reader commits with."""
    if not app.env.doc2path(app.env.docname).endswith(".ipynb"):  # a page that only explains the beats
        return

    def finish(figure: live_figure | None = None) -> None:
        if beat:
            fill(beat, figure, f"{app.env.docname}, {beat.astext()[:60]!r}")

    beat = None
    for node in list(doctree.findall()):
        if isinstance(node, nodes.admonition) and "predict" in node["classes"]:
            finish()
            beat = node
        elif isinstance(node, live_figure):
            finish(node)
            beat = None
    finish()


def fill(beat: nodes.admonition, figure: live_figure | None, where: str) -> None:
    """Add the controls of a beat; `figure` is the one between it and the next beat.

    Raises ExtensionError for a beat that offers nothing, or more than one thing.
    """
    if not beat["names"]:
        raise ExtensionError(f"{where}: a prediction needs a :name:, under which a browser keeps it")
    answers = [node for node in beat.children if isinstance(node, nodes.admonition) and "answer" in node["classes"]]
    if len(answers) != 1:
        raise ExtensionError(f"{where}: a prediction needs one admonition of the class answer, not {len(answers)}")
    lists = [node for node in beat.children if isinstance(node, nodes.bullet_list)]
    blank = [node for node in beat.children if isinstance(node, nodes.paragraph) and BLANK in node.astext()]
    spec: dict[str, Any] = {"figure": figure["spec"]["figure"]} if figure else {}
    is_drawn = "drawn" in beat["classes"]
    if len(lists) + len(blank) + is_drawn != 1:
        raise ExtensionError(f"{where}: a prediction is one list, one paragraph with {BLANK}, or drawn")
    if lists:
        offer_options(lists[0], beat["ids"][0], where)
    elif blank:
        offer_blanks(blank[0], where)
    else:
        sheet = figure["spec"].get("sheet") if figure else None
        if sheet is None:
            raise ExtensionError(f"{where}: the figure below declares no panel to draw on (sketch=…)")
        spec["sheet"] = {name: value for name, value in sheet.items() if name != "png"}
        beat.insert(beat.index(answers[0]), controls(html=sheet_html(spec), source=spec["figure"]))
    data = f'<script type="application/json" class="prediction-spec">{script_json(spec)}</script>'
    beat.insert(beat.index(answers[0]), controls(html=BUTTONS + data))


def offer_options(options: nodes.bullet_list, group: str, where: str) -> None:
    """Put a radio button before each item of a list. Its name is written out: no browser reads a formula in a label."""
    if len(options) not in OPTIONS:
        raise ExtensionError(
            f"{where}: {len(options)} answers to choose from; {OPTIONS[0]} to {OPTIONS[-1]} were expected"
        )
    for i, item in enumerate(options):
        if len(item) != 1 or not isinstance(item[0], nodes.paragraph):
            raise ExtensionError(f"{where}: an answer to choose is one paragraph, not {item.astext()!r}")
        name = f' aria-label="{escape(spoken(item[0]))}"' if next(item[0].findall(nodes.math), None) else ""
        radio = (
            f'<input type="radio" name="{group}" id="{group}-{i}"{name} autocomplete="off"><label for="{group}-{i}">'
        )
        item[0].children = [controls(html=radio), *item[0].children, controls(html="</label>")]
    options["classes"].append("prediction-options")
    place = options.parent.index(options)
    legend = '<fieldset class="prediction"><legend>Your prediction</legend>'
    options.parent.insert(place + 1, controls(html="</fieldset>"))
    options.parent.insert(place, controls(html=legend))


def offer_blanks(paragraph: nodes.paragraph, where: str) -> None:
    """Put a field in the place of each blank."""
    count = paragraph.astext().count(BLANK)
    if count not in BLANKS:
        raise ExtensionError(f"{where}: {count} blanks; {BLANKS[0]} to {BLANKS[-1]} were expected")
    sentence, number = spoken(paragraph).replace(BLANK, "…"), 0
    for text in list(paragraph.findall(nodes.Text)):
        first, *others = text.split(BLANK)
        parts: list[nodes.Node] = [nodes.Text(first)]
        for other in others:
            number += 1
            name = "Your number" if count == 1 else f"Your number {number} of {count}"
            name = escape(f"{name}: {sentence}")
            field = f'<input class="prediction-number" autocomplete="off" spellcheck="false" aria-label="{name}">'
            parts += [controls(html=field), nodes.inline("", BLANK, classes=["prediction-blank"]), nodes.Text(other)]
        if others:
            text.parent.replace(text, parts)
    if number != count:
        raise ExtensionError(f"{where}: a blank stands in a formula or between two marks")
    paragraph["classes"].append("prediction")


def spoken(text: nodes.Node | str) -> str:
    """Write out what is read aloud, formulas with their letters and signs: from −1 to √2."""
    text = text if isinstance(text, str) else text.astext()
    text = re.sub(r"\\[td]?frac(?:(\w)(\w)|\{(\w+)\}\{(\w+)\})", r"\1\3/\2\4", text)
    text = re.sub(r"\\[,;:! ]", " ", text).replace("\\|", "‖")
    text = re.sub(r"\\(?:mathrm|operatorname|text)\b|[${}]", " ", text)
    text = re.sub(r"\\([a-zA-Z]+)", lambda name: f" {letter(name[1])} ", text)
    text = re.sub(r"\s+", " ", re.sub(r"(?<!\w)-", "−", text).replace("_", " ")).strip()
    return re.sub(r" (?=[,.;:)])|(?<=[(√]) ", "", text)


def letter(name: str) -> str:
    """A TeX command as a sign or a Greek letter, or its own name."""
    try:
        return SIGNS.get(name) or unicodedata.lookup(f"GREEK {'SMALL' if name.islower() else 'CAPITAL'} LETTER {name}")
    except KeyError:
        return name


def sheet_html(spec: dict[str, Any]) -> str:
    """Write the empty axes, with the surface that is drawn on; it is moved by keys as a slider is."""
    sheet = spec["sheet"]
    x, y = sheet["x"], sheet["y"]
    (left, right), (bottom, top) = x["ends"], y["ends"]
    place = f"left:{left:.3%};top:{top:.3%};width:{right - left:.3%};height:{bottom - top:.3%}"
    width, height = PANEL_PIXELS
    x_name, y_name = escape(spoken(x["label"])), escape(spoken(y["label"]))
    axes = f"{y_name} against {x_name}"
    return (
        f'<div class="prediction prediction-sheet"><div class="live-panel" style="aspect-ratio:{width}/{height}">'
        f'<img src="{{source}}" alt="Empty axes: {axes}" width="{width}" height="{height}" loading="lazy" '
        f'decoding="async"><div class="prediction-surface" style="{place}" tabindex="0" role="slider" '
        f'aria-orientation="vertical" aria-valuemin="0" aria-valuemax="100" aria-valuenow="50" '
        f'aria-valuetext="nothing is drawn yet" data-x="{x_name}" data-y="{y_name}" aria-label="Draw {axes}: {KEYS}">'
        "</div></div></div>"
    )


# -- writing -----------------------------------------------------------------------------------------------


def file_of(figure: str) -> str:
    """Return the picture of a figure's empty axes, from the root of the site."""
    return f"_images/sheets/{figure}.png"


def visit_controls(translator: Any, node: controls) -> None:
    """Write the markup on a page, with the address of its picture if it has one."""
    builder = translator.builder
    if builder.name in PAGE_BUILDERS:
        html = node["html"]
        if "source" in node:
            root = "../" * builder.current_docname.count("/")
            html = html.replace("{source}", f"{root}{file_of(node['source'])}")
        translator.body.append(html)
    raise nodes.SkipNode


def skip(translator: Any, node: controls) -> None:
    """Leave it out."""
    raise nodes.SkipNode


def store_sheets(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the empty axes of figures that can be drawn on."""
    sheets = app.env.metadata[app.env.docname].setdefault("sheets", {})
    for figure in doctree.findall(live_figure):
        if sheet := figure["spec"].get("sheet"):
            sheets[figure["spec"]["figure"]] = sheet.pop("png")


def write_sheets(app: Sphinx, site: Path) -> None:
    """Write the empty axes into the finished site."""
    for metadata in app.env.metadata.values():
        for figure, png in metadata.get("sheets", {}).items():
            path = site / file_of(figure)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b64decode(png))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it comes after live_pages, which finds the figures."""
    app.add_css_file("predictions.css")
    app.add_node(
        controls,
        html=(visit_controls, None),
        latex=(skip, None),
        text=(skip, None),
        man=(skip, None),
        texinfo=(skip, None),
    )
    app.connect("doctree-read", store_sheets, priority=600)
    app.connect("doctree-read", add_controls, priority=700)
    when_built(app, write_sheets, priority=500)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
