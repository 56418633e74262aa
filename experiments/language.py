"""Two artificial languages: Zipf-ranked instructions amid text, and toys of four abilities.

A row holds documents of one type; a mixture gives each type's share of rows.
Sources: Zipf-ranked skills after Michaud et al. 2023, repeated passages after Olsson et al. 2022,
trained scratchpads after Nye et al. 2021. Rows are int8 [n, CONTEXT + 1]; the first token is START.
"""

from __future__ import annotations

from functools import cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int8]
Integers = NDArray[np.int64]

CONTEXT = 32
VOCABULARY = 64
DIGITS, LETTERS, NAMES = range(0, 10), range(10, 42), range(42, 58)
START, STEPS, DIRECT, EQUALS, STOP = range(58, 63)  # Token 63 is not used.

LANGUAGE_SEED = 20261122

# Text: the next letter follows the last 0, 1, 2 or 3 letters with these probabilities; each context has four followers.
ORDER_SHARES = (0.2, 0.2, 0.3, 0.3)
FOLLOWER_SHARES = (0.6, 0.2, 0.1, 0.1)
LETTER_EXPONENT = 1.0

INSTRUCTIONS = 256
ZIPF_EXPONENT = 1.0

PASSAGE_LENGTHS = range(3, 8)
PAIRS_SHOWN = 8
TERMS = 3
OPERATIONS, ORDERS, HELD_OUT = 4, 6, 6
DOCUMENT = 8  # Tokens in a sum or a three-digit instruction.


def zipf(n: int, exponent: float) -> NDArray[np.float64]:
    """Return n probabilities proportional to 1/rank^exponent."""
    weights = np.arange(1, n + 1) ** -exponent
    return weights / weights.sum()


@cache
def followers() -> tuple[Integers, ...]:
    """Return for each order k = 0..3 the letters that may follow: int [32^k, 4], counted from 0."""
    rng = np.random.default_rng([LANGUAGE_SEED, 1])
    n = len(LETTERS)
    return tuple(rng.choice(n, size=(n**k, len(FOLLOWER_SHARES)), p=zipf(n, LETTER_EXPONENT)) for k in range(4))


def text(rng: np.random.Generator, n: int) -> Rows:
    """Letters from a mixture of 1-, 2-, 3- and 4-gram tables."""
    size = len(LETTERS)
    letters = np.empty((n, CONTEXT + 3), np.int64)
    letters[:, :3] = rng.choice(size, size=(n, 3), p=zipf(size, LETTER_EXPONENT))
    order = rng.choice(4, size=(n, CONTEXT), p=ORDER_SHARES)
    choice = rng.choice(4, size=(n, CONTEXT), p=FOLLOWER_SHARES)
    unigram = rng.choice(size, size=(n, CONTEXT), p=zipf(size, LETTER_EXPONENT))
    for t in range(CONTEXT):
        before = letters[:, t : t + 3]  # The last three letters, oldest first.
        candidates = [unigram[:, t]]
        context = np.zeros(n, np.int64)
        for k in (1, 2, 3):
            context = context + before[:, 3 - k] * size ** (k - 1)
            candidates.append(followers()[k][context, choice[:, t]])
        letters[:, t + 3] = np.choose(order[:, t], candidates)
    rows = np.full((n, CONTEXT + 1), START, np.int8)
    rows[:, 1:] = letters[:, 3:] + LETTERS.start
    return rows


def quotation(rng: np.random.Generator, n: int) -> Rows:
    """Two passages of 3 to 7 letters of text, then one or the other again and again, at random.

    The distance to the earlier occurrence varies, so that it has to be found by content.
    """
    source = text(rng, n)[:, 1:]
    length = rng.integers(PASSAGE_LENGTHS.start, PASSAGE_LENGTHS.stop, (n, 2))
    blocks = CONTEXT // PASSAGE_LENGTHS.start + 1
    order = rng.integers(0, 2, (n, blocks))
    order[:, :2] = 0, 1
    end = np.cumsum(np.take_along_axis(length, order, 1), 1)  # [n, blocks]
    here = np.arange(CONTEXT)
    block = (here >= end[..., None]).sum(1)  # [n, CONTEXT], the block that each letter is in
    which = np.take_along_axis(order, block, 1)
    begin = np.take_along_axis(end - np.take_along_axis(length, order, 1), block, 1)
    letter = here - begin + np.where(which == 1, length[:, :1], 0)  # where the passage has it in the text
    rows = np.full((n, CONTEXT + 1), START, np.int8)
    rows[:, 1:] = np.take_along_axis(source, letter, 1)
    return rows


def _fill(documents: NDArray[np.integer]) -> Rows:
    """Put documents [n, per row, tokens] side by side, START before them."""
    rows = np.full((len(documents), CONTEXT + 1), START, np.int8)
    rows[:, 1:] = documents.reshape(len(documents), CONTEXT)
    return rows


