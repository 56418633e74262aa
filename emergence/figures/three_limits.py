"""The live figures of the chapter on e, π and √2 (chapters/limits/three_limits.ipynb)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence import limits
from emergence.live import Choice, LiveFigure, Slider, Toggle, in_words
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE

_ERROR_LABEL = r"error $|\mathrm{limit} - x_n|$"
_INDEX_LABEL, _LOG_INDEX_LABEL = "index n", "index n, logarithmic"
_STYLE = {"e": (BLUE, "-", "o"), "π": (ORANGE, "--", "s"), "√2": (PURPLE, "-.", "^")}


def _positive(y: np.ndarray) -> np.ndarray:
    """Values as a logarithmic axis can take them: what is 0 is left out."""
    return np.where(y > 0, y, np.nan)


# 1. Three limits, three rates -------------------------------------------------------------------------------

_FORMULAS = {limits.SEQUENCES[name].formula: name for name in limits.SEQUENCES}
_MOST = 1000
_READ = 60
"""Indices up to which the left panel runs and the reader can read errors off."""
_EXACT, _DOUBLE = "exact", "double precision"


def _ways_to(limit: str) -> tuple[str, ...]:
    return tuple(s.formula for s in limits.SEQUENCES.values() if s.limit == limit)


@cache
def _errors(name: str, arithmetic: str) -> np.ndarray:
    return np.abs(limits.errors(name, _MOST) if arithmetic == _EXACT else limits.double_errors(name, _MOST))


@cache
def _round_off(name: str) -> np.ndarray:
    """|computed - exact| term; where the exact errors end they are below 1e-40."""
    exact, computed = limits.errors(name, _MOST), limits.double_errors(name, _MOST)
    exact = np.concatenate([exact, np.zeros(len(computed) - len(exact))])
    return np.abs(computed - exact)


@cache
def _leading(name: str) -> np.ndarray:
    return np.abs(limits.leading_error(name, np.arange(1, len(_errors(name, _EXACT)) + 1)))


@dataclass(frozen=True)
class Rates:
    """One sequence for each of the three numbers, and the index at which their errors are read."""

    names: dict[str, str]
    n: int
    arithmetic: str
    leading: bool

    def errors(self, limit: str) -> np.ndarray:
        return _errors(self.names[limit], self.arithmetic)


def compare_rates(e_by: str, pi_by: str, root_by: str, n: int, arithmetic: str, leading: bool) -> Rates:
    names = {"e": _FORMULAS[e_by], "π": _FORMULAS[pi_by], "√2": _FORMULAS[root_by]}
    return Rates(names, n, arithmetic, leading)


def _setup_rates(against_n: Axes, against_log: Axes) -> SimpleNamespace:
    artists = SimpleNamespace(panels=[])
    for ax, x in ((against_n, {"xlim": (0, _READ)}), (against_log, {"xscale": "log", "xlim": (1, _MOST)})):
        ax.set(yscale="log", ylim=(1e-32, 30), ylabel=_ERROR_LABEL, xlabel=_INDEX_LABEL, **x)
        made = SimpleNamespace(curves={}, leading={}, round_off={}, here={})
        for limit, (colour, line, marker) in _STYLE.items():
            made.curves[limit] = ax.plot([], [], line, color=colour, marker=marker, markersize=5, label=limit)[0]
            made.leading[limit] = ax.plot([], [], ":", color=INK, linewidth=1.2)[0]
            made.round_off[limit] = ax.plot([], [], color=colour, linewidth=0.8, alpha=0.6)[0]
            made.here[limit] = ax.plot([], [], marker, color=colour, markersize=10)[0]
        made.cursor = ax.axvline(color=GREY, linewidth=1)
        artists.panels.append(made)
    against_n.set_title("straight here: exponential")
    against_log.set_xlabel(_LOG_INDEX_LABEL)
    against_log.set_title("straight here: power law")
    against_log.legend(loc="lower left")
    artists.lists = [list(vars(made).values()) for made in artists.panels]
    return artists


def _show(line, x: np.ndarray, y: np.ndarray) -> None:
    """Move a line, and do not draw it where it is empty."""
    line.set_visible(len(y) > 0)
    line.set_data(x, _positive(y))


def _draw_rates(artists: SimpleNamespace, state: Rates) -> None:
    for made, most in zip(artists.panels, (_READ, _MOST), strict=True):
        made.cursor.set_xdata([state.n, state.n])
        for limit, name in state.names.items():
            y = state.errors(limit)[:most]
            # a thousand points need not be drawn one by one, and each curve has room for about twenty markers
            rows = np.arange(len(y)) if most == _READ else np.unique(np.geomspace(1, len(y), 80).astype(int)) - 1
            _show(made.curves[limit], rows + 1, y[rows])
            made.curves[limit].set_markevery(max(len(rows) // 20, 1))
            z = _leading(name)[:most] if state.leading else np.zeros(0)
            _show(made.leading[limit], np.arange(1, len(z) + 1), z)
            r = _round_off(name)[:most] if state.arithmetic == _DOUBLE else np.zeros(0)
            _show(made.round_off[limit], np.arange(1, len(r) + 1), r)
            here = y[state.n - 1 : state.n]
            _show(made.here[limit], np.full(len(here), state.n), here)


def _rates_sentence(state: Rates) -> str:
    parts = []
    for limit, name in state.names.items():
        y, sequence = state.errors(limit), limits.SEQUENCES[name]
        error = in_words(float(y[state.n - 1])) if state.n <= len(y) else "less than 1e-40"
        text = f"{limit} by {sequence.formula}: {error} ({sequence.law}"
        if state.arithmetic == _DOUBLE:
            text += f", of which round-off {in_words(float(_round_off(name)[state.n - 1]), 2)}"
        parts.append(text + ")")
    how = "in exact arithmetic" if state.arithmetic == _EXACT else "in double precision"
    return f"Errors at n = {state.n} {how}. " + "; ".join(parts) + "."


rates = LiveFigure(
    "three_limits.rates",
    "Three numbers: how fast?",
    controls=[
        Choice("e_by", "e by", options=_ways_to("e"), value="Σ 1/k!"),
        Choice("pi_by", "π by", options=_ways_to("π"), value="4 Σ (−1)ᵏ/(2k+1)"),
        Choice("root_by", "√2 by", options=_ways_to("√2"), value="1 + 1/(1 + x)"),
        Slider("n", "read at index n", low=1, high=_READ, value=10, scale="integer"),
        Choice("arithmetic", "arithmetic", options=(_EXACT, _DOUBLE), value=_EXACT),
        Toggle("leading", "show the predicted errors", value=False, affects="picture"),
    ],
    compute=compare_rates,
    setup=_setup_rates,
    draw=_draw_rates,
    sentence=_rates_sentence,
    panels=2,
)


# 2. Sequences without a label --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unlabelled:
    """The first errors of a sequence, the reader's guess of its class, and whether the answer is shown."""

    letter: str
    errors: np.ndarray
    most: int
    guess: str
    reveal: bool


