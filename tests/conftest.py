"""What the tests of the built site and those in a browser share: the site, and a real Chromium."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
# The Sphinx extensions, the server and the search for a browser are scripts of the repository, not packages.
sys.path[:0] = [str(ROOT / "book" / folder) for folder in ("kernel", "lite", "theme")] + [str(ROOT / "scripts")]
sys.path.append(str(ROOT / "tests"))  # what tests of several kinds compute

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
