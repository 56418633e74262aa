"""A live figure as ipywidgets: panels, controls, actions, the sentence, and a place for error messages.

Everything happens in the kernel, one message at a time. ipywidgets keeps at most one unanswered message per
control and merges the rest, so while a picture is being drawn only the latest value of a slider waits. Play
is a timer in the front end: each tick asks for one frame, so a run stops between frames, and a slow kernel
is never flooded.
"""

from __future__ import annotations

import base64
import html
import logging
import math
import sys
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from emergence.live.controls import Choice, Control, Slider, Toggle
from emergence.live.figure import LiveFigure
from emergence.live.picture import FRAME_FORMAT

_LOG = logging.getLogger(__name__)
_WIDE = {"width": "100%", "max_width": "26rem"}
_FRAME_MS = 60


def _widget(control: Control, value: Any) -> widgets.ValueWidget:
    """The ipywidget of a control, at the given value."""
    common = {"description": control.label, "style": {"description_width": "initial"}, "layout": _WIDE}
    if isinstance(control, Toggle):
        return widgets.Checkbox(value=value, indent=False, **common)
    if isinstance(control, Choice):
        return widgets.Dropdown(options=list(control.options), value=value, **common)
    if not isinstance(control, Slider):
        raise TypeError(f"no widget for a {type(control).__name__}")
    if control.unit:
        common["description"] = f"{control.label} ({control.unit})"
    common |= {"step": control.step, "readout_format": control.format, "value": value}
    if control.scale == "log":
        low, high = math.log10(control.low), math.log10(control.high)
        return widgets.FloatLogSlider(base=10, min=low, max=high, **common)
    kind = widgets.IntSlider if control.scale == "integer" else widgets.FloatSlider
    return kind(min=control.low, max=control.high, **common)


class LiveView:
    """The widgets of one shown figure, and the state behind them."""

    def __init__(self, figure: LiveFigure, values: dict[str, Any], seed: int | None) -> None:
        self.figure, self.seed = figure, seed
        self.values = values
        self.state = figure.state(values, seed)
        self.sentence = figure.sentence(self.state)
        self.picture = figure.picture()
        figure.draw(self.picture.artists, self.state)

        self.images = [widgets.Image(value=frame, format=FRAME_FORMAT) for frame in self.picture.render()]
        self.controls = {c.name: _widget(c, values[c.name]) for c in figure.controls}
        self.actions = self._make_actions()
        self.sentence_widget = widgets.HTML(_paragraph(self.sentence))
        self.message_widget = widgets.HTML()
        self.widget = self._lay_out()
        self._resetting = False
        for control in figure.controls:
            self.controls[control.name].observe(lambda _, c=control: self._on_change(c), names="value")

    def _make_actions(self) -> dict[str, widgets.DOMWidget]:
        actions: dict[str, widgets.DOMWidget] = {}
        if self.figure.advance is not None:
            play = widgets.Play(min=0, max=2**31 - 1, interval=_FRAME_MS, show_repeat=False)
            play.observe(self._on_tick, names="value")
            step = widgets.Button(description="Step", tooltip="advance by one frame")
            step.on_click(lambda _: self._guard(self._advance))
            actions |= {"play": play, "step": step}
        reset = widgets.Button(description="Reset", tooltip="all controls back to where they started")
        reset.on_click(lambda _: self.reset())
        return actions | {"reset": reset}

    def _lay_out(self) -> widgets.VBox:
        def box(children: list[widgets.Widget], css_class: str, **layout: str) -> widgets.Box:
            made = widgets.Box(children, layout=widgets.Layout(flex_flow="row wrap", **layout))
            made.add_class(css_class)
            return made

        for image in self.images:
            image.layout = widgets.Layout(width="330px", flex="1 1 330px", max_width="440px")
            image.add_class("live-panel")
        self.sentence_widget.add_class("live-sentence")
        self.message_widget.add_class("live-message")
        view = widgets.VBox(
            [
                box(self.images, "live-panels"),
                self.message_widget,
                box(list(self.controls.values()), "live-controls", grid_gap="0 1.5rem"),
                box(list(self.actions.values()), "live-actions"),
                self.sentence_widget,
            ]
        )
        view.add_class("live-widget")
        return view

    # What the reader does

    def _on_change(self, control: Control) -> None:
        if not self._resetting:
            self._guard(lambda: self._change(control))

    def _change(self, control: Control) -> None:
        self.values = self.values | {control.name: control.check(self.controls[control.name].value)}
        if self.figure.advance is None or control.restarts:
            self._restart()
        else:
            self._advance()

    def _on_tick(self, change: Any) -> None:
        self._guard(self._restart if change["new"] == 0 else self._advance)

    def _advance(self) -> None:
        self.state = self.figure.advance(self.state, **self.values)
        self._redraw()

    def _restart(self) -> None:
        self.state = self.figure.state(self.values, self.seed)
        self._redraw()

    def reset(self) -> None:
        """All controls to their defaults, a running figure stopped and started anew."""
        self._resetting = True  # the controls move together: one new picture, not one for each
        try:
            for control in self.figure.controls:
                self.controls[control.name].value = control.value
            if "play" in self.actions:
                self.actions["play"].playing = False
        finally:
            self._resetting = False
        self.values = self.figure.defaults
        self._guard(self._restart)

    # What the reader sees

    def _redraw(self) -> None:
        sentence = self.figure.sentence(self.state)
        self.figure.draw(self.picture.artists, self.state)
        for image, frame in zip(self.images, self.picture.render(), strict=True):
            if frame is not None:
                image.value = frame
        self.sentence = sentence
        self.sentence_widget.value = _paragraph(sentence)

    def _guard(self, action: Callable[[], None]) -> None:
        """Run an action; if it fails, say so in the figure and keep the last good picture and the controls.

        The reader gets type and text of the exception, the log the traceback.
        """
        try:
            action()
        except Exception as error:
            _LOG.exception("%s could not be drawn with %s", self.figure.name, self.values)
            self.picture.forget()
            self.message_widget.value = (
                f'<div role="alert"><strong>This setting could not be drawn.</strong> '
                f"{html.escape(type(error).__name__)}: {html.escape(str(error))}. "
                f"The picture shows the last setting that could.</div>"
            )
        else:
            self.message_widget.value = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        ids = {name: w.model_id for name, w in self.controls.items()}
        actions = {name: w.model_id for name, w in self.actions.items()}
        view = {
            "version_major": 2,
            "version_minor": 0,
            "model_id": self.widget.model_id,
            "controls": ids,
            "actions": actions,
            "images": [image.model_id for image in self.images],
            "sentence": self.sentence_widget.model_id,
            "message": self.message_widget.model_id,
        }
        data = {"text/plain": self.sentence, "application/vnd.jupyter.widget-view+json": view}
        if sys.platform != "emscripten":  # a built page already has the stored picture, and waits for this cell
            data["image/png"] = base64.b64encode(self.picture.static_png()).decode("ascii")
        return data, {"emergence": self.figure.specification()}

    def __repr__(self) -> str:
        return self.sentence


def _paragraph(sentence: str) -> str:
    return f"<p>{html.escape(sentence)}</p>"
