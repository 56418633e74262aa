"""The ledger as a reader uses it: filtered, shared, gone back from, led into, printed, by keys and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from reading import SITE, WHOLE, Reader
from test_axe import AXE, violations

from book.extension import claims

PAGE = "book/ledger.html"
ANSWERED = claims.read_ledger().answered
MEASURED = next(claim for claim in ANSWERED if claim.status == "measured")
# The claims that can be seen, without those that only hold the cards of their parts.
SHOWN = """() => [...document.querySelectorAll("section.claim:not(.claim-group)")]
  .filter((card) => card.checkVisibility()).map((card) => card.id.slice("claim-".length))"""


@pytest.fixture
def reader(browser, server) -> Iterator[Reader]:
    reader = Reader(browser, server)
    yield reader
    assert reader.errors == [] and reader.elsewhere() == []
    reader.close()


def with_status(status: str, source: str = "ABC") -> list[str]:
    return [claim.id for claim in ANSWERED if claim.status == status and claim.id[0] in source]


def button(page: Page, words: str):
    return page.locator(".claim-filter").get_by_role("button", name=re.compile(rf"^{words} \d"))


def voice(page: Page):
    return page.get_by_role("status").filter(has_text="claims")


def test_a_status_and_a_source_leave_their_claims_and_say_how_many(reader):
    page = reader.open(PAGE)
    assert page.evaluate(SHOWN) == [claim.id for claim in ANSWERED]
    button(page, "false as stated").click()
    assert page.evaluate(SHOWN) == with_status("false")
    expect(button(page, "false as stated")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Said by").select_option("B")
    left = with_status("false", "B")
    assert page.evaluate(SHOWN) == left
    expect(voice(page)).to_have_text(re.compile(rf"^{len(left)} of {len(ANSWERED)} claims: false as stated, said by B"))
    expect(page.locator("#source-A")).to_be_hidden()
    expect(button(page, "proved")).to_contain_text(f"{len(with_status('proved', 'B'))} of {len(with_status('proved'))}")
    button(page, "false as stated").click()  # what is pressed again is released
    assert page.evaluate(SHOWN) == [claim.id for claim in ANSWERED if claim.id[0] == "B"]


def test_a_page_leaves_the_claims_that_it_cites(reader):
    page = reader.open(PAGE)
    page.get_by_label("Cited in").select_option(label="Which limit first?")
    shown = page.evaluate(SHOWN)
    assert {"A6a", "A9a", "A9b"} <= set(shown) and "B1a" not in shown


def test_an_address_with_a_filter_opens_filtered_and_back_goes_back(reader):
    page = reader.open(f"{PAGE}?status=false&source=B")
    assert page.evaluate(SHOWN) == with_status("false", "B")
    expect(page.get_by_label("Said by")).to_have_value("B")
    button(page, "measured").click()
    assert page.url.endswith("?status=measured&source=B")
    page.get_by_role("button", name=re.compile("^Show all")).click()
    assert page.url.endswith(PAGE) and len(page.evaluate(SHOWN)) == len(ANSWERED)
    page.go_back()
    assert page.evaluate(SHOWN) == with_status("measured", "B")
    page.go_back()
    assert page.evaluate(SHOWN) == with_status("false", "B")
    expect(button(page, "false as stated")).to_have_attribute("aria-pressed", "true")
    page.go_forward()
    assert page.evaluate(SHOWN) == with_status("measured", "B")


def test_what_no_claim_has_is_asked_for_in_vain(reader):
    page = reader.open(f"{PAGE}?status=settled&chapter=%3Cb%3E&highlight=loss")
    assert len(page.evaluate(SHOWN)) == len(ANSWERED)
    expect(voice(page)).to_have_text(f"{len(ANSWERED)} claims")


def test_where_nothing_fits_the_page_says_so_and_has_a_way_back(reader):
    assert not with_status("open", "B")
    page = reader.open(f"{PAGE}?status=open&source=B")
    assert page.evaluate(SHOWN) == []
    expect(voice(page)).to_have_text(re.compile(f"^None of {len(ANSWERED)} claims: open, said by B"))
    page.get_by_role("button", name=f"Show all {len(ANSWERED)} claims").press("Enter")
    assert len(page.evaluate(SHOWN)) == len(ANSWERED)


def test_an_address_leads_to_a_claim_that_the_filter_would_hide(reader):
    page = reader.open(f"{PAGE}?status=open#{MEASURED.anchor}")
    expect(page.locator(f"#{MEASURED.anchor}")).to_be_in_viewport()
    assert set(page.evaluate(SHOWN)) == {MEASURED.id, *with_status("open")}
    expect(voice(page)).to_contain_text(f"{MEASURED.id}, to which the address leads")
    button(page, "proved").click()
    assert page.evaluate(SHOWN) == with_status("proved"), "a new choice leaves the old place"


def test_a_link_of_the_page_leads_to_a_claim_that_is_hidden(reader):
    page = reader.open(f"{PAGE}?status=false")
    link = page.locator('article a[href="#claim-C1"]').first
    link.click()
    expect(page.locator("#claim-C1")).to_be_in_viewport()
    page.go_back()
    expect(page.locator("#claim-C1")).to_be_hidden()


def test_a_claim_in_parts_that_is_led_to_shows_all_of_them(reader):
    page = reader.open(f"{PAGE}?status=open#claim-B5")
    assert {"B5a", "B5b"} <= set(page.evaluate(SHOWN))


def test_the_filter_works_by_keys_alone_and_keeps_the_focus(reader):
    page = reader.open(PAGE)
    page.locator(".claim-filter button").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(button(page, "measured")).to_be_focused()
    assert page.evaluate(SHOWN) == with_status("measured")
    page.get_by_label("Said by").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Said by")).to_be_focused()
    assert page.evaluate(SHOWN) == with_status("measured", "A")


def test_without_scripts_all_claims_stand_and_nothing_pretends_to_filter(browser, server):
    reader = Reader(browser, server, java_script_enabled=False)
    page = reader.open(f"{PAGE}?status=false")
    for card in page.locator("section.claim").all():
        assert card.is_visible()
    assert not page.locator(".claim-filter :is(button, select, [role=status])").filter(visible=True).count()
    assert page.locator(".claim-statuses span.claim-badge").filter(visible=True).count() == len(claims.STATUS_WORDS)
    reader.close()


def test_what_is_shown_is_what_is_printed(reader):
    page = reader.open(f"{PAGE}?status=contested")
    page.emulate_media(media="print")
    assert page.evaluate(SHOWN) == with_status("contested")
    assert not page.locator(".claim-filter :is(button, select)").filter(visible=True).count()
    expect(voice(page)).to_be_visible()


def test_from_a_folder_the_filter_works(browser):
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((SITE / PAGE).as_uri())
    button(page, "proved").click()
    assert page.evaluate(SHOWN) == with_status("proved") and errors == []
    page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_ledger_fits_and_axe_finds_nothing(browser, server, width):
    reader = Reader(browser, server, viewport={"width": width, "height": 740})
    page = reader.open(f"{PAGE}?status=false")
    page.evaluate(WHOLE)
    page.locator(".claim-evidence:visible").first.locator("summary").press("Enter")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(AXE)
    assert violations(page, "article") == []
    reader.close()


def test_forced_colours_show_which_status_is_chosen(browser, server):
    reader = Reader(browser, server, forced_colors="active")
    page = reader.open(f"{PAGE}?status=false")
    outline = "element => getComputedStyle(element).outlineStyle"
    assert button(page, "false as stated").evaluate(outline) != "none"
    assert button(page, "measured").evaluate(outline) == "none"
    reader.close()
