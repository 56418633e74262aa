"""What comes out: tables of grades for nbgrader's users, Canvas and Moodle, and pages for students and instructors."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from coursework.grading.assignment import Assignment
from coursework.grading.course import Course, write_whole
from coursework.grading.sandbox import clean

NBGRADER = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip
HAND = ("assignment", "student_id", "cell", "points")
ERROR = "error"
PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }}
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; margin-bottom: 1rem; }}
th, td {{ border-bottom: 1px solid; padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }}
pre {{ white-space: pre-wrap; border-left: 3px solid; padding-left: 1rem; }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


@dataclass(frozen=True)
class Graded:
    """An assignment, what `grade` found of it, and what was odd."""

    assignment: Assignment
    results: dict[str, dict[str, Any]]
    odd: list[str]

    def score(self, student: str) -> int | str:
        """The points of the questions that are scored by themselves; "" if nothing was handed in."""
        if student not in self.results:
            return ""
        result = self.results[student]
        return ERROR if "error" in result else sum(mark["score"] for mark in result["marks"])

    def most(self) -> int:
        """The points there are, without those given by hand."""
        return sum(question.points for question in self.assignment.questions)


# Marks given by hand --------------------------------------------------------------------------------------------


Place = tuple[str, str, str]


@dataclass(frozen=True)
class HandMarks:
    """What an instructor wrote into hand_marks.csv.

    points: by place, "" where there are none yet; refused: what cannot be taken for points, as it was written.
    odd: what is to be looked at. whole: whether the file could be read, so that it may be written again.
    """

    points: dict[Place, str]
    refused: dict[Place, str]
    odd: list[str]
    whole: bool = True


def hand_marks(course: Course, graded: list[Graded]) -> HandMarks:
    """Read hand_marks.csv, also as a spreadsheet may have written it: with semicolons, and commas in numbers."""
    path = course.folder / "hand_marks.csv"
    most = {(one.assignment.name, name): n for one in graded for name, n in one.assignment.points(by_hand=True).items()}
    found = {
        (one.assignment.name, student, name): ""
        for one in graded
        for student in sorted(one.results)
        for name in one.assignment.points(by_hand=True)
    }
    refused: dict[Place, str] = {}
    odd: list[str] = []
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return HandMarks(found, refused, odd)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    if missing := set(HAND) - set(reader.fieldnames or ()):
        odd.append(f"{path.name} has no column {', '.join(sorted(missing))}; no points were taken from it")
        return HandMarks(found, refused, odd, whole=False)
    strangers = set()
    for row in reader:
        place = (row["assignment"] or "", row["student_id"] or "", row["cell"] or "")
        written = (row["points"] or "").strip()
        if not written:
            continue
        limit = most.get((place[0], place[2]), float("inf"))
        where = f"{path.name}, line {reader.line_num}: {', '.join(place)}"
        if place[1] not in course.students:
            strangers.add(place[1])
        elif place[0] in {one.assignment.name for one in graded} and place not in found and limit == float("inf"):
            odd.append(f"{where}: there is no such cell")
        try:
            points = float(written.replace(",", "."))
        except ValueError:
            points = -1.0
        if 0 <= points <= limit:  # also of whom or what is not graded now: what an instructor wrote is never dropped
            found[place] = written.replace(",", ".")
            refused.pop(place, None)
        else:
            refused[place] = written
            odd.append(f"{where} has {written} of {limit} points, which was not taken")
    if strangers:
        odd.append(f"{path.name} has points of {', '.join(sorted(strangers))}: no students of the course")
    return HandMarks(found, refused, odd)


def by_hand(marks: dict[Place, str], assignment: str, student: str) -> float | str:
    """The sum of a student's points; "" while one of them is missing."""
    own = [points for (name, whose, _), points in marks.items() if (name, whose) == (assignment, student)]
    return sum(map(float, own)) if own and all(own) else ""


# Tables ---------------------------------------------------------------------------------------------------------


