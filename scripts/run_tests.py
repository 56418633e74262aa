"""Run every layer of tests in one go and print one plain result; `make test` builds the site first."""

import os
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import chromium
import yaml

ROOT = Path(__file__).resolve().parents[1]
TIMES = ROOT / ".cache" / "tests"  # of each test, for benchmarks/projection.py


def notebooks() -> list[str]:
    """List the notebooks of the table of contents."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    pages = [contents["root"], *(page["file"] for part in contents["parts"] for page in part["chapters"])]
    return [f"{page}.ipynb" for page in pages if (ROOT / f"{page}.ipynb").is_file()]


def layers() -> dict[str, list[str]]:
    """Name the layers, cheapest first, and say how each is run."""
    pytest = [sys.executable, "-m", "pytest", "-q"]
    parallel = [*pytest, "-n", "logical", "--dist"]
    once = ["-p", "tests.notebooks.once", "-p", "no:cacheprovider"]
    nbval = ["--nbval", "--nbval-sanitize-with", "tests/notebooks/sanitize.cfg"]
    apart = [f"--ignore=tests/{name}" for name in ("site", "browser", "engines")]
    return {
        "style": ["make", "--no-print-directory", "style"],
        "models, figures, text": [*parallel, "worksteal", "tests", *apart],
        "notebooks": [*parallel, "loadfile", *once, *nbval, *notebooks()],
        "built site": [*parallel, "loadfile", "tests/site"],
        "browser": [*parallel, "loadgroup", "tests/browser"],
        "three engines": [*pytest, "tests/engines"],
    }


def failures(report: Path) -> list[str]:
    """Name the tests that a layer's report says failed, so that the last lines of a run say what to look at."""
    if not report.is_file():
        return []
    cases = ElementTree.parse(report).iter("testcase")
    return [
        f"{case.get('classname')}::{case.get('name')}"
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    ]


def main() -> int:
    """Run the layers; 0 if all passed."""
    browser = chromium.find()
    if browser:
        os.environ["CHROMIUM"] = browser
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two tests at a time: small matrices gain nothing from threads
    results: list[tuple[str, str, float]] = []
    for name, command in layers().items():
        print(f"\n== {name} ==", flush=True)
        start = time.monotonic()
        if name == "browser" and not browser:
            print(chromium.MISSING)
            print("So no figure was tried in a browser.")
            outcome = "FAILED" if os.environ.get("CI") == "true" else "skipped"
        else:
            report = TIMES / f"{name}.xml"
            report.unlink(missing_ok=True)
            timed = [*command, f"--junitxml={report}"] if "pytest" in command else command
            outcome = "FAILED" if subprocess.run(timed, cwd=ROOT).returncode else "passed"
        results.append((name, outcome, time.monotonic() - start))

    print("\n== result ==")
    for name, outcome, seconds in results:
        print(f"{name:24} {outcome:8} {seconds:7.1f} s")
        if outcome == "FAILED":
            print("".join(f"    {test}\n" for test in failures(TIMES / f"{name}.xml")), end="")
    outcomes = {outcome for _, outcome, _ in results}
    if "FAILED" in outcomes:
        print("FAILED")
        return 1
    print("All layers passed." if outcomes == {"passed"} else "Passed, but for the browser, which was not tried.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
