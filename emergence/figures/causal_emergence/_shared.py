"""What several figures of the chapter draw alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from emergence.live.palette import BLUE, INK, PAPER, rgb

_SHADES = np.round(255 * np.linspace([*rgb(PAPER), 1], [*rgb(BLUE), 1], 256)).astype(np.uint8)

BITS = "effective information (bits)"
LETTERS = "ABCDEFGH"


def show_machine(axes: Axes, states: int) -> AxesImage:
    """A picture for `paint_machine`, with the state now down and the next state across."""
    axes.grid(False)
    axes.set_position((0.2, 0.18, 0.58, 0.72))
    axes.set(xlabel="next state", ylabel="state now", xticks=[], yticks=[])
    axes.set(xlim=(-0.5, states - 0.5), ylim=(states - 0.5, -0.5))
    return axes.imshow(np.zeros((states, states, 4), np.uint8), interpolation="nearest", aspect="auto")


def paint_machine(image: AxesImage, matrix: np.ndarray) -> None:
    """Show transition probabilities: paper for 0, full blue for 1, in between by their square root."""
    image.set_data(_SHADES[np.round(255 * np.sqrt(matrix)).astype(int)])


def borders(axes: Axes, count: int) -> list[Line2D]:
    """Lines for `draw_borders`."""
    return [axes.plot([], [], color=INK, linewidth=2)[0] for _ in range(count)]


def draw_borders(lines: Sequence[Line2D], labels: np.ndarray) -> None:
    """Lines between groups of states that stand in the order of their labels: one path down and across for each."""
    n, changes = len(labels), np.flatnonzero(np.diff(np.sort(labels))) + 0.5
    for i, line in enumerate(lines):
        if i < len(changes):
            at = changes[i]
            line.set_data([-0.5, n - 0.5, np.nan, at, at], [at, at, np.nan, -0.5, n - 0.5])
        else:
            line.set_data([], [])
