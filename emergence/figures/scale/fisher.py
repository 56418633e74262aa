"""The zeros of Z at complex temperatures, and how far the nearest one is from a real temperature."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.physics import zeros
from emergence.physics.ising_states import SIZES

_LARGER = (4, 8, 16, 32, 64, 128)
_FIRST = np.array([zeros.leading_fisher_zero(size) for size in _LARGER])


def start(s: float, size: str) -> complex:
    """The zero of that size that is nearest to s."""
    found = zeros.fisher(int(size))
    return complex(found[np.argmin(np.abs(found - s))])


def setup(plane: Axes, first: Axes) -> SimpleNamespace:
    plane.set(xlim=(0, 2.1), ylim=(-1.3, 1.3), xlabel="real part of s = sinh(2/T)", ylabel="imaginary part of s")
    angle = np.linspace(-math.pi / 2, math.pi / 2, 91)
    plane.plot(np.cos(angle), np.sin(angle), color=GREY, linewidth=0.8)
    plane.plot([0, 2.1], [0, 0], color=INK, linewidth=1.6)
    first.set(xscale="log", yscale="log", xlim=(3.3, 160), ylim=(0.02, 2), xlabel="side L")
    first.set(ylabel="first zero, imaginary part of T", xticks=_LARGER, xticklabels=map(str, _LARGER))
    first.plot(_LARGER, _FIRST.imag, "o", color=ORANGE, markersize=8, label="first zero")
    first.plot(_LARGER, _FIRST.imag[-1] * 128 / np.array(_LARGER), "--", color=BLUE, linewidth=1.5, label="$L^{-1}$")
    artists = SimpleNamespace(
        zeros=plane.plot([], [], "o", color=ORANGE, markersize=5, label="zeros of Z")[0],
        nearest=plane.plot([], [], ":", color=BLUE, linewidth=1.8, label="nearest")[0],
        here=plane.plot([], [], "D", color=BLUE, markersize=9, label="T", zorder=5)[0],
    )
    legend_above(plane, 3)
    legend_above(first, 2)
    return artists


def draw(artists: SimpleNamespace, state: complex, s: float, size: str) -> None:
    found = zeros.fisher(int(size))
    artists.zeros.set_data(found.real, found.imag)
    artists.nearest.set_data([s, state.real], [0, abs(state.imag)])
    place(artists.here, x=s, y=0)


def sentence(state: complex, s: float, size: str) -> str:
    temperature = 2 / math.asinh(s)
    slope = math.log2(_FIRST[-2].imag / _FIRST[-1].imag)
    return (
        f"{size} × {size} spins: s = {s:.2f}, T = {temperature:.3f}, is {abs(state - s):.3f} from the nearest of "
        f"{int(size) ** 2} zeros. The first zero of L = 128 is T = {_FIRST[-1].real:.4f} + {_FIRST[-1].imag:.4f} i; "
        f"from L = 64 to 128 its imaginary part falls like L to the −{slope:.3f}."
    )


figure = LiveFigure(
    "How far is a real temperature from a zero?",
    controls=[
        Slider("s", "s = sinh(2/T)", low=0.2, high=2.0, value=1.0, step=0.01, grip=Grip("here", "x")),
        Choice("size", "side L", options=tuple(map(str, SIZES)), value="8"),
    ],
)
