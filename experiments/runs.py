"""One run: a model trained along its trunk and branches, saved after every checkpoint, resumed where it stopped.

A run's state lives in two files of a folder, `<name>.npz` while it trains and `<name>.json` once it is finished; both
are replaced in one step, so that a kill at any moment loses at most one checkpoint interval.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

from experiments import flops, model, training
from experiments.language import CONTEXT, VOCABULARY
from experiments.panels import PANELS
from experiments.training import CHUNK, DECAY, ROWS, State

Row = dict[str, str | int | float]


class Segment(NamedTuple):
    """A stretch of training that ends with a checkpoint: of the trunk (budget None), or a whole branch."""

    budget: int | None
    start: int
    end: int


@dataclass(frozen=True)
class Run:
    """What determines a trace.

    rate: learning rate; budgets: steps, one annealed end each; checkpoints: steps on the trunk.
    """

    panel: str
    d_model: int
    seed: int
    rate: float
    budgets: tuple[int, ...]
    checkpoints: tuple[int, ...] = ()
    mixture: str = "base"

    def __post_init__(self) -> None:
        if self.panel not in PANELS:
            raise ValueError(f"panel = {self.panel!r} is not one of {', '.join(PANELS)}")
        if self.mixture not in PANELS[self.panel].mixtures:
            raise ValueError(f"mixture = {self.mixture!r} is not one of {', '.join(PANELS[self.panel].mixtures)}")
        if not 0 < self.rate < 1:
            raise ValueError(f"rate = {self.rate} is outside the allowed range (0, 1)")
        if not self.budgets:
            raise ValueError("budgets = () is empty: at least one is needed")
        for step in (*self.checkpoints, *self.budgets, *map(branch_point, self.budgets)):
            if step < CHUNK or step % CHUNK:
                raise ValueError(
                    f"step {step} (a checkpoint, a budget, or {1 - DECAY:g} of it) is not a multiple of {CHUNK}"
                )

    @property
    def shape(self) -> model.Shape:
        """The model's sizes."""
        return model.Shape(self.d_model, vocabulary=VOCABULARY, context=CONTEXT)

    @property
    def name(self) -> str:
        """A name that tells runs apart, also those of one size at different rates or budgets."""
        return f"{self.panel}-{self.mixture}-d{self.d_model}-s{self.seed}-r{self.rate:g}-b{max(self.budgets)}"

    def segments(self) -> list[Segment]:
        """List the segments in the order they are trained: each branch as soon as the trunk reaches it."""
        branches = {branch_point(budget): budget for budget in self.budgets}
        last = max(branches)
        found, start = [], 0
        for end in sorted({step for step in self.checkpoints if step < last} | set(branches)):
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
        if segment.budget is None:
            trunk = state
        _save(unfinished, trunk, trace)
        if report:
            report(row)
    _replace(finished, json.dumps(trace).encode())
    unfinished.unlink(missing_ok=True)
    return trace


def _train_segment(run: Run, state: State, segment: Segment) -> State:
    panel = PANELS[run.panel]
    for first in range(segment.start, segment.end, CHUNK):
        rows = panel.batches(run.mixture, run.seed, first // CHUNK, CHUNK, ROWS)
        rate = training.rates(run.rate, np.arange(first, first + CHUNK), segment.budget)
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
        "budget_steps": segment.budget or max(run.budgets),
        "step": segment.end,
        "tokens": tokens,
        "flops": tokens * flops.training_per_token(run.shape),
        "annealed": int(segment.budget is not None),
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


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(content)
    temporary.replace(path)
