"""Random layers composed in both orders: one network layer by layer, or the outputs of many."""

from __future__ import annotations

import math
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.stacked._shared import DEPTH_LABEL, show_last_entry
from emergence.live import Choice, LiveFigure, Slider, in_words, positive
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import products

_LAST_LAYER, _FIRST_LAYERS, _COPIES = 60, 12, 400
_INPUT = np.array([0.9, 0.7])
_ONE, _MANY = "one network", f"{2 * _COPIES} networks"
_VIEWS = (1, 1.6, 2.2, 2.8, 3.4)  # how wide the plane is drawn: layers that turn carry outputs far off


class Orders(NamedTuple):
    """The layers of all networks, how many are in use, and what they make of one input, forward and backward."""

    layers: products.Affine
    """shapes (_LAST_LAYER, 1 + 2 * _COPIES, ...); network 0 is the one that is shown alone"""
    depth: int
    orbits: tuple[np.ndarray, np.ndarray]
    """of network 0 in both orders, each of shape (depth + 1, 2) with the input first"""
    ends: tuple[np.ndarray, np.ndarray]
    """of half of the other networks in each order, shape (_COPIES, 2)"""
    rng: np.random.Generator


def stack(layers: products.Affine, depth: int, rng: np.random.Generator) -> Orders:
    """The networks of the first `depth` layers."""
    matrix, offset = layers.matrix[:depth], layers.offset[:depth]
    one = products.Affine(matrix[:, 0], offset[:, 0])
    orbits = tuple(
        np.vstack([_INPUT, composed(one)(_INPUT)])
        for composed in (products.forward_products, products.backward_products)
    )
    # Only the outputs of the many are wanted. That needs no products: the orders differ in which layer comes first.
    forward = backward = _INPUT
    for k in range(depth):
        # All layers share one matrix, so a product with its transpose serves every network at once.
        forward = forward @ matrix[0, 0].T + offset[k, 1 : 1 + _COPIES]
        backward = backward @ matrix[0, 0].T + offset[-1 - k, 1 + _COPIES :]
    return Orders(layers, depth, orbits, (forward, backward), rng)


def new_layers(ratio: float, angle: float, rng: np.random.Generator) -> products.Affine:
    return products.random_layers(_LAST_LAYER, ratio, angle, rng, copies=1 + 2 * _COPIES)


def start(ratio: float, angle: float, rng: np.random.Generator) -> Orders:
    return stack(new_layers(ratio, angle, rng), _FIRST_LAYERS, rng)


def advance(state: Orders, ratio: float, angle: float) -> Orders:
    """One more random layer; after the last one new networks begin."""
    if state.depth < _LAST_LAYER:
        return stack(state.layers, state.depth + 1, state.rng)
    return stack(new_layers(ratio, angle, state.rng), 1, state.rng)


@lru_cache(maxsize=4)
def long_run(ratio: float, angle: float) -> np.ndarray:
    """Where outputs end up, in points about as close as the picture can show."""
    maps, centre = products.corner_maps(ratio, angle), products.CORNERS.mean(axis=0)
    radius = np.linalg.norm(maps(centre) - centre, axis=1).max() / (1 - ratio)  # of a disc that no map leaves
    return products.invariant_set(maps, products.CORNERS[0], 0.0125 * max(1, radius / 0.9))


def view(points: np.ndarray) -> np.ndarray:
    """Lowest and highest corner of the first view that holds all points; wide ones leave room for the legend."""
    for wide in _VIEWS:
        middle = np.array([0.5, 0.58]) - (wide - 1) * np.array([0.4, 0.1])
        corners = middle + wide * np.array([[-1.07, -0.75], [1.07, 0.75]])
        if np.all(points > corners[0]) and np.all(points < corners[1]):
            break
    return corners


