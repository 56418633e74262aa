"""One tanh unit that is fed its own output: cobweb, and distance from the fixed point beside Banach's bound."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.contractions._shared import staircase
from emergence.limits import contractions
from emergence.live import Grip, LiveFigure, Slider, in_words, place, positive
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE, PURPLE

_STEPS, _BOX, _END = 40, 5.0, 4.5
_GAIN = 1 / math.tanh(_END)  # of the slope, by the height of the curve at _END
_X = np.linspace(-_BOX, _BOX, 301)


class Repeated(NamedTuple):
    """The orbit, shape (_STEPS + 1,), all fixed points, and the one that is nearest to the orbit's end."""

    orbit: np.ndarray
    fixed: np.ndarray
    nearest: float


def start(slope: float, offset: float, x0: float) -> Repeated:
    orbit = contractions.orbit(lambda x: offset + slope * math.tanh(x), x0, _STEPS)
    fixed = contractions.unit_fixed_points(slope, offset)
    return Repeated(orbit, fixed, float(fixed[np.argmin(np.abs(fixed - orbit[-1]))]))


def setup(web: Axes, distance: Axes) -> SimpleNamespace:
    web.set(xlim=(-_BOX, _BOX), ylim=(-_BOX, 8.5), xlabel="point $x_k$", ylabel="next point $x_{k+1}$")
    web.plot([-_BOX, _BOX], [-_BOX, _BOX], color=GREY, linewidth=1)
    distance.set(yscale="log", xlim=(0, _STEPS), ylim=(1e-12, 1e7), xlabel="step k", ylabel="distance from x*")
    artists = SimpleNamespace(
        curve=web.plot([], [], color=BLUE, label="T(x) = b + a tanh x")[0],
        path=web.plot([], [], color=ORANGE, linewidth=1.3)[0],
        fixed=web.plot([], [], "o", color=GREEN, markersize=7, zorder=3, label="fixed points")[0],
        start=web.plot([], [], "s", color=ORANGE, markersize=9, label="start x₀")[0],
        offset=web.plot([], [], "D", color=PURPLE, markersize=8)[0],
        slope=web.plot([], [], "D", color=BLUE, markersize=8)[0],
        distance=distance.plot([], [], "o-", color=ORANGE, markersize=3, label="$|x_k - x*|$")[0],
        bound=distance.plot([], [], "--", color=BLUE, label="Banach's bound")[0],
        rate=distance.plot([], [], ":", color=GREY, label="slope at x*")[0],
        now=distance.plot([0, 0], [1e-12, 10], color=GREY, linewidth=1.2)[0],
    )
    web.legend(loc="upper left", ncols=2)
    distance.legend(loc="upper right", ncols=2)
    return artists


def draw(artists: SimpleNamespace, state: Repeated, slope: float, offset: float, x0: float, steps: int) -> None:
    artists.curve.set_data(_X, contractions.unit(_X, slope, offset))
    artists.path.set_data(*staircase(state.orbit[: steps + 1]))
    artists.fixed.set_data(state.fixed, state.fixed)
    place(artists.start, x=x0, y=x0)
    place(artists.offset, x=0, y=offset)
    place(artists.slope, x=_END, y=offset + slope / _GAIN)
    k, error = np.arange(_STEPS + 1), np.abs(state.orbit - state.nearest)
    artists.distance.set_data(k, positive(error, 1e-13))
    bound = abs(slope) ** k * error[0] if abs(slope) < 1 else np.full(len(k), math.nan)
    artists.bound.set_data(k, positive(bound, 1e-13))
    there = abs(float(contractions.unit_slope(state.nearest, slope)))
    rate = positive(error[0] * there ** k.astype(float), 1e-13)
    artists.rate.set_data(k, np.where(rate < 12, rate, np.nan))
    place(artists.now, x=steps)


def sentence(state: Repeated, slope: float, offset: float, x0: float, steps: int) -> str:
    error = abs(state.orbit[steps] - state.nearest)
    left = in_words(error, 2) if error > 1e-13 else "at most 10⁻¹³"
    there = float(contractions.unit_slope(state.nearest, slope))
    sign = "−" if slope < 0 else "+"
    many = "" if len(state.fixed) == 1 else f", one of {len(state.fixed)}"
    text = (
        f"T(x) = {offset:.2f} {sign} {abs(slope):.2f} tanh x from x₀ = {x0:.2f}: after {steps} steps the point is "
        f"{left} from the fixed point {round(state.nearest, 3) + 0.0:.3f}{many}, where the slope is {there:.2f}"
    )
    if abs(slope) >= 1:
        return f"{text}; Lip(T) = {abs(slope):.2f} is not below 1, and Banach's theorem says nothing."
    return f"{text}; Banach's theorem allows {in_words(abs(slope) ** steps * abs(x0 - state.nearest), 2)}."


figure = LiveFigure(
    "One unit is fed its own output: where does it end?",
    sketch="distance",
    controls=[
        Slider("slope", "slope a", low=-2.5, high=2.5, value=0.9, step=0.05, grip=Grip("slope", "y", gain=_GAIN)),
        Slider("offset", "offset b", low=-2, high=2, value=0.5, step=0.05, grip=Grip("offset", "y")),
        Slider("x0", "start x₀", low=-4.8, high=4.8, value=-4, step=0.05, grip=Grip("start", "x")),
        Slider("steps", "steps k", low=0, high=_STEPS, value=12, scale="integer", grip=Grip("now", "x")),
    ],
)
