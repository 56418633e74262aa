"""What a reader gives as an answer, as plain data.

Only exact types pass: an object that defines its own comparison, or a type that defines its own hash, is no answer.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from fractions import Fraction
from reprlib import Repr
from typing import Any

import numpy as np

PLAIN = (bool, int, float, complex, str, Fraction, type(None))
NUMPY_SCALARS = tuple(set(np.sctypeDict.values()))
DEEPEST = 20  # lists within lists
MOST = 100_000  # values in lists; more take seconds to compare

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ", "-0123456789n")
_POWER = r"(?:[eE]|\s*(?:×|\*|·|\\times|\\cdot)\s*10\s*(?:\^|\*\*)?\s*)\{?([-+]?\d+)\}?"
_DECIMAL = re.compile(rf"([-+]?(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d*)?|\d+\.?\d*|\.\d+))(?:{_POWER})?")


class Unusable(ValueError):
    """An answer that cannot be compared; the text says why, as a sentence."""


class TooMany(Unusable):
    """An answer with more values than are compared."""


def is_empty(answer: Any) -> bool:
    """Whether nothing has been answered: `...`, None, a blank string, an empty list."""
    if answer is ... or answer is None:
        return True
    if type(answer) is str:
        return not answer.strip()
    return any(type(answer) is kind for kind in (list, tuple, dict)) and not answer


def kind_of(answer: Any) -> str:
    """Name the type of an answer, with its article."""
    # A type may give itself another name, or none.
    name = type.__dict__["__name__"].__get__(type(answer)) or "nameless object"
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def plain(answer: Any) -> Any:
    """Return an answer as data that only Python itself and SymPy compare: NumPy becomes numbers and lists.

    Raises Unusable for anything else.
    """
    room = MOST

    def count(values: int) -> None:
        nonlocal room
        room -= values
        if room < 0:
            raise TooMany(_TOO_MANY)

    return _plain(answer, DEEPEST, count)


def _plain(answer: Any, depth: int, count: Callable[[int], None]) -> Any:
    if depth == 0:
        raise Unusable(f"It holds lists within lists, more than {DEEPEST} deep.")
    kind = type(answer)
    if any(kind is known for known in PLAIN):
        return answer
    if any(kind is known for known in NUMPY_SCALARS):
        return _plain(float(answer) if kind is np.longdouble else answer.item(), depth - 1, count)
    if kind is np.ndarray:
        if answer.size > MOST:  # before so many objects are made
            raise TooMany(_TOO_MANY)
        return _plain(answer.tolist(), depth - 1, count)
    if kind is list or kind is tuple:
        count(len(answer))
        return [_plain(each, depth - 1, count) for each in answer]
    if kind is dict:
        count(len(answer))
        return {_key(name): _plain(each, depth - 1, count) for name, each in answer.items()}
    if is_sympy(answer):
        return answer
    raise Unusable(f"It is {kind_of(answer)}, which cannot be compared. {_ADVICE}")


_TOO_MANY = f"It holds more than {MOST:,} values."
_ADVICE = "Give plain numbers, strings, lists, or what NumPy or SymPy makes of them."


def _key(name: Any) -> Any:
    if not any(type(name) is known for known in (str, int, float)):
        raise Unusable(f"It is a dict with {kind_of(name)} as a key. {_ADVICE}")
    return name


def is_sympy(answer: Any) -> bool:
    """Whether it is an expression of SymPy's own classes only. SymPy is not imported for it."""
    sympy = sys.modules.get("sympy")
    if sympy is None or not issubclass(type(answer), sympy.Expr):
        return False
    waiting = [answer]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        home = sys.modules.get(kind.__module__) if type(kind.__module__) is str else None
        if home is None or home.__name__.partition(".")[0] != "sympy" or vars(home).get(kind.__name__) is not kind:
            return False
        waiting.extend(node.args)
    return True


def number(answer: Any) -> float:
    """Read an answer as a finite real number. Raises Unusable, with what is wrong."""
    value = plain(answer)
    if type(value) is str:
        value = _read(value)
    if is_sympy(value):
        exact, value = value, value.evalf(30)
        if not value.is_number or not value.is_real:
            raise Unusable(f"{exact} is no real number.")
    elif type(value) is complex:
        raise Unusable(f"{value} is complex; a real number is expected.")
    elif not any(type(value) is kind for kind in (int, float, Fraction)):
        raise Unusable(f"It is {kind_of(value)}; a number is expected.")
    try:
        value = float(value)
    except OverflowError:
        value = math.inf
    if math.isnan(value):
        raise Unusable("It is not a number (NaN).")
    if math.isinf(value):
        raise Unusable("It is infinite, or too large for a computer's number.")
    return value


def _read(text: str) -> float:
    """Read a number in any form that the book writes: 0.5, 2e-3, 1/3, 342,180, 6.7×10⁷."""
    folded = text.strip().replace("−", "-").translate(SUPERSCRIPTS)
    numerator, slash, denominator = folded.partition("/")
    found = [_DECIMAL.fullmatch(part.strip()) for part in (numerator, *([denominator] if slash else []))]
    if not all(found):
        raise Unusable(f"{short(text)} is not read as a number. Without quotes, Python computes what you write.")
    values = [float(f"{match[1].replace(',', '')}e{match[2] or 0}") for match in found]
    if slash and values[1] == 0:
        raise Unusable(f"{short(text)} divides by zero.")
    return values[0] / values[1] if slash else values[0]


class _Writer(Repr):
    def repr_int(self, x: int, level: int) -> str:
        try:
            return super().repr_int(x, level)
        except ValueError:  # Python writes no integer of more than some thousand digits
            return f"an integer of {int(math.log10(abs(x))) + 1:,} digits"


_WRITER = _Writer()
_WRITER.maxlist = _WRITER.maxtuple = _WRITER.maxdict = 8
_WRITER.maxstring = _WRITER.maxother = 60


def short(value: Any) -> str:
    """Write plain data on one line, shortened."""
    return _WRITER.repr(value.item() if any(type(value) is kind for kind in NUMPY_SCALARS) else value)
