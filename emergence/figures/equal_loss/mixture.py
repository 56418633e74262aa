"""Runs on another mixture of documents beside runs on the base mixture, at equal loss."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.equal_loss._shared import METRIC, trunks
from emergence.figures.train_it_yourself._runs import Ways, margins, show_ways
from emergence.figures.train_it_yourself._shared import ABILITIES, AXES, METRICS, SHARE
from emergence.live import Choice, LiveFigure
from emergence.live.palette import BLUE, INK, ORANGE
from emergence.scaling import collapse
from emergence.scaling.traces import load_traces

_MIXTURES = {
    "half the quotations": "half_quotations",
    "twice the quotations": "double_quotations",
    "three quarters text": "more_text",
}
_QUESTIONS = {
    f"{ability}, {name}": (ability, mixture)
    for name, mixture in _MIXTURES.items()
    for ability, (panel, _) in ABILITIES.items()
    if (panel == "instructions") == (mixture == "more_text")
}
_TELLING = "in-context learning, twice the quotations"


class Intervention(NamedTuple):
    """By width: runs on the base mixture and on another, and how far the second lie above the first."""

    base: dict[int, Ways]
    other: dict[int, Ways]
    shifts: dict[int, collapse.MixtureShift]


@cache
def start(question: str, axis: str, metric: str) -> Intervention:
    ability, mixture = _QUESTIONS[question]
    panel, skill = ABILITIES[ability]
    base, other = (trunks(ability, metric, axis, name) for name in ("base", mixture))
    return Intervention(base, other, collapse.mixture_shift(load_traces(panel), skill, mixture, METRICS[metric], axis))


def setup(ways: Axes, shift: Axes) -> SimpleNamespace:
    ways.set(ylim=SHARE)
    shift.set(xlim=(0.4, 2.6), ylim=(-0.62, 0.62), xlabel="width", ylabel="above the base curve")
    shift.set_xticks([1, 2], ["32", "64"])
    shift.axhline(0, color=INK, linewidth=1)
    artists = SimpleNamespace(
        base=ways.plot([], [], color=BLUE, marker="o", markersize=3.5, linewidth=1, label="base mixture")[0],
        other=ways.plot([], [], color=ORANGE, marker="s", markersize=4.5, linewidth=1, label="other mixture")[0],
        seeds=shift.plot([], [], "o", color=BLUE, markersize=7, fillstyle="none", label="base, each seed")[0],
        runs=shift.plot([], [], "s", color=ORANGE, markersize=8, label="other mixture")[0],
    )
    ways.legend(loc="upper left")
    shift.legend(loc="upper left")
    return artists


def draw(artists: SimpleNamespace, ways: Axes, state: Intervention, axis: str, width: str, metric: str) -> None:
    base, other = state.base[int(width)], state.other[int(width)]
    low, high = margins(np.hstack(base + other)[0])
    ways.set(xlim=(high, low), xlabel=AXES[axis], ylabel=metric)
    show_ways(artists.base, base)
    show_ways(artists.other, other)
    for line, aside, name in ((artists.seeds, -0.12, "seeds"), (artists.runs, 0.12, "runs")):
        heights = [getattr(shift, name) for shift in state.shifts.values()]
        places = np.repeat([1 + aside, 2 + aside], [len(height) for height in heights])
        line.set_data(places, np.concatenate(heights))


def sentence(state: Intervention, question: str, axis: str, width: str, metric: str) -> str:
    shift = state.shifts[int(width)]
    beyond = "beyond all" if shift.beyond_seeds else "not beyond all"
    return (
        f"{question.capitalize()}, width {width}: at equal {axis} the {len(shift.runs)} runs lie "
        f"{shift.runs.min():+.3f} to {shift.runs.max():+.3f} from the base curve ({metric}), {beyond} of the "
        f"{len(shift.seeds)} base runs: these lie {shift.seeds.min():+.3f} to {shift.seeds.max():+.3f} from the curve "
        f"of the others."
    )


figure = LiveFigure(
    "Another mixture, the same loss: the same ability?",
    controls=[
        Choice("question", "ability and mixture", options=tuple(_QUESTIONS), value=_TELLING),
        Choice("axis", "against", options=tuple(AXES)[:2], value="loss"),
        Choice("width", "width", options=("32", "64"), value="64"),
        METRIC,
    ],
)
