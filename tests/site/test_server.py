"""The little server of `make book`."""

import threading
import urllib.request

import pytest
from serve import open_server


@pytest.fixture
def folder(tmp_path):
    for name in ("index.html", "a.mjs", "a.js", "a.wasm", "a.whl", "a.woff2"):
        (tmp_path / name).write_text(name, "utf-8")
    return tmp_path


def headers(server, name):
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/{name}") as response:
        return response.headers


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", "text/html"),
        ("a.mjs", "text/javascript"),
        ("a.js", "text/javascript"),
        ("a.wasm", "application/wasm"),
        ("a.whl", "application/zip"),
        ("a.woff2", "font/woff2"),
    ],
)
def test_files_have_the_types_that_browsers_insist_on(folder, name, kind):
    with open_server(folder, 8500, tries=200) as server:
        assert headers(server, name).get_content_type() == kind
        server.shutdown()


def test_a_taken_port_gives_way_to_the_next(folder):
    with open_server(folder, 8500, tries=200) as first:
        with open_server(folder, first.server_port, tries=200) as second:
            assert second.server_port > first.server_port


def test_isolation_headers_come_only_when_asked_for(folder):
    for isolated, policy in ((False, None), (True, "require-corp")):
        with open_server(folder, 8500, tries=200, isolated=isolated) as server:
            assert headers(server, "")["Cross-Origin-Embedder-Policy"] == policy
            server.shutdown()
