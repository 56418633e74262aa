"""A whole course of the toy assignment, graded: what is found, what comes out, what is graded again."""

import csv
import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from toy import HONEST, RIGHT, cell, submission, write, write_assignment, write_course

from coursework.grading import grade as grading
from coursework.grading import mark as marking
from coursework.grading import report
from coursework.grading.assignment import Assignment
from coursework.grading.course import Course
from coursework.grading.grade import grade
from coursework.grading.sandbox import Sandbox, SandboxError
from coursework.grading.submission import find

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def assignment(tmp_path) -> Path:
    return write_assignment(tmp_path / "toy")


def make_course(tmp_path: Path, assignment: Path, students: list[str], **more: str) -> Course:
    return Course.read(write_course(tmp_path / "course", assignment, students, **more))


def graded(course: Course, folder: Path) -> tuple[dict, list[str]]:
    """Grade in this process."""
    with ThreadPoolExecutor(1) as pool:
        return grade(course, folder, Assignment.read(course.assignments[0]), pool, unprotected=True)


def scores(results: dict) -> dict[str, int | str]:
    return {
        student: "error" if "error" in result else sum(mark["score"] for mark in result["marks"])
        for student, result in results.items()
    }


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# What is handed in ----------------------------------------------------------------------------------------------


def test_both_layouts_are_found_and_what_is_odd_is_said(tmp_path, assignment):
    students = [
        "plain",
        "nbgrader",
        "renamed",
        "two",
        "link",
        "linked",
        "pipe",
        "broken",
        "list",
        "huge",
        "inside",
        "absent",
        "José",
    ]
    course = make_course(tmp_path, assignment, students)
    folder = tmp_path / "handed in"
    write(folder / "plain" / "toy.ipynb", submission(RIGHT))
    write(folder / "nbgrader" / "toy" / "toy.ipynb", submission(HONEST))
    write(folder / "renamed" / "Toy (1).ipynb", submission(RIGHT))
    write(folder / "two" / "toy (1).ipynb", submission(RIGHT))
    write(folder / "two" / "toy (2).ipynb", submission({}))
    (folder / "link").mkdir()
    (folder / "link" / "toy.ipynb").symlink_to(folder / "plain" / "toy.ipynb")
    (folder / "linked").symlink_to(folder / "plain")
    (folder / "pipe").mkdir()
    os.mkfifo(folder / "pipe" / "toy.ipynb")
    write(folder / "broken" / "toy.ipynb", json.dumps(submission(RIGHT))[:-20])
    write(folder / "list" / "toy.ipynb", "[" * 100_000)
    os.truncate(write(folder / "huge" / "toy.ipynb", b""), 101_000_000)
    write(folder / "Jose\u0301" / "toy.ipynb", submission(RIGHT))  # as macOS stores the name
    write(folder / "stranger" / "toy.ipynb", submission(RIGHT))
    (folder / "inside").mkdir()
    (folder / "inside" / "toy").symlink_to(folder / "plain")
    results, odd = graded(course, folder)
    assert scores(results) == {
        "plain": 10, "nbgrader": 3, "renamed": 10, "two": 10, "link": 0, "pipe": 0, "broken": 0, "list": 0, "huge": 0,
        "José": 10,
    }  # fmt: skip
    said = "\n".join(odd)
    for student, words in {
        "renamed": "taken for toy.ipynb", "two": "several notebooks", "link": "symbolic", "linked": "symbolic",
        "pipe": "no plain file", "broken": "not a notebook", "list": "not a notebook", "huge": "larger than",
        "stranger": "no student",
    }.items():  # fmt: skip
        assert re.search(rf"^{student}: .*{words}", said, re.MULTILINE), student


def test_nbgraders_folder_of_submissions_is_found(tmp_path):
    write(tmp_path / "submitted" / "ada" / "toy" / "toy.ipynb", submission(RIGHT))
    found, odd = find(tmp_path, {"ada"}, "toy")
    assert found == {"ada": tmp_path / "submitted" / "ada" / "toy" / "toy.ipynb"} and not odd


