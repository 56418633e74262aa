"""An exercise that checks itself: its questions, the hints that a reader has had, and what a cell shows."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from html import escape
from typing import Any

from emergence.exercises._answers import Unusable, is_empty
from emergence.exercises._questions import Question

MIME = "application/vnd.at-the-limit.exercise+json"
NO_ANSWER = "No answer yet: put yours where `...` stands."
PACKAGE = "emergence.exercises."


class Feedback:
    """What a cell shows: a headline, a line for each part, and for the page the state of the exercise.

    state: "empty", "tried" or "done"; None where nothing was checked.
    """

    def __init__(self, exercise: str, headline: str, lines: list[tuple[str, str]], state: str | None = None) -> None:
        self.exercise, self.headline, self.lines, self.state = exercise, headline, lines, state

    def __repr__(self) -> str:
        return "\n".join([self.headline, *(f"{part}: {text}" if part else text for part, text in self.lines)])

    def _repr_html_(self) -> str:
        parts = [f"<li><code>{escape(part)}</code>: {_marked(text)}</li>" for part, text in self.lines if part]
        rest = f"<ul>{''.join(parts)}</ul>" if parts else ""
        rest += "".join(f"<p>{_marked(text)}</p>" for part, text in self.lines if not part)
        state = f' data-state="{self.state}"' if self.state else ""
        return f'<div class="exercise-feedback"{state}><p><strong>{_marked(self.headline)}</strong></p>{rest}</div>'

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        data: dict[str, Any] = {"text/plain": repr(self), "text/html": self._repr_html_()}
        if self.state:
            data[MIME] = {"exercise": self.exercise, "state": self.state}
        return data


def _marked(text: str) -> str:
    """Write a line in HTML, what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


class Exercise:
    """An exercise of a chapter: one question, or several parts by name.

    Parameters
    ----------
    name: what the chapter's module calls it. The exercise is 'chapter.name', with the module's own name.
    question, parts: what is asked; `check(answer)` answers one question, `check(first=…, second=…)` several.
    solution: how it is found, a few sentences, or a function that writes them from computed numbers. The answers
        themselves are put before it.
    """

    def __init__(
        self,
        name: str,
        question: Question | None = None,
        /,
        *,
        solution: str | Callable[[], str],
        **parts: Question,
    ) -> None:
        if (question is None) == (not parts):
            raise ValueError(f"{name}: give one question, or parts by name")
        package, found, chapter = sys._getframe(1).f_globals["__name__"].partition(PACKAGE)
        if "." not in name and (package or not found):
            raise ValueError(f"name = {name!r}: outside {PACKAGE}<chapter> it must be 'chapter.name'")
        self.name = name if "." in name else f"{chapter}.{name}"
        self.questions = parts or {"": question}
        self._solution = solution
        self._hints_given: Counter[str] = Counter()
        self._mistakes_met: set[tuple[str, int]] = set()

    @property
    def call(self) -> str:
        """The unanswered cell of the chapter, but for its import."""
        names = [name for name in self.questions if name]
        return f"exercise.check({', '.join(f'{name}=...' for name in names) or '...'})"

    def check(self, answer: Any = ..., /, **answers: Any) -> Feedback:
        """Say whether an answer is right, and if it is not, what fails and the hint that fits.

        Raises TypeError for a part that the exercise has not.
        """
        if "" in self.questions:
            answers = {"": answer, **answers}
        elif answer is not ...:
            raise TypeError(f"{self.name} has several parts: {self.call}")
        if unknown := [name for name in answers if name not in self.questions]:
            raise TypeError(f"{self.name} has no part {', '.join(unknown)}: {self.call}")
        results = {part: self._judge(part, answers.get(part, ...)) for part in self.questions}
        states = [state for state, _ in results.values()]
        right = states.count("done")
        state = "done" if right == len(states) else "empty" if set(states) == {"empty"} else "tried"
        headline = {"empty": NO_ANSWER, "tried": "Not yet.", "done": "Right."}[state]
        if state == "tried" and len(states) > 1:
            headline = f"Not yet: {right} of {len(states)} right."
        if state == "done":
            lines = [("", "Compare your way with `exercise.solution()`.")]
        else:
            partly = state == "tried"
            lines = [
                (part, f"no answer yet: {text}" if partly and of_part == "empty" else text)
                for part, (of_part, text) in results.items()
            ]
        return Feedback(self.name, headline, lines, state)

    def solution(self) -> Feedback:
        """Show the answers and how they are found."""
        lines = [(part, question.written) for part, question in self.questions.items() if question.written]
        how = self._solution() if callable(self._solution) else self._solution
        return Feedback(self.name, "Solution.", [*lines, ("", how)])

    def forget(self) -> None:
        """Begin anew: all hints are still to come."""
        self._hints_given.clear()
        self._mistakes_met.clear()

    def _judge(self, part: str, answer: Any) -> tuple[str, str]:
        """The state of one part, and what to say about it."""
        question = self.questions[part]
        if is_empty(answer):
            return "empty", f"{question.asks}. {question.form[0].upper()}{question.form[1:]}."
        try:
            value = question.read(answer)
        except Unusable as refusal:
            return "tried", f"This answer is not usable. {refusal}"
        try:
            wrong = question.objection(value)
        except Unusable as failure:
            return "tried", str(failure)
        if wrong is None:
            return "done", "right."
        return "tried", f"{wrong} {self._hint(part, value)}"

    def _hint(self, part: str, value: Any) -> str:
        """The hint of a known mistake when it is met first; else the next of the general ones."""
        question = self.questions[part]
        for i, mistake in enumerate(question.mistakes):
            if (part, i) not in self._mistakes_met and question.is_like(value, mistake):
                self._mistakes_met.add((part, i))
                return f"Hint: {mistake.hint}"
        last = len(question.hints)
        self._hints_given[part] = given = min(self._hints_given[part] + 1, last)
        more = "" if given < last else " This was the last hint; `exercise.solution()` shows the solution."
        return f"Hint {given} of {last}: {question.hints[given - 1]}{more}"
