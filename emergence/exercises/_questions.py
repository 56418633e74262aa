"""The kinds of questions: what each takes as an answer, and when it is right."""

from __future__ import annotations

import cmath
import inspect
import math
import re
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from emergence.exercises._answers import MOST, SUPERSCRIPTS, TooMany, Unusable, is_sympy, kind_of, number, plain, short

POINTS = 24  # at which two formulas are compared
AGREE = 1e-9  # relative; a reader's formula may hold numbers in double precision


class Mistake(NamedTuple):
    """A wrong answer that many give, in the form in which the question takes answers, and the hint that fits it."""

    answer: Any
    hint: str


class Question(ABC):
    """What a reader is asked for.

    asks: what it is, a few words: "the least n".
    hints: at least one; each further wrong answer gets the next. They never hold the answer.
    mistakes: wrong answers with hints of their own. alternatives: other forms of the right answer, for the tests.
    """

    def __init__(
        self, asks: str, *, hints: Sequence[str], mistakes: Sequence[Mistake] = (), alternatives: Sequence[Any] = ()
    ) -> None:
        if not hints:
            raise ValueError(f"hints = {hints!r}, but {asks!r} needs at least one")
        self.asks, self.hints = asks, tuple(hints)
        self.mistakes, self.alternatives = tuple(mistakes), tuple(alternatives)

    @property
    @abstractmethod
    def form(self) -> str:
        """In which form the answer is wanted, in words."""

    @property
    @abstractmethod
    def reference(self) -> Any:
        """The right answer, as a reader could give it."""

    @property
    @abstractmethod
    def written(self) -> str:
        """The right answer in words; empty if there is no short one."""

    @abstractmethod
    def read(self, answer: Any) -> Any:
        """Return a reader's answer as it is compared; raise Unusable, with what is wrong, if it cannot be."""

    @abstractmethod
    def objection(self, value: Any) -> str | None:
        """Say what is wrong with an answer that was read; None if it is right.

        Raises Unusable, with where it failed, for a function that gives nothing to compare.
        """

    @abstractmethod
    def is_like(self, value: Any, mistake: Mistake) -> bool:
        """Whether an answer that was read is that of the mistake."""


# -- numbers ---------------------------------------------------------------------------------------------------------


class Number(Question):
    """A real number, within a stated tolerance: relative, absolute (0: exactly), or the wider of both.

    answer: the number, or a function without arguments that computes it, called when it is needed; so are those of
    mistakes.
    """

    def __init__(
        self,
        asks: str,
        answer: float | Callable[[], float],
        *,
        rel: float | None = None,
        abs: float | None = None,
        **others: Any,
    ) -> None:
        super().__init__(asks, **others)
        if rel is None and abs is None:
            raise ValueError(f"rel = None and abs = None, but {asks!r} needs one of them")
        if not all(given is None or 0 <= given < math.inf for given in (rel, abs)):
            raise ValueError(f"rel = {rel!r} and abs = {abs!r} must be in [0, inf)")
        self.answer, self.rel, self.abs = answer, rel, abs

    @property
    def form(self) -> str:
        return f"a number, {_within(self.rel, self.abs) or 'exactly'}"

    @cached_property
    def reference(self) -> float:
        return float(self.answer() if callable(self.answer) else self.answer)

    @property
    def written(self) -> str:
        return f"{self.reference:.4g}"

    def read(self, answer: Any) -> float:
        return number(answer)

    def objection(self, value: float) -> str | None:
        return None if self._agrees(value, self.reference) else f"{value:.6g} is not right."

    def is_like(self, value: float, mistake: Mistake) -> bool:
        return self._agrees(value, float(mistake.answer() if callable(mistake.answer) else mistake.answer))

    def _agrees(self, value: float, with_what: float) -> bool:
        return math.fabs(value - with_what) <= max((self.rel or 0) * math.fabs(with_what), self.abs or 0)


def _within(rel: float | None, abs: float | None) -> str:
    """A tolerance in words; empty if there is none."""
    parts = [f"{100 * rel:g} %"] if rel else []
    parts += [f"{abs:g}".replace("e-0", "e-")] if abs else []
    return f"within {' or '.join(parts)}" if parts else ""


# -- choices ---------------------------------------------------------------------------------------------------------


