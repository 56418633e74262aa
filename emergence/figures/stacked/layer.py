"""A grid of inputs behind one layer: which distances between them grow, and which vanish."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from emergence.live import Choice, LiveFigure, Slider, in_words
from emergence.live.palette import BLUE, GREY, ORANGE, PURPLE
from emergence.operators import products

_WEIGHTS = np.array([[0.8, -0.4], [0.1, 0.5]])
_GRID = np.stack(np.mgrid[-2:2:9j, -2:2:9j], axis=-1)
_INPUTS = _GRID.reshape(-1, 2)
_PAIRS = np.array(np.triu_indices(len(_INPUTS), 1))


def distances(points: np.ndarray) -> np.ndarray:
    """Distances of all pairs of points, in the order of _PAIRS. Shape (81, 2) -> (3240,)."""
    return np.linalg.norm(np.subtract(*points[_PAIRS]), axis=1)


class Layer(NamedTuple):
    """What the layer makes of the grid, shape (9, 9, 2), and the factors by which it changes the distances."""

    outputs: np.ndarray
    factors: np.ndarray


def start(activation: str, size: float, bias: float) -> Layer:
    outputs = products.dense_layer(_GRID, size * _WEIGHTS, [bias, bias], activation)
    factors = distances(outputs.reshape(-1, 2)) / distances(_INPUTS)
    return Layer(outputs, np.where(factors < 1e-12, 0.0, factors))  # where rounding keeps apart what the layer merges


def setup(inputs: Axes, outputs: Axes) -> SimpleNamespace:
    inputs.set(xlim=(-4, 4), ylim=(-3, 3), xlabel="first coordinate of the input", ylabel="second coordinate")
    outputs.set(xlim=(-4, 4), ylim=(-3, 3), xlabel="output of the first unit", ylabel="output of the second")
    inputs.add_collection(LineCollection(_GRID, colors=BLUE, linewidths=1))
    inputs.add_collection(LineCollection(_GRID.swapaxes(0, 1), colors=GREY, linewidths=1))
    artists = SimpleNamespace(
        across=outputs.add_collection(LineCollection([], colors=GREY, linewidths=1)),
        along=outputs.add_collection(LineCollection([], colors=BLUE, linewidths=1)),
        most=[axes.plot([], [], "o-", color=ORANGE, label="stretched most")[0] for axes in (inputs, outputs)],
        least=[axes.plot([], [], "s-", color=PURPLE, label="stretched least")[0] for axes in (inputs, outputs)],
    )
    inputs.legend(loc="upper left", ncols=2)
    return artists


def draw(artists: SimpleNamespace, state: Layer) -> None:
    artists.along.set_segments(state.outputs)
    artists.across.set_segments(state.outputs.swapaxes(0, 1))
    for (before, after), order in ((artists.most, -state.factors), (artists.least, state.factors)):
        # Of pairs with the same factor the one that is furthest apart shows best.
        pair = _PAIRS[:, np.lexsort((-distances(_INPUTS), order.round(9)))[0]]
        before.set_data(*_INPUTS[pair].T)
        after.set_data(*state.outputs.reshape(-1, 2)[pair].T)


def sentence(state: Layer, activation: str, size: float) -> str:
    name = "W alone" if activation == "none" else f"{activation} layer"
    lower, upper = products.dense_layer_constants(size * _WEIGHTS, activation)
    merged = np.unique(_PAIRS[:, state.factors == 0]).size
    sharing = f"; {merged} of {len(_INPUTS)} inputs share their output with another" if merged else ""
    return (
        f"{name}: on the whole plane ℓ = {in_words(lower)} and Lip = {upper:.3f}; between the inputs shown distances "
        f"change by factors from {in_words(float(state.factors.min()))} to {state.factors.max():.3f}{sharing}."
    )


figure = LiveFigure(
    "One layer: which distances grow, which vanish?",
    controls=[
        Choice("activation", "units", options=tuple(products.ACTIVATIONS), value="ReLU"),
        Slider("size", "size of W", low=0.1, high=2.5, value=1, step=0.05),
        Slider("bias", "bias b of both units", low=-2, high=2, value=0, step=0.05),
    ],
)
