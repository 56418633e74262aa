"""A sandpile that grains fall on one at a time, and the sizes of its avalanches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._spins import paint, quick, ready, show_spins
from emergence.live import Choice, LiveFigure, Slider, in_words
from emergence.live.palette import BLUE, ORANGE, PAPER
from emergence.physics import sandpile as sp

_SIDE, _FIRST = 40, 25
_EDGES = 2.0 ** np.arange(16)
_COLOURS = ready((PAPER, "#e3cfa8", ORANGE, BLUE))
_RANDOM, _EMPTY, _IDENTITY = "a random recurrent pile", "an empty table", "the identity"


@dataclass
class Pile:
    """The pile, the grains that fell, the sizes of all avalanches so far by bins of _EDGES, and the largest."""

    heights: np.ndarray
    rng: np.random.Generator
    grains: int
    counts: np.ndarray
    largest: int


@lru_cache(maxsize=1)
def _identity() -> np.ndarray:
    return sp.identity(_SIDE, _SIDE)


@lru_cache(maxsize=4)
def _recurrent(seed: int) -> np.ndarray:
    grains = np.random.default_rng(seed).integers(0, 2, (_SIDE, _SIDE))
    return sp.stabilise(3 + grains)[0]


def start(begin: str, leak: float, rng: np.random.Generator) -> Pile:
    rng = quick(rng)
    heights = np.zeros((_SIDE, _SIDE), np.int64)
    if begin == _IDENTITY:
        return Pile(_identity(), rng, 0, np.zeros(len(_EDGES) - 1), 0)
    if begin == _RANDOM:
        heights = _recurrent(int(rng.integers(2**32)))
    return advance(Pile(heights, rng, 0, np.zeros(len(_EDGES) - 1), 0), _FIRST, leak)


def advance(state: Pile, grains: int, leak: float) -> Pile:
    heights, sizes = sp.drive(state.heights, grains, state.rng, leak=leak)
    counts = state.counts + np.histogram(sizes, _EDGES)[0]
    return Pile(heights, state.rng, state.grains + grains, counts, max(state.largest, int(sizes.max())))


def setup(pile: Axes, avalanches: Axes) -> SimpleNamespace:
    avalanches.set(xscale="log", yscale="log", xlim=(1, 2**15), ylim=(1e-8, 1))
    avalanches.set(xlabel="topplings s in an avalanche", ylabel="share of grains, per unit of s")
    return SimpleNamespace(
        image=show_spins(pile, _SIDE, "grains: 0 blank, 1 faint, 2 orange, 3 blue"),
        shares=avalanches.plot([], [], "o-", color=BLUE, markersize=5)[0],
    )


def draw(artists: SimpleNamespace, state: Pile) -> None:
    paint(artists.image, state.heights, _COLOURS)
    seen = state.counts > 0
    share = state.counts[seen] / max(state.grains, 1) / np.diff(_EDGES)[seen]
    artists.shares.set_data(np.sqrt(_EDGES[1:] * _EDGES[:-1])[seen], share)


def sentence(state: Pile, leak: float) -> str:
    lost = "grains leave only at the edge" if not leak else f"{leak:.3f} of the topplings lose their grains"
    return (
        f"{_SIDE} × {_SIDE} sites; {lost}. After {in_words(state.grains)} grains the mean height is "
        f"{state.heights.mean():.3f}, and the largest avalanche had {state.largest:,} topplings."
    )


figure = LiveFigure(
    "One grain more: how many topple?",
    controls=[
        Slider("grains", "grains per frame", low=1, high=20, value=10, scale="integer", restarts=False),
        Slider("leak", "leak (share of topplings)", low=0, high=0.1, value=0, step=0.002, format=".3f", restarts=False),
        Choice("begin", "begin with", options=(_RANDOM, _EMPTY, _IDENTITY), value=_RANDOM),
    ],
)
