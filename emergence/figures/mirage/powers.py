"""Exact match against the probability of a token, and the power that independent tokens would give."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.train_it_yourself._runs import base
from emergence.figures.train_it_yourself._shared import ABILITIES, AXES, SHARE
from emergence.live import Choice, LiveFigure, Slider
from emergence.live.palette import BLUE, INK, ORANGE
from emergence.scaling import collapse

_LONG = ("sums, steps written", "held-out pairs", "trained pairs")
_P = np.linspace(0, 1, 201)


class Scores(NamedTuple):
    """Loss, probability p of the right token and exact match of the checkpoints under one schedule."""

    loss: np.ndarray
    p: np.ndarray
    exact: np.ndarray

    def error(self, power: float) -> float:
        """Root mean square distance of the exact match from p to a power."""
        return float(np.sqrt(np.mean((self.p**power - self.exact) ** 2)))


def start(ability: str) -> dict[str, Scores]:
    """The scores under each schedule."""
    panel, skill = ABILITIES[ability]
    scores = {}
    for schedule in collapse.SCHEDULES:
        traces = collapse.judged(base(panel), schedule)
        scores[schedule] = Scores(traces.loss, traces.metric(skill, "p"), traces.metric(skill, "exact"))
    return scores


def setup(curves: Axes, matches: Axes) -> SimpleNamespace:
    curves.set(xlim=(2.6, 1.5), ylim=SHARE, xlabel=AXES["loss"], ylabel="score")
    matches.set(xlim=SHARE, ylim=SHARE, xlabel="probability p of the right token", ylabel="exact match")
    filled = {"constant": {"markersize": 4, "alpha": 0.7}, "annealed": {"markersize": 7, "fillstyle": "none"}}
    rate = {"constant": "constant rate", "annealed": "rate down to zero"}
    artists = SimpleNamespace(
        p={name: curves.plot([], [], "o", color=BLUE, **how)[0] for name, how in filled.items()},
        exact={name: curves.plot([], [], "s", color=ORANGE, **how)[0] for name, how in filled.items()},
        points={n: matches.plot([], [], "s", color=ORANGE, label=rate[n], **how)[0] for n, how in filled.items()},
        curve=matches.plot([], [], color=INK, linewidth=1.6, label="$p^K$")[0],
    )
    artists.p["constant"].set_label("one token, p")
    artists.exact["constant"].set_label("whole answer")
    curves.legend(loc="upper left")
    matches.legend(loc="upper left")
    return artists


def draw(artists: SimpleNamespace, state: dict[str, Scores], power: float) -> None:
    for schedule, (loss, p, exact) in state.items():
        artists.p[schedule].set_data(loss, p)
        artists.exact[schedule].set_data(loss, exact)
        artists.points[schedule].set_data(p, exact)
    artists.curve.set_data(_P, _P**power)


def sentence(state: dict[str, Scores], ability: str, power: float) -> str:
    panel, skill = ABILITIES[ability]
    tokens = base(panel).answer_tokens[skill]
    constant, annealed = state["constant"], state["annealed"]
    sentence = (
        f"{ability.capitalize()}, answers of {tokens} tokens: p to the power {power:.1f} misses the "
        f"exact match by {constant.error(power):.3f} (root mean square over {len(constant.p)} "
        f"checkpoints) and by {annealed.error(power):.3f} where the learning rate has come down to zero"
    )
    if power != tokens:
        sentence += f", the power {tokens} by {constant.error(tokens):.3f} and {annealed.error(tokens):.3f}"
    return sentence + "."


figure = LiveFigure(
    "Is exact match a power of the probability?",
    controls=[
        Choice("ability", "ability", options=_LONG, value="held-out pairs"),
        Slider("power", "power K", low=0.5, high=6, value=3, step=0.1, format=".1f"),
    ],
)
