"""What a student handed in: where it lies, which code it holds, and what is odd about it. Nothing of it is run here."""

from __future__ import annotations

import errno
import json
import os
import stat
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from coursework.grading.assignment import Assignment, Parameters
from coursework.grading.sandbox import clean

LARGEST = 100_000_000  # bytes of a notebook
LARGE = 1_000_000  # bytes, of which most must be outputs
WORDS = 20_000  # characters of an answer in words
SHOWN = 8  # names of files that are told


class Unreadable(ValueError):
    """A file that is no notebook."""


@dataclass(frozen=True)
class Submission:
    """code: (name, source) of each cell to run; written: answers in words by grade_id; notes: what was odd."""

    code: list[tuple[str, str]]
    written: dict[str, str]
    notes: list[str]


def find(folder: Path, students: set[str], name: str, names: Collection[str] = ()) -> tuple[dict[str, Path], list[str]]:
    """By student, the notebook of assignment `name`, one of `names`, and what is odd about the folder.

    Both `<student>/<name>.ipynb` and nbgrader's `submitted/<student>/<name>/<name>.ipynb` are found.
    """
    found: dict[str, Path] = {}
    odd = []
    known = {unicodedata.normalize("NFC", student): student for student in students}
    if (folder / "submitted").is_dir():
        if beside := [home.name for home in folder.iterdir() if unicodedata.normalize("NFC", home.name) in known]:
            odd.append(f"only the folder submitted was read, not {some(beside)} beside it")
        folder = folder / "submitted"
    loose = []
    for home in sorted(folder.iterdir()):
        student = known.get(unicodedata.normalize("NFC", home.name))
        if home.name.startswith("."):
            continue
        if not (home.is_dir() or home.is_symlink()):
            loose.append(home.name)
            continue
        if student is None or home.is_symlink():
            odd.append(
                f"{home.name}: {'no student of the course' if student is None else 'a symbolic link'}; not graded"
            )
            continue
        places = [home] if (home / name).is_symlink() else [home, home / name]
        candidates = [path for place in places if is_there(path := place / f"{name}.ipynb")]
        near = sorted(
            path for place in places if place.is_dir() for path in place.iterdir()
            if is_there(path) and is_near(path.name, name) and path not in candidates
        )  # fmt: skip
        if not candidates:
            odd += [f"{home.name}: {path.name} taken for {name}.ipynb" for path in near[:1]]
        candidates += near
        if len(candidates) > 1:
            first, *rest = candidates
            newer = [path.name for path in rest if path.lstat().st_mtime > first.lstat().st_mtime]
            also = f", though {some(newer)} is newer" if newer else ""
            odd.append(f"{home.name}: several notebooks for {name}; {first.name} was graded{also}")
        if candidates:
            found[student] = candidates[0]
        elif nothing := taken_for_nothing(home, {name, *names}):
            odd.append(f"{home.name}: no notebook for {name}; not looked at: {some(nothing)}")
    if loose:
        odd.append(f"not in a student's folder, and not looked at: {some(sorted(loose))}")
    return found, [clean(line) for line in odd]


def is_there(path: Path) -> bool:
    """Whether there is something that could be handed in; a link or a pipe is, and is refused when it is read."""
    return os.path.lexists(path) and (path.is_symlink() or not path.is_dir())


def is_near(file: str, name: str) -> bool:
    """Whether a file's name may have become of the assignment's: "physics (1).ipynb", "Copy of physics.ipynb"."""
    file = file.casefold().removesuffix(".txt").removesuffix(".json")
    return file.removeprefix("copy of ").startswith(name.casefold()) and file.endswith(".ipynb")


def taken_for_nothing(home: Path, names: Collection[str]) -> list[str]:
    """What lies in a student's folder and belongs to none of the assignments."""
    places = [home, *(home / name for name in names if (home / name).is_dir() and not (home / name).is_symlink())]
    return [
        str(path.relative_to(home))
        for place in places
        for path in sorted(place.iterdir())
        if not path.name.startswith(".") and path not in places
        and not (is_there(path) and any(is_near(path.name, name) for name in names))
    ]  # fmt: skip


