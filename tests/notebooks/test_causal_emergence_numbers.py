"""Numbers that the text and the solutions of the chapter on causal emergence state, recomputed."""

from __future__ import annotations

import math
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from stated import Stated, numbers_of, text_of

from emergence.exercises import causal_emergence as exercises
from emergence.figures.causal_emergence import inputs, magnet, row, scales, search
from emergence.physics import causal

CHAPTER = "chapters/physics/causal_emergence.ipynb"
TEXT = text_of(CHAPTER)

FOUR = causal.absorbing(4)
GAINS = {name: causal.gain(*causal.published(name)) for name in causal.PUBLISHED}
NOISY = GAINS["4 noisy units"]
CAPACITY = causal.capacity(causal.coupled_pairs()).low
ONE_PLACE = np.eye(4)[[0, 0, 0, 3]]
LEAKY = causal.gain(causal.three_and_one(0, 0.2), [0, 0, 0, 1])


def difference_of_equal_information(leak: float) -> float:
    return brentq(lambda d: causal.gain(causal.three_and_one(d, leak), [0, 0, 0, 1]).micro
                  - causal.gain(causal.three_and_one(0, leak), [0, 0, 0, 1]).macro, 0, 1)  # fmt: skip


@cache
def chance() -> dict[str, tuple[float, float, float]]:
    """What the cell prints: share of machines with a winner, its standard error, share of winning groupings, in %."""
    rng, groupings, shares = np.random.default_rng(3), causal.groupings(6), {}
    for draw in (causal.random_map, causal.random_noisy):
        ei = np.array([causal.effective_information_of_groupings(draw(6, rng), groupings) for _ in range(500)])
        wins = ei[:, :-1] > ei[:, -1:] + 1e-9
        share = wins.any(axis=1).mean()
        shares[draw.__name__] = 100 * share, 100 * math.sqrt(share * (1 - share) / 500), 100 * wins.mean()
    return shares


@cache
def all_maps() -> tuple[float, float]:
    """Shares of the 6^6 maps of six states with a winning grouping, and of winning groupings over all maps."""
    groupings, names = causal.groupings(6), np.array(list(permutations(range(6))))
    back, digits, new = np.argsort(names, axis=1), 6 ** np.arange(6), np.ones(6**6, bool)
    maps, winning = 0.0, 0.0
    for code in range(6**6):
        if new[code]:
            follows = code // digits % 6
            alike = np.unique(np.take_along_axis(names, follows[back], axis=1) @ digits)  # the same but for names
            new[alike] = False
            ei = causal.effective_information_of_groupings(np.eye(6)[follows], groupings)
            wins = ei[:-1] > ei[-1] + 1e-9
            maps += len(alike) * wins.any() / 6**6
            winning += len(alike) * wins.mean() / 6**6
    return maps, winning


@cache
def spins(temperature: float) -> np.ndarray:
    """EI of all groupings of three spins, the states last."""
    return causal.effective_information_of_groupings(causal.magnet(3, temperature), causal.groupings(8))


@cache
def peak(count: int) -> float:
    return minimize_scalar(lambda t: -gain_of_magnet(count, t), bounds=(0.5, 1.8), method="bounded").x


def gain_of_magnet(count: int, temperature: float) -> float:
    micro, macro = causal.magnet_information(count, temperature)
    return float(macro - micro)


def of(name: str, part: int):
    return lambda: chance()[name][part]


