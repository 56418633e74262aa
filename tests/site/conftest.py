"""The built site as its tests see it. `make test` builds it first."""

import os
import shutil
import sys
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The Sphinx extensions and the server are scripts of the repository, not packages.
sys.path[:0] = [str(ROOT / "book" / folder) for folder in ("kernel", "lite", "theme")] + [str(ROOT / "scripts")]


@cache
def parse(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def site() -> Path:
    if not (SITE / "index.html").is_file():
        pytest.fail("there is no built site; run `make build` first", pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def pages(site) -> dict[str, BeautifulSoup]:
    """Every page of the book by its address."""
    others = {site / "_static", site / "lite"}
    paths = (path for path in site.rglob("*.html") if not others.intersection(path.parents))
    return {path.relative_to(site).as_posix(): parse(path) for path in sorted(paths)}


@pytest.fixture(scope="session")
def text_pages(pages) -> dict[str, BeautifulSoup]:
    """The pages made from a text, without the index and the search page."""
    return {name: page for name, page in pages.items() if name not in ("genindex.html", "search.html")}


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser; without one the test is skipped, under continuous integration it fails."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("no Chromium or Chrome found", pytrace=False)
    pytest.skip("no Chromium or Chrome found; on Debian: apt-get install chromium")
