"""Numbers that the text and the solutions of the toolbox state, recomputed."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from stated import Stated, numbers_of, text_of

from emergence.exercises import toolbox as exercises
from emergence.figures.toolbox import intervals, norms, slopes, surprise, units
from emergence.limits.contractions import operator_norm
from emergence.physics import finite_size
from emergence.physics.ising import Replicas
from emergence.toolbox import averages, curves, information

CHAPTER = "chapters/toolbox.ipynb"
TEXT = text_of(CHAPTER)
TURN = np.array([[1, -1], [1, 1]]) / math.sqrt(2)
SHEAR = np.array([[1, 1], [0, 1]])
RARE, IGNORED = [0.66, 0.33, 0.01], [2 / 3, 1 / 3, 0]
FIRST, SECOND = (units._CUTS.bytes_per_token(merges) for merges in (60, 180))


def shifted(x):
    return curves.shifted_power(x, 0.5, 0.3)


def slope(low: float, high: float) -> float:
    return curves.slope_between(shifted, low, high)


def off(low: float, high: float) -> float:
    """By how many per cent at most the curve of the figure leaves the power law through two of its points."""
    return 100 * math.expm1(curves.distance_from_power_law(shifted, low, high))


@cache
def magnets() -> np.ndarray:
    """|m| of 64 magnets at T = 2.5 after each of 800 sweeps, as in the chapter."""
    rng = np.random.default_rng(1)
    lattices = Replicas.aligned(16)
    lattices.sweep(2.5, rng, sweeps=200)
    rows = []
    for _ in range(800):
        lattices.sweep(2.5, rng)
        rows.append(abs(lattices.magnetisation()))
    return np.transpose(rows)


def spread() -> float:
    return float(magnets().mean(axis=1).std(ddof=1))


def naive() -> float:
    return math.sqrt(np.mean(averages.naive_error(magnets()) ** 2))


def hits(**values: float) -> int:
    """How many of the 50 intervals of the figure hold the true mean."""
    figure = intervals.figure
    state = figure.start(figure.check(values), 1)
    return int((np.abs(state.means) <= 2 * state.errors).sum())


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("A rotation makes a vector {} % longer.", 100 * (operator_norm(TURN, "∞") - 1)),
    Stated("of a hundred error bars of the usual kind, {} hold the truth", 100 * averages.share_within(2 / 19**0.5)),
    Stated("It is $\\sqrt2 = {}$. The answer", operator_norm(TURN, "∞")),
    Stated("The shear has norm {} both", operator_norm(SHEAR, "1")),
    Stated("The line begins at {} with the slope {},", shifted(1), curves.shifted_power_slope(1, 0.5, 0.3)),
    Stated("ends near {} with the slope {}.", shifted(1000), curves.shifted_power_slope(1000, 0.5, 0.3)),
    Stated("The first decade gives the slope {} and the last {}.", slope(1, 10), slope(100, 1000)),
    Stated("From 10 to 100 it is {}, and the straight line is off by at most {} %", slope(10, 100), off(10, 100)),
    Stated("from 1 to 1,000 it is off by {} %", off(1, 1000)),
    Stated("bends the line by more than {:<} % over a decade", 100 * math.expm1(curves.greatest_distance(0.34, 10))),
    Stated("\\log_{10}(3.0/1.8)/3 = {}$", exercises.plain_exponent),
    Stated("\\log_{10}(5)/3 = {}$", exercises.exponent_above_floor),
    Stated("About {} bits, which is 0.01 times the surprise", 0.01 * math.log2(100)),
    Stated("$\\mathrm{KL}(Q \\Vert P)$ is only {} bits", information.relative_entropy(IGNORED, RARE)),
    Stated("infinite one way, {} bits the other way", information.relative_entropy(IGNORED, RARE)),
    Stated("$1/\\ln 2 = {}$ bits", information.NAT),
    Stated("$2.0/(4\\ln2) = {}$ and", information.bits_per_byte(2.0, 4)),
    Stated("$2.2/(5\\ln2) = {}$, and", information.bits_per_byte(2.2, 5)),
    Stated("the first has between {} and 2.20 nats", 2.2 * FIRST / SECOND),
    Stated("with 4 bytes per token is {} bits per byte", information.bits_per_byte(2.2, 4)),
    Stated("and {} nats per token with 5 bytes", information.nats_per_token(information.bits_per_byte(2.2, 4), 5)),
    Stated("$L = \\ln 9.0 = {}$ nats per token", math.log(9)),
    Stated("$2.197/(4.0\\ln2) = {}$ bits per byte", exercises.bits_of_the_first),
    Stated("in about {} % of the repetitions", 100 * averages.share_within(2)),
    Stated("About {}. The intervals are too short", 100 * averages.share_within(1 / math.sqrt(19 / 4))),
    Stated("by a factor of $\\sqrt{19} = {}$", math.sqrt(2 * averages.chain_time(0.9))),
    Stated("with blocks of 50, {} of the 50 intervals", lambda: hits(block=50)),
    Stated("forget each other, and {} of the 50 intervals", lambda: hits(block=125, memory=0.98)),
    Stated("which is {} for $\\rho = 0.9$", averages.chain_time(0.9)),
    Stated(
        "the first chain of the figure gives {} where {} is true",
        lambda: intervals.figure.start(intervals.figure.check({"memory": 0.98}), 1).time,
        averages.chain_time(0.98),
    ),
    Stated(
        "the error would be {}, too small by a factor of {}, and $\\sqrt{2\\tau} = {}$",
        naive,
        lambda: spread() / naive(),
        lambda: math.sqrt(2 * averages.autocorrelation_time(magnets())),
    ),
    Stated("Blocks of 100 give {}, close", lambda: math.sqrt(np.mean(averages.blocked_error(magnets(), 100) ** 2))),
    Stated("the spread of {}, which 64 means determine to within about {} %", spread, 100 / math.sqrt(2 * 63)),
    Stated("$2/\\sqrt{200} = {}$", exercises.error_of_the_mean),
    Stated("(2/0.05)^2 = {}$ values", exercises.values_needed),
)


def test_the_autocorrelation_times_of_the_other_chapter_are_below_six():
    assert "from bins of 50 updates, where $\\tau$ is below 6" in TEXT
    assert max(finite_size.measured(size).tau_absolute.max() for size in finite_size.SIZES) < 6


def test_the_turned_vectors_reach_the_bars_that_the_text_says():
    assert "$(1, 0)$ reaches the bar in the 1-norm and $(1, 1)$ in the ∞-norm" in TEXT
    along, across = norms.start(1, 0, 4, "a turn by 45°"), norms.start(1, 1, 4, "a turn by 45°")
    assert math.isclose(along.image[0], along.bound[0] * along.vector[0])
    assert math.isclose(across.image[3], across.bound[3] * across.vector[3])
    shear = norms.start(1, 0, 4, "a shear").bound
    assert shear[0] == shear[3] == 2 and 1.6 < shear[1] < 1.7


def test_points_that_are_close_make_an_exponential_look_like_a_power_law():
    assert "it, too, looks like a power law" in TEXT
    assert slopes.figure.start(slopes.figure.check({"kind": "exponential", "first": 10, "second": 14})).distance < 0.001


def test_the_figures_show_what_the_text_says():
    assert "KL(P‖Q) is infinite" in surprise.figure.show(p_a=0.66, p_b=0.33, q_a=0.67, q_b=0.33).sentence
    assert "slope on log–log axes is −0.188" in slopes.figure.show().sentence
    below, above = (units.figure.start(units.figure.check({"loss": loss})).second for loss in (1.40, 1.42))
    assert below < 2.2 < above


def test_longer_chains_do_not_help_intervals_that_take_their_values_for_independent():
    assert "longer chains do not help" in TEXT
    shares = []
    for length in (500, 4000):
        x = averages.chains(0.9, np.random.default_rng(length).normal(size=(2000, length)))
        shares.append(np.mean(np.abs(x.mean(axis=1)) <= 2 * averages.naive_error(x)))
    assert np.all(np.abs(np.array(shares) - 0.354) < 4 * math.sqrt(0.354 * 0.646 / 2000))


def test_the_other_chapters_say_what_is_said_of_them_here():
    assert "from ten blocks of 60 sweeps, in" in TEXT and "a fit that is nine standard errors off" in TEXT
    assert "from ten blocks of 60 sweeps" in text_of("chapters/physics/symmetry_breaking.ipynb")
    assert "9 standard errors away" in text_of("chapters/physics/scale.ipynb")
