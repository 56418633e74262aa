"""What breaks "loss decides"? Models brought to one loss by another schedule, width, depth or mixture, judged by seed.

A difference is that of two abilities at one loss; the runs with one seed share their data, so there is one value for
each seed, and Student's interval over the seeds. Which comparisons there are was fixed before the runs
(experiments/DESIGN.md, "Interventions").
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emergence.checks import Floats, one_of
from emergence.scaling.collapse import FIRST_STEP, MonotoneCurve, first_passage, isotonic_fit
from emergence.scaling.traces import provenance as sweep_provenance
from emergence.statistics import LEVEL, Interval, holm, sign_test, student_interval, student_p
from emergence.tables import Row, column_of, frozen, grouped, read_json, read_rows

PANELS = ("abilities", "instructions")
FALLING = ("late", "cosine", "linear")
"""Schedules that end at zero; `late` leaves the constant one of the same run."""
WIDTHS = (16, 32, 64)
WIDTH_STEPS = ((32, 16), (64, 32))
DEEP, DEEP_WIDTH = 4, 32
IN_PLAY = (0.1, 0.9)
"""Of the way from a guess to 1: where the two abilities compared must lie, on average, to count as a comparison."""
SHAPE_STEPS = 2000
"""The runs at one rate end here; those at tuned rates are read no further when they are compared with them."""


# --- what was trained --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trained:
    """One way through training: parallel arrays (checkpoints,), ascending in step.

    part: which question of the design; schedule: "constant" or one of FALLING, or "stable": constant, with a fall at
    the end of 3,000 steps. loss: of the base mixture, nats per token. p, exact: by skill, as in Traces; exact is nan in
    the part "shapes". singles: by rank, p of the questions of one
    instruction, {} if they were not asked singly. parts: at the end of a falling schedule, by document type, the loss
    less that of the constant run with the same sum (nats), else {}.
    """

    part: str
    panel: str
    mixture: str
    schedule: str
    d_model: int
    layers: int
    head_size: int
    parameters: int
    rate: float
    seed: int
    step: NDArray[np.int64]
    loss: Floats
    p: dict[str, Floats]
    exact: dict[str, Floats]
    singles: dict[int, Floats]
    parts: dict[str, float]


@cache
def provenance() -> dict:
    """Versions, command, processor time and number of runs."""
    return read_json("interventions.json")


@cache
def trained() -> tuple[Trained, ...]:
    """All runs, read from data/interventions_*.csv."""
    rows = grouped((row for panel in PANELS for row in read_rows(f"interventions_{panel}.csv")), "run")
    singles = grouped(read_rows("interventions_singles.csv"), "run")
    parts = {row.pop("run"): row for row in read_rows("interventions_parts.csv")}
    about = read_rows("interventions_runs.csv")
    return tuple(_trained(a, rows[a["run"]], singles.get(a["run"], []), parts.get(a["run"], {})) for a in about)


def _trained(about: Row, rows: list[Row], singles: list[Row], parts: Row) -> Trained:
    def thousandths(name: str) -> Floats:
        return frozen(column_of(rows, name, empty="nan") / 1000)

    skills = [name.removesuffix(".p") for name in rows[0] if name.endswith(".p")]
    ranks = [name for name in (singles[0] if singles else ()) if name.startswith("rank_")]
    return Trained(
        **{name: about[name] for name in ("part", "panel", "mixture", "schedule")},
        **{name: int(about[name]) for name in ("d_model", "layers", "head_size", "parameters", "seed")},
        rate=float(about["rate"]),
        step=column_of(rows, "step", np.int64),
        loss=column_of(rows, "loss"),
        p={skill: thousandths(f"{skill}.p") for skill in skills},
        exact={skill: thousandths(f"{skill}.exact") for skill in skills},
        singles={int(rank.removeprefix("rank_")): frozen(column_of(singles, rank) / 100) for rank in ranks},
        parts={name: float(value) / 1e4 for name, value in parts.items() if value},
    )


def select(**wanted: str | int | float) -> list[Trained]:
    """The runs with these values, in the order of the table; ValueError when there is none."""
    found = [run for run in trained() if all(getattr(run, name) == value for name, value in wanted.items())]
    if not found:
        raise ValueError(f"no run has {', '.join(f'{name} = {value!r}' for name, value in wanted.items())}")
    return found


@cache
def skills(panel: str) -> tuple[str, ...]:
    """The abilities of one of PANELS."""
    one_of("panel", panel, PANELS)
    return tuple(sweep_provenance()["panels"][panel]["chance"])


def guess(panel: str, skill: str, metric: str = "p") -> float:
    """What a uniform guess scores: in `exact`, or in the probability p of each token."""
    about = sweep_provenance()["panels"][panel]
    chance = about["chance"][skill]
    return chance if metric == "exact" else chance ** (1 / about["answer_tokens"][skill])


# --- two abilities at one loss -----------------------------------------------------------------------------


def ability_curve(run: Trained, skill: str, metric: str = "p", last: int | None = None) -> MonotoneCurve:
    """The rising curve of an ability over minus the loss, through the checkpoints from FIRST_STEP on, up to last."""
    inside = (run.step >= FIRST_STEP) & (run.step <= (last or run.step[-1]))
    return isotonic_fit(-run.loss[inside], getattr(run, metric)[skill][inside])


class Pair(NamedTuple):
    """Two abilities at one loss, in the runs of one seed."""

    seed: int
    other: float
    base: float


class Cell(NamedTuple):
    """One ability in one intervention at one width. pairs: one for each seed that can be compared."""

    intervention: str
    panel: str
    skill: str
    width: int
    pairs: tuple[Pair, ...]
    left_out: int

    @property
    def differences(self) -> dict[int, float]:
        """Other minus base, by seed."""
        return {pair.seed: pair.other - pair.base for pair in self.pairs}

    @property
    def in_play(self) -> bool:
        """Whether the middle of the two abilities lies where a difference could show; known without its sign."""
        if len(self.pairs) < 2:
            return False
        way = (np.mean([(pair.other + pair.base) / 2 for pair in self.pairs]) - guess(self.panel, self.skill)) / (
            1 - guess(self.panel, self.skill)
        )
        return bool(IN_PLAY[0] <= way <= IN_PLAY[1])


def ability_at(run: Trained, skill: str, loss: float, metric: str = "p") -> float | None:
    """The ability where the loss of a run first falls to the given one; None if it starts below, or stays above."""
    return first_passage(run.loss, getattr(run, metric)[skill], loss)


def schedule_cell(schedule: str, panel: str, skill: str, width: int, metric: str = "p", first: bool = False) -> Cell:
    """The end of one of FALLING against the constant schedule of the same seed, where that has the same loss.

    first: read the constant one where its loss first falls so far, instead of off the fit to all its checkpoints.
    """
    one_of("schedule", schedule, FALLING)
    pairs, left_out = [], 0
    for end in select(part="schedules", panel=panel, schedule=schedule, d_model=width):
        for constant in select(part="schedules", panel=panel, schedule="constant", d_model=width, seed=end.seed):
            curve, base = ability_curve(constant, skill, metric), None
            if first:
                base = ability_at(constant, skill, end.loss[-1], metric)
            elif curve.places[0] <= -end.loss[-1] <= curve.places[-1]:
                base = float(curve(-end.loss[-1]))
            if base is None:
                left_out += 1
            else:
                pairs.append(Pair(end.seed, float(getattr(end, metric)[skill][-1]), base))
    return Cell(schedule, panel, skill, width, tuple(pairs), left_out)


def _means_over_common_losses(first: MonotoneCurve, second: MonotoneCurve) -> tuple[float, float] | None:
    """The means of two curves over the losses that both have; None if there are none."""
    low, high = max(first.places[0], second.places[0]), min(first.places[-1], second.places[-1])
    if low >= high:
        return None
    grid = np.linspace(low, high, 401)
    return float(first(grid).mean()), float(second(grid).mean())


def gap_cell(name: str, panel: str, skill: str, width: int, other: list[Trained], base: list[Trained]) -> Cell:
    """Two kinds of runs at equal loss, up to SHAPE_STEPS: the means of their curves over the losses both have."""
    by_seed, pairs, left_out = {run.seed: run for run in base}, [], 0
    for run in other:
        if run.seed not in by_seed:
            continue
        curves = (ability_curve(each, skill, "p", SHAPE_STEPS) for each in (run, by_seed[run.seed]))
        means = _means_over_common_losses(*curves)
        if means is None:
            left_out += 1
        else:
            pairs.append(Pair(run.seed, *means))
    return Cell(name, panel, skill, width, tuple(pairs), left_out)


def one_rate(panel: str, width: int, layers: int = 2) -> list[Trained]:
    """The runs at one learning rate and one size of heads."""
    return select(part="shapes", panel=panel, d_model=width, layers=layers)


def constant(panel: str, width: int) -> list[Trained]:
    """The runs at the tuned rate, constant."""
    return select(part="schedules", panel=panel, d_model=width, schedule="constant")


def width_cell(panel: str, skill: str, wide: int, narrow: int, tuned: bool = False) -> Cell:
    """The wide model against the narrow one at equal loss: at one rate and one size of heads, or tuned."""
    runs = constant if tuned else one_rate
    name = f"width {wide} against {narrow}" + (", tuned" if tuned else "")
    return gap_cell(name, panel, skill, wide, runs(panel, wide), runs(panel, narrow))


def depth_cell(panel: str, skill: str) -> Cell:
    """Four layers against two at equal loss, at one width, rate and size of heads."""
    deep, shallow = one_rate(panel, DEEP_WIDTH, DEEP), one_rate(panel, DEEP_WIDTH)
    return gap_cell("four layers against two", panel, skill, DEEP_WIDTH, deep, shallow)


# --- the verdict -------------------------------------------------------------------------------------------


class Comparison(NamedTuple):
    """One ability in one intervention: the mean over the widths in play, then over the seeds.

    verdict: "breaks" where Holm's procedure over the family rejects zero, "suggests" where only the single interval
    excludes it, else "not shown". left_out: runs that have no common loss, at all widths.
    """

    intervention: str
    panel: str
    skill: str
    widths: tuple[int, ...]
    seeds: int
    difference: Interval
    p_value: float
    verdict: str
    left_out: int


def _values(cells: list[Cell]) -> Floats:
    """For each seed the mean of its differences over the cells that have it."""
    found: dict[int, list[float]] = {}
    for cell in cells:
        for seed, difference in cell.differences.items():
            found.setdefault(seed, []).append(difference)
    return np.array([np.mean(found[seed]) for seed in sorted(found)])


def panels_of_shapes() -> list[str]:
    """The panels of which all shapes were trained at one rate."""
    shapes = {(width, 2) for width in WIDTHS} | {(DEEP_WIDTH, DEEP)}
    there = {(run.panel, (run.d_model, run.layers)) for run in trained() if run.part == "shapes"}
    return [panel for panel in PANELS if all((panel, shape) in there for shape in shapes)]


@cache
def cells() -> tuple[tuple[Cell, ...], ...]:
    """All comparisons of the family, in play or not: for each the cells of its widths."""
    found: list[tuple[Cell, ...]] = []
    pairs = [(panel, skill) for panel in PANELS for skill in skills(panel)]
    for schedule in FALLING:
        found += [tuple(schedule_cell(schedule, *pair, width) for width in WIDTHS) for pair in pairs]
    pairs = [pair for pair in pairs if pair[0] in panels_of_shapes()]
    for wide, narrow in WIDTH_STEPS:
        found += [(width_cell(*pair, wide, narrow),) for pair in pairs]
    found += [(depth_cell(*pair),) for pair in pairs]
    return tuple(found)


@cache
def verdicts() -> tuple[Comparison, ...]:
    """The comparisons in play, judged as one family."""
    drafts = []
    for each in cells():
        playing = [cell for cell in each if cell.in_play]
        if not playing:
            continue
        values = _values(playing)
        if len(values) < 2:
            continue
        error = values.std(ddof=1) / math.sqrt(len(values))
        p_value = student_p(values.mean() / error, len(values) - 1)
        cell, widths = playing[0], tuple(cell.width for cell in playing)
        left_out = sum(cell.left_out for cell in each)
        drafts.append(
            Comparison(
                cell.intervention, cell.panel, cell.skill, widths, len(values), student_interval(values),
                p_value, "", left_out,
            )
        )  # fmt: skip
    rejected = holm([draft.p_value for draft in drafts])
    return tuple(
        draft._replace(verdict="breaks" if hard else "suggests" if draft.p_value < LEVEL else "not shown")
        for draft, hard in zip(drafts, rejected, strict=True)
    )


def schedule_beside(comparison: Comparison, metric: str = "exact", first: bool = False) -> Interval:
    """The difference of the same comparison of schedules, in exact match or read at the first passage."""
    schedule, panel, skill, widths = comparison[:4]
    return student_interval(_values([schedule_cell(schedule, panel, skill, width, metric, first) for width in widths]))


def parts_paid(schedule: str, panel: str, width: int) -> dict[str, Interval]:
    """By document type, how much more its loss is (nats) at the end of one of FALLING than on the constant schedule
    with the same sum of losses; over seeds. Looked at beside the family, without correction.
    """
    runs = select(part="schedules", schedule=schedule, panel=panel, d_model=width)
    return {name: student_interval([run.parts[name] for run in runs]) for name in runs[0].parts}


class Tuning(NamedTuple):
    """The gap of two widths at one rate, at the tuned rates, and by how much the first exceeds the second."""

    panel: str
    skill: str
    wide: int
    narrow: int
    one_rate: Interval
    tuned: Interval
    excess: Interval


def tuning_table() -> list[Tuning]:
    """For each gap in play at one rate or at the tuned ones, whether tuning made it; paired by seed."""
    found = []
    for panel in panels_of_shapes():
        for skill in skills(panel):
            for wide, narrow in WIDTH_STEPS:
                one, tuned = (width_cell(panel, skill, wide, narrow, each) for each in (False, True))
                shared = sorted(set(one.differences) & set(tuned.differences))
                if (one.in_play or tuned.in_play) and len(shared) >= 2:
                    a, b = (np.array([cell.differences[seed] for seed in shared]) for cell in (one, tuned))
                    found.append(Tuning(panel, skill, wide, narrow, *map(student_interval, (a, b, a - b))))
    return found


# --- sums at equal shares ----------------------------------------------------------------------------------


class Sums(NamedTuple):
    """How many runs of one mixture learnt each kind of sums: exact match of at least a half at the end."""

    runs: int
    steps: int
    direct: int
    only_steps: int
    only_direct: int

    @property
    def p_value(self) -> float:
        """Of the sign test over the runs that learnt one kind only."""
        return sign_test(self.only_steps, self.only_direct)


def sums_learnt(mixture: str, width: int | None = None) -> Sums:
    """Count the runs of a mixture, of one width or of all."""
    runs = [run for run in select(part="sums", mixture=mixture) if width in (None, run.d_model)]
    learnt = np.array([[run.exact[kind][-1] >= 0.5 for kind in ("scratchpad", "direct")] for run in runs])
    steps, direct = learnt[:, 0], learnt[:, 1]
    counts = (steps, direct, steps & ~direct, direct & ~steps)
    return Sums(len(runs), *(int(each.sum()) for each in counts))


# --- single instructions -----------------------------------------------------------------------------------


class Passage(NamedTuple):
    """How a group of instructions is learnt in one run. Widths run from a tenth to nine tenths of the rise.

    share_between: variance of the middles of single instructions, as a share of the variance of the group. group,
    single: width of the group's passage, and the median over instructions. instructions: how many enter, those that
    end at least halfway; asked: of how many.
    """

    seed: int
    share_between: float
    group: float
    single: float
    instructions: int
    asked: int


def _moments(places: Floats, rise: Floats) -> tuple[float, float]:
    """Mean and variance of the distribution whose function rises, piecewise straight, from rise[0] = 0 to 1."""
    mass, left, right = np.diff(rise), places[:-1], places[1:]
    mean = float(mass @ (left + right) / 2)
    second = float(mass @ (left**2 + left * right + right**2) / 3)
    return mean, second - mean**2


def _width(places: Floats, rise: Floats) -> float:
    """From a tenth to nine tenths."""
    curve = MonotoneCurve(places, rise)
    return curve.crossing(0.9) - curve.crossing(0.1)


def _rises(x: Floats, abilities: Floats, chance: float) -> tuple[Floats, dict[int, Floats]]:
    """Places, and by column a monotone fit from 0 to 1 over them, of the columns that end halfway or further."""
    places, rises = np.unique(x), {}
    for i, column in enumerate(abilities.T):
        way = np.clip((isotonic_fit(x, column)(places) - chance) / (1 - chance), 0, 1)
        if way[-1] >= 0.5:
            rises[i] = (way - way[0]) / (way[-1] - way[0])
    return places, rises


def passage(x: Floats, abilities: Floats, chance: float, seed: int = 0) -> Passage | None:
    """Judge one group. x: minus the loss, or log steps, shape (n,); abilities: (n, instructions).

    A monotone fit to each instruction is taken from a guess to its own last value, which removes the questions that
    are never learnt. None if fewer than two instructions end halfway.
    """
    places, found = _rises(x, abilities, chance)
    rises = list(found.values())
    if len(rises) < 2:
        return None
    moments = np.array([_moments(places, rise) for rise in rises])
    within, between = moments[:, 1].mean(), moments[:, 0].var()
    group = _width(places, np.mean(rises, axis=0))
    single = float(np.median([_width(places, rise) for rise in rises]))
    return Passage(seed, float(between / (within + between)), group, single, len(rises), abilities.shape[1])


def passages(width: int, low: int, high: int, axis: str = "loss") -> list[Passage]:
    """The ranks low to high as one group in each constant run of a width, along minus the loss or log10 of steps."""
    one_of("axis", axis, ("loss", "step"))
    found, chance = [], guess("instructions", "ranks_17_32")
    for run in constant("instructions", width):
        inside = run.step >= FIRST_STEP
        x = -run.loss[inside] if axis == "loss" else np.log10(run.step[inside])
        abilities = np.stack([run.singles[rank][inside] for rank in range(low, high + 1)], axis=1)
        found.append(passage(x, abilities, chance, run.seed))
    return [judged for judged in found if judged is not None]


class QuestionPassage(NamedTuple):
    """The variance of a group's passage in one run, in three shares with sum 1: between the middles of instructions,
    between those of the questions of one instruction, and within questions. group, single: widths, as in Passage;
    questions: how many enter. A question that is learnt, lost and learnt again counts as a slow passage here, for the
    fit is monotone; rises_and_falls tells the two apart.
    """

    seed: int
    between_instructions: float
    between_questions: float
    within_questions: float
    group: float
    single: float
    questions: int


DIGITS = 10
"""Questions of one instruction."""


def three_shares(x: Floats, abilities: Floats, chance: float, seed: int = 0) -> QuestionPassage:
    """Judge single questions. x: as in `passage`; abilities: (n, instructions · 10), those of one side by side."""
    places, rises = _rises(x, abilities, chance)
    moments = np.array([_moments(places, rise) for rise in rises.values()])
    _, instruction, size = np.unique(np.array(list(rises)) // DIGITS, return_inverse=True, return_counts=True)
    means = np.bincount(instruction, moments[:, 0]) / size
    parts = np.array(
        [means[instruction].var(), ((moments[:, 0] - means[instruction]) ** 2).mean(), moments[:, 1].mean()]
    )
    group = _width(places, np.mean(list(rises.values()), axis=0))
    single = float(np.median([_width(places, rise) for rise in rises.values()]))
    return QuestionPassage(seed, *map(float, parts / parts.sum()), group, single, len(rises))


class Questions(NamedTuple):
    """Single questions of ranks 17 to 24 in a constant run of width 32. ability: (checkpoints, 80), in ninths."""

    seed: int
    step: NDArray[np.int64]
    loss: Floats
    ability: Floats


@cache
def questions() -> tuple[Questions, ...]:
    """One for each seed, read from data/interventions_questions.csv; a checkpoint every 100 steps."""
    return tuple(
        Questions(
            int(seed),
            column_of(rows, "step", np.int64),
            column_of(rows, "loss"),
            frozen(np.array([[int(digit) for digit in row["ninths"]] for row in rows]) / 9),
        )
        for seed, rows in grouped(read_rows("interventions_questions.csv"), "seed").items()
    )


def question_passages(axis: str = "loss") -> list[QuestionPassage]:
    """three_shares of each of questions(), along minus the loss or log10 of steps."""
    one_of("axis", axis, ("loss", "step"))
    chance = guess("instructions", "ranks_17_32")
    return [
        three_shares(-run.loss if axis == "loss" else np.log10(run.step), run.ability, chance, run.seed)
        for run in questions()
    ]


class Flicker(NamedTuple):
    """largest: the largest rise between two checkpoints, median over columns.

    lost: the sum of all falls over that of all rises, 0 for what is never lost again.
    """

    largest: float
    lost: float


def rises_and_falls(abilities: Floats) -> Flicker:
    """How abilities (checkpoints, columns) move from one checkpoint to the next, without any fit."""
    change = np.diff(abilities, axis=0)
    return Flicker(float(np.median(change.max(axis=0))), float(-change[change < 0].sum() / change[change > 0].sum()))
