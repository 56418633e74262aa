"""A loss that falls with size to a floor, and the performance of what needs it below a threshold."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._losses import LABELS, loss_against_size
from emergence.figures.loss_threshold._shared import SIZES, finite, set_gated
from emergence.live import Choice, Grip, LiveFigure, Slider, Stripe, in_words, legend_above, place
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE
from emergence.scaling import laws

_TOKENS = 3e11
"""Training tokens at which size is converted into compute C = 6ND."""


class Threshold(NamedTuple):
    """The loss of models of all SIZES, and the size and the compute at which it crosses the threshold."""

    loss: np.ndarray
    critical_size: float
    critical_compute: float


def start(eta: float, l_inf: float, n0: float, alpha: float) -> Threshold:
    size = float(laws.critical_size(eta, l_inf, n0, alpha))
    return Threshold(laws.power_law_loss(SIZES, l_inf, n0, alpha), size, 6 * size * _TOKENS)


def setup(loss: Axes, performance: Axes) -> SimpleNamespace:
    loss_against_size(loss, (1e5, 1e13), (0, 6))
    performance.set(ylim=(-0.03, 1.05), ylabel="performance")
    artists = SimpleNamespace(
        below=Stripe(loss, "horizontal", color=GREEN, alpha=0.12),
        floor=loss.axhline(color=GREY, linestyle=":", label=r"floor $L_\infty$"),
        eta=loss.axhline(color=GREEN, linestyle="--", label=r"threshold $\eta$"),
        curve=loss.plot([], [], color=BLUE, label="loss L(N)")[0],
        size=loss.axvline(color=ORANGE, linewidth=1.5, label="$N_c$"),
        step=performance.plot([], [], color=BLUE)[0],
        crossing=performance.axvline(color=ORANGE, linewidth=1.5),
        never=performance.text(0.5, 0.6, "", transform=performance.transAxes, ha="center", color=ORANGE, fontsize=12),
    )
    legend_above(loss, 2, beside=[performance])
    return artists


def draw(
    artists: SimpleNamespace, performance: Axes, state: Threshold, eta: float, l_inf: float, onset: float, against: str
) -> None:
    place(artists.floor, y=l_inf)
    place(artists.eta, y=eta)
    artists.below.cover(0, eta)
    artists.curve.set_data(SIZES, state.loss)
    place(artists.size, x=finite(state.critical_size))
    compute = laws.training_compute(SIZES, _TOKENS)
    x, limits, crossing = {
        "size": (SIZES, SIZES[[0, -1]], state.critical_size),
        "loss": (state.loss, (6, 0), eta),
        "compute": (compute, compute[[0, -1]], state.critical_compute),
    }[against]
    performance.set(xscale="linear" if against == "loss" else "log", xlim=limits, xlabel=LABELS[against])
    place(artists.crossing, x=finite(crossing))
    able = laws.gated_performance(state.loss, eta, best_loss=l_inf, start=onset) if eta > l_inf else np.zeros_like(x)
    set_gated(artists.step, x, able, state.loss < eta)
    beyond = "$N_c$ lies beyond this picture" if against != "loss" and crossing > limits[-1] else ""
    artists.never.set_text(beyond if math.isfinite(state.critical_size) else "never:\nthe floor is not below η")


def sentence(state: Threshold, eta: float, l_inf: float, n0: float, alpha: float) -> str:
    if not math.isfinite(state.critical_size):
        return (
            f"Never: the threshold η = {eta:.2f} is not above the floor L∞ = {l_inf:.2f}, so no "
            f"size brings the loss below it, whatever N₀ = {in_words(n0)} and α = {alpha:.2f}."
        )
    return (
        f"N_c = {in_words(state.critical_size)} parameters, or {in_words(state.critical_compute)} FLOP at "
        f"{in_words(_TOKENS)} tokens: there L(N) = {l_inf:.2f} + ({in_words(n0)}/N)^{alpha:.2f} crosses η = {eta:.2f}."
    )


figure = LiveFigure(
    "At which size does the ability appear?",
    controls=[
        Slider("eta", "threshold η", unit="nats", low=0.8, high=4, value=2.2, grip=Grip("eta", "y")),
        Slider("l_inf", "floor L∞", unit="nats", low=0.5, high=3, value=1.69, grip=Grip("floor", "y")),
        Slider("n0", "scale N₀", unit="parameters", low=5e4, high=5e9, value=5e7, step=0.05, scale="log"),
        Slider("alpha", "exponent α", low=0.05, high=1, value=0.34),
        Slider("onset", "f just below η", low=0, high=0.9, value=0.2, affects="picture"),
        Choice("against", "performance against", options=("size", "loss", "compute"), value="size", affects="picture"),
    ],
)
