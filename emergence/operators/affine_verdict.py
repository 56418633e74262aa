"""Affine blocks given as matrices: constant, periodic, or a finite set in any order. Do they converge?

F_K x - F_K y = A_K ... A_1 (x - y), so the product of the matrices has to converge, and then the offsets decide.
Sources: Horn and Johnson 2013 (powers); Rota and Strang 1960, Jungers 2009 (joint spectral radius).

The verdicts are those of `emergence.operators.verdict`. Blocks whose entries are integers or Fractions are decided
exactly if they repeat; rounded ones with a certificate or not at all. Bad input raises ValueError.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, one_of
from emergence.operators import powers
from emergence.operators.known_systems import System
from emergence.operators.random_products import MOST_PRODUCTS, radius_bounds
from emergence.operators.verdict import (
    CONSTANT,
    CONVERGES,
    DEPENDS,
    FAILS,
    LARGE,
    ORDERS,
    Check,
    Fact,
    Orbit,
    Rate,
    Verdict,
    fails,
    orbit_of,
    still_moves,
    undecided,
)  # fmt: skip

_WORDS = 16


class _Map(NamedTuple):
    """x -> A x + b; exact rows, or floats where any entry is rounded."""

    matrix: powers.Rows | Floats
    offset: powers.Rows | Floats  # a column

    def after(self, inner: _Map) -> _Map:
        if isinstance(self.matrix, tuple):
            return _Map(
                powers.times(self.matrix, inner.matrix),
                powers.plus(powers.times(self.matrix, inner.offset), self.offset),
            )
        return _Map(self.matrix @ inner.matrix, self.matrix @ inner.offset + self.offset)


def _maps(matrices: Sequence[ArrayLike], offsets: Sequence[ArrayLike] | None) -> list[_Map]:
    if not len(matrices):
        raise ValueError("matrices = [], but there must be at least one block")
    arrays = [powers.rounded(matrix) for matrix in matrices]
    n = len(arrays[0])
    if any(len(array) != n for array in arrays):
        raise ValueError(
            f"matrices have the sizes {sorted({len(a) for a in arrays})}; allowed is one size for all blocks"
        )
    if offsets is None:
        offsets = [[0] * n for _ in matrices]
    columns = [[[x] for x in (b.tolist() if isinstance(b, np.ndarray) else b)] for b in offsets]
    if len(columns) != len(arrays) or any(len(column) != n for column in columns):
        raise ValueError(
            f"offsets have the lengths {[len(c) for c in columns]}; allowed are {len(arrays)} of length {n}"
        )
    rows = [(powers.exact(a), powers.exact(b)) for a, b in zip(matrices, columns, strict=True)]
    if all(a is not None and b is not None for a, b in rows):
        return [_Map(a, b) for a, b in rows]
    floats = [np.array([[float(x)] for (x,) in column]) for column in columns]
    if not np.isfinite(floats).all():
        raise ValueError("offsets have an entry that is not finite; allowed are finite numbers")
    return [_Map(a, b) for a, b in zip(arrays, floats, strict=True)]


def _float(rows: powers.Rows | Floats) -> Floats:
    return np.array(rows, dtype=float)


def _worst_orbit(maps: Sequence[_Map], order: str) -> Orbit:
    """The orbit, from 0 or a unit vector, that still moves most: the maps converge if and only if all of these do."""
    floats = [(_float(m.matrix), _float(m.offset)[:, 0]) for m in maps]
    n, p = len(floats[0][0]), len(floats)

    def run_from(start: Floats) -> Orbit:
        def forward(k: int, x: Floats) -> Floats:
            a, b = floats[(k - 1) % p]
            return a @ x + b

        def backward(depth: int) -> Floats:
            a, b, points = np.eye(n), np.zeros(n), [start]
            for k in range(depth):
                a, b = a @ floats[k % p][0], a @ floats[k % p][1] + b
                if max(np.abs(a).max(), np.abs(b).max()) > LARGE:
                    break
                points.append(a @ start + b)
            return np.array(points)

        return orbit_of(forward, start) if order == "forward" else backward

    starts = [np.zeros(n), *np.eye(n)]
    orbits = [run_from(start) for start in starts]
    return max(orbits, key=lambda orbit: still_moves(orbit(24 * p)))


def periodic(
    matrices: Sequence[ArrayLike],
    offsets: Sequence[ArrayLike] | None = None,
    *,
    order: str = "forward",
    tolerance: float = powers.ROUNDING,
) -> Verdict:
    """Affine blocks A_i x + b_i that repeat for ever: T_1, ..., T_p, T_1, ...; p = 1 is a constant block.

    matrices: p of shape (n, n); offsets: p of shape (n,), by default 0. Integers and Fractions are decided exactly.
    """
    one_of("order", order, ORDERS)
    maps = _maps(matrices, offsets)
    p = len(maps)
    cycle = maps[0]
    for block in maps[1:]:
        cycle = block.after(cycle) if order == "forward" else cycle.after(block)
    sizes = [float(np.linalg.norm(_float(m.matrix))) for m in maps]
    found = powers.matrix_powers(cycle.matrix, error=((1 + tolerance) ** p - 1) * math.prod(sizes))
    name = "powers of the matrix" if p == 1 else "powers of the product over one period"
    checks = [Check(found.reason, found.converge)]
    if found.converge is None:
        return undecided("within rounding", checks, "the entries exactly, as integers or fractions")
    if not found.converge:
        return fails(name, checks, _worst_orbit(maps, order), f"{found.reason}; the orbit shown does not settle")
    exact = isinstance(cycle.matrix, tuple)
    if not found.vanish and not _in_range(cycle):
        checks.append(Check("the offset lies in the range of I − A", False))
        return fails(name, checks, _worst_orbit(maps, order), "the offset has a part that is added for ever")
    agrees = _blocks_agree(maps, cycle, order, found.vanish) if p > 1 else True
    if p > 1:
        what = "every block keeps the limits of the period" if order == "forward" else "all phases have one limit"
        checks.append(Check(what, agrees))
        if agrees is None:
            return undecided("within rounding", checks, "the entries exactly, as integers or fractions")
        if not agrees:
            return fails(name, checks, _worst_orbit(maps, order), f"the outputs end in a cycle of {p} blocks or fewer")
    return Verdict(
        CONVERGES,
        name,
        tuple(checks),
        limit=CONSTANT if found.vanish else DEPENDS,
        rate=_power_rate(cycle, found, p, exact),
    )


def _in_range(cycle: _Map) -> bool:
    """Whether the offset lies in the range of I - A; asked of exact maps only."""
    difference = powers.plus(powers.identity(len(cycle.matrix)), cycle.matrix, -1)
    extended = tuple((*row, *b) for row, b in zip(difference, cycle.offset, strict=True))
    return powers.rank(extended) == powers.rank(difference)


def _blocks_agree(maps: list[_Map], cycle: _Map, order: str, vanish: bool | None) -> Fact:
    n = len(cycle.matrix)
    if not isinstance(cycle.matrix, tuple):
        # Powers tend to 0, so there is one limit; do all blocks keep it (backward: all phases have it anyway)?
        if order == "backward" or not any(m.offset.any() for m in maps):
            return True
        z = np.linalg.solve(np.eye(n) - cycle.matrix, cycle.offset)
        moved = max(float(np.linalg.norm(m.matrix @ z + m.offset - z)) for m in maps)
        return False if moved > 1e-6 * (1 + float(np.linalg.norm(z))) else None
    if order == "backward" and vanish:
        return True
    points = _fixed_points(cycle)
    if order == "forward":
        return all(powers.plus(powers.times(m.matrix, p), m.offset) == p for m in maps for p in points)
    # P (T_1 ... T_r x) must not depend on r; P y = P y' exactly if y - y' is in the range of I - A
    difference = powers.plus(powers.identity(n), cycle.matrix, -1)
    starts = [tuple((Fraction(i == j),) for i in range(n)) for j in range(-1, n)]
    for start in starts:
        for m in maps:
            move = powers.plus(powers.plus(powers.times(m.matrix, start), m.offset), start, -1)
            if powers.rank(tuple((*r, *b) for r, b in zip(difference, move, strict=True))) != powers.rank(difference):
                return False
    return True


def _fixed_points(cycle: _Map) -> list[powers.Rows]:
    """Points, as columns, that span the fixed points of x -> A x + b as an affine space; there is at least one."""
    n = len(cycle.matrix)
    rows = [[*r, *b] for r, b in zip(powers.plus(powers.identity(n), cycle.matrix, -1), cycle.offset, strict=True)]
    pivots: list[int] = []
    for column in range(n):
        i = next((i for i in range(len(pivots), n) if rows[i][column]), None)
        if i is None:
            continue
        here = len(pivots)
        rows[here], rows[i] = rows[i], rows[here]
        rows[here] = [x / rows[here][column] for x in rows[here]]
        for other in range(n):
            if other != here and rows[other][column]:
                share = rows[other][column]
                rows[other] = [x - share * y for x, y in zip(rows[other], rows[here], strict=True)]
        pivots.append(column)
    free = [j for j in range(n) if j not in pivots]
    points = []
    for chosen in (None, *free):
        x = [Fraction(j == chosen) for j in range(n)]
        for i, column in enumerate(pivots):
            x[column] = rows[i][n] - sum((rows[i][j] * x[j] for j in free), Fraction())
        points.append(tuple((value,) for value in x))
    return points


def _power_rate(cycle: _Map, found: powers.Powers, p: int, exact: bool) -> Rate:
    sizes = np.sort(np.abs(np.linalg.eigvals(_float(cycle.matrix))))
    inside = sizes if found.vanish else sizes[sizes < 1 - 1e-9]
    if exact and found.vanish and powers.characteristic_polynomial(cycle.matrix)[:-1] == [0] * len(sizes):
        return Rate("finite", len(sizes) * p)
    slowest = float(inside[-1]) if len(inside) else 0.0
    return Rate("exponential", slowest ** (1 / p)) if slowest > 0 else Rate("finite", len(sizes) * p)


def any_order(
    matrices: Sequence[ArrayLike],
    offsets: Sequence[ArrayLike] | None = None,
    *,
    order: str = "forward",
    length: int = 6,
) -> Verdict:
    """Affine blocks from a finite set, in an order that is not known: does every order converge?

    If all products of some length have a norm below 1, all blocks contract in one common norm. If the blocks of some
    word, repeated, do not converge, that order is the counterexample.
    """
    one_of("order", order, ORDERS)
    maps = _maps(matrices, offsets)
    if len(maps) == 1:
        return periodic(matrices, offsets, order=order)
    most = max(1, int(math.log(MOST_PRODUCTS) / math.log(max(len(maps), 2))))
    length = min(at_least("length", length, 1), most)
    floats = [_float(m.matrix) for m in maps]
    low, high = (float(bound[-1]) for bound in radius_bounds(np.array(floats), length))
    # by how much rounded entries can change the norm of a product of this length
    error = 1e-9 + length * powers.ROUNDING * max(1.0, *(float(np.linalg.norm(a)) for a in floats)) ** length
    stable = high < 1 - error
    bound = Check(f"norms of up to {length} blocks bound the joint spectral radius by {high:.4g} < 1", stable or None)
    rate = Rate("exponential", high) if high else Rate("finite", length)
    if stable and order == "backward":
        name = "joint spectral radius below 1, backward"
        return Verdict(CONVERGES, name, (bound,), limit=CONSTANT, rate=rate)
    if stable and _share_a_fixed_point(maps):
        checks = (bound, Check("the blocks share their fixed point", True))
        return Verdict(CONVERGES, "joint spectral radius below 1", checks, limit=CONSTANT, rate=rate)
    centred = not any(_float(m.offset).any() for m in maps)
    for size in range(1, length + 1):
        if len(maps) ** size > _WORDS:
            break
        for word in itertools.product(range(len(maps)), repeat=size):
            if centred and _radius_of_word(floats, word) < 1 - 1e-6:
                continue  # repeated, it tends to 0
            chosen = None if offsets is None else [offsets[i] for i in word]
            found = periodic([matrices[i] for i in word], chosen, order=order)
            if found.status == FAILS:
                letters = " ".join(str(i + 1) for i in word)
                shown = f"the blocks {letters}, repeated: {found.shown}"
                return fails("one order is enough", (bound, *found.checks), found.example, shown)
    between = f"whether all orders contract: the joint spectral radius lies between {low:.4g} and {high:.4g}"
    if stable:
        between = "the entries exactly: whether the blocks share their fixed point"
    return undecided("joint spectral radius", (bound,), between)


def _radius_of_word(matrices: Sequence[Floats], word: Sequence[int]) -> float:
    product = np.eye(len(matrices[0]))
    for i in word:
        product = matrices[i] @ product
    return float(np.abs(np.linalg.eigvals(product)).max())


def _share_a_fixed_point(maps: list[_Map]) -> bool:
    """Whether contractions certainly have one fixed point: exactly, or because no block has an offset."""
    if isinstance(maps[0].matrix, tuple):
        return len({_fixed_points(m)[0] for m in maps}) == 1
    return not any(m.offset.any() for m in maps)


def judge(system: System) -> Verdict:
    """The verdict on a system of `known_systems`, forward."""
    decide = any_order if system.any_order else periodic
    return decide(system.matrices, system.offsets)
