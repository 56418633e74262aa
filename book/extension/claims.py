"""The ledger of claims.

Each load-bearing statement of the two source articles, and each of the book's own, is a claim with a status, kept in
book/claims.yml. The role {claim}`B5a` shows its badge and links to the ledger; the directive {claim-ledger}
writes the ledger page, with the figures that show each claim and the pages that cite it. A script in that page
(ledger.js) filters it; without scripts all claims stand there. The directive {claim-verdicts} writes a table of all
claims of some sources, each with the first sentence of its verdict and its figures.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode

from book.extension import states
from book.extension.built import minify
from book.extension.live_pages import PAGE_BUILDERS, live_figure
from emergence.live.markup import script_json

logger = logging.getLogger(__name__)

LEDGER = Path(__file__).resolve().parents[1] / "claims.yml"
STATUS_WORDS = {
    "proved": "proved",
    "measured": "measured",
    "contested": "contested",
    "false": "false as stated",
    "open": "open",
}
STATUS_MEANINGS = {
    "proved": "a proof stands in the book or in a reference, with its hypotheses",
    "measured": "tests recompute it from the code and the published data of this book",
    "contested": "the evidence is divided, and both sides are cited",
    "false": "a counterexample is given that you can play or check by hand",
    "open": "not settled; named are the chapters that will settle it, or what would",
}
SHORT = 60


@dataclass(frozen=True)
class Claim:
    """One claim, or the parent of the lettered parts into which a claim was split (then its status is "")."""

    id: str
    title: str
    says: str
    status: str = ""
    term: str = ""
    verdict: str = ""
    counterexample: str = ""
    chapters: tuple[str, ...] = ()
    play: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    settles: str = ""
    evidence: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Where the ledger page tells of this claim."""
        return f"claim-{self.id}"

    @property
    def verdict_in_short(self) -> str:
        """The first sentences of the verdict that have SHORT characters together, without badges of other claims."""
        ends = [match.end() for match in re.finditer(r"[.!?]\)?(?=\s+[A-Z{$(]|\s*$)", self.verdict)]
        end = next((end for end in ends if end >= SHORT), len(self.verdict))
        return re.sub(r"\s*\{claim\}`[^`]+`", "", self.verdict[:end])


@dataclass(frozen=True)
class Source:
    """Where claims come from, an article or this book: their letter, its title, who says them, and what it is.

    english: the title in English, if it is in another language.
    """

    letter: str
    title: str
    voice: str
    about: str
    english: str = ""


@dataclass(frozen=True)
class Ledger:
    """All claims by id, parents before their parts, in the order of claims.yml."""

    sources: tuple[Source, ...]
    claims: dict[str, Claim]

    def status_words(self, claim: Claim) -> str:
        """The status in words; for a claim in parts, the different words of its parts."""
        parts = [self.claims[part] for part in claim.parts] or [claim]
        return ", ".join(dict.fromkeys(STATUS_WORDS[part.status] for part in parts))

    def parent_of(self, claim: Claim) -> Claim | None:
        """The claim of which this one is a part."""
        return next((other for other in self.claims.values() if claim.id in other.parts), None)

    @property
    def answered(self) -> list[Claim]:
        """The claims that have a status of their own: all but those in parts."""
        return [claim for claim in self.claims.values() if claim.status]


LISTS = ("chapters", "play", "planned", "evidence", "references")


def _claim(entry: dict[str, Any], parts: tuple[str, ...] = ()) -> Claim:
    lists = {key: tuple(entry[key]) for key in LISTS if key in entry}
    try:
        claim = Claim(**{**entry, **lists, "parts": parts})
    except TypeError as error:
        raise ExtensionError(f"claims.yml: {entry.get('id', entry)}: {error}") from error
    if not parts and claim.status not in STATUS_WORDS:
        allowed = ", ".join(STATUS_WORDS)
        raise ExtensionError(f"claims.yml: {claim.id}: status = {claim.status!r} is not one of {allowed}")
    return claim


