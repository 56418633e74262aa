"""Blocks with one linear operator A: its eigenvalue, the verdict from m, L, step and assembly, and the orbit."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.verdict._shared import UNIT_CIRCLE, as_typed
from emergence.live import Choice, Grip, LiveFigure, Slider, place, positive
from emergence.live.palette import BLUE, GREY, ORANGE
from emergence.operators import verdict as judge

_DEPTH = 2000
_DEPTHS = np.unique(np.geomspace(1, _DEPTH, 60).round().astype(int))
_LOW, _HIGH, _LEGEND = 1e-6, 1e4, 1e9  # above _HIGH is room for the legend


class Criterion(NamedTuple):
    """The verdict; the distance from 0 and how far the output still moves until depth 2k, at the first of _DEPTHS."""

    verdict: judge.Verdict
    size: np.ndarray
    movement: np.ndarray


def start(m: float, omega: float, step: float, exponent: float, assembly: str) -> Criterion:
    m_, omega_, steps = as_typed(m), as_typed(omega), judge.Schedule(as_typed(step), as_typed(exponent))
    square = m_ * m_ + omega_ * omega_
    found = judge.residual(assembly, steps, m=m_, lip_squared=square, gradient=False, maximal=True, has_zero=True)
    orbit = judge.spiral_orbit(m, omega, judge.Schedule(step, exponent), assembly)(2 * _DEPTH)
    depths = _DEPTHS[2 * _DEPTHS < len(orbit)]
    movement = [np.linalg.norm(orbit[k : 2 * k + 1] - orbit[k], axis=1).max() for k in depths]
    return Criterion(found, np.linalg.norm(orbit[depths], axis=1), np.array(movement))


def setup(plane: Axes, orbit: Axes) -> SimpleNamespace:
    plane.set(xlim=(-0.4, 2.6), ylim=(-0.1, 3.6), xlabel="real part m of the eigenvalue of A")
    orbit.set(xscale="log", yscale="log", xlim=(1, _DEPTH), ylim=(_LOW, _LEGEND), xlabel="depth k (blocks)")
    plane.set_ylabel("imaginary part ω"), orbit.set_ylabel("distance (input: 1)")
    plane.axvline(0, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        edge=plane.plot([], [], "--", color=BLUE)[0],
        value=plane.plot([], [], "o", color=ORANGE, markersize=11)[0],
        size=orbit.plot([], [], color=BLUE, label="distance from 0")[0],
        movement=orbit.plot([], [], "--", color=ORANGE, label="moves from k to 2k")[0],
    )
    orbit.legend(loc="upper right")
    return artists


def draw(artists: SimpleNamespace, plane: Axes, state: Criterion, m: float, omega: float, step: float, assembly: str):
    edge = UNIT_CIRCLE / step + np.array([[1 / step], [0]])
    artists.edge.set_data(*(edge if assembly == "explicit" else np.full((2, 1), np.nan)))
    title = "dashed: a step h keeps distances" if assembly == "explicit" else "every step shrinks distances if m > 0"
    if plane.get_title() != title:
        plane.set_title(title)
    place(artists.value, x=m, y=omega)
    for line, values in ((artists.size, state.size), (artists.movement, state.movement)):
        line.set_data(_DEPTHS[: len(values)], positive(np.where(values < _HIGH, values, 0), _LOW))


def sentence(state: Criterion, m: float, omega: float, step: float, exponent: float, assembly: str) -> str:
    over = f" over the depth to the power of {exponent:.2f}" if exponent else ""
    kind = f"{assembly} steps {step:.2f}{over}"
    return f"m = {m:.2f}, L = {np.hypot(m, omega):.3f}, {kind}. {state.verdict}"


figure = LiveFigure(
    "Is there a limit? The verdict and the orbit",
    sketch="orbit",
    controls=[
        Slider("m", "real part m", low=0, high=2, value=0.5, step=0.05, grip=Grip("value", "x")),
        Slider("omega", "imaginary part ω", low=0.1, high=3, value=1.5, step=0.05, grip=Grip("value", "y")),
        Slider("step", "first step h", low=0.05, high=2, value=0.3, step=0.05),
        Slider("exponent", "exponent s of the steps", low=0, high=2.5, value=0, step=0.05),
        Choice("assembly", "x − hAx or (I + hA)⁻¹x", options=judge.ASSEMBLIES, value="explicit"),
    ],
)
