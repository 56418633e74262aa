"""Numbers that the text and the solutions of the chapter on finite-size scaling state, recomputed."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import pytest
from stated import Stated, numbers_of, text_of

from emergence.exercises import scale as exercises
from emergence.figures.scale import blocks, collapse, crossing, field_zeros, fisher, look_alikes
from emergence.physics import block_spins, zeros
from emergence.physics import finite_size as fs
from emergence.physics import look_alikes as families
from emergence.physics.ising import onsager_energy
from emergence.physics.ising_states import states

CHAPTER = "chapters/physics/scale.ipynb"
TEXT = text_of(CHAPTER)
T_C = fs.EXACT[0]


@functools.cache
def fitted(variable: str, smallest: int) -> tuple[fs.Fit, np.ndarray]:
    """The best fit and the bootstrap's errors, as the cell of the chapter has them."""
    data = fs.points(smallest)
    return fs.best_fit(data, variable), fs.bootstrap(data, 200, np.random.default_rng(1), variable).std(axis=0)


def value(variable: str, smallest: int, number: int) -> Any:
    return lambda: fitted(variable, smallest)[0].values[number]


def error(variable: str, smallest: int, number: int) -> Any:
    return lambda: fitted(variable, smallest)[1][number]


def crossed(small: int, large: int, name: str) -> Any:
    return lambda: getattr(fs.crossing(small, large), name)


