"""Two layers in any order: bounds of their joint spectral radius, and a ruler in which both are short."""

from __future__ import annotations

import math
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Grip, LiveFigure, Slider, place
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE
from emergence.operators import random_products as rp

_DEGREES = np.linspace(0, 90, 31)
_CIRCLE = np.stack([np.cos(np.linspace(0, 2 * math.pi, 121)), np.sin(np.linspace(0, 2 * math.pi, 121))])


class Pair(NamedTuple):
    """Both layers, the best ruler found for them, and bounds at all angles, each of shape (31,)."""

    family: np.ndarray
    ruler: tuple[float, float, float]
    here: tuple[float, float]
    lower: np.ndarray
    upper: np.ndarray


@lru_cache(maxsize=4)
def curves(diagonal: float, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Best bounds from products of at most `length` layers, at each of _DEGREES."""
    lower, upper = rp.radius_bounds(rp.turned_pair(np.radians(_DEGREES), diagonal), length)
    return lower[-1], upper[-1]


def start(angle: float, diagonal: float, length: int) -> Pair:
    family = rp.turned_pair(math.radians(angle), diagonal)
    lower, upper = rp.radius_bounds(family, length)
    here = (float(lower[-1]), float(upper[-1]))
    return Pair(family, rp.best_ruler(family), here, *curves(diagonal, length))


def setup(ball: Axes, bounds: Axes) -> SimpleNamespace:
    ball.set(xlim=(-5.2, 5.2), ylim=(-2.6, 4.8), xlabel="first coordinate in the ruler", ylabel="second coordinate")
    bounds.set(xlim=(0, 90), ylim=(0, 3.8), xlabel="turn of B against A (degrees)", ylabel="growth per layer")
    bounds.axhline(1, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        unit=ball.plot(*_CIRCLE, ":", color=GREY, label="unit ball")[0],
        images=[
            ball.plot([], [], "-", color=BLUE, label="image under A")[0],
            ball.plot([], [], "--", color=PURPLE, label="image under B")[0],
        ],
        bound=ball.plot([], [], "-.", color=GREEN, linewidth=1.3, label="holds both")[0],
        upper=bounds.plot([], [], "--", color=ORANGE, label="from above")[0],
        lower=bounds.plot([], [], "-", color=BLUE, label="from below")[0],
        alone=bounds.plot([], [], ":", color=INK, label="one layer alone")[0],
        ruler=bounds.plot([], [], "D", color=GREEN, markersize=8, label="by the ruler")[0],
        angle=bounds.plot([45, 45], [0, 2.6], color=GREY, linewidth=1.5)[0],
    )
    ball.legend(loc="upper left", ncols=2)
    bounds.legend(loc="upper left", ncols=2)
    return artists


def draw(artists: SimpleNamespace, state: Pair, angle: float, diagonal: float) -> None:
    bound, weight, shear = state.ruler
    for line, layer in zip(artists.images, rp.in_ruler(state.family, weight, shear), strict=True):
        line.set_data(*layer @ _CIRCLE)
    artists.bound.set_data(*bound * _CIRCLE)
    artists.upper.set_data(_DEGREES, state.upper)
    artists.lower.set_data(_DEGREES, state.lower)
    artists.alone.set_data([0, 90], [diagonal, diagonal])
    place(artists.ruler, x=angle, y=bound)
    place(artists.angle, x=angle)


def sentence(state: Pair, angle: float, diagonal: float, length: int) -> str:
    lower, upper, ruler = *state.here, state.ruler[0]
    products = f"Products of at most {length} layers" if length > 1 else "Single layers"
    return (
        f"A turn of {angle:.0f}° and q = {diagonal:.2f}: alone each layer has spectral radius {diagonal:.2f}. "
        f"{products} put the joint spectral radius between {lower:.3f} and {upper:.3f}; in the best "
        f"ruler found both layers have a norm of at most {ruler:.3f}. So it lies between {lower:.3f} and "
        f"{max(min(upper, ruler), lower):.3f}."
    )


figure = LiveFigure(
    "How fast can two layers grow together?",
    controls=[
        Slider("angle", "turn of B", unit="°", low=0, high=90, value=45, step=1, format=".0f", grip=Grip("angle", "x")),
        Slider("diagonal", "diagonal q", low=0, high=1, value=0.5, step=0.05),
        Slider("length", "layers in a product, at most", low=1, high=7, value=6, scale="integer"),
    ],
)
