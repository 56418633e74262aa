"""What do you call emergent? The reader's own verdicts, beside those of five definitions."""

from __future__ import annotations

from types import SimpleNamespace

from matplotlib.axes import Axes

from emergence.definitions import EXAMPLES, NAMES, NO, YES, agreeing
from emergence.figures.what_emerges._shared import (
    HEADS,
    book,
    legend_of,
    place_bars,
    place_verdicts,
    set_bars,
    set_table,
)
from emergence.live import LiveFigure, Toggle
from emergence.live.palette import GREY

_CONTROLS = dict(zip(
    ("flock", "magnet", "percolation", "sandpile", "rule", "vote", "e", "lookup", "digits"),
    (
        "a flock flies one way",
        "a cold magnet has a side",
        "a path of open sites crosses",
        "avalanches of all sizes",
        "rule 110 can run any program",
        "a large majority is right",
        "(1 + 1/n)ⁿ comes to e",
        "a model looks up a list",
        "all K digits are right",
    ),
    strict=True,
))  # fmt: skip


def start(
    flock: bool,
    magnet: bool,
    percolation: bool,
    sandpile: bool,
    rule: bool,
    vote: bool,
    e: bool,
    lookup: bool,
    digits: bool,
) -> dict[str, bool]:
    own = (flock, magnet, percolation, sandpile, rule, vote, e, lookup, digits)
    return dict(zip(EXAMPLES, own, strict=True))


def setup(table: Axes, agreement: Axes) -> SimpleNamespace:
    artists = SimpleNamespace(
        marks=set_table(table, ("you", *HEADS)), bars=set_bars(agreement, "it says as you do", "it says the opposite")
    )
    table.axvline(1.5, color=GREY, linewidth=1)
    legend_of(table)
    return artists


def draw(artists: SimpleNamespace, state: dict[str, bool], show: bool) -> None:
    verdicts = {(1, row): YES if mine else NO for row, mine in enumerate(state.values(), 1)}
    place_verdicts(artists.marks, verdicts | (book(2) if show else {}))
    found = [agreeing(state, name) for name in NAMES] if show else []
    place_bars(artists.bars, {row: (same, decided - same) for row, (same, decided) in enumerate(found, 1)})


def sentence(state: dict[str, bool], show: bool) -> str:
    mine = [example for example, verdict in state.items() if verdict]
    said = f"You call {len(mine)} of {len(EXAMPLES)} emergent" + (f": {', '.join(mine)}. " if mine else ". ")
    if not show:
        return said + "The columns of the definitions are still empty."
    found = {name: agreeing(state, name) for name in NAMES}
    listed = "; ".join(f"{name} {same} of {decided}" for name, (same, decided) in found.items())
    return said + f"Where a definition says yes or no, you say the same: {listed}."


figure = LiveFigure(
    "Which of these would you call emergent?",
    controls=[
        *(Toggle(name, label, value=False) for name, label in _CONTROLS.items()),
        Toggle("show", "show the five definitions", value=False),
    ],
)
