"""Four states, three of them more or less alike: effective information of the states and of groups of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.causal_emergence._shared import BITS, LETTERS, borders, draw_borders, paint_machine, show_machine
from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE
from emergence.physics import causal

_DIFFERENCES = np.linspace(0, 1, 51)
GROUPINGS = {"ABC | D": (0, 0, 0, 1), "AB | C | D": (0, 0, 1, 2), "AB | CD": (0, 0, 1, 1), "A | BCD": (0, 1, 1, 1)}
"""What the reader can choose, as labels of the states."""


class Scales(NamedTuple):
    """The machine, and EI of its states, of your groups and of the best groups: here, and at all _DIFFERENCES."""

    matrix: np.ndarray
    here: np.ndarray
    curves: np.ndarray
    """shape (3, 51)"""


def _three(matrix: np.ndarray, yours: tuple[int, ...]) -> np.ndarray:
    rows = causal.groupings(4)
    values = causal.effective_information_of_groupings(matrix, rows)
    mine = values[..., (rows == yours).all(axis=1).argmax()]
    return np.stack([values[..., -1], mine, values[..., :-1].max(axis=-1)])


def start(difference: float, leak: float, grouping: str) -> Scales:
    yours, matrix = GROUPINGS[grouping], causal.three_and_one(difference, leak)
    return Scales(matrix, _three(matrix, yours), _three(causal.three_and_one(_DIFFERENCES, leak), yours))


def setup(machine: Axes, scales: Axes) -> SimpleNamespace:
    image = show_machine(machine, 4)
    machine.set_xticks(range(4), LETTERS[:4])
    machine.set_yticks(range(4), LETTERS[:4])
    scales.set(xlim=(0, 1), ylim=(0, 2.05), xlabel="how much A, B and C differ", ylabel=BITS)
    artists = SimpleNamespace(
        image=image,
        borders=borders(machine, 3),
        best=scales.plot([], [], ":", color=GREEN, linewidth=4, label="best groups")[0],
        micro=scales.plot([], [], color=BLUE, label="four states")[0],
        yours=scales.plot([], [], "--", color=ORANGE, label="your groups")[0],
        here=scales.axvline(color=GREY, linewidth=1.5),
        points=[scales.plot([], [], "o", color=colour, markersize=8)[0] for colour in (BLUE, ORANGE)],
    )
    legend_above(scales, 3, beside=[machine])
    return artists


def draw(artists: SimpleNamespace, state: Scales, difference: float, grouping: str) -> None:
    paint_machine(artists.image, state.matrix)
    draw_borders(artists.borders, np.array(GROUPINGS[grouping]))
    for line, curve in zip((artists.micro, artists.yours, artists.best), state.curves, strict=True):
        line.set_data(_DIFFERENCES, curve)
    place(artists.here, x=difference)
    for point, value in zip(artists.points, state.here, strict=False):
        place(point, x=difference, y=value)


def sentence(state: Scales, difference: float, leak: float, grouping: str) -> str:
    micro, yours, best = np.round(state.here, 3) + 0.0
    winner = "the groups win" if yours > micro else "the states win" if micro > yours else "they are equal"
    return (
        f"Difference {difference:.2f}, leak {leak:.2f}: effective information is {micro:.3f} bits for the four states "
        f"and {yours:.3f} for the groups {grouping}, so {winner}; the best of the 14 groupings has {best:.3f}."
    )


figure = LiveFigure(
    "Forget which of three: is anything gained?",
    sketch="scales",
    controls=[
        Slider("difference", "difference of A, B, C", low=0, high=1, value=0, grip=Grip("here", "x")),
        Slider("leak", "leak to any state", low=0, high=0.9, value=0, step=0.05),
        Choice("grouping", "your groups", options=tuple(GROUPINGS), value="ABC | D"),
    ],
)
