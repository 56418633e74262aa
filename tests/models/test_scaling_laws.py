"""The loss threshold: closed forms, whole parameter ranges, and every published number of the chapter."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emergence.scaling import laws
from emergence.tables import read_rows

pytestmark = pytest.mark.filterwarnings("error")

sizes = st.floats(1e3, 1e14)
scales = st.floats(1e3, 1e12)
exponents = st.floats(0.05, 2.0)
floors = st.floats(0.0, 4.0)
gaps = st.floats(1e-4, 5.0)
tokens = st.floats(1e6, 1e16)
fits = st.sampled_from(laws.CHINCHILLA_FITS).map(laws.chinchilla_constants)

SMALLEST_SIZE = dict(eta=2.2, l_inf=1.8, n0=8e7, alpha=0.34)


def rounds_to(value, printed):
    """True when value agrees with a printed decimal to half a unit of its last digit."""
    mantissa, _, exponent = printed.lower().partition("e")
    digits = len(mantissa.partition(".")[2])
    return abs(value - float(printed)) <= 0.5 * 10.0 ** (int(exponent or 0) - digits) * (1 + 1e-9)


# --- the power law and its critical size -------------------------------------------------------------------


def test_power_law_at_its_scale_is_one_nat_above_the_floor():
    assert laws.power_law_loss(8e7, 1.8, 8e7, 0.34) == pytest.approx(2.8)
    assert laws.power_law_loss(math.inf, 1.8, 8e7, 0.34) == 1.8


def test_critical_size_of_a_quarter_nat_gap_with_exponent_one_half_is_sixteen_scales():
    assert laws.critical_size(2.05, 1.8, 1e8, 0.5) == pytest.approx(16e8)


@given(l_inf=floors, gap=gaps, n0=scales, alpha=exponents)
def test_loss_at_the_critical_size_is_the_threshold(l_inf, gap, n0, alpha):
    eta = l_inf + gap
    n_c = laws.critical_size(eta, l_inf, n0, alpha)
    assume(np.isfinite(n_c))
    assert laws.power_law_loss(n_c, l_inf, n0, alpha) == pytest.approx(eta, rel=1e-12)


@given(l_inf=floors, gap=gaps, n0=scales, alpha=exponents, factor=st.floats(1.001, 1e6))
def test_loss_is_below_the_threshold_exactly_above_the_critical_size(l_inf, gap, n0, alpha, factor):
    eta = l_inf + gap
    n_c = laws.critical_size(eta, l_inf, n0, alpha)
    # The loss must differ from the threshold by more than rounding for the comparison to mean anything.
    assume(gap * alpha * math.log(factor) > 1e-10 * eta)
    assert laws.power_law_loss(n_c * factor, l_inf, n0, alpha) < eta
    assert laws.power_law_loss(n_c / factor, l_inf, n0, alpha) > eta


@given(l_inf=floors, below=st.floats(0.0, 4.0), n0=scales, alpha=exponents)
def test_no_size_suffices_for_a_threshold_at_or_below_the_irreducible_loss(l_inf, below, n0, alpha):
    eta = max(l_inf - below, 0.0)
    assert laws.critical_size(eta, l_inf, n0, alpha) == math.inf
    assert laws.power_law_loss(1e300, l_inf, n0, alpha) >= eta


@given(n=sizes, factor=st.floats(1.01, 1e3), l_inf=floors, n0=scales, alpha=exponents)
def test_power_law_loss_falls_with_size_towards_the_floor(n, factor, l_inf, n0, alpha):
    small, large = laws.power_law_loss([n, n * factor], l_inf, n0, alpha)
    assert small >= large >= l_inf


@given(l_inf=floors, gap=gaps, wider=st.floats(1.01, 10.0), n0=scales, alpha=exponents)
def test_critical_size_falls_as_the_threshold_rises(l_inf, gap, wider, n0, alpha):
    near, far = laws.critical_size([l_inf + gap, l_inf + gap * wider], l_inf, n0, alpha)
    assert near > far > 0


def test_arguments_broadcast_and_scalars_give_scalars():
    loss = laws.power_law_loss(np.array([1e8, 1e9, 1e10])[:, None], np.array([1.0, 1.8]), 8e7, 0.34)
    assert loss.shape == (3, 2)
    assert isinstance(laws.critical_size(**SMALLEST_SIZE), float)


# --- how far an error carries ------------------------------------------------------------------------------


def test_a_twentieth_of_a_nat_moves_the_critical_size_by_forty_per_cent():
    """Gap 0.40, alpha = 0.34, eta known to 0.05: 1.44 to first order, 1.48 up and 1.41 down exactly."""
    low, point, high = laws.critical_size_interval(**SMALLEST_SIZE, eta_error=0.05)
    assert rounds_to(laws.critical_size_sensitivity(2.2, 1.8, 0.34, 0.05), "1.44")
    assert rounds_to(high / point, "1.481")
    assert rounds_to(point / low, "1.414")


@given(
    l_inf=floors,
    gap=gaps,
    n0=scales,
    alpha=exponents,
    eta_error=st.floats(0.0, 3.0),
    alpha_share=st.floats(0.0, 0.9),
    u=st.floats(-1.0, 1.0),
    v=st.floats(-1.0, 1.0),
)
def test_interval_contains_the_point_and_everything_in_the_box(l_inf, gap, n0, alpha, eta_error, alpha_share, u, v):
    eta, alpha_error = l_inf + gap, alpha * alpha_share
    low, point, high = laws.critical_size_interval(eta, l_inf, n0, alpha, eta_error, alpha_error)
    inside = laws.critical_size(max(eta + u * eta_error, 0.0), l_inf, n0, alpha + v * alpha_error)
    for value in (point, inside):
        assert low * (1 - 1e-9) <= value <= high * (1 + 1e-9)


@given(l_inf=floors, gap=gaps, n0=scales, alpha=exponents, eta_error=st.floats(0.0, 3.0))
def test_interval_is_attained_at_corners_of_the_box(l_inf, gap, n0, alpha, eta_error):
    alpha_error = 0.3 * alpha
    eta = l_inf + gap
    corners = [
        laws.critical_size(max(eta + i * eta_error, 0.0), l_inf, n0, alpha + j * alpha_error)
        for i in (-1, 1)
        for j in (-1, 1)
    ]
    low, _, high = laws.critical_size_interval(eta, l_inf, n0, alpha, eta_error, alpha_error)
    assert low == pytest.approx(min(corners), rel=1e-12)
    assert high == pytest.approx(max(corners), rel=1e-12)


@given(gap=gaps, alpha=exponents, n0=scales)
def test_critical_size_falls_with_the_exponent_below_one_nat_of_gap_and_rises_above(gap, alpha, n0):
    assume(abs(math.log(gap)) > 1e-6)
    weak, strong = laws.critical_size(gap, 0.0, n0, [alpha, alpha * 1.1])
    assert (strong < weak) == (gap < 1)


def test_interval_is_open_ended_when_the_band_reaches_the_irreducible_loss():
    low, point, high = laws.critical_size_interval(1.84, 1.8, 8e7, 0.34, eta_error=0.05)
    assert math.isfinite(low) and math.isfinite(point) and high == math.inf
    assert laws.critical_size_interval(1.7, 1.8, 8e7, 0.34, eta_error=0.05) == (math.inf,) * 3
    assert laws.critical_size_sensitivity(1.8, 1.8, 0.34, 0.05) == math.inf


@given(l_inf=floors, gap=gaps, alpha=exponents, n0=scales)
def test_exact_interval_tends_to_the_first_order_factor(l_inf, gap, alpha, n0):
    """-ln(1 - d/g) lies between d/g and (d/g)/(1 - d/g), so the two agree to a relative d/g."""
    eta = l_inf + gap
    gap = eta - l_inf  # what is left of the gap after rounding
    small = 1e-4 * gap
    low, point, high = laws.critical_size_interval(eta, l_inf, n0, alpha, eta_error=small)
    first_order = math.log(laws.critical_size_sensitivity(eta, l_inf, alpha, small))
    rounding = 1e-14 * (1 + eta / gap) / alpha + 1e-13 * (1 + abs(math.log(gap)) / alpha)
    assert math.log(high / point) == pytest.approx(first_order, rel=1.1e-4, abs=rounding)
    assert math.log(point / low) == pytest.approx(first_order, rel=1.1e-4, abs=rounding)


@given(gap=gaps, alpha=exponents)
def test_first_order_factor_of_the_exponent_matches_a_small_exact_change(gap, alpha):
    small = 1e-5 * alpha
    low, _, high = laws.critical_size_interval(gap, 0.0, 1.0, alpha, alpha_error=small)
    exact = math.log(high / low) / 2
    assert math.log(laws.critical_size_sensitivity(gap, 0.0, alpha, 0.0, small)) == pytest.approx(
        exact, rel=1e-4, abs=1e-12 / alpha
    )


# --- performance behind a threshold ------------------------------------------------------------------------


@given(
    eta=st.floats(0.5, 5.0),
    best_share=st.floats(0.0, 0.9),
    levels=st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3).map(sorted),
    shape=st.floats(0.1, 5.0),
    losses=st.lists(st.floats(0.0, 8.0), min_size=2, max_size=20).map(sorted),
)
def test_gated_performance_is_chance_above_the_threshold_and_falls_with_loss(eta, best_share, levels, shape, losses):
    chance, start, ceiling = levels
    best_loss = eta * best_share
    gate = dict(best_loss=best_loss, chance=chance, start=start, ceiling=ceiling, shape=shape)
    value = laws.gated_performance(losses, eta, **gate)
    assert np.all(value[np.array(losses) >= eta] == chance)
    assert np.all(np.diff(value) <= 1e-15)
    assert np.all((value >= chance) & (value <= ceiling + 1e-15))
    assert laws.gated_performance(best_loss, eta, **gate) == pytest.approx(ceiling)
    assert laws.gated_performance(math.inf, eta, **gate) == chance


def test_onset_is_continuous_when_it_starts_at_chance_and_jumps_otherwise():
    just_below = math.nextafter(2.2, 0)
    smooth = laws.gated_performance([just_below, 2.2], 2.2, chance=0.25)
    assert smooth == pytest.approx([0.25, 0.25])
    jump = laws.gated_performance([just_below, 2.2], 2.2, chance=0.25, start=0.4)
    assert jump == pytest.approx([0.4, 0.25])


# --- data and size together --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "at_infinite_data", "at_300_billion"),
    [
        ("hoffmann_tex", "3.65e8", "1.97e9"),
        ("hoffmann_rounded", "3.42e8", "2.51e9"),
        ("besiroglu", "8.19e8", "2.77e9"),
    ],
)
def test_published_constants_place_the_frontier(name, at_infinite_data, at_300_billion):
    """Threshold 2.2, without a limit on data and at 300 billion tokens."""
    constants = laws.chinchilla_constants(name)
    assert rounds_to(laws.frontier_size(2.2, math.inf, constants), at_infinite_data)
    assert rounds_to(laws.frontier_size(2.2, 3e11, constants), at_300_billion)


@pytest.mark.parametrize(("name", "billions"), [("hoffmann_tex", "16.2"), ("besiroglu", "16.4")])
def test_published_constants_give_a_least_amount_of_data(name, billions):
    assert rounds_to(laws.minimal_data(2.2, laws.chinchilla_constants(name)) / 1e9, billions)


@pytest.mark.parametrize(("name", "size", "ratio"), [("hoffmann_tex", "40.3", "59"), ("besiroglu", "72.2", "18.4")])
def test_compute_optimal_model_at_the_compute_of_gopher(name, size, ratio):
    n = laws.compute_optimal_size(5.76e23, laws.chinchilla_constants(name))
    assert rounds_to(n / 1e9, size)
    assert rounds_to(5.76e23 / 6 / n**2, ratio)


@pytest.mark.parametrize(
    ("n", "d", "rounded", "besiroglu"),
    [
        (175e9, 300e9, "2.002", "2.009"),
        (280e9, 300e9, "1.993", "2.000"),
        (70e9, 1.4e12, "1.937", "1.974"),
        (405e9, 15.6e12, "1.819", "1.893"),
    ],
)
def test_predicted_losses_of_large_models(n, d, rounded, besiroglu):
    """GPT-3, Gopher, Chinchilla, Llama 3 405B: predictions on the corpus of the fit, not measurements."""
    assert rounds_to(laws.chinchilla_loss(n, d, laws.chinchilla_constants("hoffmann_rounded")), rounded)
    assert rounds_to(laws.chinchilla_loss(n, d, laws.chinchilla_constants("besiroglu")), besiroglu)


@given(eta=st.floats(1.9, 4.0), d=tokens, constants=fits)
def test_a_frontier_model_has_the_threshold_loss(eta, d, constants):
    n = laws.frontier_size(eta, d, constants)
    assume(np.isfinite(n))
    assert laws.chinchilla_loss(n, d, constants) == pytest.approx(eta, rel=1e-12)


@given(eta=st.floats(1.9, 4.0), excess=st.floats(1.001, 1e6), more=st.floats(1.01, 1e3), constants=fits)
def test_frontier_falls_with_data_towards_the_critical_size_at_infinite_data(eta, excess, more, constants):
    d = excess * laws.minimal_data(eta, constants)
    less_data, more_data, all_data = laws.frontier_size(eta, [d, d * more, math.inf], constants)
    assert less_data > more_data > all_data
    assert all_data == pytest.approx((constants.A / (eta - constants.E)) ** (1 / constants.alpha), rel=1e-12)
    assert laws.frontier_size(eta, 1e100, constants) == pytest.approx(all_data, rel=1e-9)


@given(eta=st.floats(1.9, 4.0), share=st.floats(1e-6, 1.0 - 1e-9), constants=fits)
def test_below_the_least_data_no_size_suffices(eta, share, constants):
    d_min = laws.minimal_data(eta, constants)
    assert laws.loss_floor(d_min, constants) == pytest.approx(eta, rel=1e-12)
    assert laws.frontier_size(eta, share * d_min, constants) == math.inf
    assert math.isfinite(laws.frontier_size(eta, d_min * (1 + 1e-9), constants))


@given(share=st.floats(0.0, 1.0), constants=fits)
def test_no_data_suffices_for_a_threshold_at_or_below_the_entropy(share, constants):
    eta = share * constants.E
    assert laws.minimal_data(eta, constants) == math.inf
    assert laws.cheapest_model(eta, constants) == (math.inf,) * 3


@given(eta=st.floats(1.9, 4.0), other=st.floats(1e-2, 1e2), constants=fits)
def test_cheapest_model_lies_on_the_frontier_and_no_neighbour_is_cheaper(eta, other, constants):
    n, d, compute = laws.cheapest_model(eta, constants)
    assert laws.chinchilla_loss(n, d, constants) == pytest.approx(eta, rel=1e-12)
    assert laws.compute_optimal_size(compute, constants) == pytest.approx(n, rel=1e-9)
    n_other = laws.frontier_size(eta, d * other, constants)
    assume(np.isfinite(n_other))
    assert laws.training_compute(n_other, d * other) >= compute * (1 - 1e-9)


@given(c=st.floats(1e18, 1e27), factor=st.floats(0.05, 20.0), constants=fits)
def test_compute_optimal_size_minimises_the_loss_at_fixed_compute(c, factor, constants):
    n = laws.compute_optimal_size(c, constants)
    best, other = laws.chinchilla_loss([n, n * factor], [c / 6 / n, c / 6 / (n * factor)], constants)
    assert other >= best * (1 - 1e-14)


# --- bad input ---------------------------------------------------------------------------------------------

BESIROGLU = laws.chinchilla_constants("besiroglu")
TABLE = laws.published_table()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: laws.power_law_loss(0, 1.8, 8e7, 0.34), r"n = 0 .* \(0, inf\]"),
        (lambda: laws.power_law_loss(math.nan, 1.8, 8e7, 0.34), r"n = nan .* \(0, inf\]"),
        (lambda: laws.power_law_loss([1e9, -2.0], 1.8, 8e7, 0.34), r"n = -2 "),
        (lambda: laws.power_law_loss(1e9, -0.1, 8e7, 0.34), r"l_inf = -0.1 .* \[0, inf\)"),
        (lambda: laws.power_law_loss(1e9, 1.8, math.inf, 0.34), r"n0 = inf .* \(0, inf\)"),
        (lambda: laws.critical_size(2.2, 1.8, 8e7, 0.0), r"alpha = 0 .* \(0, inf\)"),
        (lambda: laws.critical_size(math.inf, 1.8, 8e7, 0.3), r"eta = inf .* \[0, inf\)"),
        (lambda: laws.critical_size_sensitivity(2.2, 1.8, 0.34, -0.1), r"eta_error = -0.1 .* \[0, inf\)"),
        (
            lambda: laws.critical_size_interval(2.2, 1.8, 8e7, 0.3, 0, 0.3),
            r"alpha_error = 0.3 .* \[0, alpha\)",
        ),
        (lambda: laws.gated_performance(2.0, 2.2, best_loss=2.2), r"best_loss = 2.2 .* eta = 2.2"),
        (lambda: laws.gated_performance(2.0, 2.2, chance=1.5), r"chance = 1.5 .* \[0, 1\]"),
        (lambda: laws.gated_performance(2.0, 2.2, chance=0.5, start=0.2), r"start = 0.2 .* = \[0.5, 1\]"),
        (lambda: laws.gated_performance(2.0, 2.2, shape=0), r"shape = 0 .* \(0, inf\)"),
        (lambda: laws.chinchilla_loss(1e9, 0, BESIROGLU), r"d = 0 .* \(0, inf\]"),
        (lambda: laws.training_compute(1e9, math.inf), r"d = inf .* \(0, inf\)"),
        (lambda: laws.compute_optimal_size(-1, BESIROGLU), r"c = -1 .* \(0, inf\)"),
        (lambda: laws.chinchilla_constants("chinchilla"), r"name = 'chinchilla' .* 'hoffmann_tex'"),
        (lambda: laws.fit_accuracy(TABLE, "log L"), r"axis = 'log L' .* 'loss'"),
        (lambda: laws.fit_accuracy(TABLE, "loss", 4), r"degree = 4 .* \[1, 3\]"),
        (lambda: laws.fit_polynomial([1.0, 2, 3], [1.0, 2, 3]), r"x has 3 points; 3 .* \[4, inf\)"),
        (lambda: laws.fit_polynomial([1, 1, 2, 2], [1, 2, 3, 4]), r"x takes too few different values"),
        (lambda: laws.fit_polynomial([1, 2, 3, math.nan], [1, 2, 3, 4]), r"x = nan .* \(-inf, inf\)"),
        (lambda: laws.fit_polynomial([1, 2, 3, 4], [1, 2, 3]), r"x has shape \(4,\) and y \(3,\)"),
        (lambda: laws.fit_polynomial([1, 2, 3, 4], [5, 5, 5, 5]), r"variance 0 .* \(0, inf\)"),
        (lambda: laws.fit_polynomial([0, 0, 0, 1], [1, 2, 3, 4], 1), r"leverage 1; .* \[0, 1\)"),
        (lambda: laws.out_of_family(TABLE, "log D"), r"too few different values"),
        (lambda: laws.out_of_family(TABLE, "loss", train="OPT"), r"family = 'OPT' .* 'Pythia'"),
        (lambda: laws.out_of_family(TABLE, "loss", models=["9B"]), r"models = \['9B'\] .* 111M"),
        (lambda: laws.models_in_range(TABLE, "joint (log N, log D)"), r"axis = 'joint"),
        (lambda: laws.added_regressor(TABLE, "loss"), r"axis = 'loss' .* 'log N'"),
    ],
)
def test_bad_input_is_named_with_its_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- the published table -----------------------------------------------------------------------------------


def test_reported_average_is_the_mean_of_the_seven_tasks():
    """Scores and average are each rounded to 0.001, so the two means agree to 0.0005 + 0.0005."""
    rows = read_rows("pile_models.csv")
    for row in rows:
        mean = np.mean([float(row[task]) for task in laws.TASKS])
        assert mean == pytest.approx(float(row["accuracy"]), abs=0.001), row["model"]
    assert len(rows) == 17 and all(row["source"] for row in rows)


def test_table_cannot_be_changed_by_a_figure():
    with pytest.raises(ValueError, match="read-only"):
        laws.published_table().loss[0] = 0.0


@pytest.mark.parametrize(
    ("axis", "rms", "loo", "r_squared"),
    [
        ("loss", "0.0048", "0.0068", "0.997"),
        ("log N", "0.0232", "0.0275", "0.929"),
        ("log 6ND", "0.0184", "0.0224", "0.955"),
        ("log D", "0.065", "0.072", "0.438"),
        ("predicted loss", "0.0104", "0.0274", "0.986"),
        ("joint (log N, log D)", "0.0059", "0.0156", "0.995"),
    ],
)
def test_accuracy_collapses_on_the_loss(axis, rms, loo, r_squared):
    """Quadratics on all 17 models: residuals in sample and leaving one model out."""
    fit = laws.fit_accuracy(laws.published_table(), axis)
    assert rounds_to(fit.rms, rms)
    assert rounds_to(fit.loo_rms, loo)
    assert rounds_to(fit.r_squared, r_squared)


def test_a_weighted_sum_of_log_size_and_log_data_does_not_reach_the_loss():
    """The best weight is 0.41, and its residual is still twice that of the loss."""
    table = laws.published_table()
    log_n, log_d = np.log10(table.parameters), np.log10(table.tokens)
    weights = np.arange(0.0, 2.0, 0.01)
    residual = [laws.fit_polynomial(log_n + w * log_d, table.accuracy).rms for w in weights]
    assert rounds_to(weights[np.argmin(residual)], "0.41")
    assert rounds_to(min(residual), "0.0105")


@pytest.mark.parametrize("axis", laws.AXES)
@pytest.mark.parametrize("degree", [1, 2])
def test_leave_one_out_through_the_hat_matrix_equals_refitting(axis, degree):
    table = laws.published_table()
    fit = laws.fit_accuracy(table, axis, degree)
    x = laws.axis_coordinates(table, axis)
    for i in range(len(table)):
        others = np.arange(len(table)) != i
        refit = laws.fit_polynomial(x[others], table.accuracy[others], degree)
        assert table.accuracy[i] - refit.predict(x[i : i + 1])[0] == pytest.approx(fit.loo_residuals[i], abs=1e-10)


def test_polynomial_fit_recovers_an_exact_quadratic_surface():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(20, 2))
    y = 1 + 2 * x[:, 0] - x[:, 1] + 0.5 * x[:, 0] ** 2 + 3 * x[:, 0] * x[:, 1] - x[:, 1] ** 2
    fit = laws.fit_polynomial(x, y)
    assert len(fit.coefficients) == 6 and fit.rms < 1e-12
    assert fit.predict([[2.0, -1.0]]) == pytest.approx([1 + 4 + 1 + 2 - 6 - 1])


@pytest.mark.parametrize(
    ("axis", "n", "rms"),
    [("loss", 5, "0.0022"), ("log N", 6, "0.050"), ("log 6ND", 4, "0.032"), ("predicted loss", 5, "0.0090")],
)
def test_pythia_predicts_cerebras_gpt_through_the_loss_only(axis, n, rms):
    """Each axis with its own models in range."""
    prediction = laws.out_of_family(laws.published_table(), axis)
    assert prediction.n == n == len(prediction.errors)
    assert rounds_to(prediction.rms, rms)


@pytest.mark.parametrize(
    ("axis", "same_five", "common"),
    [
        ("loss", "0.0022", "0.0025"),
        ("log N", "0.052", "0.046"),
        ("log 6ND", "0.090", "0.036"),
        ("predicted loss", "0.0089", "0.0044"),
    ],
)
def test_the_loss_predicts_best_on_equal_sets_of_models_too(axis, same_five, common):
    """The five models in range on the loss, and the three that are in range on all three axes."""
    table = laws.published_table()
    ranges = [laws.models_in_range(table, one) for one in ("loss", "log N", "log 6ND")]
    shared = set.intersection(*map(set, ranges))
    assert shared == {"1.3B", "2.7B", "6.7B"}
    assert rounds_to(laws.out_of_family(table, axis, models=ranges[0]).rms, same_five)
    assert rounds_to(laws.out_of_family(table, axis, models=sorted(shared)).rms, common)


@pytest.mark.parametrize(("axis", "t"), [("log N", "-0.9"), ("log D", "1.4"), ("log 6ND", "1.6")])
def test_size_data_and_compute_add_nothing_significant_to_the_loss(axis, t):
    """The two-sided 5 per cent point of Student's t with 13 degrees of freedom is 2.16."""
    from scipy.stats import t as student

    added = laws.added_regressor(laws.published_table(), axis)
    assert rounds_to(added.t, t)
    assert added.degrees_of_freedom == 13
    assert abs(added.t) < student.ppf(0.975, 13)


