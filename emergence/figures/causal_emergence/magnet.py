"""A magnet whose spins all feel each other: effective information of its states, and of how many spins are up."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.causal_emergence._shared import BITS
from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PURPLE
from emergence.physics import causal

_TEMPERATURES = np.linspace(0.2, 3, 57)


class Magnet(NamedTuple):
    """EI of both scales at all _TEMPERATURES, shape (57,), and at one."""

    curves: causal.MagnetInformation
    here: causal.MagnetInformation


@cache
def _curves(spins: int) -> causal.MagnetInformation:
    return causal.magnet_information(spins, _TEMPERATURES)


def start(temperature: float, spins: str) -> Magnet:
    return Magnet(_curves(int(spins)), causal.magnet_information(int(spins), temperature))


def setup(scales: Axes, difference: Axes) -> SimpleNamespace:
    scales.set(xlim=(0.2, 3), ylim=(0, 4), xlabel="temperature T", ylabel=BITS)
    difference.set(xlim=(0.2, 3), ylim=(-1.6, 1.8), xlabel="temperature T", ylabel="gain by grouping (bits)")
    difference.axhline(0, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        micro=scales.plot([], [], color=BLUE, label="all states")[0],
        macro=scales.plot([], [], "--", color=ORANGE, label="magnetisation")[0],
        points=[scales.plot([], [], "o", color=colour, markersize=9)[0] for colour in (BLUE, ORANGE)],
        gain=difference.plot([], [], color=PURPLE, label="gain")[0],
        peak=difference.plot([], [], "D", color=ORANGE, markersize=9, label="peak")[0],
        here=[axes.axvline(color=GREY, linewidth=1.5) for axes in (scales, difference)],
    )
    difference.axvline(1, color=INK, linestyle=":", linewidth=1.8, label="$T_c = 1$")
    legend_above(scales, 2)
    legend_above(difference, 3)
    return artists


def draw(artists: SimpleNamespace, state: Magnet, temperature: float) -> None:
    micro, macro = state.curves
    artists.micro.set_data(_TEMPERATURES, micro)
    artists.macro.set_data(_TEMPERATURES, macro)
    for point, value in zip(artists.points, state.here, strict=True):
        place(point, x=temperature, y=value)
    artists.gain.set_data(_TEMPERATURES, macro - micro)
    peak = (macro - micro).argmax()
    place(artists.peak, x=_TEMPERATURES[peak], y=(macro - micro)[peak])
    for line in artists.here:
        place(line, x=temperature)


def sentence(state: Magnet, temperature: float, spins: str) -> str:
    micro, macro = state.here
    peak = _TEMPERATURES[(state.curves.macro - state.curves.micro).argmax()]
    scale = "the magnetisation" if macro > micro else "the single states"
    return (
        f"{spins} spins at T = {temperature:.2f}: effective information is {micro:.3f} bits for the states and "
        f"{macro:.3f} for the magnetisation, so {scale} would be the scale to choose. The gain is greatest near "
        f"T = {peak:.2f}."
    )


figure = LiveFigure(
    "Does effective information find the transition?",
    controls=[
        Slider("temperature", "temperature T", low=0.2, high=3, value=2.0, step=0.05, grip=Grip("here", "x")),
        Choice("spins", "spins", options=("4", "8", "16", "32", "64"), value="8"),
    ],
)
