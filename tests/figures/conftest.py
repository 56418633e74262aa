"""Tests that take a `figure` run once for every live figure of the book."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import emergence.figures
from emergence.live import registered_figures

for module in pkgutil.iter_modules(emergence.figures.__path__):
    importlib.import_module(f"emergence.figures.{module.name}")

FIGURES = registered_figures()


@pytest.fixture(params=FIGURES.values(), ids=FIGURES.keys())
def figure(request):
    return request.param


@pytest.fixture(params=[f for f in FIGURES.values() if f.advance], ids=[n for n, f in FIGURES.items() if f.advance])
def playing_figure(request):
    return request.param
