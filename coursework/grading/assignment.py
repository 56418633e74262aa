"""An assignment: a notebook in nbgrader's format with solutions, and questions that say what is right.

`coursework/assignments/<name>/` holds `source.ipynb` and `questions.py`. The latter defines `QUESTIONS`, a list, and
`parameters(rng)`, the numbers that differ from course to course or from student to student.
"""

from __future__ import annotations

import copy
import importlib.util
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from coursework.grading.sandbox import Limits

ASSIGNMENTS = Path(__file__).resolve().parents[1] / "assignments"
SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?### END SOLUTION$", re.MULTILINE | re.DOTALL)
TO_DO = {"code": "# YOUR CODE HERE\nraise NotImplementedError()", "markdown": "YOUR ANSWER HERE"}

Notebook = dict[str, Any]
Parameters = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One call of a student's function.

    arguments, expected: plain data.
    property: in words and without numbers, what a function has that answers rightly; students read it.
    tolerance: of numbers, relative to what is expected, absolute where that is 0.
    """

    arguments: list[Any]
    expected: Any
    property: str
    tolerance: float = 1e-6


@dataclass(frozen=True)
class Question:
    """The function that the cell `name` asks for; its points are for a function that is right in all cases."""

    name: str
    function: str
    points: int
    cases: Callable[[np.random.Generator, Parameters], list[Case]]
    limits: Limits = field(default=Limits())


@dataclass(frozen=True)
class Assignment:
    """A folder of coursework/assignments, read."""

    name: str
    folder: Path
    source: Notebook
    questions: list[Question]
    parameters: Callable[[np.random.Generator], Parameters]

    @classmethod
    def read(cls, folder: Path) -> Assignment:
        """Read it. Raises ValueError when notebook and questions do not belong together."""
        source = json.loads((folder / "source.ipynb").read_text("utf-8"))
        for cell in source["cells"]:
            cell["source"] = "".join(cell["source"])
        spec = importlib.util.spec_from_file_location(f"questions_of_{folder.name}", folder / "questions.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found = cls(folder.name, folder, source, module.QUESTIONS, module.parameters)
        asked = {question.name: question.points for question in found.questions}
        shown = {name.removesuffix("_example"): given for name, given in found.points(by_hand=False).items()}
        if not asked == shown or set(asked) != set(found.stubs()):
            raise ValueError(f"{folder.name}: questions.py has {asked}, source.ipynb {shown} and {list(found.stubs())}")
        return found

    def cells(self, **wanted: bool) -> dict[str, dict[str, Any]]:
        """By grade_id, the cells whose nbgrader metadata are as wanted: cells(solution=True, grade=False)."""
        marked = {c["metadata"]["nbgrader"]["grade_id"]: c for c in self.source["cells"] if "nbgrader" in c["metadata"]}
        return {
            name: cell
            for name, cell in marked.items()
            if all(cell["metadata"]["nbgrader"][key] is value for key, value in wanted.items())
        }

    def points(self, by_hand: bool) -> dict[str, int]:
        """The points of each cell that is marked by hand, or that stands for a question scored by itself."""
        return {
            name: cell["metadata"]["nbgrader"]["points"]
            for name, cell in self.cells(grade=True, solution=by_hand).items()
        }

    def stubs(self) -> dict[str, str]:
        """By grade_id, what students find in the cells that they are to fill with code."""
        return {name: without_solution(cell) for name, cell in self.cells(solution=True, grade=False).items()}

    def texts(self) -> list[str]:
        """What stands in words in a notebook before students write into it."""
        words = [cell for cell in self.source["cells"] if cell["cell_type"] == "markdown"]
        return [
            without_solution(cell) if cell["metadata"].get("nbgrader", {}).get("solution") else cell["source"]
            for cell in words
        ]

    def given(self, parameters: Parameters) -> list[tuple[str, str]]:
        """The code (name, source) that stands in every notebook and that no student can change."""
        code = {
            name: cell["source"] for name, cell in self.cells(locked=True, grade=False).items()
            if cell["cell_type"] == "code"
        }  # fmt: skip
        return [(name, setting(parameters) if name == "parameters" else text) for name, text in code.items()]

    def version(self, parameters: Parameters, solutions: bool) -> Notebook:
        """The notebook with these parameters, for instructors with solutions, for students without; no outputs."""
        notebook = copy.deepcopy(self.source)
        for cell in notebook["cells"]:
            marks = cell["metadata"].get("nbgrader", {})
            if marks.get("grade_id") == "parameters":
                cell["source"] = setting(parameters)
            if marks.get("solution") and not solutions:
                cell["source"] = without_solution(cell)
            if marks.get("locked") and not solutions:
                cell["metadata"] |= {"editable": False, "deletable": False}  # as nbgrader locks them
            if cell["cell_type"] == "code":
                cell |= {"outputs": [], "execution_count": None}
        return notebook


def setting(parameters: Parameters) -> str:
    """The code that sets parameters."""
    return "\n".join(f"{name} = {value!r}" for name, value in parameters.items())


def without_solution(cell: dict[str, Any]) -> str:
    """A cell's text with what is to be done in place of its solution, as nbgrader does it."""

    def to_do(region: re.Match[str]) -> str:
        return "\n".join(region[1] + line for line in TO_DO[cell["cell_type"]].split("\n"))

    text, regions = SOLUTION.subn(to_do, cell["source"])
    return text if regions else TO_DO[cell["cell_type"]]
