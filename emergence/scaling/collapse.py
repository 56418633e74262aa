"""Does an ability depend on the loss alone? Rival axes, each judged on a model size that its curve has not seen.

An ability is predicted by a monotone curve of one axis, fitted to all sizes but one; the error on the size left
out measures how well the axis makes the sizes collapse. Checkpoints of one run are not independent, so intervals
come from resampling whole runs. A falling learning rate lowers the loss by another way than training on does:
checkpoints with and without it are never in one sample. Sources: Du et al. 2024 (the claim), Schaeffer et al. 2023
(the metric), Barlow et al. 1972 (isotonic regression).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, one_of
from emergence.scaling.fits import Law, fit_law
from emergence.scaling.traces import Traces
from emergence.statistics import Interval
from emergence.tables import Row, grouped, read_rows

AXES = ("loss", "loss without the skill", "log C", "log D", "log N")
JOINT = ("log N and log D, monotone", "log N and log D, logistic")
RIVALS = AXES + JOINT
SCHEDULES = ("constant", "annealed")
"""Checkpoints on the trunk of a run, where the learning rate is constant, and the ends of its budgets, where it has
come down to zero."""
FIRST_STEP = 200
"""Checkpoints before this step are left out: a model that has not yet learnt which tokens are digits may do worse than
chance. Fixed before the runs (experiments/DESIGN.md), by the step alone and never by the ability."""
_COARSE, _FINE = list(range(-75, 91, 15)), (-10, -5, 5, 10)  # degrees from the log D axis towards log N


# --- monotone curves ---------------------------------------------------------------------------------------


class MonotoneCurve(NamedTuple):
    """A rising curve: values at ascending places, straight between them, constant beyond them."""

    places: Floats
    values: Floats

    def __call__(self, x: ArrayLike) -> Floats:
        return np.interp(x, self.places, self.values)

    def crossing(self, level: float) -> float:
        """The first place where the curve reaches level; inf when it never does, -inf when it starts there."""
        if self.values[-1] < level:
            return math.inf
        i = int(np.argmax(self.values >= level))
        if i == 0:
            return -math.inf
        share = (level - self.values[i - 1]) / (self.values[i] - self.values[i - 1])
        return float(self.places[i - 1] + share * (self.places[i] - self.places[i - 1]))


def isotonic_fit(x: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None) -> MonotoneCurve:
    """The rising curve of least (weighted) squares through the points: isotonic regression.

    x, y, weight: shape (n,); weights are positive. Equal x are one place with their mean y. Neighbouring blocks
    that fall are pooled until none does (Barlow et al. 1972). SciPy has the same since 1.12; its import would cost
    a page seconds, so only the tests use it.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    weight = np.ones_like(x) if weight is None else np.asarray(weight, dtype=float)
    if x.ndim != 1 or not x.shape == y.shape == weight.shape or len(x) == 0:
        raise ValueError(f"x, y, weight have shapes {x.shape}, {y.shape}, {weight.shape}; allowed is (n,), n >= 1")
    if not (weight > 0).all():
        raise ValueError(f"weight = {weight.min():g} is outside the allowed range (0, inf)")
    order = np.argsort(x, kind="stable")
    return _pooled(x[order], y[order], weight[order])


def _pooled(x: Floats, y: Floats, weight: Floats) -> MonotoneCurve:
    """isotonic_fit of points sorted by x."""
    first = np.flatnonzero(np.concatenate([[True], x[1:] > x[:-1]]))
    places = x[first]
    mass = np.add.reduceat(weight, first)
    sums = np.add.reduceat(weight * y, first)
    start = np.arange(len(places))  # first place of each block
    while True:
        mean = sums / mass
        keep = np.concatenate([[True], mean[1:] > mean[:-1]])
        if keep.all():
            break
        heads = np.flatnonzero(keep)
        mass, sums, start = np.add.reduceat(mass, heads), np.add.reduceat(sums, heads), start[heads]
    return MonotoneCurve(places, np.repeat(mean, np.diff(start, append=len(places))))


