"""A small network learns forty skills, trained while one looks: each arises by itself, their mean falls smoothly."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE
from emergence.scaling import sparse_parity

_SKILLS, _BITS, _SUBSET = 40, 16, 2
_STEPS = 4000
_FOLLOWED = {
    1: {"color": BLUE, "linestyle": "-"},
    4: {"color": ORANGE, "linestyle": "--"},
    10: {"color": PURPLE, "linestyle": "-."},
    20: {"color": GREEN, "linestyle": ":"},
}


class Training(NamedTuple):
    """A network in training, the checkpoints it has left, and where the skills arise if they come one by one."""

    network: sparse_parity.ParityNetwork
    trace: tuple[sparse_parity.Checkpoint, ...]
    thresholds: np.ndarray


def start(exponent: float, width: int, trial: int) -> Training:
    task = sparse_parity.make_task(_SKILLS, _BITS, _SUBSET, exponent, np.random.default_rng(0))
    network = sparse_parity.ParityNetwork(task, width, np.random.default_rng(trial))
    return Training(network, (network.checkpoint(),), sparse_parity.sequential_thresholds(task))


def advance(state: Training, steps: int) -> Training:
    left = _STEPS - state.network.steps
    if left <= 0:
        return state
    state.network.train(min(steps, left), batch=128)
    return state._replace(trace=(*state.trace, state.network.checkpoint()))


def ended(state: Training) -> bool:
    return state.network.steps >= _STEPS


def setup(course: Axes, skills: Axes) -> SimpleNamespace:
    course.set(xlim=(0, _STEPS), ylim=(0, 1.1), xlabel="training step", ylabel="loss (nats per question)")
    skills.set(xlim=(0.8, 0), ylim=(0.3, 1.03), xlabel="mean loss (nats per question)", ylabel="accuracy of one skill")
    skills.axhline(0.5, color=GREY, linestyle=":", linewidth=1.3)
    (mean,) = course.plot([], [], color=INK, linewidth=2.4, label="mean", zorder=3)
    artists = SimpleNamespace(mean=mean, losses={}, ways={}, thresholds={}, now={})
    for k, style in _FOLLOWED.items():
        artists.losses[k] = course.plot([], [], **style, linewidth=1.5, label=f"skill {k}")[0]
        artists.ways[k] = skills.plot([], [], **style, linewidth=1.8)[0]
        artists.thresholds[k] = skills.axvline(**style, linewidth=1)
        artists.now[k] = [axes.plot([], [], "o", color=style["color"], markersize=6)[0] for axes in (course, skills)]
    legend_above(course, 3, beside=[skills])
    skills.set_title("vertical: expected half learnt")
    return artists


def draw(artists: SimpleNamespace, state: Training) -> None:
    step, loss = [c.step for c in state.trace], [c.loss for c in state.trace]
    artists.mean.set_data(step, loss)
    for k in _FOLLOWED:
        artists.losses[k].set_data(step, [c.skill_loss[k - 1] for c in state.trace])
        artists.ways[k].set_data(loss, [c.accuracy[k - 1] for c in state.trace])
        place(artists.thresholds[k], x=state.thresholds[k - 1])
        for line, head in zip((artists.losses[k], artists.ways[k]), artists.now[k], strict=True):
            head.set_data(*line.get_xydata()[-1:].T)


def sentence(state: Training, exponent: float) -> str:
    now = state.trace[-1]
    learnt, tenth = int((now.accuracy > 0.9).sum()), now.accuracy[9]
    return (
        f"Step {now.step} of {_STEPS}, {state.network.size} parameters, frequencies falling with exponent "
        f"{exponent:.1f}: mean loss {now.loss:.3f}, {learnt} of {_SKILLS} skills learnt, accuracy of "
        f"the tenth {tenth:.2f}. Learnt one after the other, the tenth would be half learnt at a loss of "
        f"{state.thresholds[9]:.3f}."
    )


figure = LiveFigure(
    "Train it here: forty skills that arise one by one",
    controls=[
        Slider("exponent", "exponent of the frequencies", low=0, high=2, value=1.6, step=0.1, format=".1f"),
        Slider("width", "hidden units", low=8, high=128, value=64, step=8, scale="integer"),
        Slider("trial", "seed", low=1, high=20, value=1, scale="integer"),
        Slider("steps", "steps per frame", low=5, high=50, value=20, step=5, scale="integer", restarts=False),
    ],
)
