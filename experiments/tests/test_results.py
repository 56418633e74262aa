"""Files that are whole or not there, and work that goes on where it stopped."""

import json

import pytest

from experiments import results

COLUMNS = ("size", "seed", "loss")


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "table.csv"
    results.write_csv(path, COLUMNS, [[16, 1, "2.5"]])

    def rows():
        yield [16, 1, "2.4"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        results.write_csv(path, COLUMNS, rows())
    assert path.read_text("utf-8") == "size,seed,loss\n16,1,2.5\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_run_that_is_there_is_not_trained_again(tmp_path, capsys):
    trained = []

    def run(size, seed):
        if (size, seed) == (32, 2) and len(trained) < 4:
            raise KeyboardInterrupt
        trained.append((size, seed))
        return [{"step": 10, "loss": size + seed}]

    def finish():
        return results.finish_runs(tmp_path, (16, 32), (1, 2), run, lambda rows: f"loss {rows[-1]['loss']}")

    with pytest.raises(KeyboardInterrupt):
        finish()
    assert trained == [(16, 1), (32, 1), (16, 2)]
    trained.append("killed")
    found = finish()
    assert trained[-1] == (32, 2) and len(trained) == 5
    assert {key: each["rows"][0]["loss"] for key, each in found.items()} == {
        (16, 1): 17, (32, 1): 33, (16, 2): 18, (32, 2): 34,
    }  # fmt: skip
    assert json.loads((tmp_path / "d32-s2.json").read_text("utf-8")) == found[32, 2]
    assert "d32-s2: 0 CPU s, loss 34" in capsys.readouterr().out


def test_a_row_that_is_there_is_not_made_again_and_one_that_was_cut_off_is(tmp_path):
    path, made = tmp_path / "rows.csv", []

    def job(key, loss):
        return lambda: made.append(key) or [loss]

    jobs = {key: job(key, loss) for key, loss in ((("8", "1"), "2.50"), (("8", "2"), ""), (("16", "1"), "2.25"))}
    whole = [["8", "1", "2.50"], ["8", "2", ""], ["16", "1", "2.25"]]
    assert results.finish_rows(path, COLUMNS, jobs) == whole and len(made) == 3
    path.write_text(path.read_text("utf-8")[:-2], "utf-8")  # killed in the middle of the last row
    assert results.finish_rows(path, COLUMNS, jobs) == whole
    assert made[3:] == [("16", "1")]
    assert results.finish_rows(path, COLUMNS, jobs) == whole and len(made) == 4
    assert path.read_text("utf-8") == "size,seed,loss\n8,1,2.50\n8,2,\n16,1,2.25\n"
