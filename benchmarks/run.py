"""All benchmarks in one run, so that what they compare ran under the same conditions; `make bench` calls it."""

from __future__ import annotations

import runpy
from pathlib import Path

if __name__ == "__main__":
    for name in ("local", "ising", "cluster", "fits", "browser", "line", "pages", "grading"):
        print(f"\n== {name} ==", flush=True)
        runpy.run_path(str(Path(__file__).with_name(f"{name}.py")), run_name="__main__")
