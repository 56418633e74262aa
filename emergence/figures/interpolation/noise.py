"""What noise costs, on the labels or on the weights: exact for least squares, measured for a real model."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from emergence.live import Choice, Grip, LiveFigure, Slider, in_words, legend_above, place, positive
from emergence.live.palette import BLUE, GREY, INK, ORANGE, PURPLE
from emergence.operators import real_model as rm
from emergence.scaling import interpolation as ip

_N, _MOST = 40, 400
_P = np.delete(np.arange(1, _MOST + 1), [_N - 2, _N - 1, _N])
RELATIVE, FIXED = "in proportion to the weights", "the same for each weight"
_STYLES = {"weights": (ORANGE, "o-"), "embeddings": (BLUE, "s--")}


class State(NamedTuple):
    """Costs over _P of noise on the labels and on the weights, and the mean square of the prediction."""

    labels: np.ndarray
    weights: np.ndarray
    output: np.ndarray


def costs(p: np.ndarray, noise: float, size: float, kind: str) -> State:
    """What noise σ on the labels adds to the risk, and noise of relative size s on the weights (r = 1)."""
    output = ip.fitted_square(_N, p, 1, noise)
    per_weight = np.asarray(p) / _N  # of noise with standard deviation s/√n on each
    return State(noise**2 * ip.noise_factor(_N, p), size**2 * (output if kind == RELATIVE else per_weight), output)


def start(noise: float, size: float, kind: str) -> State:
    return costs(_P, noise, size, kind)


def percent(target: str) -> tuple[np.ndarray, rm.Interval]:
    """Sizes s, and by how many per cent noise on the target raises the mean loss, with 95 % intervals over passages."""
    sizes, added = rm.noise(target)
    return sizes, rm.interval(100 * added / rm.whole_loss().mean())


def setup(cost: Axes, real: Axes) -> SimpleNamespace:
    cost.set(yscale="log", xlim=(0, _MOST), ylim=(1e-6, 1e2), xlabel=f"weights p, with n = {_N} examples")
    cost.set(ylabel="added to the risk")
    real.set(xscale="log", yscale="log", xlim=(0.007, 1.4), ylim=(0.01, 1000))
    real.set(xlabel="relative size s of the noise", ylabel="added to the loss (%)")
    for target, (colour, style) in _STYLES.items():
        sizes, mean = percent(target)
        real.fill_between(sizes, np.maximum(mean.low, 0.01), mean.high, color=colour, alpha=0.25, linewidth=0)
        real.plot(sizes, mean.mean, style, color=colour, label=f"on its {target}")
    artists = SimpleNamespace(
        labels=cost.plot([], [], color=PURPLE, label="noise on labels")[0],
        weights=cost.plot([], [], color=ORANGE, linestyle="--", label="on weights")[0],
        output=cost.plot([], [], color=GREY, linestyle=":", linewidth=1.6, label="prediction²")[0],
        at=cost.axvline(20, color=INK, linewidth=1.4),
        size=real.axvline(0.1, color=INK, linewidth=1.4),
    )
    legend_above(cost, 2)
    legend_above(real, 1)
    return artists


def draw(artists: SimpleNamespace, state: State, p: int, size: float) -> None:
    x = np.insert(_P.astype(float), _N - 2, _N)
    for name in State._fields:
        getattr(artists, name).set_data(x, positive(np.insert(getattr(state, name), _N - 2, np.nan)))
    place(artists.at, x=p)
    place(artists.size, x=size)


def sentence(p: int, noise: float, size: float, kind: str) -> str:
    def told(value: np.ndarray, without_bound: str = "infinitely much") -> str:
        return in_words(float(value)) if np.isfinite(value) else without_bound

    cost = costs(np.array(p), noise, size, kind)
    sizes, mean = percent("weights")
    near = int(np.argmin(np.abs(np.log(sizes / size))))
    return (
        f"n = {_N} examples, p = {p}: noise σ = {noise:.2f} on the labels adds {told(cost.labels)} to the risk, noise "
        f"of size {size:.3g}, {kind}, adds {told(cost.weights)}; the mean square of the prediction is "
        f"{told(cost.output, 'infinite')}. In the real model, noise on the weights of relative size {sizes[near]:g}, "
        f"the nearest that was measured, adds {in_words(mean.mean[near], 2)} % to the loss."
    )


figure = LiveFigure(
    "Noise on the labels, noise on the weights: what does it cost?",
    controls=[
        Slider("p", "weights p", low=1, high=_MOST, value=20, scale="integer", grip=Grip("at", "x")),
        Slider("size", "noise s on the weights", low=0.01, high=1, value=0.1, step=0.05, scale="log",
               grip=Grip("size", "x")),
        Slider("noise", "noise σ on the labels", low=0.1, high=1, value=0.5, step=0.05),
        Choice("kind", "noise on the weights is", options=(RELATIVE, FIXED), value=RELATIVE),
    ],
)  # fmt: skip
