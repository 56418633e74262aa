"""Collapse by hand: five sizes of magnet, three sliders, and how badly their curves fit one."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.scale._shared import STYLES, points_only
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place
from emergence.live.palette import GREY
from emergence.physics import finite_size

_REACH = 2.5
"""The x up to which the collapsed curves are shown, to both sides."""


def start(t_c: float, inverse_nu: float, beta_over_nu: float, smallest: str, variable: str) -> finite_size.Collapse:
    return finite_size.collapse(finite_size.points(int(smallest)), t_c, inverse_nu, beta_over_nu, variable)


def setup(raw: Axes, collapsed: Axes) -> SimpleNamespace:
    raw.set(xlim=(1.98, 2.62), ylim=(0, 1), xlabel="temperature T", ylabel="mean |m| (per spin)")
    collapsed.set(xlim=(-_REACH, _REACH), ylim=(0, 1.5))
    collapsed.set(xlabel=r"x = distance from $T_c$ $\cdot$ $L^{1/\nu}$", ylabel=r"y = mean |m| $\cdot$ $L^{\beta/\nu}$")
    for size, style in STYLES.items():
        data = finite_size.measured(size)
        raw.plot(data.temperature, data.absolute, label=f"L = {size}", **style)
    artists = SimpleNamespace(
        critical=raw.axvline(color=GREY, linewidth=1.8),
        points={size: collapsed.plot([], [], **points_only(size))[0] for size in STYLES},
        curve=collapsed.plot([], [], color=GREY, linewidth=1.3, label="one polynomial for all", zorder=1)[0],
    )
    legend_above(raw, 3, beside=(collapsed,), handlelength=1.2)
    collapsed.legend(loc="upper right")
    return artists


def draw(
    artists: SimpleNamespace,
    state: finite_size.Collapse,
    t_c: float,
    inverse_nu: float,
    beta_over_nu: float,
    smallest: str,
    variable: str,
) -> None:
    place(artists.critical, x=t_c)
    for size, line in artists.points.items():
        data = finite_size.measured(size)
        x, y = finite_size.rescaled(size, data.temperature, data.absolute, t_c, inverse_nu, beta_over_nu, variable)
        shown = (np.abs(x) < _REACH) & (size >= int(smallest))
        line.set_data(x[shown], y[shown])
    x = np.linspace(state.low, state.high, 200)
    artists.curve.set_data(x, state.curve(x))


def sentence(state: finite_size.Collapse, t_c: float, inverse_nu: float, beta_over_nu: float, smallest: str) -> str:
    return (
        f"T_c = {t_c:.3f}, 1/ν = {inverse_nu:.2f}, β/ν = {beta_over_nu:.3f}: the badness of the {len(state.residuals)} "
        f"points of L = {smallest} and larger is {in_words(state.badness)} (about 1 if only chance is left)."
    )


figure = LiveFigure(
    "Can you lay five magnets on one curve?",
    controls=[
        Slider("t_c", "T_c", low=2.2, high=2.35, value=2.3, step=0.001, format=".3f", grip=Grip("critical", "x")),
        Slider("inverse_nu", "exponent 1/ν", low=0.0, high=2.0, value=0.0, step=0.01),
        Slider("beta_over_nu", "exponent β/ν", low=0.0, high=0.3, value=0.0, step=0.005, format=".3f"),
        Choice("smallest", "smallest size", options=("8", "16", "32"), value="8"),
        Choice("variable", "distance from T_c", options=finite_size.VARIABLES, value=finite_size.TEMPERATURE),
    ],
)
