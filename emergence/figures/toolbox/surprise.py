"""Two distributions of three symbols, dragged: entropy, cross-entropy, and relative entropy both ways."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Grip, LiveFigure, Slider, legend_above, name_rows
from emergence.live.palette import BLUE, GREY, ORANGE, PAPER, PURPLE
from emergence.toolbox import information

_AT = np.arange(3)
_ASIDE = 0.17
_END = 4.0  # of the axis of bits


class Pair(NamedTuple):
    """P and Q; in bits H(P), KL(P‖Q), H(P, Q) and KL(Q‖P), of which all but the first can be infinite."""

    p: np.ndarray
    q: np.ndarray
    bits: np.ndarray


def _three(a: float, b: float) -> np.ndarray:
    """Probabilities of A and B as asked for, scaled down if they sum to more than 1; C gets the rest."""
    asked = np.array([a, b]) / max(a + b, 1)
    three = np.append(asked, max(1 - asked.sum(), 0.0))
    three[three < 1e-9] = 0
    return three / three.sum()


def start(p_a: float, p_b: float, q_a: float, q_b: float) -> Pair:
    p, q = _three(p_a, p_b), _three(q_a, q_b)
    bits = information.entropy(p), information.relative_entropy(p, q), information.cross_entropy(p, q)
    return Pair(p, q, np.array([*map(float, bits), float(information.relative_entropy(q, p))]))


def setup(symbols: Axes, bits: Axes) -> SimpleNamespace:
    symbols.set(xlim=(-0.6, 2.6), ylim=(0, 1.06), xlabel="symbol", ylabel="probability")
    symbols.set_xticks(_AT, ["A", "B", "C"])
    bits.set(xlim=(0, _END), ylim=(3.6, -0.6), xlabel="bits per symbol")
    name_rows(bits, ["H(P)", "+ KL(P‖Q)", "= H(P, Q)", "KL(Q‖P)"])
    artists = SimpleNamespace(
        p=symbols.vlines(_AT - _ASIDE, 0, np.zeros(3), color=BLUE, linewidth=16, capstyle="butt", label="P"),
        q=symbols.vlines(_AT + _ASIDE, 0, np.zeros(3), color=ORANGE, linewidth=16, capstyle="butt", label="Q"),
        p_a=symbols.plot([], [], "D", color=BLUE, markersize=10, markeredgecolor=PAPER, clip_on=False)[0],
        p_b=symbols.plot([], [], "D", color=BLUE, markersize=10, markeredgecolor=PAPER, clip_on=False)[0],
        q_a=symbols.plot([], [], "s", color=ORANGE, markersize=9, markeredgecolor=PAPER, clip_on=False)[0],
        q_b=symbols.plot([], [], "s", color=ORANGE, markersize=9, markeredgecolor=PAPER, clip_on=False)[0],
        bars=bits.hlines(range(4), 0, np.zeros(4), color=[BLUE, PURPLE, GREY, PURPLE], linewidth=20, capstyle="butt"),
        endless=[bits.text(_END - 0.1, row, "", ha="right", va="center", color=PAPER) for row in range(4)],
    )
    legend_above(symbols, 2)
    return artists


def draw(artists: SimpleNamespace, state: Pair, p_a: float, p_b: float, q_a: float, q_b: float) -> None:
    artists.p.set_segments([[(i - _ASIDE, 0), (i - _ASIDE, y)] for i, y in enumerate(state.p)])
    artists.q.set_segments([[(i + _ASIDE, 0), (i + _ASIDE, y)] for i, y in enumerate(state.q)])
    asked = (artists.p_a, -_ASIDE, p_a), (artists.p_b, 1 - _ASIDE, p_b)
    for grip, x, y in (*asked, (artists.q_a, _ASIDE, q_a), (artists.q_b, 1 + _ASIDE, q_b)):
        grip.set_data([x], [y])
    entropy, forward, cross, backward = (min(value, 2 * _END) for value in state.bits)
    ends = [(0, entropy), (min(entropy, cross), cross), (0, cross), (0, backward)]
    artists.bars.set_segments([[(low, row), (high, row)] for row, (low, high) in enumerate(ends)])
    for text, value in zip(artists.endless, state.bits, strict=True):
        text.set_text("infinite" if math.isinf(value) else f"{value:.2f}" if value > _END else "")


def sentence(state: Pair, p_a: float, p_b: float, q_a: float, q_b: float) -> str:
    def listed(values: np.ndarray) -> str:
        return ", ".join(f"{value:.2f}" for value in values)

    def said(value: float) -> str:
        return f"{value + 0.0:.3f}" if math.isfinite(value) else "infinite"

    entropy, forward, cross, backward = state.bits
    scaled = [name for name, sum_ in (("P", p_a + p_b), ("Q", q_a + q_b)) if sum_ > 1 + 1e-9]
    return (
        f"P = ({listed(state.p)}) and Q = ({listed(state.q)}), in bits per symbol: H(P) = {said(entropy)}, KL(P‖Q) "
        f"{'= ' if math.isfinite(forward) else 'is '}{said(forward)}, cross-entropy H(P, Q) "
        f"{'= ' if math.isfinite(cross) else 'is '}{said(cross)}; the other way round, KL(Q‖P) "
        f"{'= ' if math.isfinite(backward) else 'is '}{said(backward)}."
        + "".join(
            f" What is asked of A and B in {name} is more than 1 together, and is scaled down." for name in scaled
        )
    )


figure = LiveFigure(
    "What does it cost to expect Q where P holds?",
    controls=[
        Slider("p_a", "P of A", low=0, high=1, value=0.5, grip=Grip("p_a", "y")),
        Slider("p_b", "P of B", low=0, high=1, value=0.25, grip=Grip("p_b", "y")),
        Slider("q_a", "Q of A", low=0, high=1, value=0.2, grip=Grip("q_a", "y")),
        Slider("q_b", "Q of B", low=0, high=1, value=0.3, grip=Grip("q_b", "y")),
    ],
)
