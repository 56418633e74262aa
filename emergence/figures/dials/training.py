"""The book's own small transformers along their training: the loss, and what their two blocks do to distances."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE
from emergence.operators import real_model as rm
from emergence.operators import trained

_NUMBERS = {"largest factor": "largest", "m(−f)": "m", "random factor": "random", "length of the state": "length"}
_PARTS = {"whole block": "block", "attention": "attention", "network": "network"}
_RANGES = {"largest": (0, 10.5), "m": (-29, 2), "random": (0.8, 3.2), "length": (0, 9)}
_GOALS = {"largest": 1, "m": 0, "random": 1, "length": np.nan}
_STYLES = ((ORANGE, "o-"), (BLUE, "s--"))
_AT = np.arange(len(trained.steps()))
_END = len(_AT)
_LABELS = [*map(str, trained.steps()), "end"]


def start(width: int, number: str, part: str) -> list[np.ndarray]:
    """Values (seeds, checkpoints): of the loss, and of the number in blocks 1 and 2."""
    values = [trained.along(int(width), _PARTS[part], block, _NUMBERS[number]) for block in trained.BLOCKS]
    return [trained.losses(int(width)), *values]


def _curve(axes: Axes, colour: str, style: str, label: str) -> dict:
    return {
        "seeds": [axes.plot([], [], color=colour, linewidth=0.8, alpha=0.7)[0] for _ in range(trained.SEEDS)],
        "mean": axes.plot([], [], style, color=colour, markersize=5, linewidth=2.2, label=label)[0],
        "ends": axes.plot([], [], style[0], color=colour, markersize=6, markerfacecolor="none")[0],
    }


def _place_curve(curve: dict, values: np.ndarray) -> None:
    for line, path in zip(curve["seeds"], values, strict=True):
        line.set_data(_AT, path[:-1])
    curve["mean"].set_data(_AT, values[:, :-1].mean(axis=0))
    curve["ends"].set_data(np.full(len(values), _END), values[:, -1])


def setup(loss: Axes, blocks: Axes) -> SimpleNamespace:
    loss.set(ylim=(1.4, 5), ylabel="loss (nats a token)")
    for axes in (loss, blocks):
        axes.set(xlim=(-0.5, _END + 0.5), xlabel="step of training (end: rate at zero)")
        axes.set_xticks([*_AT, _END], _LABELS, rotation=50)
        axes.set_position((0.17, 0.27, 0.78, 0.63))
    artists = SimpleNamespace(
        loss=_curve(loss, GREEN, "D-", f"mean of {trained.SEEDS} seeds"),
        blocks=[_curve(blocks, *style, f"block {k}") for k, style in zip(trained.BLOCKS, _STYLES, strict=True)],
        goal=blocks.axhline(1, color=INK, linewidth=1, linestyle=":", label="Lip = 1 or m = 0"),
        now=[axes.axvline(color=GREY, linewidth=1.2) for axes in (loss, blocks)],
    )
    legend_above(loss, 1)
    legend_above(blocks, 3)
    return artists


def draw(artists: SimpleNamespace, state: list[np.ndarray], checkpoint: int, number: str) -> None:
    name = _NUMBERS[number]
    artists.goal.axes.set(ylim=_RANGES[name], ylabel=number)
    for curve, values in zip([artists.loss, *artists.blocks], state, strict=True):
        _place_curve(curve, values)
    place(artists.goal, y=_GOALS[name])
    for line in artists.now:
        place(line, x=checkpoint)


def sentence(state: list[np.ndarray], checkpoint: int, width: str, number: str, part: str) -> str:
    found = [rm.interval(values[:, checkpoint]) for values in state]
    loss, first, second = (f"{in_words(x.mean)} [{in_words(x.low)}, {in_words(x.high)}]" for x in found)
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
