"""Every environment is pinned, the pins agree with each other and with what the tests run on."""

import importlib.metadata
import os
import re
import stat
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

FILES = [
    "requirements.txt",
    "requirements-build.txt",
    "requirements-forms.txt",
    "requirements-test.txt",
    "coursework/requirements.txt",
]
BENCH = "requirements-bench.txt"  # installed by `make bench` only
# in environments of their own
EXPERIMENTS = ("experiments/requirements.txt", "experiments/real_model/requirements.txt")


def requirements(path) -> list[str]:
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def pins(path) -> dict[str, str]:
    found = {}
    for line in requirements(path):
        if line == "-e .":
            continue
        requirement = Requirement(line)
        (pin,) = requirement.specifier
        assert pin.operator == "==", f"{path.name}: {line} is not pinned"
        found[re.sub(r"[-_.]+", "-", requirement.name).lower()] = pin.version
    return found


@pytest.mark.parametrize("name", [*FILES, BENCH, *EXPERIMENTS])
def test_every_requirement_is_pinned_as_in_the_constraints(root, name):
    constraints = pins(root / "constraints.txt")
    for package, version in pins(root / name).items():
        assert constraints[package] == version, package


@pytest.mark.parametrize("name", FILES)
def test_tests_run_on_the_pinned_versions(root, name):
    for package, version in pins(root / name).items():
        assert importlib.metadata.version(package) == version, package


def test_constraints_cover_every_installed_package(root):
    constraints = pins(root / "constraints.txt")
    installed = {
        re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower(): found.version
        for found in importlib.metadata.distributions()
    }
    ours = {"emergence", "pip", "setuptools", "wheel"}  # ours, and what a new environment may start with
    # Not the other way round: a pin may be for another operating system, or for the benchmarks.
    assert {name: version for name, version in installed.items() if name not in ours}.items() <= constraints.items()


def test_binder_installs_the_package_and_all_it_needs(root):
    assert "-e ." in requirements(root / "requirements.txt")
    pinned = pins(root / "requirements.txt")
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    for line in project["dependencies"]:
        needed = Requirement(line)
        assert pinned[needed.name] in needed.specifier, line


def test_pythons_agree(root):
    runtime = (root / "runtime.txt").read_text("utf-8").strip().removeprefix("python-")
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert runtime in SpecifierSet(project["requires-python"])
    assert f"{sys.version_info.major}.{sys.version_info.minor}" in SpecifierSet(project["requires-python"])


def test_binder_image_has_a_python_new_enough(root, tracked, tmp_path):
    for path in tracked:
        copy = tmp_path / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    rendered = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    dockerfile = rendered.stdout + rendered.stderr
    wanted = (root / "runtime.txt").read_text("utf-8").strip().removeprefix("python-")
    assert re.findall(r"Building conda environment for python=(\S+)", dockerfile) == [wanted]
    # The environment's lock file is copied under an escaped name: environment.py-3.11-linux-64.lock.
    assert re.search(rf"^COPY .*environment-2epy-2d{wanted.replace('.', '-2e')}-", dockerfile, re.MULTILINE)
    # Installing `-e .` needs the repository's files: they must be in the image by then.
    everything = re.search(r"^COPY .* src/ ", dockerfile, re.MULTILINE)
    installing = re.search(r'^RUN .*pip install .*-r "?requirements\.txt', dockerfile, re.MULTILINE)
    assert everything.start() < installing.start()


def test_ci_entry_is_an_executable_script_that_runs_make_test(root):
    script = root / ".ci" / "run"
    assert os.stat(script).st_mode & stat.S_IXUSR
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert script.read_text("utf-8").rstrip().endswith("make test")


def test_workflows_only_call_make_or_the_ci_entry_and_install_packages_of_the_system(root):
    for path in (root / ".github" / "workflows").glob("*.yml"):
        commands = re.findall(r"^\s*- run: (.+)$", path.read_text("utf-8"), re.MULTILINE)
        assert commands, path.name
        allowed = re.compile(r"\.ci/run|make [a-z ]+|sudo apt-get (update|install [a-z -]+)")
        assert all(allowed.fullmatch(command) for command in commands), path.name


def test_readme_names_every_make_target(root):
    targets = re.findall(r"^([a-z]+):.*## ", (root / "Makefile").read_text("utf-8"), re.MULTILINE)
    readme = (root / "README.md").read_text("utf-8")
    missing = [target for target in targets if target != "help" and f"`make {target}`" not in readme]
    assert not missing