# --- one size left out -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """One ability of the traces of one mixture under one of SCHEDULES, ready to be fitted. Arrays have shape (rows,).

    ability rises with skill (scores that fall are negated). size: index into sizes (d_model). cluster: index of the
    run's trunk, that is of a model and a seed: what is resampled. chance: the guess, in the same units, or None.
    """

    axes: dict[str, Floats]
    ability: Floats
    size: NDArray[np.int64]
    cluster: NDArray[np.int64]
    sizes: tuple[int, ...]
    parameters: Floats

    @property
    def clusters_of_size(self) -> list[NDArray[np.int64]]:
        """For each size the indices of its clusters."""
        return [np.unique(self.cluster[self.size == i]) for i in range(len(self.sizes))]

    def select(self, mask: NDArray[np.bool_]) -> Sample:
        """The rows where mask is true; sizes and clusters keep their indices."""
        return Sample(
            {name: x[mask] for name, x in self.axes.items()},
            self.ability[mask], self.size[mask], self.cluster[mask], self.sizes, self.parameters,
        )  # fmt: skip

    def weights(self, copies: NDArray[np.int64] | None = None) -> Floats:
        """Row weights that give each size the same total; copies: how often each cluster was drawn."""
        drawn = np.ones(len(self.ability)) if copies is None else copies[self.cluster].astype(float)
        total = np.bincount(self.size, drawn, minlength=len(self.sizes))
        return drawn / np.where(total > 0, total, 1)[self.size]


def axis_coordinates(traces: Traces, axis: str, skill: str) -> Floats:
    """Coordinates on one of AXES, rising with training: losses are negated, logarithms are to base 10."""
    if axis == "loss":
        return -traces.loss
    if axis == "loss without the skill":
        return -traces.loss_without[skill]
    counts = {"log C": traces.flops, "log D": traces.tokens, "log N": traces.parameters}
    one_of("axis", axis, AXES)
    return np.log10(counts[axis].astype(float))


def judged(traces: Traces, schedule: str = "constant") -> Traces:
    """The checkpoints from FIRST_STEP on, under one of SCHEDULES."""
    one_of("schedule", schedule, SCHEDULES)
    judged = (traces.step >= FIRST_STEP) & (traces.annealed == (schedule == "annealed"))
    if not judged.any():
        raise ValueError(
            f"schedule = {schedule!r} has no checkpoint with a step in the allowed range [{FIRST_STEP}, inf)"
        )
    return traces.select(judged)


def make_sample(traces: Traces, skill: str, metric: str = "exact", schedule: str = "constant") -> Sample:
    """One metric of one skill under one of SCHEDULES, from FIRST_STEP on, with its coordinates on all AXES."""
    traces = judged(traces, schedule)
    sign = {"exact": 1, "p": 1, "nll": -1, "brier": -1}
    ability = traces.metric(skill, metric)
    sizes, size = np.unique(traces.d_model, return_inverse=True)
    _, first = np.unique(traces.d_model, return_index=True)
    names = np.array([f"{m}/{d}/{s}" for m, d, s in zip(traces.mixture, traces.d_model, traces.seed, strict=True)])
    _, cluster = np.unique(names, return_inverse=True)
    return Sample(
        {axis: axis_coordinates(traces, axis, skill) for axis in AXES},
        sign[metric] * ability, size, cluster, tuple(sizes.tolist()), traces.parameters[first].astype(float),
    )  # fmt: skip


def _along(plane: Floats, degrees: float) -> Floats:
    """Places of points of the plane of (log N, log D) in a direction; rounded, so that equal ones are equal."""
    angle = math.radians(degrees)
    return np.round(plane[:, 0] * math.sin(angle) + plane[:, 1] * math.cos(angle), 9)


def _fit_index(x: Floats, y: Floats, weight: Floats) -> tuple[float, MonotoneCurve]:
    """The direction in the plane of (log N, log D) whose monotone curve fits best, to 5 degrees.

    Directions that put the points into the same order fit equally well but for rounding; the first of them is taken,
    so that every machine takes the same.
    """
    scale = float(weight @ (y - np.average(y, weights=weight)) ** 2)
    curves, errors = {}, {}

    def best(directions: list[float]) -> float:
        for degrees in directions:
            z = _along(x, degrees)
            curves[degrees] = isotonic_fit(z, y, weight)
            errors[degrees] = float(weight @ (curves[degrees](z) - y) ** 2)
        lowest = min(errors.values())
        return next(degrees for degrees, error in errors.items() if error <= lowest + 1e-9 * scale)

    near = best(_COARSE)
    nearest = best([near + step for step in _FINE])
    return nearest, curves[nearest]


def _predict_logistic(x: Floats, y: Floats, weight: Floats, unseen: Floats) -> Floats:
    """A logistic curve of log N, log D and their product, between two free levels, by least squares."""
    from scipy.optimize import least_squares

    centre, scale = x.mean(axis=0), np.where(np.ptp(x, axis=0) > 0, x.std(axis=0), 1.0)

    def features(points: Floats) -> Floats:
        z = (points - centre) / scale
        return np.column_stack([np.ones(len(z)), z, z[:, 0] * z[:, 1]])

    design, root = features(x), np.sqrt(weight)

    def share(parameters: Floats, at: Floats) -> Floats:
        return 1 / (1 + np.exp(-np.clip(at @ parameters[2:], -50, 50)))

    def residuals(parameters: Floats) -> Floats:
        return root * (parameters[0] + parameters[1] * share(parameters, design) - y)

    def jacobian(parameters: Floats) -> Floats:
        s = share(parameters, design)
        slope = (parameters[1] * s * (1 - s))[:, None]
        return root[:, None] * np.column_stack([np.ones_like(s), s, slope * design])

    # Both levels stay within twice the range seen: where no plateau is in sight they would run away.
    low, high, rise = y.min(), y.max(), max(float(np.ptp(y)), 1e-6)
    start = [low, rise, -1.0, 1.0, 1.0, 0.0]
    bounds = ([low - rise, 0, *[-30] * 4], [high, 2 * rise, *[30] * 4])
    fit = least_squares(residuals, start, jacobian, bounds, x_scale="jac", max_nfev=200)
    return fit.x[0] + fit.x[1] * share(fit.x, features(unseen))


def predict_size_left_out(sample: Sample, rival: str, size: int, weight: Floats | None = None) -> Floats:
    """Ability at the checkpoints of one size (an index), from a curve fitted to all other sizes along one of RIVALS."""
    one_of("rival", rival, RIVALS)
    weight = sample.weights() if weight is None else weight
    known = (sample.size != size) & (weight > 0)
    unseen = sample.size == size
    y, w = sample.ability[known], weight[known]
    if rival in AXES:
        x = sample.axes[rival]
        return isotonic_fit(x[known], y, w)(x[unseen])
    plane = np.column_stack([sample.axes["log N"], sample.axes["log D"]])
    if rival == JOINT[0]:
        degrees, curve = _fit_index(plane[known], y, w)
        return curve(_along(plane[unseen], degrees))
    return _predict_logistic(plane[known], y, w, plane[unseen])


class LeaveOneOut(NamedTuple):
    """Root-mean-square error of the size left out: for each size, shape (sizes,), and over all, sizes equal."""

    by_size: Floats
    rms: float


def leave_one_size_out(sample: Sample, rival: str, copies: NDArray[np.int64] | None = None) -> LeaveOneOut:
    """Error of predicting each size from the others along one of RIVALS.

    copies: how often each cluster was drawn, shape (clusters,); a size of which nothing was drawn raises ValueError.
    Checkpoints beyond the range of the other sizes are predicted by the end of the curve.
    """
    if len(sample.sizes) < 2:
        raise ValueError(f"sizes = {sample.sizes}, but leaving one out needs a number in the range [2, inf)")
    weight = sample.weights(copies)
    squares = []
    for i in range(len(sample.sizes)):
        own = sample.size == i
        if not weight[own].sum() > 0:
            raise ValueError(f"the total weight of size {sample.sizes[i]} is 0, outside the allowed range (0, inf)")
        errors = predict_size_left_out(sample, rival, i, weight) - sample.ability[own]
        squares.append(np.average(errors**2, weights=weight[own]))
    return LeaveOneOut(np.sqrt(squares), float(np.sqrt(np.mean(squares))))


def seed_noise_floor(sample: Sample, axis: str = "loss") -> LeaveOneOut:
    """Spread of the runs of one size about their common curve along one of AXES, as a root mean square.

    Each run is predicted from the n - 1 others of its size. A mean of n - 1 runs is itself uncertain, so the square
    of the error is n / (n - 1) times that of the spread, and is divided by this. A curve from many sizes and runs
    cannot be expected to predict a single run better than the spread.
    """
    x, squares = sample.axes[axis], []
    for i, clusters in enumerate(sample.clusters_of_size):
        n = len(clusters)
        if n < 2:
            raise ValueError(f"size {sample.sizes[i]} has {n} seed; the allowed range is [2, inf)")
        own, errors = sample.size == i, []
        for run in clusters:
            unseen, known = sample.cluster == run, own & (sample.cluster != run)
            errors.append(isotonic_fit(x[known], sample.ability[known])(x[unseen]) - sample.ability[unseen])
        squares.append((n - 1) / n * np.mean(np.concatenate(errors) ** 2))
    return LeaveOneOut(np.sqrt(squares), float(np.sqrt(np.mean(squares))))


# --- intervals from resampled runs -------------------------------------------------------------------------


def resample_runs(sample: Sample, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """How often each cluster is drawn, shape (draws, clusters): runs of each size, with replacement.

    With three runs of a size the spread comes out too small by a factor of about sqrt(2/3): a size with few seeds
    is better described by the range of its runs.
    """
    if draws < 1:
        raise ValueError(f"draws = {draws} is outside the allowed range [1, inf)")
    copies = np.zeros((draws, sample.cluster.max() + 1), dtype=np.int64)
    for clusters in sample.clusters_of_size:
        n = len(clusters)
        copies[:, clusters] = rng.multinomial(n, np.full(n, 1 / n), size=draws)
    return copies


def _interval(estimate: float, drawn: Floats) -> Interval:
    return Interval(float(estimate), *map(float, np.quantile(drawn, [0.025, 0.975])))


def collapse_quality(sample: Sample, rivals: tuple[str, ...], draws: int, rng: np.random.Generator) -> dict:
    """For each rival the error of leaving one size out, as an Interval.

    Also, under (rival, "minus loss"), by how much it exceeds that of the loss on the same draws.
    """
    copies = resample_runs(sample, draws, rng)
    names = ("loss", *(r for r in rivals if r != "loss"))
    estimates = {name: leave_one_size_out(sample, name).rms for name in names}
    drawn = {name: np.array([leave_one_size_out(sample, name, c).rms for c in copies]) for name in names}
    table: dict = {name: _interval(estimates[name], drawn[name]) for name in rivals}
    for name in names[1:]:
        difference = drawn[name] - drawn["loss"]
        table[name, "minus loss"] = _interval(estimates[name] - estimates["loss"], difference)
    return table


TABLE_DRAWS, TABLE_SEED = 200, 2026
"""With these `experiments/ship.py` resampled the runs for data/collapse.csv."""


@cache
def collapse_table() -> dict[tuple[str, str, str, str], dict[tuple[str, str], Interval]]:
    """The shipped judgement: (panel, skill, metric "p" or "exact", schedule) -> (quantity, axis) -> an Interval.

    Quantities: "error" of each of RIVALS at a size left out, "error minus loss", "effect of size" per decade of
    parameters at equal loss, and "spread of seeds", which has no interval.
    """
    cases = grouped(read_rows("collapse.csv"), "panel", "skill", "metric", "schedule")

    def interval(row: Row) -> Interval:
        return Interval(*(float(row[name]) for name in Interval._fields))

    return {case: {(row["quantity"], row["axis"]): interval(row) for row in rows} for case, rows in cases.items()}


# --- what size adds at equal loss --------------------------------------------------------------------------


def size_effect(
    sample: Sample, axis: str = "loss", copies: NDArray[np.int64] | None = None, widest: float = 2.0
) -> float:
    """Ability gained per decade of parameters at equal loss: b in ability = g(axis) + b log10 N, g monotone.

    Least squares over both; the residual is convex in b, so a golden-section search over [-widest, widest] finds
    it. Only checkpoints whose coordinate lies within the range of another size are compared.
    """
    x = sample.axes[axis]
    low = np.array([x[sample.size == i].min() for i in range(len(sample.sizes))])
    high = np.array([x[sample.size == i].max() for i in range(len(sample.sizes))])
    inside = (x[:, None] >= low) & (x[:, None] <= high)
    inside[np.arange(len(x)), sample.size] = False
    weight = sample.weights(copies) * inside.any(axis=1)
    used = weight > 0
    order = np.flatnonzero(used)[np.argsort(x[used], kind="stable")]
    x, y, weight = x[order], sample.ability[order], weight[order]
    z = np.log10(sample.parameters)[sample.size[order]]
    z = z - np.average(z, weights=weight)

    def residual(b: float) -> float:
        rest = y - b * z
        return float(weight @ (_pooled(x, rest, weight)(x) - rest) ** 2)

    return _golden_minimum(residual, -widest, widest)


def _golden_minimum(f, low: float, high: float, tolerance: float = 1e-4) -> float:
    """Where a function with one minimum in [low, high] is least."""
    ratio = (math.sqrt(5) - 1) / 2
    a, b = high - ratio * (high - low), low + ratio * (high - low)
    fa, fb = f(a), f(b)
    while high - low > tolerance:
        if fa <= fb:
            high, b, fb = b, a, fa
            a = high - ratio * (high - low)
            fa = f(a)
        else:
            low, a, fa = a, b, fb
            b = low + ratio * (high - low)
            fb = f(b)
    return (low + high) / 2


def size_effect_interval(sample: Sample, draws: int, rng: np.random.Generator, axis: str = "loss") -> Interval:
    """size_effect with a 95 per cent interval from resampled runs."""
    drawn = [size_effect(sample, axis, copies) for copies in resample_runs(sample, draws, rng)]
    return _interval(size_effect(sample, axis), np.array(drawn))


# --- thresholds and widths ---------------------------------------------------------------------------------


class Transition(NamedTuple):
    """One run's passage: the loss where its ability has made half, a tenth and nine tenths of the rise (nats).

    nan does not occur: a level that the run never reaches has loss -inf, one it starts above has inf.
    """

    size: int
    half: float
    tenth: float
    nine_tenths: float

    @property
    def width(self) -> float:
        """Loss between a tenth and nine tenths of the rise, nats; inf when the run misses one of them."""
        both = math.isfinite(self.tenth) and math.isfinite(self.nine_tenths)
        return self.tenth - self.nine_tenths if both else math.inf


def transitions(sample: Sample, bottom: float, top: float, axis: str = "loss") -> list[Transition]:
    """The passage of each run (cluster) through the levels of a rise from bottom to top, along one of AXES' losses."""
    if not bottom < top:
        raise ValueError(f"bottom = {bottom:g} is outside the allowed range (-inf, top) with top = {top:g}")
    x, found = sample.axes[axis], []
    for i, clusters in enumerate(sample.clusters_of_size):
        for run in clusters:
            own = sample.cluster == run
            curve = isotonic_fit(x[own], sample.ability[own])
            levels = (bottom + share * (top - bottom) for share in (0.5, 0.1, 0.9))
            found.append(Transition(sample.sizes[i], *(-curve.crossing(level) for level in levels)))
    return found


