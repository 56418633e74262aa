"""Two hundred birds that follow their neighbours: drag the noise, and see at which they still agree."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._spins import quick
from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.physics import vicsek

_BIRDS, _LENGTH, _KEPT, _FIRST = 200, 0.035, 400, 8
FOLLOWED = 7
NEAR, COUNTED = "all within distance 1", "the seven nearest"
_CHANCE = math.sqrt(math.pi / (4 * _BIRDS))


@dataclass
class Birds:
    """A flock on its way, one of its birds, the ways to those that it follows, and (noise, order) of the last steps."""

    flock: vicsek.Flock
    rng: np.random.Generator
    one: int = 0
    followed: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    trace: list[tuple[float, float]] = field(default_factory=list)


def _followed(flock: vicsek.Flock, one: int, sight: str) -> np.ndarray:
    """Vectors from one bird to those that it follows, shape (followed, 2), the shortest ones on the torus."""
    way = np.delete(flock.positions, one, 0) - flock.positions[one]
    way -= flock.side * np.round(way / flock.side)
    square = (way**2).sum(axis=1)
    return way[square < 1] if sight == NEAR else way[np.argsort(square)[:FOLLOWED]]


def start(noise: float, density: float, sight: str, rng: np.random.Generator) -> Birds:
    rng = quick(rng)
    flock = vicsek.Flock.random(_BIRDS, density, rng)
    state = Birds(flock, rng)
    for _ in range(_FIRST):
        advance(state, noise, sight)
    # A bird near the middle that has a few others in sight: at an edge, or in a crowd, nobody sees whom it follows.
    in_sight = np.bincount(np.concatenate(vicsek.neighbour_pairs(flock.positions, flock.side)), minlength=_BIRDS)
    off = np.abs(flock.positions / flock.side - 0.5).max(axis=1)
    state.one = int((off + np.abs(in_sight - FOLLOWED) / 50).argmin())
    state.followed = _followed(flock, state.one, sight)
    return state


def advance(state: Birds, noise: float, sight: str) -> Birds:
    state.flock.advance(noise, state.rng, followed=None if sight == NEAR else FOLLOWED)
    state.followed = _followed(state.flock, state.one, sight)
    state.trace = [*state.trace[1 - _KEPT :], (noise, state.flock.order())]
    return state


def setup(birds: Axes, agreement: Axes) -> SimpleNamespace:
    birds.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), aspect="equal", title=f"{_BIRDS} birds")
    birds.set_axis_off()
    birds.set_position((0.1, 0.03, 0.8, 0.87))
    birds.plot([0, 1, 1, 0, 0], [0, 0, 1, 1, 0], color=GREY, linewidth=1)
    agreement.set(xlim=(0, 1), ylim=(0, 1.04), xlabel="noise (share of the circle)", ylabel="agreement, from 0 to 1")
    agreement.axhline(_CHANCE, color=GREY, linestyle=":", linewidth=1.6, label="by chance")
    artists = SimpleNamespace(
        links=birds.plot([], [], color=ORANGE, linewidth=1.2)[0],
        bodies=birds.plot([], [], color=BLUE, linewidth=1.4)[0],
        heads=birds.plot([], [], "o", color=INK, markersize=2.6)[0],
        one=birds.plot([], [], "o", color=ORANGE, markersize=8)[0],
        trail=agreement.plot([], [], ".", color=BLUE, alpha=0.7, markersize=6, label="a step")[0],
        now=agreement.plot([], [], "o", color=ORANGE, markersize=10, clip_on=False, label="now")[0],
    )
    legend_above(agreement, 3)
    return artists


def _strokes(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Strokes from begin to end, shape (n, 2) each, as one line with gaps."""
    return np.stack([begin, end, np.full_like(end, np.nan)], 1).reshape(-1, 2)


def draw(artists: SimpleNamespace, state: Birds) -> None:
    flock = state.flock
    heads = flock.positions / flock.side
    way = np.column_stack([np.cos(flock.headings), np.sin(flock.headings)])
    artists.bodies.set_data(*_strokes(heads - _LENGTH * way, heads).T)
    artists.heads.set_data(*heads.T)
    artists.one.set_data(*heads[state.one, :, None])
    followed = heads[state.one] + state.followed / flock.side
    artists.links.set_data(*_strokes(np.broadcast_to(heads[state.one], followed.shape), followed).T)
    noises, orders = np.transpose(state.trace)
    artists.trail.set_data(noises, orders)
    place(artists.now, x=noises[-1], y=orders[-1])


def sentence(state: Birds, noise: float, density: float, sight: str) -> str:
    return (
        f"{_BIRDS} birds, {density:.1f} in the area of a unit square, noise {noise:.2f}. Each follows {sight}; the "
        f"orange one follows {len(state.followed)} others. After {state.flock.steps} steps their agreement is "
        f"{state.trace[-1][1]:.2f}; birds that ignore each other have {_CHANCE:.2f} on average."
    )


figure = LiveFigure(
    "Nobody leads: which way do they fly?",
    controls=[
        Slider("noise", "noise", low=0.0, high=1.0, value=0.2, restarts=False, grip=Grip("now", "x")),
        Slider("density", "birds per unit area", low=0.5, high=4.0, value=2.0, step=0.1, format=".1f"),
        Choice("sight", "a bird follows", options=(NEAR, COUNTED), value=NEAR, restarts=False),
    ],
)
