"""Oscillators in their common pull: phases against frequencies, and the order against the coupling."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PURPLE
from emergence.physics import kuramoto as ku

_MANY, _OWN, _FIRST, _STEPS, _FASTEST, _STRONGEST = 401, 200, 150, 4, 4.0, 5.0
_ONSETS = [k + np.geomspace(1e-6, 0.1, 20) for k in map(ku.critical_coupling, ku.LAWS)]
_K = np.unique(np.concatenate([np.linspace(0, _STRONGEST, 121), *_ONSETS]))
_CURVES = {law: (_K, ku.steady_order(_K, law)) for law in ku.LAWS}


@dataclass
class Running:
    """The oscillators, the reader's own at index _OWN, and (K, r) of the last frames."""

    all: ku.Oscillators
    trace: list[tuple[float, float]] = field(default_factory=list)


def start(law: str, coupling: float, own: float, rng: np.random.Generator) -> Running:
    state = Running(ku.Oscillators(math.tau * rng.random(_MANY), ku.spread_frequencies(law, _MANY)))
    return _go_on(state, coupling, own, _FIRST)


def advance(state: Running, coupling: float, own: float) -> Running:
    return _go_on(state, coupling, own, _STEPS)


def _go_on(state: Running, coupling: float, own: float, steps: int) -> Running:
    state.all.frequencies[_OWN] = own
    state.all.advance(coupling, steps=steps)
    state.trace = [*state.trace[-150:], (coupling, state.all.order())]
    return state


def setup(phases: Axes, order: Axes) -> SimpleNamespace:
    phases.set(xlim=(-_FASTEST, _FASTEST), ylim=(-math.pi, math.pi), xlabel="own frequency ω (rad per time)")
    phases.set(ylabel="phase before the mean (rad)")
    order.set(xlim=(0, _STRONGEST), ylim=(0, 1.04), xlabel="coupling K", ylabel="order r")
    artists = SimpleNamespace(
        dots=phases.plot([], [], "o", color=BLUE, markersize=3, label="oscillators")[0],
        locked=phases.plot([], [], color=GREY, linestyle="--", linewidth=1.6, zorder=3, label="locked: Kr sin θ = ω")[
            0
        ],
        own=phases.plot([], [], "D", color=ORANGE, markersize=10, label="yours")[0],
        curve=order.plot([], [], color=BLUE, label="infinitely many")[0],
        trace=order.plot([], [], color=PURPLE, linestyle=":", linewidth=1.8, label=f"these {_MANY}")[0],
        now=order.plot([], [], "o", color=PURPLE, markersize=8)[0],
        coupling=order.axvline(3, color=INK, linewidth=1.6),
        # Where all are locked nothing else moves.
        time=order.text(_STRONGEST - 0.1, 0.02, "", ha="right", va="bottom"),
    )
    legend_above(phases, 3)
    legend_above(order, 2)
    return artists


def draw(artists: SimpleNamespace, state: Running, law: str, coupling: float, own: float) -> None:
    mean = state.all.mean
    before = np.angle(np.exp(1j * state.all.phases) / (mean / abs(mean)))
    artists.dots.set_data(state.all.frequencies, before)
    place(artists.own, x=own, y=before[_OWN])
    angle = np.linspace(-math.pi / 2, math.pi / 2, 61)
    artists.locked.set_data(coupling * abs(mean) * np.sin(angle), angle)
    artists.curve.set_data(*_CURVES[law])
    artists.trace.set_data(*np.transpose(state.trace))
    place(artists.now, x=coupling, y=abs(mean))
    place(artists.coupling, x=coupling)
    artists.time.set_text(f"time {state.all.time:.1f}")


def sentence(state: Running, law: str, coupling: float, own: float) -> str:
    r, limit = state.all.order(), float(ku.steady_order(coupling, law))
    pull = coupling * r
    fate = "can stay with the others" if abs(own) <= pull else "is too fast for the pull and slips"
    return (
        f"{law} law, K = {coupling:.2f}; K_c = {ku.critical_coupling(law):.3f}: at time {state.all.time:.1f} the order "
        f"of {_MANY} oscillators is r = {r:.3f}, the steady one of infinitely many {limit:.3f}. The pull is "
        f"Kr = {pull:.2f}: the oscillator with ω = {own:.2f} {fate}."
    )


figure = LiveFigure(
    "Who beats with the others?",
    controls=[
        Slider(
            "coupling",
            "coupling K",
            low=0,
            high=_STRONGEST,
            value=3,
            step=0.02,
            restarts=False,
            grip=Grip("coupling", "x"),
        ),
        Slider(
            "own",
            "frequency ω of yours",
            low=-_FASTEST,
            high=_FASTEST,
            value=1,
            step=0.05,
            restarts=False,
            grip=Grip("own", "x"),
        ),
        Choice("law", "law of the frequencies", options=ku.LAWS, value="Lorentz"),
    ],
)
