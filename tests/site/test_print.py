"""A chapter on paper: text, figures, proofs, exercises and where links lead; no buttons, no dark ink."""

import io
import re
import unicodedata
from functools import cache

import pytest
from pypdf import PdfReader
from serve import serving

CHAPTER = "chapters/scaling/loss_threshold.html"
WITH_LINKS = "book/references.html"

# A print dialog waits for the pictures that the reader has not come near yet; page.pdf() does not.
LOAD_PICTURES = """Promise.all([...document.images].map(image => {
  image.loading = "eager";
  return image.decode();
}))"""


@pytest.fixture(scope="module")
def printed(site, browser):
    """The chapter as PDF: in light, in dark, its first solution unfolded and its proofs folded; a page with links."""
    with serving(site) as address:
        documents = {}
        page = browser.new_page()
        page.goto(address + CHAPTER, wait_until="networkidle")  # from now on the fonts of its text are at hand
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(address + CHAPTER, wait_until="networkidle")
            page.evaluate(LOAD_PICTURES)
            page.evaluate("Promise.all([...document.fonts].map(face => face.load()))")  # those of formulas far below
            documents[scheme] = PdfReader(io.BytesIO(page.pdf(format="A4")))
            assert page.locator("html").get_attribute("data-theme") == scheme, "the screen is as it was before"
        page.locator(".solution.dropdown > summary").first.press("Enter")
        page.evaluate("document.querySelectorAll('details.foldable').forEach(proof => { proof.open = false; })")
        documents["unfolded"] = PdfReader(io.BytesIO(page.pdf(format="A4")))
        page.goto(address + WITH_LINKS, wait_until="networkidle")
        documents["links"] = PdfReader(io.BytesIO(page.pdf(format="A4")))
        page.close()
    return documents


@cache
def words(document):
    text = " ".join(page.extract_text() for page in document.pages)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text))  # letters, not ligatures


def plain_words(element):
    """The longest run of text between formulas."""
    runs = [run for paragraph in element.find_all("p") for run in paragraph.find_all(string=True, recursive=False)]
    return " ".join(max(runs, key=len).split())


def test_text_figures_proofs_and_exercises_are_printed(printed, pages):
    text, page = words(printed["light"]), pages[CHAPTER]
    for heading in page.select("article h1, article h2"):
        assert re.sub(r"\s+", " ", heading.get_text()).rstrip("#").strip() in text
    for sentence in page.select(".live-sentence"):
        assert " ".join(unicodedata.normalize("NFKC", sentence.get_text()).split()[:8]) in text  # 10⁸ is 108 there
    assert page.select("details.prove")
    for proof in page.select(".admonition.prove"):
        run = plain_words(proof).split()
        for end in (run[:6], run[-6:]):  # a page may end in between
            assert " ".join(end) in text
            assert " ".join(end) in words(printed["unfolded"]), "a proof that the reader has folded"
    assert len(re.findall(r"Practise: Exercise", text)) == len(page.select(".exercise.practise"))
    figures = {image["src"] for image in page.select(".live-panel img")}
    assert len({image.data for sheet in printed["light"].pages for image in sheet.images}) >= len(figures) > 0


def test_links_are_printed_with_their_addresses(printed, pages):
    text = words(printed["links"]).replace(" ", "")
    addresses = [link["href"] for link in pages[WITH_LINKS].select("article a[href^=http]")]
    assert addresses
    assert not [address for address in addresses if address.replace(" ", "") not in text]


def test_neither_navigation_nor_buttons_are_printed(printed):
    text = words(printed["light"])
    for unwanted in ("Run this page", "Reset", "Show the code", "Search", "Back matter", "Click to show", "Skip to"):
        assert unwanted not in text


def test_folded_solutions_are_left_out_and_unfolded_ones_printed(printed, pages):
    solutions = [plain_words(solution) for solution in pages[CHAPTER].select(".solution.dropdown")]
    assert solutions
    assert not [words_ for words_ in solutions if words_ in words(printed["light"])]
    assert solutions[0] in words(printed["unfolded"])
    assert not [words_ for words_ in solutions[1:] if words_ in words(printed["unfolded"])]


def test_a_dark_page_is_printed_like_a_light_one(printed):
    light, dark = ([page.get_contents().get_data() for page in printed[scheme].pages] for scheme in ("light", "dark"))
    assert light == dark
