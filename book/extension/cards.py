"""Cards: what a link of the text leads to, in a few words, before one goes there.

A link to a term, a claim, a work, a statement (theorem, definition, exercise) or a figure is marked with the kind, and
what the card shows is cut out of the built page that it leads to, so that formulas are rendered and Chinese is marked.
Each kind is one file, _static/cards/<kind>.json, which cards.js loads when it shows the first card of that kind.
"""

import json
import posixpath
import re
from copy import copy
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from bs4 import BeautifulSoup, NavigableString, Tag
from pybtex.richtext import Text
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from book.extension.built import read_pages, replace_once, when_built
from book.extension.gallery import Shown, address_in, by_chapter, sheet_of, thumbnail_html
from book.extension.live_pages import own_page
from book.extension.notebook_copies import cited_as

SCRIPT = "cards.js"
FOLDER = "_static/cards"
ARTICLE = re.compile(r'<article class="bd-article">.*?</article>', re.DOTALL)
LINK = re.compile(r'<a\b(?=[^>]*\bclass="(?:[^"]* )?reference[ "])(?=[^>]*\bhref="([^"]*)")')
SENTENCE_ENDS = re.compile(r"[.?!][)”’]?(?=\s+(?:[^a-z\s]|$))")
MOST_LETTERS = 320


class Card(NamedTuple):
    """A card: the kind of what it tells of, and its HTML, where {root} stands for the way to the site's root."""

    kind: str
    html: str


# -- what a card says ----------------------------------------------------------------------------------------


