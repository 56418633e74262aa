"""The parts of the in-page kernel: complete, checked, and refused when tampered with."""

import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile

import pytest
import zstandard

from book.kernel import assets


@pytest.fixture(scope="module")
def live(site):
    return site / "_static" / "live"


@pytest.fixture(scope="module")
def listed(live):
    return json.loads((live / "assets.json").read_text("utf-8"))


def files_of(listed):
    """List every file that assets.json names, with its place and its hash."""
    for name, digest in assets.PINS["pyodide"]["core"].items():  # for notebooks; pages have it in archives and scripts
        yield f"pyodide/{name}", {"sha256": digest}
    for part in listed["packages"].values():
        yield f"pyodide/{part['file']}", part
    for part in listed["wheels"]:
        yield f"wheels/{part['file']}", part
        if "compiled" in part:
            yield part["compiled"]["file"], part["compiled"]
    for part in listed["prepared"]["archives"].values():
        yield part["file"], part


def content_of(live, part):
    """Return what an archive holds, once its size is what assets.json says."""
    content = zstandard.ZstdDecompressor().decompress((live / part["file"]).read_bytes())
    assert len(content) == part["inflated"]
    return content


def test_every_part_is_there_with_its_hash_and_size(live, listed):
    for name, part in files_of(listed):
        assert assets.sha256(live / name) == part["sha256"], name
        assert (live / name).stat().st_size == part.get("size", (live / name).stat().st_size), name


def test_the_site_carries_just_the_listed_parts(live, listed):
    carried = [*(live / "pyodide").iterdir(), *(live / "wheels").iterdir(), *live.glob("*.bin")]
    assert {path.relative_to(live).as_posix() for path in carried} == {name for name, _ in files_of(listed)}


def test_the_stored_memory_has_loaded_the_libraries_that_travel_with_it(live, listed):
    prepared = listed["prepared"]
    with zipfile.ZipFile(io.BytesIO(content_of(live, prepared["archives"]["linked"]))) as files:
        carried = {name for name in files.namelist() if name.endswith(".so")}
    assert carried == {library["name"] for library in prepared["links"]["libraries"]}
    assert any("_multiarray_umath" in name for name in carried) and any("_backend_agg" in name for name in carried)


def test_what_python_sees_before_it_is_there_comes_in_the_archives(live, listed):
    prepared = listed["prepared"]
    assert set(prepared["late"]) == {"fonts", "library"}
    for kind, files in prepared["late"].items():
        with zipfile.ZipFile(io.BytesIO(content_of(live, prepared["archives"][kind]))) as archive:
            assert {f"/{member.filename}": member.file_size for member in archive.infolist()} == files


def test_the_first_figure_costs_a_reader_what_the_book_says_and_at_most_15_megabytes(live, listed, root):
    first = [listed["prepared"]["archives"][kind] for kind in ("memory", "python", "linked")]
    first += [wheel["compiled"] for wheel in listed["wheels"] if "compiled" in wheel]
    scripts = [(live / name).read_bytes() for name in ("worker.js", "assets.json")]
    total = sum(part["size"] for part in first) + sum(len(gzip.compress(script)) for script in scripts)
    assert total <= 15e6
    said = re.search(r"downloads\s+(\d+) megabytes", (root / "book/how_to_read.md").read_text("utf-8"))
    assert round(total / 1e6) == int(said[1])


def test_the_archive_of_python_is_the_pinned_one(live, listed):
    content = content_of(live, listed["prepared"]["archives"]["python"])
    assert hashlib.sha256(content).hexdigest() == assets.PINS["pyodide"]["core"]["pyodide.asm.wasm"]
    script = (assets.NODE_MODULES / "pyodide" / "pyodide.asm.js").read_text("utf-8")
    assert script in (live / "worker.js").read_text("utf-8"), "Pyodide's script stands in the worker as it is"


def test_libraries_come_without_docstrings_and_the_book_with_its_own(live, listed):
    ours = next(wheel["compiled"] for wheel in listed["wheels"] if "compiled" in wheel)
    for part, module, sentence, there in [
        (ours, "emergence/physics/ising.pyc", b"Onsager", True),
        (listed["prepared"]["archives"]["bytecode"], "matplotlib/axes/_axes.pyc", b"Plot y versus x", False),
    ]:
        with zipfile.ZipFile(io.BytesIO(content_of(live, part))) as archive:
            assert (sentence in archive.read(module)) is there


def test_packages_agree_with_the_lock_that_pyodide_publishes(live, listed):
    lock = json.loads((live / "pyodide" / "pyodide-lock.json").read_text("utf-8"))
    assert lock["info"]["version"] == listed["pyodide_version"] == assets.PINS["pyodide"]["version"]
    for name, part in listed["packages"].items():
        assert part["sha256"] == lock["packages"][name]["sha256"], name


