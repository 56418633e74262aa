"""What several figures of the chapter draw or say alike."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from emergence.live.palette import GREY

DEPTH_LABEL = "depth k (blocks)"
_ANGLES = np.linspace(0, 2 * math.pi, 121)
CIRCLE = np.array([np.cos(_ANGLES), np.sin(_ANGLES)])


def set_orbit(line: Line2D, points: np.ndarray) -> None:
    """Draw points of shape (n, 2), without those far outside every panel: no line can be drawn to them."""
    line.set_data(*np.where(np.abs(points).max(axis=1, keepdims=True) < 50, points, np.nan).T)


def draw_plane(axes: Axes, half_height: float) -> None:
    """Axes on which circles are round, with the unit circle."""
    half_width = 1.398 * half_height
    axes.set(xlim=(-half_width, half_width), ylim=(-half_height, half_height))
    axes.set(xlabel="first coordinate", ylabel="second coordinate")
    axes.plot(*CIRCLE, ":", color=GREY, linewidth=1.3)
