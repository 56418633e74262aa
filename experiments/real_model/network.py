"""The forward pass of a Llama-like transformer: RMSNorm, rotary positions, grouped-query attention, SwiGLU.

x <- x + attention(norm(x)), then x <- x + mlp(norm(x)), in every block; logits = norm(x) embed^T.
Runs unchanged on NumPy and on JAX: `xp` is the module. After Touvron et al. 2023 (arXiv:2302.13971) and Ainslie et al.
2023 (arXiv:2305.13245); weights and shapes as in a GGUF file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Array = Any
Weights = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """Sizes of the network: blocks, width, heads of queries and of keys, width of a head, and two constants."""

    blocks: int = 30
    width: int = 576
    heads: int = 9
    key_heads: int = 3
    head_width: int = 64
    epsilon: float = 1e-5
    rotary_base: float = 1e5


SMOLLM2 = Shape()
MATRICES = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
NORMS = ("attn_norm", "ffn_norm")


def block_weights(weights: Weights, k: Any) -> Weights:
    """The arrays of block k; in `weights["blocks"]` the blocks are stacked along the first axis."""
    return {name: array[k] for name, array in weights["blocks"].items()}


def rms_norm(x: Array, gain: Array, shape: Shape, xp: Any) -> Array:
    """x (..., width) at root mean square one, times the gain (width,)."""
    return x / xp.sqrt(xp.mean(x * x, -1, keepdims=True) + shape.epsilon) * gain


def rotate(x: Array, positions: Array, shape: Shape, xp: Any) -> Array:
    """Rotary positions: turn the pairs (2i, 2i+1) of x (tokens, heads, head_width) by position * base^(-2i/width)."""
    frequencies = shape.rotary_base ** (-xp.arange(0, shape.head_width, 2) / shape.head_width)
    angle = (positions[:, None] * frequencies)[:, None, :].astype(x.dtype)
    first, second = x[..., 0::2], x[..., 1::2]
    cos, sin = xp.cos(angle), xp.sin(angle)
    return xp.stack([first * cos - second * sin, first * sin + second * cos], -1).reshape(x.shape)


def attend(queries: Array, keys: Array, values: Array, seen: Array, shape: Shape, xp: Any) -> Array:
    """Weighted means of values: queries (t, heads, w), keys and values (s, key_heads, w), seen (t, s) -> (t, width).

    heads / key_heads neighbouring heads of queries share one of keys.
    """
    t = queries.shape[0]
    grouped = queries.reshape(t, shape.key_heads, shape.heads // shape.key_heads, shape.head_width)
    scores = xp.einsum("tgrw,sgw->grts", grouped, keys) / shape.head_width**0.5
    scores = xp.where(seen, scores, -1e30).astype(queries.dtype)
    shares = xp.exp(scores - scores.max(-1, keepdims=True))
    shares = shares / shares.sum(-1, keepdims=True)
    return xp.einsum("grts,sgw->tgrw", shares, values).reshape(t, -1)


def heads_of(h: Array, matrix: Array, heads: int) -> Array:
    """h (tokens, width) through a matrix (heads * w, width), as (tokens, heads, w)."""
    return (h @ matrix.T).reshape(h.shape[0], heads, -1)


def attention(x: Array, block: Weights, shape: Shape, xp: Any, start: int = 0) -> Array:
    """What attention adds to each token of x (tokens, width); the first token has the position start."""
    h, positions = rms_norm(x, block["attn_norm"], shape, xp), start + xp.arange(x.shape[0])
    queries = rotate(heads_of(h, block["attn_q"], shape.heads), positions, shape, xp)
    keys = rotate(heads_of(h, block["attn_k"], shape.key_heads), positions, shape, xp)
    values = heads_of(h, block["attn_v"], shape.key_heads)
    seen = positions[:, None] >= positions[None, :]
    return attend(queries, keys, values, seen, shape, xp) @ block["attn_output"].T


def mlp(x: Array, block: Weights, shape: Shape, xp: Any) -> Array:
    """What the feed-forward part adds: SwiGLU, x sigmoid(x) of the gate times the upward map, mapped down again."""
    h = rms_norm(x, block["ffn_norm"], shape, xp)
    gate = h @ block["ffn_gate"].T
    return (gate / (1 + xp.exp(-gate)) * (h @ block["ffn_up"].T)) @ block["ffn_down"].T


def apply_block(x: Array, block: Weights, shape: Shape, xp: Any, start: int = 0) -> Array:
    """One block on all tokens of one sequence, (tokens, width) -> (tokens, width)."""
    x = x + attention(x, block, shape, xp, start)
    return x + mlp(x, block, shape, xp)


def apply_to_last(last: Array, earlier: Array, block: Weights, shape: Shape, xp: Any) -> Array:
    """One block on the last token alone, (width,) -> (width,), the states of the earlier ones (tokens, width) fixed.

    Causality makes this exact: no earlier state depends on the last token.
    """
    now, before = (rms_norm(x, block["attn_norm"], shape, xp) for x in (last[None], earlier))
    at = xp.arange(earlier.shape[0] + 1)
    queries = rotate(heads_of(now, block["attn_q"], shape.heads), at[-1:], shape, xp)
    parts = []  # apart, because only what the last token sends depends on it: its Jacobian is ten times cheaper so
    for h, positions in ((before, at[:-1]), (now, at[-1:])):
        key = rotate(heads_of(h, block["attn_k"], shape.key_heads), positions, shape, xp)
        parts.append((key, heads_of(h, block["attn_v"], shape.key_heads)))
    keys, values = (xp.concatenate(both) for both in zip(*parts, strict=True))
    seen = xp.ones((1, at.size), bool)
    x = last[None] + attend(queries, keys, values, seen, shape, xp) @ block["attn_output"].T
    return (x + mlp(x, block, shape, xp))[0]


def unembed(x: Array, weights: Weights, shape: Shape, xp: Any) -> Array:
    """Logits (tokens, vocabulary) of states x (tokens, width): the embedding is used again."""
    return rms_norm(x, weights["norm"], shape, xp) @ weights["embed"].T


def log_softmax(logits: Array, xp: Any) -> Array:
    """Log-probabilities in nats along the last axis."""
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - xp.log(xp.exp(shifted).sum(-1, keepdims=True))


def forward(weights: Weights, tokens: Array, shape: Shape, xp: Any) -> Array:
    """Log-probabilities (tokens, vocabulary) of what follows each token, in nats."""
    x = weights["embed"][tokens]
    for k in range(shape.blocks):
        x = apply_block(x, block_weights(weights, k), shape, xp)
    return log_softmax(unembed(x, weights, shape, xp), xp)