class Passages(NamedTuple):
    """The transitions of one size: how many of its runs pass half-way and where, how many complete it and how widely.

    The places are median, lowest and highest loss over the runs that pass (nats), the width is the median over those
    that complete; each is None where no run does.
    """

    size: int
    runs: int
    passed: int
    half: tuple[float, float, float] | None
    completed: int
    width: float | None


def passages(transitions: list[Transition]) -> list[Passages]:
    """Transitions by size, ascending."""
    found = []
    for size in sorted({t.size for t in transitions}):
        own = [t for t in transitions if t.size == size]
        half = [t.half for t in own if math.isfinite(t.half)]
        width = [t.width for t in own if math.isfinite(t.width)]
        place = (float(np.median(half)), min(half), max(half)) if half else None
        median = float(np.median(width)) if width else None
        found.append(Passages(size, len(own), len(half), place, len(width), median))
    return found


# --- equal loss, another size, another schedule or another mixture -----------------------------------------


class AtLoss(NamedTuple):
    """One number for each run that passes a loss: arrays of shape (runs,)."""

    size: NDArray[np.int64]
    seed: NDArray[np.int64]
    value: Floats

    @classmethod
    def of(cls, found: list[tuple[int, int, float]]) -> AtLoss:
        """From the size, the seed and the value of each run."""
        size, seed, value = zip(*found, strict=True) if found else ((), (), ())
        return cls(np.array(size, dtype=np.int64), np.array(seed, dtype=np.int64), np.array(value, dtype=float))