def test_every_dependency_is_listed(listed):
    known = set(listed["packages"]) | {wheel["name"] for wheel in listed["wheels"]}
    for part in [*listed["packages"].values(), *listed["wheels"]]:
        assert set(part["depends"]) <= known


def test_npm_installed_the_pinned_pyodide(root):
    for folder in ("pyodide", "katex", "esbuild"):
        installed = json.loads((assets.NODE_MODULES / folder / "package.json").read_text("utf-8"))["version"]
        lock = json.loads((root / "book/kernel/package-lock.json").read_text("utf-8"))
        assert installed == lock["packages"][f"node_modules/{folder}"]["version"]


def test_katex_styles_fit_the_renderer(root):
    from sphinxcontrib.katex import katex_version

    assert json.loads((assets.NODE_MODULES / "katex/package.json").read_text("utf-8"))["version"] == katex_version


def test_a_tampered_file_is_refused(live, listed, tmp_path):
    part = listed["packages"]["numpy"]
    copy = tmp_path / part["file"]
    shutil.copyfile(live / "pyodide" / part["file"], copy)
    assert assets.verify(copy, part["sha256"]) == copy
    with copy.open("r+b") as file:
        file.seek(1000)
        byte = file.read(1)
        file.seek(1000)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(assets.HashMismatch, match=f"{part['file']}: sha256 is .* is pinned"):
        assets.verify(copy, part["sha256"])


def test_the_build_refuses_a_tampered_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "CACHE", shutil.copytree(assets.CACHE, tmp_path / "kernel", copy_function=shutil.copy))
    assets.install_pyodide(tmp_path / "intact", copy=True)
    for numpy in assets.CACHE.glob("packages-*/numpy-*.whl"):  # a cache may hold older sets of packages
        numpy.write_bytes(numpy.read_bytes()[:-1] + b"!")
    with pytest.raises(assets.HashMismatch):
        assets.install_pyodide(tmp_path / "tampered", copy=True)


def test_the_build_refuses_a_wheel_with_another_hash(tmp_path):
    pin = next(pin for pin in assets.PINS["wheels"] if pin["name"] == "comm")
    with pytest.raises(subprocess.CalledProcessError):
        assets.download(pin["requirement"], "0" * 64, tmp_path)


def test_a_public_pyodide_leaves_only_our_wheels_in_the_site(tmp_path, listed):
    assets.install_pyodide(tmp_path, copy=False)
    assert not (tmp_path / "pyodide").exists()
    assert json.loads((tmp_path / "assets.json").read_text("utf-8"))["packages"] == listed["packages"]
    assert {path.name for path in (tmp_path / "wheels").iterdir()} == {wheel["file"] for wheel in listed["wheels"]}


def test_the_emergence_wheel_is_reproducible_and_carries_its_data(root, tmp_path, monkeypatch):
    built = []
    for folder in ("first", "second"):
        monkeypatch.setattr(assets, "CACHE", tmp_path / folder)
        built.append(assets.build_emergence())
    assert built[0].read_bytes() == built[1].read_bytes()
    with zipfile.ZipFile(built[0]) as wheel:
        names = set(wheel.namelist())
    for path in assets.sources(root / "emergence"):
        assert path.relative_to(root).as_posix() in names


DRAW = """
import {{ readFileSync }} from "node:fs";
import {{ loadPyodide }} from "{live}/pyodide/pyodide.mjs";
const python = await loadPyodide({{ indexURL: "{live}/pyodide/" }});
for (const file of {files}) {{
  python.unpackArchive(new Uint8Array(readFileSync("{live}/" + file)), file.split(".").pop());
}}
python.runPython(`
import io, sys
import matplotlib
matplotlib.use("agg")
from matplotlib.figure import Figure
figure = Figure()
axes = figure.subplots()
axes.plot([1, 10], [1, 2], label=r"$\\\\alpha_1$")
axes.set_xscale("log")
axes.contour([[1, 2], [3, 4]])
axes.legend()
figure.savefig(io.BytesIO(), format="png")
`);
console.log(python.runPython(`" ".join(sys.modules)`));
"""


def test_matplotlib_draws_without_the_packages_left_out(live, listed):
    wanted, waiting = set(), ["matplotlib"]
    while waiting:
        name = waiting.pop()
        wanted.add(name)
        waiting += listed["packages"][name]["depends"]
    files = [f"pyodide/{listed['packages'][name]['file']}" for name in sorted(wanted)]
    script = DRAW.format(live=live.as_posix(), files=json.dumps(files))
    command = ["node", "--input-type=module", "--eval", script]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    imported = set(run.stdout.splitlines()[-1].split())
    assert {"matplotlib", "contourpy", "PIL", "dateutil"} <= imported
    assert not imported & {"fontTools", "pytz", "matplotlib_pyodide"}
    assert assets.NOT_IMPORTED["matplotlib"] == {"fonttools", "pytz", "matplotlib-pyodide"}
