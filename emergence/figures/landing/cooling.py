"""The figure of the landing page: cool a lattice of spins and watch it choose a side."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures._spins import paint, quick, show_spins
from emergence.live import Grip, LiveFigure, Slider, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.physics import ising

_SIZE = 64
_FIRST_SWEEPS = 40
_T_C = ising.CRITICAL_TEMPERATURE
WON = 0.8  # |m| from which one colour holds at least nine spins in ten


@dataclass
class Cooling:
    """64 running lattices, with the traces of (temperature, |m|) they have left."""

    lattices: ising.Replicas
    rng: np.random.Generator
    sweeps: int = 0
    trace: list[tuple[float, np.ndarray]] = field(default_factory=list)

    @property
    def order(self) -> np.ndarray:
        """|m| of each lattice."""
        return np.abs(self.lattices.magnetisation())


def start(temperature: float, rng: np.random.Generator) -> Cooling:
    """A quench: from infinite temperature straight to the given one."""
    rng = quick(rng)
    return advance(Cooling(ising.Replicas.random(_SIZE, rng), rng), temperature, _FIRST_SWEEPS)


def advance(state: Cooling, temperature: float, sweeps: int) -> Cooling:
    state.lattices.sweep(temperature, state.rng, sweeps=sweeps)
    state.sweeps += sweeps
    state.trace = [*state.trace[-59:], (temperature, state.order)]
    return state


def setup(lattice: Axes, order: Axes) -> SimpleNamespace:
    image = show_spins(lattice, _SIZE, "")
    lattice.set_position((0.02, 0.02, 0.96, 0.96))
    temperatures = np.linspace(1.0, 4.0, 601)
    order.plot(
        temperatures,
        ising.spontaneous_magnetisation(temperatures),
        color=INK,
        label="L = ∞, exact",
    )
    order.axvline(_T_C, color=GREY, linestyle=":", linewidth=1.5)
    order.text(_T_C + 0.04, 0.5, "$T_c$", color=GREY)
    order.set(xlim=(1, 4), ylim=(0, 1.08), xlabel="temperature T (units of J/k)", ylabel="order |m| (mean spin)")
    (trail,) = order.plot([], [], ".", color=ORANGE, alpha=0.35, markersize=7)
    (others,) = order.plot([], [], "_", color=BLUE, markersize=12, label="64 lattices")
    (now,) = order.plot([], [], "o", color=ORANGE, markersize=10, clip_on=False, label="the one shown")
    order.legend(loc="upper right")
    return SimpleNamespace(image=image, trail=trail, others=others, now=now)


def draw(artists: SimpleNamespace, state: Cooling, shown: int) -> None:
    paint(artists.image, state.lattices.spins()[shown - 1] > 0)
    temperatures, orders = zip(*state.trace, strict=True)
    artists.trail.set_data(temperatures, [order[shown - 1] for order in orders])
    artists.others.set_data(np.full(ising.REPLICAS, temperatures[-1]), orders[-1])
    place(artists.now, x=temperatures[-1], y=orders[-1][shown - 1])


def sentence(state: Cooling, shown: int) -> str:
    temperature, order = state.trace[-1]
    side = "below" if temperature < _T_C else "above"
    exact = float(ising.spontaneous_magnetisation(temperature))
    return (
        f"T = {temperature:.2f}, {side} the critical temperature {_T_C:.3f}: after {state.sweeps} sweeps the order |m| "
        f"of this lattice is {order[shown - 1]:.2f}; an infinite lattice in equilibrium has {exact:.2f}. "
        f"One colour holds nine spins in ten in {np.sum(order > WON) or 'none'} of the {ising.REPLICAS} lattices."
    )


figure = LiveFigure(
    "Cool it: when does order appear?",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=4.0, value=2.0, restarts=False, grip=Grip("now", "x")),
        Slider("shown", "lattice shown, of 64", low=1, high=ising.REPLICAS, value=1, scale="integer"),
        Slider("sweeps", "sweeps per frame", low=1, high=50, value=20, scale="integer", restarts=False),
    ],
)
