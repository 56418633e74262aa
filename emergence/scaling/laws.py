"""Scaling laws, the size at which a loss threshold is crossed, and a published table to test both on.

L(N) = L_inf + (N0 / N)^alpha; an ability that needs L < eta needs N > N_c = N0 (eta - L_inf)^(-1/alpha).
Sources: Kaplan et al. 2020, Hoffmann et al. 2022, Besiroglu et al. 2024, Du et al. 2024, Dey et al. 2023.

N counts parameters, D training tokens, losses are in nats per token. Arguments broadcast against each
other; a value outside its range raises ValueError with the parameter, the value and the range. Nothing
returns NaN, and infinity only where a docstring says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, in_range, one_of
from emergence.tables import column_of, read_rows

CHINCHILLA_FITS = ("hoffmann_tex", "hoffmann_rounded", "besiroglu")
AXES = ("loss", "log N", "log D", "log 6ND", "predicted loss", "joint (log N, log D)")
"""What accuracy can be fitted by; the predicted loss is L(N, D) with the constants of Besiroglu et al."""
FAMILIES = ("Cerebras-GPT", "Pythia", "GPT-J", "GPT-NeoX")
TASKS = ("hellaswag", "piqa", "winogrande", "lambada", "arc_easy", "arc_challenge", "openbookqa")


def _below_alpha(alpha_error: ArrayLike, alpha: Floats) -> Floats:
    alpha_error = in_range("alpha_error", alpha_error, closed_low=True)
    if not np.all(alpha_error < alpha):
        raise ValueError(
            f"alpha_error = {np.max(alpha_error):g} is outside the allowed range [0, alpha) "
            f"with alpha = {np.min(alpha):g}"
        )
    return alpha_error


# --- the power law and the size at which it crosses a threshold -----------------------------------------


def power_law_loss(n: ArrayLike, l_inf: ArrayLike, n0: ArrayLike, alpha: ArrayLike) -> Floats:
    """Loss L(N) = L_inf + (N0/N)^alpha in nats per token (Kaplan et al. 2020, with an irreducible part).

    n: parameters, (0, inf]; n = inf gives l_inf. l_inf: irreducible loss, [0, inf). n0: scale in
    parameters, (0, inf). alpha: exponent, (0, inf). Shapes broadcast. Infinite only where the loss exceeds
    the largest float.
    """
    n = in_range("n", n, closed_high=True)
    l_inf = in_range("l_inf", l_inf, closed_low=True)
    n0 = in_range("n0", n0)
    alpha = in_range("alpha", alpha)
    with np.errstate(over="ignore", under="ignore"):
        return l_inf + (n0 / n) ** alpha


def critical_size(eta: ArrayLike, l_inf: ArrayLike, n0: ArrayLike, alpha: ArrayLike) -> Floats:
    """Critical size N_c = N0 (eta - L_inf)^(-1/alpha): the loss is below eta exactly for N > N_c.

    eta: loss threshold in nats per token, [0, inf). l_inf, n0, alpha as in power_law_loss. Shapes broadcast.
    Returns inf where eta <= l_inf: then no size suffices. (Also inf where N_c exceeds the largest float.)
    """
    eta = in_range("eta", eta, closed_low=True)
    l_inf = in_range("l_inf", l_inf, closed_low=True)
    n0 = in_range("n0", n0)
    alpha = in_range("alpha", alpha)
    # The power of a zero gap is +inf, which is the documented answer for every gap <= 0.
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        return n0 * np.maximum(eta - l_inf, 0.0) ** (-1.0 / alpha)


def critical_size_sensitivity(
    eta: ArrayLike,
    l_inf: ArrayLike,
    alpha: ArrayLike,
    eta_error: ArrayLike = 0.0,
    alpha_error: ArrayLike = 0.0,
) -> Floats:
    """Factor by which N_c moves, to first order in log N_c, for errors of eta and alpha.

    With the gap g = eta - L_inf: d ln N_c = -d eta / (alpha g) + (ln g / alpha^2) d alpha, so the largest
    factor is exp(eta_error / (alpha g) + |ln g| alpha_error / alpha^2) >= 1. N0 and L_inf are held fixed.
    Half-widths: eta_error in [0, inf), alpha_error in [0, alpha). Returns inf where eta <= l_inf. Shapes
    broadcast.
    """
    eta = in_range("eta", eta, closed_low=True)
    l_inf = in_range("l_inf", l_inf, closed_low=True)
    alpha = in_range("alpha", alpha)
    eta_error = in_range("eta_error", eta_error, closed_low=True)
    alpha_error = _below_alpha(alpha_error, alpha)
    gap = eta - l_inf
    safe = np.where(gap > 0, gap, 1.0)
    with np.errstate(over="ignore", under="ignore"):
        # In this order no intermediate is 0 * inf, however small alpha is.
        exponent = eta_error / alpha / safe + alpha_error / alpha * np.abs(np.log(safe)) / alpha
        return np.where(gap > 0, np.exp(exponent), math.inf)[()]


class CriticalSizeInterval(NamedTuple):
    """Exact range of N_c, in parameters, for a box of errors. Each is inf where no size suffices."""

    lower: Floats
    point: Floats
    upper: Floats


def critical_size_interval(
    eta: ArrayLike,
    l_inf: ArrayLike,
    n0: ArrayLike,
    alpha: ArrayLike,
    eta_error: ArrayLike = 0.0,
    alpha_error: ArrayLike = 0.0,
) -> CriticalSizeInterval:
    """Exact least and largest N_c for eta within +-eta_error and alpha within +-alpha_error.

    ln N_c = ln N0 - ln(g)/alpha with g = eta - L_inf falls in g for every alpha. In alpha it falls where
    g < 1 and rises where g > 1. It is monotone in each variable when the other is fixed, so its extremes
    over the box lie on corners: the least at the largest g, the largest at the smallest g, and both corners
    of alpha are tried. N0 and L_inf are held fixed. Half-widths: eta_error in [0, inf), alpha_error in
    [0, alpha); eta is not taken below 0. upper = inf where eta - eta_error <= l_inf; lower = inf where even
    eta + eta_error <= l_inf. Shapes broadcast.
    """
    eta = in_range("eta", eta, closed_low=True)
    alpha = in_range("alpha", alpha)
    eta_error = in_range("eta_error", eta_error, closed_low=True)
    alpha_error = _below_alpha(alpha_error, alpha)
    low_eta, high_eta = np.maximum(eta - eta_error, 0.0), eta + eta_error
    low_alpha, high_alpha = alpha - alpha_error, alpha + alpha_error
    return CriticalSizeInterval(
        np.minimum(*(critical_size(high_eta, l_inf, n0, a) for a in (low_alpha, high_alpha))),
        critical_size(eta, l_inf, n0, alpha),
        np.maximum(*(critical_size(low_eta, l_inf, n0, a) for a in (low_alpha, high_alpha))),
    )


def gated_performance(
    loss: ArrayLike,
    eta: ArrayLike,
    *,
    best_loss: ArrayLike = 0.0,
    chance: ArrayLike = 0.0,
    start: ArrayLike | None = None,
    ceiling: ArrayLike = 1.0,
    shape: ArrayLike = 1.0,
) -> Floats:
    """Performance f(L) 1[L < eta]: chance for L >= eta, a power of the distance below eta otherwise.

    f(L) = start + (ceiling - start) ((eta - L) / (eta - best_loss))^shape falls in L; it equals ceiling at
    L <= best_loss and tends to start as L rises to eta. start = chance (the default) makes the onset
    continuous, start > chance makes it jump. The article on Du et al. 2024 has chance = 0 and leaves f open;
    this family is the book's. loss: nats per token, [0, inf]. eta: (best_loss, inf). best_loss: [0, inf).
    0 <= chance <= start <= ceiling <= 1. shape: (0, inf). Shapes broadcast.
    """
    loss = in_range("loss", loss, closed_low=True, closed_high=True)
    best_loss = in_range("best_loss", best_loss, closed_low=True)
    eta = in_range("eta", eta)
    shape = in_range("shape", shape)
    if not np.all(best_loss < eta):
        raise ValueError(
            f"best_loss = {np.max(best_loss):g} is outside the allowed range [0, eta) with eta = {np.min(eta):g}"
        )
    ceiling = in_range("ceiling", ceiling, 0.0, 1.0, closed_low=True, closed_high=True)
    chance = in_range("chance", chance, 0.0, 1.0, closed_low=True, closed_high=True)
    start = chance if start is None else in_range("start", start, 0.0, 1.0, closed_low=True, closed_high=True)
    if not (np.all(chance <= start) and np.all(start <= ceiling)):
        raise ValueError(
            f"start = {np.max(start):g} is outside the allowed range [chance, ceiling] "
            f"= [{np.max(chance):g}, {np.min(ceiling):g}]"
        )
    with np.errstate(over="ignore"):
        progress = np.clip((eta - loss) / (eta - best_loss), 0.0, 1.0)
    return np.where(loss < eta, start + (ceiling - start) * progress**shape, chance)[()]


# --- data and size together ------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChinchillaConstants:
    """Constants of L(N, D) = E + A / N^alpha + B / D^beta (nats per token, corpus of Hoffmann et al.)."""

    name: str
    label: str
    E: float
    A: float
    B: float
    alpha: float
    beta: float
    source: str


@cache
def chinchilla_constants(name: str) -> ChinchillaConstants:
    """Published constants by name, one of CHINCHILLA_FITS, from data/chinchilla_constants.csv."""
    one_of("name", name, CHINCHILLA_FITS)
    (row,) = read_rows("chinchilla_constants.csv", name=name)
    numbers = {key: float(row[key]) for key in ("E", "A", "B", "alpha", "beta")}
    return ChinchillaConstants(name=name, label=row["label"], source=row["source"], **numbers)


def chinchilla_loss(n: ArrayLike, d: ArrayLike, constants: ChinchillaConstants) -> Floats:
    """Loss L(N, D) = E + A/N^alpha + B/D^beta in nats per token (Hoffmann et al. 2022).

    n: parameters, (0, inf]. d: tokens, (0, inf]. Infinite n or d drops its term. Shapes broadcast.
    """
    n = in_range("n", n, closed_high=True)
    d = in_range("d", d, closed_high=True)
    c = constants
    with np.errstate(over="ignore", under="ignore"):
        return c.E + c.A * n**-c.alpha + c.B * d**-c.beta


def loss_floor(d: ArrayLike, constants: ChinchillaConstants) -> Floats:
    """Irreducible loss at fixed data, L_inf(D) = E + B/D^beta: L(N, D) as N grows. d: (0, inf]."""
    return chinchilla_loss(math.inf, d, constants)


def frontier_size(eta: ArrayLike, d: ArrayLike, constants: ChinchillaConstants) -> Floats:
    """Emergence frontier N_c(D) = (A / (eta - L_inf(D)))^(1/alpha): L(N, D) < eta exactly for N > N_c(D).

    eta: [0, inf) nats per token. d: tokens, (0, inf]. inf where D <= minimal_data(eta): no size suffices.
    """
    n0 = constants.A ** (1.0 / constants.alpha)
    return critical_size(eta, loss_floor(d, constants), n0, constants.alpha)


def minimal_data(eta: ArrayLike, constants: ChinchillaConstants) -> Floats:
    """Data D_min = (B / (eta - E))^(1/beta), in tokens, at or below which no size reaches a loss below eta.

    eta: [0, inf) nats per token. inf where eta <= E: no data suffices either.
    """
    d0 = constants.B ** (1.0 / constants.beta)
    return critical_size(eta, constants.E, d0, constants.beta)


def training_compute(n: ArrayLike, d: ArrayLike) -> Floats:
    """Training compute C = 6 N D in floating-point operations (Kaplan et al. 2020). n, d: (0, inf)."""
    return 6.0 * in_range("n", n) * in_range("d", d)


def compute_optimal_size(c: ArrayLike, constants: ChinchillaConstants) -> Floats:
    """Parameters N* of least loss at compute 6ND = C (Hoffmann et al. 2022).

    N* = G (C/6)^(beta/(alpha+beta)) with G = (alpha A / beta B)^(1/(alpha+beta)). c: compute in
    floating-point operations, (0, inf). The tokens that go with it are C / (6 N*).
    """
    c = in_range("c", c)
    k = constants
    g = (k.alpha * k.A / (k.beta * k.B)) ** (1.0 / (k.alpha + k.beta))
    return g * (c / 6.0) ** (k.beta / (k.alpha + k.beta))


class CheapestModel(NamedTuple):
    """Model of least compute on the emergence frontier: parameters, tokens, 6ND; all inf when none."""

    n: Floats
    d: Floats
    compute: Floats


def cheapest_model(eta: ArrayLike, constants: ChinchillaConstants) -> CheapestModel:
    """Cheapest (N, D) with L(N, D) = eta.

    At the optimum alpha A/N^alpha = beta B/D^beta, so the excess eta - E splits as beta : alpha between the
    size term and the data term. eta: [0, inf) nats per token; all inf where eta <= E.
    """
    c = constants
    gap = np.maximum(in_range("eta", eta, closed_low=True) - c.E, 0.0)
    with np.errstate(divide="ignore", over="ignore"):
        n = (c.A * (c.alpha + c.beta) / (c.beta * gap)) ** (1.0 / c.alpha)
        d = (c.B * (c.alpha + c.beta) / (c.alpha * gap)) ** (1.0 / c.beta)
        return CheapestModel(n, d, 6.0 * n * d)


# --- the published table ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublishedTable:
    """Models trained on the Pile: parallel read-only arrays of shape (n,).

    family, model: names. parameters, tokens: counts. loss: Pile test cross-entropy, nats per token, as the
    authors report it. accuracy: their zero-shot mean of the seven TASKS, 0 to 1. source: where the row comes
    from.
    """

    family: NDArray[np.str_]
    model: NDArray[np.str_]
    parameters: Floats
    tokens: Floats
    loss: Floats
    accuracy: Floats
    source: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.model)

    @property
    def compute(self) -> Floats:
        """Training compute 6ND, floating-point operations."""
        return training_compute(self.parameters, self.tokens)

    def select(self, mask: NDArray[np.bool_]) -> PublishedTable:
        """The rows where mask (shape (n,)) is true."""
        return PublishedTable(**{name: column[mask] for name, column in vars(self).items()})

    def family_rows(self, family: str) -> PublishedTable:
        """The rows of one family, one of FAMILIES."""
        return self.select(self.family == one_of("family", family, FAMILIES))


@cache
def published_table() -> PublishedTable:
    """The 17 models of data/pile_models.csv (Dey et al. 2023; provenance in data/README.md)."""
    rows = read_rows("pile_models.csv")
    text = {name: column_of(rows, name, str) for name in ("family", "model", "source")}
    numbers = {name: column_of(rows, name) for name in ("parameters", "tokens", "loss", "accuracy")}
    return PublishedTable(**text, **numbers)


def axis_coordinates(table: PublishedTable, axis: str) -> Floats:
    """Coordinates of the models on an axis of AXES: shape (n,), or (n, 2) for the joint axis.

    Logarithms are to base 10; loss is in nats per token.
    """
    one_of("axis", axis, AXES)
    log_n, log_d = np.log10(table.parameters), np.log10(table.tokens)
    if axis == "joint (log N, log D)":
        return np.column_stack([log_n, log_d])
    if axis == "predicted loss":
        return chinchilla_loss(table.parameters, table.tokens, chinchilla_constants("besiroglu"))
    one = {"loss": table.loss, "log N": log_n, "log D": log_d, "log 6ND": np.log10(table.compute)}
    return one[axis]


# --- least squares on the table --------------------------------------------------------------------------


def _monomials(z: Floats, degree: int) -> Floats:
    """All monomials of total degree <= degree in the columns of z: shape (n, k) to (n, columns)."""
    columns = [np.ones(len(z))]
    newest = [(columns[0], 0)]
    for _ in range(degree):
        # Multiplying only by the last variable used or a later one lists each monomial once.
        newest = [(c * z[:, j], j) for c, first in newest for j in range(first, z.shape[1])]
        columns += [c for c, _ in newest]
    return np.column_stack(columns)


@dataclass(frozen=True)
class PolynomialFit:
    """Least-squares polynomial. Arrays have shape (n,) and the unit of y.

    rms is sqrt(mean(residual^2)), dividing by n. A leave-one-out residual is the error at a point of the fit
    made without it, r_i / (1 - h_ii) exactly, h being the hat matrix; loo_rms is their root mean square.
    """

    degree: int
    centre: Floats
    scale: Floats
    coefficients: Floats
    fitted: Floats
    residuals: Floats
    loo_residuals: Floats
    rms: float
    loo_rms: float
    r_squared: float

    def predict(self, x: ArrayLike) -> Floats:
        """The polynomial at x: shape (m,) or (m, k), the coordinates used in the fit; returns shape (m,)."""
        x = np.asarray(x, dtype=float)
        z = (x.reshape(len(x), -1) - self.centre) / self.scale
        return _monomials(z, self.degree) @ self.coefficients


def _orthogonal_design(name: str, design: Floats, spare: int = 1) -> tuple[Floats, Floats]:
    """QR factors of a design matrix (n, p); raises ValueError unless its rank is p and n >= p + spare."""
    n, p = design.shape
    if n < p + spare:
        raise ValueError(f"{name} has {n} points; {p} coefficients need a number in the range [{p + spare}, inf)")
    rank = np.linalg.matrix_rank(design)
    if rank < p:
        raise ValueError(
            f"{name} takes too few different values: it determines {rank} coefficients, allowed is {p} of {p}"
        )
    return np.linalg.qr(design)


def fit_polynomial(x: ArrayLike, y: ArrayLike, degree: int = 2) -> PolynomialFit:
    """Fit y by a polynomial of total degree `degree` in the coordinates x, by least squares.

    x: shape (n,) or (n, k). y: shape (n,). degree: 1, 2 or 3. ValueError when the points do not determine
    the coefficients. Leave-one-out residuals come from the hat matrix of the QR factors, without refitting;
    a point that alone determines a coefficient (h_ii = 1) raises ValueError too.
    """
    if degree not in (1, 2, 3):
        raise ValueError(f"degree = {degree} is outside the allowed range [1, 3]")
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if y.ndim != 1 or x.ndim not in (1, 2) or len(x) != len(y):
        raise ValueError(f"x has shape {x.shape} and y {y.shape}; allowed are (n,) or (n, k) with (n,)")
    in_range("x", x, -math.inf)
    in_range("y", y, -math.inf)
    columns = x.reshape(len(x), -1)
    centre, scale = columns.mean(axis=0), columns.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    design = _monomials((columns - centre) / scale, degree)
    q, r = _orthogonal_design("x", design)
    coefficients = np.linalg.solve(r, q.T @ y)
    fitted = design @ coefficients
    residuals = y - fitted
    leverage = np.sum(q**2, axis=1)
    if np.any(leverage > 1 - 1e-9):
        raise ValueError(f"x has a point of leverage {leverage.max():g}; the allowed range is [0, 1)")
    loo = residuals / (1.0 - leverage)
    total = np.sum((y - y.mean()) ** 2)
    if total == 0:
        raise ValueError("y is constant: its variance 0 is outside the allowed range (0, inf)")
    return PolynomialFit(
        degree,
        centre,
        scale,
        coefficients,
        fitted,
        residuals,
        loo,
        rms=float(np.sqrt(np.mean(residuals**2))),
        loo_rms=float(np.sqrt(np.mean(loo**2))),
        r_squared=float(1.0 - np.sum(residuals**2) / total),
    )


def fit_accuracy(table: PublishedTable, axis: str, degree: int = 2) -> PolynomialFit:
    """Fit the table's accuracy by a polynomial of total degree `degree` in an axis of AXES."""
    return fit_polynomial(axis_coordinates(table, axis), table.accuracy, degree)