def table(path: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    write_whole(path, text.getvalue())


def harmless(text: str | None) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{text}" if text and text[0] in "=+-@\t\r" else text or ""


def columns(
    course: Course, graded: list[Graded], marks: dict[Place, str]
) -> dict[str, tuple[int, dict[str, float | str], Graded]]:
    """By title, what becomes a column of a gradebook: its greatest score, the scores by student."""
    found = {}
    for one in graded:
        name = one.assignment.name
        found[name] = (one.most(), {student: one.score(student) for student in course.students}, one)
        if most := sum(one.assignment.points(by_hand=True).values()):
            scores = {student: by_hand(marks, name, student) for student in course.students}
            found[f"{name} (by hand)"] = (most, scores, one)
    return found


def write_tables(course: Course, graded: list[Graded], marks: dict[Place, str]) -> None:
    """Write grades.csv, canvas.csv and moodle.csv."""
    found = columns(course, graded, marks)
    rows = []
    for title, (most, scores, one) in found.items():
        for student, about in course.students.items():
            handed_in = one.results.get(student, {}).get("timestamp", "")
            score, penalty = scores[student], "" if scores[student] == "" else 0.0
            person = student, *(harmless(about[name]) for name in ("last_name", "first_name", "email"))
            rows.append([title, course.due.get(title, ""), handed_in, *person, score, penalty, score, most])
    table(course.folder / "grades.csv", NBGRADER, rows)

    people = course.students.items()
    # An import must not take a word for a score: what has none stays as it is in the gradebook.
    numbers = {
        title: {s: "" if v == ERROR else v for s, v in scores.items()} for title, (_, scores, _) in found.items()
    }
    possible = ["    Points Possible", "", "", "", "", *(most for most, _, _ in found.values())]
    table(
        course.folder / "canvas.csv",
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *found],
        [
            possible,
            *(
                [
                    harmless(f"{p['last_name'] or ''}, {p['first_name'] or ''}"),
                    "",
                    s,
                    s,
                    "",
                    *(numbers[title][s] for title in found),
                ]
                for s, p in people
            ),
        ],
    )
    table(
        course.folder / "moodle.csv",
        ["ID number", "First name", "Last name", "Email address", *found],
        [
            [
                s,
                *(harmless(p[n]) for n in ("first_name", "last_name", "email")),
                *(numbers[title][s] for title in found),
            ]
            for s, p in people
        ],
    )


# Pages ----------------------------------------------------------------------------------------------------------


