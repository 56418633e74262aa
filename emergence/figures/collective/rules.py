"""One of the 256 elementary rules at work on a row, and how well each of them orders random rows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._spins import paint, show_spins
from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.physics import automata as ca

_CELLS = 160
_RANDOM, _ONE = "a coin for each cell", "one cell"
_AGREEMENT, _UNIFORM = ca.judged()
_ORDERED = _AGREEMENT >= ca.THRESHOLD


class Rows(NamedTuple):
    """The row at each time, shape (_CELLS, _CELLS), and the agreement of the last one with itself far away."""

    cells: np.ndarray
    agreement: float


def start(rule: int, first: str, rng: np.random.Generator) -> Rows:
    cells = (np.arange(_CELLS) == _CELLS // 2).astype(np.uint8)
    if first == _RANDOM:
        cells = rng.integers(0, 2, _CELLS, dtype=np.uint8)
    rows = ca.history(cells, rule, _CELLS - 1)
    return Rows(rows, float(ca.far_agreement(rows[-1])))


def setup(rows: Axes, rules: Axes) -> SimpleNamespace:
    rules.set(xlim=(-4, 259), ylim=(0.45, 1.04), xlabel="number of the rule", ylabel="agreement far away")
    number = np.arange(ca.RULES)
    rules.plot(number[~_ORDERED], _AGREEMENT[~_ORDERED], "o", color=BLUE, markersize=4, label="no order")
    rules.plot(number[_ORDERED], _AGREEMENT[_ORDERED], "s", color=ORANGE, markersize=5, label="all cells equal")
    rules.axhline(ca.THRESHOLD, color=GREY, linestyle=":", linewidth=1.6, label="asked for")
    artists = SimpleNamespace(
        image=show_spins(rows, _CELLS, "time runs down"),
        here=rules.axvline(110, color=INK, linewidth=1.2),
        mark=rules.plot([], [], "D", color=INK, markersize=8, fillstyle="none")[0],
    )
    legend_above(rules, 3)
    return artists


def draw(artists: SimpleNamespace, state: Rows, rule: int) -> None:
    paint(artists.image, 1 - state.cells)
    place(artists.here, x=rule)
    place(artists.mark, x=rule, y=_AGREEMENT[rule])


def sentence(state: Rows, rule: int, first: str) -> str:
    verdict = "no order by the criterion"
    if _ORDERED[rule]:
        verdict = "order, with all cells equal"
    return (
        f"Rule {rule} from {first}, {_CELLS} cells: after {_CELLS - 1} steps {state.agreement:.2f} of the cells agree "
        f"with the cell far away. For {ca.STARTS} random rows of {ca.RING} cells after {4 * ca.RING} steps it is "
        f"{_AGREEMENT[rule]:.2f} on average: {verdict}."
    )


figure = LiveFigure(
    "256 rules: which of them order a row?",
    controls=[
        Slider("rule", "number of the rule", low=0, high=255, value=110, scale="integer", grip=Grip("here", "x")),
        Choice("first", "the first row", options=(_RANDOM, _ONE), value=_RANDOM),
    ],
)
