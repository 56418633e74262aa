"""The interventions: schedules, shapes, shares, what is asked singly, and the tables."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emergence.tables import read_rows
from experiments import interventions, training
from experiments.interventions import design, every, ship, ways
from experiments.panels import PANELS, single_instructions, single_questions
from experiments.runs import Run, Segment, train


def test_the_rates_are_those_that_the_sweep_has_tuned():
    rows = read_rows("learning_rates.csv", chosen=1)
    tuned = {(row["panel"], int(row["d_model"])): float(row["rate"]) for row in rows}
    assert interventions.RATES == {key: tuned[key] for key in interventions.RATES}


def test_each_question_has_five_seeds_that_no_earlier_run_has_and_every_run_its_own_name():
    parts = design()
    assert {part: len(runs) for part, runs in parts.items()} == {
        "schedules": 2 * 3 * 3 * 5,
        "equal_sums": 2 * 5,
        "shapes_abilities": 4 * 5,
        "shapes_instructions": 4 * 5,
        "swapped_sums": 2 * 5,
        "questions": 5,
    }
    runs = [run for part in parts.values() for run in part]
    assert len({run.name for run in runs}) == len(runs)
    assert {run.seed for run in runs} == {11, 12, 13, 14, 15}
    for part in parts.values():
        assert [run.seed for run in part] == sorted(run.seed for run in part)


def test_the_names_of_the_sweeps_runs_are_what_they_were():
    assert Run("abilities", 16, 3, 0.012, (750, 3000), (100,)).name == "abilities-base-d16-s3-r0.012-b3000"


@pytest.mark.parametrize("schedule", ["cosine", "linear"])
def test_a_falling_rate_warms_up_falls_steadily_and_ends_at_zero(schedule):
    found = training.rates(0.01, np.arange(1500), 1500, schedule)
    assert found[:100] == pytest.approx(0.01 * np.arange(1, 101) / 100)
    assert (np.diff(found[100:]) < 0).all() and 0 < found[-1] < 0.01 / 1000
    done = (np.array([450, 800, 1150]) - 100) / 1400
    expected = {"cosine": (1 + np.cos(np.pi * done)) / 2, "linear": 1 - done}[schedule]
    assert found[[450, 800, 1150]] == pytest.approx(0.01 * expected, rel=1e-5)


def test_the_late_fall_leaves_the_constant_rate_at_1200():
    late = training.rates(0.01, np.arange(1500), 1500)
    assert late[:1201] == pytest.approx(training.rates(0.01, np.arange(1201), None))
    assert late[1350] == pytest.approx(0.005) and late[-1] == pytest.approx(0.01 / 300)


def test_a_falling_schedule_has_checkpoints_on_its_way_and_a_trunk_may_outlast_its_branch():
    falling = Run("instructions", 16, 1, 0.01, (250,), (100, 200, 300), schedule="cosine")
    assert falling.segments() == [Segment(250, 0, 100), Segment(250, 100, 200), Segment(250, 200, 250)]
    longer = Run("instructions", 16, 1, 0.01, (250,), (100,), trunk=400)
    assert longer.segments() == [
        Segment(None, 0, 100), Segment(None, 100, 200), Segment(250, 200, 250), Segment(None, 200, 400),
    ]  # fmt: skip
    only = Run("instructions", 16, 1, 0.01, (), (100,), trunk=150)
    assert only.segments() == [Segment(None, 0, 100), Segment(None, 100, 150)] and only.longest == 150


def test_heads_have_the_size_that_is_asked_for_and_layers_the_number():
    runs = {(run.d_model, run.layers): run.shape for run in design()["shapes_abilities"]}
    assert {key: (shape.layers, shape.heads) for key, shape in runs.items()} == {
        (16, 2): (2, 2), (32, 2): (2, 4), (64, 2): (2, 8), (32, 4): (4, 4),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"schedule": "step"}, "schedule = 'step'"),
        ({"schedule": "cosine", "trunk": 400}, "schedule = 'cosine'"),
        ({"schedule": "linear", "budgets": (100,)}, "schedule = 'linear'"),
        ({"singles": 3}, "singles = 3"),
        ({"trunk": 75}, "step 75"),
        ({"head_size": 5}, "head_size = 5"),
    ],
)
def test_what_cannot_be_trained_is_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        replace(Run("abilities", 16, 1, 0.01, (250,)), **changed).shape  # noqa: B018


def test_sums_have_equal_or_swapped_shares_and_the_others_keep_their_proportions():
    mixtures = PANELS["abilities"].mixtures
    for name, steps, direct in (("equal_sums", 0.2, 0.2), ("swapped_sums", 0.05, 0.2)):
        shares = mixtures[name]
        assert (shares["sum_steps"], shares["sum_direct"]) == (steps, direct)
        others = [shares[kind] / mixtures["base"][kind] for kind in ("text", "quotation", "pair")]
        assert sum(shares.values()) == pytest.approx(1) and others == pytest.approx([others[0]] * 3)


def test_single_instructions_are_the_groups_questions_told_apart():
    probes = PANELS["instructions"].evaluate(1).probes
    singles = single_instructions(probes, 32)
    assert list(singles) == [f"rank_{k}" for k in range(1, 33)]
    for low, high in ((1, 8), (9, 16), (17, 32)):
        group = probes[f"ranks_{low}_{high}"]
        asked = [singles[f"rank_{k}"] for k in range(low, high + 1)]
        together = {place for one in asked for place in zip(one.row.tolist(), one.first.tolist(), strict=True)}
        assert together == set(zip(group.row.tolist(), group.first.tolist(), strict=True))
    assert all(len(probe.row) == 10 and probe.rows is probes["ranks_1_8"].rows for probe in singles.values())


def test_single_questions_are_those_of_their_instruction_each_digit_once():
    probes = PANELS["instructions"].evaluate(1).probes
    found = single_questions(probes, (17, 24))
    whole = single_instructions(probes, 24)
    assert len(found) == 20 and all(len(probe.row) == 1 for probe in found.values())
    for k in (17, 24):
        places = [
            (int(found[f"rank_{k}_digit_{x}"].row[0]), int(found[f"rank_{k}_digit_{x}"].first[0])) for x in range(10)
        ]
        assert set(places) == set(zip(whole[f"rank_{k}"].row.tolist(), whole[f"rank_{k}"].first.tolist(), strict=True))
        assert [int(whole[f"rank_{k}"].rows[row, first]) for row, first in places] == list(range(10))


@pytest.fixture(scope="module")
def short(tmp_path_factory) -> tuple[Path, list[Run]]:
    """A constant run with a branch, and a cosine one, so short that it tests the tables only."""
    folder = tmp_path_factory.mktemp("short")
    fixed = {"seed": 1, "rate": 0.01, "budgets": (250,)}
    runs = [
        Run("instructions", 16, checkpoints=every(50, 300), trunk=300, singles=32, **fixed),
        Run("instructions", 16, checkpoints=(100,), schedule="cosine", **fixed),
    ]
    for run in runs:
        train(run, folder)
    return folder, runs


def test_the_mean_of_single_instructions_is_that_of_their_group(short):
    folder, runs = short
    for row in train(runs[0], folder):
        assert row["ranks_9_16.p"] == pytest.approx(np.mean([row[f"rank_{k}.p"] for k in range(9, 17)]), rel=1e-6)


def test_a_constant_and_a_cosine_run_begin_with_the_same_warm_up(short):
    folder, runs = short
    constant, cosine = (train(run, folder) for run in runs)
    at_100 = [next(row["loss"] for row in trace if row["step"] == 100) for trace in (constant, cosine)]
    assert at_100[0] == pytest.approx(at_100[1], abs=1e-6)
    assert [row["annealed"] for row in cosine] == [0, 1]


def test_tables_hold_what_was_trained(short, tmp_path, monkeypatch):
    folder, runs = short
    monkeypatch.setattr(interventions, "design", lambda: {"schedules": [*runs, replace(runs[0], seed=2)]})
    ship(folder, tmp_path)
    tables = {}
    for name in ("runs", "instructions", "singles", "parts"):
        with (tmp_path / f"interventions_{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    assert [row["schedule"] for row in tables["runs"]] == ["constant", "late", "cosine"]
    constant = [row for row in tables["instructions"] if row["run"] == "0"]
    assert [row["step"] for row in constant] == ["200", "300"]
    assert [row["step"] for row in tables["instructions"] if row["run"] == "1"] == ["250"]
    last = next(row for row in train(runs[0], folder) if row["step"] == 300)
    assert int(constant[1]["ranks_9_16.p"]) == round(1000 * last["ranks_9_16.p"])
    assert int(tables["singles"][1]["rank_9"]) == round(100 * last["rank_9.p"])
    assert [row["step"] for row in tables["instructions"] if row["run"] == "2"] == ["250"]
    for row, number in zip(tables["parts"], ("1", "2"), strict=True):
        assert row["run"] == number and abs(int(row["text"]) + int(row["instruction"])) <= 1
    described = json.loads((tmp_path / "interventions.json").read_text("utf-8"))
    assert described["planned"] == {"schedules": 3} and described["finished"] == {"schedules": 2}


def test_every_shipped_checkpoint_belongs_to_a_run_of_the_design():
    planned = {
        (
            run.panel,
            run.mixture,
            str(run.d_model),
            str(run.layers),
            str(run.d_model // run.shape.heads),
            f"{run.rate:g}",
            str(run.seed),
            schedule,
        )  # fmt: skip
        for name, runs in design().items()
        for run in runs
        for schedule, _ in ways("sums" if name.endswith("sums") else name, run, [])
    }
    columns = ("panel", "mixture", "d_model", "layers", "head_size", "rate", "seed", "schedule")
    found = [tuple(row[column] for column in columns) for row in read_rows("interventions_runs.csv")]
    assert len(set(found)) == len(found) and set(found) <= planned
