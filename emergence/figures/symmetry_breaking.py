"""The live figures of the chapter on symmetry breaking (chapters/physics/symmetry_breaking.ipynb)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence import ising, landau
from emergence.ising_states import states
from emergence.live import Choice, LiveFigure, Slider, in_words
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, rgb

_COLOURS = np.array([[*(round(255 * c) for c in rgb(colour)), 255] for colour in (BLUE, "#f2e9dc", PAPER)], np.uint8)
_COLOURS = _COLOURS.view(np.uint32)[:, 0]
_T_C = ising.CRITICAL_TEMPERATURE
_M_LABEL = "magnetisation m (mean spin)"


def _fast(rng: np.random.Generator) -> np.random.Generator:
    """A generator that is quicker than the default in the browser, which has no 128-bit multiplication."""
    return np.random.Generator(np.random.SFC64(rng.integers(2**63)))


def _show_spins(axes: Axes, pixels: int):
    """An image of spins without axes, as large as the panel allows."""
    axes.set_axis_off()
    axes.set_position((0.1, 0.03, 0.8, 0.87))
    return axes.imshow(np.zeros((pixels, pixels, 4), np.uint8), interpolation="nearest")


def _paint(image, kinds: np.ndarray) -> None:
    """Show a square of spins, 0 down and 1 up, 2 for paper. Ready colours spare Matplotlib half of the frame."""
    image.set_data(_COLOURS.take(kinds).view(np.uint8).reshape(*kinds.shape, 4))


# 1. Landau's free energy ------------------------------------------------------------------------------------

_M = np.linspace(-1.6, 1.6, 401)
_SMALL = np.geomspace(1e-6, 1, 121)
_BELOW, _ISOTHERM, _RESPONSE = "m below the transition", "m in a field at t = 0", "response χ above t = 0"


@dataclass(frozen=True)
class Landau:
    """The free energy with its stationary points, and one power law with its slope at one place."""

    t: float
    h: float
    b: float
    energy: np.ndarray
    minima: np.ndarray
    maxima: np.ndarray
    lowest: float
    law: str
    at: float
    curve: tuple[np.ndarray, np.ndarray]
    value: float
    slope: float


def _power_law(law: str, b: float, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if law == _BELOW:
        return x, landau.order_parameter(x, b)
    if law == _RESPONSE:
        return x, landau.susceptibility_above(x)
    # h = m⁵ + b m³ gives the field for each m; below t* = 0 only the branch that a growing field reaches is drawn
    m = np.geomspace(1e-7, 1.6, 4 * len(x))
    h = m**5 + b * m**3
    return h[h > 0], m[h > 0]


def tilt(t: float, h: float, b: float, law: str, at: float) -> Landau:
    minima, maxima = landau.stationary_points(t, h, b)
    curve = _power_law(law, b, _SMALL)
    if law == _ISOTHERM:
        value = landau.equilibrium(0.0, at, b)
        slope = at / (value * (5 * value**4 + 3 * b * value**2))  # h/m · dm/dh from h = m⁵ + b m³
    else:
        value = float(_power_law(law, b, np.array([at]))[1][0])
        ends = _power_law(law, b, at * np.array([0.999, 1.001]))[1]
        slope = math.log(ends[1] / ends[0]) / math.log(1.001 / 0.999)
    energy = landau.free_energy(_M, t, h, b)
    return Landau(t, h, b, energy, minima, maxima, landau.equilibrium(t, h, b), law, at, curve, value, slope)


def _setup_landau(energy: Axes, law: Axes) -> SimpleNamespace:
    energy.set(xlim=(-1.6, 1.6), ylim=(-0.55, 0.7), xlabel="order parameter m", ylabel="free energy f")
    law.set(xscale="log", yscale="log", xlim=(1e-6, 1))
    artists = SimpleNamespace(
        curve=energy.plot([], [], color=BLUE, zorder=2)[0],
        minima=energy.plot([], [], "o", color=PURPLE, fillstyle="none", markersize=10, label="minimum", zorder=3)[0],
        maxima=energy.plot([], [], "v", color=GREY, markersize=7, label="maximum", zorder=3)[0],
        lowest=energy.plot([], [], "o", color=ORANGE, markersize=10, label="lowest", zorder=4)[0],
        law=law.plot([], [], color=BLUE, zorder=2)[0],
        tangent=law.plot([], [], color=INK, linestyle="--", linewidth=1.3, label="slope here", zorder=3)[0],
        here=law.plot([], [], "o", color=ORANGE, markersize=9, zorder=4)[0],
    )
    energy.legend(loc="upper center", ncols=3, columnspacing=1, handletextpad=0.2)
    law.legend(loc="upper right")
    return artists


def _draw_landau(artists: SimpleNamespace, state: Landau) -> None:
    artists.curve.set_data(_M, state.energy)
    for line, places in ((artists.minima, state.minima), (artists.maxima, state.maxima)):
        line.set_data(places, landau.free_energy(places, state.t, state.h, state.b))
    artists.lowest.set_data([state.lowest], [landau.free_energy(state.lowest, state.t, state.h, state.b)])
    labels = {
        _BELOW: ("distance below the transition t* − t", "order parameter m, h = 0", (5e-4, 2.5)),
        _ISOTHERM: ("field h", "order parameter m, t = 0", (5e-3, 2.5)),
        _RESPONSE: ("distance above, t", "response χ = ∂m/∂h, h = 0", (0.4, 3e6)),
    }
    x_label, y_label, limits = labels[state.law]
    artists.law.axes.set(xlabel=x_label, ylabel=y_label, ylim=limits)
    artists.law.set_data(*state.curve)
    around = state.at * np.array([0.02, 50])
    artists.tangent.set_data(around, state.value * (around / state.at) ** state.slope)
    artists.here.set_data([state.at], [state.value])


def _landau_sentence(state: Landau) -> str:
    where = ", ".join(f"{0.0 if abs(m) < 5e-4 else m:.3f}" for m in state.minima)
    kind = f"jumps at t* = {landau.transition(state.b):.4f}" if state.b < 0 else "vanishes continuously at t = 0"
    kind = f"is {state.b:.2f}: at h = 0 the order parameter {kind}"
    lowest = 0.0 if abs(state.lowest) < 5e-4 else state.lowest
    what = {_BELOW: "m against t* − t", _ISOTHERM: "m against h", _RESPONSE: "χ against t"}[state.law]
    return (
        f"t = {state.t:.2f}, h = {state.h:.3f}: minima at m = {where}, the lowest at {lowest:.3f}. b {kind}. "
        f"The slope of {what} at {in_words(state.at)} on logarithmic axes is {state.slope:.3f}."
    )


free_energy = LiveFigure(
    "symmetry_breaking.free_energy",
    "Tilt it, heat it: which minimum is the lowest?",
    controls=[
        Slider("t", "temperature t", low=-1, high=1, value=-0.6),
        Slider("h", "tilt h", low=-0.3, high=0.3, value=0.0, step=0.005, format=".3f"),
        Slider("b", "fourth-order b", low=-1.5, high=1.5, value=1.0, step=0.05),
        Choice("law", "on the right", options=(_BELOW, _ISOTHERM, _RESPONSE), value=_BELOW),
        Slider("at", "slope read at", low=1e-6, high=1, value=1e-3, scale="log", step=0.1),
    ],
    compute=tilt,
    setup=_setup_landau,
    draw=_draw_landau,
    sentence=_landau_sentence,
    panels=2,
)


# 2. The lattice ---------------------------------------------------------------------------------------------

_SIZE = 512
_WINDOW = 400
"""Sweeps that the traces reach back."""
_QUENCH, _ALL_UP = "random, T = ∞", "all up"


@dataclass
class Magnet:
    """A running lattice with the traces of magnetisation and energy that it leaves."""

    lattice: ising.Lattice
    rng: np.random.Generator
    temperature: float
    field: float
    sweeps: int = 0
    trace: list[tuple[int, float, float]] = field(default_factory=list)


def _run(state: Magnet, temperature: float, field: float, sweeps: int, start: str) -> Magnet:
    state.lattice.sweep(temperature, state.rng, field=field, sweeps=sweeps)
    state.temperature, state.field = temperature, field
    state.sweeps += sweeps
    now = (state.sweeps, state.lattice.magnetisation(), state.lattice.energy_per_spin())
    state.trace = [*(p for p in state.trace if p[0] >= state.sweeps - _WINDOW), now]
    return state


def _first_frame(temperature: float, field: float, sweeps: int, start: str, rng: np.random.Generator) -> Magnet:
    quick = _fast(rng)
    lattice = ising.Lattice.random(_SIZE, quick) if start == _QUENCH else ising.Lattice.aligned(_SIZE)
    state = Magnet(lattice, quick, temperature, field)
    for _ in range(30):
        _run(state, temperature, field, 2, start)
    return state


def _setup_magnet(picture: Axes, trace: Axes) -> SimpleNamespace:
    trace.set(xlim=(-_WINDOW, 0), ylim=(-2.05, 1.75), xlabel="sweeps before now", ylabel="m and u (per spin)")
    picture.set_title(f"{_SIZE} × {_SIZE} spins")
    artists = SimpleNamespace(
        image=_show_spins(picture, _SIZE // 2),
        exact_m=[trace.axhline(color=BLUE, linestyle=":", linewidth=1.4) for _ in range(2)],
        exact_u=trace.axhline(color=ORANGE, linestyle=":", linewidth=1.4),
        m=trace.plot([], [], color=BLUE, label="magnetisation m")[0],
        u=trace.plot([], [], color=ORANGE, linestyle="--", label="energy u")[0],
    )
    trace.plot([], [], color=GREY, linestyle=":", linewidth=1.4, label="exact, infinite lattice")
    trace.legend(loc="upper left", ncols=2, columnspacing=1)
    return artists


def _draw_magnet(artists: SimpleNamespace, state: Magnet) -> None:
    spins = state.lattice.spins()
    half = spins[::2, ::2] + spins[1::2, ::2] + spins[::2, 1::2] + spins[1::2, 1::2]
    half += half + spins[::2, ::2]  # the screen has fewer pixels than spins: four vote for one, the first breaks ties
    _paint(artists.image, half > 0)
    when, m, u = np.transpose(state.trace)
    artists.m.set_data(when - state.sweeps, m)
    artists.u.set_data(when - state.sweeps, u)
    exact = float(ising.spontaneous_magnetisation(state.temperature))
    for line, sign in zip(artists.exact_m, (1, -1), strict=True):
        line.set_ydata([sign * exact] * 2)
        line.set_visible(state.field == 0)
    artists.exact_u.set_ydata([ising.onsager_energy(state.temperature)] * 2)
    artists.exact_u.set_visible(state.field == 0)


def _magnet_sentence(state: Magnet) -> str:
    _, m, u = state.trace[-1]
    side = "below" if state.temperature < _T_C else "above"
    text = (
        f"T = {state.temperature:.2f}, {side} T_c = {_T_C:.3f}, field h = {state.field:.2f}: after {state.sweeps} "
        f"sweeps m = {m:.3f} and u = {u:.3f}"
    )
    if state.field:
        return f"{text}; with a field no exact values are known."
    exact = float(ising.spontaneous_magnetisation(state.temperature))
    return (
        f"{text}; the infinite lattice has m = {'±' if exact else ''}{exact:.3f} and "
        f"u = {ising.onsager_energy(state.temperature):.3f}."
    )


lattice = LiveFigure(
    "symmetry_breaking.lattice",
    "A quarter of a million spins: which way do they turn?",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=4.0, value=1.5, restarts=False),
        Slider("field", "field h", low=-0.5, high=0.5, value=0.0, restarts=False),
        Slider("sweeps", "sweeps per frame", low=1, high=10, value=4, scale="integer", restarts=False),
        Choice("start", "start again from", options=(_QUENCH, _ALL_UP), value=_QUENCH),
    ],
    compute=_first_frame,
    advance=_run,
    setup=_setup_magnet,
    draw=_draw_magnet,
    sentence=_magnet_sentence,
    panels=2,
    random=True,
)


# 3. Hysteresis ----------------------------------------------------------------------------------------------

_LOOP_FRAMES = 100
_LOOP_SIZE = 128


@dataclass
class Loop:
    """A lattice whose field goes up and down, with the loop that it draws."""

    lattice: ising.Lattice
    rng: np.random.Generator
    temperature: float
    amplitude: float
    period: int
    frame: int = 0
    trace: list[tuple[float, float]] = field(default_factory=list)
    coercive: dict[str, float] = field(default_factory=dict)

    @property
    def field(self) -> float:
        """A triangular wave of the frames, first down from +1, times the amplitude."""
        return self.amplitude * (abs(4 * (self.frame / _LOOP_FRAMES % 1) - 2) - 1)


def _next_field(state: Loop, temperature: float, amplitude: float, period: int) -> Loop:
    state.temperature, state.amplitude, state.period = temperature, amplitude, period
    state.frame += 1
    state.lattice.sweep(temperature, state.rng, field=state.field, sweeps=period // _LOOP_FRAMES)
    h, m = state.field, state.lattice.magnetisation()
    if state.trace and state.trace[-1][1] * m < 0:
        state.coercive["down" if m < 0 else "up"] = h
    state.trace = [*state.trace[1 - 2 * _LOOP_FRAMES :], (h, m)]
    return state


def _start_loop(temperature: float, amplitude: float, period: int, rng: np.random.Generator) -> Loop:
    state = Loop(ising.Lattice.aligned(_LOOP_SIZE), _fast(rng), temperature, amplitude, period)
    for _ in range(45):
        _next_field(state, temperature, amplitude, period)
    return state


def _setup_loop(picture: Axes, loop: Axes) -> SimpleNamespace:
    loop.set(xlim=(-2.05, 2.05), ylim=(-1.62, 1.08), xlabel="field h", ylabel=_M_LABEL)
    loop.axhline(0, color=GREY, linewidth=1)
    loop.axvline(0, color=GREY, linewidth=1)
    picture.set_title(f"{_LOOP_SIZE} × {_LOOP_SIZE} spins")
    artists = SimpleNamespace(
        image=_show_spins(picture, _LOOP_SIZE),
        path=loop.plot([], [], color=BLUE, linewidth=1.5)[0],
        now=loop.plot([], [], "o", color=ORANGE, markersize=9, label="now")[0],
        jump=loop.plot([], [], color=INK, linestyle=":", linewidth=1.6, label="exact at h = 0")[0],
    )
    loop.legend(loc="lower center", ncols=2, columnspacing=1, handletextpad=0.4)
    return artists


def _draw_loop(artists: SimpleNamespace, state: Loop) -> None:
    _paint(artists.image, state.lattice.spins() > 0)
    artists.path.set_data(*np.transpose(state.trace))
    artists.now.set_data(*([value] for value in state.trace[-1]))
    m = float(ising.spontaneous_magnetisation(state.temperature))
    artists.jump.set_data([0, 0], [-m, m])


def _loop_sentence(state: Loop) -> str:
    h, m = state.trace[-1]
    fields = [f"h = {state.coercive[way]:.2f} on the way {way}" for way in ("down", "up") if way in state.coercive]
    crossed = f"m changed sign at {' and at '.join(fields)}" if fields else "m has not changed sign yet"
    return (
        f"T = {state.temperature:.2f}, {state.period // _LOOP_FRAMES * _LOOP_FRAMES} sweeps per loop of amplitude "
        f"{state.amplitude:.2f}: now h = {h:.2f} and m = {m:.3f}; {crossed}."
    )


hysteresis = LiveFigure(
    "symmetry_breaking.hysteresis",
    "Does the magnet remember its field?",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=4.0, value=1.7, restarts=False),
        Slider("amplitude", "largest field", low=0.1, high=2.0, value=1.0, restarts=False),
        Slider("period", "sweeps per loop", low=100, high=1000, value=300, scale="integer", step=100, restarts=False),
    ],
    compute=_start_loop,
    advance=_next_field,
    setup=_setup_loop,
    draw=_draw_loop,
    sentence=_loop_sentence,
    panels=2,
    random=True,
)


# 4. Which way did it fall ------------------------------------------------------------------------------------

_BINS = np.linspace(-1, 1, 17)


def in_bins(m: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The share of each of 17 bins centred on −1, −7/8, … 1; a value on a border counts half on each side."""
    place = (np.asarray(m) + 1) * 8
    shares = np.zeros(17)
    for rounding in (-1e-9, 1e-9):
        np.add.at(shares, np.floor(place + 0.5 + rounding).astype(int), np.asarray(weights) / 2)
    return shares / np.sum(weights)


