"""Numbers that the text and the solutions of the chapter on random products state, recomputed."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from stated import Stated, numbers_of, text_of

from emergence.exercises import random_products as exercises
from emergence.figures.random_products import collapse, directions, lengths, pair, switches
from emergence.operators import random_products as rp

CHAPTER = "chapters/operators/random_products.ipynb"
TEXT = text_of(CHAPTER)

EIGHT = rp.gaussian_exponent(8)
QUARTER = rp.turned_pair(math.pi / 2, 0.5)
LOWER, UPPER = rp.radius_bounds(QUARTER, 8)


def nilpotent_radius(degrees: float) -> float:
    """The joint spectral radius of the layer whose square is 0 and its turned copy: only AB, repeated, is left."""
    return float(rp.radius_bounds(rp.turned_pair(math.radians(degrees), 0.0), 2)[0][-1])


def least_turn() -> float:
    """The turn in degrees above which products of these two layers grow."""
    turns = np.arange(1, 91)
    return float(turns[[nilpotent_radius(turn) <= 1 + 1e-12 for turn in turns]].max())


@cache
def long_run(source: str) -> tuple[float, float]:
    """Growth rate of layers that stretch or turn by 30 degrees, and its standard error."""
    layers, factors = rp.switched_layers(source, 10_000, math.radians(30), np.random.default_rng(1), 60)
    rates = rp.log_norms(layers, factors)[-1] / 10_000
    return float(rates.mean()), float(rates.std(ddof=1) / math.sqrt(60))


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("Above {}°; at {}° itself the norm stays bounded", *[least_turn()] * 2),
    Stated("per layer, {} at 90° and {} at {}°", nilpotent_radius(90), nilpotent_radius(30), least_turn()),
    Stated("at {}° the best ellipse gives {},", 90, rp.best_ruler(QUARTER)[0]),
    Stated("while the {} products of {} layers show that $\\hat\\rho$ is at most {},", 256, 8, UPPER[-1]),
    Stated("one of them that it is at least {}.", LOWER[-1]),
    Stated("\\hat\\rho = \\|A\\| = {}$, the golden ratio", exercises.transpose.questions["joint"].reference),
    Stated("on average by {} per layer: after 100 layers", -EIGHT),
    Stated("ln of the length is about {}, and the typical output is {} long", 100 * EIGHT, math.exp(100 * EIGHT)),
    Stated("it is {} at width 2", rp.gaussian_exponent(2)),
    Stated("and {} at width 20. At width", rp.gaussian_exponent(20)),
    Stated("At width 8, $\\ln\\sigma = {}$ makes", -EIGHT),
    Stated("at width 64 it takes {}.", -rp.gaussian_exponent(64)),
    Stated("Euler's $\\gamma = {}$", np.euler_gamma),
    Stated("the length changes by $\\sqrt{1.5 \\cdot 0.6} = {}$", math.sqrt(0.9)),
    Stated("which has the probability {}.", exercises.coin.questions["longer"].reference),
    Stated("{} at width 2, {} at width 20, about $1", exercises.critical_scale(2), exercises.critical_scale(20)),
    Stated("its exact variance is {} times as large as", rp.relu_moments(8)[1] / (5 / (4 * 8))),
    Stated("On average it takes {} layers at width 4,", 2**4),
    Stated("showed it, {} at width 8, and more than $10^{{:>}}$ at width 64", 2**8, 19),
    Stated("{} layers at width 4, {} at width 8.", exercises.half_are_zero(4), exercises.half_are_zero(8)),
    Stated("a network of {} layers needs the width {} or {}", 96, 96 / 2, 5 * 96 / 4),
    Stated("At width 4 the gap is {}.", rp.gaussian_exponent(4) - rp.gaussian_exponent(4, index=2)),
    Stated("1 - \\ln 2 = {}$", exercises.merging.questions["space"].reference),
    Stated(
        "about {} per layer if the layers are independent, {} if they stick",
        lambda: long_run("independent")[0],
        lambda: long_run("sticky")[0],
    ),
    Stated("errors below {:<}", lambda: max(long_run("independent")[1], long_run("sticky")[1])),
)

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated(
        "At $\\sigma = 1$ it is ${}$ for width 2 and ${}$ for width 20",
        rp.gaussian_exponent(2),
        rp.gaussian_exponent(20),
    ),
)


def test_products_grow_from_one_turn_on_and_do_not_grow_up_to_another():
    assert "grows from a turn of 32.1° on, whether six layers are allowed or seven" in TEXT
    turns = np.radians(np.concatenate([[32.0, 32.1], np.arange(33, 91)]))
    for length in (6, 7):
        grows = rp.radius_bounds(rp.turned_pair(turns, 0.5), length)[0][-1]
        assert grows[0] <= 1 and (grows[1:] > 1).all()
    assert "Up to 22.0° a ruler shows that no product grows" in TEXT
    rulers = [rp.best_ruler(rp.turned_pair(math.radians(turn), 0.5))[0] for turn in (*range(0, 23, 2), 22.1)]
    assert max(rulers[:-1]) < 1 < rulers[-1]


def test_a_waiting_time_of_two_to_the_width_is_what_the_text_says():
    assert "more than $10^{19}$ at width 64" in TEXT and 2**64 > 10**19


def test_a_ruler_and_a_product_agree_on_the_root_of_two():
    assert "at 45° the best ellipse found and the product $AB$ agree on $\\sqrt2$ to four digits" in TEXT
    family = rp.turned_pair(math.radians(45), 0.0)
    assert rp.best_ruler(family)[0] == pytest.approx(math.sqrt(2), abs=1e-4)
    assert rp.radius_bounds(family, 2)[0][-1] == pytest.approx(math.sqrt(2))


def test_the_layers_of_the_question_grow_like_twice_the_sine_of_the_turn():
    assert "in the long run the norm grows by the factor $2\\sin\\theta$ per layer" in TEXT
    for degrees in (10, 29, 31, 60, 90):
        A, B = pair_of_layers = rp.turned_pair(math.radians(degrees), 0.0)
        assert not (A @ A).any() and B @ B == pytest.approx(np.zeros((2, 2)), abs=1e-15)
        growth = 2 * math.sin(math.radians(degrees))
        assert rp.radius_bounds(pair_of_layers, 6)[0][-1] == pytest.approx(growth)
        assert np.linalg.norm(np.linalg.matrix_power(A @ B, 150), 2) ** (1 / 300) == pytest.approx(growth, rel=0.01)


def test_a_quarter_turn_exchanges_the_layers():
    assert "a quarter turn exchanges the two layers, so a best ellipse" in TEXT
    turn = np.array([[0, -1], [1, 0]])
    first, second = QUARTER
    assert turn @ first @ turn.T == pytest.approx(second) and turn @ second @ turn.T == pytest.approx(first)


def test_the_networks_of_the_question_end_as_the_figure_shows():
    assert "Of the 400 networks in the figure 4 end above the flat line" in TEXT
    assert "which 4 networks exceed" in lengths.figure.show(seed=1).sentence


def test_a_quarter_turn_leaves_the_growth_of_a_random_walk():
    assert "grows only like $\\sqrt K$, and at depth 200 the figure still shows 0.036 per layer" in TEXT
    assert "with mean 0.036" in switches.figure.show(seed=1, angle=90).sentence
    rates = rp.log_norms(*rp.switched_layers("independent", 800, math.pi / 2, np.random.default_rng(2), 400))
    assert rates[799].mean() / rates[199].mean() == pytest.approx(2, rel=0.2)


def test_four_layers_per_unit_of_width_give_the_same_spread():
    assert "here both are close to 2 in size, up to a correction that falls with the width" in TEXT
    for width in (8, 64):
        mean, variance = 4 * width * rp.gaussian_exponent(width), 4 * width * rp.gaussian_variance(width)
        assert mean == pytest.approx(-2, abs=1 / width) and variance == pytest.approx(2, abs=2.5 / width)


def test_the_figures_start_where_the_text_says():
    assert "The figure starts with the variance against depth" in TEXT
    assert collapse.figure.defaults["against"] == "depth" and collapse.figure.defaults["units"] == "none"
    assert "Watch 24 networks settle" in TEXT and "24 networks" in switches.figure.show(seed=1).sentence
    assert switches.figure.defaults == {"source": "independent", "angle": 30, "depth": 200}
    assert directions.figure.defaults["width"] == 4 and pair.figure.defaults["diagonal"] == 0.5


def test_the_second_moment_of_a_relu_unit_is_three_halves():
    assert "has mean $\\tfrac12$ and second moment $\\tfrac32$" in TEXT
    x, w = np.polynomial.hermite_e.hermegauss(80)
    half = np.maximum(x, 0) ** 2
    assert w @ half / w.sum() == pytest.approx(0.5, abs=1e-3) and w @ half**2 / w.sum() == pytest.approx(1.5, abs=1e-3)
