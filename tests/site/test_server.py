"""The little server of `make book`."""

import gzip
import http.server
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from ipaddress import ip_address
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
import serve
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


class SixthServer(http.server.HTTPServer):
    address_family = socket.AF_INET6


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_the_printed_address_is_ours_even_if_another_server_has_the_port_under_ipv6(folder):
    """What localhost means is for each machine to say: many ask ::1 first."""
    with open_server(folder, 8500, tries=200) as free:
        port = free.server_port
    with SixthServer(("::1", port), http.server.BaseHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        command = [sys.executable, serve.__file__, str(folder), "--port", str(port)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            address = re.search(r"http://\S+", process.stdout.readline())[0]
            with urllib.request.urlopen(address) as response:
                seen = response.read()
            process.terminate()
        other.shutdown()
    assert ip_address(urlsplit(address).hostname) and f":{port}/" in address
    assert seen == b"index.html"


def test_isolation_headers_come_only_when_asked_for(folder):
    for isolated, policy in ((False, None), (True, "require-corp")):
        with open_server(folder, 8500, tries=200, isolated=isolated) as server:
            assert headers(server, "")["Cross-Origin-Embedder-Policy"] == policy
            server.shutdown()


def test_text_is_compressed_for_browsers_that_take_it(folder):
    (folder / "a.css").write_text("p { color: red }\n" * 99, "utf-8")
    with open_server(folder, 8500, tries=200) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/a.css"
        asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip, br"})
        with urllib.request.urlopen(asked) as packed, urllib.request.urlopen(address) as plain:
            sent = packed.read()
            assert packed.headers["Content-Encoding"] == "gzip" and plain.headers["Content-Encoding"] is None
            assert len(sent) == int(packed.headers["Content-Length"]) < 100
            assert gzip.decompress(sent) == plain.read() == (folder / "a.css").read_bytes()
        server.shutdown()


def test_a_changed_file_is_compressed_anew(folder):
    with open_server(folder, 8500, tries=200) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        asked = urllib.request.Request(f"http://127.0.0.1:{server.server_port}/", headers={"Accept-Encoding": "gzip"})
        for text in ("first", "second"):
            (folder / "index.html").write_text(text, "utf-8")
            with urllib.request.urlopen(asked) as response:
                assert gzip.decompress(response.read()).decode() == text
        server.shutdown()


def test_a_wrong_address_gets_the_page_made_for_it(folder):
    (folder / "404.html").write_text("not here", "utf-8")
    with open_server(folder, 8500, tries=200) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(HTTPError) as caught:
            urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/no/such/page.html")
        assert caught.value.code == 404
        assert caught.value.read() == b"not here"
        caught.value.close()
        server.shutdown()


def test_pages_also_answer_under_their_public_path(folder):
    with open_server(folder, 8500, tries=200, base="/book/") as server:
        assert headers(server, "book/a.js").get_content_type() == "text/javascript"
        assert headers(server, "a.js").get_content_type() == "text/javascript"
        server.shutdown()
