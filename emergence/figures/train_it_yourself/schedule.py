"""Runs whose learning rate came down to zero, each beside its own trunk at the same loss."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.train_it_yourself._runs import Ways, base, margins, show_ways, trunks
from emergence.figures.train_it_yourself._shared import ABILITIES, AXES, METRIC, METRICS, SHARE, WIDTHS
from emergence.live import Choice, LiveFigure, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.scaling import collapse


class Schedules(NamedTuple):
    """For each width its trunks and annealed ends; for all runs, what the schedule changes at equal loss.

    ends: loss and score of each run; falls: from the trunk to the end, for ends to whose loss the trunk comes down.
    shifts: score of the end less that of the trunk; means: the same by width.
    """

    ways: dict[int, Ways]
    ends: dict[int, list[tuple[float, float]]]
    falls: dict[int, Ways]
    shifts: collapse.AtLoss
    means: dict[int, collapse.Interval]
    guess: float


@cache
def start(ability: str, steps: str, metric: str) -> Schedules:
    (panel, skill), score, budget = ABILITIES[ability], METRICS[metric], int(steps.replace(",", ""))
    traces = base(panel)
    shifts = collapse.schedule_shift(traces, traces.metric(skill, score), budget)
    means = collapse.mean_by_size(shifts, 2000, np.random.default_rng(collapse.TABLE_SEED))
    shift = {(width, seed): value for width, seed, value in zip(*shifts, strict=True)}
    ends, falls = {width: [] for width in WIDTHS}, {width: [] for width in WIDTHS}
    annealed = traces.select(traces.annealed & (traces.budget_steps == budget))
    scores = annealed.metric(skill, score)
    for width, seed, x, y in zip(annealed.d_model, annealed.seed, annealed.loss, scores, strict=True):
        ends[width].append((x, y))
        if (width, seed) in shift:
            falls[width].append(np.array([[x, x], [y - shift[width, seed], y]]))
    return Schedules(trunks(ability, metric), ends, falls, shifts, means, traces.guess(skill, score))


def setup(ways: Axes, shift: Axes) -> SimpleNamespace:
    ways.set(ylim=SHARE, xlabel=AXES["loss"])
    shift.set(xlim=(-0.6, len(WIDTHS) - 0.4), ylim=(-0.5, 0.25), xlabel="width", ylabel="annealed end less trunk")
    shift.set_xticks(range(len(WIDTHS)), [f"{width}" for width in WIDTHS])
    shift.axhline(0, color=INK, linewidth=1)
    artists = SimpleNamespace(
        guess=ways.axhline(color=GREY, linestyle=":", linewidth=1.3),
        trunk=ways.plot([], [], color=BLUE, marker="o", markersize=3.5, linewidth=1, label="constant rate")[0],
        falls=ways.plot([], [], color=ORANGE, linewidth=1.3)[0],
        ends=ways.plot([], [], "s", color=ORANGE, markersize=8, fillstyle="none", label="rate down to zero")[0],
        intervals=shift.plot([], [], color=INK, linewidth=1.8, zorder=3)[0],
        means=shift.plot([], [], "D", color=INK, markersize=6, zorder=3, label="mean, 95 %")[0],
        runs=shift.plot([], [], "s", color=ORANGE, markersize=7, fillstyle="none", label="each run")[0],
    )
    ways.legend(loc="upper left")
    shift.legend(loc="upper right")
    return artists


def draw(artists: SimpleNamespace, ways: Axes, state: Schedules, width: str, metric: str) -> None:
    trunk, ends = state.ways[int(width)], np.transpose(state.ends[int(width)])
    low, high = margins(np.hstack([ends, *trunk])[0])
    ways.set(xlim=(high, low), ylabel=metric)
    place(artists.guess, y=state.guess)
    show_ways(artists.trunk, trunk)
    artists.ends.set_data(*ends)
    show_ways(artists.falls, state.falls[int(width)])
    places = {size: i for i, size in enumerate(WIDTHS)}
    artists.runs.set_data([places[size] - 0.12 for size in state.shifts.size.tolist()], state.shifts.value)
    x = [places[size] + 0.12 for size in state.means]
    artists.means.set_data(x, [mean.estimate for mean in state.means.values()])
    show_ways(artists.intervals, [((x, x), mean[1:]) for x, mean in zip(x, state.means.values(), strict=True)])


def sentence(state: Schedules, ability: str, steps: str, width: str, metric: str) -> str:
    size, end = int(width), f"the end of {steps} steps"
    of = len(state.ends[size])
    if size not in state.means:
        return f"No trunk of the {of} runs of width {width} comes down to the loss that its branch has at {end}."
    mean = state.means[size]
    runs = state.shifts.value[state.shifts.size == size]
    return (
        f"{ability.capitalize()}, {metric}, width {width}: at {end}, where the learning rate has "
        f"come down to zero, a run differs from its own trunk at the same loss by {mean.estimate:+.3f} (95 per cent "
        f"interval {mean.low:+.3f} to {mean.high:+.3f}); this is the mean of {len(runs)} of {of} runs, of which "
        f"{(runs < 0).sum()} are lower."
    )


figure = LiveFigure(
    "One run, one loss, two schedules: the same ability?",
    controls=[
        Choice("ability", "ability", options=tuple(ABILITIES), value="instructions, ranks 17–32"),
        Choice("steps", "steps of the annealed branch", options=("750", "1,500"), value="750"),
        Choice("width", "width", options=tuple(f"{width}" for width in WIDTHS), value="64"),
        METRIC,
    ],
)
