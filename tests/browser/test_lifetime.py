"""How long a live figure runs and lives on a page: as long as it is seen, and until another takes its place."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from reading import SLIDER, START_MS, Reader, make_live
from test_kernel import CELLS, output, page_with, toolbar

COUNT = """import gc
from emergence.live.picture import Picture
from ipywidgets.widgets import widget
gc.collect()
sum(isinstance(each, Picture) for each in gc.get_objects()), len(widget._instances)"""
COUNT_MESSAGES = """const post = Worker.prototype.postMessage;
self.sentToPython = 0;
Worker.prototype.postMessage = function (message, ...rest) {
  if (message.kind === "comm") self.sentToPython += 1;
  return post.call(this, message, ...rest);
};"""
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def messages(page: Page, milliseconds: int = 1000) -> int:
    """How many messages go to Python in a while, once what was under way has arrived."""
    page.wait_for_timeout(300)
    before = page.evaluate("sentToPython")
    page.wait_for_timeout(milliseconds)
    return page.evaluate("sentToPython") - before


@pytest.fixture
def reader(browser, own_server):
    own_server.replaced["/kernel.html"] = page_with({"cooling": CELLS["cooling"], "count": COUNT})
    reader = Reader(browser, own_server)
    reader.page.add_init_script(COUNT_MESSAGES)
    yield reader
    assert reader.errors == []
    reader.close()


def play(page: Page) -> None:
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert messages(page) > 1


def run_all(page: Page) -> str:
    """Run all cells; return what the last one has counted."""
    toolbar(page).get_by_role("status").evaluate("status => status.textContent = ''")
    page.get_by_role("button", name="Run this page").click()
    expect(toolbar(page)).to_contain_text("All cells have run", timeout=START_MS)
    return output(page, "count").inner_text().strip()


def test_a_figure_that_is_replaced_stops_and_is_freed(reader):
    page = reader.open("kernel.html")
    make_live(page)
    first = run_all(page)
    play(page)
    assert [run_all(page) for _ in range(3)] == [first] * 3
    assert first.startswith("(1, "), "there is one picture in Python, that of the figure that is seen"
    assert messages(page) == 0, "the run that was replaced has ended"
    sentence = page.locator(".live-sentence")
    before = sentence.inner_text()
    page.locator(SLIDER).first.press("ArrowRight")
    expect(sentence).not_to_have_text(before)
    play(page)


def test_the_figure_stays_until_the_next_one_can_take_its_place(reader):
    page = reader.open("kernel.html")
    make_live(page)
    page.evaluate(
        """() => {
          self.shown = [];
          const panels = document.querySelector(".live-panels");
          const empty = document.createElement("canvas").toDataURL().length;
          const isInked = canvas => canvas.toDataURL().length > 10 * empty;
          const look = () => shown.push([...panels.querySelectorAll("canvas")].filter(isInked).length);
          const all = { childList: true, subtree: true, attributes: true };
          new MutationObserver(look).observe(panels.parentElement, all);
        }"""
    )
    run_all(page)
    assert page.evaluate("shown.length") > 0
    assert page.evaluate("Math.min(...shown)") > 0


def test_a_page_that_is_older_than_the_code_of_the_site_says_so(browser, own_server):
    """A new build was published while the page was open: in it the figure has other controls."""
    older = page_with({"cooling": CELLS["cooling"]}).replace(b"temperature", b"heat")
    own_server.replaced["/kernel.html"] = older
    reader = Reader(browser, own_server)
    page = reader.open("kernel.html")
    page.locator(SLIDER).first.press("ArrowRight")
    expect(page.locator(".live-notice")).to_contain_text("reload the page", timeout=START_MS)
    expect(page.locator(".live-panel img").first).to_be_visible()  # the stored picture stays
    assert reader.errors == []
    reader.close()


def test_a_run_out_of_sight_rests_and_goes_on_when_it_is_seen(browser, server):
    reader = Reader(browser, server)
    reader.page.add_init_script(COUNT_MESSAGES)
    page = reader.open("index.html")
    figure = make_live(page)
    play(page)
    page.locator("footer").last.scroll_into_view_if_needed()
    assert messages(page) == 0
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_enabled()
    figure.scroll_into_view_if_needed()
    assert messages(page) > 1
    page.evaluate(HIDE, True)
    assert messages(page) == 0
    page.evaluate(HIDE, False)
    assert messages(page) > 1
    page.get_by_role("button", name="Pause").click()
    assert messages(page) == 0
    page.evaluate(HIDE, True)
    page.evaluate(HIDE, False)
    assert messages(page) == 0, "what was paused stays so"
    assert reader.errors == []
    reader.close()
