"""Numbers that the text and the solutions of the loss-threshold chapter state, recomputed."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.optimize import OptimizeResult, brentq, least_squares
from scipy.stats import f as fisher
from scipy.stats import nct, spearmanr
from scipy.stats import t as student
from stated import Stated, numbers_of, text_of

from emergence.figures.loss_threshold import explorer, frontier, published, race, sensitivity
from emergence.live import Slider
from emergence.scaling import laws

CHAPTER = "chapters/scaling/loss_threshold.ipynb"
TEXT = text_of(CHAPTER)

UPWARD, DOWNWARD = (0.4 / 0.35) ** (1 / 0.34), (0.45 / 0.4) ** (1 / 0.34)
HOFFMANN, BESIROGLU = (laws.chinchilla_constants(name) for name in ("hoffmann_tex", "besiroglu"))
LEAST, LEAST_AT_2 = (
    [float(laws.minimal_data(eta, constants)) / 1e9 for constants in (HOFFMANN, BESIROGLU)] for eta in (2.2, 2.0)
)
SIZES = [float(laws.frontier_size(2.2, 3e11, constants)) / 1e9 for constants in (HOFFMANN, BESIROGLU)]
AT_THE_EDGE = [float(laws.frontier_size(2.2, 1e14, constants)) / 1e9 for constants in (HOFFMANN, BESIROGLU)]
UNLIMITED = [float(laws.frontier_size(2.2, math.inf, constants)) for constants in (HOFFMANN, BESIROGLU)]
RACERS = [float(size) for size in re.findall(r"([\d.]+)B \d", race.sentence(race.start(), eta=2.2))]

TABLE = laws.published_table()
PYTHIA, CEREBRAS = TABLE.family_rows("Pythia"), TABLE.family_rows("Cerebras-GPT")
FITS = {axis: laws.fit_accuracy(TABLE, axis) for axis in laws.AXES}
JOINT = FITS["joint (log N, log D)"]
LEFT_OUT = {axis: fit.loo_rms / FITS["loss"].loo_rms for axis, fit in FITS.items()}
LOG_C = laws.axis_coordinates(TABLE, "log 6ND")
DECADES = float(np.ptp(LOG_C))
ADDED = {axis: laws.added_regressor(TABLE, axis) for axis in ("log N", "log D", "log 6ND")}
COMPUTE = ADDED["log 6ND"]
LIMIT = student.ppf(0.975, COMPUTE.degrees_of_freedom)
INTERVALS = [[b.coefficient + sign * LIMIT * b.standard_error for sign in (-1, 1)] for b in ADDED.values()]
LOW, HIGH = INTERVALS[-1]
COMMON = set.intersection(*(set(laws.models_in_range(TABLE, axis)) for axis in ("loss", "log N", "log 6ND")))
MADE = replace(TABLE, accuracy=FITS["loss"].fitted)
STEPS = np.diff(TABLE.accuracy[TABLE.loss.argsort()])


def size(eta: float) -> float:
    """N_c with the first figure's default constants."""
    return float(laws.critical_size(eta, 1.69, 5e7, 0.34))


def largest(error: float) -> float:
    """The largest N_c as a multiple of its estimate, in the second figure with its floor at 2.0."""
    figure = sensitivity.figure
    interval = figure.start({**figure.defaults, "l_inf": 2.0, "eta_error": error}).interval
    return float(interval.upper / interval.point)


def movers() -> int:
    """How many sliders of the first figure move N_c."""
    figure = explorer.figure
    at = figure.start(figure.defaults).critical_size
    sliders = [control for control in figure.controls if isinstance(control, Slider)]
    changed = [{**figure.defaults, slider.name: 1.1 * slider.value} for slider in sliders]
    return sum(figure.start(values).critical_size != at for values in changed)


def row(family: laws.PublishedTable, model: str) -> tuple[float, float, float]:
    """Billions of parameters, loss and billions of tokens of a model of a family."""
    [i] = np.flatnonzero(family.model == model)
    return family.parameters[i] / 1e9, family.loss[i], family.tokens[i] / 1e9


