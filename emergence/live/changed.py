"""A module of the book as a reader has changed it, in the place of the book's.

The page's kernel and the notebooks that readers take with them use it: `use_source("emergence.figures.…", source)`.
"""

from __future__ import annotations

import importlib
import importlib.util
import linecache
import sys

_CHANGED: set[str] = set()


def use_source(name: str, source: str) -> None:
    """Let the module `name` be what `source` defines: whoever imports it from now on gets that.

    An exception of the source is raised, and then the module stays what it was. Raises ModuleNotFoundError for a name
    in no package.
    """
    package, _, child = name.rpartition(".")
    parent = importlib.import_module(package)
    file = f"<changed {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)  # for tracebacks
    code = compile(source, file, "exec")
    # A new spec is what tells LiveFigure that a module declares its figure anew.
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader=None, origin=file))
    before = sys.modules.get(name)
    sys.modules[name] = module  # dataclasses look for it there
    try:
        exec(code, vars(module))
    except BaseException:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before
        raise
    setattr(parent, child, module)
    _CHANGED.add(name)


def use_book(name: str) -> None:
    """Let a changed module be the book's again, for whoever imports it from now on."""
    if name in _CHANGED:
        package, _, child = name.rpartition(".")
        _CHANGED.remove(name)
        del sys.modules[name]
        delattr(sys.modules[package], child)
