"""A magnet in a field that goes up and down, and the loop that its magnetisation draws."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._spins import paint, quick, show_spins
from emergence.live import LiveFigure, Slider, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.physics import ising

_SIZE = 128
_FIRST_STEPS = 45


def start(temperature: float, amplitude: float, period: int, rng: np.random.Generator) -> ising.HysteresisLoop:
    loop = ising.HysteresisLoop(ising.Lattice.aligned(_SIZE), quick(rng))
    return loop.advance(temperature, amplitude, period, steps=_FIRST_STEPS)


def advance(state: ising.HysteresisLoop, temperature: float, amplitude: float, period: int) -> ising.HysteresisLoop:
    return state.advance(temperature, amplitude, period)


def setup(spins: Axes, loop: Axes) -> SimpleNamespace:
    loop.set(xlim=(-2.05, 2.05), ylim=(-1.62, 1.08), xlabel="field h", ylabel="magnetisation m (mean spin)")
    loop.axhline(0, color=GREY, linewidth=1)
    loop.axvline(0, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        image=show_spins(spins, _SIZE, f"{_SIZE} × {_SIZE} spins"),
        path=loop.plot([], [], color=BLUE, linewidth=1.5)[0],
        now=loop.plot([], [], "o", color=ORANGE, markersize=9, label="now")[0],
        jump=loop.plot([], [], color=INK, linestyle=":", linewidth=1.6, label="exact at h = 0")[0],
    )
    loop.legend(loc="lower center", ncols=2, columnspacing=1, handletextpad=0.4)
    return artists


def draw(artists: SimpleNamespace, state: ising.HysteresisLoop, temperature: float) -> None:
    paint(artists.image, state.lattice.spins() > 0)
    artists.path.set_data(*np.transpose(state.trace))
    h, m = state.trace[-1]
    place(artists.now, x=h, y=m)
    exact = float(ising.spontaneous_magnetisation(temperature))
    artists.jump.set_data([0, 0], [-exact, exact])


def sentence(state: ising.HysteresisLoop, temperature: float, amplitude: float) -> str:
    h, m = state.trace[-1]
    fields = [f"h = {state.coercive[way]:.2f} on the way {way}" for way in ("down", "up") if way in state.coercive]
    crossed = f"m changed sign at {' and at '.join(fields)}" if fields else "m has not changed sign yet"
    return (
        f"T = {temperature:.2f}, {state.period} sweeps per loop of amplitude {amplitude:.2f}: "
        f"now h = {h:.2f} and m = {m:.3f}; {crossed}."
    )


figure = LiveFigure(
    "Does the magnet remember its field?",
    sketch="loop",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=4.0, value=1.7, restarts=False),
        Slider("amplitude", "largest field", low=0.1, high=2.0, value=1.0, restarts=False),
        Slider("period", "sweeps per loop", low=100, high=1000, value=300, scale="integer", step=100, restarts=False),
    ],
)
