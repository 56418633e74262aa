"""What the data hold: shares, Zipf ranks, text statistics, and what is never trained on."""

import numpy as np
import pytest

from experiments import language
from experiments.language import CONTEXT, DIRECT, LETTERS, NAMES, STEPS
from experiments.panels import PANELS


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def batch(panel: str, mixture: str = "base", seed: int = 1, steps: int = 100) -> np.ndarray:
    return PANELS[panel].batches(mixture, seed, chunk=0, steps=steps, rows=32).reshape(-1, CONTEXT + 1)


def kinds(rows: np.ndarray) -> dict[str, np.ndarray]:
    """Tell the document types of panel `abilities` apart by their first token."""
    first, repeated = rows[:, 1], np.array([len(set(row[1:].tolist())) <= 14 for row in rows])
    letters = (first >= LETTERS.start) & (first < LETTERS.stop)
    return {
        "letters": letters,
        "pair": (first >= NAMES.start) & (first < NAMES.stop),
        "sum_steps": first == STEPS,
        "sum_direct": first == DIRECT,
        "few_letters": letters & repeated,
    }


@pytest.mark.parametrize("panel", PANELS)
def test_batches_depend_on_seed_and_chunk_and_on_nothing_else(panel):
    first = PANELS[panel].batches("base", 1, 0, 3, 4)
    assert np.array_equal(first, PANELS[panel].batches("base", 1, 0, 3, 4))
    assert not np.array_equal(first, PANELS[panel].batches("base", 2, 0, 3, 4))
    assert not np.array_equal(first, PANELS[panel].batches("base", 1, 1, 3, 4))
    assert first.shape == (3, 4, CONTEXT + 1) and (first[..., 0] == language.START).all()


@pytest.mark.parametrize("panel", PANELS)
def test_every_mixture_has_shares_that_sum_to_one_over_the_panels_types(panel):
    for shares in PANELS[panel].mixtures.values():
        assert sum(shares.values()) == pytest.approx(1)
        assert set(shares) == set(PANELS[panel].generators)


@pytest.mark.parametrize("mixture", PANELS["abilities"].mixtures)
def test_document_types_have_their_shares_of_rows(mixture):
    rows, shares = batch("abilities", mixture), PANELS["abilities"].mixtures[mixture]
    found = {name: chosen.mean() for name, chosen in kinds(rows).items()}
    expected = {name: shares[name] for name in ("pair", "sum_steps", "sum_direct")}
    expected["letters"] = shares["text"] + shares["quotation"]
    for name, share in expected.items():
        error = 4 * np.sqrt(share * (1 - share) / len(rows))
        assert found[name] == pytest.approx(share, abs=error), name


def test_instructions_are_zipf_ranked(rng):
    _, rank = language.instruction(rng, 20_000)
    counts = np.bincount(rank.ravel(), minlength=256)
    expected = language.zipf(256, 1.0) * rank.size
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert abs(chi_square - 255) < 4 * np.sqrt(
        2 * 255
    )  # The mean and four standard deviations, 255 degrees of freedom.


def test_instructions_permute_the_digits_and_no_two_are_alike():
    maps = language.instruction_maps()
    assert (np.sort(maps, 1) == np.arange(10)).all()
    assert len(np.unique(maps, axis=0)) == 256


def test_an_instruction_document_names_its_permutation(rng):
    rows, rank = language.instruction(rng, 50)
    a, b, x, y = rows[:, 1:].astype(int).reshape(50, 8, 4).transpose(2, 0, 1)
    assert np.array_equal((a - NAMES.start) * 16 + b - NAMES.start, rank)
    assert np.array_equal(y, language.instruction_maps()[rank, x])


def test_text_follows_its_tables(rng):
    """The likeliest follower of one, two or three letters appears at least as often as its table alone says."""
    rows = language.text(rng, 4000)[:, 1:].astype(int) - LETTERS.start
    for k in (1, 2, 3):
        context = sum(rows[:, 3 - i : CONTEXT - i] * 32 ** (i - 1) for i in range(1, k + 1))
        follows = rows[:, 3:] == language.followers()[k][context, 0]
        alone = language.ORDER_SHARES[k] * language.FOLLOWER_SHARES[0]
        assert alone < follows.mean() < alone + 0.2
    assert rows.min() == 0 and rows.max() == 31


