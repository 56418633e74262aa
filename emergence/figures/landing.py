"""The figure of the landing page: cool a lattice of spins and watch it choose a side."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from emergence import ising
from emergence.live import LiveFigure, Slider
from emergence.live.palette import BLUE, GREY, INK, ORANGE

_SIZE = 128
_FIRST_SWEEPS = 40
_T_C = ising.CRITICAL_TEMPERATURE


@dataclass
class Cooling:
    """A running lattice with the trace of (temperature, |m|) it has left."""

    lattice: ising.Lattice
    rng: np.random.Generator
    temperature: float
    sweeps: int = 0
    trace: list[tuple[float, float]] = field(default_factory=list)

    @property
    def order(self) -> float:
        return abs(self.lattice.magnetisation())


def _sweep(state: Cooling, temperature: float, sweeps: int) -> Cooling:
    state.lattice.sweep(temperature, state.rng, sweeps=sweeps)
    state.temperature = temperature
    state.sweeps += sweeps
    state.trace = [*state.trace[-59:], (temperature, state.order)]
    return state


def start(temperature: float, sweeps: int, rng: np.random.Generator) -> Cooling:
    """A quench: from infinite temperature straight to the given one."""
    return _sweep(Cooling(ising.Lattice.random(_SIZE, rng), rng, temperature), temperature, _FIRST_SWEEPS)


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
    artists.now.set_data([state.temperature], [state.order])


def sentence(state: Cooling) -> str:
    side = "below" if state.temperature < _T_C else "above"
    exact = float(ising.spontaneous_magnetisation(state.temperature))
    return (
        f"T = {state.temperature:.2f}, {side} the critical temperature {_T_C:.3f}: after {state.sweeps} sweeps "
        f"the order |m| of this lattice is {state.order:.2f}; an infinite lattice at rest has {exact:.2f}."
    )


cooling = LiveFigure(
    "landing.cooling",
    "Cool it: when does order appear?",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=4.0, value=2.0, restarts=False),
        Slider("sweeps", "sweeps per frame", low=1, high=20, value=2, scale="integer", restarts=False),
    ],
    compute=start,
    advance=_sweep,
    setup=setup,
    draw=draw,
    sentence=sentence,
    panels=2,
    random=True,
)
