"""Banach's theorem with one hypothesis taken away: cobwebs of four maps, and the length of their steps."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.contractions._shared import staircase
from emergence.limits import contractions
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, place, positive
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE, PURPLE

_STEPS, _SHOWN, _BOX = 3000, 12, 4.0
_DRAWN = np.unique(np.geomspace(1, _STEPS, 60).astype(int))
_NONE, _GAP, _UNIFORM, _LEAVES = contractions.EXAMPLES


def start(dropped: str, x0: float) -> np.ndarray:
    return contractions.orbit_in_the_set(dropped, x0, _STEPS)


def setup(web: Axes, steps: Axes) -> SimpleNamespace:
    web.set(xlim=(0, _BOX), ylim=(0, 1.45 * _BOX), xlabel="point $x_k$", ylabel="next point $x_{k+1}$")
    web.plot([0, _BOX], [0, _BOX], color=GREY, linewidth=1)
    steps.set(xscale="log", yscale="log", xlim=(0.9, _STEPS), ylim=(1e-8, 1e3), xlabel="step k")
    steps.set_ylabel("length of step k")
    artists = SimpleNamespace(
        set=web.plot([], [], color=PURPLE, linewidth=7, clip_on=False, label="the set")[0],
        curve=web.plot([], [], color=BLUE, label="T")[0],
        path=web.plot([], [], color=ORANGE, linewidth=1.3)[0],
        fixed=web.plot([], [], "o", color=GREEN, markersize=9, clip_on=False, label="x = Tx")[0],
        start=web.plot([], [], "s", color=ORANGE, markersize=9, label="start x₀")[0],
        length=steps.plot([], [], "o-", color=ORANGE, markersize=3.5, label="steps")[0],
        halving=steps.plot([], [], "--", color=GREY, linewidth=1.3, label="first step, halved each time")[0],
    )
    web.legend(loc="upper left", ncols=2)
    steps.legend(loc="upper right")
    return artists


def draw(artists: SimpleNamespace, state: np.ndarray, dropped: str, x0: float) -> None:
    example = contractions.EXAMPLES[dropped]
    x = np.linspace(0, min(example.high, _BOX), 100)
    artists.curve.set_data(x, [example.rule(point) for point in x])
    artists.set.set_data(x[[0, -1]], [0, 0])
    artists.path.set_data(*staircase(state[: _SHOWN + 1]))
    place(artists.start, x=x0, y=x0)
    fixed = {_NONE: 2.0, _GAP: 0.0, _LEAVES: 2.0}.get(dropped, np.nan)
    place(artists.fixed, x=fixed, y=fixed)
    artists.fixed.set_markerfacecolor(GREEN if dropped == _NONE else "white")
    length = np.abs(np.diff(state))
    k = _DRAWN[len(length) >= _DRAWN]
    artists.length.set_data(k, positive(length[k - 1], 1e-9))
    artists.halving.set_data(np.arange(1, 40), positive(length[0] * 0.5 ** np.arange(39.0), 1e-9))


def sentence(state: np.ndarray, dropped: str, x0: float) -> str:
    example = contractions.EXAMPLES[dropped]
    what = f"T(x) = {example.name} on {example.set_name} from x₀ = {x0:.2f}"
    if dropped == _NONE:
        return f"{what}: every hypothesis holds, and after 12 steps the orbit is at {state[12]:.5f}, near x* = 2."
    if dropped == _GAP:
        return f"{what}: after 12 steps the orbit is at {in_words(state[12])}; it tends to 0, which the set lacks."
    if dropped == _LEAVES:
        return f"{what}: step {len(state) - 1} leads to {state[-1]:.3f}, outside the set, where T is not defined."
    return (
        f"{what}: after {_STEPS} steps the orbit is at {state[-1]:.2f}, and √(2k) = {np.sqrt(2 * _STEPS):.2f}; "
        f"its last step was {state[-1] - state[-2]:.4f}."
    )


figure = LiveFigure(
    "Take away one hypothesis: what goes wrong?",
    controls=[
        Slider("x0", "start x₀", low=0.05, high=1, value=0.5, step=0.05, grip=Grip("start", "x")),
        Choice("dropped", "take away", options=tuple(contractions.EXAMPLES), value=_UNIFORM),
    ],
)
