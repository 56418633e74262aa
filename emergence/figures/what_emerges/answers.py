"""What a small language model answers, before and after it can: scrub through its training."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.scaling import outputs

LISTS, SUMS, PAIRS = "look up in a list", "sums with written steps", "instruction pairs never trained"
_ABILITY = dict(zip((LISTS, SUMS, PAIRS), outputs.ABILITIES, strict=True))
_SHOWN = 6


class Moment(NamedTuple):
    """One model's answers along training, and the checkpoint nearest to the step."""

    asked: outputs.Asked
    questions: list[outputs.Question]
    here: int


def start(step: int, width: str, run: str, ability: str) -> Moment:
    asked = outputs.asked(int(width), int(run), _ABILITY[ability])
    here = int(np.abs(asked.steps - step).argmin())
    return Moment(asked, outputs.questions(int(run), _ABILITY[ability]), here)


def spaced(question: str, ability: str) -> str:
    """A question as it is shown: pairs of letters apart, instructions apart from their digits."""
    if ability == LISTS:
        return " ".join(question[i : i + 2] for i in range(0, len(question), 2)) + " ?"
    if ability == SUMS:
        return " + ".join(question[1:4]) + " ="
    return f"{question[0]} {question[1]}  {question[2:]}"


def setup(answers: Axes, training: Axes) -> SimpleNamespace:
    answers.set_axis_off()
    answers.set_position((0.02, 0.02, 0.96, 0.9))
    answers.set(xlim=(0, 1), ylim=(_SHOWN - 0.3, -0.9))
    style = {"va": "center", "fontsize": 11.5}
    for x, words in ((0.0, "question"), (0.68, "it writes"), (0.88, "right")):
        answers.text(x, -0.6, words, color=GREY, **style)
    rows = range(_SHOWN)
    training.set(xlim=(0, 3060), ylim=(0, 1.04), xlabel="training step")
    training.set_ylabel("share, probability")
    artists = SimpleNamespace(
        questions=[answers.text(0.0, i, "", color=INK, **style) for i in rows],
        written=[answers.text(0.7, i, "", color=INK, **style) for i in rows],
        right=[answers.text(0.9, i, "", color=INK, **style) for i in rows],
        good=answers.plot([], [], "o", color=BLUE, markersize=8)[0],
        bad=answers.plot([], [], "x", color=ORANGE, markersize=8, markeredgewidth=2)[0],
        each=[
            training.plot([], [], color=GREY, linewidth=0.8, alpha=0.7, label="p, each shown" if i == 0 else None)[0]
            for i in rows
        ],
        p=training.plot([], [], color=BLUE, label="p, mean of 200")[0],
        share=training.plot([], [], "s--", color=ORANGE, markersize=5, label="right, of 200")[0],
        chance=training.axhline(0.1, color=GREY, linestyle=":", linewidth=1.6, label="a guess"),
        now=training.axvline(100, color=INK, linewidth=1.4),
    )
    legend_above(training, 2)
    return artists


def draw(artists: SimpleNamespace, state: Moment, step: int, ability: str) -> None:
    written = state.asked.answers[state.here]
    good = np.array([answer == question.answer for answer, question in zip(written, state.questions, strict=True)])
    for i, question in enumerate(state.questions):
        artists.questions[i].set_text(spaced(question.text, ability))
        artists.written[i].set_text(written[i].replace("$", r"\$"))
        artists.right[i].set_text(question.answer)
    row = np.arange(_SHOWN)
    artists.good.set_data(np.full(good.sum(), 0.65), row[good])
    artists.bad.set_data(np.full((~good).sum(), 0.65), row[~good])
    steps = state.asked.steps
    for i, line in enumerate(artists.each):
        line.set_data(steps, state.asked.each[:, i])
    artists.p.set_data(steps, state.asked.p)
    artists.share.set_data(steps, state.asked.right)
    place(artists.chance, y=outputs.CHANCE[_ABILITY[ability]])
    place(artists.now, x=step)


def sentence(state: Moment, step: int, width: str, run: str, ability: str) -> str:
    asked, here = state.asked, state.here
    first = state.questions[0]
    verdict = "right" if asked.answers[here][0] == first.answer else f"and not {first.answer}"
    nearest = "" if asked.steps[here] == step else f" (the checkpoint nearest to {step:,})"
    chance = f"{outputs.CHANCE[_ABILITY[ability]]:.1%}"
    return (
        f"Width {width}, run {run}, step {asked.steps[here]:,}{nearest}, {ability}: it answers "
        f"{asked.right[here]:.1%} of 200 questions right (a guess: {chance}), and the right answer has probability "
        f"{asked.p[here]:.3f} on average. To {spaced(first.text, ability)} it writes {asked.answers[here][0]}, "
        f"{verdict}."
    )


figure = LiveFigure(
    "Before and after: what does the model write?",
    controls=[
        Slider("step", "training step", low=0, high=3000, value=100, step=10, scale="integer", grip=Grip("now", "x")),
        Choice("ability", "ability", options=tuple(_ABILITY), value=LISTS),
        Choice("width", "width of the model", options=tuple(map(str, outputs.WIDTHS)), value="64"),
        Choice("run", "run", options=("1", "2"), value="1"),
    ],
    sketch="training",
)