def read_ledger(path: Path = LEDGER) -> Ledger:
    """Read claims.yml; an unknown field, a missing one or an unknown status raises ExtensionError."""
    content = yaml.safe_load(path.read_text("utf-8"))
    claims: list[Claim] = []
    for entry in content["claims"]:
        parts = entry.pop("parts", [])
        claims.append(_claim(entry, tuple(part["id"] for part in parts)))
        claims += [_claim(part) for part in parts]
    by_id = {claim.id: claim for claim in claims}
    if len(by_id) < len(claims):
        raise ExtensionError("claims.yml: an id occurs twice")
    return Ledger(tuple(Source(**source) for source in content["sources"]), by_id)


# --- the badge ---------------------------------------------------------------------------------------------


class claim_badge(nodes.Inline, nodes.TextElement):
    """A badge before its link is known."""


class ClaimRole(SphinxRole):
    """{claim}`B5a`: the badge of a claim."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Note the citation; an unknown id warns and shows the text as it is."""
        self.env.note_dependency(str(LEDGER))
        if self.text not in self.env.app.claim_ledger.claims:
            logger.warning("claim %r is not in claims.yml", self.text, location=self.get_location())
            return [nodes.literal(text=self.text)], []
        citations(self.env).setdefault(self.text, set()).add(self.env.docname)
        return [claim_badge(claim=self.text)], []


def badge(ledger: Ledger, claim: Claim) -> list[nodes.Node]:
    """Id and status as two inline nodes, so that neither colour nor position carries the meaning."""
    words = ledger.status_words(claim)
    return [nodes.inline(text=claim.id, classes=["claim-id"]), nodes.inline(text=f" {words}")]


def badge_classes(claim: Claim) -> list[str]:
    return ["claim-badge", f"claim-{claim.status or 'parts'}"]


