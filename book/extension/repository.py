"""What pages say of the repository: its address is in _config.yml only, and how to cite it in CITATION.cff only.

The role {source}`the grader <coursework/README.md>` leads to a file or a folder of the repository; the directive
{citation} writes the BibTeX entry.
"""

from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.docutils import ReferenceRole, SphinxDirective
from sphinx.util.typing import ExtensionMetadata

ENTRY = """\
@book{{at-the-limit,
  title  = {{{title}}},
  author = {{{{{authors}}}}},
  year   = {{{year}}},
  note   = {{Version {version}}},
  url    = {{{url}}}
}}"""


def address_of(config: Config, srcdir: str, target: str) -> str:
    """Return the address of a file or a folder of the repository; raise KeyError if it is not there."""
    path = Path(srcdir, target)
    if not path.exists():
        raise KeyError(target)
    options = config.html_theme_options
    kind = "tree" if path.is_dir() else "blob"
    return f"{options['repository_url']}/{kind}/{options['repository_branch']}/{target}"


class Source(ReferenceRole):
    """Words that lead to a file or a folder of the repository. Raises ExtensionError if it is not there."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            address = address_of(self.config, self.env.srcdir, self.target)
        except KeyError as error:
            raise ExtensionError(f"{self.env.docname}: the repository has no {self.target}") from error
        return [nodes.reference(self.rawtext, self.title, refuri=address)], []


class Citation(SphinxDirective):
    """How to cite the book, in BibTeX."""

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.srcdir, "CITATION.cff")
        self.env.note_dependency(str(path))
        said = yaml.safe_load(path.read_text("utf-8"))
        authors = " and ".join(author["name"] for author in said["authors"])
        text = ENTRY.format_map(said | {"authors": authors, "year": said["date-released"].year})
        return [nodes.literal_block(text, text, language="bibtex")]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    app.add_role("source", Source())
    app.add_directive("citation", Citation)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