@dataclass
class Falls:
    """Restarts of small lattices from T = ∞, 64 at a time, and the magnetisation each ended with."""

    temperature: float
    size: int
    sweeps: int
    rng: np.random.Generator
    spins: np.ndarray
    ends: np.ndarray


def _restart(temperature: float, size: str, sweeps: int, rng: np.random.Generator) -> Falls:
    state = Falls(temperature, int(size), sweeps, _fast(rng), np.empty(0), np.empty(0))
    return _fall_again(state, temperature, size, sweeps)


def _fall_again(state: Falls, temperature: float, size: str, sweeps: int) -> Falls:
    replicas = ising.Replicas.random(state.size, state.rng)
    replicas.sweep(temperature, state.rng, sweeps=sweeps)
    state.spins = replicas.spins()
    state.ends = np.concatenate([state.ends, replicas.magnetisation()])
    return state


def _setup_falls(picture: Axes, ends: Axes) -> SimpleNamespace:
    picture.set_title("the last 64 of them")
    ends.set(xlim=(-1.1, 1.1), ylim=(0, 0.7), xlabel=f"final {_M_LABEL}", ylabel="share of the restarts")
    artists = SimpleNamespace(
        image=_show_spins(picture, 8 * 17 + 1),
        bars=ends.vlines(_BINS, 0, np.zeros(17), color=BLUE, linewidth=9, capstyle="butt", label="restarts so far"),
        law=ends.plot([], [], "D", color=ORANGE, markersize=6, label="equilibrium, exact")[0],
        mean=ends.plot([], [], color=PURPLE, linestyle="--", linewidth=1.8, label="mean m")[0],
    )
    ends.legend(loc="upper center")
    return artists


