"""Factors by which one layer changes the distances of random pairs of inputs, beside its Lipschitz constant."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.limits import contractions
from emergence.live import Choice, LiveFigure, Slider
from emergence.live.palette import BLUE, INK, ORANGE
from emergence.operators import products

_PAIRS, _EDGES = 1000, np.linspace(0, 1.05, 43)
_NAMES, _STYLES, _COLOURS = ("far pairs", "close pairs"), ("-", "--"), (ORANGE, BLUE)


class Sampled(NamedTuple):
    """Factors of pairs of random inputs, in the order in which they were drawn, shape (_PAIRS,) each."""

    far: np.ndarray
    near: np.ndarray


def start(units: str, size: int, spread: float, rng: np.random.Generator) -> Sampled:
    weights, bias = contractions.weights_of_norm_one(size, rng), 0.5 * rng.normal(size=size)

    def layer(inputs: np.ndarray) -> np.ndarray:
        return products.dense_layer(inputs, weights, bias, units)

    x, y, away = rng.normal(size=(3, _PAIRS, size))
    return Sampled(
        contractions.distance_factors(layer, spread * x, spread * y),
        contractions.distance_factors(layer, spread * x, spread * x + 1e-3 * away),
    )


def setup(growing: Axes, factors: Axes) -> SimpleNamespace:
    growing.set(xscale="log", xlim=(1, _PAIRS), ylim=(0, 1.6), xlabel="number of pairs tried")
    growing.set_ylabel("largest factor so far")
    factors.set(xlim=(0, 1.05), ylim=(0, 0.7), xlabel="factor d(Tx, Ty)/d(x, y)", ylabel="share of the pairs")
    growing.axhline(1, color=INK, linewidth=1.3, label="Lip(T) = 1")
    factors.axvline(1, color=INK, linewidth=1.3)
    lines = [zip(_NAMES, _STYLES, _COLOURS, strict=True) for _ in range(2)]
    artists = SimpleNamespace(
        largest=[growing.plot([], [], style, color=colour, label=name)[0] for name, style, colour in lines[0]],
        shares=[factors.plot([], [], style, color=colour, label=name)[0] for name, style, colour in lines[1]],
    )
    growing.legend(loc="upper left", ncols=2)
    return artists


def draw(artists: SimpleNamespace, state: Sampled) -> None:
    for largest, shares, values in zip(artists.largest, artists.shares, state, strict=True):
        largest.set_data(np.arange(1, _PAIRS + 1), np.maximum.accumulate(values))
        share = np.histogram(np.minimum(values, _EDGES[-1]), _EDGES)[0] / _PAIRS
        shares.set_data(np.repeat(_EDGES, 2)[1:-1], np.repeat(share, 2))


def sentence(state: Sampled, units: str, size: int) -> str:
    name = "W alone" if units == "none" else f"{units} layer"
    return (
        f"{name} of {size} units with Lip(T) = 1: among {_PAIRS:,} pairs of random inputs the largest factor is "
        f"{state.far.max():.3f}, and {state.near.max():.3f} among {_PAIRS:,} pairs that are close together."
    )


figure = LiveFigure(
    "How much of a Lipschitz constant does a sample see?",
    controls=[
        Choice("units", "units", options=tuple(products.ACTIVATIONS), value="ReLU"),
        Slider("size", "units in the layer", low=2, high=32, value=2, scale="integer"),
        Slider("spread", "size of the inputs", low=0.1, high=10, value=1, scale="log", step=0.02),
    ],
)
