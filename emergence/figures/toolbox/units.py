"""One text cut by two tokenizers: the same predictions have two losses per token, and one per byte."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREEN, INK, ORANGE
from emergence.toolbox import information

_MERGES, _WIDTH, _LINES, _THRESHOLD = 180, 24, 2, 2.2
_CUTS = information.merge_pairs(information.PASSAGE, _MERGES)
_SIZE = len(information.PASSAGE)
_LONGEST = 5.0  # bytes per token, the end of the axis


class Losses(NamedTuple):
    """Bytes per token of the two tokenizers, the bits per byte of both, and nats per token of the second."""

    bytes_per_token: np.ndarray
    bits: float
    second: float


def start(first: int, second: int, loss: float) -> Losses:
    sizes = np.array([_CUTS.bytes_per_token(first), _CUTS.bytes_per_token(second)])
    bits = float(information.bits_per_byte(loss, sizes[0]))
    return Losses(sizes, bits, float(information.nats_per_token(bits, sizes[1])))


def setup(cuts: Axes, tokens: Axes) -> SimpleNamespace:
    cuts.set(xlim=(0, _WIDTH), ylim=(-0.4, 5.2), xlabel=f"the first {_WIDTH * _LINES} of {_SIZE:,} bytes")
    cuts.set_xticks([])
    cuts.set_yticks([])
    cuts.grid(False)
    cuts.spines[:].set_visible(False)
    cuts.set_position((0.03, 0.18, 0.94, 0.72))
    for row, name, colour in ((0, "first tokenizer", BLUE), (1, "second tokenizer", ORANGE)):
        cuts.text(0, _height(row, 0) + 0.75, name, color=colour, va="bottom")
        for line in range(_LINES):
            for i, letter in enumerate(information.PASSAGE[line * _WIDTH : (line + 1) * _WIDTH]):
                cuts.text(i + 0.5, _height(row, line) + 0.3, letter, ha="center", va="center")
    tokens.set(xlim=(0, _LONGEST), ylim=(0, 9.4), xlabel="bytes per token", ylabel="loss (nats per token)")
    artists = SimpleNamespace(
        cuts=[cuts.vlines([], 0, 1, color=colour, linewidth=2) for colour in (BLUE, ORANGE)],
        same=tokens.plot([], [], color=INK, linewidth=1.4, label="equal bits per byte")[0],
        threshold=tokens.axhline(_THRESHOLD, color=GREEN, linestyle="--", linewidth=1.6, label="2.2"),
        first=tokens.plot([], [], "D", color=BLUE, markersize=10, label="first")[0],
        second=tokens.plot([], [], "s", color=ORANGE, markersize=9, label="second")[0],
    )
    legend_above(tokens, 4, columnspacing=0.5)
    return artists


def _height(row: int, line: int) -> float:
    """Where a line of the text stands: two lines for each tokenizer, the first on top."""
    return 3.4 - 2.7 * row - line * 0.8


def draw(artists: SimpleNamespace, state: Losses, first: int, second: int, loss: float) -> None:
    for row, (lines, merges) in enumerate(zip(artists.cuts, (first, second), strict=True)):
        starts = _CUTS.starts[merges]
        shown = [divmod(int(place), _WIDTH) for place in starts[starts <= _WIDTH * _LINES - 1]]
        lines.set_segments([[(x, _height(row, y) - 0.02), (x, _height(row, y) + 0.62)] for y, x in shown])
    artists.same.set_data([0, _LONGEST], [0, float(information.nats_per_token(state.bits, _LONGEST))])
    place(artists.first, x=state.bytes_per_token[0], y=loss)
    place(artists.second, x=state.bytes_per_token[1], y=state.second)


def sentence(state: Losses, first: int, second: int, loss: float) -> str:
    one, two = state.bytes_per_token
    return (
        f"{_SIZE:,} bytes of text are {len(_CUTS.starts[first]):,} tokens after {first} merges ({one:.2f} bytes each) "
        f"and {len(_CUTS.starts[second]):,} after {second} ({two:.2f}). A loss of {loss:.2f} nats per token of the "
        f"first is {state.bits:.3f} bits per byte, and so {state.second:.2f} nats per token of the second."
    )


figure = LiveFigure(
    "One text, one model, two tokenizers: which loss?",
    controls=[
        Slider(
            "loss", "loss, first tokenizer", low=0.5, high=4, value=2.2, unit="nats per token", grip=Grip("first", "y")
        ),
        Slider("first", "merges, first tokenizer", low=10, high=_MERGES, value=60, scale="integer"),
        Slider("second", "merges, second tokenizer", low=10, high=_MERGES, value=180, scale="integer"),
    ],
)
