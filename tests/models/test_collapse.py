"""Rival axes on synthetic traces whose truth is known, and each estimator against a case with an exact answer."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence.scaling import collapse
from emergence.scaling.traces import METRICS, read_traces

WIDTHS = (16, 24, 32, 48, 64, 96)
SKILL = "skill"
CHANCE = 0.1


def logistic(x):
    return 1 / (1 + np.exp(-x))


def synthetic_traces(ability, seeds=4, noise=0.0, loss_noise=0.0, rng=None, mixture="base"):
    """Runs of six sizes under a Chinchilla-like law; ability(loss, log C, log D, log N, offset) sets the exact match.

    offset is a number of the run, normal with standard deviation `noise`; loss_noise moves the run's loss.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    rows = []
    for width in WIDTHS:
        n = 28 * width**2
        for seed in range(seeds):
            offset, shift = noise * rng.normal(), loss_noise * rng.normal()
            for step in [100, *np.rint(np.geomspace(200, 24000, 16)).astype(int)]:
                d = 512 * step
                loss = 1.0 + (n / 300) ** -0.35 + (d / 3e4) ** -0.4 + shift
                c = 6 * n * d
                p = CHANCE + (1 - CHANCE) * ability(loss, math.log10(c), math.log10(d), math.log10(n), offset)
                rows.append(
                    [mixture, width, 2, n, seed, 24000, step, d, c, int(step == 24000), 1.5, loss, loss, loss - 0.2]
                    + [p, p, 1 - p, (1 - p) ** 2]
                )
    header = "run,mixture,d_model,layers,parameters,seed,budget_steps,step,tokens,flops,annealed,cpu_s,loss,loss.text"
    header += f",loss_without.{SKILL}," + ",".join(f"{SKILL}.{metric}" for metric in METRICS)
    lines = [header] + [f"{mixture}-d{row[1]}-s{row[4]}," + ",".join(map(str, row)) for row in rows]
    return read_traces("abilities", lines, {SKILL: CHANCE}, {SKILL: 1})


def of_the_loss(loss, c, d, n, offset):
    return logistic((1.5 - loss + offset) / 0.06)


TRUTHS = {
    "loss": of_the_loss,
    "log C": lambda loss, c, d, n, offset: logistic((c - 12.3) / 0.25),
    "log D": lambda loss, c, d, n, offset: logistic((d - 6.2) / 0.2),
    "log N": lambda loss, c, d, n, offset: logistic((n - 4.5) / 0.3),
    collapse.JOINT[0]: lambda loss, c, d, n, offset: logistic((d + 0.466 * n - 8.2) / 0.2),
    collapse.JOINT[1]: lambda loss, c, d, n, offset: logistic(3 * (d - 6.2) + 2 * (n - 4.5) + (d - 6.2) * (n - 4.5)),
}


# --- monotone curves ---------------------------------------------------------------------------------------

points = st.lists(st.tuples(st.integers(0, 20), st.integers(-50, 50), st.integers(1, 5)), min_size=1, max_size=60)


@given(points)
def test_isotonic_fit_is_that_of_scipy(rows):
    from scipy.optimize import isotonic_regression

    x, y, weight = np.array(rows, dtype=float).T
    curve = collapse.isotonic_fit(x, y, weight)
    places = np.unique(x)
    mass = np.array([weight[x == p].sum() for p in places])
    mean = np.array([np.average(y[x == p], weights=weight[x == p]) for p in places])
    assert curve(places) == pytest.approx(isotonic_regression(mean, weights=mass).x, abs=1e-9)


def test_isotonic_fit_leaves_a_rising_sequence_and_averages_a_falling_one():
    assert collapse.isotonic_fit([1, 2, 3], [0, 1, 5]).values.tolist() == [0, 1, 5]
    assert collapse.isotonic_fit([1, 2, 3], [5, 1, 0]).values.tolist() == [2, 2, 2]
    assert collapse.isotonic_fit([1, 2, 3], [5, 1, 0], [1, 1, 2])(2.5) == 1.5


def test_a_crossing_is_interpolated_and_may_be_beyond_either_end():
    curve = collapse.isotonic_fit([0, 1, 2], [0.0, 0.4, 0.8])
    assert curve.crossing(0.6) == pytest.approx(1.5)
    assert curve.crossing(0.9) == math.inf
    assert curve.crossing(-0.1) == -math.inf


