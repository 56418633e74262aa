"""Serve the built site on localhost: python scripts/serve.py [folder] [--port N] [--isolated]."""

import argparse
import errno
import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class SiteHandler(SimpleHTTPRequestHandler):
    """Files with the types that browsers insist on; nothing is kept in the browser's cache unasked."""

    isolated = False
    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
        ".woff2": "font/woff2",
    }

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        if self.isolated:
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not news."""


def open_server(folder: Path, port: int, tries: int = 20, isolated: bool = False) -> ThreadingHTTPServer:
    """Listen on the port, or on the next free one after it; port 0 leaves the choice to the system."""
    handler = type("Handler", (SiteHandler,), {"isolated": isolated})
    for candidate in range(port, port + tries):
        try:
            return ThreadingHTTPServer(("127.0.0.1", candidate), functools.partial(handler, directory=folder))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise SystemExit(f"the ports {port} to {port + tries - 1} are all taken; choose another with --port")


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default="_build/html", type=Path)
    parser.add_argument("--port", default=8000, type=int)
    parser.add_argument("--isolated", action="store_true", help="send the cross-origin isolation headers")
    options = parser.parse_args()
    if not (options.folder / "index.html").is_file():
        raise SystemExit(f"{options.folder} holds no built site; run `make build` first")
    with open_server(options.folder, options.port, isolated=options.isolated) as server:
        print(f"At the Limit is at http://localhost:{server.server_port}/  (Ctrl-C stops it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nstopped")


if __name__ == "__main__":
    main()
