"""Quanta learnt one after the other: each is a step, and their sum is a power law."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.live import LiveFigure, Slider, in_words, legend_above
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.scaling import mirage

_MOST = 1000
_N = np.arange(1, _MOST + 1)


def start(alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Share of questions unknown after n = 1, 2, … quanta, exactly and by the leading term."""
    return mirage.unlearnt(alpha, _MOST)[1:], mirage.leading(alpha, _N)


def setup(total: Axes, one: Axes) -> SimpleNamespace:
    total.set(xlim=(1, _MOST), ylim=(1e-4, 1), xscale="log", yscale="log")
    total.set(xlabel="quanta learnt n", ylabel="share of questions unknown")
    one.set(xlim=(1, _MOST), ylim=(-0.03, 1.05), xscale="log", xlabel="quanta learnt n", ylabel="this quantum known")
    artists = SimpleNamespace(
        exact=total.plot([], [], color=BLUE, drawstyle="steps-post", label="exact sum")[0],
        law=total.plot([], [], "--", color=ORANGE, label="power law")[0],
        here=total.plot([], [], "o", color=INK, markersize=9, clip_on=False, label="this quantum")[0],
        step=one.plot([], [], color=INK, drawstyle="steps-post")[0],
    )
    one.axhline(1, color=GREY, linestyle=":", linewidth=1.2)
    legend_above(total, 2, beside=[one])
    return artists


def draw(artists: SimpleNamespace, state: tuple[np.ndarray, np.ndarray], quantum: float) -> None:
    (exact, law), quantum = state, round(quantum)
    artists.exact.set_data(_N, exact)
    artists.law.set_data(_N, law)
    artists.here.set_data([quantum], [exact[quantum - 1]])
    artists.step.set_data(_N, (_N >= quantum).astype(float))


def sentence(state: tuple[np.ndarray, np.ndarray], alpha: float, quantum: float) -> str:
    quantum = round(quantum)
    exact, law = (float(values[quantum - 1]) for values in state)
    before = float(state[0][quantum - 2]) if quantum > 1 else 1.0
    return (
        f"With α = {alpha:.2f}, quantum {quantum:,} is learnt in one step, which takes "
        f"{100 * (1 - exact / before):.2g} per cent of what was unknown. A share of {in_words(exact)} of the questions "
        f"is then unknown; the power law gives {in_words(law)}, more by {100 * (law / exact - 1):.2g} per cent."
    )


figure = LiveFigure(
    "Can steps add up to a straight line?",
    controls=[
        Slider("alpha", "exponent α", low=0.2, high=1.0, value=0.5, step=0.05),
        Slider("quantum", "quantum", low=1, high=_MOST, value=10, step=0.05, scale="log", format=".0f"),
    ],
)