def test_quotations_repeat_two_passages_of_three_to_seven_letters(rng):
    for row in language.quotation(rng, 200)[:, 1:].tolist():
        found = [
            (a, b)
            for a in language.PASSAGE_LENGTHS
            for b in language.PASSAGE_LENGTHS
            if is_made_of(row, (row[:a], row[a : a + b]))
        ]
        assert found, row


def is_made_of(row: list[int], passages: tuple[list[int], list[int]]) -> bool:
    """Whether row is a sequence of the two passages, the last one cut short."""
    ends = [0]
    reached = set()
    while ends:
        end = ends.pop()
        for passage in passages:
            rest = row[end : end + len(passage)]
            if rest == passage[: len(rest)]:
                if end + len(rest) == len(row):
                    return True
                if end + len(rest) not in reached:
                    reached.add(end + len(rest))
                    ends.append(end + len(rest))
    return False


def test_sums_are_right_with_and_without_steps(rng):
    for with_steps in (True, False):
        documents = language.sums(rng, 100, with_steps)[:, 1:].reshape(-1, 8).astype(int)
        a, b, c = documents[:, 1:4].T
        total = (a + b + c) % 10
        if with_steps:
            assert np.array_equal(documents[:, 5], (a + b) % 10) and np.array_equal(documents[:, 6], total)
        else:
            assert np.array_equal(documents[:, 5], total) and (documents[:, 6] == language.STOP).all()


@pytest.mark.parametrize("seed", range(12))
def test_held_out_pairs_are_never_trained_on_but_their_parts_are(seed):
    held_out = language.held_out_pairs(seed)
    assert len(set(held_out)) == 6
    rows = batch("abilities", seed=seed, steps=40)
    documents = rows[kinds(rows)["pair"]][:, 1:].reshape(-1, 8).astype(int)
    operation, order = documents[:, 0] - NAMES.start, documents[:, 1] - NAMES.start - language.OPERATIONS
    trained = set((operation * language.ORDERS + order).tolist())
    assert trained == set(range(24)) - set(held_out.tolist())
    assert set(operation.tolist()) == set(range(4)) and set(order.tolist()) == set(range(6))


def test_the_held_out_pairs_vary_with_the_seed():
    assert len({tuple(language.held_out_pairs(seed)) for seed in range(1, 9)}) > 4


def test_a_pair_reorders_then_maps(rng):
    rows, pair = language.pairs(rng, 50, np.arange(24))
    documents = rows[:, 1:].reshape(50, 4, 8).astype(int)
    x, y = documents[..., 2:5], documents[..., 5:]
    assert (np.sort(language.digit_maps()[pair[..., None] // 6, x]) == np.sort(y)).all()
    identity = pair % 6 == 0  # The first permutation of three is the identity.
    assert np.array_equal(language.digit_maps()[pair[identity][:, None] // 6, x[identity]], y[identity])


def test_key_values_ask_for_a_pair_that_was_shown(rng):
    for row in language.key_values(rng, 100)[:, 1:].tolist():
        shown = dict(zip(row[:16:2], row[1:16:2], strict=True))
        assert len(shown) == 8 and len(set(row[:16])) == 16
        assert shown[row[16]] == row[17]


@pytest.mark.parametrize("mixture", PANELS["abilities"].mixtures)
def test_the_key_value_format_is_never_trained_on(mixture):
    """No training row begins as every probe does: sixteen different letters, then the 2k-1st and 2k-th again."""
    rows = batch("abilities", mixture, steps=300)
    letters = rows[kinds(rows)["letters"]][:, 1:]
    all_different = np.array([len(set(row[:16].tolist())) == 16 for row in letters])
    asked_again = (letters[:, 16:17] == letters[:, :16:2]).any(1)
    followed_by_value = ((letters[:, 16:17] == letters[:, :16:2]) & (letters[:, 17:18] == letters[:, 1:16:2])).any(1)
    assert len(letters) > 1000
    assert not (all_different & asked_again & followed_by_value).any()
