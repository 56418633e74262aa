"""A network whose input enters every layer, or only the first: output against input, and four outputs against depth."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.stacked._shared import DEPTH_LABEL
from emergence.live import Grip, LiveFigure, Slider, Toggle, in_words, legend_above, place
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE, PURPLE
from emergence.operators import products

_X = np.linspace(-3, 3, 301)
_FEW = np.array([-2.0, -0.5, 0.5, 2.0])
_DEPTH = 60


class Injection(NamedTuple):
    """Outputs for the inputs _X after k layers, and for the inputs _FEW at every depth, shape (_DEPTH + 1, 4)."""

    curve: np.ndarray
    few: np.ndarray


def start(injected: bool, feedback: float, gain: float, depth: int) -> Injection:
    strength = gain if injected else 0.0
    curve = products.injected_orbit(_X, feedback, strength, depth)[-1]
    return Injection(curve, products.injected_orbit(_FEW, feedback, strength, _DEPTH))


def setup(function: Axes, outputs: Axes) -> SimpleNamespace:
    function.set(xlim=(-3, 3), ylim=(-1.15, 1.15), xlabel="input x", ylabel="output $z_k$ of the network")
    outputs.set(xlim=(0, _DEPTH), ylim=(-2.3, 2.3), xlabel=DEPTH_LABEL, ylabel="$z_k$")
    styles = zip((BLUE, ORANGE, PURPLE, GREEN), ("-", "--", "-.", ":"), _FEW, strict=True)
    artists = SimpleNamespace(
        curve=function.plot([], [], color=BLUE, label="after k layers")[0],
        slope=function.plot([], [], ":", color=GREY, label="steepest slope allowed")[0],
        few=[outputs.plot([], [], style, color=colour, label=f"x = {x:g}")[0] for colour, style, x in styles],
        now=outputs.axvline(color=GREY, linewidth=1.2),
    )
    legend_above(function, 2)
    legend_above(outputs, 4)
    return artists


def draw(artists: SimpleNamespace, state: Injection, injected: bool, feedback: float, gain: float, depth: int) -> None:
    artists.curve.set_data(_X, state.curve)
    slope = gain / (1 - feedback) if injected and feedback < 1 else math.nan
    artists.slope.set_data(_X, slope * _X)
    for line, orbit in zip(artists.few, state.few.T, strict=True):
        line.set_data(np.arange(_DEPTH + 1), orbit)
    place(artists.now, x=depth)


def sentence(state: Injection, injected: bool, feedback: float, gain: float, depth: int) -> str:
    spread = abs(float(state.curve[-1] - state.curve[0]))
    # tanh stays between -1 and 1, so that outputs are never 2 apart
    apart = "just under 2" if 1.995 <= spread < 2 else in_words(spread)
    outputs = f"After {depth} layer{'s' * (depth != 1)} the outputs for x = -3 and x = 3 are {apart} apart"
    if not injected:
        return f"{outputs}; the input enters only once, with Lipschitz constant {feedback:.2f} in every layer."
    if feedback >= 1:
        return f"{outputs}; the Lipschitz constant in z is not below 1: Theorem 2 says nothing."
    return (
        f"{outputs}; the limit exists for every input, and its slope is at most "
        f"{gain:.2f}/(1 − {feedback:.2f}) = {gain / (1 - feedback):.2f}."
    )


figure = LiveFigure(
    "The input enters every layer: what does the limit know?",
    controls=[
        Toggle("injected", "feed the input to every layer", value=True),
        Slider("feedback", "Lipschitz constant in z", low=0, high=1.5, value=0.8, step=0.05),
        Slider("gain", "Lipschitz constant in x", low=0, high=2, value=0.5, step=0.05),
        Slider("depth", "layers k", low=0, high=_DEPTH, value=30, scale="integer", grip=Grip("now", "x")),
    ],
)
