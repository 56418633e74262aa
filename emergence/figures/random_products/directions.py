"""The growth rates of all directions, and the angle between two outputs of one random network."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.random_products._shared import DEPTH_LABEL
from emergence.live import Grip, LiveFigure, Slider, in_words, place, positive
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import random_products as rp

_DEPTH, _COPIES = 60, 8
_K = np.arange(_DEPTH + 1)


class Directions(NamedTuple):
    """Growth rates of volumes, (_DEPTH, _COPIES, n); angles of two outputs, (_DEPTH + 1, _COPIES), in radians."""

    rates: np.ndarray
    angles: np.ndarray
    exact: np.ndarray
    gap: float


def start(width: int, rng: np.random.Generator) -> Directions:
    layers = rp.gaussian_layers(_DEPTH, width, rng, copies=_COPIES)
    rates = rp.finite_exponents(layers)
    exact = np.array([rp.gaussian_exponent(width, index=i) for i in range(1, width + 1)])
    return Directions(rates, rp.angles_of_two(layers), exact, float(exact[0] - exact[1]))


def setup(rates: Axes, angles: Axes) -> SimpleNamespace:
    rates.set(
        xlim=(0.5, 8.5),
        ylim=(-2.2, 0.6),
        xticks=range(1, 9),
        xlabel="number of the direction",
        ylabel="growth of ln per layer",
    )
    angles.set(
        xlim=(0, _DEPTH), ylim=(1e-16, 1e5), yscale="log", yticks=[1e-16, 1e-12, 1e-8, 1e-4, 1], xlabel=DEPTH_LABEL
    )
    angles.set_ylabel("angle between two outputs (rad)")
    artists = SimpleNamespace(
        exact=rates.plot([], [], "_", color=BLUE, markersize=22, markeredgewidth=2.5, label="exact")[0],
        means=rates.plot([], [], "o", color=INK, markersize=6, label="mean of 8, ± 2 errors")[0],
        errors=[rates.plot([], [], color=INK, linewidth=1.5)[0] for _ in range(8)],
        fan=[angles.plot([], [], color=GREY, linewidth=0.8)[0] for _ in range(_COPIES)],
        law=angles.plot([], [], "--", color=ORANGE, label="$e^{-(\\lambda_1-\\lambda_2)k}$")[0],
        depth=angles.plot([_DEPTH] * 2, [1e-16, 10], color=GREY, linewidth=1.5)[0],
    )
    artists.fan[0].set_label("8 networks")
    rates.legend(loc="upper right")
    angles.legend(loc="upper right", ncols=2)
    return artists


def draw(artists: SimpleNamespace, state: Directions, width: int, depth: int) -> None:
    index, found = np.arange(1, width + 1), state.rates[depth - 1]
    mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / math.sqrt(_COPIES)
    artists.exact.set_data(index, state.exact)
    artists.means.set_data(index, mean)
    for i, line in enumerate(artists.errors):
        there = i < width
        line.set_data([i + 1, i + 1], [mean[i] - 2 * error[i], mean[i] + 2 * error[i]] if there else [np.nan, np.nan])
    for line, angle in zip(artists.fan, state.angles.T, strict=True):
        line.set_data(_K, positive(angle, 1e-17))
    artists.law.set_data(_K, positive(np.exp(-state.gap * _K), 1e-17))
    place(artists.depth, x=depth)


def sentence(state: Directions, width: int, depth: int) -> str:
    first = state.rates[depth - 1, :, 0]
    middle = float(np.exp(np.median(np.log(state.angles[depth]))))
    return (
        f"Width {width}, depth {depth}: ln of a length grows by {first.mean():.3f} ± "
        f"{first.std(ddof=1) / math.sqrt(_COPIES):.3f} per layer (exact {state.exact[0]:.3f}), ln of what "
        f"a second output has across the first by {state.rates[depth - 1, :, 1].mean():.3f} (exact "
        f"{state.exact[1]:.3f}). Two outputs that began at a right "
        f"angle are {in_words(middle, 2)} rad apart (median of {_COPIES} networks)."
    )


figure = LiveFigure(
    "Which directions are left?",
    controls=[
        Slider("width", "width n", low=2, high=8, value=4, scale="integer"),
        Slider("depth", "depth K", low=2, high=_DEPTH, value=_DEPTH, scale="integer", grip=Grip("depth", "x")),
    ],
)
