"""How figures of this chapter and of those that build on it read and draw runs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from emergence.scaling.traces import Traces, load_traces

Ways = list[np.ndarray]
"""The way of each run: x and y of its checkpoints, shape (2, checkpoints)."""


@cache
def base(panel: str) -> Traces:
    """The shipped traces of the base mixture."""
    return load_traces(panel).of("base")


def margins(x: np.ndarray) -> tuple[float, float]:
    """Limits a little beyond the data."""
    margin = 0.04 * float(np.ptp(x))
    return float(x.min()) - margin, float(x.max()) + margin


def show_ways(line: Line2D, ways: Iterable[ArrayLike]) -> None:
    """Draw several ways as one line, broken between them."""
    gap = np.full((2, 1), np.nan)
    line.set_data(*np.hstack([gap, *(part for way in ways for part in (way, gap))]))
