"""Four families of curves that get steeper, or seem to: the reader rescales them and asks their parts."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.scale._shared import STYLES
from emergence.live import Choice, LiveFigure, Slider, in_words, legend_above
from emergence.live.palette import BLUE, ORANGE
from emergence.physics import look_alikes
from emergence.physics.finite_size import SIZES

_POINTS = 30


def start(family: str, axis: str) -> dict[int, look_alikes.Curve]:
    return {size: look_alikes.curve(family, size, axis) for size in SIZES}


def setup(curves: Axes, sizes: Axes) -> SimpleNamespace:
    curves.set(ylim=(0, 1.05), ylabel="readout y", xlabel=r"(control − its value at y = ¾) $\cdot$ $L^a$")
    sizes.set(xscale="log", yscale="log", xlim=(6.5, 160), xlabel="size L", ylabel="as a multiple of that at L = 8")
    sizes.set(xticks=SIZES, xticklabels=map(str, SIZES), ylim=(5e-3, 500))
    artists = SimpleNamespace(
        curves={size: curves.plot([], [], label=f"L = {size}", **style)[0] for size, style in STYLES.items()},
        width=sizes.plot([], [], "o-", color=BLUE, label="width of the curve")[0],
        response=sizes.plot([], [], "s--", color=ORANGE, label="response of the parts")[0],
    )
    legend_above(curves, 3, beside=(sizes,), handlelength=1.2)
    legend_above(sizes, 1)
    return artists


def draw(artists: SimpleNamespace, curves: Axes, state: dict[int, look_alikes.Curve], exponent: float) -> None:
    reach = 3 * state[SIZES[0]].width * SIZES[0] ** exponent
    curves.set_xlim(-reach, reach)
    for size, curve in state.items():
        x = (curve.control - curve.place) * size**exponent
        shown = np.abs(x) < 1.3 * reach
        line = artists.curves[size]
        line.set_data(x[shown], curve.readout[shown])
        line.set_markevery(max(1, int(shown.sum()) // _POINTS))
    for name in ("width", "response"):
        values = np.array([getattr(curve, name) for curve in state.values()])
        getattr(artists, name).set_data(SIZES, values / values[0])


def sentence(state: dict[int, look_alikes.Curve], family: str, axis: str, exponent: float) -> str:
    widths, responses = ([getattr(curve, name) for curve in state.values()] for name in ("width", "response"))
    rescaled = widths[-1] / widths[0] * (SIZES[-1] / SIZES[0]) ** exponent
    slopes = [look_alikes.slope(SIZES, values) for values in (widths, responses)]
    width, response = (f"{0.0 if abs(slope) < 5e-3 else slope:.2f}" for slope in slopes)
    return (
        f"{family[0].upper()}{family[1:]}, control {axis}: from L = 8 to 128 the width goes like L to the {width} and "
        f"the response of the parts like L to the {response}. Rescaled with a = {exponent:.2f}, the width of L = 128 "
        f"is {in_words(rescaled)} times that of L = 8."
    )


figure = LiveFigure(
    "Four look-alikes: which one is a transition?",
    controls=[
        Slider("exponent", "rescaled with a", low=0.0, high=2.0, value=0.0, step=0.05),
        Choice("axis", "control", options=look_alikes.AXES, value=look_alikes.PLAIN),
        Choice("family", "what is it", options=look_alikes.FAMILIES, value=look_alikes.VOTERS),
    ],
)
