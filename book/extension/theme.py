"""The theme's pages as this book wants them: their look, and what is mended in them.

Mended is where a screen reader would stumble, where a page without scripts or without storage would fail, and where the
search would miss a word. What is changed is found by patterns in what the theme writes; the build stops when one of
them finds nothing where it must.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from book.extension.built import minify, read_pages, replace_once, when_built
from book.extension.cover import favicon

# Extensions that Jupyter Book loads for every book. Thebe would fetch its kernel from unpkg.com, and the book has its
# own; togglebutton folds by script what beats.py folds without one.
FORGOTTEN = ("sphinx_thebe", "sphinx_togglebutton")
CHINESE = re.compile(r"[\u3400-\u9fff][\u3400-\u9fff\u3000-\u303f\uff00-\uffef]*")


def mark_chinese(article: re.Match[str]) -> str:
    """Say which words of a page's text are Chinese: a screen reader changes its voice, a browser chooses the font."""

    def mark(text: re.Match[str]) -> str:
        return ">" + CHINESE.sub(r'<span lang="zh">\g<0></span>', text[1]) + "<"

    return re.sub(r">([^<>]*)<", mark, article[0])


@cache
def storage_script() -> str:
    """Return storage.js, which runs before all scripts of the theme."""
    return minify(Path(__file__).with_name("storage.js").read_text("utf-8"), "--minify").strip()


@cache
def icon_link() -> str:
    """Return the link to the favicon with the picture in it: a file of its own would be one more request."""
    return f'<link rel="icon" href="data:image/svg+xml,{quote(favicon().strip().replace(chr(34), chr(39)), " /:=()")}">'


Mend = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
ON_EVERY_PAGE: list[Mend] = [
    # A name that hides the text it stands for.
    (re.compile(r'(<button class="[^"]*search-button-field[^>]*) aria-label="[^"]*"'), r"\1"),
    # The book's title in the sidebar stands outside of all landmarks.
    (re.compile(r'<div class="sidebar-primary-item">(?=\s*<a class="navbar-brand)'),
     '<div class="sidebar-primary-item" role="navigation" aria-label="Book">'),
    # Three extensions say the same about the width of phones.
    (re.compile(r'<meta name="viewport" content="width=device-width, initial-scale=1" ?/>\n?'), ""),
    # The theme would choose between light and dark after the first picture of the page, and then draw it again.
    (re.compile(r'document\.documentElement\.dataset\.theme = localStorage\.getItem\("theme"\) \|\| "auto";'),
     'document.documentElement.dataset.theme = document.documentElement.dataset.mode !== "auto" ? '
     'document.documentElement.dataset.mode : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";'),
    (re.compile(r'[ \t]*<link rel="preload" as="script"[^>]*>\n?'), ""),
    (re.compile(r'<link rel="icon" href="[^"]*_static/favicon\.svg" ?/>'), lambda _: icon_link()),
    # Storage may be off.
    (re.compile(r"(?=<script data-cfasync)"), lambda _: f"<script>{storage_script()}</script>\n  "),
]  # fmt: skip
ON_SOME_PAGES: list[Mend] = [
    # sphinx-exercise and sphinx-proof give every exercise of a page the same id.
    (re.compile(r' id="(?:exercise|solution|proof)-content"'), ""),
    # A name that hides the text it stands for.
    (re.compile(r'<summary aria-label="[^"]*"'), "<summary"),
    # Docutils' roles: one is deprecated, and a list has no other children than items.
    (re.compile(r' role="doc-biblioentry"'), ""),
    (re.compile(r'<div role="list" class="citation-list">'), '<div class="citation-list">'),
    # The logos stand in a menu that is closed: they are loaded when it opens.
    (re.compile(r'<img alt="(\w+ logo)"'), r'<img loading="lazy" alt="\1"'),
    # The corner of a table heads nothing.
    (re.compile(r'<th class="head"><p></p></th>'), "<td></td>"),
    # The landing page has the title of the book.
    (re.compile(r"<title>(.+?) &#8212; \1</title>"), r"<title>\1</title>"),
    # Scripts may be off. (The search page has no article, and says so itself.)
    (re.compile(r'(?=<article class="bd-article">)'),
     '<noscript><p class="without-scripts">JavaScript is off in this browser. All text can be read, and solutions '
     "unfold; but figures stay as they are, and neither the search nor the switch between light and dark works.</p>"
     "</noscript>\n"),
    (re.compile(r"<article.*?</article>", re.DOTALL), mark_chinese),
]  # fmt: skip
SEARCH_MENDED = [
    # A formula is there three times: for the eye, as MathML, as TeX.
    ('[".headerlink", "script", "style"]', '[".headerlink", "script", "style", ".katex-html", "annotation"]'),
    # A page opened from a folder may not read its neighbours: then the list has no excerpts.
    ("else if (showSearchSummary)", 'else if (showSearchSummary && location.protocol !== "file:")'),
    # The words to mark go with the link to a hit, not into a storage that the next page of any tab would read; with
    # their stems, because the page may hold another form of a word.
    ('localStorage.setItem("sphinx_highlight_terms", [...highlightTerms].join(" "))', ""),
    ("linkEl.href = linkUrl + anchor;",
     'const words = encodeURIComponent([...highlightTerms, ...searchTerms].join(" "));\n'
     '  linkEl.href = linkUrl + "?highlight=" + words + anchor;'),
    # Chinese is written without spaces: a word is part of what the index takes for one, and two characters are long.
    ("if (word.length > 2) {", r"const chinese = /\p{Script=Han}/u.test(word); if (word.length > 2 || chinese) {"),
    ("if (!terms.hasOwnProperty(word)) {", "if (chinese || !terms.hasOwnProperty(word)) {"),
    ("if (!titleTerms.hasOwnProperty(word)) {", "if (chinese || !titleTerms.hasOwnProperty(word)) {"),
]  # fmt: skip


def mend(pages: dict[Path, str]) -> dict[Path, str]:
    """Mend all pages; raise ExtensionError for a pattern that finds nothing where it must."""
    for pattern, replacement in ON_EVERY_PAGE + ON_SOME_PAGES:
        counted = {path: pattern.subn(replacement, text) for path, text in pages.items()}
        without = [path for path, (_, count) in counted.items() if not count]
        if without and ((pattern, replacement) in ON_EVERY_PAGE or len(without) == len(pages)):
            raise ExtensionError(f"{without[0].name} has no {pattern.pattern!r} any more: has the theme changed?")
        pages = {path: text for path, (text, _) in counted.items()}
    return pages


def mend_site(app: Sphinx, site: Path) -> None:
    """Mend the pages and the search of a finished site."""
    for path, text in mend(read_pages(site)).items():
        path.write_text(text, "utf-8")
    tools = site / "_static" / "searchtools.js"
    search = tools.read_text("utf-8")
    for old, new in SEARCH_MENDED:
        search = replace_once(search, old, new, tools.name)
    tools.write_text(search, "utf-8")


def forget(app: Sphinx) -> None:
    """Undo the extensions that Jupyter Book loads for every book and this one does not use."""
    for module in FORGOTTEN:
        found = 0
        for listeners in app.events.listeners.values():
            kept = [it for it in listeners if not it.handler.__module__.startswith(module)]
            found += len(listeners) - len(kept)
            listeners[:] = kept
        if not found:
            raise ExtensionError(f"nothing listens for {module} any more: is it still loaded?")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it must come after the extensions that it undoes."""
    forget(app)
    for style in ("theme.css", "print.css"):
        app.add_css_file(style)
    app.add_js_file("scrolling.js")
    when_built(app, mend_site, priority=800)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