# --- panel 1: 256 instructions ----------------------------------------------------------------------------


@cache
def instruction_maps() -> Integers:
    """Return what the instructions do to a digit: a permutation of the ten digits each, int [256, 10]."""
    rng = np.random.default_rng([LANGUAGE_SEED, 2])
    return np.stack([rng.permutation(10) for _ in range(INSTRUCTIONS)])


def instruction_rows(rank: Integers, x: Integers) -> Rows:
    """Documents `a b x y`: the names a b of instruction `rank` (from 0), a digit and its image. rank, x: [n, 8]."""
    first, second = divmod(rank, len(NAMES))
    names = NAMES.start
    return _fill(np.stack([first + names, second + names, x, instruction_maps()[rank, x]], -1))


def instruction(rng: np.random.Generator, n: int) -> tuple[Rows, Integers]:
    """Zipf-ranked instructions on random digits, and their ranks from 0: int [n, 8]."""
    shape = (n, CONTEXT // 4)
    rank = rng.choice(INSTRUCTIONS, size=shape, p=zipf(INSTRUCTIONS, ZIPF_EXPONENT))
    return instruction_rows(rank, rng.integers(0, 10, shape)), rank


# --- panel 2: toys of abilities ---------------------------------------------------------------------------


def key_values(rng: np.random.Generator, n: int) -> Rows:
    """Eight pairs of letters `key value`, all different, then one of the keys and its value. Never trained on.

    The rest of the row is STOP; the answer is token 18 of the row.
    """
    letters = rng.permuted(np.tile(np.array(LETTERS), (n, 1)), axis=1)[:, : 2 * PAIRS_SHOWN]
    asked = 2 * rng.integers(0, PAIRS_SHOWN, n)
    rows = np.full((n, CONTEXT + 1), STOP, np.int8)
    rows[:, 0] = START
    rows[:, 1 : 2 * PAIRS_SHOWN + 1] = letters
    rows[:, 2 * PAIRS_SHOWN + 1] = letters[np.arange(n), asked]
    rows[:, 2 * PAIRS_SHOWN + 2] = letters[np.arange(n), asked + 1]
    return rows


def sums(rng: np.random.Generator, n: int, with_steps: bool) -> Rows:
    """Documents `STEPS a b c = a+b a+b+c STOP` or `DIRECT a b c = a+b+c STOP STOP`, modulo 10."""
    terms = rng.integers(0, 10, (n, CONTEXT // DOCUMENT, TERMS))
    partial = np.cumsum(terms, -1)[..., 1:] % 10
    documents = np.full((n, CONTEXT // DOCUMENT, DOCUMENT), STOP)
    documents[..., 0] = STEPS if with_steps else DIRECT
    documents[..., 1 : TERMS + 1] = terms
    documents[..., TERMS + 1] = EQUALS
    answer = partial if with_steps else partial[..., -1:]
    documents[..., TERMS + 2 : TERMS + 2 + answer.shape[-1]] = answer
    return _fill(documents)


@cache
def digit_maps() -> Integers:
    """Return what the four operations do to a digit: a permutation of the ten digits each, int [4, 10]."""
    rng = np.random.default_rng([LANGUAGE_SEED, 3])
    return np.stack([rng.permutation(10) for _ in range(OPERATIONS)])


@cache
def held_out_pairs(seed: int) -> Integers:
    """Return the six of 24 pairs (operation·6 + order) that a run never sees; every operation and order is seen.

    Each order is held out with one operation, so that it is seen with the three others.
    """
    rng = np.random.default_rng([LANGUAGE_SEED, 4, seed])
    operation = rng.permutation(np.arange(ORDERS) % OPERATIONS)
    return np.sort(operation * ORDERS + np.arange(ORDERS))


def pair_rows(pair: Integers, x: Integers) -> Rows:
    """Documents `operation order x1 x2 x3 y1 y2 y3`: the digits reordered, then mapped. pair: [n, 4], x: [n, 4, 3]."""
    operation, order = divmod(pair, ORDERS)
    reordered = np.take_along_axis(x, np.array(list(permutations(range(3))))[order], -1)
    y = digit_maps()[operation[..., None], reordered]
    names = np.stack([operation + NAMES.start, order + NAMES.start + OPERATIONS], -1)
    return _fill(np.concatenate([names, x, y], -1))


def pairs(rng: np.random.Generator, n: int, allowed: Integers) -> tuple[Rows, Integers]:
    """Three-digit instructions with the allowed pairs on random digits, and the pairs: int [n, 4]."""
    shape = (n, CONTEXT // DOCUMENT)
    pair = rng.choice(allowed, size=shape)
    return pair_rows(pair, rng.integers(0, 10, (*shape, 3))), pair
