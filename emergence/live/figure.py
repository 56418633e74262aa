"""The declaration of a live figure, and the registry of all of them."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D

from emergence.live.controls import Control, Slider
from emergence.live.drawing import with_minus
from emergence.live.picture import PANEL_PIXELS, Picture

if TYPE_CHECKING:
    from emergence.live.view import LiveView

_REGISTRY: dict[str, LiveFigure] = {}


def registered_figures() -> Mapping[str, LiveFigure]:
    """All live figures declared by the modules imported so far, by name."""
    return dict(_REGISTRY)


class LiveFigure:
    """A live figure: its title, its controls, and the functions of the module that declares it.

    The functions are `start`, `setup`, `draw`, `sentence`, and `advance` if the figure plays, with `ended` if what it
    plays comes to an end. They ask for
    what they use by the names of their parameters: a control by its name, `state`, `artists`, a panel by its name
    in `setup`. What a function does not ask for it does not depend on: a control that neither `start` nor `advance`
    asks for leaves the state as it is. CONTRIBUTING.md shows a figure.

    Parameters
    ----------
    title: what the figure asks or shows, a few words.
    controls: what the reader can change.
    sketch: a panel on whose empty axes the reader can draw a prediction, a curve from left to right.
    name: 'chapter.figure', unique in the book; by default the place of the module under `emergence.figures`.
    functions: what is not in the module under its own name:

    start: model; asks for controls (and `rng` when the figure draws random numbers) and returns the state, any
        object. In a figure that plays it returns the initial state.
    setup: called once with one Axes per panel, which its parameters name; draws what never changes and returns a
        SimpleNamespace of the artists that will move.
    draw: asks for `artists`, `state`, controls, panels; moves the artists, may change axis limits and labels.
    sentence: asks for `state` and controls; says in one or two sentences, with numbers, what the picture shows.
    advance: for a figure that plays: asks for `state` and controls, returns the next state.
    ended: for a run that comes to an end: asks for `state`, says whether this is the last one.
    """

    def __init__(
        self,
        title: str,
        *,
        controls: Sequence[Control],
        sketch: str | None = None,
        name: str | None = None,
        **functions: Callable[..., Any],
    ) -> None:
        # A module loaded anew, or a cell run again, may declare its figure again: its spec is another one, or None.
        declaring = sys._getframe(1).f_globals
        self.module, self._spec = declaring["__name__"], declaring.get("__spec__")
        self.name, self.title = name or _name_of(self.module), title
        self.controls = tuple(controls)
        if unknown := set(functions) - {"start", "advance", "ended", "setup", "draw", "sentence"}:
            raise TypeError(f"{self.name}: {', '.join(unknown)} is no function of a figure")
        functions = {**declaring, **functions}
        if missing := {"start", "setup", "draw", "sentence"} - set(functions):
            raise ValueError(f"{self.name}: {self.module} has no {', no '.join(sorted(missing))}")
        self._setup, self.panels = functions["setup"], _parameters(functions["setup"])
        if sketch is not None and sketch not in self.panels:
            raise ValueError(f"{self.name}: sketch = {sketch!r}, but the panels are {', '.join(self.panels)}")
        self.sketch = sketch
        names = [control.name for control in controls]
        given = [*names, *self.panels, "state", "artists", "rng"]
        if twice := {name for name in given if given.count(name) > 1}:
            raise ValueError(f"{self.name}: names of controls and panels are not unique: {', '.join(sorted(twice))}")
        self._start = _Asking(self.name, functions["start"], {*names, "rng"})
        self._advance = _Asking(self.name, functions["advance"], {*names, "state"}) if "advance" in functions else None
        self._ended = _Asking(self.name, functions["ended"], {"state"}) if "ended" in functions else None
        self._draw = _Asking(self.name, functions["draw"], {*names, *self.panels, "state", "artists"})
        self._sentence = _Asking(self.name, functions["sentence"], {*names, "state"})
        self.random = "rng" in self._start.asks_for
        namesake = _REGISTRY.get(self.name)
        if namesake and (namesake.module != self.module or namesake._spec is self._spec is not None):
            raise ValueError(f"{self.name} is already the name of a figure in {namesake.module}")
        _REGISTRY[self.name] = self

    @property
    def defaults(self) -> dict[str, Any]:
        return {control.name: control.value for control in self.controls}

    @property
    def playable(self) -> bool:
        return self._advance is not None

    def check(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All control values, the given ones checked and the others at their defaults.

        Raises ValueError for a value out of range and for a name that is no control of the figure.
        """
        known = {control.name: control for control in self.controls}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"{name} = {value!r}: {self.name} has only the controls {', '.join(known)}")
        return self.defaults | {name: known[name].check(value) for name, value in values.items()}

    def start(self, values: Mapping[str, Any], seed: int | None = None) -> Any:
        """The (initial) state for checked control values; a random figure needs a seed."""
        if not self.random:
            return self._start(values)
        if seed is None:
            raise ValueError(f"seed = None, but {self.name} draws random numbers: give show() an integer seed")
        return self._start(values, rng=np.random.default_rng(seed))

    def advance(self, state: Any, values: Mapping[str, Any]) -> Any:
        """The next state of a figure that plays."""
        return self._advance(values, state=state)

    def ended(self, state: Any) -> bool:
        """Whether a run has come to its end; never for a figure that goes on for ever."""
        return self._ended is not None and bool(self._ended({}, state=state))

    def after(self, changed: Collection[str], state: Any, values: Mapping[str, Any], seed: int | None = None) -> Any:
        """The state when these controls have just taken their values: begun anew, one frame on, or as it was."""
        restarting = {control.name for control in self.controls if control.restarts or not self.playable}
        if restarting.intersection(changed, self._start.asks_for):
            return self.start(values, seed)
        if self.playable and (set(changed) - restarting).intersection(self._advance.asks_for):
            return self.advance(state, values)
        return state

    def draw(self, picture: Picture, state: Any, values: Mapping[str, Any]) -> None:
        """Move the artists of the picture to the state."""
        self._draw(values, state=state, artists=picture.artists, **dict(zip(self.panels, picture.axes, strict=True)))

    def sentence(self, state: Any, values: Mapping[str, Any]) -> str:
        """What the picture of the state says, in numbers."""
        return with_minus(self._sentence(values, state=state))

    def picture(self) -> Picture:
        """Fresh axes and artists for this figure."""
        return Picture(len(self.panels), self._setup)

    def grips(self, picture: Picture) -> dict[str, dict[str, Any]]:
        """What can be gripped in the picture as it is drawn: its place, and by direction the slider that it moves."""
        grips: dict[str, dict[str, Any]] = {}
        for control in self.controls:
            if not (isinstance(control, Slider) and (grip := control.grip)):
                continue
            artists = getattr(picture.artists, grip.artist, None)
            for i, artist in enumerate(artists if isinstance(artists, list) else [artists]):
                if not isinstance(artist, Line2D):
                    raise TypeError(
                        f"{self.name}: the grip of {control.name} names {grip.artist!r}, which is no line that setup "
                        f"returned; it returned {', '.join(vars(picture.artists))}"
                    )
                if place := picture.place_of(artist):
                    held = grips.setdefault(f"{grip.artist}-{i}", place)
                    scale = picture.scale_of(artist.axes, grip.along)
                    held[grip.along] = {"control": control.name, "gain": grip.gain, **scale}
        return grips

    def sheet(self, picture: Picture) -> dict[str, Any]:
        """The panel that the reader can draw on, and its axes as they are drawn; empty if there is none."""
        if self.sketch is None:
            return {}
        panel = self.panels.index(self.sketch)
        axes = picture.axes[panel]
        labels = {"x": axes.get_xlabel(), "y": axes.get_ylabel()}
        sides = {along: picture.scale_of(axes, along) | {"label": label} for along, label in labels.items()}
        return {"panel": panel, **sides}

    def specification(self) -> dict[str, Any]:
        """Figure and controls as plain JSON data, stored with the output."""
        return {
            "figure": self.name,
            "title": self.title,
            "panels": len(self.panels),
            "panel_size": list(PANEL_PIXELS),
            "playable": self.playable,
            "controls": [control.specification() for control in self.controls],
        }

    def show(self, *, seed: int | None = None, **values: Any) -> LiveView:
        """The figure as widgets, starting from the given control values.

        Raises ValueError for a value out of range, and for a missing seed in a random figure.
        """
        from emergence.live.view import LiveView  # widgets are needed only where a figure is shown

        return LiveView(self, self.check(values), seed)


class _Asking:
    """A function of a figure, called with what its parameters name."""

    def __init__(self, figure: str, function: Callable[..., Any], offered: set[str]) -> None:
        self.function, self.asks_for = function, _parameters(function)
        if unknown := set(self.asks_for) - offered:
            raise ValueError(
                f"{figure}: {function.__name__} asks for {', '.join(sorted(unknown))}; "
                f"there are {', '.join(sorted(offered))}"
            )

    def __call__(self, values: Mapping[str, Any], **others: Any) -> Any:
        offered = {**values, **others}
        return self.function(**{name: offered[name] for name in self.asks_for})


def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def _name_of(module: str) -> str:
    """'chapter.figure' for the module emergence.figures.chapter.figure."""
    package, _, name = module.partition("emergence.figures.")
    if package or not name:
        raise ValueError(f"name = None, but {module} is no module of emergence.figures: give the figure a name")
    return name
