"""The notebooks of a course: whole, valid, in nbgrader's format, and without anything that students must not see."""

import csv
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from coursework.grading.assign import assign, write_notebook
from coursework.grading.assignment import ASSIGNMENTS, Assignment
from coursework.grading.course import Course
from coursework.grading.inside import LONGEST
from coursework.grading.mark import cases_of
from coursework.grading.sandbox import Limits

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(path.parent.name for path in ASSIGNMENTS.glob("*/source.ipynb"))
# What nbgrader demands of its metadata, version 3 (nbgraderformat/v3.json and v3.py of nbgrader 0.9.6).
KEYS = {"schema_version", "grade", "locked", "solution", "task", "grade_id", "points", "checksum", "cell_type"}


def make_course(folder: Path, per_student: bool = True) -> Course:
    """A course of two students, made as an instructor makes it."""
    Course.read(folder, create=True)
    people = "id,last_name,first_name,email\nada,Lovelace,Ada,a@example.org\nbob,Noyce,Bob,b@example.org\n"
    (folder / "students.csv").write_text(people, "utf-8")
    about = folder / "course.toml"
    if not per_student:
        about.write_text(about.read_text("utf-8").replace("per_student = true", "per_student = false"), "utf-8")
    return Course.read(folder)


def test_course_is_made_once_with_a_seed_of_its_own_that_only_its_owner_can_read(tmp_path):
    one, other = (Course.read(tmp_path / name, create=True) for name in ("one", "other"))
    assert one.seed != other.seed and len(one.seed) == 64
    assert stat.S_IMODE((tmp_path / "one" / "course.toml").stat().st_mode) == 0o600
    assert (tmp_path / "one" / ".gitignore").read_text("utf-8") == "*\n"
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o700
    assert [path.name for path in one.assignments] == NAMES
    assert Course.read(tmp_path / "one", create=True).seed == one.seed


@pytest.mark.parametrize("name", ["my 'course'", 'my "course"', "back\\slash"])
def test_course_may_have_any_name(tmp_path, name):
    program = ["make", "assignments", f"COURSE={tmp_path / name}"]
    subprocess.run(program, cwd=ROOT, check=True, capture_output=True)
    assert Course.read(tmp_path / name).name == name


@pytest.mark.parametrize(
    ("rows", "words"),
    [("id,email\nada,a@b\n", "no column"), ("id,last_name,first_name,email\na,,,\na,,,\n", "unique"),
     ("id,last_name,first_name,email\nJos\xe9,,,\nJose\u0301,,,\n", "unique"),
     ("id,last_name,first_name,email\n../x,,,\n", "fit for a folder")],
)  # fmt: skip
def test_list_of_students_that_cannot_be_used_is_refused(tmp_path, rows, words):
    Course.read(tmp_path, create=True)
    (tmp_path / "students.csv").write_text(rows, "utf-8")
    with pytest.raises(ValueError, match=words):
        Course.read(tmp_path)


