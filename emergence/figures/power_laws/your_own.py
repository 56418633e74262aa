"""A hidden law seen at six small sizes: commit to a loss far beyond them, then look; and the score of four rules."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._losses import loss_against_size
from emergence.live import Grip, LiveFigure, Slider, Toggle, in_words, legend_above, name_rows, place
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE
from emergence.scaling import fits

_LAWS, _FAR = 100, np.logspace(7, 12, 201)
_STYLES = {
    "best fit": (ORANGE, "--"),
    "no floor": (GREY, ":"),
    "fixed exponent": (BLUE, "-"),
    "straight line": (INK, "-."),
}
_ROWS = ("your α", "best fit", "no floor", "line in log N")
_ROW_OF = dict(zip(("fixed exponent", "best fit", "no floor", "straight line"), _ROWS, strict=True))


class Guessed(NamedTuple):
    """The trial of all laws, what the rules say of this one at all sizes and at the asked one, and their scores."""

    trial: fits.Trial
    curves: dict[str, np.ndarray]
    there: dict[str, float]
    truth: np.ndarray
    asked: float
    answer: float
    scores: dict[str, fits.Score]


@lru_cache(maxsize=4)
def _hidden(seed: int) -> fits.Trial:
    return fits.hide_laws(_LAWS, np.random.default_rng(seed))


@lru_cache(maxsize=64)
def _fixed_rule(seed: int, rule: str, ratio: float) -> fits.Score:
    return fits.score(_hidden(seed), rule, [ratio])


def start(number: int, ratio: float, exponent: float, rng: np.random.Generator) -> Guessed:
    seed = int(rng.integers(2**31))
    trial = _hidden(seed)
    seen, asked = trial.seen[number - 1], trial.sizes[-1] * ratio
    sizes = np.append(_FAR, asked)
    said = {rule: fits.extrapolate(rule, trial.sizes, seen, sizes, exponent) for rule in _STYLES}
    truth = trial.laws(sizes)[number - 1]
    scores = {rule: _fixed_rule(seed, rule, ratio) for rule in _ROW_OF if rule != "fixed exponent"}
    scores["fixed exponent"] = fits.score(trial, "fixed exponent", [ratio], exponent)
    curves, there = {k: v[:-1] for k, v in said.items()}, {k: float(v[-1]) for k, v in said.items()}
    return Guessed(trial, curves, there, truth[:-1], asked, float(truth[-1]), scores)


def setup(law: Axes, scores: Axes) -> SimpleNamespace:
    loss_against_size(law, (7e6, 1e12), (0.6, 4.2))
    scores.set(xscale="log", xlim=(2e-3, 3), ylim=(3.6, -0.6), xlabel="error over 100 laws (nats)")
    name_rows(scores, _ROWS)
    artists = SimpleNamespace(
        asked=law.axvline(color=GREY, linewidth=1.3),
        curves={
            rule: law.plot([], [], color=c, linestyle=s, linewidth=1.7, label=_ROW_OF[rule])[0]
            for rule, (c, s) in _STYLES.items()
        },
        truth=law.plot([], [], color=GREEN, linewidth=3.4, label="the truth", zorder=1.5)[0],
        seen=law.plot([], [], "o", color=INK, markersize=6, label="seen")[0],
        guess=law.plot([], [], "D", color=PURPLE, markersize=10, label="your guess")[0],
        bars=scores.hlines(range(4), 1e-9, 1e-9, color=[BLUE, ORANGE, GREY, INK], linewidth=9),
        errors=scores.hlines(range(4), 1e-9, 1e-9, color=INK, linewidth=1.6),
    )
    legend_above(law, 3)
    return artists


def draw(artists: SimpleNamespace, state: Guessed, number: int, guess: float, revealed: bool) -> None:
    place(artists.asked, x=state.asked)
    for rule, line in artists.curves.items():
        line.set_data(_FAR, state.curves[rule] if revealed or rule == "fixed exponent" else np.full_like(_FAR, np.nan))
    artists.truth.set_data(_FAR, state.truth if revealed else np.full_like(_FAR, np.nan))
    artists.seen.set_data(state.trial.sizes, state.trial.seen[number - 1])
    place(artists.guess, x=state.asked, y=guess)
    rows = [(row, state.scores[rule]) for row, rule in enumerate(_ROW_OF)]
    artists.bars.set_segments([[(1e-4, row), (float(s.rms[0]), row)] for row, s in rows])
    artists.errors.set_segments(
        [
            [(max(float(s.rms[0] - 2 * s.error[0]), 1e-4), row), (float(s.rms[0] + 2 * s.error[0]), row)]
            for row, s in rows
        ]
    )


def sentence(state: Guessed, number: int, ratio: float, guess: float, exponent: float, revealed: bool) -> str:
    scores = ", ".join(f"{_ROW_OF[rule]} {float(s.rms[0]):.3f}" for rule, s in state.scores.items())
    where = f"{in_words(ratio)} times beyond the largest size" if ratio > 1 else "at the largest size"
    text = f"Law {number}, {where}: your guess is {guess:.2f}"
    if revealed:
        missed = ", ".join(f"{_ROW_OF[rule]} {value - state.answer:+.3f}" for rule, value in state.there.items())
        text += f", the truth {state.answer:.3f}: you are off by {guess - state.answer:+.3f}; {missed}"
    return f"{text}. Over {_LAWS} laws, with α = {exponent:.2f} as yours, the errors (root mean square) are: {scores}."


figure = LiveFigure(
    "What is the loss far beyond what you saw?",
    controls=[
        Slider("guess", "your guess of the loss", unit="nats", low=0.8, high=4, value=2.5, grip=Grip("guess", "y")),
        Slider("number", "hidden law", low=1, high=_LAWS, value=1, scale="integer"),
        Slider("ratio", "times beyond the largest", low=1, high=1000, value=100, step=0.25, scale="log"),
        Slider("exponent", "your α, for all laws", low=0.05, high=1, value=0.35, step=0.01),
        Toggle("revealed", "show the truth", value=False),
    ],
)