def _draw_falls(artists: SimpleNamespace, state: Falls) -> None:
    # 8 × 8 lattices with a frame of one pixel, on a canvas that all sizes share
    pixels = np.full((8 * 17 + 1, 8 * 17 + 1), 2, np.uint8)
    scale = 16 // state.size
    tiles = (state.spins > 0).repeat(scale, axis=1).repeat(scale, axis=2).reshape(8, 8, 16, 16)
    for i, j in np.ndindex(8, 8):
        pixels[17 * i + 1 : 17 * i + 17, 17 * j + 1 : 17 * j + 17] = tiles[i, j]
    _paint(artists.image, pixels)
    shares = in_bins(state.ends, np.ones(len(state.ends)))
    artists.bars.set_segments([[(m, 0), (m, share)] for m, share in zip(_BINS, shares, strict=True)])
    if state.size <= 8:
        artists.law.set_data(_BINS, in_bins(*states(state.size).magnetisation_law(state.temperature)))
    else:
        artists.law.set_data([], [])
    artists.mean.set_data([state.ends.mean()] * 2, [0, 0.4])


def _falls_sentence(state: Falls) -> str:
    n = len(state.ends)
    up, down = (int(np.sum(s * state.ends > 0)) for s in (1, -1))
    error = state.ends.std() / math.sqrt(n)
    return (
        f"{n} restarts of {state.size} × {state.size} spins at T = {state.temperature:.2f}, {state.sweeps} sweeps "
        f"each: {up} ended with m > 0, {down} with m < 0; mean m = {state.ends.mean():.3f} ± {error:.3f}, "
        f"mean |m| = {np.abs(state.ends).mean():.3f}."
    )


