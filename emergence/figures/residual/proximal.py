"""The implicit block by ruler: from (x, 0) a line of slope -1/h meets the graph of A at the next point."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.residual._shared import DEPTH_LABEL
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import residual as op

_DEPTH = 20
_HOLED = "sign x with a gap"
_LINE = np.linspace(-3, 3, 121)
_CORNER = np.array([[-3.0, 0, 0, 3], [-1, -1, 1, 1]])
_GRAPHS = {name: np.array([_LINE, op.OPERATORS[name].value(_LINE)]) for name in ("x", "x³", "1")}
_GRAPHS |= {"∂|x|": _CORNER, _HOLED: np.insert(_CORNER, 2, np.nan, axis=1)}


def start(operator: str, point: float, step: float) -> np.ndarray:
    """The points x_0, x_1 … up to depth 20, or as far as there is a next one. Shape (n,)."""
    if operator != _HOLED:
        return op.residual_orbit(operator, point, np.full(_DEPTH, step), "implicit")
    orbit = [point]
    while len(orbit) <= _DEPTH and (image := op.punctured_sign_resolvent(orbit[-1], step)) is not None:
        orbit.append(image)
    return np.array(orbit)


def setup(graph: Axes, orbit: Axes) -> SimpleNamespace:
    graph.set(xlim=(-2.6, 2.6), ylim=(-2.2, 2.2), xlabel="x", ylabel="value of A at x")
    orbit.set(xlim=(0, _DEPTH), ylim=(-2.6, 2.6), xlabel=DEPTH_LABEL, ylabel="output $x_k$")
    for axes in (graph, orbit):
        axes.axhline(0, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        graph=graph.plot([], [], color=BLUE, label="graph of A")[0],
        hole=graph.plot([0, 0], [-1, 1], "o", color=BLUE, fillstyle="none")[0],
        alone=graph.plot([0], [0], "o", color=BLUE, markersize=5)[0],
        later=graph.plot([], [], "-", color=GREY, linewidth=1)[0],
        line=graph.plot([], [], "--", color=ORANGE, label="slope −1/h")[0],
        meets=graph.plot([], [], "s", color=ORANGE, markersize=7)[0],
        point=graph.plot([], [], "o", color=INK, markersize=10, label="$x_0$")[0],
        orbit=orbit.plot([], [], "o-", color=ORANGE, markersize=5, linewidth=1)[0],
    )
    graph.legend(loc="lower right")
    return artists


def draw(artists: SimpleNamespace, state: np.ndarray, operator: str, point: float, step: float) -> None:
    artists.graph.set_data(*_GRAPHS[operator])
    artists.hole.set_visible(operator == _HOLED)
    artists.alone.set_visible(operator == _HOLED)
    values, zeros = -np.diff(state) / step, np.zeros(len(state) - 1)  # each value is in A x_k
    stairs = np.array([[state[:-1], zeros], [state[1:], values], [state[1:], zeros]])
    artists.later.set_data(*stairs.transpose(1, 2, 0).reshape(2, -1))
    place(artists.meets, x=state[1] if len(values) else np.nan, y=values[0] if len(values) else np.nan)
    past = -0.4 if point > 0 else 0.4  # a line that meets nothing ends a little beyond the gap
    ends = stairs[:2, :, 0].T if len(values) else [[point, past], [0, (point - past) / step]]
    artists.line.set_data(*ends)
    place(artists.point, x=point, y=0)
    artists.orbit.set_data(np.arange(len(state)), state)


def sentence(state: np.ndarray, operator: str, point: float, step: float) -> str:
    last, from_here = len(state) - 1, f"A x = {operator}, h = {step:.2f}, from {point:.2f}"
    if last < _DEPTH:
        return f"{from_here}: no next point after {last} blocks, since the line passes through the gap in the graph."
    end = f"{from_here}: after {_DEPTH} blocks the output is {in_words(float(state[-1]))}"
    if operator == "1":
        return f"{end}; A has no zero, and the output runs off."
    exact = np.flatnonzero(state == 0)
    return f"{end}; it is at the zero from block {exact[0]} on." if len(exact) else f"{end}; the zero of A is 0."


figure = LiveFigure(
    "An implicit block by ruler: where does the line meet the graph?",
    controls=[
        Slider("point", "start x₀", low=-2.5, high=2.5, value=2.1, step=0.05, grip=Grip("point", "x")),
        Slider("step", "step h", low=0.1, high=2, value=0.6, step=0.05),
        Choice("operator", "A x", options=tuple(_GRAPHS), value="x³"),
    ],
)
