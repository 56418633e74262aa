"""Norms of a product of k layers M = [[q, b], [0, q]], Euclidean and with the second coordinate weighted."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.stacked._shared import DEPTH_LABEL, circle
from emergence.live import Choice, LiveFigure, Slider, in_words, legend_above, positive
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import products

_POWERS = np.arange(61)
_PLAIN, _TURNED = "M every time", "M and its transpose in turn"
_BALL = circle(np.linspace(0, 2 * math.pi, 161))


class Norms(NamedTuple):
    """Norms of the product of k layers, k in _POWERS."""

    euclidean: np.ndarray
    weighted: np.ndarray


def start(weight: float, diagonal: float, coupling: float, layers: str) -> Norms:
    norm = products.jordan_power_norm if layers == _PLAIN else products.alternating_power_norm
    return Norms(norm(diagonal, coupling, _POWERS), norm(diagonal, coupling, _POWERS, weight))


def setup(ball: Axes, power: Axes) -> SimpleNamespace:
    ball.set(xlim=(-2.28, 2.28), ylim=(-1.6, 1.6), xlabel="first coordinate", ylabel="w × second coordinate")
    power.set(yscale="log", xlim=(0, _POWERS[-1]), ylim=(1e-10, 1e6), xlabel=DEPTH_LABEL)
    power.set_ylabel("norm of the product of k layers")
    power.axhline(1, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        ball=ball.plot(*_BALL.T, "--", color=GREY, label="unit ball of the weighted norm")[0],
        image=ball.plot([], [], color=BLUE, label="its image under each layer")[0],
        euclidean=power.plot([], [], color=ORANGE, label="Euclidean norm")[0],
        weighted=power.plot([], [], "--", color=BLUE, label="weighted norm")[0],
        radius=power.plot([], [], ":", color=INK, linewidth=1.5, label="$q^k$")[0],
    )
    legend_above(ball, 1, beside=[power])
    power.legend(loc="upper right")
    return artists


def transposed(weight: float, diagonal: float, coupling: float) -> np.ndarray:
    """The transpose of M as it acts on (x, w y)."""
    return np.array([[diagonal, 0], [coupling * weight, diagonal]])


def draw(artists: SimpleNamespace, state: Norms, weight: float, diagonal: float, coupling: float, layers: str) -> None:
    images = [np.array([[diagonal, coupling / weight], [0, diagonal]]) @ _BALL.T]  # of M, as it acts on (x, w y)
    if layers == _TURNED:
        images += [np.full((2, 1), math.nan), transposed(weight, diagonal, coupling) @ _BALL.T]
    artists.image.set_data(*np.hstack(images))
    artists.euclidean.set_data(_POWERS, positive(state.euclidean, 1e-14))
    artists.weighted.set_data(_POWERS, positive(state.weighted, 1e-14))
    artists.radius.set_data(_POWERS, positive(float(diagonal) ** _POWERS, 1e-14))


def sentence(state: Norms, weight: float, diagonal: float, coupling: float, layers: str) -> str:
    twenty = in_words(state.euclidean[20], 2)
    one = (
        f"M with q = {diagonal:.2f} and b = {coupling:.1f} has Lipschitz constant {state.euclidean[1]:.2f} in the "
        f"Euclidean norm and {state.weighted[1]:.2f} in the norm with weight {in_words(weight)}"
    )
    if layers == _TURNED:
        other = in_words(float(products.lipschitz_constant(transposed(weight, diagonal, coupling))))
        return (
            f"{one}, its transpose {state.euclidean[1]:.2f} and {other}; 20 layers, M and its transpose in turn, have "
            f"Euclidean norm {twenty}."
        )
    if diagonal < 1:
        enough = products.contracting_weight(diagonal, coupling)
        where = f"for weights above {enough:.2f}" if enough >= 1 else "in every norm shown"
        return f"{one} (below 1 {where}); 20 layers have Euclidean norm {twenty}."
    return f"{one}; q is not below 1, so no norm makes M a contraction; 20 layers have norm {twenty}."


figure = LiveFigure(
    "One layer stretches tenfold: does the stack explode?",
    controls=[
        Slider("weight", "weight w", low=1, high=100, value=1, step=0.02, scale="log"),
        Slider("diagonal", "diagonal q", low=0, high=1.1, value=0.5),
        Slider("coupling", "coupling b", low=0, high=20, value=10, step=0.5, format=".1f"),
        Choice("layers", "layers", options=(_PLAIN, _TURNED), value=_PLAIN),
    ],
)
