"""The book's own small transformers along their training: the loss, and what their two blocks do to distances."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place, set_band
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE
from emergence.operators import real_model as rm
from emergence.operators import trained

_NUMBERS = {"largest factor": "largest", "m(−f)": "m", "random factor": "random", "length of the state": "length"}
_PARTS = {"whole block": "block", "attention": "attention", "network": "network"}
_RANGES = {"largest": (0.9, 60), "m": (-20, 1), "random": (0.9, 6), "length": (0.9, 40)}
_GOALS = {"largest": 1, "m": 0, "random": 1, "length": np.nan}
_STYLES = ((ORANGE, "o-"), (BLUE, "s--"))
_AT = np.arange(len(trained.steps()))
_END = len(_AT)
_LABELS = [*map(str, trained.steps()), "end"]


def start(width: int, number: str, part: str) -> list[rm.Interval]:
    """Intervals over seeds, along the checkpoints: of the loss, and of the number in blocks 1 and 2."""
    values = [trained.along(int(width), _PARTS[part], block, _NUMBERS[number]) for block in trained.BLOCKS]
    return [rm.interval(each) for each in (trained.losses(int(width)), *values)]


def _curve(axes: Axes, colour: str, style: str, label: str) -> SimpleNamespace:
    return SimpleNamespace(
        band=axes.fill_between([0], [1], [1], color=colour, alpha=0.25, linewidth=0),
        mean=axes.plot([], [], style, color=colour, markersize=4.5, label=label)[0],
        bar=axes.plot([], [], color=colour, linewidth=2)[0],
        end=axes.plot([], [], style[0], color=colour, markersize=7, markerfacecolor="none", markeredgewidth=1.5)[0],
    )


def _place_curve(curve: SimpleNamespace, found: rm.Interval) -> None:
    set_band(curve.band, _AT, found.low[:-1], found.high[:-1])
    curve.mean.set_data(_AT, found.mean[:-1])
    curve.bar.set_data([_END, _END], [found.low[-1], found.high[-1]])
    curve.end.set_data([_END], [found.mean[-1]])


def setup(loss: Axes, blocks: Axes) -> SimpleNamespace:
    loss.set(ylim=(1.6, 5.2), ylabel="loss (nats a token)")
    for axes in (loss, blocks):
        axes.set(xlim=(-0.5, _END + 0.5), xlabel="step of training")
        axes.set_xticks([*_AT, _END], _LABELS, rotation=50)
        axes.set_position((0.17, 0.27, 0.78, 0.63))
    artists = SimpleNamespace(
        loss=_curve(loss, GREEN, "D-", f"mean of {trained.SEEDS} seeds, 95 %"),
        blocks=[_curve(blocks, *style, f"block {k}") for k, style in zip(trained.BLOCKS, _STYLES, strict=True)],
        axes=blocks,
        goal=blocks.axhline(1, color=INK, linewidth=1, linestyle=":", label="Lip = 1 or m = 0"),
        now=[axes.axvline(color=GREY, linewidth=1.2) for axes in (loss, blocks)],
    )
    loss.legend(loc="upper right")
    legend_above(blocks, 3)
    return artists


def draw(artists: SimpleNamespace, state: list[rm.Interval], checkpoint: int, number: str) -> None:
    name = _NUMBERS[number]
    artists.axes.set(ylim=_RANGES[name], ylabel=number)
    for curve, found in zip([artists.loss, *artists.blocks], state, strict=True):
        _place_curve(curve, found)
    place(artists.goal, y=_GOALS[name])
    for line in artists.now:
        place(line, x=checkpoint)


def sentence(state: list[rm.Interval], checkpoint: int, width: str, number: str, part: str) -> str:
    loss, first, second = (
        f"{in_words(found.mean[checkpoint])} [{in_words(found.low[checkpoint])}, {in_words(found.high[checkpoint])}]"
        for found in state
    )
    when = "At step 3000, the rate fallen to zero" if checkpoint == _END else f"At step {trained.steps()[checkpoint]}"
    return (
        f"{when}, width {width}: a loss of {loss} nats; {number}, {part}: {first} in block 1 and {second} in block 2 "
        f"(means over 60 tokens and {trained.SEEDS} seeds, 95 % intervals over seeds)."
    )


figure = LiveFigure(
    "Does training bring the blocks towards Lip = 1 and m = 0?",
    sketch="blocks",
    controls=[
        Slider("checkpoint", "checkpoint", low=0, high=_END, value=_END - 1, scale="integer", grip=Grip("now", "x")),
        Choice("width", "width", options=tuple(map(str, trained.WIDTHS)), value="64"),
        Choice("number", "number", options=tuple(_NUMBERS), value="largest factor"),
        Choice("part", "of each", options=tuple(_PARTS), value="whole block"),
    ],
)
