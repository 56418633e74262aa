"""The stored notebooks and their normal form. That running them again changes nothing is checked by once.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = [Path("index.ipynb"), *sorted(p.relative_to(ROOT) for p in ROOT.glob("chapters/**/[!.]*.ipynb"))]
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# Each cell runs in a copy of a process that has only imported what every figure imports.
ALONE = """
import json, os, sys
import emergence.live

for statements, _, expression in json.load(sys.stdin):
    child = os.fork()
    if not child:
        names = {"__name__": "__main__"}
        exec(statements, names)
        print(repr(eval(expression, names)))
        sys.exit()
    if os.waitpid(child, 0)[1]:
        sys.exit(1)
"""


def load(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / path, as_version=4)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in load(path).cells if cell.cell_type == "code"]


def figures(path: Path) -> list[tuple[nbformat.NotebookNode, dict]]:
    """Every live-figure cell with its single output."""
    return [
        (c, c.outputs[0]) for c in code_cells(path) if c.outputs and "emergence" in c.outputs[0].get("metadata", {})
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=str)
def test_is_valid_and_fully_executed_in_order(path):
    notebook = load(path)
    nbformat.validate(notebook)
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=str)
def test_stores_neither_widgets_nor_errors_nor_machine_metadata(path):
    notebook = load(path)
    assert {name: said for name, said in notebook.metadata.items() if name != "emergence"} == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in code_cells(path):
        assert set(cell.metadata) <= {"tags"}
        for output in cell.outputs:
            assert output.output_type != "error"
            assert WIDGET_VIEW not in output.get("data", {})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=str)
def test_code_cells_are_short_enough_to_read(path):
    for cell in code_cells(path):
        assert len([line for line in cell.source.splitlines() if line.strip()]) <= 12, cell.id


@pytest.mark.parametrize("path", NOTEBOOKS, ids=str)
def test_a_live_figure_is_one_output_with_picture_sentence_and_specification(path):
    assert figures(path), "a page of the book without a live figure"
    for cell, output in figures(path):
        assert len(cell.outputs) == 1
        assert set(output.data) == {"image/png", "text/plain"}
        assert output.data["text/plain"].endswith(".")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=str)
def test_the_cell_of_a_live_figure_runs_alone(path):
    """Its imports are inside: in a process that knows no other cell it gives the stored sentence."""
    cells = [cell.source.strip().rpartition("\n") for cell, _ in figures(path)]
    stored = [output.data["text/plain"] for _, output in figures(path)]
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE], input=json.dumps(cells), capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == stored


def test_the_normal_form_drops_widgets_and_timings_and_refuses_generated_ids():
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from notebooks import normalise
    finally:
        sys.path.pop(0)
    cell = nbformat.v4.new_code_cell(
        "1", id="one", metadata={"execution": {"iopub.execute_input": "now"}, "tags": ["a"]}
    )
    cell.outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="a"),
        nbformat.v4.new_output("stream", name="stdout", text="b"),
        nbformat.v4.new_output("display_data", data={WIDGET_VIEW: {"model_id": "x"}, "text/plain": "t"}),
    ]
    said = {"question": "Why?", "needs": []}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {"state": {}}, "emergence": said})
    [normal] = normalise(notebook).cells
    assert normal.metadata == {"tags": ["a"]} and "widgets" not in notebook.metadata
    assert notebook.metadata["emergence"] == said, "what a chapter says of itself stays"
    assert [o.get("text") for o in normal.outputs] == ["ab", None]
    assert set(normal.outputs[1].data) == {"text/plain"}
    cell.id = "3f2a9c1b"
    with pytest.raises(ValueError, match="not a readable name"):
        normalise(notebook)


def test_nbconvert_shows_the_picture_of_a_figure_and_its_text():
    """Of a notebook that it runs itself, too; of its templates only the classic one writes a picture's text."""
    cell = nbformat.v4.new_code_cell("from emergence.figures.landing.cooling import figure\n\nfigure.show(seed=1)")
    ran, _ = ExecutePreprocessor(kernel_name="python3").preprocess(nbformat.v4.new_notebook(cells=[cell]))
    (output,) = ran.cells[0].outputs
    for template in ("lab", "classic"):
        html, _ = HTMLExporter(template_name=template).from_notebook_node(ran)
        (picture,) = BeautifulSoup(html, "html.parser").select("img")
        assert picture["src"].startswith("data:image/png;base64,")
        assert template == "lab" or picture["alt"] == output.data["text/plain"]


@pytest.mark.parametrize("chapter", NOTEBOOKS[1:], ids=str)
def test_every_chapter_says_what_it_asks_and_what_it_builds_on(chapter):
    said = load(chapter).metadata["emergence"]
    assert set(said) <= {"question", "needs", "figure"}
    assert said["question"].endswith("?")
    assert set(said["needs"]) <= {path.with_suffix("").as_posix() for path in NOTEBOOKS[1:]} - {
        chapter.with_suffix("").as_posix()
    }


@pytest.mark.parametrize("chapter", NOTEBOOKS[1:], ids=str)
def test_every_chapter_has_its_numbers_tied_to_sentences(chapter):
    table = Path(__file__).with_name(f"test_{chapter.stem}_numbers.py").read_text("utf-8")
    assert table.count("Stated(") >= 10
