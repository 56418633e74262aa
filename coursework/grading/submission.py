"""What a student handed in: where it lies, which code it holds, and what is odd about it. Nothing of it is run here."""

from __future__ import annotations

import errno
import json
import os
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursework.grading.assignment import Assignment, Parameters

LARGEST = 20_000_000  # bytes of a notebook


class Unreadable(ValueError):
    """A file that is no notebook."""


@dataclass(frozen=True)
class Submission:
    """code: (name, source) of each cell to run; written: answers in words by grade_id; notes: what was odd."""

    code: list[tuple[str, str]]
    written: dict[str, str]
    notes: list[str]


def find(folder: Path, students: set[str], name: str) -> tuple[dict[str, Path], list[str]]:
    """By student, the notebook of assignment `name`, and what is odd about the folder.

    Both `<student>/<name>.ipynb` and nbgrader's `submitted/<student>/<name>/<name>.ipynb` are found.
    """
    if (folder / "submitted").is_dir():
        folder = folder / "submitted"
    found: dict[str, Path] = {}
    odd = []
    known = {unicodedata.normalize("NFC", student): student for student in students}
    for home in sorted(folder.iterdir()):
        student = known.get(unicodedata.normalize("NFC", home.name))
        if home.name.startswith(".") or not (home.is_dir() or home.is_symlink()):
            continue
        if student is None or home.is_symlink():
            odd.append(
                f"{home.name}: {'no student of the course' if student is None else 'a symbolic link'}; not graded"
            )
            continue
        places = [home] if (home / name).is_symlink() else [home, home / name]
        candidates = [place / f"{name}.ipynb" for place in places if os.path.lexists(place / f"{name}.ipynb")]
        if not candidates:  # "physics (1).ipynb", "Physics.ipynb"
            near = [path for place in places for path in place.glob("*.ipynb")]
            candidates = sorted(path for path in near if path.name.casefold().startswith(name.casefold()))
            odd += [f"{home.name}: {path.name} taken for {name}.ipynb" for path in candidates[:1]]
        if len(candidates) > 1:
            odd.append(f"{home.name}: several notebooks for {name}; {candidates[0].name} was graded")
        if candidates:
            found[student] = candidates[0]
    return found, odd


def raw(path: Path) -> bytes:
    """The bytes of a submission.

    Raises Unreadable for anything but a plain file of a sensible size, OSError when that cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise Unreadable(f"{path.name} is a symbolic link") from None
    with open(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable(f"{path.name} is no plain file")
        if about.st_size > LARGEST:
            raise Unreadable(f"{path.name} is larger than {LARGEST} bytes")
        return file.read(LARGEST)


def read(data: bytes, assignment: Assignment, parameters: Parameters) -> Submission:
    """Take a notebook apart. Raises Unreadable when it is none."""
    try:
        notebook = json.loads(data)
        cells = [(cell["cell_type"], text_of(cell["source"]), grade_id(cell)) for cell in notebook["cells"]]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"not a notebook: {type(error).__name__}: {str(error)[:100]}") from None
    given = dict(assignment.given(parameters))
    stubs = assignment.stubs()
    empty = {essence(stub) for stub in stubs.values()}
    examples = assignment.cells(grade=True, solution=False)
    code = list(given.items())
    written: dict[str, str] = {}
    seen: dict[str, int] = {}
    changed: list[str] = []
    for number, (kind, text, name) in enumerate(cells, 1):
        seen[name] = seen.get(name, 0) + 1
        if name in given and text.strip() != given[name].strip():
            changed.append(f"the cell {name} is not as it was handed out; the right one was run")
        if kind == "markdown" and name in assignment.points(by_hand=True):
            written[name] = "\n\n".join(filter(None, [written.get(name), text]))
        if kind != "code" or name in given or name in examples or essence(text) in empty:
            continue
        label = name if name in stubs and seen[name] == 1 else f"cell {number}"
        code.append((label, text))
    notes = [*dict.fromkeys(changed), *(f"{name} stands {seen[name]} times" for name in stubs if seen.get(name, 0) > 1)]
    notes += [f"the cell {name} is missing" for name in [*given, *stubs] if name not in seen]
    return Submission(code, written, notes)


def essence(code: str) -> str:
    """Code without comments at a line's start and without space, to tell what a student has left as it was."""
    return "".join("".join(line.split()) for line in code.splitlines() if not line.strip().startswith("#"))


def text_of(source: Any) -> str:
    """A cell's text, which may be stored as lines. Raises TypeError when it is neither."""
    text = source if isinstance(source, str) else "".join(source)
    return text.encode("utf-8", "replace").decode()  # half a surrogate pair has no place in JSON or a page


def grade_id(cell: dict[str, Any]) -> str:
    """nbgrader's name of a cell, "" if it has none."""
    name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")
    return name if isinstance(name, str) else ""
