"""Write the notebooks of a course: python -m coursework.grading.assign --course FOLDER. `make assignments` calls it.

release/<assignment>/<assignment>.ipynb   what students get, in nbgrader's layout
students/<student>/<assignment>.ipynb     instead, when every student has numbers of their own
source/<assignment>/<assignment>.ipynb    with solutions: for instructors, and for nbgrader
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import nbformat

from coursework.grading.assignment import Assignment, Notebook
from coursework.grading.course import Course


def write_notebook(path: Path, notebook: Notebook) -> None:
    """Write a valid notebook; raises nbformat.ValidationError for another."""
    nbformat.validate(nbformat.from_dict(notebook))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", "utf-8")


def assign(course: Course, assignment: Assignment) -> list[Path]:
    """Write all versions of an assignment; returns those for students."""
    name = f"{assignment.name}.ipynb"
    shared = course.parameters(assignment, "")
    write_notebook(course.folder / "source" / assignment.name / name, assignment.version(shared, solutions=True))
    if course.per_student:
        owners = {course.folder / "students" / student / name: student for student in course.students}
    else:
        owners = {course.folder / "release" / assignment.name / name: ""}
    for path, student in owners.items():
        write_notebook(path, assignment.version(course.parameters(assignment, student), solutions=False))
    return list(owners)


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--course", type=Path, required=True, help="made with a new seed if it does not exist")
    course = Course.read(parser.parse_args().course, create=True)
    for path in course.assignments:
        written = assign(course, Assignment.read(path))
        print(f"{path.name}: {len(written)} notebooks for students, and source/ with solutions, in {course.folder}")
    if not course.students:
        print("No students yet: list them in students.csv, one in a line, and run this again.")


if __name__ == "__main__":
    main()
