"""Linear regression on features with a power-law spectrum: a scaling law that can be derived.

Features x_i are independent normals of variance i^-(1+alpha); the target is their sum. A model that sees the first p
features and n examples fits them by least squares, of least norm where n < p. Its error is at least that of the
features it lacks, ~ p^-alpha, and with all features it falls like n^-alpha. Sources: Bordelon et al. 2020, Maloney et
al. 2022, Hastie et al. 2022.
"""

from __future__ import annotations

import numpy as np

from emergence.checks import Floats


def power_law_variances(features: int, alpha: float) -> Floats:
    """Variances i^-(1+alpha), i = 1 ... features. alpha: (0, inf)."""
    if features < 1:
        raise ValueError(f"features = {features} is outside the allowed range [1, inf)")
    if not alpha > 0:
        raise ValueError(f"alpha = {alpha:g} is outside the allowed range (0, inf)")
    return np.arange(1, features + 1) ** -(1.0 + alpha)


def _check(variances: Floats, width: int, examples: int) -> None:
    if not 1 <= width <= len(variances):
        raise ValueError(f"width = {width} is outside the allowed range [1, {len(variances)}]")
    if examples < 1:
        raise ValueError(f"examples = {examples} is outside the allowed range [1, inf)")


def regression_error(variances: Floats, width: int, examples: int, rng: np.random.Generator) -> float:
    """Mean square error on new data after least squares on `examples` drawn examples with the first `width` features.

    variances: shape (features,). The weights of the target are all one, so the error is the sum of
    variance x (1 - fitted weight)^2, the features left out having the weight zero.
    """
    _check(variances, width, examples)
    x = rng.normal(size=(examples, len(variances))) * np.sqrt(variances)
    y, seen = x.sum(axis=1), x[:, :width]
    fitted = np.zeros(len(variances))
    if examples < width:
        fitted[:width] = seen.T @ np.linalg.solve(seen @ seen.T, y)  # of all that fit exactly, the least norm
    else:
        fitted[:width] = np.linalg.solve(seen.T @ seen, seen.T @ y)
    return float(variances @ (1 - fitted) ** 2)


def expected_error(variances: Floats, width: int, examples: int) -> float:
    """The error of regression_error in the limit of many features and examples (Hastie et al. 2022), in closed form.

    The missing features act as noise of variance s. With n > p the error is s n / (n - p). With n < p it is
    (sum v k^2 / (v + k)^2 + s) / (1 - sum v^2 / (v + k)^2 / n) over the p features, where k solves
    sum v / (v + k) = n. At n = p it is infinite, unless no feature is missing: then it is zero.
    """
    _check(variances, width, examples)
    seen, missing = variances[:width], float(variances[width:].sum())
    if examples >= width:
        return missing * examples / (examples - width) if examples > width else (np.inf if missing else 0.0)
    # sum v / (v + k) falls from p at k = 0 to zero: halve an interval of log k.
    low, high = np.log(seen.min()) - 40, np.log(seen.sum())
    for _ in range(80):
        middle = (low + high) / 2
        if (seen / (seen + np.exp(middle))).sum() > examples:
            low = middle
        else:
            high = middle
    kept = np.exp(low) / (seen + np.exp(low))
    return float((seen @ kept**2 + missing) / (1 - ((1 - kept) ** 2).sum() / examples))


def fitted_slope(x: Floats, y: Floats) -> float:
    """Exponent of the power law through positive points, by least squares on logarithms: shapes (n,), n >= 2."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if not (np.all(x > 0) and np.all(y > 0)):
        raise ValueError(f"x and y must lie in (0, inf); the least are {x.min():g} and {y.min():g}")
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])
