"""Numbers that the text and the solutions of the chapter on the verdict state, recomputed."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
import pytest
import sympy
from stated import Stated, numbers_of, text_of

from emergence.exercises import verdict as exercises
from emergence.figures.verdict import criterion, equilibria, hypotheses, powers, rays, transition
from emergence.limits import joint_limits
from emergence.operators import equilibrium
from emergence.operators.affine_verdict import judge
from emergence.operators.known_systems import known_systems, rounded_system
from emergence.operators.verdict import Schedule, spiral_orbit, stack, still_moves, two_continuations

CHAPTER = "chapters/operators/verdict.ipynb"
TEXT = text_of(CHAPTER)
SYSTEMS = 240
OPPOSED = equilibria.matrix("opposed", 1.5, 1.3)


@cache
def said(form=lambda system: system) -> Counter[str]:
    return Counter(judge(form(system)).status for system in known_systems(SYSTEMS, np.random.default_rng(1)))


def radius() -> float:
    return float(np.abs(np.linalg.eigvals(OPPOSED)).max())


def left_over(blocks: int) -> float:
    """The distance from 0 after some of the explicit blocks of the first question."""
    return float(np.linalg.norm(spiral_orbit(0.5, 1.5, Schedule(1, 1), "explicit")(blocks)[-1]))


def second_unit() -> float:
    (found,) = [z for z in equilibrium.relu_equilibria(OPPOSED, [-1, -1]) if z[0] > 0]
    return float((OPPOSED @ found - 1)[1])


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("to {} after {} blocks, and then falls", lambda: left_over(2), 2),
    Stated("{} is left after {} blocks, {} after {}.", lambda: left_over(100), 100, lambda: left_over(1000), 1000),
    Stated("here those below {}. The first two", 2 * 0.5 / (0.5**2 + 1.5**2)),
    Stated("here for $k > {}$", 1 * 2**2 / (2 * 0.1)),
    Stated("these factors multiply to {}.", exercises.greatest_rise(0.1, 2, 1)),
    Stated("None of the verdicts on the {} systems is wrong", SYSTEMS),
    Stated("Given exactly, {} systems stay undecided", lambda: said()["undecided"]),
    Stated("With rounded entries {} do", lambda: said(rounded_system)["undecided"]),
    Stated("a W with ρ(W) = {} and two equilibria", radius),
    Stated("\\sqrt{0.56} = {}$", radius),
    Stated("so $z = {}$; the second unit then receives ${}$", exercises._other, second_unit),
    Stated("its first entry, ${}$, is negative", 1 - 1.5),
    Stated("and stays at {} for the third curve", float(joint_limits.largest_curvature(7, "smooth"))),
    Stated("at distance {}: in any smaller disc", math.pi / 2),
    Stated("numbers: to {} with $p = n/2$ and to {} with $p = 2n$", joint_limits.ridgeless_limit(0.5),
           joint_limits.ridgeless_limit(2.0)),
    Stated("and a million data the risk is ${}$", float(joint_limits.ridgeless_risk(1e6, 1))),
    Stated("the true coefficients have the squared length {}, the noise has variance {}", 4, 1),
    Stated("A laboratory measures the {} blocks", 48),
    Stated("has $\\rho(W) = {}$ and one equilibrium for every $q$", abs(-2)),
)  # fmt: skip

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("On {} random systems whose truth is known by construction", SYSTEMS),
    Stated("given exactly, {} stay undecided, and {} with rounded entries", lambda: said()["undecided"],
           lambda: said(rounded_system)["undecided"]),
    Stated("has spectral radius {} and two equilibria for", radius),
    Stated("with $p = n/2$ the excess risk tends to {}, with $p = 2n$ to {}.", joint_limits.ridgeless_limit(0.5),
           joint_limits.ridgeless_limit(2.0)),
)  # fmt: skip


def test_the_systems_that_stay_undecided_have_two_blocks_in_an_unknown_order():
    assert "all of them two blocks in an unknown order" in TEXT
    for system in known_systems(SYSTEMS, np.random.default_rng(1)):
        verdict = judge(system)
        if verdict.status == "undecided":
            assert system.any_order and len(system.matrices) == 2
        else:
            assert (verdict.status == "converges") == system.converges


def test_the_explicit_blocks_of_the_question_rise_for_two_blocks_and_then_fall_like_a_power():
    assert "the product of these numbers falls like $k^{-m}$" in TEXT
    shown = criterion.figure.show(step=1.0, exponent=1.0).sentence
    assert shown.startswith("m = 0.50, L = 1.581, explicit steps 1.00 over the depth to the power of 1.00")
    distances = np.array([1.0, *(left_over(k) for k in range(1, 40))])
    assert (np.diff(distances) > 0).tolist() == [True, True] + [False] * 37
    assert left_over(40_000) / left_over(10_000) == pytest.approx(0.5, rel=1e-3)


def sentence_at_zero(exponent: float, assembly: str) -> str:
    return criterion.figure.show(m=0.0, omega=1.0, step=0.5, exponent=exponent, assembly=assembly).sentence


def test_the_verdicts_at_m_equal_to_0_are_those_of_the_text():
    assert "At $m = 0$ explicit steps fail for $s \\le 1$" in TEXT
    assert "The resolvents converge for $s = 0.5$, fail for $s = 1$, and converge again for $s = 2$" in TEXT
    explicit = ["Converges" in sentence_at_zero(s, "explicit") for s in (0.5, 1.0, 2.0)]
    resolvent = ["Converges" in sentence_at_zero(s, "resolvent") for s in (0.5, 1.0, 2.0)]
    assert (explicit, resolvent) == ([False, False, True], [True, False, True])
    assert "depends on the input" in sentence_at_zero(2.0, "explicit")
    assert "depends on the input" in sentence_at_zero(2.0, "resolvent")


def test_the_verdict_on_constant_steps_changes_where_the_orbit_does():
    for step, word in ((0.35, "Converges"), (0.4, "Need not converge")):
        assert word in criterion.figure.show(step=step).sentence
        assert (abs(1 - step * complex(0.5, 1.5)) < 1) == (word == "Converges")
    assert "like the depth to the power of −1" in criterion.figure.show(step=2.0, exponent=1.0).sentence


def test_the_powers_of_the_question_converge_below_1_only():
    for d in (0.5, 0.75, 0.95):
        assert "The powers converge, to a matrix other than 0" in powers.figure.show(d=d).sentence
        corner = np.linalg.matrix_power([[1, 0.5], [0, d]], 2000)[0, 1]
        assert corner == pytest.approx(0.5 / (1 - d))
    assert np.linalg.matrix_power([[1, 0.5], [0, 1]], 2000)[0, 1] == 1000
    for d in (1.0, -1.0):
        assert "do not converge" in powers.figure.show(d=d).sentence
    for d in (0.5, 1.0, -1.0):
        assert "Undecided" in powers.figure.show(d=d, known="to 1 in 1,000,000").sentence
    assert "The powers converge, to 0" in powers.figure.show(a=0.5, b=0.0, d=0.5, known="to 1 in 100").sentence


def test_the_map_of_theorems_says_what_the_text_says():
    start = hypotheses.figure.show()
    assert "A limit is certain" in start.sentence
    assert "missing: their fixed points converge" in hypotheses.figure.show(order="at the output").sentence
    assert "Nothing is decided" in hypotheses.figure.show(lip="≤ ½ in a sample").sentence
    for order in ("at the output", "at the input"):
        for points in ("not known", "shared", "converge", "need not converge"):
            for same in (False, True):
                values = {"order": order, "points": points, "same": same, "lip": "Lip ≤ 1 for all"}
                assert "not certain" in hypotheses.figure.show(**values).sentence


def test_the_rows_of_the_map_agree_with_the_verdict():
    """A row whose needs are all met is a theorem that applies, and without one no limit is certified."""
    options = [c.options if hasattr(c, "options") else (False, True) for c in hypotheses.figure.controls]
    for values in product(*options):
        known = dict(zip(hypotheses.figure.defaults, values, strict=True))
        others = {"complete": known["complete"], "self-map": known["inside"], "one-map": known["same"]}
        others["moves"] = known["moves"]
        chosen = (known["order"], known["lip"], known["points"], others)
        rows = [all(hypotheses.holds(r, n, *chosen) for n in needs.split()) for r, needs in hypotheses.ROWS.items()]
        assert any(rows) == (hypotheses.start(**known).verdict.status == "converges"), known


def test_two_continuations_are_four_thirds_apart():
    assert "ends in a cycle of two points that are $\\tfrac43$ apart" in TEXT
    _, cycling = two_continuations([0.9] * 48, 200)
    assert abs(cycling[-1] - cycling[-2]) == pytest.approx(4 / 3)


def numbers_of_equilibria(a: float, b: float) -> set[int]:
    w = equilibria.matrix("opposed", a, b)
    return {len(equilibrium.relu_equilibria(w, [math.cos(t), math.sin(t)])) for t in np.linspace(0.003, 6.28, 400)}


def test_the_equilibria_of_the_figure_are_those_of_the_text():
    state = {"a": 1.5, "b": 1.3, "angle": -2.35, "family": "opposed"}
    assert "has 2 equilibria" in equilibria.figure.show(**state).sentence
    assert "ρ(W) = 0.75" in equilibria.figure.show(**state).sentence
    start = equilibria.figure.show()
    assert "one equilibrium" in start.sentence and "does not settle" in start.sentence
    assert all("has one equilibrium" in equilibria.figure.show(angle=a).sentence for a in np.arange(-3.1, 3.1, 0.5))
    assert "with $b > 0$ some inputs have two equilibria and others none, whether or not $\\rho(W) < 1$" in TEXT
    assert "with $b < 0$ and $\\rho(W) < 1$ some have three" in TEXT
    for a in (1.05, 1.5, 2.0):
        for b in (0.05, 0.8, 1.3, 1.9):
            assert numbers_of_equilibria(a, b) == {0, 2}
            w = equilibria.matrix("opposed", a, -b)
            if np.abs(np.linalg.eigvals(w)).max() < 1:
                assert numbers_of_equilibria(a, -b) == {1, 3}


def test_the_curves_sharpen_as_the_text_says():
    assert "grows like $N^2$ for the jump and like $N$ for the kink" in TEXT
    for kind, exponent in (("jump", 2), ("kink", 1), ("smooth", 0)):
        ratio = joint_limits.largest_curvature(1000, kind) / joint_limits.largest_curvature(100, kind)
        assert math.log10(ratio) == pytest.approx(exponent)
    assert "At $N = 1$ all three are of order one" in TEXT
    assert all(0.5 < joint_limits.largest_curvature(1, kind) < 2 for kind in joint_limits.KINDS)
    assert "the limit is analytic: no transition" in transition.figure.show(curve="tanh(t) + 1/N").sentence


def test_above_one_the_least_risk_lies_below_every_band():
    assert "Above 1 the band does not hold the least risk" in TEXT
    for ratio in (1.1, 2.0, 5.0, 10.0):
        assert "far below the band" in rays.figure.show(ratio=ratio).sentence
    assert "infinite at every size" in rays.figure.show(ratio=1.0).sentence
    assert "the exact risk, $p/(n - p - 1)$ for $p < n - 1$ and $4(1 - n/p) + n/(p - n - 1)$" in TEXT
    assert joint_limits.ridgeless_risk(100, 40) == pytest.approx(40 / 59)
    assert joint_limits.ridgeless_risk(40, 100) == pytest.approx(4 * 0.6 + 40 / 59)


def test_an_eigenvalue_of_quarters_is_on_the_circle_or_not_near_it():
    """|det(I - A)| and |det(I + A)| are 0 or at least 1/16, and the other eigenvalue is at most 20 in size."""
    assert "on the circle or more than 0.002 away" in TEXT
    rng = np.random.default_rng(1)
    matrices = rng.integers(-40, 41, size=(200_000, 2, 2)) / 4
    distances = np.abs(np.abs(np.linalg.eigvals(matrices)) - 1)
    assert distances[distances > 1e-6].min() > 1 / 16 / 21 > 0.002


# -- the answers of the exercises, computed in another way --------------------------------------------------------


def answer(exercise: str, part: str, **values: float) -> float:
    """The value of a formula that an exercise asks for."""
    formula = getattr(exercises, exercise).questions[part].answer
    symbols = {name: sympy.Symbol(name) for name in values}  # N is a function of SymPy's
    return float(sympy.sympify(formula, locals=symbols).subs(values))


@pytest.mark.parametrize(("m", "lip", "h"), [(0.5, 1.0, 2.0), (0.2, 3.0, 0.7), (0.1, 2.0, 1.0)])
def test_the_blocks_that_may_expand_and_their_rise_are_those_of_the_exercise(m, lip, h):
    factors = np.abs(1 - complex(m, math.sqrt(lip**2 - m**2)) * h / np.arange(1, 1000))
    last = answer("step", "last", m=m, L=lip, h=h)
    assert (factors < 1 - 1e-12).argmax() == math.floor(last + 1e-9)  # block k has the index k - 1
    assert np.cumprod(factors).max() == pytest.approx(exercises.greatest_rise(m, lip, h))


def test_the_three_descriptions_of_the_exercise():
    mixed = stack(Fraction(9, 10), self_map=True, complete=True, fixed_points="do not converge")
    assert still_moves(mixed.example(400)) > 0.05
    alternating, x = [], 1.0
    for k in range(400):
        x = 0.9 * x + 0.1 * (-1) ** k
        alternating.append(x)
    assert abs(alternating[-1] - alternating[-2]) == pytest.approx(0.2 / 1.9)


def test_the_singularities_of_the_exercise_are_there():
    for n in (1, 5, 20):
        assert abs(np.cosh(n * 1j * answer("singularities", "jump", N=n))) < 1e-12
        assert answer("singularities", "kink", N=n) ** 2 == pytest.approx(1 / n**2)


def test_the_ways_to_infinity_of_the_exercise():
    n = 10**8
    assert 3 * n / (n + 3 * n) == pytest.approx(answer("ways", "ray", c=3))
    assert joint_limits.ridgeless_risk(3 * n, n, noise=0.7) == pytest.approx(answer("ways", "gap", s=0.7), rel=1e-6)
