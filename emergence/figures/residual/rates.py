"""A stack and a residual network: their errors against depth, and over the exact leading terms."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.residual._shared import DEPTH_LABEL
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, place, positive
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import rates

_DEPTH = 1000
_K = np.unique(np.round(np.geomspace(2, _DEPTH, 120)).astype(int))
_LINEAR, _LOG = "linear: exponentials straight", "logarithmic: power laws straight"
_FLOOR = 1e-12  # below it the digits are those of rounding


class Course(NamedTuple):
    """Error and leading term at the depths _K; a law that ends, ends in zeros."""

    error: np.ndarray
    leading: np.ndarray


def start(stack: str, residual: str) -> dict[str, Course]:
    return {name: Course(rates.errors(name, _DEPTH)[_K - 1], rates.leading(name, _K)) for name in (stack, residual)}


def setup(error: Axes, ratio: Axes) -> SimpleNamespace:
    error.set(yscale="log", ylim=(1e-8, 1e4), xlabel=DEPTH_LABEL, ylabel="distance from the limit")
    ratio.set(xscale="log", xlim=(2, _DEPTH), ylim=(0.4, 1.6), xlabel=DEPTH_LABEL, ylabel="distance / law")
    ratio.axhline(1, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        errors=[
            error.plot([], [], line, color=colour, label=label)[0]
            for line, colour, label in (("-", BLUE, "stack"), ("--", ORANGE, "residual network"))
        ],
        laws=[error.plot([], [], ":", color=INK, linewidth=1.3)[0] for _ in range(2)],
        ratios=[ratio.plot([], [], line, color=colour)[0] for line, colour in (("-", BLUE), ("--", ORANGE))],
        now=ratio.axvline(color=GREY, linewidth=1.6),
    )
    artists.laws[0].set_label("law for large k")
    error.legend(loc="upper left", ncols=2)
    return artists


def draw(
    artists: SimpleNamespace, error: Axes, state: dict[str, Course], stack: str, residual: str, depth: int, axis: str
) -> None:
    error.set_xscale("log" if axis == _LOG else "linear")
    error.set_xlim((2, _DEPTH) if axis == _LOG else (0, 64))
    for i, name in enumerate((stack, residual)):
        course = state[name]
        artists.errors[i].set_data(_K, positive(course.error, _FLOOR))
        artists.laws[i].set_data(_K, positive(course.leading, _FLOOR))
        law = positive(course.leading, _FLOOR)
        artists.ratios[i].set_data(_K, positive(course.error, _FLOOR) / law)
    place(artists.now, x=depth)


def says(name: str, depth: int) -> str:
    """One network at one depth, against its law."""
    row, error, law = rates.ROWS[name], rates.errors(name, _DEPTH)[depth - 1], rates.leading(name, np.array([depth]))[0]
    at = "exactly 0" if error == 0 else in_words(float(error)) if error > _FLOOR else "less than 10⁻¹²"
    if min(law, error) <= _FLOOR:
        return f"{name} is at {at} (law {row.formula}, {row.law})"
    return f"{name} is at {at}, {error / law:.4f} times its law {row.formula} ({row.law})"


def sentence(stack: str, residual: str, depth: int) -> str:
    return f"After {depth} blocks the stack {says(stack, depth)}; the residual network {says(residual, depth)}."


figure = LiveFigure(
    "Which assembly is exponential, which a power law?",
    controls=[
        Choice("stack", "stack of layers", options=rates.STACKS, value="x/2 + 1/k"),
        Choice("residual", "residual network", options=rates.RESIDUALS, value="x, step ½, implicit"),
        Slider("depth", "read at depth k", low=2, high=_DEPTH, value=40, scale="integer", grip=Grip("now", "x")),
        Choice("axis", "axis of the depth", options=(_LOG, _LINEAR), value=_LOG, affects="picture"),
    ],
)
