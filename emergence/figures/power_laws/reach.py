"""How the error of an extrapolation grows with the ratio of sizes, over 200 hidden laws, and what is left to know."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import LiveFigure, Slider, in_words, legend_above
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE
from emergence.scaling import fits

_LAWS, _RATIOS, _TEN = 200, np.logspace(0, 3, 25), 8
_STYLES = {
    "best fit": (ORANGE, "o-", "best fit"),
    "no floor": (GREY, "s:", "no floor"),
    "straight line": (PURPLE, "v-.", "line in log N"),
    "fixed exponent": (BLUE, "D--", "α = 0.35"),
}


class Reached(NamedTuple):
    """Scores of the rules, the error of the best fit to first order, and the mean excess loss: shapes (25,)."""

    scores: dict[str, fits.Score]
    first_order: np.ndarray
    excess: np.ndarray


def start(noise: float, decades: float, sizes: int, rng: np.random.Generator) -> Reached:
    trial = fits.hide_laws(_LAWS, rng, noise, sizes, decades)
    at = trial.sizes[-1] * _RATIOS
    hidden = [fits.Law(*(np.asarray(x)[i] for x in trial.laws[:3]), 1e7, 0.0, True) for i in range(0, _LAWS, 10)]
    square = np.mean([fits.linear_error(law, trial.sizes, at, noise) ** 2 for law in hidden], axis=0)
    excess = (trial.laws(at) - trial.laws.floor[:, None]).mean(axis=0)
    return Reached({rule: fits.score(trial, rule, _RATIOS) for rule in _STYLES}, np.sqrt(square), excess)


def setup(error: Axes, share: Axes) -> SimpleNamespace:
    for axes, label, limits in (
        (error, "rms error (nats)", (1e-3, 10)),
        (share, "error / excess loss", (1e-3, 30)),
    ):
        axes.set(xscale="log", yscale="log", xlim=(1, 1000), ylim=limits)
        axes.set(xlabel="size asked / largest seen", ylabel=label)
    share.axhline(1, color=INK, linewidth=1.2)
    artists = SimpleNamespace(
        **{
            panel: {
                rule: axes.plot([], [], s, color=c, markersize=5, markevery=4, linewidth=1.6, label=label)[0]
                for rule, (c, s, label) in _STYLES.items()
            }
            for panel, axes in (("errors", error), ("shares", share))
        },
        excess=error.plot([], [], color=GREEN, linewidth=1.4, label="excess loss")[0],
        first=error.plot([], [], color=INK, linestyle=(0, (1, 1)), linewidth=1.6, label="theory")[0],
    )
    legend_above(error, 3, beside=(share,))
    return artists


def draw(artists: SimpleNamespace, state: Reached) -> None:
    for rule, score in state.scores.items():
        artists.errors[rule].set_data(_RATIOS, score.rms)
        artists.shares[rule].set_data(_RATIOS, score.rms / state.excess)
    artists.excess.set_data(_RATIOS, state.excess)
    artists.first.set_data(_RATIOS, state.first_order)


def sentence(state: Reached, noise: float, decades: float, sizes: int) -> str:
    said = "; ".join(
        f"{label} {', '.join(f'{state.scores[rule].rms[i]:.3f}' for i in (_TEN, 2 * _TEN, 3 * _TEN))}"
        for rule, (_, _, label) in _STYLES.items()
    )
    return (
        f"{sizes} sizes over {decades:.1f} decades, noise {in_words(noise)} nats: the errors 10, 100 and 1,000 times "
        f"beyond are {said}. By first order the best fit would have {state.first_order[2 * _TEN]:.3f} at 100; the "
        f"excess loss there is {state.excess[2 * _TEN]:.3f}."
    )


figure = LiveFigure(
    "How far may you extrapolate?",
    controls=[
        Slider("noise", "noise of a loss", unit="nats", low=0.001, high=0.1, value=0.01, step=0.1, scale="log"),
        Slider("decades", "decades of sizes seen", low=0.5, high=3, value=1.5, step=0.1, format=".1f"),
        Slider("sizes", "sizes seen", low=4, high=20, value=6, scale="integer"),
    ],
)
