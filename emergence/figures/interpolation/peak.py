"""Least squares with more and more weights: exact risk, simulated fits, and the fitted weights of one data set."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place, positive
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PURPLE
from emergence.scaling import interpolation as ip

EXAMPLES, MOST, DRAWS = 40, 240, 40
_ALL, _SOME = "each problem has p features", f"one problem of {MOST} features"
_SIMULATED = (3, 8, 14, 20, 26, 31, 50, 56, 66, 80, 110, 160, 240)
_P = np.arange(1, MOST + 1)
_PLACES = _P[np.abs(_P - EXAMPLES) > 1]


class State(NamedTuple):
    """Curves over _P, simulated means and standard errors, and true and fitted weights of one data set, scaled."""

    exact: np.ndarray
    ridge: np.ndarray
    mean: np.ndarray
    error: np.ndarray
    true: np.ndarray
    fitted: np.ndarray
    risk: float


def features(problem: str) -> int | None:
    return None if problem == _ALL else MOST


@lru_cache(maxsize=4)
def _simulated(seed: int, problem: str) -> ip.Fits:
    return ip.simulate(EXAMPLES, _SIMULATED, DRAWS, np.random.default_rng(seed), features(problem))


@lru_cache(maxsize=8)
def _drawn(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((EXAMPLES, MOST)), rng.standard_normal(MOST), rng.standard_normal(EXAMPLES)


def start(p: int, signal: float, noise: float, problem: str, data: int, rng: np.random.Generator) -> State:
    seed = int(rng.integers(2**31))
    runs = _simulated(seed, problem).risk(signal, noise)
    x, direction, e = _drawn(seed + data)
    total = p if problem == _ALL else MOST
    true = signal * direction[:total] / np.linalg.norm(direction[:total])
    fit = ip.least_norm(x[:, :p], (x[:, :total] @ true + noise * e)[:, None])[:, 0]
    risk = float(((fit - true[:p]) ** 2).sum() + (true[p:] ** 2).sum())
    seen = np.ones(MOST) if problem == _ALL else _P / MOST
    spread = np.sqrt(noise**2 + signal**2 * (1 - seen))
    ridge = ip.tuned_ridge_limit(_P / EXAMPLES, signal * np.sqrt(seen), spread) + signal**2 * (1 - seen)
    scale = np.sqrt(total) / signal
    return State(
        ip.exact_risk(EXAMPLES, _PLACES, signal, noise, features(problem)),
        ridge,
        runs.mean(axis=0),
        runs.std(axis=0, ddof=1) / np.sqrt(DRAWS),
        true[:p] * scale,
        fit * scale,
        risk,
    )


def setup(weights: Axes, risk: Axes) -> SimpleNamespace:
    weights.set(xlim=(-3.2, 3.2), ylim=(-6, 6), xlabel="true weight (units of its spread)", ylabel="fitted weight")
    risk.set(yscale="log", xlim=(0, MOST + 6), ylim=(0.02, 200))
    risk.set(xlabel=f"weights p, with n = {EXAMPLES} examples", ylabel="excess risk")
    artists = SimpleNamespace(
        dots=weights.plot([], [], "o", color=BLUE, markersize=4, label="one fit")[0],
        shrunk=weights.plot([], [], color=ORANGE, linewidth=3, alpha=0.5, label="on average")[0],
        exact=risk.plot([], [], color=BLUE, label="exact")[0],
        errors=risk.vlines([], [], [], color=INK, linewidth=1.4),
        means=risk.plot([], [], "o", color=INK, markersize=4, label="simulated")[0],
        ridge=risk.plot([], [], color=PURPLE, linestyle="--", linewidth=1.6, label="best ridge")[0],
        null=risk.axhline(4, color=GREY, linestyle=":", linewidth=1.4, label="guess 0"),
        here=risk.axvline(20, color=INK, linewidth=1.4),
        one=risk.plot([], [], "D", color=ORANGE, markersize=8, label="this fit")[0],
    )
    weights.plot([-6, 6], [-6, 6], color=GREY, linestyle=":", linewidth=1.6, label="as it should be")
    legend_above(weights, 3)
    legend_above(risk, 3, beside=[weights])
    return artists


def draw(artists: SimpleNamespace, state: State, p: int, signal: float) -> None:
    artists.dots.set_data(state.true, state.fitted)
    slope = min(1, EXAMPLES / p)
    artists.shrunk.set_data([-6, 6], [-6 * slope, 6 * slope])
    # No curve joins the two sides of the peak, where the expectation is infinite.
    x = np.insert(_PLACES.astype(float), EXAMPLES - 2, EXAMPLES)
    artists.exact.set_data(x, positive(np.insert(state.exact, EXAMPLES - 2, np.nan)))
    artists.ridge.set_data(_P, positive(state.ridge))
    low = np.maximum(state.mean - 2 * state.error, 1e-4)
    artists.errors.set_segments(
        [[(at, a), (at, max(b, 2e-4))] for at, a, b in zip(_SIMULATED, low, state.mean + 2 * state.error, strict=True)]
    )
    artists.means.set_data(_SIMULATED, positive(state.mean))
    place(artists.null, y=signal**2)
    place(artists.here, x=p)
    place(artists.one, x=p, y=min(max(state.risk, 0.025), 160))


def sentence(state: State, p: int, signal: float, noise: float, problem: str) -> str:
    expected = float(ip.exact_risk(EXAMPLES, p, signal, noise, features(problem)))
    value = in_words(expected) if np.isfinite(expected) else "infinite"
    this = in_words(state.risk) if state.risk > 1e-12 else "0"  # without noise, up to rounding
    return (
        f"n = {EXAMPLES} examples, p = {p}, signal r = {signal:.2f}, noise σ = {noise:.2f}; {problem}: the expected "
        f"excess risk of least squares is {value}, that of this fit {this}. Guessing 0 has "
        f"{in_words(signal**2)}, the best ridge fit about {in_words(float(state.ridge[p - 1]))}."
    )


figure = LiveFigure(
    "More weights than examples: what happens to the error?",
    sketch="risk",
    controls=[
        Slider("p", "weights p", low=1, high=MOST, value=20, scale="integer", grip=Grip("here", "x")),
        Slider("signal", "signal r", low=0.5, high=3, value=2, step=0.05),
        Slider("noise", "noise σ of the labels", low=0, high=2, value=1, step=0.05),
        Slider("data", "data set of this fit", low=1, high=20, value=1, scale="integer"),
        Choice("problem", "as p grows", options=(_ALL, _SOME), value=_ALL),
    ],
)
