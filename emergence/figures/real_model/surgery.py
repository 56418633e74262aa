"""Blocks of the model dropped, run twice, swapped or reversed: what each change adds to the loss."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.real_model._shared import BLOCK_LABEL
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, place, positive, set_band
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE
from emergence.operators import real_model as rm

_OPERATIONS = {"dropped": "drop", "run twice": "twice"}
_RUNS = {"drop": (ORANGE, "o-", "dropped"), "twice": (BLUE, "s--", "run twice"), "reversed": (GREEN, "D-.", "reversed")}
_FLOOR = 3e-3


def start(operation: str) -> tuple[np.ndarray, rm.Interval]:
    first, added = rm.surgery(_OPERATIONS[operation])
    return first, rm.interval(added)


def setup(single: Axes, runs: Axes) -> SimpleNamespace:
    single.set(yscale="log", xlim=(0, 31), ylim=(_FLOOR, 30), xlabel=BLOCK_LABEL, ylabel="added to the loss (nats)")
    runs.set(
        yscale="log",
        xlim=(0, 15),
        xticks=rm.runs(),
        ylim=(_FLOOR, 30),
        xlabel="blocks in the middle",
        ylabel="added to the loss (nats)",
    )
    for name, (colour, style, label) in _RUNS.items():
        added = [rm.interval(rm.surgery(name, count)[1][:, 0]) for count in rm.runs()]
        low, mean, high = (np.array([getattr(a, part) for a in added]) for part in ("low", "mean", "high"))
        runs.fill_between(rm.runs(), np.maximum(low, _FLOOR), high, color=colour, alpha=0.2, linewidth=0)
        runs.plot(rm.runs(), mean, style, color=colour, markersize=5, label=label)
    artists = SimpleNamespace(
        band=single.fill_between([0], [1], [1], color=ORANGE, alpha=0.25, linewidth=0),
        mean=single.plot([], [], "o-", color=ORANGE, markersize=4.5, label="mean of 24 passages, 95 %")[0],
        now=single.axvline(color=GREY, linewidth=1.2),
    )
    single.legend(loc="upper right")
    runs.legend(loc="lower right")
    return artists


def draw(artists: SimpleNamespace, state: tuple[np.ndarray, rm.Interval], block: int) -> None:
    first, added = state
    artists.mean.set_data(first, positive(added.mean, _FLOOR))
    set_band(artists.band, first, np.maximum(added.low, _FLOOR), np.maximum(added.high, _FLOOR))
    place(artists.now, x=block)


def sentence(state: tuple[np.ndarray, rm.Interval], operation: str, block: int) -> str:
    added = state[1]
    i = block - 1
    return (
        f"Block {block} {operation}: {in_words(added.mean[i], 2)} nats more a token, 95 % interval "
        f"{in_words(added.low[i], 2)} to {in_words(added.high[i], 2)} over {added.n} passages; the whole model has "
        f"{rm.whole_loss().mean():.2f}."
    )


figure = LiveFigure(
    "Which block can the model do without?",
    controls=[
        Slider("block", "block k", low=1, high=rm.BLOCKS, value=15, scale="integer", grip=Grip("now", "x")),
        Choice("operation", "it is", options=tuple(_OPERATIONS), value="dropped"),
    ],
)
