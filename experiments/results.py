"""What experiments leave behind: files that are whole or not there, tables, and work that goes on where it stopped."""

from __future__ import annotations

import csv
import importlib.metadata
import io
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import emergence

RESULTS = Path(__file__).parent / "results"
DATA = Path(emergence.__file__).parent / "data"
LIBRARIES = ("jax", "jaxlib", "numpy", "optax")


def versions() -> dict[str, str]:
    """The versions of the libraries that train."""
    return {name: importlib.metadata.version(name) for name in LIBRARIES}


def write_file(path: Path, content: str) -> None:
    """Write a file in one step: who is killed on the way leaves what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(content, "utf-8", newline="")
    temporary.replace(path)


def write_json(path: Path, described: Mapping[str, Any]) -> None:
    """Write where a table comes from."""
    write_file(path, json.dumps(described, indent=1) + "\n")


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a table."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    write_file(path, text.getvalue())


def finish_runs(
    folder: Path,
    sizes: Iterable[int],
    seeds: Iterable[int],
    run: Callable[[int, int], list[dict]],
    said: Callable[[list[dict]], str],
) -> dict[tuple[int, int], dict]:
    """Rows and processor seconds of each size and seed: what is not in the folder yet is run, and kept there.

    said: what is printed of the rows of a new run.
    """
    runs = {}
    for seed, size in product(seeds, sizes):
        file = folder / f"d{size}-s{seed}.json"
        if not file.exists():
            clock = time.process_time()
            rows = run(size, seed)
            spent = time.process_time() - clock
            write_file(file, json.dumps({"rows": rows, "cpu_s": spent}))
            print(f"{file.stem}: {spent:.0f} CPU s, {said(rows)}", flush=True)
        runs[size, seed] = json.loads(file.read_text("utf-8"))
    return runs


def finish_rows(
    path: Path, columns: tuple[str, ...], jobs: Mapping[tuple[str, ...], Callable[[], Iterable[str]]]
) -> list[list[str]]:
    """The row of each job, which begins with the job's key; what is not in the table yet is made, and appended to it.

    No entry holds a comma. A row that was cut off by a kill is made again.
    """
    lines = path.read_text("utf-8").splitlines(keepends=True)[1:] if path.exists() else []
    rows = [line.strip().split(",") for line in lines if line.endswith("\n")]
    write_csv(path, columns, rows)
    width = len(next(iter(jobs)))
    found = {tuple(row[:width]): row for row in rows}
    for key, job in jobs.items():
        if key not in found:
            clock = time.process_time()
            found[key] = [*key, *job()]
            with path.open("a", encoding="utf-8", newline="") as file:
                file.write(",".join(found[key]) + "\n")
            print(f"{', '.join(key)}: {time.process_time() - clock:.1f} CPU s", flush=True)
    return [found[key] for key in jobs]
