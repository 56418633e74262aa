"""Test the models and figures that differ from main: python scripts/check.py, the last part of `make check`.

What imports a changed file is tested as well. Where that is more than a few figures, they and the properties of models
are tried at fewer points; `make test` tries all of them in full.
"""

import ast
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTED = ("models", "figures", "exercises")
DECLARED = "tests/exercises/test_declared.py"  # which finds the exercises of all chapters
REGISTERED = "tests/figures/test_registered_figures.py"
MAINS = ("refs/heads/main", "refs/remotes/origin/main")
IN_FULL = 8  # figures
POINTS = "20"


def changed(root: Path = ROOT) -> set[str]:
    """Paths of what differs from main's last commit below this one, also where git does not know it yet."""

    def git(*arguments: str) -> list[str]:
        said = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
        return said.stdout.split("\n")

    known = [ref for ref in git("for-each-ref", "--format=%(refname)", *MAINS) if ref]  # in the order of their names
    if not known:
        raise SystemExit("There is no branch main to compare with: git fetch origin main:main")
    (here, *_) = git("rev-parse", "--abbrev-ref", "HEAD")
    # On main itself only what has been published can be compared with; without it, the last commit.
    (base, *_) = git("merge-base", "HEAD", known[-1 if here == "main" else 0])
    return {*git("diff", "--name-only", base), *git("ls-files", "--others", "--exclude-standard")} - {""}


def imports(root: Path = ROOT) -> dict[str, set[str]]:
    """For each module and test, by its path: the files that it imports, may import or, if they are data, names."""
    data = {path.name: path.relative_to(root).as_posix() for path in root.glob("emergence/data/*.*")}
    found = {}
    tests = (path for folder in TESTED for path in root.glob(f"tests/{folder}/*.py"))
    for path in (*root.glob("emergence/**/*.py"), *tests):
        own = path.relative_to(root).as_posix()
        text = path.read_text("utf-8")
        names = {own.removesuffix(".py").removesuffix("/__init__").replace("/", ".")}
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
        files = {where for name, where in data.items() if name in text}
        for name in names:
            parts = name.split(".")
            for end in range(1, len(parts) + 1):
                module = "/".join(parts[:end])
                files |= {f"{module}.py", f"{module}/__init__.py"}
        if own.startswith("tests/"):
            files |= {
                path.with_name("conftest.py").relative_to(root).as_posix(),
                *(f"tests/{name.partition('.')[0]}.py" for name in names),
            }
        found[own] = files - {own}
    return found


def affected(paths: set[str], imports: dict[str, set[str]]) -> set[str]:
    """The paths and all that depend on one of them."""
    found = set(paths)
    while more := {path for path, needed in imports.items() if path not in found and needed & found}:
        found |= more
    return found


def tests_of(paths: set[str]) -> tuple[list[str], list[str]]:
    """Of what is affected: the files of tests, and the names of figures."""
    tests = {path for path in paths if re.fullmatch(rf"tests/({'|'.join(TESTED)})/test_\w+\.py", path)}
    if any(path.startswith("emergence/exercises/") for path in paths):
        tests.add(DECLARED)
    figures = [re.fullmatch(r"emergence/figures/(\w+)/([a-z]\w*)\.py", path) for path in paths]
    return sorted(tests), sorted(f"{found[1]}.{found[2]}" for found in figures if found)


def main() -> int:
    """Run the tests; 0 if they pass, or if there is nothing to test."""
    start = time.monotonic()
    tests, figures = tests_of({path for path in affected(changed(), imports()) if (ROOT / path).is_file()})
    in_full = len(figures) <= IN_FULL and REGISTERED not in tests
    if figures and REGISTERED not in tests:
        tests.append(REGISTERED)
    if not tests:
        print("No model and no figure differs from main.")
        return 0
    wanted = [f"[{name}" for name in figures] if in_full else ["random_points"]
    select = " or ".join([f"not {Path(REGISTERED).stem}", *wanted])
    if not in_full:
        os.environ["POINTS"] = POINTS
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    print(*tests, sep="\n")
    print(f"figures: {', '.join(figures) or 'none'}" if in_full else f"all figures, at {POINTS} points each")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "logical", "--dist", "worksteal", "-k", select, *tests]
    failed = subprocess.run(command, cwd=ROOT).returncode
    print(f"{time.monotonic() - start:.0f} s; the rest is up to `make test`")
    return failed


if __name__ == "__main__":
    sys.exit(main())
