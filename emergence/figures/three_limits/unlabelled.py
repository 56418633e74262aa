"""The errors of a sequence without a name, for the reader to classify."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.three_limits._shared import label_errors
from emergence.limits import sequences
from emergence.live import Choice, LiveFigure, Toggle, in_words
from emergence.live.palette import BLUE, ORANGE


def start(letter: str, most: str) -> np.ndarray:
    """The first errors of the sequence."""
    return sequences.mystery_errors(letter, int(most))


def line_of(guess: str, errors: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """The power law or the exponential through the last error and the one half way to it; else nothing."""
    last = len(errors)
    half = max(last // 2, 1)
    n = np.geomspace(1, most, 200)
    fall = math.log(errors[last - 1] / errors[half - 1])
    if guess == "power law":
        steps = np.log(n / last) / math.log(last / half)
    elif guess == "exponential":
        steps = (n - last) / (last - half)
    else:
        return np.zeros(0), np.zeros(0)
    return n, np.exp(np.clip(math.log(errors[last - 1]) + fall * steps, -690, 690))


def setup(against_n: Axes, against_log: Axes) -> SimpleNamespace:
    label_errors(against_n, against_log)
    artists = SimpleNamespace(errors={}, guess={})
    for ax in (against_n, against_log):
        artists.errors[ax] = ax.plot([], [], "o", color=BLUE, markersize=5, label="error")[0]
        artists.guess[ax] = ax.plot([], [], "--", color=ORANGE, linewidth=1.5, label="line of your guess")[0]
    against_log.legend(loc="lower left")
    return artists


def draw(artists: SimpleNamespace, against_n: Axes, state: np.ndarray, most: str, guess: str) -> None:
    bottom = 10.0 ** (math.floor(math.log10(state.min())) - 1)
    for ax, curve in artists.errors.items():
        first, spread = (0, np.linspace) if ax is against_n else (1, np.geomspace)
        ax.set(xlim=(first, int(most)), ylim=(bottom, 10))
        n = np.unique(spread(1, len(state), 60).astype(int))
        curve.set_data(n, state[n - 1])
        artists.guess[ax].set_data(*line_of(guess, state, int(most)))


def sentence(state: np.ndarray, letter: str, guess: str, reveal: bool) -> str:
    last = len(state) // 4 * 4
    a, b, c = last // 4, last // 2, last  # doublings
    first, second = in_words(float(state[a - 1] / state[b - 1])), in_words(float(state[b - 1] / state[c - 1]))
    text = (
        f"Sequence {letter}: from n = {a} to {b} the error falls by a factor of {first}, from {b} to {c} by {second}. "
    )
    if not reveal:
        return text + f"Your guess: {guess}."
    mystery = sequences.MYSTERIES[letter]
    verdict = "right" if mystery.law == guess else "not right"
    return text + f"It is {mystery.formula}: {mystery.law}. Your guess, {guess}, is {verdict}."


figure = LiveFigure(
    "Which class is it?",
    controls=[
        Choice("letter", "sequence", options=tuple(sequences.MYSTERIES), value="A"),
        Choice("most", "terms shown", options=("10", "100", "1000"), value="100"),
        Choice("guess", "your guess", options=sequences.CLASSES, value="power law"),
        Toggle("reveal", "tell me", value=False, affects="sentence"),
    ],
)
