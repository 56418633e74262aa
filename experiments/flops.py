"""Floating-point operations of training, counted from the matrix products the program carries out.

A product of [a, b] by [b, c] is 2abc operations; the backward pass takes twice the forward pass. Attention is
counted as carried out, over all T² pairs of a row (the causal mask comes after). Norms, softmax, GELU and the
optimiser are not counted. The usual 6ND (Kaplan et al. 2020) leaves attention out, which in small models is much.
"""

from __future__ import annotations

from experiments.model import Shape


def forward_per_token(shape: Shape) -> int:
    """Return the operations of a forward pass, per token of a full row."""
    d = shape.d_model
    maps = 2 * (3 * d * d + d * d + 2 * 4 * d * d)  # query, key, value; attention output; MLP in and out
    attention = 2 * 2 * shape.context * d  # scores and weighted values, all heads together
    return shape.layers * (maps + attention) + 2 * d * shape.vocabulary


def training_per_token(shape: Shape) -> int:
    """Return the operations of a training step, per token: forward and backward."""
    return 3 * forward_per_token(shape)