# --- the rivals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("truth", TRUTHS)
def test_the_axis_that_sets_the_ability_predicts_the_size_left_out(truth):
    """The true axis leaves the error of interpolating, and every other of the rivals at least twice that error.

    Exempt is a rival that contains the truth: the monotone index contains log C, log D and log N.
    """
    sample = collapse.make_sample(synthetic_traces(TRUTHS[truth], seeds=2), SKILL)
    if truth == "log N":  # of the size left out nothing is known but its size: compare with the middle sizes only
        error = {r: collapse.leave_one_size_out(sample, r).by_size[1:-1].max() for r in collapse.RIVALS}
        assert error["log N"] < 0.12
        assert error["log N"] < min(error["loss"], error["log C"], error["log D"]) / 1.5
        return
    error = {rival: collapse.leave_one_size_out(sample, rival).rms for rival in collapse.RIVALS}
    contains = {"log C": collapse.JOINT, "log D": collapse.JOINT, collapse.JOINT[0]: (collapse.JOINT[1],)}
    others = set(collapse.RIVALS) - {truth, *contains.get(truth, ())}
    if truth == "loss":
        others -= {"loss without the skill"}  # here a constant less: the same axis
        assert error["loss without the skill"] == pytest.approx(error["loss"], rel=1e-6)
    assert error[truth] < 0.02
    assert error[truth] < min(error[rival] for rival in others) / 2


def test_leaving_a_size_out_does_not_look_at_it():
    traces = synthetic_traces(of_the_loss, seeds=2)
    sample = collapse.make_sample(traces, SKILL)
    changed = collapse.Sample(**vars(sample) | {"ability": np.where(sample.size == 2, 9.0, sample.ability)})
    for rival in collapse.RIVALS:
        before, after = (collapse.predict_size_left_out(s, rival, 2) for s in (sample, changed))
        assert before == pytest.approx(after, abs=1e-12)
        assert not np.allclose(
            collapse.predict_size_left_out(sample, rival, 1), collapse.predict_size_left_out(changed, rival, 1)
        )


def test_only_the_step_decides_which_checkpoints_are_left_out():
    traces = synthetic_traces(of_the_loss, seeds=1)
    sample = collapse.make_sample(traces, SKILL)
    late = (traces.step >= 200) & ~traces.annealed
    assert len(sample.ability) == late.sum() < len(traces)
    assert np.array_equal(sample.ability, traces.metric(SKILL, "exact")[late])
    with pytest.raises(ValueError, match=r"schedule = 'constant' has no checkpoint .* \[200, inf\)"):
        collapse.make_sample(traces.select(traces.step < 150), SKILL)


def test_checkpoints_with_and_without_a_fallen_learning_rate_are_never_in_one_sample():
    """The ability of annealed ends is shifted by 0.1: a sample of either kind holds none of the other."""
    traces = synthetic_traces(of_the_loss, seeds=2)
    exact = traces.metric(SKILL, "exact")
    samples = [collapse.make_sample(traces, SKILL, schedule=schedule) for schedule in collapse.SCHEDULES]
    late = traces.step >= 200
    for sample, own in zip(samples, (late & ~traces.annealed, traces.annealed), strict=True):
        assert np.array_equal(sample.ability, exact[own])
    assert sum(len(sample.ability) for sample in samples) == late.sum()


def test_each_size_has_the_same_weight_however_many_seeds_it_has():
    traces = synthetic_traces(of_the_loss, seeds=4)
    sample = collapse.make_sample(traces.select((traces.seed == 0) | (traces.d_model == 32)), SKILL)
    assert np.bincount(sample.size, sample.weights()) == pytest.approx([1] * 6)
    assert (sample.size == 2).sum() == 4 * (sample.size == 1).sum()


def test_scores_that_fall_with_skill_are_turned_round():
    traces = synthetic_traces(of_the_loss, seeds=1)
    for metric in METRICS:
        sample = collapse.make_sample(traces, SKILL, metric)
        assert np.corrcoef(sample.axes["loss"], sample.ability)[0, 1] > 0.5


