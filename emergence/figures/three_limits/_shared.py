"""What several figures of the chapter write alike."""

from __future__ import annotations

from matplotlib.axes import Axes

EXACT, DOUBLE = "exact", "double precision"
INDEX_LABEL = "index n"


def label_errors(against_n: Axes, against_log: Axes) -> None:
    """Two panels for the errors of sequences: in one exponentials are straight, in the other power laws."""
    for ax in (against_n, against_log):
        ax.set(yscale="log", ylabel=r"error $|\mathrm{limit} - x_n|$", xlabel=INDEX_LABEL)
    against_log.set(xscale="log", xlabel="index n, logarithmic")
