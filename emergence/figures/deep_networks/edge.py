"""At the critical point: the power law of infinite width, and where networks of finite width leave it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.deep_networks._shared import DEPTH_LABEL, draw_errors, mean_and_error
from emergence.live import Choice, LiveFigure, Slider, positive
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE, PURPLE
from emergence.operators import mean_field as mf

_WIDTHS, _MARKS, _COLOURS = (8, 16, 32), "osD", (ORANGE, PURPLE, GREEN)
_TANH, _RELU = "tanh: mean square", "ReLU: 1 − correlation"
_RATIOS = np.array([0.125, 0.25, 0.5, 1, 1.5, 2, 2.5])
_DEPTH = int(_RATIOS[-1] * _WIDTHS[-1])
_L = np.arange(1, _DEPTH + 1)


class Edge(NamedTuple):
    """The quantity at infinite width, (80,), and ln of its ratio to that: mean and error at _RATIOS, (3, 7) each."""

    infinite: np.ndarray
    ratio: np.ndarray
    error: np.ndarray


def start(copies: int, factor: float, quantity: str, rng: np.random.Generator) -> Edge:
    if quantity == _TANH:
        infinite = mf.lengths(factor, 0, _DEPTH)
    else:
        infinite = mf.plain(2 * factor, 0, _DEPTH, units="ReLU").d
    ratio, error = np.empty((2, len(_WIDTHS), len(_RATIOS)))
    for i, width in enumerate(_WIDTHS):
        at = (_RATIOS * width).astype(int)
        if quantity == _TANH:
            values = mf.finite_lengths(width, factor, 0, at[-1], copies, rng)[at]
        else:
            values = mf.finite_plain(width, 2 * factor, 0, at[-1], copies, rng, units="ReLU").d[at]
        for j, row in enumerate(values):
            there = row[row > 1e-12]  # ReLU layers with one unit on, or none, merge directions, up to rounding
            logs = np.log((there if len(there) > 1 else np.full(2, 1e-12)) / infinite[at[j]])
            ratio[i, j], error[i, j] = mean_and_error(logs)
    return Edge(infinite[1:], ratio, error)


def setup(law: Axes, ratio: Axes) -> SimpleNamespace:
    law.set(xscale="log", yscale="log", xlim=(0.9, _DEPTH), ylim=(1e-5, 3000), xlabel=DEPTH_LABEL)
    ratio.set(xlim=(0, 2.65), ylim=(5e-4, 100), yscale="log", xlabel="depth over width, l/n")
    ratio.set_ylabel("typical over infinite width")
    ratio.axhline(1, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        infinite=law.plot([], [], "-", color=BLUE, label="infinite width")[0],
        power=law.plot([], [], "--", color=GREY, label="power law")[0],
        points=[
            [axes.plot([], [], m + "-", color=c, markersize=6, linewidth=0.8)[0] for axes in (law, ratio)]
            for m, c in zip(_MARKS, _COLOURS, strict=True)
        ],
        errors=[
            [[axes.plot([], [], color=c, linewidth=1.3)[0] for _ in _RATIOS] for axes in (law, ratio)] for c in _COLOURS
        ],
    )
    for points, width in zip(artists.points, _WIDTHS, strict=True):
        points[0].set_label(f"width {width}")
        points[1].set_label(f"width {width}")
    law.legend(loc="upper right", ncols=2)
    ratio.legend(loc="upper right", ncols=2)
    return artists


def draw(artists: SimpleNamespace, law: Axes, state: Edge, quantity: str) -> None:
    law.set_ylabel("mean square q" if quantity == _TANH else "1 − correlation")
    artists.infinite.set_data(_L, positive(state.infinite, 1e-8))
    power = 1 / (2.0 * _L) if quantity == _TANH else 9 * np.pi**2 / (2.0 * _L**2)
    artists.power.set_data(_L, np.where(power < 0.6, power, np.nan))
    for i, width in enumerate(_WIDTHS):
        at = (_RATIOS * width).astype(int)
        middle, low, high = (np.exp(state.ratio[i] + k * state.error[i]) for k in (0, -2, 2))
        for panel, (x, scale) in enumerate(((at, state.infinite[at - 1]), (_RATIOS, 1.0))):
            artists.points[i][panel].set_data(x, middle * scale)
            draw_errors(artists.errors[i][panel], x, low * scale, high * scale)


def sentence(state: Edge, copies: int, factor: float, quantity: str) -> str:
    here = list(_RATIOS).index(1)
    parts = [
        f"{np.exp(state.ratio[i, here]):.2f} ({np.exp(state.ratio[i, here] - 2 * state.error[i, here]):.2f} to "
        f"{np.exp(state.ratio[i, here] + 2 * state.error[i, here]):.2f}) at width {width}"
        for i, width in enumerate(_WIDTHS)
    ]
    where = "at the critical point" if abs(factor - 1) < 1e-9 else f"with σ_w² at {factor:.2f} times its critical value"
    left_out = "" if quantity == _TANH else "; networks in which the outputs have become parallel are left out"
    return (
        f"{quantity}, {where}: at infinite width it is {state.infinite[31]:.2g} after 32 layers. Where depth equals "
        "width "
        f"a typical network (geometric mean of {copies}, two errors either way) has this share of the value of "
        "infinite "
        f"width: {', '.join(parts)}{left_out}."
    )


figure = LiveFigure(
    "How long does a finite network follow the power law?",
    controls=[
        Slider("copies", "networks of each width", low=10, high=50, value=30, step=10, scale="integer"),
        Slider("factor", "σ_w² over its critical value", low=0.8, high=1.2, value=1, step=0.02),
        Choice("quantity", "quantity", options=(_TANH, _RELU), value=_TANH),
    ],
)
