"""A live figure as one widget, which any Jupyter front end and the built website show with `front/figure.js`.

Everything happens in the kernel, one request at a time. The front end sends a request only when the last one has been
answered and shown, and merges meanwhile what the reader does; so only the latest value of a slider waits, a run stops
between frames, and a slow kernel is never flooded.
"""

from __future__ import annotations

import base64
import logging
import sys
from pathlib import Path
from typing import Any

import anywidget
from IPython import get_ipython
from traitlets import Bool, Bytes, Dict, Unicode

from emergence.live.figure import LiveFigure
from emergence.live.markup import figure_html

_LOG = logging.getLogger(__name__)
_FRONT = Path(__file__).with_name("front")
_SHOWN: dict[str, tuple[str, list[LiveView]]] = {}  # by cell: its last execution, and the figures that it showed


class LiveView(anywidget.AnyWidget):
    """One shown figure, and the state behind it.

    Its traits are what the front end shows: the values of the controls, the sentence, a message, whether a run has
    ended, what can be gripped
    (LiveFigure.grips) and drawn on (LiveFigure.sheet), and `frame0`, `frame1`, … for the panels, each a file in
    FRAME_FORMAT. A request of the front end is a message `{"id", "reset", "values", "steps", "width"}`, all but `id`
    optional; `answered` is the id of the last one that was done.
    """

    _esm = _FRONT / "figure.js"
    _css = _FRONT / "figure.css"
    _markup = Unicode().tag(sync=True)
    values = Dict().tag(sync=True)
    sentence = Unicode().tag(sync=True)
    message = Unicode().tag(sync=True)
    answered = Unicode().tag(sync=True)
    ended = Bool().tag(sync=True)
    grips = Dict().tag(sync=True)
    sheet = Dict().tag(sync=True)

    def __init__(self, figure: LiveFigure, values: dict[str, Any], seed: int | None) -> None:
        self.figure, self.seed = figure, seed
        self.picture = figure.picture()
        self.state = figure.start(values, seed)
        sentence, frames = self._drawn(values)
        self.add_traits(**{f"frame{i}": Bytes(frame).tag(sync=True) for i, frame in enumerate(frames)})
        markup = figure_html(figure.specification(), sentence)
        super().__init__(_markup=markup, values=values, sentence=sentence, **self._places())
        self.on_msg(self._on_message)

    # What the reader does

    def change(self, **values: Any) -> None:
        """Give controls new values; what cannot be drawn is said in `message`."""
        self._do(values=values)

    def step(self, frames: int = 1) -> None:
        """Let a figure that plays go on by some frames."""
        self._do(steps=frames)

    def reset(self) -> None:
        """Put all controls back to their defaults, and start anew."""
        self._do(reset=True)

    def _on_message(self, _: Any, content: dict[str, Any], __: Any) -> None:
        if content.get("close"):
            self.close()
            return
        with self.hold_sync():  # one message to the front end
            try:
                self._do(**{name: content[name] for name in ("reset", "values", "steps", "width") if name in content})
            finally:
                self.answered = content["id"]

    def _do(
        self, reset: bool = False, values: dict[str, Any] | None = None, steps: int = 0, width: int | None = None
    ) -> None:
        """Do what was asked for, and show what came of it once; if it fails, say so and keep the last good picture.

        The reader gets type and text of the exception, the log the traceback.
        """
        try:
            if width is not None:
                self.picture.fit(width)
            self._go_on(reset, values or {}, steps)
            sentence, frames = self._drawn(self.values)
        except Exception as error:
            _LOG.exception("%s could not be drawn with %s", self.figure.name, self.values)
            self.picture.forget()
            self.message = (
                f"This setting could not be drawn. {type(error).__name__}: {error}. "
                "The picture shows the last setting that could."
            )
            return
        for i, frame in enumerate(frames):
            if frame is not None:
                setattr(self, f"frame{i}", frame)
        self.sentence, self.message = sentence, ""
        self.ended = self.figure.ended(self.state)
        for name, places in self._places().items():
            setattr(self, name, places)

    def _go_on(self, reset: bool, changed: dict[str, Any], steps: int) -> None:
        figure = self.figure
        self.values = figure.check(changed if reset else {**self.values, **changed})
        if reset:
            self.state = figure.start(self.values, self.seed)
        elif changed:
            self.state = figure.after(changed, self.state, self.values, self.seed)
        for _ in range(steps):
            # What has come to its end is played from the beginning.
            ended = figure.ended(self.state)
            self.state = figure.start(self.values, self.seed) if ended else figure.advance(self.state, self.values)

    def _drawn(self, values: dict[str, Any]) -> tuple[str, list[bytes | None]]:
        """The sentence and the frames of the state; None for a panel that looks as before."""
        sentence = self.figure.sentence(self.state, values)
        self.figure.draw(self.picture, self.state, values)
        return sentence, self.picture.render()

    def _places(self) -> dict[str, dict[str, Any]]:
        """Where in the picture the reader can do something, as it is drawn."""
        return {"grips": self.figure.grips(self.picture), "sheet": self.figure.sheet(self.picture)}

    # Where the reader sees it

    def _take_place(self) -> None:
        """Close what an earlier execution of the same cell has shown: this view stands in its place."""
        request = _request()
        cell = request.get("metadata", {}).get("cellId")
        if cell is None:  # a front end that does not name its cells
            return
        number = request["header"]["msg_id"]
        last, views = _SHOWN.get(cell, (number, []))
        if last != number:
            for view in views:
                if view is not self:
                    view.close()
            views = []
        _SHOWN[cell] = (number, [*views, self])

    def close(self) -> None:
        """Remove the figure, in the front end too, and let go of picture and state; the sentence stays."""
        layout = getattr(self, "layout", None)  # which anywidget makes, and never closes
        super().close()
        if layout is not None:
            layout.close()
        vars(self).pop("_repr_mimebundle_", None)  # ipywidgets puts None there; what a history holds can still be shown
        self.picture = self.state = None

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict, dict]:
        if self.picture is None:
            return {"text/plain": self.sentence}, {}
        self._take_place()
        data: dict[str, Any] = {"text/plain": self.sentence}
        spec = self.figure.specification() | {"grips": self.grips}
        if self.sheet:
            spec["sheet"] = dict(self.sheet)
        metadata: dict[str, Any] = {"emergence": spec}
        if sys.platform != "emscripten":  # a built page already has the stored picture, and waits for this cell
            data["image/png"] = base64.b64encode(self.picture.static_png()).decode("ascii")
            metadata["image/png"] = {"alt": self.sentence}
            if self.sheet:
                empty = self.picture.empty_png(self.picture.axes[self.sheet["panel"]])
                spec["sheet"]["png"] = base64.b64encode(empty).decode("ascii")
        if _request().get("content", {}).get("allow_stdin", True):  # else nobody is there who could move a control
            view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
            data["application/vnd.jupyter.widget-view+json"] = view
        return data, metadata

    def __repr__(self) -> str:
        return self.sentence


def _request() -> dict[str, Any]:
    """The message that asked for the cell that is being executed; empty where nothing is known of it."""
    kernel = getattr(get_ipython(), "kernel", None)
    return kernel.get_parent() if kernel else {}
