"""A reader of the built site: a local server, and a page that notes all it asks for and all that goes wrong."""

from __future__ import annotations

import functools
import json
import threading
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
# The page for wrong addresses names its parts by their public path.
BASE = urlsplit(yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["html"]["baseurl"]).path.rstrip("/")

PAGES = sorted(
    path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html") if "_static/site.css" in path.read_text("utf-8")
)
WITH_FIGURES = [path for path in PAGES if 'class="live-figure"' in (SITE / path).read_text("utf-8")]
# What is far from the screen is laid out at once; pages without an article have nothing that waits.
WHOLE = "document.querySelector('article')?.style.setProperty('--when-far', 'visible')"
START_MS = 60_000  # a loaded machine may be slow; how long it takes is measured by benchmarks/browser.py

PICTURE = """async (figure) => {
  const digests = [];
  for (const image of figure.querySelectorAll(".live-mount img.live-panel")) {
    const bytes = await (await fetch(image.src)).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    digests.push(Array.from(digest.slice(0, 8)).join("."));
  }
  return digests.join(" ");
}"""


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


def make_live(page: Page) -> Locator:
    """Move the first slider of the page by a key, and wait for the widgets of its figure; return the figure."""
    slider = page.locator(".live-static input[type=range]").first
    figure = page.locator(".live-figure").filter(has=page.locator(".live-static input[type=range]")).first
    slider.press("ArrowRight")
    expect(figure).to_have_attribute("data-state", "live", timeout=START_MS)
    return figure


class LiveFigure:
    """A figure on an open page, by its name."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.root = page.locator(f'.live-figure[data-figure="{name}"]')
        self.spec = json.loads(self.root.locator(".live-spec").text_content() or "")
        self.mount = self.root.locator(".live-mount")
        self.stored_sentence = (self.root.locator(".live-static .live-sentence").text_content() or "").strip()

    def touch(self) -> None:
        """Move the first native control, a slider by a real drag."""
        control = self.spec["controls"][0]
        self.root.scroll_into_view_if_needed()  # selects come with the reader
        native = self.root.locator(f'.live-static [data-control="{control["name"]}"]').locator("input, select")
        native.scroll_into_view_if_needed()
        if control["kind"] == "slider":
            box = native.bounding_box()
            middle = box["y"] + box["height"] / 2
            self.page.mouse.move(box["x"] + box["width"] / 2, middle)
            self.page.mouse.down()
            self.page.mouse.move(box["x"] + 0.7 * box["width"], middle, steps=5)
            self.page.mouse.up()
        elif control["kind"] == "choice":
            native.select_option(control["options"][-1])
        else:
            native.click()

    def wait_until_live(self) -> None:
        """Until the widgets stand in the figure's place, or it says why they do not."""
        self.page.wait_for_function(
            "figure => figure.dataset.state === 'live' || figure.querySelector('.live-notice:not([hidden])')",
            arg=self.root.element_handle(), timeout=START_MS,
        )  # fmt: skip
        assert self.root.get_attribute("data-state") == "live", self.root.inner_text()

    def wait(self) -> None:
        """Until the kernel has answered everything and the pictures are on the page."""
        expect(self.root).not_to_have_attribute("aria-busy", "true", timeout=START_MS)

    def seen(self) -> tuple[str, str]:
        self.wait()
        sentence = self.mount.locator(".live-sentence").text_content() or ""
        return self.root.evaluate(PICTURE), sentence.strip()

    def control(self, name: str) -> Locator:
        return self.mount.locator(f'[data-control="{name}"]')

    def message(self) -> str:
        return (self.mount.locator(".live-message").text_content() or "").strip()
