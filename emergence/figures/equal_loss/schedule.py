"""Runs whose learning rate falls to zero, each beside the run of the same seed at a constant rate, at equal loss."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.equal_loss._shared import METRIC, SCHEDULES
from emergence.figures.train_it_yourself._runs import Ways, margins, show_ways
from emergence.figures.train_it_yourself._shared import ABILITIES, AXES, METRICS, SHARE
from emergence.live import Choice, LiveFigure, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.scaling import interventions
from emergence.statistics import Interval, student_interval


class Schedules(NamedTuple):
    """What the schedule changes at equal loss, by width.

    constant: loss and score along the runs at a constant rate. ends: loss and score where the rate of each run has
    come down. falls: from the constant run to the end, where it has the same loss. cells: the pairs compared.
    means: their mean difference, for widths with two pairs or more.
    """

    constant: dict[int, Ways]
    ends: dict[int, np.ndarray]
    falls: dict[int, Ways]
    cells: dict[int, interventions.Cell]
    means: dict[int, Interval]
    guess: float


@cache
def start(ability: str, schedule: str, metric: str) -> Schedules:
    (panel, skill), score, name = ABILITIES[ability], METRICS[metric], SCHEDULES[schedule]
    constant, ends, falls, cells, means = {}, {}, {}, {}, {}
    for width in interventions.WIDTHS:
        runs = interventions.constant(panel, width)
        constant[width] = [np.array([run.loss, getattr(run, score)[skill]]) for run in runs]
        fallen = interventions.select(part="schedules", panel=panel, schedule=name, d_model=width)
        ends[width] = np.array([(run.loss[-1], getattr(run, score)[skill][-1]) for run in fallen]).T
        cell = cells[width] = interventions.schedule_cell(name, panel, skill, width, score)
        losses = {run.seed: run.loss[-1] for run in fallen}
        falls[width] = [np.array([[losses[pair.seed]] * 2, [pair.base, pair.other]]) for pair in cell.pairs]
        if len(cell.pairs) > 1:
            means[width] = student_interval(list(cell.differences.values()))
    return Schedules(constant, ends, falls, cells, means, interventions.guess(panel, skill, score))


def setup(ways: Axes, difference: Axes) -> SimpleNamespace:
    ways.set(ylim=SHARE, xlabel=AXES["loss"])
    widths = interventions.WIDTHS
    difference.set(xlim=(-0.6, len(widths) - 0.4), ylim=(-0.62, 0.62), xlabel="width")
    difference.set_ylabel("falling rate less constant rate")
    difference.set_xticks(range(len(widths)), [f"{width}" for width in widths])
    difference.axhline(0, color=INK, linewidth=1)
    artists = SimpleNamespace(
        guess=ways.axhline(color=GREY, linestyle=":", linewidth=1.3),
        constant=ways.plot([], [], color=BLUE, marker="o", markersize=3.5, linewidth=1, label="constant rate")[0],
        falls=ways.plot([], [], color=ORANGE, linewidth=1.3)[0],
        ends=ways.plot([], [], "s", color=ORANGE, markersize=8, fillstyle="none", label="rate down to zero")[0],
        intervals=difference.plot([], [], color=INK, linewidth=1.8, zorder=3)[0],
        means=difference.plot([], [], "D", color=INK, markersize=6, zorder=3, label="mean, 95 %")[0],
        runs=difference.plot([], [], "s", color=ORANGE, markersize=7, fillstyle="none", label="each seed")[0],
    )
    ways.legend(loc="upper left")
    difference.legend(loc="upper left", ncols=2, columnspacing=0.8)
    return artists


def draw(artists: SimpleNamespace, ways: Axes, state: Schedules, width: str, metric: str) -> None:
    constant, ends = state.constant[int(width)], state.ends[int(width)]
    low, high = margins(np.hstack([ends, *constant])[0])
    ways.set(xlim=(high, low), ylabel=metric)
    place(artists.guess, y=state.guess)
    show_ways(artists.constant, constant)
    artists.ends.set_data(*ends)
    show_ways(artists.falls, state.falls[int(width)])
    places = {size: i for i, size in enumerate(interventions.WIDTHS)}
    points = [(places[size] - 0.12, value) for size, cell in state.cells.items() for value in cell.differences.values()]
    artists.runs.set_data(*np.transpose(points))
    x = [places[size] + 0.12 for size in state.means]
    artists.means.set_data(x, [mean.estimate for mean in state.means.values()])
    show_ways(artists.intervals, [((x, x), mean[1:]) for x, mean in zip(x, state.means.values(), strict=True)])


def sentence(state: Schedules, ability: str, schedule: str, width: str, metric: str) -> str:
    size = int(width)
    cell, name = state.cells[size], f"{ability.capitalize()}, {metric}, width {width}, {schedule}"
    if size not in state.means:
        return f"{name}: only {len(cell.pairs)} of 5 constant runs comes down to the loss where the other ends."
    mean, lower = state.means[size], sum(value < 0 for value in cell.differences.values())
    return (
        f"{name}: where the rate has come down to zero, a run differs from the constant run of the same seed at the "
        f"same loss by {mean.estimate:+.3f} (Student's 95 per cent interval {mean.low:+.3f} to {mean.high:+.3f}); "
        f"{lower} of {len(cell.pairs)} are lower."
    )


figure = LiveFigure(
    "One seed, one loss, two schedules: the same ability?",
    controls=[
        Choice("ability", "ability", options=tuple(ABILITIES), value="instructions, ranks 33–64"),
        Choice("schedule", "schedule", options=tuple(SCHEDULES), value="linear"),
        Choice("width", "width", options=tuple(f"{width}" for width in interventions.WIDTHS), value="64"),
        METRIC,
    ],
)
