"""The length of an output against depth, in many random networks at once."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.random_products._shared import DEPTH_LABEL, finite, mean_and_error
from emergence.live import Choice, Grip, LiveFigure, Slider, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import random_products as rp

_DEPTH, _COPIES, _SHOWN = 100, 400, 25
_K = np.arange(_DEPTH + 1)
_AT = np.arange(10, _DEPTH + 1, 10)
_BINS = np.linspace(-32, 32, 65)
_X = np.linspace(-32, 32, 257)


class Lengths(NamedTuple):
    """Log lengths of all networks, shape (_DEPTH + 1, _COPIES), and exact mean and variance of one layer's step."""

    logs: np.ndarray
    mean: float
    variance: float


def start(log_sigma: float, width: int, units: str, rng: np.random.Generator) -> Lengths:
    sigma = math.exp(log_sigma)
    logs = rp.log_lengths(width, _DEPTH, _COPIES, rng, sigma=sigma, units=units)
    return Lengths(np.maximum(logs, -1e9), *rp.units_moments(width, sigma, units))


def alive(logs: np.ndarray) -> np.ndarray:
    return logs[logs > -1e8]


def setup(lengths: Axes, networks: Axes) -> SimpleNamespace:
    lengths.set(xlim=(0, _DEPTH + 4), ylim=(-32, 52), xlabel=DEPTH_LABEL, ylabel="ln of the output's length")
    networks.set(xlim=(-32, 32), ylim=(0, 0.75), xlabel="ln of the output's length at depth K")
    networks.set_ylabel("share of networks per unit")
    artists = SimpleNamespace(
        fan=[lengths.plot([], [], color=GREY, linewidth=0.6)[0] for _ in range(_SHOWN)],
        wide=lengths.plot([], [], "--", color=ORANGE, label="infinite width")[0],
        exact=lengths.plot([], [], "-", color=BLUE, label="exact mean")[0],
        means=lengths.plot([], [], "o", color=INK, markersize=5, label="mean of 400")[0],
        errors=[lengths.plot([], [], color=INK, linewidth=1.5)[0] for _ in _AT],
        end=lengths.plot([], [], "s", color=ORANGE, markersize=9)[0],
        depth=lengths.plot([_DEPTH] * 2, [-32, 26], color=GREY, linewidth=1.5)[0],
        histogram=networks.stairs(np.zeros(len(_BINS) - 1), _BINS, color=INK, linewidth=1.2, label="400 networks"),
        normal=networks.plot([], [], "-", color=BLUE, label="normal curve")[0],
        mark=networks.plot([], [], "--", color=ORANGE, label="infinite width")[0],
    )
    artists.fan[0].set_label("25 networks")
    lengths.legend(loc="upper left", ncols=2)
    networks.legend(loc="upper left")
    return artists


def draw(artists: SimpleNamespace, state: Lengths, log_sigma: float, depth: int) -> None:
    shown = finite(np.where(state.logs > -1e8, state.logs, np.nan))
    for line, log in zip(artists.fan, shown.T, strict=False):
        line.set_data(_K, log)
    artists.wide.set_data(_K, log_sigma * _K)
    artists.exact.set_data(_K, state.mean * _K)
    statistics = [mean_and_error(alive(state.logs[k])) for k in _AT]
    some = [len(alive(state.logs[k])) > 1 for k in _AT]
    artists.means.set_data(_AT, [mean if some else np.nan for (mean, _), some in zip(statistics, some, strict=True)])
    for line, k, (mean, error), there in zip(artists.errors, _AT, statistics, some, strict=True):
        line.set_data([k, k], [mean - 2 * error, mean + 2 * error] if there else [np.nan, np.nan])
    place(artists.end, x=_DEPTH, y=_DEPTH * log_sigma)
    place(artists.depth, x=depth)
    counts = np.histogram(alive(state.logs[depth]), _BINS)[0]
    artists.histogram.set_data(counts / (_COPIES * np.diff(_BINS)))
    share, spread = len(alive(state.logs[depth])) / _COPIES, math.sqrt(depth * state.variance)
    artists.normal.set_data(
        _X, share * np.exp(-(((_X - depth * state.mean) / spread) ** 2) / 2) / spread / math.sqrt(2 * math.pi)
    )
    artists.mark.set_data([depth * log_sigma] * 2, [0, 0.43])


def sentence(state: Lengths, log_sigma: float, width: int, units: str, depth: int) -> str:
    left = alive(state.logs[depth])
    whole = f"{units} layers" if units != "none" else "Linear layers"
    whole = f"{whole} of width {width} with ln σ = {log_sigma:.3f}"
    dead = f"the output of {_COPIES - len(left)} is exactly 0"
    if len(left) < 2:
        wide = f"at infinite width ln|x| is {depth * log_sigma:.2f}"
        return f"{whole}: of {_COPIES} networks of depth {depth} {dead}; {wide}."
    mean, error = mean_and_error(left)
    above = int((left > depth * log_sigma).sum())
    return (
        f"{whole}: in {_COPIES} networks of depth {depth} the mean of ln|x| is {mean:.2f} ± {error:.2f} (standard "
        f"error), the exact one {depth * state.mean:.2f}, that of infinite width {depth * log_sigma:.2f}, which "
        f"{above} networks exceed{f'; {dead}, which no mean counts' if units != 'none' else ''}."
    )


figure = LiveFigure(
    "How long is the output of a random network?",
    sketch="lengths",
    controls=[
        Slider("width", "width n", low=2, high=64, value=8, scale="integer"),
        Slider(
            "log_sigma", "ln σ", low=-0.2, high=0.25, value=0, step=0.005, format=".3f", grip=Grip("end", "y", 0.01)
        ),
        Slider("depth", "depth K", low=5, high=_DEPTH, value=_DEPTH, scale="integer", grip=Grip("depth", "x")),
        Choice("units", "units", options=rp.UNITS, value="none"),
    ],
)
