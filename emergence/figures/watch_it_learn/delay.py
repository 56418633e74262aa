"""How long after the trained pairs the others are known: the shipped runs, against weight decay and against share."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.scaling.grokking import LIMIT, SHARE, delay_table

_TABLE = delay_table()
_DECAYS = np.unique(_TABLE.decay[(_TABLE.share == SHARE) & (_TABLE.decay > 0)])
_SHARES = np.unique(_TABLE.share[_TABLE.decay == 1])
_NEVER = 1.4 * LIMIT  # where runs are drawn that did not get there


class Reading(NamedTuple):
    """The delays of the settings nearest to what is asked, and by which factor a law misses the medians."""

    decay: float
    share: float
    by_decay: np.ndarray
    by_share: np.ndarray
    finished: tuple[int, int]
    miss: float


def _medians(shares: np.ndarray, decays: np.ndarray) -> np.ndarray:
    pairs = zip(*np.broadcast_arrays(shares, decays), strict=True)
    return np.array([np.median(_TABLE.of(share, decay).delay) for share, decay in pairs])


_BY_DECAY, _BY_SHARE = _medians(SHARE, _DECAYS), _medians(_SHARES, 1.0)
_AT_ONE = float(_BY_DECAY[_DECAYS == 1][0])


def _capped(delays: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(delays), delays, _NEVER)


def start(decay: float, share: float, exponent: float) -> Reading:
    nearest = float(_DECAYS[np.abs(np.log(_DECAYS / decay)).argmin()])
    other = float(_SHARES[np.abs(_SHARES - share).argmin()])
    delays = [_TABLE.of(SHARE, nearest).delay, _TABLE.of(other, 1.0).delay]
    known = np.isfinite(_BY_DECAY)
    log_miss = np.log(_BY_DECAY[known] / (_AT_ONE * _DECAYS[known] ** -exponent))
    finished = tuple(int(np.isfinite(each).sum()) for each in delays)
    return Reading(nearest, other, *map(_capped, delays), finished, float(np.exp(np.sqrt(np.mean(log_miss**2)))))


def setup(decays: Axes, shares: Axes) -> SimpleNamespace:
    decays.set(xscale="log", yscale="log", xlim=(0.16, 4), ylim=(40, 3e4), xlabel="weight decay")
    decays.set_xticks([0.2, 0.5, 1, 2], ["0.2", "0.5", "1", "2"])
    decays.set_xticks([], minor=True)
    shares.set(yscale="log", xlim=(0.32, 0.73), ylim=(40, 3e4), xlabel="share of the table that is trained")
    artists = SimpleNamespace()
    chosen = (_TABLE.share == SHARE) & (_TABLE.decay > 0)
    for axes, x, delays, places, medians in (
        (decays, _TABLE.decay[chosen], _TABLE.delay[chosen], _DECAYS, _BY_DECAY),
        (shares, _TABLE.share[_TABLE.decay == 1], _TABLE.delay[_TABLE.decay == 1], _SHARES, _BY_SHARE),
    ):
        axes.set_ylabel("delay (steps)")
        axes.plot(x, _capped(delays), "o", color=GREY, markersize=4, label="a run")
        axes.plot(
            places, np.where(np.isfinite(medians), medians, np.nan), "D", color=BLUE, markersize=8, label="median"
        )
        axes.axhline(LIMIT, color=GREY, linestyle=":", linewidth=1.3)
    artists.law = decays.plot([], [], color=ORANGE, linestyle="--", label="power law")[0]
    artists.decay, artists.share = (axes.axvline(1, color=INK, linewidth=1.6) for axes in (decays, shares))
    artists.here = [axes.plot([], [], "o", color=ORANGE, markersize=6)[0] for axes in (decays, shares)]
    legend_above(decays, 3)
    legend_above(shares, 2)
    return artists


def draw(artists: SimpleNamespace, state: Reading, decay: float, share: float, exponent: float) -> None:
    place(artists.decay, x=decay)
    place(artists.share, x=share)
    x = np.array([0.16, 4])
    artists.law.set_data(x, _AT_ONE * x**-exponent)
    artists.here[0].set_data(np.full(len(state.by_decay), state.decay), state.by_decay)
    artists.here[1].set_data(np.full(len(state.by_share), state.share), state.by_share)


def _told(delays: np.ndarray, finished: int) -> str:
    if finished == 0:
        return f"none of {len(delays)} runs gets there within {LIMIT:,} steps"
    low, high = delays.min(), delays.max()
    most = f"{high:,.0f}" if finished == len(delays) else f"more than {LIMIT:,}"
    steps = f"after {low:,.0f} to {most} steps" if low < high else f"all after {low:,.0f} steps"
    middle = np.median(np.where(delays < _NEVER, delays, np.inf))
    median = f"{middle:,g}" if np.isfinite(middle) else f"more than {LIMIT:,}"
    return f"{finished} of {len(delays)} runs get there, {steps}, median {median}"


def _nearest(measured: float, asked: float) -> str:
    return f"{measured:g}" if np.isclose(measured, asked) else f"{measured:g} (of those measured nearest to {asked:g})"


def sentence(state: Reading, decay: float, share: float, exponent: float) -> str:
    law = f"that falls like the decay to the power −{exponent:.2f}" if exponent else "that does not depend on the decay"
    return (
        f"With weight decay {_nearest(state.decay, decay)} and half the table trained, "
        f"{_told(state.by_decay, state.finished[0])}. With weight decay 1 and {_nearest(state.share, share)} of the "
        f"table, {_told(state.by_share, state.finished[1])}. A delay {law} misses the medians by a factor of "
        f"{state.miss:.2f}."
    )


figure = LiveFigure(
    "How long is the wait?",
    controls=[
        Slider("decay", "weight decay", low=0.2, high=3.0, value=0.5, step=0.05, grip=Grip("decay", "x")),
        Slider("share", "share that is trained", low=0.35, high=0.7, value=0.5, step=0.05, grip=Grip("share", "x")),
        Slider("exponent", "exponent of the power law", low=0, high=3, value=1, step=0.05),
    ],
)
