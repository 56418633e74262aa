"""What several figures of this chapter and of the one on nonexpansive blocks draw or say alike."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from emergence.live import in_words

DEPTH_LABEL = "depth k (layers)"


def circle(angle: np.ndarray) -> np.ndarray:
    """Points of the unit circle at the angles (radians), shape (n,) -> (n, 2)."""
    return np.column_stack([np.cos(angle), np.sin(angle)])


def above_rounding(number: float) -> str:
    """A pure number in [0, inf) in words; below 1e-15 its digits would be those of rounding errors."""
    return in_words(number, 2) if number > 1e-15 else "less than 10⁻¹⁵"


def show_last_entry(axes: Axes, visible: bool) -> None:
    """Show the last entry of the legend only where its curve is drawn."""
    legend = axes.get_legend()
    text = legend.get_texts()[-1]
    if text.get_visible() != visible:
        text.set_visible(visible)
        legend.legend_handles[-1].set_visible(visible)
