"""A limit extrapolated under an assumption that fails: the estimate settles before it is right."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.limits.acceleration import CONTAMINATIONS, contaminated_power, extrapolate
from emergence.live import Choice, LiveFigure, Slider, in_words, place, positive
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE

_ASSUMED, _FITTED = "assumed", "fitted"
_SMALLEST = 3  # as a power of two
_SMOOTH = np.geomspace(8, 1e12, 300)


class Fooled(NamedTuple):
    """Values at doubling sizes that tend to 1, limit and exponent found last, errors and moves of all limits found."""

    sizes: np.ndarray
    values: np.ndarray
    limit: float
    exponent: float
    errors: np.ndarray
    moves: np.ndarray


def start(exponent: float, contamination: str, weight: float, assumed: float, last: int, method: str) -> Fooled:
    sizes = 2.0 ** np.arange(_SMALLEST, last + 1)
    values = 1 + contaminated_power(sizes, exponent, contamination, weight)
    limits, exponents = extrapolate(values, assumed if method == _ASSUMED else None)
    errors, moves = np.abs(limits - 1), np.abs(np.diff(limits))
    return Fooled(sizes, values, float(limits[-1]), float(exponents[-1]), errors, moves)


def setup(curve: Axes, errors: Axes) -> SimpleNamespace:
    curve.set(xscale="log", xlim=(8, 1e12), ylim=(0.5, 2.5), xlabel="size n", ylabel="value y(n)")
    errors.set(xscale="log", yscale="log", xlim=(8, 2e6), ylim=(1e-5, 3))
    errors.set(xlabel="largest size used", ylabel="error of the estimated limit")
    curve.axhline(1, color=GREEN, linestyle="--", linewidth=1.5, label="true limit")
    artists = SimpleNamespace(
        truth=curve.plot([], [], ":", color=GREY, label="true law")[0],
        fit=curve.plot([], [], color=ORANGE, linewidth=1.5, label="fit to the last points")[0],
        values=curve.plot([], [], "o", color=BLUE, markersize=6, label="values known")[0],
        limit=curve.axhline(color=ORANGE, linestyle="-.", linewidth=1.2),
        errors=errors.plot([], [], "o-", color=ORANGE, label="true error")[0],
        moves=errors.plot([], [], "s--", color=BLUE, label="last move of the estimate")[0],
    )
    curve.legend(loc="upper right")
    errors.legend(loc="lower left")
    return artists


def draw(artists: SimpleNamespace, state: Fooled, exponent: float, contamination: str, weight: float) -> None:
    fit = state.limit + (state.values[-1] - state.limit) * (_SMOOTH / state.sizes[-1]) ** -state.exponent
    artists.truth.set_data(_SMOOTH, 1 + contaminated_power(_SMOOTH, exponent, contamination, weight))
    artists.fit.set_data(_SMOOTH, fit)
    artists.values.set_data(state.sizes, state.values)
    place(artists.limit, y=state.limit)
    artists.errors.set_data(state.sizes[-len(state.errors) :], positive(state.errors))
    artists.moves.set_data(state.sizes[-len(state.moves) :], positive(state.moves))


def sentence(state: Fooled, method: str) -> str:
    error, move = float(state.errors[-1]), float(state.moves[-1])
    text = (
        f"Sizes up to {state.sizes[-1]:,.0f}, exponent {method} as {state.exponent:.3f}: the limit comes out as "
        f"{state.limit:.4f}, and the last doubling moved it by {in_words(move, 2)}. The true limit is 1: "
    )
    if error < 1e-9:
        return text + "the assumption holds, and the estimate is right."
    return text + f"the error is {in_words(error, 2)}, {in_words(error / move, 2)} times that move."


figure = LiveFigure(
    "When the estimate settles, is it right?",
    controls=[
        Slider("exponent", "true exponent p", low=0.1, high=1, value=0.5),
        Choice("contamination", "what the fit leaves out", options=CONTAMINATIONS, value="a second power"),
        Slider("weight", "its weight", low=0, high=1, value=0.2),
        Slider("assumed", "assumed exponent", low=0.1, high=1.5, value=0.5),
        Slider("last", "largest size 2ᵏ, k", low=7, high=20, value=10, scale="integer"),
        Choice("method", "exponent", options=(_ASSUMED, _FITTED), value=_ASSUMED),
    ],
)
