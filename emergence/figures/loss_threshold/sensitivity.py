"""How errors of the threshold and of the exponent widen the size at which the threshold is crossed."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._losses import loss_against_size
from emergence.figures.loss_threshold._shared import SIZES, finite
from emergence.live import Grip, LiveFigure, Slider, Stripe, in_words, legend_above, place, set_band
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE
from emergence.scaling import laws

_ERRORS = np.linspace(0, 0.3, 151)
_N0 = 5e7


class Sensitivity(NamedTuple):
    """The interval of N_c for a box of errors and its linear approximation, both also for all _ERRORS of η.

    loss: shape (3, sizes), with the least, the given and the largest exponent.
    """

    interval: laws.CriticalSizeInterval
    factor: float
    growing: laws.CriticalSizeInterval
    factors: np.ndarray
    loss: np.ndarray


def start(eta: float, l_inf: float, alpha: float, eta_error: float, alpha_error: float) -> Sensitivity:
    return Sensitivity(
        interval=laws.critical_size_interval(eta, l_inf, _N0, alpha, eta_error, alpha_error),
        factor=float(laws.critical_size_sensitivity(eta, l_inf, alpha, eta_error, alpha_error)),
        growing=laws.critical_size_interval(eta, l_inf, _N0, alpha, _ERRORS, alpha_error),
        factors=laws.critical_size_sensitivity(eta, l_inf, alpha, _ERRORS, alpha_error),
        loss=laws.power_law_loss(SIZES, l_inf, _N0, alpha + alpha_error * np.array([[-1], [0], [1]])),
    )


def setup(loss: Axes, factor: Axes) -> SimpleNamespace:
    loss_against_size(loss, (1e6, 1e13), (1, 4))
    factor.set(yscale="log", xlim=(0, 0.3), ylim=(0.1, 100))
    factor.set(xlabel="error of η (nats)", ylabel="$N_c$ as a multiple of its estimate")
    factor.axhline(1, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        sizes=Stripe(loss, "vertical", color=ORANGE, alpha=0.22, label="interval of $N_c$"),
        etas=Stripe(loss, "horizontal", color=GREEN, alpha=0.25, label=r"$\eta$ with its error"),
        band=loss.fill_between([], [], [], color=BLUE, alpha=0.25, linewidth=0),
        curve=loss.plot([], [], color=BLUE, label="loss L(N)")[0],
        upper=factor.plot([], [], color=ORANGE, label="largest, exact")[0],
        lower=factor.plot([], [], color=BLUE, label="smallest, exact")[0],
        first=factor.plot([], [], color=INK, linestyle="--", linewidth=1.3, label="linear approximation")[0],
        first_lower=factor.plot([], [], color=INK, linestyle="--", linewidth=1.3)[0],
        now=factor.axvline(color=GREEN, linewidth=1.5),
    )
    legend_above(loss, 2)
    legend_above(factor, 2)
    return artists


def draw(artists: SimpleNamespace, state: Sensitivity, eta: float, eta_error: float) -> None:
    edge = 10 * SIZES[-1]  # beyond the axis: an interval without an upper end runs off the picture
    # An exact threshold, and the one size that belongs to it, are still visible lines.
    artists.sizes.cover(min(state.interval.lower / 1.04, edge), min(state.interval.upper * 1.04, edge))
    half = max(eta_error, 0.01)
    artists.etas.cover(eta - half, eta + half)
    set_band(artists.band, SIZES, state.loss.min(axis=0), state.loss.max(axis=0))
    artists.curve.set_data(SIZES, state.loss[1])
    lower, point, upper = map(finite, state.growing)
    artists.upper.set_data(_ERRORS, upper / point)
    artists.lower.set_data(_ERRORS, lower / point)
    artists.first.set_data(_ERRORS, finite(state.factors))
    artists.first_lower.set_data(_ERRORS, 1 / finite(state.factors))
    place(artists.now, x=eta_error)


def sentence(state: Sensitivity, eta: float, l_inf: float, alpha: float, eta_error: float, alpha_error: float) -> str:
    lower, point, upper = map(float, state.interval)
    errors = f"η = {eta:.2f} ± {eta_error:.3f} and α = {alpha:.2f} ± {alpha_error:.3f}"
    if not math.isfinite(point):
        return f"With {errors} the threshold is not above the floor L∞ = {l_inf:.2f}: no size suffices."
    if math.isfinite(upper):
        interval = (
            f"lies between {in_words(lower)} and {in_words(upper)} parameters around {in_words(point)}, "
            f"exactly ×{in_words(upper / point)} and ÷{in_words(point / lower)}"
        )
    else:
        interval = (
            f"is at least {in_words(lower)} parameters (estimate {in_words(point)}) and has no upper end, "
            f"because η could lie at or below the floor L∞ = {l_inf:.2f}"
        )
    linear = f"the linear approximation says ×{in_words(state.factor)} and ÷{in_words(state.factor)}"
    return f"With {errors}, gap {eta - l_inf:.2f}: N_c {interval}; {linear}."


figure = LiveFigure(
    "How well must the threshold be known?",
    sketch="factor",
    controls=[
        Slider(
            "eta_error",
            "error of η",
            unit="nats",
            low=0,
            high=0.3,
            value=0.05,
            step=0.005,
            format=".3f",
            grip=Grip("now", "x"),
        ),
        Slider("alpha_error", "error of α", low=0, high=0.04, value=0, step=0.001, format=".3f"),
        Slider("eta", "threshold η", unit="nats", low=1.5, high=3.5, value=2.2),
        Slider("l_inf", "floor L∞", unit="nats", low=1, high=2.5, value=1.8),
        Slider("alpha", "exponent α", low=0.05, high=1, value=0.34),
    ],
)
