"""The sizes that the figures of this chapter share, and how they draw what jumps or has no place on them."""

from __future__ import annotations

import numpy as np
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

SIZES = np.logspace(5, 13, 401)


def finite(values: ArrayLike) -> NDArray[np.float64]:
    """Values as an axis can take them: what is infinite is left out."""
    return np.where(np.isfinite(values), values, np.nan)[()]


def set_gated(line: Line2D, x: np.ndarray, performance: np.ndarray, below: np.ndarray) -> None:
    """Draw performance so that a jump looks like one: no line from the last model above η to the first below."""
    crossing = np.flatnonzero(np.diff(below)) + 1
    line.set_data(np.insert(x, crossing, np.nan), np.insert(performance, crossing, np.nan))
