"""The information that the states carry, as the inputs move from uniform over states to uniform over groups."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE
from emergence.physics import causal

_MIXES = np.linspace(0, 1, 41)


class Example(NamedTuple):
    """A published machine: uniform inputs and lifted ones (n,), the curve over _MIXES, EI of groups, capacity."""

    matrix: np.ndarray
    ends: tuple[np.ndarray, np.ndarray]
    curve: np.ndarray
    macro: float
    capacity: float


class Inputs(NamedTuple):
    """The example, the inputs of its states, shape (n,), and the information that they give (bits)."""

    example: Example
    weights: np.ndarray
    information: float


@cache
def _example(name: str) -> Example:
    matrix, grouping = causal.published(name)
    n = len(matrix)
    uniform, lifted = np.full(n, 1 / n), causal.lifted_uniform(grouping)
    mixed = (1 - _MIXES[:, None]) * uniform + _MIXES[:, None] * lifted
    macro = float(causal.effective_information(causal.macro_matrix(matrix, grouping)))
    capacity = causal.capacity(matrix, gap=1e-6).high
    return Example(matrix, (uniform, lifted), causal.mutual_information(matrix, mixed), macro, capacity)


def start(mix: float, system: str) -> Inputs:
    example = _example(system)
    weights = (1 - mix) * example.ends[0] + mix * example.ends[1]
    return Inputs(example, weights, float(causal.mutual_information(example.matrix, weights)))


def setup(weights: Axes, information: Axes) -> SimpleNamespace:
    weights.set(ylim=(0, 0.55), ylabel="how often the state is set", xlabel="state number")
    weights.xaxis.get_major_locator().set_params(integer=True)
    information.set(xlim=(0, 1), xlabel="inputs: uniform over states (0) … groups (1)", ylabel="information (bits)")
    artists = SimpleNamespace(
        bars=weights.vlines([0], 0, [0], color=BLUE, linewidth=2.5, capstyle="butt"),
        micro=information.plot([], [], color=BLUE, label="states")[0],
        macro=information.axhline(color=ORANGE, linestyle="--", label="EI of groups"),
        capacity=information.axhline(color=GREEN, linestyle=":", linewidth=2.5, label="capacity"),
        here=information.plot([], [], "o", color=BLUE, markersize=11)[0],
        zero=weights.axhline(0, color=GREY, linewidth=1),
    )
    legend_above(information, 3, beside=[weights], fontsize=11.5)
    return artists


def draw(artists: SimpleNamespace, weights: Axes, information: Axes, state: Inputs, mix: float) -> None:
    example, n = state.example, len(state.weights)
    weights.set_xlim(0.2, n + 0.8)
    information.set_ylim(example.curve[0] - 0.1, example.capacity + 0.1)
    artists.bars.set_segments([[(i + 1, 0), (i + 1, weight)] for i, weight in enumerate(state.weights)])
    artists.micro.set_data(_MIXES, example.curve)
    place(artists.macro, y=example.macro)
    place(artists.capacity, y=example.capacity)
    place(artists.here, x=mix, y=state.information)


def sentence(state: Inputs, mix: float, system: str) -> str:
    example = state.example
    return (
        f"{system}, inputs {100 * mix:.0f} % of the way: the states carry {state.information:.4f} bits. They carry "
        f"{example.curve[0]:.4f} when set uniformly; their groups have EI {example.macro:.4f}, and no inputs give more "
        f"than the capacity {example.capacity:.4f}."
    )


figure = LiveFigure(
    "Same states, other inputs: who gains?",
    controls=[
        Slider("mix", "inputs", low=0, high=1, value=0, grip=Grip("here", "x")),
        Choice("system", "machine", options=causal.PUBLISHED, value="4 noisy units"),
    ],
)
