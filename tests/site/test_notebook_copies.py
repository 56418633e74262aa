"""Chapters as notebooks: the links on the page, the copies, and the JupyterLite that runs them."""

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, unquote, urldefrag, urlsplit

import pytest
import yaml

from book.extension import notebook_copies
from book.kernel import assets
from book.lite import lite

LINK = re.compile(r"\]\(([^)]+)\)")
AS_A_LINK = r"\(?\[[^\]]+\]\([^)]+\)(?:, \[[^\]]+\]\([^)]+\))*\)?"


@pytest.fixture(scope="module")
def chapters(root) -> list[str]:
    contents = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    listed = [page["file"] for part in contents["parts"] for page in part["chapters"]]
    return [page for page in listed if page.startswith("chapters/")]


@pytest.fixture(scope="module")
def address(root) -> str:
    return yaml.safe_load((root / "_config.yml").read_text("utf-8"))["html"]["baseurl"]


@pytest.fixture(scope="module")
def lock(site):
    return json.loads((site / "lite" / "pyodide-lock.json").read_text("utf-8"))


def read(path: Path):
    return json.loads(path.read_text("utf-8"))


def text_of(cell) -> str:
    return "".join(cell["source"])


# -- the links -------------------------------------------------------------------------------------------


def test_each_chapter_and_no_other_page_links_its_notebook(text_pages, chapters):
    with_row = {name.removesuffix(".html") for name, page in text_pages.items() if page.select(".notebook-copies")}
    assert with_row == set(chapters)


def test_the_three_links_lead_to_this_chapter(site, text_pages, chapters):
    for chapter in chapters:
        page = text_pages[f"{chapter}.html"]
        here, binder, file = page.select(".notebook-copies a")
        application = urlsplit(here["href"])
        assert (site / f"{chapter}.html").parent.joinpath(application.path).is_file()
        assert parse_qs(application.query) == {"path": [f"{chapter}.ipynb"]}
        assert unquote(binder["href"]).endswith(f"lab/tree/{chapter}.ipynb")
        copy = (site / f"{chapter}.html").parent.joinpath(file["href"]).resolve()
        assert copy == site / "lite" / "files" / f"{chapter}.ipynb" and copy.is_file()
        assert file["download"] == copy.name


# -- the copies ------------------------------------------------------------------------------------------


def test_copies_differ_from_the_repository_only_in_links_for_roles_and_a_line_under_the_title(
    site, root, chapters, address
):
    repository = yaml.safe_load((root / "_config.yml").read_text("utf-8"))["repository"]["url"]
    replaced = 0
    for chapter in chapters:
        original, copy = read(root / f"{chapter}.ipynb"), read(site / "lite" / "files" / f"{chapter}.ipynb")
        assert len(original["cells"]) == len(copy["cells"])
        title, blank, elsewhere, *rest = copy["cells"][0]["source"]
        assert title.startswith("# ") and f"({address}{chapter}.html)" in elsewhere
        assert f"`%pip install git+{repository}`" in elsewhere
        copy["cells"][0]["source"] = [title, *rest]
        for before, after in zip(original.pop("cells"), copy.pop("cells"), strict=True):
            marked = re.sub(r"\{curve\}`(.+?) <[a-z ]+>`", r"\1", text_of(before))  # words that stay words
            parts = notebook_copies.ROLE.split(marked)[::3]
            if before["cell_type"] == "markdown" and text_of(before) != text_of(after):
                assert re.fullmatch(AS_A_LINK.join(map(re.escape, parts)), text_of(after)), before["id"]
                replaced += len(parts) - 1
                before, after = before | {"source": None}, after | {"source": None}
            assert before == after
        assert original == copy
    assert replaced


def test_copies_hold_no_role_of_the_book(site, chapters):
    for chapter in chapters:
        for cell in read(site / "lite" / "files" / f"{chapter}.ipynb")["cells"]:
            if cell["cell_type"] == "markdown":
                assert not re.search(r"\{(?:doc|cite|claim|ref|source|term)[:\w]*\}`", text_of(cell)), cell["id"]


def test_links_in_the_copies_lead_to_published_pages(site, pages, chapters, address):
    found = 0
    for chapter in chapters:
        for cell in read(site / "lite" / "files" / f"{chapter}.ipynb")["cells"]:
            for link in LINK.findall(text_of(cell)) if cell["cell_type"] == "markdown" else ():
                if link.startswith(address):
                    name, anchor = urldefrag(link.removeprefix(address))
                    shown = parse_qsl(anchor)[0][1] if anchor.startswith("figure=") else None  # a state of a figure
                    there = {"data-figure": shown} if shown else {"id": anchor}
                    assert name in pages and (not anchor or pages[name].find(attrs=there)), link
                    found += 1
    assert found


