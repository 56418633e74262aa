"""Oscillators: closed forms against integrals and simulation, thresholds, and the kind of the transition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ive

from emergence.physics import kuramoto as ku

DENSITIES = {
    "Lorentz": lambda x: 1 / (math.pi * (1 + x**2)),
    "Gauss": lambda x: math.exp(-(x**2) / 2) / math.sqrt(math.tau),
    "uniform": lambda x: 0.5 if abs(x) <= 1 else 0.0,
}


def test_critical_couplings():
    expected = {"Lorentz": 2, "Gauss": 1.5957691216, "uniform": 4 / math.pi}
    assert {law: pytest.approx(k, abs=1e-9) for law, k in expected.items()} == {
        law: ku.critical_coupling(law) for law in ku.LAWS
    }


@pytest.mark.parametrize("law", ku.LAWS)
@pytest.mark.parametrize("pull", [0.05, 0.7, 1.0, 1.3, 4.0])
def test_the_order_of_a_pull_is_its_integral(law, pull):
    edge = math.asin(min(1, 1 / pull)) if law == "uniform" else math.pi / 2
    integral = quad(lambda t: math.cos(t) ** 2 * DENSITIES[law](pull * math.sin(t)), -edge, edge)[0]
    assert float(ku.order_of_pull(pull, law)) == pytest.approx(pull * integral, rel=1e-7)


def test_the_gaussian_integral_has_bessel_functions():
    q = np.array([0.1, 1.0, 3.0, 8.0])
    assert ku.order_of_pull(q, "Gauss") == pytest.approx(
        q * math.sqrt(math.pi / 8) * (ive(0, q**2 / 4) + ive(1, q**2 / 4)), rel=1e-9
    )


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ku.LAWS), st.floats(0, 12))
def test_the_steady_order_solves_its_equation_and_is_zero_below(law, coupling):
    r = float(ku.steady_order(coupling, law))
    assert 0 <= r < 1
    assert (r > 0) == (coupling > ku.critical_coupling(law)) or abs(coupling - ku.critical_coupling(law)) < 1e-9
    if r > 1e-3:
        assert float(ku.order_of_pull(coupling * r, law)) == pytest.approx(r, abs=1e-6)


def test_the_order_of_the_uniform_law_jumps_to_pi_quarters_and_the_others_begin_at_zero():
    just_above = {law: float(ku.steady_order(ku.critical_coupling(law) * (1 + 1e-6), law)) for law in ku.LAWS}
    assert just_above["uniform"] == pytest.approx(math.pi / 4, abs=1e-3)
    assert just_above["Lorentz"] < 2e-3 and just_above["Gauss"] < 3e-3


def test_the_uniform_law_leaves_no_coupling_at_which_two_orders_are_steady_besides_zero():
    """K = q/r(q) is 4/π for all q ≤ 1 and rises from there: a jump, but no loop for infinitely many."""
    q = np.linspace(0.01, 5, 500)
    k = q / ku.order_of_pull(q, "uniform")
    assert k[q <= 1] == pytest.approx(4 / math.pi) and np.all(np.diff(k[q > 1]) > 0)


def test_near_its_onset_the_gaussian_order_is_a_square_root():
    mu = 1e-3
    k = ku.critical_coupling("Gauss") * (1 + mu)
    asymptotic = math.sqrt(16 * mu * math.sqrt(math.tau) / (math.pi * ku.critical_coupling("Gauss") ** 3))
    assert asymptotic == pytest.approx(0.05605, abs=5e-6)
    assert float(ku.steady_order(k, "Gauss")) == pytest.approx(0.05599, abs=5e-6)


@pytest.mark.parametrize(("law", "ratio"), [("Lorentz", 1.2), ("Lorentz", 2), ("Gauss", 1.3), ("uniform", 1.1)])
def test_many_oscillators_agree_with_infinitely_many(law, ratio):
    rng, k = np.random.default_rng(1), ratio * ku.critical_coupling(law)
    o = ku.Oscillators(rng.random(500), ku.spread_frequencies(law, 500)).advance(k, steps=1000)
    r = np.mean([o.advance(k, steps=5).order() for _ in range(200)])
    assert r == pytest.approx(float(ku.steady_order(k, law)), abs=0.02)


def test_below_the_threshold_order_decays_to_the_size_of_chance():
    o = ku.Oscillators(np.zeros(500), ku.spread_frequencies("Lorentz", 500)).advance(1.0, steps=800)
    assert np.mean([o.advance(1.0, steps=5).order() for _ in range(100)]) < 0.06


def test_one_oscillator_locks_exactly_within_the_pull():
    """Its phase then stands at arcsin(ω/(K r)) before or behind the mean phase."""
    k, rng = 4.0, np.random.default_rng(2)
    for own, locked in ((2.0, True), (-2.0, True), (3.5, False)):
        frequencies = ku.spread_frequencies("Lorentz", 801)
        frequencies[400] = own
        o = ku.Oscillators(rng.random(801), frequencies).advance(k, steps=600)
        before = [np.angle(np.exp(1j * o.advance(k, steps=4).phases[400]) / o.mean) for _ in range(200)]
        if locked:
            pull = k * math.sqrt(1 - 2 / k)
            assert np.mean(before) == pytest.approx(math.asin(own / pull), abs=0.04) and np.ptp(before) < 0.1
        else:
            assert np.ptp(before) > 5


def test_the_step_is_of_second_order():
    def end(dt: float) -> np.ndarray:
        start = np.linspace(0, 3, 40)
        return ku.Oscillators(start, ku.spread_frequencies("Gauss", 40)).advance(2, dt=dt, steps=round(2 / dt)).phases

    exact = end(0.0005)
    coarse, fine = (np.abs(np.exp(1j * end(dt)) - np.exp(1j * exact)).max() for dt in (0.04, 0.02))
    assert 3.5 < coarse / fine < 4.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ku.critical_coupling("Cauchy"), "law"),
        (lambda: ku.steady_order(-1, "Gauss"), "coupling"),
        (lambda: ku.order_of_pull(0, "Gauss"), "pull"),
        (lambda: ku.spread_frequencies("Gauss", 1), "oscillators"),
        (lambda: ku.Oscillators(np.zeros(3), np.zeros(3)).advance(1, dt=2), "dt"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
