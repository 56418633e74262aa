"""What the figures of running lattices share: quick random numbers, and a square painted in few colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from emergence.live.palette import BLUE, PAPER, rgb


def ready(colours: Sequence[str]) -> np.ndarray:
    """Colours as Matplotlib shows them, one 32-bit number each: that spares it half of the frame."""
    opaque = [[*(round(255 * c) for c in rgb(colour)), 255] for colour in colours]
    return np.array(opaque, np.uint8).view(np.uint32)[:, 0]


_DOWN_UP_PAPER = ready((BLUE, "#f2e9dc", PAPER))


def quick(rng: np.random.Generator) -> np.random.Generator:
    """A generator that is quicker than the default in the browser, which has no 128-bit multiplication."""
    return np.random.Generator(np.random.SFC64(rng.integers(2**63)))


def show_spins(axes: Axes, pixels: int, title: str) -> AxesImage:
    """A square image of spins without axes, as large as the panel allows."""
    axes.set_axis_off()
    axes.set_position((0.1, 0.03, 0.8, 0.87))
    axes.set_title(title)
    return axes.imshow(np.zeros((pixels, pixels, 4), np.uint8), interpolation="nearest")


def paint(image: AxesImage, kinds: np.ndarray, colours: np.ndarray = _DOWN_UP_PAPER) -> None:
    """Show a square of kinds, each the index of a colour made `ready`; of spins 0 is down, 1 up, and 2 paper."""
    # Without the cast 64-bit integers are refused where addresses have 32 bits, as in a browser.
    image.set_data(colours.take(np.asarray(kinds, np.intp)).view(np.uint8).reshape(*kinds.shape, 4))
