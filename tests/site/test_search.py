"""What the search finds, and how an address leads to it: folded text, Chinese words, other forms of a word."""

import re

import pytest
from playwright.sync_api import expect
from serve import serving

CHINESE = re.compile(r"[\u3400-\u9fff]+")


@pytest.fixture(scope="module")
def address(site):
    with serving(site) as address:
        yield address


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.context.close()
    assert errors == []


@pytest.fixture(scope="module")
def folded_word(text_pages):
    """A page, and a word of it that stands only in one of its folded solutions."""
    for name, parsed in text_pages.items():
        article = parsed.select_one("article")
        solutions = article.select("details.solution > section") if article else []
        plain = [" ".join(solution.find_all(string=lambda text: text.parent.name == "p")) for solution in solutions]
        for solution in plain:
            for word in re.findall(r"\b[a-z]{8,}\b", solution):
                if len(re.findall(word[:6], article.get_text().lower())) == 1:
                    return name, word
    raise AssertionError("every word of every solution stands elsewhere too; choose other pages")


def test_a_hit_that_is_folded_is_unfolded_and_shown(page, address, folded_word):
    name, word = folded_word
    page.goto(f"{address}search.html?q={word}")
    page.locator(f'#search-results li a[href^="{name}"]').click()
    marked = page.locator("article .highlighted").first
    expect(marked).to_be_in_viewport()
    expect(marked).to_have_text(word)
    opened = page.locator("details.solution[open]")
    expect(opened).to_have_count(1)
    assert page.locator("details.solution:not([open])").count() > 0, "the others stay as they were"


def test_a_hit_that_can_be_seen_unfolds_nothing(page, address):
    page.goto(f"{address}chapters/scaling/loss_threshold.html?highlight=threshold")
    expect(page.locator("article .highlighted").first).to_be_in_viewport()
    expect(page.locator("details.solution[open]")).to_have_count(0)


def test_a_hit_further_down_is_scrolled_to(page, address):
    page.goto(f"{address}search.html?q=sensitivity")
    page.locator("#search-results li a").first.click()
    expect(page.locator("article .highlighted").first).to_be_in_viewport()


def test_the_search_marks_another_form_of_the_word(page, address):
    page.goto(f"{address}search.html?q=thresholding")
    page.locator("#search-results li a").filter(has_text="The loss threshold").first.click()
    expect(page.locator("article .highlighted").first).to_have_text(re.compile("threshold", re.IGNORECASE))


def test_a_search_leaves_no_marks_on_pages_opened_otherwise(page, address):
    page.goto(f"{address}search.html?q=threshold")
    expect(page.locator("#search-results li a").first).to_be_visible()
    page.goto(f"{address}chapters/scaling/loss_threshold.html")
    page.wait_for_timeout(100)
    assert page.locator(".highlighted").count() == 0


@pytest.mark.parametrize("arrives", ["from elsewhere", "on the page"])
def test_an_address_inside_a_folded_solution_unfolds_it(page, address, site, arrives):
    name, target = "chapters/scaling/loss_threshold.html", "inside"
    before, fold, after = (site / name).read_text("utf-8").rpartition("</section>\n</details>")
    inner = before + f'<p id="{target}">The last line.</p>' + fold + after
    page.route(f"**/{name}", lambda route: route.fulfill(body=inner, content_type="text/html; charset=utf-8"))
    if arrives == "from elsewhere":
        page.goto(f"{address}{name}#{target}")
    else:
        page.goto(f"{address}{name}")
        page.evaluate("id => { location.hash = id; }", target)
    expect(page.locator(f"#{target}")).to_be_in_viewport()
    expect(page.locator("details.solution[open]")).to_have_count(1)


def test_every_chinese_term_and_its_parts_of_two_characters_are_found(page, address, pages):
    """On every page that holds them."""
    articles = {name: parsed.select_one("article") for name, parsed in pages.items()}
    texts = {name: article.get_text() for name, article in articles.items() if article}
    terms = {term for text in texts.values() for term in CHINESE.findall(text)}
    glossary = set(CHINESE.findall(" ".join(dt.get_text() for dt in pages["book/glossary.html"].select("dt"))))
    assert len(glossary) > 20 and glossary <= terms
    wanted = terms | {term[start : start + 2] for term in terms for start in range(len(term) - 1)}
    page.goto(f"{address}search.html?q=threshold")
    expect(page.locator("#search-results li a").first).to_be_visible()
    search = "word => Search._performSearch(...Search._parseQuery(word)).map(([name]) => `${name}.html`)"
    found = page.evaluate(f"words => words.map({search})", sorted(wanted))
    for word, names in zip(sorted(wanted), found, strict=True):
        holding = {name for name, text in texts.items() if word in text and name not in ("genindex.html", "404.html")}
        assert holding and holding <= set(names), word


def test_a_chinese_word_is_marked_where_it_stands_in_a_longer_one(page, address):
    page.goto(f"{address}search.html?q=涌现")
    page.locator('#search-results li a[href^="book/glossary.html"]').first.click()
    expect(page.locator("article .highlighted").first).to_have_text("涌现")
