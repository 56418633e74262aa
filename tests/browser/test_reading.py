"""A reader comes back: the place where the chapter was left, what has been read, and what erases both; and proofs."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect
from reading import WHOLE, Reader
from test_axe import AXE, violations
from test_exercises import NO_STORAGE

CHAPTER = "chapters/physics/two_limits.html"
KEY = "reading:chapters/physics/two_limits"
PROGRESS = "book/progress.html"
WITH_PROOFS = "chapters/operators/stacked.html"
WITH_NOTES = "chapters/operators/real_model.html"
ROW = ".reading-row"
CONTENTS = "#pst-page-toc-nav"
# Where the row of buttons below the title has been, in all frames since it came; formulas, which move when their fonts
# come, stand further down.
WATCH = """self.tops = new Set(); const look = () => {
  const bar = document.querySelector(".live-toolbar");
  if (bar) tops.add(bar.getBoundingClientRect().top);
  requestAnimationFrame(look);
}; look();"""


def kept(page: Page) -> dict:
    return json.loads(page.evaluate("key => localStorage.getItem(key)", KEY) or "null")


def keep(page: Page, **reading: object) -> None:
    page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [KEY, json.dumps(reading)])


def go_to(page: Page, section: str) -> None:
    for _ in range(2):  # what is laid out for the first time moves what stands below it
        page.evaluate("id => document.getElementById(id).scrollIntoView({ behavior: 'instant' })", section)
        page.wait_for_timeout(300)


def section_ids(page: Page) -> list[str]:
    return page.locator("article > section > section").evaluate_all("all => all.map(({ id }) => id)")


def titles(page: Page) -> list[str]:
    return [section[1] for section in json.loads(page.locator(ROW).get_attribute("data-sections"))]


def read_on(page: Page, section: str) -> None:
    """Scroll through a section as a reader does, a screen at a time."""
    go_to(page, section)
    for _ in range(60):
        page.wait_for_timeout(1000)
        end = page.evaluate("id => document.getElementById(id).getBoundingClientRect().bottom", section)
        if end < 600:
            return
        page.evaluate("scrollBy({ top: 600, behavior: 'instant' })")
    raise AssertionError(f"{section} does not end")


def test_what_has_been_read_is_marked_and_the_next_visit_leads_back(browser, server):
    reader = Reader(browser, server, viewport={"width": 1440, "height": 900})
    page = reader.open(CHAPTER)
    first, second, *_ = section_ids(page)
    expect(page.locator(ROW)).to_be_hidden()
    read_on(page, first)
    link = page.locator(f'{CONTENTS} a[href="#{first}"]')
    expect(link).to_have_text(f"{titles(page)[0]}, read")
    assert kept(page)["read"] == [first]
    expect(page.locator(f"{CONTENTS} .is-read")).to_have_count(1)

    go_to(page, second)
    page.wait_for_function("([key, id]) => JSON.parse(localStorage.getItem(key)).at === id", arg=[KEY, second])
    page.context.add_init_script(WATCH)
    reader.open("index.html")
    reader.open(CHAPTER)
    back = page.locator(f"{ROW} a")
    expect(page.locator(ROW)).to_have_text(f"Continue where you stopped: {titles(page)[1]}")
    assert page.evaluate("scrollY") == 0, "nobody is taken there who has not asked"
    expect(link).to_have_text(f"{titles(page)[0]}, read")
    page.wait_for_timeout(500)
    assert page.evaluate("tops.size") == 1, "the way back moves nothing"
    page.evaluate(AXE)
    assert violations(page, ROW) == violations(page, CONTENTS) == []
    back.click()
    page.wait_for_timeout(1500)
    assert abs(page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", second)) < 120

    reader.open(PROGRESS)
    page.get_by_role("button", name="Erase", exact=True).click()
    page.get_by_role("button", name="Yes, erase").click()
    assert kept(page) is None
    reader.open(CHAPTER)
    expect(page.locator(ROW)).to_be_hidden()
    expect(page.locator(f"{CONTENTS} .is-read")).to_have_count(0)
    assert reader.errors == [] and reader.elsewhere() == []
    reader.close()


def test_a_leap_to_the_end_of_a_section_has_read_nothing(browser, server):
    reader = Reader(browser, server)
    page = reader.open(CHAPTER)
    for section in section_ids(page):
        go_to(page, section)
        page.wait_for_timeout(1200)
    assert set(kept(page)["read"]) <= {section_ids(page)[-1]}, "the last may be shorter than the screen"
    reader.close()


@pytest.mark.parametrize(
    "text", ["", "null", "17", "[]", "{", '{"at": 3, "read": 5}', '{"at": "gone", "read": ["gone"]}', '{"read": null}']
)
def test_what_another_edition_has_kept_leads_nowhere(text, browser, server):
    reader = Reader(browser, server)
    reader.context.add_init_script(f"localStorage.setItem({json.dumps(KEY)}, {json.dumps(text)})")
    page = reader.open(CHAPTER)
    expect(page.locator(ROW)).to_be_hidden()
    page.wait_for_timeout(1500)
    assert reader.errors == []
    reader.close()


def test_a_chapter_that_was_read_whole_offers_no_way_back(browser, server):
    reader = Reader(browser, server)
    page = reader.open(CHAPTER)
    ids = section_ids(page)
    for read, hidden in ((ids, True), (ids[:-1], False)):
        keep(page, at=ids[-1], read=read)
        page.reload()
        assert page.locator(ROW).is_hidden() == hidden
    reader.close()


def test_storage_that_refuses_is_quiet(browser, own_server):
    for head in (NO_STORAGE, "<script>Storage.prototype.setItem = () => { throw new Error('full'); };</script>"):
        own_server.in_head = head
        own_server._handler.in_head = head
        reader = Reader(browser, own_server)
        page = reader.open(CHAPTER)
        go_to(page, section_ids(page)[1])
        page.wait_for_timeout(1500)
        expect(page.locator(ROW)).to_be_hidden()
        assert reader.errors == []
        reader.close()


def test_another_tab_shows_what_this_one_has_kept(browser, server):
    reader = Reader(browser, server)
    page = reader.open(CHAPTER)
    other = reader.context.new_page()
    other.goto(f"{server.address}/{PROGRESS}")
    first = section_ids(page)[0]
    keep(other, at=first, read=[first])
    expect(page.locator(f"{CONTENTS} .is-read")).to_have_count(1)
    other.evaluate("localStorage.clear()")
    expect(page.locator(f"{CONTENTS} .is-read")).to_have_count(0)
    reader.close()


# -- proofs, code, notes ---------------------------------------------------------------------------------


def test_a_proof_folds_by_its_name_with_and_without_scripts_and_opens_for_an_address(browser, server):
    for scripts in (True, False):
        reader = Reader(browser, server, java_script_enabled=scripts)
        page = reader.open(WITH_PROOFS)
        proof = page.locator("details.proof-text").first
        expect(proof.locator("p").first).to_be_visible()
        proof.locator("summary").press("Enter")
        expect(proof.locator("p").first).to_be_hidden()
        expect(page.locator(".prove").filter(has=proof).locator("p > strong").first).to_be_visible()
        reader.close()

    reader = Reader(browser, server)
    page = reader.open(WITH_PROOFS)
    page.evaluate(
        """document.querySelectorAll("details.foldable").forEach((proof, i) => {
          proof.open = false;
          proof.querySelector("p").id = `within-${i}`;
        })"""
    )
    page.evaluate("location.hash = 'within-2'")
    expect(page.locator("#within-2")).to_be_in_viewport()
    reader.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_beats_are_told_apart_by_their_signs(scheme, browser, server):
    reader = Reader(browser, server, color_scheme=scheme)
    page = reader.open("book/how_to_read.html")
    read = """beat => {
      const title = beat.querySelector(":scope > .admonition-title");
      const { content, fontFamily, color } = getComputedStyle(title, "::before");
      return [content, fontFamily.includes("Awesome"), color];
    }"""
    beats = ("predict", "play", "prove", "practise")
    seen = [page.locator(f".admonition.{beat}").first.evaluate(read) for beat in beats]
    assert len({content for content, _, _ in seen}) == 4 and all(drawn for _, drawn, _ in seen)
    assert all(content.endswith('/ ""') for content, _, _ in seen), "a sign is not read aloud"
    assert len({colour for _, _, colour in seen}) == 4
    reader.close()


def test_the_button_of_code_is_small_and_can_be_hit_by_a_finger(browser, server):
    for width, least, most in ((1280, 24, 30), (360, 44, 50)):
        reader = Reader(browser, server, viewport={"width": width, "height": 800})
        page = reader.open(WITH_PROOFS)
        page.evaluate(WHOLE)
        box = page.locator(".live-cell > details.hide > summary").first.bounding_box()
        assert least <= box["height"] <= most and box["width"] < 200, box
        reader.close()


NOTES = """() => [...document.querySelectorAll(".noted")].map((noted) => {
  const parts = [noted, noted.children[0], noted.querySelector(".footnote-list")];
  const [row, block, list] = parts.map((part) => part.getBoundingClientRect());
  return {
    beside: list.left >= block.right,
    below: list.top >= block.bottom,
    inside: list.right <= row.right + 1 && list.bottom <= row.bottom + 1,
    level: Math.abs(list.top - block.top),
  };
})"""


@pytest.mark.parametrize("width", [360, 1280, 1600, 1920])
def test_a_note_stands_beside_its_block_where_there_is_room_and_else_below_it(width, browser, server):
    reader = Reader(browser, server, viewport={"width": width, "height": 900})
    page = reader.open(WITH_NOTES)
    page.evaluate(WHOLE)
    places = page.evaluate(NOTES)
    assert places
    for place in places:
        assert place["inside"]
        assert place["beside"] and place["level"] < 12 if width >= 1600 else place["below"], place
    reader.close()


# -- keys ------------------------------------------------------------------------------------------------


def test_the_keys_of_every_page_and_of_a_slider_do_what_their_page_says(browser, server):
    reader = Reader(browser, server)
    page = reader.open(CHAPTER)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id || location.hash") in ("main-content", "#main-content")
    dialog = page.locator("#pst-search-dialog")
    page.keyboard.press("Control+k")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    slider = page.locator("[data-control] input[type=range]").first
    slider.focus()
    values = []
    for key in ("Home", "ArrowRight", "PageUp", "ArrowLeft", "End"):
        page.keyboard.press(key)
        values.append(float(slider.input_value()))
    low, high = (float(slider.get_attribute(end)) for end in ("min", "max"))
    assert values[0] == low and values[4] == high
    assert low < values[1] < values[2] and values[1] <= values[3] < values[2]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.live-number')")
    assert reader.errors == []
    reader.close()
