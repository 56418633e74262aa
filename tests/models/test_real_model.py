"""The measurements on a real language model: consistent tables, bounds that hold, statistics of hits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from emergence.operators import products
from emergence.operators import real_model as rm

ROUNDED = 1e-3  # four digits each


def test_all_passages_and_depths_are_there():
    assert len(rm.passages()) == 24
    for name, shape in {"jacobians": (24, 30), "pairs": (24, 30), "stream": (24, 31), "spectra": (8, 30)}.items():
        column = {"jacobians": "m", "pairs": "monotone", "stream": "norm", "spectra": "radius"}[name]
        values = rm.by_depth(name, column)
        assert values.shape == shape and np.isfinite(values).all()
        assert (rm.table(name)["depth"].reshape(shape) == rm.table(name)["depth"][: shape[1]]).all()


def test_every_factor_stands_in_its_order():
    largest, median, smallest = (rm.by_depth("jacobians", name) for name in ("largest", "median", "smallest"))
    assert (largest >= median).all() and (median >= smallest).all() and (smallest > 0).all()


def test_the_composed_map_stays_below_the_product_of_worst_cases():
    growth = rm.growth()
    assert (growth.worst <= growth.bound + ROUNDED).all()
    assert (growth.random <= growth.worst + ROUNDED).all()


def test_each_block_multiplies_the_composed_map_by_at_most_its_own_worst_case():
    growth = rm.growth()
    largest = np.log(rm.by_depth("jacobians", "largest"))
    for curve in (growth.worst, growth.random):
        assert (np.diff(curve, axis=1) <= largest + ROUNDED).all()


def test_the_first_composed_map_is_the_first_block():
    np.testing.assert_allclose(rm.growth().worst[:, 1], rm.growth().bound[:, 1], atol=ROUNDED)


def test_participation_lies_between_one_and_the_width():
    values = rm.by_depth("jacobians", "participation")
    assert (values >= 1).all() and (values <= 576).all()


def test_no_spectral_radius_exceeds_the_largest_factor():
    """rho(J) <= sigma_max(J), and an eigenvalue's real part is at most lambda_max of the symmetric part, 1 - m."""
    which = [rm.passages().index(name) for name in dict.fromkeys(rm.table("spectra")["passage"].tolist())]
    radius, real = rm.by_depth("spectra", "radius"), rm.by_depth("spectra", "real")
    assert (radius <= rm.by_depth("jacobians", "largest")[which] * (1 + ROUNDED)).all()
    assert (real <= (1 - rm.by_depth("jacobians", "m")[which]) * (1 + ROUNDED)).all()
    assert (real <= radius * (1 + ROUNDED)).all()


def test_a_local_m_is_at_least_one_minus_the_largest_factor():
    """m(I - T) >= 1 - Lip(T), here for the linear map J."""
    assert (rm.by_depth("jacobians", "m") >= 1 - rm.by_depth("jacobians", "largest") * (1 + ROUNDED)).all()


def test_the_last_depth_reads_as_the_model_does():
    assert (np.abs(rm.by_depth("stream", "divergence")[:, -1]) < 1e-5).all()
    assert (rm.by_depth("stream", "lens_same")[:, -1] == 1).all()


def test_cosines_and_shares_are_in_range():
    assert (np.abs(rm.by_depth("stream", "cosine")[:, :-1]) <= 1).all()
    for name, column in (("pairs", "monotone"), ("pairs", "nonexpansive"), ("jacobians", "expanding")):
        values = rm.by_depth(name, column)
        assert (values >= 0).all() and (values <= 1).all()


def test_intervals_agree_with_scipy():
    for n in (3, 8, 9, 24):
        values = np.random.default_rng(n).normal(size=(n, 3))
        found = rm.interval(values)
        low, high = stats.t.interval(0.95, n - 1, values.mean(0), stats.sem(values))
        np.testing.assert_allclose((found.low, found.high), (low, high), rtol=1e-4)
        assert ((found.low < found.mean) & (found.mean < found.high)).all() and found.n == n


