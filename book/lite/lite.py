"""JupyterLite inside the site: notebooks that run in the browser, with the Pyodide and the wheels of the pages.

JupyterLite's own command assembles the application; it runs once for each set of versions. JupyterLite would take
Pyodide and packages from public addresses. Here its kernel loads pyodide.js, which hands it a lock of packages, each
with its hash, that all lie in the site (or in the folder of `live_pyodide_url`).
"""

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.filemanager import FileContentsManager

from book.kernel import assets

HERE = Path(__file__).resolve().parent
# Of the application: the kernel, and what shows widgets and MyST, of the time of this JupyterLite, which is the one for
# Pyodide 0.27; JupyterLab in requirements.txt is newer, and so are its extensions. Of the kernel: what pages lack.
WHEELS: list[dict[str, Any]] = json.loads((HERE / "wheels.json").read_text("utf-8"))
KERNEL_WHEELS = Path("extensions", "@jupyterlite", "pyodide-kernel-extension", "static", "pypi")
# What the kernel would install when it starts, if it were not told that it is there already ...
AT_START = ["ssl", "sqlite3", "ipykernel", "comm", "pyodide_kernel", "jedi", "ipython", "micropip", "piplite"]
AT_START += ["emergence"]  # ... and what brings all that a figure needs
CONFIGURATION = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "At the Limit",
        "appUrl": "./tree",  # where the address of the folder leads
        # It shares files between kernel and page, which no chapter needs, and would stand beside the site's own.
        "disabledExtensions": ["@jupyterlite/application-extension:service-worker-manager"],
        "litePluginSettings": {
            "@jupyterlite/pyodide-kernel-extension:kernel": {
                "pyodideUrl": "./pyodide.js",
                "disablePyPIFallback": True,
                "loadPyodideOptions": {"packages": AT_START},
            }
        },
    },
}


# -- the application -------------------------------------------------------------------------------------


