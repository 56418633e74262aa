"""n implicit blocks that share a time t: the broken lines of three inputs, and n times the distance to their limit."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, place, positive, with_minus
from emergence.live.drawing import legend_above
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE
from emergence.operators import residual as op

_INPUTS = np.array([1.5, 1.0, -0.5])
_SHARES = np.linspace(0, 1, 31)
_BLOCKS = np.unique(np.round(np.geomspace(1, 128, 12)).astype(int))
_NAMES = {"x³": "x³", "x": "x", "J (first coordinate)": "J", "∂|x|": "∂|x|", "1": "1"}


class Continuous(NamedTuple):
    """First coordinates of the outputs of n blocks, shape (n + 1, 3), of the flow, shape (31, 3), and the errors."""

    blocks: np.ndarray
    flow: np.ndarray
    errors: np.ndarray
    """of the input 1, for n in _BLOCKS"""
    constant: float
    """limit of n times the error"""


@lru_cache(maxsize=4)
def errors_of(name: str, time: float) -> np.ndarray:
    """Of the input 1, for n in _BLOCKS: while n is dragged they stay."""
    end = op.flow(name, 1.0, time)
    return np.array([abs(op.continuous_depth(name, 1.0, time, int(n)) - end) for n in _BLOCKS])


def start(operator: str, time: float, blocks: int) -> Continuous:
    name = _NAMES[operator]
    orbit = op.residual_orbit(name, _INPUTS, np.full(blocks, time / blocks), "implicit")
    flow = np.array([op.flow(name, _INPUTS, time * share) for share in _SHARES])
    constant = float(op.slowness(name, 1.0, time))
    return Continuous(np.real(orbit), np.real(flow), errors_of(name, time), constant)


def setup(course: Axes, error: Axes) -> SimpleNamespace:
    course.set(xlim=(0, 3), ylim=(-3.7, 1.8), xlabel="time t (sum of the steps)", ylabel="output")
    error.set(xscale="log", yscale="log", xlim=(1, 128), ylim=(1e-5, 10), xlabel="number n of blocks")
    error.set_ylabel("distance to the flow, input 1")
    styles = zip((ORANGE, BLUE, PURPLE), ("o", "s", "^"), _INPUTS, strict=True)
    artists = SimpleNamespace(
        flow=[course.plot([], [], "-", color=GREY, linewidth=3, alpha=0.6)[0] for _ in _INPUTS],
        blocks=[
            course.plot(
                [], [], marker + "--", color=colour, markersize=4, linewidth=1, label=with_minus(f"input {x:g}")
            )[0]
            for colour, marker, x in styles
        ],
        errors=error.plot([], [], "s-", color=BLUE, markersize=5, label="n blocks")[0],
        law=error.plot([], [], ":", color=INK, label="its law, constant/n")[0],
        now=error.axvline(color=GREEN, linewidth=1.6),
    )
    artists.flow[0].set_label("flow")
    legend_above(course, 4, handlelength=1.2)
    legend_above(error, 2)
    return artists


def draw(artists: SimpleNamespace, state: Continuous, time: float, blocks: int) -> None:
    for line, values in zip(artists.flow, state.flow.T, strict=True):
        line.set_data(time * _SHARES, values)
    for line, values in zip(artists.blocks, state.blocks.T, strict=True):
        line.set_data(np.linspace(0, time, blocks + 1), values)
    artists.errors.set_data(_BLOCKS, positive(state.errors, 1e-12))
    artists.law.set_data(_BLOCKS, positive(state.constant / _BLOCKS))
    place(artists.now, x=blocks)


def sentence(state: Continuous, operator: str, time: float, blocks: int) -> str:
    outputs, limits = (
        ", ".join(f"{round(value, 3) + 0.0:.3f}" for value in values)  # no minus sign before a zero
        for values in (state.blocks[-1], state.flow[-1])
    )
    far = f"A = {operator}, t = {time:.2f}: {blocks} blocks take 1.5, 1 and -0.5 to {outputs}, the flow to {limits}"
    if state.constant == 0:
        return f"{far}; here implicit blocks are exact, whatever their number."
    return f"{far}. For the input 1, n times the distance tends to {in_words(state.constant, 4)}."


figure = LiveFigure(
    "More blocks, smaller steps: what is the network of continuous depth?",
    controls=[
        Slider("blocks", "blocks n", low=1, high=128, value=4, scale="integer", grip=Grip("now", "x")),
        Slider("time", "time t that they share", low=0.1, high=3, value=2, step=0.05),
        Choice("operator", "A", options=tuple(_NAMES), value="x³"),
    ],
)
