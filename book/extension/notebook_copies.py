"""Copies of chapters: each as a notebook, in the reader's browser, on Binder, or as a file.

A chapter's notebook refers to other pages by roles that only this book's build understands. Its copies have links
to the published pages in their place, and say under the title what they need where there is no book around them; all
else is as in the repository.
"""

import json
import posixpath
import re
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from book.extension import curves, states
from book.extension.built import below_title, when_built
from book.extension.glossary import place_of_term
from book.extension.repository import address_of
from book.lite import lite

FOLDER = "chapters/"
ROLE = re.compile(r"\{(doc|cite:t|cite:p|claim|curve|source|state|term)\}`([^`]+)`")
EXPLICIT = re.compile(r"(.*?)\s*<([^<>]+)>", re.DOTALL)
ELSEWHERE = (
    "*This notebook is a copy of [a chapter of {book}]({page}). Where its code does not find the package `emergence`, "
    "install it first: `%pip install git+{repository}`*\n"
)
ROW = """
<p class="notebook-copies">Open this chapter as a notebook:
<a href="{lite}">in this browser</a>, <a href="{binder}">on Binder</a>, or
<a href="{file}" download="{name}">as a file (.ipynb)</a>.</p>"""


# -- references in the copies ----------------------------------------------------------------------------


def text_and_target(written: str) -> tuple[str, str]:
    """Split what a role holds, text <target>; without a text of its own the text is empty."""
    match = EXPLICIT.fullmatch(written)
    return match.groups() if match else ("", written)


def cited_as(entry: Any) -> str:
    """Name a work of the bibliography by its authors and year: Onsager (1944)."""
    people = entry.persons.get("author") or entry.persons["editor"]
    names = [" ".join(person.last_names).translate({ord("{"): None, ord("}"): None}) for person in people]
    authors = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
    return f"{authors} ({entry.fields['year']})"


class References:
    """Links to the published pages in the place of the book's roles."""

    def __init__(self, env: BuildEnvironment, site: str) -> None:
        self.env, self.site = env, site
        self.works = {citation.key: citation for citation in env.get_domain("cite").citations}

    def resolve(self, source: str, docname: str) -> str:
        """Return the text of a cell of a page with links for roles; raise ExtensionError if one leads nowhere."""

        def link(match: re.Match[str]) -> str:
            role, target = match.groups()
            try:
                if role == "doc":
                    return self.page(target, docname)
                if role == "state":
                    words, figure, settings = states.parse(target)
                    return f"[{words}]({self.site}{docname}.html{states.address(figure, settings)})"
                if role == "curve":
                    return curves.parse(target)[0]
                if role == "claim":
                    return f"([{target}]({self.site}book/ledger.html#claim-{target}))"
                if role == "term":
                    return self.term(target)
                if role == "source":
                    return self.file(target)
                return self.citation(role, [key.strip() for key in target.split(",")])
            except KeyError as error:
                raise ExtensionError(f"{docname}: {match[0]} refers to the unknown {error}") from error

        return ROLE.sub(link, source)

    def page(self, target: str, docname: str) -> str:
        """Link a page by its title, or by the text given before its name: text <page>."""
        text, name = text_and_target(target)
        folder = "" if name.startswith("/") else posixpath.dirname(docname)
        name = posixpath.normpath(posixpath.join(folder, name.lstrip("/")))
        return f"[{text or self.env.titles[name].astext()}]({self.site}{name}.html)"

    def file(self, target: str) -> str:
        """Link a file or a folder of the repository, by the text given before its path: text <path>."""
        text, path = text_and_target(target)
        return f"[{text or path}]({address_of(self.env.config, self.env.srcdir, path)})"

    def term(self, target: str) -> str:
        """Link an entry of the glossary by its name, or by the text given before it: text <name>."""
        text, name = text_and_target(target)
        if not (place := place_of_term(self.env, name)):
            raise KeyError(name)
        return f"[{text or name}]({self.site}{place[0]}.html#{place[1]})"

    def citation(self, role: str, keys: list[str]) -> str:
        """Link works, all of them in brackets unless they are part of the sentence (cite:t)."""
        links = []
        for key in keys:
            work = self.works[key]
            address = f"{self.site}{work.bibliography_key.docname}.html#{work.citation_id}"
            links.append(f"[{cited_as(work.entry)}]({address})")
        return ", ".join(links) if role == "cite:t" else f"({', '.join(links)})"


def copy_notebook(path: Path, docname: str, references: References, elsewhere: str) -> dict[str, Any]:
    """Read a chapter's notebook, with links in the place of roles, and a line under the title."""
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = references.resolve("".join(cell["source"]), docname).splitlines(keepends=True)
    title, *rest = notebook["cells"][0]["source"]
    notebook["cells"][0]["source"] = [f"{title.rstrip()}\n", "\n", elsewhere, *rest]
    return notebook


# -- the page --------------------------------------------------------------------------------------------


def is_chapter(app: Sphinx, docname: str) -> bool:
    """Whether a page is a chapter of the book, written as a notebook."""
    return docname.startswith(FOLDER) and app.env.doc2path(docname).endswith(".ipynb")


def binder_address(context: dict[str, Any]) -> str:
    """Find the address of the theme's button for Binder, which is made from _config.yml."""
    service = context["theme_launch_buttons"]["binderhub_url"]
    groups = [button.get("buttons", []) for button in context["header_buttons"]]
    found = [button["url"] for group in groups for button in group if button.get("url", "").startswith(service)]
    if len(found) != 1:
        raise ExtensionError(f"the theme has {len(found)} buttons that lead to {service}; one was expected")
    return found[0]


def add_row(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Write the links to the notebook under the title of a chapter."""
    if doctree is None or app.builder.format != "html" or not is_chapter(app, pagename):
        return
    path = quote(f"{pagename}.ipynb")
    row = ROW.format(
        lite=escape(f"{context['pathto']('lite/notebooks/index.html', resource=True)}?path={path}"),
        binder=escape(binder_address(context)),
        file=escape(context["pathto"](f"lite/files/{path}", resource=True)),
        name=posixpath.basename(path),
    )
    context["body"] = below_title(context["body"], row)


def install(app: Sphinx, site: Path) -> None:
    """Put JupyterLite and the chapters' notebooks into the finished site."""
    references = References(app.env, app.config.html_baseurl)
    paths = {name: Path(app.env.doc2path(name)) for name in sorted(app.env.found_docs) if is_chapter(app, name)}
    about = {"book": app.config.html_title, "repository": app.config.html_theme_options["repository_url"]}
    notebooks = {}
    for name, path in paths.items():
        elsewhere = ELSEWHERE.format(page=f"{references.site}{name}.html", **about)
        notebooks[f"{name}.ipynb"] = copy_notebook(path, name, references, elsewhere)
    modified = datetime.fromtimestamp(max(path.stat().st_mtime for path in paths.values()), UTC)
    lite.install(site / "lite", notebooks, modified, app.config.live_pyodide_url)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it comes after live_pages, whose parts the notebooks use."""
    app.connect("html-page-context", add_row, priority=800)
    app.add_css_file("notebook_copies.css")
    when_built(app, install, priority=950)  # weight.py is done: these pages are none of the book's
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
