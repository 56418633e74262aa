"""Lighthouse (mobile preset) and axe on every page of the built site, served with compression; one table.

The performance score is a timing: it is only worth something on an idle machine. `host` is Lighthouse's index of how
fast the machine was just then (above 1000 for an idle desktop), `load` how many processes wanted a processor, and `main
thread` the processor time, not slowed down, that loading the page took.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
AUDIT = ROOT / "tests" / "audit"
sys.path.insert(0, str(ROOT / "scripts"))

import chromium  # noqa: E402
from serve import serving  # noqa: E402

CATEGORIES = {"performance": "perf", "accessibility": "access", "best-practices": "best", "seo": "SEO"}
TIMINGS = {"first-contentful-paint": "FCP s", "largest-contentful-paint": "LCP s", "total-blocking-time": "TBT ms"}
TARGETS = "Targets: performance 98 or more, all other scores 100, no axe violation."
REPEATS = 3
START_MS = 120_000


def lighthouse(executable: str, addresses: list[str]) -> list[dict]:
    """Audit pages one after the other."""
    settings = {"chrome": executable, "flags": ["--headless=new", *chromium.FLAGS], "categories": list(CATEGORIES),
                "addresses": addresses}  # fmt: skip
    command = ["node", str(AUDIT / "lighthouse.mjs"), json.dumps(settings)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def main_thread(browser: Browser, address: str) -> float:
    """Return the processor time in ms that the page's main thread takes to load it (median of REPEATS)."""
    times = []
    for _ in range(REPEATS):
        context = browser.new_context(viewport={"width": 412, "height": 823}, is_mobile=True, has_touch=True)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(address, wait_until="networkidle")
        metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
        times.append(1000 * metrics["TaskDuration"])
        context.close()
    return statistics.median(times)


def axe(browser: Browser, address: str) -> tuple[int, int | None]:
    """Count axe's violations in light and dark: of the page at rest, and with all its figures live."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")

    def count() -> int:
        found = 0
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function("theme => document.documentElement.dataset.theme === theme", arg=scheme)
            found += page.evaluate(
                "axe.run(document, {resultTypes: ['violations']})"
                ".then(({violations}) => violations.reduce((sum, {nodes}) => sum + nodes.length, 0))"
            )
        return found

    page.goto(address)
    page.evaluate((AUDIT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
    page.evaluate(
        "document.querySelectorAll('article').forEach(({style}) => style.setProperty('--when-far', 'visible'))"
    )
    resting, live = count(), None
    if page.locator(".live-figure").count():
        page.get_by_role("button", name="Run this page").click()
        page.get_by_text("All cells have run").wait_for(timeout=START_MS)
        live = count()
    page.close()
    return resting, live


def main() -> None:
    executable = chromium.require()
    if not (SITE / "index.html").is_file():
        sys.exit("there is no built site; run `make build` first")
    names = [path.relative_to(SITE).as_posix() for path in sorted(SITE.rglob("*.html"))
             if "_static/site.css" in path.read_text("utf-8")]  # fmt: skip
    base = urlsplit(yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["html"]["baseurl"]).path
    with serving(SITE, base) as root, sync_playwright() as playwright:
        addresses = [root + name for name in names]
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)
        columns = [
            *CATEGORIES.values(),
            *TIMINGS.values(),
            "CLS",
            "main thread ms",
            "axe rest",
            "axe live",
            "host",
            "load",
        ]
        widths = [max(len(column), 5) + 2 for column in columns]
        print(f"{'page':40}" + "".join(f"{column:>{width}}" for column, width in zip(columns, widths, strict=True)))
        for name, address in zip(names, addresses, strict=True):
            (report,) = lighthouse(executable, [address])
            timings = report["timings"]
            resting, live = axe(browser, address)
            cells = [
                *(f"{report['scores'][category]}" for category in CATEGORIES),
                f"{timings['first-contentful-paint'] / 1000:.1f}",
                f"{timings['largest-contentful-paint'] / 1000:.1f}",
                f"{timings['total-blocking-time']:.0f}",
                f"{timings['cumulative-layout-shift']:.3f}",
                f"{main_thread(browser, address):.0f}",
                f"{resting}",
                "–" if live is None else f"{live}",
                f"{report['host']:.0f}",
                f"{os.getloadavg()[0]:.1f}",
            ]
            aligned = "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
            print(f"{name:40}{aligned}", flush=True)
        browser.close()
    print(TARGETS)


if __name__ == "__main__":
    main()
