"""Exercises of the chapter *Interpolation and noise*."""

from __future__ import annotations

import math

import numpy as np

from emergence.exercises import Exercise, Function, Mistake, Number
from emergence.scaling import interpolation as ip

# -- The risk as a function ----------------------------------------------------------------------------------------


def risk(n: int, p: int, r: float, sigma: float) -> float:
    """The expected excess risk of n examples and p weights, |n − p| at least 2."""
    return float(ip.exact_risk(n, p, r, sigma))


def _setting(rng: np.random.Generator) -> tuple[int, int, float, float]:
    n = int(rng.integers(3, 60))
    p = n + int(rng.integers(2, 60)) if rng.random() < 0.5 else int(rng.integers(1, n - 1))
    return n, p, float(rng.uniform(0.2, 3)), float(rng.uniform(0.1, 2))


def _noise_alone(n: int, p: int, r: float, sigma: float) -> float:
    return sigma**2 * min(n, p) / (abs(n - p) - 1)


def _in_the_limit(n: int, p: int, r: float, sigma: float) -> float:
    return r**2 * max(0, 1 - n / p) + sigma**2 * min(n, p) / abs(n - p)


def _two_cases(n: int, p: int, r: float, sigma: float) -> float:
    if p < n:
        return sigma**2 * p / (n - p - 1)
    return r**2 * (1 - n / p) + sigma**2 * n / (p - n - 1)


exact = Exercise(
    "exact",
    Function(
        "the expected excess risk of least squares, for n examples, p weights, signal r and noise sigma, "
        "where n and p differ by 2 at least",
        risk,
        _setting,
        cases=[(40, 20, 2.0, 1.0), (40, 80, 2.0, 1.0)],
        mistakes=[
            Mistake(_noise_alone, "Beyond p = n a part of the true weights is not seen by the examples."),
            Mistake(_in_the_limit, "This is the limit of many examples. What is the mean of 1/χ² for few?"),
        ],
        hints=[
            "Theorem 1 has a case for p below n and one for p above.",
            "In the noise part n and p change roles; the lost signal is there only for p above n.",
        ],
        alternatives=[_two_cases],
    ),
    solution=(
        "`lost = r**2 * max(0, 1 - n / p)` and `noise = sigma**2 * min(n, p) / (abs(n - p) - 1)`; their sum is the "
        "risk. At n = 40, r = 2, σ = 1 it is 20/19 for p = 20, and 2 + 40/39 for p = 80."
    ),
)

# -- The best of the large models ----------------------------------------------------------------------------------

SIGNAL, NOISE = 3.0, 1.0


def best_ratio() -> float:
    return ip.second_minimum(SIGNAL, NOISE)[0]


def best_risk() -> float:
    return ip.second_minimum(SIGNAL, NOISE)[1]


best = Exercise(
    "best",
    ratio=Number(
        "the γ above 1 at which the limit of the excess risk is least, for r = 3 and σ = 1",
        best_ratio,
        rel=0.001,
        mistakes=[
            Mistake(3, "This is r/σ. Set the derivative in γ to zero."),
            Mistake(2, "That is right for r = 2. Here r is 3."),
        ],
        hints=["Differentiate r²(1 − 1/γ) + σ²/(γ − 1).", "The derivative vanishes where (γ − 1)/γ = σ/r."],
    ),
    least=Number(
        "the excess risk there",
        best_risk,
        rel=0.001,
        mistakes=[
            Mistake(SIGNAL**2, "This is what guessing 0 has, and what the risk tends to for large γ."),
            Mistake(lambda: SIGNAL**2 * (1 - 1 / best_ratio()), "This is the lost signal. Add what the noise costs."),
        ],
        hints=["Put the γ of the first part into both terms.", "It can be written with r and σ alone: σ(2r − σ)."],
    ),
    solution=lambda: (
        f"r²/γ² = σ²/(γ − 1)² gives γ = r/(r − σ) = {best_ratio():g}. There the lost signal is 3 and the noise part 2, "
        f"together σ(2r − σ) = {best_risk():g}, which is below r² = 9."
    ),
)

# -- Rounder corners -----------------------------------------------------------------------------------------------


def smooth_factor() -> float:
    """∫ w² + (1 − w)² over [0, 1] for w = 3t² − 2t³, by Simpson's rule, exact to rounding."""
    t = np.linspace(0, 1, 2001)
    w = 3 * t**2 - 2 * t**3
    values = w**2 + (1 - w) ** 2
    return float((values[:-1:2] + 4 * values[1::2] + values[2::2]).sum() / 6000)