def test_an_interval_covers_the_mean_nineteen_times_in_twenty():
    draws = np.random.default_rng(5).normal(size=(24, 4000))
    found = rm.interval(draws)
    covered = np.mean((found.low < 0) & (found.high > 0))
    assert abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 4000)


@given(
    arrays(float, (4, 3, 3), elements=st.floats(-3, 3, width=16)),
)
def test_a_product_stretches_no_more_than_its_factors_together(matrices):
    together, bound, mean = rm.composed_bound(matrices)
    assert together <= bound * (1 + 1e-9) + 1e-9
    assert mean <= together * (1 + 1e-9) + 1e-9
    product = matrices[3] @ matrices[2] @ matrices[1] @ matrices[0]
    assert together == pytest.approx(float(products.lipschitz_constant(product)), abs=1e-6)


def test_the_mean_square_factor_is_that_of_random_directions():
    matrices = np.random.default_rng(0).normal(size=(3, 6, 6))
    directions = np.random.default_rng(1).normal(size=(6, 200_000))
    directions /= np.linalg.norm(directions, axis=0)
    squared = ((matrices[2] @ matrices[1] @ matrices[0] @ directions) ** 2).sum(0)
    error = squared.std() / np.sqrt(squared.size)
    assert abs(rm.composed_bound(matrices)[2] ** 2 - squared.mean()) < 4 * error


@pytest.mark.parametrize("law", rm.LAWS)
def test_a_law_is_found_again(law):
    depth = np.arange(31)
    values = np.ones(31)
    values[1:30] = {
        rm.LAWS[0]: 5 * 0.9 ** depth[1:30],
        rm.LAWS[1]: 5 * depth[1:30] ** -0.7,
        rm.LAWS[2]: 5 * (30 - depth[1:30]) ** 0.7,
    }[law]
    for first in (1, 12, 27):
        fit = rm.fit_law(values, law, first)
        assert fit.rms < 1e-12
        assert fit.slope == pytest.approx({rm.LAWS[0]: np.log(0.9), rm.LAWS[1]: -0.7, rm.LAWS[2]: 0.7}[law])
        np.testing.assert_allclose(fit.curve, values[fit.depth])
        assert fit.depth.tolist() == list(range(first, 30))


texts_of_hits = st.lists(st.lists(st.booleans(), min_size=1, max_size=30), min_size=1, max_size=5)


@given(texts_of_hits, st.integers(1, 8))
def test_exact_match_counts_runs(rows, length):
    windows = [all(row[i : i + length]) for row in rows for i in range(len(row) - length + 1)]
    if windows:
        assert rm.exact_match(rows, length) == pytest.approx(np.mean(windows))
    else:
        with pytest.raises(ValueError, match="length"):
            rm.exact_match(rows, length)


@given(texts_of_hits, st.integers(0, 100))
def test_shuffling_keeps_the_share_of_right_tokens(rows, seed):
    mixed = rm.shuffled(rows, np.random.default_rng(seed))
    assert [len(row) for row in mixed] == [len(row) for row in rows]
    assert rm.accuracy(mixed) == pytest.approx(rm.accuracy(rows))


def test_independent_hits_match_like_powers():
    rows = [np.random.default_rng(2).random(200_000) < 0.6]
    p = rm.accuracy(rows)
    for length in (2, 4, 8):
        error = np.sqrt(p**length * length / 200_000)  # windows that overlap count for less
        assert abs(rm.exact_match(rows, length) - p**length) < 5 * error


def test_texts_that_differ_match_more_often_than_the_power():
    """Jensen: the mean of p^K over texts is at least the K-th power of the mean."""
    rng = np.random.default_rng(3)
    rows = [rng.random(4000) < p for p in (0.3, 0.5, 0.9)]
    assert rm.exact_match(rows, 8) > 3 * rm.accuracy(rows) ** 8


def test_changes_of_blocks_and_noise_have_every_passage():
    for operation in ("drop", "twice"):
        first, added = rm.surgery(operation)
        assert first.tolist() == list(range(1, 31)) and added.shape == (24, 30) and np.isfinite(added).all()
    for operation in ("drop", "twice", "reversed"):
        for count in rm.runs():
            assert rm.surgery(operation, count)[1].shape == (24, 1)
    for target in rm.TARGETS:
        sizes, added = rm.noise(target)
        assert added.shape == (24, sizes.size) and np.isfinite(added).all()