def test_what_is_odd_in_a_notebook_is_noted(tmp_path, assignment):
    course = make_course(tmp_path, assignment, ["ada"])
    mixed = submission(RIGHT)
    mixed["cells"][1]["source"] = "import os"
    mixed["cells"] = [one for one in mixed["cells"] if one["id"] != "signs"] + [cell("code", "2", "average")]
    write(tmp_path / "in" / "ada" / "toy.ipynb", mixed)
    results, odd = graded(course, tmp_path / "in")
    assert scores(results) == {"ada": 6}
    assert odd == [
        "ada: the cell setup is not as it was handed out; the right one was run as well",
        "ada: the cell parameters is not as it was handed out; the right one was run as well",
        "ada: average stands 2 times",
        "ada: the cell signs is missing",
    ]


def test_names_of_files_that_browsers_and_others_make_are_known_and_the_rest_is_told(tmp_path):
    taken = ["toy.ipynb.txt", "TOY.IPYNB", "Copy of toy.ipynb", "toy (1).ipynb"]
    students = [f"student{i}" for i in range(len(taken) + 3)]
    for student, name in zip(students, taken, strict=False):
        write(tmp_path / student / name, "{}")
    *_, deep, other, directory = students
    write(tmp_path / deep / "hand in" / "toy.ipynb", "{}")
    write(tmp_path / other / "other.ipynb", "{}")
    write(tmp_path / directory / "toy" / "toy.ipynb", "{}")
    (tmp_path / directory / "toy.ipynb").mkdir()
    write(tmp_path / "ada_123_toy.ipynb", "{}")
    write(tmp_path / "all.zip", "")
    found, odd = find(tmp_path, set(students), "toy", ["toy", "other"])
    assert [found[student].name for student in students[: len(taken)]] == taken
    assert found[directory] == tmp_path / directory / "toy" / "toy.ipynb" and len(found) == len(taken) + 1
    said = "\n".join(odd)
    assert f"{deep}: no notebook for toy; not looked at: hand in" in said and other not in said
    assert "not looked at: ada_123_toy.ipynb, all.zip" in said


def test_newer_notebook_beside_the_one_that_is_graded_is_told(tmp_path):
    old, new = (write(tmp_path / "ada" / name, "{}") for name in ("toy.ipynb", "toy (1).ipynb"))
    os.utime(old, (1, 1))
    found, odd = find(tmp_path, {"ada"}, "toy")
    assert found == {"ada": old} and new.exists()
    assert odd == ["ada: several notebooks for toy; toy.ipynb was graded, though toy (1).ipynb is newer"]


def test_names_that_are_no_text_and_times_that_are_none_stop_nothing(tmp_path, assignment):
    course = make_course(tmp_path, assignment, ["ada"])
    os.utime(write(tmp_path / "in" / "ada" / "toy.ipynb", submission(RIGHT)), (1e12, 1e12))
    os.mkdir(os.fsencode(tmp_path / "in") + b"/M\xfcller")
    write(tmp_path / "in" / "ada" / os.fsdecode(b"toy \xe9.ipynb"), "{}")
    results, odd = graded(course, tmp_path / "in")
    assert scores(results) == {"ada": 10}
    report.write(course, [report.Graded(Assignment.read(assignment), results, odd)])
    assert "M?ller" in (course.folder / "summary.html").read_text("utf-8")


def handed_in(tmp_path, assignment, notebook: dict) -> tuple[int | str, dict]:
    """Score and result of one notebook."""
    course = make_course(tmp_path, assignment, ["ada"])
    write(tmp_path / "in" / "ada" / "toy.ipynb", notebook)
    results, _ = graded(course, tmp_path / "in")
    return scores(results)["ada"], results["ada"]


def test_old_format_large_outputs_and_empty_metadata_are_read(tmp_path, assignment):
    plot = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 21_000_000}}
    odd = submission(RIGHT, ("plot()",))
    odd["cells"][1] |= {"outputs": [plot], "metadata": {"nbgrader": None}}
    score, result = handed_in(tmp_path, assignment, odd)
    assert score == 10 and "plot" not in "".join(result["notes"])
    cells = [
        {k: v for k, v in one.items() if k not in ("source", "execution_count", "id")}
        | ({"input": one["source"], "language": "python"} if one["cell_type"] == "code" else {"source": one["source"]})
        for one in submission(RIGHT)["cells"]
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells, "metadata": {}}]}
    assert handed_in(tmp_path, assignment, old)[0] == 10


