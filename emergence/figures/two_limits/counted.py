"""Landau's curve, counted: −(T/N) ln P(m) of small lattices, and where the likeliest |m| leaves zero."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.two_limits._shared import STYLES
from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import GREY, INK, ORANGE, PURPLE
from emergence.physics import ising, landau
from emergence.physics.ising_states import minima, states

_WARM = np.linspace(1.0, 5.0, 161)


class Counted(NamedTuple):
    """−(T/N) ln P(m) of all sides, each (m, energy); for one its minima, barrier, and Landau's polynomial.

    The barrier is the height of m = 0 above the lowest point, for each spin.
    """

    curves: dict[int, tuple[np.ndarray, np.ndarray]]
    minima: tuple[np.ndarray, np.ndarray]
    barrier: float
    t: float
    b: float
    polynomial: np.ndarray


def start(temperature: float, h: float, size: str) -> Counted:
    curves = {side: states(side).free_energy(temperature, h) for side in STYLES}
    m, energy = curves[int(size)]
    t, b, polynomial = landau.fit(m, energy + h * m)  # a field changes neither coefficient
    return Counted(curves, minima(m, energy), float(energy[len(m) // 2]), t, b, polynomial - h * m)


def setup(energy: Axes, order: Axes) -> SimpleNamespace:
    energy.set(
        xlim=(-1.06, 1.06), ylim=(-0.05, 1.05), xlabel="magnetisation m (mean spin)", ylabel="−(T/N) ln P(m) + constant"
    )
    order.set(xlim=(1, 5), ylim=(-0.03, 1.05), xlabel="temperature T", ylabel="most probable |m|, h = 0")
    for side, style in STYLES.items():
        likeliest = [states(side).most_probable(t) for t in _WARM]
        order.plot(_WARM, likeliest, drawstyle="steps-mid", label=f"{side} × {side}", **style)
    fine = np.linspace(1, 5, 801)
    order.plot(fine, ising.spontaneous_magnetisation(fine), color=INK, linewidth=1.3, label="infinite")
    legend_above(order, 4)
    artists = SimpleNamespace(
        curves=[energy.plot([], [], linewidth=1.4, **style)[0] for style in STYLES.values()],
        polynomial=energy.plot([], [], "x", color=ORANGE, markersize=5, label="Landau's polynomial")[0],
        minima=energy.plot([], [], "o", color=PURPLE, fillstyle="none", markersize=10, label="minimum")[0],
        now=order.axvline(color=GREY, linewidth=1.5),
    )
    legend_above(energy, 2)
    return artists


def draw(artists: SimpleNamespace, state: Counted, temperature: float, size: str) -> None:
    for line, curve in zip(artists.curves, state.curves.values(), strict=True):
        line.set_data(*curve)
    m, _ = state.curves[int(size)]
    artists.polynomial.set_data(m, state.polynomial)
    artists.polynomial.set_markevery(len(m) // 16)
    artists.minima.set_data(*state.minima)
    place(artists.now, x=temperature)


def sentence(state: Counted, temperature: float, h: float, size: str) -> str:
    m, _ = state.minima
    where = ", ".join(f"{x:.3f}" for x in m)
    minima = "minimum" if len(m) == 1 else "minima"
    spins = int(size) ** 2
    return (
        f"{size} × {size} spins, T = {temperature:.2f}, h = {h:.2f}: {minima} at m = {where}; "
        f"m = 0 is {state.barrier:.3f} per spin above the lowest point, {spins * state.barrier:.1f} for all {spins} "
        f"spins. Landau's polynomial through the counts has t = {state.t:.2f} and b = {state.b:.2f}."
    )


figure = LiveFigure(
    "Does the lattice have Landau's two wells?",
    sketch="energy",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=5.0, value=2.0, step=0.05, grip=Grip("now", "x")),
        Slider("h", "field h", low=-0.3, high=0.3, value=0.0, step=0.01),
        Choice("size", "side L", options=tuple(map(str, STYLES)), value="8"),
    ],
)
