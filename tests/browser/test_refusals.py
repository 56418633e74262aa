"""Where a browser or a host refuses something, the figure goes live all the same, or the reader is told what to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from reading import SITE, SLIDER, START_MS, Reader, Server, make_live
from test_offline import open_and_keep

CHAPTER = "chapters/scaling/loss_threshold.html"
# What the site needs; nothing of it is a blob: script, and only the theme's styles and first script stand in the pages.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:"
)


def refused(page, *words: str) -> None:
    """Touch the first figure: it must say why it cannot start, and keep its picture."""
    page.locator(SLIDER).first.press("ArrowRight")
    notice = page.locator(".live-notice").first
    expect(notice).to_contain_text("could not start", timeout=START_MS)
    for word in words:
        expect(notice).to_contain_text(word)
    expect(page.locator(".live-panel img").first).to_be_visible()
    page.get_by_role("button", name="Run this page").click()
    expect(page.locator(".live-toolbar")).to_contain_text("could not start", timeout=START_MS)
    expect(page.get_by_role("button", name="Run this page")).to_be_enabled()


def test_a_strict_content_security_policy_is_enough(browser):
    server = Server(headers={"Content-Security-Policy": POLICY})
    reader = Reader(browser, server)
    make_live(reader.open(CHAPTER))
    assert reader.errors == []
    reader.close()
    server.close()


def test_a_policy_without_webassembly_is_named(browser):
    server = Server(headers={"Content-Security-Policy": POLICY.replace(" 'wasm-unsafe-eval'", "")})
    reader = Reader(browser, server)
    refused(reader.open(CHAPTER), "wasm-unsafe-eval")
    reader.close()
    server.close()


def test_a_page_opened_as_a_file_says_what_to_do(browser):
    page = browser.new_page()
    page.goto((SITE / CHAPTER).as_uri())
    refused(page, "http.server")
    page.close()


def test_a_page_in_a_sandboxed_frame_says_what_to_do(browser, own_server):
    own_server.replaced["/frame.html"] = (
        f'<!doctype html><title>Frame</title><iframe sandbox="allow-scripts" width="900" height="900" src="/{CHAPTER}">'
        "</iframe>"
    ).encode()
    reader = Reader(browser, own_server)
    reader.open("frame.html")
    refused(reader.page.frame_locator("iframe"), "a window of its own")
    reader.close()


@pytest.mark.parametrize("quota", [1000, 100_000, 5_000_000])
def test_a_full_storage_costs_nothing_but_the_keeping(quota, browser, own_server):
    reader = Reader(browser, own_server)
    page = open_and_keep(reader, "index.html")
    session = reader.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": own_server.address, "quotaSize": quota})
    html = (SITE / "book/glossary.html").read_text("utf-8")
    own_server.replaced["/book/glossary.html"] = html.replace("Glossary", "Dictionary").encode()
    page = reader.open("book/glossary.html")
    expect(page.locator("h1").first).to_contain_text("Dictionary")
    own_server.replaced["/book/glossary.html"] = html.encode()
    page.reload()
    expect(page.locator("h1").first).to_contain_text("Glossary")
    make_live(reader.open(CHAPTER))
    reader.close()


def test_a_browser_without_webassembly_is_named(browser, own_server):
    reader = Reader(browser, own_server)
    reader.page.add_init_script("delete self.WebAssembly")
    refused(reader.open(CHAPTER), "no WebAssembly")
    reader.close()


def test_figures_go_live_without_a_service_worker(browser, own_server):
    reader = Reader(browser, own_server)
    reader.page.add_init_script("delete Navigator.prototype.serviceWorker")
    make_live(reader.open(CHAPTER))
    assert reader.page.evaluate("navigator.serviceWorker") is None and reader.errors == []
    reader.close()
