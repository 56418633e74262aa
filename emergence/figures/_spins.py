"""What the figures of running lattices share: quick random numbers, and a picture of spins."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from emergence.live.palette import BLUE, PAPER, rgb

_DOWN_UP_PAPER = [[*(round(255 * c) for c in rgb(colour)), 255] for colour in (BLUE, "#f2e9dc", PAPER)]
_COLOURS = np.array(_DOWN_UP_PAPER, np.uint8).view(np.uint32)[:, 0]


def quick(rng: np.random.Generator) -> np.random.Generator:
    """A generator that is quicker than the default in the browser, which has no 128-bit multiplication."""
    return np.random.Generator(np.random.SFC64(rng.integers(2**63)))


def show_spins(axes: Axes, pixels: int, title: str) -> AxesImage:
    """A square image of spins without axes, as large as the panel allows."""
    axes.set_axis_off()
    axes.set_position((0.1, 0.03, 0.8, 0.87))
    axes.set_title(title)
    return axes.imshow(np.zeros((pixels, pixels, 4), np.uint8), interpolation="nearest")


def paint(image: AxesImage, kinds: np.ndarray) -> None:
    """Show a square of spins, 0 down and 1 up, 2 for paper. Ready colours spare Matplotlib half of the frame."""
    image.set_data(_COLOURS.take(kinds).view(np.uint8).reshape(*kinds.shape, 4))
