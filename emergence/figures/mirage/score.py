"""The same checkpoints under six scores, over how much loss each of them rises, and whether size makes that less."""

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
from emergence.statistics import Interval

_OFFERED = (
    "trained pairs", "held-out pairs", "sums, steps written", "instructions, ranks 1–8", "instructions, ranks 9–16",
)  # fmt: skip
_AXES = {"loss": "loss", "training tokens": "log D"}
_LONGEST = 30
_CHANCE = 0.1
_WIDEST = {"loss": 0.5, "training tokens": 0.9}
_TENS = {"loss": "nats", "training tokens": "decades"}
_SIZES = (3.8, 5.5)
_LONG, _WIDE = "answer length", "model size"
_SHIFTS = {"p": -0.04, "exact": 0.04, "power": 0.0}  # runs of one size and several scores stand side by side


class Scores(NamedTuple):
    """Axis, p and exact match of the checkpoints, and of each run the widths of the rises.

    powers: of p^K for K = 1, 2, …, shape (K, runs), inf where a run misses a level; measured: of the measured scores,
    each of shape (runs,); trends: what a factor of ten in size adds to those of p and of the exact match.
    """

    x: np.ndarray
    p: np.ndarray
    exact: np.ndarray
    parameters: np.ndarray
    powers: np.ndarray
    measured: dict[str, np.ndarray]
    trends: dict[str, Interval]
    tokens: int


def _drawn(width: np.ndarray | float) -> np.ndarray:
    """Widths as they are drawn: those that a run, or two of them, do not have have no place."""
    return np.where(np.isfinite(width), width, np.nan)


def _mean(widths: np.ndarray) -> float:
    passed = widths[np.isfinite(widths)]
    return float(passed.mean()) if len(passed) > 1 else np.inf


@cache
def start(ability: str, axis: str) -> Scores:
    """The scores on the trunks of all widths, and the rises of their runs."""
    panel, skill = ABILITIES[ability]
    traces, along = base(panel), _AXES[axis]
    trunks = collapse.judged(traces)
    sample = collapse.make_sample(traces, skill, "p")
    curves = mirage.run_curves(sample, along)
    powers = np.array([mirage.each_rise(curves, _CHANCE, 1, power) for power in range(1, _LONGEST + 1)])
    ends = {"exact": (traces.guess(skill, "exact"), 1), "nll": (-np.log(10), 0), "brier": (_CHANCE - 1, 0)}
    measured = {"p": powers[0]} | {
        name: mirage.each_rise(mirage.run_curves(collapse.make_sample(traces, skill, name), along), *end)
        for name, end in ends.items()
    }
    parameters = mirage.run_parameters(sample)
    trends = {name: mirage.size_trend(parameters, measured[name]) for name in ("p", "exact")}
    x = -collapse.axis_coordinates(trunks, along, skill) if axis == "loss" else np.log10(trunks.tokens)
    return Scores(
        x, trunks.metric(skill, "p"), trunks.metric(skill, "exact"), parameters, powers, measured, trends,
        traces.answer_tokens[skill],
    )  # fmt: skip


def setup(scores: Axes, width: Axes) -> SimpleNamespace:
    scores.set(xlim=(2.6, 1.5), ylim=SHARE, xlabel=AXES["loss"], ylabel="score")
    width.set(xlim=(0, _LONGEST + 1), ylim=(0, _WIDEST["loss"]), xlabel="tokens K", ylabel="width of the rise (nats)")
    runs = {"linestyle": "none", "markersize": 5, "alpha": 0.8}
    artists = SimpleNamespace(
        p=scores.plot([], [], "o", color=BLUE, markersize=3, label="p")[0],
        power=scores.plot([], [], "^", color=ORANGE, markersize=3, label="$p^K$")[0],
        wrong=scores.plot([], [], "v", color=BLUE, markersize=3, label="wrong tokens")[0],
        lines={
            "power": width.plot([], [], color=ORANGE, label="$p^K$")[0],
            "exact": width.plot([], [], color=PURPLE)[0],
            "p": width.plot([], [], "-.", color=BLUE, label="p, edit distance")[0],
            "nll": width.plot([], [], "--", color=GREEN, label="$\\ln p$")[0],
            "brier": width.plot([], [], ":", color=GREY, label="Brier")[0],
        },
        answer=width.plot([], [], "s", color=PURPLE, markersize=8, label="whole answer")[0],
        runs={
            "power": width.plot([], [], marker="^", color=ORANGE, **runs)[0],
            "exact": width.plot([], [], marker="s", color=PURPLE, **runs)[0],
            "p": width.plot([], [], marker="o", color=BLUE, **runs)[0],
        },
        here=width.axvline(5, color=INK, linewidth=1.6),
    )
    legend_above(scores, 3)
    legend_above(width, 3, beside=[scores])
    return artists


