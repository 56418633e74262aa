"""Jacobians of the small models' blocks, and the training beside them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from emergence.operators.trained import local_numbers
from experiments import blocks, model, training
from experiments.runs import Run, train

SHAPE = model.Shape(16, vocabulary=64, context=32)


@pytest.fixture(scope="module")
def parameters() -> model.Parameters:
    return model.initialise(SHAPE, jax.random.key(3))


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray]:
    return blocks.points(blocks.PANEL.evaluate(1))


def test_the_points_have_the_shares_of_the_base_mixture(data):
    rows, places = data
    assert rows.shape == (60, 32) and ((places >= blocks.EARLIEST) & (places < 32)).all()
    assert blocks.POINTS == {name: round(60 * share) for name, share in blocks.PANEL.mixtures["base"].items()}


def test_branches_without_output_have_lip_one_and_m_zero(parameters, data):
    silent = [block | {"attention_out": 0 * block["attention_out"], "mlp_out": 0 * block["mlp_out"]}
              for block in parameters["blocks"]]  # fmt: skip
    exact, _ = blocks.jacobians(parameters | {"blocks": silent}, *data, SHAPE.heads)
    for numbers, expected in zip(local_numbers(exact), (1, 0, 1), strict=True):
        np.testing.assert_allclose(numbers, expected, atol=1e-6)


def test_the_product_of_the_halves_is_the_block(parameters, data):
    """By finite differences of both blocks at one token of a row, in both directions."""
    rows, places = data[0][:3], data[1][:3]
    exact, states = blocks.jacobians(parameters, rows, places, SHAPE.heads)
    direction = np.random.default_rng(0).normal(size=SHAPE.d_model).astype(np.float32)
    x = parameters["embedding"][rows]
    for k, block in enumerate(parameters["blocks"]):

        def whole(x, block=block):
            flat = model.attend(block, x.reshape(-1, SHAPE.d_model), (*rows.shape, SHAPE.heads))
            return model.feed_forward(block, flat).reshape(x.shape)

        here = (np.arange(3), places)
        np.testing.assert_allclose(states[k, 0], x[here], rtol=1e-5, atol=1e-6)
        moved = [whole(x.at[here].add(sign * 0.01 * direction))[here] for sign in (1, -1)]
        slope = (moved[0] - moved[1]) / 0.02
        np.testing.assert_allclose(jnp.einsum("nij,njk,k->ni", exact[k, 1], exact[k, 0], direction), slope, atol=0.02)
        x = whole(x)


def test_a_half_keeps_its_own_state_and_so_has_lip_at_least_one_and_m_at_most_zero(parameters, data):
    """Df(x) x = 0 for a branch that divides x by its length, up to the small constant in the division."""
    exact, states = blocks.jacobians(parameters, *data, SHAPE.heads)
    np.testing.assert_allclose(jnp.einsum("khnij,khnj->khni", exact, states), states, atol=2e-4)
    local = local_numbers(exact)
    assert (local.largest > 1 - 1e-4).all() and (local.m < 1e-4).all()


def test_training_in_pieces_is_the_training_of_the_sweep(tmp_path):
    """The same trunk as a run of the published sweep, up to rounding."""
    rate = 0.01
    row = train(Run("abilities", 16, 1, rate, (250,), (100,)), tmp_path)[0]
    state = blocks.advance(training.start(SHAPE, 1), 16, 1, rate, 0, 30, None)
    state = blocks.advance(state, 16, 1, rate, 30, 100, None)
    found = blocks.measure(state.parameters, blocks.PANEL.evaluate(1), SHAPE.heads)
    assert row["step"] == 100 and found["loss"] == pytest.approx(row["loss"], abs=2e-3)


def test_the_rates_are_those_of_the_published_sweep():
    assert blocks.tuned_rates().keys() >= set(blocks.SIZES)