def build_application() -> Path:
    """Assemble JupyterLite without any notebook, or take it from the cache."""
    extensions = [assets.fetch_wheel(pin) for pin in WHEELS if "application" in pin["of"]]
    options = {
        "apps": ["notebooks", "tree", "lab", "edit", "consoles"],  # the menus of a notebook lead to all of them
        "federated_extensions": [str(wheel) for wheel in extensions],
        "ignore_sys_prefix": ["federated_extensions"],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "output_dir": "made",
    }

    def build(folder: Path) -> None:
        with tempfile.TemporaryDirectory(dir=folder.parent) as name:
            workshop = Path(name)
            (workshop / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": options}), "utf-8")
            (workshop / "jupyter-lite.json").write_text(json.dumps(CONFIGURATION), "utf-8")
            command = [sys.executable, "-m", "jupyterlite_core", "build"]
            run = subprocess.run(command, cwd=workshop, capture_output=True, text=True)
            if run.returncode:
                raise RuntimeError(f"JupyterLite could not be built:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
            shutil.copytree(workshop / "made", folder, dirs_exist_ok=True)
        for unused in [*folder.rglob("*.map"), folder / "service-worker.js", *folder.glob("build/fa-*.svg")]:
            unused.unlink()

    made_from = [version("jupyterlite-core"), WHEELS, assets.tree_key([HERE / "lite.py"])]
    key = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:16]
    return assets.cached(assets.CACHE / f"lite-{key}", build)


# -- the kernel's packages -------------------------------------------------------------------------------


def install_packages(lite: Path, pyodide_url: str) -> None:
    """Add the packages of Pyodide that only notebooks need, and write pyodide-lock.json.

    The lock names Pyodide's packages as Pyodide does and gives the path of all others from the folder `lite`. It
    also says where Pyodide is, and which packages a module of `emergence` needs that the kernel does not start with.
    """
    live = lite.parent / "_static" / "live"
    listed = json.loads((live / "assets.json").read_text("utf-8"))
    official = json.loads((assets.NODE_MODULES / "pyodide" / "pyodide-lock.json").read_text("utf-8"))
    packages = {
        name: official["packages"][name] | {"depends": entry["depends"]} for name, entry in listed["packages"].items()
    }
    folder = assets.fetch_packages(official)
    for name, entry in assets.lock_packages(official, assets.PINS["pyodide"]["notebook"]).items():
        if name not in packages:
            assets.place(assets.verify(folder / entry["file"], entry["sha256"]), lite / "packages" / entry["file"])
            file_name = f"packages/{entry['file']}"
            packages[name] = official["packages"][name] | {"depends": entry["depends"], "file_name": file_name}
    kernel = [
        {"name": path.name.partition("-")[0].replace("_", "-"), "path": path, "depends": []}
        for path in sorted((lite / KERNEL_WHEELS).glob("*.whl"))
    ]
    for pin in (pin for pin in WHEELS if "kernel" in pin["of"]):
        path = assets.fetch_wheel(pin)
        assets.place(path, lite / "packages" / path.name)
        kernel.append(pin | {"path": lite / "packages" / path.name})
    pages = [wheel | {"path": live / "wheels" / wheel["file"]} for wheel in listed["wheels"]]
    for wheel in kernel + pages:
        path = wheel["path"]
        packages[wheel["name"]] = {
            "name": wheel["name"],
            "version": path.name.split("-")[1],
            "file_name": Path(os.path.relpath(path, lite)).as_posix(),
            "install_dir": "site",
            "sha256": assets.sha256(path),
            "package_type": "package",
            "imports": wheel.get("imports", [path.name.partition("-")[0]]),
            "depends": wheel["depends"],
            "unvendored_tests": False,
        }
    packages["emergence"]["depends"] = [*packages["emergence"]["depends"], "anywidget"]  # pages have a stand-in for it
    lock = {
        "info": official["info"],
        "packages": packages,
        "pyodide": pyodide_url or "../_static/live/pyodide/",
        "later": needed_later(packages),
    }
    (lite / "pyodide-lock.json").write_text(json.dumps(lock, indent=1) + "\n", "utf-8")


def imports_of(package: Path) -> dict[str, set[str]]:
    """List for each module of a package what it imports, also inside functions and through its other modules.

    Other packages are listed by their top-level names.
    """
    direct: dict[str, set[str]] = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        names = direct[".".join(part for part in parts if part != "__init__")] = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.update([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])

    def closure(module: str, seen: set[str]) -> set[str]:
        if module in seen:
            return set()
        seen.add(module)
        inner = {name for name in direct[module] if name in direct}
        outer = {name.partition(".")[0] for name in direct[module]} - {package.name}
        return outer.union(*(closure(name, seen) for name in inner))

    return {module: closure(module, set()) for module in direct}


def needed_later(packages: dict[str, Any]) -> dict[str, list[str]]:
    """List the modules of `emergence` that need more packages than the kernel starts with, and which."""

    def closure(name: str) -> set[str]:
        return {name}.union(*(closure(needed) for needed in packages[name]["depends"]))

    provider = {module.partition(".")[0]: name for name, entry in packages.items() for module in entry["imports"]}
    there = closure("emergence")
    later = {
        module: sorted({provider[name] for name in names if name in provider} - there)
        for module, names in imports_of(assets.ROOT / "emergence").items()
    }
    return {module: names for module, names in later.items() if names}


# -- the notebooks ---------------------------------------------------------------------------------------


def index_notebooks(lite: Path, modified: datetime) -> None:
    """List the folders under lite/files as a Jupyter server would answer for them, all of one date."""
    files = lite / "files"
    manager = FileContentsManager(root_dir=str(files))
    for folder in [files, *(path for path in files.rglob("*") if path.is_dir())]:
        name = folder.relative_to(files)
        listing = manager.get("" if folder == files else name.as_posix())
        for entry in [listing, *listing["content"]]:  # the dates of the copies would make each build another
            entry["created"] = entry["last_modified"] = modified.isoformat()
        target = lite / "api" / "contents" / name / "all.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(listing), "utf-8")


def install(lite: Path, notebooks: dict[str, dict[str, Any]], modified: datetime, pyodide_url: str) -> None:
    """Put JupyterLite and the notebooks (by their path) into the folder `lite` of a finished site."""
    shutil.rmtree(lite, ignore_errors=True)
    application = build_application()
    for path in assets.sources(application):
        assets.place(path, lite / path.relative_to(application))
    shutil.copyfile(HERE / "pyodide.js", lite / "pyodide.js")
    install_packages(lite, pyodide_url)
    for name, notebook in notebooks.items():
        target = lite / "files" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", "utf-8")
    index_notebooks(lite, modified)
