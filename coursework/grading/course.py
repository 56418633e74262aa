"""A course: a folder of the instructor's with a name, a secret seed and the list of students. It is never published."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import secrets
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coursework.grading.assignment import ASSIGNMENTS, Assignment, Parameters
from coursework.grading.sandbox import clean

NEW = """\
name = {name}
# Whoever knows the seed knows the tests. Keep this folder to yourself.
seed = "{seed}"
students = "students.csv"
# Each student gets numbers of their own, and a notebook of their own, in the folder students/.
per_student = true
assignments = [{assignments}]

[due]
# physics = 2027-01-31T23:59:00
"""
COLUMNS = ("id", "last_name", "first_name", "email")


@dataclass(frozen=True)
class Course:
    """What course.toml says; students by id."""

    folder: Path
    name: str
    seed: str
    per_student: bool
    students: dict[str, dict[str, str]]
    assignments: list[Path]
    due: dict[str, str]

    @classmethod
    def read(cls, folder: Path, create: bool = False) -> Course:
        """Read a course, or first create it with a new seed. Raises FileNotFoundError or ValueError."""
        about = folder / "course.toml"
        if create and not about.exists():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)  # also solutions and grades are nobody else's business
            names = ", ".join(f'"{path.parent.name}"' for path in sorted(ASSIGNMENTS.glob("*/source.ipynb")))
            text = NEW.format(name=quoted(folder.resolve().name), seed=secrets.token_hex(32), assignments=names)
            with open(os.open(about, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
            (folder / "students.csv").write_text(",".join(COLUMNS) + "\n", "utf-8")
            (folder / ".gitignore").write_text("*\n", "utf-8")
        said = tomllib.loads(about.read_text("utf-8"))
        if len(said["seed"]) < 32:
            raise ValueError(f"seed in {about} has {len(said['seed'])} characters, fewer than 32")
        with (folder / said["students"]).open(encoding="utf-8-sig", newline="") as file:
            rows = [{k: v or "" for k, v in row.items()} for row in csv.DictReader(file, restkey="")]
        missing = set(COLUMNS) - set(rows[0] if rows else COLUMNS)
        if missing:
            raise ValueError(f"{said['students']} has no column {', '.join(sorted(missing))}")
        students = {row["id"]: row for row in rows}
        same = {unicodedata.normalize("NFC", student) for student in students}  # José in either form is one folder
        unfit = [student for student in students if not student or "/" in student or student.startswith(".")]
        if unfit or len(same) < len(rows):
            raise ValueError(
                f"{said['students']}: ids must be unique and fit for a folder's name; see {unfit or 'twins'}"
            )
        due = {name: str(time) for name, time in said.get("due", {}).items()}
        paths = [folder / name if os.sep in name else ASSIGNMENTS / name for name in said["assignments"]]
        return cls(folder, said["name"], said["seed"], said["per_student"], students, paths, due)

    def key(self, *names: str) -> str:
        """What to draw from for a purpose; from it neither the seed nor another purpose's key can be found."""
        return hashlib.sha256("\0".join([self.seed, *names]).encode()).hexdigest()

    def parameters(self, assignment: Assignment, student: str) -> Parameters:
        """The numbers of one student, or of all if the course makes no difference."""
        owner = student if self.per_student else ""
        return assignment.parameters(generator(self.key(assignment.name, "parameters", owner)))


def generator(key: str) -> np.random.Generator:
    """Random numbers from a key."""
    return np.random.default_rng(list(hashlib.sha256(key.encode()).digest()))


def quoted(text: str) -> str:
    """A text as TOML has it."""
    return json.dumps(clean(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def write_whole(path: Path, text: str) -> None:
    """Write a file; a full disk, a kill or a power cut leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
