"""Risk of least squares as examples and weights grow together along different paths, and its limit on each ray."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from emergence.live import Grip, LiveFigure, Slider, in_words, legend_above, place, positive
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE
from emergence.scaling import interpolation as ip

_N = np.unique(np.round(np.geomspace(6, 1e5, 70)))
_FIXED = 20
_STEP = math.log10(2) / 20
_BESIDE = np.geomspace(1e-5, 8e-3, 30)  # the limit is drawn so near to γ = 1 that it leaves the axes
_RATIO = np.unique([*np.geomspace(1 / 8, 8, 240), *(1 - _BESIDE), *(1 + _BESIDE)])  # without 1
_TICKS = (1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8)
_MIDDLE = int(np.searchsorted(_RATIO, 1))
_GAP = np.insert(_RATIO, _MIDDLE, 1)


class State(NamedTuple):
    """Risk over _N for γn, _FIXED, n² and n + 2 weights; the limit and its noise part over _RATIO."""

    ray: np.ndarray
    fixed: np.ndarray
    square: np.ndarray
    close: np.ndarray
    limit: np.ndarray
    noise: np.ndarray


def start(ratio: float, signal: float, noise: float) -> State:
    on_ray = np.maximum(1, np.round(ratio * _N))
    paths = [ip.exact_risk(_N, p, signal, noise) for p in (on_ray, np.full_like(_N, _FIXED), _N**2, _N + 2)]
    paths = [np.where(np.isfinite(path), path, 1e9) for path in paths]
    limit, part = (ip.limit_risk(_RATIO, r, noise) for r in (signal, 0))
    return State(*paths, limit, part)


def setup(paths: Axes, ratios: Axes) -> SimpleNamespace:
    paths.set(xscale="log", yscale="log", xlim=(6, 1e5), ylim=(1e-3, 500), xlabel="examples n", ylabel="excess risk")
    ratios.set(xscale="log", yscale="log", xlim=(1 / 9, 9), ylim=(1e-3, 1e2))
    ratios.set(xlabel="weights for each example, γ = p/n", ylabel="limit of the excess risk")
    ratios.set_xticks(_TICKS, ["⅛", "¼", "½", "1", "2", "4", "8"])
    ratios.xaxis.set_minor_formatter(NullFormatter())
    artists = SimpleNamespace(
        ray=paths.plot([], [], color=BLUE, label="p = γn")[0],
        fixed=paths.plot([], [], color=GREEN, linestyle="--", label=f"p = {_FIXED}")[0],
        square=paths.plot([], [], color=ORANGE, linestyle="-.", label="p = n²")[0],
        close=paths.plot([], [], color=PURPLE, linestyle=":", label="p = n + 2")[0],
        limit=ratios.plot([], [], color=BLUE, label="all of it")[0],
        noise=ratios.plot([], [], color=ORANGE, linestyle="--", label="its noise part")[0],
        here=ratios.axvline(2, color=INK, linewidth=1.4),
        mirror=ratios.axvline(0.5, color=GREY, linewidth=1.2, linestyle=":", label="1/γ"),
        pair=ratios.plot([], [], "o", color=ORANGE, markersize=8)[0],
    )
    legend_above(paths, 4)
    legend_above(ratios, 3)
    return artists


def draw(artists: SimpleNamespace, state: State, ratio: float, noise: float) -> None:
    for name in ("ray", "fixed", "square", "close"):
        path = getattr(state, name)
        getattr(artists, name).set_data(_N, np.where(path < 1e9, positive(path), np.nan))
    for name in ("limit", "noise"):  # no line joins the two sides of γ = 1
        getattr(artists, name).set_data(_GAP, np.insert(getattr(state, name), _MIDDLE, np.nan))
    place(artists.here, x=ratio)
    place(artists.mirror, x=1 / ratio)
    part = float(ip.limit_risk(round(ratio, 9), 0, noise))
    artists.pair.set_data([ratio, 1 / ratio], [part if np.isfinite(part) else np.nan] * 2)


def sentence(state: State, ratio: float, signal: float, noise: float) -> str:
    limit, part = (float(ip.limit_risk(round(ratio, 9), r, noise)) for r in (signal, 0))
    told = f"tends to {in_words(limit)}, of which noise is {in_words(part)}" if np.isfinite(limit) else "has no bound"
    least = ip.second_minimum(signal, noise)
    beyond = "falls towards r², and is never below it"
    if least:
        beyond = f"is at least {in_words(least[1])}, its value at γ = {in_words(least[0])}"
    return (
        f"Signal r = {signal:.2f}, noise σ = {noise:.2f}. Along p = γn with γ = {ratio:.3g} the excess risk {told}. "
        f"With {_FIXED} weights it tends to 0, with n² weights to r² = {in_words(signal**2)}. For γ above 1 the limit "
        f"{beyond}."
    )


figure = LiveFigure(
    "Many examples, many weights: which limit?",
    controls=[
        Slider("ratio", "γ = p/n", low=1 / 8, high=8, value=2, step=_STEP, scale="log", grip=Grip("here", "x")),
        Slider("signal", "signal r", low=0.5, high=3, value=2, step=0.05),
        Slider("noise", "noise σ of the labels", low=0.1, high=2, value=1, step=0.05),
    ],
)
