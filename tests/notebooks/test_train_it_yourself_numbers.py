"""Numbers that the text and the solutions of the chapter on the book's own models state, recomputed."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from scipy.stats import t as student
from stated import Stated, numbers_of, read, text_of

from emergence.scaling import collapse, fits, interventions
from emergence.scaling.laws import added_regressor, axis_coordinates, published_table
from emergence.scaling.traces import PANELS, load_traces, provenance
from emergence.statistics import Interval, share_interval, student_interval
from emergence.tables import read_rows

CHAPTER = "chapters/scaling/train_it_yourself.ipynb"
TEXT = text_of(CHAPTER)
BASE = {panel: load_traces(panel).of("base") for panel in PANELS}
ABILITIES = BASE["abilities"]
ENDS = ABILITIES.select(ABILITIES.annealed & (ABILITIES.budget_steps == 3000))
SHARES = provenance()["panels"]["abilities"]["mixtures"]["base"]
DESIGN = provenance()["design"]
RISING = [(panel, skill) for panel in PANELS for skill in BASE[panel].skills if skill != "direct"]
LOGISTIC = collapse.JOINT[1]
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


def strongest(schedule: str, part: str) -> float:
    """The largest effect of size at equal loss, or the end of its interval that lies farthest from zero."""
    found = [interval("effect of size", "loss", skill, panel, schedule) for panel, skill in RISING]
    return max(abs(effect.estimate) if part == "estimate" else max(-effect.low, effect.high) for effect in found)


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


# --- equal loss --------------------------------------------------------------------------------------------


@cache
def at_loss(skill: str, loss: float) -> collapse.AtLoss:
    return collapse.at_loss(ABILITIES, ABILITIES.metric(skill, "p"), loss)


def of_width(found: collapse.AtLoss, width: int) -> np.ndarray:
    return found.value[found.size == width]


def means(found: collapse.AtLoss) -> list[float]:
    """By width, of the widths that were found."""
    return [of_width(found, width).mean() for width in np.unique(found.size).tolist()]


MEANS_AT_2 = means(at_loss("heldout", 2.0))


@cache
def by_schedule(panel: str, skill: str, budget: int = 750) -> collapse.AtLoss:
    return collapse.schedule_shift(BASE[panel], BASE[panel].metric(skill, "p"), budget)


@cache
def mean_by_schedule(panel: str, skill: str, budget: int = 750) -> dict[int, Interval]:
    return collapse.mean_by_size(by_schedule(panel, skill, budget), 2000, np.random.default_rng(2026))


def lost(skill: str, width: int, panel: str = "instructions", budget: int = 750) -> list[float]:
    """By how much the annealed end is behind: estimate and interval."""
    mean = mean_by_schedule(panel, skill, budget)[width]
    return [-mean.estimate, -mean.high, -mean.low]


def lost_from(width: int, skill: str, budget: int = 750) -> list[float]:
    """Of the abilities: the estimates of all widths from one on."""
    return [-mean.estimate for d, mean in mean_by_schedule("abilities", skill, budget).items() if d >= width]


# --- passages and mixtures ---------------------------------------------------------------------------------


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


COMPLETED = [(p.completed, p.runs) for p in passages("instructions", "ranks_17_32") if p.size >= 32]


TRUNKS = collapse.judged(BASE["instructions"]).loss
SHARES_OF_THE_FALL = 100 * np.array(lengths("instructions", "ranks_17_32")) / np.ptp(TRUNKS)


@cache
def shift(skill: str, mixture: str, width: int, axis: str = "loss", panel: str = "abilities") -> np.ndarray:
    return collapse.mixture_shift(load_traces(panel), skill, mixture, "p", axis)[width].runs


def both_widths(skill: str, mixture: str, panel: str = "abilities") -> np.ndarray:
    return np.concatenate([shift(skill, mixture, width, panel=panel) for width in (32, 64)])


@cache
def cells() -> list[bool]:
    """Of every ability, mixture and width: whether the runs lie beyond all seeds."""
    return [
        cell.beyond_seeds
        for panel, mixtures in DESIGN["interventions"].items()
        for mixture in mixtures
        for skill in BASE[panel].skills
        for cell in collapse.mixture_shift(load_traces(panel), skill, mixture, "p").values()
    ]


# --- laws of size ------------------------------------------------------------------------------------------


@cache
def law(most_seeds: int) -> fits.Law:
    """L(N) fitted to the final losses below width 96."""
    n, loss = collapse.final_losses(ABILITIES.select(ABILITIES.seed <= most_seeds), 3000)
    return collapse.fit_size_law(n[n < n.max()], loss[n < n.max()])


STRONGEST_SCHEDULE = max(
    -mean.estimate for budget in (750, 1500) for panel, skill in RISING
    for mean in mean_by_schedule(panel, skill, budget).values()
)  # fmt: skip
THREE_CASES = np.abs(
    np.concatenate(
        [
            both_widths("icl", "double_quotations"),
            both_widths("heldout", "half_quotations"),
            both_widths("ranks_17_32", "more_text", "instructions"),
        ]
    )
)
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

FAMILY = interventions.verdicts()
BREAKING = [each for each in FAMILY if each.verdict == "breaks"]
SUGGESTING = [each for each in FAMILY if each.verdict == "suggests"]
SCHEDULES = [each for each in FAMILY if each.intervention in interventions.FALLING]
WIDTHS_COMPARED = [each for each in FAMILY if each.intervention.startswith("width")]
DEPTH = "four layers against two"
DEPTHS = [each for each in FAMILY if each.intervention == DEPTH]
EQUAL, SWAPPED = (interventions.sums_learnt(mixture) for mixture in ("equal_sums", "swapped_sums"))
(ONE_RATE,) = {(run.rate, run.head_size): run for run in interventions.select(part="shapes")}.values()
QUESTIONS = interventions.questions()


def of(intervention: str, skill: str) -> interventions.Comparison:
    (found,) = (each for each in FAMILY if (each.intervention, each.skill) == (intervention, skill))
    return found


def minus(interval: Interval) -> list[float]:
    """By how much something is behind: estimate and interval."""
    return [-interval.estimate, -interval.high, -interval.low]


def flicker(name: str) -> float:
    """Of single facts, the mean over the runs."""
    return float(np.mean([getattr(interventions.rises_and_falls(run.ability), name) for run in QUESTIONS]))


def _cells() -> list[tuple[Interval, float]]:
    """Of all cells of schedule, ability and width: the mean difference, and the mean p of the constant runs."""
    found = []
    for schedule in interventions.FALLING:
        for panel in PANELS:
            for skill in interventions.skills(panel):
                for width in interventions.WIDTHS:
                    cell = interventions.schedule_cell(schedule, panel, skill, width)
                    mean = student_interval(list(cell.differences.values()))
                    found.append((mean, float(np.mean([pair.base for pair in cell.pairs]))))
    return found


CELLS = _cells()
ABOVE = [(mean, base) for mean, base in CELLS if mean.low > 0]
TUNING = interventions.tuning_table()
TUNED_ORDER = [each for each in TUNING if not each.tuned.low < 0 < each.tuned.high]


def known(schedule: str, skill: str) -> float:
    """By how much an ability is ahead at width 64 where the rate has come down."""
    cell = interventions.schedule_cell(schedule, "instructions", skill, 64)
    return float(np.mean(list(cell.differences.values())))


def beside_the_constant_run(schedule: str, skill: str, width: int) -> list[float]:
    """At equal step, 1,500: ability of the falling schedule less that of the constant one, by seed."""
    found = []
    for run in interventions.select(part="schedules", panel="instructions", schedule=schedule, d_model=width):
        (constant,) = (each for each in interventions.constant("instructions", width) if each.seed == run.seed)
        found.append(run.p[skill][-1] - constant.p[skill][constant.step == run.step[-1]][0])
    return found


AT_EQUAL_STEP = student_interval(beside_the_constant_run("linear", "ranks_65_128", 64))


def own_documents(skill: str, width: int) -> list[float]:
    """What a token of a group's own documents costs more at the annealed end of 750 steps, at equal total loss."""
    base = BASE["instructions"]
    shift = collapse.schedule_shift(base, base.loss_without[skill], 750)
    rest = collapse.mean_by_size(shift, 2000, np.random.default_rng(2026))[width]
    low, high = (int(rank) for rank in skill.removeprefix("ranks_").split("_"))
    harmonic = np.cumsum(1 / np.arange(1, 257))
    share = provenance()["panels"]["instructions"]["mixtures"]["base"]["instruction"]
    share *= (harmonic[high - 1] - harmonic[low - 2]) / harmonic[-1]
    return [-(1 - share) / share * x for x in (rest.estimate, rest.high, rest.low)]


