"""Numbers that the text and the solutions of the chapter on the book's own models state, recomputed."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from scipy.stats import t as student
from stated import Stated, numbers_of, read, text_of

from emergence.scaling import collapse, fits, interventions
from emergence.scaling.traces import PANELS, load_traces, provenance
from emergence.statistics import Interval, share_interval
from emergence.tables import read_rows

CHAPTER = "chapters/scaling/train_it_yourself.ipynb"
TEXT = text_of(CHAPTER)
BASE = {panel: load_traces(panel).of("base") for panel in PANELS}
ABILITIES = BASE["abilities"]
ENDS = ABILITIES.select(ABILITIES.annealed & (ABILITIES.budget_steps == 3000))
SHARES = provenance()["panels"]["abilities"]["mixtures"]["base"]
DESIGN = provenance()["design"]
PLANNED = interventions.provenance()["planned"]
RISING = [(panel, skill) for panel in PANELS for skill in BASE[panel].skills if skill != "direct"]
LOGISTIC = collapse.JOINT[1]
PAIRS_AND_SUMS = ("heldout", "trained_pairs", "scratchpad")
BEHIND_THE_LOSS = (collapse.JOINT[0], "loss without the skill", "log C")


def minmax(values: np.ndarray) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def judged(quantity: str, axis: str, skill: str, panel: str = "abilities", schedule: str = "constant") -> float:
    return interval(quantity, axis, skill, panel, schedule).estimate


def interval(quantity: str, axis: str, skill: str, panel: str = "abilities", schedule: str = "constant") -> Interval:
    return collapse.collapse_table()[panel, skill, "p", schedule][quantity, axis]


def over_the_spread(skill: str, panel: str = "instructions", schedule: str = "constant", axis: str = "loss") -> float:
    """The error along an axis in units of the spread between seeds."""
    spread = judged("spread of seeds", "loss", skill, panel, schedule)
    return judged("error", axis, skill, panel, schedule) / spread


def spread_along(axis: str, skill: str) -> float:
    """Of the seeds of one width, along another axis than the loss."""
    return collapse.seed_noise_floor(collapse.make_sample(ABILITIES, skill, "p"), axis).rms


def tuned_rate(width: int) -> float:
    (row,) = read_rows("learning_rates.csv", panel="abilities", d_model=width, chosen=1)
    return float(row["rate"])


def parameters(width: int) -> float:
    return float(ABILITIES.parameters[ABILITIES.d_model == width][0])


def score(skill: str, metric: str, chosen: np.ndarray) -> np.ndarray:
    """Of the runs at the end of 3,000 steps."""
    return ENDS.metric(skill, metric)[chosen]


NARROW, WIDE = ENDS.d_model <= 24, ENDS.d_model >= 48


def heap(centre: float, chosen: np.ndarray | slice = slice(None)) -> int:
    """How many runs end with a p of the written sums near a value."""
    return int((np.abs(ENDS.metric("scratchpad", "p") - centre) < 0.02)[chosen].sum())


# --- passages ----------------------------------------------------------------------------------------------


@cache
def transitions(panel: str, skill: str) -> list[collapse.Transition]:
    return collapse.transitions(collapse.make_sample(BASE[panel], skill, "p"), 0.1, 1.0)


@cache
def passages(panel: str, skill: str) -> list[collapse.Passages]:
    return collapse.passages(transitions(panel, skill))


def half_way(skill: str) -> list[float]:
    """The losses at which single runs are half-way."""
    return [t.half for t in transitions("instructions", skill) if math.isfinite(t.half)]


def lengths(panel: str, skill: str) -> list[float]:
    return [p.width for p in passages(panel, skill) if p.width]


MISSING = {p.size: p.runs - p.completed for p in passages("instructions", "ranks_17_32") if p.size >= 32}
PAIRS = [p for p in passages("abilities", "heldout") if p.completed]
COMPLETED = [(p.completed, p.runs) for p in passages("instructions", "ranks_17_32") if p.size >= 32]


TRUNKS = collapse.judged(BASE["instructions"]).loss
SHARES_OF_THE_FALL = 100 * np.array(lengths("instructions", "ranks_17_32")) / np.ptp(TRUNKS)


def spread_of_eight() -> float:
    """Of runs that are missed by 0.09 when each is predicted from the mean of seven others."""
    return 0.09 * math.sqrt(7 / 8)


# --- laws of size ------------------------------------------------------------------------------------------


@cache
def law(most_seeds: int) -> fits.Law:
    """L(N) fitted to the final losses below width 96."""
    n, loss = collapse.final_losses(ABILITIES.select(ABILITIES.seed <= most_seeds), 3000)
    return collapse.fit_size_law(n[n < n.max()], loss[n < n.max()])


LARGEST = sorted(ENDS.loss[ENDS.d_model == 96])


# --- intervals from few runs -------------------------------------------------------------------------------


def length_of_three() -> float:
    """The mean range of three normal numbers, in units of the mean length of Student's interval for their mean."""
    deviation = math.gamma(1.5) / math.gamma(1)  # mean standard deviation of three
    return 3 / math.sqrt(math.pi) / (2 * student.ppf(0.975, 2) * deviation / math.sqrt(3))


