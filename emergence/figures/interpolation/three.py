"""Three curves through the same noisy points, and how far each is from the truth as the points become more."""

from __future__ import annotations

import math
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Grip, LiveFigure, Slider, in_words, legend_above, place, positive
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE
from emergence.scaling import interpolation as ip

SIZES, DRAWS = (7, 11, 21, 41, 81, 161), 15
_MOST_WAVES = 21  # there the median of as many waves as points is above the axes, even with the least noise
WAVE_DRAWS = 1000  # its risks spread over so many powers of ten that the median of a few is chance
_AT = np.linspace(0, math.tau, 1441)
_STYLES = ((GREEN, ":", "^"), (BLUE, "--", "s"), (ORANGE, "-", "o"))
_SHORT = ("as many waves", "straight lines", "spikes")
_TOP = 6


class State(NamedTuple):
    """Points and labels, three curves over _AT (the last also at the points), risks here, medians over data sets."""

    x: np.ndarray
    y: np.ndarray
    curves: tuple[np.ndarray, ...]
    here: tuple[float, ...]
    medians: tuple[np.ndarray, ...]


@lru_cache(maxsize=64)
def errors(method: str, points: int, sharpness: float) -> np.ndarray:
    """Products of errors of DRAWS data sets, WAVE_DRAWS for as many waves as points: shape (draws, 2, 2)."""
    if method == ip.METHODS[0]:
        return ip.wave_errors(*ip.draw_points(points, np.random.default_rng(1000 * points), WAVE_DRAWS))
    rngs = [np.random.default_rng(1000 * points + k) for k in range(DRAWS)]
    drawn = [ip.draw_points(points, rng) for rng in rngs]
    if method == ip.METHODS[2]:
        x, e = map(np.array, zip(*drawn, strict=True))
        return ip.circle_errors(method, x, e, sharpness)  # the slider of the sharpness asks for these at every move
    return np.array([ip.circle_errors(method, x, e) for x, e in drawn])


def risk(products: np.ndarray, noise: float) -> np.ndarray:
    """Excess risk for products of errors, shape (..., 2, 2), and the noise of the labels."""
    return products[..., 0, 0] + 2 * noise * products[..., 0, 1] + noise**2 * products[..., 1, 1]


def sizes(method: str) -> tuple[int, ...]:
    """The sizes for which the medians are computed."""
    return tuple(n for n in SIZES if method != ip.METHODS[0] or n <= _MOST_WAVES)


def median_risk(method: str, points: int, noise: float, sharpness: float) -> float:
    used = sharpness if method == ip.METHODS[2] else 2.0
    return float(np.median(risk(errors(method, points, used), noise)))


def start(points: int, noise: float, sharpness: float, rng: np.random.Generator) -> State:
    x, e = ip.draw_points(points, rng)
    y = ip.target(x) + noise * e
    spikes = ip.spiked(x, y[:, None], sharpness)
    at = np.sort(np.concatenate([_AT, x]))
    curves = (
        ip.waves(_AT, points // 2)[:, :points] @ ip.all_waves(x, y[:, None])[:, 0],
        ip.straight(x, y[:, None], at)[:, 0],
        spikes.at(at)[:, 0],
    )
    here = tuple(float(risk(ip.circle_errors(method, x, e, sharpness), noise)) for method in ip.METHODS)
    medians = tuple(
        np.array([median_risk(method, n, noise, sharpness) for n in sizes(method)]) for method in ip.METHODS
    )
    return State(x, y, (curves[0], *((np.stack([at, c])) for c in curves[1:])), here, medians)


def setup(curves: Axes, size: Axes) -> SimpleNamespace:
    curves.set(xlim=(0, math.tau), ylim=(-_TOP, _TOP), xlabel="x (rad)", ylabel="y")
    size.set(xscale="log", yscale="log", xlim=(6, 180), ylim=(3e-4, 1e5))
    size.set(xlabel="points n", ylabel="median excess risk")
    curves.plot(_AT, ip.target(_AT), color=GREY, linewidth=3, alpha=0.6, label="truth")
    artists = SimpleNamespace(
        lines=[
            curves.plot([], [], color=c, linestyle=s, linewidth=1.6, label=name)[0]
            for (c, s, _), name in zip(_STYLES, _SHORT, strict=True)
        ],
        dots=curves.plot([], [], "o", color=INK, markersize=4, zorder=4)[0],
        medians=[
            size.plot([], [], color=c, linestyle=s, marker=m, markersize=6, label=name)[0]
            for (c, s, m), name in zip(_STYLES, _SHORT, strict=True)
        ],
        tempered=size.axhline(0.6, color=PURPLE, linewidth=1.4, linestyle=(0, (1, 1)), label=r"$2\sigma^2/3$"),
        here=size.axvline(21, color=INK, linewidth=1.4),
    )
    legend_above(curves, 2)
    legend_above(size, 2)
    return artists


def draw(artists: SimpleNamespace, state: State, points: int, noise: float) -> None:
    artists.lines[0].set_data(_AT, np.clip(state.curves[0], -3 * _TOP, 3 * _TOP))
    for line, curve in zip(artists.lines[1:], state.curves[1:], strict=True):
        line.set_data(*curve)
    artists.dots.set_data(state.x, state.y)
    for line, medians, method in zip(artists.medians, state.medians, ip.METHODS, strict=True):
        line.set_data(sizes(method), positive(medians))
    place(artists.tempered, y=2 / 3 * noise**2)
    place(artists.here, x=points)


def _told(risk: float) -> str:
    return in_words(risk, 2) if risk < 1e6 else "more than a million"


def sentence(state: State, points: int, noise: float, sharpness: float) -> str:
    waves, lines, spikes = map(_told, state.here)
    return (
        f"{points} noisy points, σ = {noise:.2f}, all on each curve. Excess risk here: {waves} with as many waves as "
        f"points, {lines} with straight lines (two thirds of σ² are {in_words(2 / 3 * noise**2, 2)}), {spikes} with "
        f"spikes as narrow as n to the power {-sharpness:.1f}, in turns of the circle."
    )


figure = LiveFigure(
    "All three hit every point: which one is near the truth?",
    controls=[
        Slider("points", "points n", low=7, high=101, value=21, scale="integer", grip=Grip("here", "x")),
        Slider("noise", "noise σ of the labels", low=0.1, high=1.5, value=0.8, step=0.05),
        Slider("sharpness", "s of spikes n⁻ˢ wide", low=1, high=2.5, value=2, step=0.1, format=".1f"),
    ],
)