class Choice(Question):
    """One of some options; the reader gives its letter or its words."""

    def __init__(self, asks: str, options: Sequence[str], answer: str, **others: Any) -> None:
        super().__init__(asks, **others)
        if not 2 <= len(options) <= 26 or len({_folded(option) for option in options}) < len(options):
            raise ValueError(f"options = {list(options)!r} must be 2 to 26 different ones")
        for option in (answer, *(mistake.answer for mistake in self.mistakes)):
            if option not in options:
                raise ValueError(f"{option!r} is none of the options of {asks!r}")
        self.options, self.answer = tuple(options), answer

    @property
    def form(self) -> str:
        return f'the letter in quotes, like "a", of one of {"; ".join(map(self._listed, self.options))}'

    def _listed(self, option: str) -> str:
        return f"({chr(ord('a') + self.options.index(option))}) {option}"

    @property
    def reference(self) -> str:
        return self.answer

    @property
    def written(self) -> str:
        return self._listed(self.answer)

    def read(self, answer: Any) -> str:
        value = plain(answer)
        if type(value) is not str:
            raise Unusable(f"It is {kind_of(value)}; a letter in quotes is expected.")
        said = _folded(value)
        for i, option in enumerate(self.options):
            if said in (chr(ord("a") + i), _folded(option), _folded(self._listed(option))):
                return option
        last = chr(ord("a") + len(self.options) - 1)
        raise Unusable(f"{short(value)} is none of the options; give a letter from a to {last}.")

    def objection(self, value: str) -> str | None:
        return None if value == self.answer else f"It is not {self._listed(value)}."

    def is_like(self, value: str, mistake: Mistake) -> bool:
        return value == mistake.answer


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[().,:;]", " ", text).casefold().split())


# -- formulas --------------------------------------------------------------------------------------------------------

Domain = tuple[float, float] | range
# What a formula in a string may use, by its name in SymPy.
NAMES = {
    name: name
    for name in "sqrt cbrt exp log sin cos tan asin acos atan sinh cosh tanh atanh factorial binomial zeta pi E".split()
} | {"ln": "log", "abs": "Abs", "π": "pi", "e": "E"}


