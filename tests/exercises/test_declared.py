"""Every exercise that is declared: right answers pass, in every form; known mistakes get their hints; nothing else."""

from __future__ import annotations

import re

import nbformat
import numpy as np
import pytest
from declared import CHAPTERS, EXERCISES, QUESTIONS, hostile
from hypothesis import given
from hypothesis import strategies as st

from emergence.exercises import MIME, Choice, Exercise, Formula, Function, Number, Question
from emergence.exercises._exercise import Feedback


def answer_one(exercise: Exercise, part: str, answer: object) -> tuple[Feedback, str]:
    """Answer one part; return the feedback, and the line of that part."""
    shown = exercise.check(**{part: answer}) if part else exercise.check(answer)
    return shown, dict(shown.lines).get(part, "")


def passes(exercise: Exercise, part: str, answer: object) -> bool:
    shown, line = answer_one(exercise, part, answer)
    return line == "right." if part and shown.state != "done" else shown.state == "done"


each_question = pytest.mark.parametrize(("exercise", "part", "question"), QUESTIONS.values(), ids=QUESTIONS)


def test_there_are_exercises_of_every_kind():
    assert CHAPTERS and EXERCISES
    assert {type(question) for _, _, question in QUESTIONS.values()} >= {Number, Choice, Formula, Function}


@pytest.mark.parametrize(("name", "exercise"), EXERCISES.items(), ids=EXERCISES)
def test_the_name_of_an_exercise_is_its_place(name: str, exercise: Exercise):
    assert exercise.name == name


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_the_reference_answers_pass_together(exercise: Exercise):
    answers = {part: question.reference for part, question in exercise.questions.items()}
    shown = exercise.check(answers[""]) if "" in answers else exercise.check(**answers)
    assert shown.state == "done" and shown.headline == "Right."
    assert shown._repr_mimebundle_()[MIME] == {"exercise": exercise.name, "state": "done"}


@each_question
def test_right_answers_pass_in_every_form(exercise: Exercise, part: str, question: Question):
    for answer in [question.reference, *question.alternatives]:
        assert passes(exercise, part, answer), answer
        if isinstance(answer, str):
            assert passes(exercise, part, f" {answer}\n")
    if isinstance(question, Choice):
        letter = chr(ord("a") + question.options.index(question.answer))
        for answer in (letter, letter.upper(), f"({letter})", f"{letter}.", question.answer.upper()):
            assert passes(exercise, part, answer), answer
    if isinstance(question, Number):
        value = question.reference
        for answer in (np.float64(value), np.array(value), repr(value)):
            assert passes(exercise, part, answer), answer


@each_question
def test_every_known_mistake_fails_with_its_own_hint(exercise: Exercise, part: str, question: Question):
    for mistake in question.mistakes:
        exercise.forget()
        answer = mistake.answer() if isinstance(question, Number) and callable(mistake.answer) else mistake.answer
        shown, line = answer_one(exercise, part, answer)
        assert shown.state == "tried" and line.endswith(f" Hint: {mistake.hint}"), line


@each_question
def test_an_empty_answer_says_what_is_wanted(exercise: Exercise, part: str, question: Question):
    for empty in (..., None, "", " \n", [], ()):
        shown, line = answer_one(exercise, part, empty)
        assert shown.state == "empty" and shown.headline == "No answer yet: put yours where `...` stands."
        assert line == f"{question.asks}. {question.form[0].upper()}{question.form[1:]}."


@each_question
def test_what_only_pretends_to_be_an_answer_fails(exercise: Exercise, part: str, question: Question):
    for name, answer in hostile().items():
        assert not passes(exercise, part, answer), name
        shown, line = answer_one(exercise, part, lambda *_, answer=answer: answer)
        assert shown.state == "tried" and line != "right.", name


@each_question
def test_no_hint_holds_the_answer(exercise: Exercise, part: str, question: Question):
    texts = [*question.hints, *(mistake.hint for mistake in question.mistakes)]
    if isinstance(question, Number):
        numbers = [found for text in texts for found in re.findall(r"\d[\d.,]+(?:e-?\d+)?|\d+e-?\d+", text)]
        assert not [n for n in numbers if question.objection(float(n.rstrip(".,").replace(",", ""))) is None]
    if isinstance(question, Formula):
        assert not [text for text in texts if question.answer.replace(" ", "") in text.replace(" ", "")]
        (example,) = re.findall('"(.*)"', question.form)
        assert question.objection(question.read(example)) is not None


