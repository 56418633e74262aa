"""A chapter's notebook in the JupyterLite of the site: its first figure runs, and nothing comes from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, expect
from reading import PICTURE, Reader

from coursework.grading.assign import write_notebook
from coursework.grading.assignment import ASSIGNMENTS, Assignment

CHAPTER = "chapters/physics/symmetry_breaking"
START_MS = 240_000  # the kernel loads wheels, not bytecode as the pages do


@pytest.fixture(scope="module")
def notebook(browser, server) -> Iterator[Reader]:
    """The notebook, opened from its page."""
    reader = Reader(browser, server)
    page = reader.open(f"{CHAPTER}.html")
    page.get_by_role("link", name="in this browser").click()
    expect(page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible(timeout=START_MS)
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def figure(notebook) -> Locator:
    """The output of the first code cell, run by the reader."""
    cell = notebook.page.locator(".jp-CodeCell").first
    cell.locator(".cm-content").click()
    notebook.page.keyboard.press("Shift+Enter")
    output = cell.locator(".jp-OutputArea")
    expect(output.get_by_role("slider").first).to_be_visible(timeout=START_MS)
    return output


def pictures(figure: Locator) -> list[str]:
    """Hash the pictures of the figure's panels."""
    return figure.locator(".live-figure").evaluate(PICTURE).split()


def test_the_text_is_rendered_with_its_boxes_and_formulas(notebook):
    text = notebook.page.locator(".jp-MarkdownCell")
    expect(text.first.get_by_role("heading", name="More is different")).to_be_visible(timeout=START_MS)
    expect(text.first.get_by_role("link", name="Anderson (1972)")).to_be_visible()
    expect(text.locator("aside").filter(has_text="Predict").first).to_be_visible(timeout=START_MS)
    expect(text.locator(".katex").first).to_be_visible()
    assert "{claim}" not in text.first.inner_text()


def test_a_slider_moved_by_keyboard_changes_picture_and_sentence(figure, notebook):
    expect(figure.locator(".live-panel canvas").first).to_be_visible()
    sentence = figure.locator(".live-sentence")
    before, shown = sentence.inner_text(), pictures(figure)
    assert "slope" in before
    slider = figure.get_by_role("slider").first
    slider.focus()
    for _ in range(5):
        notebook.page.keyboard.press("ArrowRight")
    expect(sentence).not_to_have_text(before, timeout=30_000)
    assert pictures(figure) != shown


def test_enter_and_space_are_the_figures_own(figure):
    """In a notebook they have a meaning, too."""
    sentence, number = figure.locator(".live-sentence"), figure.get_by_role("textbox").first
    number.fill("1")
    number.press("Enter")
    expect(figure.get_by_role("slider").first).to_have_attribute("aria-valuetext", re.compile(r"^1\b"))
    expect(figure.locator(".live-figure")).to_have_attribute("aria-busy", "false", timeout=30_000)
    before = sentence.inner_text()
    figure.get_by_role("button", name="Reset").press("Space")
    expect(sentence).not_to_have_text(before, timeout=30_000)


def test_nothing_was_asked_of_another_host_and_no_package_twice(figure, notebook):
    assert notebook.elsewhere() == []
    wheels = [urlsplit(url).path for url in notebook.asked_for(".whl")]
    assert any("emergence-" in wheel for wheel in wheels) and len(wheels) == len(set(wheels))
    assert len(notebook.asked_for("pyodide.asm.wasm")) == 1


def test_no_error_was_shown(figure, notebook):
    cell = notebook.page.locator(".jp-CodeCell").first
    assert (
        cell.locator(
            '[data-mime-type="application/vnd.jupyter.stderr"], .jp-RenderedText[data-mime-type*=error]'
        ).count()
        == 0
    )
    # A browser asks for favicon.ico at the host before the application names its icon.
    assert [error for error in notebook.errors if error.startswith("page error")] == []


def test_a_module_brings_the_packages_that_its_functions_import(figure, notebook):
    assert notebook.asked_for("scipy-") == []
    cell = notebook.page.locator(".jp-CodeCell").first
    editor = cell.locator(".cm-content")
    code = "from importlib.util import find_spec; from emergence.scaling import collapse"
    # In the place of the figure's code: JupyterLab keeps only the cells that it shows, and this one it shows.
    editor.click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.insert_text(f"{code}; print(collapse.__name__, find_spec('scipy').name)")
    expect(editor).to_contain_text(code)
    notebook.page.keyboard.press("Control+Enter")
    expect(cell.locator(".jp-OutputArea")).to_have_text("emergence.scaling.collapse scipy", timeout=START_MS)


def test_an_assignment_is_uploaded_from_the_page_for_instructors_and_runs(browser, server, tmp_path):
    given = Assignment.read(ASSIGNMENTS / "physics")
    path = tmp_path / "physics.ipynb"
    write_notebook(path, given.version(given.parameters(np.random.default_rng(1)), solutions=False))
    reader = Reader(browser, server)
    page = reader.open("book/teaching.html")
    page.get_by_role("link", name=re.compile("list of files")).click()
    with page.expect_file_chooser(timeout=START_MS) as chooser:
        page.get_by_title("Upload Files").click()
    chooser.value.set_files(path)
    with page.context.expect_page() as opened:
        page.locator(".jp-DirListing-item", has_text="physics.ipynb").dblclick()
    cell = opened.value.locator(".jp-CodeCell").first
    expect(cell).to_be_visible(timeout=START_MS)
    expect(cell.locator(".cm-content")).to_contain_text("import numpy as np")
    cell.locator(".jp-InputPrompt").click()  # the cell itself is locked
    opened.value.keyboard.press("Control+Enter")
    for key in ("Escape", "b", "Enter"):  # a cell of one's own below it
        opened.value.keyboard.press(key)
    opened.value.keyboard.insert_text("print(np.sqrt(4), math.pi)")
    opened.value.keyboard.press("Control+Enter")
    cell = opened.value.locator(".jp-CodeCell").nth(1)
    expect(cell.locator(".jp-OutputArea")).to_have_text("2.0 3.141592653589793", timeout=START_MS)
    assert reader.elsewhere() == []
    reader.close()
