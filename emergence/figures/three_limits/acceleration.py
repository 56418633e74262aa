"""How many digits of the limit six methods find in the same terms."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.three_limits._shared import DOUBLE
from emergence.limits.acceleration import METHODS, correct_digits
from emergence.limits.sequences import SEQUENCES
from emergence.live import Choice, Grip, LiveFigure, Slider, name_rows, place, with_minus
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE

_SERIES = {SEQUENCES[name].title: name for name in ("leibniz", "inverse squares", "compound", "mobius")}
_STYLE = {
    "partial sums": (GREY, "-", "o"), "Euler": (GREEN, "--", "v"), "Richardson": (ORANGE, "-.", "s"),
    "Aitken, iterated": (BLUE, "-", "^"), "Wynn ε": (PURPLE, "--", "D"), "Cohen–Villegas–Zagier": (INK, ":", "P"),
}  # fmt: skip
_TERMS, _TOP = 30, 30


def start(series: str, arithmetic: str) -> dict[str, np.ndarray]:
    """Correct digits of each method for 1 … 30 terms."""
    return correct_digits(_SERIES[series], _TERMS, arithmetic)


def in_digits(digits: float) -> str:
    return f"over {_TOP}" if digits > _TOP else with_minus(f"{digits:.1f}")


def setup(growth: Axes, chart: Axes) -> SimpleNamespace:
    label = r"correct digits, $-\log_{10}|\mathrm{error}|$"
    growth.set(xlim=(0, _TERMS), ylim=(-1, _TOP), xlabel="terms used n", ylabel=label)
    chart.set(xlim=(-1, _TOP), ylim=(len(METHODS) - 0.5, -0.6), xlabel=label)
    name_rows(chart, [m.replace("–Villegas–", "–Villegas–\n") for m in METHODS])
    artists = SimpleNamespace(curves={}, dots={}, values={})
    for row, method in enumerate(METHODS):
        colour, line, marker = _STYLE[method]
        artists.curves[method] = growth.plot([], [], line, color=colour, marker=marker, markersize=4, linewidth=1.4)[0]
        artists.dots[method] = chart.plot([], [], marker, color=colour, markersize=10)[0]
        artists.values[method] = chart.text(0, row, "", va="center")
    artists.cursor = growth.axvline(color=GREY, linewidth=1)
    artists.double = [line(15.95, color=GREY, linestyle=":") for line in (growth.axhline, chart.axvline)]
    return artists


def draw(artists: SimpleNamespace, state: dict[str, np.ndarray], n: int) -> None:
    place(artists.cursor, x=n)
    for row, (method, digits) in enumerate(state.items()):
        artists.curves[method].set_data(np.arange(1, _TERMS + 1), digits)
        here = min(max(digits[n - 1], -1), _TOP)
        place(artists.dots[method], x=here, y=row)
        to_the_left = here > _TOP - 6
        artists.values[method].set(
            text=in_digits(digits[n - 1]),
            x=here - 1.8 if to_the_left else here + 1.8,
            horizontalalignment="right" if to_the_left else "left",
        )


def sentence(state: dict[str, np.ndarray], series: str, n: int, arithmetic: str) -> str:
    here = {method: float(digits[n - 1]) for method, digits in state.items()}
    parts = ", ".join(f"{method} {in_digits(digits)}" for method, digits in here.items())
    best = max(here, key=here.get)
    terms = "1 term" if n == 1 else f"{n} terms"
    return f"{series}, {terms} in {arithmetic}. Correct digits: {parts}. Most: {best}."


figure = LiveFigure(
    "How many digits from the same terms?",
    sketch="growth",
    controls=[
        Choice("series", "sequence", options=tuple(_SERIES), value="π: 4 Σ (−1)ᵏ/(2k+1)"),
        Slider("n", "terms used", low=1, high=_TERMS, value=13, scale="integer", grip=Grip("cursor", "x")),
        Choice("arithmetic", "arithmetic", options=("sixty digits", DOUBLE), value="sixty digits"),
    ],
)
