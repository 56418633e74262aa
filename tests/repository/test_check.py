"""What `make check` chooses to test."""

import re
import subprocess

import check
import pytest


@pytest.fixture(scope="module")
def imports(root):
    return check.imports(root)


def chosen(path, imports):
    return check.tests_of(check.affected({path}, imports))


def test_a_model_brings_its_tests_and_the_figures_that_use_it(imports):
    tests, figures = chosen("emergence/physics/ising.py", imports)
    assert {"tests/models/test_ising.py", "tests/models/test_ising_states.py"} <= set(tests)
    assert "tests/models/test_limits.py" not in tests
    assert "symmetry_breaking.lattice" in figures and "loss_threshold.explorer" not in figures


def test_a_model_brings_the_exercises_that_use_it(imports):
    assert check.DECLARED in chosen("emergence/limits/acceleration.py", imports)[0]
    assert check.DECLARED not in chosen("emergence/limits/rational.py", imports)[0]
    assert "tests/exercises/test_kinds.py" in chosen("emergence/exercises/_questions.py", imports)[0]


def test_data_bring_what_reads_them(imports):
    tests, figures = chosen("emergence/data/ising_states.csv", imports)
    assert "tests/models/test_ising_states.py" in tests and "tests/models/test_limits.py" not in tests
    assert figures


def test_the_framework_brings_every_figure(root, imports):
    tests, figures = chosen("emergence/live/picture.py", imports)
    assert check.REGISTERED in tests
    notebooks = [path.read_text("utf-8") for path in [root / "index.ipynb", *root.glob("chapters/**/[!.]*.ipynb")]]
    named = re.findall(r'"figure": "([\w.]+)"', "".join(notebooks))
    assert set(figures) == set(named)


def test_a_changed_test_is_run_and_a_text_brings_nothing(imports):
    assert chosen("tests/models/test_landau.py", imports) == (["tests/models/test_landau.py"], [])
    assert chosen("chapters/limits/three_limits.ipynb", imports) == ([], [])
    assert len(chosen("tests/models/conftest.py", imports)[0]) > 5


def test_what_differs_is_what_is_committed_changed_and_new(tmp_path):
    def git(*arguments):
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def write(name, text):
        (tmp_path / name).write_text(text, "utf-8")
        git("add", name)

    git("init", "--initial-branch", "elsewhere")
    write("kept.py", "1")
    git("commit", "-m", "one")
    with pytest.raises(SystemExit, match="no branch main"):
        check.changed(tmp_path)
    git("checkout", "-b", "main")
    assert check.changed(tmp_path) == set()
    git("checkout", "-b", "work")
    write("committed.py", "1")
    git("commit", "-m", "two")
    (tmp_path / "kept.py").write_text("2", "utf-8")
    (tmp_path / "new.py").touch()
    assert check.changed(tmp_path) == {"committed.py", "kept.py", "new.py"}
