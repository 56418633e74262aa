"""Run every layer of tests in one go and print one plain result; `make test` builds the site first."""

import os
import subprocess
import sys
import time
from pathlib import Path

import chromium
import yaml

ROOT = Path(__file__).resolve().parents[1]


def notebooks() -> list[str]:
    """List the notebooks of the table of contents."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    pages = [contents["root"], *(page["file"] for part in contents["parts"] for page in part["chapters"])]
    return [f"{page}.ipynb" for page in pages if (ROOT / f"{page}.ipynb").is_file()]


def layers() -> dict[str, list[str]]:
    """Name the layers, cheapest first, and say how each is run."""
    pytest = [sys.executable, "-m", "pytest", "-q"]
    nbval = [*pytest, "-p", "no:cacheprovider", "--nbval", "--nbval-sanitize-with", "tests/notebooks/sanitize.cfg"]
    return {
        "style": [sys.executable, "-m", "ruff", "check", "."],
        "models, figures, text": [*pytest, "-n", "logical", "tests", "--ignore=tests/site", "--ignore=tests/browser"],
        "notebooks": [*nbval, *notebooks()],
        "built site": [*pytest, "tests/site"],
        "browser": [*pytest, "tests/browser"],
    }


def main() -> int:
    """Run the layers; 0 if all passed."""
    browser = chromium.find()
    if browser:
        os.environ["CHROMIUM"] = browser
    results: list[tuple[str, str, float]] = []
    for name, command in layers().items():
        print(f"\n== {name} ==", flush=True)
        start = time.monotonic()
        if name == "browser" and not browser:
            print(chromium.MISSING)
            print("So no figure was tried in a browser.")
            outcome = "FAILED" if os.environ.get("CI") == "true" else "skipped"
        else:
            outcome = "FAILED" if subprocess.run(command, cwd=ROOT).returncode else "passed"
        results.append((name, outcome, time.monotonic() - start))

    print("\n== result ==")
    for name, outcome, seconds in results:
        print(f"{name:24} {outcome:8} {seconds:7.1f} s")
    outcomes = {outcome for _, outcome, _ in results}
    if "FAILED" in outcomes:
        print("FAILED")
        return 1
    print("All layers passed." if outcomes == {"passed"} else "Passed, but for the browser, which was not tried.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
