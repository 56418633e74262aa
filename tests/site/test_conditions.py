"""The pages under poor conditions: no storage, no scripts, a frame without an origin, a folder, forced colours."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from serve import serving

CHAPTER = "chapters/scaling/loss_threshold.html"
PHONE = {"width": 360, "height": 740}
CANVAS = {"light": (255, 255, 255), "dark": (0, 0, 0)}

# What a browser may do with the two storages.
STORAGES = {
    "refused": "{ get() { throw new DOMException('The request was denied.', 'SecurityError'); } }",
    "none": "{ value: null }",
    "full": """{ value: {
      getItem: () => null, removeItem() {}, setItem() { throw new DOMException('It is full.', 'QuotaExceededError'); },
    } }""",
}
REPLACE = """for (const name of ["localStorage", "sessionStorage"]) {{
  Object.defineProperty(window, name, {{ configurable: true, ...{storage} }});
}}"""


@pytest.fixture(scope="module")
def address(site):
    with serving(site) as address:
        yield address


@pytest.fixture
def visit(browser, address):
    """Open a page under conditions, which are those of a browser's context; an error of a script fails the test."""
    contexts, errors = [], []

    def open_page(name, script=None, **conditions):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | conditions)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(name if ":" in name else address + name)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


# -- storage ---------------------------------------------------------------------------------------------


@pytest.fixture(params=STORAGES)
def forgetful(request):
    """A script that leaves a page without a storage that works."""
    return REPLACE.format(storage=STORAGES[request.param])


