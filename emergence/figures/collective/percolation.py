"""Sites opened by their own numbers: clusters, and how often lattices of four sides have a path across."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._spins import paint, ready, show_spins
from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, DATA, GREY, INK, ORANGE, PAPER
from emergence.physics import percolation as pc

_SIDES = pc.SIZES[1:]
_SHADES = (PAPER, BLUE, "#8fb7d3", "#b9a6c4", "#9fc4a5", "#c9c3b6", ORANGE)  # closed, five for clusters, across
_COLOURS = ready(_SHADES)
_ACROSS = len(_SHADES) - 1
_ERRORS = [  # two standard errors of every fifth count
    [(p, share - 2 * error), (p, share + 2 * error)]
    for side in _SIDES
    for p, share, error in zip(
        pc.SHARES[::5],
        pc.counted(side)[::5] / pc.LATTICES,
        pc.binomial_error(pc.counted(side)[::5], pc.LATTICES),
        strict=True,
    )
]


class Lattice(NamedTuple):
    """Labels of the sites, which clusters lead across, the share of the largest, and the p at which one first does."""

    labels: np.ndarray
    across: np.ndarray
    largest: float
    threshold: float


@lru_cache(maxsize=8)
def _drawn(side: int, seed: int) -> tuple[np.ndarray, float]:
    numbers = np.random.default_rng(seed).random((side, side))
    return numbers, float(pc.spanning_thresholds(numbers))


def start(p: float, side: str, lattice: int, rng: np.random.Generator) -> Lattice:
    numbers, threshold = _drawn(int(side), int(rng.integers(2**32)) + lattice)
    labels = pc.clusters(numbers <= p)
    across = np.intersect1d(labels[0], labels[-1])
    return Lattice(labels, across[across >= 0], pc.largest_share(labels), threshold)


def setup(sites: Axes, across: Axes) -> SimpleNamespace:
    across.set(xlim=(0.4, 0.8), ylim=(0, 1.04), xlabel="share p of open sites", ylabel="share of lattices with a path")
    artists = SimpleNamespace(
        image=show_spins(sites, _SIDES[-1], "across: orange"),
        curves=[
            across.plot([], [], color=colour, linestyle=style, label=f"L = {side}")[0]
            for side, colour, style in zip(_SIDES, DATA, (":", "-.", "--", "-"), strict=True)
        ],
        errors=across.vlines([], [], [], color=INK, linewidth=1),
        critical=across.plot([], [], color=GREY, linestyle=(0, (1, 1)), linewidth=1.4, label="$p_c$")[0],
        here=across.axvline(0.55, color=INK, linewidth=1.6),
        threshold=across.plot([], [], "v", color=INK, markersize=9, label="this lattice")[0],
    )
    legend_above(across, 3)
    return artists


def draw(artists: SimpleNamespace, state: Lattice, p: float) -> None:
    kinds = np.where(state.labels < 0, 0, 1 + state.labels * 40503 // 7 % (_ACROSS - 1))
    kinds[np.isin(state.labels, state.across)] = _ACROSS
    sites = _SIDES[-1] // len(kinds)
    paint(artists.image, kinds.repeat(sites, axis=0).repeat(sites, axis=1), _COLOURS)
    for curve, size in zip(artists.curves, _SIDES, strict=True):
        curve.set_data(pc.SHARES, pc.counted(size) / pc.LATTICES)
    artists.errors.set_segments(_ERRORS)
    artists.critical.set_data([pc.CRITICAL_SHARE] * 2, [0, 1])
    place(artists.here, x=p)
    place(artists.threshold, x=min(max(state.threshold, 0.4), 0.8), y=0.5)


def sentence(state: Lattice, p: float, side: str) -> str:
    path = "a path leads from top to bottom" if len(state.across) else "no path leads from top to bottom"
    small, large = (np.interp(p, pc.SHARES, pc.counted(size)) / pc.LATTICES for size in (_SIDES[0], _SIDES[-1]))
    return (
        f"{side} × {side} sites, open with probability p = {p:.3f}: {path}; the largest cluster holds "
        f"{state.largest:.3f} of all sites. This lattice first has a path at p = {state.threshold:.3f}. At this p, "
        f"{small:.3f} of the lattices of side {_SIDES[0]} have one, and {large:.3f} of those of side {_SIDES[-1]}."
    )


figure = LiveFigure(
    "Open more sites: when does a path lead across?",
    sketch="across",
    controls=[
        Slider(
            "p",
            "share p of open sites",
            low=0.4,
            high=0.8,
            value=0.55,
            step=0.001,
            format=".3f",
            grip=Grip("here", "x"),
        ),
        Choice("side", "side L", options=tuple(map(str, _SIDES)), value="128"),
        Slider("lattice", "lattice number", low=1, high=20, value=1, scale="integer"),
    ],
)