def some(names: list[str]) -> str:
    """Names, or the first of them."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


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
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        os.close(descriptor)
        raise Unreadable(f"{path.name} is no plain file")
    with open(descriptor, "rb") as file:
        if about.st_size > LARGEST:
            raise Unreadable(f"{path.name} is larger than {LARGEST} bytes")
        return file.read(LARGEST)


def without_outputs(data: bytes) -> bytes:
    """A notebook without its outputs, if it is large; what is none stays as it is."""
    if len(data) < LARGE:
        return data
    try:
        notebook = json.loads(data)
        for sheet in [notebook, *notebook.get("worksheets", [])]:
            for cell in sheet.get("cells", []):
                cell.pop("outputs", None)
                cell["attachments"] = dict.fromkeys(cell.get("attachments") or {})
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return data
    return json.dumps(notebook).encode()


def read(data: bytes, assignment: Assignment, parameters: Parameters) -> Submission:
    """Take a notebook apart. Raises Unreadable when it is none."""
    try:
        notebook = json.loads(data)
        if "worksheets" in notebook:  # an old format
            notebook = nbformat.convert(nbformat.from_dict(notebook), 4)
        cells = [
            (cell["cell_type"], text_of(cell["source"]), grade_id(cell), bool(cell.get("attachments")))
            for cell in notebook["cells"]
        ]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
        raise Unreadable(clean(f"not a notebook: {type(error).__name__}: {str(error)[:100]}")) from None
    given = dict(assignment.given(parameters))
    right = [("parameters", given["parameters"])] if "parameters" in given else []
    stubs = assignment.stubs()
    empty = {essence(stub) for stub in stubs.values()} | {""}
    examples = {name: cell["source"].strip() for name, cell in assignment.cells(grade=True, solution=False).items()}
    by_hand = assignment.points(by_hand=True)
    told = {essence(text) for text in assignment.texts()}
    code = list(given.items())
    written: dict[str, list[str]] = {}
    others: list[str] = []
    seen: dict[str, int] = {}
    odd: list[str] = []
    for number, (kind, text, name, pictures) in enumerate(cells, 1):
        seen[name] = seen.get(name, 0) + 1
        if name in by_hand:
            written.setdefault(name, []).append(text)
            odd += [f"{name} has a picture; look into the notebook"] * pictures
            odd += [f"{name} is a cell of code"] * (kind == "code")
            continue
        if kind != "code":
            others += [text] * (kind in ("markdown", "raw") and essence(text) not in told)
            continue
        own = text.strip() != given.get(name, examples.get(name, "")).strip()
        if essence(text) in empty or not own:
            continue
        code.append((name if name in stubs and seen[name] == 1 else f"cell {number}", text))
        if name in given:
            odd.append(f"the cell {name} is not as it was handed out; the right one was run as well")
            code += right  # last, so that no other numbers count
    answers = {}
    for name in by_hand:
        own_words = [text for text in written.get(name, []) if essence(text) not in told]
        if not own_words and others:
            odd.append(f"{name} has no answer; what else the student wrote in words is shown")
            own_words = others
        words = "\n\n".join(own_words or written.get(name, []))
        if len(words) > WORDS:
            odd.append(f"{name} has {len(words)} characters; the first {WORDS} are shown")
        answers |= {name: words[:WORDS]} if words else {}
    notes = [*dict.fromkeys(odd), *(f"{name} stands {seen[name]} times" for name in stubs if seen.get(name, 0) > 1)]
    notes += [f"the cell {name} is missing" for name in [*given, *stubs] if name not in seen]
    return Submission(code, answers, notes)


def essence(code: str) -> str:
    """Code without comments at a line's start and without space, to tell what a student has left as it was."""
    return "".join("".join(line.split()) for line in code.splitlines() if not line.strip().startswith("#"))


def text_of(source: Any) -> str:
    """A cell's text, which may be stored as lines. Raises TypeError when it is neither."""
    text = source if isinstance(source, str) else "".join(source)
    return clean(text)


def grade_id(cell: dict[str, Any]) -> str:
    """nbgrader's name of a cell, "" if it has none."""
    name = ((cell.get("metadata") or {}).get("nbgrader") or {}).get("grade_id", "")
    return name if isinstance(name, str) else ""
