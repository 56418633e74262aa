"""All declared exercises, and answers that only pretend to be one."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from fractions import Fraction

import numpy as np
import sympy

import emergence.exercises
from emergence.exercises import Exercise, Question

CHAPTERS = [m.name for m in pkgutil.iter_modules(emergence.exercises.__path__) if not m.name.startswith("_")]
EXERCISES: dict[str, Exercise] = {
    f"{chapter}.{name}": value
    for chapter in CHAPTERS
    for name, value in vars(importlib.import_module(f"emergence.exercises.{chapter}")).items()
    if isinstance(value, Exercise)
}
QUESTIONS: dict[str, tuple[Exercise, str, Question]] = {
    f"{name}:{part}": (exercise, part, question)
    for name, exercise in EXERCISES.items()
    for part, question in exercise.questions.items()
}


class AlwaysEqual:
    """Equal to everything, near to everything, and a number when asked."""

    def __eq__(self, other: object) -> bool:
        return True

    __le__ = __lt__ = __ge__ = __gt__ = __eq__
    __hash__ = object.__hash__

    def _self(self, *_: object) -> AlwaysEqual:
        return self

    __sub__ = __rsub__ = __abs__ = __mul__ = __rmul__ = __truediv__ = __getitem__ = __call__ = _self

    def __repr__(self) -> str:
        return "AlwaysEqual()"

    def __float__(self) -> float:
        return 0.0

    def __getattr__(self, name: str) -> AlwaysEqual:
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def overriding(kind: type, *given: object) -> object:
    """An instance of a subclass that says it equals everything."""
    names = {"__eq__": lambda self, other: True, "__hash__": lambda self: 0, "__sub__": lambda self, other: 0}
    return type(f"My{kind.__name__}", (kind,), names)(*given)


class _PretendsToBeInt(type):
    def __hash__(cls) -> int:
        return hash(int)

    def __eq__(cls, other: object) -> bool:
        return True


class Spoofed(metaclass=_PretendsToBeInt):
    """Its type says that it equals int."""


Spoofed.__module__, Spoofed.__qualname__, Spoofed.__name__ = "sympy.core.numbers", "Float", "Float"


def hostile() -> dict[str, object]:
    """What must never pass, by a name."""
    objects = np.empty(1, dtype=object)
    objects[0] = AlwaysEqual()
    return {
        "always equal": AlwaysEqual(),
        "type equal to int": Spoofed(),
        "float subclass": overriding(float, 1.0),
        "int subclass": overriding(int, 1),
        "str subclass": overriding(str, "a"),
        "Fraction subclass": overriding(Fraction, 1),
        "list subclass": overriding(list, [1.0]),
        "array subclass": np.ones(1).view(type("MyArray", (np.ndarray,), {"__eq__": lambda self, other: True})),
        "array of objects": objects,
        "list of objects": [AlwaysEqual()],
        "SymPy subclass": overriding(sympy.Symbol, "n"),
        "SymPy subclass inside": sympy.Symbol("n") + type("MySymbol", (sympy.Symbol,), {})("n"),
        "SymPy function": sympy.Function("f")(sympy.Symbol("n")),
        "NaN": float("nan"),
        "NumPy's NaN": np.float64("nan"),
        "SymPy's NaN": sympy.nan,
        "infinity": float("inf"),
        "minus infinity": -np.inf,
        "SymPy's infinity": sympy.oo,
        "complex infinity": sympy.zoo,
        "True": True,
        "NumPy's True": np.True_,
        "SymPy's True": sympy.true,
        "a type": float,
        "a module": sys,
        "NotImplemented": NotImplemented,
        "a huge number": 10**400,
        "nan, written": "nan",
        "infinity, written": "inf",
    }
