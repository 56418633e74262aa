"""What breaks "loss decides"? The runs of DESIGN.md, "Interventions". Start it again to go on where it stopped.

python -m experiments.interventions                                    one process of this machine, then the tables
python -m experiments.interventions --scheduler tcp://127.0.0.1:8786   the workers of a Dask cluster
python -m experiments.interventions --ship                             only the tables, of what is finished
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from experiments import panels
from experiments.results import DATA, versions, write_csv, write_json
from experiments.runs import Row, Run, is_finished, train
from experiments.sweep import Progress, executor, work

PANELS = ("abilities", "instructions")
SEEDS = (11, 12, 13, 14, 15)
WIDTHS = (16, 32, 64)
RATES = {
    ("abilities", 16): 0.012, ("abilities", 32): 0.012, ("abilities", 64): 0.006,
    ("instructions", 16): 0.024, ("instructions", 32): 0.012, ("instructions", 64): 0.006,
}  # fmt: skip
"""The tuned rates of the sweep; a test compares them with its table."""
BUDGET, TRUNK = 1500, 2800
SUM_BUDGET, SUM_WIDTHS = 3000, (32, 64)
ONE_RATE, HEAD_SIZE, SHAPE_TRUNK = 0.006, 8, 2000
DEEP = (32, 4)  # width, layers
SINGLES = 32
SHIPPED_RANKS = range(9, 33)  # Those of the groups that are judged; the more frequent ones are learnt at once.

QUESTION_RANKS, QUESTION_WIDTH = tuple(range(17, 25)), 32


def every(distance: int, last: int) -> tuple[int, ...]:
    """Return the steps from distance to last, which is included."""
    return tuple(range(distance, last + 1, distance))


def schedules(panel: str, seed: int) -> list[Run]:
    """Question 1, and 3 on the panel `instructions`: constant with its late branch, cosine and linear."""
    found = []
    for width in WIDTHS:
        fixed = {"rate": RATES[panel, width], "singles": SINGLES if panel == "instructions" else 0}
        distance = 50 if panel == "instructions" else 100
        found.append(
            Run(panel, width, seed, budgets=(BUDGET,), checkpoints=every(distance, TRUNK), trunk=TRUNK, **fixed)
        )
        for schedule in ("cosine", "linear"):
            found.append(
                Run(panel, width, seed, budgets=(BUDGET,), checkpoints=every(100, BUDGET), schedule=schedule, **fixed)
            )
    return found


def sums(mixture: str, seed: int) -> list[Run]:
    """Question 2: both kinds of sums, with other shares."""
    return [
        Run("abilities", width, seed, RATES["abilities", width], (SUM_BUDGET,), every(200, SUM_BUDGET), mixture)
        for width in SUM_WIDTHS
    ]


def shapes(panel: str, seed: int) -> list[Run]:
    """Questions 4 and 5: widths and a deeper model at one rate and one size of heads."""
    return [
        Run(
            panel, width, seed, ONE_RATE, (), every(100, SHAPE_TRUNK),
            trunk=SHAPE_TRUNK, layers=layers, head_size=HEAD_SIZE,
        )
        for width, layers in (*((width, 2) for width in WIDTHS), DEEP)
    ]  # fmt: skip


def questions(panel: str, seed: int) -> list[Run]:
    """Beside the design: a constant run of question 1 again, in which single questions are asked."""
    rate = RATES[panel, QUESTION_WIDTH]
    return [
        Run(
            panel, QUESTION_WIDTH, seed, rate, (), every(100, TRUNK), trunk=TRUNK, questions=QUESTION_RANKS
        )
    ]  # fmt: skip


def design() -> dict[str, list[Run]]:
    """Return the runs of each part, in the order in which they are trained."""

    def of(part: Callable[[str, int], list[Run]], *kinds: str) -> list[Run]:
        return [run for seed in SEEDS for kind in kinds for run in part(kind, seed)]

    return {
        "schedules": of(schedules, *PANELS),
        "equal_sums": of(sums, "equal_sums"),
        "shapes_abilities": of(shapes, "abilities"),
        "shapes_instructions": of(shapes, "instructions"),
        "swapped_sums": of(sums, "swapped_sums"),
        "questions": of(questions, "instructions"),
    }


# --- tables ------------------------------------------------------------------------------------------------

ABOUT = (
    "run", "part", "panel", "mixture", "schedule", "d_model", "layers", "head_size", "parameters", "rate", "seed",
    "cpu_s",
)  # fmt: skip
FIRST = 200  # Earlier checkpoints enter no judgement.
NO_EXACT = "shapes"  # Exact match is not kept for this part, which has many checkpoints.


def ways(part: str, run: Run, trace: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Yield the schedules that a trace holds, each with the checkpoints that are kept."""
    if run.schedule != "stable":
        yield run.schedule, [row for row in trace if row["step"] % 500 == 0 or row["annealed"]]
    elif part == "sums":
        yield "stable", [row for row in trace if row["step"] % 1000 == 0 or row["annealed"]]
    else:
        trunk = [row for row in trace if not row["annealed"] and row["step"] >= FIRST]
        yield "constant", [row for row in trunk if row["step"] % 100 == 0]
        if run.budgets:
            yield "late", [row for row in trace if row["annealed"]]


