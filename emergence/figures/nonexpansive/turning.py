"""Projections onto lines through 0, each turned by k^-s radians against the last: where the output goes."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.stacked._shared import DEPTH_LABEL, above_rounding, circle
from emergence.live import Grip, LiveFigure, Slider, legend_above, place, positive
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE, PURPLE
from emergence.operators import products

_DEPTH = 3000
_FULL_TURN = 2 * math.pi


class Turning(NamedTuple):
    """The output after k layers, shape (_DEPTH + 1, 2), its distance from 0 and its angle, shape (_DEPTH + 1,)."""

    outputs: np.ndarray
    distance: np.ndarray
    angle: np.ndarray


def start(exponent: float) -> Turning:
    angle, distance = products.turning_projections(_DEPTH, exponent)
    return Turning(distance[:, None] * circle(angle), distance, angle)


def setup(plane: Axes, history: Axes) -> SimpleNamespace:
    plane.set(xlim=(-1.75, 1.75), ylim=(-1.23, 1.23), xlabel="first coordinate", ylabel="second coordinate")
    history.set(xscale="log", yscale="log", xlim=(0.9, _DEPTH), ylim=(1e-6, 2e3), xlabel=DEPTH_LABEL)
    artists = SimpleNamespace(
        line=plane.plot([], [], "-", color=GREEN, linewidth=4, alpha=0.5, label="line of layer k")[0],
        path=plane.plot([], [], "-", color=BLUE, linewidth=0.8, label="path of the output")[0],
        output=plane.plot([], [], "o", color=ORANGE, markersize=8, label="output")[0],
        turns=history.plot([], [], "-.", color=PURPLE, label="turns made")[0],
        distance=history.plot([], [], color=ORANGE, label="distance from 0")[0],
        step=history.plot([], [], "--", color=BLUE, label="last step")[0],
        now=history.axvline(color=GREY, linewidth=1.2),
    )
    plane.plot(1, 0, "s", color=GREY, markersize=6, label="input")
    legend_above(plane, 2)
    legend_above(history, 2)
    return artists


def draw(artists: SimpleNamespace, state: Turning, depth: int) -> None:
    end = 2.2 * circle(state.angle[depth : depth + 1])[0]
    artists.line.set_data(*np.transpose([-end, end]))
    artists.path.set_data(*state.outputs[: depth + 1].T)
    place(artists.output, x=state.outputs[depth, 0], y=state.outputs[depth, 1])
    k = np.arange(1, _DEPTH + 1)
    artists.turns.set_data(k, state.angle[1:] / _FULL_TURN)
    artists.distance.set_data(k, positive(state.distance[1:], 1e-12))
    step = np.linalg.norm(np.diff(state.outputs, axis=0), axis=1)
    artists.step.set_data(k, positive(step, 1e-12))
    place(artists.now, x=depth)


def sentence(state: Turning, exponent: float, depth: int) -> str:
    if exponent > 1:
        fate = "The turns have a finite sum, so the output settles, and not on 0"
    elif exponent > 0.5:
        fate = "The turns have an infinite sum and their squares a finite one, so the output circles for ever"
    else:
        fate = "The squares of the turns have an infinite sum, so the output goes to 0"
    layers = f"{depth} layer{'s' * (depth != 1)}"
    return (
        f"The line of layer k is turned by 1/k^{exponent:.2f} rad against the last. {fate}. After {layers} it is "
        f"{above_rounding(state.distance[depth])} from 0 and has made {state.angle[depth] / _FULL_TURN:.2f} turns."
    )


figure = LiveFigure(
    "Averaged layers that differ: does the output settle?",
    controls=[
        Slider("exponent", "exponent s of the turns", low=0, high=2.5, value=1, step=0.05),
        Slider("depth", "layers k", low=1, high=_DEPTH, value=1000, scale="integer", grip=Grip("now", "x")),
    ],
)
