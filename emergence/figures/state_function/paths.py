"""A map of a state function of data and parameters, and one way to infinity on it: to which limit does it lead?"""

from __future__ import annotations

import math
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place
from emergence.live.palette import BLUE, GREEN, INK, ORANGE, PAPER, rgb
from emergence.synthesis import state_function as sf

_WIDE, _TALL = 6, 12  # decades of data, from the first, and of parameters
_HOLD = 4  # the path begins at ten data, and is held at this decade
_CELLS = 72
_N = 10 ** np.linspace(1, _WIDE, 101)
_TOP = {"parabola": 0.6, "least squares": 6.0, "share": 1.1, "sum of powers": 3.6}
_SHADES = np.round(255 * np.linspace([*rgb(PAPER), 1], [*(0.35 * rgb(PAPER) + 0.65 * rgb(BLUE)), 1], 256))
_SHADES = _SHADES.astype(np.uint8)


class Path(NamedTuple):
    """Values along the path at _N, its limit (inf if it is infinite), and the two iterated limits."""

    values: np.ndarray
    limit: float
    first: tuple[float, float]


@lru_cache(maxsize=4)
def _map(law: str) -> np.ndarray:
    n = 10 ** (1 + (np.arange(_CELLS) + 0.5) * (_WIDE - 1) / _CELLS)
    p = 10 ** ((np.arange(_CELLS) + 0.5) * _TALL / _CELLS)
    share = np.clip(sf.law_value(law, n, p[:, None]) / _TOP[law], 0, 1)
    return _SHADES[np.round(255 * share).astype(int)]


def factor(exponent: float, height: float) -> float:
    """The c of the path P = c N^s that has 10^height parameters at ten data; the sliders' rounding is undone."""
    return float(10 ** round(height - exponent, 2))


def start(exponent: float, height: float, law: str) -> Path:
    c, s = factor(exponent, height), round(exponent, 2)
    return Path(sf.law_value(law, _N, c * _N**s), sf.limit_along(law, s, c), sf.iterated_limits(law))


def setup(ways: Axes, along: Axes) -> SimpleNamespace:
    ways.grid(False)
    ways.set(xlim=(1, _WIDE), ylim=(0, _TALL), xlabel="data N", ylabel="parameters P")
    ways.set_title("more blue: larger error", loc="right")
    ways.set_xticks(range(1, 7), ["$10$", "$10^2$", "$10^3$", "$10^4$", "$10^5$", "$10^6$"])
    ways.set_yticks(range(0, 13, 3), ["1", "$10^3$", "$10^6$", "$10^9$", "$10^{12}$"])
    along.set(xscale="log", xlim=(10, 10**_WIDE), xlabel="data N along your path", ylabel="error ε")
    ways.imshow(
        np.zeros((2, 2, 4), np.uint8),
        extent=(1, _WIDE, 0, _TALL),
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        zorder=0,
    )
    artists = SimpleNamespace(
        path=ways.plot([], [], color=ORANGE, linewidth=3)[0],
        begin=ways.plot([], [], "s", color=ORANGE, markersize=10, clip_on=False)[0],
        hold=ways.plot([], [], "o", color=ORANGE, markeredgecolor=INK, markersize=12)[0],
        value=along.plot([], [], color=ORANGE, label="your path")[0],
        limit=along.axhline(color=INK, linestyle="--", linewidth=1.5, label="its limit"),
        data=along.axhline(color=BLUE, linestyle=":", label="first N, then P"),
        parameters=along.axhline(color=GREEN, linestyle=(0, (4, 6)), label="first P, then N"),
        note=along.text(0.5, 0.5, "", transform=along.transAxes, ha="center", color=ORANGE),
    )
    legend_above(along, 2, beside=[ways])
    return artists


def draw(
    artists: SimpleNamespace, ways: Axes, along: Axes, state: Path, exponent: float, height: float, law: str
) -> None:
    [image] = ways.images  # it stands still as long as the law does, so it is part of the background
    if image.get_gid() != law:
        image.set_data(_map(law))
        image.set_gid(law)
    last = min(_WIDE, 1 + (_TALL - height) / exponent)
    x = np.array([1, (1 + last) / 2, last])
    artists.path.set_data(x, height + exponent * (x - 1))
    place(artists.begin, x=1, y=height)
    place(artists.hold, x=_HOLD, y=height + exponent * (_HOLD - 1))
    along.set_ylim(-0.04 * _TOP[law], _TOP[law])
    artists.value.set_data(_N, np.where(state.values < 2 * _TOP[law], state.values, np.nan))
    place(artists.limit, y=state.limit if state.limit < _TOP[law] else np.nan)
    artists.note.set_text("infinite on your path" if math.isinf(state.limit) else "")
    place(artists.data, y=state.first[0])
    place(artists.parameters, y=state.first[1])


def sentence(state: Path, exponent: float, height: float, law: str) -> str:
    c = in_words(factor(exponent, height))
    power = "N" if round(exponent, 2) == 1 else f"N to the power {exponent:.2f}"
    way = f"{law.capitalize()}, along P = {power if c == '1' else f'{c} · {power}'}"
    first = f"First N and then P gives {in_words(state.first[0])}, first P and then N {in_words(state.first[1])}."
    if math.isinf(state.limit):
        return f"{way}: the error is infinite at every size. {first}"
    return (
        f"{way}: the error tends to {in_words(state.limit)}; at N = 1,000,000 it is {_short(state.values[-1])}. {first}"
    )


def _short(value: float) -> str:
    return "infinite" if math.isinf(value) else in_words(value)


figure = LiveFigure(
    "To which limit does your path lead?",
    controls=[
        Slider(
            "exponent",
            "exponent s of the path",
            low=0.5,
            high=2.5,
            value=1,
            step=0.05,
            grip=Grip("hold", "y", 1 / (_HOLD - 1)),
        ),
        Slider("height", "log₁₀ P at N = 10", low=0, high=3, value=1, step=0.1, grip=Grip("begin", "y")),
        Choice("law", "state function", options=tuple(_TOP), value="parabola"),
    ],
)
