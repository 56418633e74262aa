"""The forward pass of the real model's architecture on small random weights: what must hold whatever the weights."""

import numpy as np
import pytest

from experiments.real_model import network
from experiments.real_model.network import Shape

SHAPE = Shape(blocks=3, width=24, heads=4, key_heads=2, head_width=6)
VOCABULARY, HIDDEN = 17, 40


@pytest.fixture
def weights():
    rng = np.random.default_rng(0)
    keys, queries = SHAPE.key_heads * SHAPE.head_width, SHAPE.heads * SHAPE.head_width
    rows = {
        "attn_q": (queries, SHAPE.width),
        "attn_k": (keys, SHAPE.width),
        "attn_v": (keys, SHAPE.width),
        "attn_output": (SHAPE.width, queries),
        "ffn_gate": (HIDDEN, SHAPE.width),
        "ffn_up": (HIDDEN, SHAPE.width),
        "ffn_down": (SHAPE.width, HIDDEN),
    }
    blocks = {name: rng.normal(0, 0.4, (SHAPE.blocks, *shape)) for name, shape in rows.items()}
    blocks |= {name: rng.uniform(0.5, 1.5, (SHAPE.blocks, SHAPE.width)) for name in network.NORMS}
    return {
        "embed": rng.normal(0, 1, (VOCABULARY, SHAPE.width)),
        "norm": rng.uniform(0.5, 1.5, SHAPE.width),
        "blocks": blocks,
    }


@pytest.fixture
def tokens():
    return np.random.default_rng(1).integers(0, VOCABULARY, 9)


def test_probabilities_sum_to_one(weights, tokens):
    logs = network.forward(weights, tokens, SHAPE, np)
    np.testing.assert_allclose(np.exp(logs).sum(-1), 1)


@pytest.mark.parametrize("changed", [1, 4, 8])
def test_a_token_changes_nothing_before_it(weights, tokens, changed):
    other = tokens.copy()
    other[changed] = (other[changed] + 1) % VOCABULARY
    before, after = (network.forward(weights, ids, SHAPE, np) for ids in (tokens, other))
    np.testing.assert_array_equal(before[:changed], after[:changed])
    assert not np.allclose(before[changed:], after[changed:])


@pytest.mark.parametrize("start", [1, 10, 200])
def test_only_differences_of_positions_count(weights, start):
    """Rotary positions: queries and keys turn together, so that moving a whole sequence along changes nothing."""
    x = np.random.default_rng(2).normal(size=(7, SHAPE.width))
    block = network.block_weights(weights, 0)
    here, there = (network.apply_block(x, block, SHAPE, np, start=at) for at in (0, start))
    np.testing.assert_allclose(here, there, rtol=1e-9, atol=1e-9)


def test_a_rotation_keeps_lengths_and_turns_by_the_angle():
    x = np.random.default_rng(3).normal(size=(5, 2, SHAPE.head_width))
    turned = network.rotate(x, np.arange(5), SHAPE, np)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=-1), np.linalg.norm(x, axis=-1))
    np.testing.assert_allclose(turned[0], x[0])
    pair = x[3, 0, 0] + 1j * x[3, 0, 1]
    assert turned[3, 0, 0] + 1j * turned[3, 0, 1] == pytest.approx(pair * np.exp(3j))


def test_the_order_of_positions_counts(weights):
    x = np.random.default_rng(4).normal(size=(6, SHAPE.width))
    swapped = x[[1, 0, 2, 3, 4, 5]]
    block = network.block_weights(weights, 1)
    results = [network.apply_block(y, block, SHAPE, np)[-1] for y in (x, swapped)]
    assert not np.allclose(*results)


def test_the_last_token_alone_gives_what_the_whole_sequence_gives(weights):
    x = np.random.default_rng(5).normal(size=(6, SHAPE.width))
    for k in range(SHAPE.blocks):
        block = network.block_weights(weights, k)
        alone = network.apply_to_last(x[-1], x[:-1], block, SHAPE, np)
        np.testing.assert_allclose(alone, network.apply_block(x, block, SHAPE, np)[-1], rtol=1e-12)


def test_a_block_reads_only_the_direction_of_its_input(weights):
    """RMSNorm: what a block adds stays the same when its input is scaled (its small constant aside)."""
    x = 100 * np.random.default_rng(6).normal(size=(6, SHAPE.width))
    block = network.block_weights(weights, 2)
    added = [network.attention(scale * x, block, SHAPE, np) for scale in (1, 50)]
    np.testing.assert_allclose(*added, rtol=1e-6)


def test_heads_that_share_keys_equal_heads_with_copies_of_them(weights):
    rng = np.random.default_rng(7)
    queries = rng.normal(size=(5, SHAPE.heads, SHAPE.head_width))
    keys, values = rng.normal(size=(2, 5, SHAPE.key_heads, SHAPE.head_width))
    seen = np.tri(5, dtype=bool)
    shared = network.attend(queries, keys, values, seen, SHAPE, np)
    full = Shape(blocks=3, width=24, heads=4, key_heads=4, head_width=6)
    copied = network.attend(queries, np.repeat(keys, 2, 1), np.repeat(values, 2, 1), seen, full, np)
    np.testing.assert_allclose(shared, copied, rtol=1e-12)
