"""What the tests of the built site and those in a browser share: the site, and a real Chromium."""

from __future__ import annotations

import itertools
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
# The Sphinx extension, the server and the search for a browser are scripts of the repository, not packages.
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
# What several tests share.
sys.path += [str(ROOT / name) for name in ("tests", "tests/notebooks", "tests/coursework")]

import chromium as chromium_of_this_machine  # noqa: E402


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site; `make test` builds it first."""
    if not (SITE / "index.html").is_file():
        pytest.fail("there is no built site; run `make build` first", pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser; without one the test is skipped, under continuous integration it fails."""
    path = chromium_of_this_machine.find()
    if path is None and os.environ.get("CI") == "true":
        pytest.fail(chromium_of_this_machine.MISSING, pytrace=False)
    if path is None:
        pytest.skip(chromium_of_this_machine.MISSING)
    return path


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=chromium_of_this_machine.FLAGS)
        yield browser
        browser.close()


def pytest_terminal_summary(terminalreporter) -> None:
    """Say what the tests of each live figure cost; a figure that costs far more than the others is slow for readers."""
    costs: Counter[str] = Counter()
    for report in itertools.chain(*terminalreporter.stats.values()):
        figure = re.search(r"test_registered_figures\.py::\w+\[([\w.]+)", getattr(report, "nodeid", ""))
        if figure and isinstance(report, pytest.TestReport):
            costs[figure[1]] += report.duration
    if len(costs) > 1:
        dear = ", ".join(f"{figure} {seconds:.1f}" for figure, seconds in costs.most_common(8))
        terminalreporter.write_line(f"{len(costs)} figures took {costs.total():.0f} s; the dearest: {dear}")
