"""The claim ledger and the bibliography: complete, backed by tests that run, and in step with the pages."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pybtex.database import parse_file

from book.extension import claims
from book.extension.live_pages import figure_output, live_figure

ROOT = Path(__file__).parents[2]


LEDGER = claims.read_ledger()
SETTLED = [claim for claim in LEDGER.claims.values() if claim.status not in ("", "open")]


def page_sources():
    """Markdown of every page of the book, by path: Markdown files whole, notebooks by their Markdown cells."""
    sources = {}
    for path in sorted([*ROOT.glob("*.ipynb"), *ROOT.glob("book/*.md"), *ROOT.glob("chapters/**/*.*")]):
        if path.suffix == ".md":
            sources[path] = path.read_text("utf-8")
        elif path.suffix == ".ipynb" and ".ipynb_checkpoints" not in path.parts:
            cells = json.loads(path.read_text("utf-8"))["cells"]
            sources[path] = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return sources


SOURCES = page_sources()


def cited_keys(text):
    """Bibliography keys in {cite} roles of any kind."""
    roles = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text)
    return {key.strip() for role in roles for key in role.split(",")}


def cited_claims(text):
    """Ids of the claims that a Markdown text cites."""
    return set(re.findall(r"\{claim\}`([^`]+)`", text))


# --- the ledger --------------------------------------------------------------------------------------------


def test_every_statement_of_both_articles_is_in_the_ledger_and_then_those_of_the_book():
    parts = {part for claim in LEDGER.claims.values() for part in claim.parts}
    whole = [name for name in LEDGER.claims if name not in parts]
    own = sum(name.startswith("C") for name in whole)
    assert own
    assert whole == [f"{letter}{i + 1}" for letter, n in (("A", 15), ("B", 6), ("C", own)) for i in range(n)]
    assert [source.letter for source in LEDGER.sources] == ["A", "B", "C"]


def test_a_claim_of_the_book_is_never_open():
    """What is not settled is an open question, and no claim."""
    assert not [claim.id for claim in LEDGER.claims.values() if claim.id[0] == "C" and claim.status == "open"]


def test_parts_carry_the_id_of_their_claim_and_a_letter():
    for claim in LEDGER.claims.values():
        assert list(claim.parts) == [f"{claim.id}{letter}" for letter in "abcdef"[: len(claim.parts)]]
        assert (claim.status == "") == bool(claim.parts), claim.id
        assert len(claim.parts) != 1, claim.id


def test_every_claim_has_a_title_a_statement_and_a_verdict():
    for claim in LEDGER.claims.values():
        assert claim.title and claim.says, claim.id
        assert claim.parts or claim.verdict, claim.id


def test_claims_of_the_second_article_are_settled():
    assert not [claim.id for claim in LEDGER.claims.values() if claim.id[0] == "B" and claim.status == "open"]


def test_open_claims_name_the_chapters_to_come_or_what_would_settle_them():
    titles = {text.partition("# ")[2].partition("\n")[0] for text in SOURCES.values()}
    for claim in LEDGER.claims.values():
        assert (claim.status == "open") == bool(claim.planned or claim.settles), claim.id
        assert not (claim.planned and claim.settles), claim.id
        assert not titles & set(claim.planned), f"{claim.id} is planned for a chapter that is there"


def test_false_claims_have_a_counterexample_and_no_other_claim_has():
    for claim in LEDGER.claims.values():
        assert (claim.status == "false") == bool(claim.counterexample), claim.id


def test_contested_claims_cite_both_sides():
    for claim in LEDGER.claims.values():
        assert claim.status != "contested" or len(claim.references) >= 2, claim.id


def test_measured_claims_name_tests_that_pytest_collects():
    evidence = {test for claim in LEDGER.claims.values() for test in claim.evidence}
    files = sorted({test.partition("::")[0] for test in evidence})
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    collected = {line.partition("[")[0] for line in run.stdout.splitlines() if "::" in line}
    assert evidence <= collected, evidence - collected
    for claim in LEDGER.claims.values():
        assert claim.status != "measured" or claim.evidence, claim.id


@pytest.mark.parametrize("claim", SETTLED, ids=lambda claim: claim.id)
def test_chapters_of_a_settled_claim_exist_and_cite_it(claim):
    assert claim.chapters
    for chapter in claim.chapters:
        source = next((text for path, text in SOURCES.items() if path.with_suffix("") == ROOT / chapter), None)
        assert source is not None, f"{chapter} does not exist"
        parent = re.match(r"[ABC]\d+", claim.id)[0]
        assert cited_claims(source) & {claim.id, parent}, f"{chapter} does not cite {claim.id}"


def figures_of(chapter):
    """The live figures that a chapter's notebook stores, by name."""
    cells = json.loads((ROOT / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
    stored = [figure_output(cell) for cell in cells if cell["cell_type"] == "code"]
    return {output["metadata"]["emergence"]["figure"] for output in stored if output}


def test_figures_that_show_a_claim_stand_in_its_chapters():
    shown = [claim for claim in SETTLED if claim.play]
    assert len(shown) >= 20
    for claim in shown:
        assert {play.partition("?")[0] for play in claim.play} <= set().union(*map(figures_of, claim.chapters)), (
            claim.id
        )


def test_only_settled_claims_name_figures():
    assert not [claim.id for claim in LEDGER.claims.values() if claim.play and claim not in SETTLED]


@pytest.mark.parametrize(
    ("play", "message"),
    [
        ("chapter.missing", "A1: no figure chapter.missing in a/chapter, a/other"),
        ("chapter.there?size=5", "A1: chapter.there has no state size=5"),
        ("chapter there", "is no state"),
    ],
)
def test_a_figure_or_a_state_that_no_chapter_of_the_claim_has_stops_the_build(play, message):
    spec = {"figure": "chapter.there", "controls": [{"name": "on", "kind": "toggle"}]}
    figures = {"a/chapter": {"chapter.there": live_figure(spec=spec)}}
    claim = claims.Claim("A1", "t", "s", chapters=("a/chapter", "a/other"), play=(play,))
    with pytest.raises(claims.ExtensionError, match=message):
        claims.links_to_figures(None, "ledger", claim, figures)


def test_every_claim_cited_in_a_page_is_in_the_ledger():
    unknown = {str(path): cited_claims(text) - set(LEDGER.claims) for path, text in SOURCES.items()}
    assert not {path: names for path, names in unknown.items() if names}


def test_the_landing_page_promises_a_verdict_only_on_what_is_settled():
    landing = " ".join(SOURCES[ROOT / "index.ipynb"].split())
    assert "Those that the book has settled have a verdict: proved, measured, or false as stated" in landing
    for status, promise in (("contested", "is marked contested, and"), ("open", "or open, and")):
        assert any(claim.status == status for claim in LEDGER.claims.values()) == (promise in landing)


@pytest.mark.parametrize(("order", "article"), list(zip(("first", "second"), LEDGER.sources[:2], strict=True)))
def test_a_page_that_speaks_of_an_article_says_which_it_is(order, article):
    assert article.title in SOURCES[ROOT / "index.ipynb"]
    nameless = [
        str(path.relative_to(ROOT))
        for path, text in SOURCES.items()
        if f"{order} article" in " ".join(text.split()) and article.title not in text and article.english not in text
    ]
    assert not nameless


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{id: A1, title: t, says: s, status: settled}", "A1: status = 'settled' is not one of proved, measured"),
        ("{id: A1, title: t, says: s, status: false}", "A1: status = False is not one of"),
        ("{id: A1, title: t, says: s, status: open, proof: p}", "A1: .*proof"),
        ("{id: A1, title: t, status: open}", "A1: .*says"),
        ("{id: A1, title: t, says: s, status: open}, {id: A1, title: t, says: s, status: open}", "occurs twice"),
    ],
)
def test_a_malformed_ledger_is_refused(tmp_path, entry, message):
    path = tmp_path / "claims.yml"
    path.write_text(f"sources: []\nclaims: [{entry}]\n", "utf-8")
    with pytest.raises(claims.ExtensionError, match=message):
        claims.read_ledger(path)


