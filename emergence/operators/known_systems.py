"""Random systems of blocks whose convergence is known by construction, to try a criterion on.

A = S N S^-1 with a normal form N, whose powers are known, and an integer S of determinant 1: A^k = S N^k S^-1.
Source of the normal forms: Horn and Johnson 2013. All entries are Fractions; pure numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from emergence.checks import at_least
from emergence.operators import powers

_HALF, _THIRD = Fraction(1, 2), Fraction(2, 3)
_C, _S = Fraction(3, 5), Fraction(4, 5)  # a rotation by an angle that is no rational multiple of a full turn


class System(NamedTuple):
    """Blocks A_i x + b_i, and what is true of them."""

    matrices: list[powers.Rows]
    offsets: list[list[Fraction]]
    any_order: bool
    """whether the blocks come in an order that is not known; else they repeat"""
    converges: bool
    on_the_circle: bool
    """whether an eigenvalue of absolute value 1 decides, so that rounded entries cannot"""


class _Block(NamedTuple):
    rows: tuple[tuple[Fraction, ...], ...]
    converges: bool
    on_the_circle: bool


def _turn(size: Fraction) -> tuple[tuple[Fraction, ...], ...]:
    return ((size * _C, -size * _S), (size * _S, size * _C))


_ONE = Fraction(1)
BLOCKS = (
    _Block(((Fraction(0),),), True, False),
    _Block(((_HALF,),), True, False),
    _Block(((-_THIRD,),), True, False),
    _Block(((_ONE,),), True, True),
    _Block(((-_ONE,),), False, True),
    _Block(((Fraction(5, 4),),), False, False),
    _Block(((_HALF, _ONE), (Fraction(0), _HALF)), True, False),
    _Block(((_ONE, _ONE), (Fraction(0), _ONE)), False, True),
    _Block(_turn(_HALF), True, False),
    _Block(_turn(_ONE), False, True),
    _Block(_turn(Fraction(6, 5)), False, False),
)
"""The blocks of which normal forms are made."""


def _together(blocks: list[_Block]) -> powers.Rows:
    n, rows, at = sum(len(b.rows) for b in blocks), [], 0
    for block in blocks:
        for row in block.rows:
            rows.append((*[Fraction(0)] * at, *row, *[Fraction(0)] * (n - at - len(row))))
        at += len(block.rows)
    return tuple(rows)


def change_of_basis(n: int, rng: np.random.Generator) -> tuple[powers.Rows, powers.Rows]:
    """An integer matrix of determinant 1 and its inverse, shape (n, n): three random shears, one after the other."""
    there = back = powers.identity(at_least("n", n, 1))
    for _ in range(3 if n > 1 else 0):
        i, j = (int(x) for x in rng.permutation(n)[:2])
        size = int(rng.integers(1, 3)) * (-1) ** int(rng.integers(2))
        shear, undo = (
            tuple(tuple(Fraction(r == c) + (f if (r, c) == (i, j) else 0) for c in range(n)) for r in range(n))
            for f in (size, -size)
        )
        there, back = powers.times(shear, there), powers.times(back, undo)
    return there, back


def _conjugate(normal: powers.Rows, there: powers.Rows, back: powers.Rows) -> powers.Rows:
    return powers.times(powers.times(there, normal), back)


def _column(matrix: powers.Rows, numbers: list[Fraction]) -> list[Fraction]:
    return [row[0] for row in powers.times(matrix, tuple((x,) for x in numbers))]


def constant_block(rng: np.random.Generator) -> System:
    """One affine block, repeated: one to three blocks of a normal form, and an offset that may be added for ever."""
    blocks = [BLOCKS[i] for i in rng.integers(len(BLOCKS), size=rng.integers(1, 4))]
    normal = _together(blocks)
    there, back = change_of_basis(len(normal), rng)
    offset, at, drifts = [Fraction(0)] * len(normal), 0, False
    for block in blocks:
        for i in range(len(block.rows)):
            offset[at + i] = Fraction(int(rng.integers(-2, 3)))
        if block.rows == ((_ONE,),) and offset[at]:
            drifts = True
        at += len(block.rows)
    converges = all(b.converges for b in blocks) and not drifts
    outside = any(not b.converges and not b.on_the_circle for b in blocks)
    boundary = not outside and any(b.on_the_circle for b in blocks)
    return System([_conjugate(normal, there, back)], [_column(there, offset)], False, converges, boundary)


def alternating_blocks(rng: np.random.Generator) -> System:
    """Two contractions that are similar to turns by the same change of basis, in turn, with fixed points p and q."""
    there, back = change_of_basis(2, rng)
    sizes = [Fraction(int(x), 10) for x in rng.integers(3, 10, size=2)]
    p = [Fraction(int(x)) for x in rng.integers(-2, 3, size=2)]
    shared = bool(rng.integers(2))
    q = p if shared else [p[0] + 1, p[1]]
    matrices = [_conjugate(_turn(size), there, back) for size in sizes]
    offsets = [[x - y for x, y in zip(z, _column(a, z), strict=True)] for a, z in zip(matrices, (p, q), strict=True)]
    return System(matrices, offsets, False, shared, False)


def unordered_blocks(rng: np.random.Generator) -> System:
    """Two blocks in any order, similar to turns of sizes r by the same change of basis: all r < 1, or one r >= 1."""
    there, back = change_of_basis(2, rng)
    sizes = [Fraction(int(x), 10) for x in rng.integers(2, 9, size=2)]
    if rng.integers(2):
        sizes[int(rng.integers(2))] = (_ONE, Fraction(6, 5))[int(rng.integers(2))]
    converges = max(sizes) < 1
    zeros = [[Fraction(0)] * 2] * 2
    return System([_conjugate(_turn(r), there, back) for r in sizes], zeros, True, converges, max(sizes) == 1)


KINDS = (constant_block, alternating_blocks, unordered_blocks)


def known_systems(count: int, rng: np.random.Generator) -> Iterator[System]:
    """`count` random systems, of the three kinds in turn."""
    for i in range(at_least("count", count, 1)):
        yield KINDS[i % len(KINDS)](rng)


def rounded_system(system: System) -> System:
    """The same system with its entries rounded to floating-point numbers."""
    matrices = [np.array(a, dtype=float) for a in system.matrices]
    return system._replace(matrices=matrices, offsets=[[float(x) for x in b] for b in system.offsets])
