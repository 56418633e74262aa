"""Every run on its way through loss and ability, and all runs where they pass the same loss."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.equal_loss._shared import trunks
from emergence.figures.train_it_yourself._runs import Ways, base, show_ways
from emergence.figures.train_it_yourself._shared import ABILITIES, AXES, SHARE, WIDTHS
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, place
from emergence.live.palette import GREY, ORANGE
from emergence.scaling import collapse, interventions

_P = "probability of the right token"
_TUNED, _ONE_RATE = "tuned rate, 2 or 4 heads", "rate 0.006, heads of 8"


class EqualLoss(NamedTuple):
    """For each width the ways of its runs, its number of parameters, and the scores of its runs at one loss."""

    ways: dict[int, Ways]
    parameters: dict[int, int]
    at: dict[int, np.ndarray]
    guess: float


def start(ability: str, loss: float, rate: str) -> EqualLoss:
    panel, skill = ABILITIES[ability]
    traces = base(panel)
    parameters = dict(zip(traces.d_model.tolist(), traces.parameters.tolist(), strict=True))
    if rate == _TUNED:
        ways = trunks(ability, _P)
        found = collapse.at_loss(traces, traces.metric(skill, "p"), loss)
        at = {width: found.value[found.size == width] for width in WIDTHS}
    else:
        runs = {width: interventions.one_rate(panel, width) for width in interventions.WIDTHS}
        ways = {width: [np.array([run.loss, run.p[skill]]) for run in runs.get(width, [])] for width in WIDTHS}
        passed = {
            width: [interventions.ability_at(run, skill, loss) for run in runs.get(width, [])] for width in WIDTHS
        }
        at = {width: np.array([p for p in passed[width] if p is not None]) for width in WIDTHS}
    return EqualLoss(ways, parameters, at, traces.guess(skill, "p"))


def setup(ways: Axes, sizes: Axes) -> SimpleNamespace:
    ways.set(xlim=(2.5, 1.45), ylim=SHARE, xlabel=AXES["loss"], ylabel=_P)
    sizes.set(xscale="log", xlim=(6e3, 3.2e5), ylim=SHARE, xlabel="model size N (parameters)", ylabel=_P)
    artists = SimpleNamespace(
        ways={},
        loss=ways.axvline(color=ORANGE, linewidth=1.5),
        guess=[panel.axhline(color=GREY, linestyle=":", linewidth=1.3) for panel in (ways, sizes)],
        at={},
        nobody=sizes.text(0.5, 0.55, "", transform=sizes.transAxes, ha="center", color=ORANGE, fontsize=12),
    )
    for width, style in WIDTHS.items():
        artists.ways[width] = ways.plot([], [], **style, markersize=4, linewidth=1, label=f"{width}")[0]
        artists.at[width] = sizes.plot([], [], **style, markersize=9, linestyle="none", alpha=0.7)[0]
    ways.legend(loc="upper left", title="width", ncols=2, columnspacing=0.6, handletextpad=0.3)
    return artists


def draw(artists: SimpleNamespace, state: EqualLoss, loss: float) -> None:
    for guess in artists.guess:
        place(guess, y=state.guess)
    place(artists.loss, x=loss)
    for width, scores in state.at.items():
        show_ways(artists.ways[width], state.ways[width])
        artists.at[width].set_data(np.full(len(scores), state.parameters[width]), scores)
    artists.nobody.set_text("" if any(map(len, state.at.values())) else "no run passes\nthis loss")


def sentence(state: EqualLoss, ability: str, loss: float, rate: str) -> str:
    parts = []
    for width, scores in state.at.items():
        if len(scores) > 1:
            parts.append(f"width {width} ({len(scores)} runs) {scores.min():.2f} to {scores.max():.2f}")
        elif len(scores):
            parts.append(f"width {width} (1 run) {scores[0]:.2f}")
    if not parts:
        losses = np.concatenate([way[0] for ways in state.ways.values() for way in ways])
        seen = f"they have {losses.min():.2f} to {losses.max():.2f}"
        return f"No run passes a loss of {loss:.2f} between its checkpoints; {seen}."
    return (
        f"{ability.capitalize()}, {_P}, {rate}, where the loss falls to {loss:.2f}: {'; '.join(parts)}. "
        f"A guess scores {in_words(state.guess)}."
    )


figure = LiveFigure(
    "Do models of equal loss have equal abilities?",
    sketch="sizes",
    controls=[
        Choice("ability", "ability", options=tuple(ABILITIES), value="in-context learning"),
        Slider("loss", "loss", unit="nats per token", low=1.5, high=2.45, value=1.8, grip=Grip("loss", "x")),
        Choice("rate", "rate and heads", options=(_TUNED, _ONE_RATE), value=_TUNED),
    ],
)