@pytest.mark.parametrize(
    ("axis", "low", "high", "decades"),
    [
        ("log N", "-0.0205", "0.0088", "2.46"),
        ("log D", "-0.0017", "0.0085", "2.33"),
        ("log 6ND", "-0.0019", "0.0119", "4.58"),
    ],
)
def test_how_large_an_effect_beyond_the_loss_could_be(axis, low, high, decades):
    """Accuracy per decade, with 95 per cent confidence if errors are independent."""
    from scipy.stats import t as student

    table = laws.published_table()
    added = laws.added_regressor(table, axis)
    found = student.interval(0.95, added.degrees_of_freedom, added.coefficient, added.standard_error)
    assert rounds_to(found[0], low) and rounds_to(found[1], high)
    assert rounds_to(np.ptp(laws.axis_coordinates(table, axis)), decades)


def test_added_regressor_is_the_partial_regression():
    """Frisch-Waugh: regress the residuals of the accuracy on those of the axis, both after the loss."""
    table = laws.published_table()
    x = laws.axis_coordinates(table, "log N")
    accuracy = laws.fit_polynomial(table.loss, table.accuracy).residuals
    extra = laws.fit_polynomial(table.loss, x).residuals
    slope = np.sum(accuracy * extra) / np.sum(extra**2)
    added = laws.added_regressor(table, "log N")
    assert added.coefficient == pytest.approx(slope, rel=1e-9)
    error = np.sqrt(np.sum((accuracy - slope * extra) ** 2) / 13 / np.sum(extra**2))
    assert added.standard_error == pytest.approx(error, rel=1e-9)


