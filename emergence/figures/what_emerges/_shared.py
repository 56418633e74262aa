"""The table of definitions and examples, as two figures of the chapter draw it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from emergence.definitions import DEPENDS, EXAMPLES, NAMES, NO, YES, cell
from emergence.live import legend_above
from emergence.live.palette import BLUE, GREY, ORANGE

HEADS = ("no\nshortcut", "size", "sharp", "sym-\nmetry", "causes")
_MARKS = {
    YES: {"marker": "o", "color": BLUE, "markersize": 12},
    NO: {"marker": "x", "color": GREY, "markersize": 9, "markeredgewidth": 2},
    DEPENDS: {"marker": "D", "color": ORANGE, "markersize": 9, "fillstyle": "none", "markeredgewidth": 2},
}


def set_table(axes: Axes, heads: tuple[str, ...]) -> dict[str, Line2D]:
    """Name rows by the examples, and columns, from 1 on; return a line of marks for each verdict."""
    axes.set(xlim=(0.5, len(heads) + 0.5), ylim=(len(EXAMPLES) + 0.5, 0.5))
    axes.set_position((0.29, 0.03, 0.7, 0.75))
    axes.set_axis_off()
    for row, name in enumerate(EXAMPLES, 1):
        axes.text(0.42, row, name, ha="right", va="center", fontsize=11)
    for column, head in enumerate(heads, 1):
        axes.text(column, 0.45, head, ha="center", va="bottom", fontsize=11)
    return {
        verdict: axes.plot([], [], linestyle="none", label=verdict, **style)[0] for verdict, style in _MARKS.items()
    }


def legend_of(axes: Axes) -> None:
    """Explain the marks above the names of the columns."""
    axes.legend(loc="lower right", bbox_to_anchor=(1.02, 1.13), ncols=3, columnspacing=0.8, handletextpad=0.2)


def place_verdicts(marks: dict[str, Line2D], verdicts: dict[tuple[int, int], str]) -> None:
    """Show verdicts, given by column and row from 1 on."""
    for verdict, line in marks.items():
        here = [place for place, which in verdicts.items() if which == verdict]
        line.set_data(*np.array(here, float).reshape(-1, 2).T)


def book(first: int) -> dict[tuple[int, int], str]:
    """The book's verdicts by column and row, the first definition in column `first`."""
    return {
        (first + i, row): cell(example, name).verdict
        for row, example in enumerate(EXAMPLES, 1)
        for i, name in enumerate(NAMES)
    }


def set_bars(axes: Axes, first: str, second: str) -> tuple[Line2D, Line2D]:
    """A row for each definition, in the order of the table; to the right two counts of examples, end to end."""
    axes.set_position((0.27, 0.18, 0.68, 0.72))
    axes.set(xlim=(0, len(EXAMPLES) + 0.4), ylim=(len(NAMES) + 0.6, 0.4), xlabel="number of examples")
    axes.set_yticks(range(1, len(NAMES) + 1), NAMES)
    axes.tick_params(axis="y", length=0)
    lines = [
        axes.plot([], [], color=colour, linewidth=width, solid_capstyle="butt", label=label)[0]
        for colour, width, label in ((BLUE, 14, first), (ORANGE, 7, second))
    ]
    legend_above(axes, 2)
    return lines[0], lines[1]


def place_bars(lines: tuple[Line2D, Line2D], counts: dict[int, tuple[int, int]]) -> None:
    """Show two counts end to end in each of the rows given."""
    gap = (np.nan, np.nan)
    first = [end for row, (a, _) in counts.items() for end in ((0, row), (a, row), gap)]
    second = [end for row, (a, b) in counts.items() for end in ((a, row), (a + b, row), gap)]
    for line, ends in zip(lines, (first, second), strict=True):
        line.set_data(*np.array(ends, float).reshape(-1, 2).T)
