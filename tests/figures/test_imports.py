"""What figures import is in the memory that the page starts from: else a first move fetches and reads archives."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KERNEL = ROOT / "book" / "kernel" / "python" / "kernel.py"

MOVES = """
import importlib, json, pkgutil, sys
PIL.Image.preinit()  # as the kernel does
# Modules that are part of the interpreter itself need no file, in a browser either.
known, late = set(sys.modules) | set(sys.builtin_module_names) | {"cmath"}, {}
import emergence.figures
from emergence.live import registered_figures
for module in pkgutil.walk_packages(emergence.figures.__path__, "emergence.figures."):
    importlib.import_module(module.name)
for name, figure in registered_figures().items():
    picture = figure.picture()
    chosen = [{c.name: option} for c in figure.controls for option in getattr(c, "options", ())]
    for values in map(figure.check, [{}, *chosen]):
        state = figure.start(values, 0 if figure.random else None)
        figure.sentence(state, values)
        figure.draw(picture, state, values)
    picture.render()
    if new := {module for module in sys.modules if module not in known and not module.startswith("emergence")}:
        late[name] = sorted(new)
        known |= new
print(json.dumps({"tried": len(registered_figures()), "late": late}))
"""


def imports_before_a_figure() -> str:
    """The imports of the page's kernel and of its `prepare`, as source; what only Pyodide has is left out."""
    tree = ast.parse(KERNEL.read_text("utf-8"))
    prepare = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "prepare")
    lines = [
        ast.unparse(node)
        for node in [*tree.body, *prepare.body]
        if isinstance(node, ast.Import | ast.ImportFrom) and not ast.unparse(node).startswith("from pyodide")
    ]
    return "\n".join(lines)


def test_no_figure_imports_what_the_stored_memory_lacks():
    code = imports_before_a_figure() + "\n" + MOVES
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    declared = sum(
        "\nfigure = LiveFigure(" in path.read_text("utf-8") for path in ROOT.glob("emergence/figures/*/*.py")
    )
    assert json.loads(done.stdout.splitlines()[-1]) == {"tried": declared, "late": {}}
