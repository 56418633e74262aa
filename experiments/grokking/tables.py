"""Train the networks of the table on late learning: `python -m experiments.grokking.tables`, two minutes on one core.

Every setting and seed is one row, appended to experiments/results/grokking.csv when it is done; one that is there is
not made again, so that what was killed goes on where it stopped. When all are there, they are written in order into
emergence/data/grokking.csv.
"""

from __future__ import annotations

import csv
import math
import time
from pathlib import Path

import numpy as np

import emergence
from emergence.scaling.grokking import LIMIT, SHARE, AddingNetwork, measure_delay

RESULTS = Path(__file__).parents[1] / "results" / "grokking.csv"
TABLE = Path(emergence.__file__).parent / "data" / "grokking.csv"
DECAYS = (3, 2, 1.5, 1, 0.7, 0.5, 0.3, 0.2, 0)
SHARES = (0.7, 0.6, 0.55, 0.45, 0.4)
"""The decays are tried with half the table, the other shares with a decay of 1."""
SEEDS = range(1, 9)
EVERY = 25  # steps between two looks
COLUMNS = ("share", "decay", "seed", "memorised", "generalised", "best")


def settings() -> list[tuple[float, float, int]]:
    """Share, decay and seed of each run."""
    pairs = [(SHARE, decay) for decay in DECAYS] + [(share, 1) for share in SHARES]
    return [(share, decay, seed) for share, decay in pairs for seed in SEEDS]


def measure(share: float, decay: float, seed: int) -> dict[str, str]:
    """One row of the table; a step that never came is empty."""
    found = measure_delay(AddingNetwork(decay, np.random.default_rng(seed), share), LIMIT, EVERY)
    steps = ("" if math.isinf(step) else str(int(step)) for step in (found.memorised, found.generalised))
    return dict(zip(COLUMNS, (f"{share:g}", f"{decay:g}", str(seed), *steps, f"{found.best:.4f}"), strict=True))


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table, none if it does not exist."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    done = {(row["share"], row["decay"], row["seed"]) for row in read(RESULTS) if row["best"]}
    if not done:
        RESULTS.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    start = time.process_time()
    for share, decay, seed in settings():
        if (f"{share:g}", f"{decay:g}", str(seed)) in done:
            continue
        row = measure(share, decay, seed)
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(",".join(row.values()) + "\n")
        print(f"{row}, {time.process_time() - start:.0f} s of CPU time", flush=True)
    rows = sorted(read(RESULTS), key=lambda row: tuple(float(row[name]) for name in ("share", "decay", "seed")))
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    main()
