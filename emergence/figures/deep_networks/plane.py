"""A point of the plane of weight and bias variance, and two inputs on their way through networks of that point."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.deep_networks._shared import (
    BIAS_LABEL,
    DEPTH_LABEL,
    WEIGHT_LABEL,
    draw_errors,
    mean_and_error,
)
from emergence.live import Grip, LiveFigure, Slider, place
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE
from emergence.operators import mean_field as mf

_DEPTH, _COPIES = 30, 12
_L = np.arange(_DEPTH + 1)
_AT = np.arange(0, _DEPTH + 1, 3)
_BIASES = 0.4 * np.linspace(0, 1, 41) ** 2
_LINE = mf.critical_weight(_BIASES)[0]


class Point(NamedTuple):
    """Correlations at depths 0 ... 30, infinitely wide (31,) and in each network (31, 12); chi_1, and the limit."""

    infinite: np.ndarray
    finite: np.ndarray
    chi: float
    limit: float


def start(weight: float, bias: float, width: int, correlation: float, rng: np.random.Generator) -> Point:
    infinite = 1 - mf.plain(weight, bias, _DEPTH, d=1 - correlation).d
    finite = 1 - mf.finite_plain(width, weight, bias, _DEPTH, _COPIES, rng, d=1 - correlation).d
    return Point(infinite, finite, float(mf.chi(weight, bias)), 1 - float(mf.fixed_difference(weight, bias)))


def setup(plane: Axes, inputs: Axes) -> SimpleNamespace:
    plane.set(xlim=(0, 0.4), ylim=(0.4, 4.5), yticks=[1, 2, 3], xlabel=BIAS_LABEL, ylabel=WEIGHT_LABEL)
    plane.plot(_BIASES, _LINE, "-", color=INK, label="$\\chi_1 = 1$")
    plane.text(0.03, 3.3, "chaos", color=INK, fontsize=13)
    plane.text(0.32, 0.5, "order", color=INK, fontsize=13)
    inputs.set(
        xlim=(0, _DEPTH),
        ylim=(-1.75, 1.05),
        yticks=[-1, -0.5, 0, 0.5, 1],
        xlabel=DEPTH_LABEL,
        ylabel="correlation of the two inputs",
    )
    artists = SimpleNamespace(
        point=plane.plot([], [], "o", color=ORANGE, markersize=11, label="this network")[0],
        fan=[inputs.plot([], [], color=GREY, linewidth=0.7)[0] for _ in range(_COPIES)],
        infinite=inputs.plot([], [], "-", color=BLUE, label="infinite width")[0],
        limit=inputs.plot([], [], ":", color=GREEN, label="its limit")[0],
        means=inputs.plot([], [], "o", color=INK, markersize=5, label="mean of 12")[0],
        errors=[inputs.plot([], [], color=INK, linewidth=1.5)[0] for _ in _AT],
    )
    artists.fan[0].set_label("12 networks")
    plane.legend(loc="upper center", ncols=2)
    inputs.legend(loc="lower left", ncols=2)
    return artists


def draw(artists: SimpleNamespace, state: Point, weight: float, bias: float) -> None:
    place(artists.point, x=bias, y=weight)
    for line, correlations in zip(artists.fan, state.finite.T, strict=True):
        line.set_data(_L, correlations)
    artists.infinite.set_data(_L, state.infinite)
    artists.limit.set_data([0, _DEPTH], [state.limit] * 2)
    mean, error = mean_and_error(state.finite[_AT])
    artists.means.set_data(_AT, mean)
    draw_errors(artists.errors, _AT, mean - 2 * error, mean + 2 * error)


def sentence(state: Point, weight: float, bias: float, width: int) -> str:
    mean, error = mean_and_error(state.finite[-1])
    phase = "order" if state.chi < 1 else "chaos"
    return (
        f"σ_w² = {weight:.2f}, σ_b² = {bias:.3f}: χ₁ = {state.chi:.3f}, {phase}; at infinite width the correlation "
        "tends "
        f"to {state.limit:.3f} and is {state.infinite[-1]:.3f} after {_DEPTH} layers. In {_COPIES} networks of width "
        f"{width} it is {mean:.3f} ± {error:.3f} (standard error)."
    )


figure = LiveFigure(
    "Do two inputs meet or part?",
    sketch="inputs",
    controls=[
        Slider("weight", "σ_w²", low=0.5, high=3.5, value=3.0, step=0.01, grip=Grip("point", "y")),
        Slider("bias", "σ_b²", low=0.002, high=0.4, value=0.05, step=0.002, format=".3f", grip=Grip("point", "x")),
        Slider("width", "width n", low=8, high=128, value=64, scale="integer"),
        Slider("correlation", "correlation at the input", low=0, high=0.98, value=0.94, step=0.02),
    ],
)
