"""Two networks of attention alone, trained while one looks: with one layer and with two, on repeated sequences."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from emergence.live import LiveFigure, Slider, legend_above
from emergence.live.palette import BLUE, GREY, ORANGE, PAPER, PURPLE
from emergence.scaling import induction

_LENGTH = 24
_STEPS = 600
_EXAMPLE, _ = induction.repeated_blocks(1, _LENGTH, _LENGTH, np.random.default_rng(3))


class Training(NamedTuple):
    """Two networks, of one layer and of two, in training on the same kind of sequences; the pairs of checkpoints."""

    networks: list[induction.AttentionNetwork]
    trace: tuple[list[induction.Checkpoint], ...]


def start(width: int, trial: int) -> Training:
    networks = [induction.AttentionNetwork(width, layers, np.random.default_rng(trial)) for layers in (1, 2)]
    return Training(networks, ([network.checkpoint() for network in networks],))


def advance(state: Training, steps: int) -> Training:
    left = _STEPS - state.networks[0].steps
    if left <= 0:
        return state
    for network in state.networks:
        network.train(min(steps, left))
    return state._replace(trace=(*state.trace, [network.checkpoint() for network in state.networks]))


def ended(state: Training) -> bool:
    return state.networks[0].steps >= _STEPS


def setup(course: Axes, attention: Axes) -> SimpleNamespace:
    course.set(xlim=(0, _STEPS), ylim=(-0.03, 1.03), xlabel="training step", ylabel="accuracy")
    course.axhline(0.25, color=GREY, linestyle=":", linewidth=1.3)
    attention.set(xlabel="token looked at", ylabel="token that looks")
    attention.set_position((0.2, 0.175, 0.66, 0.725))
    attention.grid(False)
    styles = {"repeats, one layer": (GREY, "--"), "lists, one layer": (PURPLE, ":")}
    styles |= {"repeats, two layers": (BLUE, "-"), "lists, two layers": (ORANGE, "-")}
    shades = LinearSegmentedColormap.from_list("attention", [PAPER, BLUE])
    artists = SimpleNamespace(
        lines={n: course.plot([], [], color=c, linestyle=s, label=n)[0] for n, (c, s) in styles.items()},
        now={n: course.plot([], [], "o", color=c, markersize=6)[0] for n, (c, _) in styles.items()},
        attention=attention.imshow(np.zeros((_LENGTH, _LENGTH)), cmap=shades, vmin=0, vmax=1, interpolation="nearest"),
    )
    attention.set_title("second layer of two, one sequence")
    legend_above(course, 2)
    return artists


def draw(artists: SimpleNamespace, state: Training) -> None:
    for depth, trace in zip(("one layer", "two layers"), zip(*state.trace, strict=True), strict=True):
        step, _, repeated, dictionary = zip(*trace, strict=True)
        artists.lines[f"repeats, {depth}"].set_data(step, repeated)
        artists.lines[f"lists, {depth}"].set_data(step, dictionary)
    for name, head in artists.now.items():
        head.set_data(*artists.lines[name].get_xydata()[-1:].T)
    artists.attention.set_data(state.networks[1].attention(_EXAMPLE, 1)[0])


def sentence(state: Training, width: int) -> str:
    one, two = state.trace[-1]
    return (
        f"Step {two.step} of {_STEPS}, width {width}: on lists of four pairs, never "
        f"trained on, two layers have an accuracy of {two.dictionary:.2f} and one layer of {one.dictionary:.2f}; "
        f"on repeated blocks {two.repeated:.2f} and {one.repeated:.2f}. Losses {two.loss:.2f} and {one.loss:.2f} nats."
    )


figure = LiveFigure(
    "Train it here: when do two layers learn to look back?",
    sketch="course",
    controls=[
        Slider("width", "width d", low=4, high=32, value=24, step=4, scale="integer"),
        Slider("trial", "seed", low=1, high=20, value=1, scale="integer"),
        Slider("steps", "steps per frame", low=1, high=10, value=4, scale="integer", restarts=False),
    ],
)
