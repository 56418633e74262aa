"""The orbit of x -> 1 + 1/(1 + x) as a cobweb, and in the coordinate in which the map is a multiplication."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.limits import mobius
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, place, positive
from emergence.live.palette import BLUE, GREEN, GREY, ORANGE, PURPLE

_ROOT = math.sqrt(2)
_SLIDER, _ROUNDED, _FIXED = "start x₀ above", "−√2 to 16 digits", "−√2 exactly"
_STARTS = {"−1, the pole": (-1, 1), "−3/2": (-3, 2), "−7/5": (-7, 5), _ROUNDED: (-_ROOT).as_integer_ratio()}
_SIZE, _MAP = "size of w", "map of w"
_BOX, _W_BOX, _STEPS = 6.0, 7.0, 30


def start(x0: float, steps: int, start: str) -> mobius.Orbit:
    """The orbit; w is empty when it starts at the repelling fixed point itself."""
    if start == _FIXED:
        x = np.full(steps + 1, -_ROOT)
        return mobius.Orbit(x, x - _ROOT, np.zeros(0))
    return mobius.orbit(*_STARTS.get(start, (round(100 * x0), 100)), steps)


def staircase(x: np.ndarray) -> np.ndarray:
    """The path of a cobweb; a step to or from infinity leaves the picture vertically and comes back elsewhere."""
    path = [(first, first) for first in x[:1]]
    for here, there in zip(x[:-1], x[1:], strict=True):
        if math.isinf(here):
            path += [(np.nan, np.nan), (there, there)]
        elif math.isinf(there):
            path += [(here, 1e3)]
        else:
            path += [(here, there), (there, there)]
    return np.reshape(path, (-1, 2)).T


def setup(web: Axes, coordinate: Axes) -> SimpleNamespace:
    web.set(xlim=(-_BOX, _BOX), ylim=(-_BOX, _BOX), xlabel="point $x_n$", ylabel="next point $x_{n+1}$")
    for branch in (np.linspace(-_BOX, -1.1, 200), np.linspace(-0.9, _BOX, 200)):
        web.plot(branch, 1 + 1 / (1 + branch), color=BLUE)
    web.plot([-_BOX, _BOX], [-_BOX, _BOX], color=GREY, linewidth=1)
    web.axvline(-1, color=GREY, linestyle=":", linewidth=1.2)
    web.plot(_ROOT, _ROOT, "o", color=GREEN, markersize=9, label="√2 attracts")
    web.plot(-_ROOT, -_ROOT, "o", color=GREEN, markersize=9, markerfacecolor="white", label="−√2 repels")
    web.legend(loc="lower right")
    artists = SimpleNamespace(
        path=web.plot([], [], color=ORANGE, linewidth=1.3)[0],
        start=web.plot([], [], "s", color=ORANGE, markersize=8)[0],
        example=web.plot([], [], "s", color=ORANGE, markersize=8)[0],
        law=coordinate.plot([], [], color=BLUE, linewidth=1.3, label="exact line")[0],
        diagonal=coordinate.plot([], [], color=GREY, linewidth=1)[0],
        w_path=coordinate.plot([], [], color=ORANGE, linewidth=1.3)[0],
        positive=coordinate.plot([], [], "o", color=BLUE, label="|w|, w > 0")[0],
        negative=coordinate.plot([], [], "o", color=BLUE, markerfacecolor="white", label="|w|, w < 0")[0],
        error=coordinate.plot([], [], "s", color=PURPLE, markersize=4, label="|x − √2|")[0],
    )
    coordinate.legend(loc="upper right")
    return artists


def draw(artists: SimpleNamespace, coordinate: Axes, state: mobius.Orbit, right: str, start: str) -> None:
    for line in vars(artists).values():
        line.set_data([], [])
    x, error, w = state
    artists.path.set_data(*staircase(x))
    place(artists.start if start == _SLIDER else artists.example, x=x[0], y=x[0])
    if right == _MAP:
        ends = np.array([-_W_BOX, _W_BOX])
        coordinate.set(yscale="linear", xlim=ends, ylim=ends)
        coordinate.set(xlabel=r"$w_n = (x_n - \sqrt{2})/(x_n + \sqrt{2})$", ylabel=r"$w_{n+1} = \lambda\,w_n$")
        artists.law.set_data(ends, mobius.Q * ends)
        artists.diagonal.set_data(ends, ends)
        artists.w_path.set_data(*staircase(w))
        return
    coordinate.set(yscale="log", xlim=(0, _STEPS), ylim=(1e-20, 1e18 if start == _ROUNDED else 1e4))
    coordinate.set(xlabel="step n", ylabel="distance |x − √2| and size |w|")
    n, n_w, finite = np.arange(len(x)), np.arange(len(w)), np.isfinite(error)
    artists.law.set_data(n_w, np.abs(w[:1] * mobius.Q**n_w))
    artists.positive.set_data(n_w, positive(w))
    artists.negative.set_data(n_w, positive(-w))
    artists.error.set_data(n[finite], positive(np.abs(error[finite])))


def point(x: float) -> str:
    return "∞" if math.isinf(x) else f"{x:.4g}"


def sentence(state: mobius.Orbit) -> str:
    x, error, w = state
    if not len(w):
        return "Started at −√2 exactly, the orbit stays there: −√2 is the second fixed point, and w is infinite."
    path = " → ".join(map(point, x[:6])) + (" → …" if len(x) > 6 else "")
    first, last = (in_words(float(end), 4) for end in w[[0, -1]])
    text = f"{path}. w starts at {first} and after {len(x) - 1} steps is {last}, "
    if math.isinf(x[-1]):
        return text + "which is infinity."
    text += f"which is x = {point(x[-1])}, {in_words(abs(float(error[-1])))} from √2."
    if np.isinf(x).any():
        text += f" Step {np.argmax(np.isinf(x))} went through infinity."
    return text


figure = LiveFigure(
    "From where does it reach √2?",
    controls=[
        Slider("x0", "start x₀", low=-5, high=5, value=-1.6, grip=Grip("start", "x")),
        Slider("steps", "steps", low=1, high=_STEPS, value=12, scale="integer"),
        Choice("right", "right picture", options=(_SIZE, _MAP), value=_SIZE, affects="picture"),
        Choice("start", "start from", options=(_SLIDER, *_STARTS, _FIXED), value=_SLIDER),
    ],
)
