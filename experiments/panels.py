"""The two panels: which documents are trained on, in which shares, and which skills are asked.

Shapes: a row is START and T = CONTEXT tokens, so there are T predictions a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from experiments import language
from experiments.language import CONTEXT, DOCUMENT, INSTRUCTIONS, OPERATIONS, ORDERS, TERMS, Integers, Rows

EVALUATION_SEED = 7
EVALUATION_ROWS = 96
RANK_GROUPS = {
    f"ranks_{low}_{high}": (low, high) for low, high in ((1, 8), (9, 16), (17, 32), (33, 64), (65, 128), (129, 256))
}


@dataclass(frozen=True)
class Skill:
    """chance: exact match of a uniform guess among digits, or among letters for `icl` (1/8 among the values shown).

    tokens: length K of an answer. A skill's four measures: exact (all K tokens likeliest, which is what greedy decoding
    would write), p (probability of the right token), nll (nats) and brier, the last three as means over tokens.
    """

    chance: float
    tokens: int


@dataclass(frozen=True)
class Probe:
    """Questions of one skill: answer m is predictions first[m] ... first[m] + tokens - 1 of row[m]."""

    rows: Rows  # [n, T+1]
    row: Integers  # [m]
    first: Integers  # [m]
    tokens: int  # K


@dataclass(frozen=True)
class Evaluation:
    """Rows [n, T+1] for the losses, and probes.

    types: document type -> its rows; weight, and without[skill]: [n, T], each with sum 1.
    """

    rows: Rows
    types: Mapping[str, slice]
    weight: NDArray[np.float64]
    without: Mapping[str, NDArray[np.float64]]
    probes: Mapping[str, Probe]


@dataclass(frozen=True)
class Panel:
    """A training language and its tests.

    generators: document type -> rows; mixtures: name -> share of rows of each type ("base" first);
    skills: name -> Skill. evaluate(seed) builds the fixed evaluation set (only the held-out pairs depend on the seed).
    """

    name: str
    generators: Mapping[str, Callable[[np.random.Generator, int, int], Rows]]
    mixtures: Mapping[str, Mapping[str, float]]
    skills: Mapping[str, Skill]
    evaluate: Callable[[int], Evaluation]

    def batches(self, mixture: str, seed: int, chunk: int, steps: int, rows: int) -> Rows:
        """Return the training rows of one chunk of steps, int8 [steps, rows, T+1], the same for every model size."""
        shares = self.mixtures[mixture]
        rng = np.random.default_rng([language.LANGUAGE_SEED, 5, seed, chunk])
        total = steps * rows
        kind = rng.choice(len(shares), size=total, p=list(shares.values()))
        batch = np.empty((total, CONTEXT + 1), np.int8)
        for number, name in enumerate(shares):
            chosen = kind == number
            batch[chosen] = self.generators[name](rng, int(chosen.sum()), seed)
        return batch.reshape(steps, rows, CONTEXT + 1)


def _loss_set(
    panel_types: Mapping[str, Rows], shares: Mapping[str, float]
) -> tuple[Rows, dict[str, slice], NDArray[np.float64]]:
    """Stack the evaluation rows of each type; weight their tokens so that each type has its share of the loss."""
    types, weights, start = {}, [], 0
    for name, rows in panel_types.items():
        types[name] = slice(start, start + len(rows))
        weights.append(np.full((len(rows), CONTEXT), shares[name] / (len(rows) * CONTEXT)))
        start += len(rows)
    return np.concatenate(list(panel_types.values())), types, np.concatenate(weights)


def _without(weight: NDArray[np.float64], excluded: NDArray[np.bool_]) -> NDArray[np.float64]:
    kept = np.where(excluded, 0.0, weight)
    return kept / kept.sum()


def _document_probe(
    rows: Rows, length: int, answer: int, tokens: int, chosen: NDArray[np.bool_] | None = None
) -> Probe:
    """Ask for `tokens` tokens from offset `answer` on of every document, or of the chosen ones [n, documents in a row].

    length: tokens in a document.
    """
    chosen = np.ones((len(rows), CONTEXT // length), bool) if chosen is None else chosen
    row, document = np.nonzero(chosen)
    # Prediction t is that of token t + 1, and START is token 0: offsets in documents count predictions.
    return Probe(rows, row, document * length + answer, tokens)


# --- panel 1 ------------------------------------------------------------------------------------------------


def _evaluate_instructions(seed: int) -> Evaluation:
    rng = np.random.default_rng([language.LANGUAGE_SEED, EVALUATION_SEED])
    rows, rank = language.instruction(rng, 2 * EVALUATION_ROWS)
    sample = {"text": language.text(rng, EVALUATION_ROWS), "instruction": rows}
    rows, types, weight = _loss_set(sample, INSTRUCTION_MIXTURES["base"])
    # Each instruction once with each digit, in random order, eight to a row.
    question = rng.permutation(INSTRUCTIONS * 10).reshape(-1, CONTEXT // 4)
    asked = question // 10
    asked_rows = language.instruction_rows(asked, question % 10)
    without, probes = {}, {}
    for name, (low, high) in RANK_GROUPS.items():
        excluded = np.zeros(weight.shape, bool)
        excluded[types["instruction"]] = np.repeat((rank >= low - 1) & (rank < high), 4, axis=1)
        without[name] = _without(weight, excluded)
        probes[name] = _document_probe(asked_rows, 4, 3, 1, (asked >= low - 1) & (asked < high))
    return Evaluation(rows, types, weight, without, probes)


INSTRUCTION_MIXTURES = {
    "base": {"text": 0.5, "instruction": 0.5},
    "more_text": {"text": 0.75, "instruction": 0.25},
}

INSTRUCTION_PANEL = Panel(
    "instructions",
    {
        "text": lambda rng, n, seed: language.text(rng, n),
        "instruction": lambda rng, n, seed: language.instruction(rng, n)[0],
    },
    INSTRUCTION_MIXTURES,
    {name: Skill(chance=0.1, tokens=1) for name in RANK_GROUPS},
    _evaluate_instructions,
)


def single_instructions(probes: Mapping[str, Probe], count: int) -> dict[str, Probe]:
    """Return `rank_1` ... `rank_<count>`: the questions of the groups, one probe for each instruction.

    The rows are the same object, so that they are judged once.
    """
    rows = next(iter(probes.values())).rows
    row, first = (np.concatenate([getattr(probe, name) for probe in probes.values()]) for name in ("row", "first"))
    names = language.NAMES
    rank = (rows[row, first - 2].astype(int) - names.start) * len(names) + rows[row, first - 1] - names.start
    return {f"rank_{k + 1}": Probe(rows, row[rank == k], first[rank == k], 1) for k in range(count)}


def single_questions(probes: Mapping[str, Probe], ranks: Sequence[int]) -> dict[str, Probe]:
    """Return `rank_<k>_digit_<x>`: each question of some instructions by itself."""
    found = {}
    for k in ranks:
        one = single_instructions(probes, k)[f"rank_{k}"]
        digit = one.rows[one.row, one.first]
        found |= {
            f"rank_{k}_digit_{x}": Probe(one.rows, one.row[digit == x], one.first[digit == x], 1) for x in range(10)
        }
    return found


# --- panel 2 ------------------------------------------------------------------------------------------------

ALL_PAIRS = np.arange(OPERATIONS * ORDERS)


def _trained_pairs(seed: int) -> Integers:
    return np.setdiff1d(ALL_PAIRS, language.held_out_pairs(seed))


# Left out of the loss for each skill: every document that practises it, or a part of it.
FEEDS = {
    "icl": ("quotation",),
    "scratchpad": ("sum_steps", "sum_direct"),
    "direct": ("sum_steps", "sum_direct"),
    "heldout": ("pair",),
    "trained_pairs": ("pair",),
}


def _evaluate_abilities(seed: int) -> Evaluation:
    rng = np.random.default_rng([language.LANGUAGE_SEED, EVALUATION_SEED])
    sample = {
        "text": language.text(rng, EVALUATION_ROWS),
        "quotation": language.quotation(rng, EVALUATION_ROWS),
        "sum_steps": language.sums(rng, EVALUATION_ROWS, with_steps=True),
        "sum_direct": language.sums(rng, EVALUATION_ROWS, with_steps=False),
    }
    key_values = language.key_values(rng, 3 * EVALUATION_ROWS)
    sample["pair"], _ = language.pairs(rng, EVALUATION_ROWS, _trained_pairs(seed))
    held_out, _ = language.pairs(rng, EVALUATION_ROWS, language.held_out_pairs(seed))
    rows, types, weight = _loss_set(sample, ABILITY_MIXTURES["base"])
    without = {}
    for skill, documents in FEEDS.items():
        excluded = np.zeros(weight.shape, bool)
        for name in documents:
            excluded[types[name]] = True
        without[skill] = _without(weight, excluded)
    everyone = np.arange(len(key_values))
    probes = {
        "icl": Probe(key_values, everyone, np.full(len(key_values), 2 * language.PAIRS_SHOWN + 1), 1),
        "scratchpad": _document_probe(sample["sum_steps"], DOCUMENT, TERMS + 2, TERMS - 1),
        "direct": _document_probe(sample["sum_direct"], DOCUMENT, TERMS + 2, 1),
        "heldout": _document_probe(held_out, DOCUMENT, 5, 3),
        "trained_pairs": _document_probe(sample["pair"], DOCUMENT, 5, 3),
    }
    return Evaluation(rows, types, weight, without, probes)


def _shares(quotation: float) -> dict[str, float]:
    """Give quotations their share; the other types keep their proportions."""
    others = {"text": 0.3, "pair": 0.2, "sum_steps": 0.2, "sum_direct": 0.05}
    rest = (1 - quotation) / sum(others.values())
    return {"quotation": quotation} | {name: share * rest for name, share in others.items()}


def _sums(steps: float, direct: float) -> dict[str, float]:
    """Give sums with and without steps their shares; the other types keep their proportions."""
    others = {"text": 0.3, "quotation": 0.25, "pair": 0.2}
    rest = (1 - steps - direct) / sum(others.values())
    return {name: share * rest for name, share in others.items()} | {"sum_steps": steps, "sum_direct": direct}


ABILITY_MIXTURES = {
    "base": _shares(0.25),
    "half_quotations": _shares(0.125),
    "double_quotations": _shares(0.5),
    "equal_sums": _sums(0.2, 0.2),
    "swapped_sums": _sums(0.05, 0.2),
}

ABILITY_PANEL = Panel(
    "abilities",
    {
        "text": lambda rng, n, seed: language.text(rng, n),
        "quotation": lambda rng, n, seed: language.quotation(rng, n),
        "pair": lambda rng, n, seed: language.pairs(rng, n, _trained_pairs(seed))[0],
        "sum_steps": lambda rng, n, seed: language.sums(rng, n, with_steps=True),
        "sum_direct": lambda rng, n, seed: language.sums(rng, n, with_steps=False),
    },
    ABILITY_MIXTURES,
    {
        "icl": Skill(chance=1 / len(language.LETTERS), tokens=1),
        "scratchpad": Skill(chance=0.1 ** (TERMS - 1), tokens=TERMS - 1),
        "direct": Skill(chance=0.1, tokens=1),
        "heldout": Skill(chance=1e-3, tokens=3),
        "trained_pairs": Skill(chance=1e-3, tokens=3),
    },
    _evaluate_abilities,
)

PANELS: Mapping[str, Panel] = MappingProxyType({panel.name: panel for panel in (INSTRUCTION_PANEL, ABILITY_PANEL)})
