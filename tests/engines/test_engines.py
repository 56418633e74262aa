"""The built book in Chromium, Firefox and WebKit: at rest, live by mouse and keys, again, offline, in the dark.

The tests of one engine share a browser and follow one reader: first and second visit differ, because a service worker
isolates the pages from the second on.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from drivers import Engine, wait_for
from PIL import Image
from reading import SLIDER, WITH_FIGURES, Server
from sample import sample

FIRST = "chapters/scaling/loss_threshold.html"
PLAYS = "index.html"  # the figure of the landing page has Play
assert {FIRST, PLAYS} <= set(WITH_FIGURES)
PARTS = {path.rpartition("/")[0] for path in WITH_FIGURES}
ONE_OF_EACH_PART = [sample([p for p in WITH_FIGURES if p.rpartition("/")[0] == part], 1)[0] for part in sorted(PARTS)]

FIGURE = "document.querySelector('.live-figure')"
LIVE = f"{FIGURE}.dataset.state === 'live'"
SENTENCE = f"{FIGURE}.querySelector('.live-sentence').textContent"
RESTED = f"{FIGURE}.getAttribute('aria-busy') !== 'true'"
PAUSE = "return new Promise((resolve) => setTimeout(resolve, 1500))"

# What goes wrong in a page is noted in it: MiniBrowser's console cannot be read from outside.
COLLECTOR = """<script>{
  const noted = (self.wentWrong = []);
  addEventListener("error", (event) => noted.push(String(event.message ?? event.target.outerHTML)), true);
  addEventListener("unhandledrejection", (event) => noted.push(String(event.reason)));
  for (const kind of ["error", "warn"]) {
    const say = console[kind];
    console[kind] = (...words) => (noted.push(`${kind}: ${words.join(" ")}`), say.apply(console, words));
  }
}</script>"""

# A figure's page in a frame as wide as a phone, which is narrower than any window of a desktop's browser.
NARROW = '<!doctype html><title>Phone</title><iframe id="phone" width="360" height="740" src="/{path}"></iframe>'
AT_REST = """
  const page = given[0] ? document.getElementById("phone").contentWindow : window;
  const { document: shown, innerWidth: width } = page;
  if (shown.readyState !== "complete" || !shown.querySelector("h1")) return null;
  const figure = shown.querySelector(".live-figure");
  figure.scrollIntoView();
  const images = [...figure.querySelectorAll(".live-panel img")];
  if (!images.length || !images.every((image) => image.complete && image.naturalWidth > 0)) return null;
  const inside = (element) => {
    const { left, right } = element.getBoundingClientRect();
    return left >= 0 && left < right && right <= width + 1;
  };
  return {
    width,
    overflow: shown.scrollingElement.scrollWidth - shown.documentElement.clientWidth,
    controls: [...figure.querySelectorAll(":is(input, select, button)")].every(inside),
    sentence: figure.querySelector(".live-sentence").textContent.trim(),
    wrong: page.wentWrong,
  };
