"""Attention-only transformers that learn to look back: find the last time this token stood here, copy what followed.

A layer adds A X W to the stream X, with A = softmax(X Q (X K)' / sqrt(d) + r) over the tokens so far and r a learnt
number for each distance back. One such layer cannot compare a token with the predecessor of another; two can, by
writing each token's predecessor into the stream first. Sources: Elhage et al. 2021, Olsson et al. 2022.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emergence.checks import Floats
from emergence.scaling.adam import Adam, Parameters

Tokens = NDArray[np.int64]


def repeated_blocks(count: int, length: int, vocabulary: int, rng: np.random.Generator) -> tuple[Tokens, NDArray]:
    """Sequences, shape (count, length): a random block of 4 to length // 2 different tokens, repeated.

    Also which tokens can be predicted, shape (count, length), bool: all after the first block but one, since the first
    token of the second block follows one that has not been seen before.
    """
    if not 8 <= length <= 2 * vocabulary + 1:
        raise ValueError(f"length = {length} is outside the allowed range [8, {2 * vocabulary + 1}]")
    period = rng.integers(4, length // 2 + 1, count)
    block = rng.permuted(np.tile(np.arange(vocabulary), (count, 1)), axis=1)
    place = np.arange(length)
    return np.take_along_axis(block, place % period[:, None], axis=1), place > period[:, None]


def dictionaries(count: int, pairs: int, vocabulary: int, rng: np.random.Generator) -> tuple[Tokens, Tokens]:
    """Key, value, key, value, ..., and one of the keys again, shape (count, 2 pairs + 1), all tokens different.

    Also the value that belongs to the last key, shape (count,). This format is never trained on.
    """
    if not 1 <= 2 * pairs <= vocabulary:
        raise ValueError(f"pairs = {pairs} is outside the allowed range [1, {vocabulary // 2}]")
    shuffled = rng.permuted(np.tile(np.arange(vocabulary), (count, 1)), axis=1)[:, : 2 * pairs]
    asked = 2 * rng.integers(0, pairs, count)
    row = np.arange(count)
    return np.column_stack([shuffled, shuffled[row, asked]]), shuffled[row, asked + 1]


class Checkpoint(NamedTuple):
    """After `step` steps: loss (nats per token, all tokens), accuracy on tokens that can be predicted, and on
    dictionaries (four values to choose from: 0.25 for a network that copies any of them)."""

    step: int
    loss: float
    repeated: float
    dictionary: float


class AttentionNetwork:
    """Token embedding, one or two attention layers of one head each, unembedding; no normalisation, no biases."""

    def __init__(
        self,
        width: int,
        layers: int,
        rng: np.random.Generator,
        vocabulary: int = 24,
        length: int = 24,
        rate: float = 0.01,
    ) -> None:
        """width: d, [1, inf). layers: 1 or 2. The generator is kept: it also draws the training sequences."""
        if width < 1:
            raise ValueError(f"width = {width} is outside the allowed range [1, inf)")
        if layers not in (1, 2):
            raise ValueError(f"layers = {layers} is outside the allowed range [1, 2]")
        self.width, self.layers, self.vocabulary, self.length = width, layers, vocabulary, length
        self.rng, self.steps = rng, 0

        def matrix(rows: int, columns: int, scale: float) -> Floats:
            return rng.normal(0, scale, (rows, columns))

        self.parameters: Parameters = {"embed": matrix(vocabulary, width, 1)}
        for k in range(layers):
            for name in ("query", "key", "value"):
                self.parameters[f"{name}{k}"] = matrix(width, width, width**-0.5)
            self.parameters[f"distance{k}"] = np.zeros(length)
        self.parameters["unembed"] = matrix(width, vocabulary, width**-0.5)
        self._adam = Adam(self.parameters, rate)
        questions = np.random.default_rng(0)  # the same at every checkpoint
        self._test = repeated_blocks(64, length, vocabulary, questions)
        self._dictionaries = dictionaries(128, 4, vocabulary, questions)

    def _forward(self, tokens: Tokens) -> tuple[Floats, list[tuple[Floats, ...]]]:
        """Logits, shape (count, length, vocabulary), and what each layer computed on the way."""
        p, length = self.parameters, tokens.shape[1]
        back = np.arange(length)[:, None] - np.arange(length)  # distance from query to key
        stream, cache = p["embed"][tokens], []  # (count, length, d)
        for k in range(self.layers):
            query, key = stream @ p[f"query{k}"], stream @ p[f"key{k}"]
            score = query @ key.swapaxes(1, 2) / np.sqrt(self.width) + p[f"distance{k}"][np.abs(back)]
            score = np.where(back >= 0, score, -np.inf)
            attention = np.exp(score - score.max(axis=2, keepdims=True))
            attention /= attention.sum(axis=2, keepdims=True)  # (count, length, length)
            value = stream @ p[f"value{k}"]
            cache.append((stream, query, key, attention, value))
            stream = stream + attention @ value
        cache.append((stream,))
        return stream @ p["unembed"], cache

    def gradient(self, tokens: Tokens) -> tuple[float, Parameters]:
        """Mean cross-entropy of the next token (nats), over all tokens but the first, and its gradient."""
        p, (count, length) = self.parameters, tokens.shape
        logits, cache = self._forward(tokens)
        logits, following = logits[:, :-1], tokens[:, 1:]
        probability = np.exp(logits - logits.max(axis=2, keepdims=True))
        probability /= probability.sum(axis=2, keepdims=True)
        right = np.take_along_axis(probability, following[..., None], axis=2)
        loss = float(-np.log(right).mean())

        d_logits = np.zeros((count, length, self.vocabulary))
        d_logits[:, :-1] = probability
        row, place = np.arange(count)[:, None], np.arange(length - 1)
        d_logits[row, place, following] -= 1
        d_logits /= following.size
        (stream,) = cache.pop()
        gradients = {"unembed": _outer(stream, d_logits)}
        d_stream = d_logits @ p["unembed"].T
        back = np.abs(np.arange(length)[:, None] - np.arange(length))
        for k in reversed(range(self.layers)):
            stream, query, key, attention, value = cache[k]
            d_value = attention.swapaxes(1, 2) @ d_stream
            d_attention = d_stream @ value.swapaxes(1, 2)
            # Softmax: only what differs from the mean of its row moves a score.
            d_score = attention * (d_attention - (attention * d_attention).sum(axis=2, keepdims=True))
            gradients[f"distance{k}"] = np.bincount(back.ravel(), d_score.sum(axis=0).ravel(), minlength=self.length)
            d_score /= np.sqrt(self.width)
            d_query, d_key = d_score @ key, d_score.swapaxes(1, 2) @ query
            for name, change in (("query", d_query), ("key", d_key), ("value", d_value)):
                gradients[f"{name}{k}"] = _outer(stream, change)
                d_stream = d_stream + change @ p[f"{name}{k}"].T
        gradients["embed"] = np.zeros_like(p["embed"])
        np.add.at(gradients["embed"], tokens, d_stream)
        return loss, gradients

    def attention(self, tokens: Tokens, layer: int) -> Floats:
        """Where each token (axis 1) looks (axis 2) in a layer, 0 or 1: shape (count, length, length), rows sum to 1."""
        return self._forward(tokens)[1][layer][3]

    def next_token(self, tokens: Tokens) -> Tokens:
        """The likeliest token after each sequence, shape (count, length) to (count,)."""
        return self._forward(tokens)[0][:, -1].argmax(axis=1)

    def train(self, steps: int, batch: int = 32) -> None:
        """Take steps of Adam, each on fresh sequences of repeated blocks."""
        for _ in range(steps):
            tokens, _ = repeated_blocks(batch, self.length, self.vocabulary, self.rng)
            self._adam.step(self.parameters, self.gradient(tokens)[1])
            self.steps += 1

    def checkpoint(self) -> Checkpoint:
        """Loss and accuracies on fixed sequences, 64 of blocks and 128 dictionaries of four pairs."""
        tokens, predictable = self._test
        logits = self._forward(tokens)[0][:, :-1]
        following = tokens[:, 1:]
        shifted = logits - logits.max(axis=2, keepdims=True)
        normal = np.log(np.exp(shifted).sum(axis=2))
        loss = np.mean(normal - np.take_along_axis(shifted, following[..., None], axis=2)[..., 0])
        repeated = (logits.argmax(axis=2) == following)[predictable[:, 1:]].mean()
        questions, answers = self._dictionaries
        right = float((self.next_token(questions) == answers).mean())
        return Checkpoint(self.steps, float(loss), float(repeated), right)


def _outer(left: Floats, right: Floats) -> Floats:
    """Sum over sequences and places of the outer products: (count, length, a), (count, length, b) to (a, b)."""
    return left.reshape(-1, left.shape[2]).T @ right.reshape(-1, right.shape[2])


def training(network: AttentionNetwork, steps: int, every: int, batch: int = 32) -> Iterator[Checkpoint]:
    """Train for a number of steps; yield a checkpoint first and after every so many. Not asking on stops it."""
    yield network.checkpoint()
    for start in range(0, steps, every):
        network.train(min(every, steps - start), batch)
        yield network.checkpoint()