# --- the bibliography --------------------------------------------------------------------------------------

ENTRIES = parse_file(str(ROOT / "book" / "references.bib")).entries
LEDGER_TEXT = (ROOT / "book" / "claims.yml").read_text("utf-8")


def test_every_key_cited_is_in_the_bibliography_and_every_entry_is_cited():
    cited = cited_keys("\n".join([*SOURCES.values(), LEDGER_TEXT]))
    cited |= {key for claim in LEDGER.claims.values() for key in claim.references}
    assert cited == set(ENTRIES)


@pytest.mark.parametrize("key", ENTRIES)
def test_entry_names_all_authors_and_can_be_found(key):
    entry = ENTRIES[key]
    authors = [str(person) for person in entry.persons["author"]]
    assert authors and "others" not in authors
    assert {"title", "year"} <= set(entry.fields)
    where = f"{entry.fields.get('doi', '')} {entry.fields.get('note', '')} {entry.fields.get('url', '')}"
    assert re.search(r"10\.\d{4,}/|arXiv:\d{4}\.\d{5}|https://", where)


def test_every_entry_says_how_it_was_checked():
    text = (ROOT / "book" / "references.bib").read_text("utf-8")
    assert text.count("% checked: ") == len(ENTRIES)


# --- the badge and the ledger page -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small_book(tmp_path_factory):
    """A book of two pages: one cites claims, one is the ledger; the bibliography is the real one."""
    source = tmp_path_factory.mktemp("book")
    bib = (ROOT / "book" / "references.bib").as_posix()
    (source / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "extensions = ['myst_parser', 'sphinxcontrib.bibtex', 'book.extension.claims']\n"
        f"html_static_path = [{str(ROOT / 'book' / 'extension' / 'static')!r}]\n"
        f"myst_enable_extensions = ['dollarmath']\nbibtex_bibfiles = [{bib!r}]\n"
        "suppress_warnings = ['bibtex.duplicate_label']\n",
        "utf-8",
    )
    index = "# A book\n\n```{toctree}\nledger\n```\n\nSee {claim}`B2b`, {claim}`B5` and {claim}`C1`.\n"
    (source / "index.md").write_text(index, "utf-8")
    ledger = "# The ledger\n\n```{claim-ledger}\n```\n\n```{bibliography}\n```\n"
    (source / "ledger.md").write_text(ledger, "utf-8")
    table = "---\norphan: true\n---\n# The verdicts\n\n```{claim-verdicts} A B\n```\n"
    (source / "verdicts.md").write_text(table, "utf-8")
    return source


