"""Independent samples of an Ising lattice at T_c per second: clusters of the book, a plain Wolff, the heat bath.

All run in one process on one core. A method yields, of the magnetisation |m|, updates per second over twice its
integrated autocorrelation time: effectively independent samples. `Replicas` draws 64 lattices at once, one per bit. At
L = 256 the heat bath's autocorrelation time is longer than the run, so that its number is an upper bound.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from emergence.physics import ising
from emergence.physics.cluster import Clusters
from experiments.ising.tables import autocorrelation_time

SECONDS = 20.0  # for each method and size
SIZES = (64, 256)
T_C = ising.CRITICAL_TEMPERATURE


def wolff(spins: np.ndarray, rng: np.random.Generator) -> int:
    """Grow one cluster from a random site and turn it over, as it is usually written; returns its size."""
    size, keep = len(spins), -math.expm1(-2 / T_C)
    i, j = (int(k) for k in rng.integers(0, size, 2))
    sign = spins[i, j]
    spins[i, j] = -sign
    todo, turned = [(i, j)], 1
    while todo:
        i, j = todo.pop()
        for a, b in (((i + 1) % size, j), (i - 1, j), (i, (j + 1) % size), (i, j - 1)):
            if spins[a, b] == sign and rng.random() < keep:
                spins[a, b] = -sign
                todo.append((a % size, b % size))
                turned += 1
    return turned


def methods(size: int) -> dict[str, Callable[[], np.ndarray]]:
    """An update of each method from all up, returning |m| of its lattices."""
    rng = np.random.Generator(np.random.SFC64(1))
    clusters, replicas = Clusters(size), ising.Replicas.aligned(size)
    spins = np.ones((size, size), int)

    def swendsen_wang() -> np.ndarray:
        return clusters.update(T_C, rng).absolute

    def heat_bath() -> np.ndarray:
        replicas.sweep(T_C, rng)
        return np.abs(replicas.magnetisation())

    def single_cluster() -> np.ndarray:
        wolff(spins, rng)
        return np.abs([spins.mean()])

    return {"Swendsen–Wang": swendsen_wang, "plain Python Wolff": single_cluster, "heat bath, 64 lattices": heat_bath}


def main() -> None:
    print(f"{'samples of |m| at T_c':26s} {'L':>4s} {'updates/s':>10s} {'tau':>8s} {'samples/s':>10s}")
    for size in SIZES:
        for name, update in methods(size).items():
            for _ in range(10):
                update()
            series, start = [], time.process_time()
            while time.process_time() - start < SECONDS:
                series.append(update())
            rate = len(series) / (time.process_time() - start)
            kept = np.transpose(series[len(series) // 5 :])  # (lattices, updates)
            tau = autocorrelation_time(kept)
            bound = "  at most" if tau > kept.shape[1] / 50 else ""
            print(
                f"{name:26s} {size:4d} {rate:10.0f} {tau:8.1f} {len(kept) * rate / (2 * tau):10.1f}{bound}", flush=True
            )


if __name__ == "__main__":
    main()
