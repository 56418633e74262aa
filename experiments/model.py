"""A decoder-only transformer small enough to train by the hundred on one processor core.

Pre-LN blocks x += Attention(LN x); x += MLP(LN x), rotary positions, GELU, untied head, no biases.
Sources: Vaswani et al. 2017, Xiong et al. 2020 (pre-LN), Su et al. 2021 (rotary positions).
Letters in shape comments: B rows, T tokens in a row, d width, H heads, h = d/H, V vocabulary.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

Parameters = dict[str, Any]

ROTARY_BASE = 100.0  # Wavelengths up to about 600 tokens: rows are 64 tokens long.


@dataclass(frozen=True)
class Shape:
    """Sizes of a model: d_model (width), layers, vocabulary, context (tokens in a row).

    head_size: width of an attention head; 0: the rule of the sweep, by number of heads.
    """

    d_model: int
    layers: int = 2
    vocabulary: int = 64
    context: int = 64
    head_size: int = 0

    def __post_init__(self) -> None:
        if self.head_size < 0 or self.head_size % 2 or (self.head_size and self.d_model % self.head_size):
            raise ValueError(f"head_size = {self.head_size} is not an even part of d_model = {self.d_model}")
        if self.d_model <= 0 or self.d_model % (2 * self.heads):
            raise ValueError(f"d_model = {self.d_model} is not a positive multiple of {2 * self.heads}")
        for name in ("layers", "vocabulary", "context"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} = {getattr(self, name)} is outside the allowed range [1, inf)")

    @property
    def heads(self) -> int:
        """Attention heads: 2 below a width of 32, else 4; or as many as their size asks for."""
        if self.head_size:
            return self.d_model // self.head_size
        return 2 if self.d_model < 32 else 4


def initialise(shape: Shape, key: jax.Array) -> Parameters:
    """Draw the parameters: normal, with standard deviation 1/sqrt(inputs).

    The last map of each branch is divided by sqrt(2 layers), so that depth does not add variance (Radford et al. 2019).
    """
    d, keys = shape.d_model, iter(jax.random.split(key, 2 + 4 * shape.layers))

    def normal(rows: int, columns: int, scale: float) -> jax.Array:
        return scale * jax.random.normal(next(keys), (rows, columns))

    branch = 1 / math.sqrt(2 * shape.layers)
    blocks = [
        {
            "norm_attention": jnp.ones(d),
            "query_key_value": normal(d, 3 * d, d**-0.5),
            "attention_out": normal(d, d, branch * d**-0.5),
            "norm_mlp": jnp.ones(d),
            "mlp_in": normal(d, 4 * d, d**-0.5),
            "mlp_out": normal(4 * d, d, branch * (4 * d) ** -0.5),
        }
        for _ in range(shape.layers)
    ]
    return {
        "embedding": normal(shape.vocabulary, d, 1.0),
        "blocks": blocks,
        "norm_head": jnp.ones(d),
        "head": normal(d, shape.vocabulary, d**-0.5),
    }


def layer_norm(x: jax.Array, gain: jax.Array) -> jax.Array:
    """Return x with zero mean and unit variance along its last axis, times gain."""
    x = x - x.mean(-1, keepdims=True)
    return gain * x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-5)


def rotate(x: jax.Array) -> jax.Array:
    """Rotary positions: turn the pairs (x_i, x_{i+h/2}) of token t by the angle t·base^(-2i/h). x: [..., T, h]."""
    tokens, half = x.shape[-2], x.shape[-1] // 2
    # NumPy, so that the tables are constants of the compiled program and not computed at every step.
    angle = np.arange(tokens)[:, None] * ROTARY_BASE ** (-np.arange(half) / half)  # [T, h/2]
    cosine, sine = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)
    a, b = x[..., :half], x[..., half:]
    return jnp.concatenate([a * cosine - b * sine, a * sine + b * cosine], -1)


@jax.custom_vjp
def causal_softmax(scores: jax.Array) -> jax.Array:
    """Softmax over the tokens up to the present one. scores: [..., T, T] -> [..., T, T]."""
    causal = np.tril(np.ones(scores.shape[-2:], bool))
    return jax.nn.softmax(jnp.where(causal, scores, -jnp.inf))


def _softmax_forward(scores: jax.Array) -> tuple[jax.Array, jax.Array]:
    weights = causal_softmax(scores)
    return weights, weights


def _softmax_backward(weights: jax.Array, gradient: jax.Array) -> tuple[jax.Array]:
    return (weights * (gradient - (weights * gradient).sum(-1, keepdims=True)),)


# Written out, so that the backward pass takes the weights from the forward pass; the compiler would compute them again.
causal_softmax.defvjp(_softmax_forward, _softmax_backward)


def attention(block: Parameters, x: jax.Array, shape: tuple[int, int, int]) -> jax.Array:
    """Causal multi-head attention. x: [B·T, d] -> [B·T, d]; shape: (B, T, H)."""
    rows, tokens, heads = shape
    qkv = (x @ block["query_key_value"]).reshape(rows, tokens, 3, heads, -1)
    query, key, value = jnp.moveaxis(qkv, (2, 3), (0, 2))  # each [B, H, T, h]
    scores = rotate(query) @ rotate(key).swapaxes(-1, -2) / math.sqrt(query.shape[-1])  # [B, H, T, T]
    mixed = jnp.moveaxis(causal_softmax(scores) @ value, 1, 2)  # [B, T, H, h]
    return mixed.reshape(x.shape) @ block["attention_out"]


def attend(block: Parameters, x: jax.Array, shape: tuple[int, int, int]) -> jax.Array:
    """The first half of a block: x and what attention adds. x: [B·T, d] -> [B·T, d]; shape: (B, T, H)."""
    return x + attention(block, layer_norm(x, block["norm_attention"]), shape)


def feed_forward(block: Parameters, x: jax.Array) -> jax.Array:
    """The second half of a block: x and what its network of one hidden layer adds. x: [..., d] -> [..., d]."""
    return x + jax.nn.gelu(layer_norm(x, block["norm_mlp"]) @ block["mlp_in"]) @ block["mlp_out"]


def logits(parameters: Parameters, tokens: jax.Array, heads: int) -> jax.Array:
    """Return the logits of the next token. tokens: int [B, T] -> [B, T, V]."""
    x = parameters["embedding"][tokens.reshape(-1)]  # [B·T, d]: flat, for products of matrices run twice as fast
    for block in parameters["blocks"]:
        x = feed_forward(block, attend(block, x, (*tokens.shape, heads)))
    return (layer_norm(x, parameters["norm_head"]) @ parameters["head"]).reshape(*tokens.shape, -1)


def cross_entropy(parameters: Parameters, tokens: jax.Array, heads: int) -> jax.Array:
    """Return -log p(next token) in nats. tokens: int [B, T+1] -> [B, T]."""
    log_p = jax.nn.log_softmax(logits(parameters, tokens[:, :-1], heads))
    return -jnp.take_along_axis(log_p, tokens[:, 1:, None], -1)[..., 0]


def count(parameters: Parameters) -> int:
    """Return the number of parameters."""
    return sum(leaf.size for leaf in jax.tree.leaves(parameters))