@dataclass(frozen=True)
class OutOfFamily:
    """Prediction of one family's accuracy from another's curve: models, their number n, errors and rms."""

    axis: str
    models: tuple[str, ...]
    predicted: Floats
    observed: Floats
    rms: float

    @property
    def n(self) -> int:
        """Number of models predicted."""
        return len(self.models)

    @property
    def errors(self) -> Floats:
        """Predicted minus observed accuracy, shape (n,)."""
        return self.predicted - self.observed


def models_in_range(
    table: PublishedTable, axis: str, train: str = "Pythia", test: str = "Cerebras-GPT"
) -> tuple[str, ...]:
    """Names of the test family's models within the training family's range on the axis, ends included."""
    if axis == "joint (log N, log D)":
        raise ValueError(f"axis = {axis!r} is not one of {', '.join(map(repr, AXES[:-1]))}")
    known, unseen = table.family_rows(train), table.family_rows(test)
    x, x_known = axis_coordinates(unseen, axis), axis_coordinates(known, axis)
    return tuple(unseen.model[(x >= x_known.min()) & (x <= x_known.max())].tolist())


def out_of_family(
    table: PublishedTable,
    axis: str,
    train: str = "Pythia",
    test: str = "Cerebras-GPT",
    models: Sequence[str] | None = None,
    degree: int = 2,
) -> OutOfFamily:
    """Fit accuracy on one family along an axis and predict models of another.

    models: names of the test family to predict; by default those inside the training family's range on this
    axis, so that nothing is extrapolated. Each axis then has its own set: compare rms only together with n,
    or pass the same models for every axis. Axes on which the training family does not vary (Pythia: log D,
    joint) raise ValueError, as does an empty set.
    """
    known, unseen = table.family_rows(train), table.family_rows(test)
    curve = fit_accuracy(known, axis, degree)
    if models is None:
        models = models_in_range(table, axis, train, test)
    unknown = sorted(set(models) - set(unseen.model.tolist()))
    if unknown or not models:
        allowed = ", ".join(unseen.model.tolist())
        raise ValueError(f"models = {unknown or list(models)} is not a non-empty choice from {allowed}")
    chosen = unseen.select(np.isin(unseen.model, list(models)))
    predicted = curve.predict(axis_coordinates(chosen, axis))
    rms = float(np.sqrt(np.mean((predicted - chosen.accuracy) ** 2)))
    return OutOfFamily(axis, tuple(chosen.model.tolist()), predicted, chosen.accuracy, rms)


