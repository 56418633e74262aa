"""Fits of scaling laws: exact cases, SciPy on the same data in the same run, intervals, and hidden laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from emergence.scaling import fits, laws
from emergence.statistics import student_quantile

pytestmark = pytest.mark.filterwarnings("error")

SIZES = 1e7 * 10 ** np.linspace(0, 1.5, 6)
TRUE = fits.Law(np.float64(1.7), np.float64(1.5), np.float64(0.35), 1e7, np.float64(0), np.True_)

floors, excesses, exponents = st.floats(0.0, 4.0), st.floats(0.1, 5.0), st.floats(0.05, 1.5)


def law_of(floor, excess, exponent):
    return fits.Law(np.float64(floor), np.float64(excess), np.float64(exponent), 1e7, np.float64(0), np.True_)


def noisy(seed, noise=0.01):
    return TRUE(SIZES) + noise * np.random.default_rng(seed).standard_normal(len(SIZES))


# --- variable projection -------------------------------------------------------------------------------------


@given(floor=floors, excess=excesses, exponent=exponents)
def test_a_law_without_noise_is_found_again(floor, excess, exponent):
    law = law_of(floor, excess, exponent)
    fit = fits.fit_law(SIZES, law(SIZES))
    assert fit.determined
    assert fit.exponent == pytest.approx(exponent, rel=1e-3, abs=1e-4)
    assert fit(SIZES) == pytest.approx(law(SIZES), abs=1e-6)


@given(floor=floors, excess=excesses, exponent=exponents)
def test_with_its_exponent_given_a_law_is_found_exactly(floor, excess, exponent):
    law = law_of(floor, excess, exponent)
    fit = fits.fit_exponent(SIZES, law(SIZES), exponent)
    assert fit.floor == pytest.approx(floor, abs=1e-8)
    assert fit.scale == pytest.approx(float(law.scale), rel=1e-6)


@given(shift=st.floats(-0.5, 0.5), stretch=st.floats(-0.5, 0.5), alpha=exponents, seed=st.integers(0, 99))
def test_no_other_floor_and_amplitude_do_better_and_a_moved_floor_costs_a_parabola(shift, stretch, alpha, seed):
    losses, v = noisy(seed, 0.1), (SIZES / SIZES[0]) ** -alpha
    fit = fits.fit_exponent(SIZES, losses, alpha)
    amplitude = fit.amplitude * (fit.unit / SIZES[0]) ** alpha
    other = np.sum((losses - fit.floor - shift - (amplitude + stretch) * v) ** 2)
    assert other >= fit.squares - 1e-12
    best = np.sum((losses - fit.floor - shift - v * (v @ (losses - fit.floor - shift)) / (v @ v)) ** 2)
    h = len(v) - v.sum() ** 2 / (v @ v)
    assert best == pytest.approx(fit.squares + h * shift**2, abs=1e-10)


@pytest.mark.parametrize("seed", range(12))
def test_variable_projection_agrees_with_least_squares_of_scipy_on_the_same_data(seed):
    losses = noisy(seed)
    fit = fits.fit_law(SIZES, losses)

    def errors(p):
        return p[0] + p[1] * (SIZES / 1e7) ** -p[2] - losses

    theirs = optimize.least_squares(errors, [1.7, 1.5, 0.35], xtol=1e-15, ftol=1e-15, gtol=1e-15)
    assert float(fit.squares) == pytest.approx(2 * theirs.cost, rel=1e-9)
    assert (fit.floor, fit.exponent) == pytest.approx((theirs.x[0], theirs.x[2]), rel=1e-5)


def law_in_three(n, floor, scale, alpha):
    return floor + (scale / n) ** alpha


def test_scipy_gives_up_on_pythia_from_its_own_start_and_agrees_from_a_good_one():
    sizes, losses = fits.pythia()
    with np.errstate(all="ignore"), pytest.raises(RuntimeError, match="Optimal parameters not found"):
        optimize.curve_fit(law_in_three, sizes, losses)
    (floor, scale, alpha), _ = optimize.curve_fit(law_in_three, sizes, losses, p0=[1.5, 1e8, 0.3], xtol=1e-12)
    fit = fits.fit_law(sizes, losses)
    assert (fit.floor, fit.exponent, fit.scale) == pytest.approx((floor, alpha, scale), rel=1e-4)


def test_many_data_sets_at_once_are_fitted_as_one_by_one():
    losses = np.array([noisy(seed) for seed in range(7)])
    together, rules = fits.fit_law(SIZES, losses), (fits.fit_pure, lambda n, y: fits.fit_exponent(n, y, 0.3))
    for i, each in enumerate(losses):
        assert together.exponent[i] == pytest.approx(float(fits.fit_law(SIZES, each).exponent), rel=1e-9)
        for rule in rules:
            assert rule(SIZES, losses)(SIZES)[i] == pytest.approx(rule(SIZES, each)(SIZES))
    assert together(SIZES).shape == (7, 6) and together(1e9).shape == (7,)


def test_a_straight_line_in_log_size_has_no_exponent():
    fit = fits.fit_law(SIZES, 5 - 0.2 * np.log10(SIZES))
    assert not fit.determined and fit.exponent == fits.LOWEST


def test_a_power_law_without_a_floor_is_a_line_of_logarithms():
    fit = fits.fit_pure(SIZES, (3e9 / SIZES) ** 0.2)
    assert fit.exponent == pytest.approx(0.2) and fit.floor == 0 and float(fit.scale) == pytest.approx(3e9)


def test_the_least_misfit_of_an_exponential_is_that_of_scipy():
    sizes, losses = fits.pythia()

    def misfit(log_rate):
        design = np.column_stack([np.ones(8), np.exp(-math.exp(log_rate) * sizes)])
        return np.linalg.lstsq(design, losses, rcond=None)[1][0]

    best = optimize.minimize_scalar(misfit, bracket=(math.log(1e-9), math.log(5e-9)))
    assert fits.exponential_misfit(sizes, losses) == pytest.approx(math.sqrt(best.fun / 8), rel=1e-3)


def test_an_exponential_misses_pythia_several_times_as_far_as_a_power_law():
    for counted in fits.COUNTS:
        sizes, losses = fits.pythia(counted)
        power = fits.fit_law(sizes, losses).rms
        assert fits.exponential_misfit(sizes, losses) > 5 * power


# --- intervals ---------------------------------------------------------------------------------------------------


def test_at_the_ends_of_the_intervals_the_least_sum_of_squares_is_the_limit():
    sizes, losses = fits.pythia()
    valley = fits.valley(sizes, losses)
    t = np.log(sizes / 1e9)
    for floor in valley.floor_interval:
        free = optimize.least_squares(lambda p, f=floor: f + p[0] * np.exp(-p[1] * t) - losses, [0.4, 0.4])
        assert 2 * free.cost == pytest.approx(valley.limit, rel=1e-3)
    for alpha in valley.exponent_interval:
        assert fits.fit_exponent(sizes, losses, alpha).squares == pytest.approx(valley.limit, rel=0.02)


def test_the_interval_of_the_floor_holds_the_true_one_as_often_as_it_says():
    draws, hits = 400, 0
    for seed in range(draws):
        low, high = fits.valley(SIZES, noisy(seed, 0.003), points=401).floor_interval
        hits += low <= TRUE.floor <= high
    assert abs(hits / draws - 0.95) < 4 * math.sqrt(0.95 * 0.05 / draws)


def test_a_table_without_a_bend_leaves_the_floor_open_below():
    valley = fits.valley(SIZES, 5 - 0.2 * np.log10(SIZES) + 0.01 * np.random.default_rng(1).standard_normal(6))
    assert valley.floor_interval[0] == -math.inf and valley.exponent_interval[0] == 0


def test_resampled_fits_lie_where_the_profile_says():
    sizes, losses = fits.pythia()
    valley, drawn = fits.valley(sizes, losses), fits.bootstrap(sizes, losses, 1000, np.random.default_rng(1))
    low, high = valley.floor_interval
    assert np.mean((drawn.floor > low) & (drawn.floor < high)) > 0.95
    ridge = np.interp(drawn.exponent, valley.exponents, valley.floor)
    assert np.std(drawn.floor - ridge) < 0.3 * np.std(drawn.floor)


def test_the_error_to_first_order_is_that_of_many_small_errors():
    noise, draws = 1e-4, 4000
    losses = TRUE(SIZES) + noise * np.random.default_rng(2).standard_normal((draws, 6))
    at = np.array([1e8, 1e10, 1e13])
    measured = fits.fit_law(SIZES, losses)(at).std(axis=0)
    stated = fits.linear_error(TRUE, SIZES, at, noise)
    assert measured == pytest.approx(stated, rel=4 / math.sqrt(2 * draws))


@given(excess=excesses, exponent=st.floats(0.1, 1.0))
def test_far_out_the_error_is_that_of_the_floor_and_what_is_left_vanishes(excess, exponent):
    law = law_of(1.5, excess, exponent)
    near, far, farther, floor = fits.linear_error(law, SIZES, [1e9, 1e40, 1e60, math.inf], 0.01)
    assert farther == pytest.approx(floor, rel=1e-3) and floor > 0
    left = excess * (np.array([1e9, 1e40, 1e60]) / 1e7) ** -exponent
    assert np.all(np.diff([near, far, farther] / left) > 0)


@given(excess=excesses, exponent=exponents, decades=st.floats(0.2, 4.0))
def test_a_law_is_near_a_straight_line_by_the_bound(excess, exponent, decades):
    sizes = np.array([1e7, 1e7 * 10**decades])
    bound = excess * (exponent * math.log(10) * decades) ** 2 / 16
    assert 0 < fits.straight_line_gap(law_of(1, excess, exponent), sizes) <= bound * (1 + 1e-9)


def test_no_line_is_nearer_than_the_chord_moved_down():
    t = np.linspace(0, math.log(31.6), 200)
    curve = TRUE(1e7 * np.exp(t))
    rows = np.column_stack([np.ones_like(t), t])
    bounds = np.vstack([np.column_stack([rows, -np.ones_like(t)]), np.column_stack([-rows, -np.ones_like(t)])])
    best = optimize.linprog([0, 0, 1], bounds, np.append(curve, -curve), bounds=[(None, None)] * 3)
    assert fits.straight_line_gap(TRUE, [1e7, 3.16e8]) == pytest.approx(best.fun, rel=1e-3)


# --- robust fits -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delta", [1e-3, 5e-3, 10.0])
@pytest.mark.parametrize("counted", fits.COUNTS)
def test_hubers_loss_of_logarithms_is_minimised_as_by_scipy(delta, counted):
    sizes, losses = fits.pythia(counted)
    fit = fits.fit_huber_log(sizes, losses, delta)

    def errors(p):
        return np.log(p[0] + np.exp(p[1] - p[2] * np.log(sizes / 1e9)) + 0 * losses) - np.log(losses)

    starts = [[1.4, -1.0, 0.35], [1.1, -0.5, 0.2]]
    theirs = min(
        optimize.least_squares(errors, s, loss="huber", f_scale=delta, xtol=1e-15, ftol=1e-15, gtol=1e-15).cost
        for s in starts
    )
    ours = fits.huber(np.log(fit(sizes) / losses), delta).sum()
    assert ours <= theirs * (1 + 1e-4)


def test_huber_is_a_parabola_that_goes_on_straight():
    assert fits.huber([0.5, 1.0, -3.0], 1.0) == pytest.approx([0.125, 0.5, 2.5])


# --- size and data -----------------------------------------------------------------------------------------------


def both_families():
    table = laws.published_table()
    return table.select(np.isin(table.family, ["Cerebras-GPT", "Pythia"]))


def test_the_law_in_size_and_data_is_projected_as_least_squares_does():
    table = both_families()
    fit = fits.project_two(table.parameters, table.tokens, table.loss, [0.2, 0.35], [0.1, 0.3, 0.5])
    for i, a in enumerate(fit.alpha):
        for j, b in enumerate(fit.beta):
            design = np.column_stack([np.ones(15), table.parameters**-a, table.tokens**-b])
            scale = design.max(axis=0)
            found, squares, *_ = np.linalg.lstsq(design / scale, table.loss, rcond=None)
            assert (fit.E[i, j], fit.A[i, j], fit.B[i, j]) == pytest.approx(tuple(found / scale), rel=1e-6)
            assert fit.squares[i, j] == pytest.approx(squares[0], rel=1e-8)


def test_exact_losses_give_the_five_constants_back():
    c, rng = laws.chinchilla_constants("besiroglu"), np.random.default_rng(3)
    n, d = 10 ** rng.uniform(7.8, 10.2, 40), 10 ** rng.uniform(9.7, 11.7, 40)
    fit = fits.project_two(n, d, laws.chinchilla_loss(n, d, c), [0.3, c.alpha, 0.4], [0.3, c.beta, 0.4])
    assert fit.best() == (1, 1)
    assert (fit.E[1, 1], fit.A[1, 1], fit.B[1, 1]) == pytest.approx((c.E, c.A, c.B), rel=1e-6)


def test_fifteen_models_let_e_and_beta_run_away_and_hold_alpha():
    table, found = both_families(), []
    for least in (0.1, 0.02, 0.005, 0.001):
        grid = np.geomspace(least, 1.5, 150)
        fit = fits.project_two(table.parameters, table.tokens, table.loss, grid, grid)
        i, j = fit.best()
        limit = fit.squares.min() * (1 + student_quantile(10) ** 2 / 10)
        inside = (fit.squares <= limit).any(axis=1)
        assert j == 0 and 0 < i < 149
        assert 0.2 < grid[inside][0] and grid[inside][-1] < 0.44
        found.append((fit.E[i, j], fit.squares[i, j]))
    assert np.all(np.diff(found, axis=0) < 0) and found[-1][0] < -60


@given(compute=st.floats(1e19, 1e26), quality=st.floats(0.1, 10), name=st.sampled_from(laws.CHINCHILLA_FITS))
def test_quality_as_a_factor_on_data_is_a_factor_on_compute(compute, quality, name):
    c = laws.chinchilla_constants(name)
    n, d = fits.compute_optimal(compute, quality, c)
    assert 6 * n * d == pytest.approx(compute)
    there, more = fits.compute_optimal(quality * compute, 1.0, c)
    assert n == pytest.approx(there) and quality * d == pytest.approx(more)
    best = optimize.minimize_scalar(
        lambda x: float(laws.chinchilla_loss(math.exp(x), quality * compute / 6 / math.exp(x), c)),
        bounds=(math.log(n) - 3, math.log(n) + 3),
        method="bounded",
    )
    assert float(laws.chinchilla_loss(n, quality * d, c)) <= best.fun + 1e-12


# --- one family, counted twice -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("layers", "width"), [(1, 3), (6, 512), (36, 5120)])
def test_parameters_of_the_blocks_are_those_of_their_arrays(layers, width):
    shapes = [(3 * width, width), (3 * width,), (width, width), (width,)]  # attention
    shapes += [(4 * width, width), (4 * width,), (width, 4 * width), (width,)]  # MLP
    shapes += [(width,)] * 4  # two layer norms
    last = [(width,)] * 2
    count = layers * sum(math.prod(s) for s in shapes) + sum(math.prod(s) for s in last)
    assert fits.parameters_of_blocks(layers, width) == count


def test_with_both_embeddings_the_count_is_the_one_in_the_name():
    blocks, (named, _) = fits.pythia(fits.WITHOUT)[0], fits.pythia(fits.ALL)
    widths = np.array([512, 768, 1024, 2048, 2048, 2560, 4096, 5120])
    total = blocks + 2 * 50304 * widths
    assert total == pytest.approx(named, rel=0.025)


def test_the_count_of_parameters_moves_the_floor_out_of_its_interval():
    (n, loss), (blocks, _) = fits.pythia(fits.ALL), fits.pythia(fits.WITHOUT)
    with_all, without = fits.valley(n, loss).floor_interval, fits.valley(blocks, loss).floor_interval
    assert without[1] < with_all[0]
    assert fits.fit_law(blocks, loss).squares < fits.fit_law(n, loss).squares / 25
    missed = [abs(float(fits.fit_law(x[:4], loss[:4])(x[-1]) - loss[-1])) for x in (n, blocks)]
    assert missed[0] > 0.12 and missed[1] < 0.007


# --- hidden laws -------------------------------------------------------------------------------------------------


@given(st.integers(0, 1000))
@settings(max_examples=20)
def test_hidden_laws_lie_in_their_ranges(seed):
    trial = fits.hide_laws(5, np.random.default_rng(seed), noise=0.0)
    floor, excess, exponent = trial.laws[:3]
    assert np.all(
        (1.2 <= floor) & (floor <= 2.2) & (1 <= excess) & (excess <= 2) & (0.2 <= exponent) & (exponent <= 0.5)
    )
    assert trial.seen == pytest.approx(trial.laws(trial.sizes))
    assert fits.score(trial, "best fit", [10, 1000]).rms == pytest.approx([0, 0], abs=1e-5)


def test_a_straight_line_is_continued_straight():
    line = fits.extrapolate("straight line", SIZES, 5 - 0.2 * np.log10(SIZES), [1e10])
    assert line == pytest.approx([3.0])


def test_the_best_fit_of_a_true_law_errs_least_and_has_next_to_no_bias():
    trial = fits.hide_laws(2000, np.random.default_rng(1))
    scores = {rule: fits.score(trial, rule, [10, 100, 1000]) for rule in fits.RULES}
    for rule in fits.RULES[1:]:
        assert np.all(scores[rule].rms > 2 * scores["best fit"].rms)
    assert np.all(np.abs(scores["best fit"].bias) < 0.006)
    assert np.all(scores["no floor"].bias < -0.25) and np.all(scores["straight line"].bias < -0.5)


def test_a_wrong_exponent_wins_far_out_where_little_was_seen():
    trial = fits.hide_laws(2000, np.random.default_rng(1), noise=0.02, decades=1.0)
    best, fixed = (fits.score(trial, rule, [100, 1000]) for rule in ("best fit", "fixed exponent"))
    assert np.all(best.rms - fixed.rms > 4 * np.hypot(best.error, fixed.error))


def r_squared(law, losses):
    return 1 - law.squares / ((losses - losses.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)


def test_r_squared_does_not_say_how_far_an_extrapolation_errs():
    trial = fits.hide_laws(2000, np.random.default_rng(1))
    law, at = fits.fit_law(trial.sizes, trial.seen), 100 * trial.sizes[-1]
    quality, error = r_squared(law, trial.seen), np.abs(law(at) - trial.laws(at))
    assert quality.min() > 0.994 and np.mean(quality > 0.999) > 0.85
    assert abs(np.corrcoef(quality, error)[0, 1]) < 0.15
    assert np.mean(np.abs(law.floor - trial.laws.floor) > 0.05) > 0.35


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fits.fit_law([1e7, 1e8], [3, 2]), r"n has 2 different sizes.*\[3, inf\)"),
        (lambda: fits.fit_law([1e7, 1e8, -1], [3, 2, 1]), r"n = -1 .*\(0, inf\)"),
        (lambda: fits.fit_law([1e7, 1e8, 1e9], [3, 2]), r"loss has shape \(2,\)"),
        (lambda: fits.fit_law([1e7, 1e8, 1e9], [3, 2, math.nan]), r"loss has the entry nan"),
        (lambda: fits.fit_exponent(SIZES, noisy(1), 0), r"exponent = 0 .*\(0, inf\)"),
        (lambda: fits.fit_law(SIZES, SIZES).scale, r"amplitude = .*\(0, inf\)"),
        (lambda: fits.valley(SIZES, np.ones((2, 6))), r"allowed is one data set"),
        (lambda: fits.valley(SIZES, noisy(1), 1.0), r"level = 1 .*\(0, 1\)"),
        (lambda: fits.bootstrap(SIZES, noisy(1), 0, np.random.default_rng(1)), r"draws = 0"),
        (lambda: fits.linear_error(TRUE, SIZES, 1e9, 0), r"noise = 0 .*\(0, inf\)"),
        (lambda: fits.huber(1, 0), r"delta = 0 .*\(0, inf\)"),
        (lambda: fits.extrapolate("by eye", SIZES, noisy(1), [1e9]), r"rule = 'by eye' is not one of 'best fit'"),
        (lambda: fits.pythia("bytes"), r"counted = 'bytes' is not one of 'all parameters'"),
        (lambda: fits.hide_laws(3, np.random.default_rng(1), noise=1), r"noise = 1 .*\[0, 0.1\]"),
        (lambda: fits.hide_laws(3, np.random.default_rng(1), decades=0), r"decades = 0 .*\(0, 6\]"),
        (lambda: fits.project_two([1, 2, 3], [1, 2, 3], [3, 2, 1], [0.3], [0.3]), r"loss has 3 points.*\[6, inf\)"),
        (lambda: fits.compute_optimal(1e20, 0, laws.chinchilla_constants("besiroglu")), r"quality = 0 .*\(0, inf\)"),
        (lambda: fits.parameters_of_blocks(0, 8), r"layers = 0 .*\[1, inf\)"),
    ],
)
def test_bad_arguments_are_refused_by_name_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