def coverage_of_eight() -> float:
    """How often the interval resampled from eight normal numbers covers their mean."""
    rng, covered = np.random.default_rng(2026), []
    for _ in range(20):
        runs = rng.standard_normal((1000, 8))
        drawn = runs[np.arange(1000)[:, None, None], rng.integers(0, 8, (1000, 500, 8))].mean(axis=2)
        low, high = np.quantile(drawn, [0.025, 0.975], axis=1)
        covered.append(np.mean((low <= 0) & (high >= 0)))
    return float(np.mean(covered))


# --- the interventions -------------------------------------------------------------------------------------

EQUAL, SWAPPED = (interventions.sums_learnt(mixture) for mixture in ("equal_sums", "swapped_sums"))
EQUAL_SHAPES = [
    len({getattr(run, name) for run in interventions.select(part="sums", mixture="equal_sums")})
    for name in ("d_model", "seed")
]
QUESTIONS = interventions.questions()


def flicker(name: str) -> float:
    """Of single facts, the mean over the runs."""
    return float(np.mean([getattr(interventions.rises_and_falls(run.ability), name) for run in QUESTIONS]))


def first_passages(step: np.ndarray, columns: np.ndarray) -> list[int]:
    """Steps from the last time below 0.25 before the first time above 0.75 to that, of the columns that have both."""
    found = []
    for column in columns.T:
        above = np.flatnonzero(column > 0.75)
        below = np.flatnonzero(column[: above[0]] < 0.25) if len(above) else above
        if len(below):
            found.append(int(step[above[0]] - step[below[-1]]))
    return found


