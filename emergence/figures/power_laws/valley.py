"""All exponents and floors that fit nearly as well as the best: a long and narrow valley."""

from __future__ import annotations

import math
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._losses import loss_against_size
from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place, set_band
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PURPLE
from emergence.scaling import fits, laws

_SIZES, _DRAWS = np.logspace(6.5, 12, 221), 200
_CEREBRAS = "Cerebras-GPT"
_DATA = (f"Pythia, {fits.ALL}", f"Pythia, {fits.WITHOUT}", _CEREBRAS)
_SHOWN = dict(zip(_DATA, ((0.7, 1.9), (0.7, 1.9), (-2.5, 1.6)), strict=True))
"""The floors that the valley's panel shows."""


class Bottom(NamedTuple):
    """The data, their best fit, the valley, refits of resampled data, and the fit with the chosen exponent."""

    sizes: np.ndarray
    losses: np.ndarray
    best: fits.Law
    valley: fits.Valley
    drawn: fits.Law
    chosen: fits.Law


def _data(data: str) -> tuple[np.ndarray, np.ndarray]:
    if data == _CEREBRAS:
        table = laws.published_table().family_rows(_CEREBRAS)
        return table.parameters, table.loss
    return fits.pythia(data.removeprefix("Pythia, "))


@lru_cache(maxsize=16)
def _fitted(data: str, left_out: int, seed: int) -> tuple:
    n, loss = _data(data)
    n, loss = n[: len(n) - left_out], loss[: len(loss) - left_out]
    drawn = fits.bootstrap(n, loss, _DRAWS, np.random.default_rng(seed))
    return n, loss, fits.fit_law(n, loss), fits.valley(n, loss), drawn


def start(exponent: float, left_out: int, data: str, rng: np.random.Generator) -> Bottom:
    n, loss, *rest = _fitted(data, left_out, int(rng.integers(2**31)))
    return Bottom(n, loss, *rest, fits.fit_exponent(n, loss, exponent))


def setup(valley: Axes, law: Axes) -> SimpleNamespace:
    valley.set(xlim=(0, 0.8), xlabel="exponent α", ylabel=r"floor $L_\infty$ (nats per token)")
    loss_against_size(law, (_SIZES[0], _SIZES[-1]), (0, 3.2))
    artists = SimpleNamespace(
        band=valley.fill_between(
            [0, 1], [0, 0], [0, 0], color=BLUE, alpha=0.45, linewidth=3, label="95 % region", zorder=3
        ),
        ridge=valley.plot([], [], color=GREY, linewidth=1.3, label="best floor")[0],
        drawn=valley.plot([], [], ".", color=PURPLE, markersize=3, label="resampled", zorder=4)[0],
        exponent=valley.axvline(color=INK, linewidth=1.5),
        here=valley.plot([], [], "o", color=INK, markersize=8, fillstyle="none")[0],
        below=valley.plot([], [], "v", color=INK, markersize=9, clip_on=False, zorder=6)[0],
        top=valley.plot([], [], "*", color=ORANGE, markersize=8, label="best", zorder=5)[0],
        best=law.plot([], [], color=ORANGE, linestyle="--", label="best fit")[0],
        chosen=law.plot([], [], color=INK, linewidth=1.6, label="this α")[0],
        floor=law.axhline(color=GREY, linestyle=":", label="floor of this α"),
        points=law.plot([], [], "o", color=BLUE, markersize=6, label="models")[0],
    )
    legend_above(valley, 2, beside=(law,))
    legend_above(law, 2)
    return artists


def draw(artists: SimpleNamespace, valley: Axes, state: Bottom, exponent: float, data: str) -> None:
    valley.set_ylim(_SHOWN[data])
    region, inside = state.valley, state.valley.inside
    low, high = (np.clip(floors[inside], -20, 20) for floors in (region.low, region.high))
    set_band(artists.band, region.exponents[inside], low, high)
    artists.ridge.set_data(region.exponents, region.floor)
    artists.drawn.set_data(state.drawn.exponent, state.drawn.floor)
    place(artists.exponent, x=exponent)
    floor, (lowest, _) = float(state.chosen.floor), _SHOWN[data]
    place(artists.here, x=exponent, y=floor)
    place(artists.below, x=exponent, y=lowest if floor < lowest else math.nan)
    place(artists.top, x=float(state.best.exponent), y=float(state.best.floor))
    artists.best.set_data(_SIZES, state.best(_SIZES))
    artists.chosen.set_data(_SIZES, state.chosen(_SIZES))
    place(artists.floor, y=float(state.chosen.floor))
    artists.points.set_data(state.sizes, state.losses)


def sentence(state: Bottom, exponent: float, data: str) -> str:
    count, best = len(state.sizes), state.best
    (low, high), (bottom, top) = state.valley.exponent_interval, state.valley.floor_interval
    exponents = f"{low:.3f} to {high:.3f}" if math.isfinite(high) else f"{low:.3f} or more"
    floors = f"{bottom:.2f} to {top:.2f}" if math.isfinite(bottom) else f"anything below {top:.2f}"
    return (
        f"{data}, {count} models: with α = {exponent:.2f} the best floor is {state.chosen.floor:.3f}, which misses "
        f"them by {state.chosen.rms:.4f} nats. Best are α = {best.exponent:.3f} "
        f"and L∞ = {best.floor:.3f} with {best.rms:.4f}; 95 % intervals: "
        f"α {exponents}, L∞ {floors}."
    )


figure = LiveFigure(
    "Which floors fit as well?",
    controls=[
        Slider("exponent", "exponent α", low=0.05, high=0.8, value=0.3, grip=Grip("exponent", "x")),
        Slider("left_out", "largest models left out", low=0, high=3, value=0, scale="integer"),
        Choice("data", "models", options=_DATA, value=_DATA[0]),
    ],
)
