"""Figures that have moved to another chapter, and what their old addresses ask for."""

import json
import posixpath
from importlib import import_module

import pytest
from sphinx.errors import ExtensionError

from book.extension import moved, states

# What could be asked for before each of them moved: each control, and each choice, at least once.
OLD_STATES = {
    "train_it_yourself.parity": [{"exponent": "0.4", "width": "128", "trial": "20", "steps": "50"}],
    "train_it_yourself.copying": [{"width": "4", "trial": "2", "steps": "10"}],
    "train_it_yourself.metric": [
        {"ability": ability, "power": "6"} for ability in ("sums, steps written", "held-out pairs", "trained pairs")
    ],
    "train_it_yourself.schedule": [
        {"ability": "held-out pairs", "schedule": schedule, "width": width, "metric": "exact match"}
        for schedule, width in (("late fall", "16"), ("cosine", "32"), ("linear", "64"))
    ],
    "train_it_yourself.intervention": [
        {"question": f"held-out pairs, {mixture}", "axis": axis, "width": width, "metric": "exact match"}
        for mixture, axis, width in (
            ("half the quotations", "loss", "32"),
            ("twice the quotations", "loss without the skill", "64"),
        )
    ]
    + [{"question": "instructions, ranks 17–32, three quarters text"}],
    "train_it_yourself.equal_loss": [
        {"ability": "held-out pairs", "loss": "2.0", "rate": rate}
        for rate in ("tuned rate, 2 or 4 heads", "rate 0.006, heads of 8")
    ],
    "train_it_yourself.verdicts": [
        {"intervention": intervention, "level": "0.1"}
        for intervention in (
            *("late fall", "cosine", "linear"),
            *("width 32 against 16", "width 64 against 32", "four layers against two"),
        )
    ],
    "real_model.context": [{"tokens": "100", "shown": shown} for shown in ("share of right tokens", "loss")],
    "real_model.noise": [{"coefficient": "50", "target": target} for target in ("weights", "embeddings")],
    "real_model.exact": [{"length": "4", "noise": noise, "texts": "strings it may know"} for noise in ("none", "0.03")]
    + [{"length": "4", "noise": "0.1", "texts": "passages"}, {"noise": "0.3"}],
    "real_model.training": [
        {"checkpoint": "3", "width": width, "number": number, "part": part}
        for width, number, part in (
            ("16", "largest factor", "whole block"),
            ("32", "m(−f)", "attention"),
            ("64", "random factor", "network"),
            ("64", "length of the state", "network"),
        )
    ],
    "stacked.averaging": [
        {"kind": kind, "angle": "2", "weight": "0.5", "depth": "60"} for kind in ("rotation", "reflection")
    ],
    "stacked.norms": [
        {"weight": "14", "diagonal": "0.6", "coupling": "5", "layers": layers}
        for layers in ("M every time", "M and its transpose in turn")
    ],
    "stacked.injection": [{"injected": "false", "feedback": "1.2", "gain": "1", "depth": "20"}],
}


def test_old_states_exist_in_the_figures_of_today():
    assert OLD_STATES.keys() == moved.MOVED.keys()
    for old, asked in OLD_STATES.items():
        new = moved.MOVED[old]
        specification = import_module(f"emergence.figures.{new}").figure.specification() | {"figure": new}
        for settings in asked:
            states.check_settings("an old address", specification, settings)
        with pytest.raises(ModuleNotFoundError):
            import_module(f"emergence.figures.{old}")


def test_the_page_of_the_old_chapter_knows_where_its_figures_are(pages):
    known = {}
    for name, page in pages.items():
        data = page.select_one("#live-page")
        for old, place in json.loads(data.string).get("moved", {}).items() if data else ():
            known[old] = place["figure"]
            there = posixpath.normpath(posixpath.join(posixpath.dirname(name), place["page"]))
            assert old.partition(".")[0] == posixpath.basename(name).removesuffix(".html")
            assert pages[there].select_one(f'.live-figure[data-figure="{place["figure"]}"]'), old
    assert known == moved.MOVED


def test_a_figure_that_is_nowhere_stops_the_build():
    cells = [{"figure": new} for new in moved.MOVED.values()] + [{"figure": None}]
    found = moved.moved_from("scaling/train_it_yourself", {"a": {}, "b": {"live_cells": cells}}, "to-{}".format)
    assert found["train_it_yourself.metric"] == {"page": "to-b", "figure": "mirage.powers"}
    assert moved.moved_from("scaling/mirage", {}, str) == {}
    with pytest.raises(ExtensionError, match=r"moved to watch_it_learn\.parity, but no page"):
        moved.moved_from("scaling/train_it_yourself", {"b": {"live_cells": cells[1:]}}, str)
