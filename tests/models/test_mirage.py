"""What scores and test sets make of an ability, against exact results and the shipped traces."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence.scaling import collapse, mirage, outputs
from emergence.scaling.traces import load_traces
from emergence.statistics import student_interval


@given(st.floats(1, 1e4), st.floats(1.01, 10))
def test_the_window_narrows_in_p_and_widens_in_the_logarithm_of_the_error(tokens, more):
    short, long = mirage.window(tokens), mirage.window(tokens * more)
    assert short.low**tokens == pytest.approx(0.1)
    assert short.high**tokens == pytest.approx(0.9)
    assert long.in_p < short.in_p <= math.log(9) / tokens
    assert short.in_log_error < long.in_log_error < mirage.WIDEST


def test_the_window_of_one_token_and_the_limit():
    assert mirage.window(1).in_log_error == pytest.approx(math.log(9))
    assert mirage.window(1e7).in_log_error == pytest.approx(mirage.WIDEST, abs=1e-5)


def _curve(values):
    return collapse.MonotoneCurve(np.linspace(0, 1, len(values)), np.array(values, dtype=float))


def test_the_rise_of_a_straight_line_and_of_its_power():
    line = [_curve([0, 1])]
    assert mirage.rises(line, 0, 1) == pytest.approx([0.8])
    assert mirage.rises(line, 0, 1, 5) == pytest.approx([mirage.window(5).in_p])
    assert len(mirage.rises([_curve([0, 0.5])], 0, 1)) == 0


def _widths(skill: str, score: str) -> np.ndarray:
    traces = load_traces("abilities").of("base")
    bottom = {"p": 0.1, "nll": -math.log(10), "brier": -0.9, "exact": traces.guess(skill, "exact")}[score]
    top = 1 if score in ("p", "exact") else 0
    return mirage.each_rise(mirage.run_curves(collapse.make_sample(traces, skill, score)), bottom, top)


def test_on_trained_pairs_no_score_rises_over_much_less_loss_than_another():
    exact = _widths("trained_pairs", "exact")
    for score in ("p", "nll", "brier"):
        other = _widths("trained_pairs", score)
        both = np.isfinite(exact) & np.isfinite(other)
        more = student_interval(other[both] - exact[both])
        assert both.sum() == 14
        assert -0.03 < more.low < 0 < more.high < 0.035


def test_on_written_sums_the_whole_answer_rises_over_less_loss_in_each_of_five_runs():
    p, exact = (_widths("scratchpad", score) for score in ("p", "exact"))
    more = (both := np.isfinite(p) & np.isfinite(exact)) * (np.where(both, p, 0) - np.where(both, exact, 0))
    assert both.sum() == 5 and (more[both] > 0).all()
    assert student_interval(more[both]).low < 0


RISING = {
    "abilities": ("trained_pairs", "heldout", "scratchpad"),
    "instructions": ("ranks_1_8", "ranks_9_16"),
}


@pytest.mark.parametrize("score", ["p", "exact"])
@pytest.mark.parametrize(("panel", "skill"), [(panel, skill) for panel, skills in RISING.items() for skill in skills])
def test_along_the_loss_no_rise_is_seen_to_narrow_with_size(panel, skill, score):
    traces = load_traces(panel).of("base")
    sample = collapse.make_sample(traces, skill, score)
    widths = mirage.each_rise(mirage.run_curves(sample), 0.1 if score == "p" else traces.guess(skill, "exact"), 1)
    trend = mirage.size_trend(mirage.run_parameters(sample), widths)
    assert trend.low < trend.estimate < trend.high
    assert trend.high > 0


def test_the_trend_of_widths_that_follow_a_line():
    size = np.array([1e4, 1e4, 1e5, 1e6, 1e6, 1e6])
    widths = 0.2 - 0.05 * np.log10(size)
    widths[2] = np.inf
    assert mirage.size_trend(size, widths) == pytest.approx([-0.05] * 3)


@pytest.mark.parametrize("runs", [5, 14])
def test_the_interval_of_a_trend_covers_it_where_the_spread_grows_with_size(runs):
    rng = np.random.default_rng(3)
    size = 10 ** np.linspace(4, 5.5, runs)
    spread = 0.02 + 0.08 * (np.log10(size) - 4)
    found = [mirage.size_trend(size, 0.1 + spread * rng.normal(size=runs)) for _ in range(2000)]
    assert np.mean([trend.low <= 0 <= trend.high for trend in found]) == pytest.approx(0.955, abs=0.03)


def test_each_run_keeps_its_place_and_its_size():
    traces = load_traces("abilities").of("base")
    sample = collapse.make_sample(traces, "trained_pairs", "p")
    curves, size = mirage.run_curves(sample), mirage.run_parameters(sample)
    each = mirage.each_rise(curves, 0.1, 1)
    assert each.shape == size.shape == (len(curves),) and set(size) == set(traces.parameters)
    np.testing.assert_array_equal(each[np.isfinite(each)], mirage.rises(curves, 0.1, 1))
    passages = collapse.transitions(sample, 0.1, 1)  # in the order of sizes, not of runs
    assert sorted(each) == pytest.approx(sorted(passage.width for passage in passages))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.integers(0, 2**32))
def test_the_mean_of_wrong_tokens_needs_no_independence(chances, seed):
    """Tokens that are right together, by one common draw, are wrong as often as independent ones."""
    right = np.random.default_rng(seed).random((20_000, 1)) < np.array(chances)
    expected = mirage.wrong_tokens(np.mean(chances), len(chances))
    assert (~right).sum(axis=1).mean() == pytest.approx(expected, abs=0.08)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_the_edit_distance_is_a_distance_and_no_longer_than_replacing(one, two, three):
    distance = mirage.edit_distance(one, two)
    assert distance == mirage.edit_distance(two, one)
    assert (distance == 0) == (one == two)
    assert distance <= mirage.edit_distance(one, three) + mirage.edit_distance(three, two)
    assert abs(len(one) - len(two)) <= distance <= max(len(one), len(two))
    if len(one) == len(two):
        assert distance <= sum(a != b for a, b in zip(one, two, strict=True))


def test_the_edit_distance_of_the_usual_example():
    assert mirage.edit_distance("kitten", "sitting") == 3
    assert mirage.edit_distance("", "abc") == 3


def test_written_answers_are_right_where_their_distance_is_zero():
    distances = mirage.written_distances("heldout")
    assert distances.shape == (14, 36) and distances.min() == 0 and distances.max() == 3
    last = outputs.asked(64, 2, "heldout").answers[-1]
    right = [question.answer for question in outputs.questions(2, "heldout")]
    assert [written == answer for written, answer in zip(last, right, strict=True)] == (
        distances[-1, -6:] == 0
    ).tolist()


@given(st.integers(1, 10**6))
def test_the_least_ability_that_is_seen(items):
    least = mirage.visible(items)
    assert mirage.unseen(least, items) == pytest.approx(0.05)
    assert items * least <= math.log(20) + 1e-9


@given(st.floats(0.1, 2), st.integers(1, 2000))
def test_the_unlearnt_share_lies_between_its_bounds(alpha, n):
    constant = alpha * mirage.zeta(1 + alpha)
    share = mirage.unlearnt(alpha, n)
    assert share[0] == pytest.approx(1)
    assert (n + 1) ** -alpha <= constant * share[n] * (1 + 1e-9)
    assert share[n] <= mirage.leading(alpha, n) * (1 + 1e-9)


@given(st.floats(0.1, 2), st.integers(2, 2000))
def test_a_quantum_takes_at_most_a_share_alpha_over_n_of_what_was_unknown(alpha, n):
    before, after = mirage.unlearnt(alpha, n)[-2:]
    assert 0 < 1 - after / before <= alpha / n * (1 + 1e-9)


def test_zeta_and_the_published_sum():
    assert mirage.zeta(2) == pytest.approx(math.pi**2 / 6, rel=1e-12)
    assert mirage.zeta(4) == pytest.approx(math.pi**4 / 90, rel=1e-12)
    assert mirage.unlearnt(0.5, 1000)[1000] == pytest.approx(0.024204, abs=5e-7)
    assert mirage.leading(0.5, 1000) == pytest.approx(0.024210, abs=5e-7)


@given(st.floats(0.15, 0.95), st.sampled_from(mirage.INTERVENTIONS))
def test_an_intervention_keeps_the_collapse_exactly_where_its_parts_stay_on_the_curve(training, what):
    kept = mirage.off_curve(mirage.run(np.array([training]), what, False))
    broken = mirage.off_curve(mirage.run(np.array([training]), what, True))
    assert abs(kept[0]) < 1e-4
    assert abs(broken[0]) > 1e-3
    assert (broken[0] > 0) == (what in ("tokenizer", "tokens"))


def test_longer_tokens_leave_the_loss_per_byte():
    u = np.linspace(0, 1, 5)
    plain, longer = mirage.run(u, None, False), mirage.run(u, "tokenizer", True)
    np.testing.assert_allclose(longer.loss / 1.1, plain.loss)
    np.testing.assert_array_equal(longer.ability, plain.ability)


def test_secrets_differ_and_stay():
    worlds = {mirage.world(number).breaks for number in range(1, 51)}
    assert len(worlds) > 20
    assert {sum(each) for each in zip(*worlds, strict=True)} <= set(range(6, len(worlds) - 5))
    assert mirage.world(3) == mirage.world(3)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: mirage.window(0.5), "tokens"),
        (lambda: mirage.rises([], 1, 0), "bottom"),
        (lambda: mirage.rises([], -1, 0, 2), "bottom"),
        (lambda: mirage.unseen(0.1, 0), "items"),
        (lambda: mirage.visible(10, 2), "sure"),
        (lambda: mirage.zeta(1), "s"),
        (lambda: mirage.unlearnt(0, 5), "alpha"),
        (lambda: mirage.unlearnt(1, 0), "most"),
        (lambda: mirage.run(0.5, "colour", True), "what"),
        (lambda: mirage.size_trend([1e4, 1e4, 1e4], [0.1, 0.2, 0.3]), "parameters"),
        (lambda: mirage.size_trend([1e4, 1e4, 1e5], [0.1, 0.2, 0.3]), "parameters"),
        (lambda: mirage.size_trend([], []), "parameters"),
        (lambda: mirage.size_trend([1e4, 1e5], [0.1]), "widths"),
        (lambda: mirage.wrong_tokens(0.5, 0), "tokens"),
        (lambda: mirage.wrong_tokens(1.5, 2), "p"),
    ],
)
def test_what_is_refused_is_named(call, name):
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        call()
