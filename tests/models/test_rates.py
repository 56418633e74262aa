"""The table of exact rates: every row's network, run block by block, against its leading term."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence.operators import mean_field, rates
from emergence.operators import residual as op

pytestmark = pytest.mark.filterwarnings("error")

DEPTH = 10_000
EXACT = (rates.EXPONENTIAL, rates.FINITE)  # rows whose leading term is the error itself
BY_LAW = {law: [name for name, row in rates.ROWS.items() if row.law == law] for law in rates.LAWS}
SLOW = [*BY_LAW[rates.POWER], *BY_LAW[rates.NEVER]]
GAPLESS = "no gap, step ½, implicit"


@pytest.mark.parametrize("name", [*BY_LAW[rates.EXPONENTIAL], *BY_LAW[rates.FINITE]])
def test_exponential_and_finite_laws_hold_at_every_depth(name):
    k = np.arange(2, 301)
    assert rates.errors(name, 300)[1:] == pytest.approx(rates.leading(name, k), rel=1e-10, abs=1e-14)


@pytest.mark.parametrize("name", SLOW)
def test_the_error_over_its_leading_term_tends_to_one(name):
    """It is off by 0.6 per cent at most at the last depth, and less the deeper the network."""
    k = np.array([30, 300, 1000 if name == GAPLESS else DEPTH])
    off = np.abs(rates.errors(name, int(k[-1]))[k - 1] / rates.leading(name, k) - 1)
    assert off[-1] < 0.006
    assert name == GAPLESS or np.all(np.diff(off) < 0)


@pytest.mark.parametrize("name", BY_LAW[rates.POWER])
def test_the_slope_of_a_power_law_is_that_of_its_leading_term(name):
    k = np.array([2000, 4000]) // (4 if name == GAPLESS else 1)
    measured, exact = (
        math.log2(values[1] / values[0]) for values in (rates.errors(name, int(k[1]))[k - 1], rates.leading(name, k))
    )
    assert measured == pytest.approx(exact, abs=0.02)


@pytest.mark.parametrize(("name", "constant"), [
    ("random ReLU layers: 1 − c", 4.5 * math.pi**2), ("random tanh layers: variance", 0.5),
    ("x/2, step 1/k, explicit", 0.564190), ("x/2, step 1/k, implicit", 0.886227),
    ("x³, step ½, implicit", 1.0), ("x |x|, step ½, implicit", 2.0), ("x/2 + 1/k", 2.0),
])  # fmt: skip
def test_constants_of_the_text(name, constant):
    k = np.array([4000.0])
    power = -math.log2(rates.leading(name, 2 * k)[0] / rates.leading(name, k)[0])
    assert rates.leading(name, k)[0] * k[0] ** power == pytest.approx(constant, rel=1e-6)
    assert rates.errors(name, 4000)[-1] * k[0] ** power == pytest.approx(constant, rel=0.01)


def test_both_assemblies_have_an_exponential_and_a_power_law():
    laws = {(row.assembly, row.law) for row in rates.ROWS.values()}
    for assembly in ("stacked", "residual"):
        assert {(assembly, rates.EXPONENTIAL), (assembly, rates.POWER)} <= laws


def test_m_decides_neither():
    """m = 0 with an exponential law and with finitely many blocks; m > 0 with a power law."""
    laws = {(row.monotonicity, row.law) for row in rates.ROWS.values()}
    assert {(0, rates.EXPONENTIAL), (0, rates.FINITE), (0, rates.POWER), (0.5, rates.POWER)} <= laws


@pytest.mark.parametrize(("stack", "block"), [
    ("x/2", "x, step ½, explicit"), ("(1 − 1/2k) x", "x/2, step 1/k, explicit")
])  # fmt: skip
def test_the_same_layers_stand_in_the_table_as_a_stack_and_as_residual_blocks(stack, block):
    assert rates.errors(stack, 500) == pytest.approx(rates.errors(block, 500), rel=1e-12)


@given(m=st.floats(0.05, 0.95), k=st.integers(1, 400))
def test_steps_of_one_over_k_give_quotients_of_gamma_functions(m, k):
    steps = op.step_sizes(k, 1.0, 1)
    explicit = abs(op.turning_orbit(m + 0j, steps, "explicit")[-1])
    assert explicit == pytest.approx(math.exp(math.lgamma(k + 1 - m) - math.lgamma(k + 1)) / math.gamma(1 - m))
    implicit = abs(op.turning_orbit(m + 0j, steps, "implicit")[-1])
    assert implicit == pytest.approx(math.exp(math.lgamma(k + 1) - math.lgamma(k + 1 + m)) * math.gamma(1 + m))


def test_an_integer_slope_is_done_after_as_many_explicit_steps():
    for m in (1, 2, 3):
        orbit = op.turning_orbit(m + 0j, op.step_sizes(10, 1.0, 1), "explicit")
        assert np.all(orbit[m:] == 0) and np.all(orbit[:m] != 0)


def test_the_cube_with_shrinking_steps_obeys_its_logarithm_slowly():
    """1/x^2 grows by 2 for each unit of ln k, yet the ratio is 0.971 at 1,000 and 0.979 at 20,000 blocks."""
    name = "x³, step 1/k, implicit"
    x = rates.errors(name, 20_000)
    growth = (x[-1] ** -2 - x[199] ** -2) / (2 * math.log(100))
    assert growth == pytest.approx(1, abs=0.003)
    ratio = x[[999, 19_999]] / rates.leading(name, np.array([1000, 20_000]))
    assert ratio == pytest.approx([0.970, 0.979], abs=6e-4)


def test_a_finite_spectrum_follows_the_power_law_until_it_sees_its_gap():
    """The continuum has |x_k|^2 = (1 - (1 + h)^(1 - 2k))/(h (2k - 1)); 200 eigenvalues end in an exponential."""
    k = np.arange(1, 301)
    continuum = np.sqrt((1 - 1.5 ** (1 - 2.0 * k)) / (0.5 * (2 * k - 1)))
    assert rates.gapless_errors(300) == pytest.approx(continuum, rel=1e-3)
    few = rates.gapless_errors(8000, count=200)
    factor = 1 / (1 + 0.5 * 0.5 / 200)
    assert few[-1] / few[-2] == pytest.approx(factor, rel=1e-5)
    assert few[-1] < 0.01 * 8000**-0.5


def test_random_tanh_layers_move_as_the_cube_does():
    """q' = q - 2 q^2 + O(q^3), and q = x^2 with dx/dt = -x^3."""
    q = 1e-4
    assert (q - mean_field.lengths(1.0, 0.0, 1, q=q)[1]) / q**2 == pytest.approx(2, rel=1e-3)


