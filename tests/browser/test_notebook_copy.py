"""A chapter's notebook in the JupyterLite of the site: its first figure runs, and nothing comes from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, expect
from reading import Reader

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
    """Hash the pictures of the figure's panels, once each is there."""
    digest = """async image => {
        await image.decode();
        const bytes = await (await fetch(image.src)).arrayBuffer();
        return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join(" ");
    }"""
    return [image.evaluate(digest) for image in figure.locator("img.live-panel").all()]


def test_the_text_is_rendered_with_its_boxes_and_formulas(notebook):
    text = notebook.page.locator(".jp-MarkdownCell")
    expect(text.first.get_by_role("heading", name="More is different")).to_be_visible(timeout=START_MS)
    expect(text.first.get_by_role("link", name="Anderson (1972)")).to_be_visible()
    expect(text.locator("aside").filter(has_text="Predict").first).to_be_visible(timeout=START_MS)
    expect(text.locator(".katex").first).to_be_visible()
    assert "{claim}" not in text.first.inner_text()


def test_a_slider_moved_by_keyboard_changes_picture_and_sentence(figure, notebook):
    expect(figure.locator("img.live-panel").first).to_be_visible()
    sentence = figure.locator(".live-sentence")
    before, shown = sentence.inner_text(), pictures(figure)
    assert "slope" in before
    slider = figure.get_by_role("slider").first
    slider.focus()
    for _ in range(5):
        notebook.page.keyboard.press("ArrowRight")
    expect(sentence).not_to_have_text(before, timeout=30_000)
    assert pictures(figure) != shown


def test_a_module_brings_the_packages_that_its_functions_import(figure, notebook):
    assert notebook.asked_for("scipy-") == []
    notebook.page.locator(".jp-CodeCell .cm-content").first.click()
    notebook.page.keyboard.press("Escape")
    notebook.page.keyboard.press("b")
    notebook.page.keyboard.press("Enter")
    notebook.page.keyboard.insert_text("from emergence import collapse\nfrom importlib.util import find_spec\n")
    notebook.page.keyboard.insert_text("print(collapse.__name__, find_spec('scipy').name)")
    notebook.page.keyboard.press("Control+Enter")
    output = notebook.page.locator(".jp-CodeCell .jp-OutputArea").filter(has_text="emergence.collapse")
    expect(output).to_have_text("emergence.collapse scipy", timeout=START_MS)


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
