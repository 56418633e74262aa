"""A vector dragged, its length in five norms, and how far a matrix takes it: at most its norm times as far."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.limits.contractions import norm_in_basis, operator_norm
from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, name_rows, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PURPLE
from emergence.toolbox import norms

_TURN = np.linspace(0, 2 * math.pi, 181)
_BASIS = np.array([[1.0, 0.7], [0.0, 0.6]])
_ELLIPSE = _BASIS @ np.array([np.cos(_TURN), np.sin(_TURN)])
_P, _DISC = "the p-norm", "the ellipse's norm"
_ROWS = ("1-norm", "2-norm", "p-norm", "∞-norm", "ellipse")
_HALF = math.sqrt(0.5)
_SHAPES = {
    "a turn by 45°": np.array([[_HALF, -_HALF], [_HALF, _HALF]]),
    "a shear": np.array([[1.0, 1.0], [0.0, 1.0]]),
    "a stretch": np.array([[1.5, 0.0], [0.0, 0.5]]),
}


class Lengths(NamedTuple):
    """The matrix; in each of five norms the length of the vector, that of its image, and the norm of the matrix."""

    matrix: np.ndarray
    vector: np.ndarray
    image: np.ndarray
    bound: np.ndarray


def _lengths(x: np.ndarray, p: float) -> np.ndarray:
    return np.array([*(float(norms.p_norm(x, q)) for q in (1, 2, p, math.inf)), float(norms.ellipse_norm(x, _BASIS))])


def start(x: float, y: float, p: float, matrix: str) -> Lengths:
    m, vector = _SHAPES[matrix], np.array([x, y])
    one, two, greatest = (operator_norm(m, norm) for norm in ("1", "2", "∞"))
    bound = [one, two, norms.matrix_p_norm(m, p), greatest, norm_in_basis(m, _BASIS)]
    return Lengths(m, _lengths(vector, p), _lengths(m @ vector, p), np.array(bound))


def setup(plane: Axes, lengths: Axes) -> SimpleNamespace:
    plane.set(xlim=(-2.94, 2.94), ylim=(-2.1, 2.1), xlabel="first coordinate", ylabel="second coordinate")
    lengths.set(xlim=(0, 8.5), ylim=(4.6, -0.6), xlabel="length")
    name_rows(lengths, _ROWS)
    artists = SimpleNamespace(
        ball=plane.plot([], [], "--", color=GREY, label="unit ball")[0],
        image=plane.plot([], [], color=BLUE, label="image")[0],
        vector=plane.plot([], [], "D", color=ORANGE, markersize=10, label="x")[0],
        moved=plane.plot([], [], "o", color=PURPLE, markersize=9, label="Mx")[0],
        x=lengths.plot([], [], "D", color=ORANGE, markersize=9, label="‖x‖")[0],
        mx=lengths.plot([], [], "o", color=PURPLE, markersize=9, label="‖Mx‖")[0],
        bound=lengths.plot([], [], "|", color=INK, markersize=18, markeredgewidth=2, label="‖M‖ ‖x‖")[0],
    )
    legend_above(plane, 4)
    legend_above(lengths, 3)
    return artists


def draw(artists: SimpleNamespace, state: Lengths, x: float, y: float, p: float, ball: str) -> None:
    points = norms.unit_sphere(p, _TURN).T if ball == _P else _ELLIPSE
    artists.ball.set_data(*points)
    artists.image.set_data(*state.matrix @ points)
    place(artists.vector, x=x, y=y)
    moved = state.matrix @ [x, y]
    place(artists.moved, x=moved[0], y=moved[1])
    rows = range(len(_ROWS))
    artists.x.set_data(state.vector, rows)
    artists.mx.set_data(state.image, rows)
    artists.bound.set_data(state.bound * state.vector, rows)


def sentence(state: Lengths, x: float, y: float, p: float, matrix: str) -> str:
    def listed(values: np.ndarray) -> str:
        one, two, power, greatest, ellipse = values
        return (
            f"{one:.2f} (1), {two:.2f} (2), {power:.2f} (p = {p:.3g}), {greatest:.2f} (∞) and {ellipse:.2f} (ellipse)"
        )

    return (
        f"x = ({x:.2f}, {y:.2f}) has the lengths {listed(state.vector)}. M is {matrix}: Mx has "
        f"{listed(state.image)}. The norms of M are {listed(state.bound)}."
    )


figure = LiveFigure(
    "How long is a vector, and how far can a matrix take it?",
    controls=[
        Slider("x", "first coordinate of x", low=-1.4, high=1.4, value=1.0, step=0.05, grip=Grip("vector", "x")),
        Slider("y", "second coordinate of x", low=-1.4, high=1.4, value=0.5, step=0.05, grip=Grip("vector", "y")),
        Slider("p", "exponent p", low=1, high=32, value=4.0, step=math.log10(2) / 10, scale="log"),
        Choice("matrix", "matrix M", options=tuple(_SHAPES), value="a turn by 45°"),
        Choice("ball", "ball drawn", options=(_P, _DISC), value=_P, affects="picture"),
    ],
)
