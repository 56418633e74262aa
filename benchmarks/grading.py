"""How long a class of 300 takes: the assignment `physics`, graded as `make grade` does it, by two processes.

Each student has some answers right, some wrong and some not at all; one in thirty has a loop without an end, which
costs the whole processor time that a question may use.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from coursework.grading import report
from coursework.grading.assign import write_notebook
from coursework.grading.assignment import ASSIGNMENTS, Assignment, Notebook
from coursework.grading.course import COLUMNS, Course
from coursework.grading.grade import executor, grade

STUDENTS, WORKERS, LOOPS = 300, 2, 30
MOST = 180  # seconds


def hand_in(assignment: Assignment, course: Course, student: str, chance: random.Random, loop: bool) -> Notebook:
    """A notebook as this student may have filled it."""
    parameters = course.parameters(assignment, student)
    empty, solved = (assignment.version(parameters, solutions) for solutions in (False, True))
    for cell, right in zip(empty["cells"], solved["cells"], strict=True):
        if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
            body = chance.choices([right["source"], cell["source"], None], [7, 1, 2])[0]
            cell["source"] = body or cell["source"].replace("raise NotImplementedError()", "return [1.0, 0.5]")
            if loop:
                cell["source"] = cell["source"].replace("\n", "\n    while True:\n        pass\n", 1)
                loop = False
    return empty


def main() -> None:
    """Make a class, grade it, grade it again."""
    chance = random.Random(1)
    assignment = Assignment.read(ASSIGNMENTS / "physics")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Course.read(folder / "course", create=True)
        students = [f"student{i:03}" for i in range(STUDENTS)]
        lines = [",".join(COLUMNS), *(f"{student},L,F,{student}@example.org" for student in students)]
        (folder / "course" / "students.csv").write_text("\n".join(lines) + "\n", "utf-8")
        course = Course.read(folder / "course")
        for i, student in enumerate(students):
            notebook = hand_in(assignment, course, student, chance, loop=i % LOOPS == 0)
            write_notebook(folder / "in" / student / "physics.ipynb", notebook)
        seconds = []
        for _ in range(2):
            start = time.perf_counter()
            with executor(None, WORKERS) as pool:
                results, odd = grade(course, folder / "in", assignment, pool)
            report.write(course, [report.Graded(assignment, results, odd)])
            seconds.append(time.perf_counter() - start)
        counts = Counter(sum(mark["score"] for mark in result["marks"]) for result in results.values())
    print(
        f"{STUDENTS} submissions, {WORKERS} processes: {seconds[0]:.1f} s, {seconds[0] / STUDENTS:.3f} s each;", end=" "
    )
    print(f"at most {MOST} s are promised")
    print(f"again, with nothing changed: {seconds[1]:.1f} s")
    print("points and students:", ", ".join(f"{points}: {count}" for points, count in sorted(counts.items())))


if __name__ == "__main__":
    main()
