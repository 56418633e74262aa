"""A network that learns to add, with all that it has been: what the figures of this training share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Grip, Slider
from emergence.scaling.grokking import AddingNetwork, Checkpoint, spectrum

STEPS = 3000


@dataclass
class Run:
    """The network, and at each frame its checkpoint, how pure its waves are, and the weights of its first layer
    (shape (2, p, units), single precision)."""

    network: AddingNetwork
    trace: list[Checkpoint]
    purity: list[float]
    weights: list[np.ndarray]

    def look(self) -> None:
        first, second = self.network.parameters["first"], self.network.parameters["second"]
        self.trace.append(self.network.checkpoint())
        self.purity.append(spectrum(first, second).purity)
        self.weights.append(np.array([first, second], dtype=np.float32))

    def frame(self, at: int) -> int:
        """The last frame that is no later than a step."""
        return max(i for i, checkpoint in enumerate(self.trace) if checkpoint.step <= at)


def begin(decay: float, share: float, trial: int) -> Run:
    run = Run(AddingNetwork(decay, np.random.default_rng(trial), share), [], [], [])
    run.look()
    return run


def go_on(run: Run, decay: float, steps: int) -> Run:
    left = STEPS - run.network.steps
    if left > 0:
        run.network.decay = decay
        run.network.train(min(steps, left))
        run.look()
    return run


def at_its_end(run: Run) -> bool:
    """Whether a network has been trained for all its steps."""
    return run.network.steps >= STEPS


def show_course(axes: Axes) -> None:
    axes.set(xlim=(0, STEPS), xlabel="training step")


CONTROLS = [
    Slider("decay", "weight decay", low=0, high=3, value=0.5, step=0.1, format=".1f", restarts=False),
    Slider("at", "look at step", low=0, high=STEPS, value=STEPS, step=25, scale="integer", grip=Grip("at", "x")),
    Slider("share", "share of the table that is trained", low=0.3, high=0.8, value=0.5, step=0.05),
    Slider("trial", "seed", low=1, high=10, value=1, scale="integer"),
    Slider("steps", "steps per frame", low=5, high=100, value=25, step=5, scale="integer", restarts=False),
]
"""Of a training: everything but `decay`, `at` and `steps` begins it anew."""