def first_passage(losses: Floats, values: Floats, loss: float) -> float | None:
    """The value where the losses of checkpoints in order, shape (n,), first fall to `loss`, linear between two of them.

    None if they start below it or never come down to it.
    """
    below = losses <= loss
    if not below.any() or below[0]:
        return None
    after = int(np.argmax(below))
    pair = slice(after - 1, after + 1)
    return float(np.interp(-loss, -losses[pair], values[pair]))


def _on_trunk(traces: Traces, values: Floats, run: str, loss: float) -> float | None:
    """values where the trunk of a run first falls to a loss; None if it does not."""
    rows = np.flatnonzero((traces.step >= FIRST_STEP) & ~traces.annealed & (traces.run == run))
    rows = rows[np.argsort(traces.step[rows])]
    return first_passage(traces.loss[rows], values[rows], loss)


def at_loss(traces: Traces, values: Floats, loss: float) -> AtLoss:
    """A number of each run where the loss of its trunk first falls to the given one (nats).

    values: of each checkpoint, shape (rows,). Runs below the loss at FIRST_STEP, or never down to it, are left out.
    """
    found = []
    for run in dict.fromkeys(traces.run.tolist()):
        first = np.flatnonzero(traces.run == run)[0]
        if (value := _on_trunk(traces, values, run, loss)) is not None:
            found.append((traces.d_model[first], traces.seed[first], value))
    return AtLoss.of(found)


