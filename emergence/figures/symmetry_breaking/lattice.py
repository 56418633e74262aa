"""A quarter of a million spins in a field, with the traces of their magnetisation and energy."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._spins import paint, quick, show_spins
from emergence.live import Choice, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, ORANGE
from emergence.physics import ising

_SIZE = 512
_WINDOW = 400  # sweeps that the traces reach back
_QUENCH, _ALL_UP = "random, T = ∞", "all up"


@dataclass
class Magnet:
    """A running lattice with the trace that it leaves: sweeps so far, magnetisation and energy of each frame."""

    lattice: ising.Lattice
    rng: np.random.Generator
    sweeps: int = 0
    trace: list[tuple[int, float, float]] = field(default_factory=list)


def start(temperature: float, field: float, start: str, rng: np.random.Generator) -> Magnet:
    rng = quick(rng)
    lattice = ising.Lattice.random(_SIZE, rng) if start == _QUENCH else ising.Lattice.aligned(_SIZE)
    state = Magnet(lattice, rng)
    for _ in range(30):
        advance(state, temperature, field, sweeps=2)
    return state


def advance(state: Magnet, temperature: float, field: float, sweeps: int) -> Magnet:
    state.lattice.sweep(temperature, state.rng, field=field, sweeps=sweeps)
    state.sweeps += sweeps
    now = (state.sweeps, state.lattice.magnetisation(), state.lattice.energy_per_spin())
    state.trace = [*(p for p in state.trace if p[0] >= state.sweeps - _WINDOW), now]
    return state


def setup(spins: Axes, trace: Axes) -> SimpleNamespace:
    trace.set(xlim=(-_WINDOW, 0), ylim=(-2.05, 1.15), xlabel="sweeps before now", ylabel="m and u (per spin)")
    dotted = {"linestyle": ":", "linewidth": 1.4}
    artists = SimpleNamespace(
        image=show_spins(spins, _SIZE // 2, f"{_SIZE} × {_SIZE} spins"),
        exact=[trace.axhline(color=colour, **dotted) for colour in (BLUE, BLUE, ORANGE)],
        m=trace.plot([], [], color=BLUE, label="magnetisation m")[0],
        u=trace.plot([], [], color=ORANGE, linestyle="--", label="energy u")[0],
    )
    trace.plot([], [], color=GREY, label="exact, infinite", **dotted)
    legend_above(trace, 2)
    return artists


def draw(artists: SimpleNamespace, state: Magnet, temperature: float, field: float) -> None:
    spins = state.lattice.spins()
    half = spins[::2, ::2] + spins[1::2, ::2] + spins[::2, 1::2] + spins[1::2, 1::2]
    half += half + spins[::2, ::2]  # the screen has fewer pixels than spins: four vote for one, the first breaks ties
    paint(artists.image, half > 0)
    when, m, u = np.transpose(state.trace)
    artists.m.set_data(when - state.sweeps, m)
    artists.u.set_data(when - state.sweeps, u)
    m = float(ising.spontaneous_magnetisation(temperature))
    for line, exact in zip(artists.exact, (m, -m, ising.onsager_energy(temperature)), strict=True):
        place(line, y=exact)
        line.set_visible(field == 0)


def sentence(state: Magnet, temperature: float, field: float) -> str:
    _, m, u = state.trace[-1]
    side = "below" if temperature < ising.CRITICAL_TEMPERATURE else "above"
    exact = "with a field no exact values are known"
    if not field:
        m_0 = float(ising.spontaneous_magnetisation(temperature))
        u_0 = ising.onsager_energy(temperature)
        exact = f"the infinite lattice has m = {'±' if m_0 else ''}{m_0:.3f} and u = {u_0:.3f}"
    return (
        f"T = {temperature:.2f}, {side} the critical temperature {ising.CRITICAL_TEMPERATURE:.3f}, "
        f"field h = {field:.2f}: after {state.sweeps} sweeps m = {m:.3f} and u = {u:.3f}; {exact}."
    )


figure = LiveFigure(
    "A quarter of a million spins: which way do they turn?",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=4.0, value=1.5, restarts=False),
        Slider("field", "field h", low=-0.5, high=0.5, value=0.0, restarts=False),
        Slider("sweeps", "sweeps per frame", low=1, high=10, value=4, scale="integer", restarts=False),
        Choice("start", "start again from", options=(_QUENCH, _ALL_UP), value=_QUENCH),
    ],
)