def numbers(value: Any) -> Iterator[float]:
    """All numbers in plain data, if they are long enough to be known again."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, float) and len(repr(value)) > 8:
        yield value


def solutions(assignment: Assignment) -> list[str]:
    """The lines of all solutions that say enough to be known again."""
    found = []
    for cell in assignment.cells(solution=True).values():
        for region in re.findall(r"### BEGIN SOLUTION\n(.*?)\s*### END SOLUTION", cell["source"], re.DOTALL):
            found += [line.strip() for line in region.split("\n") if len(line.strip()) > 20]
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("per_student", [True, False])
def test_students_get_valid_notebooks_without_anything_hidden(tmp_path, name, per_student):
    course = make_course(tmp_path, per_student)
    assignment = Assignment.read(ASSIGNMENTS / name)
    written = assign(course, assignment)
    assert len(written) == (2 if per_student else 1)
    secret = solutions(assignment)
    assert len(secret) > 5
    for path in written:
        text = path.read_text("utf-8")
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert not [cell for cell in notebook.cells if cell.get("outputs")]
        for cell in notebook.cells:
            locked = cell.metadata.get("nbgrader", {}).get("locked", False)
            assert (cell.metadata.get("editable", True), cell.metadata.get("deletable", True)) == (not locked,) * 2
        source = "\n".join(cell.source for cell in notebook.cells)
        assert "SOLUTION" not in source and course.seed not in text
        assert source.count("YOUR CODE HERE") == len(assignment.questions)
        assert not [line for line in secret if line in source]
        owner = path.parent.name if per_student else ""
        parameters = course.parameters(assignment, owner)
        assert all(f"{key} = {value!r}" in source for key, value in parameters.items())
        for question in assignment.questions:
            for case in cases_of(question, course.key(name, "cases"), parameters):
                shown = [x for x in numbers([case.arguments, case.expected]) if repr(x) in source]
                assert not shown, question.name


@pytest.mark.parametrize("name", NAMES)
def test_students_have_numbers_of_their_own_in_a_course_that_wants_it(tmp_path, name):
    assignment = Assignment.read(ASSIGNMENTS / name)
    own = make_course(tmp_path / "own")
    assert own.parameters(assignment, "ada") != own.parameters(assignment, "bob")
    shared = make_course(tmp_path / "shared", per_student=False)
    assert shared.parameters(assignment, "ada") == shared.parameters(assignment, "bob")


@pytest.mark.parametrize("name", NAMES)
def test_metadata_is_nbgraders(name):
    assignment = Assignment.read(ASSIGNMENTS / name)
    seen = []
    for cell in assignment.source["cells"]:
        marks = cell["metadata"].get("nbgrader")
        if marks is None:
            continue
        seen.append(marks["grade_id"])
        assert {"schema_version", "grade", "locked", "solution"} <= set(marks) <= KEYS
        assert marks["schema_version"] == 3 and re.fullmatch(r"[a-zA-Z0-9_\-]+", marks["grade_id"])
        assert ("points" in marks) == marks["grade"]
        assert not (marks["solution"] and marks["locked"]) and not (
            marks["grade"] and not marks["solution"] and not marks["locked"]
        )
        if cell["cell_type"] == "markdown" and marks["grade"]:
            assert marks["solution"], "a cell in words cannot be a test"
    assert len(set(seen)) == len(seen)


def test_make_says_what_it_needs_and_names_what_it_wrote(tmp_path):
    program = [sys.executable, "-m", "coursework.grading.assign", "--course", str(tmp_path / "new")]
    said = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "0 notebooks for students" in said and "students.csv" in said
    make_course(tmp_path / "new")
    said = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "2 notebooks for students" in said
    for name in NAMES:
        with_solutions = tmp_path / "new" / "source" / name / f"{name}.ipynb"
        assert "BEGIN SOLUTION" in with_solutions.read_text("utf-8")
        assert {p.parent.name for p in (tmp_path / "new" / "students").glob(f"*/{name}.ipynb")} == {"ada", "bob"}
    refused = subprocess.run(["make", "grade"], cwd=ROOT, capture_output=True, text=True)
    assert refused.returncode and "SUBMISSIONS=folder" in refused.stderr


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_package_carries_no_coursework(tmp_path, target):
    program = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(tmp_path)]
    subprocess.run(program, cwd=ROOT, check=True, capture_output=True)
    (built,) = tmp_path.iterdir()
    listed = subprocess.run(
        [sys.executable, "-m", "zipfile" if target == "wheel" else "tarfile", "-l", str(built)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "emergence/physics/ising.py" in listed and "coursework" not in listed


def test_course_from_its_seed_to_its_grades_and_a_neighbours_work_does_not_pay(tmp_path):
    course = make_course(tmp_path / "course")
    assignment = Assignment.read(ASSIGNMENTS / "physics")
    assign(course, assignment)
    solved = assignment.version(course.parameters(assignment, "ada"), solutions=True)
    for name in ("field", "side"):  # numbers in place of functions of numbers
        program = [sys.executable, "-c", value_of(solved, name)]
        answer = subprocess.run(program, capture_output=True, text=True, check=True).stdout
        (cell,) = (c for c in solved["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)
        cell["source"] = f"def {name}():\n    return {answer}"
    for student in ("ada", "bob"):
        write_notebook(tmp_path / "in" / student / "physics.ipynb", solved)
    folders = ["--submissions", str(tmp_path / "in"), "--course", str(tmp_path / "course")]
    program = [sys.executable, "-m", "coursework.grading.grade", *folders, "--unprotected"]
    subprocess.run(program, cwd=ROOT, check=True, capture_output=True)
    with (tmp_path / "course" / "grades.csv").open(encoding="utf-8", newline="") as file:
        scores = {row["student_id"]: row["score"] for row in csv.DictReader(file) if row["assignment"] == "physics"}
    assert scores == {"ada": "17", "bob": "13"}
    summary = (tmp_path / "course" / "summary.html").read_text("utf-8")
    assert "bob: the cell parameters is not as it was handed out" in summary


def value_of(notebook: dict[str, Any], name: str) -> str:
    """A program that prints what a function of the notebook answers."""
    code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return "\n".join([*code, f"print(repr({name}()))"])


def test_readme_states_the_limits_that_hold():
    text = (ROOT / "coursework" / "README.md").read_text("utf-8")
    limits = Limits()
    gigabytes, megabytes = limits.memory >> 30, limits.folder >> 20
    for said in (
        f"{limits.cpu} s of processor time and {limits.wall} s in all",
        f"{gigabytes} GB of memory for each of at most {limits.processes} processes, {megabytes} MB of files",
        f"{limits.files} open files, {LONGEST >> 20} MB an answer",
    ):
        assert said in " ".join(text.split())
