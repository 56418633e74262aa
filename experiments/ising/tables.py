"""Simulate the lattices of the chapter on scale: `python -m experiments.ising.tables`, ten minutes on one core.

Every size and temperature is one row, appended to experiments/results/ising.csv when it is done; one that is there is
not made again, so that a run that was killed goes on where it stopped. When all are there, they are written in order
into emergence/data/ising_scaling.csv.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from emergence.checks import Floats
from emergence.physics.cluster import Clusters
from emergence.toolbox.averages import autocorrelation_time
from experiments.results import DATA, RESULTS, finish_rows, write_csv

UPDATES = {8: (64, 1250), 16: (16, 2500), 32: (8, 2500), 64: (4, 2000), 128: (2, 1500)}
"""For each size the number of lattices, and of updates of each that count."""
BURN_IN = 100  # updates before them, from all up
BIN = 50  # updates: at least 7 autocorrelation times of the energy, and 9 of |m|, in the table
TEMPERATURES = np.unique(
    np.round(
        np.concatenate(
            [
                [2.00, 2.05, 2.10, 2.14, 2.17, 2.40, 2.44, 2.50, 2.55, 2.60],
                np.arange(2.20, 2.365, 0.01),
                np.arange(2.24, 2.3025, 0.005),
            ]
        ),
        3,
    )
)
NARROW = {64: 0.1001, 128: 0.1001}
"""For the two largest sizes, the distance from T = 2.27 up to which they are simulated: their window is narrow."""
COLUMNS = ("size", "temperature", "seed", "updates", "energy", "energy_error", "absolute", "absolute_error")
COLUMNS += ("second", "second_error", "binder", "binder_error", "tau_energy", "tau_absolute")


def jackknife(bins: Floats, function) -> tuple[float, float]:
    """The function of the means of bins, shape (quantities, n), and its error from leaving out a bin at a time."""
    n = bins.shape[1]
    without = (bins.sum(axis=1, keepdims=True) - bins) / (n - 1)
    values = function(without)
    return float(function(bins.mean(axis=1))), float(np.sqrt((n - 1) * np.var(values)))


def measure(size: int, temperature: float, seed: int) -> dict[str, float]:
    """One row of the table."""
    rng = np.random.Generator(np.random.SFC64(seed))
    lattices, updates = UPDATES[size]
    clusters = Clusters(size, lattices)
    for _ in range(BURN_IN):
        clusters.update(temperature, rng)
    series = np.array([clusters.update(temperature, rng) for _ in range(updates)])  # (updates, 4, lattices)
    bins = series.reshape(updates // BIN, BIN, 4, lattices).mean(axis=1).transpose(1, 0, 2).reshape(4, -1)
    row = {"size": size, "temperature": temperature, "seed": seed, "updates": lattices * updates}
    for i, name in enumerate(("energy", "absolute", "second")):
        row[name], row[f"{name}_error"] = jackknife(bins[i : i + 1], lambda mean: mean[0])
    row["binder"], row["binder_error"] = jackknife(bins[2:], lambda mean: 1 - mean[1] / (3 * mean[0] ** 2))
    row["tau_energy"], row["tau_absolute"] = (autocorrelation_time(series[:, i].T) for i in (0, 1))
    return row


def written(name: str, value: float) -> str:
    """Six decimals, two for times; integers as they are."""
    if name in ("size", "seed", "updates"):
        return str(value)
    return f"{value:.3f}" if name == "temperature" else f"{value:.2f}" if name.startswith("tau") else f"{value:.6f}"


def settings() -> Iterator[tuple[int, float, int]]:
    """Size, temperature and seed of each row."""
    for size in UPDATES:
        for i, temperature in enumerate(TEMPERATURES.tolist()):
            if abs(temperature - 2.27) <= NARROW.get(size, 1):
                yield size, temperature, 1000 * size + i


def row_of(size: int, temperature: float, seed: int) -> list[str]:
    """What stands in one row after the size and the temperature."""
    found = measure(size, temperature, seed)
    return [written(name, found[name]) for name in COLUMNS[2:]]


def main() -> None:
    """Simulate what is not there yet, then write the table."""
    jobs = {(str(size), written("temperature", t)): partial(row_of, size, t, seed) for size, t, seed in settings()}
    write_csv(DATA / "ising_scaling.csv", COLUMNS, finish_rows(RESULTS / "ising.csv", COLUMNS, jobs))


if __name__ == "__main__":
    main()