FIRST_PASSAGES = np.array([steps for run in QUESTIONS for steps in first_passages(run.step, run.ability)])
GROUP_PASSAGES = [first_passages(run.step, run.ability.mean(axis=1)[:, None])[0] for run in QUESTIONS]


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    # what is trained
    Stated("its own: {} training runs", provenance()["runs"]["finished"]),
    Stated("Then come {} more, the", sum(n for part, n in PLANNED.items() if part != "questions")),
    Stated("one token; guessing is right 1 time in {}", 1 / ABILITIES.chance["icl"]),
    Stated("both sums: {} tokens; asked directly: {}", *(ABILITIES.answer_tokens[s] for s in ("scratchpad", "direct"))),
    Stated("{} tokens, on the pairs held out", ABILITIES.answer_tokens["heldout"]),
    Stated(
        "{} % text, {} % quotations, {} % pairs of operation and order, {} % sums with steps, {} % sums "
        "without. The panel",
        *(100 * SHARES[kind] for kind in ("text", "quotation", "pair", "sum_steps", "sum_direct")),
    ),
    Stated("have {} layers and {} widths from", ABILITIES.layers.max(), len(ABILITIES.sizes)),
    Stated("widths from {} to {}, that is", min(ABILITIES.sizes), max(ABILITIES.sizes)),
    Stated("{} thousand to {} thousand parameters", *(n / 1000 for n in (parameters(16), parameters(96)))),
    Stated("a **trunk** of {} steps", ABILITIES.step[~ABILITIES.annealed].max()),
    Stated("steps of {} tokens at a constant", ABILITIES.tokens[0] / ABILITIES.step[0]),
    Stated("end after {}, {} and {} steps", *DESIGN["budgets"]),
    Stated("Widths 16, 32 and 64 have {} seeds, the others {}", DESIGN["seeds"]["64"], DESIGN["seeds"]["96"]),
    Stated("{} at width 16 and {} at width 96) and for", tuned_rate(16), tuned_rate(96)),
    # axes
    Stated(
        "the sixth width is missed by {}, where runs of one width already differ by {} at equal loss.",
        *(judged(quantity, "loss", "heldout") for quantity in ("error", "spread of seeds")),
    ),
    Stated(
        "together it is missed by {}, and there runs of one size already differ by {} at an equal step",
        *(judged("error", BEHIND_THE_LOSS[0], "heldout"), spread_along("log D", "heldout")),
    ),
    Stated(
        "teach the pairs the sixth width is missed by {}, along compute by {},",
        *(judged("error", axis, "heldout") for axis in BEHIND_THE_LOSS[1:]),
    ),
    Stated("each of the {} abilities that rise", len(RISING)),
    Stated(
        "the held-out ones by {} instead of {}",
        *(judged("error", axis, "heldout") for axis in ("loss without the skill", "loss")),
    ),
    Stated(
        "all {} runs of widths 16 and 24 stay at chance; of the {} wider ones {} do, {} have one of the two sums, "
        "and {} have both",
        heap(0.10, NARROW),
        *(int((~NARROW).sum()), *(heap(centre, ~NARROW) for centre in (0.10, 0.55, 1.00))),
    ),
    Stated("sums with steps had {} times as many documents", SHARES["sum_steps"] / SHARES["sum_direct"]),
    Stated("the rarest one of {} times", over_the_spread("ranks_129_256")),
    Stated("comes down to {} times the spread", over_the_spread("icl", "abilities")),
    Stated(
        "the written sums to between {} and {} times; of the",
        *(end(over_the_spread(each, "abilities") for each in PAIRS_AND_SUMS) for end in (min, max)),
    ),
    Stated(
        "After {} steps the exact match of in-context learning is at most {:<} at width 16 and at least {:>} from",
        *(ENDS.step.max(), score("icl", "exact", ENDS.d_model == 16).max(), score("icl", "exact", WIDE).min()),
    ),
    Stated("pairs right in up to {}", score("heldout", "exact", ENDS.d_model == 16).max()),
    # sums at equal shares
    Stated(
        "of {} new runs ({} widths, {} seeds) {} learn the sums with steps (exact match of a half or more at the end; "
        "95 % interval of the share {} to {}) and {} of these {} the direct ones too ({} to {})",
        *(EQUAL.runs, *EQUAL_SHAPES, EQUAL.steps, *share_interval(EQUAL.steps, EQUAL.runs)[1:]),
        *(EQUAL.direct, EQUAL.steps, *share_interval(EQUAL.direct, EQUAL.runs)[1:]),
    ),
    Stated("none of {} learns either (at most {})", SWAPPED.runs, share_interval(0, SWAPPED.runs).high),
    # facts
    Stated(
        "its passage takes {} to {} nat (the median of 16, by seed) where the group takes {} to {} ({} in the "
        "table above",
        *(
            end(getattr(each, name) for each in interventions.passages(64, 17, 32))
            for name in ("single", "group")
            for end in (min, max)
        ),
        next(p.width for p in passages("instructions", "ranks_17_32") if p.size == 64),
    ),
    Stated(
        "Here the second part is only {} to {} of the whole, so",
        *(end(each.share_between for each in interventions.passages(64, 17, 32)) for end in (min, max)),
    ),
    Stated(
        "rises at least once by {} (the mean of {} runs), where from a guess to 1 it is {};",
        flicker("largest"),
        len(QUESTIONS),
        0.9,
    ),
    Stated("falls undo {} % of the sum of all rises, where", 100 * flicker("lost")),
    Stated(
        "in {} % of the facts and at most 200 in {} %, while the mean of the group takes {} to {}.",
        *(100 * np.mean(FIRST_PASSAGES <= steps) for steps in (100, 200)),
        *(end(GROUP_PASSAGES) for end in (min, max)),
    ),
    Stated(
        "of the group's mean it is {} %",
        100 * np.mean([interventions.rises_and_falls(run.ability.mean(1)[:, None]).lost for run in QUESTIONS]),
    ),
    # passages
    Stated("While the loss falls from {} to {} nats", TRUNKS.max(), TRUNKS.min()),
    Stated("Over about {} per cent, by width {} to {}, in", np.mean(SHARES_OF_THE_FALL), *minmax(SHARES_OF_THE_FALL)),
    Stated("the runs that pass are half-way at {} to {} nats", *minmax(np.array(half_way("ranks_17_32")))),
    Stated("instructions are half-way at {} to {}", min(half_way("ranks_1_8")), max(half_way("ranks_1_8"))),
    Stated("128 at {} to {}", min(half_way("ranks_65_128")), max(half_way("ranks_65_128"))),
    Stated(
        "in the {} of {} runs from width {} on that complete the passage: at the median of a width it takes "
        "{} to {} nat, over a",
        *(*map(sum, zip(*COMPLETED, strict=True)), 32),
        *(end(lengths("instructions", "ranks_17_32")) for end in (min, max)),
    ),
    Stated("a factor of {} in parameters", parameters(96) / parameters(32)),
    Stated(
        "But the {} that are missing, {} of width 32 and {} of width 48, ended",
        *(sum(MISSING.values()), MISSING[32], MISSING[48]),
    ),
    Stated(
        "held-out pairs takes {} to {} nat up to width 64, where {} runs complete it, and {} in the {} runs of "
        "width 96",
        *(end(p.width for p in PAIRS[:-1]) for end in (min, max)),
        *(sum(p.completed for p in PAIRS[:-1]), PAIRS[-1].width, PAIRS[-1].completed),
    ),
    # exercises on the spread of seeds and on falls
    Stated("$s = {}\\,\\sqrt{7/8} = {}$, and with", 0.09, spread_of_eight()),
    Stated("the error is ${}\\,\\sqrt{3/2} = {}$.", spread_of_eight(), spread_of_eight() * math.sqrt(3 / 2)),
    Stated(
        "For the mean of the {} facts it is {} in the first run, and for the facts themselves, all rises and falls "
        "added up, {}.",
        QUESTIONS[0].ability.shape[1],
        interventions.rises_and_falls(QUESTIONS[0].ability.mean(axis=1)[:, None]).lost,
        interventions.rises_and_falls(QUESTIONS[0].ability).lost,
    ),
    # summary
    Stated("In {} runs on two fixed mixtures", sum(len(np.unique(BASE[panel].run)) for panel in PANELS)),
    Stated(
        "covers the mean in {} % of cases and is {} times as long as Student's; eight runs cover it in {} %",
        *(100 * (1 - 2 * 0.5**3), length_of_three, lambda: 100 * coverage_of_eight()),
    ),
    Stated(
        "the law predicts {}; the measured losses are {}, {} and {}, on average {}.",
        law(8)(parameters(96)),
        *LARGEST,
        np.mean(LARGEST),
    ),
    Stated(
        "it predicts {}, with an exponent of {} and a floor of ${}$",
        law(3)(parameters(96)),
        law(3).exponent,
        law(3).floor,
    ),
    Stated("It reaches zero at ${}$ parameters", law(3).scale * (-law(3).floor) ** (-1 / law(3).exponent)),
    Stated("has seen to {}", law(3).rms),
)