def entry(name: str):
    return [GAINS[name].micro, GAINS[name].macro]


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("It is {} bits. The next state does answer", GAINS["4 states"].micro),
    Stated("is worth $h(\\frac14) = {}$ bits", float(causal.entropy([1 / 4, 3 / 4]))),
    Stated("Can you bring EI above {}?", GAINS["4 states"].micro),
    Stated("this takes away {} of {} bits.", 2 * causal.degeneracy(ONE_PLACE), 2),
    Stated("In units of $\\log_2 3 = {}$ that is {}, so determinism is {}.", math.log2(3), 1 / 3 / math.log2(3),
           causal.determinism(exercises.THREE)),
    Stated("Its entropy is {} bits, so degeneracy is {}.", causal.entropy(exercises.THREE.mean(axis=0)),
           causal.degeneracy(exercises.THREE)),
    Stated("EI is {} − {} = {} bits.", causal.entropy(exercises.THREE.mean(axis=0)), 1 / 3,
           causal.effective_information(exercises.THREE)),
    Stated("The states have {}. The groups win by {} bits", GAINS["4 states"].micro, GAINS["4 states"].inputs),
    Stated("It starts at {} with slope zero, crosses the 1 bit of the groups at $d = {}$, and ends at {} bits",
           GAINS["4 states"].micro, difference_of_equal_information(0),
           causal.effective_information(causal.three_and_one(1, 0))),
    Stated("With a leak of {} the alike states keep {} of their {} bits and the groups {} of their {} bit", 0.2,
           LEAKY.micro, GAINS["4 states"].micro, LEAKY.macro, 1),
    Stated("the crossing moves to $d = {}$.", difference_of_equal_information(0.2)),
    Stated("EI is $h(1/n)$: {} bits for the eight states of a published example, {} for a thousand.",
           GAINS["8 states"].micro, causal.effective_information(causal.absorbing(1000))),
    Stated("That is {} bits for $n = 16$, and below {} bits from $n = {}$ on",
           causal.effective_information(causal.absorbing(16)), exercises.SMALL, exercises.least_states()),
    Stated("The 16 states have an EI of {} bits, and the four groups {} bits.", NOISY.micro, NOISY.macro),
    Stated("It tells {} bits, exactly as many as the groups have.", NOISY.micro + NOISY.inputs),
    Stated("| four states | {} | {} | 0 |", *entry("4 states")),
    Stated("| eight states | {} | {} | 0 |", *entry("8 states")),
    Stated("| four noisy units, 16 states | {} | {} | 0 | {} |", *entry("4 noisy units"), CAPACITY),
    Stated("| six AND units, 64 states | {} | {} | 0 | {} |", *entry("6 AND units"), 3),
    Stated("Eight states have {} groupings", len(causal.groupings(8))),
    Stated("For about {} in 10. In a random map", lambda: chance()["random_map"][0] / 10),
    Stated("exactly one does, with {} bits against {}:", lambda: spins(4.0)[:-1].max(), lambda: spins(4.0)[-1]),
    Stated("Of 500 random maps {} % have a grouping that wins (with a standard error of {} %; of all {} maps it is "
           "{} %), and of 500 matrices of random noise, whose rows are drawn uniformly from all distributions, {} % "
           "({} %)",
           of("random_map", 0), of("random_map", 1), 6**6, lambda: 100 * all_maps()[0],
           of("random_noisy", 0), of("random_noisy", 1)),
    Stated("wins in {} % and in {} % of the cases: most", of("random_map", 2), of("random_noisy", 2)),
    Stated("$B_8 = {}$. For the 16 states of the noisy units there are already ${}$.", exercises.bell(8),
           exercises.bell(16)),
    Stated("miss the green line, by {} bits", CAPACITY - NOISY.macro),
    Stated("the published one is at most {} bits below", CAPACITY - NOISY.macro),
    Stated("+ 10 \\cdot 2 + 5 \\cdot 1 + 1 = {}$. For 16 states it takes {} years",
           exercises.bell(6), exercises.bell(16) / 1000 / (365.25 * 86400)),
    Stated("$B_{64}$ has {} digits", len(str(exercises.bell(64)))),
    Stated("For eight spins the gain of EI has its peak at $T = {}$, to", lambda: peak(8)),
    Stated("it is at {} for four spins, at {} for eight, and at {} for 64.", lambda: peak(4), lambda: peak(8),
           lambda: peak(64)),
    Stated("the states win below $T = {}$, deep", lambda: brentq(lambda t: gain_of_magnet(8, t), 0.3, 0.6)),
    Stated("For 64 spins the gain is {} bits at $T = 2$ and still {} at $T = 3$", lambda: gain_of_magnet(64, 2.0),
           lambda: gain_of_magnet(64, 3.0)),
    Stated("The gain there is {} bits, and EI of the states {}:", lambda: gain_of_magnet(64, 2.0),
           lambda: causal.magnet_information(64, 2.0).micro),
    Stated("$64/(63 \\cdot 4) = {}$ bits. The groups have $0.163 + 1.10 = {}$ bits", exercises.states_bound,
           exercises.groups_bits),
)  # fmt: skip

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("more than the states: {} bits against {} in", NOISY.macro, NOISY.micro),
    Stated("With six states, {} % of 500 random maps have such a grouping (standard error {} %), and {} % of 500 "
           "matrices whose rows are drawn uniformly from all distributions ({} %);", of("random_map", 0),
           of("random_map", 1), of("random_noisy", 0), of("random_noisy", 1)),
    Stated("of all {} maps {} %", 6**6, lambda: 100 * all_maps()[0]),
    Stated("A single grouping, chosen blindly, wins in {} % and {} % of the cases.", of("random_map", 2),
           of("random_noisy", 2)),
    Stated("the gain is at $T = {}$ for 4 spins, at {} for 8 and at {} for 64, while", lambda: peak(4), lambda: peak(8),
           lambda: peak(64)),
)  # fmt: skip