"""


@pytest.fixture(scope="module")
def server(site) -> Iterator[Server]:
    server = Server(in_head=COLLECTOR)
    yield server
    server.close()


@pytest.fixture
def wrong(engine) -> Iterator[None]:
    """After a test nothing must have gone wrong in its page."""
    yield
    assert engine.run("return self.wentWrong") == []


def open_page(engine: Engine, server: Server, path: str) -> None:
    engine.open(f"{server.address}/{path}")
    wait_for(engine, "document.readyState === 'complete'")


def touch(engine: Engine) -> None:
    """Move the first slider of the page by a key, and wait until its figure is live."""
    engine.run(f"{FIGURE}.scrollIntoView()")
    engine.press(SLIDER, "ArrowRight")
    wait_for(engine, f"{LIVE} || {FIGURE}.querySelector('.live-notice:not([hidden])')")
    assert engine.run(f"return {LIVE}"), engine.run(f"return {FIGURE}.textContent")


def changed(engine: Engine, before: str) -> str:
    """The sentence, once it is another."""
    return wait_for(engine, f"{SENTENCE} !== given[0] && {SENTENCE}", before)


@pytest.mark.parametrize("path", ONE_OF_EACH_PART)
@pytest.mark.parametrize("phone", [False, True], ids=["1280", "360"])
def test_at_rest(engine, server, path, phone):
    if phone:
        server.replaced["/phone.html"] = NARROW.format(path=path).encode()
    open_page(engine, server, "phone.html" if phone else path)
    seen = wait_for(engine, f"(() => {{ {AT_REST} }})()", phone)
    assert seen["width"] == 360 if phone else seen["width"] >= 1000
    assert seen["overflow"] <= 0 and seen["controls"] and seen["sentence"]
    assert seen["wrong"] == []


def test_touch_keys_and_mouse_on_the_first_page(engine, server, wrong):
    open_page(engine, server, FIRST)
    touch(engine)
    first = engine.run(f"return {SENTENCE}")
    engine.press(SLIDER, "ArrowRight")
    second = changed(engine, first)
    wait_for(engine, RESTED)
    x, y = engine.run(
        f"""const slider = document.querySelector("{SLIDER}"), {{ value, min, max }} = slider;
        const {{ left, top, width, height }} = slider.getBoundingClientRect();
        return [left + 12 + (value - min) / (max - min) * (width - 24), top + height / 2]"""
    )
    engine.drag((x, y), (x + 90, y))
    changed(engine, second)


def test_second_page_of_a_visit_goes_live_and_plays(engine, server, wrong):
    wait_for(engine, "navigator.serviceWorker.controller !== null")
    open_page(engine, server, PLAYS)
    assert engine.run("return crossOriginIsolated"), "from the second page on the service worker isolates"
    touch(engine)
    before = engine.run(f"return {SENTENCE}")
    engine.click('[data-action="play"]')
    first = changed(engine, before)
    changed(engine, first)
    engine.click('[data-action="play"]')
    engine.run(PAUSE)  # a frame that was on its way arrives
    stopped = engine.run(f"return {SENTENCE}")
    engine.run(PAUSE)
    assert engine.run(f"return {SENTENCE}") == stopped


def test_the_whole_page_runs(engine, server, wrong):
    open_page(engine, server, FIRST)
    engine.click(".live-toolbar button")
    wait_for(engine, "document.querySelector('.live-toolbar').textContent.includes('All cells have run')")
    states = engine.run("return [...document.querySelectorAll('.live-figure')].map((figure) => figure.dataset.state)")
    assert set(states) == {"live"}
    assert "ended with an error" not in engine.run("return document.querySelector('.live-toolbar').textContent")


def test_a_cell_is_changed_by_keys_run_and_kept(engine, server, wrong):
    open_page(engine, server, FIRST)
    cell = engine.run(
        """const cell = document.querySelector(".live-cell:not(:has(.live-figure))");
        cell.scrollIntoView();
        return "#" + cell.id"""
    )
    engine.click(f"{cell} [data-action='edit']")
    wait_for(engine, "document.activeElement.matches('.cm-content')")
    for key in "1/0;":  # where the driver puts it, at the end or at the beginning
        engine.press(f"{cell} .cm-content", key)
    engine.click(f"{cell} .live-editor button")
    wait_for(
        engine, "document.querySelector(given[0]).textContent.includes('ZeroDivisionError')", f"{cell} .cell_output"
    )
    open_page(engine, server, FIRST)
    wait_for(engine, "document.querySelector(given[0])?.textContent.includes('1/0;')", f"{cell} .cm-content")
    assert "Your version" in engine.run("return document.querySelector(given[0]).innerText", f"{cell} .live-yours")
    engine.run("localStorage.clear()")


def test_a_page_that_is_left_ends_its_python_and_comes_back(engine, server, wrong):
    open_page(engine, server, FIRST)
    touch(engine)
    engine.run("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert not engine.run(f"return {LIVE}")
    touch(engine)


def test_in_the_dark_a_panel_is_as_dark_as_the_figure_round_it(engine, server, wrong):
    open_page(engine, server, FIRST)
    engine.run("document.documentElement.dataset.theme = 'dark'")
    engine.run(f"{FIGURE}.scrollIntoView({{ block: 'center' }})")
    ratio, left, top, width, height = engine.run(
        f"""const panel = {FIGURE}.querySelector(".live-panel").getBoundingClientRect();
        return [devicePixelRatio, panel.left, panel.top, panel.width, panel.height]"""
    )
    pixels = np.asarray(Image.open(io.BytesIO(engine.picture())).convert("L"), dtype=int)
    corner = pixels[int((top + 2) * ratio), int((left + 2) * ratio)]
    ground = pixels[int((top + height / 2) * ratio), int((left - 4) * ratio)]
    assert ground < 80 and abs(corner - ground) <= 3, (corner, ground)


def test_without_a_network_the_page_goes_live_again(engine, site, wrong):
    server = Server(in_head=COLLECTOR)  # a host of its own, because it goes down
    open_page(engine, server, FIRST)
    wait_for(engine, "navigator.serviceWorker.controller !== null")
    open_page(engine, server, FIRST)
    touch(engine)
    wait_for(engine, "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name))))"
             ".then((kept) => Promise.all(kept.map((cache) => cache.keys())))"
             ".then((lists) => ['memory', 'linked', 'worker.js', 'page.js', given[0]].every((part) =>"
             " lists.flat().some(({ url }) => url.includes(part))))", FIRST)  # fmt: skip
    server.go_down()
    open_page(engine, server, FIRST)
    touch(engine)
    server.close()
