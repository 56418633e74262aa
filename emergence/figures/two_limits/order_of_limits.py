"""⟨m⟩ against the field: exact for small lattices, by the two-state formula for a large one, and in the limit."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from emergence.figures.two_limits._shared import STYLES
from emergence.live import Grip, LiveFigure, Slider, in_words, legend_above, place
from emergence.live.palette import GREY, INK, ORANGE
from emergence.physics import ising
from emergence.physics.ising_states import states

_FIELDS = np.geomspace(1e-7, 1, 121)


class Limits(NamedTuple):
    """m of the infinite lattice without a field, and ⟨m⟩ of the small lattices in _FIELDS, one row for each side."""

    spontaneous: float
    exact: np.ndarray


def start(temperature: float) -> Limits:
    exact = np.array([states(side).mean_magnetisation(temperature, _FIELDS) for side in STYLES])
    return Limits(float(ising.spontaneous_magnetisation(temperature)), exact)


def setup(linear: Axes, logarithmic: Axes) -> SimpleNamespace:
    def curve(**style: Any) -> list[Line2D]:
        return [axes.plot([], [], **style)[0] for axes in (linear, logarithmic)]

    for axes in (linear, logarithmic):
        axes.set(xlabel="field h", ylabel="mean magnetisation ⟨m⟩")
    linear.set(xlim=(-0.3, 0.3), ylim=(-1.08, 1.08))
    logarithmic.set(xscale="log", yscale="log", xlim=(1e-7, 1), ylim=(1e-6, 2))
    linear.axvline(0, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        exact=[curve(label=f"N = {side**2}", **style) for side, style in STYLES.items()],
        large=curve(color=ORANGE, linestyle=(0, (1, 1)), label="large N"),
        limit=curve(color=INK, linewidth=1.3, label="N → ∞, then h → 0"),
        ends=linear.plot([], [], "o", color=INK, markersize=6)[0],
        here=logarithmic.axvline(color=GREY, linewidth=1.5),
    )
    linear.legend(handles=[line for line, _ in (*artists.exact, artists.large)], loc="upper left")
    legend_above(logarithmic, 1, handles=artists.limit[1:])
    return artists


def draw(artists: SimpleNamespace, state: Limits, temperature: float, h: float, spins: float) -> None:
    large = ising.two_state_magnetisation(temperature, _FIELDS, spins)
    for (left, right), m in zip([*artists.exact, artists.large], [*state.exact, large], strict=True):
        left.set_data(np.concatenate([-_FIELDS[::-1], _FIELDS]), np.concatenate([-m[::-1], m]))
        right.set_data(_FIELDS, m)
    m = state.spontaneous
    artists.ends.set_data([0, 0], [-m, m])
    artists.limit[0].set_data([0, 0], [-m, m])
    artists.limit[1].set_data([1e-7, 1], [m, m])
    for line in (*artists.large, *artists.limit, artists.ends):
        line.set_visible(m > 0)
    place(artists.here, x=h)


def sentence(state: Limits, temperature: float, h: float, spins: float) -> str:
    means = {side**2: float(states(side).mean_magnetisation(temperature, h)) for side in STYLES}
    exact = ", ".join(f"{in_words(m)} for N = {n}" for n, m in means.items())
    if state.spontaneous:
        large = float(ising.two_state_magnetisation(temperature, h, spins))
        limits = (
            f", and {in_words(large)} for N = {in_words(spins)} in the two-state formula. "
            f"N → ∞ first gives {state.spontaneous:.3f}, h → 0 first gives 0"
        )
    else:
        above = f". Above the critical temperature {ising.CRITICAL_TEMPERATURE:.3f} both orders of the limits give 0"
        limits = f"{above}, for N = {in_words(spins)} as for any N"
    return f"T = {temperature:.2f}, h = {in_words(h)}: ⟨m⟩ = {exact}{limits}."


figure = LiveFigure(
    "Which limit first: more spins, or less field?",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=3.5, value=2.0),
        Slider("h", "field h", low=1e-7, high=1, value=1e-3, scale="log", step=0.1, grip=Grip("here", "x")),
        Slider("spins", "large N", low=1e2, high=1e8, value=1e4, scale="log", step=0.1, unit="spins"),
    ],
)