which_way = LiveFigure(
    "symmetry_breaking.which_way",
    "Which way did it fall?",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=5.0, value=2.0, step=0.05),
        Choice("size", "side L", options=("4", "8", "16"), value="8"),
        Slider("sweeps", "sweeps after the quench", low=1, high=60, value=30, scale="integer"),
    ],
    compute=_restart,
    advance=_fall_again,
    setup=_setup_falls,
    draw=_draw_falls,
    sentence=_falls_sentence,
    panels=2,
    random=True,
)


# 5. The order of limits --------------------------------------------------------------------------------------

_FIELDS = np.geomspace(1e-7, 1, 121)
_SIDES = {4: (BLUE, "-"), 6: (GREEN, "--"), 8: (PURPLE, "-.")}


@dataclass(frozen=True)
class Limits:
    """⟨m⟩ against the field for three exact sizes, and the two-state formula for a large one."""

    temperature: float
    h: float
    spins: float
    spontaneous: float
    exact: dict[int, np.ndarray]
    exact_here: dict[int, float]
    two_state: np.ndarray
    two_state_here: float


def two_limits(temperature: float, h: float, spins: float) -> Limits:
    m = float(ising.spontaneous_magnetisation(temperature))
    return Limits(
        temperature, h, spins, m,
        exact={size: states(size).mean_magnetisation(temperature, _FIELDS) for size in _SIDES},
        exact_here={size: float(states(size).mean_magnetisation(temperature, h)) for size in _SIDES},
        two_state=ising.two_state_magnetisation(temperature, _FIELDS, spins),
        two_state_here=float(ising.two_state_magnetisation(temperature, h, spins)),
    )  # fmt: skip


