"""A network trained on half of an addition table: what it knows of either half, and the waves of its units."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from emergence.figures.watch_it_learn._shared import CONTROLS, STEPS, Run, at_its_end, begin, go_on, show_course
from emergence.live import LiveFigure, legend_above, place
from emergence.live.palette import BLUE, INK, ORANGE, PAPER, PURPLE
from emergence.scaling.grokking import GENERALISED, MODULUS, UNITS, power

_HIGHEST = MODULUS // 2


def start(decay: float, share: float, trial: int) -> Run:
    return begin(decay, share, trial)


def advance(state: Run, decay: float, steps: int) -> Run:
    return go_on(state, decay, steps)


def ended(state: Run) -> bool:
    return at_its_end(state)


def _shares(weights: np.ndarray) -> np.ndarray:
    """The share that each frequency from 1 on has in each unit's power, units in the order of their strongest."""
    of_units = (power(weights[0]) + power(weights[1]))[1:]
    shares = (of_units / of_units.sum(axis=0)).T
    return shares[np.argsort(shares.argmax(axis=1), kind="stable")]


def setup(course: Axes, waves: Axes) -> SimpleNamespace:
    show_course(course)
    course.set(ylim=(-0.03, 1.03), ylabel="accuracy, or purity")
    shades = LinearSegmentedColormap.from_list("waves", [PAPER, BLUE])
    artists = SimpleNamespace(
        trained=course.plot([], [], color=BLUE, label="trained pairs")[0],
        others=course.plot([], [], color=ORANGE, linestyle="--", label="other pairs")[0],
        purity=course.plot([], [], color=PURPLE, linestyle=":", label="purity")[0],
        now=[course.plot([], [], "o", color=colour, markersize=6)[0] for colour in (BLUE, ORANGE)],
        at=course.axvline(STEPS, color=INK, linewidth=1.6),
        image=waves.imshow(
            np.zeros((UNITS, _HIGHEST)),
            cmap=shades,
            vmin=0,
            vmax=1,
            aspect="auto",
            interpolation="nearest",
            extent=(0.5, _HIGHEST + 0.5, UNITS + 0.5, 0.5),
        ),
    )
    waves.grid(False)
    waves.set(xlabel="frequency k (waves round the table)", ylabel="hidden unit, sorted")
    waves.set_xticks(range(1, _HIGHEST + 1, 2))
    waves.set_title("power of each unit's weights")
    legend_above(course, 3)
    return artists


def draw(artists: SimpleNamespace, state: Run, at: int) -> None:
    steps = [checkpoint.step for checkpoint in state.trace]
    artists.trained.set_data(steps, [checkpoint.trained_accuracy for checkpoint in state.trace])
    artists.others.set_data(steps, [checkpoint.other_accuracy for checkpoint in state.trace])
    artists.purity.set_data(steps, state.purity)
    for head, line in zip(artists.now, (artists.trained, artists.others), strict=True):
        head.set_data(*line.get_xydata()[-1:].T)
    place(artists.at, x=at)
    artists.image.set_data(_shares(state.weights[state.frame(at)]))


def sentence(state: Run, decay: float, share: float, at: int) -> str:
    frame = state.frame(at)
    seen, known = state.trace[frame], [c.step for c in state.trace if c.other_accuracy >= GENERALISED]
    when = f"known since step {known[0]}" if known else f"not known by step {state.trace[-1].step}"
    return (
        f"Weight decay {decay:.1f}, {share:.2f} of the table trained. The line is at step {at}; step {seen.step} is "
        f"shown: accuracy {seen.trained_accuracy:.2f} on the trained pairs and {seen.other_accuracy:.2f} on the "
        f"others, purity {state.purity[frame]:.2f}. The others are {when} of {STEPS}."
    )


figure = LiveFigure("Train it here: sums that were never shown", controls=CONTROLS)
