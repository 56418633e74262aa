"""What the tracked files hold, and what they must not hold."""

import json
import re

import pytest

# Written in pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile("|".join(f"/{folder}/" for folder in ("work", "root", "tmp/w", "home/[a-z]+")))
REGISTRY_HOSTS = re.compile(r"registry\." + r"npmjs|files\." + r"pythonhosted|pypi\." + r"org/simple")
IN_PYODIDE = re.compile("/home/" + "pyodide/")
LARGEST_NOTEBOOK = 400_000


def notebooks(tracked):
    return [path for path in tracked if path.suffix == ".ipynb"]


def test_no_file_names_a_path_of_a_machine_or_a_registry(tracked, root):
    found = []
    for path in tracked:
        text = path.read_bytes().decode("utf-8", errors="ignore")
        for pattern in (MACHINE_PATHS, REGISTRY_HOSTS):
            found += [(path.relative_to(root).as_posix(), hit) for hit in pattern.findall(IN_PYODIDE.sub("", text))]
    assert not found


@pytest.mark.parametrize("folder", ["book/kernel", "tests/audit"])
def test_node_locks_have_integrity_and_no_addresses(root, folder):
    lock = json.loads((root / folder / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name and not entry.get("link")}
    assert packages
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert not [name for name, entry in packages.items() if "integrity" not in entry]


def test_contents_list_every_notebook_and_no_missing_page(tracked, root, contents):
    listed = set(contents)
    pages = {path.relative_to(root).with_suffix("").as_posix() for path in notebooks(tracked)}
    book = {page for page in pages if page == "index" or page.startswith("chapters/")}
    assert book <= listed
    missing = [page for page in listed if not any((root / f"{page}{end}").is_file() for end in (".ipynb", ".md"))]
    assert not missing


def test_chapter_names_carry_no_numbers(contents):
    assert not [page for page in contents if re.search(r"\d", page)]


def test_notebooks_are_small(tracked, root):
    sizes = {path.relative_to(root).as_posix(): path.stat().st_size for path in notebooks(tracked)}
    assert sizes
    assert not {name: size for name, size in sizes.items() if size > LARGEST_NOTEBOOK}


def test_notebook_cells_have_stable_ids(tracked):
    for path in notebooks(tracked):
        notebook = json.loads(path.read_text("utf-8"))
        assert (notebook["nbformat"], notebook["nbformat_minor"]) >= (4, 5), path.name
        ids = [cell["id"] for cell in notebook["cells"]]
        assert len(set(ids)) == len(ids), path.name


def test_notebooks_store_neither_widget_state_nor_widget_views(tracked):
    for path in notebooks(tracked):
        notebook = json.loads(path.read_text("utf-8"))
        assert "widgets" not in notebook["metadata"], path.name
        assert "application/vnd.jupyter.widget-view+json" not in path.read_text("utf-8"), path.name


def test_code_cells_are_short_and_hide_no_error(tracked):
    for path in notebooks(tracked):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                code = "".join(cell["source"])
                is_chapter = "coursework" not in path.parts  # whose solutions and tables are as long as they are
                assert len(code.splitlines()) <= 12 or not is_chapter, (
                    f"{path.name}: {cell['id']} is longer than 12 lines"
                )
                assert "except" not in code, f"{path.name}: {cell['id']} catches an exception"
                assert not [o for o in cell["outputs"] if o["output_type"] == "error"], f"{path.name}: {cell['id']}"
