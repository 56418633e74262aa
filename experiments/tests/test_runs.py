"""A run: its plan, its trace, and going on after a kill."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from experiments import training
from experiments.panels import PANELS
from experiments.runs import Run, Segment, train

ROOT = Path(__file__).resolve().parents[2]
RUN = Run("instructions", 16, seed=1, rate=0.01, budgets=(250, 500), checkpoints=(50, 100, 150, 300, 350))


def without_time(trace: list[dict]) -> list[dict]:
    return [{name: value for name, value in row.items() if name != "cpu_s"} for row in trace]


@pytest.fixture(scope="module")
def trace(tmp_path_factory) -> list[dict]:
    return train(RUN, tmp_path_factory.mktemp("straight"))


def test_a_branch_leaves_the_trunk_where_the_decay_of_its_budget_begins():
    trunk = [Segment(None, 0, 50), Segment(None, 50, 100), Segment(None, 100, 150), Segment(None, 150, 200)]
    later = [Segment(None, 200, 300), Segment(None, 300, 350), Segment(None, 350, 400)]
    assert RUN.segments() == [*trunk, Segment(250, 200, 250), *later, Segment(500, 400, 500)]
    assert RUN.steps() == 400 + 50 + 100


def test_a_branch_agrees_with_training_that_budget_alone(trace, tmp_path):
    alone = train(replace(RUN, budgets=(250,), checkpoints=()), tmp_path)
    (end,) = (row for row in trace if row["annealed"] and row["step"] == 250)
    ignored = {"run", "cpu_s"}
    assert {k: v for k, v in end.items() if k not in ignored} == {
        k: v for k, v in alone[-1].items() if k not in ignored
    }


def test_a_trace_counts_the_tokens_and_operations_of_its_path(trace):
    for row in trace:
        assert row["tokens"] == row["step"] * 32 * 32
        assert row["flops"] == row["tokens"] * 3 * (2 * (24 * 16**2 + 4 * 32 * 16) + 2 * 16 * 64)
    assert [row["step"] for row in trace if row["annealed"]] == [250, 500]
    assert trace[-1]["loss"] < trace[0]["loss"]


def test_losses_of_the_types_make_up_the_loss(trace):
    shares = PANELS["instructions"].mixtures["base"]
    for row in trace:
        assert sum(shares[name] * row[f"loss.{name}"] for name in shares) == pytest.approx(row["loss"], rel=1e-6)


@pytest.mark.parametrize("panel", PANELS)
def test_the_loss_without_a_skill_leaves_out_its_documents_and_nothing_else(panel):
    evaluation = PANELS[panel].evaluate(seed=1)
    assert evaluation.weight.sum() == pytest.approx(1)
    for skill, weight in evaluation.without.items():
        kept = weight > 0
        assert weight.sum() == pytest.approx(1) and 0 < kept.mean() < 1
        assert (weight[kept] / evaluation.weight[kept]).std() < 1e-9
        assert kept[evaluation.types["text"]].all(), skill
    if panel == "abilities":
        left_out = {name for name, rows in evaluation.types.items() if not evaluation.without["direct"][rows].any()}
        assert left_out == {"sum_steps", "sum_direct"}


@pytest.mark.parametrize("panel", PANELS)
def test_probes_ask_for_digits_or_letters_and_chance_is_a_uniform_guess(panel):
    evaluation = PANELS[panel].evaluate(seed=1)
    assert set(evaluation.probes) == set(PANELS[panel].skills) == set(evaluation.without)
    for skill, probe in evaluation.probes.items():
        answers = [probe.rows[probe.row, probe.first + 1 + k] for k in range(probe.tokens)]
        low, high = (10, 42) if skill == "icl" else (0, 10)
        assert all(((answer >= low) & (answer < high)).all() for answer in answers), skill
        about = PANELS[panel].skills[skill]
        assert about.tokens == probe.tokens and about.chance == pytest.approx((high - low) ** -probe.tokens)


def test_every_instruction_is_asked_once_with_every_digit():
    probes = PANELS["instructions"].evaluate(seed=1).probes
    asked = [
        (int(a) - 42) * 160 + (int(b) - 42) * 10 + int(x)
        for probe in probes.values()
        for a, b, x in (
            probe.rows[row, first - 2 : first + 1] for row, first in zip(probe.row, probe.first, strict=True)
        )
    ]
    assert sorted(asked) == list(range(2560))


def test_the_same_run_gives_the_same_trace(trace, tmp_path):
    assert without_time(train(RUN, tmp_path)) == without_time(trace)


def test_a_finished_run_is_not_trained_again(trace, tmp_path, monkeypatch):
    (tmp_path / f"{RUN.name}.json").write_text(json.dumps(trace), "utf-8")
    monkeypatch.delattr(training, "train_chunk")
    assert train(RUN, tmp_path) == trace


def test_a_run_killed_without_warning_goes_on_and_gives_the_same_trace(trace, tmp_path):
    code = f"from experiments.runs import Run, train; train({RUN!r}, {str(tmp_path)!r})"
    for checkpoints in (2, 5):  # Killed twice: once on the trunk, and once more after the first branch.
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
        unfinished = tmp_path / f"{RUN.name}.npz"
        deadline = time.monotonic() + 600
        while not (unfinished.exists() and stored_checkpoints(unfinished) >= checkpoints):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert not (tmp_path / f"{RUN.name}.json").exists()
    before = stored_checkpoints(unfinished)
    new = []
    assert without_time(train(RUN, tmp_path, new.append)) == without_time(trace)
    assert len(new) == len(trace) - before
    assert [path.suffix for path in tmp_path.iterdir() if "tmp" not in path.name] == [".json"]


def stored_checkpoints(path: Path) -> int:
    import numpy as np

    with np.load(path) as stored:
        return len(json.loads(str(stored["trace"])))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"panel": "sums"}, "panel = 'sums'"),
        ({"mixture": "more"}, "mixture = 'more'"),
        ({"rate": 0.0}, "rate = 0.0"),
        ({"budgets": ()}, "budgets"),
        ({"budgets": (300,)}, "step 240"),
        ({"checkpoints": (75,)}, "step 75"),
        ({"d_model": 18}, "d_model = 18"),
    ],
)
def test_bad_input_is_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        replace(RUN, **changed).shape  # noqa: B018
