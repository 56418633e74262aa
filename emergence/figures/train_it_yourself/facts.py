"""One instruction asked fact by fact: does the smooth curve of a group consist of jumps?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from emergence.figures.train_it_yourself._shared import SHARE
from emergence.live import Choice, LiveFigure, Slider, legend_above
from emergence.live.palette import BLUE, INK, ORANGE, PAPER
from emergence.scaling import interventions

_FIRST_RANK, _RANKS, _DIGITS = 17, 8, interventions.DIGITS
_SEEDS = tuple(f"{run.seed}" for run in interventions.questions())


class Facts(NamedTuple):
    """One run: probabilities of the right token of all questions, of one instruction and of the whole group."""

    step: np.ndarray
    every: np.ndarray
    fact: np.ndarray
    instruction: np.ndarray
    group: np.ndarray


def start(seed: str, rank: int, digit: int) -> Facts:
    run = next(run for run in interventions.questions() if run.seed == int(seed))
    asked = run.ability.reshape(len(run.step), _RANKS, _DIGITS)
    own = asked[:, rank - _FIRST_RANK]
    return Facts(run.step, run.ability.T, own[:, digit], own.mean(axis=1), run.ability.mean(axis=1))


def setup(curves: Axes, table: Axes) -> SimpleNamespace:
    step = interventions.questions()[0].step
    curves.set(xlim=(step[0], step[-1]), ylim=SHARE, xlabel="training steps", ylabel="probability of the right token")
    table.set(xlabel="training steps", ylabel="rank of the instruction")
    half = (step[1] - step[0]) / 2
    extent = (step[0] - half, step[-1] + half, _RANKS, 0)
    shades = LinearSegmentedColormap.from_list("p", [PAPER, BLUE])
    artists = SimpleNamespace(
        fact=curves.plot([], [], color=ORANGE, linewidth=1.4, marker="o", markersize=4, label="one question")[0],
        instruction=curves.plot([], [], "--", color=BLUE, linewidth=2, label="its instruction, 10")[0],
        group=curves.plot([], [], color=INK, linewidth=2.6, label="all 80")[0],
        every=table.imshow(
            np.zeros((_RANKS * _DIGITS, len(step))), cmap=shades, vmin=0, vmax=1, aspect="auto",
            interpolation="nearest", extent=extent,
        ),
        row=table.plot([], [], color=ORANGE, linewidth=1.6)[0],
    )  # fmt: skip
    table.set_yticks(np.arange(_RANKS) + 0.5, [f"{_FIRST_RANK + i}" for i in range(_RANKS)])
    table.grid(visible=False)
    table.set_title("bluer: nearer to 1")
    for line in range(1, _RANKS):
        table.axhline(line, color=INK, linewidth=0.6)
    legend_above(curves, 3)
    return artists


def draw(artists: SimpleNamespace, state: Facts, rank: int, digit: int) -> None:
    for name in ("fact", "instruction", "group"):
        getattr(artists, name).set_data(state.step, getattr(state, name))
    artists.every.set_data(state.every)
    left, right, *_ = artists.every.get_extent()
    top = rank - _FIRST_RANK + digit / _DIGITS
    bottom = top + 1 / _DIGITS
    artists.row.set_data([left, right, right, left, left], [top, top, bottom, bottom, top])


def sentence(state: Facts, seed: str, rank: int, digit: int) -> str:
    fact, instruction, group = (
        interventions.rises_and_falls(column[:, None]) for column in (state.fact, state.instruction, state.group)
    )
    return (
        f"Width 32, seed {seed}, rank {rank}: between two checkpoints question {digit} rises by {fact.largest:.2f} at "
        f"most, its instruction by {instruction.largest:.2f}, the mean of all 80 by {group.largest:.2f}. Falls undo "
        f"{100 * fact.lost:.0f}, {100 * instruction.lost:.0f} and {100 * group.lost:.0f} per cent of the sum of rises."
    )


figure = LiveFigure(
    "Does a single fact jump?",
    sketch="curves",
    controls=[
        Slider("rank", "rank of the instruction", low=17, high=24, value=19, scale="integer"),
        Slider("digit", "question", low=0, high=9, value=3, scale="integer"),
        Choice("seed", "seed", options=_SEEDS, value=_SEEDS[0]),
    ],
)
