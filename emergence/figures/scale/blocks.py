"""A lattice near its critical temperature, seen from further and further away."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._spins import paint, quick, show_spins
from emergence.live import LiveFigure, Slider, legend_above
from emergence.live.palette import BLUE, GREY, ORANGE
from emergence.physics import block_spins, ising
from emergence.physics.cluster import Clusters, Spins

_SIZE, _LEVELS = 108, 3
_FIRST = 6


class Magnet(NamedTuple):
    """A running lattice, its levels now, and the share of like neighbours on each level after every update so far."""

    lattice: Clusters
    rng: np.random.Generator
    levels: list[Spins]
    rows: list[list[float]]


def like(spins: Spins) -> float:
    """The share of neighbours that are alike, ½ for coins."""
    return (1 + block_spins.alike(spins)) / 2


@cache
def _critical() -> Spins:
    """A lattice at T_c: from there it takes fewer updates than from order to be near equilibrium on either side."""
    lattice, rng = Clusters(_SIZE), np.random.default_rng(1)
    for _ in range(40):
        lattice.update(ising.CRITICAL_TEMPERATURE, rng)
    return lattice.spins


def start(temperature: float, rng: np.random.Generator) -> Magnet:
    lattice, rng = Clusters(_SIZE), quick(rng)
    lattice.spins = _critical()  # an update replaces it
    for _ in range(_FIRST - 1):
        lattice.update(temperature, rng)
    return advance(Magnet(lattice, rng, [], []), temperature)


def advance(state: Magnet, temperature: float) -> Magnet:
    state.lattice.update(temperature, state.rng)
    levels = block_spins.levels(state.lattice.spins[0], _LEVELS)
    return state._replace(levels=levels, rows=[*state.rows, [like(level) for level in levels]])


def setup(spins: Axes, flow: Axes) -> SimpleNamespace:
    flow.set(xlim=(-0.15, _LEVELS + 0.15), ylim=(0.2, 1.04), xticks=range(_LEVELS + 1))
    flow.set(xlabel="how often blocked", ylabel="share of neighbours that are alike")
    flow.axhline(0.5, color=GREY, linewidth=1)
    flow.axhline(1, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        image=show_spins(spins, _SIZE, f"{_SIZE} × {_SIZE} spins, blocked"),
        now=flow.plot([], [], "o--", color=BLUE, linewidth=1, label="now")[0],
        mean=flow.plot([], [], "s-", color=ORANGE, label="mean so far")[0],
    )
    legend_above(flow, 2)
    return artists


def draw(artists: SimpleNamespace, state: Magnet, level: int) -> None:
    shown = state.levels[level] > 0
    side = _SIZE // len(shown)
    paint(artists.image, np.repeat(np.repeat(shown, side, 0), side, 1))
    artists.now.set_data(range(_LEVELS + 1), state.rows[-1])
    artists.mean.set_data(range(_LEVELS + 1), np.mean(state.rows, axis=0))


def sentence(state: Magnet, temperature: float) -> str:
    side = "below" if temperature < ising.CRITICAL_TEMPERATURE else "above"
    now, mean = (", ".join(f"{share:.3f}" for share in row) for row in (state.rows[-1], np.mean(state.rows, axis=0)))
    count = f"{len(state.rows)} updates" if len(state.rows) > 1 else "one update"
    return (
        f"T = {temperature:.3f}, {side} T_c = {ising.CRITICAL_TEMPERATURE:.3f}: unblocked and blocked once, twice and "
        f"three times, the shares of like neighbours are {now}; on average over {count} {mean}."
    )


figure = LiveFigure(
    "What does it look like from further away?",
    sketch="flow",
    controls=[
        Slider("temperature", "temperature T", low=2.0, high=2.6, value=2.2, step=0.005, format=".3f"),
        Slider("level", "blocked", low=0, high=_LEVELS, value=0, scale="integer", affects="picture", restarts=False),
    ],
)
