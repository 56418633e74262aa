"""Blocks of the book's own small transformers along their training: how far from Lip = 1 and m = 0 are they on data?

J = I + Df(x) for a block x + f(x); m(A) of A = -f at x is lambda_min of the symmetric part of I - J = -Df(x).
Source: experiments/blocks.py, trained_blocks.csv (data/README.md).

The sign is that of emergence.operators.residual with h = 1, x - A x. Losses are in nats a token, all other quantities
pure numbers. A value outside its range raises ValueError with the parameter, the value and the range.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, in_range, one_of
from emergence.operators.products import lipschitz_constant
from emergence.operators.residual import monotonicity_constant
from emergence.tables import column_of, read_json, read_rows

WIDTHS = (16, 32, 64)
SEEDS = 3
BLOCKS = (1, 2)
PARTS = ("block", "attention", "network")
"""A whole block, and its halves, which are residual blocks themselves."""
NUMBERS = ("largest", "m", "random", "length")


class Local(NamedTuple):
    """What Jacobians say of a residual block at their points; shapes (...)."""

    largest: Floats
    """factor of the difference that is stretched most: the local Lipschitz constant"""
    m: Floats
    """local m(A) of A = -f, with T x = x + f(x)"""
    random: Floats
    """root mean square factor over random directions"""


def local_numbers(jacobians: ArrayLike) -> Local:
    """Largest singular value, m(I - J), and |J|_F / sqrt(n) of Jacobians of x + f(x), shape (..., n, n)."""
    array = in_range("jacobians", jacobians, -np.inf)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2] or array.shape[-1] == 0:
        raise ValueError(f"jacobians have the shape {array.shape}; allowed is (..., n, n) with n in [1, inf)")
    n = array.shape[-1]
    mean_square = (array**2).sum(axis=(-2, -1)) / n
    return Local(lipschitz_constant(array), monotonicity_constant(np.eye(n) - array), np.sqrt(mean_square))


def normalised_jacobian(state: ArrayLike, first: ArrayLike, second: ArrayLike) -> Floats:
    """Jacobian of x + second tanh(first N(x)) at a state (n,), where N(x) = sqrt(n) x/|x| divides by the length.

    first: shape (h, n), second: (n, h); the state is not 0.
    """
    x, inner, outer = (
        in_range(name, value, -np.inf) for name, value in (("state", state), ("first", first), ("second", second))
    )
    n = x.size
    if x.ndim != 1 or inner.ndim != 2 or inner.shape[1] != n or outer.shape != inner.shape[::-1]:
        found = f"{x.shape}, {inner.shape}, {outer.shape}"
        raise ValueError(f"state, first, second have the shapes {found}; allowed are (n,), (h, n), (n, h)")
    length = float(in_range("|state|", np.linalg.norm(x)))
    unit = x / length
    slope = 1 - np.tanh(inner @ unit * np.sqrt(n)) ** 2
    across = (np.eye(n) - np.outer(unit, unit)) * np.sqrt(n) / length
    return np.eye(n) + (outer * slope) @ inner @ across


# --- what was measured ------------------------------------------------------------------------------------------


@cache
def provenance() -> dict:
    """Versions, command, measured tokens by document type, and extremes over all runs, checkpoints and tokens."""
    return read_json("trained_blocks.json")


@cache
def table() -> dict[str, Floats]:
    """The columns of trained_blocks.csv, read-only: rows by width, seed and checkpoint, the annealed end last."""
    rows = read_rows("trained_blocks.csv")
    return {name: column_of(rows, name) for name in rows[0]}


@cache
def steps() -> NDArray[np.int64]:
    """Steps of the checkpoints at constant learning rate, ascending from 0, shape (c,)."""
    rows = (table()["d_model"] == WIDTHS[0]) & (table()["seed"] == table()["seed"][0]) & (table()["annealed"] == 0)
    return table()["step"][rows].astype(int)


def _along(width: int, column: str) -> Floats:
    one_of("width", width, WIDTHS)
    return table()[column][table()["d_model"] == width].reshape(-1, len(steps()) + 1)


def losses(width: int) -> Floats:
    """Loss on held-out rows, shape (seeds, c + 1): at `steps()`, then at the end where the rate has fallen to zero."""
    return _along(width, "loss")


def along(width: int, part: str, block: int, number: str) -> Floats:
    """One of NUMBERS of one of PARTS of a block along training, shape (seeds, c + 1), checkpoints as in `losses`.

    Means over the measured tokens: of m itself, geometric ones of factors and of `length`, the root mean square of the
    entries of the state that enters the part.
    """
    one_of("part", part, PARTS)
    one_of("number", number, NUMBERS)
    one_of("block", block, BLOCKS)
    if number == "length" and part == "block":
        part = "attention"  # a block begins with it
    return _along(width, f"{part}{block}.{number}")


def change(width: int, part: str, block: int, number: str) -> Floats:
    """What training to the last checkpoint at constant rate has changed, paired by seed, shape (seeds,).

    The difference for m, the natural log of the ratio for the other numbers.
    """
    values = along(width, part, block, number)[:, :-1]
    return values[:, -1] - values[:, 0] if number == "m" else np.log(values[:, -1] / values[:, 0])


def annealing(width: int, part: str, block: int, number: str) -> Floats:
    """What the fall of the rate to zero has changed, against a constant rate at the same step, as in `change`."""
    values = along(width, part, block, number)
    return values[:, -1] - values[:, -2] if number == "m" else np.log(values[:, -1] / values[:, -2])
