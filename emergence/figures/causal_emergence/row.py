"""A row of a machine with four states, dragged: what it does to determinism, degeneracy and effective information."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.causal_emergence._shared import LETTERS
from emergence.live import Choice, Grip, LiveFigure, Slider, name_rows, place
from emergence.live.palette import BLUE, GREY, ORANGE, PURPLE
from emergence.physics import causal

_COPY, _STAY, _FOLLOW = "B and C do as A, D stays", "all others stay", "all others lead to A"


class Row(NamedTuple):
    """The row of A, and in bits: determinism and degeneracy times log2 4, and their difference, EI."""

    row: np.ndarray
    bits: np.ndarray


def start(to_a: float, to_b: float, to_c: float, others: str) -> Row:
    asked = np.array([to_a, to_b, to_c])
    asked = asked / max(asked.sum(), 1)
    row = np.append(asked, max(1 - asked.sum(), 0.0))
    row /= row.sum()
    matrix = np.eye(4)
    if others == _COPY:
        matrix[:3] = row
    elif others == _FOLLOW:
        matrix[1:] = np.eye(4)[0]
    matrix[0] = row
    parts = [2 * float(part(matrix)) for part in (causal.determinism, causal.degeneracy)]
    return Row(row, np.array([*parts, float(causal.effective_information(matrix))]))


def setup(row: Axes, bits: Axes) -> SimpleNamespace:
    row.set(xlim=(-0.6, 3.6), ylim=(0, 1.08), xlabel="next state", ylabel="probability after A")
    row.set_xticks(range(4), LETTERS[:4])
    bits.set(xlim=(0, 2.08), ylim=(2.6, -0.6), xlabel="bits")
    name_rows(bits, ["determinism", "− degeneracy", "= EI"])
    artists = SimpleNamespace(
        bars=row.vlines(range(4), 0, np.zeros(4), color=BLUE, linewidth=22, capstyle="butt"),
        grips=[row.plot([], [], "D", color=ORANGE, markersize=10, clip_on=False)[0] for _ in range(3)],
        parts=bits.hlines(range(3), 0, np.zeros(3), color=[BLUE, GREY, PURPLE], linewidth=20, capstyle="butt"),
    )
    artists.to_a, artists.to_b, artists.to_c = artists.grips
    return artists


def draw(artists: SimpleNamespace, state: Row, to_a: float, to_b: float, to_c: float) -> None:
    artists.bars.set_segments([[(i, 0), (i, p)] for i, p in enumerate(state.row)])
    for i, (grip, asked) in enumerate(zip(artists.grips, (to_a, to_b, to_c), strict=True)):
        place(grip, x=i, y=asked)
    determinism, degeneracy, ei = state.bits
    ends = [(0, determinism), (ei, determinism), (0, ei)]  # the second bar takes away from the first
    artists.parts.set_segments([[(low, i), (high, i)] for i, (low, high) in enumerate(ends)])


def sentence(state: Row, others: str) -> str:
    row = ", ".join(f"{p:.2f}" for p in state.row)
    determinism, degeneracy, ei = np.round(state.bits, 3) + 0.0
    return (
        f"A leads to A, B, C, D with probabilities {row}; {others}. In bits, determinism {determinism:.3f} minus "
        f"degeneracy {degeneracy:.3f} is effective information {ei:.3f} of at most {math.log2(4):.0f}."
    )


figure = LiveFigure(
    "Drag what follows A: how much does the state decide?",
    controls=[
        Slider("to_a", "from A to A", low=0, high=1, value=0.33, grip=Grip("to_a", "y")),
        Slider("to_b", "from A to B", low=0, high=1, value=0.33, grip=Grip("to_b", "y")),
        Slider("to_c", "from A to C", low=0, high=1, value=0.34, grip=Grip("to_c", "y")),
        Choice("others", "other states", options=(_COPY, _STAY, _FOLLOW), value=_COPY),
    ],
)
