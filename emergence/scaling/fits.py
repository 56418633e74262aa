"""Fitting a power law with a floor, how sure its constants are, and how far it may be extrapolated.

L(N) = floor + amplitude (N/unit)^-exponent. For a given exponent the other two are linear (variable projection: Golub
and Pereyra 1972). Robust losses on logarithms follow Hoffmann et al. 2022 and Besiroglu et al. 2024.

N counts parameters, losses are in nats per token. `loss` has the shape (..., n): many data sets are fitted at once.
A value out of range raises ValueError. Nothing returns NaN, and infinity only where a docstring says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, at_least, finite, in_range, one_of
from emergence.scaling import laws
from emergence.statistics import student_quantile
from emergence.tables import read_rows

LOWEST, HIGHEST = 0.02, 3.0
"""Exponents are searched between these two."""
_GRID = np.geomspace(LOWEST, HIGHEST, 121)
_GOLDEN = (math.sqrt(5) - 1) / 2


class Law(NamedTuple):
    """One law or many: floor + amplitude (N/unit)^-exponent. The fields have the shape of the fitted data sets.

    squares is the sum of squared residuals over so many points; a law that is given and not fitted has one, and 0.
    determined is False where the exponent ended at an edge of its range: then the data leave exponent and floor open.
    """

    floor: Floats
    amplitude: Floats
    exponent: Floats
    unit: float
    squares: Floats
    determined: NDArray[np.bool_]
    points: int = 1

    def __call__(self, n: ArrayLike) -> Floats:
        """Losses at sizes n of the shape (m,), or a single one: shape (..., m), or (...)."""
        n = in_range("n", n)
        floor, amplitude, exponent = (np.asarray(x) for x in (self.floor, self.amplitude, self.exponent))
        if n.ndim:
            floor, amplitude, exponent = floor[..., None], amplitude[..., None], exponent[..., None]
        return floor + amplitude * (n / self.unit) ** -exponent

    @property
    def scale(self) -> Floats:
        """N0 of the form floor + (N0/N)^exponent, in parameters. Infinite where it exceeds the largest float."""
        amplitude = in_range("amplitude", self.amplitude)
        with np.errstate(over="ignore"):
            return self.unit * amplitude ** (1 / np.asarray(self.exponent))

    @property
    def rms(self) -> Floats:
        """Root mean square of the residuals, nats per token."""
        return np.sqrt(self.squares / self.points)


def _data(n: ArrayLike, loss: ArrayLike, least: int = 3) -> tuple[Floats, Floats, float]:
    """The logarithms of n in units of its geometric mean, the losses, and that unit."""
    n, loss = in_range("n", n), finite("loss", loss)
    if n.ndim != 1 or loss.shape[-1:] != n.shape:
        raise ValueError(f"loss has shape {loss.shape} and n {n.shape}; allowed are (..., n) with (n,)")
    if len(np.unique(n)) < least:
        raise ValueError(f"n has {len(np.unique(n))} different sizes; the allowed range is [{least}, inf)")
    log = np.log(n)
    return log - log.mean(), loss, float(np.exp(log.mean()))


def _project(t: Floats, loss: Floats, exponent: Floats) -> tuple[Floats, Floats, Floats]:
    """Floor, amplitude and sum of squares of least squares, for exponents of a shape that goes with loss[..., 0]."""
    power = np.exp(-exponent[..., None] * t)
    middle, mean = power.mean(axis=-1), loss.mean(axis=-1)
    u, y = power - middle[..., None], loss - mean[..., None]
    amplitude = (u * y).sum(axis=-1) / (u * u).sum(axis=-1)
    residuals = y - amplitude[..., None] * u
    return mean - amplitude * middle, amplitude, (residuals * residuals).sum(axis=-1)


def fit_exponent(n: ArrayLike, loss: ArrayLike, exponent: ArrayLike) -> Law:
    """Least squares for floor and amplitude, the exponent given: one for all data sets, or one for each.

    n: shape (n,), two different sizes at least. loss: shape (..., n). exponent: (0, inf).
    """
    t, loss, unit = _data(n, loss, 2)
    exponent = np.broadcast_to(in_range("exponent", exponent), loss.shape[:-1])
    floor, amplitude, squares = _project(t, loss, exponent)
    return Law(floor, amplitude, exponent, unit, squares, np.ones(exponent.shape, dtype=bool), len(t))


def fit_law(n: ArrayLike, loss: ArrayLike) -> Law:
    """Least squares for all three constants: a search over the exponent, in which the other two are solved for.

    n: shape (n,), three different sizes at least. loss: shape (..., n). The exponent lies in [LOWEST, HIGHEST].
    """
    t, loss, unit = _data(n, loss)
    # On the grid the sum of squares is that of y less what u explains, for all data sets in one product.
    power = np.exp(-_GRID[:, None] * t)
    u = power - power.mean(axis=1, keepdims=True)
    u /= np.sqrt((u * u).sum(axis=1, keepdims=True))
    y = loss - loss.mean(axis=-1, keepdims=True)
    best = np.argmax((y @ u.T) ** 2, axis=-1)
    determined = (best > 0) & (best < len(_GRID) - 1)
    low = np.log(_GRID[np.maximum(best - 1, 0)])
    high = np.log(_GRID[np.minimum(best + 1, len(_GRID) - 1)])

    def squares(log_exponent: Floats) -> Floats:
        return _project(t, loss, np.exp(log_exponent))[2]

    for _ in range(36):  # golden section, each data set in its own interval
        width = _GOLDEN * (high - low)
        left = squares(high - width) < squares(low + width)
        low, high = np.where(left, low, high - width), np.where(left, low + width, high)
    exponent = np.where(determined, np.exp((low + high) / 2), _GRID[best])[()]
    floor, amplitude, rest = _project(t, loss, exponent)
    return Law(floor, amplitude, exponent, unit, rest, determined, len(t))


def fit_pure(n: ArrayLike, loss: ArrayLike) -> Law:
    """The power law without a floor: a straight line through the logarithms. loss: shape (..., n), (0, inf)."""
    t, loss, unit = _data(n, in_range("loss", loss), 2)
    y = np.log(loss)
    slope = ((y - y.mean(axis=-1, keepdims=True)) * t).sum(axis=-1) / (t * t).sum()
    amplitude = np.exp(y.mean(axis=-1))
    squares = ((amplitude[..., None] * np.exp(slope[..., None] * t) - loss) ** 2).sum(axis=-1)
    return Law(np.zeros_like(slope), amplitude, -slope, unit, squares, np.ones_like(slope, dtype=bool), len(t))


def fit_line(n: ArrayLike, loss: ArrayLike) -> Callable[[ArrayLike], Floats]:
    """A straight line in log N by least squares, as a function of n of the shape (m,): shape (..., m)."""
    t, loss, unit = _data(n, loss, 2)
    slope = (loss * t).sum(axis=-1, keepdims=True) / (t * t).sum()
    return lambda at: loss.mean(axis=-1, keepdims=True) + slope * np.log(in_range("n", at) / unit)


def exponential_misfit(n: ArrayLike, loss: ArrayLike) -> float:
    """Root mean square by which the best floor + amplitude exp(-rate N) misses one data set, in nats.

    n, loss: shape (n,), four sizes at least. rate: from 0.01 / (largest n) to 100 / (least n).
    """
    _, loss, _ = _data(n, loss, 4)
    n = np.asarray(n, dtype=float)
    rates = np.geomspace(0.01 / n.max(), 100 / n.min(), 6001)
    # exp(-rate N) is a power of exp(N), so the projection is the same one with N in the place of ln N.
    return math.sqrt(_project(n - n.min(), loss[None, :], rates)[2].min() / len(n))


# --- one family, counted in two ways -----------------------------------------------------------------------

ALL, WITHOUT = "all parameters", "without embeddings"
COUNTS = (ALL, WITHOUT)


def parameters_of_blocks(layers: ArrayLike, width: ArrayLike) -> Floats:
    """Parameters of so many GPT-NeoX blocks and the last layer norm, embedding and output matrix left out.

    A block of width w has 4w^2 + 4w in its attention, 8w^2 + 5w in its MLP and 4w in two layer norms.
    """
    layers, width = in_range("layers", layers, 1, closed_low=True), in_range("width", width, 1, closed_low=True)
    return layers * (12 * width**2 + 13 * width) + 2 * width


@cache
def pythia(counted: str = ALL) -> tuple[Floats, Floats]:
    """Parameters and losses of the eight Pythia models, shape (8,); counted: one of COUNTS."""
    table = laws.published_table().family_rows("Pythia")
    if one_of("counted", counted, COUNTS) == ALL:
        return table.parameters, table.loss
    shapes = {row["model"]: (float(row["layers"]), float(row["width"])) for row in read_rows("pythia_shapes.csv")}
    return parameters_of_blocks(*np.transpose([shapes[model] for model in table.model])), table.loss


# --- how sure are the constants? ---------------------------------------------------------------------------


class Valley(NamedTuple):
    """Where the sum of squares stays below `limit`: for each exponent the floors from low to high, shapes (m,).

    floor is the best floor for each exponent and squares its sum of squares, also where it lies above the limit;
    there low and high are equal to the floor. inside says where it does not. limit belongs to `level`.
    """

    exponents: Floats
    floor: Floats
    low: Floats
    high: Floats
    squares: Floats
    inside: NDArray[np.bool_]
    limit: float

    @property
    def exponent_interval(self) -> tuple[float, float]:
        """Least and largest exponent inside; 0 and inf where the valley goes on beyond the exponents searched."""
        inside = np.flatnonzero(self.inside)
        low, high = self.exponents[inside[[0, -1]]]
        return (0.0 if self.inside[0] else float(low)), (math.inf if self.inside[-1] else float(high))

    @property
    def floor_interval(self) -> tuple[float, float]:
        """Least and largest floor inside. The least is -inf where the valley goes on to exponent 0."""
        low = -math.inf if self.inside[0] else float(self.low[self.inside].min())
        return low, float(self.high[self.inside].max())


def valley(n: ArrayLike, loss: ArrayLike, level: float = 0.95, points: int = 1201) -> Valley:
    """The profile region of one data set for one constant at a time, with errors of unknown equal variance.

    For a given exponent the sum of squares is a parabola in the floor, S(exponent) + h (floor - best)^2 with
    h = n - (sum v)^2 / sum v^2 and v = N^-exponent, so the region is known in closed form. Its limit is
    S_min (1 + t^2 / (n - 3)) with Student's t: its shadows on the axes are the profile intervals.
    n, loss: shape (n,), four sizes at least. level: (0, 1).
    """
    level = float(in_range("level", level, 0, 1))
    t, loss, _ = _data(n, loss, 4)
    if loss.ndim != 1:
        raise ValueError(f"loss has shape {loss.shape}; allowed is one data set, (n,)")
    best = fit_law(n, loss)
    exponents = np.union1d(np.geomspace(LOWEST, HIGHEST, at_least("points", points, 3)), best.exponent)
    floor, _, squares = _project(t, loss[None, :], exponents)
    limit = float(best.squares) * (1 + student_quantile(len(t) - 3, 1 - level) ** 2 / (len(t) - 3))
    power = np.exp(-exponents[:, None] * t)
    curvature = len(t) - power.sum(axis=1) ** 2 / (power * power).sum(axis=1)
    reach = np.sqrt(np.maximum(limit - squares, 0) / curvature)
    return Valley(exponents, floor, floor - reach, floor + reach, squares, squares <= limit, limit)


def bootstrap(n: ArrayLike, loss: ArrayLike, draws: int, rng: np.random.Generator) -> Law:
    """Refits of the law plus residuals drawn with replacement: a Law of the shape (draws,).

    n, loss: shape (n,), four sizes at least. The residuals are enlarged by sqrt(n / (n - 3)), for the three constants
    that were fitted to them.
    """
    _, loss, _ = _data(n, loss, 4)
    law = fit_law(n, loss)
    fitted = law(n)
    residuals = loss - fitted
    residuals = (residuals - residuals.mean()) * math.sqrt(len(loss) / (len(loss) - 3))
    return fit_law(n, fitted + residuals[rng.integers(0, len(loss), (at_least("draws", draws, 1), len(loss)))])


def linear_error(law: Law, n: ArrayLike, at: ArrayLike, noise: float) -> Floats:
    """Standard error of the fitted law at sizes `at`, to first order in the noise; at = inf is the floor's.

    law: a single one. n: shape (n,), the sizes fitted. at: shape (m,), (0, inf]. noise: standard deviation of each
    loss, (0, inf). Least squares with the Jacobian J: noise sqrt(g (J'J)^-1 g') with the gradient g.
    """
    n, at = in_range("n", n), np.atleast_1d(in_range("at", at, closed_high=True))

    def gradient(size: Floats) -> Floats:
        known = np.where(np.isfinite(size), size, law.unit)
        t = np.log(known / law.unit)
        v = np.where(np.isfinite(size), np.exp(-float(law.exponent) * t), 0.0)
        return np.column_stack([np.ones_like(t), v, -float(law.amplitude) * t * v])

    _, r = np.linalg.qr(gradient(n))
    return float(in_range("noise", noise)) * np.sqrt((np.linalg.solve(r.T, gradient(at).T) ** 2).sum(axis=0))


def straight_line_gap(law: Law, n: ArrayLike) -> float:
    """How far the law is from the nearest straight line in log N between the least and the largest n, in nats.

    A convex curve keeps an equal distance, half its greatest depth below the chord, from the chord moved down by that.
    """
    n = in_range("n", n)
    u = np.linspace(0, 1, 4001)
    curve = law(n.min() * (n.max() / n.min()) ** u)
    return float(np.max(curve[0] + (curve[-1] - curve[0]) * u - curve) / 2)


# --- robust fits of logarithms -------------------------------------------------------------------------------


def huber(residual: ArrayLike, delta: float) -> Floats:
    """Huber's loss: r^2/2 where |r| <= delta, else delta (|r| - delta/2). delta: (0, inf)."""
    size, delta = np.abs(finite("residual", residual)), float(in_range("delta", delta))
    return np.where(size <= delta, size**2 / 2, delta * (size - delta / 2))


def fit_huber_log(n: ArrayLike, loss: ArrayLike, delta: float = 1e-3, steps: int = 400) -> Law:
    """Minimise Huber's loss of log L(N) - log loss, as Hoffmann et al. do (delta = 1e-3), from the least squares.

    Damped Gauss-Newton steps with the weights min(1, delta/|r|); squares is still that of the losses. One data set.
    n, loss: shape (n,); loss: (0, inf). The amplitude stays positive. RuntimeError when the steps do not suffice.
    """
    t, loss, unit = _data(n, in_range("loss", loss), 4)
    start = fit_law(n, loss)
    theta = np.array([float(start.floor), math.log(float(in_range("amplitude", start.amplitude))), start.exponent])

    def model(p: Floats) -> Floats:
        return p[0] + np.exp(p[1] - p[2] * t)

    def cost(p: Floats) -> float:
        value = model(p)
        return math.inf if value.min() <= 0 else float(huber(np.log(value / loss), delta).sum())

    damping, now = 1e-3, cost(theta)
    for _ in range(steps):
        value = model(theta)
        excess = np.exp(theta[1] - theta[2] * t)
        jacobian = np.column_stack([np.ones_like(t), excess, -t * excess]) / value[:, None]
        residual = np.log(value / loss)
        weight = np.minimum(1, delta / np.maximum(np.abs(residual), delta))
        normal = jacobian.T @ (weight[:, None] * jacobian)
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), -jacobian.T @ (weight * residual))
        new = cost(theta + step)
        if new < now:
            theta, damping = theta + step, max(damping / 3, 1e-12)
            gained, now = now - new, new
            if gained < 1e-15 * now:
                break
        else:
            damping *= 4
            if damping > 1e12:  # no step leads down any more
                break
    else:
        raise RuntimeError(f"Huber's loss has not settled after {steps} steps")
    squares = ((model(theta) - loss) ** 2).sum()
    return Law(theta[0], np.exp(theta[1]), theta[2], unit, squares, np.True_, len(t))


