"""Serve the built site on this machine: python scripts/serve.py [folder] [--port N] [--isolated]."""

import argparse
import errno
import functools
import gzip
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import yaml

CONFIG = Path(__file__).resolve().parents[1] / "_config.yml"
COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".txt", ".xml"}


@functools.lru_cache(maxsize=64)
def compress(path: Path, modified: int) -> bytes:
    """Return the file as gzip; `modified` (in nanoseconds) tells a new build from the one before."""
    return gzip.compress(path.read_bytes(), 6)


class SiteHandler(SimpleHTTPRequestHandler):
    """The site as a public host serves it: types that browsers insist on, text compressed, a page for what is missing.

    Nothing is kept in the browser's cache unasked. The pages also answer under `base`, the path that they have on
    the public site, because the page for what is missing cannot have relative addresses.
    """

    isolated = False
    base = "/"
    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
        ".woff2": "font/woff2",
    }

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix(self.base) if path.startswith(self.base) else path)

    def send_head(self) -> BinaryIO | None:
        path = Path(self.translate_path(self.path))
        if path.is_dir() and urlsplit(self.path).path.endswith("/"):
            path /= "index.html"
        if path.is_file():
            return self.send_text(path, HTTPStatus.OK) if path.suffix in COMPRESSED else super().send_head()
        missing = Path(self.directory, "404.html")
        if path.is_dir() or not missing.is_file():
            return super().send_head()
        return self.send_text(missing, HTTPStatus.NOT_FOUND)

    def send_text(self, path: Path, status: HTTPStatus) -> BinaryIO:
        """Send the headers of a text file and return what follows them, compressed if the browser takes that."""
        packed = "gzip" in self.headers.get("Accept-Encoding", "")
        body = compress(path, path.stat().st_mtime_ns) if packed else path.read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Vary", "Accept-Encoding")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        return io.BytesIO(body)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        if self.isolated:
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not news."""


def open_server(
    folder: Path, port: int, tries: int = 20, isolated: bool = False, base: str = "/"
) -> ThreadingHTTPServer:
    """Listen on the port, or on the next free one after it; port 0 leaves the choice to the system."""
    handler = type("Handler", (SiteHandler,), {"isolated": isolated, "base": base})
    for candidate in range(port, port + tries):
        try:
            return ThreadingHTTPServer(("127.0.0.1", candidate), functools.partial(handler, directory=folder))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise SystemExit(f"the ports {port} to {port + tries - 1} are all taken; choose another with --port")


@contextmanager
def serving(folder: Path, base: str = "/") -> Iterator[str]:
    """Serve in the background, on a port that the system chooses, and give the address."""
    with open_server(folder, 0, base=base) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default="_build/html", type=Path)
    parser.add_argument("--port", default=8000, type=int)
    parser.add_argument("--isolated", action="store_true", help="send the cross-origin isolation headers")
    options = parser.parse_args()
    if not (options.folder / "index.html").is_file():
        raise SystemExit(f"{options.folder} holds no built site; run `make build` first")
    base = urlsplit(yaml.safe_load(CONFIG.read_text("utf-8"))["html"]["baseurl"]).path
    with open_server(options.folder, options.port, isolated=options.isolated, base=base) as server:
        print(f"At the Limit is at http://127.0.0.1:{server.server_port}/  (Ctrl-C stops it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nstopped")


if __name__ == "__main__":
    main()
