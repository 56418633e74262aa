"""Numbers that the text and the solutions of the chapter on interpolation and noise state, recomputed."""

from __future__ import annotations

import numpy as np
import pytest
from stated import Stated, numbers_of, text_of

from emergence.exercises import interpolation as exercises
from emergence.figures.interpolation import limits, noise, peak, price, three
from emergence.operators import real_model as rm
from emergence.scaling import interpolation as ip

CHAPTER = "chapters/scaling/interpolation.ipynb"
TEXT = text_of(CHAPTER)


def risk(p: int, r: float = 2.0, s: float = 1.0, features: int | None = None) -> float:
    return float(ip.exact_risk(peak.EXAMPLES, p, r, s, features))


def costs(p: int, kind: str = noise.RELATIVE) -> noise.State:
    return noise.costs(np.array(p), 0.5, 0.1, kind)


def median(which: int, points: int, sharpness: float = 2.0) -> float:
    return three.median_risk(ip.METHODS[which], points, 1.0, sharpness)


def waves(points: int) -> tuple[float, float, float]:
    """The median risk of as many waves as points, between the ends of its 95 % interval: two order statistics."""
    values = np.sort(three.risk(three.errors(ip.METHODS[0], points, 2.0), 1.0))
    half = 1.96 * len(values) ** 0.5 / 2
    low, high = (round(len(values) / 2 + sign * half) for sign in (-1, 1))
    return values[low - 1], float(np.median(values)), values[high]


def steep(p: int, dimension: int = 10) -> float:
    return float(price.steepness(dimension).mean(axis=0)[price.FEATURES.index(p)])


def percent(target: str, size: float) -> tuple[float, float, float]:
    """Mean, low and high of what noise of the size adds to the loss, in per cent of it."""
    sizes, mean = noise.percent(target)
    k = int(np.argmin(np.abs(sizes - size)))
    return mean.mean[k], mean.low[k], mean.high[k]


SOME = np.arange(1, peak.MOST + 1)

test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("There are {} examples, the signal is 2 and the noise 1.", peak.EXAMPLES),
    Stated("rises from {} at $p = 20$ to {} at $p = 36$", risk(20), risk(36)),
    Stated("beyond the peak, {} near $p = 80$, and", risk(80)),
    Stated("one problem with {} features", peak.MOST),
    Stated("the risk is {} with all 240 weights.", risk(240, 1, 0.3, 240)),
    Stated("With 40 or fewer it is never below {}, which", min(risk(p, 1, 0.3, 240) for p in range(1, 41))),
    Stated("their sum is {} for $p = 20$ and {} for $p = 80$", risk(20), risk(80)),
    Stated("that is ${}\\,\\sigma^2$", float(ip.noise_factor(50, 100))),
    Stated("$\\gamma = 3/(3-1) = {}$, and the risk is", exercises.best_ratio),
    Stated("the risk is $1 \\cdot (6 - 1) = {}$. Guessing 0 has {}.", exercises.best_risk, exercises.SIGNAL**2),
    Stated(
        "falls from {} with 21 points to {} with 161", lambda: median(2, 21), lambda: median(2, 161)
    ),
    Stated("stays near two thirds, at {} and {}.", lambda: median(1, 21), lambda: median(1, 161)),
    Stated("from {:2} (95 per cent: {:2} to {:2}) with 7 points", *(lambda k=k: waves(7)[k] for k in (1, 0, 2))),
    Stated("to ${}$ (${}$ to ${}$) with 21.", *(lambda k=k: waves(21)[k] for k in (1, 0, 2))),
    Stated("over {} data sets its median", three.DRAWS),
    Stated("over {} data sets, from", three.WAVE_DRAWS),
    Stated("at $n = 161$ its median is {} for", lambda: median(2, 161, 1.0)),
    Stated("it is $\\frac{26}{35} = {}$. The", exercises.smooth_factor),
    Stated("By less: {} instead of {}.", costs(160).weights, costs(80).weights),
    Stated("noise on the labels costs {} instead of {}.", costs(160).labels, costs(80).labels),
    Stated("from a mean square of {} to {}, and", costs(80).output, costs(160).output),
    Stated("pays {} instead of {}.", costs(160, noise.FIXED).weights, costs(80, noise.FIXED).weights),
    Stated("in per cent of its loss of {} nats a token", rm.whole_loss().mean()),
    Stated("| 0.01 | {} ({} to {}) | – |", *percent("weights", 0.01)),
    Stated("| 0.03 | {} ({} to {}) | – |", *percent("weights", 0.03)),
    Stated("| 0.1 | {} ({} to {}) | {} ({} to {}) |", *percent("weights", 0.1), *percent("embeddings", 0.1)),
    Stated("| 0.3 | {} ({} to {}) | {} ({} to {}) |", *percent("weights", 0.3), *percent("embeddings", 0.3)),
    Stated("| 1 | – | {} ({} to {}) |", *percent("embeddings", 1)),
    Stated("is above $\\ln {} = {}$, that", rm.VOCABULARY, np.log(rm.VOCABULARY)),
    Stated("$0.25 \\cdot 40/80 = {}$.", exercises.label_cost),
    Stated("(40/121 + 0.125) = {}$.", exercises.weight_cost),
    Stated("Take {} points on the unit sphere in 10 dimensions", price.POINTS),
    Stated("With 70 features the steepest gradient that we see is about {}, as", lambda: steep(70)),
    Stated("About a third: {}. Beyond 600 little more is gained; with 2,400 features it is {}.",
           lambda: steep(600), lambda: steep(2400)),
    Stated("The figure, with $nd = {}$, agrees", price.POINTS * 10),
)  # fmt: skip

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("the excess risk tends to {}, of which the noise makes {}.", ip.limit_risk(2, 2, 1), ip.limit_risk(2, 0, 1)),
    Stated("is an example: {} examples, {} features of equal weight", peak.EXAMPLES, peak.MOST),
)  # fmt: skip


