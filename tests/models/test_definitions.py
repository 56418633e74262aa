"""The table of definitions and examples: complete, and what it says of rule 110 and of the voters holds."""

from __future__ import annotations

import numpy as np
import pytest

from emergence import definitions as d
from emergence.physics import automata, look_alikes


def test_every_cell_has_a_verdict_and_a_reason_of_one_sentence():
    seen = set()
    for example in d.EXAMPLES:
        for name in d.NAMES:
            verdict, reason = d.cell(example, name)
            assert verdict in d.VERDICTS
            assert reason[0].isupper() and reason.endswith(".") and 20 < len(reason) < 170, reason
            assert ". " not in reason, reason
            seen.add((example, name))
    assert len(seen) == len(d.EXAMPLES) * len(d.NAMES) == sum(d.counts().values())


def test_no_example_has_one_verdict_from_all_definitions():
    assert d.unanimous() == ()


def test_opposed_is_symmetric_and_needs_a_yes_and_a_no():
    for first in d.NAMES:
        assert d.opposed(first, first) == ()
        for second in d.NAMES:
            assert d.opposed(first, second) == d.opposed(second, first)
    assert set(d.opposed("sharp", "symmetry")) == {"percolation", "a vote"}
    assert len(d.pairs_opposed()) == 8


def test_a_reader_who_follows_a_definition_agrees_with_all_of_it():
    for name in d.NAMES:
        own = {each: d.cell(each, name).verdict == d.YES for each in d.EXAMPLES}
        same, decided = d.agreeing(own, name)
        assert same == decided
        same, decided = d.agreeing({each: not verdict for each, verdict in own.items()}, name)
        assert same == 0 < decided


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: d.cell("a heap", "sharp"), "example"),
        (lambda: d.cell("a flock", "blunt"), "definition"),
        (lambda: d.agreeing({"a flock": True}, "sharp"), "own"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_rule_110_has_a_background_that_repeats_every_14_cells_and_7_steps():
    assert "repeats every 14 cells" in d.cell("rule 110", "symmetry").reason
    background = np.tile(np.array(list("00010011011111"), np.uint8), 4)
    after = [automata.run(background, 110, steps) for steps in range(1, 8)]
    assert np.array_equal(after[-1], background)
    assert all(not np.array_equal(np.roll(background, shift), background) for shift in range(1, 14))


def test_the_window_of_the_vote_shrinks_like_the_root():
    p = np.linspace(0.5, 0.75, 5001)
    widths = []
    for voters in (101, 401, 1601):
        widths.append(float(p[np.searchsorted(look_alikes.majority(voters, p), 0.9)]) - 0.5)
    assert widths[0] / widths[1] == pytest.approx(2, rel=0.03)
    assert widths[1] / widths[2] == pytest.approx(2, rel=0.03)
