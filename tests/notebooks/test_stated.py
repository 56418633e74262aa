"""A number and its sentence hold together, and come apart when either changes."""

from __future__ import annotations

import re

import pytest
from stated import NUMBER, Stated, fold


@pytest.mark.parametrize(
    ("phrase", "text", "value"),
    [
        ("is {} here", "is 2.73e-8 here", 2.73e-8),
        ("is ${}$", "is $6.7\\times10^7$", 6.7e7),
        ("is ${}$", "is $6.7 \\times 10^{7}$", 6.7e7),
        ("is ${}$", "is $-3.0\\cdot 10^{-13}$", -3.0e-13),
        ("is {}", "is 5×10⁻⁸", 5e-8),
        ("is ${}\\,$", "is $10^{-8}\\,$", 1e-8),
        ("is {}", "is −10⁷", -1e7),
        ("is {} here", "is 342,180 here", 342_180),
        ("is ${}$", "is $342{,}180$", 342_180),
        ("is {}", "is 1,234,567.5", 1_234_567.5),
        ("is {}, or", "is −.071, or", -0.071),
        ("is {}.", "is .071.", 0.071),
        ("is {}, or", "is +0.40, or", 0.4),
        ("{} %", "12. In all 47 % here", 47),
        ("×{}", "is ×5 here", 5),
        ("is\n {} here", "is twelve\nhere", 12),
        ("{} digits", "Twenty-three digits", 23),
        ("is {}fold", "is sevenfold", 7),
        ("is {}", "is seventeen", 17),
        ("\\sqrt{}", "\\sqrt2", 2),
        ("x_{{}}", "x_{13}", 13),
        ("2^{}", "2⁵", 5),
        ("2⁻{}", "2⁻⁵", 5),
    ],
)  # fmt: skip
def test_every_form_of_a_number_is_understood(phrase, text, value):
    stated = Stated(phrase, value)
    stated.check(fold(text))
    for changed in stated.changed(fold(text)):
        with pytest.raises(AssertionError, match="the text says"):
            stated.check(changed)


def test_a_range_is_two_numbers_and_each_counts():
    Stated("between {}–{}", 0.52, 0.58).check("between .52–.58")
    Stated("between {}-{}", 64, 66).check("between 64-66")
    for values in [(0.53, 0.58), (0.52, 0.57), (0.52, -0.58)]:
        with pytest.raises(AssertionError, match="the text says"):
            Stated("between {}–{}", *values).check("between .52–.58")


@pytest.mark.parametrize(
    ("phrase", "lowest", "highest", "text"),
    [
        ("is {}", 2.995, 3.005, "is 3.00"),
        ("is {}", 19_999.5, 20_000.5, "is 20,000"),
        ("is {:1}", 15_000, 25_000, "is 20,000"),
        ("is {:2}", 19_500, 20_500, "is 20,000"),
        ("is {:2}", 0.0195, 0.0205, "is 0.0200"),
        ("over {:>}", 300, 301, "over 300"),
        ("over {:>1}", 300, 400, "over 300"),
        ("below {:<}", 0, 0.01, "below 0.01"),
        ("is {}", 6.65e7, 6.75e7, "is 6.7×10⁷"),
    ],
)
def test_a_number_is_right_up_to_half_a_unit_of_its_last_digit(phrase, lowest, highest, text):
    inside = 1e-3 * (highest - lowest)
    Stated(phrase, lowest + inside).check(text := fold(text))
    Stated(phrase, highest - inside).check(text)
    for value in (lowest - inside, highest + inside, float("nan")):
        with pytest.raises(AssertionError, match="the text says"):
            Stated(phrase, value).check(text)


def test_a_number_is_read_whole():
    for text in ("is 123", "is 12.3", "is 1,234", "is 3.12", "is 2.73e-8", "is twenty-one", "is oneness"):
        for part in ("1", "2", "12", "3", "2.73", "twenty", "one"):
            with pytest.raises((AssertionError, LookupError)):
                Stated("is {}", float(part) if part[0].isdigit() else {"twenty": 20, "one": 1}[part]).check(text)


def test_a_phrase_stands_exactly_once():
    text = "The first rate is 2. The first rate is 3."
    with pytest.raises(LookupError, match="2 times in the text"):
        Stated("rate is {}", 2).check(text)
    with pytest.raises(LookupError, match="0 times in the text.*\n.*\nThe first rate is"):
        Stated("The first rat is {}", 2).check(text)
    Stated("rate is {}. The", 2).check(text)


def test_a_phrase_has_a_place_for_every_value():
    for phrase, values in [("is {}", ()), ("is {} or {}", (1,)), ("is {-40}", (1,)), ("is none", ())]:
        with pytest.raises(ValueError, match="places for"):
            Stated(phrase, *values)


def test_a_value_that_takes_time_is_computed_once_and_not_before_it_is_tested():
    calls = []
    stated = Stated("is {}", lambda: calls.append(0) or 2)
    assert not calls
    stated.check("is 2")
    stated.check("is 2.0")
    assert len(calls) == 1


def test_words_are_numbers_only_when_they_stand_alone():
    for text in ("none", "often", "tenth", "oneself", "bone"):
        assert not re.search(NUMBER, text)
