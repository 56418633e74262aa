"""A module that a reader has changed stands in the place of the book's, until the book's comes back."""

from __future__ import annotations

import importlib
import sys
import traceback
from pathlib import Path

import pytest

from emergence.live import registered_figures
from emergence.live.changed import use_book, use_source

NAME = "emergence.figures.landing.cooling"
FIGURE = "landing.cooling"


@pytest.fixture
def source():
    module = importlib.import_module(NAME)
    yield Path(module.__file__).read_text("utf-8")
    use_book(NAME)
    sys.modules.pop(NAME, None)
    importlib.import_module(NAME)  # the registry has the book's figure again


def test_what_imports_a_changed_module_gets_the_readers(source):
    package = importlib.import_module("emergence.figures.landing")
    use_source(NAME, source.replace("_SWEEPS = 40", "_SWEEPS = 7"))
    from emergence.figures.landing import cooling
    from emergence.figures.landing.cooling import figure

    assert figure is cooling.figure is registered_figures()[FIGURE] and package.cooling is cooling
    assert figure.name == FIGURE and figure.start(figure.defaults, seed=1).sweeps == 7
    use_source(NAME, source.replace("_SWEEPS = 40", "_SWEEPS = 8"))  # again
    assert registered_figures()[FIGURE].start(figure.defaults, seed=1).sweeps == 8

    use_book(NAME)
    from emergence.figures.landing.cooling import figure

    assert figure.start(figure.defaults, seed=1).sweeps == 40
    assert figure is registered_figures()[FIGURE]


@pytest.mark.parametrize(("added", "error"), [("\n1 / 0", ZeroDivisionError), ("\nhalf a", SyntaxError)])
def test_a_source_that_fails_changes_nothing_and_shows_its_line(source, added, error):
    before = sys.modules[NAME]
    with pytest.raises(error) as caught:
        use_source(NAME, source + added)
    assert sys.modules[NAME] is before is importlib.import_module(NAME)
    shown = "".join(traceback.format_exception(caught.value))
    assert f"<changed {NAME}>" in shown and added.strip() in shown


def test_a_module_that_was_not_changed_stays_loaded(source):
    before = sys.modules[NAME]
    use_book(NAME)
    assert sys.modules[NAME] is before


def test_a_name_in_no_package_is_refused():
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        use_source("nowhere.at_all", "x = 1")
