"""Two conditions on a block T of the plane: a disc for Lip(T) < 1, a half-plane for m(I - T) > 0."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence.figures.residual._shared import CIRCLE, draw_plane
from emergence.live import Grip, LiveFigure, Slider, Stripe, place
from emergence.live.drawing import legend_above
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.operators import residual as op

_STEPS = np.linspace(0, 1.5, 151)


def start(across: float, up: float) -> np.ndarray:
    """Factor of I - hA for A = I - T at the steps _STEPS."""
    return np.abs(op.turning_factor(1 - complex(across, up), _STEPS, "explicit"))


def setup(plane: Axes, factor: Axes) -> SimpleNamespace:
    Stripe(plane, "vertical", color=BLUE, alpha=0.12, label="m(I − T) > 0").cover(-5, 1)
    plane.fill(*CIRCLE, color=ORANGE, alpha=0.25, label="Lip(T) < 1")
    draw_plane(plane, 2.1)
    plane.set(xlabel="T stretches: p", ylabel="T turns: q")
    factor.set(xlim=(0, 1.5), ylim=(0, 2.4), xlabel="step h", ylabel="factor of x − h (x − Tx)")
    factor.axhline(1, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        mixtures=plane.plot([], [], "-", color=BLUE, linewidth=1.4)[0],
        mixture=plane.plot([], [], "s", color=BLUE, markersize=7, label="x − h (x − Tx)")[0],
        block=plane.plot([], [], "o", color=ORANGE, markersize=11, label="T")[0],
        curve=factor.plot([], [], color=BLUE)[0],
        there=factor.plot([], [], "s", color=BLUE, markersize=7)[0],
        full=factor.plot([], [], "o", color=ORANGE, markersize=9)[0],
        now=factor.axvline(color=GREY, linewidth=1.6),
    )
    plane.plot([1], [0], "x", color=INK, markersize=8, label="identity")
    height = plane.get_position().height
    legend_above(plane, 3, beside=[factor], handlelength=0.8)
    plane.set_xlim(np.multiply(plane.get_xlim(), height / plane.get_position().height))  # circles stay round
    return artists


def draw(artists: SimpleNamespace, state: np.ndarray, across: float, up: float, step: float) -> None:
    away = complex(across, up) - 1
    artists.mixtures.set_data([1, across], [0, up])
    place(artists.mixture, x=1 + step * away.real, y=step * away.imag)
    place(artists.block, x=across, y=up)
    artists.curve.set_data(_STEPS, state)
    place(artists.there, x=step, y=abs(1 + step * away))
    place(artists.full, x=1, y=abs(1 + away))
    place(artists.now, x=step)


def sentence(across: float, up: float, step: float) -> str:
    block = complex(across, up)
    m, size, mixed = 1 - across, abs(block), abs(1 + step * (block - 1))
    one = f"Lip(T) = {size:.2f} and m(I − T) = {m:.2f}; with h = {step:.2f} the block has the factor {mixed:.3f}"
    if across >= 1 - 1e-12:
        return f"{one}; no step contracts, since m(I − T) is not positive."
    last = 2 * op.best_explicit_step(m, abs(1 - block))
    alone = "T itself contracts, too" if size < 1 else "T itself does not contract"
    return f"{one}; steps below {last:.2f} contract. {alone}."


figure = LiveFigure(
    "A disc in a half-plane: in which sense is m > 0 weaker?",
    controls=[
        Slider("across", "p, along the first axis", low=-2, high=1.5, value=-0.6, step=0.05, grip=Grip("block", "x")),
        Slider("up", "q, along the second", low=-1.25, high=1.25, value=1.1, step=0.05, grip=Grip("block", "y")),
        Slider("step", "step h", low=0, high=1.5, value=0.3, step=0.01, grip=Grip("now", "x")),
    ],
)
