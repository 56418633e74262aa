"""Elementary rules: their tables, their symmetries, the cone of influence, and which of them order a random row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence.physics import automata as ca

RULE = st.integers(0, 255)


def fair(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2, shape, dtype=np.uint8)


@settings(max_examples=60, deadline=None)
@given(RULE, st.integers(0, 2**32 - 1))
def test_a_step_reads_the_digits_of_the_rule(rule, seed):
    cells = fair(seed, 30)
    expected = [rule >> (4 * cells[i - 1] + 2 * cells[i] + cells[(i + 1) % 30]) & 1 for i in range(30)]
    assert ca.step(cells, rule).tolist() == expected


def test_rule_ninety_from_one_cell_is_pascals_triangle_modulo_two():
    cells = np.zeros(65, np.uint8)
    cells[32] = 1
    assert ca.history(cells, 90, 31).sum(axis=1).tolist() == [2 ** bin(t).count("1") for t in range(32)]


@settings(max_examples=60, deadline=None)
@given(RULE, st.integers(0, 2**32 - 1))
def test_mirrored_and_negated_rules_do_the_same_to_mirrored_and_negated_rows(rule, seed):
    cells = fair(seed, 25)
    after = ca.run(cells, rule, 7)
    assert np.array_equal(ca.run(cells[::-1], ca.mirrored(rule), 7), after[::-1])
    assert np.array_equal(ca.run(1 - cells, ca.negated(rule), 7), 1 - after)


@settings(max_examples=60, deadline=None)
@given(RULE, st.integers(0, 10), st.integers(0, 2**32 - 1))
def test_a_cell_depends_on_no_start_further_away_than_the_steps(rule, steps, seed):
    cells = fair(seed, 41)
    other = fair(seed + 1, 41)
    other[20 - steps : 21 + steps] = cells[20 - steps : 21 + steps]
    assert ca.run(cells, rule, steps)[20] == ca.run(other, rule, steps)[20]


def test_far_agreement_of_rows_that_are_known():
    assert ca.far_agreement(np.zeros(240)) == ca.far_agreement(np.arange(240) % 2) == 1
    assert ca.far_agreement(np.arange(240) % 7 == 0) == 1 or ca.RING % 7  # 7 does not divide the ring: a seam is left
    coins = ca.far_agreement(fair(1, 400, 240))
    assert 0.5 < coins.mean() < 0.56 and coins.max() < 0.65


def test_some_rows_of_the_shipped_table_are_computed_again():
    agreement, uniform = ca.judged()
    assert agreement.shape == uniform.shape == (256,)
    for rule in (8, 57, 110, 128, 184, 219):
        assert ca.judge_rule(rule) == (pytest.approx(agreement[rule], abs=6e-5), pytest.approx(uniform[rule], abs=6e-3))


def test_twenty_four_rules_order_a_random_row_and_all_of_them_make_it_uniform():
    agreement, uniform = ca.judged()
    ordered = np.flatnonzero(agreement >= ca.THRESHOLD)
    assert len(ordered) == 24 and np.all(uniform[ordered] == 1)
    assert np.delete(agreement, ordered).max() < 0.9
    assert {ca.mirrored(r) for r in ordered} == {ca.negated(r) for r in ordered} == set(ordered)
    assert {least_equivalent(r) for r in ordered} == {0, 8, 32, 40, 128, 136, 160, 168}
    assert len({least_equivalent(r) for r in range(256)}) == 88


def least_equivalent(rule: int) -> int:
    return min(rule, ca.mirrored(rule), ca.negated(rule), ca.mirrored(ca.negated(rule)))


def test_the_verdict_does_not_hang_on_the_size_of_the_ring():
    agreement, _ = ca.judged()
    for rule in range(256):
        if rule == least_equivalent(rule):  # one of each class
            end = ca.run(fair(rule, 4, 96), rule, 192)
            ordered = (ca.far_agreement(end) >= ca.THRESHOLD).all()
            assert ordered == (agreement[rule] >= ca.THRESHOLD), rule
            assert not ordered or (end == end[:, :1]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ca.step(np.zeros(5, np.uint8), 256), "rule"),
        (lambda: ca.run(np.zeros(5, np.uint8), 3, -1), "steps"),
        (lambda: ca.mirrored(-1), "rule"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
