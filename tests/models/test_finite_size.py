"""Collapse and crossing on the stored lattices, and on curves whose exponents are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import emergence
from emergence.physics import finite_size as fs
from emergence.physics.ising_states import count_states, states
from emergence.tables import read_rows
from experiments.ising import tables

T_C = fs.EXACT[0]
TABLE = Path(emergence.__file__).parent / "data" / "ising_scaling.csv"


def exact_binder(lattice, temperature: float) -> float:
    m, law = lattice.magnetisation_law(temperature)
    return float(1 - (law @ m**4) / (3 * (law @ m**2) ** 2))


def artificial(t_c: float, inverse_nu: float, beta_over_nu: float, noise: float, rng=None) -> fs.Points:
    """Points of the five sizes on one smooth curve, F(x) = 1/(1 + e^x), with an error of `noise`."""
    size = np.repeat(np.array(fs.SIZES, dtype=float), 12)
    x = np.tile(np.linspace(-2, 2, 12), len(fs.SIZES))
    m = size**-beta_over_nu / (1 + np.exp(x))
    error = noise * m
    if rng is not None:
        m = rng.normal(m, error)
    return fs.Points(size, t_c * (1 + x * size**-inverse_nu), m, error)


def test_the_stored_table_is_complete_and_small():
    assert TABLE.stat().st_size < 200_000
    rows = read_rows(TABLE.name)
    assert tuple(rows[0]) == tables.COLUMNS
    for size in fs.SIZES:
        assert fs.measured(size).temperature.tolist() == [t for other, t, _ in tables.settings() if other == size]
    assert len({row["seed"] for row in rows}) == len(rows)


@pytest.mark.parametrize(("size", "index"), [(8, 15), (16, 0)])
def test_a_row_is_simulated_again(size, index):
    """With another seed: the same means within the errors of both."""
    temperature = float(tables.TEMPERATURES[index])
    data = fs.measured(size)
    (place,) = np.flatnonzero(np.isclose(data.temperature, temperature))
    again = tables.measure(size, temperature, 5000 + index)
    for name in ("absolute", "second", "binder", "energy"):
        gap = again[name] - getattr(data, name)[place]
        assert abs(gap) < 4.5 * np.hypot(again[f"{name}_error"], getattr(data, f"{name}_error")[place])


def test_stored_means_of_the_smallest_size_agree_with_counting():
    """33 temperatures and three means, each within 4 standard errors, and not too close on the whole."""
    data = fs.measured(8)
    exact = []
    for t in data.temperature:
        m, law = states(8).magnetisation_law(t)
        exact.append([law @ np.abs(m), law @ m**2, exact_binder(states(8), t)])
    stored = np.transpose([data.absolute, data.second, data.binder])
    errors = np.transpose([data.absolute_error, data.second_error, data.binder_error])
    off = (stored - exact) / errors
    assert np.abs(off).max() < 4 and 0.5 < (off**2).mean() < 1.8


@pytest.mark.parametrize(("size", "value"), [(2, 0.62690), (4, 0.61720)])
def test_the_cumulant_at_the_critical_temperature_is_the_counted_one(size, value):
    assert exact_binder(count_states(size), T_C) == pytest.approx(value, abs=5e-6)


def test_the_cumulant_at_the_critical_temperature_approaches_its_limit():
    for size in (32, 64, 128):
        data = fs.measured(size)
        near = np.abs(data.temperature - 2.27) < 0.021
        fit, covariance = np.polyfit(
            data.temperature[near] - T_C, data.binder[near], 2, w=1 / data.binder_error[near], cov="unscaled"
        )
        assert abs(fit[-1] - fs.BINDER_LIMIT) < 4 * np.sqrt(covariance[-1, -1]) + 0.001


def test_the_jackknife_gives_the_standard_error_of_a_mean():
    bins = np.random.default_rng(2).normal(size=(1, 400))
    mean, error = tables.jackknife(bins, lambda mean: mean[0])
    assert mean == pytest.approx(bins.mean()) and error == pytest.approx(bins.std(ddof=1) / 20)


def test_clusters_forget_within_a_few_updates_at_every_size():
    assert max(fs.measured(size).tau_absolute.max() for size in fs.SIZES) < 10


def test_a_bin_is_as_many_autocorrelation_times_as_its_comment_says():
    for name, times in (("tau_energy", 7), ("tau_absolute", 9)):
        assert times <= min((tables.BIN / getattr(fs.measured(size), name)).min() for size in fs.SIZES) < times + 1


@given(st.floats(1.5, 3), st.floats(0.5, 1.5), st.floats(0, 0.5))
def test_points_on_one_curve_have_no_badness_at_the_right_numbers(t_c, inverse_nu, beta_over_nu):
    data = artificial(t_c, inverse_nu, beta_over_nu, 1e-2)
    assert fs.collapse(data, t_c, inverse_nu, beta_over_nu).badness < 1e-2
    assert fs.collapse(data, t_c, inverse_nu + 0.2, beta_over_nu).badness > 0.1


@given(st.floats(2, 2.5), st.floats(0.6, 1.4), st.floats(0.05, 0.3), st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_the_best_fit_finds_the_numbers_within_its_errors(t_c, inverse_nu, beta_over_nu, seed):
    rng = np.random.default_rng(seed)
    data = artificial(t_c, inverse_nu, beta_over_nu, 3e-3, rng)
    true = (t_c, inverse_nu, beta_over_nu)
    fit = fs.best_fit(data, start=(t_c * 1.002, inverse_nu + 0.03, beta_over_nu))
    assert (np.abs(fit.values - true) < 5 * fit.errors).all()
    assert 0.3 < fit.badness < 2 and fit.badness <= fs.collapse(data, *true).badness + 1e-9


def test_bootstrap_and_linear_errors_agree():
    data = artificial(2.27, 1.0, 0.125, 3e-3, np.random.default_rng(1))
    spread = fs.bootstrap(data, 100, np.random.default_rng(2)).std(axis=0)
    assert spread == pytest.approx(fs.best_fit(data).errors, rel=0.35)


@pytest.mark.parametrize("variable", fs.VARIABLES)
def test_large_sizes_recover_the_exponents_of_onsager_and_yang(variable):
    fit = fs.best_fit(fs.points(16), variable)
    assert (np.abs(fit.values - fs.EXACT) < 3 * fit.errors).all()


def test_a_good_collapse_of_all_sizes_is_wrong_about_nu():
    """The claim of the chapter: badness near 1, and 1/ν off by ten standard errors."""
    fit = fs.best_fit(fs.points(8))
    assert fit.badness < 1.5 and fit.values[1] - 1 > 5 * fit.errors[1]
    assert fs.collapse(fs.points(8), *fs.EXACT).badness > 2 * fit.badness


def test_counted_crossings_drift_towards_the_limit():
    a, b = fs.EXACT_CROSSINGS.values()
    assert a.temperature == pytest.approx(2.22288, abs=1e-5) and a.binder == pytest.approx(0.62305, abs=1e-5)
    assert b.temperature == pytest.approx(2.24862, abs=1e-5) and b.binder == pytest.approx(0.61836, abs=1e-5)
    for pair, found in fs.EXACT_CROSSINGS.items():
        for size in pair:
            assert exact_binder(states(size), found.temperature) == pytest.approx(found.binder, abs=1e-12)


def test_simulated_crossings_come_to_the_critical_temperature():
    pairs = list(zip(fs.SIZES, fs.SIZES[1:], strict=False))
    found = [fs.crossing(*pair) for pair in pairs]
    assert (T_C - found[0].temperature) > 3 * found[0].temperature_error
    for crossing in found[1:]:
        assert abs(crossing.temperature - T_C) < 3.5 * crossing.temperature_error
    assert found[0].binder - fs.BINDER_LIMIT > 3 * found[0].binder_error


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="size = 12 is not one of"):
        fs.measured(12)
    with pytest.raises(ValueError, match="smallest = 7 is not one of 8, 16"):
        fs.points(7)
    with pytest.raises(ValueError, match="variable = 'T' is not one of"):
        fs.rescaled(8, np.ones(1), np.ones(1), 2.0, 1.0, 0.1, "T")
    with pytest.raises(ValueError, match="t_c = 0 is outside"):
        fs.rescaled(8, np.ones(1), np.ones(1), 0, 1.0, 0.1)
    with pytest.raises(ValueError, match="small = 16 must be less"):
        fs.crossing(16, 8)
    with pytest.raises(ValueError, match="small = 8 must be less"):
        fs.counted_crossing(8, 4)
