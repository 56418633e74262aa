"""Numbers that the text and the solutions of the chapter on order and chaos state, recomputed."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from stated import Stated, numbers_of, text_of

from emergence.exercises import deep_networks as exercises
from emergence.figures.deep_networks import edge, plane, residual, scale
from emergence.operators import mean_field as mf

CHAPTER = "chapters/operators/deep_networks.ipynb"
TEXT = text_of(CHAPTER)
WIDTHS, NETWORKS = (16, 32, 64, 128), 2000


@cache
def torn() -> mf.Trajectory:
    """The two inputs of the first question."""
    return mf.plain(3, 0.05, 30, d=0.06)


@cache
def finite_correlation(width: int) -> tuple[float, float]:
    """The correlation of the first question after 30 layers in 400 networks, and its standard error."""
    c = 1 - mf.finite_plain(width, 3, 0.05, 30, 400, np.random.default_rng((5, width)), d=0.06).d[-1]
    return float(c.mean()), float(c.std(ddof=1) / 20)


@cache
def share(width: int) -> tuple[dict[int, float], float]:
    """Geometric mean of q over that of infinite width at depth 1, 2, 3 widths, and the standard error of the first."""
    q = mf.finite_lengths(width, 1, 0, 3 * width, NETWORKS, np.random.default_rng((11, width)))
    infinite = mf.lengths(1, 0, 3 * width)
    logs = {k: np.log(q[k * width] / infinite[k * width]) for k in (1, 2, 3)}
    error = float(math.exp(logs[1].mean()) * logs[1].std(ddof=1) / math.sqrt(NETWORKS))
    return {k: float(math.exp(log.mean())) for k, log in logs.items()}, error


@cache
def relu_share(width: int) -> tuple[float, float]:
    """Geometric mean of 1 - c over that of infinite width where depth equals width, and its standard error."""
    d = mf.finite_plain(width, 2, 0, width, 1000, np.random.default_rng((13, width)), units="ReLU").d[-1]
    log = np.log(d / mf.plain(2, 0, width, units="ReLU").d[-1])
    mean = math.exp(log.mean())
    return mean, float(mean * log.std(ddof=1) / math.sqrt(1000))


@cache
def blocks() -> tuple[mf.Trajectory, np.ndarray]:
    trajectory = mf.residual(1, 1, 500)
    return trajectory, mf.local_exponent(1 - trajectory.d)


XI = mf.correlation_depth([1.0, 1.5, 1.7, 1.75], 0.05)
LINE, Q = mf.critical_weight([0.0, 0.05, 0.3])

test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("to {} after 30 layers and to {} in the end", lambda: 1 - torn().d[-1], 1 - mf.fixed_difference(3, 0.05)),
    Stated("of width 64 the correlation of the question is {} after", lambda: finite_correlation(64)[0]),
    Stated("in 400 of width 256 it is {}, and", lambda: finite_correlation(256)[0]),
    Stated("at infinite width {}; the standard", lambda: 1 - torn().d[-1]),
    Stated("standard errors are {} and {}.", lambda: finite_correlation(64)[1], lambda: finite_correlation(256)[1]),
    Stated("it starts at $\\sigma_w^2 = {}$", LINE[0]),
    Stated("it is at {}, with $q^* = {}$", LINE[1], Q[1]),
    Stated("and at $\\sigma_b^2 = 0.3$ it is at {}.", LINE[2]),
    Stated("the critical $\\sigma_w^2$ is {}. A network", LINE[1]),
    Stated("has $\\sigma_w^2 = 1.7$, {} per cent less, and", 100 * (1 - 1.7 / LINE[1])),
    Stated("and $\\chi_1 = {}$. After how many", mf.chi(1.7, 0.05)),
    Stated("After about {} layers. At", XI[2]),
    Stated("it takes {} layers, at 1.5 it takes {}, at 1.75 it takes {}:", XI[0], XI[1], XI[3]),
    Stated("a factor of 1,000 takes {} layers", exercises.layers_until(0.98, 1000)),
    Stated("$2l\\,q_l = {}$ and", lambda: 2 * 20_000 * mf.lengths(1, 0, 20_000)[-1]),
    Stated("$l^2(1 - c_l) = {}$, with", lambda: 20_000**2 * mf.plain(2, 0, 20_000, units="ReLU").d[-1]),
    Stated("with the limit {}. So", 9 * math.pi**2 / 2),
    Stated("$9\\pi^2/2 = {}$. The block", 9 * math.pi**2 / 2),
    Stated("to {} after 50 blocks", lambda: 1 - blocks()[0].d[50]),
    Stated("{} at $l = 10$, {} at 50,", lambda: blocks()[1][9], lambda: blocks()[1][49]),
    Stated("{} at 200 and {} at 400;", lambda: blocks()[1][199], lambda: blocks()[1][399]),
    Stated("$-(1 - 2/\\pi) = {}$. A straight", -(1 - 2 / math.pi)),
    Stated("fitted to the first hundred blocks has the slope {}.", lambda: straight_line()),
    Stated("$c \\propto l^{{}}$", -(1 - 2 / math.pi)),
    Stated(
        "is {} of the infinite one at width 16, {} at 32 and {} at 64",
        lambda: relu_share(16)[0],
        lambda: relu_share(32)[0],
        lambda: relu_share(64)[0],
    ),
    Stated("errors of about {})", lambda: relu_share(32)[1]),
    Stated("miss $\\operatorname{E}\\varphi'(u)^2$ by {} at", lambda: missed()),
)

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("correlation depth is {} layers at 1.5, {} at 1.7 and {} at 1.75", XI[1], XI[2], XI[3]),
    Stated("is ${}$ at 10 blocks, ${}$ at 50", lambda: blocks()[1][9], lambda: blocks()[1][49]),
    Stated("at 50 and ${}$ at 400", lambda: blocks()[1][399]),
)


def missed() -> float:
    """How far Gauss-Hermite quadrature with 64 nodes is off at q = 4."""
    z, w = np.polynomial.hermite_e.hermegauss(64)
    return abs((w / w.sum()) @ (1 - np.tanh(2 * z) ** 2) ** 2 - mf.mean_square_slope(4.0))


def straight_line() -> float:
    """Slope of ln c against ln l over the first hundred residual tanh blocks."""
    depth = np.arange(1, 101)
    return float(np.polyfit(np.log(depth), np.log(1 - blocks()[0].d[depth]), 1)[0])


def test_the_shares_of_finite_networks_are_those_of_the_text():
    assert "is 0.49 to 0.50 of the infinite one, with a standard error of 0.01" in TEXT
    assert "at $2n$ it is 0.24 to 0.25, at $3n$ about 0.11" in TEXT
    for width in WIDTHS:
        shares, error = share(width)
        assert abs(shares[1] - 0.495) < 0.01 + 3 * error and error < 0.015
        assert shares[2] == pytest.approx(0.24, abs=0.03) and shares[3] == pytest.approx(0.11, abs=0.02)


def test_half_and_a_tenth_are_what_a_network_of_width_32_has():
    assert "About half, and about a tenth. The same shares hold for widths 16, 64 and 128" in TEXT
    assert share(32)[0][1] == pytest.approx(0.5, abs=0.05) and share(32)[0][3] == pytest.approx(0.1, abs=0.03)


def test_the_figures_start_where_the_text_says():
    assert "$c = 0.94$. They go through tanh layers with $\\sigma_w^2 = 3$ and $\\sigma_b^2 = 0.05$" in TEXT
    defaults = plane.figure.defaults
    assert (defaults["correlation"], defaults["weight"], defaults["bias"]) == (0.94, 3.0, 0.05)
    assert "the twelve finite ones" in TEXT and "In 12 networks" in plane.figure.show(seed=1).sentence
    assert edge.figure.defaults["copies"] == 30 and "Points are geometric means over 30 networks" in TEXT
    assert scale.figure.defaults["bias"] == 0.05 and residual.figure.defaults["units"] == "tanh"


def test_correlations_without_biases_vanish_in_chaos():
    assert "Without biases $C(0) = 0$: in chaos two inputs with $|c_0| < 1$ become uncorrelated" in TEXT
    for d in (0.1, 1.9):
        assert 1 - mf.plain(2.5, 0, 200, d=d).d[-1] == pytest.approx(0, abs=1e-3)


def test_seventy_five_layers_divide_by_e_as_the_answer_says():
    assert "$0.9867^{75}$ is about $1/e$" in TEXT and 0.9867**75 == pytest.approx(1 / math.e, rel=0.01)


def test_the_map_of_linear_units_is_that_of_the_exercise():
    w, b, c = 0.6, 0.3, 0.2
    q = b / (1 - w)
    assert (w * q * c + b) / (w * q + b) == pytest.approx(w * c + 1 - w)
