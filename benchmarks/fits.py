"""Fits of a power law with a floor per second: variable projection of the book against SciPy from a good start.

The same 1,000 simulated data sets of six sizes, in one process on one core. SciPy starts at the truth, which a reader
does not know, and stops by its own tolerances. The last column is the largest difference between the sums of squares.
"""

from __future__ import annotations

import time

import numpy as np
from scipy.optimize import least_squares

from emergence.scaling import fits

LAWS = 1000


def scipy_squares(trial: fits.Trial) -> np.ndarray:
    """The least sum of squares of each data set, by a trust region on all three constants."""
    found = []
    for floor, amplitude, exponent, seen in zip(*trial.laws[:3], trial.seen, strict=True):
        u = trial.sizes / trial.laws.unit

        def errors(p: np.ndarray, u: np.ndarray = u, seen: np.ndarray = seen) -> np.ndarray:
            return p[0] + p[1] * u ** -p[2] - seen

        found.append(2 * least_squares(errors, [floor, amplitude, exponent]).cost)
    return np.array(found)


def main() -> None:
    trial = fits.hide_laws(LAWS, np.random.default_rng(1))
    ways = {
        "the book, all at once": lambda: fits.fit_law(trial.sizes, trial.seen).squares,
        "the book, one by one": lambda: np.array([fits.fit_law(trial.sizes, seen).squares for seen in trial.seen]),
        "scipy.optimize.least_squares": lambda: scipy_squares(trial),
    }
    print(f"{'power law with a floor':30s} {'fits/s':>10s} {'squares differ by':>18s}")
    first = None
    for name, fit in ways.items():
        start = time.process_time()
        squares = fit()
        seconds = time.process_time() - start
        first = squares if first is None else first
        print(f"{name:30s} {LAWS / seconds:10.0f} {np.max(np.abs(squares - first)):18.1e}")


if __name__ == "__main__":
    main()
