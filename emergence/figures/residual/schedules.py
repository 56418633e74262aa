"""Blocks of A = mI + J with steps h over the s-th power of k: how far from the zero, and does the output settle?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.residual._shared import DEPTH_LABEL, draw_plane, set_orbit
from emergence.live import Choice, LiveFigure, Slider, in_words, positive
from emergence.live.drawing import legend_above
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE
from emergence.operators import residual as op

_DEPTH = 400
_INPUTS = (1, 0.5j)
_MEANING = {
    "tends to 0": "the output tends to 0, the zero of A, whatever the input",
    "settles": "the steps have a finite sum, and the output settles at a place that depends on the input",
    "turns for ever": "the distance tends to a positive number, but the output turns for ever",
    "grows": "the distance grows without bound",
}


class Schedule(NamedTuple):
    """The orbits of the inputs, shape (2, _DEPTH + 1, 2), and the distances of the first from 0."""

    orbits: np.ndarray
    size: np.ndarray


def start(exponent: float, size: float, monotonicity: float, kind: str) -> Schedule:
    orbit = op.turning_orbit(complex(monotonicity, 1), op.step_sizes(_DEPTH, size, exponent), kind)
    orbits = np.array([np.column_stack([(z * orbit).real, (z * orbit).imag]) for z in _INPUTS])
    return Schedule(orbits, np.abs(orbit))


def setup(plane: Axes, distance: Axes) -> SimpleNamespace:
    draw_plane(plane, 1.5)
    distance.set(xscale="log", yscale="log", xlim=(1, _DEPTH), ylim=(1e-2, 10), xlabel=DEPTH_LABEL)
    distance.set_ylabel("distance of the output from 0")
    styles = zip((ORANGE, BLUE), ("o-", "s-"), ("input (1, 0)", "input (0, ½)"), strict=True)
    artists = SimpleNamespace(
        orbits=[
            plane.plot([], [], line, color=colour, markersize=3, linewidth=0.8, label=label)[0]
            for colour, line, label in styles
        ],
        size=distance.plot([], [], color=ORANGE, label="input (1, 0)")[0],
        limit=distance.plot([], [], "--", color=GREEN, label="exact limit")[0],
    )
    plane.plot([0], [0], "x", color=GREY, markersize=9)
    legend_above(plane, 2)
    legend_above(distance, 2)
    return artists


def draw(
    artists: SimpleNamespace, state: Schedule, exponent: float, size: float, monotonicity: float, kind: str
) -> None:
    for line, orbit in zip(artists.orbits, state.orbits, strict=True):
        set_orbit(line, orbit)
    artists.size.set_data(np.arange(1, _DEPTH + 1), positive(np.minimum(state.size[1:], 1e3), 1e-6))
    known = exponent == 1 and monotonicity == 0 and kind == "implicit"
    artists.limit.set_data([1, _DEPTH], [op.turn_survives(size) if known else np.nan] * 2)


def sentence(state: Schedule, exponent: float, size: float, monotonicity: float, kind: str) -> str:
    fate = op.turning_fate(complex(monotonicity, 1), size, exponent, kind)
    return (
        f"A = {monotonicity:.2f} I + J, {kind} steps h/kˢ with h = {size:.2f} and s = {exponent:.2f}: after {_DEPTH} "
        f"blocks {in_words(float(state.size[-1]))} of the distance from 0 is left; {_MEANING[fate]}."
    )


figure = LiveFigure(
    "Steps that shrink: forget, settle, or neither?",
    sketch="distance",
    controls=[
        Slider("exponent", "steps h/kˢ, exponent s", low=0, high=2, value=1, step=0.05),
        Slider("size", "first step h", low=0.1, high=2, value=1, step=0.05),
        Slider("monotonicity", "m of A = mI + J", low=0, high=1, value=0, step=0.05),
        Choice("kind", "blocks", options=("implicit", "explicit"), value="implicit"),
    ],
)
