"""The same checkpoints under five scores, and over how much loss each of them rises."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.train_it_yourself._runs import base
from emergence.figures.train_it_yourself._shared import ABILITIES, AXES, SHARE
from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE
from emergence.scaling import collapse, mirage

_OFFERED = ("trained pairs", "held-out pairs", "sums, steps written", "instructions, ranks 1–8")
_AXES = {"loss": "loss", "training tokens": "log D"}
_LONGEST = 30
_CHANCE = 0.1
_TENS = {"loss": "nats", "training tokens": "decades"}


class Scores(NamedTuple):
    """Axis, p and exact match of the checkpoints; mean width of p^K for K = 1, 2, …, and of the measured scores."""

    x: np.ndarray
    p: np.ndarray
    exact: np.ndarray
    widths: np.ndarray
    passed: np.ndarray
    measured: dict[str, float]
    tokens: int


def _drawn(width: np.ndarray | float) -> np.ndarray:
    """Widths as they are drawn: those that two runs do not have have no place."""
    return np.where(np.isfinite(width), width, np.nan)


def _mean(widths: np.ndarray) -> float:
    return float(widths.mean()) if len(widths) > 1 else np.inf


@cache
def start(ability: str, axis: str) -> Scores:
    """The scores on the trunks of all widths; means over the runs that pass both levels, where two or more do."""
    panel, skill = ABILITIES[ability]
    traces, along = base(panel), _AXES[axis]
    trunks = collapse.judged(traces)
    curves = mirage.run_curves(collapse.make_sample(traces, skill, "p"), along)
    widths = [mirage.rises(curves, _CHANCE, 1, power) for power in range(1, _LONGEST + 1)]
    ends = {"exact": (traces.guess(skill, "exact"), 1), "nll": (-np.log(10), 0), "brier": (_CHANCE - 1, 0)}
    measured = {
        name: _mean(mirage.rises(mirage.run_curves(collapse.make_sample(traces, skill, name), along), *end))
        for name, end in ends.items()
    }
    x = -collapse.axis_coordinates(trunks, along, skill) if axis == "loss" else np.log10(trunks.tokens)
    return Scores(
        x, trunks.metric(skill, "p"), trunks.metric(skill, "exact"), np.array([_mean(w) for w in widths]),
        np.array([len(w) for w in widths]), measured, traces.answer_tokens[skill],
    )  # fmt: skip


def setup(scores: Axes, width: Axes) -> SimpleNamespace:
    scores.set(xlim=(2.6, 1.5), ylim=SHARE, xlabel=AXES["loss"], ylabel="score")
    width.set(xlim=(0, _LONGEST + 1), ylim=(0, 0.8), xlabel="tokens K", ylabel="width of the rise (nats)")
    artists = SimpleNamespace(
        p=scores.plot([], [], "o", color=BLUE, markersize=3, label="p")[0],
        power=scores.plot([], [], "^", color=ORANGE, markersize=3, label="$p^K$")[0],
        curve=width.plot([], [], color=ORANGE, label="$p^K$")[0],
        exact=width.plot([], [], "s", color=PURPLE, markersize=8, label="whole answer")[0],
        nll=width.plot([], [], "--", color=GREEN, label="$\\ln p$")[0],
        brier=width.plot([], [], ":", color=GREY, label="Brier")[0],
        here=width.axvline(5, color=INK, linewidth=1.6),
    )
    legend_above(scores, 2)
    legend_above(width, 4)
    return artists


def draw(artists: SimpleNamespace, state: Scores, axis: str, tokens: int, scores: Axes, width: Axes) -> None:
    scores.set(xlim=(2.6, 1.5) if axis == "loss" else (5.2, 6.6), xlabel=AXES[_AXES[axis]])
    width.set(ylabel=f"width of the rise ({_TENS[axis]})")
    artists.p.set_data(state.x, state.p)
    artists.power.set_data(state.x, state.p**tokens)
    artists.curve.set_data(np.arange(1, _LONGEST + 1), _drawn(state.widths))
    artists.exact.set_data([state.tokens], [float(_drawn(state.measured["exact"]))])
    for name in ("nll", "brier"):
        getattr(artists, name).set_data([0, _LONGEST + 1], [float(_drawn(state.measured[name]))] * 2)
    place(artists.here, x=tokens)


def _said(width: float, unit: str) -> str:
    return f"{width:.3f} {unit}" if np.isfinite(width) else "never in two runs"


def sentence(state: Scores, ability: str, axis: str, tokens: int) -> str:
    unit = _TENS[axis]
    return (
        f"{ability.capitalize()}, from a tenth to nine tenths of the rise: p takes {_said(state.widths[0], unit)} "
        f"({state.passed[0]} runs pass both), p to the power {tokens} {_said(state.widths[tokens - 1], unit)} "
        f"({state.passed[tokens - 1]} runs), the whole answer {_said(state.measured['exact'], unit)}, the log "
        f"likelihood {_said(state.measured['nll'], unit)} and the Brier score {_said(state.measured['brier'], unit)}."
    )


figure = LiveFigure(
    "Is the jump in the model or in the score?",
    sketch="scores",
    controls=[
        Slider(
            "tokens", "tokens K of a longer answer", low=1, high=_LONGEST, value=5, scale="integer",
            grip=Grip("here", "x"),
        ),
        Choice("ability", "ability", options=_OFFERED, value="trained pairs"),
        Choice("axis", "along", options=tuple(_AXES), value="loss"),
    ],
)  # fmt: skip
