"""Layers that stretch or turn, in random order: does the growth per layer settle, and at what?"""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.random_products._shared import DEPTH_LABEL, mean_and_error
from emergence.live import Choice, Grip, LiveFigure, Slider, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import random_products as rp

_DEPTH, _COPIES = 200, 24
_K = np.arange(1, _DEPTH + 1)


def start(source: str, angle: float, rng: np.random.Generator) -> np.ndarray:
    """Growth per layer of the norm of each network's product, shape (_DEPTH, _COPIES)."""
    layers, factors = rp.switched_layers(source, _DEPTH, math.radians(angle), rng, _COPIES)
    return rp.log_norms(layers, factors) / _K[:, None]


def setup(rates: Axes, networks: Axes) -> SimpleNamespace:
    rates.set(xscale="log", xlim=(1, _DEPTH), ylim=(-0.6, 1.1), xlabel=DEPTH_LABEL)
    rates.set_ylabel("ln of the norm, per layer")
    networks.set(xlim=(-0.6, 1.1), ylim=(-0.02, 1.02), xlabel="ln of the norm per layer, at depth K")
    networks.set_ylabel("share of networks at or below")
    rates.set_title("dashed: only stretches, ln 2")
    networks.set_title("dotted: only turns, 0")
    for line in (rates.axhline, networks.axvline):
        line(math.log(2), color=ORANGE, linestyle="--", linewidth=1.5)
        line(0, color=BLUE, linestyle=":", linewidth=1.5)
    return SimpleNamespace(
        fan=[rates.plot([], [], color=GREY, linewidth=0.9)[0] for _ in range(_COPIES)],
        depth=rates.axvline(_DEPTH, color=INK, linewidth=1.5),
        shares=networks.plot([], [], "o-", color=INK, markersize=4, drawstyle="steps-post", linewidth=1.2)[0],
    )


def draw(artists: SimpleNamespace, state: np.ndarray, depth: int) -> None:
    for line, rate in zip(artists.fan, state.T, strict=True):
        line.set_data(_K, rate)
    place(artists.depth, x=depth)
    artists.shares.set_data(np.sort(state[depth - 1]), np.arange(1, _COPIES + 1) / _COPIES)


def sentence(state: np.ndarray, source: str, angle: float, depth: int) -> str:
    rates = state[depth - 1]
    mean, error = mean_and_error(rates)
    ends = f"from {rates.min():.3f} to {rates.max():.3f}"
    if source == "chosen once":
        stretched = int((rates > 0.5 * math.log(2)).sum())
        return (
            f"Layers {source}, turn {angle:.0f}°: at depth {depth} the growth per layer is ln 2 = {math.log(2):.3f} in "
            f"{stretched} networks, which only stretch, and 0 in the other {_COPIES - stretched}, which only turn."
        )
    if source == "heavy tails":
        return f"Heavy tails, depth {depth}: the growth per layer of {_COPIES} networks is {ends}, and does not settle."
    return (
        f"Layers {source}, turn {angle:.0f}°: at depth {depth} the growth per layer of {_COPIES} networks is {ends}, "
        f"with mean {mean:.3f} ± {error:.3f} (standard error)."
    )


figure = LiveFigure(
    "Stretch or turn at random: is there one growth rate?",
    controls=[
        Choice("source", "layers are", options=rp.SOURCES, value="independent"),
        Slider("angle", "turn", unit="°", low=0, high=90, value=30, step=1, format=".0f"),
        Slider("depth", "depth K", low=5, high=_DEPTH, value=_DEPTH, scale="integer", grip=Grip("depth", "x")),
    ],
)