def _line(parameters: np.ndarray, widths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The straight line of least squares of the runs' widths in the logarithm of size, between the ends of the runs."""
    passed = np.isfinite(widths)
    size = np.log10(parameters[passed])
    if len(np.unique(size)) < 2:
        return np.array([]), np.array([])
    ends = np.array([size.min(), size.max()])
    return ends, np.polyval(np.polyfit(size, widths[passed], 1), ends)


def draw(
    artists: SimpleNamespace, state: Scores, axis: str, tokens: int, scored: str, beside: str, scores: Axes, width: Axes
) -> None:
    distance = scored == "edit distance"
    scores.set(xlim=(2.6, 1.5) if axis == "loss" else (5.2, 6.6), xlabel=AXES[_AXES[axis]])
    scores.set(ylim=np.array(SHARE) * (tokens if distance else 1), ylabel="wrong tokens of K" if distance else "score")
    hidden = np.full_like(state.p, np.nan)
    artists.p.set_data(state.x, hidden if distance else state.p)
    artists.power.set_data(state.x, hidden if distance else state.p**tokens)
    artists.wrong.set_data(state.x, mirage.wrong_tokens(state.p, tokens) if distance else hidden)
    shown = state.measured | {"power": state.powers[tokens - 1]}
    if beside == _LONG:
        width.set(xlim=(0, _LONGEST + 1), xlabel="tokens K")
        artists.lines["power"].set_data(np.arange(1, _LONGEST + 1), _drawn(np.array([_mean(w) for w in state.powers])))
        artists.lines["exact"].set_data([], [])
        artists.answer.set_data([state.tokens], [float(_drawn(_mean(state.measured["exact"])))])
        for name in ("p", "nll", "brier"):
            artists.lines[name].set_data([0, _LONGEST + 1], [float(_drawn(_mean(state.measured[name])))] * 2)
        for points in artists.runs.values():
            points.set_data([], [])
        place(artists.here, x=tokens)
    else:
        width.set(xlim=_SIZES, xlabel=AXES["log N"])
        for name, line in artists.lines.items():
            line.set_data(*_line(state.parameters, shown[name]))
        artists.answer.set_data([], [])
        for name, points in artists.runs.items():
            points.set_data(np.log10(state.parameters) + _SHIFTS[name], _drawn(shown[name]))
        place(artists.here, x=np.nan)
    width.set(ylim=(0, _WIDEST[axis]), ylabel=f"width of the rise ({_TENS[axis]})")


def _said(width: float, unit: str) -> str:
    return f"{width:.3f} {unit}" if np.isfinite(width) else "never in two runs"


def _power(tokens: int, width: float, passed: int, unit: str) -> str:
    if passed < 2:
        return f"p^{tokens} passes both in {'one run only' if passed else 'no run'}"
    return f"p^{tokens} takes {_said(width, unit)} ({passed} runs)"


def _grows(trend: Interval) -> str:
    return f"{trend.estimate:+.3f} (95 per cent interval {trend.low:+.3f} to {trend.high:+.3f})"


def sentence(state: Scores, ability: str, axis: str, tokens: int, scored: str, beside: str) -> str:
    unit = _TENS[axis]
    widths = [_mean(w) for w in state.powers]
    passed = np.isfinite(state.powers).sum(axis=1)
    exact, nll, brier = (_mean(state.measured[name]) for name in ("exact", "nll", "brier"))
    said = (
        f"{ability.capitalize()}, from a tenth to nine tenths of the rise: p takes {_said(widths[0], unit)} "
        f"({passed[0]} runs pass both levels), the whole answer {_said(exact, unit)}, the log likelihood "
        f"{_said(nll, unit)} and the Brier score {_said(brier, unit)}; "
        f"{_power(tokens, widths[tokens - 1], passed[tokens - 1], unit)}."
    )
    if scored == "edit distance":
        most, least = (float(mirage.wrong_tokens(p, tokens)) for p in (state.p.min(), state.p.max()))
        said += f" Of {tokens} tokens {most:.2f} to {least:.2f} are wrong on average, over the width that p takes."
    if beside == _WIDE:
        said += (
            f" A tenfold size adds {_grows(state.trends['p'])} {unit} to the width of p and "
            f"{_grows(state.trends['exact'])} {unit} to that of the whole answer."
        )
    return said


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
        Choice("scored", "scored by", options=("whole answer", "edit distance"), value="whole answer"),
        Choice("beside", "width against", options=(_LONG, _WIDE), value=_LONG),
    ],
)  # fmt: skip
