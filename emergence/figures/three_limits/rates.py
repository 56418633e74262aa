"""One sequence for each of e, π and √2, and how fast their errors fall."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.three_limits._shared import DOUBLE, EXACT, label_errors
from emergence.limits import sequences
from emergence.live import Choice, Grip, LiveFigure, Slider, Toggle, in_words, place, positive
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PURPLE

_STYLE = {"e": (BLUE, "-", "o"), "π": (ORANGE, "--", "s"), "√2": (PURPLE, "-.", "^")}
_BY_FORMULA = {sequence.formula: name for name, sequence in sequences.SEQUENCES.items()}
_READ, _MOST = 60, 1000  # indices up to which the reader can read errors off, and up to which they are drawn
_N = np.arange(1, _MOST + 1)


class Course(NamedTuple):
    """A sequence and, for n = 1 … 1000, the sizes of its errors, of their leading terms and of its round-off."""

    sequence: sequences.LimitSequence
    errors: np.ndarray
    leading: np.ndarray
    round_off: np.ndarray


@cache
def course(formula: str, arithmetic: str) -> Course:
    """In exact arithmetic errors end when they are below 1e-40; 0 stands for what follows."""
    name = _BY_FORMULA[formula]
    exact = sequences.errors(name, _MOST)
    leading = sequences.leading_error(name, _N[: len(exact)])
    exact, leading = (np.pad(sizes, (0, _MOST - len(sizes))) for sizes in (exact, leading))
    errors = exact if arithmetic == EXACT else sequences.double_errors(name, _MOST)
    return Course(sequences.SEQUENCES[name], np.abs(errors), np.abs(leading), np.abs(errors - exact))


def start(e_by: str, pi_by: str, root_by: str, arithmetic: str) -> dict[str, Course]:
    formulas = {"e": e_by, "π": pi_by, "√2": root_by}
    return {limit: course(formula, arithmetic) for limit, formula in formulas.items()}


def setup(against_n: Axes, against_log: Axes) -> SimpleNamespace:
    label_errors(against_n, against_log)
    against_n.set(xlim=(0, _READ), ylim=(1e-32, 30), title="straight here: exponential")
    against_log.set(xlim=(1, _MOST), ylim=(1e-32, 30), title="straight here: power law")
    artists = SimpleNamespace(curves={}, leading={}, round_off={}, here={})
    for ax in (against_n, against_log):
        for limit, (colour, line, marker) in _STYLE.items():
            key = ax, limit
            artists.curves[key] = ax.plot([], [], line, color=colour, marker=marker, markersize=5, label=limit)[0]
            artists.leading[key] = ax.plot([], [], ":", color=INK, linewidth=1.2)[0]
            artists.round_off[key] = ax.plot([], [], color=colour, linewidth=0.8, alpha=0.6)[0]
            artists.here[key] = ax.plot([], [], marker, color=colour, markersize=10)[0]
    artists.cursors = [ax.axvline(color=GREY, linewidth=1) for ax in (against_n, against_log)]
    against_log.legend(loc="lower left")
    return artists


def draw(artists: SimpleNamespace, against_n: Axes, state: dict[str, Course], n: int, leading: bool) -> None:
    for cursor in artists.cursors:
        place(cursor, x=n)
    for (ax, limit), curve in artists.curves.items():
        course, most = state[limit], _READ if ax is against_n else _MOST
        last = min(np.count_nonzero(course.errors), most)
        # a thousand points need not be drawn one by one, and each curve has room for about twenty markers
        index = _N[:last] if ax is against_n else np.unique(np.geomspace(1, last, 80).astype(int))
        curve.set_data(index, course.errors[index - 1])
        curve.set_markevery(max(len(index) // 20, 1))
        predicted = course.leading if leading else np.zeros(0)
        for thin, sizes in ((artists.leading, predicted), (artists.round_off, course.round_off)):
            sizes = np.trim_zeros(sizes[:most], "b")
            thin[ax, limit].set_data(_N[: len(sizes)], positive(sizes))
        place(artists.here[ax, limit], x=n, y=positive(course.errors)[n - 1])


def sentence(state: dict[str, Course], n: int, arithmetic: str) -> str:
    parts = []
    for limit, (sequence, errors, _, round_off) in state.items():
        error = in_words(float(errors[n - 1])) if errors[n - 1] else "less than 10⁻⁴⁰"
        text = f"{limit} by {sequence.formula}: {error} ({sequence.law}"
        if arithmetic == DOUBLE:
            text += f", of which round-off {in_words(float(round_off[n - 1]), 2)}"
        parts.append(text + ")")
    how = "in exact arithmetic" if arithmetic == EXACT else "in double precision"
    return f"Errors at n = {n} {how}. " + "; ".join(parts) + "."


def ways_to(limit: str) -> tuple[str, ...]:
    return tuple(sequence.formula for sequence in sequences.SEQUENCES.values() if sequence.limit == limit)


figure = LiveFigure(
    "Three limits: how fast are they reached?",
    controls=[
        Choice("e_by", "e by", options=ways_to("e"), value="Σ 1/k!"),
        Choice("pi_by", "π by", options=ways_to("π"), value="4 Σ (−1)ᵏ/(2k+1)"),
        Choice("root_by", "√2 by", options=ways_to("√2"), value="1 + 1/(1 + x)"),
        Slider("n", "read at index n", low=1, high=_READ, value=10, scale="integer", grip=Grip("cursors", "x")),
        Choice("arithmetic", "arithmetic", options=(EXACT, DOUBLE), value=EXACT),
        Toggle("leading", "show the predicted errors", value=False, affects="picture"),
    ],
)