OVER_THE_SPREAD = [over_the_spread(skill, panel) for panel, skill in RISING]
NEAR, FAR = ([x for x in OVER_THE_SPREAD if (x < 1.25) == near] for near in (True, False))


def last_in_context(width: int) -> list[float]:
    runs = ABILITIES.select((ABILITIES.d_model == width) & (ABILITIES.step == 2400) & ~ABILITIES.annealed)
    return list(runs.metric("icl", "p"))


test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("width 16 answers at most {:<} of them", score("icl", "exact", ENDS.d_model == 16).max()),
    Stated("from width 48 on it is at least {:>}.", score("icl", "exact", WIDE).min()),
    Stated("the narrowest model has up to {} of them", score("heldout", "exact", ENDS.d_model == 16).max()),
    Stated(
        "by at most {} times the spread between seeds at equal loss for {} of the {} and by {} to {} times for the "
        "others",
        *(max(NEAR), len(NEAR), len(RISING)),
        *(end(FAR) for end in (min, max)),
    ),
    Stated(
        "is not told apart from the loss for {} of the {}. (Learning",
        sum(low <= 0 <= high for _, low, high in (interval("error minus loss", LOGISTIC, s, p) for p, s in RISING)),
        len(RISING),
    ),
    Stated("frequent ones at a loss of {} to {}, through", min(half_way("ranks_1_8")), max(half_way("ranks_1_8"))),
    Stated("to 32 at {} to {}, and through", min(half_way("ranks_17_32")), max(half_way("ranks_17_32"))),
    Stated("to 128 at {} to {}.", min(half_way("ranks_65_128")), max(half_way("ranks_65_128"))),
    Stated("falls to between {} and {}, while", min(last_in_context(96)), max(last_in_context(96))),
    Stated("{} of 10 new runs learn those with steps and {} of 10", EQUAL.steps, EQUAL.direct),
    Stated(
        "once by {} (the mean of {} runs, recorded in ninths), where from a guess to 1 it is 0.9, and falls "
        "undo {} % of",
        flicker("largest"),
        len(QUESTIONS),
        100 * flicker("lost"),
    ),
)


