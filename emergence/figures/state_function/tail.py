"""Errors of many sizes as their training gap closes: a band around the limit holds on tails, and nowhere else."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Grip, LiveFigure, Slider, Stripe, in_words, legend_above, place
from emergence.live.drawing import set_band
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.synthesis import state_function as sf

_N = 2 ** np.arange(2, 12)  # 4 ... 2048
_K = 10 ** np.linspace(0, 10, 321)
_GAPS = 10 ** np.linspace(-5, 0.5, 56)
_TOP = 3.2
_DOUBLING = 0.30102999  # decades, rounded down, so that nine steps do not miss the end


class Tail(NamedTuple):
    """Training gaps and errors of all _N at all _K, shape (10, 321); P/N and what is left out, shape (10,)."""

    gap: np.ndarray
    error: np.ndarray
    ratio: np.ndarray
    rest: np.ndarray


@lru_cache(maxsize=4)
def _runs(ratio: float) -> Tail:
    parameters = [max(round(ratio * n), 1) for n in _N]
    gap = np.array([sf.training_gap(n, p, _K) for n, p in zip(_N, parameters, strict=True)])
    error = np.array([sf.errors(n, p, _K).total for n, p in zip(_N, parameters, strict=True)])
    rest = np.array([sf.left_out(p, 1.0) for p in parameters])
    return Tail(gap, error, np.array(parameters) / _N, rest)


def start(ratio: float) -> Tail:
    return _runs(ratio)


def tail(size: float) -> np.ndarray:
    """Which of _N are at least the size, shape (10,); the slider's powers of two are rounded."""
    return _N >= size * (1 - 1e-6)


def extremes(state: Tail, size: float, gaps: np.ndarray) -> np.ndarray:
    """Least and largest error over the tail N >= size and gap <= each of gaps, among the runs; shape (2, gaps).

    A run enters the tail between two of its stages: the error there is interpolated.
    """
    far = tail(size)
    low, high = np.full(len(gaps), np.inf), np.full(len(gaps), -np.inf)
    for gap, error in zip(state.gap[far, ::-1], state.error[far, ::-1], strict=True):  # the gaps rise
        entry = np.interp(np.log(gaps), np.log(np.maximum(gap, 1e-300)), error)
        count = np.maximum(np.searchsorted(gap, gaps, side="right") - 1, 0)
        low = np.minimum(low, np.minimum(entry, np.minimum.accumulate(error)[count]))
        high = np.maximum(high, np.maximum(entry, np.maximum.accumulate(error)[count]))
    return np.array([low, high])


def bounds(state: Tail, size: float, gaps: np.ndarray) -> np.ndarray:
    """The proved band over the same tail, shape (2, gaps)."""
    far = tail(size)
    low, high = state.ratio[far].min(), state.ratio[far].max()
    rest = state.rest[far].max()
    return np.array([[sf.band(low, g, rest)[0] for g in gaps], [sf.band(high, g, rest)[1] for g in gaps]])


def setup(runs: Axes, band: Axes) -> SimpleNamespace:
    for axes in (runs, band):
        axes.set(xscale="log", xlim=(1e-5, 3), ylim=(0, _TOP), xlabel="training gap ∂l (training: to the left)")
    runs.set_ylabel("error ε")
    runs.set_title("N = 4, 8, …, 2,048, from above", loc="right")
    band.set(xlabel="largest gap δ of the tail", ylabel="error ε")
    artists = SimpleNamespace(
        band=Stripe(runs, "horizontal", color=ORANGE, alpha=0.22),
        others=[runs.plot([], [], color=GREY, linewidth=1)[0] for _ in _N],
        inside=[runs.plot([], [], color=BLUE, linewidth=2.4)[0] for _ in _N],
        gap=runs.axvline(0.1, color=INK, linewidth=2),
        between=band.fill_between([1e-5, 3], 0, 1, color=BLUE, alpha=0.3, linewidth=0, label="inf to sup on the tail"),
        proved=[
            band.plot([], [], "--", color=ORANGE, label=label)[0] for label in ("proved band", "_the same from above")
        ],
        limit=band.axhline(color=INK, linestyle=":", label="limit"),
        also=band.axvline(0.1, color=INK, linewidth=1.2),
    )
    legend_above(band, 2, beside=[runs])
    return artists


def draw(artists: SimpleNamespace, state: Tail, ratio: float, size: float, gap: float) -> None:
    far = tail(size)
    for i, (other, inside) in enumerate(zip(artists.others, artists.inside, strict=True)):
        other.set_data(state.gap[i], state.error[i])
        kept = far[i] & (state.gap[i] <= gap)
        inside.set_data(state.gap[i], np.where(kept, state.error[i], np.nan))
    low, high = bounds(state, size, _GAPS)
    set_band(artists.between, _GAPS, *extremes(state, size, _GAPS))
    artists.proved[0].set_data(_GAPS, low)
    artists.proved[1].set_data(_GAPS, high)
    artists.band.cover(*bounds(state, size, np.array([gap]))[:, 0])
    place(artists.limit, y=ratio)
    place(artists.gap, x=gap)
    place(artists.also, x=gap)


def sentence(state: Tail, ratio: float, size: float, gap: float) -> str:
    here = np.array([gap])
    (low,), (high,) = extremes(state, size, here)
    (least,), (most,) = bounds(state, size, here)
    first = _N[tail(size)][0]
    return (
        f"P = {ratio:.2f} N; the limit is {ratio:.2f}. On the tail N ≥ {first:,}, gap ≤ {in_words(gap)} the errors lie "
        f"between {low:.3f} and {high:.3f}; proved is {least:.3f} to {most:.3f}. Over all sizes and gaps shown the "
        f"least error is {state.error.min():.3f}."
    )


figure = LiveFigure(
    "On which tail does the band hold?",
    controls=[
        Slider("gap", "largest gap δ", low=1e-5, high=1, value=0.1, step=0.1, scale="log", grip=Grip("gap", "x")),
        Slider("size", "least size n₀", low=4, high=2048, value=64, step=_DOUBLING, scale="log", format=".0f"),
        Slider("ratio", "parameters per datum P/N", low=0.25, high=2, value=1, step=0.05),
    ],
)
