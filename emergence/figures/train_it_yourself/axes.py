"""An ability of six widths against any axis, and how well each axis predicts a width that it has not seen."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.train_it_yourself._runs import base, margins, show_ways
from emergence.figures.train_it_yourself._shared import ABILITIES, AXES, METRICS, SHARE, WIDTHS
from emergence.live import Choice, LiveFigure, legend_above, name_rows, place
from emergence.live.palette import GREEN, GREY, INK, ORANGE
from emergence.scaling import collapse
from emergence.statistics import Interval

_RATES = {"constant": "constant", "come down to zero": "annealed"}
_LIMITS = {"p": SHARE, "exact": SHARE, "nll": (8, -0.2), "brier": (1.45, -0.03)}
_RIVALS = collapse.AXES + collapse.JOINT[:1]
_LABELS = ("loss", "loss without\nthe skill", "log C", "log D", "log N", "log N and\nlog D")


class Collapse(NamedTuple):
    """One score of one ability under each schedule; for the schedule that is judged, curves and their errors.

    curves: axis -> through the checkpoints of all widths. errors: rival -> root mean square error at a width left out;
    intervals: rival -> 95 per cent of it, for the scores of the shipped table; floor: the spread between seeds, at
    equal loss.
    """

    samples: dict[str, collapse.Sample]
    curves: dict[str, collapse.MonotoneCurve]
    errors: dict[str, float]
    intervals: dict[str, Interval]
    floor: float
    guess: float | None


@cache
def start(ability: str, metric: str, rate: str) -> Collapse:
    (panel, skill), score, schedule = ABILITIES[ability], METRICS[metric], _RATES[rate]
    samples = {name: collapse.make_sample(base(panel), skill, score, name) for name in collapse.SCHEDULES}
    judged = samples[schedule]
    curves = {axis: collapse.isotonic_fit(x, judged.ability, judged.weights()) for axis, x in judged.axes.items()}
    errors = {rival: collapse.leave_one_size_out(judged, rival).rms for rival in _RIVALS}
    table = collapse.collapse_table().get((panel, skill, score, schedule), {})
    intervals = {rival: table["error", rival] for rival in _RIVALS if table}
    guess = base(panel).guess(skill, score) if score in ("p", "exact") else None
    return Collapse(samples, curves, errors, intervals, collapse.seed_noise_floor(judged).rms, guess)


def setup(scores: Axes, errors: Axes) -> SimpleNamespace:
    trunk, ends = {}, {}
    for width, style in WIDTHS.items():
        points = {**style, "linestyle": "none"}
        trunk[width] = scores.plot([], [], **points, markersize=4.5, label=f"{width}")[0]
        ends[width] = scores.plot([], [], **points, markersize=8, fillstyle="none", markeredgewidth=1.4)[0]
    artists = SimpleNamespace(
        points={"constant": trunk, "annealed": ends},
        curve=scores.plot([], [], color=INK, linewidth=1.3, zorder=1)[0],
        guess=scores.axhline(color=GREY, linestyle=":", linewidth=1.3),
        intervals=errors.plot([], [], color=GREY, linewidth=1.5)[0],
        bars=errors.plot([], [], "o", color=GREY, markersize=9)[0],
        chosen=errors.plot([], [], "o", color=ORANGE, markersize=12)[0],
        floor=errors.axvline(color=GREEN, linestyle="--", linewidth=1.5, label="between seeds, at equal loss"),
        labels=[errors.text(1, i, "", ha="right", va="center") for i in range(len(_RIVALS))],
    )
    scores.legend(loc="upper left", title="width", ncols=2, columnspacing=0.6, handletextpad=0.1)
    errors.set(xlim=(0, 1), ylim=(len(_RIVALS) - 0.4, -0.6), xlabel="RMS error at a width left out")
    name_rows(errors, _LABELS)
    legend_above(errors, 1)
    return artists


def draw(
    artists: SimpleNamespace, scores: Axes, errors: Axes, state: Collapse, axis: str, metric: str, rate: str
) -> None:
    score, of_loss = METRICS[metric], axis.startswith("loss")
    # a sample's coordinates rise with training and its scores with skill; a reader sees them as they are
    signs = np.array([[-1 if of_loss else 1], [-1 if score in ("nll", "brier") else 1]])
    for schedule, sample in state.samples.items():
        points, alpha = signs * [sample.axes[axis], sample.ability], 0.8 if schedule == _RATES[rate] else 0.2
        for i, width in enumerate(sample.sizes):
            artists.points[schedule][width].set(data=points[:, sample.size == i], alpha=alpha)
    artists.curve.set_data(*(signs * state.curves[axis]))
    low, high = margins(signs[0] * np.concatenate([sample.axes[axis] for sample in state.samples.values()]))
    scores.set(xlim=(high, low) if of_loss else (low, high), ylim=_LIMITS[score])
    scores.set(xlabel=AXES[axis], ylabel=metric + (" (nats)" if score == "nll" else ""))
    artists.guess.set_visible(state.guess is not None)
    place(artists.guess, y=state.guess or 0)

    widest = 1.35 * max([*state.errors.values(), *(interval.high for interval in state.intervals.values())])
    errors.set_xlim(0, widest)
    artists.bars.set_data(list(state.errors.values()), range(len(_RIVALS)))
    show_ways(artists.intervals, [(own[1:], (i, i)) for i, own in enumerate(state.intervals.values())])
    place(artists.chosen, x=state.errors[axis], y=_RIVALS.index(axis))
    place(artists.floor, x=state.floor)
    for label, error in zip(artists.labels, state.errors.values(), strict=True):
        label.set(text=f"{error:.3f}", x=0.99 * widest)


def sentence(state: Collapse, ability: str, axis: str, metric: str, rate: str) -> str:
    best = min(state.errors, key=state.errors.__getitem__)
    rest = "the smallest of those shown" if best == axis else f"against {state.errors[best]:.3f} along {best}"
    between = "root mean square"
    if state.intervals:
        between += ", 95 per cent interval {:.3f} to {:.3f}".format(*state.intervals[axis][1:])
    schedule = "at a constant learning rate" if rate == "constant" else "where the rate has come down to zero"
    return (
        f"{ability.capitalize()}, {metric}, {schedule}: a curve along {axis} misses a width it has not "
        f"seen by {state.errors[axis]:.3f} ({between}), {rest}; runs of one width differ by "
        f"{state.floor:.3f} at equal loss."
    )


figure = LiveFigure(
    "Which axis makes six sizes one curve?",
    controls=[
        Choice("ability", "ability", options=tuple(ABILITIES), value="in-context learning"),
        Choice("axis", "against", options=tuple(AXES), value="log N"),
        Choice("metric", "scored by", options=tuple(METRICS), value="probability of the right token"),
        Choice("rate", "learning rate", options=tuple(_RATES), value="constant"),
    ],
)
