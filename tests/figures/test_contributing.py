"""The example of CONTRIBUTING.md is a working figure of a few dozen lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from emergence.live import figure as figure_module

TEXT = (Path(__file__).resolve().parents[2] / "CONTRIBUTING.md").read_text("utf-8")


def test_the_example_of_contributing_runs(monkeypatch):
    monkeypatch.setattr(figure_module, "_REGISTRY", {})
    module = re.search(r'```python\n("""A swing.*?)```', TEXT, re.S).group(1)
    names: dict = {"__name__": "emergence.figures.oscillator.decay"}
    exec(module, names)
    figure = names["figure"]
    assert figure.name == "oscillator.decay"
    view = figure.show(damping=1.0)
    assert view.sentence == "With damping 1.00 per second the swing after 10 s is 4.5e-05 m."
    with pytest.raises(ValueError, match=r"damping = 3 is outside \[0, 2\]"):
        figure.show(damping=3)
    assert len([line for line in module.splitlines() if line]) <= 26