def test_student_is_told_that_a_file_is_too_large(tmp_path, assignment):
    course = make_course(tmp_path, assignment, ["ada"])
    os.truncate(write(tmp_path / "in" / "ada" / "toy.ipynb", b""), 101_000_000)
    results, odd = graded(course, tmp_path / "in")
    assert results["ada"]["notes"] == ["toy.ipynb is larger than 100000000 bytes"]
    assert odd == ["ada: toy.ipynb is larger than 100000000 bytes"]


def words(tmp_path, assignment, *cells: dict) -> tuple[str, str]:
    """The answer in words that is shown, and what is noted, when these cells stand in its place."""
    notebook = submission(RIGHT)
    notebook["cells"][-1:] = cells
    _, result = handed_in(tmp_path, assignment, notebook)
    notes = [note for note in result["notes"] if not note.startswith("the cell")]
    return result["written"].get("why", ""), "; ".join(notes)


def test_answers_in_words_are_shown_wherever_they_stand(tmp_path, assignment):
    def why(kind, text):
        return cell(kind, text, "why", grade=True, solution=True, points=2)

    empty, below = why("markdown", "YOUR ANSWER HERE"), cell("markdown", "Because of that.")
    assert words(tmp_path, assignment, empty, below) == (
        "Because of that.", "why has no answer; what else the student wrote in words is shown"
    )  # fmt: skip
    assert words(tmp_path, assignment, below)[0] == "Because of that."
    assert words(tmp_path, assignment, empty) == ("YOUR ANSWER HERE", "")
    assert words(tmp_path, assignment, why("code", "Because.")) == ("Because.", "why is a cell of code")
    picture = why("markdown", "![](attachment:a.png)") | {"attachments": {"a.png": {"image/png": "iVBORw0KGgo="}}}
    assert "why has a picture" in words(tmp_path, assignment, picture)[1]
    text, said = words(tmp_path, assignment, *[why("markdown", "blah " * 50)] * 10_000)
    assert len(text) == 20_000 and "the first 20000 are shown" in said


# What comes out -------------------------------------------------------------------------------------------------


@pytest.fixture
def reported(tmp_path, assignment) -> Course:
    """A course of four with two submissions, one of them with an error of the grader's."""
    course = make_course(tmp_path, assignment, ["ada", "bob", "cy", "<b>"])
    for student, answers in {"ada": RIGHT, "bob": HONEST | {"shift": "def shifted(x): return 1 / 0"}}.items():
        write(tmp_path / "in" / student / "toy.ipynb", submission(answers))
    write(tmp_path / "in" / "<b>" / "toy.ipynb", submission({"shift": "<script>alert(1)</script>"}))
    results, odd = graded(course, tmp_path / "in")
    results["cy"] = {"error": "SandboxError: lost", "timestamp": ""}
    report.write(course, [report.Graded(Assignment.read(assignment), results, odd)])
    return course


def test_grades_have_nbgraders_columns_and_no_silent_zero(reported):
    found = rows(reported.folder / "grades.csv")
    assert list(found[0]) == list(report.NBGRADER)
    assert {(row["assignment"], row["student_id"]): (row["score"], row["max_score"]) for row in found} == {
        ("toy", "ada"): ("10", "10"), ("toy", "bob"): ("0", "10"), ("toy", "cy"): ("error", "10"),
        ("toy", "<b>"): ("0", "10"),
        **{("toy (by hand)", student): ("", "2") for student in reported.students},
    }  # fmt: skip


