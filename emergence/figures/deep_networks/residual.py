"""Residual blocks x + V phi(W x): the correlation of two inputs against depth, and its local exponent."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.deep_networks._shared import draw_errors, mean_and_error
from emergence.live import Choice, LiveFigure, Slider, positive
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import mean_field as mf

_DEPTH, _COPIES = 50, 10
_L = np.arange(1, _DEPTH + 1)
_AT = np.array([1, 2, 4, 7, 12, 20, 35, 50])
_TANH, _RELU = "tanh", "ReLU"
_LIMITS = {_TANH: -(1 - 2 / math.pi), _RELU: -2.0}


class Blocks(NamedTuple):
    """c (tanh) or 1 - c (ReLU) at depths 1 ... 50, infinite width, and its local exponent; in networks, (8, 10)."""

    infinite: np.ndarray
    exponent: np.ndarray
    finite: np.ndarray
    growth: float


def start(scale: float, width: int, units: str, rng: np.random.Generator) -> Blocks:
    infinite = mf.residual(scale, 1, _DEPTH, units=units)
    finite = mf.finite_residual(width, scale, 1, _DEPTH, _COPIES, rng, units=units)
    value, measured = (1 - infinite.d, 1 - finite.d) if units == _TANH else (infinite.d, finite.d)
    exponent = mf.local_exponent(value)
    return Blocks(
        value[1:], np.where(np.isfinite(exponent), exponent, 9.0), measured[_AT], float(infinite.q[-1] / infinite.q[0])
    )


def setup(law: Axes, exponent: Axes) -> SimpleNamespace:
    law.set(xscale="log", yscale="log", xlim=(0.9, 60), xlabel="depth l (blocks)")
    exponent.set(xscale="log", xlim=(0.9, 60), ylim=(-2.3, 0.6), xlabel="depth l (blocks)", ylabel="local exponent")
    artists = SimpleNamespace(
        infinite=law.plot([], [], "-", color=BLUE, label="infinite width")[0],
        means=law.plot([], [], "o", color=INK, markersize=5, label="mean of 10 networks")[0],
        errors=[law.plot([], [], color=INK, linewidth=1.5)[0] for _ in _AT],
        local=exponent.plot([], [], "-", color=BLUE, label="infinite width")[0],
        limit=exponent.plot([], [], "--", color=ORANGE, label="limit $l \\to \\infty$")[0],
    )
    exponent.axhline(0, color=GREY, linewidth=1)
    law.legend(loc="upper right")
    exponent.legend(loc="upper right", ncols=2)
    return artists


def draw(artists: SimpleNamespace, law: Axes, state: Blocks, units: str) -> None:
    law.set(ylabel="correlation c", ylim=(0.04, 4)) if units == _TANH else law.set(ylabel="1 − c", ylim=(3e-4, 20))
    artists.infinite.set_data(_L, positive(state.infinite))
    mean, error = mean_and_error(state.finite)
    artists.means.set_data(_AT, positive(mean))
    draw_errors(artists.errors, _AT, positive(np.maximum(mean - 2 * error, 1e-3)), positive(mean + 2 * error))
    artists.local.set_data(_L, np.where(state.exponent < 5, state.exponent, np.nan))
    artists.limit.set_data([0.9, 60], [_LIMITS[units]] * 2)


def sentence(state: Blocks, width: int, units: str) -> str:
    mean, error = mean_and_error(state.finite[-1])
    name = "the correlation" if units == _TANH else "1 − correlation"
    last = state.exponent[state.exponent < 5][-1]
    return (
        f"{units} blocks: after {_DEPTH} of them {name} is {state.infinite[-1]:.3g} at infinite width and "
        f"{mean:.3g} "
        f"± {error:.2g} in {_COPIES} networks of width {width}; the local exponent is {last:.3f}, its limit "
        f"{_LIMITS[units]:.3f}. The mean square has grown {state.growth:.3g} times."
    )


figure = LiveFigure(
    "What does the skip connection change?",
    controls=[
        Slider("scale", "σ_v²", low=0.1, high=2, value=1, step=0.05),
        Slider("width", "width n", low=8, high=64, value=64, scale="integer"),
        Choice("units", "units", options=(_TANH, _RELU), value=_TANH),
    ],
)
