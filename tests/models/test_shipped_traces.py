"""What the book's own training runs show: the statements of the chapter that trains them, on the shipped traces."""

import numpy as np
import pytest

from emergence.scaling import collapse
from emergence.scaling.traces import PANELS, load_traces

TABLE = collapse.collapse_table()
SCHEDULES = pytest.mark.parametrize("schedule", collapse.SCHEDULES)
RISING = [
    (panel, skill) for panel in PANELS for skill in load_traces(panel).skills if skill != "direct"
]  # "direct" stays at chance: nothing collapses
QUESTIONS = {"icl": 288, "direct": 384}


def ends(panel, budget=3000):
    """Annealed ends of the base runs."""
    traces = load_traces(panel).of("base")
    return traces.select(traces.annealed & (traces.budget_steps == budget))


def test_every_planned_run_is_there():
    """Eight seeds at three widths, three at the others; the interventions with three seeds at two widths."""
    for panel, mixtures in (("instructions", 1), ("abilities", 2)):
        traces = load_traces(panel)
        base = {(d, s) for d, s in zip(traces.of("base").d_model, traces.of("base").seed, strict=True)}
        assert len(base) == 3 * 8 + 3 * 3
        assert len(np.unique(traces.run)) == len(base) + mixtures * 2 * 3
        assert len(traces) == 18 * len(np.unique(traces.run)), "15 checkpoints and 3 annealed ends"


def test_toys_of_the_three_abilities_arise():
    """In-context learning better than picking any value shown; held-out pairs and written sums solved in some runs."""
    found = ends("abilities")
    wide = found.select(found.d_model >= 48)
    standard_error = np.sqrt(1 / 8 * 7 / 8 / QUESTIONS["icl"])
    assert (wide.metric("icl", "exact") > 1 / 8 + 4 * standard_error).mean() > 0.9
    assert wide.metric("heldout", "exact").max() > 0.95
    assert wide.metric("scratchpad", "exact").max() > 0.99


def test_sums_asked_directly_stay_at_chance_in_all_runs_but_one():
    exact = ends("abilities").metric("direct", "exact")
    limit = 0.1 + 4 * np.sqrt(0.1 * 0.9 / QUESTIONS["direct"])
    assert len(exact) == 33 and (exact > limit).sum() == 1


# --- rival axes, one schedule at a time --------------------------------------------------------------------


@SCHEDULES
@pytest.mark.parametrize(("panel", "skill"), RISING)
def test_the_loss_is_the_best_single_axis_for_every_ability_that_rises(panel, skill, schedule):
    """Among the axes with one number, at a constant learning rate and where it has come down to zero."""
    judged = TABLE[panel, skill, "p", schedule]
    loss = judged["error", "loss"].estimate
    for rival in ("log C", "log D", "log N"):
        assert loss < judged["error", rival].estimate, rival


@SCHEDULES
def test_the_loss_without_the_skills_documents_predicts_worse(schedule):
    for panel, skill in RISING:
        judged = TABLE[panel, skill, "p", schedule]
        assert judged["error", "loss"].estimate < judged["error", "loss without the skill"].estimate, skill


def test_at_a_constant_rate_the_loss_comes_near_the_spread_of_seeds_for_six_of_ten_abilities():
    """Among annealed ends for four, if a third more than the spread still is near."""
    near = {}
    for schedule in collapse.SCHEDULES:
        cases = {skill: TABLE[panel, skill, "p", schedule] for panel, skill in RISING}
        ratio = {s: c["error", "loss"].estimate / c["spread of seeds", "loss"].estimate for s, c in cases.items()}
        near[schedule] = {skill for skill, times in ratio.items() if times < 1.33}
        assert all(times > 1.45 for skill, times in ratio.items() if skill not in near[schedule])
    annealed = {"icl", "heldout", "trained_pairs", "ranks_65_128"}
    assert near == {"constant": annealed | {"ranks_33_64", "scratchpad"}, "annealed": annealed}


def effects_of_size(schedule):
    """Per decade of parameters at equal loss, by skill."""
    return {skill: TABLE[panel, skill, "p", schedule]["effect of size", "loss"] for panel, skill in RISING}


def test_at_equal_loss_and_a_constant_rate_size_has_small_effects():
    """Some intervals exclude zero, on either side; no estimate is beyond 0.073 per decade, no interval beyond 0.112."""
    effects = effects_of_size("constant")
    assert effects["heldout"].high < 0 and effects["ranks_17_32"].high < 0
    assert effects["icl"].low > 0
    assert max(abs(effect.estimate) for effect in effects.values()) < 0.073
    assert max(max(-effect.low, effect.high) for effect in effects.values()) < 0.112


