"""The address of a figure's state: what is written is read again, and what cannot be is said."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from corners import corners

from emergence.live import Choice, LiveFigure, Slider, Toggle, registered_figures

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import {{ figureOf, read, write }} from {module};
const answers = {asked}.map(([name, specs, values]) => {{
  const address = typeof values === "string" ? values : write(name, specs, values);
  return {{ address, figure: figureOf(address), ...read(address, specs) }};
}});
console.log(JSON.stringify(answers));
"""


def answers(asked: list[tuple[str, list[dict[str, Any]], Any]]) -> list[dict[str, Any]]:
    module = json.dumps((ROOT / "book" / "kernel" / "src" / "address.js").as_uri())
    script = SCRIPT.format(module=module, asked=json.dumps(asked))
    command = ["node", "--input-type=module"]
    return json.loads(subprocess.run(command, input=script, capture_output=True, text=True, check=True).stdout)


def somewhere(figure: LiveFigure, rng: random.Random) -> dict[str, Any]:
    """Values somewhere in the parameter space."""

    def value(control) -> Any:
        if isinstance(control, Slider):
            there = rng.uniform(control.low, control.high)
            return round(there) if control.scale == "integer" else there
        return rng.choice(control.options if isinstance(control, Choice) else [False, True])

    return {control.name: value(control) for control in figure.controls}


def test_every_state_of_every_figure_has_an_address():
    rng = random.Random(20261126)
    asked = [
        (name, figure.specification()["controls"], values)
        for name, figure in registered_figures().items()
        for values in [figure.defaults, *corners(figure), *(somewhere(figure, rng) for _ in range(20))]
    ]
    for (name, _, values), answer in zip(asked, answers(asked), strict=True):
        assert answer["figure"] == name and answer["problems"] == []
        assert answer["address"].isascii() and " " not in answer["address"]
        assert answer["values"] == {
            key: pytest.approx(value, rel=1e-11) if isinstance(value, float) else value for key, value in values.items()
        }


def test_a_state_of_defaults_is_named_by_its_figure_alone():
    figure = registered_figures()["landing.cooling"]
    [answer] = answers([(figure.name, figure.specification()["controls"], figure.defaults)])
    assert answer["address"] == "#figure=landing.cooling"


CONTROLS = [
    Slider("n", "terms n", low=1, high=60, value=10, scale="integer"),
    Slider("size", "size", low=1e5, high=1e9, value=1e7, scale="log", step=0.1),
    Choice("law", "law", options=("one & two", "three"), value="three"),
    Toggle("grid", "grid", value=False),
]


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("n=61", "“terms n” lies between 1 and 60, not at 61"),
        ("n=2.5", "“terms n” takes a whole number, not 2.5"),
        ("size=1e12", "“size” lies between 10⁵ and 10⁹, not at 1e12"),
        ("size=NaN", "“size” takes a number, not “NaN”"),
        ("size=", "“size” takes a number, not “”"),
        ("law=four", "“law” has no choice “four”"),
        ("grid=yes", "“grid” is either true or false, not “yes”"),
        ("width=3", "there is no control “width” (there are n, size, law, grid)"),
        ("__proto__=3", "there is no control “__proto__” (there are n, size, law, grid)"),
    ],
)
def test_what_an_address_asks_for_in_vain_is_said_and_stays_at_its_default(asked, problem):
    specs = [control.specification() for control in CONTROLS]
    [answer] = answers([("x", specs, f"#figure=x&grid=true&{asked}")])
    assert [each.replace("1×10", "10") for each in answer["problems"]] == [problem]
    assert answer["values"] == {"n": 10, "size": 1e7, "law": "three", "grid": not asked.startswith("grid")}


def test_of_a_control_that_is_named_twice_the_last_value_counts():
    [answer] = answers([("x", [control.specification() for control in CONTROLS], "#figure=x&n=99&n=7")])
    assert answer["values"]["n"] == 7 and answer["problems"] == []


def test_an_address_of_a_heading_asks_for_no_figure():
    [answer] = answers([("x", [], "#which-limit-first")])
    assert answer["figure"] is None
