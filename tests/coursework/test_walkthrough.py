"""The trial course of the page for instructors: exactly its commands, beside a copy of the repository."""

import csv
import os
import re
import subprocess
from pathlib import Path

import pytest

from coursework.grading.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
SECTION = "## A trial course in half an hour\n"


@pytest.fixture(scope="module")
def trial(tmp_path_factory) -> Path:
    """The folder of the course after all commands; the repository's files and environment are linked, not copied."""
    text = (ROOT / "book" / "teaching.md").read_text("utf-8").split(SECTION)[1].split("\n## ")[0]
    commands = re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(commands) == text.count("```") // 2 == 6
    copy = tmp_path_factory.mktemp("trial") / "copy"
    copy.mkdir()
    for path in ROOT.iterdir():
        (copy / path.name).symlink_to(path)
    box = Sandbox()
    missing = box.missing
    box.close()
    environment = os.environ | ({"UNPROTECTED": "yes"} if missing else {})
    program = ["bash", "-euc", "".join(commands)]
    ran = subprocess.run(program, cwd=copy, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return copy.parent / "trial"


def test_scores_are_those_that_the_page_tells(trial):
    with (trial / "grades.csv").open(encoding="utf-8", newline="") as file:
        scores = {
            (row["student_id"], row["assignment"]): (row["score"], row["max_score"]) for row in csv.DictReader(file)
        }
    text = (ROOT / "book" / "teaching.md").read_text("utf-8")
    (score, most), (by_hand, most_by_hand) = scores["ada", "physics"], scores["ada", "physics (by hand)"]
    assert f"Ada has {score} of {most} points and Bob {scores['bob', 'physics'][0]}." in text
    assert f"Ada's points by hand are {float(by_hand):g} of {most_by_hand}; Bob's stay empty" in text
    assert scores["bob", "physics (by hand)"][0] == ""
    assert score == most and len(scores) == 4


def test_what_is_handed_out_and_handed_back_is_there(trial):
    for student in ("ada", "bob"):
        assert (trial / "students" / student / "physics.ipynb").is_file()
        assert "physics" in (trial / "feedback" / f"{student}.html").read_text("utf-8")
    assert "<h4>ada</h4>" in (trial / "summary.html").read_text("utf-8")
