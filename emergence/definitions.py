"""Five definitions of "emergent" that are in use, nine examples, and the book's verdict on each pair with its reason.

Definitions after Bedau (1997), Wei et al. (2022), the physics of phase transitions, Anderson (1972) and Hoel et al.
(2013). A verdict is a judgement: it can be contested, and each names where in the book its reason is shown.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from emergence.checks import one_of

YES, NO, DEPENDS = "yes", "no", "it depends"
VERDICTS = (YES, NO, DEPENDS)

DEFINITIONS = {
    "no shortcut": "nobody can tell it from the parts without running them",
    "size": "it is absent in small systems and present in large ones",
    "sharp": "it sets in within a range of a control that shrinks as the system grows",
    "symmetry": "the states have less symmetry than the rule",
    "causes": "a coarse description has the stronger causes",
}
"""Short names of the definitions, and what each says."""


class Cell(NamedTuple):
    """The verdict of a definition on an example, and why."""

    verdict: str
    reason: str


_TABLE: dict[str, tuple[tuple[str, str], ...]] = {
    "a flock": (
        (DEPENDS, "That it orders can be argued; at which noise it does, only runs say (Order from simple rules)."),
        (NO, "At noise 0.2, 125 birds agree as well as 2,000 (Order from simple rules)."),
        (YES, "In large boxes the agreement jumps at one noise (Order from simple rules, by citation)."),
        (YES, "The rule prefers no direction, and each flock has one (Order from simple rules)."),
        (DEPENDS, "Nobody has computed it here, and it would depend on how often each state is set."),
    ),
    "a magnet": (
        (NO, "Onsager and Yang computed the plane lattice from its rule (More is different)."),
        (YES, "A small magnet turns over again and again; a large cold one keeps its side longer than anyone "
              "waits (Two limits)."),
        (YES, "Curves of larger lattices are steeper at one temperature (Scale makes the transition)."),
        (YES, "Up and down are equal in the rule, and a cold large magnet has one of them (More is different)."),
        (DEPENDS, "With all states set equally often the magnetisation tells more; with its own inputs never "
                  "(Which scale causes?)."),
    ),
    "percolation": (
        (DEPENDS, "That there is a threshold is proved; 0.593 comes from runs (Order from simple rules)."),
        (DEPENDS, "Small lattices are crossed as well; an infinite cluster needs an infinite one (Order from "
                  "simple rules)."),
        (YES, "The window shrinks like the side to the power −3/4 (Order from simple rules)."),
        (NO, "Coins on both sides of the threshold have all symmetries of the lattice (Order from simple rules)."),
        (NO, "The coins are tossed once: no state follows from another, so nothing causes anything."),
    ),
    "a sandpile": (
        (DEPENDS, "How many piles recur is a determinant; how large avalanches get, runs say (Order from simple "
                  "rules)."),
        (YES, "A small pile has no large avalanche, for its grains soon fall off the edge (Order from simple rules)."),
        (NO, "There is no control: the pile comes to its state by itself (Order from simple rules)."),
        (NO, "In the long run the pile has one law, with all symmetries of its rule (Order from simple rules)."),
        (DEPENDS, "Nobody has computed it here, and it would depend on how often each pile is set."),
    ),
    "rule 110": (
        (YES, "It can run any program, so what its rows do in the end cannot be decided in general (Cook 2004)."),
        (DEPENDS, "Its patterns show on rows of some hundred cells; running any program takes a row without end."),
        (NO, "Eight bits make the rule: there is no control to turn (Order from simple rules)."),
        (DEPENDS, "It has a background that repeats every 14 cells, while random rows show no order far away "
                  "(Order from simple rules)."),
        (DEPENDS, "Nobody has computed it here; other small networks gain or lose (Which scale causes?)."),
    ),
    "a vote": (
        (NO, "The law of large numbers tells it before anybody votes (this chapter)."),
        (NO, "Three voters have a majority too; what grows is how often it is right (this chapter)."),
        (YES, "Its window shrinks like one over the root of the number of voters (this chapter)."),
        (NO, "No voter listens to another, so nothing holds a side once it has won (Scale makes the transition)."),
        (NO, "The votes are cast once: no state follows from another."),
    ),
    "the number e": (
        (NO, "The limit follows from the formula (e, π, √2)."),
        (DEPENDS, "Each term of the sequence is a fraction, and e is none; but no term is large enough (e, π, √2)."),
        (NO, "Only the size varies: there is no control beside it (e, π, √2)."),
        (NO, "A sequence of numbers has no symmetry to lose."),
        (NO, "Its terms do not act on each other."),
    ),
    "list look-up": (
        (DEPENDS, "The loss predicts it for a size left out, once other sizes have been trained (Train it yourself)."),
        (YES, "Width 16 hardly answers a list, width 64 does (this chapter)."),
        (DEPENDS, "It comes within part of a run; whether that part shrinks with size was not measured."),
        (NO, "Chance breaks the symmetry of the hidden units at step 0, long before the ability."),
        (DEPENDS, "Nobody has computed it, for these models or for large ones."),
    ),
    "all K digits right": (
        (NO, "It is the power of a smooth curve (this chapter)."),
        (YES, "Where a digit gets better with size, long answers go from hardly ever to nearly always (this chapter)."),
        (DEPENDS, "Longer answers are steeper in p, and no steeper in ln(1 − p); nor is their length the size "
                  "(Scale makes the transition)."),
        (NO, "A power of a number has no symmetry to lose."),
        (NO, "A score is read off: it causes nothing."),
    ),
}  # fmt: skip

EXAMPLES = tuple(_TABLE)
NAMES = tuple(DEFINITIONS)


def cell(example: str, definition: str) -> Cell:
    """The book's verdict on an example under a definition, and its reason."""
    return Cell(*_TABLE[one_of("example", example, EXAMPLES)][NAMES.index(one_of("definition", definition, NAMES))])


def opposed(first: str, second: str) -> tuple[str, ...]:
    """The examples that one of two definitions calls emergent and the other does not."""
    return tuple(each for each in EXAMPLES if {cell(each, first).verdict, cell(each, second).verdict} == {YES, NO})


def counts() -> dict[str, int]:
    """How many cells of the table have each verdict."""
    verdicts = [cell(example, definition).verdict for example in EXAMPLES for definition in NAMES]
    return {verdict: verdicts.count(verdict) for verdict in VERDICTS}


def unanimous() -> tuple[str, ...]:
    """The examples on which all definitions have one verdict."""
    return tuple(each for each in EXAMPLES if len({cell(each, definition).verdict for definition in NAMES}) == 1)


def pairs_opposed() -> tuple[tuple[str, str], ...]:
    """The pairs of definitions that are opposed on at least one example."""
    return tuple(pair for pair in combinations(NAMES, 2) if opposed(*pair))


def agreeing(own: dict[str, bool], definition: str) -> tuple[int, int]:
    """On how many examples a reader's yes or no is that of a definition, of how many on which it says one or the other.

    own: the reader's verdict on each example. Raises ValueError when one is missing.
    """
    if missing := [each for each in EXAMPLES if each not in own]:
        raise ValueError(f"own has no verdict on {', '.join(missing)}; allowed are verdicts on all of EXAMPLES")
    decided = [each for each in EXAMPLES if cell(each, definition).verdict != DEPENDS]
    return sum(own[each] == (cell(each, definition).verdict == YES) for each in decided), len(decided)
