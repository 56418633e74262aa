"""The zeros of Z in a complex field on their circle, and how the first one comes near the real axis."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, LiveFigure, Slider, legend_above
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PURPLE
from emergence.physics import zeros
from emergence.physics.ising import CRITICAL_TEMPERATURE
from emergence.physics.ising_states import SIZES, states

_SIDES = np.array(SIZES, dtype=float)
_LAWS = {0: (":", GREY, "stays away"), -15 / 8: ("--", PURPLE, r"$L^{-15/8}$"), -2: ("-.", BLUE, "$L^{-2}$")}


def start(temperature: float, size: str) -> tuple[np.ndarray, np.ndarray]:
    """The zeros of one size, and the first of every size as h/i."""
    first = np.array([zeros.leading_field_zero(states(side), temperature) for side in SIZES])
    return zeros.lee_yang(int(size), temperature), first


def setup(circle: Axes, first: Axes) -> SimpleNamespace:
    circle.set(xlim=(-1.35, 1.35), ylim=(-1.35, 1.35), aspect="equal")
    circle.set(xlabel="real part of $e^{2h/T}$", ylabel="imaginary part")
    angle = np.linspace(0, 2 * math.pi, 181)
    circle.plot(np.cos(angle), np.sin(angle), color=GREY, linewidth=0.8)
    circle.plot([0, 1.35], [0, 0], color=INK, linewidth=1.6, label="real h")
    first.set(xscale="log", yscale="log", xlim=(3.5, 9.2), ylim=(0.02, 3))
    first.set(xticks=SIZES, xticklabels=map(str, SIZES), xlabel="side L", ylabel="first zero, imaginary part of h")
    artists = SimpleNamespace(
        zeros=circle.plot([], [], "o", color=ORANGE, markersize=5, label="zeros of Z")[0],
        first=first.plot([], [], "o", color=ORANGE, markersize=8, zorder=4, label="first zero")[0],
        laws=[
            first.plot([], [], linestyle=line, color=colour, linewidth=1.5, label=label)[0]
            for line, colour, label in _LAWS.values()
        ],
    )
    legend_above(first, 2, beside=(circle,))
    legend_above(circle, 2)
    return artists


def draw(artists: SimpleNamespace, state: tuple[np.ndarray, np.ndarray]) -> None:
    found, first = state
    half = np.concatenate([found, math.pi - found])
    angle = 2 * np.concatenate([half, -half])
    artists.zeros.set_data(np.cos(angle), np.sin(angle))
    artists.first.set_data(SIZES, first)
    for line, power in zip(artists.laws, _LAWS, strict=True):
        line.set_data(_SIDES, first[0] * (_SIDES / _SIDES[0]) ** power)


def sentence(state: tuple[np.ndarray, np.ndarray], temperature: float, size: str) -> str:
    found, first = state
    exponents = [math.log(first[i + 1] / first[i]) / math.log(SIZES[i + 1] / SIZES[i]) for i in (0, 1)]
    return (
        f"T = {temperature:.2f} (T_c = {CRITICAL_TEMPERATURE:.3f}): all {4 * len(found) // 2} zeros of {size} × {size} "
        f"spins lie on the circle. The first one is at h = {first[SIZES.index(int(size))]:.4f} i; from L = 4 to 6 it "
        f"changes like L to the {exponents[0]:.3f}, from 6 to 8 to the {exponents[1]:.3f}."
    )


figure = LiveFigure(
    "Do the zeros reach the real axis?",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=4.5, value=2.27),
        Choice("size", "side L", options=tuple(map(str, SIZES)), value="8"),
    ],
)
