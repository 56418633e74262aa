"""A reader of the built site: a local server, and a page that notes all it asks for and all that goes wrong."""

from __future__ import annotations

import functools
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO
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
# What is far from the screen is laid out at once (pages without an article have nothing that waits), with its fonts,
# and what is measured when it is laid out has been measured: that takes two frames.
WHOLE = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  document.querySelector("article")?.style.setProperty("--when-far", "visible");
  await frame();
  await document.fonts.ready;
  for (let i = 0; i < 3; i++) await frame();
}"""
START_MS = 60_000  # a loaded machine may be slow; how long it takes is measured by benchmarks/browser.py

ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}

SLIDER = "[data-control] input[type=range]"

# What the panels of a live figure show.
PICTURE = """async (figure) => {
  const digests = [];
  for (const canvas of figure.querySelectorAll(".live-panel canvas")) {
    const pixels = new TextEncoder().encode(canvas.toDataURL()); // toBlob waits until the browser is idle, for seconds
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", pixels));
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
    in_head = ""
    headers_of_site: dict[str, str] = {}
    speed: float | None = None
    down = False

    def do_GET(self) -> None:
        if self.down:  # as without a network: the connection ends unanswered
            self.close_connection = True
            return
        body = self.replaced.get(self.path.partition("?")[0])
        if body is None and self.in_head and self.path.endswith(".html"):
            body = Path(self.translate_path(self.path)).read_bytes()
        if body is not None and self.in_head:
            body = body.replace(b"<head>", b"<head>" + self.in_head.encode(), 1)
        if body is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:
        if self.speed is None:
            super().copyfile(source, outputfile)
            return
        while piece := source.read(1 << 16):
            time.sleep(len(piece) / self.speed)
            outputfile.write(piece)

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(BASE))

    def end_headers(self) -> None:
        for name, value in self.headers_of_site.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Server:
    """A local server; `replaced` maps paths to what is served instead of its files, `in_head` joins each page."""

    replaced: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    speed: float | None = None  # of each connection, in bytes per second
    in_head: str = ""

    def __post_init__(self) -> None:
        settings = {
            "replaced": self.replaced, "headers_of_site": self.headers, "in_head": self.in_head, "speed": self.speed,
        }  # fmt: skip
        self._handler = type("Handler", (_Handler,), settings)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(self._handler, directory=SITE))
        self.address = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def slow_down(self, speed: float) -> None:
        """Send no more than so many bytes per second from now on."""
        self._handler.speed = speed

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
    """Move the first slider of the page by a key, and wait until its figure is live; return the figure."""
    slider = page.locator(SLIDER).first
    figure = page.locator(".live-figure").filter(has=page.locator(SLIDER)).first
    slider.press("ArrowRight")
    expect(figure).to_have_attribute("data-state", "live", timeout=START_MS)
    return figure


class LiveFigure:
    """A figure on an open page, by its name."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.root = page.locator(f'.live-figure[data-figure="{name}"]')
        self.spec = json.loads(self.root.locator(".live-spec").text_content() or "")
        self.stored_sentence = self.root.locator(".live-panel img").first.get_attribute("alt")

    def touch(self) -> None:
        """Move the first native control, a slider by a real drag."""
        control = self.spec["controls"][0]
        self.root.scroll_into_view_if_needed()  # selects come with the reader
        native = self.control(control["name"]).locator("input:not(.live-number), select")
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
        """Until the figure is live, or says why it is not."""
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
        sentence = self.root.locator(".live-sentence").text_content() or ""
        return self.root.evaluate(PICTURE), sentence.strip()

    def control(self, name: str) -> Locator:
        return self.root.locator(f'[data-control="{name}"]')

    def message(self) -> str:
        return (self.root.locator(".live-message").text_content() or "").strip()
