"""What several figures of this chapter name alike: abilities, scores, axes and widths."""

from __future__ import annotations

from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE

ABILITIES = {
    "in-context learning": ("abilities", "icl"),
    "sums, steps written": ("abilities", "scratchpad"),
    "sums, asked directly": ("abilities", "direct"),
    "held-out pairs": ("abilities", "heldout"),
    "trained pairs": ("abilities", "trained_pairs"),
    "instructions, ranks 1–8": ("instructions", "ranks_1_8"),
    "instructions, ranks 9–16": ("instructions", "ranks_9_16"),
    "instructions, ranks 17–32": ("instructions", "ranks_17_32"),
    "instructions, ranks 33–64": ("instructions", "ranks_33_64"),
    "instructions, ranks 65–128": ("instructions", "ranks_65_128"),
    "instructions, ranks 129–256": ("instructions", "ranks_129_256"),
}
METRICS = {
    "probability of the right token": "p",
    "exact match": "exact",
    "negative log likelihood": "nll",
    "Brier score": "brier",
}
AXES = {
    "loss": "loss (nats per token)",
    "loss without the skill": "loss without the skill's documents (nats per token)",
    "log C": "log₁₀ of compute C (FLOP)",
    "log D": "log₁₀ of training data D (tokens)",
    "log N": "log₁₀ of model size N (parameters)",
}
WIDTHS = {
    16: {"color": BLUE, "marker": "o"},
    24: {"color": ORANGE, "marker": "s"},
    32: {"color": PURPLE, "marker": "^"},
    48: {"color": GREEN, "marker": "D"},
    64: {"color": INK, "marker": "v"},
    96: {"color": GREY, "marker": "P"},
}
SHARE = (-0.03, 1.03)
"""Limits of an axis on which a score from 0 to 1 stands."""