@pytest.mark.parametrize(
    ("residual", "l_inf", "alpha"),
    [
        (lambda model, loss: np.log(model / loss), "1.427", "0.361"),
        (lambda model, loss: model - loss, "1.448", "0.379"),
    ],
    ids=["log loss", "loss"],
)
def test_power_law_fitted_to_pythia(residual, l_inf, alpha):
    """Least squares over all eight models, total parameters."""
    from scipy.optimize import least_squares

    pythia = laws.published_table().family_rows("Pythia")

    def errors(p):
        return residual(laws.power_law_loss(pythia.parameters, p[0], math.exp(p[1]), p[2]), pythia.loss)

    best = least_squares(errors, [1.5, math.log(1e8), 0.4], x_scale=[1, 10, 1], xtol=1e-14, ftol=1e-14, gtol=1e-14)
    assert best.success
    assert rounds_to(best.x[0], l_inf)
    assert rounds_to(best.x[2], alpha)
    if l_inf == "1.427":
        assert rounds_to(math.exp(best.x[1]), "8.2e7")
        assert rounds_to(np.sqrt(np.mean(best.fun**2)), "0.0073")


# --- what the claims of the ledger rest on -----------------------------------------------------------------


@pytest.mark.parametrize(("small", "large"), [("160M", "590M"), ("1B", "2.7B"), ("2.8B", "6.7B")])
def test_a_smaller_model_with_more_data_matches_a_larger_one(small, large):
    """Pythia against Cerebras-GPT: under half the parameters, the same loss and the same accuracy."""
    table = laws.published_table()
    pythia, cerebras = table.family_rows("Pythia"), table.family_rows("Cerebras-GPT")
    i, j = pythia.model.tolist().index(small), cerebras.model.tolist().index(large)
    assert pythia.parameters[i] < cerebras.parameters[j] / 2 and pythia.tokens[i] > 2 * cerebras.tokens[j]
    assert pythia.loss[i] == pytest.approx(cerebras.loss[j], abs=0.02)
    assert pythia.accuracy[i] == pytest.approx(cerebras.accuracy[j], abs=0.01)