def _heads() -> list[float]:
    """In-context learning at a loss of 1.87: eight small heads less four, at width 64 and one rate, by seed."""
    tuned = {run.seed: run for run in interventions.constant("abilities", 64)}
    runs = interventions.one_rate("abilities", 64)
    assert {run.rate for run in runs} == {run.rate for run in tuned.values()}
    return [
        interventions.ability_at(run, "icl", 1.87) - interventions.ability_at(tuned[run.seed], "icl", 1.87)
        for run in runs
    ]


HEADS = student_interval(_heads())


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
    Stated(
        "On {} published models no effect on accuracy beside the loss was detected; "
        "the intervals per decade are {} to {} (size), {} to {} (data) and {} to {} (compute)",
        len(published_table()),
        *(lambda axis=axis, i=i: with_the_loss(axis)[i] for axis in ("log N", "log D", "log 6ND") for i in (1, 2)),
    ),
    Stated("its own: {} training runs", provenance()["runs"]["finished"]),
    Stated("one token; guessing is right 1 time in {}", 1 / ABILITIES.chance["icl"]),
    Stated("both sums: {} tokens; asked directly: {}", *(ABILITIES.answer_tokens[s] for s in ("scratchpad", "direct"))),
    Stated("{} tokens, on the pairs held out", ABILITIES.answer_tokens["heldout"]),
    Stated(
        "{} % text, {} % quotations, {} % pairs, {} % sums with steps, {} % sums without. The panel",
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
        "the sixth width is missed by {}, where runs of one width already differ by {}.",
        *(judged(quantity, "loss", "heldout") for quantity in ("error", "spread of seeds")),
    ),
    Stated(
        "together it is missed by {}, without the documents that teach the pairs by {}, along compute by {},",
        *(judged("error", axis, "heldout") for axis in BEHIND_THE_LOSS),
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
    Stated(
        "After {} steps the exact match of in-context learning is at most {:<} at width 16 and at least {:>} from",
        *(ENDS.step.max(), score("icl", "exact", ENDS.d_model == 16).max(), score("icl", "exact", WIDE).min()),
    ),
    Stated("pairs right in up to {}", score("heldout", "exact", ENDS.d_model == 16).max()),
    # equal loss
    Stated("lies anywhere from {} to {}, but", at_loss("icl", 1.8).value.min(), at_loss("icl", 1.8).value.max()),
    Stated("the {} runs of width 48", len(of_width(at_loss("icl", 1.8), 48))),
    Stated("48 alone from {} to {}", *(end(of_width(at_loss("icl", 1.8), 48)) for end in (np.min, np.max))),
    Stated("the three wider ones have {} to {}.", *(end(MEANS_AT_2[2:]) for end in (min, max))),
    Stated("the {} runs of width 32 alone have", len(of_width(at_loss("heldout", 2.0), 32))),
    Stated("32 alone have {} to {}.", *(end(of_width(at_loss("heldout", 2.0), 32)) for end in (np.min, np.max))),
    Stated("at {} thousand parameters, stands highest", parameters(24) / 1e3),
    Stated("width 32 comes next, at {} thousand", parameters(32) / 1e3),
    Stated("Width 16, at {} thousand, never gets there", parameters(16) / 1e3),
    Stated("tuned for it, is worse by {}.", -judged("effect of size", "loss", "heldout")),
    Stated(
        "it is worse by {}, with an interval from {} to {}",
        *(-interval("effect of size", "loss", "heldout", schedule="annealed")[i] for i in (0, 2, 1)),
    ),
    # the schedule
    Stated("and in each of the {} runs from width 48", sum(by_schedule("instructions", "ranks_17_32").size >= 48)),
    Stated("in each of the {} runs, by", len(by_schedule("abilities", "heldout").value)),
    Stated("by {} to {} from width 32 on", min(lost_from(32, "heldout")), max(lost_from(32, "heldout"))),
    Stated("learning (by {} to {} from width 48 on)", min(lost_from(48, "icl", 1500)), max(lost_from(48, "icl", 1500))),
    Stated("are ahead, by {}.", -lost("heldout", 64, "abilities", 1500)[0]),
    Stated(
        "On the trunk, in {} of {} runs",
        (by_schedule("instructions", "ranks_17_32").value < 0).sum(),
        len(by_schedule("instructions", "ranks_17_32").value),
    ),
    # the schedule, tested
    *(
        Stated(phrase, *minus(of(schedule, skill).difference))
        for phrase, schedule, skill in (
            ("fall and by {} [{}, {}] after the linear one, and", "linear", "ranks_65_128"),
            ("ranks 33 to 64 (widths 32 and 64) by {} [{}, {}] after", "linear", "ranks_33_64"),
            ("ranks 65 to 128 (width 64) are behind by {} [{}, {}] after", "late", "ranks_65_128"),
        )
    ),
    Stated(
        "Of the {} comparisons in play {} have a mean below zero",
        len(SCHEDULES),
        sum(each.difference.estimate < 0 for each in SCHEDULES),
    ),
    Stated("linear schedule, has an interval from {} to {}.", *of("linear", "scratchpad").difference[1:]),
    Stated(
        "ranks 65 to 128 are behind by {} in $p$, while the loss on all instructions differs by {} [{}, {}].",
        minus(of("linear", "ranks_65_128").difference)[0],
        *interventions.parts_paid("linear", "instructions", 64)["instruction"],
    ),
    Stated(
        "Of all {} cells of schedule, ability and width, in play or not, {} have an interval above zero, {} of them "
        "where the constant run has a $p$ of 0.89 or more, and {} have one below",
        *(len(CELLS), len(ABOVE), sum(base > 0.885 for _, base in ABOVE), sum(mean.high < 0 for mean, _ in CELLS)),
    ),
    Stated("ranks 17 to 32 (by {} [{}, {}] at width 64, and", *lost("ranks_17_32", 64)),
    Stated("linear, width 64, by {} [{}, {}]. So a falling", *AT_EQUAL_STEP),
    Stated(
        "ranks 1 to 32 are ahead, by {} to {}.",
        *(end(known("linear", skill) for skill in ("ranks_1_8", "ranks_9_16", "ranks_17_32")) for end in (min, max)),
    ),
    Stated("of ranks 17 to 32 cost {} nats [{}, {}] per token more", *own_documents("ranks_17_32", 64)),
    # sums at equal shares
    Stated(
        "of {} new runs {} learn the sums with steps (exact match of a half or more at the end; 95 % interval of the "
        "share {} to {}) and {} of these {} the direct ones too ({} to {})",
        *(EQUAL.runs, EQUAL.steps, *share_interval(EQUAL.steps, EQUAL.runs)[1:]),
        *(EQUAL.direct, EQUAL.steps, *share_interval(EQUAL.direct, EQUAL.runs)[1:]),
    ),
    Stated("none of {} learns either (at most {})", SWAPPED.runs, share_interval(0, SWAPPED.runs).high),
    # size and depth at one rate
    Stated("at a constant rate of {}, with heads of {} dimensions", ONE_RATE.rate, ONE_RATE.head_size),
    Stated(
        "in {} comparisons of neighbouring widths the intervals all include zero and lie within {} and {} {claim}",
        len(WIDTHS_COMPARED),
        min(each.difference.low for each in WIDTHS_COMPARED),
        max(each.difference.high for each in WIDTHS_COMPARED),
    ),
    Stated("pairs is lower by {} [{}, {}], which does not", *minus(of(DEPTH, "trained_pairs").difference)),
    Stated(
        "held-out pairs would be {}, and the interval here is {} to {}.",
        judged("effect of size", "loss", "heldout") * math.log10(parameters(64) / parameters(32)),
        *of("width 64 against 32", "heldout").difference[1:],
    ),
    Stated(
        "show an order in {} of {} such comparisons; in the other {} width 32 is behind width 16, by {} [{}, {}] on "
        "ranks 1 to 8 and by {} [{}, {}] on ranks 9 to 16.",
        *(len(TUNING) - len(TUNED_ORDER), len(TUNING), len(TUNED_ORDER)),
        *(x for each in TUNED_ORDER for x in minus(each.tuned)),
    ),
    Stated("in-context learning is behind by {} [{}, {}], in all five", *minus(HEADS)),
    Stated(
        "the other {} intervals include zero and lie within {} and {}.",
        len(DEPTHS) - 1,
        min(each.difference.low for each in DEPTHS if each.skill != "trained_pairs"),
        max(each.difference.high for each in DEPTHS if each.skill != "trained_pairs"),
    ),
    # the family
    Stated("and the depth give {} comparisons, of which {} are", len(interventions.cells()), len(FAMILY)),
    Stated(
        "About {} of them, and at least one with a probability of {} per cent: $34",
        *(0.05 * len(FAMILY), 100 * (1 - 0.95 ** len(FAMILY))),
    ),
    Stated(
        "There are {} such intervals, and {} of them survive",
        *(sum(each.p_value < 0.05 for each in FAMILY), len(BREAKING)),
    ),
    Stated("{} of {} survive, all of them schedules", len(BREAKING), len(FAMILY)),
    Stated(
        "{} more exclude zero on their own: {} schedules",
        *(len(found) for found in (SUGGESTING, [each for each in SUGGESTING if each in SCHEDULES])),
    ),
    Stated("their smallest p value is {}, which", min(each.p_value for each in WIDTHS_COMPARED)),
    Stated(
        "scatter by {}, a mean difference must exceed {} for its interval to exclude zero, and {} to survive as the "
        "first of {}.",
        *(0.1, 0.1 * student.ppf(0.975, 4) / math.sqrt(5)),
        *(0.1 * student.ppf(1 - 0.025 / len(FAMILY), 4) / math.sqrt(5), len(FAMILY)),
    ),
    Stated("a p value below 1/{}, so", 2**4),
    # facts
    Stated(
        "its passage takes {} to {} nat (the median of 16, by seed) where the group takes {} to {}, and only {} to {} "
        "of the variance",
        *(
            end(getattr(each, name) for each in interventions.passages(64, 17, 32))
            for name in ("single", "group", "share_between")
            for end in (min, max)
        ),
    ),
    Stated("rises at least once by {}, where from a guess to 1 it is {};", flicker("largest"), 0.9),
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
        "in the {} of {} runs from width {} on that complete the passage: it takes {} to {} nat, over a",
        *(*map(sum, zip(*COMPLETED, strict=True)), 32),
        *(end(lengths("instructions", "ranks_17_32")) for end in (min, max)),
    ),
    Stated("a factor of {} in parameters", parameters(96) / parameters(32)),
    # mixtures
    Stated(
        "at equal loss by {} to {} and half",
        *(end(both_widths("icl", "double_quotations")) for end in (min, max)),
    ),
    Stated(
        "quotations raise the pairs by {} to {}",
        *(end(both_widths("heldout", "half_quotations")) for end in (min, max)),
    ),
    Stated(
        "ranks 17 to 32 by {} to {}.",
        *(end(-both_widths("ranks_17_32", "more_text", "instructions")) for end in (min, max)),
    ),
    Stated("All {} cells of ability, mixture and width", lambda: len(cells())),
    Stated("in {} of them the three runs", lambda: sum(cells())),
    Stated("chance alone would give {} such cells", lambda: len(cells()) * 2 / math.comb(11, 3)),
    Stated(
        "the shift grows from {} to {}",
        *(shift("heldout", "half_quotations", 32, axis).mean() for axis in ("loss", "loss without the skill")),
    ),
    # summary
    Stated("In {} runs on two fixed mixtures", sum(len(np.unique(BASE[panel].run)) for panel in PANELS)),
    Stated(
        "the schedule, by up to {} in the sweep and by {} to {} where it was tested",
        STRONGEST_SCHEDULE,
        *(end([-each.difference.estimate for each in BREAKING]) for end in (min, max)),
    ),
    Stated("the mixture, by {} to {} in three cases", *(end(THREE_CASES) for end in (min, max))),
    Stated(
        "by up to {} on trunks (the intervals reach {}) and {} among annealed ends ({})",
        *(strongest(schedule, part) for schedule in collapse.SCHEDULES for part in ("estimate", "interval")),
    ),
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