WIDEST = row(CEREBRAS, "590M"), row(PYTHIA, "160M")


def detectable(axis: str) -> float:
    """The coefficient of an axis that a two-sided test at 5 per cent finds with probability 0.8."""
    free = ADDED[axis].degrees_of_freedom
    shift = brentq(lambda shift: nct.cdf(LIMIT, free, shift) - nct.cdf(-LIMIT, free, shift) - 0.2, 1, 6)
    return shift * ADDED[axis].standard_error


def between_families(axis: str, models: set[str] | None = None) -> float:
    return laws.out_of_family(TABLE, axis, models=models and sorted(models)).rms


def but_the_worst(fit: laws.PolynomialFit) -> float:
    return math.sqrt(np.mean(np.sort(fit.loo_residuals**2)[:-1]))


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("By about {} and then by about {:3}", size(1.95) / size(2.2), size(1.70) / size(1.95)),
    Stated("floor $L_\\infty$, which is {}, then {}, and at last {} nat", *(eta - 1.69 for eta in (2.2, 1.95, 1.70))),
    Stated("the size grows {}fold", size(1.95) / size(2.2)),
    Stated("to 1.70, costs {} more decades", math.log10(size(1.70) / size(1.95))),
    Stated("about {} for $\\alpha = 0.34$", 2 ** (1 / 0.34)),
    Stated("about {:2} for $\\alpha = 0.076$", 2 ** (1 / 0.076)),
    Stated("On the size axis {} of the sliders move the step", movers),
    Stated("it says ×{} and ÷{}. The exact", *[math.exp(0.05 / (0.34 * 0.4))] * 2),
    Stated("An error of 0.05 nat, about {} % of", 100 * 0.05 / 2.2),
    Stated("already allows {} times the estimate", largest(0.05)),
    Stated("and one of 0.1 nat {} times", largest(0.1)),
    Stated("grows without end towards {}, where", 2.2 - 2.0),
    Stated("×{} upward, ÷{} downward", UPWARD, DOWNWARD),
    Stated(
        "known to {} % gives a size that is known to {} % and {} %",
        100 * 0.05 / 2.2,
        100 * (UPWARD - 1),
        100 * (1 / DOWNWARD - 1),
    ),
    Stated("by the factors ×{} and ÷{} above", UPWARD, DOWNWARD),
    Stated("decides: {} nat", 0.4 * (1 - 1.1**-0.34)),
    Stated("Up to {:>} billion tokens there is nothing to draw", min(LEAST)),
    Stated("below {:<} billion parameters at $10^{14}$ tokens", max(AT_THE_EDGE)),
    Stated("agree to {:<} per cent, {} and {} billion tokens;", 100 * (LEAST[1] / LEAST[0] - 1), *LEAST),
    Stated("at $\\eta = {}$ they differ by {} %", 2, 100 * (LEAST_AT_2[1] / LEAST_AT_2[0] - 1)),
    Stated("The sizes do not agree: {} against {} billion parameters", *SIZES),
    Stated("and a factor of {} with unlimited data", UNLIMITED[1] / UNLIMITED[0]),
    Stated("the second puts $E$ at {}.", BESIROGLU.E),
    Stated("With $\\alpha = {}$ the exponent", BESIROGLU.alpha),
    Stated("0.4 \\times {} = {}", 1 - 1.1**-0.34, 0.4 * (1 - 1.1**-0.34)),
    Stated("0.4\\,(1.1^{0.34} - 1) = {}", 0.4 * (1.1**0.34 - 1)),
    Stated("\\alpha g \\ln 1.1 = {}", 0.34 * 0.4 * math.log(1.1)),
    Stated("the exponent is ${}$", -1 / 0.3478),
    Stated("costs a factor of {}", 2 ** (1 / 0.3478)),
    Stated("Models of {}, {} and {} billion parameters are trained", *RACERS),
    Stated("have about {} tokens per parameter", (CEREBRAS.tokens / CEREBRAS.parameters).mean()),
    Stated("all Pythia models saw the same {} billion tokens", PYTHIA.tokens.max() / 1e9),
    Stated("They would cross at {} billion parameters", PYTHIA.tokens.max() / 20 / 1e9),
    Stated(
        "Cerebras-GPT {}B reached {} with {} billion tokens, Pythia {}B reached {} with {} billion",
        *row(CEREBRAS, "2.7B"),
        *row(PYTHIA, "1B"),
    ),
    Stated(
        "Between Cerebras-GPT {}M and Pythia {}M, at {} and {}, the data differ by a factor of {}.",
        *(1000 * model[0] for model in WIDEST),
        *(model[1] for model in WIDEST),
        WIDEST[1][2] / WIDEST[0][2],
    ),
    Stated(
        "averaged over {} tasks, of their {} Cerebras-GPT models, the {} Pythia models",
        len(laws.TASKS),
        len(CEREBRAS),
        len(PYTHIA),
    ),
    Stated("{} models in all", len(TABLE)),
    Stated("without the worst of these {} errors", len(TABLE)),
    Stated("the interval of $b$ ± {} standard errors covers the truth in {} %", LIMIT, 95),
    Stated(
        "with {} degrees of freedom ({} models, {} coefficients) stays below {} in absolute value",
        *(COMPUTE.degrees_of_freedom, len(TABLE), len(TABLE) - COMPUTE.degrees_of_freedom, LIMIT),
    ),
    Stated("every $|t|$ is below {}", LIMIT),
    Stated(
        "the interval reaches from {} to {} per decade, and over the {} decades of the table {} adds up to {}, "
        "{} times the residual of {}",
        *(LOW, HIGH, DECADES, HIGH),
        HIGH * DECADES,
        HIGH * DECADES / FITS["loss"].rms,
        FITS["loss"].rms,
    ),
    Stated("together explain {} % of the variance", 100 * laws.fit_polynomial(TABLE.loss, LOG_C).r_squared),
    Stated(
        "it is at least {} per decade of compute, {} of size or {} of data",
        *(lambda axis=axis: detectable(axis) for axis in ("log 6ND", "log N", "log D")),
    ),
    Stated(
        "*Size alone and compute alone* are weak: {} and {} in the sample against {},",
        *(FITS[axis].rms for axis in ("log N", "log 6ND", "loss")),
    ),
    Stated(
        "more than {:>1} times the error of the loss",
        min(
            between_families(axis, models) / between_families("loss", models)
            for axis in ("log N", "log 6ND")
            for models in (None, set(laws.models_in_range(TABLE, "loss")), COMMON)
        ),
    ),
    Stated(
        "another corpus: {} in the sample, and from one family to the other {} where the measured loss has {}.",
        FITS["predicted loss"].rms,
        between_families("predicted loss"),
        between_families("loss"),
    ),
    Stated(
        "On the {} models inside every range it comes within a factor of {:<}",
        len(COMMON),
        between_families("predicted loss", COMMON) / between_families("loss", COMMON),
    ),
    Stated(
        "*The parabola in size and data* comes close in the sample, {}, and has {} against {} with each model left out",
        JOINT.rms,
        JOINT.loo_rms,
        FITS["loss"].loo_rms,
    ),
    Stated("and the error of the predicted loss is {} times as large", LEFT_OUT["predicted loss"]),
    Stated("GPT-J, missed by {}.", JOINT.loo_residuals[TABLE.family == "GPT-J"][0]),
    Stated(
        "has {} against {} for the loss, and the predicted loss, which misses Cerebras-GPT 111M by {}, has {}.",
        but_the_worst(JOINT),
        but_the_worst(FITS["loss"]),
        -FITS["predicted loss"].loo_residuals[TABLE.model == "111M"][0],
        but_the_worst(FITS["predicted loss"]),
    ),
    Stated(
        "a rank correlation of {}: {} pairs of neighbours are out of order, by at most {}",
        spearmanr(TABLE.loss, TABLE.accuracy).statistic,
        (STEPS > 0).sum(),
        STEPS.max(),
    ),
    Stated("The {} tasks are easy", len(laws.TASKS)),
    Stated("The table has {} points", len(TABLE)),
    Stated("moves $N_c$ up by a factor of {} or down by {}.", UPWARD, DOWNWARD),
    Stated("On {} published models of one corpus", len(TABLE)),
    Stated(
        "effects on accuracy per decade from {} to {} (size), {} to {} (data) and {} to {} (compute) are",
        *(end for ends in INTERVALS for end in ends),
    ),
    Stated("the {} % limit of {} for {} degrees", 5, student.ppf(0.975, 14), len(TABLE) - 3),
    Stated("has $t = {}$", laws.added_regressor(TABLE, "log N", degree=1).t),
    Stated("in the table that you made, with $t = {}$", laws.added_regressor(MADE, "log N", degree=1).t),
    Stated("falls to ${}$", laws.added_regressor(TABLE, "log N").t),
    Stated("2.2 / (4.5 \\ln 2) = {}", 2.2 / (4.5 * math.log(2))),
    Stated("2.2 \\times 3.6/4.5 = {}", 2.2 * 3.6 / 4.5),
    Stated("and the number is {} lower", 2.2 - 2.2 * 3.6 / 4.5),
    Stated("by more than a factor of {:>1} if", size(1.76) / size(2.2)),
)


