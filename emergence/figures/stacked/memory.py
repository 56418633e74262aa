"""A cloud of inputs behind a deep network: does it settle, and how much of its spread is left?"""

from __future__ import annotations

import math
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from emergence.figures.stacked._shared import above_rounding, circle
from emergence.live import Choice, LiveFigure, Slider, in_words, legend_above
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE
from emergence.operators import products

_DEPTH = 400
_DEPTHS = np.unique(np.round(np.geomspace(1, _DEPTH, 45)).astype(int))
_FLOOR = 1e-4
_RING = circle(np.linspace(0, 2 * math.pi, 24, endpoint=False))
_SPOKE = np.column_stack([np.linspace(0, 0.5, 6), np.zeros(6)])  # shows the orientation
_CLOUD = np.array([1.0, 0.0]) + np.vstack([0.25 * _RING, 0.5 * _RING, _SPOKE])  # around c_0 = (1, 0)
_CENTRE = 2 * len(_RING)


class Memory(NamedTuple):
    """The cloud behind every layer, how far it still moves and how much of its spread is left."""

    outputs: np.ndarray
    """shape (2 * _DEPTH + 1, 54, 2), the inputs first"""
    movement: np.ndarray
    """largest distance that any output still moves until twice the depth, at _DEPTHS"""
    spread: np.ndarray
    """largest distance from the centre as a share of that of the inputs, shape (2 * _DEPTH + 1,)"""


@lru_cache(maxsize=1)
def remember(drift: float, product: float, linear: str) -> Memory:
    """The whole network at once: a frame only walks through it, and a slider keeps the depth."""
    composed = products.forward_products(products.remembering_layers(2 * _DEPTH, drift, product, linear))
    outputs = np.concatenate([_CLOUD[None], _CLOUD @ np.swapaxes(composed.matrix, 1, 2) + composed.offset[:, None]])
    # Distances and movements of an affine map are largest on the outer ring.
    ring = outputs[:, len(_RING) : _CENTRE]
    few = ring[:, ::4]
    movement = np.array([np.linalg.norm(few[d : 2 * d + 1] - few[d], axis=-1).max() for d in _DEPTHS])
    width = np.linalg.norm(ring - outputs[:, _CENTRE, None], axis=-1).max(axis=1)
    return Memory(outputs, movement, width / width[0])


def start() -> int:
    return _DEPTH


def advance(state: int) -> int:
    """Two layers more; at the end of the stack the inputs enter again."""
    return state + 2 if state + 2 <= _DEPTH else 1


def setup(plane: Axes, corners: Axes) -> SimpleNamespace:
    plane.set(xlim=(-2.6, 1.68), ylim=(-1.5, 1.5), xlabel="first coordinate", ylabel="second coordinate")
    corners.set(xscale="log", yscale="log", xlim=(6, _FLOOR / 2), ylim=(_FLOOR / 6, 20))
    corners.set(xlabel="how far outputs still move", ylabel="share of the spread that is left")
    corners.set_title("square: depth 1, disc: this depth")
    for y, va, keeps in ((0.97, "top", "remembers"), (0.03, "bottom", "forgets")):
        for x, ha, moves in ((0.02, "left", "wanders"), (0.98, "right", "converges")):
            place = {"ha": ha, "va": va, "transform": corners.transAxes}
            corners.text(x, y, f"{keeps},\n{moves}", color=INK, **place)
    plane.add_collection(LineCollection(rings(_CLOUD), colors=GREY, linewidths=1.0, linestyles=":"))
    rings_and_spoke = LineCollection([], colors=[ORANGE, ORANGE, GREEN], linewidths=[1.3, 1.3, 2.5])
    artists = SimpleNamespace(
        rings=plane.add_collection(rings_and_spoke),
        centre=plane.plot([], [], "-", color=BLUE, linewidth=1.2, alpha=0.8, label="path of the centre")[0],
        dots=plane.plot([], [], ".", color=ORANGE, markersize=4, label="outputs")[0],
        path=corners.plot([], [], "-", color=BLUE, linewidth=1.5)[0],
        here=corners.plot([], [], "o", color=ORANGE, markersize=10, clip_on=False)[0],
        first=corners.plot([], [], "s", color=GREY, markersize=7)[0],
    )
    plane.plot([], [], ":", color=GREY, label="inputs")
    legend_above(plane, 3)
    return artists


def rings(points: np.ndarray) -> list[np.ndarray]:
    """Both rings of a cloud, closed, and its spoke."""
    inner, outer, spoke = np.split(points, [len(_RING), _CENTRE])
    return [np.vstack([inner, inner[:1]]), np.vstack([outer, outer[:1]]), spoke]


def draw(artists: SimpleNamespace, state: int, drift: float, product: float, linear: str) -> None:
    outputs, movement, spread = remember(drift, product, linear)
    artists.rings.set_segments(rings(outputs[state]))
    artists.dots.set_data(*outputs[state].T)
    artists.centre.set_data(*outputs[: state + 1, _CENTRE].T)
    passed = _DEPTHS <= state
    x, y = np.maximum(movement[passed], _FLOOR), np.maximum(spread[_DEPTHS[passed]], _FLOOR)
    artists.path.set_data(x, y)
    artists.here.set_data(x[-1:], y[-1:])
    artists.first.set_data(x[:1], y[:1])


def sentence(state: int, drift: float, product: float, linear: str) -> str:
    converges = drift > 1
    lower = product if linear == "similarities" else 0.0
    remembers = product > 0 and linear != "projections in turn"
    verdict = {
        (True, True): "converges and remembers: its limit still depends on the input",
        (True, False): "converges and forgets: its limit is one point, whatever the input",
        (False, True): "remembers but wanders: inputs stay apart and no output settles",
        (False, False): "wanders and forgets: all outputs meet, on a point that never settles",
    }[converges, remembers]
    return (
        f"Steps of the centre fall with exponent {drift:.2f}, their sum is {'finite' if converges else 'infinite'}; "
        f"product of the lower Lipschitz constants {in_words(lower)}. This network {verdict}. "
        f"At depth {state} the spread is {above_rounding(remember(drift, product, linear).spread[state])} "
        f"of that of the inputs."
    )


figure = LiveFigure(
    "Converges? Remembers?",
    controls=[
        Slider("drift", "drift: exponent s", low=0, high=3, value=2, step=0.05),
        Slider("product", "product of the factors", low=0, high=1, value=0.5, step=0.01),
        Choice("linear", "layers", options=products.SWITCHES, value="similarities"),
    ],
)
