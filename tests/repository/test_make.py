"""`make build` with a stand-in for Jupyter Book: one at a time, and the last site stays until the next one is whole."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

STAMPS = (".venv/.read-env", ".venv/.build-env", "book/kernel/node_modules/.installed")
STAND_IN = """#!{python}
import sys, time
from pathlib import Path
root, aside = Path(sys.argv[2]), Path(sys.argv[sys.argv.index("--path-output") + 1])
with (root / "begun").open("a") as begun:
    begun.write("x")
(root / "busy").touch(exist_ok=False)
time.sleep(0.5)
(root / "busy").unlink()
text = (root / "index.ipynb").read_text("utf-8")
(aside / "_build" / "html" / "index.html").write_text(text, "utf-8")
print("Open file:///index.html")
sys.exit("broken" in text)
"""


@pytest.fixture
def copy(root, tmp_path) -> Path:
    """A copy of what `make build` reads first, set up as if all packages were installed."""
    copy = tmp_path / "Übung 涌现"
    shutil.copytree(root / "scripts", copy / "scripts")
    for name in ("Makefile", "requirements.txt", "requirements-build.txt", "constraints.txt", "pyproject.toml"):
        shutil.copy(root / name, copy)
    for name in ("book/kernel/package.json", "book/kernel/package-lock.json", *STAMPS):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).touch()
    environment = copy / ".venv"
    packages = environment / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"
    packages.mkdir(parents=True)
    (packages / "emergence.pth").write_text(f"{copy}\n", "utf-8")  # as `pip install -e .` does
    (environment / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).resolve().parent}\n", "utf-8")
    (environment / "bin").mkdir()
    (environment / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    program = environment / "bin" / "jupyter-book"
    program.write_text(STAND_IN.format(python=sys.executable), "utf-8")
    program.chmod(0o755)
    write(copy, "first")
    return copy


def write(copy: Path, text: str) -> None:
    (copy / "index.ipynb").write_text(text, "utf-8")
    later = time.time() + 1  # whatever the resolution of the file system's clock
    os.utime(copy / "index.ipynb", (later, later))


def make(copy: Path, **variables: str) -> subprocess.Popen:
    command = ["make", f"PYTHON={sys.executable}", "build"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")} | variables
    return subprocess.Popen(command, cwd=copy, text=True, env=environment, start_new_session=True, **pipes)


def said(process: subprocess.Popen) -> str:
    text, _ = process.communicate(timeout=60)
    return text


def served(copy: Path) -> str:
    return (copy / "_build" / "html" / "index.html").read_text("utf-8")


def builds(copy: Path) -> int:
    return len((copy / "begun").read_text())


def test_of_two_builds_at_once_the_second_waits_and_finds_the_site_built(copy):
    (copy / "index.ipynb").touch()
    both = [make(copy), make(copy)]
    texts = [said(process) for process in both]
    assert [process.returncode for process in both] == [0, 0], texts
    assert served(copy) == "first" and builds(copy) == 1
    assert sum("Another make is at work" in text for text in texts) == 1
    assert not any("file://" in text for text in texts), "no figure runs on a page that is opened as a file"


def test_what_is_edited_during_a_build_is_built_next_time(copy):
    (copy / "index.ipynb").touch()
    process = make(copy)
    while not (copy / "busy").exists():
        time.sleep(0.01)
    write(copy, "second")
    said(process)
    said(make(copy))
    assert served(copy) == "second" and builds(copy) == 2


def test_a_build_that_fails_leaves_the_site_that_is_served(copy):
    said(make(copy))
    write(copy, "broken")
    failing = make(copy)
    while not (copy / "busy").exists():
        assert served(copy) == "first", "the site stands while the next one is being built"
    text = said(failing)
    assert failing.returncode and "The site was not built" in text
    assert served(copy) == "first" and [path.name for path in (copy / "_build").iterdir()] == ["html"]
    again = make(copy)
    assert said(again) and again.returncode, "a failed build is not taken for a finished one"
    write(copy, "mended")
    assert said(make(copy)) and served(copy) == "mended"


def test_a_killed_make_holds_nobody_up(copy):
    process = make(copy)
    while not (copy / "busy").exists():
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    said(process)
    (copy / "busy").unlink()
    said(make(copy))
    assert served(copy) == "first"


def test_a_path_with_any_letters_needs_no_locale_that_knows_them(copy):
    process = make(copy, LC_ALL="C")
    text = said(process)
    assert process.returncode == 0, text
    assert served(copy) == "first"
