"""Curves f_N that all have a limit: one limit jumps, one has a kink, one is smooth."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.limits import joint_limits as limits
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, place
from emergence.live.palette import BLUE, GREY, ORANGE

_T = np.linspace(-2, 2, 801)
_N = np.geomspace(1, 1000, 40)
_CURVES = {"tanh(N t)": "jump", "√(t² + 1/N²)": "kink", "tanh(t) + 1/N": "smooth"}


def start(size: float, curve: str) -> np.ndarray:
    return limits.finite_curve(_T, size, _CURVES[curve])


def setup(function: Axes, sharpness: Axes) -> SimpleNamespace:
    function.set(xlim=(-2, 2), ylim=(-1.3, 3.2), xlabel="control t", ylabel="$f_N(t)$")
    sharpness.set(xscale="log", yscale="log", xlim=(1, 1000), ylim=(0.1, 1e7), xlabel="size N")
    sharpness.set_ylabel("largest |second derivative|")
    artists = SimpleNamespace(
        limit=function.plot([], [], "--", color=ORANGE, label="limit")[0],
        curve=function.plot([], [], color=BLUE, label="at size N")[0],
        law=sharpness.plot([], [], color=BLUE)[0],
        now=sharpness.axvline(color=GREY, linewidth=1.2),
    )
    function.legend(loc="upper left", ncols=2)
    return artists


def draw(artists: SimpleNamespace, state: np.ndarray, size: float, curve: str) -> None:
    artists.curve.set_data(_T, state)
    artists.limit.set_data(_T, limits.limit_curve(_T, _CURVES[curve]))
    artists.law.set_data(_N, limits.largest_curvature(_N, _CURVES[curve]))
    place(artists.now, x=size)


def sentence(state: np.ndarray, size: float, curve: str) -> str:
    kind = _CURVES[curve]
    says = {"jump": "jumps at t = 0", "kink": "has a kink at t = 0", "smooth": "is analytic: no transition"}[kind]
    distance = float(np.abs(state - limits.limit_curve(_T, kind))[np.abs(_T) >= 0.1 - 1e-9].max())
    near = f"within {in_words(distance, 2)}" if distance > 1e-9 else "within 10⁻⁹"
    return (
        f"{curve} at N = {in_words(size)}: from |t| = 0.1 on it is {near} of its limit. "
        f"Its second derivative reaches {in_words(float(limits.largest_curvature(size, kind)))}, and the limit {says}."
    )


figure = LiveFigure(
    "Every curve has a limit. Which limit has a transition?",
    controls=[
        Slider("size", "size N", low=1, high=1000, value=10, scale="log", step=0.05, grip=Grip("now", "x")),
        Choice("curve", "curve", options=tuple(_CURVES), value="tanh(N t)"),
    ],
)
