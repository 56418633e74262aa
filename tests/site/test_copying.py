"""What a reader has in hand who has copied a part of a page: each formula once, and nothing that is hidden."""

import re

import pytest
from serve import serving

CHAPTER = "chapters/scaling/loss_threshold.html"


@pytest.fixture
def copied(site, browser):
    """What a reader has in hand who has copied the elements from one selector to another."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()

    def copy(name, first, last=None):
        page.goto(address + name)
        return page.evaluate(
            """([first, last]) => {
              const range = document.createRange();
              range.setStart(document.querySelector(first), 0);
              const end = document.querySelector(last);
              range.setEnd(end, end.childNodes.length);
              getSelection().removeAllRanges();
              getSelection().addRange(range);
              let taken;
              addEventListener("copy", ({ clipboardData }) => {
                taken = ["text/plain", "text/html"].map((type) => clipboardData.getData(type));
              }, { once: true });
              document.execCommand("copy");
              return taken;
            }""",
            [first, last or first],
        )

    with serving(site) as address:
        yield copy
    context.close()


def test_a_copied_paragraph_has_each_formula_once_as_tex(copied):
    plain, rich = copied(CHAPTER, "p:has(> .math .katex)")
    assert "$C=6ND$" in plain.replace(" ", "")
    assert plain.count("6ND") == 1 and rich.count("6ND") == 1
    assert "katex" not in rich and "<math" not in rich


def test_a_copied_formula_on_its_own_line_is_marked_as_one(copied):
    plain, _ = copied(CHAPTER, "div.math .katex-display")
    assert plain.startswith("$$") and plain.endswith("$$")
    assert plain.count("\\text{performance}") + plain.count("\\text{otherwise}") >= 1


def test_a_part_of_a_formula_is_copied_as_the_whole(copied):
    plain, _ = copied(CHAPTER, ".katex .katex-html .mord")
    assert re.fullmatch(r"\$[^$]+\$", plain)


def test_a_copied_chapter_leaves_out_what_nobody_sees(copied, pages):
    plain, _ = copied(CHAPTER, "article h1", "article")
    article = pages[CHAPTER].select_one("article")
    assert "panel_size" not in plain, "the specification of a figure"
    folded = article.select_one("details.solution > section p").get_text()
    assert " ".join(folded.split())[-30:] not in " ".join(plain.split())
    assert plain.count("\n") > 50, "paragraphs are apart"
