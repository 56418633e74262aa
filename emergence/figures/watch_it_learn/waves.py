"""Three units that add: a network whose weights are waves, and which sums it has right."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PAPER
from emergence.scaling.grokking import addition_table, scores, wave_network

_SIDES = (23, 24)
_TIED = 1e-9  # scores that differ by less, for each unit


class Answers(NamedTuple):
    """Whether each pair has its right answer and no other highest, shape (p, p), and the scores of the chosen pair."""

    right: np.ndarray
    scores: np.ndarray
    answer: int


def start(frequency: int, phases: int, a: int, b: int, modulus: str) -> Answers:
    p = int(modulus)
    found, table = scores(*wave_network(p, frequency, phases)), addition_table(p)
    of_right = np.take_along_axis(found, table[:, :, None], axis=2)
    right = (found > of_right - _TIED * phases).sum(axis=2) == 1
    return Answers(right, found[a, b], int(table[a, b]))


def setup(table: Axes, answers: Axes) -> SimpleNamespace:
    side = _SIDES[-1]
    table.set(xlabel="a", ylabel="b")
    table.grid(False)
    answers.set(xlim=(-0.8, side - 0.2), xlabel="answer c", ylabel="score of the pair")
    artists = SimpleNamespace(
        image=table.imshow(
            np.zeros((side, side)),
            cmap=ListedColormap([PAPER, ORANGE, BLUE]),
            vmin=0,
            vmax=2,
            origin="lower",
            interpolation="nearest",
        ),
        pair=table.plot([], [], "s", color=INK, markerfacecolor="none", markersize=11, markeredgewidth=2)[0],
        scores=answers.plot([], [], "o-", color=GREY, markersize=5, linewidth=1, label="scores")[0],
        right=answers.plot([], [], "D", color=BLUE, markersize=9, label="a + b mod p")[0],
    )
    table.set_title("right: blue, wrong or tied: orange")
    legend_above(answers, 2)
    return artists


def draw(artists: SimpleNamespace, state: Answers, answers: Axes, a: int, b: int) -> None:
    kinds = np.zeros((_SIDES[-1], _SIDES[-1]))
    kinds[: len(state.right), : len(state.right)] = 1 + state.right.T
    artists.image.set_data(kinds)
    place(artists.pair, x=a, y=b)
    artists.scores.set_data(np.arange(len(state.scores)), state.scores)
    place(artists.right, x=state.answer, y=state.scores[state.answer])
    reach = 1.1 * max(np.abs(state.scores).max(), 0.1)
    answers.set_ylim(-reach, reach)


def _best_other(state: Answers) -> float:
    return float(np.delete(state.scores, state.answer).max())


def sentence(state: Answers, frequency: int, phases: int, a: int, b: int, modulus: str) -> str:
    units = "unit" if phases == 1 else "units"
    share = f"{state.right.sum()} of {state.right.size}"
    right, other = (round(score, 3) + 0.0 for score in (state.scores[state.answer], _best_other(state)))
    return (
        f"p = {modulus}, waves of frequency {frequency}, {phases} {units}: {share} pairs have their right answer on "
        f"top. For {a} + {b} the right answer {state.answer} has the score {right:.3f}, and the best "
        f"other has {other:.3f}."
    )


figure = LiveFigure(
    "How few units can add?",
    controls=[
        Slider("phases", "hidden units", low=1, high=8, value=2, scale="integer"),
        Slider("frequency", "frequency k", low=1, high=12, value=5, scale="integer"),
        Slider("a", "a", low=0, high=22, value=5, scale="integer", grip=Grip("pair", "x")),
        Slider("b", "b", low=0, high=22, value=9, scale="integer", grip=Grip("pair", "y")),
        Choice("modulus", "modulus p", options=tuple(map(str, _SIDES)), value="23"),
    ],
)
