"""What the context is worth: loss by the number of tokens before, and lists of random tokens written four times."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place, set_band
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import real_model as rm

_EDGES = np.array([0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 511])
_COPIES = np.arange(1, 5)
_RIGHT, _LOSS = "share of right tokens", "loss"


def start(shown: str) -> rm.Interval:
    loss, right = rm.copying()
    return rm.interval(right if shown == _RIGHT else loss / np.log(rm.VOCABULARY))


def binned() -> tuple[np.ndarray, rm.Interval]:
    """Middles of the bins of context (geometric), and the loss there over passages."""
    _, loss = rm.context_loss()
    bins = list(zip(_EDGES[:-1], _EDGES[1:], strict=True))
    means = np.column_stack([loss[:, a:b].mean(axis=1) for a, b in bins])
    return np.array([np.sqrt((a + 1) * b) for a, b in bins]), rm.interval(means)


def setup(context: Axes, copies: Axes) -> SimpleNamespace:
    context.set(xscale="log", xlim=(0.9, 600), ylim=(0, 18), xlabel="tokens of context", ylabel="loss (nats a token)")
    middles, loss = binned()
    context.fill_between(middles, loss.low, loss.high, color=BLUE, alpha=0.25, linewidth=0)
    context.plot(middles, loss.mean, "o-", color=BLUE, markersize=4, label="mean of 24 passages, 95 %")
    context.axhline(np.log(rm.VOCABULARY), color=INK, linewidth=1, linestyle=":", label="uniform guess")
    copies.set(xlim=(0.7, 4.3), ylim=(-0.03, 1.75), xlabel="copy of the list", ylabel="share, or loss/guess")
    copies.set_xticks(_COPIES)
    artists = SimpleNamespace(
        band=copies.fill_between([0], [1], [1], color=ORANGE, alpha=0.25, linewidth=0),
        mean=copies.plot([], [], "s-", color=ORANGE, label="mean of 24 random lists, 95 %")[0],
        now=context.axvline(color=GREY, linewidth=1.2),
    )
    legend_above(context, 1, beside=[copies])
    legend_above(copies, 1)
    return artists


def draw(artists: SimpleNamespace, state: rm.Interval, tokens: int) -> None:
    artists.mean.set_data(_COPIES, state.mean)
    set_band(artists.band, _COPIES, state.low, state.high)
    place(artists.now, x=tokens)


def sentence(state: rm.Interval, tokens: int, shown: str) -> str:
    middles, loss = binned()
    i = int(np.searchsorted(_EDGES, tokens)) - 1
    what = "share of right tokens" if shown == _RIGHT else "loss, as a multiple of a uniform guess's,"
    copies = ", ".join(f"{value:.2f}" for value in state.mean)
    first, last = _EDGES[i] + 1, _EDGES[i + 1]
    before = "1 token" if last == 1 else f"{last} tokens" if first == last else f"{first} to {last} tokens"
    return (
        f"With {before} before it a token costs {in_words(loss.mean[i])} nats, 95 % "
        f"interval {in_words(loss.low[i])} to {in_words(loss.high[i])}; the {what} in the four copies is {copies}."
    )


figure = LiveFigure(
    "What does the model learn while it reads?",
    controls=[
        Slider("tokens", "tokens of context", low=1, high=511, value=64, scale="integer", grip=Grip("now", "x")),
        Choice("shown", "on the right", options=(_RIGHT, _LOSS), value=_RIGHT),
    ],
)
