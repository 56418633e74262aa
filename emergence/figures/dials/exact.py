"""Exact match of K tokens against p^K, as measured and with the same hits at random places."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, place, positive
from emergence.live.drawing import legend_above
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import real_model as rm

_LENGTHS = np.arange(1, 17)
_KNOWN, _PASSAGES = "strings it may know", "passages"
_NOISE = {"none": ("none", 0.0), "0.03": ("weights", 0.03), "0.1": ("weights", 0.1), "0.3": ("weights", 0.3)}


class Match(NamedTuple):
    """Share of right tokens, and exact match by length as measured and with hits shuffled, shape (16,)."""

    p: float
    measured: np.ndarray
    shuffled: np.ndarray


def start(texts: str, noise: str) -> Match:
    if texts == _PASSAGES:
        hits = rm.hits("passage")
    else:
        hits = rm.hits("known", *_NOISE[noise])
    mixed = rm.shuffled(hits, np.random.default_rng(0))
    measured, shuffled = (np.array([rm.exact_match(rows, n) for n in _LENGTHS]) for rows in (hits, mixed))
    return Match(rm.accuracy(hits), measured, shuffled)


def setup(match: Axes) -> SimpleNamespace:
    match.set(
        yscale="log",
        xlim=(0.5, 16.5),
        ylim=(1e-5, 1.5),
        xlabel="length K (tokens)",
        ylabel="share of exact matches",
        xticks=range(2, 17, 2),
    )
    artists = SimpleNamespace(
        measured=match.plot([], [], "o-", color=ORANGE, label="measured")[0],
        shuffled=match.plot([], [], "s--", color=BLUE, label="the same hits, shuffled")[0],
        power=match.plot([], [], ":", color=INK, label="$p^K$")[0],
        now=match.axvline(color=GREY, linewidth=1.2),
    )
    legend_above(match, 3)
    return artists


def draw(artists: SimpleNamespace, state: Match, length: int) -> None:
    artists.measured.set_data(_LENGTHS, positive(state.measured))
    artists.shuffled.set_data(_LENGTHS, positive(state.shuffled))
    artists.power.set_data(_LENGTHS, positive(state.p**_LENGTHS))
    place(artists.now, x=length)


def sentence(state: Match, length: int, noise: str, texts: str) -> str:
    measured, power = state.measured[length - 1], state.p**length
    without = " Passages were measured without noise." if texts == _PASSAGES and noise != "none" else ""
    return (
        f"A token is right with p = {state.p:.3f}. Runs of {length} are right throughout with a share of "
        f"{in_words(measured, 2)}, which is {in_words(measured / power, 2)} times p to the power of {length}, "
        f"{in_words(power, 2)}; "
        f"with the hits shuffled the share is {in_words(state.shuffled[length - 1], 2)}.{without}"
    )


figure = LiveFigure(
    "Eight tokens right: is that p to the eighth?",
    controls=[
        Slider("length", "length K", low=1, high=16, value=8, scale="integer", grip=Grip("now", "x")),
        Choice("noise", "noise on the weights", options=tuple(_NOISE), value="none"),
        Choice("texts", "texts", options=(_KNOWN, _PASSAGES), value=_KNOWN),
    ],
)
