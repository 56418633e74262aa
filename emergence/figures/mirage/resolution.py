"""A smooth ability as test sets of m questions see it, and from where on they see it at all."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.live import LiveFigure, Slider, in_words, legend_above
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.scaling import mirage
from emergence.statistics import wilson

_P = np.linspace(0.02, 0.98, 33)
_SMOOTH = np.linspace(0, 1, 201)
_SIZES = np.geomspace(10, 10_000, 61).astype(int)


def start(items: float, tokens: int, rng: np.random.Generator) -> np.ndarray:
    """How many of the questions are answered at each p, shape (33,)."""
    return rng.binomial(round(items), _P**tokens)


def setup(seen: Axes, first: Axes) -> SimpleNamespace:
    seen.set(xlim=(0, 1), ylim=(-0.03, 1.03), xlabel="probability p of a right token", ylabel="share of right answers")
    first.set(xlim=(10, 10_000), ylim=(0, 1), xscale="log", xlabel="questions m", ylabel="p from where on it is seen")
    artists = SimpleNamespace(
        errors=seen.vlines([], [], [], color=ORANGE, linewidth=1.4),
        points=seen.plot([], [], "o", color=ORANGE, markersize=5, label="test set")[0],
        truth=seen.plot([], [], color=BLUE, label="$p^K$")[0],
        threshold=seen.plot([], [], "--", color=INK, linewidth=1.4, label="seen from here")[0],
        curve=first.plot([], [], color=GREY)[0],
        here=first.plot([], [], "o", color=INK, markersize=9, clip_on=False)[0],
    )
    legend_above(seen, 3)
    return artists


def _threshold(items: int, tokens: int) -> float:
    return mirage.visible(items) ** (1 / tokens)


def draw(artists: SimpleNamespace, state: np.ndarray, items: float, tokens: int) -> None:
    items = round(items)
    low, high = wilson(state, items)
    artists.errors.set_segments([[(p, a), (p, b)] for p, a, b in zip(_P, low, high, strict=True)])
    artists.points.set_data(_P, state / items)
    artists.truth.set_data(_SMOOTH, _SMOOTH**tokens)
    artists.threshold.set_data([_threshold(items, tokens)] * 2, [0, 1])
    artists.curve.set_data(_SIZES, [_threshold(int(m), tokens) for m in _SIZES])
    artists.here.set_data([items], [_threshold(items, tokens)])


def sentence(state: np.ndarray, items: float, tokens: int) -> str:
    items, unit = round(items), "token" if tokens == 1 else "tokens"
    return (
        f"{items:,} questions with answers of {tokens} {unit}: {(state == 0).sum()} of the {len(_P)} models have none "
        f"right. With a probability of 95 per cent at least one is right from p = {_threshold(items, tokens):.3f} on, "
        f"where a share of {in_words(mirage.visible(items), 2)} is right; a score of 0 has an interval up to "
        f"{in_words(float(wilson(0, items)[1]), 2)}."
    )


figure = LiveFigure(
    "What does a test set see?",
    controls=[
        Slider("items", "questions m", low=10, high=10_000, value=100, step=0.05, scale="log", format=".0f"),
        Slider("tokens", "tokens K", low=1, high=30, value=5, scale="integer"),
    ],
)
