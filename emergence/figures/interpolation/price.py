"""Random labels on a sphere, fitted with more and more features: how steep the fit must be, and how steep it is."""

from __future__ import annotations

import math
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PURPLE
from emergence.scaling import interpolation as ip

POINTS, DRAWS = 60, 3
FEATURES = (70, 90, 120, 180, 300, 600, 1200, 2400)
_ANGLE = np.linspace(0, math.tau, 241)
DIMENSIONS = ("5", "10", "20")
_STEP = 0.0150514997  # decades: a twentieth of a doubling, rounded down, so that a hundred do not miss the end


class State(NamedTuple):
    """The fit round a great circle, two labels on it, steepest gradients (DRAWS, FEATURES), and the least possible."""

    walk: np.ndarray
    ends: np.ndarray
    labels: np.ndarray
    steep: np.ndarray
    least: float
    here: float


@lru_cache(maxsize=24)
def data(dimension: int, draw: int) -> tuple[np.ndarray, ...]:
    """Points, labels ±1, features and more places of one draw; the features of a smaller model come first."""
    rng = np.random.default_rng(100 * dimension + draw)
    x, features = ip.on_sphere(POINTS, dimension, rng), rng.standard_normal((FEATURES[-1], dimension))
    return x, rng.choice([-1.0, 1.0], POINTS), features, ip.on_sphere(200, dimension, rng)


@lru_cache(maxsize=8)
def steepness(dimension: int) -> np.ndarray:
    """The steepest gradients seen: shape (DRAWS, len(FEATURES))."""
    found = np.empty((DRAWS, len(FEATURES)))
    for draw in range(DRAWS):
        x, y, w, at = data(dimension, draw)
        found[draw] = [ip.relu_slope(x, y, w[:p], at)[0] for p in FEATURES]
    return found


def start(p: float, dimension: str) -> State:
    p, d = round(p), int(dimension)
    x, y, w, at = data(d, 0)
    first, second = 0, int(np.flatnonzero(y != y[0])[0])
    across = x[second] - (x[second] @ x[0]) * x[0]
    across /= np.linalg.norm(across)
    circle = np.cos(_ANGLE)[:, None] * x[0] + np.sin(_ANGLE)[:, None] * across
    hidden, along = (np.maximum(0, z @ w[:p].T) for z in (x, circle))
    walk = along @ ip.least_norm(hidden, y[:, None])[:, 0]
    ends = np.array([0.0, math.acos(float(np.clip(x[second] @ x[0], -1, 1)))])
    return State(
        walk, ends, y[[first, second]], steepness(d), ip.steepest_pair(x, y), ip.relu_slope(x, y, w[:p], at)[0]
    )


def setup(walk: Axes, steepest: Axes) -> SimpleNamespace:
    walk.set(xlim=(0, math.tau), ylim=(-8, 8), xlabel="angle along a circle through two points (rad)", ylabel="fit")
    steepest.set(xscale="log", yscale="log", xlim=(60, 2500), ylim=(0.3, 60))
    steepest.set(xlabel=f"features p, with n = {POINTS} points", ylabel="steepest gradient seen")
    x = np.array([60, 2500])
    artists = SimpleNamespace(
        walk=walk.plot([], [], color=BLUE, linewidth=1.6, label="fit")[0],
        ends=walk.plot([], [], "o", color=ORANGE, markersize=8, label="two of the labels")[0],
        found=steepest.plot([], [], "o-", color=BLUE, label="mean and range of three")[0],
        spread=steepest.vlines([], [], [], color=INK, linewidth=1.4),
        law=steepest.plot(x, np.ones(2), color=PURPLE, linestyle="--", linewidth=1.6, label=r"$\sqrt{nd/p}$")[0],
        least=steepest.axhline(3, color=GREY, linestyle=":", linewidth=1.8, label="least possible"),
        here=steepest.axvline(140, color=INK, linewidth=1.4),
        one=steepest.plot([], [], "D", color=ORANGE, markersize=8, label="this fit")[0],
    )
    legend_above(walk, 2)
    legend_above(steepest, 2, beside=[walk])
    return artists


def draw(artists: SimpleNamespace, state: State, p: float, dimension: str) -> None:
    artists.walk.set_data(_ANGLE, np.clip(state.walk, -30, 30))
    artists.ends.set_data(state.ends, state.labels)
    artists.found.set_data(FEATURES, state.steep.mean(axis=0))
    artists.spread.set_segments(
        [[(q, column.min()), (q, column.max())] for q, column in zip(FEATURES, state.steep.T, strict=True)]
    )
    artists.law.set_ydata(np.sqrt(POINTS * int(dimension) / artists.law.get_xdata()))
    place(artists.least, y=state.least)
    place(artists.here, x=p)
    place(artists.one, x=p, y=state.here)


def sentence(state: State, p: float, dimension: str) -> str:
    p = round(p)
    return (
        f"{POINTS} points on the sphere in {dimension} dimensions, labels ±1 at random, {p:,} features: the steepest "
        f"gradient of the fit that was seen is {in_words(state.here)}. No function through these points is less steep "
        f"than {in_words(state.least)}; √(nd/p) is {in_words(math.sqrt(POINTS * int(dimension) / p))}."
    )


figure = LiveFigure(
    "How steep is a curve that hits every label?",
    controls=[
        Slider(
            "p",
            "features p",
            low=70,
            high=2240,
            value=140,
            step=_STEP,
            scale="log",
            format=".0f",
            grip=Grip("here", "x"),
        ),
        Choice("dimension", "dimension d", options=DIMENSIONS, value="10"),
    ],
)
