"""Train the networks of the table on late learning: `python -m experiments.grokking.tables`, two minutes on one core.

Every setting and seed is one row, appended to experiments/results/grokking.csv when it is done; one that is there is
not made again, so that what was killed goes on where it stopped. When all are there, they are written in order into
emergence/data/grokking.csv.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from emergence.scaling.grokking import LIMIT, SHARE, AddingNetwork, measure_delay
from experiments.results import DATA, RESULTS, finish_rows, write_csv

DECAYS = (3, 2, 1.5, 1, 0.7, 0.5, 0.3, 0.2, 0)
SHARES = (0.7, 0.6, 0.55, 0.45, 0.4)
"""The decays are tried with half the table, the other shares with a decay of 1."""
SEEDS = range(1, 9)
EVERY = 25  # steps between two looks
COLUMNS = ("share", "decay", "seed", "memorised", "generalised", "best")


def settings() -> list[tuple[float, float, int]]:
    """Share, decay and seed of each run."""
    pairs = [(SHARE, decay) for decay in DECAYS] + [(share, 1) for share in SHARES]
    return [(share, decay, seed) for share, decay in sorted(pairs) for seed in SEEDS]


def row_of(share: float, decay: float, seed: int) -> list[str]:
    """What stands in one row after the setting; a step that never came is empty."""
    found = measure_delay(AddingNetwork(decay, np.random.default_rng(seed), share), LIMIT, EVERY)
    steps = ("" if math.isinf(step) else str(int(step)) for step in (found.memorised, found.generalised))
    return [*steps, f"{found.best:.4f}"]


def main() -> None:
    """Train what is not there yet, then write the table."""
    jobs = {
        (f"{share:g}", f"{decay:g}", str(seed)): partial(row_of, share, decay, seed)
        for share, decay, seed in settings()
    }
    write_csv(DATA / "grokking.csv", COLUMNS, finish_rows(RESULTS / "grokking.csv", COLUMNS, jobs))


if __name__ == "__main__":
    main()
