"""Models of three sizes trained on more and more data; each point is a complete run on that many tokens."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._losses import LABELS
from emergence.figures.loss_threshold._shared import set_gated
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place
from emergence.live.palette import BLUE, GREEN, ORANGE, PURPLE
from emergence.scaling import laws

_RACERS = {4e8: (BLUE, "-", "0.4B"), 2e9: (ORANGE, "--", "2B"), 1e10: (PURPLE, "-.", "10B")}
_FIRST, _LAST, _GROWTH = 1e9, 1e13, 1.12
_LIMITS = {"data": (_FIRST, _LAST), "compute": (6 * min(_RACERS) * _FIRST, 6 * max(_RACERS) * _LAST), "loss": (4, 1.6)}
_FIT = laws.chinchilla_constants("hoffmann_tex")


class Race(NamedTuple):
    """The amounts of data up to `tokens`, and for each size the losses of its runs on them."""

    tokens: float
    data: np.ndarray
    losses: dict[float, np.ndarray]


def start() -> Race:
    return _up_to(2e11)


def advance(state: Race) -> Race:
    """The next frame: 12 % more tokens; beyond the last the race begins again."""
    tokens = state.tokens * _GROWTH
    return _up_to(tokens if tokens <= _LAST else _FIRST)


def _up_to(tokens: float) -> Race:
    data = np.geomspace(_FIRST, max(tokens, _FIRST * 1.01), 200)
    return Race(tokens, data, {size: laws.chinchilla_loss(size, data, _FIT) for size in _RACERS})


def setup(loss: Axes, performance: Axes) -> SimpleNamespace:
    loss.set(xscale="log", xlim=(_FIRST, _LAST), ylim=(1.6, 4), xlabel=LABELS["data"], ylabel=LABELS["loss"])
    performance.set(ylim=(-0.03, 1.05), ylabel="performance")
    racers = _RACERS.items()
    artists = SimpleNamespace(
        losses={n: loss.plot([], [], color=c, linestyle=s, label=f"{t} parameters")[0] for n, (c, s, t) in racers},
        heads={n: loss.plot([], [], "o", color=c, markersize=8)[0] for n, (c, _, _) in racers},
        eta=loss.axhline(color=GREEN, linestyle="--", label=r"threshold $\eta$"),
        steps={n: performance.plot([], [], color=c, linestyle=s)[0] for n, (c, s, _) in racers},
        ends={n: performance.plot([], [], "o", color=c, markersize=8)[0] for n, (c, _, _) in racers},
    )
    legend_above(loss, 2, beside=[performance])
    return artists


def draw(artists: SimpleNamespace, performance: Axes, state: Race, eta: float, onset: float, against: str) -> None:
    performance.set(xscale="linear" if against == "loss" else "log", xlim=_LIMITS[against], xlabel=LABELS[against])
    place(artists.eta, y=eta)
    for size, loss in state.losses.items():
        able = laws.gated_performance(loss, eta, best_loss=_FIT.E, start=onset)
        x = {"data": state.data, "compute": laws.training_compute(size, state.data), "loss": loss}[against]
        artists.losses[size].set_data(state.data, loss)
        place(artists.heads[size], x=state.data[-1], y=loss[-1])
        set_gated(artists.steps[size], x, able, loss < eta)
        place(artists.ends[size], x=x[-1], y=able[-1])


def sentence(state: Race, eta: float) -> str:
    reached = {name: state.losses[size][-1] for size, (_, _, name) in _RACERS.items()}
    losses = ", ".join(f"{name} {loss:.2f}" for name, loss in reached.items())
    able = [name for name, loss in reached.items() if loss < eta]
    who = f"below η = {eta:.2f} are {', '.join(able)}" if able else f"none is below η = {eta:.2f}"
    return f"At {in_words(state.tokens)} tokens the losses are {losses} nats per token: {who}."


figure = LiveFigure(
    "Three sizes, more and more data: which axis makes them one curve?",
    controls=[
        Slider("eta", "threshold η", unit="nats", low=1.75, high=3.5, value=2.2, restarts=False, grip=Grip("eta", "y")),
        Slider("onset", "f just below η", low=0, high=0.9, value=0.2, affects="picture", restarts=False),
        Choice(
            "against", "performance against", options=tuple(_LIMITS), value="compute", affects="picture", restarts=False
        ),
    ],
)