def test_canvas_and_moodle_get_numbers_or_nothing(reported):
    canvas = rows(reported.folder / "canvas.csv")
    assert list(canvas[0])[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert canvas[0]["Student"] == "    Points Possible" and canvas[0]["toy"] == "10"
    assert {row["SIS Login ID"]: row["toy"] for row in canvas[1:]} == {"ada": "10", "bob": "0", "cy": "", "<b>": "0"}
    moodle = rows(reported.folder / "moodle.csv")
    assert {row["ID number"]: row["toy"] for row in moodle} == {"ada": "10", "bob": "0", "cy": "", "<b>": "0"}


def test_points_given_by_hand_are_taken_in(tmp_path, reported):
    path = reported.folder / "hand_marks.csv"
    lines = path.read_text("utf-8").replace("toy,ada,why,", "toy,ada,why,1.5")
    path.write_text(lines, "utf-8")
    assignment = Assignment.read(reported.assignments[0])
    results, odd = graded(reported, tmp_path / "in")
    report.write(reported, [report.Graded(assignment, results, odd)])
    by_hand = {
        row["student_id"]: row["score"] for row in rows(reported.folder / "grades.csv") if "hand" in row["assignment"]
    }
    assert by_hand == {"ada": "1.5", "bob": "", "cy": "", "<b>": ""}
    path.write_text(lines.replace("1.5", "3"), "utf-8")
    (said,) = report.write(reported, [report.Graded(assignment, results, odd)])
    assert "hand_marks.csv, line" in said and "toy, ada, why has 3 of 2 points" in said
    assert {row["points"] for row in rows(path)} == {"", "3"}  # it stays as it was written
    by_hand = {row["score"] for row in rows(reported.folder / "grades.csv") if "hand" in row["assignment"]}
    assert by_hand == {""}


def test_pages_say_what_failed_and_nothing_hidden(reported):
    pages = {path.stem: path.read_text("utf-8") for path in (reported.folder / "feedback").iterdir()}
    assert set(pages) == set(reported.students)
    assert "Not yet. In every case: ZeroDivisionError in shift, line 1." in pages["bob"]
    assert "10 of 10 points" in pages["ada"] and "the fault is the grader" in pages["cy"]
    summary = (reported.folder / "summary.html").read_text("utf-8")
    assert "Without a score" in summary and "Most frequent mistakes" in summary and "1 of 3" in summary
    hidden = [reported.seed, *(str(reported.parameters(Assignment.read(reported.assignments[0]), "bob")["offset"]),)]
    for page in (*pages.values(), summary):
        assert "<script" not in page and not [word for word in hidden if word in page]


def test_failing_disk_takes_no_points_given_by_hand(tmp_path, reported, monkeypatch):
    path = reported.folder / "hand_marks.csv"
    path.write_text(path.read_text("utf-8").replace("toy,ada,why,", "toy,ada,why,2"), "utf-8")
    before = path.read_bytes()
    results, odd = graded(reported, tmp_path / "in")

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            report.write(reported, [report.Graded(Assignment.read(reported.assignments[0]), results, odd)])
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("data", "points", "said"),
    [
        (b"assignment;student_id;cell;points\r\ntoy;ada;why;1,5\r\n", "1.5", ""),
        ("assignment,student_id,cell,points\ntoy,ada,why,1\ntoy,Jos\xe9,why,1\n".encode("cp1252"), "1", "Jos\xe9"),
        (b"assignment,student_id,cell,points\ntoy,ada,why,1\ntoy,7,why,2\n", "1", "points of 7: no students"),
        (b"assignment,student_id,cell,points\ntoy,ada,why,1\ntoy,ada\n", "1", ""),
        (b"assignment,student_id,cell,points\ntoy,ada,why,good\n", "", "line 2: toy, ada, why has good"),
        (b"assignment,student_id,points\ntoy,ada,1\n", "", "no column cell"),
    ],
)
def test_points_come_back_from_spreadsheets_and_what_cannot_be_taken_is_told(tmp_path, reported, data, points, said):
    path = reported.folder / "hand_marks.csv"
    path.write_bytes(data)
    results, odd = graded(reported, tmp_path / "in")
    told = report.write(reported, [report.Graded(Assignment.read(reported.assignments[0]), results, odd)])
    found = {r["student_id"]: r["score"] for r in rows(reported.folder / "grades.csv") if "hand" in r["assignment"]}
    assert found["ada"] == (f"{float(points)}" if points else "")
    assert said in "".join(told) and bool(said) == bool(told)
    assert all(line.replace("&", "") in (reported.folder / "summary.html").read_text("utf-8") for line in told)
    if said == "no column cell":
        assert path.read_bytes() == data


def test_names_are_no_formulas_in_a_spreadsheet(tmp_path, assignment):
    course = make_course(tmp_path, assignment, ["ada"])
    course.students["ada"] |= {"last_name": "=HYPERLINK(1)", "first_name": "@SUM", "email": "-x@example.org"}
    report.write(course, [report.Graded(Assignment.read(assignment), {}, [])])
    for name in ("grades.csv", "canvas.csv", "moodle.csv"):
        said = [text for row in rows(course.folder / name) for text in row.values()]
        assert any("HYPERLINK" in text for text in said) and not [text for text in said if text[:1] in [*"=+-@"]]


# Again ----------------------------------------------------------------------------------------------------------


