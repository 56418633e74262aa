"""Training: AdamW with warm-up, a constant rate, and a linear decay that ends each token budget.

A run is a trunk at constant rate from which one branch leaves for each budget, so that a shorter budget costs its decay
only (warm-up-stable-decay; Hu et al. 2024). B rows, T tokens in a row.
"""

from __future__ import annotations

import os
from functools import partial
from typing import NamedTuple

# One core a process: runs are spread over processes, and threads of one small model only wait for each other.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false " + os.environ.get("XLA_FLAGS", "")
os.environ.setdefault("NPROC", "1")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import optax  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from experiments import model  # noqa: E402
from experiments.panels import Evaluation  # noqa: E402

ROWS = 32
CHUNK = 50  # Steps in one compiled call; every checkpoint and every branch lies on a multiple.
WARM_UP = 100
DECAY = 0.2  # Share of a budget.
SCHEDULES = ("stable", "cosine", "linear")
"""Constant, then a fall over the last DECAY of a budget; or a fall from the end of the warm-up to the budget's end."""

# Direction of a step; the rate multiplies it.
OPTIMISER = optax.chain(
    optax.clip_by_global_norm(1.0), optax.scale_by_adam(b1=0.9, b2=0.98), optax.add_decayed_weights(0.01)
)


class State(NamedTuple):
    """What training carries from step to step."""

    parameters: model.Parameters
    optimiser: optax.OptState


def start(shape: model.Shape, seed: int) -> State:
    """Initialise a model and its optimiser."""
    parameters = model.initialise(shape, jax.random.key(seed))
    return State(parameters, OPTIMISER.init(parameters))


def rates(rate: float, steps: NDArray[np.int64], budget: int | None, schedule: str = "stable") -> NDArray[np.float32]:
    """Return the learning rate of each step (from 0): on the trunk, or on the way to the end of a budget."""
    scale = np.minimum(1.0, (steps + 1) / WARM_UP)
    if budget is not None and schedule == "stable":
        scale = np.minimum(scale, (budget - steps) / (DECAY * budget))
    elif budget is not None:
        done = np.maximum(0.0, (steps - WARM_UP) / (budget - WARM_UP))
        scale = scale * ((1 + np.cos(np.pi * done)) / 2 if schedule == "cosine" else 1 - done)
    return (rate * scale).astype(np.float32)


@partial(jax.jit, static_argnames="heads")
def train_chunk(state: State, tokens: jax.Array, rate: jax.Array, heads: int) -> State:
    """Take one step for each entry of rate [steps]; tokens: [steps, B, T+1]."""

    def step(state: State, now: tuple[jax.Array, jax.Array]) -> tuple[State, None]:
        rows, rate = now
        gradient = jax.grad(lambda p: model.cross_entropy(p, rows, heads).mean())(state.parameters)
        direction, optimiser = OPTIMISER.update(gradient, state.optimiser, state.parameters)
        return State(jax.tree.map(lambda p, u: p - rate * u, state.parameters, direction), optimiser), None

    return jax.lax.scan(step, state, (tokens.astype(jnp.int32), rate))[0]


@partial(jax.jit, static_argnames="heads")
def _judge(parameters: model.Parameters, batches: jax.Array, heads: int) -> jax.Array:
    """Return NLL, Brier score and whether the likeliest token is right. batches: [k, B, T+1] -> [3, k, B, T]."""

    def one(rows: jax.Array) -> jax.Array:
        log_p = jax.nn.log_softmax(model.logits(parameters, rows[:, :-1], heads))  # [B, T, V]
        target = rows[:, 1:]
        log_p_target = jnp.take_along_axis(log_p, target[..., None], -1)[..., 0]
        brier = jnp.sum(jnp.exp(2 * log_p), -1) - 2 * jnp.exp(log_p_target) + 1
        return jnp.stack([-log_p_target, brier, log_p.argmax(-1) == target])

    return jnp.moveaxis(jax.lax.map(one, batches.astype(jnp.int32)), 1, 0)


def judge(parameters: model.Parameters, rows: NDArray[np.int8], heads: int) -> NDArray[np.float64]:
    """Judge every prediction of rows [n, T+1], n a multiple of ROWS: NLL, Brier score, right or not, [3, n, T]."""
    judged = np.asarray(_judge(parameters, rows.reshape(-1, ROWS, rows.shape[-1]), heads), np.float64)
    return judged.reshape(3, *rows[:, 1:].shape)


def evaluate(parameters: model.Parameters, evaluation: Evaluation, heads: int) -> dict[str, float]:
    """Return the columns of a trace from `loss` on: losses in nats per token, then each skill's four measures."""
    nll = judge(parameters, evaluation.rows, heads)[0]
    columns = {"loss": float((nll * evaluation.weight).sum())}
    columns |= {f"loss.{name}": float(nll[rows].mean()) for name, rows in evaluation.types.items()}
    columns |= {f"loss_without.{skill}": float((nll * weight).sum()) for skill, weight in evaluation.without.items()}
    judged: dict[int, NDArray[np.float64]] = {}
    for skill, probe in evaluation.probes.items():
        if id(probe.rows) not in judged:
            judged[id(probe.rows)] = judge(parameters, probe.rows, heads)
        answer = probe.first[:, None] + np.arange(probe.tokens)  # [m, K]
        nll, brier, right = judged[id(probe.rows)][:, probe.row[:, None], answer]  # each [m, K]
        columns[f"{skill}.exact"] = float(right.all(-1).mean())
        columns[f"{skill}.p"] = float(np.exp(-nll).mean())
        columns[f"{skill}.nll"] = float(nll.mean())
        columns[f"{skill}.brier"] = float(brier.mean())
    return columns
