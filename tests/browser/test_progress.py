"""A start that takes long says how far it is, by the bytes that have arrived, and can be cancelled."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from reading import SLIDER, START_MS, Reader, Server, make_live
from test_offline import open_and_keep

CHAPTER = "chapters/scaling/loss_threshold.html"
# The bar and its words, whenever one of them changes, until the bar is gone.
WATCH = """() => {
  const box = document.querySelector(".live-progress");
  const seen = (self.seen = []);
  new MutationObserver(() => {
    const bar = box.querySelector("progress");
    if (bar) seen.push([bar.value, box.textContent]);
  }).observe(box, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


@pytest.fixture
def slow(site) -> Iterator[Server]:
    """A server that needs some seconds for the memory of Python."""
    server = Server(speed=2e6)
    yield server
    server.close()


@pytest.mark.parametrize("kept", [False, True], ids=["first page", "behind the service worker"])
def test_progress_moves_with_the_bytes(kept, browser, slow):
    reader = Reader(browser, slow)
    page = open_and_keep(reader, CHAPTER)
    if kept:
        page.reload()
    page.evaluate(WATCH)
    make_live(page)
    seen = page.evaluate("seen")
    bars = [bar for bar, _ in seen]
    assert bars == sorted(bars), "it never goes back"
    left = [float(found[1]) for _, words in seen if (found := re.search(r"([\d.]+) of [\d.]+ MB left", words))]
    assert len(set(left)) > 10 and min(left) < 1 < 10 < max(left), left
    assert any(words.startswith("Loading Python") for _, words in seen)
    reader.close()


def test_a_start_can_be_cancelled_and_begun_again(browser, slow):
    reader = Reader(browser, slow)
    page = reader.open(CHAPTER)
    slider = page.locator(SLIDER).first
    slider.press("ArrowRight")
    chosen = slider.input_value()
    expect(page.locator(".live-progress").first).to_contain_text("MB left", timeout=START_MS)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".live-notice").first).to_contain_text("Cancelled")
    assert slider.input_value() == chosen
    expect(slider).to_be_focused()
    reader.requests.clear()
    for part in (".live-actions", ".live-controls"):  # the mouse only passes by
        page.locator(part).first.dispatch_event("pointerenter")
        page.locator(part).last.hover()
    page.wait_for_timeout(1500)
    loading = [address for address in reader.requests if "/_static/live/" in address]  # pictures come as one scrolls
    assert loading == [] and reader.errors == []
    make_live(page)
    reader.close()