@functools.cache
def flow(temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """As the cell of the chapter has it."""
    rows = (1 + block_spins.flow(162, temperature, 250, 3, np.random.default_rng(1))[50:]) / 2
    return rows.mean(axis=0), rows.reshape(10, 20, 4).mean(axis=1).std(axis=0, ddof=1) / np.sqrt(10)


def share(temperature: float, level: int, which: int = 0) -> Any:
    return lambda: flow(temperature)[which][level]


def field_exponent(small: int, large: int) -> float:
    first = [zeros.leading_field_zero(states(size)) for size in (small, large)]
    return math.log(first[0] / first[1]) / math.log(large / small)


def fisher_exponent(size: int) -> float:
    return math.log2(zeros.leading_fisher_zero(size).imag / zeros.leading_fisher_zero(2 * size).imag)


def nearest_real() -> float:
    """The s on the grid of the figure's slider that is nearest to a zero of 8 × 8 spins."""
    grid = np.arange(20, 201) / 100
    return float(grid[np.abs(zeros.fisher(8)[None, :] - grid[:, None]).min(axis=1).argmin()])


def power(family: str, name: str) -> float:
    curves = [families.curve(family, size) for size in fs.SIZES]
    return families.slope(fs.SIZES, [getattr(curve, name) for curve in curves])


def exercise(name: str, part: str) -> float:
    return getattr(exercises, name).questions[part].reference


T, K = fs.VARIABLES
COUNTED = fs.EXACT_CROSSINGS

test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated(
        "says what it is) is below {:<} of these updates throughout",
        lambda: max(fs.measured(s).tau_absolute.max() for s in fs.SIZES),
    ),
    Stated("of the next section is outside {} to {}.", *fs.WINDOW),
    Stated("one polynomial $p$ of degree {} through", fs.DEGREE),
    Stated(
        "has the badness {} and $1/\\nu = {} \\pm {}$. The exact",
        lambda: fitted(T, 8)[0].badness,
        value(T, 8, 1),
        error(T, 8, 1),
    ),
    Stated("The exact value is 1, {} standard errors away.", lambda: (value(T, 8, 1)() - 1) / error(T, 8, 1)()),
    Stated("with the exact values the badness is {}.", lambda: fs.collapse(fs.points(8), *fs.EXACT).badness),
    Stated("Without $L = 8$ the fit gives $1/\\nu = {} \\pm {}$ and", value(T, 16, 1), error(T, 16, 1)),
    Stated(
        "and $\\beta/\\nu = {} \\pm {}$ with $T_c = {} \\pm {}$, and the exact",
        value(T, 16, 2),
        error(T, 16, 2),
        value(T, 16, 0),
        error(T, 16, 0),
    ),
    Stated("distance disagree, {} against {} with errors of {}", value(T, 8, 1), value(K, 8, 1), error(K, 8, 1)),
    Stated("{}/256 = {:1}", 0.4, lambda: exercise("window", "first_order")),
    Stated("The means are {} and {}, so", lambda: exercises._mean_absolute(4), lambda: exercises._mean_absolute(8)),
    Stated("\\ln 2 = {}$. The theory", lambda: exercise("two_sizes", "exponent")),
    Stated(
        "they cross at $T = {}$, with $U = {}$; 6 and 8 cross at {} with {}.",
        COUNTED[4, 6].temperature,
        COUNTED[4, 6].binder,
        COUNTED[6, 8].temperature,
        COUNTED[6, 8].binder,
    ),
    Stated(
        "of 8 and 16, simulated, is at {} ± {}.", crossed(8, 16, "temperature"), crossed(8, 16, "temperature_error")
    ),
    Stated(
        "the crossings are at {} ± {}, {} ± {} and {} ± {}, within",
        *(crossed(small, 2 * small, name) for small in (16, 32, 64) for name in ("temperature", "temperature_error")),
    ),
    Stated("(counted) to {} ± {} for 64 and 128", *(crossed(64, 128, name) for name in ("binder", "binder_error"))),
    Stated("the limit is {} {cite:p}", fs.BINDER_LIMIT),
    Stated("neighbours are alike in {} per cent of", 50 * (1 - onsager_energy(2.2) / 2)),
    Stated("It rises: {}, {}, {} and {} in a run of 200", *(share(2.2, level) for level in range(4))),
    Stated("at $T = 2.4$ the share falls to {}, nearly", share(2.4, 3)),
    Stated("begins at $(2 + \\sqrt2)/4 = {}$ and hardly", 0.5 + 2**0.5 / 4),
    Stated("after three blockings it is {} ± {}, because", share(T_C, 3), share(T_C, 3, 1)),
    Stated("with the derivative $9\\binom84/2^8 = {}$. A small", lambda: exercise("blocks", "slope")),
    Stated(
        "is at $h/i = $ {}, {} and {}: it falls ever", *(zeros.leading_field_zero(states(n), 4.0) for n in (4, 6, 8))
    ),
    Stated("with the exponents {} and {}; theory says", field_exponent(4, 6), field_exponent(6, 8)),
    Stated(
        "has the imaginary part {} in $T$, that of $L = 128$ has {}; the exponent between them is {}, close",
        zeros.leading_fisher_zero(64).imag,
        zeros.leading_fisher_zero(128).imag,
        fisher_exponent(64),
    ),
    Stated("after three blockings the share is {} at $T = 2.25$ and {} at", share(2.25, 3), share(2.29, 3)),
    Stated("8 spins it is nearest at $s = {}$, $T = {}$.", nearest_real, lambda: 2 / math.asinh(nearest_real())),
    Stated("its noise and its corrections, {}.", -power(families.ISING, "width")),
    Stated("between 8 and 16 the exponent is {}.", fisher_exponent(8)),
    Stated(
        "measured from $L = 8$ to 128, {} and {}, and for",
        -power(families.VOTERS, "width"),
        -power(families.ANSWERS, "width"),
    ),
    Stated("grows like $L$ to the {} in the figure", power(families.ISING, "response")),
    Stated("the readout is {}), near", families.LOW),
    Stated("$\\ln(\\ln 0.75/\\ln 0.95) = {}$, whatever", lambda: exercise("tokens", "width")),
)

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated(
        "the best collapse has the badness {} and $1/\\nu = {} \\pm {}$;",
        lambda: fitted(T, 8)[0].badness,
        value(T, 8, 1),
        error(T, 8, 1),
    ),
    Stated(
        "From $L = 16$ to 128, $1/\\nu = {} \\pm {}$ and $\\beta/\\nu = {} \\pm {}$ (bootstrap)",
        value(T, 16, 1),
        error(T, 16, 1),
        value(T, 16, 2),
        error(T, 16, 2),
    ),
    Stated("measured like $L$ to the {}, in theory", power(families.ISING, "response")),
    Stated("those of 4 and 6 at {} (counted)", COUNTED[4, 6].temperature),
    Stated(
        "goes from {} to {} at $T = 2.2$ and from {} to {} at $T = 2.4$",
        share(2.2, 0),
        share(2.2, 3),
        share(2.4, 0),
        share(2.4, 3),
    ),
    Stated(
        "with the exponents {} and {} (theory: 15/8); the first zero in the temperature falls from $L = 64$ to 128 "
        "with {} (theory: 1)",
        field_exponent(4, 6),
        field_exponent(6, 8),
        fisher_exponent(64),
    ),
)


