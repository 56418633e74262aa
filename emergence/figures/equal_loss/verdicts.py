"""All comparisons at equal loss as one family: which survive when there are so many of them?"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.equal_loss._shared import SCHEDULES
from emergence.figures.train_it_yourself._runs import show_ways
from emergence.figures.train_it_yourself._shared import ABILITIES
from emergence.live import Choice, LiveFigure, Slider, in_words, legend_above, name_rows
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.scaling import interventions
from emergence.statistics import holm

_INTERVENTIONS = (*SCHEDULES, "width 32 against 16", "width 64 against 32", "four layers against two")
_NAMES = {skill: name for name, (_, skill) in ABILITIES.items()}
_SHORT = {"in-context learning": "in context", "sums, steps written": "sums, steps", "sums, asked directly": "sums"}
_ROWS, _LOWEST = 8, 1e-4


class Family(NamedTuple):
    """comparisons: in play, of all interventions. breaks: by Holm, at the level chosen. alone: by their own p value, at
    that level.
    """

    comparisons: tuple[interventions.Comparison, ...]
    breaks: np.ndarray
    alone: np.ndarray


def start(level: float) -> Family:
    comparisons = interventions.verdicts()
    p_values = np.array([each.p_value for each in comparisons])
    return Family(comparisons, holm(p_values, level), p_values <= level)


def _short(skill: str) -> str:
    name = _NAMES[skill].removeprefix("instructions, ")
    return _SHORT.get(name, name)


def setup(differences: Axes, family: Axes) -> SimpleNamespace:
    differences.set(xlim=(-0.45, 0.45), ylim=(_ROWS - 0.4, -0.6), xlabel="difference of p at equal loss")
    name_rows(differences, [""] * _ROWS)
    differences.axvline(color=INK, linewidth=1)
    count = len(interventions.verdicts())
    family.set(xlim=(0, count + 1), xlabel="comparison, from the smallest p value", ylabel="p value")
    family.set(yscale="log", ylim=(_LOWEST, 1.5))
    family.set_xticks([1, 10, 20, 30])
    styles = {"breaks": (ORANGE, "D"), "suggests": (BLUE, "s"), "not shown": (GREY, "o")}
    artists = SimpleNamespace(
        intervals=differences.plot([], [], color=INK, linewidth=1.6)[0],
        verdicts={
            name: differences.plot([], [], marker, color=color, markersize=9, linestyle="none", label=name)[0]
            for name, (color, marker) in styles.items()
        },
        all=family.plot([], [], "o", color=GREY, markersize=4.5, label="all")[0],
        own=family.plot([], [], "o", color=BLUE, markersize=9, fillstyle="none", label="these")[0],
        alone=family.plot([], [], color=INK, linestyle=":", linewidth=1.5, label="level")[0],
        line=family.plot([], [], color=ORANGE, linewidth=1.8, label="Holm")[0],
    )
    legend_above(differences, 3)
    legend_above(family, 4)
    return artists


def draw(artists: SimpleNamespace, differences: Axes, state: Family, intervention: str, level: float) -> None:
    own = _own(state, intervention)
    differences.set_yticks(range(_ROWS), [_short(state.comparisons[i].skill) for i in own] + [""] * (_ROWS - len(own)))
    found = [state.comparisons[i].difference for i in own]
    show_ways(artists.intervals, [(each[1:], (row, row)) for row, each in enumerate(found)])
    said = [_said(state, i) for i in own]
    for name, line in artists.verdicts.items():
        rows = [row for row, word in enumerate(said) if word == name]
        line.set_data([found[row].estimate for row in rows], rows)
    p_values = np.array([each.p_value for each in state.comparisons])
    order = np.argsort(p_values, kind="stable")
    rank = np.arange(1, len(order) + 1)
    artists.all.set_data(rank, p_values[order])
    mine = np.isin(order, own)
    artists.own.set_data(rank[mine], p_values[order][mine])
    artists.alone.set_data(rank, np.full(len(rank), level))
    artists.line.set_data(rank, level / rank[::-1])


def _own(state: Family, intervention: str) -> list[int]:
    """The places of the comparisons of one intervention."""
    wanted = SCHEDULES.get(intervention, intervention)
    return [i for i, each in enumerate(state.comparisons) if each.intervention == wanted]


def _said(state: Family, i: int) -> str:
    own = state.comparisons[i].difference  # drawn at 95 per cent, whatever the level
    return "breaks" if state.breaks[i] else "suggests" if not own.low <= 0 <= own.high else "not shown"


def sentence(state: Family, intervention: str, level: float) -> str:
    own = _own(state, intervention)
    broken = [state.comparisons[i] for i in own if state.breaks[i]]
    survive = [f"{_NAMES[each.skill]}, {each.difference.estimate:+.3f}" for each in broken]
    count = len(state.comparisons)
    chance = -math.expm1(count * math.log1p(-level))
    return (
        f"{intervention.capitalize()}: {len(own)} of the {count} comparisons. {sum(state.alone[own])} of these have a "
        f"p value of at most {in_words(level)}; Holm's procedure over all {count} keeps {len(survive)}"
        f"{' (' + '; '.join(survive) + ')' if survive else ''}. If nothing changed anything, and the {count} were "
        f"independent, at least one would have such a p value with a probability of "
        f"{f'{chance:.2g}' if chance < 0.995 else 'more than 0.99'}."
    )


figure = LiveFigure(
    "Which differences at equal loss survive?",
    controls=[
        Choice("intervention", "intervention", options=_INTERVENTIONS, value="linear"),
        Slider("level", "chance of a false alarm", low=0.0005, high=0.5, value=0.05, scale="log"),
    ],
)