def test_the_infinite_means_lie_where_the_text_says():
    assert "its mean is infinite from 39 to 41" in TEXT
    infinite = [p for p in SOME if np.isinf(ip.exact_risk(peak.EXAMPLES, p, 2, 1))]
    assert infinite == [39, 40, 41]


def test_beyond_the_peak_the_risk_is_least_near_80_weights():
    beyond = np.arange(peak.EXAMPLES + 2, 400)
    assert beyond[np.argmin([risk(p) for p in beyond])] == 82 and risk(82) == pytest.approx(risk(80), abs=2e-3)


def test_in_the_fixed_problem_few_weights_are_worse_than_guessing_0_and_all_are_best():
    assert "which is worse than guessing 0" in TEXT
    values = [risk(p, 1, 0.3, 240) for p in SOME]
    assert min(values[:40]) > 1 > values[-1] == min(values)


def test_the_best_ridge_has_no_peak_in_either_problem():
    assert "The dashed curve has no peak at all" in TEXT
    for problem, sign in ((peak._ALL, 1), (peak._SOME, -1)):
        values = peak.figure.check({"problem": problem, "signal": 1.0, "noise": 0.3})
        assert np.all(sign * np.diff(peak.figure.start(values, 1).ridge) > 0)


def test_in_twenty_dimensions_features_help_for_longer():
    assert "In 20 dimensions it gains longer, up to about 1,200 features" in TEXT
    assert steep(600, 20) > 1.05 * steep(1200, 20) and steep(1200, 20) < 1.06 * steep(2400, 20)
    assert steep(600) < 1.06 * steep(2400)


def test_the_figure_shows_the_least_steep_of_the_three_draws():
    assert "The figure's fit is the least steep of the three draws" in TEXT
    found = price.steepness(10)
    assert np.all(found[0] < found[1:].min(axis=0))
    assert price.start(600, "10").here == pytest.approx(found[0, price.FEATURES.index(600)])


def test_the_fit_with_most_features_is_more_than_twice_as_steep_as_it_must_be():
    assert "still more than twice as steep as it would have to be" in TEXT
    for draw, found in enumerate(price.steepness(10)):
        x, y, *_ = price.data(10, draw)
        assert found[-1] > 2 * ip.steepest_pair(x, y)


def test_the_effective_ranks_of_the_cell_are_as_the_theorem_wants_them():
    for n in (40, 160, 640):
        variances = np.concatenate([np.ones(7), np.full(n**2, 1 / n**2)])
        assert ip.effective_ranks(variances, 0)[0] == pytest.approx(8)
        assert ip.effective_ranks(variances, 6)[0] < n <= ip.effective_ranks(variances, 7)[0]
        assert ip.effective_ranks(variances, 7)[0] == pytest.approx(n**2)
        assert n / ip.effective_ranks(variances, 7)[1] == pytest.approx(1 / n)


def test_noise_of_a_third_on_the_weights_is_worse_than_a_uniform_guess():
    assert "at 0.3 on the weights its loss is above" in TEXT
    sizes, added = rm.noise("weights")
    assert sizes[-1] == 0.3 and (rm.whole_loss() + added[:, -1]).mean() > np.log(rm.VOCABULARY)
    assert noise.percent("embeddings")[1].low[0] < 0 < noise.percent("embeddings")[1].high[0]


def test_the_figures_show_what_the_text_says():
    assert "risk of least squares is infinite" in peak.figure.show(seed=1, p=40).sentence
    some = peak.figure.show(seed=1, p=240, signal=1, noise=0.3, problem=peak._SOME).sentence
    assert "least squares is 0.851" in some
    assert "tends to 3, of which noise is 1" in limits.figure.show(ratio=2).sentence
    assert "has no bound" in limits.figure.show(ratio=1).sentence
    assert "falls towards r²" in limits.figure.show(signal=1, noise=1.5).sentence
    assert "more than a million" in three.figure.show(seed=3, points=41).sentence
    assert "adds 0.04;" in noise.figure.show(p=160, kind=noise.FIXED).sentence
    assert "10 dimensions" in price.figure.show().sentence