def test_at_fixed_data_the_size_decides_whether_the_ability_is_there():
    """300 billion tokens, threshold 2.2: absent in a model of 1e9 parameters, present in one of 4e9."""
    for name in laws.CHINCHILLA_FITS:
        loss = laws.chinchilla_loss([1e9, 4e9], 3e11, laws.chinchilla_constants(name))
        absent, present = laws.gated_performance(loss, 2.2, chance=0.25)
        assert absent == 0.25 < present


def test_accuracy_already_rises_above_a_loss_of_2_2():
    """The three models above 2.2: the mean of the tasks and LAMBADA alone improve as the loss falls."""
    rows = [row for row in read_rows("pile_models.csv") if float(row["loss"]) > 2.2]
    rows.sort(key=lambda row: -float(row["loss"]))
    assert [row["loss"] for row in rows] == ["2.608", "2.504", "2.349"]
    assert [row["accuracy"] for row in rows] == ["0.315", "0.334", "0.347"]
    assert [row["lambada"] for row in rows] == ["0.194", "0.259", "0.293"]


def test_accuracy_falls_as_the_loss_rises():
    """Rank correlation -0.995; the fitted quadratic falls over the whole range of the table."""
    from scipy.stats import spearmanr

    table = laws.published_table()
    assert rounds_to(spearmanr(table.loss, table.accuracy).statistic, "-0.995")
    grid = np.linspace(table.loss.min(), table.loss.max(), 1000)
    assert np.all(np.diff(laws.fit_accuracy(table, "loss").predict(grid)) < 0)