def _setup_limits(linear: Axes, logarithmic: Axes) -> SimpleNamespace:
    linear.set(xlim=(-0.3, 0.3), ylim=(-1.08, 1.08), xlabel="field h", ylabel="mean magnetisation ⟨m⟩")
    logarithmic.set(
        xscale="log", yscale="log", xlim=(1e-7, 1), ylim=(1e-6, 2), xlabel="field h", ylabel="mean magnetisation ⟨m⟩"
    )
    linear.axvline(0, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        left={n: linear.plot([], [], color=c, linestyle=s, label=f"N = {n * n}")[0] for n, (c, s) in _SIDES.items()},
        right={n: logarithmic.plot([], [], color=c, linestyle=s)[0] for n, (c, s) in _SIDES.items()},
        large=[axes.plot([], [], color=ORANGE, linestyle=(0, (1, 1)))[0] for axes in (linear, logarithmic)],
        limit=[axes.plot([], [], color=INK, linewidth=1.3)[0] for axes in (linear, logarithmic)],
        ends=linear.plot([], [], "o", color=INK, markersize=6)[0],
        here=logarithmic.axvline(color=GREY, linewidth=1.5),
    )
    linear.plot([], [], color=ORANGE, linestyle=(0, (1, 1)), label="large N, two states")
    linear.legend(loc="upper left")
    logarithmic.plot([], [], color=INK, linewidth=1.3, label="N → ∞, then h → 0")
    logarithmic.legend(loc="lower right")
    return artists


