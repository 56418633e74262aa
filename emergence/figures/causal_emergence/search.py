"""All ways to group the states of a machine, looked at one after the other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.causal_emergence._shared import LETTERS, borders, draw_borders, paint_machine, show_machine
from emergence.live import Choice, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, ORANGE
from emergence.physics import causal

_N = 8
_EXAMPLE, _SPINS, _MAP, _NOISE = "published, 8 states", "three spins", "random map", "random noise"


class Search(NamedTuple):
    """A machine, an order of its groupings, and EI of those that were looked at so far; micro is EI of its states."""

    matrix: np.ndarray
    order: np.ndarray
    values: np.ndarray
    micro: float


def start(machine: str, temperature: float, rng: np.random.Generator) -> Search:
    order = causal.groupings(_N)[rng.permutation(len(causal.groupings(_N)) - 1)]  # the last is the states themselves
    matrix = {
        _EXAMPLE: lambda: causal.absorbing(_N),
        _SPINS: lambda: causal.magnet(3, temperature),
        _MAP: lambda: causal.random_map(_N, rng),
        _NOISE: lambda: causal.random_noisy(_N, rng),
    }[machine]()
    return advance(Search(matrix, order, np.empty(0), float(causal.effective_information(matrix))), 30)


def advance(state: Search, speed: int) -> Search:
    """Look at so many groupings more; after the last the search stands still."""
    rows = state.order[len(state.values) : len(state.values) + speed]
    values = causal.effective_information_of_groupings(state.matrix, rows) if len(rows) else np.empty(0)
    return state._replace(values=np.concatenate([state.values, values]))


def ended(state: Search) -> bool:
    return len(state.values) >= len(state.order)


def setup(matrix: Axes, groups: Axes) -> SimpleNamespace:
    groups.set(xlim=(0.4, 8.6), ylim=(-0.03, 2.03), xlabel="number of groups", xticks=range(1, 9))
    groups.set_ylabel("EI relative to the states")
    groups.axhline(1, color=GREY, linestyle="--", linewidth=1.5, label="states")
    artists = SimpleNamespace(
        image=show_machine(matrix, _N),
        borders=borders(matrix, _N - 2),
        points=groups.plot([], [], ".", color=BLUE, markersize=3, label="grouping")[0],
        best=groups.plot([], [], "D", color=ORANGE, markersize=10, label="best so far")[0],
    )
    matrix.set(xlabel="next state", ylabel="state now, sorted by groups")
    legend_above(groups, 3, beside=[matrix])
    return artists


def _best(state: Search) -> np.ndarray:
    return state.order[state.values.argmax()]


def draw(artists: SimpleNamespace, state: Search) -> None:
    labels, seen, unit = _best(state), state.order[: len(state.values)], max(state.micro, 1e-9)
    sort = np.argsort(labels, kind="stable")
    paint_machine(artists.image, state.matrix[np.ix_(sort, sort)])
    draw_borders(artists.borders, labels)
    spread = (np.arange(len(seen)) * 0.618) % 1 - 0.5  # side by side, so that they can be told apart
    artists.points.set_data(seen.max(axis=1) + 1 + 0.7 * spread, state.values / unit)
    place(artists.best, x=labels.max() + 1, y=state.values.max() / unit)


def sentence(state: Search, machine: str) -> str:
    labels, best = _best(state), state.values.max()
    groups = " | ".join("".join(LETTERS[i] for i in np.flatnonzero(labels == g)) for g in range(labels.max() + 1))
    wins = int((state.values > state.micro + 1e-9).sum())
    return (
        f"{machine}: {len(state.values):,} of 4,139 groupings looked at. The best, {groups}, has {best:.3f} bits, the "
        f"eight states have {state.micro:.3f}. Groupings with more than the states: {wins}."
    )


figure = LiveFigure(
    "Which of 4,139 groupings is the best?",
    controls=[
        Slider("speed", "groupings a frame", low=10, high=200, value=30, scale="integer", step=10, restarts=False),
        Slider("temperature", "temperature of spins", low=0.2, high=6, value=1.0, step=0.1, format=".1f"),
        Choice("machine", "machine", options=(_SPINS, _EXAMPLE, _MAP, _NOISE), value=_SPINS),
    ],
)
