"""The ledger as it stands on its page: every claim a card, its evidence folded, what it is filtered by."""

import json
import re
from urllib.parse import parse_qs

import pytest

from book.extension import claims

LEDGER = claims.read_ledger()
PAGE = "book/ledger.html"


@pytest.fixture(scope="module")
def page(pages):
    return pages[PAGE]


def card_of(page, claim):
    return page.select_one(f"#{claim.anchor}")


def test_each_status_says_what_it_means_and_how_many_claims_have_it(page):
    rows = page.select(".claim-statuses > li")
    assert len(rows) == len(claims.STATUS_WORDS)
    for row, (status, words) in zip(rows, claims.STATUS_WORDS.items(), strict=True):
        count = sum(claim.status == status for claim in LEDGER.answered)
        button = row.select_one("button")
        assert (button["data-status"], button["aria-pressed"]) == (status, "false")
        # The same without scripts, where no button works.
        assert button.get_text() == row.select_one("span.claim-badge").get_text() == f"{words} {count}"
        assert claims.STATUS_MEANINGS[status] in row.get_text()
    assert page.select_one(".claim-shown[role=status]").get_text() == f"{len(LEDGER.answered)} claims"


def test_a_claim_can_be_filtered_by_its_status_its_source_and_the_pages_that_cite_it(page):
    facts = json.loads(page.select_one("#claim-facts").string)
    assert list(facts) == [claim.id for claim in LEDGER.answered]
    for claim in LEDGER.answered:
        assert facts[claim.id]["status"] == [claim.status] and facts[claim.id]["source"] == [claim.id[0]]
        assert set(facts[claim.id]["chapter"]) >= {chapter.rpartition("/")[2] for chapter in claim.chapters}
    for key, fewest in (("source", 3), ("chapter", 6)):
        values = [option["value"] for option in page.select(f".claim-filter [data-key={key}] option")]
        assert values[0] == "" and len(values) > fewest
        assert set(values[1:]) >= {value for fact in facts.values() for value in fact[key]}


def test_a_card_leads_to_the_figures_that_show_its_claim(page, pages):
    for claim in LEDGER.answered:
        places = [p for p in card_of(page, claim).select(".claim-places") if p.get_text().startswith("Play")]
        links = [link for place in places for link in place.select("a")]
        assert len(links) == len(claim.play), claim.id
        for link, play in zip(links, claim.play, strict=True):
            chapter, _, anchor = link["href"].removeprefix("../").partition("#")
            name, _, settings = play.partition("?")
            assert chapter.removesuffix(".html") in claim.chapters
            figure = pages[chapter].select_one(f'.live-figure[data-figure="{name}"]')
            assert figure["aria-label"] == link.get_text()
            if settings:
                assert parse_qs(anchor) == {"figure": [name], **parse_qs(settings)}
            else:
                assert figure.find_parent(id=anchor)


def test_evidence_is_folded_and_all_there(page):
    for claim in LEDGER.answered:
        folded = card_of(page, claim).select("details.claim-evidence")
        assert len(folded) == bool(claim.evidence or claim.references), claim.id
        if folded:
            assert not folded[0].has_attr("open")
            names = [code.get_text() for code in folded[0].select("li code")]
            assert sorted(names) == sorted(test.partition("::")[2] for test in claim.evidence)
            assert len(folded[0].select(".bibtex-citation a")) == len(claim.references)
            numbers = [int(number) for number in re.findall(r"\d+", folded[0].summary.get_text())]
            assert numbers == [count for count in (len(claim.evidence), len(claim.references)) if count]


def test_a_claim_in_parts_has_a_card_for_each(page):
    for claim in LEDGER.claims.values():
        if claim.parts:
            inside = [part["id"] for part in card_of(page, claim).select("section.claim")]
            assert inside == [f"claim-{part}" for part in claim.parts]
            assert "claim-group" in card_of(page, claim)["class"]
