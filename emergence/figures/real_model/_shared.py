"""What several figures of the chapter draw or say alike."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from emergence.live.palette import BLUE, GREEN, ORANGE, PURPLE
from emergence.operators import real_model as rm

DEPTH = np.arange(rm.BLOCKS + 1)
BLOCK = np.arange(1, rm.BLOCKS + 1)
DEPTH_LABEL = "depth k (blocks passed)"
BLOCK_LABEL = "block k"
PLACE = np.arange(1, len(rm.passages()) + 1)
TEXTS = {"Alice": BLUE, "report": ORANGE, "play": PURPLE, "epic": GREEN}
MARKERS = "osD^"


def passage_panel(axes: Axes) -> list:
    """A point for each passage, in the colours and markers of the four texts; returns the four lines to be moved."""
    axes.set(xlim=(0, PLACE[-1] + 1), xlabel="passage")
    return [
        axes.plot([], [], marker, color=colour, markersize=5.5, label=name)[0]
        for (name, colour), marker in zip(TEXTS.items(), MARKERS, strict=True)
    ]


def place_passages(lines: list, values: np.ndarray) -> None:
    """Move the points of `passage_panel` to values of shape (24,), six for each text."""
    for line, x, y in zip(lines, PLACE.reshape(4, 6), values.reshape(4, 6), strict=True):
        line.set_data(x, y)
