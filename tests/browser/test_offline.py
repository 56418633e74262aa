"""What a reader has opened stays readable without a network, a new build shows, and pages are isolated."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect
from reading import SITE, START_MS, Reader, make_live
from test_kernel import ENDLESS, page_with, stop_the_endless_cell

CHAPTER = "chapters/scaling/loss_threshold.html"
WORKER = "/sw.js"
STARTED = "performance.getEntriesByType('resource').some(({ name }) => name.includes('/worker.js'))"
KEPT = """async (address) => {
  for (const name of await caches.keys()) if (await (await caches.open(name)).match(address)) return name;
}"""


def open_and_keep(reader: Reader, path: str) -> Page:
    """Open a page, and wait until the service worker has it and all that it shows."""
    page = reader.open(path)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=START_MS)
    loaded = [url for url in reader.requests if url.startswith(reader.server.address) and not url.endswith(WORKER)]
    for address in [page.url, *loaded]:
        page.wait_for_function(KEPT, arg=address)
    return page


def test_what_was_opened_stays_without_a_network(browser, own_server):
    reader = Reader(browser, own_server)
    open_and_keep(reader, "index.html")
    page = open_and_keep(reader, CHAPTER)
    make_live(page)
    listed = json.loads((SITE / "_static/live/assets.json").read_text("utf-8"))
    memory = listed["prepared"]["archives"]["memory"]
    address = f"{own_server.address}/_static/live/{memory['file']}?v={memory['sha256'][:8]}"
    assert page.evaluate(KEPT, address) == f"{own_server.address}/ kernel"
    (script,) = [url for url in reader.asked_for("/worker.js") if "?v=" in url]
    page.wait_for_function(KEPT, arg=script)
    assert page.evaluate(KEPT, script) == f"{own_server.address}/ kernel"

    own_server.go_down()
    page.goto(f"{own_server.address}/index.html")
    expect(page.locator("h1").first).to_contain_text("At the Limit")
    page.goto(f"{own_server.address}/{CHAPTER}#the-claim")
    picture = page.locator(".live-panel img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_function("image => image.naturalWidth > 0", arg=picture.element_handle())
    make_live(page)

    page.goto(f"{own_server.address}/chapters/limits/three_limits.html")
    expect(page.locator("h1")).to_have_text("No network")
    reader.close()


def test_a_page_is_kept_once_whatever_a_search_marked_in_it(browser, own_server):
    reader = Reader(browser, own_server)
    open_and_keep(reader, "index.html")
    for words in ("lattice", "spin"):
        page = reader.open(f"{CHAPTER}?highlight={words}")
    kept = "caches.keys().then((names) => Promise.all(names.map(async (name) => (await caches.open(name)).keys())))"
    chapters = f"{kept}.then((all) => all.flat().map(({{ url }}) => url).filter((url) => url.includes('{CHAPTER}')))"
    page.wait_for_function(f"async () => (await {chapters}).length > 0")
    assert page.evaluate(chapters) == [f"{own_server.address}/{CHAPTER}"]
    reader.close()


def test_pictures_that_were_not_scrolled_to_are_kept(browser, own_server):
    reader = Reader(browser, own_server)
    page = open_and_keep(reader, CHAPTER)
    pictures = page.evaluate("[...new Set([...document.querySelectorAll('article img')].map(({ src }) => src))]")
    unseen = [address for address in pictures if address not in reader.requests]
    assert unseen
    for address in unseen:
        page.wait_for_function(KEPT, arg=address)
    own_server.go_down()
    last = page.locator("article img").last
    last.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=last.element_handle())
    reader.close()


def test_a_reload_shows_a_new_build_and_removes_the_old_one(browser, own_server):
    reader = Reader(browser, own_server)
    page = open_and_keep(reader, "index.html")
    (old,) = [name for name in page.evaluate("caches.keys()") if " pages " in name]
    neighbours = page.evaluate("caches.open('pages-of-a-neighbour').then(() => 'pages-of-a-neighbour')")
    html = (SITE / "index.html").read_text("utf-8")
    own_server.replaced["/index.html"] = html.replace("At the Limit", "Beyond the Limit").encode()
    script = (SITE / WORKER[1:]).read_text("utf-8")
    own_server.replaced[WORKER] = re.sub(r'"version": "\w+"', '"version": "new"', script).encode()
    page.reload()
    expect(page.locator("h1").first).to_contain_text("Beyond the Limit")
    page.wait_for_function("async () => (await caches.keys()).some((name) => name.endsWith(' pages new'))")
    page.wait_for_function("async (old) => !(await caches.keys()).includes(old)", arg=old)
    assert neighbours in page.evaluate("caches.keys()"), "all sites of one host share their caches"
    reader.close()


def test_an_isolated_page_interrupts_a_cell_and_keeps_python(browser, own_server):
    own_server.replaced["/kernel.html"] = page_with(ENDLESS)
    reader = Reader(browser, own_server)
    page = open_and_keep(reader, "index.html")
    assert page.evaluate("crossOriginIsolated") is False, "the first page came before the service worker"
    page = reader.open("kernel.html")
    assert page.evaluate("crossOriginIsolated") is True
    stop_the_endless_cell(page)
    assert reader.errors == []
    reader.close()


def test_coming_near_the_controls_starts_python(browser, own_server):
    reader = Reader(browser, own_server)
    page = reader.open(CHAPTER)
    assert reader.asked_for("worker.js") == []
    page.locator(".live-controls").first.hover()
    page.wait_for_function(STARTED)
    assert len(reader.asked_for("/worker.js")) == 1
    expect(page.locator(".live-figure").first).not_to_have_attribute("data-state", "live")
    make_live(page)
    assert len(reader.asked_for("/worker.js")) == 1
    reader.close()


def test_a_second_page_starts_python_by_itself_when_a_figure_is_in_view(browser, own_server):
    reader = Reader(browser, own_server)
    make_live(open_and_keep(reader, CHAPTER))
    page = reader.open("index.html")
    reader.requests.clear()
    page.locator(".live-figure").first.scroll_into_view_if_needed()
    page.wait_for_function(STARTED)
    make_live(page)
    assert reader.errors == []
    reader.close()
