"""The repository as its tests see it: the tracked files, the configuration, the table of contents."""

import os
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file of the repository, without what git would ignore; an unpacked archive has no git to ask."""
    ignored = [".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split())]

    def belongs(path: Path) -> bool:
        names = (path.name, path.relative_to(ROOT).as_posix())
        return not any(fnmatch(name, pattern) for name in names for pattern in ignored)

    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if belongs(Path(folder, name))]
        found += [path for name in files if belongs(path := Path(folder, name))]
    return sorted(found)


@pytest.fixture(scope="session")
def config() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))


@pytest.fixture(scope="session")
def contents() -> list[str]:
    """The pages of the table of contents, without file endings."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    return [toc["root"], *(page["file"] for part in toc["parts"] for page in part["chapters"])]
