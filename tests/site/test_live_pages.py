"""The page extension: numbers as readers write them, and figures in other formats."""

import base64
import json
import math
import subprocess
import sys

import pytest

from emergence.live import markup


@pytest.mark.parametrize(
    ("value", "spec", "written"),
    [
        (0.34, ".2f", "0.34"),
        (-1.5, ".1f", "−1.5"),
        (8e7, ".3g", "8×10⁷"),
        (1.966e9, ".3g", "1.97×10⁹"),
        (80, ".3g", "80"),
        (2e-5, ".3g", "2×10⁻⁵"),
        (5, "d", "5"),
        (5.0, "d", "5"),
    ],
)
def test_numbers_are_written_as_readers_write_them(value, spec, written):
    assert markup.write_number(value, spec) == written


def test_a_logarithmic_slider_works_in_powers_of_ten():
    control = {"kind": "slider", "name": "n", "label": "N", "scale": "log", "unit": "parameters", "min": 1e5,
               "max": 1e9, "step": 0.02, "value": 8e7, "format": ".3g"}  # fmt: skip
    slider = markup.control_html(control, "live-3")
    assert 'min="5" max="9" step="0.02"' in slider
    assert f'value="{math.log10(8e7):.12g}"' in slider
    assert 'aria-valuetext="8×10⁷ parameters"' in slider and 'value="8×10⁷"' in slider


def test_labels_are_escaped():
    control = {"kind": "choice", "name": "axis", "label": "a < b", "options": ["x & y", "z"], "value": "z"}
    assert "a &lt; b" in markup.control_html(control, "live-0")
    assert "<option>x &amp; y</option><option selected>z</option>" in markup.control_html(control, "live-0")


def test_json_cannot_end_its_script_element():
    assert "</" not in markup.script_json({"code": "print('</script>')"})
    assert json.loads(markup.script_json({"code": "</script>"})) == {"code": "</script>"}


def book(folder, root, output):
    """Write a book of one page that holds one live figure."""
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "execution_count": 1, "outputs": [output]}
    title = {"cell_type": "markdown", "id": "t", "metadata": {}, "source": "# Title"}
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"language_info": {"name": "python"}},
        "cells": [title, cell],
    }
    (folder / "index.ipynb").write_text(json.dumps(notebook), "utf-8")
    (folder / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(root)!r})\n"
        "extensions = ['myst_nb', 'book.extension.live_pages']\nnb_execution_mode = 'off'\n",
        "utf-8",
    )


def figure_output(root):
    picture = next(path for path in (root / "_build" / "html" / "_images" / "cards").glob("*.png"))
    spec = {"figure": "a.b", "title": "T", "panels": 1, "panel_size": [4, 3], "playable": False, "controls": []}
    return {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {"emergence": spec},
        "data": {"image/png": base64.b64encode(picture.read_bytes()).decode(), "text/plain": "What is seen: 42."},
    }


def build(folder, builder):
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", builder, str(folder), str(folder / "out")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_other_formats_get_the_picture_and_its_sentence(tmp_path, root, site):
    book(tmp_path, root, figure_output(root))
    run = build(tmp_path, "text")
    assert run.returncode == 0, run.stderr
    assert "What is seen: 42." in (tmp_path / "out" / "index.txt").read_text("utf-8")


def test_latex_gets_the_picture(tmp_path, root, site):
    book(tmp_path, root, figure_output(root))
    run = build(tmp_path, "latex")
    assert run.returncode == 0, run.stderr
    (source,) = (tmp_path / "out").glob("*.tex")
    assert "\\sphinxincludegraphics" in source.read_text("utf-8")


def test_a_figure_without_its_picture_stops_the_build(tmp_path, root, site):
    output = figure_output(root)
    del output["data"]["image/png"]
    book(tmp_path, root, output)
    run = build(tmp_path, "text")
    assert run.returncode != 0
    assert "cell 1 is a live figure without a stored image/png; run `make notebooks`" in run.stderr
