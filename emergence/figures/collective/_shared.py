"""What the figures of this chapter share: squares painted in several colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.image import AxesImage

from emergence.live.palette import rgb


def ready(colours: Sequence[str]) -> np.ndarray:
    """Colours as Matplotlib shows them, one 32-bit number each: that spares it half of the frame."""
    return np.array([[*(round(255 * c) for c in rgb(colour)), 255] for colour in colours], np.uint8).view(np.uint32)[
        :, 0
    ]


def paint(image: AxesImage, kinds: np.ndarray, colours: np.ndarray) -> None:
    """Show a square of kinds, each the index of one of the colours that `ready` made."""
    image.set_data(colours.take(np.asarray(kinds, np.intp)).view(np.uint8).reshape(*kinds.shape, 4))
