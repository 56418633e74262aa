"""A chapter can be read at one sitting: where there is more to say, there are two chapters."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted(path.relative_to(ROOT) for path in ROOT.glob("chapters/**/[!.]*.ipynb"))
LEAST, MOST = 1800, 3200
_APART = re.compile(r"^(`{3,})\{(?:exercise|solution)\}.*?^\1 *$", re.DOTALL | re.MULTILINE)
_OPTION = re.compile(r"^:[a-z-]+:.*$", re.MULTILINE)
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)|\{[a-z:]+\}`([^`<]*)(?:<[^`]*>)?`")


def words(markdown: str) -> int:
    """Words of the running text: each formula counts as one, exercises and their solutions are not counted."""
    text = _FORMULA.sub(" formula ", _OPTION.sub("", _APART.sub("", markdown)))
    return len(re.findall(r"\w[\w'’.,–-]*", _LINK.sub(r"\1\2", text)))


def test_words_are_counted_as_said():
    assert words("Two words, $a + b$ and [a link](there.md).\n\n$$\nx = 1\n$$\n") == 7
    assert (
        words("````{exercise} Title\n:label: one\n```{hint}\nno\n```\n````\nOne {term}`phase transition <phase>`.") == 3
    )


@pytest.mark.parametrize("path", CHAPTERS, ids=str)
def test_a_chapter_is_neither_a_leaflet_nor_a_book(path):
    cells = nbformat.read(ROOT / path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert LEAST <= words(text) <= MOST
