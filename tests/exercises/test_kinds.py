"""The four kinds of questions, what an exercise says, and what counts as an answer."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
from declared import AlwaysEqual, hostile
from hypothesis import given
from hypothesis import strategies as st

from emergence.exercises import MIME, Choice, Exercise, Formula, Function, Mistake, Number, Unusable
from emergence.exercises._answers import number, plain

HALF = Number("the half", 0.5, rel=1e-3, hints=["halve one"])


def exercise_of(question, **parts) -> Exercise:
    return Exercise("tests.one", question, solution="so it is", **parts)


# -- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [0.5, Fraction(1, 2), "0.5", ".5", "5e-1", "1/2", " 0.5\n", np.float64(0.5),
     np.float32(0.5), np.longdouble(0.5), np.array(0.5), sympy.Rational(1, 2), sympy.Float("0.5"),
     sympy.cos(sympy.pi / 3), "5×10⁻¹", "5*10^-1", "0.05e1", "+0.5", "1.0/2.0"],
    ids=repr,
)  # fmt: skip
def test_a_number_is_read_in_every_form(answer):
    assert exercise_of(HALF).check(answer).state == "done"


@pytest.mark.parametrize(
    ("answer", "value"),
    [("342,180", 342180), ("−3", -3), ("6.7×10⁷", 6.7e7), (r"6.7\times10^{7}", 6.7e7), ("1e3", 1000), (7, 7),
     (np.int16(-4), -4), ("5.", 5)],
)  # fmt: skip
def test_numbers_are_read_as_the_book_writes_them(answer, value):
    assert number(answer) == value


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (True, "a bool"), ("five", "not read as a number"), ("1/0", "divides by zero"), ("0x10", "not read"),
        ("1,00", "not read"), ("1/2/3", "not read"), ([0.5], "a list"), (np.array([0.5]), "a list"), (0.5j, "complex"),
        (float("nan"), "NaN"), (10**400, "too large"), ("1e999", "too large"), (sympy.Symbol("x"), "no real number"),
        (sympy.I, "no real number"), (Decimal("0.5"), "a Decimal"),
        (AlwaysEqual(), "an AlwaysEqual"), ({"a": 1}, "a dict"), ({AlwaysEqual(): 1}, "as a key"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_number_is_refused_in_words(answer, says):
    shown = exercise_of(HALF).check(answer)
    assert shown.state == "tried" and "not usable" in repr(shown) and says in repr(shown)


def test_an_unusable_answer_costs_no_hint():
    exercise = exercise_of(HALF)
    exercise.check("five")
    assert "Hint 1 of 1" in repr(exercise.check(0.7))


def test_a_list_that_holds_itself_is_refused():
    answer: list = []
    answer.append(answer)
    with pytest.raises(Unusable, match="20 deep"):
        plain(answer)


@given(st.floats(-1e300, 1e300), st.floats(1e-12, 0.5), st.floats(0, 10))
def test_the_wider_of_two_tolerances_counts(answer, rel, absolute):
    question = Number("it", answer, rel=rel, abs=absolute, hints=["-"])
    wide = max(rel * abs(answer), absolute)
    assert question.objection(answer + 0.999 * wide) is None
    assert wide < 1e-9 * abs(answer) or question.objection(answer - 1.001 * wide - 1e-300) is not None


@pytest.mark.parametrize("tolerance", [{}, {"rel": -1}, {"abs": float("nan")}])
def test_a_number_needs_a_tolerance(tolerance):
    with pytest.raises(ValueError, match="rel"):
        Number("it", 1, hints=["-"], **tolerance)


# -- choices ---------------------------------------------------------------------------------------------------------


def test_a_choice_is_made_by_letter_or_words():
    question = Choice("the colour", ["red", "light blue"], "light blue", hints=["-"])
    for answer in ("b", "B", "(b)", " b)\n", "Light  Blue.", "(b) light blue"):
        assert exercise_of(question).check(answer).state == "done", answer
    for answer in ("a", "red", "c", "blue", 1, True, ["b"]):
        assert exercise_of(question).check(answer).state == "tried", answer


@pytest.mark.parametrize(
    ("options", "answer"), [(["red"], "red"), (["red", "Red."], "red"), (["red", "blue"], "green")]
)
def test_a_choice_that_cannot_be_made_is_not_declared(options, answer):
    with pytest.raises(ValueError, match="option"):
        Choice("the colour", options, answer, hints=["-"])


# -- formulas --------------------------------------------------------------------------------------------------------

n, a = sympy.symbols("n a")
SQUARE = Formula("the square", "(n + a)**2", {"n": range(1, 9), "a": (-2, 2)}, hints=["-"])


@pytest.mark.parametrize(
    "answer",
    ["(n+a)^2", "n^2 + 2 n a + a^2", "n**2 + 2*a*n + a**2\n", "exp(2*log(abs(n + a)))", (n + a) ** 2,
     sympy.expand((n + a) ** 2), (sympy.Symbol("n", positive=True) + a) ** 2, "1.0*(a + n)**2.0", "(a + n)(n + a)",
     "n(n + a) + a(n + a)",
     "n^2 + 2 a n + sqrt(a^4)", "3! n^2/6 + a (2n + a)",
     "n² + 2·a·n + (√(a²))²", "(n + a)ⁿ·(n + a)**(2 − n)", "(n⁻¹)⁻² + 2√4 a n/2 + a^2",
     sympy.Integral(2 * (n + sympy.Symbol("t")), (sympy.Symbol("t"), -n, a))],
    ids=str,
)  # fmt: skip
def test_every_equal_formula_is_right(answer):
    if isinstance(answer, sympy.Integral):
        answer = answer.doit()
    assert exercise_of(SQUARE).check(answer).state == "done"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("n**2 + a**2", "which is not right"), ("(n + a)**2 + 1e-6", "not right"), (3, "not right"),
        ("sqrt(a - 9)", "no real"),
        (Fraction(1, 2), "not right"), ("(n + b)**2", "It holds b"), (sympy.Symbol("k") ** 2, "It holds k"),
        ("n +", "not read as a formula"), ("__import__('os')", "not read"), ("n.real", "not read"),
        ("n; a", "not read"),
        ("lambda: n", "not read"), (True, "a bool"), ([n], "a list"), (sympy.Eq(n, a), "an Equality"),
        (sympy.nan, "no real"),
        (sympy.Function("f")(n), "a f, which cannot"), ("n == n", "not read"), ("print(n)", "It holds print"),
    ],
    ids=str,
)  # fmt: skip
def test_other_formulas_fail_and_say_where(answer, says):
    shown = exercise_of(SQUARE).check(answer)
    assert shown.state == "tried" and says in repr(shown)


def test_a_formula_that_is_undefined_at_some_points_is_right_by_sympys_rules():
    question = Formula("it", "n + 1", {"n": range(0, 3)}, hints=["-"])
    assert exercise_of(question).check("(n**2 - 1)/(n - 1)").state == "done"
    assert exercise_of(question).check("(n**2 - 1)/(n - 1) + 1/(n - 1) - 1/n").state == "tried"


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 50))
def test_formulas_differ_unless_their_coefficients_agree(p, q, r):
    question = Formula("a line", "3*x - 2", {"x": (-5, 5)}, hints=["-"])
    right = Fraction(p, r) == 3 and q == -2
    assert (question.objection(question.read(f"{p}*x/{r} + ({q})")) is None) == right


def test_powers_with_fractions_as_exponents_are_compared_at_once():
    question = Formula("it", "n**(-alpha)", {"n": range(2, 2000), "alpha": (0.1, 3)}, hints=["-"])
    assert question.objection(question.read("1/n**alpha")) is None
    assert question.objection(question.read("n**alpha")) is not None


def test_a_formula_has_variables():
    with pytest.raises(ValueError, match="variables"):
        Formula("it", "1", {}, hints=["-"])


# -- functions -------------------------------------------------------------------------------------------------------


def mean(values):
    return sum(values) / len(values)


def some_values(rng):
    return (list(rng.normal(size=rng.integers(1, 6))),)


MEAN = Function("the mean", mean, some_values, cases=[([2.0],)], hints=["add"], mistakes=[Mistake(sum, "divide")])


@pytest.mark.parametrize(
    "answer",
    [
        mean,
        np.mean,
        lambda v: np.array(np.mean(v)),
        lambda v: np.float32(0) + np.mean(v),
        lambda v: sympy.Float(mean(v)),
    ],
)
def test_a_function_passes_with_any_numbers(answer):
    assert exercise_of(MEAN).check(answer).state == "done"


def test_a_function_is_told_where_it_failed():
    assert "For values = [2.0] it gave 2.5, instead of 2.0. Hint" in repr(exercise_of(MEAN).check(lambda v: v[0] + 0.5))
    assert "For values = [2.0] it raised ZeroDivisionError: division by zero." in repr(
        exercise_of(MEAN).check(lambda v: 1 / 0)
    )
    assert "it raised SystemExit" in repr(exercise_of(MEAN).check(lambda v: exit()))
    assert "it raised TypeError" in repr(exercise_of(MEAN).check(lambda: 1))
    assert "it returned nothing (None)" in repr(exercise_of(MEAN).check(lambda v: None))
    assert "it returned an AlwaysEqual, which cannot be compared" in repr(
        exercise_of(MEAN).check(lambda v: AlwaysEqual())
    )
    assert "a function of (values) is expected" in repr(exercise_of(MEAN).check(2.0))


@pytest.mark.parametrize("fails", [lambda v: 1 / 0, lambda: 1, lambda v: None, lambda v: AlwaysEqual()])
def test_a_function_that_gives_nothing_to_compare_costs_no_hint(fails):
    exercise = exercise_of(MEAN)
    shown = exercise.check(fails)
    assert shown.state == "tried" and "Hint" not in repr(shown)
    assert "Hint 1 of 1" in repr(exercise.check(lambda v: 7.5))


def test_an_exception_is_told_without_its_notes():
    def fails(values):
        error = ValueError("too few")
        error.add_note("see above")
        raise error

    assert "For values = [2.0] it raised ValueError: too few." in repr(exercise_of(MEAN).check(fails))


def test_an_exception_of_any_kind_is_told_unless_it_is_a_stop():
    class Own(BaseException):
        pass

    def fails(values, kind=Own):
        raise kind("mine")

    assert "Own: mine." in repr(exercise_of(MEAN).check(fails))
    with pytest.raises(KeyboardInterrupt):
        exercise_of(MEAN).check(lambda v: fails(v, KeyboardInterrupt))


def test_what_cannot_be_written_or_has_no_name_is_told():
    assert "it gave an integer of 5,001 digits, instead of 2.0" in repr(exercise_of(MEAN).check(lambda v: 10**5000))
    nameless = type("", (), {})()
    assert "it returned a nameless object, which" in repr(exercise_of(MEAN).check(lambda v: nameless))
    assert "It is a nameless object" in repr(exercise_of(HALF).check(nameless))


@pytest.mark.parametrize(
    "many",
    [np.zeros(10**6), [0.0] * 10**6, [[0.0] * 1000] * 1000, np.zeros((1000, 1000))],
    ids=lambda m: type(m).__name__,
)
def test_a_result_of_a_million_numbers_is_refused_at_once(many):
    begun = time.perf_counter()
    assert "it returned more than 100,000 values" in repr(exercise_of(MEAN).check(lambda v: many))
    assert "It holds more than 100,000 values" in repr(exercise_of(HALF).check(many))
    assert time.perf_counter() - begun < 2


def test_an_exception_that_cannot_be_written_is_still_told():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    def fails(values):
        raise Mute

    assert "it raised" in repr(exercise_of(MEAN).check(fails))


def test_a_known_mistake_is_told_by_what_it_returns():
    assert "Hint: divide" in repr(exercise_of(MEAN).check(lambda v: float(np.sum(v))))


def test_a_function_that_changes_its_input_fails_nobody_but_itself():
    seen = []

    def spoils(values):
        seen.append(list(values))
        result = mean(values)
        values.clear()
        return result

    assert exercise_of(MEAN).check(spoils).state == "done"
    assert exercise_of(MEAN).check(mean).state == "done"
    first = list(seen)
    seen.clear()
    exercise_of(MEAN).check(spoils)
    assert seen == first, "the same inputs every time"


def test_functions_may_return_lists_words_and_truths():
    question = Function(
        "them", lambda k: [k, {"is": k > 2, "called": str(k)}], lambda rng: (int(rng.integers(9)),), hints=["-"]
    )
    assert exercise_of(question).check(lambda k: (np.int64(k), {"is": k > 2, "called": f"{k}"})).state == "done"
    for wrong in (
        lambda k: [k, {"is": int(k > 2), "called": str(k)}],
        lambda k: [k, {"is": k > 2}],
        lambda k: [k],
        lambda k: [bool(k), {"is": k > 2, "called": str(k)}],
        lambda k: {"is": k},
        lambda k: [k, {"is": k > 2, "called": k}],
    ):
        assert exercise_of(question).check(wrong).state == "tried"


def test_where_many_results_are_right_a_property_decides():
    question = Function(
        "a divisor",
        lambda k: 1,
        lambda rng: (int(rng.integers(1, 99)),),
        holds=lambda result, k: "" if result > 0 and k % result == 0 else "which does not divide k",
        hints=["-"],
    )
    assert exercise_of(question).check(lambda k: k).state == "done"
    assert "which does not divide k" in repr(exercise_of(question).check(lambda k: k + 1))
    assert "it gave 'one', where a number is expected" in repr(exercise_of(question).check(lambda k: "one"))
    for name, answer in hostile().items():
        assert exercise_of(question).check(lambda k, answer=answer: answer).state == "tried", name


def test_what_has_no_value_anywhere_is_not_compared_by_rules():
    """SymPy thinks for ever of a huge number beside the first formula, and fails on an infinite one with the other."""
    for formula, variables in (
        ("sqrt(pi*x/sinh(pi*x))", {"x": (0.1, 3)}),
        ("log(q)/log(n)", {"n": range(2, 60), "q": (0.1, 0.9)}),
    ):
        question = Formula("the formula", formula, variables, hints=["-"])
        for name, answer in hostile().items():
            assert exercise_of(question).check(answer).state == "tried", name
        assert exercise_of(question).check(formula).state == "done"


@pytest.mark.parametrize("name", hostile())
def test_nothing_hostile_stands_for_a_one(name):
    one = Function("one", lambda k: 1, lambda rng: (int(rng.integers(9)),), hints=["-"])
    assert exercise_of(one).check(lambda k: hostile()[name]).state == "tried"
    assert exercise_of(Number("one", 1, rel=0.5, hints=["-"])).check(hostile()[name]).state == "tried"


# -- exercises -------------------------------------------------------------------------------------------------------


def two() -> Exercise:
    return Exercise(
        "tests.two",
        x=Number("x", 2, abs=0, hints=["first hint", "second hint"], mistakes=[Mistake(3, "off by one")]),
        y=Choice("y", ["up", "down"], "up", hints=["look up"]),
        solution="they are",
    )


def test_parts_are_told_apart():
    exercise = two()
    shown = exercise.check(x=2)
    assert shown.state == "tried" and shown.headline == "Not yet: 1 of 2 right."
    assert shown.lines == [
        ("x", "right."),
        ("y", 'no answer yet: y. The letter in quotes, like "a", of one of (a) up; (b) down.'),
    ]
    assert exercise.check(x=2, y="a").state == "done"
    assert exercise.call == "exercise.check(x=..., y=...)"
    for wrong in ({"z": 1}, {"answer": 1}):
        with pytest.raises(TypeError, match="no part"):
            exercise.check(**wrong)
    with pytest.raises(TypeError, match="several parts"):
        exercise.check(2)


def test_a_mistake_is_told_once_then_the_general_hints_come():
    exercise, said = two(), []
    for _ in range(4):
        said.append(dict(exercise.check(x=3).lines)["x"].partition(" is not right. ")[2])
    last = "Hint 2 of 2: second hint This was the last hint; `exercise.solution()` shows the solution."
    assert said == ["Hint: off by one", "Hint 1 of 2: first hint", last, last]


def test_what_a_cell_shows():
    shown = two().check(x="<b>", y="down")
    data = shown._repr_mimebundle_()
    assert data[MIME] == {"exercise": "tests.two", "state": "tried"}
    assert data["text/plain"].splitlines()[0] == "Not yet: 0 of 2 right."
    assert "<b>" not in data["text/html"] and "&lt;b&gt;" in data["text/html"] and "<script" not in data["text/html"]
    assert "<code>x</code>" in data["text/html"] and "`" not in data["text/html"]
    assert two().check()._repr_mimebundle_() == two().check()._repr_mimebundle_()


def test_what_an_exercise_must_have():
    with pytest.raises(ValueError, match="hints"):
        Number("it", 1, abs=0, hints=[])
    with pytest.raises(ValueError, match="one question"):
        Exercise("tests.none", solution="-")
    with pytest.raises(ValueError, match="one question"):
        Exercise("tests.both", HALF, other=HALF, solution="-")
    with pytest.raises(ValueError, match="outside"):
        Exercise("nowhere", HALF, solution="-")


def test_asking_for_an_exercise_does_not_load_sympy():
    """In the page it takes seconds to come."""
    code = (
        "import sys; from emergence.exercises.three_limits import stop, newton_skips as other;"
        "stop.check(), other.check(), stop.check(least=2); sys.exit('sympy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_example_of_contributing_is_an_exercise(request):
    text = (request.config.rootpath / "CONTRIBUTING.md").read_text("utf-8")
    names: dict = {"__name__": "emergence.exercises.oscillator"}
    exec(re.search(r'```python\n("""Exercises of .*?)```', text, re.S).group(1), names)
    exercise = names["period"]
    assert exercise.name == "oscillator.period" and f"\n\n{exercise.call}\n```" in text
    question = exercise.questions[""]
    for answer in (question.reference, *question.alternatives):
        assert exercise.check(answer).state == "done"
    assert "a period is 2π/ω" in repr(exercise.check(0.319))
