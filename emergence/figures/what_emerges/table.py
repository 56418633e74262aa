"""Five definitions on nine examples: the reason for each verdict, and where definitions are opposed."""

from __future__ import annotations

from types import SimpleNamespace

from matplotlib.axes import Axes

from emergence.definitions import DEFINITIONS, DEPENDS, EXAMPLES, NAMES, cell, opposed
from emergence.figures.what_emerges._shared import (
    HEADS,
    book,
    legend_of,
    place_bars,
    place_verdicts,
    set_bars,
    set_table,
)
from emergence.live import Grip, LiveFigure, Slider, place
from emergence.live.palette import INK


def start(definition: int) -> list[tuple[int, int]]:
    """For each definition, on how many examples it is opposed to the chosen one, and how many either leaves open."""
    chosen = NAMES[definition - 1]
    found = []
    for name in NAMES:
        both = [{cell(example, name).verdict, cell(example, chosen).verdict} for example in EXAMPLES]
        found.append((len(opposed(chosen, name)), sum(DEPENDS in verdicts for verdicts in both)))
    return found


def setup(table: Axes, disagreement: Axes) -> SimpleNamespace:
    marks = set_table(table, HEADS)
    place_verdicts(marks, book(1))
    ring = table.plot([], [], "o", color=INK, markersize=21, fillstyle="none", markeredgewidth=2)[0]
    legend_of(table)
    return SimpleNamespace(ring=ring, bars=set_bars(disagreement, "opposed to it", "left open by either"))


def draw(artists: SimpleNamespace, state: list[tuple[int, int]], example: int, definition: int) -> None:
    place(artists.ring, x=definition, y=example)
    place_bars(artists.bars, {row: counts for row, counts in enumerate(state, 1) if row != definition})


def sentence(state: list[tuple[int, int]], example: int, definition: int) -> str:
    name, what = NAMES[definition - 1], EXAMPLES[example - 1]
    found = cell(what, name)
    against = [f"{other} on {state[i][0]}" for i, other in enumerate(NAMES) if state[i][0]]
    listed = f"opposed to {', '.join(against)}" if against else "opposed to no other"
    return (
        f"{what[0].upper()}{what[1:]}, by “{name}” ({DEFINITIONS[name]}): {found.verdict}. {found.reason} Over the "
        f"{len(EXAMPLES)} examples this definition is {listed}."
    )


figure = LiveFigure(
    "Why does a definition say so?",
    controls=[
        Slider("example", "row", low=1, high=len(EXAMPLES), value=2, scale="integer", grip=Grip("ring", "y")),
        Slider("definition", "column", low=1, high=len(NAMES), value=1, scale="integer", grip=Grip("ring", "x")),
    ],
)
