"""What each block does to small distances, last token to last token: factors, and m of A = -f."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.real_model._shared import BLOCK, BLOCK_LABEL, passage_panel, place_passages
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place
from emergence.live.palette import BLUE, GREY, ORANGE, PURPLE
from emergence.operators import real_model as rm

_SHOWN = {"largest factor": "largest", "median factor": "median", "smallest factor": "smallest"}
_COLOURS = {"largest": (ORANGE, "-"), "median": (BLUE, "--"), "smallest": (PURPLE, "-.")}


def start(shown: str) -> np.ndarray:
    return rm.by_depth("jacobians", _SHOWN[shown])


def setup(blocks: Axes, passages: Axes) -> SimpleNamespace:
    blocks.set(yscale="log", xlim=(0, 31), ylim=(1e-5, 1e5), xlabel=BLOCK_LABEL)
    blocks.set_ylabel("factor by which distances grow")
    for name, (colour, line) in _COLOURS.items():
        middle = np.exp(np.log(rm.by_depth("jacobians", name)).mean(axis=0))
        blocks.plot(BLOCK, middle, line, color=colour, label=name)
    passages.set(yscale="log", ylim=(1e-5, 1e5), ylabel="factor, by passage")
    for axes in (blocks, passages):
        axes.axhline(1, color=GREY, linewidth=1)
    artists = SimpleNamespace(points=passage_panel(passages), now=blocks.axvline(color=GREY, linewidth=1.2))
    legend_above(blocks, 3)
    legend_above(passages, 4, handlelength=0.8)
    return artists


def draw(artists: SimpleNamespace, state: np.ndarray, block: int) -> None:
    place_passages(artists.points, state[:, block - 1])
    place(artists.now, x=block)


def sentence(state: np.ndarray, block: int, shown: str) -> str:
    values = state[:, block - 1]
    m = rm.by_depth("jacobians", "m")[:, block - 1]
    return (
        f"Block {block}, {shown}: {in_words(values.min(), 2)} to {in_words(values.max(), 2)} over {len(values)} "
        f"passages, above 1 in {np.count_nonzero(values > 1)}; the local m(−f) lies between {in_words(m.min(), 2)} "
        f"and {in_words(m.max(), 2)}."
    )


figure = LiveFigure(
    "What does one block do to a small distance?",
    controls=[
        Slider("block", "block k", low=1, high=rm.BLOCKS, value=15, scale="integer", grip=Grip("now", "x")),
        Choice("shown", "on the right", options=tuple(_SHOWN), value="largest factor"),
    ],
)