def test_a_role_that_leads_nowhere_stops_the_build():
    class Environment:
        titles = {}
        srcdir = "."
        config = None

        @staticmethod
        def get_domain(name):
            return type("Domain", (), {"citations": []})

    references = notebook_copies.References(Environment, "https://site/")
    for role in ("{cite:t}`nobody1900`", "{doc}`nowhere`", "{source}`a design <nowhere.md>`"):
        with pytest.raises(notebook_copies.ExtensionError, match="page: .* refers to the unknown"):
            references.resolve(f"See {role}.", "page")
    assert references.resolve("{kbd}`Enter`", "page") == "{kbd}`Enter`"


# -- the application -------------------------------------------------------------------------------------


def test_every_package_of_the_kernel_is_in_the_site_with_its_hash(site, lock):
    assert lock["pyodide"] == "../_static/live/pyodide/"
    for entry in lock["packages"].values():
        folder = site / "lite" if "/" in entry["file_name"] else site / "lite" / lock["pyodide"]
        assets.verify((folder / entry["file_name"]).resolve(), entry["sha256"])


def test_packages_of_pyodide_are_those_of_its_own_lock(lock):
    official = read(assets.NODE_MODULES / "pyodide" / "pyodide-lock.json")
    assert lock["info"] == official["info"]
    theirs = [name for name, entry in lock["packages"].items() if "/" not in entry["file_name"]]
    for name in [*theirs, "jedi", "parso", "micropip"]:
        assert lock["packages"][name]["sha256"] == official["packages"][name]["sha256"]


def test_the_kernel_finds_all_it_starts_with_and_all_they_depend_on(lock):
    packages = lock["packages"]
    needed = {name for entry in packages.values() for name in entry["depends"]}
    started = {name.replace("_", "-") for name in lite.AT_START} - {"ssl"}  # the sockets of a browser are its own
    assert needed | started <= set(packages)


def test_each_module_of_the_package_finds_what_it_imports(lock, root):
    packages = lock["packages"]

    def provided(name: str) -> set[str]:
        entry = packages[name]
        own = {module.partition(".")[0] for module in entry["imports"]}
        return own.union(*(provided(needed) for needed in entry["depends"]))

    imports = lite.imports_of(root / "emergence")
    assert "numpy" in imports["emergence.physics.ising"]
    for module, names in imports.items():
        there = provided("emergence").union(*(provided(name) for name in lock["later"].get(module, [])))
        assert names - sys.stdlib_module_names <= there, module


def test_imports_inside_functions_and_through_other_modules_are_found(tmp_path):
    package = tmp_path / "book"
    (package / "figures").mkdir(parents=True)
    (package / "__init__.py").write_text("", "utf-8")
    (package / "fits.py").write_text("def fit():\n    from scipy.optimize import least_squares\n", "utf-8")
    (package / "figures" / "one.py").write_text("import numpy as np\n\nfrom book import fits\n", "utf-8")
    (package / "figures" / "two.py").write_text("from book.figures import one, two\n", "utf-8")
    found = lite.imports_of(package)
    assert found["book.figures.one"] == found["book.figures.two"] == {"numpy", "scipy"}
    assert found["book.fits"] == {"scipy"} and found["book"] == set()


def test_the_application_asks_no_public_index_and_registers_no_worker(site):
    config = read(site / "lite" / "jupyter-lite.json")["jupyter-config-data"]
    kernel = config["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    assert kernel["pyodideUrl"] == "./pyodide.js" and kernel["disablePyPIFallback"] is True
    assert "@jupyterlite/application-extension:service-worker-manager" in config["disabledExtensions"]
    assert not (site / "lite" / "service-worker.js").exists()
    extensions = {extension["name"] for extension in config["federated_extensions"]}
    assert extensions == {
        "@jupyter-widgets/jupyterlab-manager",
        "anywidget",
        "@jupyterlite/pyodide-kernel-extension",
        "jupyterlab-myst",
    }


def test_the_application_lists_the_chapters(site, chapters):
    listed = set()
    for listing in (site / "lite" / "api" / "contents").rglob("all.json"):
        listed |= {entry["path"] for entry in read(listing)["content"] if entry["type"] == "notebook"}
    assert listed == {f"{chapter}.ipynb" for chapter in chapters}


def test_a_public_pyodide_is_named_and_not_copied_and_a_second_build_is_the_same(tmp_path):
    built = []
    for site in (tmp_path / "first", tmp_path / "second"):
        assets.install_pyodide(site / "_static" / "live", copy=False)
        lite.install(
            site / "lite", {"one/chapter.ipynb": {}}, datetime(2026, 1, 1, tzinfo=UTC), "https://host/pyodide/"
        )
        assert read(site / "lite" / "pyodide-lock.json")["pyodide"] == "https://host/pyodide/"
        assert not (site / "_static" / "live" / "pyodide").exists()
        built.append({path.relative_to(site): assets.sha256(path) for path in assets.sources(site / "lite")})
    assert built[0] == built[1]
