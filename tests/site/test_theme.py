"""The joined style sheet and script keep the theme working: search, folding, light and dark."""

import threading

import pytest
from playwright.sync_api import expect, sync_playwright
from serve import open_server

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture
def visit(site, chromium):
    """Open a page of the site in a browser; any error on its console fails the test."""
    with open_server(site, 8700, tries=200) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        errors = []
        page.on("console", lambda message: message.type == "error" and errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))

        def open_page(name):
            page.goto(f"http://127.0.0.1:{server.server_port}/{name}")
            return page

        yield open_page
        browser.close()
        server.shutdown()
        assert not errors


def test_search_finds_the_chapter(visit):
    page = visit("search.html?q=threshold")
    expect(page.locator("#search-results li a").filter(has_text="The loss threshold").first).to_be_visible()


def test_solutions_are_folded_until_opened(visit):
    page = visit("chapters/scaling/loss_threshold.html")
    solution = page.locator(".solution.dropdown").first
    expect(solution.locator("section")).to_be_hidden()
    solution.locator(".toggle-button").first.click()
    expect(solution.locator("section").first).to_be_visible()


def test_the_switch_changes_between_light_and_dark(visit):
    page = visit("index.html")
    seen = set()
    for _ in range(3):
        page.locator(".theme-switch-button").first.click()
        seen.add(page.locator("html").get_attribute("data-theme"))
    assert seen == {"light", "dark"}


def test_icons_are_drawn_from_the_fonts_in_the_style_sheet(visit):
    page = visit("index.html")
    page.evaluate("document.fonts.ready")
    families = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert {family.strip('"') for family in families} >= {"Font Awesome 6 Free", "Font Awesome 6 Brands"}
    for icon in page.locator(".article-header-buttons i:visible").all():
        assert icon.bounding_box()["width"] > 8
        assert icon.evaluate("e => getComputedStyle(e, '::before').content") not in ("none", "normal", '""')
