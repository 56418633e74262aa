"""ẋ = Ax in three norms: the norm of e^(tA) with its bounds, and the quotient whose limit is the logarithmic norm."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.limits import contractions
from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PURPLE

_HIGHEST = 4e3  # above it stands the legend
_TIMES, _STEPS = np.linspace(0, 6, 121), np.geomspace(1e-2, 10, 91)
SHAPES = {
    "turn": np.array([[0.0, 1.0], [-1.0, 0.0]]),
    "shear": np.array([[0.0, 1.0], [0.0, 0.0]]),
    "exchange": np.array([[0.0, 1.0], [1.0, 0.0]]),
}


class Flow(NamedTuple):
    """|e^(tA)| on _TIMES, quotients on _STEPS and at the step of the reader; μ, |A| and the spectral abscissa."""

    size: np.ndarray
    quotients: np.ndarray
    here: float
    mu: float
    norm: float
    abscissa: float


def start(coupling: float, decay: float, step: float, norm: str, shape: str) -> Flow:
    matrix = coupling * SHAPES[shape] - decay * np.eye(2)
    return Flow(
        contractions.operator_norm(contractions.plane_flow(matrix, _TIMES), norm),
        contractions.growth_quotient(matrix, _STEPS, norm),
        float(contractions.growth_quotient(matrix, step, norm)),
        contractions.logarithmic_norm(matrix, norm),
        float(contractions.operator_norm(matrix, norm)),
        contractions.spectral_abscissa(matrix),
    )


def setup(size: Axes, quotient: Axes) -> SimpleNamespace:
    size.set(yscale="log", xlim=(0, 6), ylim=(1e-5, 1e10), xlabel="time t", ylabel="norm of $e^{tA}$")
    quotient.set(xscale="log", xlim=(0.01, 10), ylim=(-3, 8.5), xlabel="step h", ylabel="(‖I + hA‖ − 1)/h")
    size.axhline(1, color=GREY, linewidth=1)
    quotient.axhline(0, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        norm=size.plot([], [], ":", color=PURPLE, label=r"bound $e^{t\|A\|}$")[0],
        size=size.plot([], [], color=BLUE, linewidth=3, label="norm")[0],
        bound=size.plot([], [], "--", color=ORANGE, label=r"bound $e^{t\mu}$")[0],
        high=quotient.axhline(color=PURPLE, linestyle=":", linewidth=2, label="‖A‖"),
        low=quotient.axhline(color=ORANGE, linestyle="--", linewidth=2, label="μ(A)"),
        curve=quotient.plot([], [], color=BLUE, label="quotient")[0],
        here=quotient.plot([], [], "D", color=INK, markersize=9, clip_on=False)[0],
    )
    size.legend(loc="upper left")
    quotient.legend(loc="upper left", ncols=3)
    return artists


def draw(artists: SimpleNamespace, state: Flow, step: float) -> None:
    artists.size.set_data(_TIMES, np.where(state.size < _HIGHEST, state.size, np.nan))
    for line, rate in ((artists.bound, state.mu), (artists.norm, state.norm)):
        bound = np.exp(rate * _TIMES)
        line.set_data(_TIMES, np.where(bound < _HIGHEST, bound, np.nan))
    artists.curve.set_data(_STEPS, state.quotients)
    place(artists.here, x=step, y=state.here)
    place(artists.low, y=state.mu)
    place(artists.high, y=state.norm)


def sentence(state: Flow, coupling: float, step: float, norm: str, shape: str) -> str:
    block = "contracts" if state.here < 0 else "does not contract"
    peak = state.size.max()
    highest = f"{peak:.2f}" if peak < 100 else in_words(float(peak))
    return (
        f"{shape.capitalize()} with coupling {coupling:.1f} in the {norm}-norm: ‖A‖ = {state.norm:.2f}, "
        f"μ(A) = {state.mu:.2f}, greatest real part of the eigenvalues {state.abscissa:.2f}; the norm of the flow "
        f"peaks at {highest} and is {in_words(float(state.size[-1]), 2)} at t = 6; at h = {step:.2g} the quotient is "
        f"{state.here:.2f}, so that the block x + hAx {block}."
    )


figure = LiveFigure(
    "The norm cannot see decay: what can?",
    controls=[
        Slider("coupling", "coupling b", low=0, high=4, value=2, step=0.1, format=".1f"),
        Slider("decay", "decay d", low=-0.5, high=2, value=0.5, step=0.05),
        Slider("step", "step h", low=0.01, high=10, value=1, scale="log", step=0.05, grip=Grip("here", "x")),
        Choice("norm", "norm", options=contractions.NORMS, value="2"),
        Choice("shape", "matrix A", options=tuple(SHAPES), value="turn"),
    ],
)