@dataclass(frozen=True)
class AddedRegressor:
    """A term added linearly to a polynomial in the loss.

    coefficient and standard_error: accuracy per decade. t: their ratio, Student t with degrees_of_freedom =
    n - p, p counting the coefficients.
    """

    axis: str
    coefficient: float
    standard_error: float
    t: float
    degrees_of_freedom: int


def added_regressor(table: PublishedTable, axis: str, degree: int = 2) -> AddedRegressor:
    """What log N, log D or log 6ND adds to the loss: accuracy = polynomial(loss) + b * axis, least squares.

    The residual variance divides by n - p. With the loss entered only linearly (degree = 1) a regressor that
    follows the curvature in the loss looks significant; the quadratic (2) is the model of fit_accuracy.
    """
    one_of("axis", axis, ("log N", "log D", "log 6ND"))
    x = axis_coordinates(table, axis)
    loss = (table.loss - table.loss.mean()) / table.loss.std()
    design = np.column_stack([_monomials(loss[:, None], degree), x - x.mean()])
    q, r = _orthogonal_design("table", design)
    coefficients = np.linalg.solve(r, q.T @ table.accuracy)
    residuals = table.accuracy - design @ coefficients
    freedom = len(table) - design.shape[1]
    variance = np.sum(residuals**2) / freedom
    # The last diagonal entry of (R^T R)^-1 is 1 / R_pp^2.
    error = float(np.sqrt(variance) / abs(r[-1, -1]))
    coefficient = float(coefficients[-1])
    return AddedRegressor(axis, coefficient, error, coefficient / error, freedom)
