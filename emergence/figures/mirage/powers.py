"""Exact match against the share of right tokens, and the power that independent tokens would give."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.train_it_yourself._runs import base
from emergence.figures.train_it_yourself._shared import ABILITIES, AXES, SHARE
from emergence.live import Choice, LiveFigure, Slider, legend_above
from emergence.live.palette import BLUE, INK, ORANGE
from emergence.operators import real_model
from emergence.scaling import collapse, mirage, outputs
from emergence.statistics import wilson

_LONG = ("sums, steps written", "held-out pairs", "trained pairs")
_WRITTEN = "held-out pairs as written"
_REAL = {"a real model on passages": "passage", "a real model on known texts": "known"}
_ROW = 4
"""Tokens in a row that make an answer of the real model."""
_LENGTHS = np.arange(1, 9)
_P = np.linspace(0, 1, 201)
_NONE = np.array([])


class Scores(NamedTuple):
    """Where the left panel shows them, share of right tokens and of right answers; shapes (n,)."""

    x: np.ndarray
    p: np.ndarray
    exact: np.ndarray

    def error(self, power: float) -> float:
        """Root mean square distance of the exact match from p to a power."""
        return float(np.sqrt(np.mean((self.p**power - self.exact) ** 2)))


class Answers(NamedTuple):
    """What the figure shows of answers of K tokens.

    filled: at a constant rate, or of each text, or each set of written answers; hollow: at a rate come down to zero, or
    of all texts together. left: the filled and hollow ones by what stands on the left panel. error bars: 95 per cent,
    as low and high, shape (2, n), of the exact matches there.
    """

    tokens: int
    filled: Scores
    hollow: Scores
    left: tuple[Scores, Scores]
    bars: np.ndarray


def _of_training(ability: str) -> Answers:
    panel, skill = ABILITIES[ability]
    both = []
    for schedule in collapse.SCHEDULES:
        traces = collapse.judged(base(panel), schedule)
        both.append(Scores(traces.loss, traces.metric(skill, "p"), traces.metric(skill, "exact")))
    return Answers(base(panel).answer_tokens[skill], *both, tuple(both), np.empty((2, 0)))


def _as_written() -> Answers:
    """All answers that six models wrote at each checkpoint, token by token; the intervals are Wilson's."""
    steps, tokens = (
        outputs.asked(outputs.WIDTHS[0], outputs.SEEDS[0], "heldout").steps[1:],
        base("abilities").answer_tokens["heldout"],
    )
    distances = mirage.written_distances("heldout")[1:]
    exact = (distances == 0).mean(axis=1)
    scores = Scores(np.log10(steps), 1 - distances.mean(axis=1) / tokens, exact)
    bars = wilson((distances == 0).sum(axis=1), distances.shape[1])
    empty = Scores(_NONE, _NONE, _NONE)
    return Answers(tokens, scores, empty, (scores, empty), np.array(bars))


def _of_real_model(texts: str) -> Answers:
    """Runs of neighbouring tokens, in each text (filled) and in all of them; left: runs of 1 to 8 tokens in all."""
    rows = real_model.hits(texts)
    p = real_model.accuracy(rows)
    each = np.array([(real_model.accuracy([row]), real_model.exact_match([row], _ROW)) for row in rows]).T
    exact = np.array([real_model.exact_match(rows, int(k)) for k in _LENGTHS])
    ratios = [real_model.exact_match_interval(rows, int(k), 2000, np.random.default_rng(0)) for k in _LENGTHS]
    at = int(_ROW - _LENGTHS[0])
    lengths = Scores(_LENGTHS.astype(float), np.full(len(_LENGTHS), p), exact)
    whole = Scores(_LENGTHS[[at]].astype(float), np.array([p]), exact[[at]])
    empty = Scores(_NONE, _NONE, _NONE)
    return Answers(_ROW, Scores(_NONE, *each), whole, (lengths, empty), np.array(ratios).T * p**_LENGTHS)


@cache
def start(ability: str) -> Answers:
    """The scores of one ability, of written answers, or of a real model."""
    if ability == _WRITTEN:
        return _as_written()
    return _of_real_model(_REAL[ability]) if ability in _REAL else _of_training(ability)


