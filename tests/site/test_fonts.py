"""Typefaces: light, with every sign that the book shows, and without a shift of the page."""

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect
from serve import serving

from book.extension import fonts

FACE = re.compile(r"@font-face\{([^}]*)\}")


def faces(style):
    """Each face's declarations, by name."""
    for body in FACE.findall(style):
        yield dict(part.split(":", 1) for part in re.split(r";(?=[a-z-]+:)", body.rstrip(";")))


def content(site, face):
    address = re.search(r"url\(([^)]+)\)", face["src"])[1].strip('"')
    if address.startswith("data:"):
        return base64.b64decode(address.partition(",")[2])
    return (site / "_static" / address).read_bytes()


@pytest.fixture(scope="module")
def style(site):
    return (site / "_static" / "site.css").read_text("utf-8")


def test_the_typefaces_of_text_and_labels_weigh_at_most_60_kb(site, style, capsys):
    own = [face for face in faces(style) if face["font-family"].strip('"') in (fonts.SERIF, fonts.SANS)]
    sizes = [len(content(site, face)) for face in own]
    with capsys.disabled():
        print(f"\ntypefaces: {', '.join(f'{size:,}' for size in sizes)}; {sum(sizes):,} bytes")
    assert len(own) == len(fonts.FACES)
    assert sum(sizes) <= 60_000


def test_the_fonts_of_the_text_have_all_letters_of_the_pages(site, style, text_pages):
    texts = [text for page in text_pages.values() for text in page.select_one("article").find_all(string=True)]
    outside = [text for text in texts if not text.find_parent(class_="katex")]  # formulas have fonts of their own
    letters = {c for text in outside for c in text if c.isalpha() and c < "\u0370"}
    for face in faces(style):
        if face["font-family"].strip('"') in (fonts.SERIF, fonts.SANS):
            has = TTFont(io.BytesIO(content(site, face))).getBestCmap()
            assert not {c for c in letters if ord(c) not in has}, face


def test_each_sign_of_a_formula_is_in_the_light_part_of_a_font_or_in_its_rest(site, style):
    """The parts of one face share no code point, and together have those of the whole font."""
    parts = {}
    for face in faces(style):
        if face["font-family"].startswith("KaTeX"):
            parts.setdefault((face["font-family"], face["font-weight"], face["font-style"]), []).append(face)
    assert len(parts) >= 5
    for name, both in parts.items():
        ranges = [codes(face["unicode-range"]) for face in both if "unicode-range" in face]
        if not ranges:
            continue
        light, rest = ranges
        whole = TTFont(io.BytesIO(content(site, both[1])))
        assert not light & rest, name
        assert light | rest == set(whole.getBestCmap()), name
        assert light <= set(TTFont(io.BytesIO(content(site, both[0]))).getBestCmap()), name
        assert len(content(site, both[0])) < len(content(site, both[1])), name


def codes(text):
    found = set()
    for run in text.split(","):
        first, _, last = run.strip().upper().removeprefix("U+").partition("-")
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


@given(st.sets(st.integers(0, 0x10FFFF), min_size=1, max_size=30))
def test_ranges_are_written_as_css_reads_them(found):
    assert codes(fonts.unicode_range(found)) == found


def test_text_and_labels_stand_in_their_typefaces_and_nothing_moves(site, browser):
    with serving(site) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(
            "window.shifts = 0; const add = list => list.getEntries().forEach(entry => shifts += entry.value);"
            "new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true})"
        )
        page.goto(address + "chapters/physics/symmetry_breaking.html", wait_until="networkidle")
        loaded = page.evaluate("[...document.fonts].filter(it => it.status === 'loaded').map(it => it.family)")
        assert {fonts.SERIF, fonts.SANS} <= {family.strip('"') for family in loaded}
        expect(page.locator("article h1")).to_have_css("font-family", re.compile(fonts.SANS))
        expect(page.locator("article section > p").first).to_have_css("font-family", re.compile(fonts.SERIF))
        assert page.evaluate("shifts") < 0.01
        page.close()


FULL_LINE = """() => {
  const paragraphs = [...document.querySelectorAll("article section > p:not(:has(.katex))")];
  const longest = paragraphs.reduce((a, b) => a.textContent.length > b.textContent.length ? a : b);
  const context = document.createElement("canvas").getContext("2d");
  context.font = getComputedStyle(longest).font;
  const text = longest.textContent.replace(/\\s+/g, " ").trim();
  return longest.getBoundingClientRect().width / context.measureText(text).width * text.length;
}"""


def wait_for_fonts(route):
    """On a busy machine the typefaces come late, and are then left out; here the page waits for them."""
    style = route.fetch()
    assert "font-display:optional" in (text := style.text())
    route.fulfill(response=style, body=text.replace("font-display:optional", "font-display:block"))


@pytest.mark.parametrize(("width", "least"), [(360, 30), (1280, 60), (1920, 60)])
def test_a_full_line_has_60_to_75_characters_where_the_screen_has_room(site, browser, width, least):
    with serving(site) as address:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.route(re.compile(r"/site\.css"), wait_for_fonts)
        page.goto(address + "chapters/physics/symmetry_breaking.html")
        page.evaluate("Promise.all([...document.fonts].map(face => face.load()))")
        characters = page.evaluate(FULL_LINE)
        page.close()
    assert least <= characters <= 75
