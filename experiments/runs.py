"""One run: a model trained along its trunk and branches, saved after every checkpoint, resumed where it stopped.

A run's state lives in two files of a folder, `<name>.npz` while it trains and `<name>.json` once it is finished; both
are replaced in one step, so that a kill at any moment loses at most one checkpoint interval.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

from experiments import flops, model, training
from experiments.language import CONTEXT, VOCABULARY
from experiments.panels import PANELS, single_instructions, single_questions
from experiments.results import write_file
from experiments.training import CHUNK, DECAY, ROWS, SCHEDULES, WARM_UP, State

Row = dict[str, str | int | float]


class Segment(NamedTuple):
    """A stretch of training up to a checkpoint: of the trunk (budget None), or on the way to a budget's end."""

    budget: int | None
    start: int
    end: int


@dataclass(frozen=True)
class Run:
    """What determines a trace.

    rate: learning rate; budgets: steps, one annealed end each; checkpoints: steps on the trunk. trunk: where it ends,
    if that is after its last branch; a trunk may have no branch. schedule: one of SCHEDULES; any but the first has one
    budget and no trunk, and its checkpoints lie on the way to the end. singles: how many instructions are asked singly,
    the most frequent ones; questions: ranks of which every question is. layers and head_size as in Shape.
    """

    panel: str
    d_model: int
    seed: int
    rate: float
    budgets: tuple[int, ...]
    checkpoints: tuple[int, ...] = ()
    mixture: str = "base"
    trunk: int = 0
    schedule: str = "stable"
    layers: int = 2
    head_size: int = 0
    singles: int = 0
    questions: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.panel not in PANELS:
            raise ValueError(f"panel = {self.panel!r} is not one of {', '.join(PANELS)}")
        if self.mixture not in PANELS[self.panel].mixtures:
            raise ValueError(f"mixture = {self.mixture!r} is not one of {', '.join(PANELS[self.panel].mixtures)}")
        if not 0 < self.rate < 1:
            raise ValueError(f"rate = {self.rate} is outside the allowed range (0, 1)")
        if not self.budgets and not self.trunk:
            raise ValueError("budgets = () is empty: at least one is needed, or a trunk")
        if self.schedule not in SCHEDULES:
            raise ValueError(f"schedule = {self.schedule!r} is not one of {', '.join(SCHEDULES)}")
        if self.schedule != "stable" and (len(self.budgets) != 1 or self.trunk or self.budgets[0] <= WARM_UP):
            raise ValueError(
                f"schedule = {self.schedule!r} has budgets = {self.budgets} and trunk = {self.trunk}:"
                f" one budget above {WARM_UP} and no trunk are allowed"
            )
        if (self.singles or self.questions) and self.panel != "instructions":
            raise ValueError(
                f"singles = {self.singles} and questions = {self.questions}, but"
                f" panel = {self.panel!r} has no instructions"
            )
        branches = map(branch_point, self.budgets) if self.schedule == "stable" else ()
        trunk = (self.trunk,) if self.trunk else ()
        for step in (*self.checkpoints, *self.budgets, *branches, *trunk):
            if step < CHUNK or step % CHUNK:
                raise ValueError(
                    f"step {step} (a checkpoint, a trunk's end, a budget, or {1 - DECAY:g} of it)"
                    f" is not a multiple of {CHUNK}"
                )

    @property
    def shape(self) -> model.Shape:
        """The model's sizes."""
        return model.Shape(self.d_model, self.layers, VOCABULARY, CONTEXT, self.head_size)

    @property
    def longest(self) -> int:
        """Steps to the furthest checkpoint."""
        return max((*self.budgets, self.trunk))

    @property
    def name(self) -> str:
        """A name that tells runs apart, also those of one size at different rates or budgets."""
        name = f"{self.panel}-{self.mixture}-d{self.d_model}-s{self.seed}-r{self.rate:g}-b{self.longest}"
        name += f"-{self.schedule}" if self.schedule != "stable" else ""
        name += f"-l{self.layers}" if self.layers != 2 else ""
        name += f"-h{self.head_size}" if self.head_size else ""
        return name + ("-questions" if self.questions else "")

    def segments(self) -> list[Segment]:
        """List the segments in the order they are trained: each branch as soon as the trunk reaches it."""
        if self.schedule != "stable":
            (budget,) = self.budgets
            ends = sorted({step for step in self.checkpoints if step < budget} | {budget})
            return [Segment(budget, *ends) for ends in zip([0, *ends], ends, strict=False)]
        branches = {branch_point(budget): budget for budget in self.budgets}
        last = max((*branches, self.trunk))
        found, start = [], 0
        for end in sorted({step for step in self.checkpoints if step < last} | set(branches) | {last}):
            found.append(Segment(None, start, end))
            if end in branches:
                found.append(Segment(branches[end], end, branches[end]))
            start = end
        return found

    def steps(self) -> int:
        """Count the steps to train, branches included."""
        return sum(end - start for _, start, end in self.segments())


