"""What a real line costs: bytes and seconds from the touch to the first live figure, beside a stock Pyodide.

The site is served with compression, as a public host does, by a server that lets so many megabits per second through,
all connections together, and answers each request so many milliseconds late; it counts the bytes. Every start is in a
new browser that has kept nothing. The stock page is what one would write by hand: in a worker, Pyodide of the same
version loads NumPy, Matplotlib and ipywidgets from the same server and draws the same picture. (It is spared three
packages that the official list asks for and no drawing imports, so it looks better than it is.)
"""

from __future__ import annotations

import functools
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from playwright.sync_api import Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
sys.path[:0] = [str(ROOT), str(ROOT / "scripts"), str(ROOT / "tests" / "engines")]

import chromium  # noqa: E402
import engines  # noqa: E402
import serve  # noqa: E402
from drivers import ENGINES, driving, wait_for  # noqa: E402

from book.kernel import assets  # noqa: E402

serve.COMPRESSED.add(".wasm")  # as large hosts do; only the stock page asks for one

FIRST, SECOND = "chapters/scaling/loss_threshold.html", "chapters/physics/symmetry_breaking.html"
LINES = {"1.6 Mbit/s, 150 ms": (1.6, 150), "10 Mbit/s, 40 ms": (10, 40), "no throttle": None}
NEAR_MS = 500  # a mouse on its way to a slider is near the controls for about this long
LOOK_MS = 4000  # a reader reads before touching
STARTS = 5  # of each kind without a throttle; a slow line is the same every time
TARGETS = "targets: at 10 Mbit/s 13 s and 15 MB, ahead of stock on every line; unthrottled 2.0 s, a later page 1.0 s"
PIECE = 1 << 14

STOCK = {
    "/stock.html": """<!doctype html><html lang="en"><title>Stock</title><link rel="icon" href="data:,">
<img id="picture" alt=""><script>
  const worker = new Worker("/stock.js", { type: "module" });
  worker.onerror = ({ message }) => (document.title = `Failed: ${message}`);
  worker.onmessage = async ({ data }) => {
    picture.src = URL.createObjectURL(new Blob([data], { type: "image/png" }));
    await picture.decode();
    document.title = "Drawn";
  };
</script></html>""",
    "/stock.js": """import { loadPyodide } from "/_static/live/pyodide/pyodide.mjs";
onmessage = async ({ data: { packages, wheels, code } }) => {
  const python = await loadPyodide({ lockFileURL: "/stock-lock.json" });
  await python.loadPackage(packages);
  for (const wheel of wheels) python.unpackArchive(await (await fetch(wheel)).arrayBuffer(), "wheel");
  postMessage(python.runPython(code).toJs());
};""",
}
STOCK_CODE = """
import io
import matplotlib
matplotlib.use("agg")
import ipywidgets
from emergence.figures.loss_threshold.explorer import figure
picture = figure.picture()
for panel in picture.panels:
    for artist in panel.moving:
        artist.set_animated(False)
figure.draw(picture, figure.start(figure.defaults), figure.defaults)
file = io.BytesIO()
for panel in picture.panels:
    panel.figure.savefig(file, format="png")
file.getvalue()
"""


class Line:
    """A line that all connections share: it lets so many bytes per second through, and counts them."""

    def __init__(self, megabits: float | None, delay_ms: float) -> None:
        self.speed = megabits and megabits * 1e6 / 8
        self.delay = delay_ms / 1000
        self.bytes = 0
        self._free = 0.0
        self._lock = threading.Lock()

    def send(self, length: int) -> None:
        """Return when so many bytes would have arrived."""
        with self._lock:
            self.bytes += length
            if self.speed is None:
                return
            now = time.monotonic()
            self._free = max(now, self._free) + length / self.speed
            wait = self._free - now
        time.sleep(wait)


