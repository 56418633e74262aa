"""Does an infinite stack of blocks converge? A certificate, a counterexample that runs, or what is missing.

"converges" is said of every system that fits the description, with the theorem; "fails" means that some system that
fits it does not converge, and `example` computes an orbit of it. Sources: Bauschke and Combettes 2017 (contractions,
averaged maps, resolvents, steps). The chapter proves what is short; affine blocks are in `affine_verdict`.

A hypothesis is True, False (it need not hold) or None (not known). Numbers typed with decimals are taken as they are
typed; a comparison nearer than MARGIN to equality, and not equal, is not decided. Blocks count from k = 1, and pure
numbers have no unit. Bad input raises ValueError with the parameter, the value and the range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, in_range, one_of
from emergence.operators.equilibrium import monotonicity
from emergence.operators.products import lipschitz_constant, moving_fixed_points, rotation
from emergence.operators.residual import STEPS, turning_orbit

Orbit = Callable[[int], Floats]
Fact = bool | None
Real = float | Fraction

MARGIN = 1e-9
CONVERGES, FAILS, UNDECIDED = "converges", "fails", "undecided"
CONSTANT, DEPENDS, MAY_DEPEND = "constant", "depends on the input", "may depend on the input"
ORDERS = ("forward", "backward")
ASSEMBLIES = ("explicit", "resolvent")
FIXED_POINTS = ("shared", "converge", "do not converge")
LARGE = 1e100


class Check(NamedTuple):
    """One hypothesis of a theorem, with the number that was compared, and whether it holds (None: not known)."""

    hypothesis: str
    holds: Fact


class Rate(NamedTuple):
    """How fast the error falls, at least, up to a factor: exponential c^k, power k^-a, stretched exp(-a k^b), finite.

    value: c, a, a, or the number of steps; b: the power of k in a stretched exponential, else 1. For powers of a matrix
    the factor may be a power of k, and in a stretched exponential a is meant up to a factor that tends to 1.
    """

    kind: str
    value: float
    b: float = 1.0

    def __str__(self) -> str:
        if self.kind == "finite":
            return "in one step" if self.value == 1 else f"in at most {self.value:.0f} steps"
        return (
            "the error falling at least like "
            + {
                "exponential": f"the powers of {self.value:.4g}",
                "power": f"the depth to the power of −{self.value:.4g}",
                "stretched": f"e to the power of −{self.value:.4g} times the depth to the power of {self.b:.3g}",
            }[self.kind]
        )


@dataclass(frozen=True)
class Verdict:
    """What was decided, by which theorem, with its hypotheses; or what is missing.

    limit: CONSTANT, DEPENDS or MAY_DEPEND where it converges. rate: a bound for every such system, where one is known.
    example: the counterexample, depth -> orbit of shape (depth + 1, n) or shorter where numbers grow too large.
    """

    status: str
    theorem: str
    checks: tuple[Check, ...] = ()
    limit: str = ""
    rate: Rate | None = None
    missing: tuple[str, ...] = ()
    example: Orbit | None = None
    shown: str = ""
    """what the counterexample is"""

    def __str__(self) -> str:
        if self.status == CONVERGES:
            rate = f", {self.rate}" if self.rate else ", at a rate that these hypotheses do not fix"
            limit = {
                CONSTANT: "one point for all inputs",
                DEPENDS: "a limit that depends on the input",
                MAY_DEPEND: "a limit that may depend on the input",
            }[self.limit]
            return f"Converges ({self.theorem}) to {limit}{rate}."
        if self.status == FAILS:
            return f"Need not converge ({self.theorem}): {self.shown}."
        return f"Undecided ({self.theorem}); missing: {'; '.join(self.missing)}."


def undecided(theorem: str, checks: Sequence[Check], *missing: str) -> Verdict:
    return Verdict(
        UNDECIDED, theorem, tuple(checks), missing=missing or tuple(c.hypothesis for c in checks if not c[1])
    )


def fails(theorem: str, checks: Sequence[Check], example: Orbit, shown: str) -> Verdict:
    return Verdict(FAILS, theorem, tuple(checks), example=example, shown=shown)


def compare(value: Real, bound: Real, *, computed: bool = False) -> int | None:
    """-1, 0 or 1 for below, equal or above; None where a rounded value is nearer than MARGIN and not equal.

    computed: the value was computed with rounding, so that its being equal says nothing either.
    """
    rounded = not isinstance(value, (int, Fraction))
    if value == bound and not (rounded and computed):
        return 0
    if rounded and abs(value - bound) < MARGIN * max(1, abs(bound)):
        return None
    return -1 if value < bound else 1


def orbit_of(step: Callable[[int, Floats], Floats], start: Sequence[float]) -> Orbit:
    """The orbit x_k = step(k, x_(k-1)), k = 1, 2, ...; it ends where numbers pass 1e100."""

    def run(depth: int) -> Floats:
        x = np.asarray(start, dtype=float)
        points = [x]
        for k in range(1, at_least("depth", depth, 1) + 1):
            x = np.asarray(step(k, x), dtype=float)
            if np.abs(x).max() > LARGE:
                break
            points.append(x)
        return np.array(points)

    return run


def still_moves(orbit: Floats) -> float:
    """How far the second half of an orbit, shape (depth + 1, n), goes from its first point: to 0 if it settles."""
    tail = np.asarray(orbit)[len(orbit) // 2 :]
    return float(np.linalg.norm(tail - tail[:1], axis=1).max())


def _rotates(k: int, x: Floats) -> Floats:
    return rotation(1.0) @ x


_ROTATION = orbit_of(_rotates, [1.0, 0.0])
_ROTATED = "the rotation of the disc by 1 radian satisfies all that is known and never settles"
_COMPLETE = "the metric space is complete"


# --- schedules ----------------------------------------------------------------------------------------------


class Schedule(NamedTuple):
    """Positive numbers a / k^s, k = 1, 2, ...; s = 0 is constant. Their sum is finite exactly for s > 1."""

    first: Real
    exponent: Real = 0

    def at(self, k: ArrayLike) -> Floats:
        """The numbers at the places k."""
        return float(self.first) / np.asarray(k, dtype=float) ** float(self.exponent)

    def summable(self, power: int = 1) -> Fact:
        """Whether the sum of the numbers to this power is finite; None where s is too near to the boundary."""
        side = compare(self.exponent * power, 1)
        return None if side is None else side > 0


def _schedule(name: str, schedule: Schedule) -> Schedule:
    in_range(f"{name}.first", float(schedule.first), 0)
    in_range(f"{name}.exponent", float(schedule.exponent), 0, closed_low=True)
    return schedule


def product_rate(loss: float, schedule: Schedule) -> Rate:
    """How fast prod(1 - loss * a_k) tends to 0, up to a factor, for a_k = a / k^s with 0 < s <= 1."""
    s, total = float(schedule.exponent), loss * float(schedule.first)
    if s == 1:
        return Rate("power", total)
    # up to a factor 1 + o(1) in the exponent
    return Rate("stretched", total / (1 - s), 1 - s)


# --- stacks: x_k = T_k x_(k-1) ------------------------------------------------------------------------------


def stack(
    lip: Real | None = None,
    *,
    order: str = "forward",
    sampled: bool = False,
    complete: Fact = None,
    self_map: Fact = None,
    fixed_points: str | None = None,
    bounded_moves: Fact = None,
    one_map: Fact = None,
    averaged: Fact = None,
    convex_closed: Fact = None,
    has_fixed_point: Fact = None,
) -> Verdict:
    """Blocks T_k with Lip(T_k) <= lip for all k, in one metric.

    lip: in [0, inf), or None. sampled: it is the largest factor of a sample, hence a lower bound only.
    self_map: all T_k map one set, complete or closed and convex, into itself. fixed_points: of the blocks, one of
    FIXED_POINTS. bounded_moves: sup_k d(T_k x_0, x_0) < inf for one x_0 (backward order). one_map: all blocks are the
    same. averaged: they are (1 - w) I + w T with 0 < w < 1 and a nonexpansive T, in R^n with the Euclidean norm.
    """
    one_of("order", order, ORDERS)
    if fixed_points is not None:
        one_of("fixed_points", fixed_points, FIXED_POINTS)
    if lip is None or sampled:
        what = "an upper bound of Lip(T_k) over all inputs and all k"
        why = "a sample only bounds a supremum from below" if sampled else "no bound on the Lipschitz constants"
        return undecided(why, (), what)
    in_range("lip", float(lip), 0, closed_low=True)
    side = compare(lip, 1)
    if side is None:
        return undecided("within rounding", (), "whether the Lipschitz constants are below 1 or equal to it")
    if side < 0:
        return _contractions(lip, order, complete, self_map, fixed_points, bounded_moves, one_map)
    checks = (
        Check("all blocks are the same map", one_map),
        Check("it is averaged: (1 − λ)I + λT with T nonexpansive, in ℝⁿ", averaged),
        Check("it maps a closed convex set into itself", _both(convex_closed, self_map)),
        Check("it has a fixed point", has_fixed_point),
    )
    name = "Krasnosel'skii and Mann"
    if has_fixed_point is False:
        forever = "the translation x + 1 goes on for ever"
        return fails("no fixed point", checks, orbit_of(lambda k, x: x + 1, [0.0]), forever)
    if averaged is False:
        return fails(f"Lip ≤ {float(lip):g} is not enough", checks, _ROTATION, _ROTATED)
    if all(check.holds for check in checks):
        return Verdict(CONVERGES, name, checks, limit=MAY_DEPEND)
    return undecided(name, checks)


def _both(*facts: Fact) -> Fact:
    if False in facts:
        return False
    return None if None in facts else True


def _contractions(
    c: Real, order: str, complete: Fact, self_map: Fact, fixed_points: str | None, bounded_moves: Fact, one_map: Fact
) -> Verdict:
    c = float(c)
    rate = Rate("exponential", c) if c > 0 else Rate("finite", 1)
    checks = [Check(f"Lip(T_k) ≤ {c:g} < 1 for all k", True), Check("all blocks map the space into itself", self_map)]
    if self_map is False:
        outside = f"{c:g}x + 2 leaves [0, 1] in its first step"
        return fails("no self-map", checks, orbit_of(lambda k, x: c * x + 2, [1.0]), outside)
    if fixed_points == "shared":
        checks.append(Check("they share a fixed point", True))
        if self_map:
            return Verdict(CONVERGES, "contractions with one fixed point", tuple(checks), limit=CONSTANT, rate=rate)
        return undecided("contractions with one fixed point", checks)
    if one_map and fixed_points == "do not converge":
        fixed_points = None  # one map has one fixed point
    # Where the fixed points are known to converge, they exist, and completeness is not used.
    if order == "backward" or fixed_points is None:
        checks.append(Check(_COMPLETE, complete))
        if complete is False and c > 0:
            gone = f"{c:g}x on (0, 1] tends to 0, which is not in the space"
            return fails("not complete", checks, orbit_of(lambda k, x: c * x, [1.0]), gone)
    if one_map and (order == "backward" or fixed_points is None):
        if all(check.holds for check in checks):
            return Verdict(CONVERGES, "Banach", tuple(checks), limit=CONSTANT, rate=rate)
        return undecided("Banach", checks)
    if order == "backward":
        checks.append(Check("the blocks move one point by bounded distances", bounded_moves or c == 0 or None))
        if bounded_moves is False and c > 0:
            base = float(f"{2 / c:.3g}")
            away = f"{c:g}x + {base:g}^k diverges when blocks are added at the input"
            return fails("unbounded moves", checks, _backward_offsets(c, base), away)
        if all(check.holds for check in checks):
            return Verdict(CONVERGES, "contractions, backward", tuple(checks), limit=CONSTANT, rate=rate)
        return undecided("contractions, backward", checks)
    checks.append(Check("their fixed points converge", None if fixed_points is None else fixed_points == "converge"))
    if fixed_points == "do not converge":
        p = moving_fixed_points(2, 1.0, 0.0, "alternating")
        example = orbit_of(lambda k, x: p[(k - 1) % 2] + c * (x - p[(k - 1) % 2]), [1.0])
        ends = f"{c:g}x + {1 - c:.3g} and {c:g}x − {1 - c:.3g} in turn end in a cycle"
        return fails("the fixed points do not converge", checks, example, ends)
    if all(check.holds for check in checks):
        # The fixed points may come as slowly as they like, so no rate is certified.
        return Verdict(CONVERGES, "contractions, forward", tuple(checks), limit=CONSTANT)
    return undecided("contractions, forward", checks)


def _backward_offsets(c: float, base: float) -> Orbit:
    def run(depth: int) -> Floats:
        k = np.arange(at_least("depth", depth, 1))
        terms = c**k * base ** (k + 1.0)
        total = np.concatenate([[0.0], np.cumsum(terms)])
        return total[total < LARGE][:, None]

    return run


def vanishing_contractions(deficit: Schedule, *, shared_fixed_point: Fact = None) -> Verdict:
    """Blocks with Lip(T_k) <= 1 - a/(k+1)^s: contractions, but for s > 0 without one common factor. a in (0, 1]."""
    _schedule("deficit", deficit)
    in_range("deficit.first", float(deficit.first), 0, 1, closed_high=True)
    checks = (
        Check("the blocks share a fixed point p", shared_fixed_point),
        Check("Σ(1 − Lip(T_k)) = ∞", None if (finite := deficit.summable()) is None else not finite),
    )
    name, s, a = "product of the Lipschitz constants", float(deficit.exponent), float(deficit.first)
    if shared_fixed_point is False:

        def follow(k: int, x: Floats) -> Floats:
            p = math.sin(math.log(k)) if s else (-1.0) ** k
            return p + (1 - a / (k + 1.0) ** s) * (x - p)

        wander = "fixed points that swing like sin(ln k)" if s else "the fixed points −1 and 1 in turn"
        if finite is False:
            return fails(name, checks, orbit_of(follow, [0.0]), f"blocks with {wander} do not settle")
    if finite:

        def step(k: int, x: Floats) -> Floats:
            return -(1 - a / (k + 1.0) ** s) * x

        return fails(
            name, checks, orbit_of(step, [1.0]), f"−(1 − {a:g}/(k+1)^{s:g})x has the fixed point 0 and ends in a cycle"
        )
    if not all(check.holds for check in checks):
        return undecided(name, checks)
    rate = product_rate(1.0, deficit) if s else Rate("exponential", 1 - a) if a < 1 else Rate("finite", 1)
    return Verdict(CONVERGES, name, checks, limit=CONSTANT, rate=rate)


# --- residual blocks ----------------------------------------------------------------------------------------


def small_residual(lips: Schedule, *, moves_summable: Fact = None) -> Verdict:
    """Blocks x + g_k(x) of a complete normed space with Lip(g_k) <= a/k^s; moves_summable: sum |g_k(x_0)| < inf."""
    _schedule("lips", lips)
    finite = lips.summable()
    checks = (Check("Σ Lip(g_k) < ∞", finite), Check("Σ ‖g_k(x₀)‖ < ∞ for one x₀", moves_summable))
    name, s = "summable residual blocks", float(lips.exponent)
    if finite is False:
        example = orbit_of(lambda k, x: x + lips.at(k) * x, [1.0])
        return fails(name, checks, example, f"x + {float(lips.first):g}x/k^{s:g} grows without bound")
    if moves_summable is False:
        return fails(name, checks, orbit_of(lambda k, x: x + 1, [0.0]), "the translation x + 1 goes on for ever")
    if not all(check.holds for check in checks):
        return undecided(name, checks)
    injective = compare(lips.first, 1) == -1  # then every Lip(g_k) < 1, and no two inputs are merged
    return Verdict(CONVERGES, name, checks, limit=DEPENDS if injective else MAY_DEPEND)


def spiral_orbit(m: float, omega: float, steps: Schedule, assembly: str) -> Orbit:
    """The orbit of (1, 0) under A = m I + omega J, J the rotation by a right angle: m(A) = m, Lip(A)^2 = m^2 + omega^2.

    explicit: x - h_k A x; resolvent: (I + h_k A)^-1 x. It is a `turning_orbit`, and ends before it is LARGE.
    """
    kind = dict(zip(ASSEMBLIES, STEPS, strict=True))[one_of("assembly", assembly, ASSEMBLIES)]

    def run(depth: int) -> Floats:
        h = steps.at(np.arange(1, at_least("depth", depth, 1) + 1))
        with np.errstate(over="ignore", invalid="ignore"):
            z = turning_orbit(complex(m, omega), h, kind)
            size = np.hypot(z.real, z.imag)
        grown = np.flatnonzero(~(size < LARGE))
        z = z[: grown[0]] if len(grown) else z
        return np.column_stack([z.real, z.imag])

    return run


def residual(
    assembly: str,
    steps: Schedule,
    *,
    m: Real | None = None,
    lip: Real | None = None,
    lip_squared: Real | None = None,
    gradient: Fact = None,
    maximal: Fact = None,
    has_zero: Fact = None,
) -> Verdict:
    """Blocks x - h_k A x (explicit) or (I + h_k A)^-1 x (resolvent) in R^n, with h_k = a/k^s and one A for all k.

    m: <Ax - Ay, x - y> >= m |x - y|^2 for all x, y; m in [0, inf). lip: Lip(A) <= lip, or its square where that is the
    simpler number; it must not be below m. gradient: A is the gradient (explicit) or the subdifferential (resolvent)
    of a convex function. maximal: A is maximal monotone (resolvent). has_zero: A x = 0 for some x.
    """
    one_of("assembly", assembly, ASSEMBLIES)
    _schedule("steps", steps)
    if m is not None:
        in_range("m", float(m), 0, closed_low=True)
    if lip is not None:
        in_range("lip", float(lip), 0)
        lip_squared = lip * lip
    if lip_squared is not None:
        in_range("lip_squared", float(lip_squared), 0)
        if m is not None and float(m) ** 2 > float(lip_squared) * (1 + MARGIN):
            raise ValueError(
                f"lip = {math.sqrt(lip_squared):g} is outside the allowed range [{float(m):g}, inf): m ≤ Lip(A)"
            )
    if assembly == "explicit":
        return _explicit(steps, m, lip_squared, gradient, has_zero)
    return _resolvent(steps, m, lip_squared, gradient, maximal, has_zero)


def _spiral(m: Real, square: Real, steps: Schedule) -> tuple[Orbit, str]:
    """An explicit orbit of a linear A with this m and Lip(A)^2, and its name."""
    omega = math.sqrt(max(float(square) - float(m) ** 2, 0.0))
    turn = f"{omega:.3g} J"
    name = (f"A = {float(m):.3g} I + {turn}" if m else f"A = {turn}") if omega else f"Ax = {float(m):.3g}x"
    return spiral_orbit(float(m), omega, steps, "explicit"), name


def _explicit(steps: Schedule, m: Real | None, square: Real | None, gradient: Fact, has_zero: Fact) -> Verdict:
    h, s = steps.first, float(steps.exponent)
    known = [
        Check("m(A) ≥ m is known", None if m is None else True),
        Check("Lip(A) ≤ L is known", None if square is None else True),
    ]
    if square is None:
        return undecided("explicit step", known, "a bound on Lip(A) over all inputs")
    finite = steps.summable()
    if finite is None:
        return undecided("within rounding", known, "whether Σ h_k is finite")
    if finite:
        checks = (Check("Σ h_k Lip(A) < ∞", True),)
        injective = compare(h * h * square, 1, computed=True) == -1
        return Verdict(CONVERGES, "summable steps", checks, limit=DEPENDS if injective else MAY_DEPEND)
    if m is None:
        return undecided("explicit step", known, "a lower bound m on m(A)")
    sign, root = compare(m, 0), math.sqrt(square)
    if sign is None:
        return undecided("within rounding", known, "whether m is positive")
    if sign == 0 and not has_zero:
        if has_zero is None:
            return undecided("explicit step", [*known, Check("A has a zero", None)], "whether A has a zero")
        return fails(
            "no zero",
            known,
            orbit_of(lambda k, x: x - steps.at(k), [0.0]),
            "Ax = 1 for all x has no zero: the outputs run off",
        )
    if gradient:
        return _descent(steps, float(m), square, sign)
    might_descend = gradient is None and _descent(steps, float(m), square, sign).status == CONVERGES
    if s == 0:
        factor = 1 - 2 * h * m + h * h * square
        side = compare(factor, 1, computed=True)
        checks = (Check(f"1 − 2hm + h²L² = {float(factor):.4g} < 1", None if side is None else side < 0),)
        name = "explicit step, strongly monotone" if sign else "explicit step, m = 0"
        if side is None:
            return undecided("within rounding", checks, "whether 1 − 2hm + h²L² is below 1")
        if side < 0:
            exact = isinstance(factor, (int, Fraction))
            slack = 0.0 if exact else 1e-15 * (1 + 2 * h * m + h * h * square)  # of the rounding of the factor
            rate = (
                Rate("finite", 1) if factor == 0 and exact else Rate("exponential", math.sqrt(max(factor, 0) + slack))
            )
            return Verdict(CONVERGES, name, checks, limit=CONSTANT, rate=rate)
        if might_descend:
            return undecided(name, (*checks, Check("A is the gradient of a convex function", None)))
        example, says = _spiral(m, square, steps)
        growth = math.sqrt(factor)
        by = f"{growth:.4g}" if growth == 1 or growth > 1.001 else f"1 + {growth - 1:.2g}"
        grows = f"each step multiplies distances by {by}"
        return fails(name, checks, example, f"{says} has this m and L, and {grows}")
    checks = (Check("m > 0", sign == 1), Check("Σ h_k = ∞ and h_k → 0", True))
    if sign == 1:
        return Verdict(
            CONVERGES, "explicit steps that tend to 0", checks, limit=CONSTANT, rate=product_rate(float(m), steps)
        )
    if might_descend:
        return undecided("explicit steps, m = 0", (*checks[1:], Check("A is the gradient of a convex function", None)))
    turns = f"A = {root:.3g} J turns for ever and never comes nearer to its zero"
    return fails("explicit steps, m = 0", checks, _spiral(0, square, steps)[0], turns)


def _descent(steps: Schedule, m: float, square: Real, sign: int) -> Verdict:
    """Gradient descent on a convex function that has a minimiser; its gradient has Lipschitz constant L."""
    h, root = float(steps.first), math.sqrt(square)
    if steps.exponent == 0:
        side = compare(steps.first * steps.first * square, 4, computed=True)  # (hL)^2 against 2^2
        checks = (Check(f"hL = {h * root:.4g} < 2", None if side is None else side < 0),)
        if side is None:
            return undecided("within rounding", checks, "whether h is below 2/L")
        if side >= 0:
            example = orbit_of(lambda k, x: x - h * root * x, [1.0])
            return fails(
                "gradient step too long",
                checks,
                example,
                f"Ax = {root:.3g}x has this L, and x is multiplied by {1 - h * root:.4g}",
            )
        factor = max(abs(1 - h * m), abs(1 - h * root))
    else:
        checks, factor = (Check("h_k → 0, so h_k < 2/L from some k on", True), Check("Σ h_k = ∞", True)), None
    if sign == 0:
        return Verdict(CONVERGES, "gradient descent", checks, limit=MAY_DEPEND)
    if factor is None:
        return Verdict(CONVERGES, "gradient descent", checks, limit=CONSTANT, rate=product_rate(m, steps))
    rate = Rate("exponential", factor) if factor > 0 else Rate("finite", 1)
    return Verdict(CONVERGES, "gradient descent", checks, limit=CONSTANT, rate=rate)


def _resolvent(
    steps: Schedule, m: Real | None, square: Real | None, gradient: Fact, maximal: Fact, has_zero: Fact
) -> Verdict:
    name = "resolvents of a maximal monotone A"
    checks = [
        Check("m(A) ≥ 0", None if m is None else True),
        Check("A is maximal: (I + hA)⁻¹ is defined everywhere", maximal),
    ]
    if not all(check.holds for check in checks):
        return undecided(name, checks)
    finite, finite_squares = steps.summable(), steps.summable(2)
    if finite is None or finite_squares is None:
        return undecided("within rounding", checks, "whether Σ h_k and Σ h_k² are finite")
    if finite:
        return Verdict(
            CONVERGES,
            "resolvents with summable steps",
            (*checks, Check("Σ h_k < ∞", True)),
            limit=DEPENDS if square is not None else MAY_DEPEND,
        )
    sign = compare(m, 0)
    if sign is None:
        return undecided("within rounding", checks, "whether m is positive")
    if sign == 1:
        m, h = float(m), float(steps.first)
        rate = product_rate(m, steps) if steps.exponent else Rate("exponential", 1 / (1 + h * m))
        return Verdict(
            CONVERGES,
            "resolvents, strongly monotone",
            (*checks, Check("m > 0 and Σ h_k = ∞", True)),
            limit=CONSTANT,
            rate=rate,
        )
    checks.append(Check("A has a zero", has_zero))
    if has_zero is None:
        return undecided("proximal point", checks)
    if has_zero is False:
        return fails(
            "no zero",
            checks,
            orbit_of(lambda k, x: x - steps.at(k), [0.0]),
            "Ax = 1 for all x has no zero: the outputs run off",
        )
    if finite_squares is False or gradient:
        condition = "A is a subdifferential and Σ h_k = ∞" if gradient else "Σ h_k² = ∞"
        return Verdict(CONVERGES, "proximal point", (*checks, Check(condition, True)), limit=MAY_DEPEND)
    checks.append(Check("Σ h_k² = ∞, or A is a subdifferential", False if gradient is False else None))
    if gradient is None:
        return undecided("proximal point", checks)
    size = 1.0 if square is None else math.sqrt(square)
    return fails(
        "Σ h_k² is finite",
        checks,
        spiral_orbit(0.0, size, steps, "resolvent"),
        f"A = {size:.3g} J keeps a distance from 0 and turns for ever",
    )


# --- equilibria ---------------------------------------------------------------------------------------------


def injected(lip_z: Real | None, lip_x: Real | None, *, sampled: bool = False, complete: Fact = True) -> Verdict:
    """Layers z = T(z; x) that see the input x each time, with Lipschitz constants lip_z in z and lip_x in x."""
    if lip_z is None or sampled:
        return undecided("input injection", (), "an upper bound of the Lipschitz constant in z over all z and x")
    in_range("lip_z", float(lip_z), 0, closed_low=True)
    side = compare(lip_z, 1)
    checks = (
        Check(f"Lip in z = {float(lip_z):.4g} < 1", None if side is None else side < 0),
        Check(_COMPLETE, complete),
    )
    if side is not None and side >= 0:
        c = float(lip_z)
        return fails(
            "input injection",
            checks,
            orbit_of(lambda k, z: 1 - c * z, [0.0]),
            f"z ↦ x − cz with c = {c:g} does not settle at x = 1",
        )
    if not all(check.holds for check in checks):
        return undecided("input injection", checks)
    limit = MAY_DEPEND if lip_x is None or lip_x > 0 else CONSTANT
    rate = Rate("exponential", float(lip_z)) if lip_z else Rate("finite", 1)
    return Verdict(CONVERGES, "input injection", checks, limit=limit, rate=rate)


def monotone_equilibrium(weights: ArrayLike) -> Verdict:
    """Layers phi(W z + U x + b) whose units are proximal maps: one equilibrium if <(I - W) z, z> >= m |z|^2 with m > 0.

    weights: W, shape (n, n). What converges is z <- prox(z - a ((I - W) z - U x - b)) with the step a = m/|I - W|^2
    and the proximal map of a times the function of phi (for ReLU it is ReLU itself), not the plain stack.
    """
    m, norm = monotonicity(weights), float(lipschitz_constant(np.eye(len(weights)) - np.asarray(weights, dtype=float)))
    side = compare(m, 0)
    checks = (Check(f"m = {m:.4g} > 0: the symmetric part of I − W is positive definite", side and side > 0),)
    if side is None or side <= 0:
        return undecided("monotone equilibrium", checks)
    rate = Rate("exponential", math.sqrt(1 - (m / norm) ** 2)) if m < norm * (1 - MARGIN) else Rate("finite", 1)
    return Verdict(CONVERGES, "monotone equilibrium", checks, limit=MAY_DEPEND, rate=rate)


# --- measurements -------------------------------------------------------------------------------------------


def measured(factors: ArrayLike) -> Verdict:
    """Factors by which blocks 1 ... K were seen to change distances, on data. Shape (K,) or more. Never a verdict."""
    values = in_range("factors", factors, 0, closed_low=True)
    if values.size == 0:
        raise ValueError("factors = [], but at least one must be measured")
    return undecided(
        f"a table of {values.size} measured factors, the largest {float(values.max()):.3g}",
        (Check("an upper bound over all inputs", None), Check("a statement on all later blocks", None)),
        "an upper bound over all inputs, not only those measured",
        "a statement on the blocks that come after the last one measured",
        "the fixed points of the blocks, or a bound on how far they move one point",
    )


def two_continuations(factors: ArrayLike, depth: int) -> tuple[Floats, Floats]:
    """Orbits of two stacks on the line whose first K blocks multiply by the measured factors, both from 1.

    After them all blocks of the first are x/2, all of the second x/2 + (-1)^k. Shape (depth + 1,) each, depth > K.
    """
    values = in_range("factors", factors, 0, closed_low=True).ravel()
    depth = at_least("depth", depth, len(values) + 1)
    settling, cycling = [1.0], [1.0]
    for k in range(depth):
        if k < len(values):
            settling.append(values[k] * settling[-1])
            cycling.append(values[k] * cycling[-1])
        else:
            settling.append(settling[-1] / 2)
            cycling.append(cycling[-1] / 2 + (-1) ** k)
    return np.array(settling), np.array(cycling)