def test_only_what_changed_is_graded_again(tmp_path, assignment, capsys):
    students = ["ada", "bob"]
    course = make_course(tmp_path, assignment, students)
    for student in students:
        write(tmp_path / "in" / student / "toy.ipynb", submission(RIGHT))

    def again(course=course) -> int:
        graded(course, tmp_path / "in")
        return int(re.search(r"(\d+) to be graded", capsys.readouterr().out)[1])

    assert again() == 2 and again() == 0
    write(tmp_path / "in" / "bob" / "toy.ipynb", submission(HONEST))
    assert again() == 1
    questions = assignment / "questions.py"
    questions.write_text(questions.read_text("utf-8").replace("(-9, 9, 6)", "(-9, 9, 7)"), "utf-8")
    assert again() == 2
    assert again(make_course(tmp_path, assignment, students, seed="t" * 64)) == 2


def test_failure_of_the_grader_is_no_zero_and_is_tried_again(tmp_path, assignment, monkeypatch):
    course = make_course(tmp_path, assignment, ["ada"])
    write(tmp_path / "in" / "ada" / "toy.ipynb", submission(RIGHT))

    def lost(task):
        raise SandboxError("lost")

    with monkeypatch.context() as patch:
        patch.setattr(grading, "score", lost)
        results, _ = graded(course, tmp_path / "in")
        assert scores(results) == {"ada": "error"}
    with monkeypatch.context() as patch:
        patch.setattr(grading, "raw", lambda path: open(path / "nowhere"))
        results, _ = graded(course, tmp_path / "in")
        assert scores(results) == {"ada": "error"}
    results, _ = graded(course, tmp_path / "in")
    assert scores(results) == {"ada": 10}


def test_only_results_with_the_seal_of_the_course_stand(tmp_path, assignment, capsys):
    course = make_course(tmp_path, assignment, ["ada"])
    write(tmp_path / "in" / "ada" / "toy.ipynb", submission(HONEST))
    place = course.folder / "graded" / "toy" / "ada.json"
    graded(course, tmp_path / "in")
    for kept in ("", "[]", place.read_text("utf-8").replace('"score": 0', '"score": 9')):  # a power cut; a forgery
        place.write_text(kept, "utf-8")
        results, _ = graded(course, tmp_path / "in")
        assert scores(results) == {"ada": 3} and "1 to be graded" in capsys.readouterr().out
    place.write_text("", "utf-8")
    (tmp_path / "in" / "ada" / "toy.ipynb").unlink()
    results, odd = graded(course, tmp_path / "in")
    assert not results and "the score of an earlier one is damaged" in odd[0]


def test_broken_pool_is_an_error_and_no_end(tmp_path, assignment):
    class Broken(ThreadPoolExecutor):
        def submit(self, *_):
            raise BrokenExecutor("a worker is gone")

    course = make_course(tmp_path, assignment, ["ada"])
    write(tmp_path / "in" / "ada" / "toy.ipynb", submission(RIGHT))
    results, _ = grade(course, tmp_path / "in", Assignment.read(assignment), Broken())
    assert results["ada"]["error"] == "BrokenExecutor: a worker is gone"


def test_folder_without_earlier_work_takes_no_points_away(tmp_path, assignment):
    course = make_course(tmp_path, assignment, ["ada", "bob"])
    for student in course.students:
        write(tmp_path / "in" / student / "toy.ipynb", submission(RIGHT))
    graded(course, tmp_path / "in")
    (course.folder / "hand_marks.csv").write_text(
        "assignment,student_id,cell,points\ntoy,bob,why,2\nold,bob,x,1\n", "utf-8"
    )
    (tmp_path / "in" / "bob" / "toy.ipynb").unlink()
    results, odd = graded(course, tmp_path / "in")
    assert scores(results) == {"ada": 10, "bob": 10} and "bob: no notebook in this folder" in odd[0]
    report.write(course, [report.Graded(Assignment.read(assignment), {"ada": results["ada"]}, odd)])
    kept = {tuple(row.values()) for row in rows(course.folder / "hand_marks.csv")}
    assert kept == {("toy", "ada", "why", ""), ("toy", "bob", "why", "2"), ("old", "bob", "x", "1")}


