"""The assignments: what is right is accepted in any form, what is plausible and wrong is not."""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from coursework.grading.answers import fault
from coursework.grading.assignment import ASSIGNMENTS, Assignment
from coursework.grading.mark import Mark, cases_of, mark_question
from coursework.grading.sandbox import Sandbox
from coursework.grading.submission import Submission, read

BANKS = Path(__file__).with_name("answers")
NAMES = sorted(path.stem for path in BANKS.glob("*.txt"))
SEEDS = 2


@pytest.fixture(scope="module")
def box():
    box = Sandbox()
    yield box
    box.close()


@cache
def assignment(name: str) -> Assignment:
    return Assignment.read(ASSIGNMENTS / name)


@cache
def bank(name: str, which: str) -> dict[str, list[str]]:
    """The answers of an assignment's file that are right, or wrong, by question."""
    found = {}
    for part in (BANKS / f"{name}.txt").read_text("utf-8").split("=== ")[1:]:
        head, _, rest = part.partition("\n")
        question, kind = head.split(" | ")
        if kind == which:
            found[question] = [answer.strip("\n") for answer in rest.split("\n---\n")]
    return found


def test_every_assignment_has_its_answers():
    assert NAMES == sorted(
        path.name for path in ASSIGNMENTS.iterdir() if path.is_dir() and not path.name.startswith("_")
    )


def mark(assignment: Assignment, box: Sandbox, name: str, code: str, seed: int) -> Mark:
    """Score one answer to one question in the course of that seed."""
    parameters = assignment.parameters(np.random.default_rng(seed))
    (question,) = (question for question in assignment.questions if question.name == name)
    handed_in = Submission([*assignment.given(parameters), (name, code)], {}, [])
    return mark_question(question, cases_of(question, f"course {seed}", parameters), handed_in, box)


ALL = [(name, question) for name in NAMES for question in bank(name, "right")]


def accepted(box, name: str, question: str, which: str) -> Counter:
    """How often each answer is accepted, in SEEDS courses."""
    return Counter(
        code
        for code in bank(name, which)[question]
        for seed in range(SEEDS)
        if mark(assignment(name), box, question, code, seed).score
    )


@pytest.mark.parametrize("name", NAMES)
def test_reference_solution_is_right_in_every_course(box, name):
    one = assignment(name)
    for seed in range(8):
        parameters = one.parameters(np.random.default_rng(seed))
        handed_in = read(json.dumps(one.version(parameters, solutions=True)).encode(), one, parameters)
        assert not handed_in.notes
        for question in one.questions:
            found = mark_question(question, cases_of(question, f"course {seed}", parameters), handed_in, box)
            assert found.score == question.points, found


@pytest.mark.parametrize("name", NAMES)
def test_nobody_can_answer_by_counting_the_calls(name):
    """What is expected in one course, call by call, is wrong in another."""
    one = assignment(name)
    for question in one.questions:
        first, *others = (
            cases_of(question, f"course {seed}", one.parameters(np.random.default_rng(seed))) for seed in range(4)
        )
        if len(first) == 1:  # about one's own numbers, of which some questions have a few sets only
            continue
        known = json.loads(json.dumps([case.expected for case in first]))
        for cases in others:
            answers = zip(known, cases, strict=False)
            assert any(fault(answer, case.expected, case.tolerance) for answer, case in answers), question.name


@pytest.mark.parametrize("name", NAMES)
def test_there_are_enough_answers_of_both_kinds(name):
    right, wrong = bank(name, "right"), bank(name, "wrong")
    assert set(right) == set(wrong) == {question.name for question in assignment(name).questions}
    assert min(map(len, right.values())) >= 5 and min(map(len, wrong.values())) >= 15


@pytest.mark.parametrize(("name", "question"), ALL)
def test_every_right_answer_is_accepted(box, name, question):
    assert accepted(box, name, question, "right") == dict.fromkeys(bank(name, "right")[question], SEEDS)


@pytest.mark.parametrize(("name", "question"), ALL)
def test_wrong_answers_are_rejected_in_every_course(box, name, question):
    assert not accepted(box, name, question, "wrong")


@pytest.mark.parametrize("name", NAMES)
def test_points_and_examples(name):
    one = assignment(name)
    assert 10 <= sum(question.points for question in one.questions) <= 20
    assert len(one.points(by_hand=True)) == 2
    names = {}
    for cell in one.version(one.parameters(np.random.default_rng(0)), solutions=True)["cells"]:
        if cell["cell_type"] == "code":
            exec(cell["source"], names)  # the examples are asserts
    blank = {}
    for question, code in [*one.given({}), *one.stubs().items()]:
        exec(code, blank)
        if question in one.stubs():
            with pytest.raises(NotImplementedError):
                blank[question](*[1] * blank[question].__code__.co_argcount)
