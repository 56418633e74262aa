"""Landau's free energy, with its minima, and one power law with its slope at one place."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PURPLE
from emergence.physics import landau

_M = np.linspace(-1.6, 1.6, 401)
_HELD_AT = 1.2
"""The m at which the curve is held to tilt it: h times m is what the tilt takes off there."""
_SMALL = np.geomspace(1e-6, 1, 121)
BELOW, ISOTHERM, RESPONSE = "m below the transition", "m in a field at t = 0", "response χ above t = 0"
_LAWS = {  # both axes, the limits of y, and what the sentence calls it
    BELOW: ("distance below the transition t* − t", "order parameter m, h = 0", (5e-4, 2.5), "m against t* − t"),
    ISOTHERM: ("field h", "order parameter m, t = 0", (5e-3, 2.5), "m against h"),
    RESPONSE: ("distance above, t", "response χ = ∂m/∂h, h = 0", (0.4, 3e6), "χ against t"),
}


class Landau(NamedTuple):
    """Where the free energy is stationary, and a power law (x, y) with its value and slope at one place."""

    minima: np.ndarray
    maxima: np.ndarray
    lowest: np.ndarray
    curve: tuple[np.ndarray, np.ndarray]
    value: float
    slope: float


def start(t: float, h: float, b: float, law: str, at: float) -> Landau:
    if law == BELOW:
        value, slope = float(landau.order_parameter(at, b)), landau.exponent_below(at, b)
        curve = _SMALL, landau.order_parameter(_SMALL, b)
    elif law == ISOTHERM:
        value, slope = landau.equilibrium(0.0, at, b), landau.exponent_in_field(at, b)
        m = np.geomspace(1e-7, 1.6, 4 * len(_SMALL))
        m = m[landau.isotherm(m, b) > 0]  # for b < 0 only the branch that a growing field reaches
        curve = landau.isotherm(m, b), m
    else:
        value, slope = float(landau.susceptibility_above(at)), -1.0
        curve = _SMALL, landau.susceptibility_above(_SMALL)
    minima, maxima = landau.stationary_points(t, h, b)
    return Landau(minima, maxima, landau.lowest(minima, t, h, b), curve, value, slope)


def setup(energy: Axes, power: Axes) -> SimpleNamespace:
    energy.set(xlim=(-1.6, 1.6), ylim=(-0.55, 0.7), xlabel="order parameter m", ylabel="free energy f")
    power.set(xscale="log", yscale="log", xlim=(1e-6, 1))
    artists = SimpleNamespace(
        curve=energy.plot([], [], color=BLUE, zorder=2)[0],
        handle=energy.plot([], [], "s", color=BLUE, markersize=8, zorder=3)[0],
        minima=energy.plot([], [], "o", color=PURPLE, fillstyle="none", markersize=10, label="minimum", zorder=3)[0],
        maxima=energy.plot([], [], "v", color=GREY, markersize=7, label="maximum", zorder=3)[0],
        lowest=energy.plot([], [], "o", color=ORANGE, markersize=10, label="lowest", zorder=4)[0],
        law=power.plot([], [], color=BLUE, zorder=2)[0],
        tangent=power.plot([], [], color=INK, linestyle="--", linewidth=1.3, label="slope here", zorder=3)[0],
        here=power.plot([], [], "o", color=ORANGE, markersize=9, zorder=4)[0],
    )
    legend_above(energy, 3)
    legend_above(power, 1)
    return artists


def draw(
    artists: SimpleNamespace, power: Axes, state: Landau, t: float, h: float, b: float, law: str, at: float
) -> None:
    artists.curve.set_data(_M, landau.free_energy(_M, t, h, b))
    place(artists.handle, x=_HELD_AT, y=landau.free_energy(_HELD_AT, t, h, b))
    for name in ("minima", "maxima", "lowest"):
        places = getattr(state, name)
        getattr(artists, name).set_data(places, landau.free_energy(places, t, h, b))
    x_label, y_label, limits, _ = _LAWS[law]
    power.set(xlabel=x_label, ylabel=y_label, ylim=limits)
    artists.law.set_data(*state.curve)
    around = at * np.array([0.02, 50])
    artists.tangent.set_data(around, state.value * (around / at) ** state.slope)
    place(artists.here, x=at, y=state.value)


def sentence(state: Landau, t: float, h: float, b: float, law: str, at: float) -> str:
    where, lowest = (
        ", ".join(f"{0.0 if abs(m) < 5e-4 else m:.3f}" for m in places) for places in (state.minima, state.lowest)
    )
    if len(state.minima) == 1:
        minima = f"minimum at m = {where}"
    elif len(state.minima) == len(state.lowest):
        minima = f"minima at m = {where}, equally low"
    else:
        minima = f"minima at m = {where}, lowest at {lowest}"
    kind = f"jumps at t* = {landau.transition(b):.4f}" if b < 0 else "vanishes continuously at t = 0"
    return (
        f"t = {t:.2f}, h = {h:.3f}: {minima}. b is {b:.2f}: at h = 0 the order parameter {kind}. "
        f"The slope of {_LAWS[law][-1]} at {in_words(at)} on logarithmic axes is {state.slope:.3f}."
    )


figure = LiveFigure(
    "Tilt it, heat it: which minimum is the lowest?",
    controls=[
        Slider("t", "temperature t", low=-1, high=1, value=-0.6),
        Slider(
            "h",
            "tilt h",
            low=-0.3,
            high=0.3,
            value=0.0,
            step=0.005,
            format=".3f",
            grip=Grip("handle", "y", gain=-1 / _HELD_AT),
        ),  # fmt: skip
        Slider("b", "fourth-order b", low=-1.5, high=1.5, value=1.0, step=0.05),
        Choice("law", "second panel", options=tuple(_LAWS), value=BELOW),
        Slider("at", "slope read at", low=1e-6, high=1, value=1e-3, scale="log", step=0.1, grip=Grip("here", "x")),
    ],
)
