"""Numbers that the text and the solutions of the chapter on the state function state, recomputed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from stated import Stated, numbers_of, text_of

from emergence.exercises import state_function as exercises
from emergence.figures.state_function import errors, pace, paths, tail
from emergence.limits import joint_limits
from emergence.physics import ising
from emergence.synthesis import state_function as sf

CHAPTER = "chapters/synthesis/state_function.ipynb"
TEXT = text_of(CHAPTER)


def total(data: float, parameters: int, steps: float) -> float:
    return float(sf.errors(data, parameters, steps).total)


def best_steps() -> int:
    """The K with the least error for 100 data and 10 parameters."""
    steps = np.arange(1, 1000)
    return int(steps[np.argmin(sf.errors(100, 10, steps).total)])


def enough(size: int) -> float:
    """The largest gap with which the errors of the figure's tail stay within 0.1 of the limit."""
    gaps = np.linspace(0.001, 0.02, 1901)
    low, high = tail.extremes(tail.start(1.0), size, gaps)
    return float(gaps[(low >= 0.9) & (high <= 1.1)][-1])


def largest_gap(low: float) -> float:
    """The largest gap for which the proved band around 1 ends at low."""
    return (1 - math.sqrt(low)) ** 2


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("the error falls from {} to {}.", lambda: total(100, 10, 1e6), lambda: total(200, 10, 1e6)),
    Stated("With {} parameters it rises to {}, because", 20, lambda: total(100, 20, 1e6)),
    Stated("after {} steps the error was lower, {}.", 100, lambda: total(100, 10, 100)),
    Stated("with 100 data and 10 parameters the sum is least at $K = {}$", best_steps),
    Stated("doubling $K$ helps most, by {} per cent", lambda: 100 * (1 - total(100, 10, 20) / total(100, 10, 10))),
    Stated("With complete training their noise adds {} to the error", lambda: sf.errors(100, 1000, 1e12).estimation),
    Stated("the three curves come together, near {}, and", lambda: total(4096, 4096, 4096.0**2)),
    Stated("At $\\kappa = 2$ itself the limit is {}.", lambda: sf.limit_of_pace(2)),
    Stated("A gap of {:>} is enough for the errors from $n_0 = {}$ on", lambda: enough(64), 64),
    Stated("the proved band needs {}.", largest_gap(0.9)),
    Stated("the errors reach down to {}.", lambda: tail.extremes(tail.start(1.0), 64, np.array([1.0]))[0, 0]),
    Stated("shows the order, {} at $T = 2$", lambda: float(ising.spontaneous_magnetisation(2.0))),
    Stated("and so from {} on.", exercises.least_size),
    Stated("so {} parameters are best", lambda: exercises.best_parameters(exercises.DATA)),
    Stated("The edge is $1 + \\alpha = {}$", 1 + exercises.ALPHA),
    Stated("$0.6 \\cdot 0.5/1.5 = {}$", exercises.slow_exponent),
    Stated("gives $\\partial l = {}$", exercises.largest_gap),
    Stated("and to {}, the squared length of the coefficients", sf.SIGNAL),
)


def test_a_thousand_parameters_help_while_training_stops_early():
    assert "at $K = 100$ they even help" in TEXT
    assert total(100, 1000, 100) < total(100, 10, 100)


def test_least_squares_has_every_positive_limit_along_rays():
    assert "along rays it has every positive limit" in TEXT
    for goal in (0.01, 1, 30):
        assert joint_limits.ridgeless_limit(goal / (1 + goal)) == pytest.approx(goal)


@pytest.mark.parametrize("gap", [0.009, 0.1])
def test_the_lower_edge_of_a_tail_is_the_error_where_a_run_enters_it(gap):
    steps = 10 ** np.linspace(5, 7.5, 20_001)
    entry = np.searchsorted(-sf.training_gap(2048, 2048, steps[::400]), -gap)
    near = np.linspace(steps[::400][entry - 1], steps[::400][entry], 400)
    at = np.argmin(np.abs(sf.training_gap(2048, 2048, near) - gap))
    found = tail.extremes(tail.start(1.0), 64, np.array([gap]))[0, 0]
    assert found == pytest.approx(float(sf.errors(2048, 2048, near[at]).total), abs=5e-4)


def test_a_larger_size_hardly_helps():
    state, gaps = tail.start(1.0), np.array([0.1])
    assert tail.extremes(state, 2048, gaps)[0, 0] == pytest.approx(tail.extremes(state, 64, gaps)[0, 0], abs=0.02)


def test_the_gap_along_the_pace_one_tends_to_one():
    assert "But its training gap tends to 1" in TEXT
    gaps = [float(sf.training_gap(n, n, n)) for n in (256, 4096, 16_384)]
    assert gaps == sorted(gaps) and gaps[-1] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0])
def test_the_error_falls_fastest_at_the_pace_one(alpha):
    def exponent(kappa: float) -> float:
        return math.log2(total_of(16_384, kappa, alpha) / total_of(8192, kappa, alpha))

    def total_of(n: int, kappa: float, alpha: float) -> float:
        return float(sf.errors(n, n, n**kappa, alpha).total)

    fall = {kappa: exponent(kappa) for kappa in (0.7, 1.0, 1.3)}
    assert min(fall, key=fall.get) == 1.0
    assert fall[1.0] == pytest.approx(-alpha / (1 + alpha), abs=0.03)


def test_the_curves_of_three_sizes_cross_at_the_jump_and_get_steeper():
    below, at, above = (
        np.array([float(sf.errors(n, n, float(n) ** kappa).total) for n in (64, 512, 4096)]) for kappa in (1.9, 2, 2.1)
    )
    assert np.ptp(at) < 0.02
    assert (np.diff(above - below) > 0).all()


def test_near_the_jump_only_the_distance_in_steps_counts():
    small, large = (sf.errors(n, n, 3.0 * n**2).estimation for n in (1024, 8192))
    assert small == pytest.approx(large, rel=2e-3)


def test_the_figures_show_what_the_text_says():
    assert "the error tends to 0;" in paths.figure.show().sentence
    assert "the error tends to 0.5;" in paths.figure.show(exponent=2.0, height=2.0).sentence
    assert "the error tends to 0.5;" in paths.figure.show(law="sum of powers", exponent=1.7).sentence
    assert "the error is infinite" in paths.figure.show(law="least squares").sentence
    assert "K by −22.8 %" in errors.figure.show().sentence
    assert "Its limit is 0;" in pace.figure.show().sentence and "Its limit is 1;" in pace.figure.show(pace=2.5).sentence
    assert "the limit is 1.00" in tail.figure.show().sentence