def schedule_shift(traces: Traces, values: Floats, budget_steps: int) -> AtLoss:
    """What the fall of the learning rate changes at equal loss: a number of each run at the annealed end of a budget,
    less the same number where its own trunk, which goes on at a constant rate, falls to the loss of that end.

    values: of each checkpoint, shape (rows,). Runs whose trunk does not come down to that loss are left out. The
    trunk is read where its loss *first* falls to it; noise in the loss makes that early, so that a loss of ability
    through the schedule is, if anything, underestimated.
    """
    found = []
    for end in np.flatnonzero(_ends(traces, budget_steps)):
        if (trunk := _on_trunk(traces, values, traces.run[end], traces.loss[end])) is not None:
            found.append((traces.d_model[end], traces.seed[end], values[end] - trunk))
    return AtLoss.of(found)


def mean_by_size(found: AtLoss, draws: int, rng: np.random.Generator) -> dict[int, Interval]:
    """The mean over the runs of each size, with a 95 per cent interval from drawing its runs with replacement."""
    means = {}
    for size in np.unique(found.size).tolist():
        own = found.value[found.size == size]
        means[size] = _interval(own.mean(), rng.choice(own, (draws, len(own))).mean(axis=1))
    return means


class MixtureShift(NamedTuple):
    """How far runs of one size lie above the base mixture's curve at equal loss, mean over their checkpoints.

    runs: of the other mixture, shape (runs,). seeds: of the base mixture, each against the curve of the others of its
    size, shape (seeds,): how far a run lies off when nothing but its seed differs.
    """

    runs: Floats
    seeds: Floats

    @property
    def beyond_seeds(self) -> bool:
        """Whether all runs lie on one side of all seeds."""
        return bool(self.runs.min() > self.seeds.max() or self.runs.max() < self.seeds.min())