# --- size and data together ------------------------------------------------------------------------------------


class TwoTerms(NamedTuple):
    """E, A, B of L = E + A N^-alpha + B D^-beta by least squares for all pairs of exponents; squares: shape (a, b)."""

    alpha: Floats
    beta: Floats
    E: Floats
    A: Floats
    B: Floats
    squares: Floats

    def best(self) -> tuple[int, int]:
        """The indices of the least sum of squares."""
        a, b = np.unravel_index(np.argmin(self.squares), self.squares.shape)
        return int(a), int(b)


def project_two(n: ArrayLike, d: ArrayLike, loss: ArrayLike, alpha: ArrayLike, beta: ArrayLike) -> TwoTerms:
    """Variable projection of the law in size and data: for all pairs of exponents, E, A and B are linear.

    n, d, loss: shape (n,), six points at least. alpha: shape (a,), beta: shape (b,), (0, inf).
    """
    t, loss, unit_n = _data(n, loss, 3)
    s, loss, unit_d = _data(d, loss, 3)
    if len(loss) < 6:
        raise ValueError(f"loss has {len(loss)} points; five constants need a number in the range [6, inf)")
    alpha, beta = in_range("alpha", alpha), in_range("beta", beta)
    u = np.exp(-alpha[:, None] * t)[:, None, :]
    v = np.exp(-beta[:, None] * s)[None, :, :]
    u, v = np.broadcast_arrays(u, v)
    mu, mv, my = u.mean(axis=-1), v.mean(axis=-1), loss.mean()
    x, z, y = u - mu[..., None], v - mv[..., None], loss - my
    xx, zz, xz = (x * x).sum(axis=-1), (z * z).sum(axis=-1), (x * z).sum(axis=-1)
    xy, zy = (x * y).sum(axis=-1), (z * y).sum(axis=-1)
    determinant = xx * zz - xz**2
    a, b = (zz * xy - xz * zy) / determinant, (xx * zy - xz * xy) / determinant
    squares = ((y - a[..., None] * x - b[..., None] * z) ** 2).sum(axis=-1)
    return TwoTerms(
        alpha, beta, my - a * mu - b * mv, a * unit_n ** alpha[:, None], b * unit_d ** beta[None, :], squares
    )