def test_without_storage_the_theme_follows_the_system_and_its_switch(visit, forgetful):
    page = visit(CHAPTER, forgetful, color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    seen = set()
    for _ in range(3):
        page.locator(".theme-switch-button").first.click()
        seen.add(page.locator("html").get_attribute("data-theme"))
    assert seen == {"light", "dark"}


def test_without_storage_the_search_lists_and_its_hits_are_marked(visit, forgetful):
    page = visit("search.html?q=threshold", forgetful)
    page.locator("#search-results li a").filter(has_text="The loss threshold").first.click()
    expect(page.locator("article .highlighted").first).to_be_in_viewport()


def test_without_storage_the_menu_of_a_phone_opens(visit, forgetful):
    page = visit(CHAPTER, forgetful, viewport=PHONE)
    page.locator(".primary-toggle").click()
    expect(page.locator("dialog[open] .bd-links a").first).to_be_visible()


# The number of elements, once it is the same as half a second before.
SETTLED = """(selector) => {
  const [before, now] = [self.counted, (self.counted = document.querySelectorAll(selector).length)];
  return before === now && now;
}"""


def test_without_storage_what_is_wide_is_reached_by_key(visit, forgetful):
    counts = []
    for script in (forgetful, None):
        page = visit(CHAPTER, script, viewport=PHONE)
        page.evaluate("document.querySelector('article').style.setProperty('--when-far', 'visible')")
        boxes = 'main [role="group"][tabindex="0"]'
        counts.append(page.wait_for_function(SETTLED, arg=boxes, polling=500).json_value())
    assert counts[0] == counts[1] > 5


def test_a_frame_without_an_origin_shows_a_usable_page(browser, address):
    """A sandboxed frame throws at the word: localStorage, sessionStorage, caches, navigator.serviceWorker."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    context.add_init_script(
        """self.failures = [];
        addEventListener("error", ({ message }) => self.failures.push(message));
        addEventListener("unhandledrejection", ({ reason }) => self.failures.push(`${reason}`));"""
    )
    page = context.new_page()
    page.goto(address + "404.html")  # around it a secure page, or the frame would have none of the four
    frame = f'<iframe sandbox="allow-scripts" src="{address}{CHAPTER}" width="1200" height="800"></iframe>'
    page.evaluate("frame => { document.body.innerHTML = frame; }", frame)
    inside = page.frame_locator("iframe")
    expect(inside.locator("html")).to_have_attribute("data-theme", "dark")
    seen = set()
    for _ in range(3):
        inside.locator(".theme-switch-button").first.click()
        seen.add(inside.locator("html").get_attribute("data-theme"))
    assert seen == {"light", "dark"}
    page.wait_for_timeout(500)
    assert page.frames[1].evaluate("failures") == []
    context.close()


# -- scripts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["index.html", CHAPTER])
def test_without_scripts_a_page_has_the_colours_that_scripts_would_choose(visit, name):
    """Of each colour of the theme, and of code, in light and in dark."""
    read = """() => {
      const probe = document.querySelector("article").appendChild(document.createElement("p"));
      const names = ["background", "surface", "text-base", "text-muted", "link", "primary", "success-bg"];
      const theme = names.map((name) => {
        probe.style.color = `var(--pst-color-${name})`;
        return getComputedStyle(probe).color;
      });
      probe.remove();
      const code = [...document.querySelectorAll(".highlight span")].slice(0, 30).map((e) => getComputedStyle(e).color);
      return [getComputedStyle(document.body).backgroundColor, ...theme, ...code];
    }"""
    seen = {}
    for scheme in ("light", "dark"):
        colours = [
            visit(name, java_script_enabled=scripts, color_scheme=scheme, reduced_motion="reduce").evaluate(read)
            for scripts in (True, False)
        ]
        assert colours[0] == colours[1], scheme
        seen[scheme] = colours[1]
    assert seen["light"][:2] != seen["dark"][:2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_scripts_the_text_can_be_read_and_solutions_unfold(visit, scheme):
    page = visit(CHAPTER, java_script_enabled=False, color_scheme=scheme)
    expect(page.locator(".without-scripts")).to_have_count(1)
    expect(page.locator(".without-scripts")).to_contain_text("JavaScript is off")
    for dead in (".search-button-field", ".theme-switch-button", ".live-toolbar", ".live-controls", ".primary-toggle"):
        assert not page.locator(dead).first.is_visible(), dead
    solution = page.locator(".solution").first
    assert not solution.locator("section").is_visible()
    box = solution.locator("summary").bounding_box()
    solution.locator("summary").click(position={"x": box["width"] - 20, "y": box["height"] / 2})
    assert solution.locator("section").is_visible()


def test_without_scripts_the_contents_stand_below_the_text_of_a_phone(visit):
    page = visit(CHAPTER, java_script_enabled=False, viewport=PHONE)
    contents = page.locator(".bd-sidebar-primary .bd-links")
    assert contents.is_visible()
    assert contents.bounding_box()["y"] > page.locator("article").bounding_box()["height"]
    contents.get_by_role("link", name="Glossary").click()
    expect(page.locator("h1").first).to_contain_text("Glossary")


def test_with_scripts_nothing_says_that_they_are_off(visit):
    assert not visit(CHAPTER).locator(".without-scripts").is_visible()


# -- a folder --------------------------------------------------------------------------------------------


def test_a_page_opened_from_a_folder_has_its_theme_its_solutions_and_the_search(visit, site):
    page = visit((site / CHAPTER).as_uri(), color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator(".theme-switch-button").first.click()
    solution = page.locator(".solution").first
    expect(solution.locator("section")).to_be_hidden()
    solution.locator("summary").press("Enter")
    expect(solution.locator("section")).to_be_visible()
    page = visit((site / "search.html").as_uri() + "?q=threshold")
    page.locator("#search-results li a").filter(has_text="The loss threshold").first.click()
    expect(page.locator("article .highlighted").first).to_be_in_viewport()


# -- colours ---------------------------------------------------------------------------------------------


def pixels(locator):
    """The pixels of an element's box."""
    return np.asarray(Image.open(io.BytesIO(locator.screenshot())).convert("RGB"), int)


def rail_can_be_seen(slider, canvas):
    """Whether a line of one colour, far from that of the canvas, runs through the middle of a slider."""
    seen = pixels(slider)
    middle = seen[seen.shape[0] // 2, 3:-3]
    return (np.abs(middle - canvas).max(axis=1) > 100).mean() > 0.8


@pytest.mark.parametrize("scheme", CANVAS)
def test_forced_colours_show_the_rail_of_a_slider(visit, scheme):
    page = visit("index.html", forced_colors="active", color_scheme=scheme)
    slider = page.locator(".live-control input[type=range]").first
    slider.scroll_into_view_if_needed()
    assert rail_can_be_seen(slider, CANVAS[scheme])
    seen = pixels(slider)
    assert (np.abs(seen - CANVAS[scheme]).max(axis=2) > 100).any(axis=1).sum() >= 20, "the handle is 24 pixels high"


def test_forced_colours_tell_apart_what_backgrounds_tell_apart(visit):
    page = visit(CHAPTER, forced_colors="active")
    current = page.locator(".bd-links li.active > a.current").first
    other = page.locator(".bd-links li:not(.active) > a").first
    widths = [link.evaluate("link => getComputedStyle(link).borderInlineStartWidth") for link in (current, other)]
    assert widths == ["3px", "0px"]
    for name in (".claim-badge", ".live-figure", ".live-actions button", ".admonition.predict", ".solution"):
        sides = page.locator(name).first.evaluate(
            "box => [getComputedStyle(box).borderLeftWidth, getComputedStyle(box).borderLeftStyle]"
        )
        assert sides[0] != "0px" and sides[1] != "none", name
    page = visit(f"{CHAPTER}?highlight=threshold", forced_colors="active")
    marked = page.locator("article .highlighted").first
    expect(marked).to_be_visible()
    around = marked.evaluate("mark => getComputedStyle(mark.closest('body')).backgroundColor")
    assert marked.evaluate("mark => getComputedStyle(mark).backgroundColor") != around


@pytest.mark.parametrize("name", ["index.html", CHAPTER])
def test_dark_panels_have_the_ground_of_the_page(visit, name):
    page = visit(name, color_scheme="dark", reduced_motion="reduce")
    panel = page.locator(".live-panel").first
    panel.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete && image.naturalWidth", arg=panel.locator("img").element_handle())
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    wanted = [int(part) for part in re.findall(r"\d+", ground)[:3]]
    corner = pixels(panel)[:4, :4].reshape(-1, 3)
    assert np.abs(corner - wanted).max() <= 2, f"{corner[0]} on {ground}"
