"""What breaks "loss decides": the statistics by other means, and the verdict recomputed from the shipped runs."""

import math
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergence.scaling import interventions as iv
from emergence.scaling.collapse import isotonic_fit
from emergence.statistics import share_interval, student_interval


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: iv.schedule_cell("constant", "abilities", "icl", 16), "schedule = 'constant'"),
        (lambda: iv.passages(16, 9, 16, "tokens"), "axis = 'tokens'"),
        (lambda: iv.skills("sums"), "panel = 'sums'"),
        (lambda: iv.select(d_model=17), "d_model = 17"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- passages ----------------------------------------------------------------------------------------------


def test_moments_are_those_of_a_uniform_distribution():
    assert iv._moments(np.array([1.0, 2.0, 4.0]), np.array([0.0, 1 / 3, 1.0])) == pytest.approx((2.5, 9 / 12))


@given(st.lists(st.floats(0.05, 1), min_size=2, max_size=8), st.integers(2, 5), st.randoms(use_true_random=False))
def test_the_variance_of_a_group_is_within_plus_between(steps, number, random):
    places = np.cumsum([0.0, *steps])
    rises = []
    for _ in range(number):
        mass = np.array([random.random() + 1e-3 for _ in steps])
        rises.append(np.concatenate([[0.0], np.cumsum(mass) / mass.sum()]))
    moments = np.array([iv._moments(places, rise) for rise in rises])
    _, whole = iv._moments(places, np.mean(rises, axis=0))
    assert whole == pytest.approx(moments[:, 1].mean() + moments[:, 0].var(), abs=1e-9)


def jumps(middles, width, rng, noise=0.05, checkpoints=27):
    """Instructions whose probability rises from .1 to 1 at their own middles, over a width, with noise in both."""
    x = np.linspace(-2.4, -2.1, checkpoints)
    rise = np.clip((x[:, None] - middles) / width + 0.5, 0, 1)
    return x + rng.normal(scale=0.008, size=x.shape), np.clip(
        0.1 + 0.9 * rise + rng.normal(scale=noise, size=rise.shape), 0, 1
    )


def test_jumps_at_different_losses_are_told_from_instructions_that_pass_together():
    rng = np.random.default_rng(3)
    for _ in range(20):
        apart = iv.passage(*jumps(rng.uniform(-2.35, -2.2, 16), 0.005, rng), 0.1)
        together = iv.passage(*jumps(np.full(16, -2.25), 0.12, rng), 0.1)
        assert apart.share_between > 0.6 and apart.single < 0.5 * apart.group
        assert together.share_between < 0.2 and together.single > 0.7 * together.group


def test_instructions_that_are_never_learnt_are_left_out_and_counted():
    x, abilities = jumps(np.full(4, -2.25), 0.1, np.random.default_rng(1))
    abilities[:, 0] = 0.1
    found = iv.passage(x, abilities, 0.1)
    assert (found.instructions, found.asked) == (3, 4)
    assert iv.passage(x, abilities[:, :2], 0.1) is None


def test_three_shares_tell_questions_that_jump_from_instructions_that_do():
    rng = np.random.default_rng(2)
    apart = rng.uniform(-2.35, -2.2, 8)
    for middles, most in (
        (np.repeat(apart, 10), 0),
        (rng.uniform(-2.35, -2.2, 80), 1),
        (np.full(80, -2.25), 2),
    ):
        found = iv.three_shares(*jumps(middles, 0.12 if most == 2 else 0.005, rng), 0.1)
        shares = (found.between_instructions, found.between_questions, found.within_questions)
        assert sum(shares) == pytest.approx(1) and int(np.argmax(shares)) == most and max(shares) > 0.6
        assert (found.single < found.group / 2) == (most < 2)


# --- the shipped runs --------------------------------------------------------------------------------------


def test_the_tables_are_small():
    folder = files("emergence") / "data"
    names = (*iv.PANELS, "runs", "singles", "parts", "questions")
    sizes = [len((folder / f"interventions_{name}.csv").read_bytes()) for name in names]
    assert sum(sizes) + len((folder / "interventions.json").read_bytes()) <= 150_000


def test_runs_of_one_seed_and_panel_begin_alike_under_each_schedule():
    """Same initial values and data; at step 500 the rates differ by less than a fifth."""
    for run in iv.select(part="schedules", schedule="cosine"):
        (other,) = iv.select(part="schedules", schedule="constant", panel=run.panel, d_model=run.d_model, seed=run.seed)
        assert abs(run.loss[run.step == 500] - other.loss[other.step == 500]) < 0.05


def test_no_value_is_missing_and_each_lies_in_its_range():
    for run in iv.trained():
        assert (np.diff(run.step) > 0).all() and (run.loss > 0).all() and (run.loss < np.log(64)).all()
        for values in run.p.values():
            assert ((values >= 0) & (values <= 1)).all()
        for values in run.exact.values():
            assert np.isnan(values).all() if run.part == "shapes" else ((values >= 0) & (values <= 1)).all()


def test_the_mean_over_single_instructions_is_that_of_their_group():
    """Both are rounded: singles to a hundredth, whose mean over n errs by .01/sqrt(12 n) on average."""
    for run in iv.select(part="schedules", schedule="constant", panel="instructions"):
        for low, high in ((9, 16), (17, 32)):
            mean = np.mean([run.singles[rank] for rank in range(low, high + 1)], axis=0)
            error = 0.01 / math.sqrt(12 * (high - low + 1)) + 0.0005
            assert np.abs(mean - run.p[f"ranks_{low}_{high}"]).max() < 5 * error


def test_what_some_documents_gain_at_equal_loss_others_pay():
    """The shares weigh the differences to zero, but for their rounding to 1e-4 nats."""
    shares = iv.sweep_provenance()["panels"]
    for run in (run for run in iv.trained() if run.part == "schedules" and run.schedule != "constant"):
        base = shares[run.panel]["mixtures"]["base"]
        assert set(run.parts) == set(base)
        assert abs(sum(base[name] * paid for name, paid in run.parts.items())) <= 0.5001e-4


def test_a_schedules_difference_is_read_off_the_constant_run_at_the_same_loss():
    cell = iv.schedule_cell("late", "abilities", "heldout", 32)
    for pair in cell.pairs:
        (end,) = iv.select(part="schedules", panel="abilities", schedule="late", d_model=32, seed=pair.seed)
        (run,) = iv.select(part="schedules", panel="abilities", schedule="constant", d_model=32, seed=pair.seed)
        assert run.loss.min() <= end.loss[-1] <= run.loss.max() and pair.other == end.p["heldout"][-1]
        fit = isotonic_fit(-run.loss, run.p["heldout"])
        assert pair.base == pytest.approx(np.interp(-end.loss[-1], fit.places, fit.values))


# --- the verdict -------------------------------------------------------------------------------------------


def verdict(intervention, skill):
    (found,) = (each for each in iv.verdicts() if (each.intervention, each.skill) == (intervention, skill))
    return found


def test_all_planned_runs_are_there():
    about = iv.provenance()
    assert about["finished"] == about["planned"]
    counts = {part: len(iv.select(part=part)) for part in ("schedules", "sums", "shapes")}
    # A constant run is two ways through training: its own and that of its late branch.
    assert counts == {"schedules": 90 + 30, "sums": 20, "shapes": 40}


def test_the_verdict_follows_from_the_runs_by_other_means():
    """Every comparison again: SciPy's t test, and Holm's procedure as adjusted p values."""
    p_values = []
    for each in iv.verdicts():
        if each.intervention in iv.FALLING:
            cells = [iv.schedule_cell(each.intervention, each.panel, each.skill, width) for width in each.widths]
            seeds = sorted({pair.seed for cell in cells for pair in cell.pairs})
            values = [np.mean([c.differences[seed] for c in cells if seed in c.differences]) for seed in seeds]
            test = stats.ttest_1samp(values, 0.0)
            assert each.difference.estimate == pytest.approx(np.mean(values)) and each.seeds == len(seeds)
            assert each.p_value == pytest.approx(test.pvalue)
        p_values.append(each.p_value)
    order = np.argsort(p_values)
    adjusted = np.maximum.accumulate(np.array(p_values)[order] * np.arange(len(order), 0, -1))
    hard = {int(i) for i, p in zip(order, adjusted, strict=True) if p <= 0.05}
    assert {i for i, each in enumerate(iv.verdicts()) if each.verdict == "breaks"} == hard


def test_34_of_66_comparisons_are_in_play_and_three_break_loss_decides():
    assert len(iv.cells()) == 66 and len(iv.verdicts()) == 34
    breaking = [(each.intervention, each.skill) for each in iv.verdicts() if each.verdict == "breaks"]
    assert breaking == [("late", "ranks_65_128"), ("linear", "ranks_33_64"), ("linear", "ranks_65_128")]
    suggesting = [(each.intervention, each.skill) for each in iv.verdicts() if each.verdict == "suggests"]
    assert suggesting == [
        ("late", "ranks_17_32"), ("late", "ranks_33_64"),
        ("cosine", "ranks_17_32"), ("cosine", "ranks_33_64"), ("cosine", "ranks_65_128"),
        ("linear", "icl"), ("four layers against two", "trained_pairs"),
    ]  # fmt: skip


def test_every_interval_of_a_schedule_that_excludes_zero_lies_below_it():
    for each in iv.verdicts():
        if each.intervention in iv.FALLING and each.verdict != "not shown":
            assert each.difference.high < 0


@pytest.mark.parametrize("schedule", iv.FALLING)
def test_the_rarer_instructions_are_worse_by_a_tenth_or_more_after_a_fall_however_they_are_read(schedule):
    for skill in ("ranks_33_64", "ranks_65_128"):
        found = verdict(schedule, skill)
        assert -0.16 < found.difference.estimate < -0.09 and found.difference.high < -0.04
        for beside in (iv.schedule_beside(found), iv.schedule_beside(found, "p", first=True)):
            assert beside.high < 0


def test_what_is_known_already_gains_a_little_after_a_fall():
    """The three frequent groups at width 64, where they are nearly learnt: not comparisons, since not in play."""
    for schedule in iv.FALLING:
        for skill in ("ranks_1_8", "ranks_9_16", "ranks_17_32"):
            cell = iv.schedule_cell(schedule, "instructions", skill, 64)
            found = student_interval(list(cell.differences.values()))
            assert not cell.in_play and 0 < found.low and found.high < 0.06


def test_runs_are_left_out_at_width_16_on_instructions_only():
    for each in iv.cells():
        for cell in each:
            assert cell.left_out == 0 or (cell.panel, cell.width) == ("instructions", 16)


def test_at_one_rate_and_one_size_of_heads_no_gap_of_widths_is_shown():
    gaps = [each for each in iv.verdicts() if each.intervention.startswith("width")]
    assert len(gaps) == 7 and all(each.verdict == "not shown" for each in gaps)
    assert max(abs(bound) for each in gaps for bound in each.difference[1:]) < 0.09
    assert all(each.excess.low < 0 < each.excess.high for each in iv.tuning_table()), "nor that tuning made one"


def test_sums_at_equal_shares_are_undecided():
    equal, swapped = iv.sums_learnt("equal_sums"), iv.sums_learnt("swapped_sums")
    assert equal == (10, 3, 1, 2, 0) and equal.p_value == 0.5
    assert swapped == (10, 0, 0, 0, 0)
    assert share_interval(0, 10).high == pytest.approx(1 - 0.025**0.1)


def test_a_single_instruction_passes_gradually():
    """By both marks of the design, at both widths where all instructions of ranks 17 to 32 are learnt."""
    for width in (32, 64):
        for axis in ("loss", "step"):
            found = iv.passages(width, 17, 32, axis)
            assert len(found) == 5 and all(each.instructions == each.asked == 16 for each in found)
            assert student_interval([each.share_between for each in found]).high < 0.5
            assert student_interval([each.single / each.group for each in found]).low > 0.5


def test_rises_and_falls_are_counted_without_a_fit():
    steady, lost = np.array([0.0, 0.25, 0.5, 0.75, 1.0]), np.array([0.0, 1.0, 0.0, 1.0, 1.0])
    assert iv.rises_and_falls(steady[:, None]) == (0.25, 0.0)
    assert iv.rises_and_falls(lost[:, None]) == (1.0, 0.5)


def test_a_single_question_jumps_and_is_lost_again_where_its_group_rises_gradually():
    """Once at least, the typical question rises within 100 steps by most of the way from a guess to 1, and three fifths
    of all rises are undone; the mean of the 80 never rises by more than a third. The monotone fit sees no jumps here.
    """
    for run in iv.questions():
        single = iv.rises_and_falls(run.ability)
        instructions = iv.rises_and_falls(run.ability.reshape(len(run.step), -1, iv.DIGITS).mean(-1))
        group = iv.rises_and_falls(run.ability.mean(axis=1)[:, None])
        assert single.largest > 0.6 > 0.45 > instructions.largest > group.largest
        assert single.lost > 0.55 and group.lost < single.lost
    within = student_interval([each.within_questions for each in iv.question_passages()])
    assert 0.6 < within.low and within.high < 0.8


def test_the_questions_of_an_instruction_have_its_mean():
    """Rank by rank the same runs as those in which instructions were asked: their training is the same."""
    for run in iv.questions():
        (whole,) = iv.select(part="schedules", panel="instructions", schedule="constant", d_model=32, seed=run.seed)
        assert np.array_equal(run.step, whole.step)
        means = run.ability.reshape(len(run.step), -1, iv.DIGITS).mean(-1)
        stored = np.stack([whole.singles[rank] for rank in range(17, 25)], axis=1)
        assert np.abs(means - stored).max() < 0.06, "a ninth's rounding, at worst .056, and a hundredth's"