def printed(phrase: str, text: str = TEXT) -> list[float]:
    """The numbers that a text states in a phrase, for values that another processor finds a little different."""
    groups = Stated(phrase, *[0] * phrase.count("{}")).find(text).groups()
    return [float(read(number)) for number in groups]


def test_counts_of_runs_and_hours_are_those_of_the_sweep():
    assert provenance()["runs"] == {"planned": 84, "finished": 84}
    assert "half an hour on two processor cores" in TEXT
    assert sum(provenance()["cpu_seconds"].values()) / 2 == pytest.approx(30 * 60, rel=0.1)


def test_the_interval_of_the_difference_excludes_zero_for_all_but_the_written_sums():
    assert set(MISSING.items()) >= {(64, 0), (96, 0)}
    assert "on the trunks the interval of the difference excludes zero for all but the written sums" in TEXT
    for panel, skill in RISING:
        lows = [interval("error minus loss", axis, skill, panel).low for axis in ("log C", "log N", "log D")]
        assert (min(lows) > 0) == (skill != "scratchpad"), skill


def test_along_the_loss_the_held_out_pairs_are_missed_by_least():
    assert "the interval of each difference from the loss excludes zero" in TEXT
    assert all(interval("error minus loss", axis, "heldout").low > 0 for axis in BEHIND_THE_LOSS)


def test_of_the_instructions_only_ranks_33_to_128_come_down_to_the_spread_of_seeds():
    assert (
        "of the instructions only those of ranks 33 to 128 come so close, while the frequent ones keep an error of one"
        in TEXT
    )
    frequent = [over_the_spread(skill) for skill in ("ranks_1_8", "ranks_9_16", "ranks_17_32")]
    assert frequent == pytest.approx([1.5] * 3, abs=0.1)
    in_context = judged("error", "loss", "icl") / judged("spread of seeds", "loss", "icl")
    assert max(in_context, over_the_spread("ranks_33_64"), over_the_spread("ranks_65_128")) < 1.15
    assert over_the_spread("ranks_129_256") > 1.5


def test_in_all_runs_of_the_largest_width_in_context_learning_falls_again():
    high, lowest, highest = printed("rises to about {} and falls again to between {} and {}, while")
    lasts = []
    for seed in (1, 2, 3):
        run = ABILITIES.select((ABILITIES.d_model == 96) & (ABILITIES.seed == seed) & ~ABILITIES.annealed)
        p = run.metric("icl", "p")
        assert p.max() == pytest.approx(high, abs=0.01) and run.loss[-1] < run.loss[p.argmax()]
        lasts.append(p[-1])
    assert minmax(np.array(lasts)) == pytest.approx((lowest, highest), abs=0.005)


def test_a_tenth_of_a_nat_is_a_quarter_of_the_fall():
    assert np.mean(lengths("instructions", "ranks_17_32")) / np.ptp(TRUNKS) == pytest.approx(1 / 4, abs=0.02)


def test_size_and_data_together_are_not_told_apart_from_the_loss_for_half_of_the_abilities():
    assert "is not told apart from the loss for five of the ten abilities on the trunks" in TEXT
    found = [interval("error minus loss", LOGISTIC, skill, panel) for panel, skill in RISING]
    assert sum(low <= 0 <= high for _, low, high in found) == 5