smooth = Exercise(
    "smooth",
    Number(
        "the factor of σ² to which the excess risk tends when neighbours are joined by the weights 3t² − 2t³",
        smooth_factor,
        rel=0.002,
        mistakes=[
            Mistake(2 / 3, "This is the factor for straight lines, where the weight is t."),
            Mistake(1, "This is the factor of the nearest neighbour, which takes a single label."),
            Mistake(0.5, "This is the factor halfway between two points. Average over t."),
            Mistake(13 / 35, "This is the part of one of the two neighbours."),
        ],
        hints=["Replace t in the proof of Theorem 3 by w(t).", "Integrate w² and double it, by symmetry."],
    ),
    solution=lambda: (
        f"∫ w² = 9/5 − 2 + 4/7 = 13/35 for w = 3t² − 2t³, and the other neighbour has the same: 26/35 = "
        f"{smooth_factor():.3f}. A curve that is smoother to look at is a little worse."
    ),
)

# -- Two kinds of noise --------------------------------------------------------------------------------------------

EXAMPLES, WEIGHTS, LABEL_NOISE, SIZE = 40, 121, 0.5, 0.1


def label_cost() -> float:
    return LABEL_NOISE**2 * float(ip.noise_factor(EXAMPLES, WEIGHTS))


def weight_cost() -> float:
    return SIZE**2 * float(ip.fitted_square(EXAMPLES, WEIGHTS, 1, LABEL_NOISE))


kinds = Exercise(
    "kinds",
    labels=Number(
        "what noise σ = 0.5 on the labels adds to the risk, for n = 40, p = 121",
        label_cost,
        rel=0.005,
        mistakes=[
            Mistake(lambda: label_cost() / LABEL_NOISE, "Noise enters by its variance, σ²."),
            Mistake(lambda: LABEL_NOISE**2 * WEIGHTS / 80, "Beyond the peak n stands above the line, not p."),
        ],
        hints=["It is the noise part of Theorem 1.", "p − n − 1 = 80."],
    ),
    weights=Number(
        "what noise of relative size 0.1 on the weights adds (r = 1, σ = 0.5)",
        weight_cost,
        rel=0.005,
        mistakes=[
            Mistake(lambda: 10 * weight_cost(), "The cost is in proportion to s², not to s."),
            Mistake(
                lambda: SIZE**2 * EXAMPLES / WEIGHTS, "The fitted weights hold a part of the labels' noise as well."
            ),
            Mistake(
                lambda: SIZE**2 * (1 + label_cost()), "Beyond the peak only the share n/p of the signal is fitted."
            ),
        ],
        hints=["By Theorem 4 it is s² times the mean square of the fitted weights.", "r² n/p + σ² n/(p − n − 1)."],
    ),
    solution=lambda: (
        f"Labels: 0.25 · 40/80 = {label_cost():.3f}. Weights: 0.01 · (40/121 + {label_cost():.3f}) = "
        f"{weight_cost():.5f}."
    ),
)

# -- The least steep function --------------------------------------------------------------------------------------


def least_slope(points: list[list[float]], labels: list[float]) -> float:
    """The least Lipschitz constant of all functions that take the labels at the points, given as rows."""
    return ip.steepest_pair(points, labels)


def _cloud(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    n = int(rng.integers(2, 9))
    return rng.normal(size=(n, int(rng.integers(1, 4)))), rng.normal(size=n)


def _neighbours_in_the_list(points: list[list[float]], labels: list[float]) -> float:
    x, y = np.array(points), np.array(labels)
    return float((np.abs(np.diff(y)) / np.linalg.norm(np.diff(x, axis=0), axis=1)).max())


def _range(points: list[list[float]], labels: list[float]) -> float:
    x = np.array(points)
    widest = max(np.linalg.norm(a - b) for a in x for b in x)
    return float(np.ptp(labels) / widest)


def _pair_by_pair(points: list[list[float]], labels: list[float]) -> float:
    pairs = [(i, j) for i in range(len(labels)) for j in range(i)]
    return max(abs(labels[i] - labels[j]) / math.dist(points[i], points[j]) for i, j in pairs)


steepest = Exercise(
    "steepest",
    Function(
        "the least Lipschitz constant of a function that takes the numbers `labels` at the rows of `points`",
        least_slope,
        _cloud,
        cases=[(np.array([[0.0], [1.0], [0.1]]), np.array([1.0, 0.0, -1.0]))],
        mistakes=[
            Mistake(_neighbours_in_the_list, "Compare every pair, not only those that follow each other in the list."),
            Mistake(_range, "The steepest pair need not have the most different labels, or the farthest points."),
        ],
        hints=["Which slope does a single pair force?", "Theorem 5 says that no more is needed than the pairs force."],
        alternatives=[_pair_by_pair],
    ),
    solution=(
        "Return the largest of |yᵢ − yⱼ|/|xᵢ − xⱼ| over all pairs. By Theorem 5 no function can do with less, and one "
        "does with as much."
    ),
)