def setup(curves: Axes, matches: Axes) -> SimpleNamespace:
    curves.set(xlim=(2.6, 1.5), ylim=SHARE, xlabel=AXES["loss"], ylabel="score")
    matches.set(xlim=SHARE, ylim=SHARE, xlabel="probability p of the right token", ylabel="exact match")
    filled = {"constant": {"markersize": 4, "alpha": 0.7}, "annealed": {"markersize": 7, "fillstyle": "none"}}
    artists = SimpleNamespace(
        bars=curves.vlines([], [], [], color=ORANGE, linewidth=1.4),
        p=[curves.plot([], [], "o", color=BLUE, **how)[0] for how in filled.values()],
        exact=[curves.plot([], [], "s", color=ORANGE, **how)[0] for how in filled.values()],
        law=curves.plot([], [], color=INK, linewidth=1.6)[0],
        points=[matches.plot([], [], "s", color=ORANGE, **how)[0] for how in filled.values()],
        curve=matches.plot([], [], color=INK, linewidth=1.6, label="$p^K$")[0],
    )
    artists.p[0].set_label("one token, p")
    artists.exact[0].set_label("whole answer")
    artists.points[0].set_label("whole answer")
    legend_above(curves, 2)
    legend_above(matches, 2)
    return artists


def draw(artists: SimpleNamespace, state: Answers, ability: str, power: float, curves: Axes, matches: Axes) -> None:
    if ability in _REAL:
        curves.set(yscale="log", xlim=(0.5, 8.5), ylim=(3e-4, 30), xlabel="tokens in a row K")
        curves.set_yticks([1e-3, 1e-2, 1e-1, 1])
    elif ability == _WRITTEN:
        curves.set(yscale="linear", xlim=(0.9, 3.6), ylim=SHARE, xlabel="log₁₀ of training steps")
    else:
        curves.set(yscale="linear", xlim=(2.6, 1.5), ylim=SHARE, xlabel=AXES["loss"])
    zoomed = ability == "a real model on passages"
    matches.set(xlim=(0.25, 0.5) if zoomed else SHARE, ylim=(-0.006, 0.2) if zoomed else SHARE)
    for i, (shown, left) in enumerate(zip((state.filled, state.hollow), state.left, strict=True)):
        artists.p[i].set_data(left.x, left.p)
        artists.exact[i].set_data(left.x, left.exact)
        artists.points[i].set_data(shown.p, shown.exact)
    ends = zip(state.left[0].x, *state.bars, strict=True) if state.bars.size else ()
    artists.bars.set_segments([[(x, low), (x, high)] for x, low, high in ends])
    law = state.left[0].p[0] ** _LENGTHS if ability in _REAL else _NONE
    artists.law.set_data(_LENGTHS[: len(law)], law)
    artists.curve.set_data(_P, _P**power)


def _said_of_real(state: Answers, ability: str, power: float) -> str:
    p, exact = state.hollow.p[0], state.hollow.exact[0]
    low, high = state.bars[:, _ROW - 1] / p**_ROW
    return (
        f"{ability.capitalize()}: a share of {p:.3f} of the tokens is right, and {exact:.3f} of all {_ROW} tokens in a "
        f"row are right together, {exact / p**_ROW:.2f} times p to the power {_ROW} (95 per cent interval {low:.2f} to "
        f"{high:.2f}). In its {len(state.filled.p)} texts one by one, p to the power {power:.1f} misses that share by "
        f"{state.filled.error(power):.3f} (root mean square)."
    )


def sentence(state: Answers, ability: str, power: float) -> str:
    if ability in _REAL:
        return _said_of_real(state, ability, power)
    tokens, filled, hollow = state.tokens, state.filled, state.hollow
    if ability == _WRITTEN:
        return (
            f"{ability.capitalize()}, answers of {tokens} tokens: at the last of {len(filled.p)} checkpoints they are "
            f"{tokens * (1 - filled.p[-1]):.2f} edits from the right ones on average, and {filled.exact[-1]:.2f} are "
            f"right. The share of right tokens to the power {power:.1f} misses the exact match by "
            f"{filled.error(power):.3f} (root mean square)."
        )
    sentence = (
        f"{ability.capitalize()}, answers of {tokens} tokens: p to the power {power:.1f} misses the "
        f"exact match by {filled.error(power):.3f} (root mean square over {len(filled.p)} "
        f"checkpoints) and by {hollow.error(power):.3f} where the learning rate has come down to zero"
    )
    if power != tokens:
        sentence += f", the power {tokens} by {filled.error(tokens):.3f} and {hollow.error(tokens):.3f}"
    return sentence + "."


figure = LiveFigure(
    "Is exact match a power of the probability?",
    controls=[
        Choice("ability", "answers", options=(*_LONG, _WRITTEN, *_REAL), value="held-out pairs"),
        Slider("power", "power K", low=0.5, high=6, value=3, step=0.1, format=".1f"),
    ],
)
