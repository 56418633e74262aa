"""A reader of the built site: a local server, and a page that notes all it asks for and all that goes wrong."""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
# The page for wrong addresses names its parts by their public path.
BASE = urlsplit(yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["html"]["baseurl"]).path.rstrip("/")


class _Handler(SimpleHTTPRequestHandler):
    """Files of the built site, except those that a test has put in their place."""

    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript", ".wasm": "application/wasm"}  # fmt: skip
    replaced: dict[str, bytes] = {}
    isolated = False
    down = False

    def do_GET(self) -> None:
        if self.down:  # as without a network: the connection ends unanswered
            self.close_connection = True
            return
        body = self.replaced.get(self.path.partition("?")[0])
        if body is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(BASE))

    def end_headers(self) -> None:
        if self.isolated:
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Server:
    """A local server; `replaced` maps paths to bytes that are served in the place of the site's files."""

    replaced: dict[str, bytes] = field(default_factory=dict)
    isolated: bool = False

    def __post_init__(self) -> None:
        self._handler = type("Handler", (_Handler,), {"replaced": self.replaced, "isolated": self.isolated})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(self._handler, directory=SITE))
        self.address = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def go_down(self) -> None:
        """Answer nothing from now on, on open connections neither."""
        self._handler.down = True

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


class Reader:
    """One reader's page, with all it asked for and all that went wrong."""

    def __init__(self, browser: Browser, server: Server, **settings: object) -> None:
        self.server = server
        self.context: BrowserContext = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | settings)
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.fetched_by_worker: list[str] = []  # what the service worker asks for on behalf of the page
        self.context.on("request", self._note_request)
        self.page.on("pageerror", lambda error: self.errors.append(f"page error: {error}"))
        self.page.on("console", self._note)

    def _note_request(self, request: Request) -> None:
        (self.fetched_by_worker if request.service_worker else self.requests).append(request.url)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"console {message.type}: {message.text}")

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.server.address}/{path}", wait_until="load")
        return self.page

    def elsewhere(self) -> list[str]:
        """Requests that would leave the machine."""
        own = (self.server.address, "data:", "blob:")
        return [url for url in self.requests + self.fetched_by_worker if not url.startswith(own)]

    def asked_for(self, *parts: str) -> list[str]:
        """Requests whose address holds one of the parts."""
        return [url for url in self.requests if any(part in url for part in parts)]

    def close(self) -> None:
        self.context.close()
