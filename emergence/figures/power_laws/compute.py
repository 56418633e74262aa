"""Model size against data at one compute: two published fits, and data whose tokens count for more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._losses import FITS, curves_of_fits, dots_of_fits, loss_against_size
from emergence.live import Grip, LiveFigure, Slider, in_words, legend_above, place
from emergence.live.palette import GREY, INK
from emergence.scaling import fits, laws

_SIZES, _COMPUTE = np.logspace(7, 13, 241), np.logspace(18, 26, 161)


class Optimum(NamedTuple):
    """Of one fit: losses at all sizes, the best size, its tokens and its loss, and D/N at all computes."""

    losses: np.ndarray
    size: float
    tokens: float
    loss: float
    ratios: np.ndarray


def start(compute: float, quality: float) -> dict[str, Optimum]:
    return {name: _optimum(laws.chinchilla_constants(name), compute, quality) for name in FITS}


def _optimum(fit: laws.ChinchillaConstants, compute: float, quality: float) -> Optimum:
    n, d = (float(x) for x in fits.compute_optimal(compute, quality, fit))
    losses = laws.chinchilla_loss(_SIZES, quality * compute / (6 * _SIZES), fit)
    sizes, tokens = fits.compute_optimal(_COMPUTE, quality, fit)
    return Optimum(losses, n, d, float(laws.chinchilla_loss(n, quality * d, fit)), tokens / sizes)


def setup(loss: Axes, ratio: Axes) -> SimpleNamespace:
    loss_against_size(loss, (1e7, 1e13), (1.6, 4.2))
    loss.set_xticks(10.0 ** np.arange(7, 14, 2))
    ratio.set(xscale="log", yscale="log", xlim=(1e18, 1e26), ylim=(1, 1000), xlabel="compute C = 6ND (FLOP)")
    ratio.set(ylabel="tokens per parameter", xticks=10.0 ** np.arange(18, 27, 2))
    ratio.axhline(20, color=GREY, linestyle=":", linewidth=1.5, label="rule of 20")
    artists = SimpleNamespace(
        losses=curves_of_fits(loss),
        best=dots_of_fits(loss),
        ratios=curves_of_fits(ratio),
        here=dots_of_fits(ratio, clip_on=False),
        compute=ratio.axvline(color=INK, linewidth=1.6),
    )
    legend_above(loss, 2)
    legend_above(ratio, 3)
    return artists


def draw(artists: SimpleNamespace, state: dict[str, Optimum], compute: float) -> None:
    place(artists.compute, x=compute)
    for name, best in state.items():
        artists.losses[name].set_data(_SIZES, best.losses)
        place(artists.best[name], x=best.size, y=best.loss)
        artists.ratios[name].set_data(_COMPUTE, best.ratios)
        place(artists.here[name], x=compute, y=best.tokens / best.size)


def sentence(state: dict[str, Optimum], compute: float, quality: float) -> str:
    parts = (
        f"{label}: N = {in_words(best.size)}, D = {in_words(best.tokens)}, {best.tokens / best.size:.1f} tokens per "
        f"parameter, loss {best.loss:.3f}"
        for (label, _, _), best in zip(FITS.values(), state.values(), strict=True)
    )
    return f"C = {in_words(compute)} FLOP, a token counts for {quality:.2f}. " + "; ".join(parts) + "."


figure = LiveFigure(
    "How large a model for this compute?",
    controls=[
        Slider(
            "compute",
            "compute C",
            unit="FLOP",
            low=1e18,
            high=1e26,
            value=1e23,
            step=0.05,
            scale="log",
            grip=Grip("compute", "x"),
        ),
        Slider("quality", "weight q of a token", low=0.1, high=10, value=1, step=0.05, scale="log"),
    ],
)