def _draw_limits(artists: SimpleNamespace, state: Limits) -> None:
    both = np.concatenate([-_FIELDS[::-1], _FIELDS])
    curves = [(artists.left[size], artists.right[size], state.exact[size]) for size in _SIDES]
    ordered = state.spontaneous > 0
    for line in (*artists.large, *artists.limit, artists.ends):
        line.set_visible(ordered)
    if ordered:
        curves.append((*artists.large, state.two_state))
        m = state.spontaneous
        artists.ends.set_data([0, 0], [-m, m])
        artists.limit[0].set_data([0, 0], [-m, m])
        artists.limit[1].set_data([1e-7, 1], [m, m])
    for left, right, m in curves:
        left.set_data(both, np.concatenate([-m[::-1], m]))
        right.set_data(_FIELDS, m)
    artists.here.set_xdata([state.h] * 2)


def _limits_sentence(state: Limits) -> str:
    exact = ", ".join(f"{in_words(m)} for N = {size * size}" for size, m in state.exact_here.items())
    text = f"T = {state.temperature:.2f}, h = {in_words(state.h)}: ⟨m⟩ = {exact}"
    if not state.spontaneous:
        return (
            f"{text}. Above T_c = {_T_C:.3f} both orders of the limits give 0, with N = {in_words(state.spins)} or any."
        )
    return (
        f"{text}, and {in_words(state.two_state_here)} for N = {in_words(state.spins)} in the two-state formula. "
        f"N → ∞ first gives {state.spontaneous:.3f}, h → 0 first gives 0."
    )


order_of_limits = LiveFigure(
    "symmetry_breaking.order_of_limits",
    "Which limit first: more spins, or less field?",
    controls=[
        Slider("temperature", "temperature T", low=1.0, high=3.5, value=2.0),
        Slider("h", "field h", low=1e-7, high=1, value=1e-3, scale="log", step=0.1),
        Slider("spins", "large N", low=1e2, high=1e8, value=1e4, scale="log", step=0.1, unit="spins"),
    ],
    compute=two_limits,
    setup=_setup_limits,
    draw=_draw_limits,
    sentence=_limits_sentence,
    panels=2,
)