@cache
def power_law(fixed: int | None = None, value: float = 0.0) -> OptimizeResult:
    """Least squares of log L on Pythia for (L_inf, log N_0, alpha), if need be with one of them held fixed."""
    start, scale = np.array([1.43, 18.2, 0.36]), np.array([1, 10, 1.0])
    free = np.arange(3) != fixed

    def errors(q: np.ndarray) -> np.ndarray:
        floor, log_n0, alpha = q if fixed is None else np.insert(q, fixed, value)
        return np.log(laws.power_law_loss(PYTHIA.parameters, floor, math.exp(log_n0), alpha) / PYTHIA.loss)

    return least_squares(errors, start[free], x_scale=scale[free], xtol=1e-14, ftol=1e-14, gtol=1e-14)


def end(constant: int, direction: int) -> float:
    """End of the 95 % interval of a constant: there the best fit of the others is as bad as F(1, 5) allows."""
    best = power_law()
    allowed = best.cost * (1 + fisher.ppf(0.95, 1, len(PYTHIA) - 3) / (len(PYTHIA) - 3))
    low, high = sorted([best.x[constant], best.x[constant] + 0.15 * direction])
    return brentq(lambda value: power_law(constant, value).cost - allowed, low, high, xtol=1e-5)


test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("On Pythia, {} models trained on {} billion tokens each", len(PYTHIA), PYTHIA.tokens.max() / 1e9),
    Stated("it fits to {} per cent (root mean square", lambda: 100 * math.sqrt(np.mean(power_law().fun ** 2))),
    Stated(
        "without the floor $L_\\infty$ it misses by {} per cent",
        100 * laws.fit_polynomial(np.log(PYTHIA.parameters), np.log(PYTHIA.loss), 1).rms,
    ),
    Stated(
        "$L_\\infty = {}$ ({} per cent: {} to {})",
        lambda: power_law().x[0],
        95,
        lambda: end(0, -1),
        lambda: end(0, 1),
    ),
    Stated("$\\alpha_N = {}$ ({} to {})", lambda: power_law().x[2], lambda: end(2, -1), lambda: end(2, 1)),
    Stated("$N_0 = {}$ if", lambda: math.exp(power_law().x[1])),
    Stated("moves it up by a factor of {} or down by {}", UPWARD, DOWNWARD),
    Stated("of data, {} billion tokens for $\\eta = 2.2$ with", LEAST[0]),
    Stated("`hoffmann2022` and {} billion with", LEAST[1]),
    Stated("(At $\\eta = {}$ the two differ by {} per cent.)", 2, 100 * (LEAST_AT_2[1] / LEAST_AT_2[0] - 1)),
)


