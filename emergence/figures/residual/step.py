"""An operator that stretches and turns: where explicit and implicit blocks take a point, and their factor at each h."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.residual._shared import draw_plane, set_orbit
from emergence.live import Grip, LiveFigure, Slider, place
from emergence.live.drawing import legend_above
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import residual as op

_STEPS = np.linspace(0, 3, 241)
_DEPTH = 40
_STYLE = {"explicit": (ORANGE, "-", "o"), "implicit": (BLUE, "--", "s")}


class Blocks(NamedTuple):
    """The orbit of the point 1, shape (_DEPTH + 1, 2), and the factor of one block at the steps _STEPS."""

    orbit: np.ndarray
    factor: np.ndarray


def start(step: float, angle: float, size: float) -> dict[str, Blocks]:
    a = op.turning_operator(size, math.radians(angle))
    orbits = {kind: op.turning_orbit(a, np.full(_DEPTH, step), kind) for kind in _STYLE}
    return {
        kind: Blocks(np.column_stack([z.real, z.imag]), np.abs(op.turning_factor(a, _STEPS, kind)))
        for kind, z in orbits.items()
    }


def setup(plane: Axes, factor: Axes) -> SimpleNamespace:
    draw_plane(plane, 1.6)
    factor.set(xlim=(0, 3), ylim=(0, 2.4), xlabel="step h", ylabel="factor of one block (Lip)")
    factor.axhline(1, color=GREY, linewidth=1)
    artists = SimpleNamespace(orbits={}, factors={}, now=factor.axvline(color=GREY, linewidth=1.6))
    for kind, (colour, line, marker) in _STYLE.items():
        style = {"color": colour, "linestyle": line, "label": kind}
        artists.orbits[kind] = plane.plot([], [], marker=marker, markersize=4, linewidth=1, **style)[0]
        artists.factors[kind] = factor.plot([], [], **style)[0]
    artists.bound = factor.plot([], [], ":", color=INK, linewidth=1.4, label="1/(1 + hm)")[0]
    plane.plot([1], [0], "o", color=INK, markersize=7)
    legend_above(plane, 2)
    legend_above(factor, 3)
    return artists


def draw(artists: SimpleNamespace, state: dict[str, Blocks], step: float, angle: float, size: float) -> None:
    for kind, (orbit, factor) in state.items():
        set_orbit(artists.orbits[kind], orbit)
        artists.factors[kind].set_data(_STEPS, factor)
    artists.bound.set_data(_STEPS, op.implicit_bound(op.turning_operator(size, math.radians(angle)).real, _STEPS))
    place(artists.now, x=step)


def sentence(state: dict[str, Blocks], step: float, angle: float, size: float) -> str:
    m = size * math.cos(math.radians(angle))
    explicit, implicit = (np.hypot(*blocks.orbit[1]) for blocks in state.values())
    best = op.best_explicit_step(m, size) if m > 1e-9 else 0
    which = (
        f"explicit blocks contract for h below {2 * best:.2f}, most at {best:.2f}"
        if best
        else "no explicit block contracts"
    )
    return (
        f"A has m = {m:.2f} and L = {size:.2f}. At h = {step:.2f} an explicit block has the factor {explicit:.3f}, an "
        f"implicit one {implicit:.3f}; {which}."
    )


figure = LiveFigure(
    "One residual block: which steps contract?",
    controls=[
        Slider("step", "step h", low=0, high=3, value=0.5, step=0.01, grip=Grip("now", "x")),
        Slider("angle", "angle φ by which A turns", unit="°", low=0, high=90, value=60, step=1, format=".0f"),
        Slider("size", "factor L by which A stretches", low=0.1, high=10, value=1, step=0.02, scale="log"),
    ],
)