def build(source, builder):
    """Run Sphinx with warnings as errors; return the process and the folder it wrote."""
    target = source / "_build" / builder
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", builder]
    run = subprocess.run([*command, str(source), str(target)], capture_output=True, text=True)
    return run, target


def test_a_badge_says_id_and_status_and_leads_to_the_ledger(small_book):
    run, html = build(small_book, "html")
    assert run.returncode == 0, run.stderr
    index = (html / "index.html").read_text("utf-8")
    sentence = re.search(r"<p>See (.*)</p>", index)[1]
    links = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', sentence)
    words = [(target, re.sub(r"<[^>]+>", "", inside)) for target, inside in links]
    assert words == [
        ("ledger.html#claim-B2b", "B2b false as stated"),
        ("ledger.html#claim-B5", "B5 proved, false as stated"),
        ("ledger.html#claim-C1", "C1 measured"),
    ]
    assert "claim-false" in links[0][1]
    assert (html / "_static" / "claims.css").is_file() and "claims.css" in index


def test_the_ledger_page_has_every_claim_and_the_pages_that_cite_it(small_book):
    run, html = build(small_book, "html")
    assert run.returncode == 0, run.stderr
    page = (html / "ledger.html").read_text("utf-8")
    for claim in LEDGER.claims.values():
        assert page.count(f'id="{claim.anchor}"') == 1, claim.id
    sections = re.split(r'<section[^>]* id="claim-', page)
    citing = {section.partition('"')[0] for section in sections[1:] if "Cited in" in section}
    assert citing == {"B2", "B2b", "B5", "C1"}