def test_rounding_the_constants_changes_the_size_by_more_than_a_quarter():
    exact, rounded = (
        laws.frontier_size(2.2, 3e11, laws.chinchilla_constants(f"hoffmann_{k}")) for k in ("tex", "rounded")
    )
    assert "changes $N_c$ by more than a quarter" in TEXT
    assert 1.25 < rounded / exact < 1.3


def test_an_exponent_does_not_matter_at_a_gap_of_one_nat():
    assert "with $N_0$ held fixed, vanishes at $g = 1$ nat" in TEXT and "the neutral gap is $g = A$" in TEXT
    assert laws.critical_size(2.0, 1.0, 5e7, 0.2) == laws.critical_size(2.0, 1.0, 5e7, 0.9) == 5e7
    for gap, same in ((406.4, True), (1.0, False)):  # of the law A / N^alpha, whose N_0 = A^(1/alpha)
        sizes = [laws.critical_size(500.0, 500.0 - gap, 406.4 ** (1 / alpha), alpha) for alpha in (0.2, 0.9)]
        assert (sizes == pytest.approx([1.0, 1.0])) == same


def test_the_families_are_different_curves_in_the_plane_of_size_and_data():
    ratio = CEREBRAS.tokens / CEREBRAS.parameters
    assert ratio.min() > 19 and ratio.max() < 21, "about twenty tokens per parameter"
    assert set(PYTHIA.tokens) == {3e11}
    crossing = 3e11 / 20
    assert max(CEREBRAS.parameters.max(), PYTHIA.parameters.max()) < crossing, "neither has a model there"


