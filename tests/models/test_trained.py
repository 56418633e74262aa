"""Blocks of the book's own transformers along training: the measure, and what the chapter says was found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emergence.operators import real_model as rm
from emergence.operators import trained
from emergence.scaling.traces import load_traces

CELLS = [(width, part, block) for width in trained.WIDTHS for part in trained.PARTS for block in trained.BLOCKS]
ROUNDED = 6e-3  # three digits each


# --- the measure ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 3, 16])
def test_a_zero_branch_has_lip_one_and_m_zero(n):
    found = trained.local_numbers(np.eye(n))
    assert (found.largest, found.m, found.random) == pytest.approx((1, 0, 1), abs=1e-12)


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_a_linear_block_has_the_numbers_of_its_matrix(a, b):
    """x + diag(a, b) x stretches by |1 + a| and |1 + b|; A = -f has m = min(-a, -b)."""
    found = trained.local_numbers(np.diag([1 + a, 1 + b]))
    assert found.largest == pytest.approx(max(abs(1 + a), abs(1 + b)))
    assert found.m == pytest.approx(min(-a, -b), abs=1e-12)
    assert found.random == pytest.approx(np.sqrt(((1 + a) ** 2 + (1 + b) ** 2) / 2))


def test_a_turning_branch_expands_and_has_m_zero():
    """A = [[0, -1], [1, 0]] and x - A x: m(A) = 0, and every difference grows by the root of 2."""
    found = trained.local_numbers(np.eye(2) - np.array([[0, -1], [1, 0]]))
    assert (found.largest, found.m, found.random) == pytest.approx((2**0.5, 0, 2**0.5), abs=1e-12)


@given(arrays(float, (2, 4, 4), elements=st.floats(-3, 3, width=16)))
def test_the_numbers_bound_each_other(jacobians):
    found = trained.local_numbers(jacobians)
    assert (found.random <= found.largest * (1 + 1e-9) + 1e-9).all()
    assert (found.m >= 1 - found.largest - 1e-9).all()


maps = arrays(float, (2, 4, 4), elements=st.floats(-2, 2, width=16))
states = arrays(float, 4, elements=st.floats(0.125, 4, width=16))


@given(maps, states)
def test_a_branch_that_divides_by_the_length_keeps_its_state(weights, state):
    """J x = x; so the largest factor is at least 1 and m at most 0, whatever the weights."""
    jacobian = trained.normalised_jacobian(state, *weights)
    np.testing.assert_allclose(jacobian @ state, state, atol=1e-8)
    found = trained.local_numbers(jacobian)
    assert found.largest >= 1 - 1e-9 and found.m <= 1e-9


@given(maps, states, st.sampled_from([0.01, 0.5, 3.0, 100.0]))
def test_m_is_inversely_proportional_to_the_length_of_the_state(weights, state, factor):
    here, there = (trained.local_numbers(trained.normalised_jacobian(s * state, *weights)) for s in (1, factor))
    assert there.m == pytest.approx(here.m / factor, rel=1e-6, abs=1e-9)
    assert there.largest >= 1 - there.m - 1e-9


def test_the_jacobian_is_that_of_the_map():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(5, 3)), rng.normal(size=(3, 5))
    state, direction = rng.normal(size=3), rng.normal(size=3)

    def block(x):
        return x + second @ np.tanh(first @ x * np.sqrt(3) / np.linalg.norm(x))

    slope = (block(state + 1e-6 * direction) - block(state - 1e-6 * direction)) / 2e-6
    np.testing.assert_allclose(trained.normalised_jacobian(state, first, second) @ direction, slope, atol=1e-7)


# --- the table ------------------------------------------------------------------------------------------------------


def test_every_width_seed_and_checkpoint_is_there():
    assert trained.steps().tolist() == [0, 10, 30, 100, 200, 400, 800, 1600, 2400, 3000]
    for width, part, block in CELLS:
        for number in trained.NUMBERS:
            values = trained.along(width, part, block, number)
            assert values.shape == (trained.SEEDS, 11) and np.isfinite(values).all()
    columns = trained.table()
    assert (columns["seed"].reshape(3, -1, 11) == np.array([1, 2, 5])[:, None]).all()
    assert (columns["annealed"].reshape(-1, 11) == [0] * 10 + [1]).all()
    assert sum(trained.provenance()["points"].values()) == 60


@pytest.mark.parametrize("width", trained.WIDTHS)
def test_the_losses_are_those_of_the_published_traces(width):
    """The same runs, trained again: alike at first, while rounding alone makes other runs of the same law of them."""
    published = load_traces("abilities").of("base")

    def theirs(step: int, annealed: int) -> np.ndarray:
        rows = (published.d_model == width) & (published.step == step) & (published.annealed == annealed)
        return published.loss[rows & np.isin(published.seed, trained.table()["seed"])]

    np.testing.assert_allclose(trained.losses(width)[:, 3], theirs(100, 0), atol=5e-3)
    assert abs(trained.losses(width)[:, -1] - theirs(3000, 1)).mean() < 0.1


def test_the_numbers_of_the_table_bound_each_other():
    for width, part, block in CELLS:
        largest, m, random = (trained.along(width, part, block, name) for name in ("largest", "m", "random"))
        assert (random <= largest * (1 + ROUNDED)).all()
        assert (largest > 1).all() and (m < 0).all()


def test_a_half_never_has_lip_below_one_nor_m_above_zero():
    """In all runs, at all checkpoints and tokens, as its normalisation alone demands (up to rounding in 32 bits)."""
    for name, found in trained.provenance()["extremes"].items():
        if not name.startswith("block"):
            assert found["least_largest"] > 1 - 1e-4 and found["most_m"] < 1e-4, name


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: trained.local_numbers(np.ones((2, 3))), "shape"),
        (lambda: trained.local_numbers(np.full((2, 2), np.nan)), "jacobians"),
        (lambda: trained.normalised_jacobian(np.zeros(3), np.eye(3), np.eye(3)), "state"),
        (lambda: trained.normalised_jacobian(np.ones(3), np.eye(2), np.eye(3)), "shape"),
        (lambda: trained.losses(24), "width"),
        (lambda: trained.along(16, "half", 1, "m"), "part"),
        (lambda: trained.along(16, "block", 3, "m"), "block"),
        (lambda: trained.along(16, "block", 1, "loss"), "number"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()


# --- what the chapter says was found --------------------------------------------------------------------------------


@pytest.mark.parametrize("width", trained.WIDTHS)
@pytest.mark.parametrize("block", trained.BLOCKS)
def test_training_moves_every_block_away_from_lip_one_and_m_zero(width, block):
    """By intervals paired by seed, between step 0 and step 3,000; that of m holds 0 for one block, with three seeds."""
    assert rm.interval(trained.change(width, "block", block, "largest")).low > np.log(1.5)
    assert rm.interval(trained.change(width, "block", block, "random")).low > 0
    fall = trained.change(width, "block", block, "m")
    assert (fall < -1).all()
    assert (rm.interval(fall).high < 0) == ((width, block) != (16, 2))


@pytest.mark.parametrize("width", trained.WIDTHS)
def test_the_states_before_the_second_block_become_longer(width):
    assert rm.interval(trained.change(width, "attention", 2, "length")).low > np.log(1.5)


def test_no_measured_state_of_any_run_has_a_nonexpansive_block():
    extremes = trained.provenance()["extremes"]
    assert all(found["least_largest"] > 1 and found["most_m"] < 0 for found in extremes.values())
