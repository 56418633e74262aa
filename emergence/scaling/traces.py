"""Traces of the small transformers trained in experiments/: one row for each checkpoint of each run.

Losses and negative log likelihoods are in nats per token, compute in floating-point operations (attention
included), times in processor seconds. Files, columns and design: data/README.md and experiments/DESIGN.md.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from emergence.checks import Floats, one_of
from emergence.tables import frozen, read_json, read_text

PANELS = ("instructions", "abilities")
METRICS = ("exact", "p", "nll", "brier")
_INTEGERS = ("d_model", "layers", "parameters", "seed", "budget_steps", "step", "tokens", "flops", "annealed")
_FIXED = ("run", "mixture", *_INTEGERS, "cpu_s", "loss")


@dataclass(frozen=True)
class Traces:
    """Checkpoints of the runs of one panel: parallel read-only arrays of shape (rows,).

    run, mixture: names; d_model, layers, parameters: the model; seed; budget_steps: optimiser steps of the whole
    run; step, tokens, flops: spent on the path to this checkpoint; annealed: whether the learning rate had come
    down to zero; cpu_s: processor seconds of the run; loss: over all documents, nats per token.
    document_loss: the loss by document type. loss_without: for each skill, the loss without the documents that
    teach or test it. metrics: for each skill and each of METRICS, the exact match and the probability of the
    correct tokens (0 to 1), their negative log likelihood (nats) and the Brier score. chance: the exact match of
    a guess, by skill. answer_tokens: tokens of a correct answer, by skill.
    """

    panel: str
    run: NDArray[np.str_]
    mixture: NDArray[np.str_]
    d_model: NDArray[np.int64]
    layers: NDArray[np.int64]
    parameters: NDArray[np.int64]
    seed: NDArray[np.int64]
    budget_steps: NDArray[np.int64]
    step: NDArray[np.int64]
    tokens: NDArray[np.int64]
    flops: NDArray[np.int64]
    annealed: NDArray[np.bool_]
    cpu_s: Floats
    loss: Floats
    document_loss: dict[str, Floats]
    loss_without: dict[str, Floats]
    metrics: dict[str, dict[str, Floats]]
    chance: dict[str, float]
    answer_tokens: dict[str, int]

    def __len__(self) -> int:
        return len(self.run)

    @property
    def skills(self) -> tuple[str, ...]:
        return tuple(self.metrics)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths d_model that occur, ascending; all have the same number of layers."""
        return tuple(np.unique(self.d_model).tolist())

    def select(self, mask: NDArray[np.bool_]) -> Traces:
        """The rows where mask (shape (rows,)) is true."""

        def chosen(value):
            if isinstance(value, dict):
                return {name: chosen(column) for name, column in value.items()}
            return value[mask] if isinstance(value, np.ndarray) else value

        return replace(self, **{name: chosen(value) for name, value in vars(self).items() if name not in _CONSTANT})

    def of(self, mixture: str) -> Traces:
        """The rows of one mixture of documents; ValueError when there is none of that name."""
        one_of("mixture", mixture, np.unique(self.mixture).tolist())
        return self.select(self.mixture == mixture)

    def rows_of_runs(self) -> list[NDArray[np.int64]]:
        """The rows of each run in the order of its steps; the runs as they first occur."""
        runs = (np.flatnonzero(self.run == run) for run in dict.fromkeys(self.run.tolist()))
        return [rows[np.argsort(self.step[rows])] for rows in runs]

    def metric(self, skill: str, metric: str) -> Floats:
        """One of METRICS of one skill, shape (rows,)."""
        one_of("skill", skill, self.skills)
        one_of("metric", metric, METRICS)
        return self.metrics[skill][metric]

    def guess(self, skill: str, metric: str) -> float:
        """What a uniform guess among the possible answers scores: exact match, or the probability of each token."""
        one_of("metric", metric, ("exact", "p"))
        exact = self.chance[skill]
        return exact if metric == "exact" else exact ** (1 / self.answer_tokens[skill])


_CONSTANT = ("panel", "chance", "answer_tokens")


def read_traces(panel: str, lines: Iterable[str], chance: dict[str, float], answer_tokens: dict[str, int]) -> Traces:
    """Parse the lines of a trace file, header first; ValueError says what is wrong with which column."""
    header, *rows = csv.reader(lines)
    if tuple(header[: len(_FIXED)]) != _FIXED:
        raise ValueError(f"columns = {header[: len(_FIXED)]}, but must begin with {list(_FIXED)}")
    if not rows:
        raise ValueError(f"{panel} has 0 rows; the allowed range is [1, inf)")
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    numbers = {name: np.array(columns[name], dtype=float) for name in header[2:]}
    for name, column in numbers.items():
        if not np.isfinite(column).all():
            raise ValueError(f"{name} = {column[~np.isfinite(column)][0]} is outside the allowed range (-inf, inf)")
    skills = [name.removeprefix("loss_without.") for name in header if name.startswith("loss_without.")]
    expected = [f"{skill}.{metric}" for skill in skills for metric in METRICS]
    if header[-len(expected) :] != expected:
        raise ValueError(f"columns = {header[-len(expected) :]}, but must end with {expected}")
    for name, constants in (("chance", chance), ("answer_tokens", answer_tokens)):
        if set(constants) != set(skills):
            raise ValueError(f"{name} has the skills {sorted(constants)}, but must have {sorted(skills)}")
    counts = {name: np.rint(numbers[name]).astype(np.int64) for name in _INTEGERS}
    traces = Traces(
        panel=panel,
        run=np.array(columns["run"]),
        mixture=np.array(columns["mixture"]),
        **counts | {"annealed": counts["annealed"].astype(bool)},
        cpu_s=numbers["cpu_s"],
        loss=numbers["loss"],
        document_loss={n.removeprefix("loss."): numbers[n] for n in header if n.startswith("loss.")},
        loss_without={skill: numbers[f"loss_without.{skill}"] for skill in skills},
        metrics={skill: {metric: numbers[f"{skill}.{metric}"] for metric in METRICS} for skill in skills},
        chance=chance,
        answer_tokens=answer_tokens,
    )
    _freeze(vars(traces))
    return traces


def _freeze(values: dict) -> None:
    for value in values.values():
        if isinstance(value, np.ndarray):
            frozen(value)
        elif isinstance(value, dict):
            _freeze(value)


@cache
def provenance() -> dict:
    """Versions, seeds, commands, document shares, chance levels and processor time of the shipped traces."""
    return read_json("traces.json")


@cache
def load_traces(panel: str) -> Traces:
    """The shipped traces of one of PANELS, with all mixtures."""
    one_of("panel", panel, PANELS)
    about = provenance()["panels"][panel]
    return read_traces(panel, read_text(f"{panel}_traces.csv").splitlines(), about["chance"], about["answer_tokens"])