def numbers(part: str, panel: str, row: Row) -> list[str]:
    """Step, loss to four decimals, then the probabilities and the exact matches in thousandths."""
    found = [str(row["step"]), f"{row['loss']:.4f}"]
    skills = panels.PANELS[panel].skills
    found += [f"{1000 * row[f'{skill}.p']:.0f}" for skill in skills]
    return found + [f"{1000 * row[f'{skill}.exact']:.0f}" for skill in skills if part != NO_EXACT]


NEAREST = 8  # Checkpoints through which a straight line is laid.
TYPES = ("text", "instruction", "quotation", "pair", "sum_steps", "sum_direct")


def parts_at_equal_loss(end: Row, constant: list[Row]) -> dict[str, float]:
    """Return by document type the loss of an end less that of the constant run where the sum of its parts is equal.

    Read off a straight line, part against sum, through the checkpoints of the constant run with the nearest sums. The
    shares weigh the differences to zero exactly, since a line of the sum against itself is the sum.
    """
    near = sorted(constant, key=lambda row: abs(row["loss"] - end["loss"]))[:NEAREST]
    sums = np.array([row["loss"] for row in near])
    found = {}
    for name in (name for name in TYPES if f"loss.{name}" in end):
        slope, level = np.polyfit(sums - end["loss"], [row[f"loss.{name}"] for row in near], 1)
        found[name] = end[f"loss.{name}"] - level
    return found


def ship(folder: Path, data: Path = DATA) -> None:
    """Write the tables of all finished runs."""
    about, singles, parts, asked = [], [], [], []
    trunks: dict[tuple, list[Row]] = {}
    rows: dict[str, list[list[str]]] = {panel: [] for panel in PANELS}
    planned, finished, seconds = {}, {}, 0.0
    for name, runs in design().items():
        part = name.split("_")[0] if name.startswith("shapes") else "sums" if name.endswith("sums") else name
        planned[name], finished[name] = len(runs), sum(is_finished(run, folder) for run in runs)
        for run in (run for run in runs if is_finished(run, folder)):
            trace = train(run, folder)
            seconds += trace[-1]["cpu_s"]
            if run.questions:
                names = [f"rank_{k}_digit_{x}.p" for k in run.questions for x in range(10)]
                asked += [
                    [run.seed, row["step"], f"{row['loss']:.4f}", "".join(f"{9 * row[name]:.0f}" for name in names)]
                    for row in trace
                    if row["step"] >= FIRST
                ]
                continue
            for schedule, kept in ways(part, run, trace):
                number = len(about)
                described = {**trace[-1], **vars(run), "run": number, "part": part, "schedule": schedule}
                described["cpu_s"] = "" if schedule == "late" else f"{trace[-1]['cpu_s']:.1f}"
                described["head_size"] = run.d_model // run.shape.heads
                about.append([described[column] for column in ABOUT])
                rows[run.panel] += [[number, *numbers(part, run.panel, row)] for row in kept]
                key = (run.panel, run.d_model, run.seed)
                if part == "schedules" and schedule == "constant":
                    trunks[key] = kept
                elif part == "schedules" and key in trunks:
                    paid = parts_at_equal_loss(kept[-1], trunks[key])
                    parts.append([number, *(f"{1e4 * paid[name]:.0f}" if name in paid else "" for name in TYPES)])
                if run.singles and schedule == "constant":
                    ranks = [f"rank_{k}.p" for k in SHIPPED_RANKS]
                    singles += [[number, row["step"], *(f"{100 * row[rank]:.0f}" for rank in ranks)] for row in kept]
    write_csv(data / "interventions_runs.csv", ABOUT, about)
    for panel in PANELS:
        measures = [f"{skill}.{metric}" for metric in ("p", "exact") for skill in panels.PANELS[panel].skills]
        write_csv(data / f"interventions_{panel}.csv", ["run", "step", "loss", *measures], rows[panel])
    write_csv(data / "interventions_singles.csv", ["run", "step", *(f"rank_{k}" for k in SHIPPED_RANKS)], singles)
    write_csv(data / "interventions_parts.csv", ["run", *TYPES], parts)
    write_csv(data / "interventions_questions.csv", ["seed", "step", "loss", "ninths"], asked)
    description = {
        "command": "make interventions",
        "python": platform.python_version(),
        "versions": versions(),
        "processor": platform.machine(),
        "cpu_seconds": round(seconds),
        "planned": planned,
        "finished": finished,
        "mixtures": {name: panels.ABILITY_MIXTURES[name] for name in ("base", "equal_sums", "swapped_sums")},
    }
    write_json(data / "interventions.json", description)


def train_all(folder: Path, scheduler: str | None, workers: int) -> None:
    """Train what is not there yet."""
    runs = [run for part in design().values() for run in part]
    before = [run for run in runs if is_finished(run, folder)]
    progress = Progress(sum(map(work, runs)), sum(map(work, before)))
    with executor(scheduler, workers) as pool:
        futures = [(run, pool.submit(train, run, folder)) for run in runs if run not in before]
        for run, future in futures:
            spent = future.result()[-1]["cpu_s"]
            progress.add(f"{run.name} ({spent:.0f} CPU s)", work(run))


def main() -> None:
    """Read the command line and train what is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("experiments/results/interventions"))
    parser.add_argument("--scheduler", help="address of a Dask scheduler, tcp://...")
    parser.add_argument("--workers", type=int, default=1, help="processes, without a scheduler")
    parser.add_argument("--ship", action="store_true", help="train nothing")
    given = parser.parse_args()
    folder = given.folder.resolve()
    if not given.ship:
        train_all(folder, given.scheduler, given.workers)
    ship(folder)


if __name__ == "__main__":
    main()
