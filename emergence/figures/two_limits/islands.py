"""How likely a minus is far from an edge of plus spins: in the plane, bounded and exact, and in a chain."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from emergence.live import Grip, LiveFigure, Slider, in_words, place
from emergence.live.palette import BLUE, GREY, ORANGE, PURPLE
from emergence.physics import ising

_COLD = np.linspace(0.3, 3.0, 271)


class Islands(NamedTuple):
    """P(s₀ = −1) with plus spins at the edge: Peierls' bound and the exact value in the plane, exact in a chain."""

    peierls: float
    plane: float
    chain: float


def minus(mean: ArrayLike) -> np.ndarray:
    """The probability of a minus, for the given mean spin; the same shape."""
    return (1 - np.asarray(mean)) / 2


def start(temperature: float, distance: float) -> Islands:
    plane, chain = ising.spontaneous_magnetisation(temperature), ising.chain_magnetisation(temperature, distance)
    return Islands(float(ising.peierls_bound(temperature)), float(minus(plane)), float(minus(chain)))


def setup(axes: Axes) -> SimpleNamespace:
    axes.set(xlim=(0.3, 3), ylim=(0, 0.9), xlabel="temperature T", ylabel="probability of a minus inside")
    axes.axhline(0.5, color=GREY, linewidth=1)
    cold = _COLD[_COLD < 1.5]  # where Peierls' sum leaves the picture
    axes.plot(cold, ising.peierls_bound(cold), "--", color=PURPLE, label="plane, at most")
    axes.plot(_COLD, minus(ising.spontaneous_magnetisation(_COLD)), color=BLUE, label="plane, exact")
    artists = SimpleNamespace(
        curve=axes.plot([], [], "-.", color=ORANGE, label="chain, exact")[0],
        now=axes.axvline(ymax=5 / 9, color=GREY, linewidth=1.5),  # to ½: the legend is above
        plane=axes.plot([], [], "o", color=BLUE, markersize=8)[0],
        chain=axes.plot([], [], "s", color=ORANGE, markersize=8)[0],
    )
    axes.legend(loc="upper right")
    return artists


def draw(artists: SimpleNamespace, state: Islands, temperature: float, distance: float) -> None:
    artists.curve.set_data(_COLD, minus(ising.chain_magnetisation(_COLD, distance)))
    place(artists.now, x=temperature)
    place(artists.plane, x=temperature, y=state.plane)
    place(artists.chain, x=temperature, y=state.chain)


def sentence(state: Islands, temperature: float, distance: float) -> str:
    if state.peierls < 0.5:
        peierls = f"proves at most {in_words(state.peierls)}"
    else:
        peierls = "is not below ½ and proves nothing"
    return (
        f"T = {temperature:.2f}, plus spins at the edge. In the plane a spin far inside is minus with probability "
        f"{in_words(state.plane)}; Peierls' sum {peierls}. "
        f"In a chain with edges at distance {in_words(distance)} it is {in_words(state.chain)}."
    )


figure = LiveFigure(
    "Does the edge still decide what happens inside?",
    controls=[
        Slider("temperature", "temperature T", low=0.3, high=3.0, value=1.2, grip=Grip("now", "x")),
        Slider("distance", "chain: distance n", low=10, high=1e8, value=100, scale="log", step=0.1, unit="spins"),
    ],
)