def test_code_that_nothing_locks_in_is_not_run_unless_asked_for(tmp_path, assignment, monkeypatch):
    course = make_course(tmp_path, assignment, ["ada"])
    write(tmp_path / "in" / "ada" / "toy.ipynb", submission(RIGHT))
    box = Sandbox(namespaces=False)
    monkeypatch.setattr(marking, "sandbox", lambda: box)
    with ThreadPoolExecutor(1) as pool:
        results, _ = grade(course, tmp_path / "in", Assignment.read(assignment), pool)
    assert "does not lock students' code in" in results["ada"]["error"]
    results, odd = graded(course, tmp_path / "in")
    box.close()
    assert scores(results) == {"ada": 10}
    report.write(course, [report.Graded(Assignment.read(assignment), results, odd)])
    assert "allows no namespaces" in (course.folder / "summary.html").read_text("utf-8")


def command(tmp_path: Path, *more: str) -> list[str]:
    program = [sys.executable, "-m", "coursework.grading.grade"]
    return [
        *program,
        "--submissions",
        str(tmp_path / "in"),
        "--course",
        str(tmp_path / "course"),
        "--unprotected",
        *more,
    ]


def wait_for(condition: Callable[[], object], process: subprocess.Popen, seconds: float = 60) -> None:
    """Wait until the condition holds; fail when the process ends before, or after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)


def class_of(tmp_path: Path, assignment: Path, count: int) -> list[str]:
    """A course whose every second student knows three points' worth, all of them slowly."""
    students = [f"student{i:02}" for i in range(count)]
    make_course(tmp_path, assignment, students)
    for i, student in enumerate(students):
        answers = dict(HONEST if i % 2 else RIGHT)
        answers["shift"] = "import time\ntime.sleep(0.2)\n" + answers["shift"]
        write(tmp_path / "in" / student / "toy.ipynb", submission(answers))
    return students


def check_class(tmp_path: Path, students: list[str]) -> None:
    found = {
        row["student_id"]: row["score"]
        for row in rows(tmp_path / "course" / "grades.csv")
        if row["assignment"] == "toy"
    }
    assert found == {student: "3" if i % 2 else "10" for i, student in enumerate(students)}


def test_grading_goes_on_after_a_kill(tmp_path, assignment):
    students = class_of(tmp_path, assignment, 12)
    done = tmp_path / "course" / "graded" / "toy"
    first = subprocess.Popen(
        command(tmp_path, "--workers", "1"), cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
    )
    wait_for(lambda: len(list(done.glob("*.json"))) >= 3, first)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    before = {path.name: path.stat().st_mtime_ns for path in done.glob("*.json")}
    assert 3 <= len(before) < len(students)
    second = subprocess.run(command(tmp_path, "--workers", "2"), cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"{len(students)} submissions, {len(students) - len(before)} to be graded" in second.stdout
    assert {name: (done / name).stat().st_mtime_ns for name in before} == before
    check_class(tmp_path, students)


def start(log: Path, *arguments: str) -> subprocess.Popen:
    """Start a part of a Dask cluster that finds the package and writes what it says to a file."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with log.open("w") as output:
        program = [sys.executable, "-m", "dask", *arguments, "--host", "127.0.0.1", "--no-dashboard"]
        return subprocess.Popen(program, cwd=log.parent, env=environment, stdout=output, stderr=output)


def test_cluster_that_loses_a_worker_gives_every_score(tmp_path, assignment):
    students = class_of(tmp_path, assignment, 16)
    contact = tmp_path / "scheduler.json"
    done = tmp_path / "course" / "graded" / "toy"
    processes = [start(tmp_path / "scheduler.log", "scheduler", "--port", "0", "--scheduler-file", str(contact))]
    try:
        wait_for(lambda: contact.exists() and contact.read_text("utf-8"), processes[0])
        address = json.loads(contact.read_text("utf-8"))["address"]
        alone = ("--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path))
        for name in ("first", "second"):
            processes.append(start(tmp_path / f"{name}.log", "worker", address, *alone))
        _, first, second = processes
        driver = subprocess.Popen(command(tmp_path, "--scheduler", address), cwd=ROOT, stdout=subprocess.DEVNULL)
        processes.append(driver)
        wait_for(lambda: list(done.glob("*.json")), driver)
        first.send_signal(signal.SIGKILL)
        assert driver.wait(timeout=120) == 0
        assert second.poll() is None
    finally:
        for process in processes:
            process.kill()
            process.wait()
    check_class(tmp_path, students)
