"""The model and its training step against what can be computed in another way."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments import flops, model, training
from experiments.model import Shape

SHAPE = Shape(16, vocabulary=11, context=6)


@pytest.fixture
def parameters():
    return model.initialise(SHAPE, jax.random.key(0))


@pytest.fixture
def rows():
    return np.random.default_rng(0).integers(0, 11, (3, 7))


def test_gradients_agree_with_finite_differences(parameters, rows):
    """Along random directions through every array, in float64, where the central difference errs by about 1e-9."""
    with jax.enable_x64(True):
        exact = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float64), parameters)

        def loss(p):
            return model.cross_entropy(p, rows, SHAPE.heads).mean()

        gradient = jax.grad(loss)(exact)
        leaves, tree = jax.tree.flatten(exact)
        rng = np.random.default_rng(1)
        for i, leaf in enumerate(leaves):
            direction = rng.normal(size=leaf.shape)

            def along(step, i=i, direction=direction):
                moved = [other + step * direction if j == i else other for j, other in enumerate(leaves)]
                return loss(jax.tree.unflatten(tree, moved))

            difference = float(along(1e-5) - along(-1e-5)) / 2e-5
            slope = float((jax.tree.leaves(gradient)[i] * direction).sum())
            assert slope == pytest.approx(difference, rel=1e-5, abs=1e-8)


def test_no_prediction_depends_on_a_later_token(parameters, rows):
    changed = rows.copy()
    changed[:, 4] = (changed[:, 4] + 1) % 11
    before, after = (model.logits(parameters, tokens, SHAPE.heads) for tokens in (rows, changed))
    assert np.array_equal(before[:, :4], after[:, :4])
    assert not np.allclose(before[:, 4:], after[:, 4:])


def test_rotary_scores_depend_on_distance_only():
    rng = np.random.default_rng(0)
    query, key = rng.normal(size=(2, 8))
    rotated = [np.asarray(model.rotate(jnp.tile(vector, (6, 1)))) for vector in (query, key)]
    scores = rotated[0] @ rotated[1].T
    for offset in range(-5, 6):
        assert np.ptp(np.diagonal(scores, offset)) < 1e-5


def test_attention_agrees_with_a_loop_over_heads_and_positions(parameters):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 6, 16)).astype(np.float32)
    block = parameters["blocks"][0]
    expected = np.zeros((2, 6, 16))
    for b in range(2):
        query, key, value = np.split(x[b] @ np.asarray(block["query_key_value"]), 3, axis=1)
        for head in range(2):
            part = slice(8 * head, 8 * head + 8)
            q, k = (np.asarray(model.rotate(jnp.asarray(a[:, part]))) for a in (query, key))
            for t in range(6):
                weight = np.exp(k[: t + 1] @ q[t] / np.sqrt(8))
                expected[b, t, part] = weight @ value[: t + 1, part] / weight.sum()
        expected[b] = expected[b] @ np.asarray(block["attention_out"])
    found = model.attention(block, jnp.asarray(x.reshape(12, 16)), (2, 6, 2))
    assert np.allclose(found, expected.reshape(12, 16), atol=1e-5)


def test_an_untrained_model_is_no_better_than_uniform(parameters, rows):
    assert model.cross_entropy(parameters, rows, SHAPE.heads).mean() > 0.9 * np.log(11)


@pytest.mark.parametrize("d_model", [16, 96])
def test_flops_agree_with_a_count_by_hand(d_model):
    """Every product of [a, b] by [b, c] in one row of T tokens, written out; the backward pass twice."""
    shape = Shape(d_model, context=32)
    t, d, heads = 32, d_model, shape.heads
    per_layer = [(t, d, 3 * d), (t, d, d), (t, d, 4 * d), (t, 4 * d, d)]
    per_layer += heads * [(t, d // heads, t), (t, t, d // heads)]
    forward = 2 * sum(2 * a * b * c for a, b, c in per_layer) + 2 * t * d * 64
    assert flops.training_per_token(shape) * t == 3 * forward


@pytest.mark.parametrize(("d_model", "excess"), [(16, 1 / 3), (96, 1 / 18)])
def test_flops_exceed_six_n_by_attention_alone(d_model, excess):
    """Attention adds 4Td to the 24d² of a block's maps: T/(6d) of it; the embedding is looked up, not multiplied."""
    shape = Shape(d_model, context=32)
    multiplied = 2 * 12 * d_model**2 + 64 * d_model
    attention = flops.training_per_token(shape) - 6 * multiplied
    assert attention == pytest.approx(excess * 6 * 2 * 12 * d_model**2)


def test_flops_are_those_the_compiler_counts_but_for_elementwise_work():
    shape = Shape(96, context=32)
    parameters = model.initialise(shape, jax.random.key(0))
    rows = jnp.zeros((4, 33), jnp.int32)
    compiled = jax.jit(lambda p: model.logits(p, rows[:, :-1], shape.heads)).lower(parameters).compile()
    counted = flops.forward_per_token(shape) * 4 * 32
    assert counted <= compiled.cost_analysis()["flops"] < 1.15 * counted


def test_parameters_are_counted(parameters):
    d, vocabulary, layers = 16, 11, 2
    assert model.count(parameters) == layers * (12 * d * d + 2 * d) + d + 2 * d * vocabulary


@pytest.mark.parametrize("d_model", [0, -16, 18])
def test_a_width_that_heads_do_not_divide_is_refused(d_model):
    with pytest.raises(ValueError, match="d_model"):
        Shape(d_model)


def test_the_learning_rate_warms_up_stays_and_decays_to_zero():
    steps = np.arange(1000)
    trunk = training.rates(0.01, steps, None)
    assert trunk[0] == pytest.approx(0.01 / 100) and (trunk[100:] == np.float32(0.01)).all()
    branch = training.rates(0.01, steps, 1000)
    assert np.array_equal(branch[:801], trunk[:801])
    assert branch[999] == pytest.approx(0.01 / 200)
    assert np.allclose(np.diff(branch[801:]), -0.01 / 200, atol=1e-8)


def test_one_step_is_adamw_by_hand():
    """The first AdamW step moves each parameter by the rate against the sign of its gradient, and decays it."""
    parameters = {"w": jnp.array([1.0, -2.0, 3.0])}
    gradient = {"w": jnp.array([0.1, -0.2, 0.3])}
    direction, _ = training.OPTIMISER.update(gradient, training.OPTIMISER.init(parameters), parameters)
    assert np.allclose(direction["w"], np.sign(gradient["w"]) + 0.01 * parameters["w"], atol=1e-5)


def test_judging_agrees_with_the_definitions():
    shape = Shape(16, context=32)
    parameters = model.initialise(shape, jax.random.key(0))
    rows = np.random.default_rng(0).integers(0, 64, (64, 33)).astype(np.int8)
    nll, brier, right = training.judge(parameters, rows, shape.heads)
    logits = np.asarray(model.logits(parameters, rows[:, :-1].astype(int), shape.heads), float)
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    truth = np.eye(64)[rows[:, 1:]]
    assert np.allclose(nll, -np.log((p * truth).sum(-1)), atol=1e-4)
    assert np.allclose(brier, ((p - truth) ** 2).sum(-1), atol=1e-4)
    assert np.array_equal(right, p.argmax(-1) == rows[:, 1:])
