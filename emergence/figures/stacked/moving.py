"""Uniform contractions with moving fixed points: the network converges exactly when the fixed points do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.stacked._shared import DEPTH_LABEL, above_rounding, show_last_entry
from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place, positive
from emergence.live.palette import BLUE, ORANGE, PURPLE
from emergence.operators import products

_DEPTH = 300
_INPUTS = np.array([-4.0, -1.0, 1.5, 4.0])


class Moving(NamedTuple):
    """Fixed points of the layers, their limit or None, and the orbits of four inputs, shape (_DEPTH + 1, 4)."""

    fixed_points: np.ndarray
    limit: float | None
    orbits: np.ndarray


def start(pattern: str, exponent: float, amplitude: float, contraction: float) -> Moving:
    fixed_points = products.moving_fixed_points(_DEPTH, amplitude, exponent, pattern)
    limit = products.limit_of_fixed_points(amplitude, exponent, pattern)
    return Moving(fixed_points, limit, products.contraction_orbit(contraction, fixed_points, _INPUTS))


def setup(orbits: Axes, distances: Axes) -> SimpleNamespace:
    orbits.set(xscale="log", xlim=(0.9, _DEPTH), ylim=(-4.6, 4.6), xlabel=DEPTH_LABEL, ylabel="output $F_k x$")
    distances.set(xscale="log", yscale="log", xlim=(0.9, _DEPTH), ylim=(1e-8, 20), xlabel=DEPTH_LABEL)
    distances.set_ylabel("distance")
    artists = SimpleNamespace(
        fixed_points=orbits.plot([], [], "o", color=ORANGE, markersize=3.5, label="fixed point $p_k$")[0],
        first=orbits.plot([], [], "o", color=ORANGE, markersize=8, clip_on=False)[0],
        orbits=[orbits.plot([], [], color=BLUE, linewidth=1.3)[0] for _ in _INPUTS],
        to_limit=distances.plot([], [], color=ORANGE, label="output to $\\lim p_k$")[0],
        to_fixed_point=distances.plot([], [], "--", color=BLUE, label="output to $p_k$")[0],
        between_inputs=distances.plot([], [], "-.", color=PURPLE, label="between two inputs")[0],
    )
    artists.orbits[0].set_label("four inputs")
    orbits.legend(loc="lower right")
    order = [artists.to_fixed_point, artists.between_inputs, artists.to_limit]
    legend_above(distances, 2, beside=[orbits], handles=order)
    return artists


def draw(artists: SimpleNamespace, distances: Axes, state: Moving, pattern: str) -> None:
    k, outputs = np.arange(1, _DEPTH + 1), state.orbits[1:]
    artists.fixed_points.set_data(k, state.fixed_points)
    place(artists.first, x=1, y=state.fixed_points[0])
    artists.first.set_visible(pattern != "slow swing")  # which begins at 0, whatever its amplitude
    for line, orbit in zip(artists.orbits, outputs.T, strict=True):
        line.set_data(k, orbit)
    limit = np.nan if state.limit is None else state.limit
    show_last_entry(distances, state.limit is not None)
    artists.to_limit.set_data(k, positive(np.abs(outputs[:, -1] - limit), 1e-12))
    artists.to_fixed_point.set_data(k, positive(np.abs(outputs[:, -1] - state.fixed_points), 1e-12))
    artists.between_inputs.set_data(k, positive(np.ptp(outputs, axis=1), 1e-12))


def sentence(state: Moving, pattern: str, exponent: float, amplitude: float, contraction: float) -> str:
    of_the_text = {("one side", 1, 2, 0.5): "x/2 + 1/k", ("alternating", 0, 2, 0.5): "x/2 ± 1"}
    layers = of_the_text.get((pattern, exponent, amplitude, contraction))
    these = f"These are the layers {layers}. " if layers else ""
    inputs = f"inputs {np.ptp(_INPUTS):g} apart end {above_rounding(np.ptp(state.orbits[-1]))} apart"
    if state.limit is None:
        y = products.two_cycle(amplitude, contraction)
        how = f"tends to a cycle between {y:.3f} and {-y:.3f}" if pattern == "alternating" else "swings for ever"
        return f"{these}The fixed points do not converge, so neither does the network: it {how}; {inputs}."
    return (
        f"{these}The fixed points tend to {state.limit:.2f} and so does the network: at depth {_DEPTH} it is "
        f"still {above_rounding(abs(state.orbits[-1, -1] - state.limit))} away; {inputs}."
    )


figure = LiveFigure(
    "The layers contract, their fixed points move: does the network converge?",
    sketch="distances",
    controls=[
        Choice("pattern", "fixed points move", options=products.PATTERNS, value="one side"),
        Slider("exponent", "decay exponent s", low=0, high=3, value=1, step=0.05),
        Slider("amplitude", "amplitude a", low=0, high=3, value=2, step=0.1, format=".1f", grip=Grip("first", "y")),
        Slider("contraction", "contraction c", low=0, high=0.95, value=0.5, step=0.05),
    ],
)
