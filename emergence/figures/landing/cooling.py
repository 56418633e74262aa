"""The figure of the landing page: cool a lattice of spins and watch it choose a side."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from emergence.live import Grip, LiveFigure, Slider, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.physics import ising

_SIZE = 128
_FIRST_SWEEPS = 40
_T_C = ising.CRITICAL_TEMPERATURE


@dataclass
class Cooling:
    """A running lattice with the trace of (temperature, |m|) it has left."""

    lattice: ising.Lattice
    rng: np.random.Generator
    sweeps: int = 0
    trace: list[tuple[float, float]] = field(default_factory=list)

    @property
    def order(self) -> float:
        return abs(self.lattice.magnetisation())


def start(temperature: float, rng: np.random.Generator) -> Cooling:
    """A quench: from infinite temperature straight to the given one."""
    return advance(Cooling(ising.Lattice.random(_SIZE, rng), rng), temperature, _FIRST_SWEEPS)


def advance(state: Cooling, temperature: float, sweeps: int) -> Cooling:
    state.lattice.sweep(temperature, state.rng, sweeps=sweeps)
    state.sweeps += sweeps
    state.trace = [*state.trace[-59:], (temperature, state.order)]
    return state


def setup(lattice: Axes, order: Axes) -> SimpleNamespace:
    lattice.set_axis_off()
    lattice.set_position((0.1, 0.03, 0.8, 0.87))
    lattice.set_title(f"{_SIZE} × {_SIZE} spins")
    colours = ListedColormap([BLUE, "#f2e9dc"])
    image = lattice.imshow(np.zeros((_SIZE, _SIZE)), cmap=colours, vmin=-1, vmax=1, interpolation="nearest")
    temperatures = np.linspace(1.0, 4.0, 601)
    order.plot(
        temperatures,
        ising.spontaneous_magnetisation(temperatures),
        color=INK,
        label="infinite lattice, exact",
    )
    order.axvline(_T_C, color=GREY, linestyle=":", linewidth=1.5)
    order.text(_T_C + 0.04, 0.9, "$T_c$", color=GREY)
    order.set(xlim=(1, 4), ylim=(0, 1.08), xlabel="temperature T (units of J/k)", ylabel="order |m| (mean spin)")
    (trail,) = order.plot([], [], ".", color=ORANGE, alpha=0.35, markersize=7)
    (now,) = order.plot([], [], "o", color=ORANGE, markersize=10, clip_on=False, label="this lattice")
    order.legend(loc="upper right")
    return SimpleNamespace(image=image, trail=trail, now=now)


def draw(artists: SimpleNamespace, state: Cooling) -> None:
    artists.image.set_data(state.lattice.spins())
    artists.trail.set_data(*np.transpose(state.trace))
    place(artists.now, x=state.trace[-1][0], y=state.order)


def sentence(state: Cooling) -> str:
    temperature, order = state.trace[-1]
    side = "below" if temperature < _T_C else "above"
    exact = float(ising.spontaneous_magnetisation(temperature))
    return (
        f"T = {temperature:.2f}, {side} the critical temperature {_T_C:.3f}: after {state.sweeps} sweeps "
        f"the order |m| of this lattice is {order:.2f}; an infinite lattice at rest has {exact:.2f}."
    )


figure = LiveFigure(
    "Cool it: when does order appear?",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=4.0, value=2.0, restarts=False, grip=Grip("now", "x")),
        Slider("sweeps", "sweeps per frame", low=1, high=50, value=20, scale="integer", restarts=False),
    ],
)
