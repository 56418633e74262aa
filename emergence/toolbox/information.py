"""Entropy, cross-entropy and relative entropy of distributions, and one loss in nats per token and in bits per byte.

H(P, Q) = -Σ p log2 q = H(P) + KL(P‖Q). If n bytes are m tokens, nats per token are (n/m) ln 2 times bits per byte.
Sources: Shannon 1948; Kullback and Leibler 1951; Gage 1994 for the cutting by pairs.

Distributions are arrays of probabilities along the last axis. Entropies are in bits. A value outside its range raises
ValueError with the parameter, the value and the range.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, at_least, in_range
from emergence.physics.causal import entropy

NAT = 1 / math.log(2)
"""One nat in bits."""

PASSAGE = (
    "Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: "
    "once or twice she had peeped into the book her sister was reading, but it had no pictures or conversations "
    'in it, "and what is the use of a book," thought Alice "without pictures or conversations?" So she was '
    "considering in her own mind (as well as she could, for the hot day made her feel very sleepy and stupid), "
    "whether the pleasure of making a daisy-chain would be worth the trouble of getting up and picking the "
    "daisies, when suddenly a White Rabbit with pink eyes ran close by her. There was nothing so very remarkable "
    'in that; nor did Alice think it so very much out of the way to hear the Rabbit say to itself, "Oh dear! Oh '
    'dear! I shall be late!" (when she thought it over afterwards, it occurred to her that she ought to have '
    "wondered at this, but at the time it all seemed quite natural); but when the Rabbit actually took a watch "
    "out of its waistcoat-pocket, and looked at it, and then hurried on, Alice started to her feet, for it "
    "flashed across her mind that she had never before seen a rabbit with either a waistcoat-pocket, or a watch "
    "to take out of it, and burning with curiosity, she ran across the field after it, and fortunately was just "
    "in time to see it pop down a large rabbit-hole under the hedge."
)
"""The opening of Lewis Carroll, Alice's Adventures in Wonderland, 1865, which is in the public domain."""


def _pair(p: ArrayLike, q: ArrayLike) -> tuple[Floats, Floats]:
    p, q = (in_range(name, value, 0, 1, closed_low=True, closed_high=True) for name, value in (("p", p), ("q", q)))
    if p.shape[-1:] != q.shape[-1:]:
        raise ValueError(f"q has the shape {q.shape}; allowed is one probability for each of the {p.shape[-1]} of p")
    for name, value in (("p", p), ("q", q)):
        if not value.size or np.abs(value.sum(axis=-1) - 1).max() > 1e-9:
            raise ValueError(f"{name} = {value} has another sum than 1; allowed are probabilities that sum to 1")
    return p, q


def cross_entropy(p: ArrayLike, q: ArrayLike) -> Floats:
    """-Σ p log2 q in bits: the mean surprise of who expects q where p holds; inf if q excludes what p allows.

    Shape (..., n) -> (...).
    """
    p, q = _pair(p, q)
    terms = np.where(p > 0, -p * np.log2(np.where(q > 0, q, 1)), 0.0)
    return np.where((p > 0) & (q == 0), math.inf, terms).sum(axis=-1)


def relative_entropy(p: ArrayLike, q: ArrayLike) -> Floats:
    """KL(P‖Q) = Σ p log2(p/q) in bits: cross-entropy less entropy; never negative. Shape (..., n) -> (...)."""
    return np.maximum(cross_entropy(p, q) - entropy(p), 0.0)


# --- one loss in two units ----------------------------------------------------------------------------------------


def bits_per_byte(nats_per_token: ArrayLike, bytes_per_token: ArrayLike) -> Floats:
    """A loss per token in bits per byte. Shapes broadcast."""
    loss = in_range("nats_per_token", nats_per_token, closed_low=True)
    return loss * NAT / in_range("bytes_per_token", bytes_per_token)


def nats_per_token(bits_per_byte: ArrayLike, bytes_per_token: ArrayLike) -> Floats:
    """A loss in bits per byte as one per token. Shapes broadcast."""
    loss = in_range("bits_per_byte", bits_per_byte, closed_low=True)
    return loss / NAT * in_range("bytes_per_token", bytes_per_token)


class Cuts(NamedTuple):
    """A text cut into tokens after each number of merges: starts[k] are the places where the tokens begin."""

    size: int
    starts: list[NDArray[np.int_]]

    def bytes_per_token(self, merges: int) -> float:
        return self.size / len(self.starts[merges])


def merge_pairs(text: str, merges: int) -> Cuts:
    """Cut a text of ASCII characters by byte-pair encoding that was trained on the text itself.

    At first each byte is a token. Each merge joins all places (from left to right, where they overlap) of the pair of
    neighbouring tokens that is most frequent, of several the first in the order of the tokens. It ends early when no
    pair occurs twice; the last cut then stands for all later ones.
    """
    at_least("merges", merges, 0)
    tokens = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int64)
    if not len(tokens):
        raise ValueError("text = '' is empty; allowed are texts of at least one character")
    places, known = np.arange(len(tokens)), 128
    starts = [places]
    for _ in range(merges):
        pairs = tokens[:-1] * (128 + merges) + tokens[1:]
        kinds, counts = np.unique(pairs, return_counts=True)
        if not len(counts) or counts.max() < 2:
            starts.append(places)
            continue
        joined = []
        for place in np.flatnonzero(pairs == kinds[counts.argmax()]):
            if not joined or place > joined[-1] + 1:  # "aaa" has "aa" once
                joined.append(place)
        tokens[joined] = known
        left = np.ones(len(tokens), bool)
        left[np.add(joined, 1)] = False
        tokens, places, known = tokens[left], places[left], known + 1
        starts.append(places)
    return Cuts(len(text), starts)
