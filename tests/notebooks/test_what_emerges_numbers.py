"""Numbers that the text and the solutions of the chapter "What emerges?" state, recomputed."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from stated import Stated, numbers_of, text_of

from emergence import definitions
from emergence.exercises import what_emerges as exercises
from emergence.figures.what_emerges import answers, flock, table, verdicts
from emergence.physics import vicsek
from emergence.physics.look_alikes import majority
from emergence.scaling import outputs

CHAPTER = "chapters/what_emerges.ipynb"
TEXT = text_of(CHAPTER)
BIRDS = 200


def at(step: int, width: int = 64, ability: str = "icl", seed: int = 1) -> tuple[int, float]:
    """Of 200 questions those that a run answers right at a step, and the mean probability of the right answer."""
    found = outputs.asked(width, seed, ability)
    here = int(np.flatnonzero(found.steps == step)[0])
    return round(200 * found.right[here]), float(found.p[here])


def end(width: int, ability: str, seed: int) -> int:
    return at(3000, width, ability, seed)[0]


RUNS = outputs.SEEDS
counts = definitions.counts()

test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("hundred birds that ignore each other have {} on average", math.sqrt(math.pi / (4 * BIRDS))),
    Stated("$2\\pi = {}$ others, and seven at a density of $7/\\pi = {}$", 2 * math.pi, 7 / math.pi),
    Stated("almost nothing, {:<} at most.", max(at(step)[1] for step in (0, 10, 30, 100, 200, 300, 400, 600, 800))),
    Stated(
        "rises unevenly: {} at step 1,200, {} at 1,600, back to {} at 2,000, and {} at the end",
        *(at(step)[1] for step in (1200, 1600, 2000, 3000)),
    ),
    *(
        Stated(
            f"| {name} | {{}} and {{}} | {{}} and {{}} | {{}} and {{}} |",
            *(end(w, a, s) for w in outputs.WIDTHS for s in RUNS),
        )
        for name, a in (
            ("look up in a list", "icl"),
            ("sums with written steps", "scratchpad"),
            ("instruction pairs never trained", "heldout"),
        )
    ),
    Stated(
        "width 32 has {} of 200 right at step 1,600 and {} at step 2,000",
        *(at(step, 32, "scratchpad", 2)[0] for step in (1600, 2000)),
    ),
    Stated(
        "none of the 200 is right at step 1,600, and {}, {} and {} are at the last three checkpoints",
        *(at(step, ability="scratchpad")[0] for step in (2000, 2400, 3000)),
    ),
    Stated("600 steps later it has {} of 200 right", end(64, "scratchpad", 2)),
    Stated("goes from {} to {} while $p$ goes from 0.1 to 0.5", 0.1**3, 0.5**3),
    Stated("share is $0.9^3 = {}$, and $p^3 = \\frac12$ at $p = {}$", 0.9**3, 0.5 ** (1 / 3)),
    Stated("{} verdicts are yes, {} are no, and {} are", *(counts[verdict] for verdict in definitions.VERDICTS)),
    Stated("Each of its {} verdicts", len(definitions.EXAMPLES) * len(definitions.NAMES)),
    Stated("pairs of definitions {} are opposed", len(definitions.pairs_opposed())),
    Stated("takes the majority from a toss of a coin to {}.", float(majority(10_001, 0.51))),
    Stated("$1/(4n \\cdot 0.1^2) = 0.01$ at $n = {}$", exercises.voters_needed()),
    Stated("101 voters are wrong with probability {}", 1 - float(majority(101, 0.6))),
)

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("and {} of the ten pairs of definitions are opposed, yes against no", len(definitions.pairs_opposed())),
    Stated("the model has {} of 200 sums right", end(64, "scratchpad", 2)),
    Stated("The book applies {} to {} examples", len(definitions.NAMES), len(definitions.EXAMPLES)),
)


@pytest.mark.parametrize(
    ("density", "followed", "stated"), [(2.0, None, 0.50), (0.5, None, 0.16), (2.0, 7, 0.44), (0.5, 7, 0.27)]
)
def test_flocks_with_little_and_much_room_have_the_agreement_that_text_and_ledger_state(density, followed, stated):
    assert "the agreement falls from 0.50 to 0.16" in TEXT and "It falls, but less: from 0.44 to 0.27." in TEXT
    assert "from 0.50 to 0.16 with a range, and from 0.44 to 0.27 if they follow" in text_of("book/claims.yml")
    runs = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        birds = vicsek.Flock.random(BIRDS, density, rng).advance(0.5, rng, steps=150, followed=followed)
        runs.append(np.mean([birds.advance(0.5, rng, steps=5, followed=followed).order() for _ in range(40)]))
    error = np.std(runs, ddof=1) / math.sqrt(len(runs))
    assert abs(np.mean(runs) - stated) < 0.0051 and error < 0.02


def test_a_flock_at_low_noise_orders_within_fifty_steps_and_not_at_high_noise():
    assert "within some fifty steps almost all fly one way" in TEXT
    for noise, low, high in ((0.2, 0.8, 1.0), (0.9, 0.0, 0.35)):
        view = flock.figure.show(seed=8, noise=noise)
        view.step(50 - view.state.flock.steps)
        assert low < view.state.flock.order() < high
    assert "At noise 0.2 both kinds order" in TEXT
    for followed in (None, 7):
        rng = np.random.default_rng(3)
        birds = vicsek.Flock.random(BIRDS, 0.5, rng).advance(0.2, rng, steps=300, followed=followed)
        assert np.mean([birds.advance(0.2, rng, steps=5, followed=followed).order() for _ in range(20)]) > 0.6


def test_what_the_models_write_is_what_the_text_says():
    assert "each of the six lists shown with `a` or `b`" in TEXT and "To each of the six sums it writes `98`" in TEXT
    for ability, kind in (("icl", "[ab]"), ("scratchpad", "98")):
        found = outputs.asked(64, 1, ability)
        row = found.answers[int(np.flatnonzero(found.steps == 100)[0])]
        assert all(re.fullmatch(kind, answer) for answer in row)
    assert len(row) == 6
    assert at(1600, ability="scratchpad")[0] == 0
    assert at(100, ability="scratchpad")[1] == pytest.approx(0.01, abs=5e-4)
    assert "To `1 + 1 + 9 =` the model writes `87`" in TEXT and "To `9 + 7 + 2 =` it writes `80`" in TEXT
    view = answers.figure.show(step=2000, ability=answers.SUMS)
    assert "To 1 + 1 + 9 = it writes 87, and not 21." in view.sentence
    found = outputs.asked(64, 1, "scratchpad")
    assert found.answers[int(np.flatnonzero(found.steps == 2000)[0])][1] == "80"


def test_the_table_is_as_the_text_says():
    assert "No row has one verdict from all five definitions, and no two rows are alike" in TEXT
    rows = [
        tuple(definitions.cell(example, name).verdict for name in definitions.NAMES) for example in definitions.EXAMPLES
    ]
    assert definitions.unanimous() == () and len(set(rows)) == len(rows)
    assert "None of them, and none of the nine examples below. The magnet and the flock come closest." in TEXT
    yes = {example: row.count(definitions.YES) for example, row in zip(definitions.EXAMPLES, rows, strict=True)}
    assert sorted(yes, key=yes.get)[-2:] == ["a flock", "a magnet"]
    assert "The fifth column of our table says yes to nothing" in TEXT
    assert definitions.YES not in {row[-1] for row in rows}
    assert definitions.YES not in {row[3] for row in rows if row[0] == definitions.YES}
    assert "no. Onsager and Yang computed" in table.figure.show().sentence
    assert "“symmetry”" in table.figure.show(example=3, definition=4).sentence
    assert "You call 0 of 9 emergent." in verdicts.figure.show().sentence


def test_two_hundred_voters_are_wrong_less_than_once_in_a_hundred():
    assert "201 are wrong less than once in a hundred" in TEXT
    assert 1 - float(majority(201, 0.6)) < 0.01
