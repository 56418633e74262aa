"""Steps that grow like a power of the size: the limit jumps where that power is 1 + alpha."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Grip, LiveFigure, Slider, in_words, legend_above, place
from emergence.live.palette import BLUE, DATA, GREY, INK, ORANGE
from emergence.synthesis import state_function as sf

_LOW, _HIGH = 0.2, 3.8
_PACES = np.linspace(_LOW, _HIGH, 37)
_SIZES = (64, 512, 4096)
_RUN = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384)


class Pace(NamedTuple):
    """The errors of all _SIZES at all _PACES, the errors of all _RUN at this pace, and its limit."""

    curves: np.ndarray
    """shape (3, 37)"""
    run: np.ndarray
    limit: float


@lru_cache(maxsize=8)
def _curves(alpha: float) -> np.ndarray:
    return np.array([sf.errors(n, n, float(n) ** _PACES, alpha).total for n in _SIZES])


def start(pace: float, alpha: float) -> Pace:
    run = np.array([sf.errors(n, n, float(n) ** pace, alpha).total for n in _RUN])
    return Pace(_curves(alpha), run, limit_at(pace, alpha))


def limit_at(pace: float, alpha: float) -> float:
    """The limit, where sliders land on 1 + alpha only up to rounding."""
    edge = 1 + alpha
    return sf.limit_of_pace(edge if abs(pace - edge) < 1e-6 else pace, alpha)


def setup(limit: Axes, run: Axes) -> SimpleNamespace:
    limit.set(xlim=(0, 4), ylim=(-0.05, 1.6), xlabel="pace κ, with steps $K = N^κ$", ylabel="error ε, with P = N")
    run.set(xscale="log", yscale="log", xlim=(16, 16_384), ylim=(5e-4, 3), xlabel="data N", ylabel="error ε")
    artists = SimpleNamespace(
        curves=[
            limit.plot([], [], style, color=colour, label=f"N = {size:,}")[0]
            for size, colour, style in zip(_SIZES, (GREY, DATA[3], BLUE), (":", "-.", "--"), strict=True)
        ],
        goal=limit.plot([], [], color=INK, linewidth=3, label="limit")[0],
        pace=limit.axvline(1, color=ORANGE, linewidth=2),
        here=limit.plot([], [], "o", color=ORANGE, markersize=9)[0],
        run=run.plot([], [], ".-", color=ORANGE, markersize=9, label="at your pace")[0],
    )
    legend_above(limit, 2, beside=[run])
    legend_above(run, 1)
    return artists


def draw(artists: SimpleNamespace, state: Pace, pace: float, alpha: float) -> None:
    for curve, values in zip(artists.curves, state.curves, strict=True):
        curve.set_data(_PACES, values)
    edge = 1 + alpha
    artists.goal.set_data([0, edge, np.nan, edge, 4], [0, 0, np.nan, 1, 1])
    place(artists.pace, x=pace)
    place(artists.here, x=pace, y=state.run[_RUN.index(_SIZES[-1])])
    artists.run.set_data(_RUN, state.run)


def sentence(state: Pace, pace: float, alpha: float) -> str:
    slope = round(float(np.log2(state.run[-1] / state.run[-2])), 2) + 0.0  # without a minus before 0
    return (
        f"α = {alpha:.2f}, steps K = N to the power {pace:.2f}, P = N: the error is {in_words(state.run[2])} at N = 64 "
        f"and {in_words(state.run[-1])} at N = 16,384, where its local exponent is {slope:.2f}. "
        f"Its limit is {in_words(state.limit)}; the jump is at the pace {1 + alpha:.2f}."
    )


figure = LiveFigure(
    "How fast may training grow with size?",
    sketch="limit",
    controls=[
        Slider("pace", "pace κ of the steps", low=_LOW, high=_HIGH, value=1, step=0.05, grip=Grip("pace", "x")),
        Slider("alpha", "exponent α", low=0.5, high=2.5, value=1, step=0.25),
    ],
)