def link_badges(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn badges into links to the ledger; builders other than HTML get the text in square brackets."""
    ledger, page = app.claim_ledger, ledger_page(app.env)
    for node in list(doctree.findall(claim_badge)):
        claim = ledger.claims[node["claim"]]
        if app.builder.format != "html":
            node.replace_self(nodes.Text(f"[{claim.id}: {ledger.status_words(claim)}]"))
            continue
        inside = nodes.inline("", "", *badge(ledger, claim), classes=badge_classes(claim))
        if page is None:
            node.replace_self(inside)
        else:
            node.replace_self(make_refnode(app.builder, docname, page, claim.anchor, [inside], claim.title))


# --- the ledger page ---------------------------------------------------------------------------------------


class claim_filter(nodes.General, nodes.Element):
    """What each status means, how many claims have it, and what filters them; the pages are not known yet."""


class claim_places(nodes.General, nodes.Element):
    """The figures that show a claim and the pages that cite it, before they are known."""


class claim_plays(nodes.General, nodes.Element):
    """The figures that show a claim, in a row of a table, before they are known."""


class FromLedger(SphinxDirective):
    """What writes texts of claims.yml into a page."""

    def markdown(self, text: str) -> list[nodes.Node]:
        """Parse a piece of claims.yml as text of the page."""
        container = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), str(LEDGER)), 0, container)
        return container.children


class ClaimVerdictsDirective(FromLedger):
    """{claim-verdicts} A B: a table of the claims of these sources, each with its verdict in short and its figures."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """One row for each claim that has a status; refuses a letter of no source."""
        self.env.note_dependency(str(LEDGER))
        verdict_pages(self.env).add(self.env.docname)
        ledger, letters = self.env.app.claim_ledger, self.arguments[0].split()
        if unknown := set(letters) - {source.letter for source in ledger.sources}:
            raise self.error(f"claim-verdicts: {', '.join(sorted(unknown))} is no letter of a source")
        body = nodes.tbody()
        body += [self.row(claim) for claim in ledger.answered if claim.id[0] in letters]
        head = nodes.row()
        for words in ("Claim", "What the book finds"):
            head += nodes.entry("", nodes.paragraph(text=words))
        group = nodes.tgroup("", *(nodes.colspec(colwidth=width) for width in (30, 70)), cols=2)
        group += [nodes.thead("", head), body]
        return [nodes.table("", group, classes=["claim-verdicts"])]

    def row(self, claim: Claim) -> nodes.row:
        """Badge and title; the verdict in short, what would settle what is open, and the figures."""
        name = nodes.paragraph("", "", claim_badge(claim=claim.id), nodes.Text(f" {claim.title}"))
        verdict = nodes.entry("", *self.markdown(claim.verdict_in_short))
        if claim.planned:
            verdict += self.markdown(f"**To be settled in:** {'; '.join(claim.planned)}")
        if claim.settles:
            verdict += self.markdown(f"**What would settle it:** {claim.settles}")
        verdict += claim_plays(claim=claim.id)
        return nodes.row("", nodes.entry("", name), verdict)


class ClaimLedgerDirective(FromLedger):
    """{claim-ledger}: all claims, by source."""

    def run(self) -> list[nodes.Node]:
        """One section for each source, one for each claim, one for each part of a claim."""
        self.env.note_dependency(str(LEDGER))
        self.env.claim_ledger_page = self.env.docname
        ledger = self.env.app.claim_ledger
        return [claim_filter(), *(self.source(ledger, source) for source in ledger.sources)]

    def source(self, ledger: Ledger, source: Source) -> nodes.section:
        """The section of one source, with its claims."""
        section = nodes.section(ids=[f"source-{source.letter}"], names=[f"source {source.letter}"])
        english = f" ({source.english})" if source.english else ""
        section += nodes.title(text=f"{source.letter}: {source.title}{english}")
        section += self.markdown(source.about)
        for claim in ledger.claims.values():
            if claim.id.startswith(source.letter) and not ledger.parent_of(claim):
                section += self.claim(ledger, claim, source.voice)
        return section

    def claim(self, ledger: Ledger, claim: Claim, voice: str) -> nodes.section:
        """The card of one claim: the status, what is said, and by whom, what the book finds, and where to see it."""
        kind = "claim-group" if claim.parts else f"claim-{claim.status}"
        section = nodes.section(ids=[claim.anchor], names=[claim.anchor], classes=["claim", kind])
        section += nodes.title(text=f"{claim.id}. {claim.title}")
        status = nodes.inline(text=ledger.status_words(claim), classes=badge_classes(claim))
        section += nodes.paragraph("", "", status)
        term = f" ({claim.term})" if claim.term else ""
        section += self.markdown(f"**{voice}{term}:** {claim.says}")
        if claim.verdict:
            section += self.markdown(f"**The book finds:** {claim.verdict}")
        if claim.counterexample:
            section += self.markdown(f"**Counterexample:** {claim.counterexample}")
        if claim.planned:
            section += self.markdown(f"**To be settled in:** {'; '.join(claim.planned)}")
        if claim.settles:
            section += self.markdown(f"**What would settle it:** {claim.settles}")
        section += claim_places(claim=claim.id)
        section += self.evidence(claim)
        for part in claim.parts:
            section += self.claim(ledger, ledger.claims[part], voice)
        return section

    def evidence(self, claim: Claim) -> list[nodes.Node]:
        """The tests and the references of a claim, folded: most readers only want to know that they are there."""
        counts = [counted(len(claim.evidence), "test"), counted(len(claim.references), "reference")]
        if not any(counts):
            return []
        tests: dict[str, list[str]] = {}
        for file, _, name in (test.partition("::") for test in claim.evidence):
            tests.setdefault(file, []).append(name)
        lines = []
        for file, names in tests.items():
            lines += [f"Recomputed in `{file}`:", "", *(f"* `{name}`" for name in names), ""]
        if claim.references:
            lines.append(f"References: {{cite}}`{','.join(claim.references)}`")
        summary = f"Evidence: {' and '.join(filter(None, counts))}"
        begin = f'<details class="claim-evidence"><summary>{summary}</summary>'
        inside = self.markdown("\n".join(lines))
        return [nodes.raw("", begin, format="html"), *inside, nodes.raw("", "</details>", format="html")]


def counted(number: int, thing: str) -> str:
    """Say how many there are: "2 tests", or "" for none."""
    return f"{number} {thing}{'s' * (number > 1)}" if number else ""


def fill_ledger(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write what depends on other pages: where each claim can be played and read, and the filter."""
    places, plays = list(doctree.findall(claim_places)), list(doctree.findall(claim_plays))
    figures = figures_by_chapter(app) if places or plays else {}
    for node in plays:
        node.replace_self(links_to_figures(app, docname, app.claim_ledger.claims[node["claim"]], figures))
    for node in places:
        claim = app.claim_ledger.claims[node["claim"]]
        node.replace_self([*links_to_figures(app, docname, claim, figures), *links_to_pages(app, docname, claim)])
    for node in list(doctree.findall(claim_filter)):
        if app.builder.name in PAGE_BUILDERS:
            script = minify(SCRIPT.read_text("utf-8"), "--minify")
            node.parent += nodes.raw("", f"<script>{script}</script>", format="html")
        node.replace_self(filter_nodes(app))


def paragraph_of_links(label: str, links: list[nodes.Node]) -> list[nodes.Node]:
    """A line of links with what they lead to, or nothing."""
    if not links:
        return []
    listed = [part for link in links for part in (nodes.Text(", "), link)][1:]
    return [nodes.paragraph("", "", nodes.strong(text=f"{label}: "), *listed, classes=["claim-places"])]


def figures_by_chapter(app: Sphinx) -> dict[str, dict[str, live_figure]]:
    """The figures by name, of each chapter that this book has and that shows a claim."""
    chapters = {chapter for claim in app.claim_ledger.answered if claim.play for chapter in claim.chapters}
    return {
        chapter: {node["spec"]["figure"]: node for node in app.env.get_doctree(chapter).findall(live_figure)}
        for chapter in chapters & app.env.found_docs
    }


def links_to_figures(
    app: Sphinx, docname: str, claim: Claim, figures: dict[str, dict[str, live_figure]]
) -> list[nodes.Node]:
    """Link the figures that show a claim, where a chapter shows them, in the state that shows it best.

    Raises ExtensionError for a figure that none of the claim's chapters has, or that has no such state.
    """
    chapters = [chapter for chapter in claim.chapters if chapter in figures]
    links = []
    for place in claim.play if chapters else ():
        _, name, settings = states.parse(f"play <{place}>")
        chapter = next((chapter for chapter in chapters if name in figures[chapter]), None)
        if chapter is None:
            raise ExtensionError(f"claims.yml: {claim.id}: no figure {name} in {', '.join(claim.chapters)}")
        node = figures[chapter][name]
        states.check_settings(f"claims.yml: {claim.id}", node["spec"], settings)
        lives = settings and app.builder.name in PAGE_BUILDERS
        anchor = states.address(name, settings) if lives else f"#live-cell-{node['cell']}"
        address = app.builder.get_relative_uri(docname, chapter) + anchor
        links.append(nodes.reference("", "", nodes.inline(text=node["spec"]["title"]), refuri=address, internal=True))
    return paragraph_of_links("Play", links)


def links_to_pages(app: Sphinx, docname: str, claim: Claim) -> list[nodes.Node]:
    """Link the pages that cite a claim; the parent of parts collects those of its parts."""
    links = []
    for page in pages_citing(app.env, claim.id, *claim.parts):
        title = nodes.inline(text=app.env.titles[page].astext())
        links.append(make_refnode(app.builder, docname, page, "", [title]))
    return paragraph_of_links("Cited in", links)


def pages_citing(env: BuildEnvironment, *claims: str) -> list[str]:
    """The pages that cite one of the claims, in the order of the contents, without the ledger itself."""
    found = set().union(*(citations(env).get(claim, ()) for claim in claims)) - {ledger_page(env)}
    return [page for page in env.collect_relations() if page in found]


# --- the filter --------------------------------------------------------------------------------------------

SCRIPT = Path(__file__).with_name("ledger.js")
SELECTS = """<div class="claim-selects" role="group" aria-label="Which claims are shown">
<label>Said by <select autocomplete="off" data-key="source" data-words="said by">{sources}</select></label>
<label>Cited in <select autocomplete="off" data-key="chapter" data-words="cited in">{pages}</select></label>
<button type="button" data-action="all">Show all {count} claims</button>
</div>
<p class="claim-shown" role="status">{count} claims</p>
<script type="application/json" id="claim-facts">{facts}</script>"""


def filter_nodes(app: Sphinx) -> list[nodes.Node]:
    """Write what each status means and how many claims have it; on a page each is a button, beside two menus."""
    ledger, on_page = app.claim_ledger, app.builder.name in PAGE_BUILDERS
    statuses = nodes.bullet_list(classes=["claim-statuses"])
    for status, words in STATUS_WORDS.items():
        count = sum(claim.status == status for claim in ledger.answered)
        button = (
            f'<button type="button" class="claim-badge claim-{status}" data-status="{status}" aria-pressed="false">'
            f'{words} <span class="claim-count">{count}</span></button>'
        )
        line = nodes.paragraph()
        line += nodes.raw("", button if on_page else "", format="html")
        line += nodes.inline(text=f"{words} {count}", classes=["claim-badge", f"claim-{status}"])
        line += nodes.Text(f" {STATUS_MEANINGS[status]}")
        statuses += nodes.list_item("", line)
    if not on_page:
        return [statuses]
    facts = claim_facts(app)
    pages = dict.fromkeys(page for fact in facts.values() for page in fact["chapter"])
    in_order = [page for page in app.env.collect_relations() if posixpath.basename(page) in pages]
    selects = SELECTS.format(
        sources=options(
            "anyone", {each.letter: f"{each.letter}: {each.english or each.title}" for each in ledger.sources}
        ),
        pages=options("any page", {posixpath.basename(page): app.env.titles[page].astext() for page in in_order}),
        count=len(facts),
        facts=script_json(facts),
    )
    return [nodes.container("", statuses, nodes.raw("", selects, format="html"), classes=["claim-filter"])]


def claim_facts(app: Sphinx) -> dict[str, dict[str, list[str]]]:
    """By the claim's id, what it can be filtered by; a page that cites a claim in parts cites each part."""
    facts = {}
    for claim in app.claim_ledger.answered:
        parent = app.claim_ledger.parent_of(claim)
        pages = pages_citing(app.env, claim.id, *([parent.id] if parent else []))
        facts[claim.id] = {
            "status": [claim.status],
            "source": [claim.id[0]],
            "chapter": [posixpath.basename(page) for page in pages],
        }
    return facts


def options(anything: str, others: dict[str, str]) -> str:
    """Write the choices of a menu, the first of which filters nothing."""
    return "".join(
        f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in {"": anything, **others}.items()
    )


# --- what is remembered between builds ---------------------------------------------------------------------


def citations(env: BuildEnvironment) -> dict[str, set[str]]:
    """Pages by the id of the claim they cite."""
    if not hasattr(env, "claim_citations"):
        env.claim_citations = {}
    return env.claim_citations


def ledger_page(env: BuildEnvironment) -> str | None:
    """The page that holds the ledger, if any."""
    return getattr(env, "claim_ledger_page", None)


def verdict_pages(env: BuildEnvironment) -> set[str]:
    """The pages that hold a table of verdicts."""
    if not hasattr(env, "claim_verdict_pages"):
        env.claim_verdict_pages = set()
    return env.claim_verdict_pages


def forget_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """A page is read again or removed: its citations go."""
    for pages in (*citations(env).values(), verdict_pages(env)):
        pages.discard(docname)
    if ledger_page(env) == docname:
        env.claim_ledger_page = None


def merge_pages(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    """Take over what a parallel reader found."""
    for claim, pages in citations(other).items():
        citations(env).setdefault(claim, set()).update(pages & set(docnames))
    verdict_pages(env).update(verdict_pages(other) & set(docnames))
    if ledger_page(other) in docnames:
        env.claim_ledger_page = ledger_page(other)


def rewrite_ledger(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The ledger and the tables show what other pages have: any page that was read has them written again."""
    return [*filter(None, [ledger_page(env)]), *sorted(verdict_pages(env))]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register role, directive, style sheet and what they need."""
    app.claim_ledger = read_ledger()
    app.add_node(claim_badge)
    app.add_node(claim_filter)
    app.add_node(claim_places)
    app.add_node(claim_plays)
    app.add_role("claim", ClaimRole())
    app.add_directive("claim-ledger", ClaimLedgerDirective)
    app.add_directive("claim-verdicts", ClaimVerdictsDirective)
    app.add_css_file("claims.css")
    app.connect("env-purge-doc", forget_page)
    app.connect("env-merge-info", merge_pages)
    app.connect("env-updated", rewrite_ledger)
    app.connect("doctree-resolved", link_badges)
    app.connect("doctree-resolved", fill_ledger)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