def rows_of(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A table in HTML."""
    lines = ["<table>", "<tr>" + "".join(f'<th scope="col">{escape(str(cell))}</th>' for cell in header) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows]
    return "\n".join([*lines, "</table>"])


def mistakes(mark: dict[str, Any]) -> list[str]:
    """What went wrong with a question, one entry for each property that failed, one in all if they failed alike."""
    if mark["problem"]:
        return [mark["problem"]]
    faults = {wrong for _, wrong in mark["failed"]}
    if len(faults) == 1 and not mark["held"]:
        return [f"in every case: {faults.pop()}"]
    return [f"{name}: {wrong}" for name, wrong in mark["failed"]]


def verdict(mark: dict[str, Any]) -> str:
    """What a student reads about a question: never what it was asked, nor what was expected."""
    found = mistakes(mark)
    if not found:
        return "Right."
    said = "; ".join(found)
    held = f" Right: {'; '.join(mark['held'])}." if mark["held"] else ""
    return f"Not yet. {said[0].upper()}{said[1:]}.{held}"


def feedback(course: Course, graded: list[Graded], marks: dict[Place, str], student: str) -> str:
    """A student's page."""
    parts = []
    for one in graded:
        result = one.results.get(student)
        parts.append(f"<h2>{escape(one.assignment.name)}</h2>")
        if result is None:
            parts.append("<p>Nothing was handed in.</p>")
        elif "error" in result:
            parts.append("<p>Your work has not been graded yet; the fault is the grader's.</p>")
        else:
            parts.append(f"<p>{one.score(student)} of {one.most()} points, without those given by hand.</p>")
            lines = [(m["question"], f"{m['score']} of {m['points']}", verdict(m)) for m in result["marks"]]
            parts.append(rows_of(["Question", "Points", "What was found"], lines))
            parts += [f"<p>{escape(note)}</p>" for note in result["notes"]]
            own = (one.assignment.name, student)
            points = [(cell, given or "to come") for (*whose, cell), given in marks.items() if (*whose,) == own]
            if points:
                parts.append(rows_of(["In your own words", "Points"], points))
    return PAGE.format(title=escape(f"{course.name}: {student}"), body="\n".join(parts))


def summary(course: Course, graded: list[Graded], odd: list[str]) -> str:
    """The instructor's page: how scores are distributed, what is solved, what goes wrong most often.

    odd: what is to be looked at of the course as a whole.
    """
    parts = ["<ul>", *(f"<li>{escape(line)}</li>" for line in odd), "</ul>"] if odd else []
    for one in graded:
        scored = {s: r for s, r in one.results.items() if "error" not in r}
        parts += [
            f"<h2>{escape(one.assignment.name)}</h2>",
            f"<p>{len(one.results)} of {len(course.students)} students have handed it in.</p>",
        ]
        without = [(s, r["error"]) for s, r in one.results.items() if "error" in r]
        if without:
            parts += ["<h3>Without a score: grade again</h3>", rows_of(["Student", "Error"], without)]
        if open_ := {r["open"] for r in scored.values() if r["open"]}:
            parts.append(
                "<p><strong>Nothing locked students’ code in: this system allows no namespaces "
                f"({escape(', '.join(open_))}). It could read and change whatever you can.</strong></p>"
            )
        counts = Counter(one.score(student) for student in scored)
        parts += ["<h3>Points</h3>", rows_of(["Points", "Students"], sorted(counts.items()))]
        marks = [mark for result in scored.values() for mark in result["marks"]]
        solved = [
            (q.name, q.points, f"{sum(m['score'] > 0 for m in marks if m['question'] == q.name)} of {len(scored)}")
            for q in one.assignment.questions
        ]
        parts += ["<h3>Questions</h3>", rows_of(["Question", "Points", "Solved by"], solved)]
        wrong = Counter((mark["question"], what) for mark in marks for what in mistakes(mark))
        frequent = [(question, what, count) for (question, what), count in wrong.most_common(12)]
        parts += ["<h3>Most frequent mistakes</h3>", rows_of(["Question", "What was found", "Students"], frequent)]
        if one.odd:
            parts += ["<h3>To be looked at</h3>", "<ul>", *(f"<li>{escape(line)}</li>" for line in one.odd), "</ul>"]
        for name, points in one.assignment.points(by_hand=True).items():
            parts.append(f"<h3>{escape(name)}, {points} points, by hand</h3>")
            parts += [
                f"<h4>{escape(s)}</h4>\n<pre>{escape(r['written'].get(name, '–'))}</pre>" for s, r in scored.items()
            ]
    return PAGE.format(title=escape(f"{course.name}: summary"), body="\n".join(parts))


def write(course: Course, graded: list[Graded]) -> list[str]:
    """Write all tables and pages into the course's folder; returns what is odd about the marks given by hand."""
    given = hand_marks(course, graded)
    odd = list(map(clean, given.odd))
    if given.whole:  # first, as nobody could write it again
        kept = given.points | given.refused
        table(course.folder / "hand_marks.csv", HAND, ([*place, points] for place, points in kept.items()))
    write_tables(course, graded, given.points)
    write_whole(course.folder / "summary.html", summary(course, graded, odd))
    for student in course.students:
        page = feedback(course, graded, given.points, student)
        write_whole(course.folder / "feedback" / f"{student}.html", page)
    return odd
