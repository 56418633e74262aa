"""The risk of least squares along rays p = ratio * n: each ray has a limit of its own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.limits import joint_limits as limits
from emergence.live import Grip, LiveFigure, Slider, Stripe, in_words, place, positive
from emergence.live.palette import BLUE, GREY, ORANGE

_HIGH, _HIGHER = 8.5, 34  # above is room for the legend
_N = np.unique(np.geomspace(8, 10_000, 60).round())
_RATIOS = np.concatenate([np.geomspace(0.05, 0.99, 40), [1], np.geomspace(1.01, 20, 60)])


class Ray(NamedTuple):
    """Numbers of data, risks along the ray, and its limit (infinity at the ratio 1, where it has none)."""

    data: np.ndarray
    risk: np.ndarray
    limit: float


def limit_at(ratio: float, noise: float) -> float:
    return np.inf if ratio == 1 else limits.ridgeless_limit(ratio, noise=noise)


def start(ratio: float, noise: float) -> Ray:
    parameters = np.maximum((ratio * _N).round(), 1)
    allowed = np.abs(parameters - _N) >= 2
    risk = limits.ridgeless_risk(_N[allowed], parameters[allowed], noise=noise)
    return Ray(_N[allowed], risk, limit_at(ratio, noise))


def setup(ray: Axes, limit: Axes) -> SimpleNamespace:
    ray.set(xscale="log", xlim=(8, 10_000), ylim=(0, _HIGH * 1.35), xlabel="number of data n", ylabel="excess risk")
    limit.set(xscale="log", xlim=(0.05, 20), ylim=(0, 8), xlabel="parameters per datum p/n", ylabel="limit of the risk")
    artists = SimpleNamespace(
        band=Stripe(ray, "horizontal", color=ORANGE, alpha=0.2),
        risk=ray.plot([], [], ".-", color=BLUE, label="risk at this p/n")[0],
        goal=ray.axhline(color=ORANGE, linestyle="--", label="its limit ± 0.5"),
        curve=limit.plot([], [], color=BLUE)[0],
        now=limit.axvline(color=GREY, linewidth=1.2),
        here=limit.plot([], [], "o", color=ORANGE, markersize=10)[0],
    )
    ray.legend(loc="upper right")
    return artists


def draw(artists: SimpleNamespace, ray: Axes, state: Ray, ratio: float, noise: float) -> None:
    height = state.limit if np.isfinite(state.limit) else np.nan
    high = _HIGHER if height > _HIGH - 0.5 else _HIGH
    if ray.get_ylim()[1] != high * 1.35:
        ray.set_ylim(0, high * 1.35)
    artists.risk.set_data(state.data, positive(np.where(state.risk < high, state.risk, 0)))
    place(artists.goal, y=height)
    artists.band.cover(*np.nan_to_num([height - 0.5, height + 0.5], nan=-1))
    artists.curve.set_data(_RATIOS, [h if (h := limit_at(r, noise)) < 100 else np.nan for r in _RATIOS])
    place(artists.now, x=ratio)
    place(artists.here, x=ratio, y=height)


def sentence(state: Ray, ratio: float, noise: float) -> str:
    least = float(limits.ridgeless_risk(1e6, 1, noise=noise))
    along = f"Along p = {'' if ratio == 1 else in_words(ratio) + ' '}n with noise of variance {noise:.2f} the risk"
    if not np.isfinite(state.limit):
        return f"{along} has no limit: its mean is infinite at every size."
    return (
        f"{along} tends to {in_words(state.limit)}. With one parameter and 1,000,000 data it is {in_words(least, 2)}, "
        f"{'far below' if least < state.limit - 0.5 else 'within'} the band of that limit."
    )


figure = LiveFigure(
    "Which way to infinity?",
    controls=[
        Slider("ratio", "parameters per datum p/n", low=0.1, high=10, value=1.5, step=0.1, grip=Grip("now", "x")),
        Slider("noise", "variance of the noise", low=0.1, high=3, value=1, step=0.05),
    ],
)
