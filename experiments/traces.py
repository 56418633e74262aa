"""Trace files: a row for each run and checkpoint, the tuning of the learning rates, and where both came from."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from experiments.design import Design
from experiments.panels import PANELS
from experiments.results import versions, write_csv, write_json
from experiments.runs import Row


def rounded(column: str, value: str | int | float) -> str:
    """Print a value as the files hold it: losses and NLL to five digits, shares of right answers to four decimals."""
    if not isinstance(value, float) and column != "flops":
        return str(value)
    if column == "cpu_s":
        return f"{value:.1f}"
    if column == "flops" or column.startswith("loss") or column.endswith(".nll"):
        return f"{value:.5g}"
    return f"{round(value, 4):g}"


def write_table(path: Path, rows: Sequence[Mapping[str, str | int | float]]) -> None:
    """Write rows of equal columns as CSV, in one step."""
    write_csv(path, rows[0], ([rounded(column, value) for column, value in row.items()] for row in rows))


def write_traces(folder: Path, panel: str, traces: Iterable[Sequence[Row]]) -> None:
    """Write `<panel>_traces.csv`: mixtures in the panel's order, then size, seed and step."""
    order = list(PANELS[panel].mixtures)
    rows = [row for trace in traces for row in trace]
    rows.sort(
        key=lambda row: (order.index(str(row["mixture"])), row["d_model"], row["seed"], row["step"], row["annealed"])
    )
    write_table(folder / f"{panel}_traces.csv", rows)


def write_provenance(
    folder: Path,
    design: Design,
    finished: Mapping[str, Sequence[Sequence[Row]]],
    learning_rates: Sequence[Row],
    command: str,
) -> None:
    """Write `traces.json`: where the traces come from, and what their reader needs (shares, chance levels, K)."""
    cpu_seconds = {name: sum(float(trace[-1]["cpu_s"]) for trace in found) for name, found in finished.items()}
    cpu_seconds["learning_rates"] = sum(float(row["cpu_s"]) for row in learning_rates)
    chosen = {(row["panel"], row["d_model"]): row["rate"] for row in learning_rates if row["chosen"]}
    description = {
        "command": command,
        "python": platform.python_version(),
        "versions": versions(),
        "processor": platform.machine(),
        "cpu_seconds": {name: round(seconds) for name, seconds in cpu_seconds.items()},
        "runs": {"planned": len(design.runs(chosen)), "finished": sum(map(len, finished.values()))},
        "design": json.loads(design.write()),
        "panels": {
            name: {
                "mixtures": {mixture: dict(shares) for mixture, shares in PANELS[name].mixtures.items()},
                "chance": {skill: about.chance for skill, about in PANELS[name].skills.items()},
                "answer_tokens": {skill: about.tokens for skill, about in PANELS[name].skills.items()},
            }
            for name in design.panels
        },
    }
    write_json(folder / "traces.json", description)
