"""Gaussian noise on all weights, or on the embedded tokens: what it adds to the loss, and a parabola to compare."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, LiveFigure, Slider, in_words, legend_above
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import real_model as rm

_SIZE = np.geomspace(0.005, 2, 60)
_STYLES = {"weights": (ORANGE, "o-"), "embeddings": (BLUE, "s--")}


def start(coefficient: float) -> np.ndarray:
    return coefficient * _SIZE**2


def setup(noise: Axes) -> SimpleNamespace:
    noise.set(xscale="log", yscale="log", xlim=(0.005, 2), ylim=(5e-4, 1e3))
    noise.set(xlabel="relative size s of the noise", ylabel="added to the loss (nats)")
    for target, (colour, style) in _STYLES.items():
        sizes, added = rm.noise(target)
        mean = rm.interval(added)
        noise.fill_between(sizes, np.maximum(mean.low, 5e-4), mean.high, color=colour, alpha=0.25, linewidth=0)
        noise.plot(sizes, np.maximum(mean.mean, 5e-4), style, color=colour, label=f"on the {target}")
    uniform = np.log(rm.VOCABULARY) - rm.whole_loss().mean()
    noise.axhline(uniform, color=GREY, linewidth=1, linestyle=":", label="as bad as a uniform guess")
    parabola = noise.plot([], [], "-.", color=INK, linewidth=1.5, label="$c\\,s^2$")[0]
    legend_above(noise, 2)
    return SimpleNamespace(parabola=parabola)


def draw(artists: SimpleNamespace, state: np.ndarray) -> None:
    artists.parabola.set_data(_SIZE, state)


def sentence(coefficient: float, target: str) -> str:
    sizes, added = rm.noise(target)
    parts = [f"{in_words(mean, 2)} at s = {size:g}" for size, mean in zip(sizes, added.mean(axis=0), strict=True)]
    ratio = added.mean(axis=0) / (coefficient * sizes**2)
    return (
        f"Noise on the {target} adds, in nats a token, {', '.join(parts)}: between {in_words(ratio.min(), 2)} and "
        f"{in_words(ratio.max(), 2)} times c s² with c = {in_words(coefficient)}."
    )


figure = LiveFigure(
    "How much noise does the model stand?",
    controls=[
        Slider("coefficient", "c", low=0.1, high=300, value=10, step=0.05, scale="log", unit="nats"),
        Choice(
            "target", "the sentence tells of noise on the", options=tuple(_STYLES), value="weights", affects="sentence"
        ),
    ],
)
