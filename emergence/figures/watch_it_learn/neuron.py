"""The same training, seen from within: the loss on both parts of the table, and the weights of one unit."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.watch_it_learn._shared import CONTROLS, STEPS, Run, at_its_end, begin, go_on, show_course
from emergence.live import LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.scaling.grokking import MODULUS, UNITS, power, waves

_WAVES = waves(MODULUS)
_PLACES = np.arange(MODULUS)


def start(decay: float, share: float, trial: int) -> Run:
    return begin(decay, share, trial)


def advance(state: Run, decay: float, steps: int) -> Run:
    return go_on(state, decay, steps)


def ended(state: Run) -> bool:
    return at_its_end(state)


def _strongest(weights: np.ndarray) -> tuple[int, float]:
    """The strongest frequency from 1 on of a unit's weights, shape (2, p), and its share of the power from 1 on."""
    of_unit = power(weights.T).sum(axis=1)[1:]
    return int(of_unit.argmax()) + 1, float(of_unit.max() / of_unit.sum())


def setup(course: Axes, weights: Axes) -> SimpleNamespace:
    show_course(course)
    course.set(yscale="log", ylim=(1e-4, 10), ylabel="loss (squared error of a pair)")
    weights.set(xlim=(-0.5, MODULUS - 0.5), ylim=(-1.3, 1.3), xlabel="number a or b", ylabel="weight")
    artists = SimpleNamespace(
        trained=course.plot([], [], color=BLUE, label="trained pairs")[0],
        others=course.plot([], [], color=ORANGE, linestyle="--", label="other pairs")[0],
        now=[course.plot([], [], "o", color=colour, markersize=6)[0] for colour in (BLUE, ORANGE)],
        at=course.axvline(STEPS, color=INK, linewidth=1.6),
        waves=[
            weights.plot([], [], color=GREY, linestyle=style, linewidth=1.2, label=label)[0]
            for style, label in (("-", "strongest wave"), ("-", None))
        ],
        dots=[
            weights.plot([], [], marker, color=colour, markersize=5, label=label)[0]
            for marker, colour, label in (("o", BLUE, "from a"), ("s", ORANGE, "from b"))
        ],
    )
    course.axhline(1, color=GREY, linestyle=":", linewidth=1.3)
    legend_above(course, 2)
    legend_above(weights, 3)
    return artists


def draw(artists: SimpleNamespace, state: Run, share: float, at: int, unit: int, course: Axes) -> None:
    course.set_xlabel(f"training step, {share:.2f} of the table trained")
    steps = [checkpoint.step for checkpoint in state.trace]
    artists.trained.set_data(steps, [checkpoint.trained_loss for checkpoint in state.trace])
    artists.others.set_data(steps, [checkpoint.other_loss for checkpoint in state.trace])
    for head, line in zip(artists.now, (artists.trained, artists.others), strict=True):
        head.set_data(*line.get_xydata()[-1:].T)
    place(artists.at, x=at)
    shown = state.weights[state.frame(at)][:, :, unit - 1].astype(float)
    wave = _WAVES[_strongest(shown)[0]]
    for dots, line, values in zip(artists.dots, artists.waves, shown, strict=True):
        dots.set_data(_PLACES, values)
        line.set_data(_PLACES, wave.T @ (wave @ values) + values.mean())


def sentence(state: Run, decay: float, share: float, at: int, unit: int) -> str:
    frame = state.frame(at)
    seen = state.trace[frame]
    frequency, part = _strongest(state.weights[frame][:, :, unit - 1].astype(float))
    return (
        f"Weight decay {decay:.1f}, {share:.2f} of the table trained. The line is at step {at}; step {seen.step} is "
        f"shown: loss {seen.trained_loss:.4f} on the trained pairs and {seen.other_loss:.3f} on the others. The "
        f"weights of unit {unit} are nearest to a wave of frequency {frequency}, which has {part:.2f} of their power."
    )


figure = LiveFigure(
    "Look inside: the weights of one unit",
    controls=[
        CONTROLS[0],
        CONTROLS[1],
        Slider("unit", "hidden unit", low=1, high=UNITS, value=1, scale="integer"),
        *CONTROLS[2:],
    ],
)
