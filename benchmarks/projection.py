"""What the tests will take with more chapters and figures, from the times of the last `make test`.

Usage: python benchmarks/projection.py [CHAPTERS FIGURES], after a run on a machine that did nothing else.

A test that names a figure costs once for each figure. One that names a page or a notebook, tests models, the numbers of
a chapter or what stands on every page costs once for each chapter. All others cost the same whatever the book holds.
"""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
TIMES = ROOT / ".cache" / "tests"
EACH_CHAPTER = re.compile(
    r"chapters[./]|book[./]\w+\.html|index\.(?:html|ipynb)"
    r"|tests\.models\.|tests\.notebooks\.test_\w+_numbers|tests\.site\.test_(?:links|pages|metadata|weight)"
)


def book() -> tuple[int, set[str]]:
    """Count the chapters, and name the figures, of the table of contents."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    pages = [contents["root"], *(page["file"] for part in contents["parts"] for page in part["chapters"])]
    notebooks = [path for page in pages if (path := ROOT / f"{page}.ipynb").is_file()]
    cells = [cell for path in notebooks for cell in json.loads(path.read_text("utf-8"))["cells"]]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    named = {output["metadata"]["emergence"]["figure"] for output in outputs if output.get("metadata")}
    return sum(page.startswith("chapters/") for page in pages), named


def shares(report: Path, figures: set[str]) -> tuple[float, dict[str, float]]:
    """Give the seconds that a layer took, and how its tests' own seconds fall on figures, chapters and the rest."""
    any_figure = re.compile("|".join(map(re.escape, sorted(figures))))
    seconds = {"figures": 0.0, "chapters": 0.0, "rest": 0.0}
    (suite,) = ET.parse(report).getroot().iter("testsuite")
    for case in suite.iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        kind = "figures" if any_figure.search(name) else "chapters" if EACH_CHAPTER.search(name) else "rest"
        seconds[kind] += float(case.get("time"))
    return float(suite.get("time")), seconds


def main() -> None:
    wanted = [int(number) for number in sys.argv[1:3]] or [22, 110]
    chapters, figures = book()
    more = {"figures": wanted[1] / len(figures), "chapters": wanted[0] / chapters, "rest": 1.0}
    print(f"{chapters} chapters and {len(figures)} figures; with {wanted[0]} and {wanted[1]}:\n")
    print(f"{'layer':24}{'now':>8}   of it {'figures':>8}{'chapters':>9}{'rest':>7}{'then':>9}")
    totals = [0.0, 0.0]
    for report in sorted(TIMES.glob("*.xml")):
        took, seconds = shares(report, figures)
        parts = {kind: took * each / sum(seconds.values()) for kind, each in seconds.items()}
        then = sum(parts[kind] * more[kind] for kind in parts)
        totals = [totals[0] + took, totals[1] + then]
        columns = f"{parts['figures']:8.0f}{parts['chapters']:9.0f}{parts['rest']:7.0f}"
        print(f"{report.stem:24}{took:6.0f} s         {columns}{then:7.0f} s")
    print(f"{'all':24}{totals[0] / 60:6.1f} min{totals[1] / 60:38.1f} min")


if __name__ == "__main__":
    main()
