"""Ties a number to the sentence that states it: change either of the two and a test fails.

    test_a_number_of_the_text_is_right = numbers_of(
        "chapters/limits/three_limits.ipynb",
        Stated("a digit every {} steps", 1 / math.log10(5.83)),
        Stated("from {} to {} runs", lambda: count(few), lambda: count(many)),  # slow, so computed when tested
    )

In a phrase `{}` stands for a number in any form that the book uses: 2.73e-8, 6.7\\times10^7, 10^{-8}, 10⁻⁸, 342,180,
342{,}180, −.071, .071, or a word up to ninety-nine. What stands around it (`×{}`, `{} %`, `{}fold`, `{}–{}`) belongs to
the phrase. The text must hold the value, rounded to the last digit that it prints:

    {}      to the nearest; the 20,000 of a text has five digits, the .07 one
    {:2}    with so many significant digits, where a number ends in zeros that are none
    {:>}    downwards: "more than 300", "at least five" ({:>1}: with one significant digit)
    {:<}    upwards: "within 0.01", "at most five"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import SupportsFloat

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"\{(?::([<>]?)(\d*))?\}")

_ones = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_ones = [*_ones.split(), "eighteen", "nineteen"]
_tens = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
WORDS = {word: n for n, word in enumerate(_ones, 1)} | _tens
WORDS |= {f"{ten}-{one}": _tens[ten] + WORDS[one] for ten in _tens for one in _ones[:9]}

_power = r"10 ?\^ ?\{? ?-?\d+ ?\}?"
_digits = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_figures = rf"(?:{_power}|{_digits}(?:[eE][-+]?\d+| ?(?:\\times|\\cdot|×) ?{_power})?)"
_words = "|".join(sorted(WORDS, key=len, reverse=True))
NUMBER = rf"((?<![\d.])(?<!\d,)[-+]?{_figures}(?![.,]?\d)|(?<![A-Za-z])(?i:{_words})(?=fold|[^A-Za-z]|$))"


def fold(text: str) -> str:
    """The text on one line, its numbers in plain characters."""
    text = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: "^" + m[0].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")), text)
    text = re.sub(r"\{term\}`([^`<]+?)(?: <[^`>]+>)?`", r"\1", text)  # a link is read as its words
    return " ".join(text.replace("−", "-").replace("{,}", ",").split())


def read(number: str) -> Decimal:
    """The number that a folded text prints, with as many digits as it prints."""
    if number.lower() in WORDS:
        return Decimal(WORDS[number.lower()])
    plain = re.sub(r"[,{} ]", "", number)
    plain = re.sub(r"(\\times|\\cdot|×)10\^", "e", plain)
    return Decimal(plain.replace("10^", "1e"))


def _unit(number: Decimal, digits: str) -> Decimal:
    """One unit of the last of so many significant digits, by default of all that are printed."""
    return Decimal(1).scaleb(number.adjusted() - int(digits) + 1 if digits else number.as_tuple().exponent)


class Stated:
    """A phrase of a text with a place `{}` for each number, and the values of these numbers.

    A value is a number, or a function without arguments that computes it.
    """

    def __init__(self, phrase: str, *values: SupportsFloat | Callable[[], SupportsFloat]):
        self.phrase = fold(phrase)
        self.values = [cache(value) if callable(value) else lambda value=value: value for value in values]
        literals = PLACE.split(self.phrase)
        self.places = list(zip(literals[1::3], literals[2::3], strict=True))
        if len(self.places) != len(values) or not values:
            raise ValueError(f"{phrase!r} has {len(self.places)} places for {len(values)} values")
        self._pattern = re.compile(NUMBER.join(map(re.escape, literals[::3])))

    def find(self, text: str) -> re.Match[str]:
        """Where a folded text holds the phrase; LookupError unless it does exactly once."""
        found = list(self._pattern.finditer(text))
        if len(found) != 1:
            words = [m.start() for m in re.finditer(r"\S+", text)]
            near = get_close_matches(self.phrase, [text[i : i + len(self.phrase)] for i in words], n=3, cutoff=0.4)
            raise LookupError("\n".join([f"{len(found)} times in the text: {self.phrase}", "nearest to it:", *near]))
        return found[0]

    def check(self, text: str) -> None:
        """AssertionError if a folded text states another number than the value."""
        found = self.find(text)
        for printed, (direction, digits), value in zip(found.groups(), self.places, self.values, strict=True):
            number, value = read(printed), float(value())
            off = (value - float(number)) / float(_unit(number, digits or ""))
            low, high = {">": (0, 1 - 2e-9), "<": (2e-9 - 1, 0)}.get(direction, (-0.5, 0.5))
            assert low - 1e-9 <= off <= high + 1e-9, f"the text says {printed}, the value is {value:.9g}: {found[0]}"

    def changed(self, text: str) -> Iterator[str]:
        """The folded text with each number of the phrase changed a little, in sign and in size."""
        found = self.find(text)
        for place, (_, digits) in enumerate(self.places, 1):
            number = read(found[place])
            unit = _unit(number, digits or "")
            for other in {number + unit, number - unit, -number, number.scaleb(1), number.scaleb(-1)} - {number}:
                yield f"{text[: found.start(place)]}{other:f}{text[found.end(place) :]}"


@cache
def text_of(path: str) -> str:
    """The Markdown cells of a notebook, or the whole of another file, folded."""
    if path.endswith(".ipynb"):
        cells = nbformat.read(ROOT / path, as_version=4).cells
        return fold("\n".join(cell.source for cell in cells if cell.cell_type == "markdown"))
    return fold((ROOT / path).read_text("utf-8"))


def numbers_of(path: str, *rows: Stated) -> Callable[[Stated], None]:
    """The test that a text states the values of the rows, and that it would notice any other number in their place."""

    @pytest.mark.parametrize("stated", rows, ids=[row.phrase for row in rows])
    def test(stated: Stated) -> None:
        text = text_of(path)
        stated.check(text)
        for changed in stated.changed(text):
            with pytest.raises(AssertionError):
                stated.check(changed)

    return test
