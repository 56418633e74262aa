"""What the book's own training runs show: the statements of the chapter that trains them, on the shipped traces."""

import numpy as np
import pytest

from emergence import collapse
from emergence.traces import PANELS, load_traces

TABLE = collapse.collapse_table()
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


@pytest.mark.parametrize(("panel", "skill"), RISING)
def test_the_loss_is_the_best_single_axis_for_every_ability_that_rises(panel, skill):
    """Among the axes with one number; also better than log N and log D together, along the best direction."""
    judged = TABLE[panel, skill, "p"]
    loss = judged["error", "loss"].estimate
    for rival in ("log C", "log D", "log N", collapse.JOINT[0]):
        assert loss < judged["error", rival].estimate, rival


def test_the_loss_without_the_skills_documents_predicts_worse():
    for panel, skill in RISING:
        judged = TABLE[panel, skill, "p"]
        assert judged["error", "loss"].estimate < judged["error", "loss without the skill"].estimate, skill


def test_at_equal_loss_size_has_small_effects_of_both_signs():
    """Intervals that exclude zero on either side, and none beyond a tenth per decade of parameters."""
    effects = {case[1]: TABLE[*case, "p"]["effect of size", "loss"] for case in RISING}
    assert effects["heldout"].high < 0 and effects["ranks_17_32"].high < 0
    assert effects["ranks_65_128"].low > 0
    assert max(abs(effect.estimate) for effect in effects.values()) < 0.1


def shifts(skill, mixture, panel="abilities"):
    return collapse.mixture_shift(load_traces(panel), skill, mixture, "p")


@pytest.mark.parametrize("width", [32, 64])
def test_another_mixture_of_equal_loss_has_other_abilities(width):
    """If a mixture did nothing, three runs beyond all eight seeds on a given side would have probability 1/165."""
    more, fewer = "double_quotations", "half_quotations"
    assert shifts("icl", more)[width].runs.min() > shifts("icl", more)[width].seeds.max()
    assert shifts("heldout", fewer)[width].runs.min() > shifts("heldout", fewer)[width].seeds.max()
    instructions = shifts("ranks_17_32", "more_text", "instructions")[width]
    assert instructions.runs.max() < instructions.seeds.min()


def test_with_another_mixture_one_ability_gains_what_another_loses():
    for mixture, sign in (("double_quotations", 1), ("half_quotations", -1)):
        for width in (32, 64):
            assert (sign * shifts("icl", mixture)[width].runs > 0).all()
            assert (sign * shifts("heldout", mixture)[width].runs < 0).all()


@pytest.mark.parametrize("case", [("abilities", "icl", "p"), ("instructions", "ranks_17_32", "exact")], ids=str)
def test_the_shipped_judgement_follows_from_the_traces(case):
    """Recomputed with the same draws; the table has four decimals."""
    panel, skill, metric = case
    sample = collapse.make_sample(load_traces(panel).of("base"), skill, metric)
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
