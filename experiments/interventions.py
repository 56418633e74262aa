"""What breaks "loss decides"? The runs of DESIGN.md, "Interventions". Start it again to go on where it stopped.

python -m experiments.interventions                                    one process of this machine
python -m experiments.interventions --scheduler tcp://127.0.0.1:8786   the workers of a Dask cluster
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from experiments.runs import Run, is_finished, train
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
    }


def main() -> None:
    """Read the command line and train what is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("experiments/results/interventions"))
    parser.add_argument("--scheduler", help="address of a Dask scheduler, tcp://...")
    parser.add_argument("--workers", type=int, default=1, help="processes, without a scheduler")
    given = parser.parse_args()
    folder = given.folder.resolve()
    runs = [run for part in design().values() for run in part]
    before = [run for run in runs if is_finished(run, folder)]
    progress = Progress(sum(map(work, runs)), sum(map(work, before)))
    with executor(given.scheduler, given.workers) as pool:
        futures = [(run, pool.submit(train, run, folder)) for run in runs if run not in before]
        for run, future in futures:
            spent = future.result()[-1]["cpu_s"]
            progress.add(f"{run.name} ({spent:.0f} CPU s)", work(run))


if __name__ == "__main__":
    main()
