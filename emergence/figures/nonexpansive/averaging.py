"""Twelve inputs under k steps of (1 - λ) I + λ T, with a rotation or a reflection T."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.stacked._shared import circle
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place, positive
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE
from emergence.operators import products

_STEPS = 60
_ROTATION, _REFLECTION = "rotation", "reflection"
_INPUTS = circle(np.linspace(0, 2 * math.pi, 13)[:-1] + 0.2)


class Averaging(NamedTuple):
    """The orbits of the inputs, shape (_STEPS + 1, 12, 2), and two distances at each step, shape (_STEPS + 1,)."""

    orbits: np.ndarray
    to_fixed: np.ndarray
    """largest distance from the fixed points of T"""
    size: np.ndarray
    """largest distance from 0; the inputs have 1"""


def start(kind: str, angle: float, weight: float) -> Averaging:
    rotates = kind == _ROTATION
    step = products.averaged(products.rotation(angle) if rotates else products.reflection(angle), weight)
    onto_fixed = np.zeros((2, 2)) if rotates else products.projection(angle / 2)
    steps = [_INPUTS]
    for _ in range(_STEPS):
        steps.append(steps[-1] @ step.T)
    orbits = np.array(steps)
    to_fixed = np.linalg.norm(orbits - orbits @ onto_fixed.T, axis=-1).max(axis=1)
    return Averaging(orbits, to_fixed, np.linalg.norm(orbits, axis=-1).max(axis=1))


def setup(plane: Axes, distance: Axes) -> SimpleNamespace:
    plane.set(xlim=(-2.5, 1.3), ylim=(-1.33, 1.34), xlabel="first coordinate", ylabel="second coordinate")
    distance.set(yscale="log", xlim=(0, _STEPS), ylim=(1e-10, 4), xlabel="step k")
    distance.set_ylabel("distance (inputs: radius 1)")
    artists = SimpleNamespace(
        fixed=plane.plot([], [], "-", color=GREEN, linewidth=4, alpha=0.5, label="fixed points of T")[0],
        orbits=[plane.plot([], [], "-", color=BLUE, linewidth=0.8, alpha=0.7)[0] for _ in _INPUTS],
        inputs=plane.plot(*_INPUTS.T, "o", color=GREY, markersize=4, label="inputs")[0],
        outputs=plane.plot([], [], "o", color=ORANGE, markersize=6.5, label="after k steps")[0],
        to_fixed=distance.plot([], [], color=ORANGE, label="to the fixed points of T")[0],
        size=distance.plot([], [], "--", color=BLUE, label="size of the cloud")[0],
        now=distance.axvline(color=GREY, linewidth=1.2),
    )
    legend_above(plane, 2)
    legend_above(distance, 1)
    return artists


def draw(artists: SimpleNamespace, state: Averaging, kind: str, angle: float, depth: int) -> None:
    for line, orbit in zip(artists.orbits, state.orbits[: depth + 1].swapaxes(0, 1), strict=True):
        line.set_data(*orbit.T)
    artists.outputs.set_data(*state.orbits[depth].T)
    reach = 0 if kind == _ROTATION else 2
    end = reach * np.array([math.cos(angle / 2), math.sin(angle / 2)])
    artists.fixed.set_data(*np.transpose([-end, end]))
    artists.fixed.set_marker("o" if kind == _ROTATION else "")
    k = np.arange(_STEPS + 1)
    artists.to_fixed.set_data(k, positive(state.to_fixed, 1e-12))
    artists.size.set_data(k, positive(state.size, 1e-12))
    place(artists.now, x=depth)


def sentence(state: Averaging, kind: str, angle: float, weight: float, depth: int) -> str:
    rotates = kind == _ROTATION
    factor = products.averaged_rotation_factor(angle, weight) if rotates else abs(1 - 2 * weight)
    error = state.to_fixed[depth]
    small = "0" if factor < 1e-9 else "less than 10⁻¹²"  # where the digits would be those of rounding errors
    after = (
        f"after {depth} step{'s' * (depth != 1)} the distance to the fixed points is "
        f"{in_words(error) if error > 1e-12 else small}"
    )
    if rotates:
        return (
            f"Rotation by {angle:.2f} rad, averaged with weight λ = {weight:.2f}: each step multiplies "
            f"distances by {factor:.4f}; {after}."
        )
    return (
        f"Reflection in a line, averaged with weight λ = {weight:.2f}: each step multiplies the distance to "
        f"the line by {factor:.2f} and keeps the place along it; {after}."
    )


figure = LiveFigure(
    "Nonexpansive layers: what does averaging repair?",
    sketch="distance",
    controls=[
        Choice("kind", "T is a", options=(_ROTATION, _REFLECTION), value=_ROTATION),
        Slider("angle", "angle", unit="rad", low=0.05, high=3.1, value=1.0, step=0.05),
        Slider("weight", "weight λ of T", low=0, high=1, value=1.0, step=0.05),
        Slider("depth", "steps k", low=0, high=_STEPS, value=40, scale="integer", grip=Grip("now", "x")),
    ],
)
