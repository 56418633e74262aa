"""A generator with a secret: which interventions leave the curve of ability against loss?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, LiveFigure, Slider, Toggle, legend_above
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.scaling import mirage

_U = np.linspace(-0.5, 1.5, 201)
_BASE = mirage.run(_U, None, False)
_CHANGED = {
    "mixture": "another mixture",
    "tokenizer": "another tokenizer",
    "schedule": "another schedule",
    "size": "a larger size",
    "tokens": "more tokens",
}


class Experiment(NamedTuple):
    """The reader's runs, how far each lies off the curve, and their mean with its interval of 95 per cent."""

    runs: mirage.Runs
    off: np.ndarray
    shift: tuple[float, float, float]
    world: mirage.World


def start(world: int, intervention: str, runs: int) -> Experiment:
    secret = mirage.world(world)
    breaks = secret.breaks[mirage.INTERVENTIONS.index(intervention)]
    rng = np.random.default_rng([7, world, mirage.INTERVENTIONS.index(intervention)])
    training = (np.arange(12) * 5 % 12 + 0.5)[:runs] / 12
    made = mirage.noisy(mirage.run(training, intervention, breaks), rng)
    off = mirage.off_curve(made)
    half = 1.96 * mirage.NOISE / np.sqrt(runs)
    return Experiment(made, off, (float(off.mean()), float(off.mean() - half), float(off.mean() + half)), secret)


def setup(curve: Axes, shift: Axes) -> SimpleNamespace:
    curve.set(xlim=(2.9, 1.5), ylim=(-0.03, 1.03), xlabel="loss (nats per token)", ylabel="ability p")
    shift.set(xlim=(0, 13), xticks=[1, 4, 8, 12], ylim=(-0.4, 0.45), xlabel="run", ylabel="height above the curve")
    artists = SimpleNamespace(
        base=curve.plot([], [], color=GREY, label="untouched")[0],
        runs=curve.plot([], [], "o", color=ORANGE, label="your runs")[0],
        off=shift.plot([], [], "o", color=ORANGE)[0],
        mean=shift.plot([], [], color=BLUE, linewidth=2, label="mean")[0],
        low=shift.plot([], [], "--", color=BLUE, linewidth=1.4, label="95 % interval")[0],
        high=shift.plot([], [], "--", color=BLUE, linewidth=1.4)[0],
    )
    shift.axhline(0, color=INK, linewidth=1.2)
    legend_above(curve, 2)
    legend_above(shift, 2)
    return artists


def draw(artists: SimpleNamespace, state: Experiment) -> None:
    artists.base.set_data(_BASE.loss, _BASE.ability)
    artists.runs.set_data(state.runs.loss, state.runs.ability)
    artists.off.set_data(np.arange(1, len(state.off) + 1), state.off)
    for name, height in zip(("mean", "low", "high"), state.shift, strict=True):
        getattr(artists, name).set_data([0, 13], [height, height])


def sentence(
    state: Experiment,
    intervention: str,
    runs: int,
    mixture: bool,
    tokenizer: bool,
    schedule: bool,
    size: bool,
    tokens: bool,
    reveal: bool,
) -> str:
    mean, low, high = state.shift
    said = (
        f"{runs} runs with {_CHANGED[intervention]} lie {mean:+.3f} off the curve on average (95 per cent interval "
        f"{low:+.3f} to {high:+.3f})."
    )
    verdict = (mixture, tokenizer, schedule, size, tokens)
    named = [name for name, breaks in zip(mirage.INTERVENTIONS, verdict, strict=True) if breaks]
    said += f" You say that these break the collapse: {', '.join(named) or 'none'}."
    if reveal:
        truth = [name for name, breaks in zip(mirage.INTERVENTIONS, state.world.breaks, strict=True) if breaks]
        right = sum(a == b for a, b in zip(verdict, state.world.breaks, strict=True))
        said += f" In this world these do: {', '.join(truth) or 'none'}. You have {right} of {len(verdict)} right."
    return said


figure = LiveFigure(
    "Which interventions break the collapse?",
    controls=[
        Choice("intervention", "intervention", options=mirage.INTERVENTIONS, value="mixture"),
        Slider("runs", "runs", low=2, high=12, value=3, scale="integer"),
        Slider("world", "world number", low=1, high=50, value=6, scale="integer"),
        Toggle("mixture", "the mixture breaks it", value=False, affects="sentence"),
        Toggle("tokenizer", "the tokenizer breaks it", value=False, affects="sentence"),
        Toggle("schedule", "the schedule breaks it", value=False, affects="sentence"),
        Toggle("size", "the size breaks it", value=False, affects="sentence"),
        Toggle("tokens", "more tokens break it", value=False, affects="sentence"),
        Toggle("reveal", "reveal the secret", value=False, affects="sentence"),
    ],
)