class Handler(serve.SiteHandler):
    """The site at the other end of a line."""

    line: Line
    extra: dict[str, bytes] = {}

    def do_GET(self) -> None:
        time.sleep(self.line.delay)
        super().do_GET()

    def send_head(self) -> BinaryIO | None:
        path = urlsplit(self.path).path
        if path not in self.extra:
            return super().send_head()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, Path(path).name)
            file.write_bytes(self.extra[path])
            return self.send_text(file, 200)

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:
        while piece := source.read(PIECE):
            self.line.send(len(piece))
            outputfile.write(piece)


@contextmanager
def site(speed: tuple[float, float] | None) -> Iterator[tuple[str, Line]]:
    """Serve the site behind a line; give its address and the line."""
    line = Line(*(speed or (None, 0)))
    lock = json.loads((SITE / "_static/live/pyodide/pyodide-lock.json").read_text("utf-8"))
    for name, unneeded in assets.NOT_IMPORTED.items():
        entry = lock["packages"][name]
        entry["depends"] = [each for each in entry["depends"] if each not in unneeded]
    for entry in lock["packages"].values():  # Pyodide takes these addresses as they are
        entry["file_name"] = f"/_static/live/pyodide/{entry['file_name']}"
    extra = {path: text.encode() for path, text in STOCK.items()} | {"/stock-lock.json": json.dumps(lock).encode()}
    handler = type("Behind", (Handler,), {"line": line, "extra": extra})
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=SITE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", line
        finally:
            server.shutdown()


@contextmanager
def newcomer(playwright: Playwright) -> Iterator[Page]:
    """A page of a browser that has never been anywhere."""
    with tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium.require(), args=chromium.FLAGS
        )
        context.set_default_timeout(600_000)
        yield context.pages[0]
        context.close()


def open_page(page: Page, address: str) -> None:
    page.goto(address, wait_until="networkidle")


def touch(page: Page, line: Line) -> tuple[float, int]:
    """Move the first slider of the page by a key; return seconds and bytes until its figure is live."""
    slider = page.locator(".live-figure input[type=range]").first
    slider.scroll_into_view_if_needed()
    before, start = line.bytes, time.monotonic()
    slider.press("ArrowRight")
    page.wait_for_selector('.live-figure[data-state="live"]')
    return time.monotonic() - start, line.bytes - before


def start_up(page: Page) -> dict[str, float]:
    """Seconds of each step from the touch to the live figure; a step that was done before the touch takes none."""
    marks = page.evaluate(
        "performance.getEntriesByType('mark').filter(m => m.name.startsWith('live:'))"
        ".map(m => [m.name.slice(5), m.startTime, m.detail])"
    )
    times = {name: at for name, at, _ in marks}
    steps = next(detail for name, _, detail in marks if name == "live")
    # The worker's clock begins with the worker, which the page marks as "live:start".
    ends = {name: times["start"] + at for name, at in steps.items()}
    ends |= {"imports, model and first draw": times["widgets"], "touched value applied": times["live"]}
    laps, last = {}, times["touch"]
    for name, at in ends.items():
        laps[name], last = max(at - last, 0) / 1000, max(at, last)
    return {**laps, "touch to live": (times["live"] - times["touch"]) / 1000}


def stock(page: Page, address: str, line: Line) -> tuple[float, int]:
    """Let the stock page draw; return seconds and bytes."""
    listed = json.loads((SITE / "_static/live/assets.json").read_text("utf-8"))
    files = {wheel["name"]: f"/_static/live/wheels/{wheel['file']}" for wheel in listed["wheels"]}
    open_page(page, f"{address}/stock.html")
    before, start = line.bytes, time.monotonic()
    request = {"packages": ["numpy", "matplotlib", "ipython"], "code": STOCK_CODE,
               "wheels": [files[name] for name in ("comm", "ipywidgets", "emergence")]}  # fmt: skip
    page.evaluate("(request) => worker.postMessage(request)", request)
    page.wait_for_function("document.title !== 'Stock'")
    if page.title() != "Drawn":
        raise RuntimeError(page.title())
    return time.monotonic() - start, line.bytes - before


