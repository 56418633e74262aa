"""The sweep: how learning rates are chosen, the tables, and the same traces from processes and from a Dask cluster."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from experiments import sweep as sweeping
from experiments.design import Design
from experiments.sweep import executor, sweep, tune

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("abilities_traces.csv", "instructions_traces.csv")


def table(path: Path) -> list[dict[str, str]]:
    """Read a table without the times in it."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: value for name, value in row.items() if name != "cpu_s"} for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def design() -> Design:
    return Design(
        seeds={16: 2},
        budgets=(250, 500),
        checkpoints=(50, 100, 200),
        rates=(0.001, 0.016),
        tuning_steps=250,
        interventions={},
    )


@pytest.fixture(scope="module")
def local(design, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("local")
    with executor(None, workers=2) as pool:
        sweep(design, folder, pool, "a test")
    return folder


def test_a_sweep_leaves_all_rows_and_says_where_they_came_from(local, design):
    for name in TABLES:
        rows = table(local / name)
        assert len(rows) == 2 * 6  # Trunk at 50, 100, 200 and 400; ends at 250 and 500.
        assert [row["step"] for row in rows[:6]] == ["50", "100", "200", "250", "400", "500"]
        assert list(rows[0])[:6] == ["run", "mixture", "d_model", "layers", "parameters", "seed"]
    described = json.loads((local / "traces.json").read_text("utf-8"))
    assert Design.read(json.dumps(described["design"])) == design
    assert described["runs"] == {"planned": 4, "finished": 4}
    assert described["versions"]["jax"] and described["cpu_seconds"]["abilities"] > 0
    assert described["panels"]["abilities"]["chance"]["heldout"] == 1e-3


def test_the_chosen_learning_rate_has_the_lowest_loss_and_neighbours_on_both_sides(local):
    rows = table(local / "learning_rates.csv")
    for panel in ("abilities", "instructions"):
        tried = sorted((float(row["rate"]), float(row["loss"]), row["chosen"]) for row in rows if row["panel"] == panel)
        best = min(range(len(tried)), key=lambda i: tried[i][1])
        assert 0 < best < len(tried) - 1
        assert [row[2] for row in tried] == ["1" if i == best else "0" for i in range(len(tried))]


@pytest.mark.parametrize("optimum", [0.0002, 0.004, 0.1])
def test_tuning_looks_beyond_an_edge_until_the_best_lies_inside(optimum, monkeypatch, tmp_path):
    def trained(run, folder):
        return [{"step": 750, "loss": abs(run.rate / optimum - optimum / run.rate), "cpu_s": 0.0}]

    monkeypatch.setattr(sweeping, "train", trained)
    rows = tune(Design(), "abilities", 16, tmp_path)
    (chosen,) = (row for row in rows if row["chosen"])
    assert optimum / 2 <= chosen["rate"] <= 2 * optimum
    assert rows[0]["rate"] < chosen["rate"] < rows[-1]["rate"]


def test_a_sweep_started_again_repeats_no_finished_run(local, design, tmp_path, monkeypatch):
    before = {name: table(local / name) for name in TABLES}
    monkeypatch.delattr("experiments.training.train_chunk")
    with ThreadPoolExecutor(1) as pool:
        sweep(design, local, pool, "a test")
    assert {name: table(local / name) for name in TABLES} == before


def start(log: Path, *arguments: str) -> subprocess.Popen:
    """Start a part of a Dask cluster that finds the package and writes what it says to a file."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with log.open("w") as output:
        command = [sys.executable, "-m", "dask", *arguments]
        return subprocess.Popen(command, cwd=log.parent, env=environment, stdout=output, stderr=output)


def wait_for(condition: Callable[[], object], process: subprocess.Popen, seconds: float) -> None:
    """Wait until the condition holds; fail when the process ends before, or after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)


def test_a_cluster_that_loses_a_worker_gives_the_local_traces(local, design, tmp_path):
    contact, folder = tmp_path / "scheduler.json", tmp_path / "sweep"
    state = folder / "state"
    (tmp_path / "design.json").write_text(design.write(), "utf-8")
    arguments = ("--host", "127.0.0.1", "--no-dashboard")
    processes = [
        start(tmp_path / "scheduler.log", "scheduler", "--port", "0", "--scheduler-file", str(contact), *arguments)
    ]
    try:
        wait_for(contact.exists, processes[0], 600)
        address = json.loads(contact.read_text("utf-8"))["address"]
        for name in ("first", "second"):
            worker = (
                "worker",
                address,
                "--nthreads",
                "1",
                "--no-nanny",
                "--local-directory",
                str(tmp_path),
                *arguments,
            )
            processes.append(start(tmp_path / f"{name}.log", *worker))
        _, first, second = processes
        command = [sys.executable, "-m", "experiments.sweep", "--scheduler", address, "--folder", str(folder)]
        driver = subprocess.Popen([*command, "--design", str(tmp_path / "design.json")], cwd=ROOT)
        processes.append(driver)
        # In the middle: a full run has its first checkpoint, and none is finished.
        wait_for(lambda: list(state.glob("*-s[12]-*.npz")), driver, 600)
        first.send_signal(signal.SIGKILL)
        assert not list(state.glob("*-s[12]-*.json"))
        assert driver.wait(timeout=600) == 0
        assert first.poll() == -signal.SIGKILL and second.poll() is None
    finally:
        for process in processes:
            process.kill()
            process.wait()
    for name in TABLES:
        assert table(folder / name) == table(local / name)
