"""Sphinx extension: all that this book adds to Jupyter Book, one module for each purpose.

What a build has written is then changed in the order of the listeners' priorities: pictures of figures, the page for
wrong addresses and the sitemap, the theme's pages mended, cards cut out of them, style sheets and scripts joined,
notebooks added, the service worker last.
"""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

MODULES = (
    "claims",  # the ledger of claims and its badges
    "live_pages",  # live figures at rest, and the parts of the in-page kernel
    "states",  # words that put a figure into a state
    "curves",  # words that name a curve, marked as it is drawn
    "gallery",  # all figures, and each on a page of its own
    "notebook_copies",  # each chapter as a notebook, JupyterLite included
    "repository",  # links to its files, and how to cite the book
    "reading",  # back to where a chapter was left, and on to the question of the next one
    "notes",  # footnotes beside the text
    "beats",  # the four beats of a section, and what folds in them
    "exercises",  # which of them a reader has done
    "predictions",  # what a reader can commit to in the first beat
    "editing",  # code that can be changed in the page
    "landing",  # the landing page: its figure first, and a card for each chapter
    "formulas",  # how they are rendered, shown and copied
    "fonts",  # the typefaces of the text, its formulas, headings and labels
    "glossary",  # its terms by their English names
    "cards",  # what links of the text lead to, in a few words
    "metadata",  # descriptions, cards, sitemap, the page for wrong addresses
    "pictures",  # those of figures, as light as they can be without loss
    "theme",  # the look of the pages, and what is mended in them
    "weight",  # how few files a page loads, and how little it lays out at once
    "offline",  # last: the service worker sums up the finished site
)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register all modules; each is also an extension by itself."""
    for module in MODULES:
        app.setup_extension(f"{__name__}.{module}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
