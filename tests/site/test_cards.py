"""Cards: which links have one, and what is cut out of the pages for them."""

import gzip
import json
import posixpath
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup

from book.extension import cards
from book.extension.built import minify
from book.extension.live_pages import own_page

KINDS = ("claims", "figures", "terms", "works")
MOST_COMPRESSED = 2_000


@pytest.fixture(scope="module")
def files(site):
    return {path.stem: json.loads(path.read_text("utf-8")) for path in (site / cards.FOLDER).glob("*.json")}


def links_of(pages):
    """The links of all texts: page, link, address from the root of the site."""
    for name, page in pages.items():
        for link in page.select("article a.reference[href]"):
            if not link["href"].startswith(("http:", "https:", "mailto:")):
                path, anchor = map(unquote, urldefrag(link["href"]))
                path = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
                yield name, link, f"{path}#{anchor}" if anchor else path


def test_there_are_cards_of_every_kind_that_the_book_refers_to(files):
    assert set(KINDS) <= set(files)


def test_every_link_to_a_claim_a_work_a_term_or_a_figure_has_a_card(pages, files):
    figures = {own_page(element["data-figure"]) for page in pages.values() for element in page.select(".live-figure")}
    count = dict.fromkeys(KINDS, 0)
    for name, link, address in links_of(pages):
        page, _, anchor = address.partition("#")
        kind = (
            "claims" if anchor.startswith("claim-")
            else "works" if page == "book/references.html" and anchor
            else "terms" if anchor.startswith("term-")
            else "figures" if anchor.startswith("live-cell-") or address in figures
            else "figures" if anchor.startswith("figure=") and not link["href"].startswith("#")
            else None
        )  # fmt: skip
        if kind:
            assert link.get("data-card") == kind, f"{name}: {link}"
            assert files[kind][address].strip()
            count[kind] += 1
    assert count["claims"] > 60 and count["works"] > 60 and count["figures"] > 20 and count["terms"] > 0


def test_only_links_of_the_text_have_cards_and_each_has_its_own(pages, files):
    asked = set()
    for name, page in pages.items():
        for link in page.select("[data-card]"):
            assert link.name == "a" and "reference" in link["class"] and link.find_parent("article"), name
    for _, link, address in links_of(pages):
        if link.has_attr("data-card"):
            asked.add((link["data-card"], address))
    assert asked == {(kind, address) for kind, found in files.items() for address in found}


def test_what_a_card_holds_leads_nowhere_and_repeats_no_id(files, site):
    for found in files.values():
        for address, html in found.items():
            card = BeautifulSoup(html, "html.parser")
            assert not card.select("a, [id], script, details, template, .headerlink"), address
            assert len(card.find_all(string=lambda text: text.find_parent(class_="katex") is None)) >= 1, address
            for formula in card.select(".math"):
                assert formula.select_one(".katex"), address
            for image in card.select("img"):
                assert (site / image["src"].removeprefix("{root}")).is_file() and image["width"] and image["height"]


def test_a_card_is_short(files):
    for found in files.values():
        for address, html in found.items():
            card = BeautifulSoup(html, "html.parser")
            for formula in card.select(".katex"):
                formula.replace_with("x")
            assert len(card.get_text()) < 700, address


def test_a_claims_card_has_its_status_and_the_first_sentence_of_its_verdict(files):
    card = BeautifulSoup(files["claims"]["book/ledger.html#claim-B2c"], "html.parser").get_text(" ", strip=True)
    assert card.startswith("B2c. The threshold is 2.2 false as stated")
    assert "A loss in nats per token belongs to a corpus and a tokenizer" in card


# -- what is cut ------------------------------------------------------------------------------------------


def test_an_element_is_cut_with_what_it_holds():
    page = '<div><div class="a" id="x"><div>1</div><p>2</p></div><div id="y">3</div></div>'
    assert cards.element(page, "x") == '<div class="a" id="x"><div>1</div><p>2</p></div>'
    assert cards.element(page, "z") == ""
    assert cards.element('<dl><dt id="t">a</dt><dt id="u">b</dt><dd>c</dd></dl>', "t") == '<dt id="t">a</dt><dd>c</dd>'
    with pytest.raises(ValueError, match="the element div at 0 does not end"):
        cards.cut("<div><p></p>", 0)


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("One. Two. Three.", 0, "One."),
        ("One. Two. Three.", 10, "One. Two."),
        ("One. Two. Three.", 100, "One. Two. Three."),
        ("At 2.2 and 1.5 nats. More.", 0, "At 2.2 and 1.5 nats."),
        ("Of Wei <em>et al.</em> one. <b>Two.</b> Three.", 0, "Of Wei <em>et al.</em> one."),
        ("“Only” (so it says.) That.", 0, "“Only” (so it says.)"),
        ("It has no end <b>in. Side</b> here", 0, "It has no end <b>in. Side</b> here"),
    ],
)
def test_a_text_opens_with_whole_sentences(text, most, kept):
    assert cards.opening(BeautifulSoup(f"<p>{text}</p>", "html.parser").p, most) == f"<p>{kept}</p>"


STATEMENT = """<article class="bd-article"><div class="proof theorem admonition" id="t"><p class="admonition-title">
<span class="caption-number">Theorem 2</span> (A)</p><section><p>Let <a href="#a">it</a> be. <p>More</p></section></div>
<a class="reference internal" href="#t"><span>Theorem 2</span></a> <a href="#t">no text</a>
<a class="reference internal" href="../b.html">A page</a></article>"""


def test_a_reference_to_a_statement_shows_its_number_and_what_it_says():
    made = cards.Cards({"c/a.html": STATEMENT}, {}, {})
    marked = made.mark("c/a.html")
    assert marked.count("data-card") == 1
    assert '<a data-card="statements" class="reference internal" href="#t">' in marked
    card = BeautifulSoup(made.at("c/a.html#t").html, "html.parser").get_text(" ", strip=True)
    assert card.startswith("Theorem 2 (A) Let it be.")


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("../b.html#x", "b.html#x"), ("#x", "c/a.html#x"), ("d.html", "c/d.html"), ("https://a.b/c.html#x", ""),
        ("mailto:a@b.c", ""), ("//a.b/c", ""),
    ],
)  # fmt: skip
def test_addresses_begin_at_the_root_of_the_site(link, address):
    assert cards.address_of("c/a.html", link) == address


# -- what it costs ----------------------------------------------------------------------------------------


def test_the_script_is_small(root, capsys):
    """What it adds to the joined script of every page."""
    script = minify((root / "book/extension/static" / cards.SCRIPT).read_text("utf-8"), "--minify-whitespace")
    size = len(gzip.compress(script.encode()))
    with capsys.disabled():
        print(f"\ncards, script: gzip {size:,} bytes")
    assert size <= MOST_COMPRESSED


def test_the_files_are_asked_for_by_what_they_hold(site):
    assert 'VERSION=""' not in (site / "_static" / "site.js").read_text("utf-8")
