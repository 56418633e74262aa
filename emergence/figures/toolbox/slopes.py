"""Two curves on three kinds of axes, and the slope between two points that are dragged along them."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place
from emergence.live.palette import BLUE, GREY, ORANGE, PURPLE
from emergence.toolbox import curves

_X = np.geomspace(1, 1000, 241)
_TICKS = [0.1, 0.2, 0.5, 1, 2]
_SHIFTED, _EXPONENTIAL = "power law plus c", "exponential"
_AXES = {"both logarithmic": ("log", "log"), "only y logarithmic": ("linear", "log"), "both linear": ("linear",) * 2}
_LEAST, _LOW = 1e-3, 0.03  # of what is drawn, and the end of the axis, where points that lie below it stay


class Line(NamedTuple):
    """The curve and its slope on log-log axes at _X; low < high with the slope between them, and the distance."""

    y: np.ndarray
    slopes: np.ndarray
    low: float
    high: float
    ends: np.ndarray
    slope: float
    distance: float


def _curve(kind: str, exponent: float, offset: float) -> tuple[Callable, Callable]:
    if kind == _EXPONENTIAL:
        scale = 100 / exponent  # the slope at x = 100 is that of the power law
        return lambda x: curves.exponential(x, scale), lambda x: curves.exponential_slope(x, scale)
    return lambda x: curves.shifted_power(x, exponent, offset), lambda x: curves.shifted_power_slope(
        x, exponent, offset
    )


def start(first: float, second: float, exponent: float, offset: float, kind: str) -> Line:
    curve, slope = _curve(kind, exponent, offset)
    low, high = sorted((first, second))
    high = max(high, low * 1.01)  # two points that meet are a tangent
    ends = curve(np.array([low, high]))
    between = curves.slope_between(curve, low, high)
    distance = math.expm1(curves.distance_from_power_law(curve, low, high))
    return Line(curve(_X), slope(_X), low, high, ends, between, distance)


def setup(curve: Axes, slope: Axes) -> SimpleNamespace:
    curve.set(xlim=(1, 1000), ylim=(_LOW, 3), xscale="log", yscale="log", xlabel="x", ylabel="y")
    slope.set(xlim=(1, 1000), ylim=(-1.05, 0.03), xscale="log", xlabel="x", ylabel="slope on log–log axes")
    artists = SimpleNamespace(
        curve=curve.plot([], [], color=BLUE, label="curve")[0],
        straight=curve.plot([], [], "--", color=ORANGE, label="power law through both")[0],
        first=curve.plot([], [], "D", color=ORANGE, markersize=9, clip_on=False)[0],
        second=curve.plot([], [], "D", color=ORANGE, markersize=9, clip_on=False)[0],
        slopes=slope.plot([], [], color=BLUE, label="at x")[0],
        between=slope.plot([], [], "--", color=ORANGE, label="between")[0],
        exponent=slope.axhline(color=PURPLE, linestyle=":", linewidth=1.6, label="−α"),
        zero=slope.axhline(0, color=GREY, linewidth=1),
    )
    legend_above(curve, 2)
    legend_above(slope, 3)
    return artists


def draw(
    artists: SimpleNamespace, curve: Axes, state: Line, first: float, second: float, exponent: float, axes: str
) -> None:
    x_scale, y_scale = _AXES[axes]
    curve.set(xscale=x_scale, yscale=y_scale, xlim=(1, 1000), ylim=(_LOW, 3) if y_scale == "log" else (0, 3))
    artists.curve.set_data(_X, np.where(state.y > _LEAST, state.y, np.nan))
    x = np.geomspace(state.low, state.high, 61)
    artists.straight.set_data(x, np.maximum(state.ends[0] * (x / state.low) ** state.slope, _LEAST))
    at = {state.low: state.ends[0], state.high: state.ends[1]}
    for point, value in ((artists.first, first), (artists.second, second)):
        place(point, x=value, y=max(at.get(value, state.ends[1]), _LOW))
    artists.slopes.set_data(_X, np.maximum(state.slopes, -20))
    artists.between.set_data([state.low, state.high], [max(state.slope, -20)] * 2)
    place(artists.exponent, y=-exponent)


def sentence(state: Line, first: float, second: float, exponent: float, offset: float, kind: str) -> str:
    name = {
        _SHIFTED: f"Power law with exponent {exponent:.2f} plus c = {offset:.2f}",
        _EXPONENTIAL: f"Exponential with slope {-exponent:.2f} at x = 100",
    }[kind]
    off = 100 * state.distance + 1e-9
    if first == second:
        return f"{name}: both points are at x = {in_words(state.low)}, with slope {state.slope:.3f} on log–log axes."
    return (
        f"{name}: from x = {in_words(state.low)} to {in_words(state.high)} the slope on log–log axes is "
        f"{state.slope:.3f}, and the power law through both points is off by at most {in_words(off, 2)} % between them."
        if off >= 0.005
        else f"{name}: from x = {in_words(state.low)} to {in_words(state.high)} the slope on log–log axes is "
        f"{state.slope:.3f}, and the power law through both points is the curve itself."
    )


figure = LiveFigure(
    "Straight on logarithmic axes: is it a power law?",
    sketch="curve",
    controls=[
        Slider("first", "first point x", low=1, high=1000, value=10.0, step=0.05, scale="log", grip=Grip("first", "x")),
        Slider(
            "second", "second point x", low=1, high=1000, value=100.0, step=0.05, scale="log", grip=Grip("second", "x")
        ),
        Slider("exponent", "exponent α", low=0.1, high=1, value=0.5),
        Slider("offset", "c of the power law", low=0, high=1, value=0.3),
        Choice("axes", "axes", options=tuple(_AXES), value="both logarithmic", affects="picture"),
        Choice("kind", "curve", options=(_SHIFTED, _EXPONENTIAL), value=_SHIFTED),
    ],
)
