"""A link to a state opens that state; a wrong one is said and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from reading import ROOT, START_MS, LiveFigure, Reader

PAGE, NAME = "chapters/physics/symmetry_breaking.html", "symmetry_breaking.free_energy"


@pytest.fixture
def reader(browser, server) -> Iterator[Reader]:
    reader = Reader(browser, server, permissions=["clipboard-read", "clipboard-write"])
    yield reader
    reader.close()


def test_a_copied_link_opens_the_same_state(reader, browser, server):
    page = reader.open(PAGE)
    figure = LiveFigure(page, NAME)
    figure.control("h").locator("[type=range]").press("ArrowRight")
    figure.wait_until_live()
    figure.control("law").locator("select").select_option("m in a field at t = 0")
    shown = figure.seen()
    figure.root.get_by_role("button", name="Copy link to this state").click()
    expect(figure.root.locator(".live-remark")).to_have_text("The link to this state is copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url and link.split("#")[1].startswith(f"figure={NAME}&h=0.005&law=m+in+a+field")

    other = Reader(browser, server)
    opened = LiveFigure(other.open(link.removeprefix(f"{server.address}/")), NAME)
    opened.wait_until_live()
    assert opened.seen() == shown
    expect(opened.root).to_be_in_viewport()
    assert other.errors == reader.errors == []
    other.close()


def test_a_wrong_address_is_said_and_keeps_the_defaults_and_starts_nothing(reader):
    figure = LiveFigure(reader.open(f"{PAGE}#figure={NAME}&h=7&colour=red"), NAME)
    expect(figure.root.locator(".live-remark")).to_contain_text("“tilt h” lies between −0.300 and 0.300, not at 7")
    expect(figure.root.locator(".live-remark")).to_contain_text("there is no control “colour”")
    expect(figure.control("h").locator(".live-number")).to_have_value("0.000")
    assert figure.root.get_attribute("data-state") is None and reader.asked_for("worker") == []


def test_reset_of_a_stored_picture_starts_nothing(reader):
    figure = LiveFigure(reader.open(PAGE), NAME)
    figure.root.get_by_role("button", name="Reset").dispatch_event("click")
    reader.page.wait_for_timeout(500)
    assert figure.root.get_attribute("data-state") is None
    assert reader.page.evaluate("performance.getEntriesByName('live:touch').length") == 0
    assert reader.asked_for("worker") == []


@pytest.mark.parametrize(("mode", "ground"), [("dark", "rgb(18, 18, 18)"), ("light", "rgb(255, 255, 255)")])
def test_a_figure_s_own_page_is_as_light_as_the_reader_has_chosen(browser, server, mode, ground):
    other = Reader(browser, server, color_scheme="light" if mode == "dark" else "dark")
    page = other.open(PAGE)
    page.evaluate("mode => localStorage.setItem('mode', mode)", mode)
    other.open(f"figures/{NAME.replace('.', '/')}.html")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground
    assert page.evaluate("getComputedStyle(document.querySelector('.live-panel img')).filter !== 'none'") == (
        mode == "dark"
    )
    assert other.errors == []
    other.close()


def test_an_address_of_another_page_s_figure_is_said(reader):
    page = reader.open(f"{PAGE}#figure=landing.cooling")
    expect(page.locator(".live-toolbar [role=status]")).to_contain_text("“landing.cooling”, which is not on this page")


@pytest.mark.parametrize("late", [False, True])
def test_an_old_address_of_a_figure_leads_on_to_its_new_page_in_the_same_state(reader, late):
    page, old, state = reader.page, "chapters/scaling/train_it_yourself.html", "ability=trained+pairs&power=2.5"
    asked = f"#figure=train_it_yourself.metric&{state}"
    if late:
        reader.open(old).evaluate("hash => { location.hash = hash; }", asked)
    else:
        page.goto(f"{reader.server.address}/{old}{asked}", wait_until="commit")
    expect(page).to_have_url(re.compile(re.escape(f"/scaling/mirage.html#figure=mirage.powers&{state}")))
    page.wait_for_load_state()
    figure = LiveFigure(page, "mirage.powers")
    figure.wait_until_live()
    expect(figure.control("power").locator(".live-number")).to_have_value("2.5")
    assert figure.seen()[1].startswith("Trained pairs") and reader.errors == []
    expect(figure.root.locator(".live-remark")).to_be_hidden()


def test_an_address_is_followed_when_it_changes_on_the_page(reader):
    page = reader.open(PAGE)
    page.evaluate(f"location.hash = 'figure={NAME}&t=0.5'")
    figure = LiveFigure(page, NAME)
    figure.wait_until_live()
    assert figure.seen()[1].startswith("t = 0.50,")


def test_a_link_can_be_followed_again_and_its_state_is_left_with_the_first_move(reader):
    page = reader.open(f"{PAGE}#figure={NAME}&h=0.1")
    figure = LiveFigure(page, NAME)
    figure.wait_until_live()
    figure.control("h").locator("[type=range]").press("ArrowRight")
    assert "#" not in page.url
    page.evaluate(f"location.hash = 'figure={NAME}&h=0.1'")
    expect(figure.control("h").locator(".live-number")).to_have_value("0.100")
    page.evaluate(f"location.hash = 'figure={NAME}&h=9'")
    expect(figure.root.locator(".live-remark")).to_be_visible()
    page.evaluate("location.hash = ''")
    expect(figure.root.locator(".live-remark")).to_be_hidden()


def test_a_figure_s_own_page_runs_in_a_frame_with_its_state_and_does_not_scroll_the_page_around_it(browser, own_server):
    address = "/figures/two_limits/islands.html#figure=two_limits.islands&temperature=1"
    frame = f'<p style="height: 2500px"></p><iframe src="{address}" width="760" height="700"></iframe>'
    lesson = f"<!doctype html><title>Lesson</title><link rel=icon href=data:,>{frame}"
    own_server.replaced["/lesson.html"] = lesson.encode()
    reader = Reader(browser, own_server)
    page = reader.open("lesson.html")
    figure = page.frame_locator("iframe").locator(".live-figure")
    expect(figure).to_have_attribute("data-state", "live", timeout=START_MS)
    expect(figure.locator(".live-sentence")).to_contain_text("T = 1.00, plus spins at the edge.")
    assert page.evaluate("scrollY") == 0
    assert page.frame_locator("iframe").locator("button:visible").first.text_content() == "Reset"
    assert reader.errors == [] and reader.elsewhere() == []
    reader.close()


def test_the_own_page_of_a_figure_that_has_moved_leads_on_with_its_state(reader):
    page = reader.open("figures/train_it_yourself/parity.html#figure=train_it_yourself.parity&width=128")
    page.wait_for_url("**/figures/watch_it_learn/parity.html#figure=watch_it_learn.parity&width=128")
    figure = LiveFigure(page, "watch_it_learn.parity")
    figure.wait_until_live()
    expect(figure.control("width").locator(".live-number")).to_have_value("128")
    page.go_back()
    assert page.url == "about:blank"


def test_the_frame_of_the_page_for_instructors_runs_in_its_sandbox_and_leads_back(browser, server, own_server):
    [frame] = re.findall(r"<iframe.*?</iframe>", (ROOT / "book" / "teaching.md").read_text("utf-8"), re.DOTALL)
    assert 'sandbox="' in frame and frame.count("SITE") == 1
    lesson = f"<!doctype html><title>Lesson</title><link rel=icon href=data:,>{frame.replace('SITE', server.address)}"
    own_server.replaced["/lesson.html"] = lesson.encode()
    reader = Reader(browser, own_server)
    page = reader.open("lesson.html")
    figure = page.frame_locator("iframe").locator(".live-figure")
    expect(figure).to_have_attribute("data-state", "live", timeout=START_MS)
    sentence = figure.locator(".live-sentence")
    expect(sentence).to_contain_text("T = 1.00")
    [title] = re.findall(r'title="([^"]+)"', frame)
    expect(page.frame_locator("iframe").get_by_role("heading", name=title)).to_be_visible()
    before = sentence.inner_text()
    figure.locator("[type=range]").first.press("ArrowRight")
    expect(sentence).not_to_have_text(before)
    assert reader.errors == []
    page.frame_locator("iframe").locator(".own-source a").click()
    expect(page).to_have_url(re.compile(r"/chapters/physics/two_limits\.html"))
    reader.close()