def test_the_figures_show_what_the_text_says():
    assert "effective information 0.811 of at most 2" in row.figure.show().sentence
    surely = row.figure.show(to_a=1.0, to_b=0.0, to_c=0.0).sentence
    assert "determinism 2.000 minus degeneracy 1.189 is effective information 0.811" in surely
    assert "information 2.000" in row.figure.show(to_a=1.0, to_b=0.0, to_c=0.0, others="all others stay").sentence
    assert "0.811 bits for the four states and 1.000 for the groups ABC | D" in scales.figure.show().sentence
    assert "carry 1.5518 bits" in inputs.figure.show(mix=1.0).sentence
    shown = inputs.figure.show(mix=1.0, system="6 AND units").sentence
    assert "carry 3.0000 bits" in shown and "capacity 3.0000" in shown
    assert "so the magnetisation would be the scale" in magnet.figure.show(spins="64", temperature=3.0).sentence
    assert "so the single states would be the scale" in magnet.figure.show(temperature=0.4).sentence


@pytest.mark.parametrize(("temperature", "winners"), [(1.0, 0), (4.0, 1)])
def test_the_search_over_three_spins_ends_as_the_text_says(temperature, winners):
    assert "At $T = 1$ no grouping of the three spins wins. At $T = 4$ exactly one does" in TEXT
    values = search.figure.check({"temperature": temperature, "speed": 200})
    state = search.figure.start(values, 4)
    for _ in range(25):
        state = search.figure.advance(state, values)
    sentence = search.figure.sentence(state, values)
    assert "4,139 of 4,139" in sentence and f"more than the states: {winners}." in sentence
    assert ("A | BCE | DFG | H, has 0.071" in sentence) == bool(winners)


@pytest.mark.parametrize("others", [0.1, 0.5, 1.0])
def test_no_row_brings_three_alike_states_above_their_bound(others):
    assert "While A, B and C do the same, no row brings EI above 0.811 bits" in TEXT
    for share in np.linspace(0, 1, 11):
        matrix = FOUR.copy()
        matrix[:3] = [share * others, share * (1 - others), 0, 1 - share]
        assert causal.effective_information(matrix) <= causal.entropy([1 / 4, 3 / 4]) + 1e-12


def test_the_groups_lose_more_by_the_leak_than_the_alike_states():
    assert "the groups lose more bits, and the crossing moves" in TEXT
    assert 1 - LEAKY.macro > GAINS["4 states"].micro - LEAKY.micro


def test_two_and_two_never_win():
    for difference in np.linspace(0, 1, 11):
        for leak in np.linspace(0, 0.9, 10):
            gain = causal.gain(causal.three_and_one(difference, leak), scales.GROUPINGS["AB | CD"])
            assert gain.macro <= gain.micro + 1e-12


def test_the_magnetisation_wins_for_eight_spins_at_all_higher_temperatures_of_the_figure():
    assert "The magnetisation wins at all higher temperatures that the figure shows" in TEXT
    micro, macro = causal.magnet_information(8, np.linspace(0.42, 3, 200))
    assert np.all(macro > micro)
    assert gain_of_magnet(64, 2.0) > gain_of_magnet(8, 2.0) > gain_of_magnet(4, 2.0)


def test_the_sampled_maps_agree_with_all_maps():
    (share, error, blind), (exact, exact_blind) = chance()["random_map"], all_maps()
    assert abs(share - 100 * exact) < 3 * error
    assert blind == pytest.approx(100 * exact_blind, abs=0.1)


def test_the_cell_of_block_spins_shows_that_equal_groups_lose():
    matrix = causal.heat_bath_ring(6, 2.0)
    values = {rule: causal.gain(matrix, causal.blocks(6, 3, rule)) for rule in causal.BLOCK_RULES}
    assert all(gain.macro < gain.micro for gain in values.values())
    assert values["majority"].inputs == pytest.approx(0) and values["first spin"].inputs == pytest.approx(0)
    assert values["all up"].inputs != pytest.approx(0, abs=0.01)


# -- the answers of the exercises, computed in another way --------------------------------------------------------


def test_three_of_the_exercises_agree_with_counting():
    assert [exercises.bell(n) for n in range(1, 9)] == [len(causal.groupings(n)) for n in range(1, 9)]
    assert sorted(np.bincount(causal.magnetisations(9)))[:4] == [1, 1, 9, 9]
    for rule in ("majority", "first spin"):
        assert set(np.bincount(causal.blocks(9, 3, rule))) == {64}
    gain = causal.gain(causal.magnet(9, 2.0), causal.magnetisations(9))
    assert gain.macro > gain.micro
