"""A local server for the browser tests, and the tests' own modules."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from reading import Server  # noqa: E402


@pytest.fixture(scope="session")
def server(site) -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def own_server(site) -> Iterator[Server]:
    """A server whose files a test may replace, or that it may take down."""
    server = Server()
    yield server
    server.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of parallel workers one has all tests of a page, and one all others of a file: they share what they opened."""
    for item in items:
        given = item.callspec.params if hasattr(item, "callspec") else {}
        page = given.get("path") or given.get("reader")
        item.add_marker(pytest.mark.xdist_group(page or item.path.name))