def test_noise_between_seeds_is_the_floor_of_the_collapse():
    """An ability of loss and seed: the error on a size left out comes close to the spread between seeds."""
    sample = collapse.make_sample(synthetic_traces(of_the_loss, seeds=8, noise=0.06), SKILL)
    floor = collapse.seed_noise_floor(sample).rms
    assert floor > 0.05
    assert 0.9 * floor < collapse.leave_one_size_out(sample, "loss").rms < 1.3 * floor
    assert collapse.leave_one_size_out(sample, "log N").rms > 2.5 * floor
    quiet = collapse.make_sample(synthetic_traces(of_the_loss, seeds=2), SKILL)
    assert collapse.seed_noise_floor(quiet).rms == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seeds", [3, 8])
def test_the_spread_between_seeds_does_not_depend_on_their_number(seeds):
    """An ability linear in the loss plus the run's offset, of standard deviation 0.05: that is what is found.

    Six sizes leave 6 (n - 1) degrees of freedom: a relative error of 0.20 for three seeds, 0.11 for eight.
    """
    traces = synthetic_traces(lambda loss, c, d, n, offset: (2.5 - loss) / 2 + offset, seeds, noise=0.05 / (1 - CHANCE))
    found = collapse.seed_noise_floor(collapse.make_sample(traces, SKILL)).rms
    assert found == pytest.approx(0.05, rel=2.5 / math.sqrt(2 * 6 * (seeds - 1)))


# --- intervals ---------------------------------------------------------------------------------------------


def test_whole_runs_are_drawn_within_their_size():
    sample = collapse.make_sample(synthetic_traces(of_the_loss, seeds=3), SKILL)
    copies = collapse.resample_runs(sample, 50, np.random.default_rng(1))
    assert copies.shape == (50, 18)
    for clusters in sample.clusters_of_size:
        assert (copies[:, clusters].sum(axis=1) == 3).all()
    assert copies.std() > 0.5


def test_drawing_a_run_twice_is_the_same_as_having_it_twice():
    traces = synthetic_traces(of_the_loss, seeds=2, noise=0.1)
    sample = collapse.make_sample(traces, SKILL)
    copies = np.tile([2, 0], 6)
    kept = collapse.make_sample(traces.select(traces.seed == 0), SKILL)
    for rival in ("loss", "log C", *collapse.JOINT):
        drawn, alone = collapse.leave_one_size_out(sample, rival, copies), collapse.leave_one_size_out(kept, rival)
        assert drawn.by_size == pytest.approx(alone.by_size, abs=1e-9)


def test_the_interval_of_a_rival_holds_its_estimate_and_separates_it_from_the_loss():
    sample = collapse.make_sample(synthetic_traces(of_the_loss, seeds=8, noise=0.03), SKILL)
    table = collapse.collapse_quality(sample, ("loss", "log C"), 60, np.random.default_rng(2))
    assert table["loss"].low <= table["loss"].estimate <= table["loss"].high
    assert table["log C", "minus loss"].low > 0
    assert ("loss", "minus loss") not in table


# --- size at equal loss ------------------------------------------------------------------------------------


@pytest.mark.parametrize("effect", [-0.15, 0.0, 0.2])
def test_the_effect_of_size_at_equal_loss_is_recovered(effect):
    """Ability = monotone in the loss + effect x log10 N. The grid of checkpoints leaves an error of interpolation."""

    def ability(loss, c, d, n, offset):
        return 0.5 + 0.2 * np.tanh((1.5 - loss) / 0.3) + effect / (1 - CHANCE) * (n - 4.5)

    sample = collapse.make_sample(synthetic_traces(ability, seeds=2, loss_noise=0.01), SKILL)
    assert collapse.size_effect(sample) == pytest.approx(effect, abs=0.01)


def test_the_interval_of_the_size_effect_covers_the_truth_and_excludes_what_is_far_from_it():
    """Twenty data sets without an effect, eight noisy seeds each: a 95 % interval misses zero in few of them.

    With 100 draws 58 of 60 intervals held zero. At a true coverage of 0.90, 16 or more of 20 hold with probability
    0.96. A decade of parameters that adds 3 to the logit is seen in every one of five sets.
    """
    covered, seen = 0, 0
    for k in range(20):
        rng = np.random.default_rng(100 + k)
        sample = collapse.make_sample(synthetic_traces(of_the_loss, seeds=8, noise=0.05, rng=rng), SKILL)
        effect = collapse.size_effect_interval(sample, 50, rng)
        covered += effect.low <= 0 <= effect.high
    for k in range(5):
        rng = np.random.default_rng(200 + k)
        traces = synthetic_traces(
            lambda loss, c, d, n, offset: logistic((1.5 - loss + offset) / 0.06 + 3 * (n - 4.5)), 8, 0.05, rng=rng
        )
        effect = collapse.size_effect_interval(collapse.make_sample(traces, SKILL), 50, rng)
        seen += effect.low > 0
    assert covered >= 16
    assert seen == 5


