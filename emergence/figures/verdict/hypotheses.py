"""A map of theorems: which hypotheses each needs, which of them are known, and what is decided."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, LiveFigure, Toggle, name_rows
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE
from emergence.operators.verdict import CONVERGES, FAILS, Verdict, stack

_BELOW, _ONE, _AVERAGED, _SAMPLE = "Lip ≤ ½ for all", "Lip ≤ 1 for all", "averaged, Lip ≤ 1", "≤ ½ in a sample"
_FORWARD, _BACKWARD = "at the output", "at the input"
_POINTS = {"not known": None, "shared": "shared", "converge": "converge", "need not converge": "do not converge"}
COLUMNS = ("bound", "complete", "self-map", "one map", "points", "moves", "order")
ROWS = {
    "Banach": "bound complete self-map one-map",
    "shared point": "bound self-map points",
    "at the output": "bound self-map points order",
    "at the input": "bound complete self-map moves order",
    "averaged": "bound complete self-map one-map points",
}
"""The theorems, and what each needs."""


class Known(SimpleNamespace):
    """What is known, as the controls say, and the verdict."""

    verdict: Verdict


def start(order: str, lip: str, points: str, complete: bool, inside: bool, same: bool, moves: bool) -> Known:
    facts = {"complete": complete or None, "self_map": inside or None, "bounded_moves": moves or None}
    averaged = {_AVERAGED: True, _ONE: False}.get(lip)
    found = stack(
        0.5 if lip in (_BELOW, _SAMPLE) else 1,
        order="forward" if order == _FORWARD else "backward", sampled=lip == _SAMPLE,
        fixed_points=_POINTS[points], one_map=same or None, averaged=averaged,
        convex_closed=complete or None, has_fixed_point=_POINTS[points] in ("shared", "converge") or None, **facts,
    )  # fmt: skip
    return Known(verdict=found)


def holds(row: str, need: str, order: str, lip: str, points: str, others: dict[str, bool]) -> bool:
    """Whether a row's need is known to be met."""
    if need == "bound":
        return lip == (_AVERAGED if row == "averaged" else _BELOW)
    if need == "order":
        return order == (_FORWARD if row == _FORWARD else _BACKWARD)
    if need == "points":
        return _POINTS[points] == "shared" or (row != "shared point" and _POINTS[points] == "converge")
    return others[need]


def setup(theorems: Axes) -> SimpleNamespace:
    name_rows(theorems, list(ROWS))
    theorems.set_position((0.3, 0.3, 0.66, 0.6))
    theorems.set(xlim=(-0.6, 6.6), ylim=(4.6, -1.6), xlabel="hypotheses")
    theorems.set_xticks(range(7), COLUMNS, rotation=25)
    theorems.tick_params(axis="x", labelsize=11)
    needs = [(i, j) for i, n in enumerate(ROWS.values()) for j, c in enumerate(COLUMNS) if c.replace(" ", "-") in n]
    artists = SimpleNamespace(
        met=theorems.plot([], [], "o", color=GREEN, markersize=11, label="known")[0],
        open=theorems.plot([], [], "x", color=ORANGE, markersize=9, markeredgewidth=2, label="missing")[0],
        proved=theorems.plot([], [], "-", color=BLUE, linewidth=1.5, label="proves")[0],
    )
    theorems.plot([p[1] for p in needs], [p[0] for p in needs], "o", color=GREY, fillstyle="none", markersize=13)
    theorems.legend(loc="upper left", ncols=3, fontsize=11)
    return artists


def draw(
    artists: SimpleNamespace, order: str, lip: str, points: str, complete: bool, inside: bool, same: bool, moves: bool
) -> None:
    others = {"complete": complete, "self-map": inside, "one-map": same, "moves": moves}
    met, missing, proved = [], [], []
    for i, (row, needs) in enumerate(ROWS.items()):
        facts = {need: holds(row, need, order, lip, points, others) for need in needs.split()}
        for j, column in enumerate(COLUMNS):
            if (need := column.replace(" ", "-")) in facts:
                (met if facts[need] else missing).append((j, i))
        if all(facts.values()):
            proved += [(-0.4, i), (6.4, i), (np.nan, np.nan)]
    for line, found in ((artists.met, met), (artists.open, missing), (artists.proved, proved)):
        line.set_data(*np.array(found).reshape(-1, 2).T)


def sentence(state: Known, order: str, lip: str, points: str) -> str:
    known = f"New blocks {order}, {lip}; fixed points: {points}"
    marks = {CONVERGES: "A limit is certain", FAILS: "A limit is not certain"}
    return f"{known}. {marks.get(state.verdict.status, 'Nothing is decided')}. {state.verdict}"


figure = LiveFigure(
    "What must be known?",
    controls=[
        Choice("order", "new blocks come", options=(_FORWARD, _BACKWARD), value=_BACKWARD),
        Choice("lip", "Lipschitz constants", options=(_BELOW, _ONE, _AVERAGED, _SAMPLE), value=_BELOW),
        Choice("points", "fixed points of the blocks", options=tuple(_POINTS), value="not known"),
        Toggle("complete", "the space is complete (averaged: closed and convex)", value=True),
        Toggle("inside", "all blocks map it into itself", value=True),
        Toggle("same", "all blocks are the same map", value=False),
        Toggle("moves", "they move one point by bounded distances", value=True),
    ],
)