@each_question
def test_hints_come_in_stages_and_the_solution_last(exercise: Exercise, part: str, question: Question):
    wrong = {Number: 3.3e33, Choice: None, Formula: "12345", Function: lambda *_: 3.3e33}[type(question)]
    if wrong is None:  # each wrong option may have a hint of its own, which comes once
        wrong = next(option for option in question.options if option != question.answer)
        answer_one(exercise, part, wrong)
        exercise._hints_given.clear()
    for number, hint in enumerate(question.hints, 1):
        _, line = answer_one(exercise, part, wrong)
        assert f"Hint {number} of {len(question.hints)}: {hint}" in line
        assert ("exercise.solution()" in line) == (number == len(question.hints))
    assert answer_one(exercise, part, wrong)[1] == line, "the last hint stays"


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_the_solution_holds_the_answers_and_marks_nothing_as_done(exercise: Exercise):
    shown = exercise.solution()
    for part, question in exercise.questions.items():
        assert not question.written or (part, question.written) in shown.lines
    assert len(repr(shown)) > 80 and MIME not in shown._repr_mimebundle_()


NUMBERS = {name: each for name, each in QUESTIONS.items() if isinstance(each[2], Number)}


@pytest.mark.parametrize(("exercise", "part", "question"), NUMBERS.values(), ids=NUMBERS)
@given(share=st.floats(0, 1 - 1e-6), beyond=st.floats(1 + 1e-6, 1e6), sign=st.sampled_from([-1, 1]))
def test_numbers_pass_within_their_tolerance_and_not_beyond(exercise, part, question, share, beyond, sign):
    answer = question.reference
    tolerance = max((question.rel or 0) * abs(answer), question.abs or 0)
    assert passes(exercise, part, answer + sign * share * tolerance)
    outside = answer + sign * beyond * (tolerance or 1e-9 * (abs(answer) or 1))
    assert not passes(exercise, part, outside)


# -- in the chapters -------------------------------------------------------------------------------------------------

CELL = "from emergence.exercises.{} import {} as exercise\n\n{}"
# By label, exercises without a check, and why.
OPEN: dict[str, str] = {
    "what-emerges-own": "a definition in the reader's own words, which only a person can judge",
}


@pytest.fixture(scope="module")
def in_chapters(request) -> dict[str, list[tuple[str, str]]]:
    """By the label of each exercise in the book: chapter and source of the code cells before its solution."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((request.config.rootpath / "chapters").glob("**/[!.]*.ipynb")):
        label = None
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and label:
                found[label].append((path.stem, cell.source))
            for kind, name in re.findall(
                r"^`{3,}\{(exercise|solution)\}(?:[^\n]*\n:label:)? *(\S+)", cell.source, re.M
            ):
                label = name if kind == "exercise" else None
                if label:
                    assert label not in found, "a label is used twice"
                    found[label] = []
    return found


def test_every_exercise_has_one_check_or_a_reason_why_not(in_chapters):
    assert len(in_chapters) >= 34
    without = {label for label, cells in in_chapters.items() if not cells}
    assert without == set(OPEN), "exercises without a check / that have one by now"
    assert not {label: cells for label, cells in in_chapters.items() if len(cells) > 1}


def test_every_check_stands_unanswered_in_its_chapter_once(in_chapters):
    cells = [cell for found in in_chapters.values() for cell in found]
    wanted = [
        (chapter, CELL.format(chapter, name, exercise.call))
        for (chapter, name), exercise in ((key.split("."), value) for key, value in EXERCISES.items())
    ]
    assert sorted(cells) == sorted(wanted)


def test_the_stored_output_of_a_check_is_that_of_an_unanswered_one(request):
    seen = []
    for path in sorted((request.config.rootpath / "chapters").glob("**/[!.]*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and "emergence.exercises" in cell.source:
                (output,) = cell.outputs
                assert cell.id.startswith("check-") and not cell.metadata.get("tags")
                seen.append(output.data[MIME]["exercise"])
                assert output.data == EXERCISES[seen[-1]].check()._repr_mimebundle_()
    assert sorted(seen) == sorted(EXERCISES)