def _height_above(x: Floats, y: Floats, curve: MonotoneCurve) -> float:
    """Mean of y - curve where the curve has data."""
    inside = (x >= curve.places[0]) & (x <= curve.places[-1])
    if not inside.any():
        ends = f"[{curve.places[0]:g}, {curve.places[-1]:g}]"
        raise ValueError(f"a run has its places in [{x.min():g}, {x.max():g}], all outside the curve's range {ends}")
    return float((y - curve(x))[inside].mean())


def mixture_shift(
    traces: Traces,
    skill: str,
    mixture: str,
    metric: str = "exact",
    axis: str = "loss",
    schedule: str = "constant",
) -> dict[int, MixtureShift]:
    """For each size of the other mixture, its ability against that of the base mixture at equal loss.

    axis: "loss" or "loss without the skill". Both mixtures under one of SCHEDULES. A size needs at least two base runs.
    """
    base, other = (make_sample(traces.of(name), skill, metric, schedule) for name in ("base", mixture))
    shifts = {}
    for i, size in enumerate(other.sizes):
        own = base.size == base.sizes.index(size)
        x, y, seed = base.axes[axis][own], base.ability[own], base.cluster[own]
        if len(np.unique(seed)) < 2:
            raise ValueError(f"size {size} has 1 base run; the allowed range is [2, inf)")
        curve = isotonic_fit(x, y)
        places = [other.cluster == run for run in other.clusters_of_size[i]]
        runs = [_height_above(other.axes[axis][at], other.ability[at], curve) for at in places]
        seeds = [
            _height_above(x[seed == run], y[seed == run], isotonic_fit(x[seed != run], y[seed != run]))
            for run in np.unique(seed)
        ]
        shifts[size] = MixtureShift(np.array(runs), np.array(seeds))
    return shifts


