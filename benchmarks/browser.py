"""What a reader waits for on the built page: the first touch, and every move after it; run by `make bench`.

Chromium with an empty cache, the site on localhost. Beside each figure, in the same browser kernel, plain
`ipywidgets.interact` that draws the same figure anew at each move. The times are printed, not judged.
"""

from __future__ import annotations

import functools
import json
import statistics
import sys
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
sys.path[:0] = [str(ROOT / "book" / "kernel"), str(ROOT / "scripts")]

import chromium  # noqa: E402
from live_pages import toolbar_html  # noqa: E402

CHAPTER = "chapters/scaling/loss_threshold.html"
SECOND_PAGE = "chapters/physics/symmetry_breaking.html"
STARTS, MOVES, SLOW_MOVES = 5, 60, 12
NEAR_MS = 500  # a mouse on its way to a slider is near the controls for about this long
TARGETS = "targets: touch to live 4 s, on a second page 3 s; one move p95 100 ms"

# One move through the real widget: the slider's own event, then the time until a new picture can be painted.
MOVE = """async ([name, share]) => {
  const figure = document.querySelector(`.live-figure[data-figure="${name}"]`);
  const images = [...figure.querySelectorAll(".live-mount img")];
  const before = images.map((image) => image.src).join();
  const slider = figure.querySelector(".live-mount .noUi-target")?.noUiSlider;
  const start = performance.now();
  const busy = () => figure.getAttribute("aria-busy") === "true";
  if (slider) {
    const { min, max } = slider.options.range;
    const value = (Array.isArray(min) ? min[0] : min) + share * ((Array.isArray(max) ? max[0] : max) - min);
    slider.setHandle(0, value, true);
  } else {
    const select = figure.querySelector(".live-mount select");
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
  await new Promise((resolve) => {
    const watch = new MutationObserver(() => busy() || (watch.disconnect(), resolve()));
    watch.observe(figure, { attributes: true, attributeFilter: ["aria-busy"] });
    if (!busy()) resolve(); // the same value as before: nothing was sent
  });
  await Promise.all([...figure.querySelectorAll(".live-mount img")].map((image) => image.decode().catch(() => {})));
  return [performance.now() - start, images.map((image) => image.src).join() !== before];
}"""

# Plain `interact` in the same kernel. It is timed inside Python: what its Output widget then transmits, and the
# browser paints, comes on top.
INTERACT = """
import time
from IPython.display import display
from ipywidgets import interactive
from emergence.figures.loss_threshold import {name} as figure
from emergence.live.view import _widget
def redraw(**values):
    picture = figure.picture()
    for panel in picture.panels:
        for artist in panel.moving:
            artist.set_animated(False)
    figure.draw(picture.artists, figure.state(figure.check(values)))
    for panel in picture.panels:
        display(panel.figure)
plain = interactive(redraw, **{{c.name: _widget(c, c.value) for c in figure.controls}})
control = figure.controls[0]
moves = getattr(control, "options", None) or [
    control.low + (control.high - control.low) * (i + 0.5) / {moves} for i in range({moves})]
times = []
for i in range({moves} + 1):
    start = time.perf_counter()
    plain.children[0].value = moves[(i + 1) % len(moves)]
    times.append(time.perf_counter() - start)
print(*(round(1000 * t, 1) for t in times[1:]))
"""
RUN_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>interact</title>
<link rel="icon" href="data:,"><main><h1>interact</h1>{toolbar}{places}</main>
<script type="application/json" id="live-page">{config}</script><script src="/_static/live/page.js"></script></html>"""


def serve() -> str:
    """Serve the built site; return its address."""

    class Quiet(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=SITE))
    threading.Thread(target=http.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{http.server_address[1]}"


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def touch(page: Page, name: str) -> None:
    """Move the figure's first control by one key and wait until the widgets stand there."""
    figure = page.locator(f'.live-figure[data-figure="{name}"]')
    figure.scroll_into_view_if_needed()  # selects come with the reader
    control = figure.locator(".live-static").locator("input, select").first
    control.focus()
    page.keyboard.press("ArrowRight" if control.get_attribute("type") == "range" else "ArrowDown")
    page.wait_for_selector(f'.live-figure[data-figure="{name}"][data-state="live"]', timeout=120_000)


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
    ends |= {"imports, model and first draw": times["widgets"], "touched value applied, swap": times["live"]}
    laps, last = {}, times["touch"]
    for name, at in ends.items():
        laps[name], last = max(at - last, 0) / 1000, max(at, last)
    return {**laps, "touch to live": (times["live"] - times["touch"]) / 1000}


def first_figure(page: Page) -> str:
    return page.locator(".live-figure").first.get_attribute("data-figure") or ""


