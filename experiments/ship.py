"""Take the tables of a sweep into the book, and judge the claim on them: `collapse.csv`, with intervals.

    python -m experiments.ship                                     from experiments/results to emergence/data

The numbers of `collapse.csv` follow from the traces alone; the book's tests recompute some of them.
"""

from __future__ import annotations

import argparse
import shutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from emergence.scaling import collapse
from emergence.scaling.traces import PANELS, load_traces
from emergence.statistics import Interval
from experiments.results import DATA, write_csv

TABLES = (*(f"{panel}_traces.csv" for panel in PANELS), "learning_rates.csv", "traces.json")


def quantities(panel: str, skill: str, metric: str, schedule: str) -> list[tuple[str, str, Interval]]:
    """Return the errors of all rivals, their distance from the loss's, the seeds' spread and the effect of size."""
    sample = collapse.make_sample(load_traces(panel).of("base"), skill, metric, schedule)
    rng = np.random.default_rng(collapse.TABLE_SEED)
    quality = collapse.collapse_quality(sample, collapse.RIVALS, collapse.TABLE_DRAWS, rng)
    rows = [("error", rival, quality[rival]) for rival in collapse.RIVALS]
    rows += [("error minus loss", rival, quality[rival, "minus loss"]) for rival in collapse.RIVALS[1:]]
    floor = collapse.seed_noise_floor(sample).rms
    rows.append(("spread of seeds", "loss", Interval(floor, floor, floor)))
    for axis in collapse.AXES[:2]:
        rng = np.random.default_rng(collapse.TABLE_SEED)
        effect = collapse.size_effect_interval(sample, collapse.TABLE_DRAWS, rng, axis)
        rows.append(("effect of size", axis, effect))
    return rows


def write_collapse(path: Path) -> None:
    """Judge every skill of both panels by exact match and by probability, under each schedule, and write the table."""
    cases = [
        (panel, skill, metric, schedule)
        for panel in PANELS
        for skill in load_traces(panel).skills
        for metric in ("p", "exact")
        for schedule in collapse.SCHEDULES
    ]
    table = []
    with ProcessPoolExecutor() as pool:
        for case, rows in zip(cases, pool.map(quantities, *zip(*cases, strict=True)), strict=True):
            print(*case, flush=True)
            table += [[*case, quantity, axis, *(f"{x:.4f}" for x in found)] for quantity, axis, found in rows]
    columns = ("panel", "skill", "metric", "schedule", "quantity", "axis", "estimate", "low", "high")
    write_csv(path, columns, table)


def main() -> None:
    """Copy the tables and write the judgement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("experiments/results"), help="where the sweep's tables are")
    folder = parser.parse_args().folder
    for name in TABLES:
        shutil.copyfile(folder / name, DATA / name)
    write_collapse(DATA / "collapse.csv")


if __name__ == "__main__":
    main()
