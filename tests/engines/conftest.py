"""The engines, one after the other, and a word at the end on which of them were really driven."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

for folder in (Path(__file__).parent, Path(__file__).parents[1] / "browser"):
    sys.path.insert(0, str(folder))

import engines  # noqa: E402
from drivers import ENGINES, Engine, driving  # noqa: E402

driven: list[str] = []


@pytest.fixture(scope="module", params=ENGINES)
def engine(request) -> Iterator[Engine]:
    """An engine of this machine; a missing one is skipped, under continuous integration it fails."""
    if engines.find(request.param) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(engines.missing(request.param), pytrace=False)
        pytest.skip(engines.missing(request.param))
    with driving(request.param) as engine:
        driven.append(engine.version)
        yield engine


def pytest_terminal_summary(terminalreporter) -> None:
    terminalreporter.write_line(f"Engines driven: {', '.join(driven) or 'none'}")