def test_a_table_of_verdicts_has_each_claim_of_its_sources_once_and_says_what_would_settle_the_open_ones(small_book):
    run, html = build(small_book, "html")
    assert run.returncode == 0, run.stderr
    page = (html / "verdicts.html").read_text("utf-8")
    rows = re.findall(r"<tr class=\"row-(?:odd|even)\"><td>(.*?)</td>\s*<td>(.*?)</td>\s*</tr>", page, re.DOTALL)
    shown = [claim for claim in LEDGER.answered if claim.id[0] in "AB"]
    assert len(rows) == len(shown)
    for (name, verdict), claim in zip(rows, shown, strict=True):
        assert f'href="ledger.html#{claim.anchor}"' in name and claims.STATUS_WORDS[claim.status] in name
        assert len(re.sub(r"<[^>]+>", "", verdict)) > 40, claim.id
        assert ("What would settle it:" in verdict) == bool(claim.settles), claim.id
        assert ("To be settled in:" in verdict) == bool(claim.planned), claim.id


def test_a_table_of_verdicts_counts_as_no_citation(small_book):
    _, html = build(small_book, "html")
    assert "The verdicts" not in (html / "ledger.html").read_text("utf-8").partition("<main")[2]


def test_a_table_of_a_source_that_is_none_stops_a_strict_build(small_book):
    page = small_book / "stray_table.md"
    page.write_text("---\norphan: true\n---\n# Stray\n\n```{claim-verdicts} D\n```\n", "utf-8")
    run, _ = build(small_book, "dummy")
    page.unlink()
    assert run.returncode != 0
    assert "D is no letter of a source" in run.stderr


def test_a_verdict_in_short_is_made_of_whole_sentences_of_the_verdict():
    for claim in LEDGER.answered:
        short, unbadged = claim.verdict_in_short, re.sub(r"\s*\{claim\}`[^`]+`", "", claim.verdict)
        assert unbadged.startswith(short) and re.search(r"[.!?]\)?$", short), claim.id
        words = re.sub(r"\$[^$]*\$", "", short)
        assert "$" not in words and words.count("`") % 2 == 0 and words.count("(") == words.count(")"), claim.id


def test_the_ledger_page_says_who_says_what(small_book):
    run, html = build(small_book, "html")
    assert run.returncode == 0, run.stderr
    page = (html / "ledger.html").read_text("utf-8")
    for source in LEDGER.sources:
        section = page.partition(f'id="source-{source.letter}"')[2].partition('id="source-')[0]
        assert source.title.replace("'", "’") in re.sub(r"<[^>]+>", "", section)
        said = re.findall(r"<strong>(The (?:article|book) says)", section)
        assert len(said) == sum(claim.id[0] == source.letter for claim in LEDGER.claims.values())
        assert set(said) == {source.voice}


def test_other_builders_get_the_badge_as_text(small_book):
    run, text = build(small_book, "text")
    assert run.returncode == 0, run.stderr
    assert "[B2b: false as stated]" in (text / "index.txt").read_text("utf-8")


def test_other_builders_get_the_counts_and_the_evidence_as_text(small_book):
    run, text = build(small_book, "text")
    assert run.returncode == 0, run.stderr
    ledger = (text / "ledger.txt").read_text("utf-8")
    for status, words in claims.STATUS_WORDS.items():
        count = sum(claim.status == status for claim in LEDGER.answered)
        assert f"{words} {count} {claims.STATUS_MEANINGS[status]}"[:60] in " ".join(ledger.split())
    unbroken = "".join(ledger.split())
    assert all(test.partition("::")[2] in unbroken for claim in LEDGER.answered for test in claim.evidence)


def test_an_unknown_claim_stops_a_strict_build(small_book):
    page = small_book / "stray.md"
    page.write_text("---\norphan: true\n---\n# Stray\n\n{claim}`D1`\n", "utf-8")
    run, _ = build(small_book, "dummy")
    page.unlink()
    assert run.returncode != 0
    assert "claim 'D1' is not in claims.yml" in run.stderr
