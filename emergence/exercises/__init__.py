"""Exercises that check themselves: one declaration for each, in the module of its chapter.

An Exercise asks one question, or several parts, each a Number, a Choice, a Formula or a Function; a Mistake has a hint
of its own. Below the exercise a cell of the chapter takes the reader's answer in the place of `...`.
"""

from emergence.exercises._answers import Unusable
from emergence.exercises._exercise import MIME, Exercise
from emergence.exercises._questions import Choice, Formula, Function, Mistake, Number, Question

__all__ = ["MIME", "Choice", "Exercise", "Formula", "Function", "Mistake", "Number", "Question", "Unusable"]
