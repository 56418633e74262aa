"""The unit ball of a norm, dragged by its tip, and its image under a matrix: the constant of the matrix in norms."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.limits import contractions
from emergence.live import Choice, Grip, LiveFigure, Slider, Toggle, name_rows, place
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE

_TURN = np.linspace(0, 2 * math.pi, 121)
_FAR = 60.0  # the end of the axis
_CIRCLE = np.array([np.cos(_TURN), np.sin(_TURN)])
_SPIRAL, _SHEAR = "spiral", "shear"
_HIDDEN = np.array([[1.0, 0.7], [0.0, 0.6]])  # in the norm of this basis the spiral only turns and shrinks
_TURNING = np.array([[0.0, -1.0], [1.0, 0.0]])
SHAPES = {
    _SPIRAL: _HIDDEN @ _TURNING @ np.linalg.inv(_HIDDEN),
    _SHEAR: np.array([[1.0, 2.0], [0.0, 1.0]]),
}
"""Matrices of spectral radius 1; the slider multiplies them."""


class Constants(NamedTuple):
    """The matrix; its constant in five norms; the basis of Lyapunov's norm, empty if there is none."""

    matrix: np.ndarray
    values: np.ndarray
    lyapunov: np.ndarray


def start(tip_x: float, tip_y: float, radius: float, shape: str) -> Constants:
    matrix = radius * SHAPES[shape]
    yours = contractions.norm_in_basis(matrix, [[1, tip_x], [0, tip_y]])
    values = [*(contractions.operator_norm(matrix, norm) for norm in contractions.NORMS), yours]
    lyapunov = np.empty((0, 0))
    if radius < 0.999:
        lyapunov = contractions.basis_of(contractions.discrete_lyapunov(matrix))
        values.append(contractions.norm_in_basis(matrix, lyapunov))
    return Constants(matrix, np.array([*values, contractions.spectral_radius(matrix)]), lyapunov)


def setup(ball: Axes, norms: Axes) -> SimpleNamespace:
    ball.set(xlim=(-3.07, 3.07), ylim=(-1.5, 2.9), xlabel="first coordinate", ylabel="second coordinate")
    norms.set(xscale="log", xlim=(0.2, _FAR), ylim=(5.6, -0.6), xlabel="Lip of x → Mx")
    name_rows(norms, ["1-norm", "2-norm", "∞-norm", "your norm", "Lyapunov's norm", "spectral radius"])
    norms.set_xticks([0.3, 1, 3, 10, 30], ["0.3", "1", "3", "10", "30"])
    norms.minorticks_off()
    norms.axvline(1, color=INK, linewidth=1.3)
    artists = SimpleNamespace(
        lyapunov=ball.plot([], [], ":", color=GREEN, label="Lyapunov's ball")[0],
        ball=ball.plot([], [], "--", color=GREY, label="your unit ball")[0],
        image=ball.plot([], [], color=BLUE, label="its image")[0],
        tip=ball.plot([], [], "D", color=ORANGE, markersize=10, label="tip")[0],
        plain=norms.plot([], [], "o", color=BLUE, markersize=9)[0],
        yours=norms.plot([], [], "D", color=ORANGE, markersize=10)[0],
        others=norms.plot([], [], "s", color=GREEN, markersize=9)[0],
        radius=norms.axvline(color=PURPLE, linestyle="--", linewidth=1.2),
    )
    ball.legend(loc="upper left", ncols=2)
    return artists


def draw(artists: SimpleNamespace, state: Constants, tip_x: float, tip_y: float, solved: bool) -> None:
    ball = np.array([[1, tip_x], [0, tip_y]]) @ _CIRCLE
    artists.ball.set_data(*ball)
    artists.image.set_data(*state.matrix @ ball)
    place(artists.tip, x=tip_x, y=tip_y)
    shown = state.lyapunov / state.lyapunov[0, 0] @ _CIRCLE if solved and state.lyapunov.size else np.empty((2, 0))
    artists.lyapunov.set_data(*shown)
    artists.plain.set_data(state.values[:3], range(3))
    place(artists.yours, x=min(state.values[3], 0.9 * _FAR), y=3)
    rows = [4, 5] if solved and state.lyapunov.size else [5]
    artists.others.set_data(state.values[-len(rows) :], rows)
    place(artists.radius, x=state.values[-1])


def _in_digits(constant: float) -> str:
    """With so many digits that a constant below 1 is not rounded to it."""
    return f"{constant:.3f}" if not 0.9995 <= constant < 1 - 5e-7 else f"{constant:.6f}"


def sentence(state: Constants, tip_x: float, tip_y: float, radius: float, shape: str, solved: bool) -> str:
    one, two, sup, yours = state.values[:4]
    text = (
        f"The {shape} with spectral radius {radius:.2f} has the norms {one:.2f} (1), {two:.2f} (2) and {sup:.2f} (∞), "
        f"and {_in_digits(yours)} in your norm, whose ball has its tip at ({tip_x:.2f}, {tip_y:.2f})"
    )
    text += ": a contraction" if yours < 1 else ": no contraction"
    if not solved:
        return f"{text}."
    if not state.lyapunov.size:
        return f"{text}; the spectral radius is not below 1, so no norm makes it one."
    return f"{text}; Lyapunov's equation gives a norm with {_in_digits(state.values[4])}."


figure = LiveFigure(
    "Can you find a norm in which it contracts?",
    controls=[
        Slider("tip_x", "tip, first coordinate", low=-1.8, high=1.8, value=0, step=0.05, grip=Grip("tip", "x")),
        Slider("tip_y", "tip, second coordinate", low=0.1, high=1.4, value=1, step=0.05, grip=Grip("tip", "y")),
        Slider("radius", "spectral radius ρ", low=0.3, high=1.2, value=0.8, step=0.05),
        Toggle("solved", "solve Lyapunov's equation", value=False),
        Choice("shape", "matrix M", options=tuple(SHAPES), value=_SPIRAL),
    ],
)