def _ends(traces: Traces, budget_steps: int) -> NDArray[np.bool_]:
    """Which rows are annealed ends of a budget."""
    ends = traces.annealed & (traces.budget_steps == budget_steps)
    if not ends.any():
        known = np.unique(traces.budget_steps[traces.annealed]).tolist()
        raise ValueError(f"budget_steps = {budget_steps} is not one of {known}")
    return ends


# --- laws of size ------------------------------------------------------------------------------------------


def fit_size_law(parameters: ArrayLike, loss: ArrayLike) -> Law:
    """L(N) of one data set by `fits.fit_law`, where the loss falls with size; ValueError where it rises.

    parameters, loss: shape (n,), at least three different sizes; losses in nats per token.
    """
    law = fit_law(parameters, loss)
    if law.amplitude <= 0:
        raise ValueError(f"the loss does not fall with size: amplitude = {law.amplitude:g} is outside (0, inf)")
    return law


def final_losses(traces: Traces, budget_steps: int) -> tuple[Floats, Floats]:
    """Parameters and loss of the annealed ends of all runs of one budget, shapes (runs,)."""
    ends = _ends(traces, budget_steps)
    return traces.parameters[ends].astype(float), traces.loss[ends]


# --- the metric --------------------------------------------------------------------------------------------


def independent_exact_match(probability: ArrayLike, answer_tokens: int) -> Floats:
    """p^K: exact match if each of K answer tokens were right with probability p, independently (Schaeffer 2023)."""
    probability = np.asarray(probability, dtype=float)
    if answer_tokens < 1:
        raise ValueError(f"answer_tokens = {answer_tokens} is outside the allowed range [1, inf)")
    if not ((probability >= 0) & (probability <= 1)).all():
        raise ValueError(f"probability must lie in [0, 1]; given are {probability.min():g} to {probability.max():g}")
    return probability**answer_tokens
