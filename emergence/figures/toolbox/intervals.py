"""Fifty averages with their intervals, and the errors that blocks of a chosen length give them."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREEN, INK, ORANGE
from emergence.toolbox import averages

_CHAINS, _LENGTH, _LONGEST = 50, 1000, 125
_BLOCKS = np.unique(np.rint(np.geomspace(1, _LONGEST, 13)).astype(int))


class Means(NamedTuple):
    """The mean of each chain and its standard error, the root mean square of the errors by _BLOCKS, and τ as found."""

    means: np.ndarray
    errors: np.ndarray
    by_block: np.ndarray
    time: float


@lru_cache(maxsize=4)
def _noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(_CHAINS, _LENGTH))


@lru_cache(maxsize=8)
def _measured(seed: int, memory: float) -> tuple[np.ndarray, np.ndarray, float]:
    x = averages.chains(memory, _noise(seed))
    by_block = [np.sqrt((averages.blocked_error(x, int(block)) ** 2).mean()) for block in _BLOCKS]
    return x, np.array(by_block), averages.autocorrelation_time(x[0])


def start(block: int, memory: float, sample: int, rng: np.random.Generator) -> Means:
    x, by_block, time = _measured(int(rng.integers(2**32)) + sample, memory)
    return Means(x.mean(axis=1), averages.blocked_error(x, block), by_block, time)


def setup(intervals: Axes, error: Axes) -> SimpleNamespace:
    intervals.set(xlim=(-1, _CHAINS), ylim=(-0.8, 0.8), xlabel="chain", ylabel="mean ± 2 standard errors")
    error.set(xscale="log", xlim=(0.8, _LONGEST * 1.2), ylim=(0, 0.35))
    error.set(xlabel="length of a block (steps)", ylabel="standard error of the mean")
    error.set_xticks([1, 10, 100], ["1", "10", "100"])
    intervals.axhline(0, color=INK, linewidth=1.2)
    artists = SimpleNamespace(
        hits=intervals.vlines([], 0, 1, color=BLUE, linewidth=2, label="holds 0"),
        misses=intervals.vlines([], 0, 1, color=ORANGE, linewidth=2, linestyle=(0, (1.5, 0.7)), label="misses it"),
        by_block=error.plot([], [], "o-", color=BLUE, markersize=5, label="from blocks")[0],
        true=error.axhline(0.1, color=GREEN, linestyle="--", label="true"),
        block=error.axvline(1, color=INK, linewidth=1.6),
    )
    legend_above(intervals, 2)
    legend_above(error, 2)
    return artists


def draw(artists: SimpleNamespace, state: Means, intervals: Axes, block: int, memory: float) -> None:
    reach = max(0.8, 5.2 * averages.chain_error(memory, _LENGTH))
    intervals.set_ylim(-reach, reach)
    low, high = state.means - 2 * state.errors, state.means + 2 * state.errors
    hit = (low <= 0) & (0 <= high)
    for lines, chosen in ((artists.hits, hit), (artists.misses, ~hit)):
        lines.set_segments([[(i, low[i]), (i, high[i])] for i in np.flatnonzero(chosen)])
    artists.by_block.set_data(_BLOCKS, state.by_block)
    place(artists.true, y=averages.chain_error(memory, _LENGTH))
    place(artists.block, x=block)


def sentence(state: Means, block: int, memory: float) -> str:
    hits = int((np.abs(state.means) <= 2 * state.errors).sum())
    blocks = "single values" if block == 1 else f"blocks of {block}"
    return (
        f"{_CHAINS} chains of {_LENGTH:,} values with ρ = {memory:.2f}: standard errors from {blocks} are "
        f"{np.sqrt(np.mean(state.errors**2)):.4f}, the true one is {averages.chain_error(memory, _LENGTH):.4f}; {hits} "
        f"of the {_CHAINS} intervals hold the true mean. τ is {averages.chain_time(memory):.2f} steps, and "
        f"{state.time:.2f} by the window in the first chain."
    )


figure = LiveFigure(
    "How many of these intervals hold the true mean?",
    controls=[
        Slider("block", "length of a block", low=1, high=_LONGEST, value=1, scale="integer", grip=Grip("block", "x")),
        Slider("memory", "memory ρ", low=0, high=0.98, value=0.9),
        Slider("sample", "sample number", low=1, high=20, value=1, scale="integer"),
    ],
)
