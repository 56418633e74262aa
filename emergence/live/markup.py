"""The one markup of a live figure: at rest on a built page, live on it, and in every notebook.

Picture, sentence and native controls need no script; `front/figure.js` finds them by these class names and data
attributes, and makes them live. A browser that comes back to a page must not move the controls (autocomplete="off"):
the picture beside them would be that of another state.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

# On a picture at rest that plays when it is clicked. It only shows what the button Play says to everybody.
PLAY_SIGN = (
    '<span class="live-sign" aria-hidden="true"><svg viewBox="0 0 10 10"><path d="M1 0v10l9-5z"/></svg>Play</span>'
)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class StoredPicture(NamedTuple):
    """One picture of all panels, side by side: its address, and its size in pixels."""

    source: str
    width: int
    height: int


def write_number(value: float, spec: str) -> str:
    """Write a control's value as a reader would: 0.34, 80, 8×10⁷."""
    text = format(int(value) if spec.endswith("d") else value, spec)
    mantissa, exponent_mark, exponent = text.partition("e")
    if not exponent_mark:
        return text.replace("-", "−")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa.replace('-', '−')}×10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def figure_html(
    spec: Mapping[str, Any], sentence: str, *, cell: int | None = None, picture: StoredPicture | None = None
) -> str:
    """Write a whole figure.

    `spec` is what `LiveFigure.specification` returns; `cell` is the figure's cell on a built page; `picture` is what it
    shows there at rest. Raises ValueError for a control of an unknown kind.
    """
    place, prefix = ("", "live-view") if cell is None else (f' data-cell="{cell}"', f"live-{cell}")
    controls = "".join(control_html(control, prefix) for control in spec["controls"])
    actions = [*(["play", "step"] if spec["playable"] else []), "reset", *(["link"] if cell is not None else [])]
    return (
        f'<div class="live-figure"{place} data-figure="{escape(spec["figure"])}" role="group" '
        f'aria-label="{escape(spec["title"])}">\n'
        f"{_panels_html(spec, sentence, picture)}\n"
        f'<div class="live-message" role="alert"></div>\n'
        f'<div class="live-controls">{controls}</div>\n'
        f'<div class="live-actions">{"".join(map(button_html, actions))}</div>\n'
        f'<p class="live-sentence">{escape(sentence)}</p>\n'
        f'<span class="live-announcer" role="status"></span>\n'
        f'<script type="application/json" class="live-spec">{script_json(spec)}</script>\n</div>\n'
    )


def _panels_html(spec: Mapping[str, Any], sentence: str, picture: StoredPicture | None) -> str:
    """Write the panels; each shows its own part of the stored picture, so that they can stack."""
    width, height = spec["panel_size"]

    def panel(index: int) -> str:
        image = ""
        if picture:
            image = (
                f'<img src="{picture.source}" alt="{"" if index else escape(sentence)}" width="{picture.width}" '
                f'height="{picture.height}" loading="lazy" decoding="async">'
            )
            if spec["playable"] and index == 0:
                image += PLAY_SIGN
        return f'<div class="live-panel" style="--index:{index}; aspect-ratio:{width}/{height}">{image}</div>'

    return (
        f'<div class="live-panels" role="img" aria-label="{escape(sentence)}" style="--panels:{spec["panels"]}">'
        f"{''.join(map(panel, range(spec['panels'])))}</div>"
    )


def control_html(control: Mapping[str, Any], prefix: str) -> str:
    """Write one native control with its label; ids begin with `prefix`. Raises ValueError for an unknown kind."""
    name, kind = escape(control["name"]), control["kind"]
    identity = f"{prefix}-{name}"
    label = f'<label for="{identity}">{escape(control["label"])}</label>'
    if kind == "slider":
        inner = label + _slider_html(control, identity)
    elif kind == "choice":
        options = "".join(
            f"<option{' selected' if option == control['value'] else ''}>{escape(option)}</option>"
            for option in control["options"]
        )
        # In a template, which figure.js opens when the figure comes near: for the sake of autofill Chromium lays out
        # every section that holds a select as soon as the page has been parsed, however far from the screen.
        inner = f'{label}<template><select id="{identity}" autocomplete="off">{options}</select></template>'
    elif kind == "toggle":
        inner = (
            f'{label}<input type="checkbox" id="{identity}" autocomplete="off"{" checked" if control["value"] else ""}>'
        )
    else:
        raise ValueError(f"control {name!r} has the unknown kind {kind!r}")
    return f'<div class="live-control live-{kind}" data-control="{name}">{inner}</div>'


def _slider_html(control: Mapping[str, Any], identity: str) -> str:
    """Write a range input and its value, which can be typed; a logarithmic one works in powers of ten."""
    low, high, value = control["min"], control["max"], control["value"]
    if control["scale"] == "log":
        low, high, value = math.log10(low), math.log10(high), math.log10(value)
    text = escape(write_number(control["value"], control["format"]))
    unit = escape(control["unit"])
    return (
        f'<input type="range" id="{identity}" min="{low:.12g}" max="{high:.12g}" step="{control["step"]:.12g}" '
        f'value="{value:.12g}" autocomplete="off" aria-valuetext="{f"{text} {unit}".strip()}">'
        f'<span class="live-value"><input class="live-number" value="{text}" autocomplete="off" spellcheck="false" '
        f'aria-label="{escape(control["label"])}, as a number">{f" {unit}" if unit else ""}</span>'
        f'<span class="live-refusal" role="alert"></span>'
    )


def button_html(action: str) -> str:
    """Write a button of a figure; only a page has an address that can be linked to."""
    text = "Copy link to this state" if action == "link" else action.capitalize()
    return f'<button type="button" data-action="{action}">{text}</button>'


def script_json(value: Any) -> str:
    """Write JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
