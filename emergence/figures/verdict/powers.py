"""Powers of a matrix of four entries: its eigenvalues, the norms of its powers, and whether they converge."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.verdict._shared import UNIT_CIRCLE, as_typed
from emergence.live import Choice, LiveFigure, Slider, place, positive
from emergence.live.palette import BLUE, GREY, ORANGE
from emergence.operators import powers

_DEPTH = 60
_EXACT, _TOLERANCES = "exactly", {"to 1 in 1,000,000": 1e-6, "to 1 in 100": 1e-2}


class PowersOfOne(NamedTuple):
    """What is known of A^k, the eigenvalues, shape (2,), and the norms of A^0 ... A^60."""

    found: powers.Powers
    eigenvalues: np.ndarray
    norms: np.ndarray


def start(a: float, b: float, c: float, d: float, known: str) -> PowersOfOne:
    matrix = np.array([[a, b], [c, d]])
    if known == _EXACT:
        found = powers.matrix_powers([[as_typed(a), as_typed(b)], [as_typed(c), as_typed(d)]])
    else:
        found = powers.matrix_powers(matrix, _TOLERANCES[known])
    products = [np.eye(2)]
    for _ in range(_DEPTH):
        products.append(matrix @ products[-1])
    values = np.linalg.eigvals(matrix)
    return PowersOfOne(found, np.array([values.real, values.imag]), np.linalg.norm(products, 2, axis=(1, 2)))


def setup(plane: Axes, norms: Axes) -> SimpleNamespace:
    plane.set(xlim=(-2.4, 2.4), ylim=(-1.5, 2.3), xlabel="real part", ylabel="imaginary part")
    plane.plot(*UNIT_CIRCLE, "--", color=GREY, label="|λ| = 1")
    norms.set(yscale="log", xlim=(0, _DEPTH), ylim=(1e-6, 1e6), xlabel="power k", ylabel="norm of the power $A^k$")
    norms.axhline(1, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        values=[plane.plot([], [], mark, color=ORANGE, markersize=10)[0] for mark in "os"],
        norms=norms.plot([], [], color=BLUE)[0],
    )
    artists.values[0].set_label("eigenvalues")
    plane.legend(loc="upper left")
    return artists


def draw(artists: SimpleNamespace, state: PowersOfOne) -> None:
    for line, (x, y) in zip(artists.values, state.eigenvalues.T, strict=True):
        place(line, x=x, y=y)
    artists.norms.set_data(np.arange(_DEPTH + 1), positive(state.norms, 1e-7))


def sentence(state: PowersOfOne, a: float, b: float, c: float, d: float, known: str) -> str:
    answer = {True: "The powers converge", False: "The powers do not converge", None: "Undecided"}[state.found.converge]
    if state.found.converge:
        answer += ", to 0" if state.found.vanish else ", to a matrix other than 0"
    return (
        f"A = [[{a:.2f}, {b:.2f}], [{c:.2f}, {d:.2f}]], known {known}: spectral radius {state.found.radius:.4f}. "
        f"{answer}: {state.found.reason}."
    )


figure = LiveFigure(
    "Do the powers of A converge?",
    controls=[
        Slider("a", "first row: a", low=-1.5, high=1.5, value=1, step=0.05),
        Slider("b", "first row: b", low=-2, high=2, value=0.5, step=0.05),
        Slider("c", "second row: c", low=-2, high=2, value=0, step=0.05),
        Slider("d", "second row: d", low=-1.5, high=1.5, value=0.5, step=0.05),
        Choice("known", "entries are known", options=(_EXACT, *_TOLERANCES), value=_EXACT, affects="sentence"),
    ],
)