def test_at_equal_loss_annealed_models_are_worse_the_larger_they_are():
    """The effects that exclude zero by more than a hundredth are all negative, the largest of 0.17 per decade.

    The intervals reach 0.25.
    """
    effects = effects_of_size("annealed")
    for skill in ("heldout", "trained_pairs", "ranks_17_32", "scratchpad", "ranks_9_16"):
        assert effects[skill].high < 0 and effects[skill].estimate < -0.1, skill
    assert max(effect.low for effect in effects.values()) < 0.01
    assert min(effects.values()).estimate == effects["heldout"].estimate == pytest.approx(-0.171, abs=0.0005)
    assert min(effect.low for effect in effects.values()) == pytest.approx(-0.249, abs=0.0005)


# --- the schedule at equal loss ----------------------------------------------------------------------------


def changed_by_schedule(panel, values, budget=750):
    """By width: what the fall of the rate changes at equal loss, with an interval; and the number for each run."""
    traces = load_traces(panel).of("base")
    shift = collapse.schedule_shift(traces, values(traces), budget)
    return collapse.mean_by_size(shift, 2000, np.random.default_rng(collapse.TABLE_SEED)), shift


def test_at_equal_loss_the_schedule_changes_abilities():
    """The annealed end of 750 steps against the run's own trunk where it has the same loss.

    With no effect of the schedule 14 runs of 14 on one side would have probability 2^-13, 33 of 33 one of 2^-32.
    """
    effects, shift = changed_by_schedule("instructions", lambda traces: traces.metric("ranks_17_32", "p"))
    for width in (48, 64, 96):
        assert -0.23 < effects[width].estimate < -0.20 and effects[width].high < -0.1
    wide = shift.value[shift.size >= 48]
    assert len(wide) == 14 and (wide < 0).all()
    effects, shift = changed_by_schedule("abilities", lambda traces: traces.metric("heldout", "p"))
    for width in (32, 48, 64, 96):
        assert -0.085 < effects[width].estimate < -0.05 and effects[width].high < 0
    assert len(shift.value) == 33 and (shift.value < 0).all()


def test_the_schedule_delays_whatever_is_being_learnt():
    """After 1,500 steps wide models know the pairs, and are learning to look values up and the rarer instructions."""
    effects, _ = changed_by_schedule("abilities", lambda traces: traces.metric("icl", "p"), 1500)
    for width in (48, 64, 96):
        assert -0.07 < effects[width].estimate < -0.05 and effects[width].high < -0.03
    effects, shift = changed_by_schedule("instructions", lambda traces: traces.metric("ranks_65_128", "p"), 1500)
    assert effects[64].high < -0.1 and effects[96].high < -0.15
    assert (shift.value[shift.size >= 64] < 0).all()


@pytest.mark.parametrize(("panel", "taught"), [("instructions", "instruction"), ("abilities", "pair")])
def test_at_equal_loss_the_annealed_model_is_better_at_text_and_worse_at_what_it_still_learns(panel, taught):
    text, shift = changed_by_schedule(panel, lambda traces: traces.document_loss["text"])
    assert all(text[width].high < 0 for width in (24, 32, 48, 64, 96)) and (shift.value < 0).sum() >= 28
    _, shift = changed_by_schedule(panel, lambda traces: traces.document_loss[taught])
    assert (shift.value > 0).sum() >= 27


def test_the_parts_of_the_loss_do_not_account_for_what_the_schedule_changes():
    """The loss of an annealed model on instructions is a hundredth higher, and p of those that it learns a fifth lower.

    Text and instructions have equal shares: at equal loss one part is lower by as much as the other is higher.
    """
    ability, _ = changed_by_schedule("instructions", lambda traces: traces.metric("ranks_17_32", "p"))
    own, shift = changed_by_schedule("instructions", lambda traces: traces.document_loss["instruction"])
    _, text = changed_by_schedule("instructions", lambda traces: traces.document_loss["text"])
    assert shift.value == pytest.approx(-text.value, abs=2e-4)
    for width in (48, 64, 96):
        assert ability[width].high < -0.1 and 0 < own[width].estimate < 0.013 and own[width].high < 0.023


def test_the_fall_of_the_rate_lowers_the_loss_and_leaves_the_held_out_pairs_where_they_were():
    """Step 750, with and without the fall: mean over the runs of each width."""
    traces = load_traces("abilities").of("base")
    after = traces.select(traces.annealed & (traces.budget_steps == 750))
    before = traces.select(~traces.annealed & (traces.step == 750))
    assert after.run.tolist() == before.run.tolist()
    loss, heldout = (after.loss - before.loss), after.metric("heldout", "p") - before.metric("heldout", "p")
    by_width = [(loss[after.d_model == d].mean(), heldout[after.d_model == d].mean()) for d in after.sizes]
    assert all(-0.031 < fall < -0.012 for fall, _ in by_width)
    assert all(-0.035 < gain < 0.005 for _, gain in by_width)


