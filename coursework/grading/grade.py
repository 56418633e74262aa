"""Grade the submissions of a course: what changed since the last time, wherever that stopped.

    python -m coursework.grading.grade --submissions FOLDER --course FOLDER
    python -m coursework.grading.grade ... --scheduler tcp://127.0.0.1:8786   on the workers of a Dask cluster

Workers of a cluster have one thread each and a checkout of this repository at the same place.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from coursework.grading import report
from coursework.grading.assignment import Assignment
from coursework.grading.course import Course, write_whole
from coursework.grading.mark import Task, cases_of, score
from coursework.grading.sandbox import clean
from coursework.grading.submission import Unreadable, find, raw, without_outputs

Result = dict[str, Any]


@contextmanager
def executor(scheduler: str | None, workers: int) -> Iterator[Executor]:
    """Yield where submissions are scored: processes of this machine, or a Dask cluster."""
    if scheduler is None:
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            yield pool
    else:
        from distributed import Client

        with Client(scheduler) as client, client.get_executor(pure=False) as pool:
            yield pool


def fingerprint(task: Task, assignment: Assignment) -> str:
    """Equal only for what must have the same score: submission, parameters, hidden cases, limits, grader."""
    cases = [
        [question.points, asdict(question.limits), *map(asdict, cases_of(question, task.key, task.parameters))]
        for question in assignment.questions
    ]
    code = [*sorted(Path(__file__).parent.glob("*.py")), *sorted(task.folder.glob("*"))]
    parts = [
        task.notebook,
        task.unreadable.encode(),
        json.dumps([task.parameters, cases]).encode(),
        *(p.read_bytes() for p in code if p.is_file()),
    ]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def sealed(course: Course, place: Path, result: Result) -> str:
    """A seal on a result that is kept: only who has the seed can make it."""
    text = json.dumps([*place.parts[-2:], {k: v for k, v in result.items() if k != "seal"}], sort_keys=True)
    return hmac.new(course.key("results").encode(), text.encode(), hashlib.sha256).hexdigest()


def stored(course: Course, place: Path) -> Result | None:
    """The result that is kept; None if there is none, or what is there is not what was written."""
    try:
        kept = json.loads(place.read_text("utf-8"))
        return kept if hmac.compare_digest(kept["seal"], sealed(course, place, kept)) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def store(course: Course, place: Path, result: Result) -> None:
    """Keep a result."""
    kept = result | {"seal": sealed(course, place, result)}
    write_whole(place, json.dumps(kept, ensure_ascii=False, indent=1))


def time_of(path: Path) -> str:
    """When a file was last written; "" if that is no time."""
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime).isoformat(" ", "seconds")
    except (OSError, ValueError, OverflowError):
        return ""


def submit(pool: Executor, task: Task) -> Future[Result]:
    """Have a submission scored; a pool that is broken gives a failure, as a worker that is lost does."""
    try:
        return pool.submit(score, task)
    except BrokenExecutor as error:
        failed: Future[Result] = Future()
        failed.set_exception(error)
        return failed


def grade(
    course: Course, folder: Path, assignment: Assignment, pool: Executor, unprotected: bool = False
) -> tuple[dict[str, Result], list[str]]:
    """Score all submissions of an assignment; by student the results, and what is odd about the folder.

    A result without marks has an "error": the grader, not the student, has failed.
    """
    notebooks, odd = find(folder, set(course.students), assignment.name, [path.name for path in course.assignments])
    results: dict[str, Result] = {}
    waiting = {}
    for student, path in notebooks.items():
        handed_in, data, unreadable = time_of(path), b"", ""
        try:
            data = without_outputs(raw(path))
        except Unreadable as error:
            unreadable = clean(str(error))
        except OSError as error:
            results[student] = {"timestamp": handed_in, "error": clean(str(error))}
            continue
        numbers, key = course.parameters(assignment, student), course.key(assignment.name, "cases")
        task = Task(assignment.folder, student, data, numbers, key, unprotected, unreadable)
        seal = fingerprint(task, assignment)
        place = course.folder / "graded" / assignment.name / f"{student}.json"
        kept = stored(course, place)
        if kept and kept["fingerprint"] == seal:
            results[student] = kept | {"timestamp": handed_in}
        else:
            about = {"fingerprint": seal, "timestamp": handed_in}
            waiting[submit(pool, task)] = (student, place, about)
    for student in course.students.keys() - notebooks.keys():  # a folder may hold only the last week's
        place = course.folder / "graded" / assignment.name / f"{student}.json"
        if kept := stored(course, place):
            results[student] = kept
            odd.append(f"{student}: no notebook in this folder; the score of an earlier one stands")
        elif place.exists():
            odd.append(f"{student}: no notebook in this folder, and the score of an earlier one is damaged")
    began = time.monotonic()
    print(f"{assignment.name}: {len(notebooks)} submissions, {len(waiting)} to be graded", flush=True)
    for done, future in enumerate(as_completed(waiting), 1):
        student, place, about = waiting[future]
        failure = future.exception()
        if failure:
            results[student] = about | {"error": f"{type(failure).__name__}: {failure}"}
        else:
            results[student] = about | future.result()
            store(course, place, results[student])
        left = (time.monotonic() - began) / done * (len(waiting) - done)
        print(f"{done}/{len(waiting)}  about {left:.0f} s left  {student}", flush=True)
    odd += [f"{student}: {note}" for student, result in sorted(results.items()) for note in result.get("notes", [])]
    return results, odd


def main() -> int:
    """Read the command line, grade and report; 1 if a submission has no score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=Path, required=True, help="holds <student>/<assignment>.ipynb")
    parser.add_argument("--course", type=Path, required=True, help="holds course.toml; results go there")
    parser.add_argument("--scheduler", help="address of a Dask scheduler, tcp://...")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes, without a scheduler")
    parser.add_argument("--unprotected", action="store_true", help="run students' code even where it is not locked in")
    given = parser.parse_args()
    if not given.submissions.is_dir():
        parser.error(f"there is no folder {given.submissions}")
    course = Course.read(given.course)
    graded = []
    for path in course.assignments:
        assignment = Assignment.read(path)
        with executor(given.scheduler, given.workers) as pool:  # a new one, in case that the last one was lost
            found = grade(course, given.submissions, assignment, pool, given.unprotected)
        graded.append(report.Graded(assignment, *found))
    for line in report.write(course, graded):
        print(line)
    failed = [
        f"{one.assignment.name}, {student}: {result['error']}"
        for one in graded
        for student, result in one.results.items()
        if "error" in result
    ]
    print(*failed, f"Results are in {course.folder}: summary.html, grades.csv, feedback/", sep="\n")
    if failed:
        print("Some submissions have no score, though nothing is wrong with them. Run this again.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
