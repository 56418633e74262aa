"""Growth of small distances over depth: the product of worst cases, the worst and a random direction, the state."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.real_model._shared import DEPTH, DEPTH_LABEL
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, name_rows, place
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE, PURPLE
from emergence.operators import real_model as rm

_ABSOLUTE, _RELATIVE = "distances", "distances relative to the state"
_STYLES = {
    "product of worst cases": (ORANGE, "-", "o"),
    "worst direction": (PURPLE, "-.", "s"),
    "random direction": (BLUE, "-", "D"),
    "the state's norm": (GREEN, "--", "^"),
}


def start(measure: str) -> np.ndarray:
    """Natural logs of factors, shape (4, passages, 31)."""
    logs = np.array(rm.growth())
    return logs - logs[-1] if measure == _RELATIVE else logs


def setup(growth: Axes, passages: Axes) -> SimpleNamespace:
    growth.set(yscale="log", xlim=(0, 30), ylim=(0.01, 1e23), xlabel=DEPTH_LABEL, ylabel="factor since the embedding")
    passages.set(xscale="log", xlim=(1e-3, 1e23), ylim=(-0.6, 3.6), xlabel="factor at depth k, 24 passages")
    growth.axhline(1, color=GREY, linewidth=1)
    passages.axvline(1, color=GREY, linewidth=1)
    name_rows(passages, [name.replace("product of ", "product of\n") for name in _STYLES])
    lines = [growth.plot([], [], line, color=c, label=name)[0] for name, (c, line, _) in _STYLES.items()]
    points = [passages.plot([], [], marker, color=c, markersize=6, alpha=0.6)[0] for c, _, marker in _STYLES.values()]
    growth.legend(loc="upper left")
    return SimpleNamespace(lines=lines, points=points, now=growth.axvline(color=GREY, linewidth=1.2))


def draw(artists: SimpleNamespace, state: np.ndarray, depth: int, passage: int) -> None:
    shown = state.mean(axis=1) if passage == 0 else state[:, passage - 1]
    for row, (line, points) in enumerate(zip(artists.lines, artists.points, strict=True)):
        line.set_data(DEPTH, np.exp(shown[row]))
        points.set_data(np.exp(state[row, :, depth]), np.full(state.shape[1], row))
    place(artists.now, x=depth)


def sentence(state: np.ndarray, depth: int, passage: int, measure: str) -> str:
    shown = state.mean(axis=1) if passage == 0 else state[:, passage - 1]
    bound, worst, random, norm = (in_words(factor, 2) for factor in np.exp(shown[:, depth]))
    whose = "Geometric means over 24 passages" if passage == 0 else f"Passage {passage}"
    blocks = "1 block" if depth == 1 else f"{depth} blocks"
    last = "by construction the state's own factor is 1" if measure == _RELATIVE else f"the state's norm by {norm}"
    return (
        f"{whose}, {blocks}, {measure}: the worst cases of the blocks multiply to {bound}, the worst direction "
        f"grows by {worst}, a random one by {random}, {last}."
    )


figure = LiveFigure(
    "Thirty worst cases: do they happen one after the other?",
    sketch="growth",
    controls=[
        Slider("depth", "depth k", low=0, high=rm.BLOCKS, value=30, scale="integer", grip=Grip("now", "x")),
        Slider("passage", "passage (0: mean of all)", low=0, high=24, value=0, scale="integer"),
        Choice("measure", "measured are", options=(_ABSOLUTE, _RELATIVE), value=_ABSOLUTE),
    ],
)
