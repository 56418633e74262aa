"""The built site as its tests see it. `make test` builds it first."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup
from sample import DAY, sample

ROOT = Path(__file__).resolve().parents[2]
CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
LISTED = [f"{page['file']}.html" for part in CONTENTS["parts"] for page in part["chapters"]]
SAMPLED = [
    f"{CONTENTS['root']}.html",
    *sample([name for name in LISTED if name.startswith("chapters/")], 1),
    *sample([name for name in LISTED if not name.startswith("chapters/")], 1),
]


def pytest_terminal_summary(terminalreporter) -> None:
    terminalreporter.write_line(f"SAMPLE_DAY={DAY}: Lighthouse and the places of all blocks on {', '.join(SAMPLED)}")


@cache
def parse(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def pages(site) -> dict[str, BeautifulSoup]:
    """Every page of the book by its address; those of single figures have a test of their own."""
    others = {site / "_static", site / "lite", site / "figures"}
    paths = (path for path in site.rglob("*.html") if not others.intersection(path.parents))
    return {path.relative_to(site).as_posix(): parse(path) for path in sorted(paths)}


@pytest.fixture(scope="session")
def text_pages(pages) -> dict[str, BeautifulSoup]:
    """The pages made from a text, without the index, the search page and the page for wrong addresses."""
    return {name: page for name, page in pages.items() if name not in ("genindex.html", "search.html", "404.html")}


@pytest.fixture(scope="session")
def sampled_pages() -> list[str]:
    """A page of each kind, for what is the same on all pages of a kind and would take too long on every page."""
    return SAMPLED


@pytest.fixture(scope="session")
def public_address() -> str:
    """Where the site will be published."""
    return yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["html"]["baseurl"]


@pytest.fixture(scope="session")
def base(public_address) -> str:
    """The path of the published site on its host."""
    return urlsplit(public_address).path
