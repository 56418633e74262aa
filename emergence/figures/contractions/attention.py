"""One attention head on the tokens x, R and -R: its output, and bounds of its Lipschitz constant against R."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.limits import contractions
from emergence.live import Grip, LiveFigure, Slider, in_words, place
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE

_X = np.linspace(-2, 2, 401)
_RADII = np.geomspace(0.2, 20, 60)


class Head(NamedTuple):
    """Output of the first token on _X, and the largest factor of random pairs of inputs within [-R, R]."""

    output: np.ndarray
    sampled: float


def start(radius: float, pairs: float, rng: np.random.Generator) -> Head:
    tokens = np.column_stack([_X, np.full_like(_X, radius), np.full_like(_X, -radius)])
    x, y = radius * rng.uniform(-1, 1, (3000, 2, 3)).swapaxes(0, 1)
    some = slice(round(pairs))
    factors = contractions.distance_factors(contractions.attention, x[some], y[some], "∞")
    return Head(contractions.attention(tokens)[:, 0], float(factors.max()))


def setup(output: Axes, constants: Axes) -> SimpleNamespace:
    output.set(xlim=(-2, 2), ylim=(-11, 21), xlabel="first token $x_1$", ylabel="its output $f_1$")
    constants.set(xscale="log", yscale="log", xlim=(0.2, 20), ylim=(0.5, 1e5), xlabel="tokens lie in [−R, R]: R")
    constants.set_ylabel("Lipschitz constant, ∞-norm")
    low = 1 + 2 * _RADII**2 / 3
    constants.plot(_RADII, contractions.attention_bound(_RADII), "--", color=BLUE, label="never above, $1 + 2R^2$")
    constants.plot(_RADII, low, color=GREEN, label="at least, $1 + 2R^2/3$")
    artists = SimpleNamespace(
        output=output.plot([], [], color=BLUE, label="$f_1$")[0],
        tangent=output.plot([], [], ":", color=GREEN, label="tangent at 0")[0],
        above=output.axhline(color=ORANGE, linewidth=1.5, label="tokens R, −R"),
        below=output.axhline(color=ORANGE, linewidth=1.5),
        now=constants.plot([], [], color=GREY, linewidth=1.2)[0],
        sampled=constants.plot([], [], "o", color=ORANGE, markersize=9, label="best of the pairs")[0],
    )
    output.legend(loc="upper left", ncols=2)
    constants.legend(loc="upper left")
    return artists


def draw(artists: SimpleNamespace, state: Head, radius: float) -> None:
    artists.output.set_data(_X, state.output)
    tangent = contractions.attention_slope(radius) * _X
    artists.tangent.set_data(_X, np.where(np.abs(tangent) < 12, tangent, np.nan))
    place(artists.above, y=radius)
    place(artists.below, y=-radius)
    artists.now.set_data([radius, radius], [state.sampled, contractions.attention_bound(radius)])
    place(artists.sampled, x=radius, y=state.sampled)


def sentence(state: Head, radius: float, pairs: float) -> str:
    return (
        f"With the tokens 0, {radius:.1f} and -{radius:.1f} the slope ∂f₁/∂x₁ is "
        f"{in_words(float(contractions.attention_slope(radius)))}; on tokens in [-{radius:.1f}, {radius:.1f}] the "
        f"Lipschitz constant in the ∞-norm is at least {in_words(1 + 2 * radius**2 / 3)} and at most "
        f"{in_words(float(contractions.attention_bound(radius)))}; the largest factor of {pairs:.0f} random pairs is "
        f"{state.sampled:.2f}."
    )


figure = LiveFigure(
    "Has attention a Lipschitz constant?",
    controls=[
        Slider("radius", "tokens at R, −R", low=0.3, high=10, value=3, step=0.1, format=".1f", grip=Grip("above", "y")),
        Slider("pairs", "random pairs", low=10, high=3000, value=100, scale="log", step=0.1),
    ],
)