@pytest.mark.parametrize(("variable", "number"), [(v, n) for v in fs.VARIABLES for n in range(3)])
def test_without_the_smallest_size_the_exact_numbers_are_within_two_standard_errors(variable, number):
    assert "are within two standard errors" in TEXT
    assert abs(value(variable, 16, number)() - fs.EXACT[number]) < 2 * error(variable, 16, number)()


def test_from_sixteen_on_the_crossings_are_within_two_standard_errors():
    assert "within two standard errors of $T_c = 2.2692$" in TEXT
    for small in (16, 32, 64):
        found = fs.crossing(small, 2 * small)
        assert abs(found.temperature - T_C) < 2 * found.temperature_error


def test_the_response_of_voters_stays_at_one_and_that_of_tokens_falls():
    assert "for voters it stays at 1, and for tokens it falls" in TEXT
    voters, tokens = (
        [families.curve(family, size).response for size in fs.SIZES] for family in (families.VOTERS, families.ANSWERS)
    )
    assert voters == pytest.approx([1.0] * 5, abs=0.01)
    assert np.all(np.diff(tokens) < 0) and tokens[-1] < 0.01


def test_the_logistic_curve_has_the_response_of_one_part_at_every_size():
    assert "The logistic curve counts as one part" in TEXT and "so its response is the same for all" in TEXT
    found = [families.curve(families.LOGISTIC, size) for size in fs.SIZES]
    assert [each.response for each in found] == pytest.approx([4 * families.LOW * (1 - families.LOW)] * 5, abs=1e-3)


def test_the_wrong_answer_has_the_small_error_and_badness_that_the_question_supposes():
    assert "the standard error of $1/\\nu$ is below 0.01" in TEXT and "it comes out near 1" in TEXT
    assert error(T, 8, 1)() < 0.01 and fitted(T, 8)[0].badness < 1.2


def test_the_figures_say_what_the_text_says_of_them():
    assert "the badness of the" in collapse.figure.show().sentence
    assert "standard errors below T_c" in crossing.figure.show(pair="8 and 16").sentence
    assert "below T_c" in blocks.figure.show(seed=7).sentence
    assert "all 64 zeros of 8 × 8 spins lie on the circle" in field_zeros.figure.show().sentence
    assert "s = 1.00, T = 2.269" in fisher.figure.show().sentence
    assert "like L to the 0.00" in look_alikes.figure.show().sentence


def test_the_first_pictures_of_the_blocks_are_near_equilibrium_on_both_sides():
    for temperature, low, high in ((2.2, 0.95, 1.0), (2.4, 0.5, 0.7)):
        starts = [blocks.start(temperature, np.random.default_rng(seed)) for seed in range(20)]
        assert low < np.mean([state.rows[0][3] for state in starts]) < high, temperature


def test_deep_in_the_cold_the_field_zero_falls_with_the_number_of_spins():
    assert "Deep in the cold the exponent is 2" in TEXT
    first = [zeros.leading_field_zero(states(size), 1.2) for size in (6, 8)]
    assert math.log(first[0] / first[1]) / math.log(8 / 6) == pytest.approx(2, abs=0.01)


def test_the_width_in_log_odds_tends_to_a_constant():
    widths = [families.curve(families.ANSWERS, size, families.LOG).width for size in fs.SIZES]
    assert widths[-1] == pytest.approx(exercise("tokens", "width"), abs=0.01)
