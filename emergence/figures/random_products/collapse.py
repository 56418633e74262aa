"""How much networks of one design differ: the variance of the log length against depth, or depth over width."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, LiveFigure, Slider
from emergence.live.palette import DATA, GREY
from emergence.operators import random_products as rp

_WIDTHS, _MARKS = (8, 16, 32, 64), "osD^"
_RATIOS = np.array([0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4])
_DEPTH, _RATIO = "depth", "depth over width"


class Spread(NamedTuple):
    """Of the networks of each width, at each of _RATIOS: variance of the log length, its standard error, and how many
    networks were not 0; each of shape (4, 8)."""

    variances: np.ndarray
    errors: np.ndarray
    alive: np.ndarray


def start(copies: int, units: str, rng: np.random.Generator) -> Spread:
    variances, errors, alive = np.empty((3, len(_WIDTHS), len(_RATIOS)))
    for i, width in enumerate(_WIDTHS):
        at = (_RATIOS * width).astype(int)
        logs = rp.log_lengths(width, at[-1], copies, rng, units=units)[at]
        for j, log in enumerate(logs):
            left = log[np.isfinite(log)]
            alive[i, j] = len(left)
            variances[i, j] = left.var(ddof=1)
            fourth = ((left - left.mean()) ** 4).mean()
            errors[i, j] = np.sqrt(max(fourth - variances[i, j] ** 2, 0) / len(left))
    return Spread(variances, errors, alive)


def setup(spread: Axes) -> SimpleNamespace:
    spread.set_ylabel("variance of ln of the length")
    artists = SimpleNamespace(
        points=[
            spread.plot([], [], mark, color=colour, markersize=7, label=f"width {n}")[0]
            for n, mark, colour in zip(_WIDTHS, _MARKS, DATA, strict=True)
        ],
        errors=[[spread.plot([], [], color=colour, linewidth=1.2)[0] for _ in _RATIOS] for colour in DATA],
        lines=[spread.plot([], [], "--", color=GREY, linewidth=1.2)[0] for _ in _WIDTHS],
    )
    artists.lines[0].set_label("exact")
    spread.legend(loc="upper left", ncols=3)
    return artists


def draw(artists: SimpleNamespace, spread: Axes, state: Spread, against: str, units: str) -> None:
    if against == _DEPTH:
        spread.set(xlim=(0, 262), xlabel="depth K (layers)")
    else:
        spread.set(xlim=(0, 4.1), xlabel="depth over width, K/n")
    spread.set_ylim(0, 4.8 if units == "none" else 20)
    for i, width in enumerate(_WIDTHS):
        depths = (_RATIOS * width).astype(int)
        x = depths if against == _DEPTH else depths / width
        artists.points[i].set_data(x, state.variances[i])
        for line, at, mean, error in zip(artists.errors[i], x, state.variances[i], state.errors[i], strict=True):
            line.set_data([at, at], [mean - 2 * error, mean + 2 * error])
        artists.lines[i].set_data(x, depths * rp.units_moments(width, units=units)[1])


def sentence(state: Spread, copies: int, units: str) -> str:
    parts = [
        f"{state.variances[i, 2]:.2f} ± {state.errors[i, 2]:.2f} for width {width}"
        for i, width in ((0, _WIDTHS[0]), (3, _WIDTHS[-1]))
    ]
    dead = int(copies - state.alive[0, -1])
    left_out = f"; {dead} of the narrowest, at depth {4 * _WIDTHS[0]}, have the output 0 and are left out"
    return (
        f"{copies} networks of each width, {'linear' if units == 'none' else units} layers: where depth equals width "
        f"the variance of ln|x| is {' and '.join(parts)}{'' if units == 'none' else left_out}."
    )


figure = LiveFigure(
    "What do deep narrow networks share with deeper wide ones?",
    controls=[
        Choice("against", "plotted against", options=(_DEPTH, _RATIO), value=_DEPTH, affects="picture"),
        Choice("units", "units", options=rp.UNITS, value="none"),
        Slider("copies", "networks of each width", low=50, high=250, value=150, step=50, scale="integer"),
    ],
)
