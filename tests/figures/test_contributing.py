"""The example of CONTRIBUTING.md is a working figure of about a dozen declarative lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from emergence.live import figure as figure_module

TEXT = (Path(__file__).resolve().parents[2] / "CONTRIBUTING.md").read_text("utf-8")


def test_the_example_of_contributing_runs(monkeypatch):
    monkeypatch.setattr(figure_module, "_REGISTRY", {})
    declaration = re.search(r"```python\n(import numpy.*?)```", TEXT, re.S).group(1)
    names: dict = {"__name__": "example"}
    exec(declaration, names)
    view = names["decay"].show(damping=1.0)
    assert view.sentence == "With damping 1.00 per second the swing after 10 s is 4.5e-05 m."
    with pytest.raises(ValueError, match=r"damping = 3 is outside \[0, 2\]"):
        names["decay"].show(damping=3)
    assert len(re.search(r"decay = LiveFigure\(.*?^\)", declaration, re.S | re.M).group().splitlines()) <= 12
