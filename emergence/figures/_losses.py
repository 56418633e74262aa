"""What the figures of scaling laws share: the panel with loss against size, and the two published fits of L(N, D)."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from emergence.live.palette import BLUE, ORANGE

LABELS = {
    "size": "model size N (parameters)",
    "data": "training data D (tokens)",
    "compute": "training compute C = 6ND (FLOP)",
    "loss": "loss L (nats per token)",
}
FITS = {"hoffmann_tex": ("Hoffmann", BLUE, "-"), "besiroglu": ("Besiroglu", ORANGE, "--")}
"""By the names of emergence.scaling.laws: what each fit is called, and how it is drawn."""


def loss_against_size(axes: Axes, sizes: tuple[float, float], losses: tuple[float, float]) -> None:
    """Let a panel show losses at sizes within these limits."""
    axes.set(xscale="log", xlim=sizes, ylim=losses, xlabel=LABELS["size"], ylabel=LABELS["loss"])


def curves_of_fits(axes: Axes, label: str = "{}") -> dict[str, Line2D]:
    """An empty curve for each of FITS; label: its words in the legend, with {} for the name."""
    return {k: axes.plot([], [], color=c, linestyle=s, label=label.format(n))[0] for k, (n, c, s) in FITS.items()}


def dots_of_fits(axes: Axes, clip_on: bool = True) -> dict[str, Line2D]:
    """A point to be placed for each of FITS; without clip_on it is drawn whole on the edge of the axes."""
    return {k: axes.plot([], [], "o", color=c, markersize=8, clip_on=clip_on)[0] for k, (_, c, _) in FITS.items()}
