"""One submission, scored: every question is asked in a process of its own, and its answers are compared here."""

from __future__ import annotations

import functools
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from coursework.grading.answers import fault
from coursework.grading.assignment import Assignment, Case, Parameters, Question
from coursework.grading.course import generator
from coursework.grading.sandbox import Complaint, Sandbox, SandboxError
from coursework.grading.submission import Submission, Unreadable, read


@dataclass(frozen=True)
class Task:
    """One submission to be scored, as it is sent to a worker.

    key: what its hidden cases are drawn from. unprotected: whether to run it where the system allows no namespaces.
    unreadable: why there is no notebook, though something was handed in.
    """

    folder: Path
    student: str
    notebook: bytes
    parameters: Parameters
    key: str
    unprotected: bool = False
    unreadable: str = ""


@dataclass
class Mark:
    """The score of a question and why.

    problem: why it could not be asked. failed: (property, what was wrong); held: the properties without a fault.
    """

    question: str
    points: int
    score: int = 0
    problem: str = ""
    failed: list[tuple[str, str]] = field(default_factory=list)
    held: list[str] = field(default_factory=list)


@functools.cache
def assignment_in(folder: Path) -> Assignment:
    """An assignment, read once."""
    return Assignment.read(folder)


@functools.cache
def sandbox() -> Sandbox:
    """This process's own."""
    return Sandbox()


def cases_of(question: Question, key: str, parameters: Parameters) -> list[Case]:
    """The hidden cases of a question in a course, in an order of its own, so that nobody can answer by counting."""
    cases = question.cases(generator(key + question.name), parameters)
    return [cases[i] for i in generator(f"{key}{question.name} order").permutation(len(cases))]


def mark_question(question: Question, cases: list[Case], submission: Submission, box: Sandbox) -> Mark:
    """Ask one question, with the cells that stand above the function's end, then with all. Raises SandboxError."""
    mark, more = attempt(question, cases, submission, box, whole=False)
    if mark.score or not more:
        return mark
    second, _ = attempt(question, cases, submission, box, whole=True)
    return max(mark, second, key=lambda one: (one.score, len(one.held)))


def attempt(
    question: Question, cases: list[Case], submission: Submission, box: Sandbox, whole: bool
) -> tuple[Mark, bool]:
    """The mark of the question, and whether running more cells might change it."""
    mark = Mark(question.name, question.points)
    calls = [case.arguments for case in cases]
    run = box.ask(submission.code, question.function, calls, question.limits, whole)
    if run.failed:
        unanswered = run.failed.kind == "NameError" and run.failed.text == f"no cell defines {question.function}"
        mark.problem = "not answered" if unanswered else in_words(run.failed)
        return mark, run.more
    for case, answer in zip(cases, run.answers, strict=True):
        if isinstance(answer, Complaint):
            wrong = in_words(answer)
        else:
            wrong = fault(answer, case.expected, case.tolerance)
        if wrong and (case.property, wrong) not in mark.failed:
            mark.failed.append((case.property, wrong))
    mark.failed.sort()  # the order of the cases is nobody's business
    faulty = {name for name, _ in mark.failed}
    mark.held = sorted({case.property for case in cases} - faulty)
    mark.score = 0 if mark.failed else question.points
    return mark, run.more


def in_words(complaint: Complaint) -> str:
    """What went wrong, and where."""
    said = ": ".join(filter(None, [complaint.kind, complaint.text]))
    where = f" in {complaint.place[0]}, line {complaint.place[1]}" if complaint.place else ""
    return said + where


def score(task: Task) -> dict[str, Any]:
    """Score a submission; the result is plain data. Raises SandboxError when the grader itself fails."""
    assignment = assignment_in(task.folder)
    box = sandbox()
    if box.missing and not task.unprotected:
        raise SandboxError(f"this system does not lock students' code in ({box.missing}); see coursework/README.md")
    try:
        if task.unreadable:
            raise Unreadable(task.unreadable)
        submission = read(task.notebook, assignment, task.parameters)
    except Unreadable as error:
        marks = [Mark(question.name, question.points, problem="unreadable") for question in assignment.questions]
        return {"marks": [asdict(mark) for mark in marks], "notes": [str(error)], "written": {}, "open": box.missing}
    try:
        marks = [
            mark_question(question, cases_of(question, task.key, task.parameters), submission, box)
            for question in assignment.questions
        ]
    except SandboxError:
        sandbox.cache_clear()  # the next submission gets a new one
        box.close()
        raise
    return {
        "marks": [asdict(mark) for mark in marks],
        "notes": submission.notes,
        "written": submission.written,
        "open": box.missing,
    }