def test_iterated_blocks_start_from_the_stream():
    for block in sorted({int(b) for b in rm.table("iterated")["block"]}):
        for form in ("residual", "stacked"):
            steps, norms, moves = rm.iterated(block, form)
            assert steps[0] == 0 and norms.shape == moves.shape == (24, steps.size)
            assert (norms > 0).all() and (moves > 0).all()


def test_copies_and_contexts():
    loss, right = rm.copying()
    assert loss.shape == right.shape == (24, 4)
    assert ((right >= 0) & (right <= 1)).all()
    context, losses = rm.context_loss()
    assert context.tolist() == list(range(1, 512)) and losses.shape == (24, 511) and (losses >= 0).all()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: rm.table("nothing"), "name"),
        (lambda: rm.by_depth("surgery", "loss"), "name"),
        (lambda: rm.by_depth("stream", "passage"), "column"),
        (lambda: rm.interval([1.0]), "number of values"),
        (lambda: rm.interval(np.full(24, np.nan)), "values"),
        (lambda: rm.composed_bound(np.ones((2, 3))), "shape"),
        (lambda: rm.composed_bound(np.full((1, 2, 2), np.nan)), "matrices"),
        (lambda: rm.fit_law(np.ones(31), "linear"), "law"),
        (lambda: rm.fit_law(np.ones(30), rm.LAWS[0]), "values"),
        (lambda: rm.fit_law(np.ones(31), rm.LAWS[0], 28), "first"),
        (lambda: rm.fit_law(np.zeros(31), rm.LAWS[0]), "values"),
        (lambda: rm.surgery("sawn"), "operation"),
        (lambda: rm.surgery("reversed", 3), "count"),
        (lambda: rm.noise("air"), "target"),
        (lambda: rm.iterated(1, "residual"), "block"),
        (lambda: rm.iterated(3, "sideways"), "form"),
        (lambda: rm.hits("all"), "texts"),
        (lambda: rm.hits("passage", "weights", 0.1), "size"),
        (lambda: rm.hits("known", "air"), "target"),
        (lambda: rm.exact_match([], 1), "rows"),
        (lambda: rm.exact_match([[True]], 0), "length"),
        (lambda: rm.shuffled([[]], np.random.default_rng(0)), "rows"),
        (lambda: rm.exact_match_interval([[True]], 1, 5, np.random.default_rng(0)), "draws"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()


def test_the_interval_of_a_ratio_holds_the_ratio_of_independent_hits():
    rng = np.random.default_rng(4)
    rows = [rng.random(400) < 0.7 for _ in range(30)]
    low, high = rm.exact_match_interval(rows, 4, 400, rng)
    assert low < 1 < high < 1.5


def test_the_forward_pass_agrees_with_an_independent_implementation():
    found = rm.provenance()["reference"]
    difference = abs(found["loss"] - found["loss_of_the_other"])
    assert difference < 3 * found["standard_error_of_the_difference"] + 1e-3


# --- what the chapter says was found --------------------------------------------------------------------------------


def test_every_block_expands_on_every_passage():
    assert (rm.by_depth("jacobians", "largest") > 1).all()


def test_no_norm_makes_a_block_nonexpansive():
    """An eigenvalue of absolute value above 1 in every block and on each of the eight passages."""
    assert (rm.by_depth("spectra", "radius") > 1).all()


def test_no_local_m_is_nonnegative():
    """Neither in the Euclidean inner product nor, where eigenvalues are known, in any other."""
    assert (rm.by_depth("jacobians", "m") < 0).all()
    assert (rm.by_depth("spectra", "real") > 1).all()


def test_pairs_of_real_states_say_less_than_derivatives():
    """Most pairs satisfy the inequality of m(A) >= 0, although no block does everywhere."""
    assert 0.5 < rm.by_depth("pairs", "monotone").mean() < 0.7
    assert 0.05 < rm.by_depth("pairs", "nonexpansive").mean() < 0.3


def test_the_product_of_worst_cases_is_off_by_fourteen_orders_of_magnitude():
    growth = rm.growth()
    gap = rm.interval((growth.bound - growth.worst)[:, -1] / np.log(10))
    assert 14 < gap.low < gap.high < 16


def test_relative_to_the_state_a_random_change_shrinks():
    growth = rm.growth()
    random = rm.interval((growth.random - growth.norm)[:, -1])
    worst = rm.interval((growth.worst - growth.norm)[:, -1])
    assert random.high < np.log(0.5) and worst.high < np.log(5)


def test_the_divergence_rises_over_the_first_half_of_the_depth():
    """By a paired interval: the lens is further from the end at depth 16 than at depth 1."""
    divergence = rm.by_depth("stream", "divergence")
    assert rm.interval(divergence[:, 16] - divergence[:, 1]).low > 0
    assert rm.interval(divergence[:, 16] - divergence[:, 29]).low > 5


def test_a_ramp_to_the_end_fits_better_than_a_law_of_a_limit():
    mean = rm.by_depth("stream", "divergence").mean(axis=0)
    exponential, power, ramp = (rm.fit_law(mean, law, 1).rms for law in rm.LAWS)
    assert ramp < exponential and ramp < power


def test_what_a_block_adds_does_not_tend_to_zero():
    added = rm.by_depth("stream", "added")[:, 2:24].mean(axis=0)
    assert added.min() > 0.2 and added.max() < 0.45
    assert rm.by_depth("stream", "added")[:, 29].mean() > added.max()


def test_six_blocks_of_the_middle_cost_little_and_eight_only_when_repeated():
    """Runs of eight and more contain block 12, which makes the attention sink."""
    for count in rm.runs():
        drop, twice, back = (rm.interval(rm.surgery(name, count)[1][:, 0]) for name in ("drop", "twice", "reversed"))
        assert twice.high < 0.6, count
        if count <= 6:
            assert drop.high < 0.6 and back.high < 0.6, count
        else:
            assert drop.low > 2.5 and back.low > 2.5, count


def test_single_blocks_matter_very_unequally():
    _, added = rm.surgery("drop")
    mean = added.mean(axis=0)
    assert mean[0] > 5 and np.count_nonzero(mean < 0.3) > 15


def test_noise_on_the_weights_costs_more_than_on_the_tokens():
    for size in (0.1, 0.3):
        weights, tokens = (
            added[:, np.flatnonzero(sizes == size)[0]] for sizes, added in map(rm.noise, ("weights", "embeddings"))
        )
        assert rm.interval(weights - tokens).low > 0, size


def test_small_noise_on_the_weights_costs_like_its_square():
    sizes, added = rm.noise("weights")
    coefficient = added.mean(axis=0)[:3] / sizes[:3] ** 2
    assert coefficient.max() / coefficient.min() < 2


def test_right_tokens_cluster():
    for texts in rm.TEXTS:
        low, _ = rm.exact_match_interval(rm.hits(texts), 8, 2000, np.random.default_rng(0))
        assert low > 1.2, texts


def test_random_lists_are_copied_from_the_second_time_on():
    loss, right = rm.copying()
    assert right[:, 0].max() < 0.1
    assert rm.interval(right[:, 1]).low > 0.4 and rm.interval(right[:, 3]).low > 0.75
    assert loss[:, 0].mean() > np.log(rm.VOCABULARY) > loss[:, 1].mean()


def test_a_block_repeated_takes_relative_steps_of_one_over_n():
    for block in sorted({int(b) for b in rm.table("iterated")["block"]}):
        steps, norms, moves = rm.iterated(block, "residual")
        assert 0.5 < np.median(moves[:, -1]) * steps[-1] < 2, block
        assert np.median(norms[:, -1]) > 1.5 * np.median(norms[:, -2]), block


def test_a_block_repeated_without_its_input_settles():
    for block in sorted({int(b) for b in rm.table("iterated")["block"]}):
        assert np.median(rm.iterated(block, "stacked")[2][:, -1]) < 1e-3, block
