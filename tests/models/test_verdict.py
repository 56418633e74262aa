"""The verdict on infinite stacks: every hypothesis counts, counterexamples run, and no verdict is wrong."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction as F
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence.operators import equilibrium, powers
from emergence.operators.affine_verdict import any_order, judge, periodic
from emergence.operators.known_systems import known_systems, rounded_system
from emergence.operators.products import averaged_rotation_factor, forward_products, remembering_layers
from emergence.operators.verdict import (
    CONSTANT,
    CONVERGES,
    DEPENDS,
    FAILS,
    MAY_DEPEND,
    UNDECIDED,
    Schedule,
    compare,
    injected,
    measured,
    monotone_equilibrium,
    residual,
    small_residual,
    spiral_orbit,
    stack,
    still_moves,
    two_continuations,
    vanishing_contractions,
)

HALF = F(1, 2)
COUNT, SEED = 240, 1


# --- powers of a matrix -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matrix", "converge", "vanish"),
    [
        ([[HALF, 10], [0, HALF]], True, True),
        ([[1, 0], [0, HALF]], True, False),
        ([[1, 1], [0, 1]], False, False),
        ([[-1]], False, False),
        ([[F(3, 5), F(-4, 5)], [F(4, 5), F(3, 5)]], False, False),
        ([[0, 1], [0, 0]], True, True),
        ([[2, -1], [2, -1]], True, False),
        ([[1, 0, 1], [0, 1, 0], [0, 0, HALF]], True, False),
    ],
)
def test_powers_of_exact_matrices_are_always_decided(matrix, converge, vanish):
    found = powers.matrix_powers(matrix)
    assert (found.converge, found.vanish) == (converge, vanish)


@given(st.lists(st.fractions(-2, 2, max_denominator=9), min_size=4, max_size=4))
def test_the_exact_decision_agrees_with_the_eigenvalues(entries):
    matrix = [entries[:2], entries[2:]]
    found = powers.matrix_powers(matrix)
    (a, b), (c, d) = matrix
    trace, det = a + d, a * d - b * c
    inside = abs(det) < 1 and abs(trace) < 1 + det  # the triangle of stability of a 2 x 2 matrix
    assert found.vanish == inside
    identity = matrix == [[1, 0], [0, 1]]
    limit = inside or identity or (1 - trace + det == 0 and abs(trace - 1) < 1)
    assert found.converge == limit


def test_polynomials_are_tested_for_roots_in_the_disc_exactly():
    rng = np.random.default_rng(3)
    for _ in range(200):
        roots = [F(int(x), 8) for x in rng.integers(-10, 11, size=4)]
        p = [F(1)]
        for r in roots:
            p = [x - r * y for x, y in zip([F(0), *p], [*p, F(0)], strict=True)]
        assert powers.all_roots_inside(p) == (max(map(abs, roots)) < 1)
        ones, rest = powers.without_root_one(p)
        assert ones == roots.count(1) and len(rest) == 5 - ones


def test_the_characteristic_polynomial_and_the_rank_are_those_of_numpy():
    rng = np.random.default_rng(4)
    for n in (1, 2, 3, 5):
        matrix = rng.integers(-3, 4, size=(n, n))
        exact = powers.exact(matrix)
        assert [float(x) for x in powers.characteristic_polynomial(exact)][::-1] == pytest.approx(np.poly(matrix))
        assert powers.rank(exact) == np.linalg.matrix_rank(matrix)


def test_rounded_matrices_near_the_circle_are_not_decided_and_others_are():
    for size, answer in ((0.999, True), (1.001, False), (1.0, None), (1 - 1e-14, None)):
        turn = size * np.array([[math.cos(1), -math.sin(1)], [math.sin(1), math.cos(1)]])
        assert powers.matrix_powers(turn).converge is answer, size
    coarse = np.array([[0.5, 0.0], [0.0, 0.98]])
    assert powers.matrix_powers(coarse).converge is True
    assert powers.matrix_powers(coarse, tolerance=0.05).converge is None


def test_a_certificate_holds_for_every_matrix_within_the_tolerance():
    rng = np.random.default_rng(5)
    for _ in range(100):
        matrix = rng.normal(size=(2, 2)) * 0.6
        found = powers.matrix_powers(matrix, tolerance=0.05)
        if found.converge is None:
            continue
        noise = rng.normal(size=(50, 2, 2))
        noise *= 0.05 * np.linalg.norm(matrix) / np.linalg.norm(noise, axis=(1, 2), keepdims=True)
        radii = np.abs(np.linalg.eigvals(matrix + noise)).max(axis=1)
        assert (radii.max() < 1) if found.converge else (radii.min() > 1)


# --- systems whose truth is known ---------------------------------------------------------------------------


@cache
def tally() -> Counter[tuple[bool, str, bool]]:
    """How many of COUNT systems, exact and rounded, get which verdict, by whether that is wrong."""
    found: Counter[tuple[bool, str, bool]] = Counter()
    for system in known_systems(COUNT, np.random.default_rng(SEED)):
        for rounded, each in ((False, system), (True, rounded_system(system))):
            verdict = judge(each)
            wrong = verdict.status == (FAILS if system.converges else CONVERGES)
            found[rounded, verdict.status, wrong] += 1
            if not rounded and verdict.status == UNDECIDED:
                assert system.any_order and system.converges
            if verdict.status == FAILS:
                assert still_moves(verdict.example(600)) > 1e-3
    return found


def test_no_verdict_on_a_system_whose_truth_is_known_is_wrong():
    found = tally()
    assert sum(found.values()) == 2 * COUNT
    assert not any(wrong for (_, _, wrong) in found)
    assert found[False, UNDECIDED, False] < COUNT / 10


def test_certified_limits_are_approached():
    for system in known_systems(90, np.random.default_rng(6)):
        verdict = judge(system)
        if verdict.status != CONVERGES:
            continue
        a, b = np.array(system.matrices, dtype=float), np.array(system.offsets, dtype=float)
        x, y = np.eye(len(b[0]))[0] * 3, np.zeros(len(b[0]))
        for k in range(2000):
            i = k % len(a)
            before, x, y = x, a[i] @ x + b[i], a[i] @ y + b[i]
        assert np.linalg.norm(x - before) < 1e-8
        if verdict.limit == CONSTANT:
            assert np.linalg.norm(x - y) < 1e-8


# --- the examples of the chapter on stacked blocks ----------------------------------------------------------


def test_one_half_x_plus_and_minus_one_cycles_forward_and_settles_backward():
    matrices, offsets = [[[HALF]], [[HALF]]], [[1], [-1]]
    forward = periodic(matrices, offsets)
    assert forward.status == FAILS
    assert sorted(forward.example(400)[-2:, 0]) == pytest.approx([-2 / 3, 2 / 3])
    backward = periodic(matrices, offsets, order="backward")
    assert (backward.status, backward.limit) == (CONVERGES, CONSTANT)


def test_a_norm_of_ten_does_not_prevent_convergence():
    verdict = periodic([[[0.5, 10], [0, 0.5]]])
    assert verdict.status == CONVERGES and verdict.rate.value == pytest.approx(0.5)


def test_nilpotent_layers_in_any_order_have_a_word_that_explodes():
    a = [[0, 2], [0, 0]]
    b = [[0, 0], [2, 0]]
    assert periodic([a]).status == periodic([b]).status == CONVERGES
    assert any_order([a, b]).status == FAILS


def test_two_projections_repeat_to_a_constant_and_one_keeps_its_line():
    p, q = [[1, 0], [0, 0]], [[HALF, HALF], [HALF, HALF]]
    assert periodic([p]).limit == DEPENDS
    assert periodic([p, q]).limit == CONSTANT
    assert any_order([p, q]).status == UNDECIDED


def test_the_averaged_rotation_is_certified_by_its_factor():
    half = 0.5 * (np.eye(2) + np.array([[math.cos(1), -math.sin(1)], [math.sin(1), math.cos(1)]]))
    verdict = periodic([half])
    assert verdict.rate.value == pytest.approx(averaged_rotation_factor(1, 0.5))


def test_squeeze_and_undo_is_not_certified_as_contracting():
    layers = remembering_layers(4, 2.0, 1.0, "squeeze and undo")
    assert forward_products(layers).matrix[-1] == pytest.approx(np.eye(2))
    assert any_order(list(layers.matrix)[:2]).status != CONVERGES


# --- stacks by description ----------------------------------------------------------------------------------

BANACH = {"complete": True, "self_map": True, "one_map": True}
AVERAGED = {"averaged": True, "one_map": True, "convex_closed": True, "self_map": True, "has_fixed_point": True}


def test_banach_needs_each_hypothesis():
    rate = "the error falling at least like the powers of 0.5"
    assert str(stack(0.5, **BANACH)) == f"Converges (Banach) to one point for all inputs, {rate}."
    for name in BANACH:
        assert stack(0.5, **BANACH | {name: None}).status == UNDECIDED
    assert stack(None, **BANACH).status == UNDECIDED
    assert stack(0.5, **BANACH | {"complete": False}).status == FAILS


def test_krasnoselskii_and_mann_need_each_hypothesis():
    assert stack(1, **AVERAGED).limit == MAY_DEPEND
    for name in AVERAGED:
        assert stack(1, **AVERAGED | {name: None}).status == UNDECIDED
    assert stack(1, **AVERAGED | {"averaged": False}).status == FAILS
    assert stack(1, **AVERAGED | {"has_fixed_point": False}).status == FAILS


def test_contractions_with_moving_fixed_points_are_decided_by_them():
    settled = stack(0.9, self_map=True, fixed_points="converge")
    assert (settled.status, settled.limit, settled.rate) == (CONVERGES, CONSTANT, None)
    cycling = stack(0.9, self_map=True, fixed_points="do not converge")
    assert still_moves(cycling.example(500)) > 0.05
    assert stack(0.9, self_map=True, complete=True).status == UNDECIDED


def test_backward_contractions_need_bounded_moves():
    facts = {"complete": True, "self_map": True, "order": "backward"}
    assert stack(0.5, **facts, bounded_moves=True).status == CONVERGES
    assert stack(0.5, **facts).status == UNDECIDED
    assert stack(0.5, **facts, bounded_moves=False).example(40)[-1, 0] > 1e9


def test_a_sample_never_decides_where_a_supremum_is_needed():
    assert stack(0.5, **BANACH, sampled=True).status == UNDECIDED
    assert injected(0.5, 1.0, sampled=True).status == UNDECIDED
    for table in ([0.1], [0.9, 0.8], np.full((12, 64), 1.7)):
        assert measured(table).status == UNDECIDED
        assert len(measured(table).missing) == 3


@given(st.lists(st.floats(0, 2), min_size=1, max_size=20))
def test_two_stacks_with_the_same_measured_factors_settle_and_cycle(factors):
    settling, cycling = two_continuations(factors, len(factors) + 120)
    first = np.cumprod(factors)
    assert settling[1 : len(factors) + 1] == pytest.approx(first)
    assert cycling[1 : len(factors) + 1] == pytest.approx(first)
    assert abs(settling[-1]) < 1e-6
    assert abs(cycling[-1] - cycling[-2]) == pytest.approx(4 / 3, rel=1e-6)


@pytest.mark.parametrize("s", [0, 0.3, 0.7, 1])
@pytest.mark.parametrize("a", [0.3, 1.0])
def test_shared_fixed_points_attract_as_fast_as_the_certificate_says(s, a):
    verdict = vanishing_contractions(Schedule(a, s), shared_fixed_point=True)
    assert (verdict.status, verdict.limit) == (CONVERGES, CONSTANT)
    k = np.arange(1, 100_001)
    logs = np.cumsum(np.log(np.maximum(1 - a / (k + 1.0) ** s, 1e-300)))
    rate = verdict.rate
    if rate.kind == "power":
        assert logs[-1] - logs[9_999] == pytest.approx(-rate.value * math.log(10), rel=1e-3)
    if rate.kind == "stretched":
        bound = -rate.value * ((k + 1) ** rate.b - 1)
        assert np.all(logs <= bound + rate.value * 2)


def test_summable_deficits_lose_the_fixed_point():
    for shared in (True, False):
        verdict = vanishing_contractions(Schedule(0.5, 2), shared_fixed_point=shared)
        assert verdict.status == FAILS and still_moves(verdict.example(2000)) > 0.1
    swing = vanishing_contractions(Schedule(1, 1), shared_fixed_point=False)
    assert swing.status == FAILS and still_moves(swing.example(5000)) > 0.05
    assert vanishing_contractions(Schedule(0.5, 1)).status == UNDECIDED


def test_small_residual_blocks():
    assert small_residual(Schedule(0.5, 2), moves_summable=True).limit == DEPENDS
    assert small_residual(Schedule(1.5, 2), moves_summable=True).limit == MAY_DEPEND
    assert small_residual(Schedule(0.5, 2)).status == UNDECIDED
    for verdict in (
        small_residual(Schedule(0.5, 2), moves_summable=False),
        small_residual(Schedule(0.5, 1), moves_summable=True),
    ):
        assert verdict.status == FAILS and still_moves(verdict.example(1000)) > 1


# --- residual blocks ----------------------------------------------------------------------------------------

spirals = {"m": st.floats(0.05, 2), "omega": st.floats(0, 3), "h": st.floats(0.02, 2)}


@given(**spirals)
def test_the_explicit_criterion_is_attained_by_a_linear_map(m, omega, h):
    """Lip(I - hA)^2 = 1 - 2hm + h^2 L^2 for A = mI + omega J, so the criterion cannot be improved from m and L."""
    square = m**2 + omega**2
    factor = 1 - 2 * h * m + h * h * square
    verdict = residual("explicit", Schedule(h), m=m, lip_squared=square, gradient=False)
    sizes = np.linalg.norm(spiral_orbit(m, omega, Schedule(h), "explicit")(60), axis=1)
    steps = np.arange(len(sizes))
    assert sizes == pytest.approx(max(factor, 0) ** (steps / 2), rel=1e-6, abs=1e-7)
    if factor < 1 - 1e-6:
        assert verdict.status == CONVERGES and verdict.limit == CONSTANT
    elif factor > 1 + 1e-6:
        assert verdict.status == FAILS and still_moves(verdict.example(400)) > 1e-3


@given(m=st.floats(0.05, 2), lip=st.floats(1, 4), share=st.floats(0.05, 0.95), seed=st.integers(0, 10**6))
def test_what_is_certified_from_m_and_lip_converges_for_random_maps(m, lip, share, seed):
    """Random A with <Ax, x> >= m |x|^2 and norm at most L, at a step below 2m/L^2."""
    rng = np.random.default_rng(seed)
    lip = max(lip, m)
    skew = rng.normal(size=(3, 3))
    positive = rng.normal(size=(3, 3))
    a = (skew - skew.T) + positive @ positive.T
    a = m * np.eye(3) + a * (lip - m) / max(np.linalg.norm(a, 2), 1e-9)
    h = share * 2 * m / lip**2
    verdict = residual("explicit", Schedule(h), m=m, lip=lip, gradient=False)
    assert verdict.status == CONVERGES
    factor = verdict.rate.value if verdict.rate.kind == "exponential" else 0.0
    assert np.linalg.norm(np.eye(3) - h * a, 2) <= factor + 1e-9


def test_explicit_steps_at_the_boundary_are_decided_only_exactly():
    facts = {"m": HALF, "lip_squared": 1, "gradient": False}
    assert residual("explicit", Schedule(1), **facts).status == FAILS
    assert residual("explicit", Schedule(F(999, 1000)), **facts).status == CONVERGES
    rounded = residual("explicit", Schedule(0.1), m=3.0, lip_squared=60.0, gradient=False)  # 1 up to rounding
    assert rounded.status == UNDECIDED
    almost = residual("explicit", Schedule(1 - 1e-12), m=0.5, lip=1.0, gradient=False)
    assert almost.status == UNDECIDED and almost.theorem == "within rounding"


@pytest.mark.parametrize("s", [0.25, 0.5, 1.0])
def test_explicit_steps_that_tend_to_zero(s):
    monotone = residual("explicit", Schedule(0.7, s), m=0.5, lip=1.5)
    assert (monotone.status, monotone.limit) == (CONVERGES, CONSTANT)
    turning = residual("explicit", Schedule(0.7, s), m=0, lip=1.5, has_zero=True, gradient=False)
    assert turning.status == FAILS and still_moves(turning.example(2000)) > 0.3
    assert residual("explicit", Schedule(0.7, s), m=0, lip=1.5, has_zero=True).status == UNDECIDED
    assert residual("explicit", Schedule(0.7, s), m=0, lip=1.5, has_zero=True, gradient=True).status == CONVERGES


def test_a_power_law_of_harmonic_steps_has_the_exponent_of_the_certificate():
    for assembly, facts in (("explicit", {"lip": 1.5}), ("resolvent", {"maximal": True})):
        verdict = residual(assembly, Schedule(0.8, 1), m=0.5, **facts)
        assert verdict.rate.kind == "power" and verdict.rate.value == pytest.approx(0.4)
        sizes = np.linalg.norm(spiral_orbit(0.5, 1.2, Schedule(0.8, 1), assembly)(100_000), axis=1)
        assert math.log10(sizes[10_000] / sizes[100_000]) == pytest.approx(0.4, abs=1e-3)


def test_summable_steps_converge_and_remember():
    for m in (0, 0.5):
        explicit = residual("explicit", Schedule(0.5, 2), m=m, lip=1.5)
        assert (explicit.status, explicit.limit) == (CONVERGES, DEPENDS)
        assert residual("resolvent", Schedule(0.5, 2), m=m, lip=1.5, maximal=True).limit == DEPENDS
        assert residual("resolvent", Schedule(0.5, 2), m=m, maximal=True).limit == MAY_DEPEND
    assert residual("explicit", Schedule(2, 2), m=0.5, lip=1.5).limit == MAY_DEPEND


def test_resolvents_with_summable_steps_need_no_zero():
    """A = exp has none; its values fall along the orbit, so the steps are at most h_k A x_1."""
    x, h, steps = 1.0, Schedule(1.0, 2), []
    for k in range(1, 400):
        step = float(h.at(k))
        z = x
        for _ in range(60):  # Newton for z + h exp(z) = x
            z -= (z + step * math.exp(z) - x) / (1 + step * math.exp(z))
        steps.append(x - z)
        x = z
    values = np.array(steps) / h.at(np.arange(1, 400))
    assert np.all(np.diff(values) < 0) and sum(steps[200:]) < 0.01


def test_proximal_point_and_its_sharpness():
    facts = {"m": 0, "maximal": True, "has_zero": True, "lip": 1}
    assert residual("resolvent", Schedule(1, 0.5), **facts).status == CONVERGES
    assert residual("resolvent", Schedule(1, 1), **facts, gradient=True).status == CONVERGES
    assert residual("resolvent", Schedule(1, 1), **facts).status == UNDECIDED
    fails = residual("resolvent", Schedule(1, 1), **facts, gradient=False)
    assert fails.status == FAILS
    size = np.linalg.norm(fails.example(20_000)[-1])
    assert size == pytest.approx(math.sqrt(math.pi / math.sinh(math.pi)), rel=1e-4)
    assert still_moves(fails.example(20_000)) == pytest.approx(2 * size * math.sin(math.log(2) / 2), rel=1e-3)
    for name in ("maximal", "has_zero"):
        assert residual("resolvent", Schedule(1, 0.5), **facts | {name: None}).status == UNDECIDED
    assert residual("resolvent", Schedule(1, 0.5), **facts | {"has_zero": False}).status == FAILS


def test_a_gradient_step_may_be_as_long_as_two_over_lip():
    facts = {"m": 0, "lip": 2, "gradient": True, "has_zero": True}
    assert residual("explicit", Schedule(F(99, 100)), **facts).status == CONVERGES
    cycle = residual("explicit", Schedule(1), **facts)
    assert cycle.status == FAILS and cycle.example(10)[-2:, 0] == pytest.approx([-1, 1])
    assert residual("explicit", Schedule(0.3), m=1, lip=2, gradient=True).rate.value == pytest.approx(0.7)


@given(
    assembly=st.sampled_from(["explicit", "resolvent"]),
    m=st.sampled_from([0, 0.3, 1.0]),
    omega=st.floats(0, 2),
    h=st.floats(0.1, 1.5),
    s=st.floats(0, 2.5),
)
def test_a_description_of_a_linear_map_never_gets_a_verdict_that_the_map_refutes(assembly, m, omega, h, s):
    """For A = mI + omega J, x_k is a product of numbers, and its convergence is known from sums."""
    square = m**2 + omega**2
    if square < 1e-6:
        return
    facts = {"gradient": False} if assembly == "explicit" else {"maximal": True, "gradient": omega == 0}
    verdict = residual(assembly, Schedule(h, s), m=m, lip_squared=square, has_zero=True, **facts)
    value = complex(m, omega)
    if s > 1:
        truth = True
    elif s == 0:
        truth = abs(1 - h * value) < 1 if assembly == "explicit" else omega != 0 or m > 0
    elif assembly == "explicit":
        truth = m > 0
    else:
        truth = m > 0 or s <= 0.5
    if verdict.status == CONVERGES:
        assert truth
    if verdict.status == FAILS and omega != 0:
        assert not truth


# --- equilibria ---------------------------------------------------------------------------------------------


def test_one_equilibrium_for_all_inputs_is_a_question_of_principal_minors():
    rng = np.random.default_rng(7)
    angles = np.linspace(0, 2 * math.pi, 145)[:-1]
    inputs = np.column_stack([np.cos(angles), np.sin(angles)])
    seen = Counter()
    for _ in range(40):
        w = rng.normal(size=(2, 2)) * 1.5
        if np.abs(equilibrium.principal_minors(w)).min() < 0.05:
            continue
        counts = {len(equilibrium.relu_equilibria(w, q)) for q in inputs}
        one = equilibrium.always_one_equilibrium(w)
        assert (counts == {1}) == one
        seen[one, bool(np.abs(np.linalg.eigvals(w)).max() < 1)] += 1
    assert min(seen[one, small] for one in (True, False) for small in (True, False)) >= 1


def test_spectral_radius_below_one_neither_gives_nor_follows_from_one_equilibrium():
    several = np.array([[1.5, 1.3], [-1.3, -1.5]])
    assert np.abs(np.linalg.eigvals(several)).max() == pytest.approx(math.sqrt(0.56))
    assert not equilibrium.always_one_equilibrium(several)
    assert len(equilibrium.relu_equilibria(several, [-1, -1])) == 2
    one = np.array([[-2.0]])
    assert np.abs(np.linalg.eigvals(one)).max() == 2 and equilibrium.always_one_equilibrium(one)


@given(st.lists(st.floats(-2, 2), min_size=4, max_size=4), st.floats(0, 2 * math.pi))
def test_norm_below_one_implies_monotone_implies_one_equilibrium(entries, angle):
    w = np.array(entries).reshape(2, 2)
    m, norm = equilibrium.monotonicity(w), float(np.linalg.norm(w, 2))
    assert m >= 1 - norm - 1e-12
    verdict = monotone_equilibrium(w)
    if m > 1e-6:
        assert verdict.status == CONVERGES and equilibrium.always_one_equilibrium(w)
        q = np.array([math.cos(angle), math.sin(angle)])
        (z,) = equilibrium.relu_equilibria(w, q)
        assert z == pytest.approx(np.maximum(0, w @ z + q), abs=1e-9)
        step, factor = equilibrium.splitting_step(w)
        orbit = equilibrium.relu_orbit(w, q, 40, step)
        errors = np.linalg.norm(orbit - z, axis=1)
        assert np.all(errors <= errors[0] * factor ** np.arange(len(errors)) + 1e-7)
    else:
        assert verdict.status == UNDECIDED


def test_the_plain_stack_may_cycle_around_its_only_equilibrium():
    orbit = equilibrium.relu_orbit([[-2.0]], [1.0], 40)
    assert orbit[:, 0].tolist() == [0.0, 1.0] * 20 + [0.0]
    assert equilibrium.relu_equilibria([[-2.0]], [1.0])[0, 0] == pytest.approx(1 / 3)
    assert monotone_equilibrium([[-2.0]]).status == CONVERGES


def test_input_injection():
    verdict = injected(0.8, 0.5)
    assert (verdict.status, verdict.limit, verdict.rate.value) == (CONVERGES, MAY_DEPEND, 0.8)
    assert injected(0.8, 0).limit == CONSTANT
    assert injected(1, 0.5).status == FAILS and still_moves(injected(1, 0.5).example(50)) == 1
    assert injected(None, 0.5).status == UNDECIDED


# --- the rest -----------------------------------------------------------------------------------------------


def test_a_comparison_too_near_to_call_is_not_called():
    assert compare(1.0, 1) == 0 and compare(F(1), 1) == 0
    assert compare(1 - 1e-12, 1) is None and compare(F(10**12 - 1, 10**12), 1) == -1
    assert compare(1.0, 1, computed=True) is None and compare(F(1), 1, computed=True) == 0
    assert compare(0.9, 1) == -1 and compare(1.1, 1) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stack(-1), r"lip = -1 is outside the allowed range \[0, inf\)"),
        (lambda: stack(0.5, order="sideways"), "order = 'sideways' is not one of"),
        (lambda: stack(0.5, fixed_points="wander"), "fixed_points = 'wander' is not one of"),
        (lambda: vanishing_contractions(Schedule(2, 1)), r"deficit.first = 2 is outside the allowed range \(0, 1\]"),
        (lambda: residual("implicit", Schedule(1)), "assembly = 'implicit' is not one of"),
        (lambda: residual("explicit", Schedule(1), m=-1), r"m = -1 is outside the allowed range \[0, inf\)"),
        (lambda: residual("explicit", Schedule(1), m=2, lip=1), r"lip = 1 is outside the allowed range \[2, inf\)"),
        (lambda: residual("explicit", Schedule(0)), r"steps.first = 0 is outside the allowed range \(0, inf\)"),
        (lambda: small_residual(Schedule(1, -1)), r"lips.exponent = -1 is outside the allowed range \[0, inf\)"),
        (lambda: measured([]), r"factors = \[\], but at least one must be measured"),
        (lambda: measured([-0.1]), r"factors = -0.1 is outside the allowed range \[0, inf\)"),
        (lambda: periodic([]), r"matrices = \[\], but there must be at least one block"),
        (lambda: periodic([[[1, 2]]]), r"matrix has the shape \(1, 2\)"),
        (lambda: periodic([[[1]], [[1, 0], [0, 1]]]), r"matrices have the sizes \[1, 2\]"),
        (lambda: periodic([[[1]]], [[1, 2]]), r"offsets have the lengths \[2\]; allowed are 1 of length 1"),
        (lambda: powers.matrix_powers([[0.5]], 1), r"tolerance = 1 is outside the allowed range \[0, 1\)"),
        (lambda: powers.matrix_powers([[math.nan]]), "matrix has the entry nan"),
        (lambda: equilibrium.relu_equilibria([[1.0]], [1, 2]), "must be 1 finite numbers"),
        (lambda: equilibrium.splitting_step([[2.0]]), r"m = -1 is outside the allowed range \(0, inf\)"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
