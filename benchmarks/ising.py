"""Heat-bath sweeps of one Ising lattice at T_c, four ways in the same run, and the engine in the browser's kernel.

All four draw every spin from 1/(1 + exp(-2(sum of neighbours)/T)) on a periodic lattice; Numba runs on one core,
like NumPy. Times are the best of several repetitions, interleaved, so that a busy moment hits all of them.
Beside them: what the random words of the engine alone cost.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable

import browser  # the benchmark next to this one: the built site, a page for cells
import numpy as np
from numba import njit
from playwright.sync_api import sync_playwright

from emergence.physics import ising

SIZE = 1024
REPETITIONS = 7
IN_THE_BROWSER = """
import time
import numpy as np
from emergence.physics import ising

rng = np.random.Generator(np.random.SFC64(1))
for size, sweeps in (({size}, 20), (512, 60), (128, 200)):
    lattice = ising.Lattice.random(size, rng)
    lattice.sweep(ising.CRITICAL_TEMPERATURE, rng, sweeps=3)
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        lattice.sweep(ising.CRITICAL_TEMPERATURE, rng, sweeps=sweeps)
        best = min(best, (time.perf_counter() - start) / sweeps)
    print(size, best)
"""
"""A cell for the in-page kernel: seconds per sweep of the multi-spin heat bath there, for three sizes."""

UP_PROBABILITY = ising.up_probability(np.arange(-4, 5), ising.CRITICAL_TEMPERATURE)


def rolled(spins: np.ndarray, colours: list[np.ndarray], rng: np.random.Generator) -> None:
    """The checkerboard as it is usually written with whole arrays."""
    for colour in colours:
        neighbours = np.roll(spins, 1, 0) + np.roll(spins, -1, 0) + np.roll(spins, 1, 1) + np.roll(spins, -1, 1)
        fresh = np.where(rng.random(spins.shape) < UP_PROBABILITY[neighbours + 4], np.int8(1), np.int8(-1))
        np.copyto(spins, fresh, where=colour)


@njit(fastmath=True)
def serial(spins, probability):
    """Site after site."""
    size = spins.shape[0]
    for i in range(size):
        above, below = i - 1, i + 1 if i + 1 < size else 0
        for j in range(size):
            total = spins[above, j] + spins[below, j] + spins[i, j - 1] + spins[i, j + 1 if j + 1 < size else 0]
            spins[i, j] = 1 if np.random.random() < probability[total + 4] else -1


@njit(fastmath=True)
def checkerboard(spins, probability):
    """One colour after the other."""
    size = spins.shape[0]
    for colour in range(2):
        for i in range(size):
            above, below = i - 1, i + 1 if i + 1 < size else 0
            for j in range((i + colour) % 2, size, 2):
                total = spins[above, j] + spins[below, j] + spins[i, j - 1] + spins[i, j + 1 if j + 1 < size else 0]
                spins[i, j] = 1 if np.random.random() < probability[total + 4] else -1


def candidates() -> dict[str, tuple[Callable[[], None], int]]:
    """What is timed, and how many sweeps of it at a time; everything is compiled and warmed up."""
    rng = np.random.Generator(np.random.SFC64(1))
    t_c = ising.CRITICAL_TEMPERATURE
    lattice = ising.Lattice.random(SIZE, rng)
    spins = [ising.Lattice.random(SIZE, rng).spins() for _ in range(3)]
    even = np.indices((SIZE, SIZE)).sum(axis=0) % 2 == 0
    words_per_sweep = ising.RANDOM_DIGITS * SIZE**2 // 64

    def words() -> None:
        # in two halves, as the two colours need them
        for _ in range(2):
            rng.integers(0, 2**64 - 1, size=words_per_sweep // 2, dtype=np.uint64, endpoint=True)

    found = {
        "multi-spin heat bath": (lambda: lattice.sweep(t_c, rng, sweeps=8), 8),
        "its random words alone": (lambda: [words() for _ in range(8)], 8),
        "np.roll checkerboard": (lambda: rolled(spins[0], [even, ~even], rng), 1),
        "numba serial": (lambda: serial(spins[1], UP_PROBABILITY), 1),
        "numba checkerboard": (lambda: checkerboard(spins[2], UP_PROBABILITY), 1),
    }
    for run, _ in found.values():
        run()
    return found


def in_the_browser() -> dict[int, float]:
    """Seconds per sweep for each size, in the kernel of the built site; needs `make build` and a Chromium."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        page = browser.fresh(playwright, profile)
        (shown,) = browser.run_cells(page, browser.serve(), [IN_THE_BROWSER.format(size=SIZE)])
        page.context.close()
    try:
        return {int(size): float(seconds) for size, seconds in map(str.split, shown.splitlines())}
    except ValueError:
        raise RuntimeError(f"the cell failed in the browser:\n{shown}") from None


def main() -> None:
    runs = candidates()
    best = dict.fromkeys(runs, np.inf)
    for _ in range(REPETITIONS):
        for name, (run, sweeps) in runs.items():
            start = time.perf_counter()
            run()
            best[name] = min(best[name], (time.perf_counter() - start) / sweeps)
    ours = best["multi-spin heat bath"]
    print(f"Heat bath, {SIZE} x {SIZE} spins at T_c, one core, best of {REPETITIONS}")
    print(f"{'':24s} {'ms per sweep':>13s} {'million spins/s':>16s} {'ratio':>7s}")
    for name, seconds in best.items():
        if name == "its random words alone":
            print(f"{name:24s} {seconds * 1e3:13.2f} {'':16s} {seconds / ours:6.0%} of the sweep")
        else:
            print(f"{name:24s} {seconds * 1e3:13.2f} {SIZE**2 / seconds / 1e6:16.0f} {seconds / ours:6.1f}x")
    print("The same engine in the browser's kernel")
    for size, seconds in in_the_browser().items():
        print(f"{size:5d} x {size:<16d} {seconds * 1e3:13.2f} {size**2 / seconds / 1e6:16.0f}")


if __name__ == "__main__":
    main()
