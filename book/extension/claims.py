"""The ledger of claims.

Each load-bearing statement of the two source articles, and each of the book's own, is a claim with a status, kept in
book/claims.yml. The role {claim}`B5a` shows its badge and links to the ledger; the directive {claim-ledger}
writes the ledger page, with the pages that cite each claim.
"""

from __future__ import annotations

from dataclasses import dataclass
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

logger = logging.getLogger(__name__)

LEDGER = Path(__file__).resolve().parents[1] / "claims.yml"
STATUS_WORDS = {
    "proved": "proved",
    "measured": "measured",
    "contested": "contested",
    "false": "false as stated",
    "open": "open",
}


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
    planned: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Where the ledger page tells of this claim."""
        return f"claim-{self.id}"


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


def _claim(entry: dict[str, Any], parts: tuple[str, ...] = ()) -> Claim:
    lists = {key: tuple(entry[key]) for key in ("chapters", "planned", "evidence", "references") if key in entry}
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


class claim_citations(nodes.General, nodes.Element):
    """The pages that cite a claim, before they are known."""


class ClaimLedgerDirective(SphinxDirective):
    """{claim-ledger}: all claims, by source."""

    def run(self) -> list[nodes.Node]:
        """One section for each source, one for each claim, one for each part of a claim."""
        self.env.note_dependency(str(LEDGER))
        self.env.claim_ledger_page = self.env.docname
        ledger = self.env.app.claim_ledger
        return [self.source(ledger, source) for source in ledger.sources]

    def source(self, ledger: Ledger, source: Source) -> nodes.section:
        """The section of one source, with its claims."""
        section = nodes.section(ids=[f"source-{source.letter}"], names=[f"source {source.letter}"])
        english = f" ({source.english})" if source.english else ""
        section += nodes.title(text=f"{source.letter}: {source.title}{english}")
        section += self.markdown(source.about)
        parts = {part for claim in ledger.claims.values() for part in claim.parts}
        for claim in ledger.claims.values():
            if claim.id.startswith(source.letter) and claim.id not in parts:
                section += self.claim(ledger, claim, source.voice)
        return section

    def claim(self, ledger: Ledger, claim: Claim, voice: str) -> nodes.section:
        """The section of one claim: what is said, and by whom, the status and its reasons."""
        section = nodes.section(ids=[claim.anchor], names=[claim.anchor], classes=["claim"])
        section += nodes.title(text=f"{claim.id}. {claim.title}")
        mark = nodes.inline("", "", *badge(ledger, claim), classes=badge_classes(claim))
        section += nodes.paragraph("", "", mark)
        term = f" ({claim.term})" if claim.term else ""
        section += self.markdown(f"**{voice}{term}:** {claim.says}")
        if claim.verdict:
            section += self.markdown(f"**The book finds:** {claim.verdict}")
        if claim.counterexample:
            section += self.markdown(f"**Counterexample:** {claim.counterexample}")
        if claim.planned:
            section += self.markdown(f"**To be settled in:** {'; '.join(claim.planned)}")
        if claim.evidence:
            tests = ", ".join(f"`{test.partition('::')[2]}`" for test in claim.evidence)
            files = ", ".join(dict.fromkeys(f"`{test.partition('::')[0]}`" for test in claim.evidence))
            section += self.markdown(f"**Recomputed by** {tests} in {files}.")
        if claim.references:
            section += self.markdown(f"**References:** {{cite}}`{','.join(claim.references)}`")
        section += claim_citations(claim=claim.id)
        for part in claim.parts:
            section += self.claim(ledger, ledger.claims[part], voice)
        return section

    def markdown(self, text: str) -> list[nodes.Node]:
        """Parse a piece of claims.yml as text of the page."""
        container = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), str(LEDGER)), 0, container)
        return container.children


def list_citations(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the pages that cite each claim; the parent of parts collects those of its parts."""
    for node in list(doctree.findall(claim_citations)):
        claim = app.claim_ledger.claims[node["claim"]]
        pages = set().union(*(citations(app.env).get(name, ()) for name in (claim.id, *claim.parts)))
        links: list[nodes.Node] = []
        for page in sorted(pages - {docname}):
            title = nodes.inline(text=app.env.titles[page].astext())
            links += [nodes.Text(", "), make_refnode(app.builder, docname, page, "", [title])]
        node.replace_self([nodes.paragraph("", "", nodes.strong(text="Cited in: "), *links[1:])] if links else [])


# --- what is remembered between builds ---------------------------------------------------------------------


def citations(env: BuildEnvironment) -> dict[str, set[str]]:
    """Pages by the id of the claim they cite."""
    if not hasattr(env, "claim_citations"):
        env.claim_citations = {}
    return env.claim_citations


def ledger_page(env: BuildEnvironment) -> str | None:
    """The page that holds the ledger, if any."""
    return getattr(env, "claim_ledger_page", None)


def forget_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """A page is read again or removed: its citations go."""
    for pages in citations(env).values():
        pages.discard(docname)
    if ledger_page(env) == docname:
        env.claim_ledger_page = None


def merge_pages(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    """Take over what a parallel reader found."""
    for claim, pages in citations(other).items():
        citations(env).setdefault(claim, set()).update(pages & set(docnames))
    if ledger_page(other) in docnames:
        env.claim_ledger_page = ledger_page(other)


def rewrite_ledger(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The ledger lists what other pages cite: it is written again with every build that read a page."""
    return [page] if (page := ledger_page(env)) else []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register role, directive, style sheet and what they need."""
    app.claim_ledger = read_ledger()
    app.add_node(claim_badge)
    app.add_node(claim_citations)
    app.add_role("claim", ClaimRole())
    app.add_directive("claim-ledger", ClaimLedgerDirective)
    app.add_css_file("claims.css")
    app.connect("env-purge-doc", forget_page)
    app.connect("env-merge-info", merge_pages)
    app.connect("env-updated", rewrite_ledger)
    app.connect("doctree-resolved", link_badges)
    app.connect("doctree-resolved", list_citations)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