# --- thresholds of several abilities -----------------------------------------------------------------------


def half_way(skill):
    """Lowest and highest loss at which a run is half-way from a guess to all."""
    sample = collapse.make_sample(load_traces("instructions").of("base"), skill, "p")
    half = [t.half for t in collapse.transitions(sample, 0.1, 1.0) if np.isfinite(t.half)]
    return min(half), max(half)


def test_on_one_corpus_each_group_of_instructions_has_its_own_threshold():
    """From the frequent to the rare, no run of one group is half-way where a run of the next is."""
    groups = [half_way(f"ranks_{ranks}") for ranks in ("1_8", "9_16", "17_32", "33_64", "65_128")]
    assert groups[0][0] > 2.30 and groups[-1][1] < 2.10
    for (lowest, _), (_, highest) in zip(groups[:-1], groups[1:], strict=True):
        assert lowest > highest


def test_in_the_widest_model_in_context_learning_falls_while_the_loss_falls():
    base = load_traces("abilities").of("base")
    for seed in (1, 2, 3):
        run = base.select((base.d_model == 96) & (base.seed == seed) & ~base.annealed)
        p, loss = run.metric("icl", "p"), run.loss
        assert run.step[-1] == 2400 and loss[-1] < loss[p.argmax()]
        assert p.max() > 0.33 and p[-1] < p.max() - 0.04


def test_in_context_learning_sets_wide_models_apart_and_held_out_pairs_do_not():
    found = ends("abilities")
    icl, heldout = found.metric("icl", "exact"), found.metric("heldout", "exact")
    assert icl[found.d_model == 16].max() < 0.085 and icl[found.d_model >= 48].min() > 0.33
    assert heldout[found.d_model == 16].max() > 0.65


# --- the mixture at equal loss -----------------------------------------------------------------------------


def shifts(skill, mixture, panel="abilities", schedule="constant"):
    return collapse.mixture_shift(load_traces(panel), skill, mixture, "p", schedule=schedule)


@pytest.mark.parametrize("width", [32, 64])
def test_another_mixture_of_equal_loss_has_other_abilities(width):
    """If a mixture did nothing, three runs beyond all eight seeds on a given side would have probability 1/165."""
    more, fewer = "double_quotations", "half_quotations"
    assert shifts("icl", more)[width].runs.min() > shifts("icl", more)[width].seeds.max()
    assert shifts("heldout", fewer)[width].runs.min() > shifts("heldout", fewer)[width].seeds.max()
    instructions = shifts("ranks_17_32", "more_text", "instructions")[width]
    assert instructions.runs.max() < instructions.seeds.min()


def test_annealed_models_of_another_mixture_have_other_abilities_too():
    """Width 64 has a base run far from the others of its size, so that here the pairs are not beyond all seeds."""
    assert all(shift.beyond_seeds for shift in shifts("icl", "double_quotations", schedule="annealed").values())
    assert shifts("heldout", "half_quotations", schedule="annealed")[32].beyond_seeds
    instructions = shifts("ranks_17_32", "more_text", "instructions", "annealed")
    assert all(shift.beyond_seeds for shift in instructions.values())


def test_with_another_mixture_one_ability_gains_what_another_loses():
    for mixture, sign in (("double_quotations", 1), ("half_quotations", -1)):
        for width in (32, 64):
            assert (sign * shifts("icl", mixture)[width].runs > 0).all()
            assert (sign * shifts("heldout", mixture)[width].runs < 0).all()


@pytest.mark.parametrize(
    "case",
    [("abilities", "icl", "p", "constant"), ("instructions", "ranks_17_32", "exact", "annealed")],
    ids=str,
)
def test_the_shipped_judgement_follows_from_the_traces(case):
    """Recomputed with the same draws; the table has four decimals."""
    panel, *how = case
    sample = collapse.make_sample(load_traces(panel).of("base"), *how)
    rng = np.random.default_rng(collapse.TABLE_SEED)
    quality = collapse.collapse_quality(sample, collapse.AXES, collapse.TABLE_DRAWS, rng)
    for axis in collapse.AXES:
        assert TABLE[case]["error", axis] == pytest.approx(quality[axis], abs=6e-5)
    for axis in collapse.AXES[1:]:
        assert TABLE[case]["error minus loss", axis] == pytest.approx(quality[axis, "minus loss"], abs=6e-5)
    assert TABLE[case]["spread of seeds", "loss"].estimate == pytest.approx(
        collapse.seed_noise_floor(sample).rms, abs=6e-5
    )
    rng = np.random.default_rng(collapse.TABLE_SEED)
    effect = collapse.size_effect_interval(sample, collapse.TABLE_DRAWS, rng)
    # the search for the least residual stops within 1e-4
    assert TABLE[case]["effect of size", "loss"] == pytest.approx(effect, abs=2e-4)
