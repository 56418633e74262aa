"""The declaration of a live figure, and the registry of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from emergence.live.controls import Control
from emergence.live.picture import PANEL_PIXELS, Picture

if TYPE_CHECKING:
    from emergence.live.view import LiveView

_REGISTRY: dict[str, LiveFigure] = {}


def registered_figures() -> Mapping[str, LiveFigure]:
    """All live figures declared by the modules imported so far, by name."""
    return dict(_REGISTRY)


class LiveFigure:
    """A live figure in a dozen declarative lines; CONTRIBUTING.md shows one.

    Parameters
    ----------
    name: 'module.figure', unique in the book.
    title: what the figure asks or shows, a few words.
    controls: what the reader can change.
    compute: model, called with one keyword argument per control (and `rng` when the figure is random);
        returns the state, any object. In a figure that plays it returns the initial state.
    setup: called once with one Axes per panel; draws what never changes and returns a SimpleNamespace of
        the artists that will move.
    draw: called with those artists and a state; moves the artists, may change axis limits and labels.
    sentence: called with a state; says in one or two sentences, with numbers, what the picture shows.
    panels: how many panels, each with its own axes.
    advance: for a figure that plays: called with a state and the control values, returns the next state.
    random: the figure draws random numbers, so `show` asks for a seed.
    """

    def __init__(
        self,
        name: str,
        title: str,
        *,
        controls: Sequence[Control],
        compute: Callable[..., Any],
        setup: Callable[..., SimpleNamespace],
        draw: Callable[[SimpleNamespace, Any], None],
        sentence: Callable[[Any], str],
        panels: int = 1,
        advance: Callable[..., Any] | None = None,
        random: bool = False,
    ) -> None:
        names = [control.name for control in controls]
        if len(set(names)) != len(names):
            raise ValueError(f"{name}: control names are not unique: {names}")
        if name in _REGISTRY and _REGISTRY[name].compute.__module__ != compute.__module__:
            raise ValueError(f"{name} is already the name of a figure in {_REGISTRY[name].compute.__module__}")
        self.name, self.title = name, title
        self.controls = tuple(controls)
        self.compute, self.advance, self.random = compute, advance, random
        self.setup, self.draw, self.sentence, self.panels = setup, draw, sentence, panels
        _REGISTRY[name] = self

    @property
    def defaults(self) -> dict[str, Any]:
        return {control.name: control.value for control in self.controls}

    def check(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All control values, the given ones checked and the others at their defaults.

        Raises ValueError for a value out of range and for a name that is no control of the figure.
        """
        known = {control.name: control for control in self.controls}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"{name} = {value!r}: {self.name} has only the controls {', '.join(known)}")
        return self.defaults | {name: known[name].check(value) for name, value in values.items()}

    def state(self, values: Mapping[str, Any], seed: int | None = None) -> Any:
        """The (initial) state for checked control values; a random figure needs a seed."""
        if not self.random:
            return self.compute(**values)
        if seed is None:
            raise ValueError(f"seed = None, but {self.name} draws random numbers: give show() an integer seed")
        return self.compute(**values, rng=np.random.default_rng(seed))

    def picture(self) -> Picture:
        """Fresh axes and artists for this figure."""
        return Picture(self.panels, self.setup)

    def specification(self) -> dict[str, Any]:
        """Figure and controls as plain JSON data, stored with the output."""
        return {
            "figure": self.name,
            "title": self.title,
            "panels": self.panels,
            "panel_size": list(PANEL_PIXELS),
            "playable": self.advance is not None,
            "controls": [control.specification() for control in self.controls],
        }

    def show(self, *, seed: int | None = None, **values: Any) -> LiveView:
        """The figure as widgets, starting from the given control values.

        Raises ValueError for a value out of range, and for a missing seed in a random figure.
        """
        from emergence.live.view import LiveView  # widgets are needed only where a figure is shown

        return LiveView(self, self.check(values), seed)
