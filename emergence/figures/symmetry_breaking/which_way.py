"""Many small lattices, each cooled from random spins, and the magnetisation with which they end."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._spins import paint, quick, show_spins
from emergence.live import Choice, LiveFigure, Slider
from emergence.live.palette import BLUE, ORANGE, PURPLE
from emergence.physics import ising
from emergence.physics.ising_states import BINS, SIZES, in_bins, states

_TILES, _TILE = 8, 16  # lattices along the picture, and pixels along a lattice
_PIXELS = _TILES * (_TILE + 1) + 1


class Falls(NamedTuple):
    """Restarts from T = ∞, 64 at a time: the last of them, and the magnetisation each so far ended with."""

    rng: np.random.Generator
    spins: np.ndarray
    ends: np.ndarray


def start(temperature: float, size: str, sweeps: int, rng: np.random.Generator) -> Falls:
    return advance(Falls(quick(rng), np.empty(0), np.empty(0)), temperature, size, sweeps)


def advance(state: Falls, temperature: float, size: str, sweeps: int) -> Falls:
    replicas = ising.Replicas.random(int(size), state.rng)
    replicas.sweep(temperature, state.rng, sweeps=sweeps)
    return Falls(state.rng, replicas.spins(), np.concatenate([state.ends, replicas.magnetisation()]))


def setup(spins: Axes, ends: Axes) -> SimpleNamespace:
    ends.set(xlim=(-1.1, 1.1), ylim=(0, 0.7))
    ends.set(xlabel="final magnetisation m (mean spin)", ylabel="share of the restarts")
    artists = SimpleNamespace(
        image=show_spins(spins, _PIXELS, "the last 64 of them"),
        bars=ends.vlines(BINS, 0, 0 * BINS, color=BLUE, linewidth=9, capstyle="butt", label="restarts so far"),
        law=ends.plot([], [], "D", color=ORANGE, markersize=6, label="equilibrium, exact")[0],
        mean=ends.plot([], [], color=PURPLE, linestyle="--", linewidth=1.8, label="mean m")[0],
    )
    ends.legend(loc="upper center")
    return artists


def draw(artists: SimpleNamespace, state: Falls, temperature: float, size: str) -> None:
    scale = _TILE // int(size)
    tiles = (state.spins > 0).astype(np.uint8).repeat(scale, axis=1).repeat(scale, axis=2)
    # a line of paper before each lattice and after the last
    tiles = np.pad(tiles, ((0, 0), (1, 0), (1, 0)), constant_values=2).reshape(_TILES, _TILES, _TILE + 1, _TILE + 1)
    paint(artists.image, np.pad(tiles.swapaxes(1, 2).reshape(_PIXELS - 1, -1), (0, 1), constant_values=2))
    artists.bars.set_segments([[(m, 0), (m, share)] for m, share in zip(BINS, in_bins(state.ends), strict=True)])
    artists.law.set_visible(int(size) in SIZES)
    if int(size) in SIZES:
        artists.law.set_data(BINS, in_bins(*states(int(size)).magnetisation_law(temperature)))
    artists.mean.set_data([state.ends.mean()] * 2, [0, 0.4])


def sentence(state: Falls, temperature: float, size: str, sweeps: int) -> str:
    ends, n = state.ends, len(state.ends)
    return (
        f"{n} restarts of {size} × {size} spins at T = {temperature:.2f}, {sweeps} sweeps each: "
        f"{np.sum(ends > 0)} ended with m > 0, {np.sum(ends < 0)} with m < 0; "
        f"mean m = {ends.mean():.3f} ± {ends.std() / math.sqrt(n):.3f}, mean |m| = {np.abs(ends).mean():.3f}."
    )


figure = LiveFigure(
    "Which way did it fall?",
    sketch="ends",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=5.0, value=2.0, step=0.05),
        Choice("size", "side L", options=("4", "8", "16"), value="8"),
        Slider("sweeps", "sweeps after the quench", low=1, high=60, value=30, scale="integer"),
    ],
)