def cut(text: str, start: int) -> str:
    """Cut the element that begins at a place out of a page, with all that it holds."""
    name = re.compile(r"<(\w+)").match(text, start)[1]
    depth = 0
    for tag in re.compile(rf"<(/?){name}\b[^<>]*>").finditer(text, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return text[start : tag.end()]
    raise ValueError(f"the element {name} at {start} does not end")


def element(text: str, name: str) -> str:
    """Cut the element with an id out of a page; of a term also its definition. "" if there is none."""
    begins = re.search(rf'<\w+\b[^<>]*\bid="{re.escape(name)}"', text)
    if not begins:
        return ""
    found = cut(text, begins.start())
    if found.startswith("<dt"):
        found += cut(text, text.index("<dd", begins.start()))
    return found


def plain(part: Tag) -> Tag:
    """Take from a copy of an element what a card has no use for: anchors, links, what folds and what runs."""
    part = copy(part)
    for unwanted in part.select(".headerlink, script, template, details"):
        unwanted.decompose()
    for link in part.find_all("a"):
        link.unwrap()
    for tag in [part, *part.find_all(id=True)]:
        del tag["id"]
    return part


def opening(paragraph: Tag, most: int = MOST_LETTERS) -> str:
    """Return the first sentences of a paragraph: as many as have at most so many letters, but at least one."""
    kept, letters = copy(paragraph), 0
    kept.clear()
    end: tuple[int, str] | None = None  # where the last sentence that fits ends: the child, and how much of its text
    children = list(paragraph.children)
    for number, child in enumerate(children):
        if not isinstance(child, NavigableString):
            letters += 1 if child.select(".katex") else len(child.get_text())
            continue
        for match in SENTENCE_ENDS.finditer(child):
            if end is None or letters + match.end() <= most:
                end = number, child[: match.end()]
        letters += len(child)
    if letters <= most or end is None:
        return str(paragraph)
    number, last = end
    for child in children[:number]:
        kept.append(copy(child))
    kept.append(NavigableString(last))
    return str(kept)


def term_card(name: Tag, definition: Tag) -> str:
    """A term and the first paragraph of its definition."""
    first = plain(definition).find("p")
    return f"<p><strong>{plain(name).decode_contents()}</strong></p>{opening(first)}"


def claim_card(section: Tag) -> str:
    """The status of a claim, what is said, and the first sentence of the verdict if there is one."""
    title = plain(section.find(re.compile(r"h\d"))).decode_contents()
    status, says, *others = section.find_all("p", recursive=False)
    verdict = [p for p in others if p.get_text().startswith("The book finds")]
    parts = [f"<p><strong>{title}</strong> {plain(status).decode_contents()}</p>", opening(plain(says))]
    return "".join([*parts, *(opening(plain(p), most=0) for p in verdict)])


def statement_card(box: Tag) -> str:
    """The title of a theorem, a definition or an exercise, and its first sentences."""
    title = plain(box.select_one(".admonition-title")).decode_contents()
    first = next((p for p in box.find_all("p") if "admonition-title" not in p.get("class", [])), None)
    return f"<p><strong>{title}</strong></p>" + (opening(plain(first)) if first else "")


def work_card(entry: Any) -> str:
    """Authors, year and title of a work."""
    title = Text.from_latex(entry.fields["title"]).render_as("html")
    return f"<p><strong>{escape(cited_as(entry))}</strong></p><p>{title}</p>"


def figure_card(shown: Shown, position: int, figures: int) -> str:
    """The small picture of a figure, which is one of those of its chapter, and its question."""
    sheet = "{root}" + sheet_of(shown.docname)
    picture = thumbnail_html(sheet, position, figures, "")  # the question says what it is of
    return f"{picture}<p><strong>{escape(shown.node['spec']['title'])}</strong></p>"


# -- which links have one ------------------------------------------------------------------------------------


class Cards:
    """The cards of all that links lead to, by address from the root of the site."""

    def __init__(self, pages: dict[str, str], works: dict[str, Any], figures: dict[str, str]) -> None:
        self.pages, self.works, self.figures = pages, works, figures
        self.made: dict[str, Card | None] = {}

    def at(self, address: str) -> Card | None:
        """Return the card of what stands at an address, or None: most links lead to whole pages."""
        if address not in self.made:
            self.made[address] = self.make(address)
        return self.made[address]

    def make(self, address: str) -> Card | None:
        if address in self.figures:
            return Card("figures", self.figures[address])
        if address in self.works:
            return Card("works", work_card(self.works[address]))
        page, _, name = address.partition("#")
        if state := parse_qs(name).get("figure"):
            return self.make(own_page(state[0]))
        found = element(self.pages.get(page, ""), name) if name else ""
        if not found:
            return None
        tags = BeautifulSoup(found, "html.parser").find_all(recursive=False)
        classes = tags[0].get("class", [])
        if tags[0].name == "dt":
            return Card("terms", term_card(*tags))
        if "claim" in classes:
            return Card("claims", claim_card(tags[0]))
        if {"proof", "exercise"} & set(classes):
            return Card("statements", statement_card(tags[0]))
        return None

    def mark(self, page: str) -> str:
        """Return the text of a page, with the kind of card at each link that has one."""

        def link(match: re.Match[str]) -> str:
            own = match[1].startswith("#figure=")  # the figure is here, and changes when the link is followed
            card = None if own else self.at(address_of(page, unescape(match[1])))
            return f'<a data-card="{card.kind}"{match[0].removeprefix("<a")}' if card else match[0]

        return ARTICLE.sub(lambda article: LINK.sub(link, article[0]), self.pages[page])


def address_of(page: str, link: str) -> str:
    """Return where a link of a page leads, from the root of the site; "" if that is elsewhere."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path))) if parts.path else page
    return f"{path}#{unquote(parts.fragment)}" if parts.fragment else path


def write_cards(app: Sphinx, site: Path) -> None:
    """Mark the links of all pages, write the cards that they need, and tell the script which build they are of."""
    paths = {path.relative_to(site).as_posix(): path for path in read_pages(site)}
    citations = app.env.get_domain("cite").citations
    figures = {
        where: figure_card(shown, position, len(all_there))
        for all_there in by_chapter(app).values()
        for position, shown in enumerate(all_there)
        for where in (address_in(shown), own_page(shown.node["spec"]["figure"]))
    }
    cards = Cards(
        {page: path.read_text("utf-8") for page, path in paths.items()},
        {f"{each.bibliography_key.docname}.html#{each.citation_id}": each.entry for each in citations},
        figures,
    )
    for page, path in paths.items():
        path.write_text(cards.mark(page), "utf-8")
    kinds: dict[str, dict[str, str]] = {}
    for address, card in sorted(cards.made.items()):
        if card:
            kinds.setdefault(card.kind, {})[address] = card.html
    folder = site / FOLDER
    folder.mkdir()
    digest = sha256()
    for kind, html in sorted(kinds.items()):
        text = json.dumps(html, ensure_ascii=False, separators=(",", ":"))
        digest.update(text.encode())
        (folder / f"{kind}.json").write_text(text, "utf-8")
    script = site / "_static" / SCRIPT
    marked = replace_once(script.read_text("utf-8"), 'VERSION = ""', f'VERSION = "{digest.hexdigest()[:8]}"', SCRIPT)
    script.write_text(marked, "utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; the pages must be mended (theme.py), and their scripts not joined yet (weight.py)."""
    app.add_css_file("cards.css")
    app.add_js_file(SCRIPT)
    when_built(app, write_cards, priority=850)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