class Formula(Question):
    """A formula in named variables, as a string or a SymPy expression; every equal formula is right.

    variables: for each its domain, an interval or a range of integers, from which the points are drawn where two
    formulas are compared. Answers and mistakes are strings.
    """

    def __init__(
        self, asks: str, answer: str, variables: Mapping[str, Domain], *, seed: int = 0, **others: Any
    ) -> None:
        super().__init__(asks, **others)
        if not variables:
            raise ValueError(f"variables = {variables!r}, but a formula has at least one: ask for a Number")
        if imaginary := {"j", "J"}.intersection(variables):
            raise ValueError(f"variables hold {imaginary.pop()}, but Python reads 2J as an imaginary number")
        self.answer, self.variables, self.seed = answer, MappingProxyType(dict(variables)), seed

    @property
    def form(self) -> str:
        names = list(self.variables)
        last = names.pop()
        listed = f"{', '.join(names)} and {last}" if names else last
        return f'a formula in {listed}, as a string like "2*({next(iter(self.variables))} + 1)" or made by SymPy'

    @property
    def reference(self) -> str:
        return self.answer

    @property
    def written(self) -> str:
        return self.answer

    @cached_property
    def _symbols(self) -> dict[str, Any]:
        from sympy import Symbol

        return {
            name: Symbol(name, integer=True if isinstance(domain, range) else None, positive=min(domain) > 0 or None)
            for name, domain in self.variables.items()
        }

    @cached_property
    def _points(self) -> list[dict[str, Any]]:
        from sympy import Rational

        rng = np.random.default_rng(self.seed)

        def draw(domain: Domain) -> Any:
            if isinstance(domain, range):
                return int(rng.choice(domain))
            low, high = map(Rational, domain)
            return low + (high - low) * Rational(int(rng.integers(1, 4096)), 4096)  # exact, for any precision

        return [{name: draw(domain) for name, domain in self.variables.items()} for _ in range(POINTS)]

    @cached_property
    def _expected(self) -> Any:
        return self._parse(self.answer)

    def read(self, answer: Any) -> Any:
        import sympy

        value = plain(answer)
        if type(value) is str:
            return self._parse(value)
        if any(type(value) is kind for kind in (int, float, Fraction)):
            return sympy.sympify(number(value) if type(value) is float else value)
        if not is_sympy(value):
            raise Unusable(f"It is {kind_of(value)}; a formula is expected.")
        strange = {symbol.name for symbol in value.free_symbols} - set(self.variables)
        if strange:
            raise Unusable(self._unknown(strange))
        return value.subs({symbol: self._symbols[symbol.name] for symbol in value.free_symbols}, simultaneous=True)

    def _parse(self, text: str) -> Any:
        """Read a formula in Python's notation or nearly so: 2n^2 and 2n² are 2*n**2."""
        import sympy
        from sympy.parsing import sympy_parser as parser

        folded = text.strip().translate({ord("−"): "-", ord("·"): "*", ord("×"): "*", ord("^"): "**"})
        folded = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ]+", lambda found: f"**({found[0].translate(SUPERSCRIPTS)})", folded)
        folded = re.sub(r"√\s*(\w+|(?=\())", lambda found: f"sqrt({found[1]})" if found[1] else "sqrt", folded)
        # SymPy's parser runs what it reads; so it gets names that are known, numbers and operators only.
        if not re.fullmatch(r"[\w\s.+\-*/(),!]*", folded) or re.search(r"__|\.\s*[^\W\d]", folded):
            raise Unusable(f"{short(text)} is not read as a formula; write it as in Python.")
        known = self._symbols | {name: getattr(sympy, NAMES[name]) for name in NAMES if name not in self._symbols}
        words = set(re.findall(r"[^\W\d]\w*", re.sub(r"\d+\.?\d*[eE][-+]?\d+", "0", folded)))
        if strange := words - set(known):
            raise Unusable(self._unknown(strange))
        steps = (*parser.standard_transformations, parser.implicit_multiplication)
        try:
            found = parser.parse_expr(folded, local_dict=known, transformations=steps)
        except Exception as error:  # of any kind: it runs the text
            raise Unusable(f"{short(text)} is not read as a formula: {_named(error)}") from error
        if not isinstance(found, sympy.Expr):
            raise Unusable(f"{short(text)} is not read as a formula; write it as in Python.")
        return found

    def _unknown(self, strange: set[str]) -> str:
        return f"It holds {', '.join(sorted(strange))}; only {', '.join(self.variables)} and numbers are expected."

    def objection(self, value: Any) -> str | None:
        at = self._difference(value, self._expected)
        if at is None:
            return None
        here = self._value(value, at)
        gives = "it has no real value" if here is None else f"it gives {here:.6g}, which is not right"
        return f"At {', '.join(f'{name} = {float(each):.6g}' for name, each in at.items())} {gives}."

    def is_like(self, value: Any, mistake: Mistake) -> bool:
        return self._difference(value, self._parse(mistake.answer)) is None

    def _difference(self, first: Any, second: Any) -> dict[str, Any] | None:
        """A point where two formulas differ; None if they are equal, at all points or by SymPy's rules."""
        undefined, compared = None, False
        for point in self._points:
            a, b = self._value(first, point), self._value(second, point)
            if a is None or b is None:
                undefined = undefined or point
                continue
            compared = True
            if math.fabs(a - b) > AGREE * max(math.fabs(a), math.fabs(b)):
                return point
        if undefined is None or not compared:  # of what has no value anywhere SymPy may think for ever, or fail
            return undefined
        from sympy import simplify

        return None if simplify(first - second) == 0 else undefined

    def _value(self, formula: Any, point: Mapping[str, Any]) -> float | None:
        """The value of a formula at a point; None where it has no finite real one."""
        values = {self._symbols[name]: each for name, each in point.items()}
        whole = {symbol: each for symbol, each in values.items() if type(each) is int}
        # Fractions not by subs: SymPy would multiply out a power like 1701**(p/q), until memory ends.
        value = formula.subs(whole).evalf(30, subs={symbol: values[symbol] for symbol in values.keys() - whole.keys()})
        found = _complex(value) if value.is_real else None
        return None if found is None else found.real


# -- functions -------------------------------------------------------------------------------------------------------


