"""The joined style sheet and script keep the theme working: search, folding, light and dark."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from serve import serving
from wcag import contrast


@pytest.fixture
def visit(site, browser, base):
    """Open a page of the site in a browser; an error on its console or a request to elsewhere fails the test."""
    with serving(site, base) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        errors, requests = [], []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: message.type == "error" and errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))

        def open_page(name):
            page.goto(address + name)
            return page

        yield open_page
        page.context.close()
        # The browser itself reports the status of a page that is missing.
        assert not [error for error in errors if "the server responded with a status of 404" not in error]
        assert not [url for url in requests if not url.startswith((address, "data:"))]


def test_search_finds_the_chapter(visit):
    page = visit("search.html?q=threshold")
    expect(page.locator("#search-results li a").filter(has_text="The loss threshold").first).to_be_visible()


def test_search_reads_each_formula_once(visit):
    page = visit("search.html?q=threshold")
    read = """async address => Search.htmlToText(await (await fetch(address)).text(), null)"""
    text = page.evaluate(read, "chapters/scaling/loss_threshold.html")
    assert "The number η is the loss threshold" in " ".join(text.split())
    assert "\\eta" not in text and "ηη" not in text


def test_search_finds_what_a_reader_types(visit):
    page = visit("book/how_to_read.html")
    page.locator(".search-button-field").first.click()
    page.get_by_role("searchbox").last.fill("magnetisation")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\.html\?q=magnetisation"))
    found = page.locator("#search-results li a").first
    found.click()
    expect(page.locator("main")).to_contain_text(re.compile("magneti[sz]ation"))


@pytest.mark.parametrize("address", ["nowhere.html", "chapters/limits/no/such/page.html"])
def test_a_wrong_address_leads_back_into_the_book(visit, address):
    page = visit(address)
    expect(page.get_by_role("heading", level=1).first).to_have_text("There is no page at this address")
    assert page.evaluate("document.styleSheets.length") > 0
    assert page.locator("#pst-primary-sidebar").bounding_box()["width"] < 500, "the style sheet is found"
    page.get_by_role("link", name="first page").click()
    expect(page.locator(".live-figure").first).to_be_visible()


def test_solutions_are_folded_until_opened(visit):
    page = visit("chapters/scaling/loss_threshold.html")
    solution = page.locator(".solution.dropdown").first
    expect(solution.locator("section")).to_be_hidden()
    solution.locator("summary").press("Enter")
    expect(solution.locator("section").first).to_be_visible()


def test_the_switch_changes_between_light_and_dark(visit):
    page = visit("index.html")
    seen = set()
    for _ in range(3):
        page.locator(".theme-switch-button").first.click()
        seen.add(page.locator("html").get_attribute("data-theme"))
    assert seen == {"light", "dark"}


GROUNDS = ("background", "surface", "info-bg", "success-bg", "warning-bg", "danger-bg")
TEXTS = {"text-base": GROUNDS, "link": GROUNDS, "text-muted": GROUNDS[:2]}  # no muted text stands on a colour


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_links_can_be_read_on_every_ground(visit, theme):
    """Contrast of at least 4.5, WCAG 2 level AA."""
    page = visit("index.html")
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    colours = page.evaluate(
        """names => {
          const probe = document.body.appendChild(document.createElement("p"));
          probe.style.transition = "none";
          return Object.fromEntries(names.map((name) => {
            probe.style.color = `var(--pst-color-${name})`;
            return [name, getComputedStyle(probe).color];
          }));
        }""",
        [*GROUNDS, *TEXTS],
    )
    for text, grounds in TEXTS.items():
        for ground in grounds:
            pair = (np.array(re.findall(r"\d+", colours[name])[:3], float) / 255 for name in (text, ground))
            assert contrast(*pair) >= 4.5, f"{text} on {ground}: {colours[text]} on {colours[ground]}"


def test_icons_are_drawn_from_the_fonts_in_the_style_sheet(visit):
    page = visit("index.html")
    page.evaluate("document.fonts.ready")
    families = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert {family.strip('"') for family in families} >= {"Font Awesome 6 Free", "Font Awesome 6 Brands"}
    for icon in page.locator(".article-header-buttons i:visible").all():
        assert icon.bounding_box()["width"] > 8
        assert icon.evaluate("e => getComputedStyle(e, '::before').content") not in ("none", "normal", '""')


# Which elements of the text are laid out: a block that is skipped hides its children, not itself.
MOST_LAID_OUT = 1500
LAID_OUT = """[...document.querySelectorAll("article.bd-article *")]
  .filter(element => element.checkVisibility({contentVisibilityAuto: true}))"""


def test_a_long_page_lays_out_what_is_near_the_screen(visit, text_pages):
    page = visit("index.html")
    page.set_viewport_size({"width": 412, "height": 823})
    sizes = {name: len(parsed.select("article.bd-article *")) for name, parsed in text_pages.items()}
    long = [name for name, elements in sizes.items() if elements > 4000]
    assert len(long) >= 4
    for name in long:
        visit(name)
        assert page.evaluate(f"{LAID_OUT}.length") < MOST_LAID_OUT, name


# The place and the size of every element, with all blocks laid out: each kept apart from the rest of its section, as it
# is when it has come near, or not.
PLACES = """async apart => {
  for (const late of document.querySelectorAll("article template")) late.replaceWith(late.content); // not in between
  const blocks = [...document.querySelectorAll("article.bd-article *")].filter(
    element => element.dataset.far ??= getComputedStyle(element).contentVisibility === "auto" ? "true" : "");
  const contain = apart ? "layout style paint" : "none";
  for (const block of blocks) {
    block.style.contentVisibility = "visible";
    block.style.contain = block.matches("article > section > section") ? "layout style paint" : contain;
  }
  document.body.getBoundingClientRect(); // asks for the fonts
  await document.fonts.ready;
  const shown = document.querySelectorAll("article.bd-article *:not(.katex *, details:not([open]) *)");
  return [blocks.length, [...shown].map(element => {
    const {x, y, width, height} = element.getBoundingClientRect();
    const place = [x, y, width, height].map(value => Math.round(4 * value) / 4);
    return [element.tagName, element.className, ...place].join(" ");
  })];
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_blocks_laid_out_one_by_one_stand_where_they_would_stand_together(visit, sampled_pages, width):
    page = visit("index.html")
    page.set_viewport_size({"width": width, "height": 823})
    seen = 0
    for name in [*sampled_pages, "book/ledger.html"]:
        visit(name)
        (blocks, together), (_, apart) = page.evaluate(PLACES, False), page.evaluate(PLACES, True)
        moved = [pair for pair in zip(together, apart, strict=True) if pair[0] != pair[1]]
        assert not moved, f"{name}: {moved[:3]}"
        seen += blocks
    assert seen > 100


@pytest.mark.parametrize("width", [412, 1280])
def test_an_address_within_a_long_page_leads_to_its_place(visit, pages, width):
    name = "chapters/limits/contractions.html"
    page = visit("index.html")
    page.set_viewport_size({"width": width, "height": 823})
    targets = [element["id"] for element in pages[name].select("article .solution, article > section > section")]
    assert len(targets) > 12
    for target in targets[5:-1:3]:
        visit("index.html")
        visit(f"{name}#{target}")
        page.wait_for_timeout(500)  # what comes near is laid out, above the target too
        top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", target)
        assert 0 <= top <= 100, f"{target} stands at {top:.0f} px"
        heading = page.locator(f"section[id='{target}'] > h2")
        if heading.count():  # a section keeps its margins to itself, as it does where no address leads
            assert heading.bounding_box()["y"] - top > 20, target
