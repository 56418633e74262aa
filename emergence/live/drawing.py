"""What several figures draw or say alike."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from emergence.live.markup import write_number


def positive(values: ArrayLike, floor: float = 0.0) -> NDArray[np.float64]:
    """Values as a logarithmic axis can take them: what does not lie above the floor is left out."""
    array = np.asarray(values, dtype=float)
    return np.where(array > floor, array, np.nan)


def place(line: Line2D, *, x: float | None = None, y: float | None = None) -> None:
    """Move a vertical line (made by `axvline`) to x, a horizontal one to y, a single point to both."""
    if y is None:
        line.set_xdata([x, x])
    elif x is None:
        line.set_ydata([y, y])
    else:
        line.set_data([x], [y])


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Name the rows of a chart, 0 for the first, and make room for the names at the left."""
    axes.set_position((0.36, 0.18, 0.58, 0.72))
    axes.set_yticks(range(len(names)), names)


def legend_above(axes: Axes, columns: int, beside: Sequence[Axes] = (), **style: Any) -> None:
    """Put the legend in rows above the axes, where no curve can strike its words.

    Where it takes more than one row the axes make room, and those that stand beside them as well.
    """
    style = {"columnspacing": 0.8, "handletextpad": 0.4, "labelspacing": 0.25, "borderaxespad": 0.2, **style}
    legend = axes.legend(loc="lower right", bbox_to_anchor=(1.05, 1), ncols=columns, **style)
    rows = math.ceil(len(legend.get_texts()) / columns)
    for each in (axes, *beside):
        left, bottom, width, height = each.get_position().bounds
        each.set_position((left, bottom, width, height - 0.07 * (rows - 1)))


def set_band(band: PolyCollection, x: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
    """Move a filled band (made by `fill_between`) to the region between two curves."""
    outline = np.concatenate([np.column_stack([x, low]), np.column_stack([x, high])[::-1]])
    band.set_verts([outline])


class Stripe(Rectangle):
    """A stripe across the axes, horizontal or vertical, between two values of the axis it is drawn on.

    `axhspan` would do, but what it returns changed with Matplotlib 3.9, and a browser's kernel has 3.8.
    """

    def __init__(self, axes: Axes, direction: Literal["horizontal", "vertical"], **style: Any) -> None:
        self.horizontal = direction == "horizontal"
        transform = axes.get_yaxis_transform() if self.horizontal else axes.get_xaxis_transform()
        super().__init__((0, 0), 1, 1, transform=transform, linewidth=0, **style)
        axes.add_patch(self)

    def cover(self, low: float, high: float) -> None:
        """Reach from low to high, in data units."""
        if self.horizontal:
            self.set(y=low, height=high - low)
        else:
            self.set(x=low, width=high - low)


def in_words(number: float, digits: int = 3) -> str:
    """A number as the sentences write it: 0.4, 2.2, 365, and 1.97×10⁹ from a million on or below a thousandth."""
    if number == 0 or 1e-3 <= abs(number) < 1e6:
        return f"{number:.{digits}g}" if abs(number) < 10**digits else f"{number:,.0f}"
    return write_number(number, f".{digits - 1}e")


def with_minus(text: str) -> str:
    """A text in which a minus sign stands before negative numbers, as in the book; 1e-9 stays as it is typed."""
    return re.sub(r"(?<!\w)-(?=\d)", "−", text)
