"""Tests that take a `figure` run once for every live figure of the book."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

import emergence.figures
from emergence.live import registered_figures

for folder in Path(emergence.figures.__path__[0]).iterdir():
    if folder.is_dir() and list(folder.glob("*.py")) and not (folder / "__init__.py").is_file():
        pytest.fail(f"{folder.name} has figures and no __init__.py, so nothing would find them", pytrace=False)
for module in pkgutil.walk_packages(emergence.figures.__path__, "emergence.figures."):
    importlib.import_module(module.name)

FIGURES = registered_figures()


@pytest.fixture(params=FIGURES.values(), ids=FIGURES.keys())
def figure(request):
    return request.param


PLAYING = {name: figure for name, figure in FIGURES.items() if figure.playable}


@pytest.fixture(params=PLAYING.values(), ids=PLAYING.keys())
def playing_figure(request):
    return request.param