# --- thresholds --------------------------------------------------------------------------------------------


def test_threshold_and_width_of_a_logistic_transition():
    """Half at the loss 1.5; from a tenth to nine tenths the loss falls by 2 ln 9 x 0.06 = 0.264 nats."""
    traces = synthetic_traces(of_the_loss, seeds=2)
    passages = collapse.transitions(collapse.make_sample(traces, SKILL), CHANCE, 1.0)
    assert len(passages) == 12
    crossing = [p for p in passages if math.isfinite(p.width)]
    assert {p.size for p in crossing} == set(WIDTHS[1:])
    for passage in crossing:
        assert passage.half == pytest.approx(1.5, abs=0.01)
        assert passage.width == pytest.approx(2 * math.log(9) * 0.06, abs=0.05)


def test_a_run_that_never_gets_there_says_so():
    traces = synthetic_traces(of_the_loss, seeds=1)
    smallest = [p for p in collapse.transitions(collapse.make_sample(traces, SKILL), CHANCE, 1.0) if p.size == 16]
    assert smallest[0].nine_tenths == -math.inf and smallest[0].width == math.inf


def test_transitions_are_counted_by_size():
    runs = [(16, 1.9, 2.0, 1.7), (16, 2.1, 2.2, -math.inf), (24, -math.inf, 1.5, -math.inf)]
    small, large = collapse.passages([collapse.Transition(*run) for run in runs])
    assert small.half == pytest.approx((2.0, 1.9, 2.1)) and small.width == pytest.approx(0.3)
    assert small[:3] == (16, 2, 2) and small.completed == 1
    assert large == (24, 1, 0, None, 0, None)


# --- equal loss --------------------------------------------------------------------------------------------


def test_ability_at_a_loss_is_read_on_the_way_of_each_run():
    """With an ability linear in the loss, interpolation is exact. The smallest size never reaches 1.4."""
    traces = synthetic_traces(lambda loss, c, d, n, offset: (2.5 - loss) / 2 + offset, seeds=2, noise=0.01)
    found = collapse.at_loss(traces, traces.metric(SKILL, "p"), 1.4)
    assert sorted(set(found.size.tolist())) == list(WIDTHS[1:]) and len(found.value) == 10
    offsets = found.value - (CHANCE + (1 - CHANCE) * (2.5 - 1.4) / 2)
    assert 0.003 < offsets.std() < 0.02
    of_run = traces.metric(SKILL, "p") - (CHANCE + (1 - CHANCE) * (2.5 - traces.loss) / 2)
    for size, seed, offset in zip(found.size, found.seed, offsets, strict=True):
        assert offset == pytest.approx(of_run[(traces.d_model == size) & (traces.seed == seed)][0], abs=1e-9)
    assert len(collapse.at_loss(traces, traces.metric(SKILL, "p"), 0.5).value) == 0


@pytest.mark.parametrize("effect", [-0.2, 0.0])
def test_what_the_schedule_changes_at_equal_loss_is_recovered(effect):
    """The annealed end has the loss that the trunk has at step 12,000, and an ability shifted by the effect.

    With an ability linear in the loss, interpolation is exact; the offset of each run cancels.
    """
    traces = synthetic_traces(line, seeds=4, noise=0.05)
    ends = np.flatnonzero(traces.annealed)
    loss, exact = traces.loss.copy(), traces.metric(SKILL, "exact").copy()
    for end in ends:
        run = np.flatnonzero((traces.run == traces.run[end]) & ~traces.annealed)
        loss[end], exact[end] = loss[run[-3]], exact[run[-3]] + effect
    moved = replace(traces, loss=loss, metrics={SKILL: traces.metrics[SKILL] | {"exact": exact}})
    shift = collapse.schedule_shift(moved, exact, 24000)
    assert shift.size.tolist() == traces.d_model[ends].tolist() and shift.seed.tolist() == traces.seed[ends].tolist()
    assert shift.value == pytest.approx(effect, abs=1e-9)
    # the trunk's own last loss is above that of an end that went on falling: nothing to compare
    assert len(collapse.schedule_shift(traces, exact, 24000).value) == 0