def row(name: str, kind: str, starts: list[tuple[float, int]]) -> None:
    seconds = [second for second, _ in starts]
    megabytes = statistics.median(size for _, size in starts) / 1e6
    print(
        f"{name:20} {kind:34} {statistics.median(seconds):8.2f} {max(seconds):8.2f} {megabytes:10.2f}",
        flush=True,
    )


def in_chromium(playwright: Playwright, name: str, speed: tuple[float, float] | None) -> None:
    """Print the rows of one line: first figure, with the mouse near before, second page, and the stock page."""
    first, near, second, later, drawn = [], [], [], [], []
    laps: dict[str, list[dict[str, float]]] = {"first": [], "second": []}
    for _ in range(1 if speed else STARTS):
        with site(speed) as (address, line), newcomer(playwright) as page:
            open_page(page, f"{address}/{FIRST}")
            first.append(touch(page, line))
            laps["first"].append(start_up(page))
            page.wait_for_load_state("networkidle")  # the service worker puts the kernel's files away
            page.wait_for_timeout(2000)
            open_page(page, f"{address}/{SECOND}")
            second.append(touch(page, line))
            laps["second"].append(start_up(page))
            open_page(page, f"{address}/{FIRST}")
            page.locator(".live-figure").first.scroll_into_view_if_needed()
            page.wait_for_timeout(LOOK_MS)
            later.append(touch(page, line))
        with site(speed) as (address, line), newcomer(playwright) as page:
            open_page(page, f"{address}/{FIRST}")
            before = line.bytes
            page.locator(".live-controls").first.hover()
            page.wait_for_timeout(NEAR_MS)
            seconds, _ = touch(page, line)
            near.append((seconds, line.bytes - before))
        with site(speed) as (address, line), newcomer(playwright) as page:
            drawn.append(stock(page, address, line))
    for kind, starts in {
        "first figure, touched": first,
        f"the same, mouse near for {NEAR_MS} ms": near,
        "second page, touched at once": second,
        f"later page, looked at for {LOOK_MS // 1000} s": later,
        "stock Pyodide, same picture": drawn,
    }.items():
        row(name, kind, starts)
    for kind, starts in laps.items():
        steps = (f"{step} {statistics.median(start[step] for start in starts):.2f}" for step in starts[0])
        print(f"{'':20} of the {kind}: {', '.join(steps)}")


def in_engine(name: str) -> None:
    """Print what an engine takes without a throttle, on a first and on a second page."""
    first, second = [], []
    figure = "document.querySelector('.live-figure')"
    for _ in range(STARTS):
        with site(None) as (address, line), driving(name) as engine:
            for path, starts in ((FIRST, first), (SECOND, second)):
                engine.open(f"{address}/{path}")
                wait_for(engine, "document.readyState === 'complete'")
                engine.run(f"{figure}.scrollIntoView()")
                before, start = line.bytes, time.monotonic()
                engine.press(".live-figure input[type=range]", "ArrowRight")
                wait_for(engine, f"{figure}.dataset.state === 'live'")
                starts.append((time.monotonic() - start, line.bytes - before))
                engine.run("return new Promise((resolve) => setTimeout(resolve, 2000))")
            version = engine.version
    row(version, "first figure, touched", first)
    row(version, "second page, touched at once", second)


def main() -> None:
    if not (SITE / FIRST).is_file():
        sys.exit("there is no built site; run `make build` first")
    print(f"{'line or engine':20} {'start':34} {'median s':>8} {'worst s':>8} {'MB':>10}")
    with sync_playwright() as playwright:
        for name, speed in LINES.items():
            in_chromium(playwright, name, speed)
    for name in ENGINES:
        if engines.find(name):
            in_engine(name)
        else:
            print(engines.missing(name))
    print(TARGETS)


if __name__ == "__main__":
    main()
