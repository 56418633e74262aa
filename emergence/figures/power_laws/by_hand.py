"""A power law with a floor laid through published losses by hand, its residuals, and where it leads."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._losses import LABELS, loss_against_size
from emergence.live import Choice, Grip, LiveFigure, Slider, Toggle, in_words, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.scaling import fits, laws

_SIZES, _FAR, _REACH = np.logspace(6.5, 12, 221), 1e12, 0.2
_RUN = 0.4
"""Decades along the tangent from the square to the diamond: so near, both stay on the axes for all values."""
_SLOPE = -_RUN * math.log(10)


class Fit(NamedTuple):
    """The reader's curve and residuals, the best fit to the models used, and the models: shapes (221,) and (8,)."""

    curve: np.ndarray
    residuals: np.ndarray
    far: float
    best: fits.Law
    sizes: np.ndarray
    losses: np.ndarray


def start(floor: float, n0: float, alpha: float, models: int, counted: str) -> Fit:
    n, loss = fits.pythia(counted)
    curve, there, far = (laws.power_law_loss(at, floor, n0, alpha) for at in (_SIZES, n, _FAR))
    return Fit(curve, loss - there, float(far), fits.fit_law(n[:models], loss[:models]), n, loss)


def setup(law: Axes, residuals: Axes) -> SimpleNamespace:
    loss_against_size(law, (_SIZES[0], _FAR), (0, 3.2))
    residuals.set(xscale="log", xlim=(1e7, 2e10), ylim=(-_REACH, _REACH))
    residuals.set(xlabel=LABELS["size"], ylabel="loss − curve (nats)")
    residuals.axhline(color=GREY, linewidth=1.4)
    artists = SimpleNamespace(
        floor=law.axhline(color=GREY, linestyle=":", label=r"floor $L_\infty$"),
        curve=law.plot([], [], color=BLUE, label="yours")[0],
        best=law.plot([], [], color=ORANGE, linestyle="--", label="best fit")[0],
        used=law.plot([], [], "o", color=INK, markersize=6, label="Pythia")[0],
        left_out=law.plot([], [], "o", color=INK, markersize=6, fillstyle="none", label="left out")[0],
        tangent=law.plot([], [], color=BLUE, linewidth=1, linestyle="-.")[0],
        scale=law.plot([], [], "s", color=BLUE, markersize=9)[0],
        slope=law.plot([], [], "D", color=BLUE, markersize=9)[0],
        yours=residuals.plot([], [], "o", color=BLUE, markersize=7, label="yours")[0],
        yours_left_out=residuals.plot([], [], "o", color=BLUE, markersize=7, fillstyle="none")[0],
        above=residuals.plot([], [], "^", color=BLUE, markersize=8, label="off the scale")[0],
        below=residuals.plot([], [], "v", color=BLUE, markersize=8)[0],
        theirs=residuals.plot([], [], "x", color=ORANGE, markersize=8, label="best fit")[0],
    )
    legend_above(law, 3)
    legend_above(residuals, 2)
    return artists


def draw(artists: SimpleNamespace, state: Fit, floor: float, n0: float, alpha: float, models: int, best: bool) -> None:
    place(artists.floor, y=floor)
    artists.curve.set_data(_SIZES, state.curve)
    artists.used.set_data(state.sizes[:models], state.losses[:models])
    artists.left_out.set_data(state.sizes[models:], state.losses[models:])
    place(artists.scale, x=n0, y=floor + 1)
    # At N0 the excess is one nat, so the tangent falls by α for each unit of ln N.
    x, y = n0 * 10**_RUN, floor + 1 + alpha * _SLOPE
    place(artists.slope, x=x, y=y)
    artists.tangent.set_data([n0, x], [floor + 1, y])
    _draw_residuals(artists, state, models)
    artists.best.set_data(_SIZES, state.best(_SIZES) if best else np.full_like(_SIZES, np.nan))
    theirs = state.losses - state.best(state.sizes)
    artists.theirs.set_data(state.sizes, theirs if best else np.full_like(theirs, np.nan))


def _draw_residuals(artists: SimpleNamespace, state: Fit, models: int) -> None:
    """Residuals as circles, hollow for models left out; arrow heads at the edge for those beyond the axes."""
    inside = np.where(np.abs(state.residuals) <= _REACH, state.residuals, np.nan)
    artists.yours.set_data(state.sizes[:models], inside[:models])
    artists.yours_left_out.set_data(state.sizes[models:], inside[models:])
    edge = np.full_like(inside, 0.95 * _REACH)
    artists.above.set_data(state.sizes, np.where(state.residuals > _REACH, edge, np.nan))
    artists.below.set_data(state.sizes, np.where(state.residuals < -_REACH, -edge, np.nan))


def sentence(state: Fit, floor: float, n0: float, alpha: float, models: int, best: bool) -> str:
    badness = math.sqrt(np.mean(state.residuals[:models] ** 2))
    text = (
        f"L∞ = {floor:.2f}, N₀ = {in_words(n0)}, α = {alpha:.2f}: the {models} models are missed by {badness:.4f} nats "
        f"(root mean square), and 10¹² parameters would have the loss {state.far:.2f}."
    )
    if not best:
        return text
    law, largest = state.best, state.losses[-1] - state.best(state.sizes[-1])
    return (
        f"{text} The best fit misses them by {law.rms:.4f}, with L∞ = {law.floor:.3f} and "
        f"α = {law.exponent:.3f}, and leads to {law(_FAR):.2f}; the largest model lies {abs(largest):.3f} "
        f"{'above' if largest > 0 else 'below'} it."
    )


figure = LiveFigure(
    "Can you lay a law through eight models?",
    sketch="law",
    controls=[
        Slider("floor", "floor L∞", unit="nats", low=0, high=2, value=0.8, grip=Grip("floor", "y")),
        Slider(
            "n0",
            "scale N₀",
            unit="parameters",
            low=1e7,
            high=1e11,
            value=1e9,
            step=0.02,
            scale="log",
            grip=Grip("scale", "x"),
        ),
        Slider("alpha", "exponent α", low=0.05, high=1, value=0.2, grip=Grip("slope", "y", gain=1 / _SLOPE)),
        Slider("models", "smallest models used", low=4, high=8, value=8, scale="integer"),
        Toggle("best", "show the best fit", value=False),
        Choice("counted", "N counts", options=fits.COUNTS, value=fits.ALL),
    ],
)