def test_the_mean_of_each_size_has_an_interval_that_holds_it():
    """Eight runs of standard deviation 1: the interval is about 2 x 1.96 / sqrt(8) wide, by 7/8 too narrow."""
    rng = np.random.default_rng(3)
    value = np.concatenate([rng.normal(size=8), [5.0, 5.0]])
    found = collapse.AtLoss(np.repeat([16, 24], [8, 2]), np.arange(10), value)
    means = collapse.mean_by_size(found, 4000, rng)
    assert list(means) == [16, 24] and means[24] == (5, 5, 5)
    assert means[16].estimate == pytest.approx(value[:8].mean())
    assert means[16].low < means[16].estimate < means[16].high
    width = 2 * 1.96 * value[:8].std() / math.sqrt(8)
    assert means[16].high - means[16].low == pytest.approx(width, rel=0.1)


def test_an_interval_resampled_from_three_runs_is_their_range_and_covers_the_mean_in_three_cases_of_four():
    """One resample of 27 takes the lowest run three times, more than the 2.5 per cent that are cut off."""
    rng = np.random.default_rng(2026)
    runs = rng.standard_normal((1000, 3))
    found = collapse.AtLoss(np.repeat(np.arange(1000), 3), np.tile(np.arange(3), 1000), runs.ravel())
    _, low, high = np.array(list(collapse.mean_by_size(found, 10_000, rng).values())).T
    assert low == pytest.approx(runs.min(axis=1)) and high == pytest.approx(runs.max(axis=1))
    assert np.mean((low <= 0) & (high >= 0)) == pytest.approx(3 / 4, abs=0.03)
    students = 2 * 4.303 * runs.std(axis=1, ddof=1) / math.sqrt(3)
    assert (high - low).mean() / students.mean() == pytest.approx(0.384, abs=0.005)


def test_annealed_ends_are_no_part_of_the_way_to_a_loss():
    traces = synthetic_traces(of_the_loss, seeds=1)
    last = traces.loss[traces.annealed].max()
    assert 16 in collapse.at_loss(traces, traces.loss, last + 0.05).size
    assert 16 not in collapse.at_loss(traces, traces.loss, last).size


def joined(first, second):
    """Two sets of traces as one."""

    def join(a, b):
        if isinstance(a, dict):
            return {name: join(a[name], b[name]) for name in a}
        return np.concatenate([a, b]) if isinstance(a, np.ndarray) else a

    return replace(first, **{name: join(value, getattr(second, name)) for name, value in vars(first).items()})


def line(loss, c, d, n, offset):
    return (2.5 - loss) / 2 + offset


def test_a_mixture_that_adds_to_the_ability_at_equal_loss_shows_by_how_much():
    base = synthetic_traces(line, seeds=3, noise=0.01)
    richer = synthetic_traces(lambda *at: line(*at) + 0.1, seeds=2, mixture="richer")
    shifts = collapse.mixture_shift(joined(base, richer), SKILL, "richer")
    assert tuple(shifts) == WIDTHS
    for shift in shifts.values():
        assert shift.runs.shape == (2,) and shift.seeds.shape == (3,)
        # the curve of three runs lies off by their mean offset, 0.006 on average
        assert shift.runs == pytest.approx(0.1 * (1 - CHANCE), abs=0.02)
        assert shift.beyond_seeds


def test_a_mixture_that_adds_nothing_lies_among_the_seeds():
    """Six runs drawn from the same law as the six seeds: all beyond all seeds has probability 2/924 for each size."""
    rng = np.random.default_rng(5)
    base = synthetic_traces(line, seeds=6, noise=0.01, rng=rng)
    same = synthetic_traces(line, seeds=6, noise=0.01, rng=rng, mixture="same")
    shifts = collapse.mixture_shift(joined(base, same), SKILL, "same").values()
    assert not any(shift.beyond_seeds for shift in shifts)
    spread = np.concatenate([shift.seeds for shift in shifts])
    # each against five others: standard deviation 0.009 sqrt(6/5), which 36 values give to within 40 per cent
    assert spread.std() == pytest.approx(0.01 * (1 - CHANCE) * math.sqrt(6 / 5), rel=0.4)


