"""Two thousand birds that turn into the mean direction of their neighbours, and how well they agree."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._spins import paint, quick, ready, show_spins
from emergence.live import LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, PAPER
from emergence.physics import vicsek

_BIRDS, _PIXELS, _TAIL, _WINDOW, _FIRST = 2000, 360, 7, 300, 4
_CHANCE = math.sqrt(math.pi / (4 * _BIRDS))
_COLOURS = ready((PAPER, BLUE, INK))


@dataclass
class Birds:
    """A flock on its way, and (step, order) of the last steps."""

    flock: vicsek.Flock
    rng: np.random.Generator
    trace: list[tuple[int, float]] = field(default_factory=list)


def start(noise: float, density: float, rng: np.random.Generator) -> Birds:
    rng = quick(rng)
    flock = vicsek.Flock.random(_BIRDS, density, rng)
    state = Birds(flock, rng, [(0, flock.order())])
    for _ in range(_FIRST):
        advance(state, noise)
    return state


def advance(state: Birds, noise: float) -> Birds:
    state.flock.advance(noise, state.rng)
    state.trace = [*state.trace[-_WINDOW:], (state.flock.steps, state.flock.order())]
    return state


def setup(birds: Axes, agreement: Axes) -> SimpleNamespace:
    agreement.set(xlim=(-_WINDOW, 0), ylim=(0, 1.04), xlabel="steps before now", ylabel="order φ")
    artists = SimpleNamespace(
        image=show_spins(birds, _PIXELS, f"{_BIRDS:,} birds"),
        order=agreement.plot([], [], color=BLUE, label="|mean direction|")[0],
        now=agreement.plot([], [], "o", color=BLUE, markersize=8)[0],
    )
    agreement.axhline(_CHANCE, color=GREY, linestyle=":", linewidth=1.6, label="mean by chance")
    legend_above(agreement, 2)
    return artists


def draw(artists: SimpleNamespace, state: Birds) -> None:
    flock = state.flock
    way = np.column_stack([np.cos(flock.headings), np.sin(flock.headings)])
    behind = np.arange(_TAIL - 1, -1, -1)[:, None, None]  # the head is painted last
    column, row = np.moveaxis((flock.positions * (_PIXELS / flock.side) - behind * way).astype(int) % _PIXELS, 2, 0)
    kinds = np.zeros((_PIXELS, _PIXELS), np.uint8)
    kinds[_PIXELS - 1 - row[:-2], column[:-2]] = 1
    kinds[_PIXELS - 1 - row[-2:], column[-2:]] = 2
    paint(artists.image, kinds, _COLOURS)
    steps, order = np.transpose(state.trace)
    artists.order.set_data(steps - flock.steps, order)
    place(artists.now, x=0, y=order[-1])


def sentence(state: Birds, noise: float, density: float) -> str:
    return (
        f"{_BIRDS:,} birds, {density:.1f} in the area of a unit square, noise {noise:.2f} of the circle: after "
        f"{state.flock.steps} steps the order is {state.trace[-1][1]:.3f}; independent directions would have "
        f"{_CHANCE:.3f} on average."
    )


figure = LiveFigure(
    "Nobody leads: do they fly one way?",
    controls=[
        Slider("noise", "noise (share of the circle)", low=0.0, high=1.0, value=0.2, step=0.01, restarts=False),
        Slider("density", "birds per unit area", low=0.5, high=4.0, value=2.0, step=0.1, format=".1f"),
    ],
)