def with_the_loss(axis: str) -> list[float]:
    """What an axis adds per decade to the accuracy of the published table beside the loss, and its interval."""
    added = added_regressor(published_table(), axis)
    half = student.ppf(0.975, added.degrees_of_freedom) * added.standard_error
    return [added.coefficient, added.coefficient - half, added.coefficient + half]


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
        "is lower by {} (95 per cent interval {} to {})",
        *(-interval("effect of size", "loss", "heldout", schedule="annealed")[i] for i in (0, 2, 1)),
    ),
    Stated("changes by {} [{}, {}] with $N$", *with_the_loss("log N")),
    Stated("{} [{}, {}] with $D$", *with_the_loss("log D")),
    Stated("{} [{}, {}] with $6ND$", *with_the_loss("log 6ND")),
    Stated(
        "Over the {} decades of compute the last could amount to {},",
        np.ptp(axis_coordinates(published_table(), "log 6ND")),
        np.ptp(axis_coordinates(published_table(), "log 6ND")) * with_the_loss("log 6ND")[2],
    ),
    Stated(
        "by at most {} times the spread between seeds for {} of the {} and by {} to {} times for the others",
        *(max(NEAR), len(NEAR), len(RISING)),
        *(end(FAR) for end in (min, max)),
    ),
    Stated(
        "size has effects of up to {} per decade, with intervals that reach {}.",
        *(strongest("constant", part) for part in ("estimate", "interval")),
    ),
    Stated(
        "worse at equal loss, by up to {} per decade, with intervals that reach {}.",
        *(strongest("annealed", part) for part in ("estimate", "interval")),
    ),
    Stated("frequent ones at a loss of {} to {}, through", min(half_way("ranks_1_8")), max(half_way("ranks_1_8"))),
    Stated("to 32 at {} to {}, and through", min(half_way("ranks_17_32")), max(half_way("ranks_17_32"))),
    Stated("to 128 at {} to {}.", min(half_way("ranks_65_128")), max(half_way("ranks_65_128"))),
    Stated("falls to between {} and {}, while", min(last_in_context(96)), max(last_in_context(96))),
    Stated(
        "is lower by {} to {}, in each of the {} runs; for",
        *(end(lost("ranks_17_32", width)[0] for width in (48, 64, 96)) for end in (min, max)),
        sum(by_schedule("instructions", "ranks_17_32").size >= 48),
    ),
    Stated(
        "in each of {} runs, by {} to {} from width 32 on",
        len(by_schedule("abilities", "heldout").value),
        *(end(lost_from(32, "heldout")) for end in (min, max)),
    ),
    Stated("five new seeds, as one family of {} comparisons", len(FAMILY)),
    *(
        Stated(phrase, *of(schedule, skill).difference)
        for phrase, schedule, skill in (
            ("by {} [{}, {}] with a late fall", "late", "ranks_65_128"),
            ("and {} [{}, {}] with a linear one, and", "linear", "ranks_65_128"),
            ("by {} [{}, {}] with the linear one.", "linear", "ranks_33_64"),
        )
    ),
    Stated("{} of 10 new runs learn those with steps and {} of 10", EQUAL.steps, EQUAL.direct),
    Stated(
        "in {} comparisons of neighbouring widths all intervals include zero and lie within {} and {}",
        len(WIDTHS_COMPARED),
        min(each.difference.low for each in WIDTHS_COMPARED),
        max(each.difference.high for each in WIDTHS_COMPARED),
    ),
    Stated("change trained pairs by {} [{}, {}], which", *of(DEPTH, "trained_pairs").difference),
    Stated(
        "once by {}, where from a guess to 1 it is 0.9, and falls undo {} % of",
        flicker("largest"),
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
    assert "on the trunks the interval of the difference excludes zero for all but the written sums" in TEXT
    for panel, skill in RISING:
        lows = [interval("error minus loss", axis, skill, panel).low for axis in ("log C", "log N", "log D")]
        assert (min(lows) > 0) == (skill != "scratchpad"), skill


def test_along_the_loss_the_held_out_pairs_are_missed_by_least():
    assert "the interval of each difference from the loss excludes zero" in TEXT
    assert all(interval("error minus loss", axis, "heldout").low > 0 for axis in BEHIND_THE_LOSS)


def test_where_the_loss_is_two_the_narrower_width_is_ahead_though_not_in_order():
    assert "It falls, though not in order. The one run of width 24 that comes down to 2.0, at" in TEXT
    assert "width 32 comes next" in TEXT and "Width 16, at 8 thousand, never gets there" in TEXT
    assert np.unique(at_loss("heldout", 2.0).size).tolist() == [24, 32, 48, 64, 96]
    assert MEANS_AT_2[0] > MEANS_AT_2[1] > max(MEANS_AT_2[2:]) and MEANS_AT_2[3] > MEANS_AT_2[2]


def test_of_the_instructions_only_ranks_33_to_128_come_down_to_the_spread_of_seeds():
    assert "of the instructions only those of ranks 33 to 128 do, while the frequent ones keep an error of one" in TEXT
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


def test_in_every_run_the_annealed_end_is_behind():
    shift = by_schedule("instructions", "ranks_17_32")
    assert "and in each of the 14 runs from width 48 on" in TEXT and (shift.value[shift.size >= 48] < 0).all()
    assert "in all from width 48 on, where the difference is on average a fifth of the scale or more" in TEXT
    assert min(-mean.estimate for d, mean in mean_by_schedule("instructions", "ranks_17_32").items() if d >= 48) > 0.2
    assert (
        "the held-out pairs (in each of the 33 runs, by" in TEXT
        and (by_schedule("abilities", "heldout").value < 0).all()
    )


def test_with_twice_the_quotations_in_context_learning_is_better_and_the_pairs_are_worse():
    assert "In-context learning is better, the pairs are worse: both in all six runs" in TEXT
    better, worse = (both_widths(skill, "double_quotations") for skill in ("icl", "heldout"))
    assert len(better) == len(worse) == 6 and (better > 0).all() and (worse < 0).all()


def test_the_six_widths_do_not_lie_in_order():
    """Mean distance from the curve of all widths along the loss; in order, the ranks would rise or fall throughout."""
    assert "the six widths do not lie in order" in TEXT
    sample = collapse.make_sample(ABILITIES, "heldout", "p")
    curve = collapse.isotonic_fit(sample.axes["loss"], sample.ability, sample.weights())
    above = sample.ability - curve(sample.axes["loss"])
    offsets = np.array([above[sample.size == i].mean() for i in range(6)])
    steps = np.diff(offsets)
    assert offsets[0] > offsets[-1] and steps.max() > 0.03 and steps.min() < -0.03


def test_size_and_data_together_are_as_good_as_the_loss_for_half_of_the_abilities():
    assert "is as good as the loss, within the interval, for five of the ten abilities" in TEXT
    lows = [interval("error minus loss", LOGISTIC, skill, panel).low for panel, skill in RISING]
    assert sum(low <= 0 for low in lows) == 5


def test_what_is_said_of_all_seeds_of_the_interventions():
    assert "in all five seeds" in TEXT and max(_heads()) < 0
    shared = {each.seeds for each in FAMILY if each.skill == "ranks_9_16" and each in SCHEDULES}
    assert "three or four for ranks 9 to 16" in TEXT and shared == {3, 4}
    p_values = sorted(each.p_value for each in FAMILY)
    assert "over all 66 one would survive" in TEXT and p_values[0] < 0.05 / 66 and p_values[1] > 0.05 / 65
