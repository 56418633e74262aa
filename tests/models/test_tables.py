"""The reader of the book's tables: which rows, what kind of numbers, and that nobody can change what is kept."""

import json

import numpy as np
import pytest

from emergence import tables

ROWS = [
    {"run": "b", "seed": "1", "loss": "2.5", "count": "13835058055282163713"},
    {"run": "a", "seed": "2", "loss": "", "count": "7"},
    {"run": "b", "seed": "2", "loss": "1.5", "count": "8"},
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(tables, "files", lambda package: tmp_path)
    lines = [",".join(ROWS[0]), *(",".join(row.values()) for row in ROWS)]
    (tmp_path / "data" / "runs.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (tmp_path / "data" / "runs.json").write_text(json.dumps({"unit": "nats", "label": "η"}), "utf-8")


def test_rows_are_read_as_they_stand_in_the_file(folder):
    assert tables.read_rows("runs.csv") == ROWS
    assert tables.read_json("runs.json") == {"unit": "nats", "label": "η"}


def test_of_the_rows_those_with_the_wanted_values_are_read(folder):
    assert tables.read_rows("runs.csv", seed=2) == ROWS[1:]
    assert tables.read_rows("runs.csv", seed=2, run="b") == ROWS[2:]
    assert tables.read_rows("runs.csv", seed=3) == []


def test_groups_stand_in_the_order_in_which_they_first_occur():
    assert list(tables.grouped(ROWS, "run").items()) == [("b", [ROWS[0], ROWS[2]]), ("a", [ROWS[1]])]
    assert list(tables.grouped(ROWS, "run", "seed")) == [("b", "1"), ("a", "2"), ("b", "2")]


def test_a_column_has_the_kind_that_is_asked_for():
    assert tables.column_of(ROWS, "run", str).tolist() == ["b", "a", "b"]
    assert tables.column_of(ROWS, "seed", np.int64).dtype == np.int64
    assert tables.column_of(ROWS, "count", np.uint64)[0] == 13835058055282163713  # more than a float can tell apart
    assert tables.column_of(ROWS, "loss", empty="inf").tolist() == [2.5, np.inf, 1.5]


def test_an_entry_that_is_no_number_is_refused_and_so_is_an_empty_one():
    with pytest.raises(ValueError, match="could not convert"):
        tables.column_of(ROWS, "run")
    with pytest.raises(ValueError, match="could not convert"):
        tables.column_of(ROWS, "loss")


def test_what_has_been_read_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        tables.column_of(ROWS, "seed")[0] = 3
