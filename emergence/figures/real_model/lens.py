"""The logit lens: how far the reading of the stream at each depth is from the final one, and how far it still moves."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.real_model._shared import BLOCK, DEPTH, DEPTH_LABEL
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, place
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE, PURPLE
from emergence.operators import real_model as rm


def start(law: str, first: int) -> rm.Fit:
    return rm.fit_law(rm.by_depth("stream", "divergence").mean(axis=0), law, first)


def setup(lens: Axes, steps: Axes) -> SimpleNamespace:
    divergence = rm.interval(rm.by_depth("stream", "divergence")[:, :-1])
    lens.set(yscale="log", xlim=(0, 30), ylim=(0.5, 400), xlabel=DEPTH_LABEL, ylabel="from the end (nats)")
    lens.fill_between(DEPTH[:-1], divergence.low, divergence.high, color=BLUE, alpha=0.25, linewidth=0)
    lens.plot(DEPTH[:-1], divergence.mean, "o-", color=BLUE, markersize=4, label="mean of 24 passages, 95 %")
    added = rm.by_depth("stream", "added")[:, :-1].mean(axis=0)
    cosine = rm.by_depth("stream", "cosine")[:, :-1].mean(axis=0)
    steps.set(yscale="log", xlim=(0, 31), ylim=(1e-3, 3e3), xlabel="block k", ylabel="share, or 1 − cosine")
    steps.plot(BLOCK, added, "o-", color=GREEN, markersize=4, label="what it adds, as a share of the norm")
    steps.plot(BLOCK, 1 - cosine, "s--", color=PURPLE, markersize=4, label="1 − cosine of before and after")
    fit = lens.plot([], [], "--", color=ORANGE, label="fitted law")[0]
    lens.legend(loc="upper right")
    steps.legend(loc="upper right")
    return SimpleNamespace(fit=fit, now=lens.axvline(color=GREY, linewidth=1.2))


def draw(artists: SimpleNamespace, state: rm.Fit, first: int) -> None:
    artists.fit.set_data(state.depth, state.curve)
    place(artists.now, x=first)


def sentence(state: rm.Fit, law: str, first: int) -> str:
    divergence = rm.by_depth("stream", "divergence").mean(axis=0)
    article = "An" if law.startswith("e") else "A"
    return (
        f"At depth {first} the reading is {in_words(divergence[first])} nats from the final one. {article} {law}, "
        f"fitted from there to depth 29, is off by a factor of {np.exp(state.rms):.2f}."
    )


figure = LiveFigure(
    "Does the depth converge to something?",
    controls=[
        Choice("law", "law", options=rm.LAWS, value=rm.LAWS[0]),
        Slider("first", "fitted from depth", low=1, high=27, value=1, scale="integer", grip=Grip("now", "x")),
    ],
)
