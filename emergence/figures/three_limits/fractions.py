"""How near the fractions of a sequence come to its limit, compared with their denominators."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.three_limits._shared import INDEX_LABEL
from emergence.limits.rational import Approximation, approximation, convergents
from emergence.limits.sequences import SEQUENCES, terms
from emergence.live import Choice, LiveFigure, Slider, in_words, place
from emergence.live.palette import BLUE, GREY, ORANGE

_MOST = 12
_NAMES = ("exponential series", "compound", "leibniz", "continued fraction", "mobius", "newton", "thirds")
_BY_TITLE = {SEQUENCES[name].title if name in SEQUENCES else f"π: {name}": name for name in _NAMES}


@cache
def start(sequence: str) -> Approximation:
    """All fractions of the sequence."""
    name = _BY_TITLE[sequence]
    if name not in SEQUENCES:
        return approximation(convergents("π", _MOST), "π")
    most = 6 if name == "newton" else _MOST  # its digits double each time
    return approximation(terms(name, most, Fraction(1)), SEQUENCES[name].limit)


def setup(plane: Axes, scaled: Axes) -> SimpleNamespace:
    q = np.array([0, 14])
    plane.set(xlim=(0, 14), ylim=(-26, 1))
    plane.set(xlabel=r"$\log_{10}$ of the denominator q", ylabel=r"$\log_{10}$ of the error $|x - p/q|$")
    plane.plot(q, -q, color=GREY, linewidth=1.2, label="1/q")
    plane.plot(q, -2 * q, color=GREY, linewidth=1.2, linestyle="--", label="1/q²")
    plane.legend(loc="lower left")
    scaled.set(xlim=(0, 13), xlabel=INDEX_LABEL, ylabel=r"$\log_{10}$ of $q\,|x - p/q|$")
    scaled.axhline(0, color=GREY, linewidth=1.2)
    scaled.text(0.03, 0.03, "if q × error → 0: irrational", transform=scaled.transAxes, color=GREY)
    return SimpleNamespace(
        points=plane.plot([], [], "o", color=BLUE, markersize=6)[0],
        here=plane.plot([], [], "o", color=ORANGE, markersize=10)[0],
        curve=scaled.plot([], [], "o-", color=BLUE, markersize=6)[0],
        now=scaled.plot([], [], "o", color=ORANGE, markersize=10)[0],
    )


def draw(artists: SimpleNamespace, scaled: Axes, state: Approximation, n: int) -> None:
    n = min(n, len(state.fractions))
    artists.points.set_data(state.log_q[:n], state.log_error[:n])
    place(artists.here, x=state.log_q[n - 1], y=state.log_error[n - 1])
    artists.curve.set_data(np.arange(1, n + 1), state.log_scaled[:n])
    place(artists.now, x=n, y=state.log_scaled[n - 1])
    heights = state.log_scaled  # of all terms, so that the axis stays while n moves
    scaled.set_ylim(min(math.floor(heights.min()), -1) - 0.6, max(math.ceil(heights.max()), 0) + 0.6)


def sentence(state: Approximation, sequence: str, n: int) -> str:
    n = min(n, len(state.fractions))
    log_q, log_error, log_scaled = (float(of[n - 1]) for of in (state.log_q, state.log_error, state.log_scaled))
    digits = int(log_q) + 1
    value = str(state.fractions[n - 1]) if digits <= 12 else f"a fraction with a denominator of {digits} digits"
    return (
        f"{sequence}, n = {n}: {value} misses {sequence.partition(':')[0]} by {in_words(10**log_error)}; "
        f"multiplied by q that is {in_words(10**log_scaled)}, by q² {in_words(10 ** (log_scaled + log_q))}."
    )


figure = LiveFigure(
    "How close does each fraction come, for its denominator?",
    controls=[
        Choice("sequence", "fractions", options=tuple(_BY_TITLE), value="e: Σ 1/k!"),
        Slider("n", "index n", low=1, high=_MOST, value=6, scale="integer"),
    ],
)
