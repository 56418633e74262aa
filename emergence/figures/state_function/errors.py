"""Three errors of one model, exactly: what is left out, what noise adds, and what is not trained yet."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Grip, LiveFigure, Slider, in_words, legend_above, place, positive
from emergence.live.drawing import set_band
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE
from emergence.synthesis import state_function as sf

_K = 10 ** np.linspace(0, 6, 61)
_NAMES = ("approximation", "estimation", "optimisation")
_COLOURS, _STYLES = (GREEN, ORANGE, BLUE), ("-.", "--", ":")


class Parts(NamedTuple):
    """The three errors at all _K and here, and the error after one of N, P and K has been doubled."""

    curves: np.ndarray
    """shape (3, 61)"""
    here: np.ndarray
    doubled: tuple[float, float, float]


def sizes(data: float, parameters: float, steps: float) -> tuple[int, int, int]:
    """N, P and K of the sliders, as whole numbers."""
    return round(data), round(parameters), round(steps)


def start(data: float, parameters: float, steps: float, alpha: float) -> Parts:
    n, p, k = sizes(data, parameters, steps)

    def total(n: int, p: int, k: int) -> float:
        return float(sf.errors(n, p, k, alpha).total)

    doubled = total(2 * n, p, k), total(n, 2 * p, k), total(n, p, 2 * k)
    return Parts(np.array(sf.errors(n, p, _K, alpha)), np.array(sf.errors(n, p, k, alpha)), doubled)


def setup(stack: Axes, curves: Axes) -> SimpleNamespace:
    for axes in (stack, curves):
        axes.set(xscale="log", xlim=(1, 1e6), xlabel="training steps K")
    stack.set(ylim=(0, 1), ylabel="share of the error")
    curves.set(yscale="log", ylim=(1e-3, 200), ylabel="error ε")
    artists = SimpleNamespace(
        bands=[
            stack.fill_between([1, 2], 0, 1, color=colour, alpha=0.55, linewidth=0, zorder=0.6) for colour in _COLOURS
        ],
        lines=[
            curves.plot([], [], style, color=colour, label=name)[0]
            for name, colour, style in zip(_NAMES, _COLOURS, _STYLES, strict=True)
        ],
        total=curves.plot([], [], color=INK, linewidth=2.6, label="their sum ε")[0],
        steps=stack.axvline(1, color=INK, linewidth=2),
        also=curves.axvline(1, color=GREY, linewidth=1.4),
        here=curves.plot([], [], "o", color=INK, markersize=8)[0],
    )
    legend_above(curves, 2, beside=[stack])
    return artists


def draw(artists: SimpleNamespace, state: Parts, data: float, parameters: float, steps: float) -> None:
    total = state.curves.sum(axis=0)
    heights = np.concatenate([np.zeros((1, len(_K))), np.cumsum(state.curves, axis=0) / total])
    for band, low, high in zip(artists.bands, heights[:-1], heights[1:], strict=True):
        set_band(band, _K, low, high)
    for line, curve in zip(artists.lines, state.curves, strict=True):
        line.set_data(_K, positive(curve, 1e-5))
    artists.total.set_data(_K, total)
    k = sizes(data, parameters, steps)[2]
    place(artists.steps, x=steps)
    place(artists.also, x=k)
    place(artists.here, x=k, y=state.here.sum())


def sentence(state: Parts, data: float, parameters: float, steps: float) -> str:
    n, p, k = sizes(data, parameters, steps)
    total = state.here.sum()
    changes = [100 * (each / total - 1) for each in state.doubled]
    parts = ", ".join(f"{name} {in_words(each)}" for name, each in zip(_NAMES, state.here, strict=True))
    gains = ", ".join(f"{name} by {_signed(each)} %" for name, each in zip("NPK", changes, strict=True))
    return (
        f"N = {n:,}, P = {p:,}, K = {k:,}: the error is {in_words(total)}, of which {parts}. "
        f"Doubling one alone changes it: {gains}."
    )


def _signed(change: float) -> str:
    return "0" if abs(change) < 0.05 else f"{change:+.1f}"


figure = LiveFigure(
    "Which of three errors binds?",
    controls=[
        Slider("data", "data N", low=10, high=10_000, value=100, step=0.05, scale="log", format=".0f"),
        Slider("parameters", "parameters P", low=1, high=1000, value=10, step=0.05, scale="log", format=".0f"),
        Slider(
            "steps",
            "training steps K",
            low=1,
            high=1e6,
            value=10,
            step=0.05,
            scale="log",
            format=".0f",
            grip=Grip("steps", "x"),
        ),
        Slider("alpha", "exponent α", low=0.25, high=2, value=1, step=0.05),
    ],
)