def show_unlabelled(letter: str, most: str, guess: str, reveal: bool) -> Unlabelled:
    return Unlabelled(letter, limits.mystery_errors(letter, int(most)), int(most), guess, reveal)


def _guessed_line(state: Unlabelled) -> tuple[np.ndarray, np.ndarray]:
    """The power law or the exponential through the last error and the one half way to it; else nothing."""
    last = len(state.errors)
    half = max(last // 2, 1)
    n = np.geomspace(1, state.most, 200)
    fall = math.log(state.errors[last - 1] / state.errors[half - 1])
    if state.guess == "power law":
        log_y = math.log(state.errors[last - 1]) + fall * np.log(n / last) / math.log(last / half)
    elif state.guess == "exponential":
        log_y = math.log(state.errors[last - 1]) + fall * (n - last) / (last - half)
    else:
        return np.zeros(0), np.zeros(0)
    return n, np.exp(np.clip(log_y, -690, 690))


def _setup_unlabelled(against_n: Axes, against_log: Axes) -> SimpleNamespace:
    artists = SimpleNamespace(curves=[], guesses=[])
    for ax in (against_n, against_log):
        ax.set(yscale="log", ylabel=_ERROR_LABEL, xlabel=_INDEX_LABEL)
        artists.curves.append(ax.plot([], [], "o", color=BLUE, markersize=5, label="error")[0])
        artists.guesses.append(ax.plot([], [], "--", color=ORANGE, linewidth=1.5, label="line of your guess")[0])
    against_log.set(xscale="log", xlabel=_LOG_INDEX_LABEL)
    against_log.legend(loc="lower left")
    return artists


def _draw_unlabelled(artists: SimpleNamespace, state: Unlabelled) -> None:
    y, bottom = state.errors, 10.0 ** (math.floor(math.log10(state.errors.min())) - 1)
    axes = ((0, np.linspace), (1, np.geomspace))
    for curve, guess, (first, spread) in zip(artists.curves, artists.guesses, axes, strict=True):
        curve.axes.set(xlim=(first, state.most), ylim=(bottom, 10))
        n = np.unique(spread(1, len(y), 60).astype(int))
        curve.set_data(n, y[n - 1])
        guess.set_data(*_guessed_line(state))


def _unlabelled_sentence(state: Unlabelled) -> str:
    y, last = state.errors, len(state.errors) // 4 * 4
    steps = [last // 4, last // 2, last]  # doublings
    first, second = (in_words(float(y[a - 1] / y[b - 1])) for a, b in zip(steps, steps[1:], strict=False))
    text = (
        f"Sequence {state.letter}: from n = {steps[0]} to {steps[1]} the error falls by a factor of {first}, from "
        f"{steps[1]} to {steps[2]} by {second}. "
    )
    if not state.reveal:
        return text + f"Your guess: {state.guess}."
    mystery = limits.MYSTERIES[state.letter]
    verdict = "right" if mystery.law == state.guess else "not right"
    return text + f"It is {mystery.formula}: {mystery.law}. Your guess, {state.guess}, is {verdict}."


unlabelled = LiveFigure(
    "three_limits.unlabelled",
    "Which class is it?",
    controls=[
        Choice("letter", "sequence", options=tuple(limits.MYSTERIES), value="A"),
        Choice("most", "terms shown", options=("10", "100", "1000"), value="100"),
        Choice("guess", "your guess", options=limits.CLASSES, value="power law"),
        Toggle("reveal", "tell me", value=False, affects="sentence"),
    ],
    compute=show_unlabelled,
    setup=_setup_unlabelled,
    draw=_draw_unlabelled,
    sentence=_unlabelled_sentence,
    panels=2,
)


# 3. The cobweb and the right coordinate ----------------------------------------------------------------------

_ROOT = math.sqrt(2)
_SLIDER, _FIXED, _ROUNDED = "start x₀ above", "−√2 exactly", "−√2 to 16 digits"
_STARTS = {_SLIDER: None, "−1, the pole": (-1, 1), "−3/2": (-3, 2), "−7/5": (-7, 5), _ROUNDED: None, _FIXED: None}
_SIZE, _MAP = "size of w", "map of w"
_BOX, _W_BOX, _STEPS = 6.0, 7.0, 30


@dataclass(frozen=True)
class Cobweb:
    """An orbit of x -> 1 + 1/(1 + x); w is empty when the start is the repelling fixed point itself."""

    start: str
    x: np.ndarray
    error: np.ndarray
    w: np.ndarray
    right: str


def follow(x0: float, start: str, steps: int, right: str) -> Cobweb:
    if start == _FIXED:
        x = np.full(steps + 1, -_ROOT)
        return Cobweb(start, x, x - _ROOT, np.zeros(0), right)
    if start == _ROUNDED:
        fraction = (-_ROOT).as_integer_ratio()
    else:
        fraction = _STARTS[start] or (round(100 * x0), 100)
    return Cobweb(start, *limits.mobius_orbit(*fraction, steps), right)


def _staircase(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The path of a cobweb; a step to or from infinity leaves the picture vertically and comes back elsewhere."""
    path = [(x[0], x[0])]
    for here, there in zip(x[:-1], x[1:], strict=True):
        if math.isinf(here):
            path += [(np.nan, np.nan), (there, there)]
        elif math.isinf(there):
            path += [(here, 1e3)]
        else:
            path += [(here, there), (there, there)]
    return tuple(np.array(path).T)


def _setup_cobweb(web: Axes, coordinate: Axes) -> SimpleNamespace:
    web.set(xlim=(-_BOX, _BOX), ylim=(-_BOX, _BOX), xlabel="point $x_n$", ylabel="next point $x_{n+1}$")
    for part in (np.linspace(-_BOX, -1.1, 200), np.linspace(-0.9, _BOX, 200)):
        web.plot(part, 1 + 1 / (1 + part), color=BLUE)
    web.plot([-_BOX, _BOX], [-_BOX, _BOX], color=GREY, linewidth=1)
    web.axvline(-1, color=GREY, linestyle=":", linewidth=1.2)
    web.plot(_ROOT, _ROOT, "o", color=GREEN, markersize=9, label="√2 attracts")
    web.plot(-_ROOT, -_ROOT, "o", color=GREEN, markersize=9, markerfacecolor="white", label="−√2 repels")
    web.legend(loc="lower right")
    artists = SimpleNamespace(
        path=web.plot([], [], color=ORANGE, linewidth=1.3)[0],
        start=web.plot([], [], "s", color=ORANGE, markersize=8)[0],
        law=coordinate.plot([], [], color=BLUE, linewidth=1.3, label="exact line")[0],
        diagonal=coordinate.plot([], [], color=GREY, linewidth=1)[0],
        w_path=coordinate.plot([], [], color=ORANGE, linewidth=1.3)[0],
        positive=coordinate.plot([], [], "o", color=BLUE, label="|w|, w > 0")[0],
        negative=coordinate.plot([], [], "o", color=BLUE, markerfacecolor="white", label="|w|, w < 0")[0],
        error=coordinate.plot([], [], "s", color=PURPLE, markersize=4, label="|x − √2|")[0],
    )
    coordinate.legend(loc="upper right")
    return artists


def _draw_cobweb(artists: SimpleNamespace, state: Cobweb) -> None:
    artists.path.set_data(*_staircase(state.x))
    artists.start.set_data(state.x[:1], state.x[:1])
    panel, w, n = artists.law.axes, state.w, np.arange(len(state.x))
    sizes = state.right == _SIZE
    if sizes:
        panel.set(yscale="log", xlim=(0, _STEPS), ylim=(1e-20, 1e18 if state.start == _ROUNDED else 1e4))
        panel.set(xlabel="step n", ylabel="distance |x − √2| and size |w|")
    else:
        panel.set(yscale="linear", xlim=(-_W_BOX, _W_BOX), ylim=(-_W_BOX, _W_BOX))
        panel.set(xlabel=r"$w_n = (x_n - \sqrt{2})/(x_n + \sqrt{2})$", ylabel="$w_{n+1} = q\\,w_n$")
    nothing = ([], [])
    n_w = n[: len(w)]
    artists.positive.set_data(*((n_w[w > 0], w[w > 0]) if sizes else nothing))
    artists.negative.set_data(*((n_w[w < 0], -w[w < 0]) if sizes else nothing))
    finite = np.isfinite(state.error) & (state.error != 0)
    artists.error.set_data(*((n[finite], np.abs(state.error[finite])) if sizes else nothing))
    if sizes:
        line = (n_w, np.abs(w[0] * limits.Q**n_w)) if len(w) else nothing
        artists.law.set_data(*line)
        artists.diagonal.set_data(*nothing)
        artists.w_path.set_data(*nothing)
    else:
        ends = np.array([-_W_BOX, _W_BOX])
        artists.law.set_data(ends, limits.Q * ends)
        artists.diagonal.set_data(ends, ends)
        artists.w_path.set_data(*(_staircase(w) if len(w) else nothing))


def _signed(number: str) -> str:
    return number.replace("-", "−", 1) if number.startswith("-") else number


def _point(x: float) -> str:
    return "∞" if math.isinf(x) else _signed(f"{x:.4g}")


def _cobweb_sentence(state: Cobweb) -> str:
    if not len(state.w):
        return "Started at −√2 exactly, the orbit stays there: −√2 is the second fixed point, and w is infinite."
    path = " → ".join(_point(x) for x in state.x[:6])
    more = " → …" if len(state.x) > 6 else ""
    steps = len(state.x) - 1
    first, last = (_signed(in_words(float(w), 4)) for w in state.w[[0, -1]])
    text = f"{path}{more}. w starts at {first} and after {steps} steps is {last}, "
    if math.isinf(state.x[-1]):
        return text + "which is infinity."
    text += f"which is x = {_point(state.x[-1])}, {in_words(abs(float(state.error[-1])), 3)} from √2."
    if np.isinf(state.x).any():
        text += f" Step {int(np.flatnonzero(np.isinf(state.x))[0])} went through infinity."
    return text


cobweb = LiveFigure(
    "three_limits.cobweb",
    "From where does it reach √2?",
    controls=[
        Slider("x0", "start x₀", low=-5, high=5, value=-1.6),
        Slider("steps", "steps", low=1, high=_STEPS, value=12, scale="integer"),
        Choice("right", "right picture", options=(_SIZE, _MAP), value=_SIZE, affects="picture"),
        Choice("start", "start from", options=tuple(_STARTS), value=_SLIDER),
    ],
    compute=follow,
    setup=_setup_cobweb,
    draw=_draw_cobweb,
    sentence=_cobweb_sentence,
    panels=2,
)


# 4. Acceleration -----------------------------------------------------------------------------------------------

_SERIES = {
    "π: 4 Σ (−1)ᵏ/(2k+1)": "leibniz",
    "π²/6: Σ 1/k²": "inverse squares",
    "e: (1 + 1/n)ⁿ": "compound",
    "√2: 1 + 1/(1 + x)": "mobius",
}
_METHOD_STYLE = {
    "partial sums": (GREY, "-", "o"), "Euler": (GREEN, "--", "v"), "Richardson": (ORANGE, "-.", "s"),
    "Aitken, iterated": (BLUE, "-", "^"), "Wynn ε": (PURPLE, "--", "D"), "Cohen–Villegas–Zagier": (INK, ":", "P"),
}  # fmt: skip
_TERMS = 30
_SIXTY = "sixty digits"
_TOP = 30
_DIGITS_LABEL = r"correct digits, $-\log_{10}|\mathrm{error}|$"


@dataclass(frozen=True)
class Accelerated:
    """Correct digits of each method for 1 … 30 terms, and the number of terms looked at."""

    series: str
    n: int
    arithmetic: str
    digits: dict[str, np.ndarray]


def accelerate(series: str, n: int, arithmetic: str) -> Accelerated:
    return Accelerated(series, n, arithmetic, limits.correct_digits(_SERIES[series], _TERMS, arithmetic))


def _setup_acceleration(growth: Axes, chart: Axes) -> SimpleNamespace:
    growth.set(xlim=(0, _TERMS), ylim=(-1, _TOP), xlabel="terms used n", ylabel=_DIGITS_LABEL)
    chart.set(xlim=(-1, _TOP), ylim=(len(limits.METHODS) - 0.5, -0.6), xlabel=_DIGITS_LABEL)
    chart.set_position((0.3, 0.175, 0.64, 0.725))
    chart.set_yticks(range(len(limits.METHODS)), [m.replace("–Villegas–", "–Villegas–\n") for m in limits.METHODS])
    artists = SimpleNamespace(
        curves={
            m: growth.plot([], [], line, color=c, marker=k, markersize=4, linewidth=1.4)[0]
            for m, (c, line, k) in _METHOD_STYLE.items()
        },
        dots={m: chart.plot([], [], k, color=c, markersize=10)[0] for m, (c, _, k) in _METHOD_STYLE.items()},
        values={m: chart.text(0, i, "", va="center", fontsize=9.5) for i, m in enumerate(limits.METHODS)},
        cursor=growth.axvline(color=GREY, linewidth=1),
        double=[growth.axhline(15.95, color=GREY, linestyle=":"), chart.axvline(15.95, color=GREY, linestyle=":")],
    )
    return artists


def _draw_acceleration(artists: SimpleNamespace, state: Accelerated) -> None:
    n = np.arange(1, _TERMS + 1)
    artists.cursor.set_xdata([state.n, state.n])
    for i, (method, digits) in enumerate(state.digits.items()):
        artists.curves[method].set_data(n, digits)
        value = float(np.clip(digits[state.n - 1], -1, _TOP))
        artists.dots[method].set_data([value], [i])
        beyond = digits[state.n - 1] > _TOP
        artists.values[method].set_text(f"over {_TOP}" if beyond else _signed(f"{digits[state.n - 1]:.1f}"))
        to_the_left = value > _TOP - 6
        artists.values[method].set_position((value - 1.2 if to_the_left else value + 1.2, i))
        artists.values[method].set_horizontalalignment("right" if to_the_left else "left")


def _acceleration_sentence(state: Accelerated) -> str:
    here = {m: float(d[state.n - 1]) for m, d in state.digits.items()}
    parts = ", ".join(f"{m} {'over 30' if d > _TOP else _signed(f'{d:.1f}')}" for m, d in here.items())
    best = max(here, key=here.get)
    terms = "1 term" if state.n == 1 else f"{state.n} terms"
    return f"{state.series}, {terms} in {state.arithmetic}. Correct digits: {parts}. Most: {best}."


acceleration = LiveFigure(
    "three_limits.acceleration",
    "How many digits from the same terms?",
    controls=[
        Choice("series", "sequence", options=tuple(_SERIES), value="π: 4 Σ (−1)ᵏ/(2k+1)"),
        Slider("n", "terms used", low=1, high=_TERMS, value=13, scale="integer"),
        Choice("arithmetic", "arithmetic", options=(_SIXTY, _DOUBLE), value=_SIXTY),
    ],
    compute=accelerate,
    setup=_setup_acceleration,
    draw=_draw_acceleration,
    sentence=_acceleration_sentence,
    panels=2,
)


# 5. Fooled --------------------------------------------------------------------------------------------------------

_ASSUMED, _FITTED = "assumed", "fitted"
_FIRST = 3
"""The smallest size is 2³."""
_SMOOTH = np.geomspace(8, 1e12, 300)


@dataclass(frozen=True)
class Fooled:
    """Values at doubling sizes that tend to 1, the limits read off them, and how far these are from 1."""

    sizes: np.ndarray
    values: np.ndarray
    truth: np.ndarray
    fit: np.ndarray
    estimate: np.ndarray
    exponent: float
    true_error: np.ndarray
    last_move: np.ndarray
    method: str


def extrapolate(exponent: float, contamination: str, weight: float, method: str, assumed: float, last: int) -> Fooled:
    sizes = 2.0 ** np.arange(_FIRST, last + 1)

    def excess(n: np.ndarray) -> np.ndarray:
        return limits.contaminated_power(n, exponent, contamination, weight)

    values = 1 + excess(sizes)
    found = limits.extrapolate(values, assumed if method == _ASSUMED else None)
    limit, p = float(found.estimate[-1]), float(found.exponent[-1])
    fit = limit + (values[-1] - limit) * (_SMOOTH / sizes[-1]) ** -p
    return Fooled(
        sizes, values, 1 + excess(_SMOOTH), fit, found.estimate, p,
        np.abs(found.estimate - 1), np.abs(np.diff(found.estimate)), method,
    )  # fmt: skip


def _setup_fooled(curve: Axes, errors: Axes) -> SimpleNamespace:
    curve.set(xscale="log", xlim=(8, 1e12), ylim=(0.5, 2.5), xlabel="size n", ylabel="value y(n)")
    errors.set(
        xscale="log", yscale="log", xlim=(8, 2e6), ylim=(1e-5, 3),
        xlabel="largest size used", ylabel="error of the estimated limit",
    )  # fmt: skip
    curve.axhline(1, color=GREEN, linestyle="--", linewidth=1.5, label="true limit")
    artists = SimpleNamespace(
        truth=curve.plot([], [], ":", color=GREY, label="true law")[0],
        fit=curve.plot([], [], color=ORANGE, linewidth=1.5, label="fit to the last points")[0],
        values=curve.plot([], [], "o", color=BLUE, markersize=6, label="values known")[0],
        limit=curve.axhline(color=ORANGE, linestyle="-.", linewidth=1.2),
        true_error=errors.plot([], [], "o-", color=ORANGE, label="true error")[0],
        last_move=errors.plot([], [], "s--", color=BLUE, label="last move of the estimate")[0],
    )
    curve.legend(loc="upper right")
    errors.legend(loc="lower left")
    return artists


def _draw_fooled(artists: SimpleNamespace, state: Fooled) -> None:
    artists.truth.set_data(_SMOOTH, state.truth)
    artists.fit.set_data(_SMOOTH, state.fit)
    artists.values.set_data(state.sizes, state.values)
    artists.limit.set_ydata([state.estimate[-1]] * 2)
    artists.true_error.set_data(state.sizes[-len(state.true_error) :], _positive(state.true_error))
    artists.last_move.set_data(state.sizes[-len(state.last_move) :], _positive(state.last_move))


def _fooled_sentence(state: Fooled) -> str:
    true, move = float(state.true_error[-1]), float(state.last_move[-1])
    text = (
        f"Sizes up to {state.sizes[-1]:,.0f}, exponent {state.method} as {state.exponent:.3f}: the limit comes out as "
        f"{state.estimate[-1]:.4f}, and the last doubling moved it by {in_words(move, 2)}. "
    )
    if true < 1e-9:
        return text + "The true limit is 1: the assumption holds, and the estimate is right."
    return text + f"The true limit is 1: the error is {in_words(true, 2)}, {in_words(true / move, 2)} times that move."


fooled = LiveFigure(
    "three_limits.fooled",
    "When the estimate settles, is it right?",
    controls=[
        Slider("exponent", "true exponent p", low=0.1, high=1, value=0.5),
        Choice("contamination", "what the fit leaves out", options=limits.CONTAMINATIONS, value="a second power"),
        Slider("weight", "its weight", low=0, high=1, value=0.2),
        Slider("assumed", "assumed exponent", low=0.1, high=1.5, value=0.5),
        Slider("last", "largest size 2ᵏ, k", low=7, high=20, value=10, scale="integer"),
        Choice("method", "exponent", options=(_ASSUMED, _FITTED), value=_ASSUMED),
    ],
    compute=extrapolate,
    setup=_setup_fooled,
    draw=_draw_fooled,
    sentence=_fooled_sentence,
    panels=2,
)


# 6. Fractions -----------------------------------------------------------------------------------------------------

_FRACTIONS = {
    "e: Σ 1/k!": ("exponential series", 12),
    "e: (1 + 1/n)ⁿ": ("compound", 12),
    "π: 4 Σ (−1)ᵏ/(2k+1)": ("leibniz", 12),
    "π: continued fraction": ("", 12),
    "√2: 1 + 1/(1 + x)": ("mobius", 12),
    "√2: Newton": ("newton", 6),
    "1/3: 0.333…": ("thirds", 12),
}


@cache
def _approximation(sequence: str) -> limits.Approximation:
    from fractions import Fraction

    name, most = _FRACTIONS[sequence]
    if not name:
        return limits.approximation(limits.convergents("π", most), "π")
    return limits.approximation(limits.terms(name, most, Fraction(1)), limits.SEQUENCES[name].limit)


@dataclass(frozen=True)
class Fractions:
    """The first n fractions p/q of a sequence and how near they are to its limit."""

    sequence: str
    n: int
    log_q: np.ndarray
    log_error: np.ndarray
    log_scaled: np.ndarray

    @property
    def name(self) -> str:
        return str(_approximation(self.sequence).fractions[self.n - 1])


def take_fractions(sequence: str, n: int) -> Fractions:
    found = _approximation(sequence)
    n = min(n, len(found.fractions))
    return Fractions(sequence, n, found.log_q[:n], found.log_error[:n], found.log_scaled[:n])


def _setup_fractions(plane: Axes, scaled: Axes) -> SimpleNamespace:
    q = np.array([0, 14])
    plane.set(
        xlim=(0, 14),
        ylim=(-26, 1),
        xlabel=r"$\log_{10}$ of the denominator q",
        ylabel=r"$\log_{10}$ of the error $|x - p/q|$",
    )
    plane.plot(q, -q, color=GREY, linewidth=1.2, label="1/q")
    plane.plot(q, -2 * q, color=GREY, linewidth=1.2, linestyle="--", label="1/q²")
    plane.legend(loc="lower left")
    scaled.set(xlim=(0, 13), xlabel=_INDEX_LABEL, ylabel=r"$\log_{10}$ of $q\,|x - p/q|$")
    scaled.axhline(0, color=GREY, linewidth=1.2)
    scaled.text(0.03, 0.03, "down without end: irrational", transform=scaled.transAxes, color=GREY, fontsize=9.5)
    return SimpleNamespace(
        points=plane.plot([], [], "o", color=BLUE, markersize=6)[0],
        here=plane.plot([], [], "o", color=ORANGE, markersize=10)[0],
        curve=scaled.plot([], [], "o-", color=BLUE, markersize=6)[0],
        now=scaled.plot([], [], "o", color=ORANGE, markersize=10)[0],
    )


def _draw_fractions(artists: SimpleNamespace, state: Fractions) -> None:
    n = np.arange(1, state.n + 1)
    artists.points.set_data(state.log_q, state.log_error)
    artists.here.set_data(state.log_q[-1:], state.log_error[-1:])
    artists.curve.set_data(n, state.log_scaled)
    heights = _approximation(state.sequence).log_scaled  # of all terms, so that the axis stays while n moves
    artists.curve.axes.set_ylim(min(math.floor(heights.min()), -1) - 0.6, max(math.ceil(heights.max()), 0) + 0.6)
    artists.now.set_data(n[-1:], state.log_scaled[-1:])


def _fractions_sentence(state: Fractions) -> str:
    limit = state.sequence.partition(":")[0]
    digits = int(state.log_q[-1]) + 1
    value = state.name if digits <= 12 else f"a fraction with a denominator of {digits} digits"
    scaled = float(state.log_scaled[-1])
    return (
        f"{state.sequence}, n = {state.n}: {value} misses {limit} by {in_words(10 ** float(state.log_error[-1]))}; "
        f"multiplied by q that is {in_words(10**scaled)}, by q² {in_words(10 ** (scaled + float(state.log_q[-1])))}."
    )


fractions = LiveFigure(
    "three_limits.fractions",
    "How near for its denominator?",
    controls=[
        Choice("sequence", "fractions", options=tuple(_FRACTIONS), value="e: Σ 1/k!"),
        Slider("n", "index n", low=1, high=12, value=6, scale="integer"),
    ],
    compute=take_fractions,
    setup=_setup_fractions,
    draw=_draw_fractions,
    sentence=_fractions_sentence,
    panels=2,
)
