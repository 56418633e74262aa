"""The least size for each amount of training data, under two published fits of L(N, D)."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._losses import FITS, LABELS, curves_of_fits, dots_of_fits, loss_against_size
from emergence.figures.loss_threshold._shared import SIZES, finite
from emergence.live import Grip, LiveFigure, Slider, Toggle, in_words, legend_above, place
from emergence.live.palette import GREEN, GREY
from emergence.scaling import laws

_DATA = np.logspace(9, 14, 801)


class Frontier(NamedTuple):
    """Of one fit: N_c for all _DATA, at the chosen data and with unlimited data, the least data, and L of SIZES."""

    sizes: np.ndarray
    size_here: float
    size_unlimited: float
    least_data: float
    loss: np.ndarray


def start(eta: float, tokens: float) -> dict[str, Frontier]:
    return {name: _frontier(laws.chinchilla_constants(name), eta, tokens) for name in FITS}


def _frontier(fit: laws.ChinchillaConstants, eta: float, tokens: float) -> Frontier:
    return Frontier(
        sizes=laws.frontier_size(eta, _DATA, fit),
        size_here=float(laws.frontier_size(eta, tokens, fit)),
        size_unlimited=float(laws.frontier_size(eta, math.inf, fit)),
        least_data=float(laws.minimal_data(eta, fit)),
        loss=laws.chinchilla_loss(SIZES, tokens, fit),
    )


def setup(plane: Axes, loss: Axes) -> SimpleNamespace:
    plane.set(xscale="log", xlim=(1e9, 1e14), xlabel=LABELS["data"])
    plane.set(yscale="log", ylim=(1e7, 1e13), ylabel=LABELS["size"])
    loss_against_size(loss, (1e7, 1e13), (1.6, 4))
    (twenty,) = plane.plot(
        _DATA, _DATA / 20, color=GREY, linestyle="-.", linewidth=1.3, label="20 tokens per parameter"
    )
    artists = SimpleNamespace(
        twenty=twenty,
        frontiers=curves_of_fits(plane, "$N_c(D)$, {}"),
        least={k: plane.axvline(color=c, linestyle=":", linewidth=1.2) for k, (_, c, _) in FITS.items()},
        here=dots_of_fits(plane),
        now=plane.axvline(color=GREY, linewidth=1.5),
        eta=loss.axhline(color=GREEN, linestyle="--", label=r"threshold $\eta$"),
        losses=curves_of_fits(loss, "L(N, D), {}"),
        sizes={k: loss.axvline(color=c, linestyle=":", linewidth=1.5) for k, (_, c, _) in FITS.items()},
    )
    legend_above(plane, 2)
    legend_above(loss, 2)
    return artists


def draw(artists: SimpleNamespace, state: dict[str, Frontier], eta: float, tokens: float, twenty: bool) -> None:
    artists.twenty.set_visible(twenty)
    place(artists.now, x=tokens)
    place(artists.eta, y=eta)
    for name, fit in state.items():
        artists.frontiers[name].set_data(_DATA, finite(fit.sizes))
        place(artists.least[name], x=finite(fit.least_data))
        place(artists.here[name], x=tokens, y=finite(fit.size_here))
        artists.losses[name].set_data(SIZES, fit.loss)
        place(artists.sizes[name], x=finite(fit.size_here))


def sentence(state: dict[str, Frontier], eta: float, tokens: float) -> str:
    parts = (f"{label}: {_verdict(state[name])}" for name, (label, _, _) in FITS.items())
    return f"η = {eta:.2f}, D = {in_words(tokens)} tokens. " + "; ".join(parts) + "."


def _verdict(fit: Frontier) -> str:
    if not math.isfinite(fit.size_unlimited):
        return "never, η is not above the irreducible loss E"
    needed = f"more than {in_words(fit.least_data)} tokens are needed"
    if not math.isfinite(fit.size_here):
        return f"no size suffices, {needed}"
    return f"N_c = {in_words(fit.size_here)} parameters ({in_words(fit.size_unlimited)} with unlimited data; {needed})"


figure = LiveFigure(
    "How much data, and then how many parameters?",
    sketch="plane",
    controls=[
        Slider("eta", "threshold η", unit="nats", low=1.6, high=3.5, value=2.2, grip=Grip("eta", "y")),
        Slider(
            "tokens",
            "data D",
            unit="tokens",
            low=3e9,
            high=3e13,
            value=3e11,
            step=0.05,
            scale="log",
            grip=Grip("now", "x"),
        ),
        Toggle("twenty", "show D = 20 N", value=True, affects="picture"),
    ],
)