def test_random_relu_layers_move_as_the_power_three_halves_of_the_gap():
    u = 1e-6
    change = (u - mean_field.plain(2.0, 0.0, 1, d=u, units="ReLU").d[1]) / u**1.5
    assert change == pytest.approx(2 * math.sqrt(2) / (3 * math.pi), rel=1e-2)


def test_a_finite_network_of_random_relu_layers_moves_its_correlation_as_the_table_says():
    """400 networks of width 1,000: the mean after 20 layers is within four standard errors, and 0.002 for the width.

    Given two inputs, a layer's sums are independent from unit to unit, and their Gram matrix is the covariance.
    """
    rng, depth, width, networks = np.random.default_rng(20261126), 20, 1000, 400
    gram = np.broadcast_to(np.eye(2), (networks, 2, 2))
    for _ in range(depth):
        root = np.linalg.cholesky(gram)
        on = np.maximum(rng.normal(size=(networks, width, 2)) @ np.swapaxes(root, 1, 2), 0)
        gram = 2 / width * np.swapaxes(on, 1, 2) @ on
    gaps = 1 - gram[:, 0, 1] / np.sqrt(gram[:, 0, 0] * gram[:, 1, 1])
    error = gaps.std(ddof=1) / math.sqrt(networks)
    assert abs(gaps.mean() - rates.errors("random ReLU layers: 1 − c", depth)[-1]) < 4 * error + 0.002


@pytest.mark.parametrize("start", [0.3, 1.0])
def test_blocks_that_do_less_and_less_have_the_tail_of_their_sum_as_error(start):
    limit = rates.shrinking_limit(start)
    error = 5000 * abs(rates.shrinking_blocks(5000, start)[-1] - limit)
    assert error == pytest.approx(math.sin(limit), rel=1e-3)
    assert math.sin(limit) == pytest.approx({0.3: 0.859, 1.0: 0.680}[start], abs=5e-4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rates.errors("e", 10), "name = 'e' is not one of"),
        (lambda: rates.errors("x/2", 0), "depth = 0 must be"),
        (lambda: rates.leading("e", np.array([2])), "name = 'e' is not one of"),
        (lambda: rates.gapless_errors(5, count=0), "count = 0 must be"),
    ],
)
def test_bad_input_is_refused_by_name_value_and_range(call, words):
    with pytest.raises(ValueError, match=words):
        call()
