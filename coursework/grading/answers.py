"""Whether an answer is what was expected. Both are plain data: nothing in them can claim to equal everything."""

from __future__ import annotations

import math
from typing import Any

from coursework.grading.inside import ARRAY_OF_ONE


def fault(answer: Any, expected: Any, tolerance: float) -> str:
    """What is wrong with an answer, in words that tell nothing of what was expected; "" if nothing is.

    Numbers may differ by tolerance times the expected one, or by tolerance where that is 0. NaN equals nothing.
    """
    if isinstance(answer, dict) and [*answer] == [ARRAY_OF_ONE]:
        (answer,) = answer.values()
        while isinstance(answer, list) and len(answer) == 1 and not isinstance(expected, list | tuple):
            (answer,) = answer
    if isinstance(expected, list | tuple):
        if not isinstance(answer, list):
            return f"gave {kind(answer)} in place of a list"
        if len(answer) != len(expected):
            return "gave a list of another length"
        faults = (fault(a, e, tolerance) for a, e in zip(answer, expected, strict=True))
        return next(filter(None, faults), "")
    if expected is None or isinstance(expected, bool | str):
        if type(answer) is not type(expected):
            return f"gave {kind(answer)} in place of {kind(expected)}"
        return "" if answer == expected else "gave another answer"
    if type(answer) not in (int, float):
        return f"gave {kind(answer)} in place of a number"
    if isinstance(answer, float) and not math.isfinite(answer):
        return "gave NaN" if math.isnan(answer) else "gave an infinite number"
    try:
        distance = abs(answer - expected)
    except OverflowError:  # an integer that no float can hold
        return "gave another number"
    return "" if distance <= tolerance * (abs(expected) or 1) else "gave another number"


def kind(value: Any) -> str:
    """What plain data are, in words."""
    names = {bool: "True or False", str: "a text", list: "a list", dict: "a table", type(None): "None"}
    return names.get(type(value), "a number")