class Function(Question):
    """A function of the reader's, tried on inputs and compared with the book's own.

    answer: the book's function, whose parameters are the reader's. inputs: called with a numpy.random.Generator,
    returns the arguments of one call; `cases` are tried before. Vectors are best arrays, which a loop takes as well.
    Numbers agree within rel or abs (0 where results are tiny). Where many are right, `holds(result, *arguments)` says
    what the result fails to do, or ""; it gets plain data of the kind (a number, a list, …) that the book's own
    function returns.
    Mistakes are functions.
    """

    def __init__(
        self,
        asks: str,
        answer: Callable[..., Any],
        inputs: Callable[[np.random.Generator], tuple],
        *,
        cases: Sequence[tuple] = (),
        holds: Callable[..., str] | None = None,
        rel: float = 1e-9,
        abs: float = 1e-12,
        trials: int = 20,
        seed: int = 0,
        **others: Any,
    ) -> None:
        super().__init__(asks, **others)
        if trials < 1:
            raise ValueError(f"trials = {trials!r} must be an integer in [1, inf)")
        self.answer, self.inputs, self.cases, self.holds = answer, inputs, tuple(cases), holds
        self.rel, self.abs, self.trials, self.seed = rel, abs, trials, seed
        signature = inspect.signature(answer).parameters
        if loose := [name for name, each in signature.items() if each.default is not each.empty]:
            raise ValueError(
                f"{', '.join(loose)} of {answer.__name__} may be left out, but readers are told all of them"
            )
        self.parameters = tuple(signature)

    @property
    def form(self) -> str:
        within = f", {_within(self.rel, self.abs)}" if max(self.rel, self.abs) > 1e-6 else ""
        return f"a function of ({', '.join(self.parameters)}){within}"

    @property
    def reference(self) -> Callable[..., Any]:
        return self.answer

    @property
    def written(self) -> str:
        return ""

    @cached_property
    def _tried(self) -> list[tuple]:
        rng = np.random.default_rng(self.seed)
        return [*self.cases, *(self.inputs(rng) for _ in range(self.trials))]

    def read(self, answer: Any) -> Callable[..., Any]:
        if not callable(answer):
            raise Unusable(
                f"It is {kind_of(answer)}; {self.form} is expected, the function itself and not one of its values."
            )
        return answer

    def objection(self, value: Callable[..., Any]) -> str | None:
        for arguments in self._tried:
            given = ", ".join(f"{name} = {_shown(each)}" for name, each in zip(self.parameters, arguments, strict=True))
            try:
                result = _run(value, arguments)
            except Unusable as error:
                raise Unusable(f"For {given} {error}") from error
            expected = plain(self.answer(*deepcopy(arguments)))
            if self.holds is None:
                fails = "" if self._agree(result, expected) else f"instead of {short(expected)}"
            elif _form(result) != _form(expected):
                fails = f"where {_form(expected)} is expected"
            else:
                fails = self.holds(result, *deepcopy(arguments))
            if fails:
                return f"For {given} it gave {short(result)}, {fails}."
        return None

    def is_like(self, value: Callable[..., Any], mistake: Mistake) -> bool:
        for arguments in self._tried:
            try:
                result = _run(value, arguments)
            except Unusable:
                return False
            if not self._agree(result, plain(mistake.answer(*deepcopy(arguments)))):
                return False
        return True

    def _agree(self, result: Any, expected: Any) -> bool:
        """Compare plain data; numbers of any kind by the tolerance, all else exactly and of one type."""
        if type(expected) is list:
            same = type(result) is list and len(result) == len(expected)
            return same and all(map(self._agree, result, expected))
        if type(expected) is dict:
            same = type(result) is dict and result.keys() == expected.keys()
            return same and all(self._agree(result[name], expected[name]) for name in expected)
        if (right := _complex(expected)) is not None:
            found = _complex(result)
            return found is not None and cmath.isclose(found, right, rel_tol=self.rel, abs_tol=self.abs)
        return type(result) is type(expected) and result == expected


def _run(function: Callable[..., Any], arguments: tuple) -> Any:
    """Call a reader's function with copies; raise Unusable if it fails, or returns what cannot be compared."""
    try:
        result = function(*deepcopy(arguments))
    except KeyboardInterrupt:  # the reader has stopped it
        raise
    except BaseException as error:
        raise Unusable(f"it raised {_named(error)}") from error
    if result is None:
        raise Unusable("it returned nothing (None).")
    try:
        return plain(result)
    except TooMany as error:
        raise Unusable(f"it returned more than {MOST:,} values.") from error
    except Unusable as error:
        raise Unusable(f"it returned {kind_of(result)}, which cannot be compared.") from error


def _complex(value: Any) -> complex | None:
    """A number as a finite complex one; None for anything else, True and False too."""
    if is_sympy(value):
        value = complex(value.evalf()) if value.is_number and value.is_finite else None
    if not any(type(value) is kind for kind in (int, float, complex, Fraction)):
        return None
    try:
        found = complex(value)
    except OverflowError:
        return None
    return found if cmath.isfinite(found) else None


def _form(value: Any) -> str:
    """What kind of plain data it is, with its article."""
    return "a number" if _complex(value) is not None else kind_of(value)


def _named(error: BaseException) -> str:
    told = traceback.TracebackException(type(error), error, None)
    told.__notes__ = None  # they would come last
    return list(told.format_exception_only())[-1].strip().rstrip(".") + "."


def _shown(argument: Any) -> str:
    return short(argument.tolist() if isinstance(argument, np.ndarray) else argument)