def compute_optimal(c: ArrayLike, quality: ArrayLike, constants: laws.ChinchillaConstants) -> tuple[Floats, Floats]:
    """Parameters and tokens of least loss at compute 6ND = c when each token counts for `quality` tokens.

    With D' = quality D the law is the old one at 6ND' = quality c: N is the optimum of that compute, D the rest.
    c: floating-point operations, (0, inf). quality: (0, inf).
    """
    c, quality = in_range("c", c), in_range("quality", quality)
    n = laws.compute_optimal_size(quality * c, constants)
    return n, c / (6 * n)


# --- hidden laws, and rules that extrapolate ----------------------------------------------------------------------

RULES = ("best fit", "no floor", "straight line", "fixed exponent")


class Trial(NamedTuple):
    """Hidden laws, the sizes at which they were seen, shape (n,), and what was seen there: shape (laws, n)."""

    laws: Law
    sizes: Floats
    seen: Floats


def hide_laws(count: int, rng: np.random.Generator, noise: float = 0.01, sizes: int = 6, decades: float = 1.5) -> Trial:
    """Draw laws, and losses at sizes in equal steps of log N, from 10^7 parameters up over so many decades.

    Floors are uniform on [1.2, 2.2], exponents on [0.2, 0.5], the excess at 10^7 on [1, 2] nats. noise: standard
    deviation of each loss, [0, 0.1]. sizes: 3 at least. decades: (0, 6].
    """
    count, sizes = at_least("count", count, 1), at_least("sizes", sizes, 3)
    noise = float(in_range("noise", noise, 0, 0.1, closed_low=True, closed_high=True))
    decades = float(in_range("decades", decades, 0, 6, closed_high=True))
    floor, exponent, excess = rng.uniform([1.2, 0.2, 1.0], [2.2, 0.5, 2.0], (count, 3)).T
    truth = Law(floor, excess, exponent, 1e7, np.zeros(count), np.ones(count, bool))
    n = 1e7 * 10 ** np.linspace(0, decades, sizes)
    return Trial(truth, n, truth(n) + noise * rng.standard_normal((count, sizes)))


