"""Equilibria of a layer with two ReLU units: four conditions on its weights, and how many equilibria there are."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from emergence.figures.verdict._shared import UNIT_CIRCLE
from emergence.live import Choice, Grip, LiveFigure, Slider, place
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE, PURPLE
from emergence.operators import equilibrium

_TURN, _SHEAR, _OPPOSED = "turning", "shearing", "opposed"
_STYLES = (("‖W‖ < 1", BLUE, "-"), ("m > 0", GREEN, "--"), ("ρ(W) < 1", PURPLE, ":"), ("one for all q", GREY, "-"))
_SIDE = np.linspace(-1, 1, 81)


def matrix(family: str, a: float, b: float) -> np.ndarray:
    """The weights W: [[a, -b], [b, a]], [[a, b], [0, a]] or [[a, b], [-b, -a]]."""
    return np.array({_TURN: [[a, -b], [b, a]], _SHEAR: [[a, b], [0, a]], _OPPOSED: [[a, b], [-b, -a]]}[family])


def joined(*curves: np.ndarray) -> np.ndarray:
    """Curves of shape (2, n) as one line with gaps."""
    return np.hstack([part for curve in curves for part in (curve, np.full((2, 1), np.nan))])


def walls(*places: float) -> np.ndarray:
    """Vertical lines at a = places."""
    return joined(*(np.array([[x, x], [-2.5, 2.5]]) for x in places))


_T = np.linspace(-1.6, 1.6, 81)
_BRANCH = np.array([np.cosh(_T), np.sinh(_T)])
_DIAMOND = np.array([[1, 0, -1, 0, 1], [0, 1, 0, -1, 0.0]])
_WEDGE = np.array([[-0.25, 1, -0.25], [2.5, 0, -2.5]])
_EDGES = {
    _TURN: (UNIT_CIRCLE, walls(1), UNIT_CIRCLE, walls(1)),
    _SHEAR: (joined(*(np.array([_SIDE, s * (1 - _SIDE**2)]) for s in (1, -1))), _WEDGE, walls(-1, 1), walls(1)),
    _OPPOSED: (_DIAMOND, walls(-1, 1), joined(_BRANCH, -_BRANCH, _BRANCH[::-1], -_BRANCH[::-1]), walls(-1, 1)),
}
"""Where the four conditions begin to fail, in the plane of a and b."""


class Equilibria(NamedTuple):
    """The equilibria for the input, shape (count, 2), the plain stack from 0, and what the weights satisfy."""

    found: np.ndarray
    orbit: np.ndarray
    norm: float
    m: float
    radius: float
    always_one: bool


def start(a: float, b: float, angle: float, family: str) -> Equilibria:
    w, q = matrix(family, a, b), np.array([math.cos(angle), math.sin(angle)])
    radius = float(np.abs(np.linalg.eigvals(w)).max())
    orbit, m = equilibrium.relu_orbit(w, q, 40), equilibrium.monotonicity(w)
    always_one = equilibrium.always_one_equilibrium(w)
    return Equilibria(equilibrium.relu_equilibria(w, q), orbit, float(np.linalg.norm(w, 2)), m, radius, always_one)


def setup(plane: Axes, outputs: Axes) -> SimpleNamespace:
    plane.set(xlim=(-2.5, 2.5), ylim=(-2.5, 4.8), xlabel="entry a", ylabel="entry b")
    outputs.set(xlabel="output of the first unit", ylabel="output of the second")
    artists = SimpleNamespace(
        edges=[
            plane.plot(
                [],
                [],
                style,
                color=colour,
                label=label,
                linewidth=6 if colour == GREY else 2,
                alpha=0.4 if colour == GREY else 1,
                zorder=1 if colour == GREY else 2,
            )[0]
            for label, colour, style in _STYLES
        ],
        here=plane.plot([], [], "o", color=ORANGE, markersize=11)[0],
        orbit=outputs.plot([], [], ".-", color=BLUE, linewidth=1, label="plain stack from 0")[0],
        found=outputs.plot([], [], "s", color=ORANGE, markersize=9, label="equilibria")[0],
    )
    plane.legend(loc="upper left", ncols=2)
    # The stack may leave the panel, but not through the legend above.
    artists.orbit.set_clip_path(Rectangle((0, 0), 1, 0.71, transform=outputs.transAxes))
    outputs.legend(loc="upper right")
    return artists


def draw(artists: SimpleNamespace, outputs: Axes, state: Equilibria, a: float, b: float, family: str) -> None:
    far = next(side for side in (3, 6, 12, 24, 48, 96) if side > state.found.max(initial=0) or side == 96)
    if outputs.get_xlim()[1] != far:
        outputs.set(xlim=(-0.05 * far, far), ylim=(-0.05 * far, 1.37 * far))
    for line, edge in zip(artists.edges, _EDGES[family], strict=True):
        line.set_data(*edge)
    place(artists.here, x=a, y=b)
    artists.orbit.set_data(*np.minimum(state.orbit, 100).T)
    artists.found.set_data(*state.found.T)


def sentence(state: Equilibria, a: float, b: float, angle: float, family: str) -> str:
    count = {0: "no equilibrium", 1: "one equilibrium"}.get(len(state.found), f"{len(state.found)} equilibria")
    settled = len(state.orbit) > 40 and np.abs(state.orbit[-1] - state.orbit[-2]).max() < 1e-3
    rest = "exactly one" if state.always_one else "not exactly one"
    return (
        f"a = {a:.2f}, b = {b:.2f}: ‖W‖ = {state.norm:.2f}, m = {state.m:.2f}, ρ(W) = {state.radius:.2f}. The input at "
        f"{angle:.2f} rad has {count}, and in 40 steps the plain stack {'settles' if settled else 'does not settle'}; "
        f"over all inputs there is {rest}."
    )


figure = LiveFigure(
    "One equilibrium for every input?",
    controls=[
        Slider("a", "entry a", low=-2, high=2, value=-1.5, step=0.05, grip=Grip("here", "x")),
        Slider("b", "entry b", low=-2, high=2, value=0.5, step=0.05, grip=Grip("here", "y")),
        Slider("angle", "input q at the angle", unit="rad", low=-3.1, high=3.1, value=0.8, step=0.05),
        Choice("family", "weights W", options=(_TURN, _SHEAR, _OPPOSED), value=_TURN),
    ],
)
