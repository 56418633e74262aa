"""Exercises on the built pages: each with its check, if it has one, and all of them on the page of progress."""

from __future__ import annotations

import importlib
from functools import cache

import nbformat
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.errors import ExtensionError


@pytest.fixture(scope="module")
def extension():
    return importlib.import_module("book.extension.exercises")


@cache
def soup(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def test_the_page_of_progress_lists_every_exercise_where_it_stands(site, extension):
    listed = {}
    for link in soup(site / "book/progress.html").select(".progress-list li"):
        page, _, label = link.a["href"].removeprefix("../").partition("#")
        assert soup(site / page).find(id=label).select_one(".admonition-title").text.endswith(f"({link.a.text})")
        listed[page, label] = link.span.get("data-exercise")
    written = [
        (path.relative_to(site).as_posix(), exercise["id"])
        for path in sorted(site.glob("chapters/**/*.html"))
        for exercise in soup(path).select(".exercise.practise")
    ]
    assert sorted(listed) == sorted(written) and len(written) >= 34
    assert any(listed.values())


def test_a_chapter_names_its_checks_which_stand_before_their_solutions(site, extension, request):
    for path in sorted((request.config.rootpath / "chapters").glob("**/[!.]*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        checks = [extension.checked_exercise(cell) for cell in cells]
        page = soup(site / path.relative_to(request.config.rootpath).with_suffix(".html"))
        rows = page.select(".exercise-row [data-exercises]")
        assert [row["data-exercises"].split() for row in rows] == [[*filter(None, checks)]] * any(checks)
        for index in (index for index, name in enumerate(checks) if name):
            cell = page.find(id=f"live-cell-{index}")
            assert not cell.find_parent("details") and cell.select_one(".cell_input").text.count("exercise.check(") == 1
            assert cell.select_one(".cell_output .exercise-feedback")["data-state"] == "empty"
            assert "exercise" in cell.find_previous(class_="admonition")["class"]
            assert "solution" in cell.find_next(class_="admonition")["class"]


def test_a_check_without_an_exercise_is_refused(extension, tmp_path):
    """The build ends with its name, rather than counting it to the exercise before."""

    class App:
        class env:
            docname, metadata = "lonely", {"lonely": {}}
            doc2path = staticmethod(lambda _: str(tmp_path / "lonely.ipynb"))

    cell = nbformat.v4.new_code_cell("exercise.check(...)")
    state = {extension.MIME: {"exercise": "lonely.one", "state": "empty"}}
    cell.outputs = [nbformat.v4.new_output("execute_result", data=state, execution_count=1)]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "lonely.ipynb")
    doctree = nodes.document(None, None)
    doctree += nodes.container(nb_element="cell_code", cell_index=0)
    with pytest.raises(ExtensionError, match="lonely.one is checked, but no exercise"):
        extension.find_exercises(App, doctree)
