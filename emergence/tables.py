"""Reads the files of the folder data: what was published, simulated, trained or measured beforehand.

A table is a CSV file whose first line names its columns; a JSON file beside it says how it was made. What the columns
mean and where they come from: data/README.md.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from importlib.resources import files
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Row = dict[str, str]


def read_text(file: str) -> str:
    """The whole content of a file of the folder data."""
    return (files("emergence") / "data" / file).read_text(encoding="utf-8")


def read_json(file: str) -> dict[str, Any]:
    """A description that stands beside a table."""
    return json.loads(read_text(file))


def read_rows(file: str, /, **wanted: object) -> list[Row]:
    """The rows of a table as they stand there; of them, those whose columns have the wanted values."""
    table = csv.DictReader(read_text(file).splitlines())
    return [row for row in table if all(row[name] == str(value) for name, value in wanted.items())]


def grouped(rows: Iterable[Row], *names: str) -> dict[Any, list[Row]]:
    """The rows by what they have in one column, or by the tuple of what they have in several, as they first occur."""
    found: dict[Any, list[Row]] = {}
    key = itemgetter(*names)
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def column_of(rows: Sequence[Row], name: str, kind: DTypeLike = float, *, empty: str = "") -> NDArray[Any]:
    """A column as a read-only array of one kind, shape (rows,). Entries that are empty are read as `empty`.

    Raises ValueError for an entry that is not of this kind.
    """
    return frozen(np.array([row[name] or empty for row in rows], dtype=kind))


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """The array itself, read-only from now on: it is kept, and whoever asks next gets the same one."""
    array.setflags(write=False)
    return array
