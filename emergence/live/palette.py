"""The colours of every figure, and how a dark page shows them.

Pictures are drawn in dark ink on white. A dark page inverts lightness and turns the hue back
(CSS: invert, then hue-rotate by half a turn), so one picture serves both; `on_dark_page` computes what
the reader then sees, and the tests check contrast and distance for both, also under simulated colour
blindness.
"""

from __future__ import annotations

import numpy as np
from cycler import cycler

INK = "#1a1a1a"
GREY = "#6a6a6a"
GRID = "#e2e2e2"
PAPER = "#ffffff"

BLUE = "#0072b2"
ORANGE = "#c75000"
PURPLE = "#440055"
GREEN = "#2e8b3d"
DATA = (BLUE, ORANGE, PURPLE, GREEN)  # in this order: the first three stay furthest apart for every eye

# hue-rotate(180deg) of the CSS filter effects module, acting on sRGB values
_HALF_TURN = np.array([[-0.574, 1.43, 0.144], [0.426, 0.43, 0.144], [0.426, 1.43, -0.856]])


def rgb(colour: str) -> np.ndarray:
    """A '#rrggbb' colour as three sRGB values in [0, 1]."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255


DARK_PAGE = "#121212"
"""The background of the book's dark pages, which the theme sets."""


def on_dark_page(colour: str) -> np.ndarray:
    """The sRGB values of `colour` on a dark page: inverted, hue turned back, screened onto the background."""
    turned = np.clip(_HALF_TURN @ (1 - rgb(colour)), 0, 1)
    return 1 - (1 - turned) * (1 - rgb(DARK_PAGE))


STYLE = {
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.prop_cycle": cycler(color=DATA),
    "axes.titlesize": 13,
    "axes.labelsize": 13,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "legend.fontsize": 12,
    "legend.handlelength": 1.6,
    "legend.handletextpad": 0.6,
    "legend.columnspacing": 1.2,
    "legend.frameon": True,
    "legend.facecolor": PAPER,
    "legend.edgecolor": "none",
    "legend.framealpha": 0.85,
    "font.size": 12,
    "font.family": ["Fira Sans", "DejaVu Sans"],  # the second for signs that the first does not have
    "mathtext.fontset": "custom",
    "mathtext.rm": "Fira Sans",
    "mathtext.it": "Fira Sans:italic",
    "mathtext.bf": "Fira Sans",
    "mathtext.cal": "Fira Sans:italic",
    "mathtext.sf": "Fira Sans",
    "mathtext.tt": "Fira Sans",
    "mathtext.fallback": "stixsans",
    "lines.linewidth": 2,
    "lines.solid_capstyle": "round",
}
