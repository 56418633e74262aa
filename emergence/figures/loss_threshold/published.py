"""Accuracy of published models against one quantity, and how well each quantity predicts it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, LiveFigure, legend_above, name_rows, place
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE
from emergence.scaling import laws

_IN_SAMPLE, _LEAVE_ONE_OUT, _OUT_OF_FAMILY = "fitted to all", "each left out in turn", "Pythia predicts Cerebras-GPT"
_FAMILIES = {"Cerebras-GPT": (BLUE, "o"), "Pythia": (ORANGE, "s"), "GPT-J": (PURPLE, "^"), "GPT-NeoX": (GREEN, "D")}
_JOINT = "joint (log N, log D)"
_LABELS = {
    "loss": "Pile test loss (nats per token)",
    "log N": "log₁₀ of parameters N",
    "log D": "log₁₀ of tokens D",
    "log 6ND": "log₁₀ of compute 6ND (FLOP)",
    "predicted loss": "loss predicted from N and D (nats per token)",
    _JOINT: "accuracy fitted from log N and log D",
}


class Comparison(NamedTuple):
    """Where the models lie on the chosen axis, with the curve fitted there, and for each axis that can be tested
    its RMS error of accuracy and over how many models."""

    x: np.ndarray
    curve: tuple[np.ndarray, np.ndarray]
    errors: dict[str, tuple[float, int]]


def start(axis: str, test: str) -> Comparison:
    table = laws.published_table()
    # every Pythia model saw the same tokens, so that family alone says nothing about the data axis
    testable = [a for a in laws.AXES if test != _OUT_OF_FAMILY or a not in ("log D", _JOINT)]
    errors = {a: _error(table, a, test) for a in testable}
    fitted_to = table.family_rows("Pythia") if test == _OUT_OF_FAMILY and axis in errors else table
    fit = laws.fit_accuracy(fitted_to, axis)
    if axis == _JOINT:
        return Comparison(fit.fitted, (np.array([0.25, 0.65]),) * 2, errors)
    inside = laws.axis_coordinates(fitted_to, axis)
    grid = np.linspace(inside.min(), inside.max(), 120)
    return Comparison(laws.axis_coordinates(table, axis), (grid, fit.predict(grid)), errors)


def _error(table: laws.PublishedTable, axis: str, test: str) -> tuple[float, int]:
    """RMS error of accuracy, and over how many models."""
    if test == _OUT_OF_FAMILY:
        prediction = laws.out_of_family(table, axis)
        return prediction.rms, prediction.n
    fit = laws.fit_accuracy(table, axis)
    return (fit.rms if test == _IN_SAMPLE else fit.loo_rms), len(table)


def setup(scatter: Axes, errors: Axes) -> SimpleNamespace:
    scatter.set(ylim=(0.28, 0.62), ylabel="accuracy, mean of 7 tasks")
    points = {f: scatter.plot([], [], m, color=c, markersize=7, label=f)[0] for f, (c, m) in _FAMILIES.items()}
    legend_above(scatter, 2)
    places = range(len(laws.AXES))
    errors.set(xscale="log", xlim=(0.001, 20), ylim=(len(laws.AXES) - 0.4, -0.75), xlabel="RMS error of accuracy")
    name_rows(errors, [axis.removeprefix("joint ").strip("()") for axis in laws.AXES])
    return SimpleNamespace(
        points=points,
        curve=scatter.plot([], [], color=INK, linewidth=1.3, zorder=1)[0],
        others=errors.plot([], [], "o", color=GREY, markersize=9)[0],
        chosen=errors.plot([], [], "o", color=ORANGE, markersize=12)[0],
        labels=[errors.text(18, i, "", ha="right", va="center") for i in places],
    )


def draw(artists: SimpleNamespace, scatter: Axes, state: Comparison, axis: str) -> None:
    margin = 0.06 * np.ptp(state.x)
    low, high = state.x.min() - margin, state.x.max() + margin
    scatter.set(xlim=(high, low) if axis.endswith("loss") else (low, high), xlabel=_LABELS[axis])
    table = laws.published_table()
    for family, line in artists.points.items():
        rows = table.family == family
        line.set_data(state.x[rows], table.accuracy[rows])
    artists.curve.set_data(*state.curve)
    points = {a: (error, laws.AXES.index(a)) for a, (error, _) in state.errors.items()}
    artists.others.set_data(*np.transpose(list(points.values())))
    error, height = points.get(axis, (np.nan, np.nan))
    place(artists.chosen, x=error, y=height)
    for a, label in zip(laws.AXES, artists.labels, strict=True):
        label.set_text("{:.4f} (n = {})".format(*state.errors[a]) if a in state.errors else "cannot be tested")


def sentence(state: Comparison, axis: str, test: str) -> str:
    if axis not in state.errors:
        return f"Quadratic in {axis}, {test}: not possible, all Pythia models were trained on the same 3e11 tokens."
    error, n = state.errors[axis]
    best = min(state.errors, key=lambda a: state.errors[a][0])
    comparison = "the smallest of all axes" if best == axis else f"against {state.errors[best][0]:.4f} for {best}"
    if test == _OUT_OF_FAMILY:
        comparison += " (each axis on the models inside Pythia's range)"
    return f"Quadratic in {axis}, {test}: RMS error of accuracy {error:.4f} on {n} models, {comparison}."


figure = LiveFigure(
    "Which number predicts the ability of published models?",
    controls=[
        Choice("axis", "accuracy against", options=laws.AXES, value="loss"),
        Choice("test", "models", options=(_IN_SAMPLE, _LEAVE_ONE_OUT, _OUT_OF_FAMILY), value=_IN_SAMPLE),
    ],
)
