"""What a reader waits for at every move of a live figure; run by `make bench` (line.py measures the start).

Chromium with an empty cache, the site on localhost. Beside each figure of one chapter, in the same browser kernel,
plain `ipywidgets.interact` that draws the same figure anew at each move; then every figure of the book, by its first
control. The times are printed, not judged.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from interact import PLAIN  # noqa: E402
from line import newcomer, site  # noqa: E402

from book.extension.live_pages import toolbar_html  # noqa: E402

CHAPTER = "chapters/scaling/loss_threshold.html"
MOVES, SLOW_MOVES, MOVES_OF_EACH = 60, 12, 20
TARGETS = "target: one move p95 100 ms"

# One move of the real control: its own event, then the time until the new picture has been drawn.
MOVE = """async ([name, share]) => {
  const figure = document.querySelector(`.live-figure[data-figure="${name}"]`);
  const canvases = [...figure.querySelectorAll(".live-panel canvas")];
  const shown = () => canvases.map((canvas) => canvas.toDataURL()).join();
  const before = shown();
  const control = figure.querySelector("select, input[type=range]");
  if (control.type === "range") control.value = Number(control.min) + share * (control.max - control.min);
  else control.selectedIndex = (control.selectedIndex + 1) % control.options.length;
  const start = performance.now();
  const busy = () => figure.getAttribute("aria-busy") === "true";
  control.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((resolve) => {
    const watch = new MutationObserver(() => busy() || (watch.disconnect(), resolve()));
    watch.observe(figure, { attributes: true, attributeFilter: ["aria-busy"] });
  });
  const ms = performance.now() - start;
  return [ms, shown() !== before];
}"""

# Plain `interact` in the same kernel. It is timed inside Python: what its Output widget then transmits, and the
# browser paints, comes on top.
INTERACT = """
import time
from IPython.display import display
from emergence.figures.loss_threshold.{name} import figure
def redraw(**values):
    picture = figure.picture()
    for panel in picture.panels:
        for artist in panel.moving:
            artist.set_animated(False)
    figure.draw(picture, figure.start(values), values)
    for panel in picture.panels:
        display(panel.figure)
first = plain(figure, redraw).children[0]
control = figure.controls[0]
moves = getattr(control, "options", None) or [
    control.low + (control.high - control.low) * (i + 0.5) / {moves} for i in range({moves})]
times = []
for i in range({moves} + 1):
    start = time.perf_counter()
    first.value = moves[(i + 1) % len(moves)]
    times.append(time.perf_counter() - start)
print(*(round(1000 * t, 1) for t in times[1:]))
"""
RUN_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>interact</title>
<link rel="icon" href="data:,"><main><h1>interact</h1>{toolbar}{places}</main>
<script type="application/json" id="live-page">{config}</script><script src="/_static/live/page.js"></script></html>"""


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def touch(page: Page, name: str) -> None:
    """Move the figure's first control by one key and wait until it is live."""
    figure = page.locator(f'.live-figure[data-figure="{name}"]')
    figure.scroll_into_view_if_needed()  # selects come with the reader
    control = figure.locator("input, select").first
    control.focus()
    page.keyboard.press("ArrowRight" if control.get_attribute("type") == "range" else "ArrowDown")
    page.wait_for_selector(f'.live-figure[data-figure="{name}"][data-state="live"]', timeout=120_000)


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
    codes = [PLAIN + INTERACT.format(name=name.split(".")[1], moves=SLOW_MOVES) for name in names]
    shown = run_cells(page, address, codes)
    try:
        return [[float(word) for word in text.split()] for text in shown]
    except ValueError:
        raise RuntimeError("interact failed in the browser:\n" + "\n".join(shown)) from None


def figures_of(path: Path) -> list[str]:
    """The figures of a built page, in their order."""
    return list(dict.fromkeys(re.findall(r' data-figure="([^"]+)"', path.read_text("utf-8"))))


def times_of_moves(page: Page, name: str, moves: int) -> list[float]:
    """Milliseconds of the moves of a figure that changed its picture, in order, after it has gone live."""
    touch(page, name)
    page.evaluate(MOVE, [name, 0.5])  # the first redraw fills caches that a drag finds filled
    seen = [page.evaluate(MOVE, [name, (i + 0.5) / moves]) for i in range(moves)]
    return [ms for ms, changed in seen if changed]


def main() -> None:
    if not (SITE / CHAPTER).is_file():
        sys.exit("there is no built site; run `make build` first")
    figures = figures_of(SITE / CHAPTER)
    with sync_playwright() as playwright, site(None) as (address, _):
        print("\nOne move to a new picture in the browser, ms" + " " * 14 + "p50    p95    interact p50  p95")
        with newcomer(playwright) as page:
            page.goto(f"{address}/{CHAPTER}")
            live = {name: times_of_moves(page, name, MOVES) for name in figures}
        with newcomer(playwright) as page:  # where no service worker stands between the page and its route
            plain_times = plain_interact(page, address, figures)
        for (name, times), plain in zip(live.items(), plain_times, strict=True):
            print(
                f"  {name:40} n={len(times):3} {percentile(times, 0.5):6.0f} {percentile(times, 0.95):6.0f}"
                f" {percentile(plain, 0.5):14.0f} {percentile(plain, 0.95):6.0f}"
            )
        print("\nOne move of the first control of every other figure, ms" + " " * 3 + "p50    p95    max")
        for path in sorted(SITE.glob("chapters/**/*.html")):
            with newcomer(playwright) as page:
                page.goto(f"{address}/{path.relative_to(SITE).as_posix()}")
                for name in figures_of(path):
                    if name in live or not (times := times_of_moves(page, name, MOVES_OF_EACH)):
                        continue
                    late = f"{percentile(times, 0.95):6.0f} {max(times):6.0f}"
                    print(f"  {name:40} n={len(times):3} {percentile(times, 0.5):6.0f} {late}")
    print(TARGETS)


if __name__ == "__main__":
    main()