def setup(plane: Axes, comparison: Axes) -> SimpleNamespace:
    plane.set(xlabel="first coordinate of the output", ylabel="second coordinate")
    plane.plot(*products.CORNERS.T, "^", color=INK, markersize=6, label="fixed points")
    artists = SimpleNamespace(
        grey=plane.plot([], [], "s", color=GREY, markersize=1.7, markeredgewidth=0, antialiased=False)[0],
        clouds=[plane.plot([], [], ".", color=colour, markersize=3.5, alpha=0.8)[0] for colour in (ORANGE, BLUE)],
        trails=[
            plane.plot([], [], "-", color=ORANGE, linewidth=0.8)[0],
            plane.plot([], [], "--", color=BLUE, linewidth=1.2)[0],
        ],
        ends=[
            plane.plot([], [], "o", color=ORANGE, markersize=9, label="forward")[0],
            plane.plot([], [], "s", color=BLUE, markersize=9, label="backward")[0],
        ],
        curves=[
            comparison.plot([], [], "-", color=ORANGE, label="forward")[0],
            comparison.plot([], [], "--", color=BLUE, label="backward")[0],
        ],
        bound=comparison.plot([], [], ":", color=GREY, label="bound $c^{k-1}R$")[0],
    )
    plane.legend(loc="upper left", ncols=1)
    comparison.legend(loc="lower left")
    return artists


def draw(
    artists: SimpleNamespace, plane: Axes, comparison: Axes, state: Orders, ratio: float, angle: float, show: str
) -> None:
    maps, many, grey = products.corner_maps(ratio, angle), show == _MANY, long_run(ratio, angle)
    artists.grey.set_data(*grey.T)
    (left, bottom), (right, top) = view(grey)
    plane.set(xlim=(left, right), ylim=(bottom, top))
    for line in (*artists.trails, *artists.ends, artists.bound):
        line.set_visible(not many)
    show_last_entry(comparison, not many)
    for cloud, points in zip(artists.clouds, state.ends, strict=True):
        cloud.set_data(*points.T)
        cloud.set_visible(many)
    for trail, end, orbit in zip(artists.trails, artists.ends, state.orbits, strict=True):
        trail.set_data(*orbit[1:].T)
        end.set_data(*orbit[-1:].T)
    if many:
        comparison.set(yscale="linear", ylim=(-0.02, 1.02), xlim=(left, right))
        comparison.set(xlabel="first coordinate of the output", ylabel="share of networks at or below")
        for curve, points in zip(artists.curves, state.ends, strict=True):
            curve.set_data(np.sort(points[:, 0]), np.arange(1, _COPIES + 1) / _COPIES)
        return
    comparison.set(yscale="log", ylim=(1e-12, 10), xlim=(0, _LAST_LAYER), xlabel=DEPTH_LABEL)
    comparison.set_ylabel("step of the output")
    depths = np.arange(1, _LAST_LAYER + 1)
    for curve, orbit in zip(artists.curves, state.orbits, strict=True):
        curve.set_data(depths[: state.depth], positive(np.linalg.norm(np.diff(orbit, axis=0), axis=1), 1e-13))
    largest = np.linalg.norm(maps(_INPUT) - _INPUT, axis=1).max()  # R, the longest first step
    artists.bound.set_data(depths, positive(largest * ratio ** (depths - 1.0), 1e-13))


def sentence(state: Orders, ratio: float, show: str) -> str:
    if show == _MANY:
        distance = products.largest_cdf_difference(*(points[:, 0] for points in state.ends))
        return (
            f"{_COPIES} networks of depth {state.depth} composed forward and {_COPIES} others backward: their outputs' "
            f"distribution functions differ by at most {distance:.3f}; chance alone would exceed "
            f"{1.358 * math.sqrt(2 / _COPIES):.3f} in about 5 % of cases."
        )
    steps = [in_words(np.linalg.norm(orbit[-1] - orbit[-2]), 2) for orbit in state.orbits]
    # + 0.0 turns a rounded -0.0 into 0.0
    (x, y), (u, v) = (np.round(orbit[-1], 2) + 0.0 for orbit in state.orbits)
    return (
        f"Layer {state.depth} moved the forward output by {steps[0]} to ({x:.2f}, {y:.2f}) and the "
        f"backward output by {steps[1]} to ({u:.2f}, {v:.2f}); every layer contracts by {ratio:.2f}."
    )


figure = LiveFigure(
    "Add layers at the output, or at the input: which network settles?",
    controls=[
        Slider("ratio", "contraction c", low=0.2, high=0.8, value=0.5),
        Slider("angle", "turn of each layer", unit="rad", low=-1.0, high=1.0, value=0.0, step=0.05),
        Choice("show", "show", options=(_ONE, _MANY), value=_ONE, restarts=False),
    ],
)