def branch_point(budget: int) -> int:
    """Return the step at which the learning rate of a budget begins to fall."""
    return round((1 - DECAY) * budget)


def is_finished(run: Run, folder: str | Path) -> bool:
    """Whether the folder holds the run's whole trace."""
    return (Path(folder) / f"{run.name}.json").exists()


def train(run: Run, folder: str | Path, report: Callable[[Row], None] | None = None) -> list[Row]:
    """Train a run, or what is left of it, and return its trace: one row for each checkpoint.

    folder: where its state is kept; report: called with each new row.
    """
    folder = Path(folder)
    finished, unfinished = folder / f"{run.name}.json", folder / f"{run.name}.npz"
    if is_finished(run, folder):
        return json.loads(finished.read_text("utf-8"))
    clock = time.process_time()
    panel = PANELS[run.panel]
    evaluation = panel.evaluate(run.seed)
    if run.singles or run.questions:
        asked = single_instructions(evaluation.probes, run.singles)
        asked |= single_questions(evaluation.probes, run.questions)
        evaluation = replace(evaluation, probes={**evaluation.probes, **asked})
    trunk = training.start(run.shape, run.seed)
    trace: list[Row] = []
    if unfinished.exists():
        trunk, trace = _load(unfinished, trunk)
    spent = float(trace[-1]["cpu_s"]) if trace else 0.0
    for segment in run.segments()[len(trace) :]:
        state = _train_segment(run, trunk, segment)
        row = _describe(run, segment, state)
        row |= training.evaluate(state.parameters, evaluation, run.shape.heads)
        row["cpu_s"] = spent + time.process_time() - clock
        trace.append(row)
        if segment.budget is None or run.schedule != "stable":
            trunk = state
        _save(unfinished, trunk, trace)
        if report:
            report(row)
    write_file(finished, json.dumps(trace))
    unfinished.unlink(missing_ok=True)
    return trace


def _train_segment(run: Run, state: State, segment: Segment) -> State:
    panel = PANELS[run.panel]
    for first in range(segment.start, segment.end, CHUNK):
        rows = panel.batches(run.mixture, run.seed, first // CHUNK, CHUNK, ROWS)
        rate = training.rates(run.rate, np.arange(first, first + CHUNK), segment.budget, run.schedule)
        state = training.train_chunk(state, rows, rate, run.shape.heads)
    return state


def _describe(run: Run, segment: Segment, state: State) -> Row:
    tokens = segment.end * ROWS * CONTEXT
    return {
        "run": f"{run.mixture}-d{run.d_model}-s{run.seed}",
        "mixture": run.mixture,
        "d_model": run.d_model,
        "layers": run.shape.layers,
        "parameters": model.count(state.parameters),
        "seed": run.seed,
        "budget_steps": segment.budget or run.longest,
        "step": segment.end,
        "tokens": tokens,
        "flops": tokens * flops.training_per_token(run.shape),
        "annealed": int(segment.budget == segment.end),
        "cpu_s": 0.0,
    }


def _save(path: Path, state: State, trace: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.stem}.{os.getpid()}.tmp.npz")
    with temporary.open("wb") as file:
        np.savez(file, *jax.tree.leaves(state), trace=np.array(json.dumps(trace)))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _load(path: Path, like: State) -> tuple[State, list[Row]]:
    with np.load(path) as stored:
        leaves = [stored[f"arr_{i}"] for i in range(len(jax.tree.leaves(like)))]
        return jax.tree.unflatten(jax.tree.structure(like), leaves), json.loads(str(stored["trace"]))