def report(title: str, starts: list[dict[str, float]]) -> None:
    print(f"\n{title} ({len(starts)} starts, median and worst, seconds)")
    for step in starts[0]:
        laps = [start[step] for start in starts]
        print(f"  {step:34} {statistics.median(laps):6.2f} {max(laps):6.2f}")


def fresh(playwright: Playwright, profile: str) -> Page:
    """A page of a browser that has never been anywhere."""
    executable = chromium.require()
    context = playwright.chromium.launch_persistent_context(profile, executable_path=executable, args=chromium.FLAGS)
    return context.pages[0]


def run_cells(page: Page, address: str, codes: list[str]) -> list[str]:
    """Run codes as the cells of one page; return what each has shown."""
    live = "/_static/live/"
    cells = [{"index": index, "code": code, "figure": None} for index, code in enumerate(codes)]
    config = {"live": live, "pyodide": f"{live}pyodide/", "assets": f"{live}assets.json", "cells": cells}
    places = "".join(f'<div id="live-cell-{index}" class="live-cell"></div>' for index in range(len(codes)))
    body = RUN_PAGE.format(toolbar=toolbar_html(), places=places, config=json.dumps(config).replace("<", "\\u003c"))
    page.route("**/cells.html", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(f"{address}/cells.html")
    page.get_by_role("button", name="Run this page").click()
    ended = "/All cells have run|could not start/.test(document.querySelector('.live-toolbar').textContent)"
    page.wait_for_function(ended, timeout=600_000)
    return page.locator(".live-output").all_inner_texts() or [page.locator(".live-toolbar").inner_text()]


def plain_interact(page: Page, address: str, names: list[str]) -> list[list[float]]:
    """Milliseconds of plain `interact` for each figure."""
    codes = [INTERACT.format(name=name.split(".")[1], moves=SLOW_MOVES) for name in names]
    shown = run_cells(page, address, codes)
    try:
        return [[float(word) for word in text.split()] for text in shown]
    except ValueError:
        raise RuntimeError("interact failed in the browser:\n" + "\n".join(shown)) from None


def main() -> None:
    if not (SITE / CHAPTER).is_file():
        sys.exit("there is no built site; run `make build` first")
    address = serve()
    figures = [
        part.split('"')[0] for part in (SITE / CHAPTER).read_text("utf-8").split(' data-figure="')[1:]
    ]  # fmt: skip
    with sync_playwright() as playwright:
        cold, near, second = [], [], []
        for _ in range(STARTS):
            with tempfile.TemporaryDirectory() as profile:
                page = fresh(playwright, profile)
                page.goto(f"{address}/{CHAPTER}")
                touch(page, figures[0])
                cold.append(start_up(page))
                page.wait_for_timeout(1000)  # the service worker puts the kernel's files away
                page.goto(f"{address}/{SECOND_PAGE}")
                touch(page, first_figure(page))
                second.append(start_up(page))
                page.context.close()
            with tempfile.TemporaryDirectory() as profile:
                page = fresh(playwright, profile)
                page.goto(f"{address}/{CHAPTER}")
                page.locator(".live-static .live-controls").first.hover()
                page.wait_for_timeout(NEAR_MS)
                touch(page, figures[0])
                near.append(start_up(page))
                page.context.close()
        report(f"Touch to live, cold cache, {figures[0]}", cold)
        report(f"The same, the mouse near the controls for {NEAR_MS} ms before", near)
        report("Second page of a visit, touched at once", second)

        print("\nOne move to a new picture in the browser, ms" + " " * 14 + "p50    p95    interact p50  p95")
        with tempfile.TemporaryDirectory() as profile:
            page = fresh(playwright, profile)
            page.goto(f"{address}/{CHAPTER}")
            live = {}
            for name in figures:
                touch(page, name)
                page.evaluate(MOVE, [name, 0.5])  # the first redraw fills caches that a drag finds filled
                moves = [page.evaluate(MOVE, [name, (i + 0.5) / MOVES]) for i in range(MOVES)]
                live[name] = [ms for ms, changed in moves if changed]
            page.context.close()
        with tempfile.TemporaryDirectory() as profile:  # where no service worker stands between the page and its route
            page = fresh(playwright, profile)
            plain_times = plain_interact(page, address, figures)
            page.context.close()
        for (name, times), plain in zip(live.items(), plain_times, strict=True):
            print(
                f"  {name:40} n={len(times):3} {percentile(times, 0.5):6.0f} {percentile(times, 0.95):6.0f}"
                f" {percentile(plain, 0.5):14.0f} {percentile(plain, 0.95):6.0f}"
            )
    print(TARGETS)


if __name__ == "__main__":
    main()
