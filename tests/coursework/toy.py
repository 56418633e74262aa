"""A small assignment of ten points, a course of it, and submissions of it; what is tested here is the grader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

QUESTIONS = """
from coursework.grading.assignment import Case, Question
from coursework.grading.sandbox import Limits

QUICK = Limits(cpu=1, wall=3)


def parameters(rng):
    return {"offset": round(float(rng.uniform(1, 2)), 3)}


def shifted(rng, parameters):
    return [Case([x], x + parameters["offset"], "it adds the offset") for x in rng.uniform(-9, 9, 3).tolist()]


def mean(rng, parameters):
    lists = [rng.uniform(-9, 9, n).tolist() for n in (1, 4, 5)]
    return [Case([values], sum(values) / len(values), "the mean of a list") for values in lists]


def positive(rng, parameters):
    lists = [rng.uniform(-9, 9, 6).tolist() for _ in range(3)]
    return [Case([values], [x > 0 for x in values], "one truth value for each number") for values in lists]


QUESTIONS = [
    Question("shift", "shifted", 3, shifted, QUICK),
    Question("average", "mean", 3, mean, QUICK),
    Question("signs", "positive", 4, positive, QUICK),
]
"""
PARTS = {
    "shift": ("def shifted(x):", "return x + offset", "assert shifted(0) == offset", 3),
    "average": ("def mean(values):", "return sum(values) / len(values)", "assert mean([1, 3]) == 2", 3),
    "signs": (
        "def positive(values):",
        "return [x > 0 for x in values]",
        "assert positive([1, -1]) == [True, False]",
        4,
    ),
}
RIGHT = {name: f"{head}\n    {body}" for name, (head, body, _, _) in PARTS.items()}
HONEST = RIGHT | {name: f"{PARTS[name][0]}\n    return None" for name in ("average", "signs")}  # three points


def cell(kind: str, text: str, name: str = "", **marks: Any) -> dict[str, Any]:
    """A cell of a notebook, with nbgrader's metadata if it has a name."""
    rest = {"outputs": [], "execution_count": None} if kind == "code" else {}
    nbgrader = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3} | marks
    metadata = {"nbgrader": nbgrader | {"grade_id": name}} if name else {}
    return {"cell_type": kind, "id": name or f"free-{abs(hash(text))}", "metadata": metadata, "source": text, **rest}


def notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """A notebook of these cells."""
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def source() -> dict[str, Any]:
    """The instructor's notebook."""
    cells = [
        cell("markdown", "Three questions."),
        cell("code", "import math", "setup", locked=True),
        cell("code", "offset = 1.5", "parameters", locked=True),
    ]
    for name, (head, body, example, points) in PARTS.items():
        solution = f"{head}\n    ### BEGIN SOLUTION\n    {body}\n    ### END SOLUTION"
        cells.append(cell("code", solution, name, solution=True))
        cells.append(cell("code", example, f"{name}_example", grade=True, locked=True, points=points))
    cells.append(cell("markdown", "Because.", "why", grade=True, solution=True, points=2))
    return notebook(cells)


def submission(answers: dict[str, str], extra: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> dict[str, Any]:
    """A student's notebook: what they wrote into the cells of that name, and cells of their own before and after."""
    filled = source()
    for one in filled["cells"]:
        name = one["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name in PARTS:
            one["source"] = answers.get(
                name, f"{PARTS[name][0]}\n    # YOUR CODE HERE\n    raise NotImplementedError()"
            )
        elif name in answers:
            one["source"] = answers[name]
    filled["cells"] += [cell("code", text) for text in after]
    filled["cells"][1:1] = [cell("code", text) for text in extra]
    return filled


def write(path: Path, content: dict[str, Any] | str | bytes) -> Path:
    """Write a notebook, or what is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = json.dumps(content) if isinstance(content, dict) else content
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def write_assignment(folder: Path) -> Path:
    """The toy assignment as a folder."""
    write(folder / "source.ipynb", source())
    write(folder / "questions.py", QUESTIONS)
    return folder


def write_course(folder: Path, assignment: Path, students: list[str], seed: str = "s" * 64) -> Path:
    """A course of this one assignment."""
    about = [f'name = "Toy"\nseed = "{seed}"\nstudents = "students.csv"\nper_student = true']
    write(folder / "course.toml", "\n".join([*about, f"assignments = ['{assignment}']"]))
    rows = [f"{student},Last{i},First{i},{i}@example.org" for i, student in enumerate(students)]
    write(folder / "students.csv", "\n".join(["id,last_name,first_name,email", *rows, ""]))
    return folder
