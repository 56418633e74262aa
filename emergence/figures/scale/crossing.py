"""Binder's cumulant of two sizes: where they cross, how sure that is, and how the crossing drifts."""

from __future__ import annotations

from types import SimpleNamespace

from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from emergence.figures.scale._shared import STYLES
from emergence.live import Choice, Grip, LiveFigure, Slider, legend_above, place
from emergence.live.palette import BLUE, GREY, INK, ORANGE
from emergence.physics import finite_size

_PAIRS = {f"{a} and {b}": (a, b) for a, b in zip(finite_size.SIZES, finite_size.SIZES[1:], strict=False)}
_DRIFT = {**finite_size.EXACT_CROSSINGS, **{pair: finite_size.crossing(*pair) for pair in _PAIRS.values()}}


def start(pair: str) -> finite_size.Crossing:
    return _DRIFT[_PAIRS[pair]]


def setup(cumulant: Axes, drift: Axes) -> SimpleNamespace:
    cumulant.set(xlabel="temperature T", ylabel="Binder's cumulant U")
    cumulant.axvline(finite_size.EXACT[0], color=GREY, linestyle=":", linewidth=1.4)
    for size, style in STYLES.items():
        data = finite_size.measured(size)
        bars = {"elinewidth": 1, "capsize": 2, "label": f"L = {size}"}
        cumulant.errorbar(data.temperature, data.binder, data.binder_error, **style, **bars)
    artists = SimpleNamespace(
        cross=cumulant.plot([], [], "+", color=INK, markersize=22, markeredgewidth=1.8, zorder=5)[0],
        edge=cumulant.axvline(color=ORANGE, linewidth=1.6, label="zoom"),
        now=drift.plot([], [], "o", color=INK, fillstyle="none", markersize=14)[0],
    )
    drift.set(xscale="log", xlim=(3.4, 80), xlabel="smaller size L of the pair", ylabel="U at the crossing")
    drift.set(ylim=(0.6, 0.625), xticks=[4, 8, 16, 32, 64], xticklabels=["4", "8", "16", "32", "64"])
    drift.axhline(finite_size.BINDER_LIMIT, color=GREY, linestyle=":", linewidth=1.4, label="limit, 0.61069")
    for exact, colour, marker, label in ((True, BLUE, "s", "counted"), (False, ORANGE, "o", "simulated")):
        found = {pair: c for pair, c in _DRIFT.items() if (pair in finite_size.EXACT_CROSSINGS) == exact}
        u, error = ([getattr(c, name) for c in found.values()] for name in ("binder", "binder_error"))
        style = {"color": colour, "marker": marker, "linestyle": "none", "capsize": 3, "label": label}
        drift.errorbar([small for small, _ in found], u, error, **style)
    drift.xaxis.set_minor_formatter(NullFormatter())
    legend_above(cumulant, 3, beside=(drift,), handlelength=1.2)
    legend_above(drift, 2)
    return artists


def draw(artists: SimpleNamespace, cumulant: Axes, state: finite_size.Crossing, pair: str, reach: float) -> None:
    place(artists.cross, x=state.temperature, y=state.binder)
    place(artists.now, x=_PAIRS[pair][0], y=state.binder)
    middle = finite_size.EXACT[0]
    place(artists.edge, x=middle + reach / 2)
    cumulant.set(xlim=(middle - reach, middle + reach))
    cumulant.set(ylim=(max(-0.02, 0.61 - 8 * reach), min(0.68, 0.61 + 1.2 * reach)))


def sentence(state: finite_size.Crossing, pair: str) -> str:
    away = (state.temperature - finite_size.EXACT[0]) / state.temperature_error
    return (
        f"L = {pair}: the cumulants cross at T = {state.temperature:.4f} ± {state.temperature_error:.4f}, "
        f"{abs(away):.1f} standard errors {'above' if away > 0 else 'below'} T_c, with U = {state.binder:.4f} ± "
        f"{state.binder_error:.4f}."
    )


figure = LiveFigure(
    "Where do two sizes agree?",
    controls=[
        Slider(
            "reach", "temperatures shown to each side", low=0.01, high=0.33, value=0.1, affects="picture",
            grip=Grip("edge", "x", gain=2),
        ),
        Choice("pair", "sizes", options=tuple(_PAIRS), value="8 and 16"),
    ],
)  # fmt: skip
