"""The map that each layer applies to a correlation, and how deep the difference of two inputs can be seen."""

from __future__ import annotations

import math
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.deep_networks._shared import WEIGHT_LABEL
from emergence.live import Grip, LiveFigure, Slider, in_words, place, positive
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PURPLE
from emergence.operators import mean_field as mf

_D = 1 - np.linspace(0, 1, 41)
_STEPS = 12


class Scale(NamedTuple):
    """The map of correlations, (41,), steps of one pair of inputs, (13,), and correlation depths on both sides."""

    image: np.ndarray
    steps: np.ndarray
    slope: float
    weights: np.ndarray
    depths: np.ndarray
    critical: float


@lru_cache(maxsize=4)
def curve(bias: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Correlation depth on both sides of the critical weight, at weights that come closer and closer to it."""
    critical = float(mf.critical_weight(bias)[0])
    towards = np.linspace(1, 0, 9)[:-1] ** 3
    away = np.concatenate([(0.5 - critical) * towards, (3.5 - critical) * towards[::-1]])
    return critical + away, mf.correlation_depth(critical + away, bias), critical


def start(weight: float, bias: float) -> Scale:
    q, _, slope = (float(value) for value in mf.settled(weight, bias))
    image = 1 - mf.next_difference(q, _D, weight, bias)
    steps = 1 - mf.plain(weight, bias, _STEPS, q=q, d=0.7).d
    return Scale(image, steps, slope, *curve(bias))


def setup(step: Axes, depth: Axes) -> SimpleNamespace:
    step.set(xlim=(0, 1.02), ylim=(0, 1.65), xlabel="correlation before a layer", ylabel="correlation behind it")
    step.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    step.plot([0, 1], [0, 1], ":", color=GREY, label="no change")
    depth.set(xlim=(0.5, 3.5), ylim=(0.7, 1e6), yscale="log", xlabel=WEIGHT_LABEL)
    depth.set_ylabel("correlation depth (layers)")
    artists = SimpleNamespace(
        image=step.plot([], [], "-", color=BLUE, label="one layer")[0],
        stairs=step.plot([], [], "-", color=ORANGE, linewidth=1.2, label="layer by layer from 0.3")[0],
        curve=depth.plot([], [], "-", color=BLUE, label="infinite width")[0],
        critical=depth.plot([], [], "--", color=INK, linewidth=1.2, label="critical")[0],
        weight=depth.plot([], [], color=GREY, linewidth=1.5)[0],
        here=depth.plot([], [], "D", color=PURPLE, markersize=8, label="here")[0],
    )
    step.legend(loc="upper left")
    depth.legend(loc="upper right", ncols=2)
    return artists


def draw(artists: SimpleNamespace, state: Scale, weight: float) -> None:
    artists.image.set_data(1 - _D, state.image)
    corners = np.repeat(state.steps, 2)
    artists.stairs.set_data(corners[:-1], corners[1:])
    artists.curve.set_data(state.weights, positive(np.where(np.isfinite(state.depths), state.depths, np.nan)))
    artists.critical.set_data([state.critical] * 2, [0.7, 2e4])
    artists.weight.set_data([weight] * 2, [0.7, 2e4])
    depth = -1 / math.log(state.slope) if state.slope < 1 else math.nan
    place(artists.here, x=weight, y=depth)


def sentence(state: Scale, weight: float, bias: float) -> str:
    side = "order" if weight < state.critical else "chaos"
    depth = in_words(-1 / math.log(state.slope)) if state.slope < 1 else "infinitely many"
    return (
        f"σ_b² = {bias:.3f} has its critical σ_w² at {state.critical:.4f}; σ_w² = {weight:.2f} is on the side of "
        f"{side}. "
        f"Each layer multiplies what separates the correlation from its limit by {state.slope:.4f} in the end, so "
        "that it "
        f"falls by a factor of e in {depth} layers."
    )


figure = LiveFigure(
    "How many layers until nothing changes?",
    controls=[
        Slider("weight", "σ_w²", low=0.6, high=3.4, value=1.3, step=0.01, grip=Grip("weight", "x")),
        Slider("bias", "σ_b²", low=0.01, high=0.3, value=0.05, step=0.01),
    ],
)
