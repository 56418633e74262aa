"""The live figures of the chapter on the loss threshold (chapters/scaling/loss_threshold.ipynb)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence import scaling_laws as laws
from emergence.live import Choice, LiveFigure, Slider, Stripe, Toggle, in_words, set_band
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE

_SIZES = np.logspace(5, 13, 401)
_TOKENS = 3e11
"""Training tokens at which the first figure converts size into compute C = 6ND."""
_SIZE_LABEL = "model size N (parameters)"
_LOSS_LABEL = "loss L (nats per token)"
_COMPUTE_LABEL = "training compute C = 6ND (FLOP)"
_TOKENS_LABEL = "training data D (tokens)"


def _vertical(line, x: float) -> None:
    """Put a vertical line at x, or hide it where x is not finite (there is no such place on the axis)."""
    line.set_visible(math.isfinite(x))
    line.set_xdata([x, x])


def _gated_curve(line, x: np.ndarray, performance: np.ndarray, below: np.ndarray) -> None:
    """Draw performance so that a jump looks like one: no line from the last model above η to the first below."""
    crossing = np.flatnonzero(np.diff(below)) + 1
    line.set_data(np.insert(x, crossing, np.nan), np.insert(performance, crossing, np.nan))


# 1. The explorer ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Threshold:
    """Loss and performance of a family of models, and the size at which the threshold is crossed."""

    loss: np.ndarray
    performance: np.ndarray
    l_inf: float
    n0: float
    alpha: float
    eta: float
    critical_size: float
    against: str


def explore(l_inf: float, n0: float, alpha: float, eta: float, onset: float, against: str) -> Threshold:
    loss = laws.power_law_loss(_SIZES, l_inf, n0, alpha)
    if eta > l_inf:
        performance = laws.gated_performance(loss, eta, best_loss=l_inf, start=onset)
    else:
        performance = np.zeros_like(loss)
    n_c = float(laws.critical_size(eta, l_inf, n0, alpha))
    return Threshold(loss, performance, l_inf, n0, alpha, eta, n_c, against)


def _setup_explorer(loss: Axes, performance: Axes) -> SimpleNamespace:
    loss.set(xscale="log", xlim=(1e5, 1e13), ylim=(0, 6), xlabel=_SIZE_LABEL, ylabel=_LOSS_LABEL)
    performance.set(ylim=(-0.03, 1.05), ylabel="performance")
    artists = SimpleNamespace(
        below=Stripe(loss, "horizontal", color=GREEN, alpha=0.12),
        floor=loss.axhline(color=GREY, linestyle=":", label=r"floor $L_\infty$"),
        eta=loss.axhline(color=GREEN, linestyle="--", label=r"threshold $\eta$"),
        curve=loss.plot([], [], color=BLUE, label="loss L(N)")[0],
        size=loss.axvline(color=ORANGE, linewidth=1.5, label="$N_c$"),
        step=performance.plot([], [], color=BLUE)[0],
        place=performance.axvline(color=ORANGE, linewidth=1.5),
        never=performance.text(0.5, 0.6, "", transform=performance.transAxes, ha="center", color=ORANGE, fontsize=12),
    )
    loss.legend(loc="upper right")
    return artists


def _draw_explorer(artists: SimpleNamespace, state: Threshold) -> None:
    panel = artists.step.axes
    compute = laws.training_compute(_SIZES, _TOKENS)
    n_c = state.critical_size
    if state.against == "loss":
        x, label, limits, scale, place = state.loss, _LOSS_LABEL, (6, 0), "linear", state.eta
    elif state.against == "compute":
        x, label, limits, scale = compute, _COMPUTE_LABEL, (compute[0], compute[-1]), "log"
        place = 6 * n_c * _TOKENS
    else:
        x, label, limits, scale, place = _SIZES, _SIZE_LABEL, (_SIZES[0], _SIZES[-1]), "log", n_c
    panel.set(xscale=scale, xlim=limits, xlabel=label)
    _gated_curve(artists.step, x, state.performance, state.loss < state.eta)
    _vertical(artists.place, place)
    artists.curve.set_data(_SIZES, state.loss)
    artists.eta.set_ydata([state.eta] * 2)
    artists.floor.set_ydata([state.l_inf] * 2)
    artists.below.cover(0, state.eta)
    _vertical(artists.size, n_c)
    artists.never.set_text("" if math.isfinite(n_c) else "never:\nthe floor is not below η")


def _explorer_sentence(state: Threshold) -> str:
    if not math.isfinite(state.critical_size):
        return (
            f"Never: the threshold η = {state.eta:.2f} is not above the floor L∞ = {state.l_inf:.2f}, so no "
            f"size brings the loss below it, whatever N₀ = {in_words(state.n0)} and α = {state.alpha:.2f}."
        )
    return (
        f"N_c = {in_words(state.critical_size)} parameters, or {in_words(6 * state.critical_size * _TOKENS)} FLOP at "
        f"{in_words(_TOKENS)} tokens: there L(N) = {state.l_inf:.2f} + ({in_words(state.n0)}/N)^{state.alpha:.2f} "
        f"crosses η = {state.eta:.2f}."
    )


explorer = LiveFigure(
    "loss_threshold.explorer",
    "At which size does the ability appear?",
    controls=[
        Slider("eta", "threshold η", unit="nats", low=0.8, high=4, value=2.2),
        Slider("l_inf", "floor L∞", unit="nats", low=0.5, high=3, value=1.69),
        Slider("n0", "scale N₀", unit="parameters", low=5e4, high=5e9, value=5e7, step=0.05, scale="log"),
        Slider("alpha", "exponent α", low=0.05, high=1, value=0.34),
        Slider("onset", "f just below η", low=0, high=0.9, value=0.2, affects="picture"),
        Choice(
            "against",
            "performance against",
            options=("size", "loss", "compute"),
            value="size",
            affects="picture",
        ),
    ],
    compute=explore,
    setup=_setup_explorer,
    draw=_draw_explorer,
    sentence=_explorer_sentence,
    panels=2,
)


# 2. Sensitivity -------------------------------------------------------------------------------------------

_ERRORS = np.linspace(0, 0.3, 151)
_N0 = 5e7


@dataclass(frozen=True)
class Sensitivity:
    """The interval of N_c for a box of errors, and how its ends grow with the error of η."""

    eta: float
    l_inf: float
    alpha: float
    eta_error: float
    alpha_error: float
    interval: laws.CriticalSizeInterval
    first_order: float
    curves: tuple[np.ndarray, np.ndarray, np.ndarray]
    loss_band: tuple[np.ndarray, np.ndarray, np.ndarray]


def propagate(eta: float, l_inf: float, alpha: float, eta_error: float, alpha_error: float) -> Sensitivity:
    interval = laws.critical_size_interval(eta, l_inf, _N0, alpha, eta_error, alpha_error)
    growing = laws.critical_size_interval(eta, l_inf, _N0, alpha, _ERRORS, alpha_error)
    first = laws.critical_size_sensitivity(eta, l_inf, alpha, _ERRORS, alpha_error)
    if math.isfinite(interval.point):
        curves = (growing.upper / growing.point, growing.lower / growing.point, first)
    else:  # nothing to compare with: no size suffices even without an error
        curves = (np.full_like(_ERRORS, np.inf),) * 3
    ends = [laws.power_law_loss(_SIZES, l_inf, _N0, alpha + s * alpha_error) for s in (-1, 0, 1)]
    return Sensitivity(
        eta, l_inf, alpha, eta_error, alpha_error, interval,
        float(laws.critical_size_sensitivity(eta, l_inf, alpha, eta_error, alpha_error)),
        curves, (np.minimum(ends[0], ends[2]), ends[1], np.maximum(ends[0], ends[2])),
    )  # fmt: skip


def _setup_sensitivity(loss: Axes, factor: Axes) -> SimpleNamespace:
    loss.set(xscale="log", xlim=(1e6, 1e13), ylim=(1, 4), xlabel=_SIZE_LABEL, ylabel=_LOSS_LABEL)
    factor.set(
        yscale="log",
        xlim=(0, 0.3),
        ylim=(0.1, 100),
        xlabel="error of η (nats)",
        ylabel="$N_c$ as a multiple of its estimate",
    )
    factor.axhline(1, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        sizes=Stripe(loss, "vertical", color=ORANGE, alpha=0.22, label="interval of $N_c$"),
        etas=Stripe(loss, "horizontal", color=GREEN, alpha=0.25, label=r"$\eta$ with its error"),
        band=loss.fill_between([], [], [], color=BLUE, alpha=0.25, linewidth=0),
        curve=loss.plot([], [], color=BLUE, label="loss L(N)")[0],
        upper=factor.plot([], [], color=ORANGE, label="largest, exact")[0],
        lower=factor.plot([], [], color=BLUE, label="smallest, exact")[0],
        first=factor.plot([], [], color=INK, linestyle="--", linewidth=1.3, label="first order")[0],
        first_lower=factor.plot([], [], color=INK, linestyle="--", linewidth=1.3)[0],
        now=factor.axvline(color=GREEN, linewidth=1.5),
    )
    loss.legend(loc="upper right")
    factor.legend(loc="upper left")
    return artists


def _draw_sensitivity(artists: SimpleNamespace, state: Sensitivity) -> None:
    edge = _SIZES[-1] * 10  # beyond the axis: an interval without an upper end runs off the picture
    left, right = (min(float(n), edge) for n in (state.interval.lower, state.interval.upper))
    artists.sizes.cover(left, right)
    half = max(state.eta_error, 0.004)  # an exact threshold is still a visible line
    artists.etas.cover(state.eta - half, state.eta + half)
    low, middle, high = state.loss_band
    set_band(artists.band, _SIZES, low, high)
    artists.curve.set_data(_SIZES, middle)
    upper, lower, first = (np.where(np.isfinite(curve), curve, np.nan) for curve in state.curves)
    artists.upper.set_data(_ERRORS, upper)
    artists.lower.set_data(_ERRORS, lower)
    artists.first.set_data(_ERRORS, first)
    artists.first_lower.set_data(_ERRORS, 1 / first)
    _vertical(artists.now, state.eta_error)


def _sensitivity_sentence(state: Sensitivity) -> str:
    lower, point, upper = (float(n) for n in state.interval)
    errors = f"η = {state.eta:.2f} ± {state.eta_error:.3f} and α = {state.alpha:.2f} ± {state.alpha_error:.3f}"
    if not math.isfinite(point):
        return f"With {errors} the threshold is not above the floor L∞ = {state.l_inf:.2f}: no size suffices."
    first = f"first order says ×{in_words(state.first_order)} and ÷{in_words(state.first_order)}"
    if not math.isfinite(upper):
        return (
            f"With {errors}, gap {state.eta - state.l_inf:.2f}: N_c is at least {in_words(lower)} parameters "
            f"(estimate {in_words(point)}) and has no upper end, because η could lie at or below the floor "
            f"L∞ = {state.l_inf:.2f}; {first}."
        )
    return (
        f"With {errors}, gap {state.eta - state.l_inf:.2f}: N_c lies between {in_words(lower)} and {in_words(upper)} "
        f"parameters around {in_words(point)}, exactly ×{in_words(upper / point)} and ÷{in_words(point / lower)}; "
        f"{first}."
    )


sensitivity = LiveFigure(
    "loss_threshold.sensitivity",
    "How well must the threshold be known?",
    controls=[
        Slider("eta_error", "error of η", unit="nats", low=0, high=0.3, value=0.05, step=0.005, format=".3f"),
        Slider("alpha_error", "error of α", low=0, high=0.04, value=0, step=0.001, format=".3f"),
        Slider("eta", "threshold η", unit="nats", low=1.5, high=3.5, value=2.2),
        Slider("l_inf", "floor L∞", unit="nats", low=1, high=2.5, value=1.8),
        Slider("alpha", "exponent α", low=0.05, high=1, value=0.34),
    ],
    compute=propagate,
    setup=_setup_sensitivity,
    draw=_draw_sensitivity,
    sentence=_sensitivity_sentence,
    panels=2,
)


# 3. Data and size together ----------------------------------------------------------------------------------

_FITS = {"hoffmann_tex": ("Hoffmann", BLUE, "-"), "besiroglu": ("Besiroglu", ORANGE, "--")}
_DATA = np.logspace(9, 14, 801)


@dataclass(frozen=True)
class Frontier:
    """For each fit: the frontier N_c(D), the least data, and N_c at the chosen amount of data."""

    eta: float
    tokens: float
    twenty: bool
    sizes: dict[str, np.ndarray]
    losses: dict[str, np.ndarray]
    least_data: dict[str, float]
    size_here: dict[str, float]
    size_unlimited: dict[str, float]


def find_frontier(eta: float, tokens: float, twenty: bool) -> Frontier:
    fits = {name: laws.chinchilla_constants(name) for name in _FITS}
    return Frontier(
        eta, tokens, twenty,
        sizes={k: laws.frontier_size(eta, _DATA, c) for k, c in fits.items()},
        losses={k: laws.chinchilla_loss(_SIZES, tokens, c) for k, c in fits.items()},
        least_data={k: float(laws.minimal_data(eta, c)) for k, c in fits.items()},
        size_here={k: float(laws.frontier_size(eta, tokens, c)) for k, c in fits.items()},
        size_unlimited={k: float(laws.frontier_size(eta, math.inf, c)) for k, c in fits.items()},
    )  # fmt: skip


def _setup_frontier(plane: Axes, loss: Axes) -> SimpleNamespace:
    plane.set(
        xscale="log",
        yscale="log",
        xlim=(1e9, 1e14),
        ylim=(1e7, 1e13),
        xlabel=_TOKENS_LABEL,
        ylabel=_SIZE_LABEL,
    )
    loss.set(xscale="log", xlim=(1e7, 1e13), ylim=(1.6, 4), xlabel=_SIZE_LABEL, ylabel=_LOSS_LABEL)
    twenty = plane.plot(_DATA, _DATA / 20, color=GREY, linestyle="-.", linewidth=1.3, label="20 tokens per parameter")[
        0
    ]
    frontiers = {
        k: plane.plot([], [], color=c, linestyle=s, label=f"$N_c(D)$, {n}")[0] for k, (n, c, s) in _FITS.items()
    }
    least = {k: plane.axvline(color=c, linestyle=":", linewidth=1.2) for k, (_, c, _s) in _FITS.items()}
    here = {k: plane.plot([], [], "o", color=c, markersize=8)[0] for k, (_, c, _s) in _FITS.items()}
    now = plane.axvline(color=GREY, linewidth=1.5)
    artists = SimpleNamespace(
        twenty=twenty, frontiers=frontiers, least=least, here=here, now=now,
        eta=loss.axhline(color=GREEN, linestyle="--", label=r"threshold $\eta$"),
        curves={k: loss.plot([], [], color=c, linestyle=s, label=f"L(N, D), {n}")[0] for k, (n, c, s) in _FITS.items()},
        sizes={k: loss.axvline(color=c, linestyle=":", linewidth=1.5) for k, (_, c, _s) in _FITS.items()},
    )  # fmt: skip
    plane.legend(loc="lower right")
    loss.legend(loc="upper right")
    return artists


def _draw_frontier(artists: SimpleNamespace, state: Frontier) -> None:
    artists.twenty.set_visible(state.twenty)
    _vertical(artists.now, state.tokens)
    artists.eta.set_ydata([state.eta] * 2)
    for name in _FITS:
        sizes, here = state.sizes[name], state.size_here[name]
        artists.frontiers[name].set_data(_DATA, np.where(np.isfinite(sizes), sizes, np.nan))
        _vertical(artists.least[name], state.least_data[name])
        artists.here[name].set_data([state.tokens], [here if math.isfinite(here) else np.nan])
        artists.curves[name].set_data(_SIZES, state.losses[name])
        _vertical(artists.sizes[name], here)


def _frontier_sentence(state: Frontier) -> str:
    parts = []
    for name, (label, _, _) in _FITS.items():
        here, unlimited, least = state.size_here[name], state.size_unlimited[name], state.least_data[name]
        if not math.isfinite(unlimited):
            parts.append(f"{label}: never, η is not above the irreducible loss E")
        elif not math.isfinite(here):
            parts.append(f"{label}: no size suffices, more than {in_words(least)} tokens are needed")
        else:
            parts.append(
                f"{label}: N_c = {in_words(here)} parameters ({in_words(unlimited)} with unlimited data; more than "
                f"{in_words(least)} tokens are needed)"
            )
    return f"η = {state.eta:.2f}, D = {in_words(state.tokens)} tokens. " + "; ".join(parts) + "."


frontier = LiveFigure(
    "loss_threshold.frontier",
    "How much data, and then how many parameters?",
    controls=[
        Slider("eta", "threshold η", unit="nats", low=1.6, high=3.5, value=2.2),
        Slider("tokens", "data D", unit="tokens", low=3e9, high=3e13, value=3e11, step=0.05, scale="log"),
        Toggle("twenty", "show D = 20 N", value=True, affects="picture"),
    ],
    compute=find_frontier,
    setup=_setup_frontier,
    draw=_draw_frontier,
    sentence=_frontier_sentence,
    panels=2,
)


# 4. The published table -------------------------------------------------------------------------------------

_IN_SAMPLE, _LEAVE_ONE_OUT, _OUT_OF_FAMILY = (
    "fitted to all",
    "each left out in turn",
    "Pythia predicts Cerebras-GPT",
)
_FAMILY_STYLE = {
    "Cerebras-GPT": (BLUE, "o"), "Pythia": (ORANGE, "s"), "GPT-J": (PURPLE, "^"), "GPT-NeoX": (GREEN, "D"),
}  # fmt: skip
_AXIS_LABELS = {
    "loss": "Pile test loss (nats per token)", "log N": "log₁₀ of parameters N", "log D": "log₁₀ of tokens D",
    "log 6ND": "log₁₀ of compute 6ND (FLOP)", "joint (log N, log D)": "accuracy fitted from log N and log D",
}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """Accuracy of published models against one axis, and for each axis that can be tested its error and how
    many models it was tested on."""

    axis: str
    test: str
    x: np.ndarray
    curve: tuple[np.ndarray, np.ndarray]
    errors: dict[str, tuple[float, int]]


def _error(table: laws.PublishedTable, axis: str, test: str) -> tuple[float, int]:
    """RMS error of accuracy, and over how many models."""
    if test == _OUT_OF_FAMILY:
        prediction = laws.out_of_family(table, axis)
        return prediction.rms, prediction.n
    fit = laws.fit_accuracy(table, axis)
    return (fit.rms if test == _IN_SAMPLE else fit.loo_rms), len(table)


def _testable(test: str) -> tuple[str, ...]:
    """Every Pythia model saw the same tokens, so that family alone says nothing about the data axis."""
    return ("loss", "log N", "log 6ND") if test == _OUT_OF_FAMILY else laws.AXES


def compare(axis: str, test: str) -> Comparison:
    table = laws.published_table()
    errors = {a: _error(table, a, test) for a in _testable(test)}
    coordinates = laws.axis_coordinates(table, axis)
    fitted_to = table.family_rows("Pythia") if test == _OUT_OF_FAMILY and axis in errors else table
    fit = laws.fit_accuracy(fitted_to, axis)
    if axis == "joint (log N, log D)":
        x, curve = fit.fitted, (np.array([0.25, 0.65]),) * 2
    else:
        inside = laws.axis_coordinates(fitted_to, axis)
        x, grid = coordinates, np.linspace(inside.min(), inside.max(), 120)
        curve = (grid, fit.predict(grid))
    return Comparison(axis, test, x, curve, errors)


def _setup_published(scatter: Axes, errors: Axes) -> SimpleNamespace:
    table = laws.published_table()
    scatter.set(ylim=(0.28, 0.62), ylabel="accuracy, mean of 7 tasks")
    points = {f: scatter.plot([], [], m, color=c, markersize=7, label=f)[0] for f, (c, m) in _FAMILY_STYLE.items()}
    curve = scatter.plot([], [], color=INK, linewidth=1.3, zorder=1)[0]
    scatter.legend(loc="lower right")
    errors.set(xscale="log", xlim=(0.001, 0.15), ylim=(-0.75, len(laws.AXES) - 0.4), xlabel="RMS error of accuracy")
    errors.set_position((0.22, 0.175, 0.72, 0.725))
    errors.set_yticks(range(len(laws.AXES)), [a.replace("joint (log N, log D)", "log N and\nlog D") for a in laws.AXES])
    errors.invert_yaxis()
    return SimpleNamespace(
        table=table, points=points, curve=curve,
        others=errors.plot([], [], "o", color=GREY, markersize=9)[0],
        chosen=errors.plot([], [], "o", color=ORANGE, markersize=12)[0],
        labels=[errors.text(0.145, i - 0.2, "", ha="right", va="bottom", fontsize=9.5) for i in range(len(laws.AXES))],
    )  # fmt: skip


def _draw_published(artists: SimpleNamespace, state: Comparison) -> None:
    panel = artists.curve.axes
    margin = 0.06 * np.ptp(state.x)
    low, high = state.x.min() - margin, state.x.max() + margin
    panel.set(xlim=(high, low) if state.axis == "loss" else (low, high), xlabel=_AXIS_LABELS[state.axis])
    for family, line in artists.points.items():
        rows = artists.table.family == family
        line.set_data(state.x[rows], artists.table.accuracy[rows])
    artists.curve.set_data(*state.curve)
    places = [i for i, axis in enumerate(laws.AXES) if axis in state.errors]
    artists.others.set_data([state.errors[laws.AXES[i]][0] for i in places], places)
    chosen = [laws.AXES.index(state.axis)] if state.axis in state.errors else []
    artists.chosen.set_data([state.errors[laws.AXES[i]][0] for i in chosen], chosen)
    for axis, label in zip(laws.AXES, artists.labels, strict=True):
        error, n = state.errors.get(axis, (0, 0))
        label.set_text(f"{error:.4f} (n = {n})" if n else "cannot be tested")


def _published_sentence(state: Comparison) -> str:
    if state.axis not in state.errors:
        return (
            f"Quadratic in {state.axis}, {state.test}: not possible, all Pythia models were trained on the same "
            f"3e11 tokens."
        )
    error, n = state.errors[state.axis]
    best = min(state.errors, key=lambda axis: state.errors[axis][0])
    comparison = "the smallest of all axes" if best == state.axis else f"against {state.errors[best][0]:.4f} for {best}"
    if state.test == _OUT_OF_FAMILY:
        comparison += " (each axis on the models inside Pythia's range)"
    return f"Quadratic in {state.axis}, {state.test}: RMS error of accuracy {error:.4f} on {n} models, {comparison}."


published = LiveFigure(
    "loss_threshold.published",
    "Which number predicts the ability of published models?",
    controls=[
        Choice("axis", "accuracy against", options=laws.AXES, value="loss"),
        Choice("test", "models", options=(_IN_SAMPLE, _LEAVE_ONE_OUT, _OUT_OF_FAMILY), value=_IN_SAMPLE),
    ],
    compute=compare,
    setup=_setup_published,
    draw=_draw_published,
    sentence=_published_sentence,
    panels=2,
)


# 5. Three sizes, more and more data -------------------------------------------------------------------------

_RACERS = {4e8: (BLUE, "-", "0.4B"), 2e9: (ORANGE, "--", "2B"), 1e10: (PURPLE, "-.", "10B")}
_FIRST, _LAST, _GROWTH = 1e9, 1e13, 1.12


@dataclass(frozen=True)
class Race:
    """Training runs of three sizes, each point a complete run on that many tokens, up to `tokens`."""

    eta: float
    onset: float
    against: str
    tokens: float

    @property
    def data(self) -> np.ndarray:
        return np.geomspace(_FIRST, max(self.tokens, _FIRST * 1.01), 200)

    def loss(self, size: float) -> np.ndarray:
        return laws.chinchilla_loss(size, self.data, laws.chinchilla_constants("hoffmann_tex"))


def start_race(eta: float, onset: float, against: str) -> Race:
    return Race(eta, onset, against, tokens=2e11)


def more_data(state: Race, eta: float, onset: float, against: str) -> Race:
    """The next frame: 12 % more tokens; beyond the last the race begins again."""
    tokens = state.tokens * _GROWTH
    return replace(state, eta=eta, onset=onset, against=against, tokens=tokens if tokens <= _LAST else _FIRST)


def _setup_race(loss: Axes, performance: Axes) -> SimpleNamespace:
    loss.set(xscale="log", xlim=(_FIRST, _LAST), ylim=(1.6, 4), xlabel=_TOKENS_LABEL, ylabel=_LOSS_LABEL)
    performance.set(ylim=(-0.03, 1.05), ylabel="performance")
    made = {n: loss.plot([], [], color=c, linestyle=s, label=f"{t} parameters")[0] for n, (c, s, t) in _RACERS.items()}
    artists = SimpleNamespace(
        losses=made,
        heads={n: loss.plot([], [], "o", color=c, markersize=8)[0] for n, (c, _, _t) in _RACERS.items()},
        eta=loss.axhline(color=GREEN, linestyle="--", label=r"threshold $\eta$"),
        steps={n: performance.plot([], [], color=c, linestyle=s)[0] for n, (c, s, _) in _RACERS.items()},
        ends={n: performance.plot([], [], "o", color=c, markersize=8)[0] for n, (c, _, _t) in _RACERS.items()},
    )
    loss.legend(loc="upper right")
    return artists


def _draw_race(artists: SimpleNamespace, state: Race) -> None:
    panel = next(iter(artists.steps.values())).axes
    labels = {"data": _TOKENS_LABEL, "loss": _LOSS_LABEL, "compute": _COMPUTE_LABEL}
    limits = {"data": (_FIRST, _LAST), "loss": (4, 1.6), "compute": (6 * 4e8 * _FIRST, 6 * 1e10 * _LAST)}[state.against]
    panel.set(xscale="linear" if state.against == "loss" else "log", xlim=limits, xlabel=labels[state.against])
    artists.eta.set_ydata([state.eta] * 2)
    floor = laws.chinchilla_constants("hoffmann_tex").E
    for size in _RACERS:
        loss = state.loss(size)
        performance = laws.gated_performance(loss, state.eta, best_loss=floor, start=state.onset)
        x = {"data": state.data, "loss": loss, "compute": laws.training_compute(size, state.data)}[state.against]
        artists.losses[size].set_data(state.data, loss)
        artists.heads[size].set_data(state.data[-1:], loss[-1:])
        _gated_curve(artists.steps[size], x, performance, loss < state.eta)
        artists.ends[size].set_data(x[-1:], performance[-1:])


def _race_sentence(state: Race) -> str:
    reached = {t: float(state.loss(n)[-1]) for n, (_, _, t) in _RACERS.items()}
    losses = ", ".join(f"{t} {loss:.2f}" for t, loss in reached.items())
    able = [t for t, loss in reached.items() if loss < state.eta]
    who = f"below η = {state.eta:.2f} are {', '.join(able)}" if able else f"none is below η = {state.eta:.2f}"
    return f"At {in_words(state.tokens)} tokens the losses are {losses} nats per token: {who}."


race = LiveFigure(
    "loss_threshold.race",
    "Three sizes, more and more data: which axis makes them one curve?",
    controls=[
        Slider("eta", "threshold η", unit="nats", low=1.75, high=3.5, value=2.2, restarts=False),
        Slider("onset", "f just below η", low=0, high=0.9, value=0.2, affects="picture", restarts=False),
        Choice(
            "against",
            "performance against",
            options=("data", "compute", "loss"),
            value="compute",
            affects="picture",
            restarts=False,
        ),
    ],
    compute=start_race,
    advance=more_data,
    setup=_setup_race,
    draw=_draw_race,
    sentence=_race_sentence,
    panels=2,
)