def extrapolate(rule: str, n: ArrayLike, loss: ArrayLike, at: ArrayLike, exponent: float = 0.35) -> Floats:
    """What a rule of RULES says of the losses at sizes `at`, shape (m,), from data sets (..., n): shape (..., m).

    exponent: what the rule with a fixed one takes, (0, inf); the other rules do not look at it.
    """
    one_of("rule", rule, RULES)
    if rule == "straight line":
        return fit_line(n, loss)(at)
    fit = {"best fit": fit_law, "no floor": fit_pure}.get(rule, lambda n, loss: fit_exponent(n, loss, exponent))
    return fit(n, loss)(at)


class Score(NamedTuple):
    """Root mean square and mean of a rule's errors over laws, and the standard error of the former: shape (m,)."""

    rms: Floats
    bias: Floats
    error: Floats


def score(trial: Trial, rule: str, ratios: ArrayLike, exponent: float = 0.35) -> Score:
    """The errors, in nats, of a rule at sizes beyond the largest one seen by each of the ratios, shape (m,).

    The standard error of the root mean square is that of the mean square, divided by twice the root.
    """
    at = trial.sizes[-1] * in_range("ratios", ratios)
    errors = extrapolate(rule, trial.sizes, trial.seen, at, exponent) - trial.laws(at)
    square = errors**2
    rms = np.sqrt(square.mean(axis=0))
    spread = square.std(axis=0, ddof=1) / math.sqrt(len(square)) if len(square) > 1 else np.zeros_like(rms)
    return Score(rms, errors.mean(axis=0), spread / (2 * np.maximum(rms, 1e-300)))
