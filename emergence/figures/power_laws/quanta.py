"""Skills needed with the frequencies of a power law: what a model that has the first n still gets wrong."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Grip, LiveFigure, Slider, in_words, legend_above, place, set_band
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.scaling import exponents

_SKILLS = np.unique(np.round(np.logspace(0, 4, 97)))
_LEAST, _TICKS = 1e-9, 10.0 ** np.arange(-8, 1, 2)
"""Where the axis of probabilities begins, and its ticks."""


class Skills(NamedTuple):
    """Frequencies of the _SKILLS, what is missing after each, after the n learned, and its upper bound."""

    frequency: np.ndarray
    missing: np.ndarray
    left: float
    bound: float
    bounds: np.ndarray


def start(alpha: float, learned: float) -> Skills:
    learned = round(learned)
    bounds = exponents.missing_bounds(_SKILLS, alpha)[1]
    left, bound = exponents.missing(learned, alpha), exponents.missing_bounds(learned, alpha)[1]
    return Skills(
        exponents.frequency(_SKILLS, alpha), exponents.missing(_SKILLS, alpha), float(left), float(bound), bounds
    )


def setup(needed: Axes, left: Axes) -> SimpleNamespace:
    needed.set(xscale="log", yscale="log", xlim=(1, 1e4), ylim=(_LEAST, 1))
    needed.set(xlabel="skill k, the most frequent first", ylabel="probability that it is needed", yticks=_TICKS)
    left.set(xscale="log", yscale="log", xlim=(1, 1e4), ylim=(3e-5, 1.5))
    left.set(xlabel="skills learned n", ylabel="excess loss (units)", yticks=_TICKS[2:])
    artists = SimpleNamespace(
        still=needed.fill_between(
            [1, 2], [_LEAST, _LEAST], [_LEAST, _LEAST], color=ORANGE, alpha=0.35, label="not learned"
        ),
        frequency=needed.plot([], [], color=BLUE, label=r"$p_k \propto k^{-(1+\alpha)}$")[0],
        learned=needed.axvline(color=INK, linewidth=1.6),
        missing=left.plot([], [], color=ORANGE, label="sum")[0],
        bound=left.plot([], [], color=GREY, linestyle=":", label=r"$n^{-\alpha}/(\alpha\,\zeta(1+\alpha))$")[0],
        here=left.plot([], [], "o", color=INK, markersize=8, clip_on=False)[0],
    )
    legend_above(needed, 2)
    legend_above(left, 2)
    return artists


def draw(artists: SimpleNamespace, state: Skills, alpha: float, learned: float) -> None:
    artists.frequency.set_data(_SKILLS, state.frequency)
    place(artists.learned, x=learned)
    learned = round(learned)
    beyond = np.append(learned, _SKILLS[_SKILLS > learned])
    high = exponents.frequency(beyond, alpha)
    set_band(artists.still, beyond, np.full_like(high, _LEAST), high)
    artists.missing.set_data(_SKILLS, state.missing)
    artists.bound.set_data(_SKILLS, state.bounds)
    place(artists.here, x=learned, y=state.left)


def sentence(state: Skills, alpha: float, learned: float) -> str:
    learned = round(learned)
    skills = f"{learned:,} most frequent skills" if learned > 1 else "most frequent skill"
    return (
        f"α = {alpha:.2f}: with the {skills} the excess loss is {in_words(state.left, 5)} "
        f"units; the power law says {in_words(state.bound, 5)}."
    )


figure = LiveFigure(
    "What do rare skills cost?",
    controls=[
        Slider(
            "learned",
            "skills learned n",
            low=1,
            high=1000,
            value=100,
            step=0.05,
            scale="log",
            format=".0f",
            grip=Grip("learned", "x"),
        ),
        Slider("alpha", "α", low=0.1, high=1, value=0.5),
    ],
)