# --- laws of size ------------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(floor=st.floats(0, 3), log_scale=st.floats(2, 5), exponent=st.floats(0.1, 1.5))
def test_a_power_law_with_a_floor_is_recovered(floor, log_scale, exponent):
    n = np.geomspace(1e4, 1e6, 6)
    law = collapse.fit_size_law(n, floor + (10**log_scale / n) ** exponent)
    assert law(3e6) == pytest.approx(floor + (10**log_scale / 3e6) ** exponent, rel=1e-3)
    assert law.exponent == pytest.approx(exponent, rel=1e-2)
    assert law.rms < 1e-4 * (10**log_scale / 1e4) ** exponent


def test_only_annealed_ends_of_one_budget_enter_the_law():
    traces = synthetic_traces(of_the_loss, seeds=3)
    n, loss = collapse.final_losses(traces, 24000)
    assert len(n) == 18
    law = collapse.fit_size_law(n, loss)
    assert law.exponent == pytest.approx(0.35, abs=0.001)
    assert law.floor == pytest.approx(1 + (512 * 24000 / 3e4) ** -0.4, abs=0.001)


def test_a_logarithm_has_no_exponent():
    n = np.geomspace(1e4, 1e6, 6)
    assert not collapse.fit_size_law(n, 3 - 0.1 * np.log(n)).determined
    assert collapse.fit_size_law(n, 1 + (1e4 / n) ** 0.5).determined


def test_a_loss_that_rises_with_size_has_no_law():
    n = np.geomspace(1e4, 1e6, 6)
    with pytest.raises(ValueError, match="does not fall"):
        collapse.fit_size_law(n, 2 - (1e4 / n) ** 0.5)


# --- the metric, and bad input -----------------------------------------------------------------------------


def test_independent_tokens_make_the_exact_match_a_power():
    assert collapse.independent_exact_match([0.0, 0.9, 1.0], 5) == pytest.approx([0, 0.59049, 1])


TRACES = synthetic_traces(of_the_loss, seeds=1)
FAR = synthetic_traces(of_the_loss, seeds=1, mixture="other")
APART = joined(synthetic_traces(of_the_loss, seeds=2), replace(FAR, loss=FAR.loss + 10))
BOTH = joined(TRACES, synthetic_traces(of_the_loss, seeds=1, mixture="other"))
SAMPLE = collapse.make_sample(TRACES, SKILL)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: collapse.isotonic_fit([1, 2], [1]), r"shapes \(2,\), \(1,\)"),
        (lambda: collapse.isotonic_fit([1.0], [1.0], [0.0]), r"weight = 0 .* \(0, inf\)"),
        (lambda: collapse.axis_coordinates(TRACES, "log L", SKILL), r"axis = 'log L' .* 'log N'"),
        (lambda: collapse.predict_size_left_out(SAMPLE, "size", 0), r"rival = 'size' .* 'loss'"),
        (
            lambda: collapse.leave_one_size_out(
                collapse.make_sample(TRACES.select(TRACES.d_model == 16), SKILL), "loss"
            ),
            r"sizes = \(16,\)",
        ),
        (lambda: collapse.leave_one_size_out(SAMPLE, "loss", np.array([0, 1, 1, 1, 1, 1])), r"size 16 is 0"),
        (lambda: collapse.seed_noise_floor(SAMPLE), r"has 1 seed; .* \[2, inf\)"),
        (lambda: collapse.resample_runs(SAMPLE, 0, np.random.default_rng(0)), r"draws = 0 .* \[1, inf\)"),
        (lambda: collapse.transitions(SAMPLE, 0.5, 0.1), r"bottom = 0.5 .* top = 0.1"),
        (lambda: collapse.mixture_shift(APART, SKILL, "other"), r"in \[-\d.+, -\d.+\], all outside the curve's range"),
        (lambda: collapse.mixture_shift(BOTH, SKILL, "other"), r"size 16 has 1 base run; .* \[2, inf\)"),
        (lambda: collapse.fit_size_law([1, 2, 2], [3, 2, 2]), r"2 different sizes; .* \[3, inf\)"),
        (lambda: collapse.final_losses(TRACES, 5), r"budget_steps = 5 is not one of \[24000\]"),
        (lambda: collapse.independent_exact_match(1.2, 3), r"\[0, 1\]"),
        (lambda: collapse.independent_exact_match(0.5, 0), r"answer_tokens = 0 .* \[1, inf\)"),
    ],
)
def test_bad_input_is_named_with_its_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