def test_an_error_as_large_as_the_gap_leaves_the_size_without_an_upper_end():
    assert "From there on $\\eta$ could lie at or below the floor, and there is nothing to draw" in TEXT
    assert math.isfinite(largest(0.195)) and math.isinf(largest(0.2)) and math.isinf(largest(0.3))
    slope = np.diff(np.log([largest(error) for error in np.arange(0, 0.2, 0.01)]))
    assert np.all(np.diff(slope) > 0), "bends upwards on a logarithmic axis"


def test_neither_rival_comes_nearer_to_the_accuracies_than_the_measured_loss():
    assert "its error is more than twice that of the measured loss" in TEXT
    assert 2 < LEFT_OUT["joint (log N, log D)"] < 2.5
    assert "In the sample, size, data or compute alone do worse than either" in TEXT
    rivals = [FITS["predicted loss"].rms, JOINT.rms]
    assert FITS["loss"].rms < min(rivals) and max(rivals) < min(FITS[a].rms for a in ("log N", "log D", "log 6ND"))


def test_the_loss_has_the_least_error_by_every_test_of_the_figure():
    assert "Which axis has the least error each time, and which comes next?" in TEXT
    for test in (published._IN_SAMPLE, published._LEAVE_ONE_OUT, published._OUT_OF_FAMILY):
        errors = {axis: error for axis, (error, _) in published.start("loss", test).errors.items()}
        assert min(errors, key=errors.__getitem__) == "loss", test


def test_at_a_threshold_of_1_80_only_the_first_fit_has_a_frontier_and_the_figure_shows_it():
    assert "At $\\eta = 1.80$ only the first fit still has a frontier" in TEXT
    assert math.isinf(laws.frontier_size(1.80, math.inf, BESIROGLU))
    sizes = frontier.start(1.80, 3e11)["hoffmann_tex"].sizes
    assert np.any(sizes[np.isfinite(sizes)] < 1e13), "the top of the axis"
    assert all(laws.minimal_data(2.2, constants) > 1e10 for constants in (HOFFMANN, BESIROGLU))
