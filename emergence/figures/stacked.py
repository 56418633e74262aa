"""The live figures of the chapter on stacked blocks (chapters/operators/stacked.ipynb)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from emergence import operator_products as products
from emergence.live import Choice, LiveFigure, Slider, Toggle, in_words
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE

_DEPTH_LABEL = "depth k (layers)"


def _positive(values: np.ndarray, floor: float) -> np.ndarray:
    """For a logarithmic axis: what lies below the floor leaves the picture instead of the domain."""
    return np.where(values > floor, values, np.nan)


# 1. Forward and backward ------------------------------------------------------------------------------------

_LAST_LAYER, _FIRST_LAYERS, _COPIES = 60, 12, 400
_INPUT = np.array([0.9, 0.7])
_ONE, _MANY = "one network", f"{2 * _COPIES} networks"


@dataclass(frozen=True)
class Orders:
    """Layers drawn so far, for one network and for many; what both orders of composition make of one input."""

    ratio: float
    angle: float
    show: str
    depth: int
    layers: products.Affine
    forward: np.ndarray
    backward: np.ndarray
    ends: tuple[np.ndarray, np.ndarray]
    rng: np.random.Generator


def _compose(ratio: float, angle: float, show: str, depth: int, layers: products.Affine, rng) -> Orders:
    """Layers have shape (_LAST_LAYER, 1 + 2 * copies, ...): network 0 is the one that is shown alone."""
    used = products.Affine(layers.matrix[:depth], layers.offset[:depth])
    one = products.Affine(used.matrix[:, 0], used.offset[:, 0])
    forward = np.vstack([_INPUT, products.forward_products(one)(_INPUT)])
    backward = np.vstack([_INPUT, products.backward_products(one)(_INPUT)])
    last, first = _INPUT, _INPUT
    # Only the outputs are wanted here, and those need no products: the orders differ in which layer comes first.
    for k in range(depth):
        last = _apply(used, k, slice(1, 1 + _COPIES), last)
        first = _apply(used, depth - 1 - k, slice(1 + _COPIES, None), first)
    return Orders(ratio, angle, show, depth, layers, forward, backward, (last, first), rng)


def _apply(layers: products.Affine, k: int, networks: slice, points: np.ndarray) -> np.ndarray:
    # All layers of the figure share one matrix, so a product with its transpose serves every network at once.
    return points @ layers.matrix[k, 0].T + layers.offset[k, networks]


def start_orders(ratio: float, angle: float, show: str, rng: np.random.Generator) -> Orders:
    layers = products.random_layers(_LAST_LAYER, ratio, angle, rng, copies=1 + 2 * _COPIES)
    return _compose(ratio, angle, show, _FIRST_LAYERS, layers, rng)


def next_layer(state: Orders, ratio: float, angle: float, show: str) -> Orders:
    """One more random layer; after the last one new networks begin. Another view adds no layer."""
    if show != state.show:
        return _compose(ratio, angle, show, state.depth, state.layers, state.rng)
    if state.depth < _LAST_LAYER:
        return _compose(ratio, angle, show, state.depth + 1, state.layers, state.rng)
    layers = products.random_layers(_LAST_LAYER, ratio, angle, state.rng, copies=1 + 2 * _COPIES)
    return _compose(ratio, angle, show, 1, layers, state.rng)


def _setup_orders(plane: Axes, right: Axes) -> SimpleNamespace:
    plane.set(xlim=(-0.57, 1.57), ylim=(-0.17, 1.33), xlabel="first coordinate of the output")
    plane.set_ylabel("second coordinate")
    plane.plot(*products.CORNERS.T, "^", color=INK, markersize=6, label="fixed points")
    artists = SimpleNamespace(
        fractal=plane.plot([], [], "s", color=GREY, markersize=1.7, markeredgewidth=0, antialiased=False)[0],
        clouds=[
            plane.plot([], [], ".", color=ORANGE, markersize=3.5, alpha=0.8)[0],
            plane.plot([], [], ".", color=BLUE, markersize=3.5, alpha=0.8)[0],
        ],
        trails=[
            plane.plot([], [], "-", color=ORANGE, linewidth=0.8)[0],
            plane.plot([], [], "--", color=BLUE, linewidth=1.2)[0],
        ],
        ends=[
            plane.plot([], [], "o", color=ORANGE, markersize=9, label="forward")[0],
            plane.plot([], [], "s", color=BLUE, markersize=9, label="backward")[0],
        ],
        curves=[
            right.plot([], [], "-", color=ORANGE, label="forward")[0],
            right.plot([], [], "--", color=BLUE, label="backward")[0],
        ],
        bound=right.plot([], [], ":", color=GREY, label="bound $c^{k-1}R$")[0],
    )
    plane.legend(loc="upper left", ncols=1)
    right.legend(loc="lower left")
    return artists


def _draw_orders(artists: SimpleNamespace, state: Orders) -> None:
    many = state.show == _MANY
    artists.fractal.set_data(*_attractor(state.ratio, state.angle).T)
    for cloud, points in zip(artists.clouds, state.ends, strict=True):
        cloud.set_data(*(points.T if many else ([], [])))
    for line, end, orbit in zip(artists.trails, artists.ends, (state.forward, state.backward), strict=True):
        line.set_data(*([], []) if many else orbit[1:].T)
        end.set_data(*([], []) if many else orbit[-1:].T)
    right = artists.bound.axes
    if many:
        right.set(yscale="linear", ylim=(-0.02, 1.02), xlim=(-0.2, 1.2))
        right.set(xlabel="first coordinate of the output", ylabel="share of networks at or below")
        share = np.arange(1, _COPIES + 1) / _COPIES
        for curve, points in zip(artists.curves, state.ends, strict=True):
            curve.set_data(np.sort(points[:, 0]), share)
        artists.bound.set_data([], [])
        return
    right.set(yscale="log", ylim=(1e-12, 10), xlim=(0, _LAST_LAYER), xlabel=_DEPTH_LABEL)
    right.set_ylabel("step of the output")
    k = np.arange(1, state.depth + 1)
    for curve, orbit in zip(artists.curves, (state.forward, state.backward), strict=True):
        curve.set_data(k, _positive(np.linalg.norm(np.diff(orbit, axis=0), axis=1), 1e-13))
    depths = np.arange(1, _LAST_LAYER + 1)
    artists.bound.set_data(depths, _positive(state.ratio ** (depths - 1.0) * _largest_first_step(state), 1e-13))


@lru_cache(maxsize=8)
def _attractor(ratio: float, angle: float) -> np.ndarray:
    """Points close to the set that all forward orbits approach: the images of one point under all words of 5 maps."""
    maps = products.corner_maps(ratio, angle)
    points = products.CORNERS[:1]
    for _ in range(5):
        points = (points @ maps.matrix[0].T + maps.offset[:, None]).reshape(-1, 2)
    return points


def _largest_first_step(state: Orders) -> float:
    """R = max |T x_0 - x_0| over the three layers."""
    maps = products.corner_maps(state.ratio, state.angle)
    return float(np.linalg.norm(maps(_INPUT) - _INPUT, axis=1).max())


def _orders_sentence(state: Orders) -> str:
    if state.show == _MANY:
        distance = products.largest_cdf_difference(state.ends[0][:, 0], state.ends[1][:, 0])
        return (
            f"{_COPIES} networks of depth {state.depth} composed forward and {_COPIES} others backward: their outputs' "
            f"distribution functions differ by at most {distance:.3f}; chance alone would exceed "
            f"{1.358 * math.sqrt(2 / _COPIES):.3f} in about 5 % of cases."
        )
    steps = [np.linalg.norm(orbit[-1] - orbit[-2]) for orbit in (state.forward, state.backward)]
    # + 0.0 turns a rounded -0.0 into 0.0
    (x, y), (u, v) = (np.round(orbit[-1], 2) + 0.0 for orbit in (state.forward, state.backward))
    return (
        f"Layer {state.depth} moved the forward output by {in_words(steps[0], 2)} to ({x:.2f}, {y:.2f}) and the "
        f"backward output by {in_words(steps[1], 2)} to ({u:.2f}, {v:.2f}); every layer contracts by {state.ratio:.2f}."
    )


orders = LiveFigure(
    "stacked.orders",
    "Add layers at the output, or at the input: which network settles?",
    controls=[
        Slider("ratio", "contraction c", low=0.2, high=0.8, value=0.5),
        Slider("angle", "turn of each layer", unit="rad", low=-1.0, high=1.0, value=0.0, step=0.05),
        Choice("show", "show", options=(_ONE, _MANY), value=_ONE, restarts=False),
    ],
    compute=start_orders,
    advance=next_layer,
    setup=_setup_orders,
    draw=_draw_orders,
    sentence=_orders_sentence,
    panels=2,
    random=True,
)


# 2. Moving fixed points -------------------------------------------------------------------------------------

_MOVING_DEPTH = 300
_INPUTS = np.array([-4.0, -1.0, 1.5, 4.0])


@dataclass(frozen=True)
class Moving:
    """Fixed points of the layers and the orbits of four inputs under uniform contractions."""

    contraction: float
    amplitude: float
    exponent: float
    pattern: str
    fixed_points: np.ndarray
    orbit: np.ndarray
    limit: float | None


def move(amplitude: float, exponent: float, pattern: str, contraction: float) -> Moving:
    fixed = products.moving_fixed_points(_MOVING_DEPTH, amplitude, exponent, pattern)
    orbit = products.contraction_orbit(contraction, fixed, _INPUTS)
    limit = products.limit_of_fixed_points(amplitude, exponent, pattern)
    return Moving(contraction, amplitude, exponent, pattern, fixed, orbit, limit)


def _setup_moving(orbits: Axes, errors: Axes) -> SimpleNamespace:
    orbits.set(xscale="log", xlim=(0.9, _MOVING_DEPTH), ylim=(-4.6, 4.6), xlabel=_DEPTH_LABEL, ylabel="output $F_k x$")
    errors.set(xscale="log", yscale="log", xlim=(0.9, _MOVING_DEPTH), ylim=(1e-8, 20), xlabel=_DEPTH_LABEL)
    errors.set_ylabel("distance")
    artists = SimpleNamespace(
        fixed=orbits.plot([], [], "o", color=ORANGE, markersize=3.5, label="fixed point $p_k$")[0],
        orbits=[
            orbits.plot([], [], color=BLUE, linewidth=1.3, label="four inputs" if i == 0 else None)[0]
            for i in range(len(_INPUTS))
        ],
        to_limit=errors.plot([], [], color=ORANGE, label="output to $\\lim p_k$")[0],
        to_fixed=errors.plot([], [], "--", color=BLUE, label="output to $p_k$")[0],
        spread=errors.plot([], [], "-.", color=PURPLE, label="between two inputs")[0],
    )
    orbits.legend(loc="lower right")
    errors.legend(loc="lower left")
    return artists


def _draw_moving(artists: SimpleNamespace, state: Moving) -> None:
    k = np.arange(1, _MOVING_DEPTH + 1)
    artists.fixed.set_data(k, state.fixed_points)
    for line, orbit in zip(artists.orbits, state.orbit.T, strict=True):
        line.set_data(k, orbit[1:])
    last = state.orbit[1:, -1]
    missing = np.full(_MOVING_DEPTH, np.nan)
    to_limit = missing if state.limit is None else _positive(np.abs(last - state.limit), 1e-12)
    artists.to_limit.set_data(k, to_limit)
    artists.to_fixed.set_data(k, _positive(np.abs(last - state.fixed_points), 1e-12))
    artists.spread.set_data(k, _positive(np.ptp(state.orbit[1:], axis=1), 1e-12))


def _moving_sentence(state: Moving) -> str:
    classic = ""
    if state.contraction == 0.5 and state.amplitude == 2:
        if state.pattern == "one side" and state.exponent == 1:
            classic = "These are the layers x/2 + 1/k. "
        elif state.pattern == "alternating" and state.exponent == 0:
            classic = "These are the layers x/2 ± 1. "
    spread = np.ptp(state.orbit[-1])
    inputs = f"inputs 8 apart end {in_words(spread, 2) if spread > 1e-15 else 'less than 1e-15'} apart"
    if state.limit is None:
        y = products.two_cycle(state.amplitude, state.contraction)
        how = f"in a cycle between {y:.3f} and {-y:.3f}" if state.pattern == "alternating" else "swinging for ever"
        return f"{classic}The fixed points do not converge, so neither does the network: it ends {how}; {inputs}."
    error = abs(state.orbit[-1, -1] - state.limit)
    return (
        f"{classic}The fixed points tend to {state.limit:.2f} and so does the network: at depth {_MOVING_DEPTH} it is "
        f"still {in_words(error, 2) if error > 1e-15 else 'less than 1e-15'} away; {inputs}."
    )


moving = LiveFigure(
    "stacked.moving",
    "The layers contract, their fixed points move: does the network converge?",
    controls=[
        Choice("pattern", "fixed points move", options=products.PATTERNS, value="one side"),
        Slider("exponent", "decay exponent s", low=0, high=3, value=1, step=0.05),
        Slider("amplitude", "amplitude a", low=0, high=3, value=2, step=0.1, format=".1f"),
        Slider("contraction", "contraction c", low=0, high=0.95, value=0.5, step=0.05),
    ],
    compute=move,
    setup=_setup_moving,
    draw=_draw_moving,
    sentence=_moving_sentence,
    panels=2,
)


# 3. Converges? Remembers? -----------------------------------------------------------------------------------

_MEMORY_DEPTH = 400
_LOOK_AHEAD = 2
_FLOOR = 1e-4
_RADII, _SPOKES = (0.25, 0.5), 24
_DEPTHS = np.unique(np.round(np.geomspace(1, _MEMORY_DEPTH, 45)).astype(int))


def _disc() -> np.ndarray:
    """Inputs on two rings around c_0 = (1, 0) and on a spoke that shows their orientation. Shape (n, 2)."""
    angle = np.linspace(0, 2 * math.pi, _SPOKES, endpoint=False)
    ring = np.column_stack([np.cos(angle), np.sin(angle)])
    spoke = np.column_stack([np.linspace(0, _RADII[-1], 6), np.zeros(6)])
    return np.array([1.0, 0.0]) + np.vstack([r * ring for r in _RADII] + [spoke])


_CLOUD = _disc()
_RING = slice(_SPOKES, 2 * _SPOKES)
"""The outer ring: distances and movements of an affine map are largest there."""


@dataclass(frozen=True)
class Memory:
    """A cloud of inputs behind every layer, and how far it still moves and how much of its spread is left."""

    drift: float
    product: float
    linear: str
    depth: int
    outputs: np.ndarray
    """shape (look-ahead * depth + 1, n, 2), the inputs first"""
    movement: np.ndarray
    """largest distance that any output still moves until twice the depth, at _DEPTHS"""
    spread: np.ndarray
    """largest distance from the centre as a share of that of the inputs, at _DEPTHS"""


def remember(drift: float, product: float, linear: str) -> Memory:
    return _remember_to(drift, product, linear, _MEMORY_DEPTH)


def _remember_to(drift: float, product: float, linear: str, depth: int) -> Memory:
    total = _LOOK_AHEAD * _MEMORY_DEPTH
    composed = products.forward_products(products.remembering_layers(total, drift, product, linear))
    outputs = np.concatenate([_CLOUD[None], _CLOUD @ np.swapaxes(composed.matrix, 1, 2) + composed.offset[:, None]])
    few = outputs[:, _RING][:, ::4]
    movement = np.array([np.linalg.norm(few[d : _LOOK_AHEAD * d + 1] - few[d], axis=-1).max() for d in _DEPTHS])
    width = np.linalg.norm(few - outputs[:, 2 * _SPOKES, None], axis=-1).max(axis=1)
    return Memory(drift, product, linear, depth, outputs, movement, width[_DEPTHS] / width[0])


def deeper(state: Memory, drift: float, product: float, linear: str) -> Memory:
    """Two layers more; at the end of the stack the inputs enter again. A dial acts on the network at its depth."""
    if (drift, product, linear) != (state.drift, state.product, state.linear):
        return _remember_to(drift, product, linear, state.depth)
    return replace(state, depth=state.depth + 2 if state.depth + 2 <= _MEMORY_DEPTH else 1)


def _setup_memory(plane: Axes, corners: Axes) -> SimpleNamespace:
    plane.set(xlim=(-2.6, 1.68), ylim=(-1.5, 1.5), xlabel="first coordinate", ylabel="second coordinate")
    corners.set(xscale="log", yscale="log", xlim=(6, _FLOOR / 2), ylim=(_FLOOR / 6, 20))
    corners.set(xlabel="how far outputs still move", ylabel="share of the spread that is left")
    corners.set_title("square: depth 1, disc: this depth")
    names = {(0.02, 0.97): "remembers, wanders", (0.98, 0.97): "remembers, converges"}
    names |= {(0.02, 0.03): "forgets, wanders", (0.98, 0.03): "forgets, converges"}
    for (x, y), name in names.items():
        corners.text(
            x, y, name, transform=corners.transAxes, color=INK, fontsize=9.5,
            ha="left" if x < 0.5 else "right", va="bottom" if y < 0.5 else "top",
        )  # fmt: skip
    rings = LineCollection([], colors=[ORANGE, ORANGE, GREEN], linewidths=[1.3, 1.3, 2.5])
    inputs = LineCollection(_rings(_CLOUD), colors=GREY, linewidths=1.0, linestyles=":")
    plane.add_collection(inputs)
    plane.add_collection(rings)
    artists = SimpleNamespace(
        rings=rings,
        centre=plane.plot([], [], "-", color=BLUE, linewidth=1.2, alpha=0.8, label="path of the centre")[0],
        dots=plane.plot([], [], ".", color=ORANGE, markersize=4, label="outputs")[0],
        path=corners.plot([], [], "-", color=BLUE, linewidth=1.5)[0],
        here=corners.plot([], [], "o", color=ORANGE, markersize=10, clip_on=False)[0],
        start=corners.plot([], [], "s", color=GREY, markersize=7)[0],
    )
    plane.plot([], [], ":", color=GREY, label="inputs")
    plane.legend(loc="upper left")
    return artists


def _rings(points: np.ndarray) -> list[np.ndarray]:
    inner, outer, spoke = points[:_SPOKES], points[_RING], points[2 * _SPOKES :]
    return [np.vstack([inner, inner[:1]]), np.vstack([outer, outer[:1]]), spoke]


def _draw_memory(artists: SimpleNamespace, state: Memory) -> None:
    points = state.outputs[state.depth]
    artists.rings.set_segments(_rings(points))
    artists.dots.set_data(*points.T)
    artists.centre.set_data(*state.outputs[: state.depth + 1, 2 * _SPOKES].T)
    upto = max(int(np.searchsorted(_DEPTHS, state.depth, "right")), 1)
    x, y = np.maximum(state.movement[:upto], _FLOOR), np.maximum(state.spread[:upto], _FLOOR)
    artists.path.set_data(x, y)
    artists.here.set_data(x[-1:], y[-1:])
    artists.start.set_data(x[:1], y[:1])


def _memory_sentence(state: Memory) -> str:
    converges = state.drift > 1
    lower = state.product if state.linear == "similarities" else 0.0
    remembers = state.product > 0 and state.linear != "projections in turn"
    verdict = {
        (True, True): "converges and remembers: its limit still depends on the input",
        (True, False): "converges and forgets: its limit is one point, whatever the input",
        (False, True): "remembers but wanders: distances are kept and no output settles",
        (False, False): "wanders and forgets: all outputs meet, on a point that never settles",
    }[converges, remembers]
    width = np.linalg.norm(
        state.outputs[[0, state.depth]][:, _RING] - state.outputs[[0, state.depth], 48, None], axis=-1
    )
    share = width.max(axis=1)[1] / width.max(axis=1)[0]
    left = in_words(share, 2) if share > 1e-15 else "less than 1e-15"
    return (
        f"Steps of the centre like k^-{state.drift:.2f}, whose sum is {'finite' if converges else 'infinite'}; product "
        f"of the lower Lipschitz constants {in_words(lower)}. This network {verdict}. "
        f"At depth {state.depth} the spread is {left} of that of the inputs."
    )


memory = LiveFigure(
    "stacked.memory",
    "Converges? Remembers?",
    controls=[
        Slider("drift", "drift: exponent s", low=0, high=3, value=2, step=0.05, restarts=False),
        Slider("product", "product of the ℓₖ", low=0, high=1, value=0.5, step=0.01, restarts=False),
        Choice("linear", "layers", options=products.SWITCHES, value="similarities", restarts=False),
    ],
    compute=remember,
    advance=deeper,
    setup=_setup_memory,
    draw=_draw_memory,
    sentence=_memory_sentence,
    panels=2,
)


# 4. Averaging -----------------------------------------------------------------------------------------------

_STEPS = 60
_ROTATION, _REFLECTION = "rotation", "reflection"
_CIRCLE = np.column_stack(
    [np.cos(np.linspace(0, 2 * math.pi, 13)[:-1] + 0.2), np.sin(np.linspace(0, 2 * math.pi, 13)[:-1] + 0.2)]
)


@dataclass(frozen=True)
class Averaging:
    """Twelve inputs under k steps of (1 - w) I + w T."""

    kind: str
    angle: float
    weight: float
    depth: int
    orbit: np.ndarray
    """shape (_STEPS + 1, 12, 2)"""
    to_fixed: np.ndarray
    """largest distance from Fix T, shape (_STEPS + 1,)"""
    kept: np.ndarray
    """largest distance between two images of the inputs as a share of that of the inputs"""


def average(kind: str, angle: float, weight: float, depth: int) -> Averaging:
    matrix = products.rotation(angle) if kind == _ROTATION else products.reflection(angle)
    step = products.averaged(matrix, weight)
    orbit = np.empty((_STEPS + 1, *_CIRCLE.shape))
    orbit[0] = _CIRCLE
    for k in range(_STEPS):
        orbit[k + 1] = orbit[k] @ step.T
    onto = products.projection(angle / 2) if kind == _REFLECTION else np.zeros((2, 2))
    to_fixed = np.linalg.norm(orbit - orbit @ onto.T, axis=-1).max(axis=1)
    kept = np.linalg.norm(orbit, axis=-1).max(axis=1)
    return Averaging(kind, angle, weight, depth, orbit, to_fixed, kept)


def _setup_averaging(plane: Axes, error: Axes) -> SimpleNamespace:
    plane.set(xlim=(-2.5, 1.3), ylim=(-1.33, 1.34), xlabel="first coordinate", ylabel="second coordinate")
    error.set(yscale="log", xlim=(0, _STEPS), ylim=(1e-10, 4), xlabel="step k", ylabel="distance (inputs: radius 1)")
    artists = SimpleNamespace(
        line=plane.plot([], [], "-", color=GREEN, linewidth=4, alpha=0.5, label="fixed points of T")[0],
        orbits=[plane.plot([], [], "-", color=BLUE, linewidth=0.8, alpha=0.7)[0] for _ in _CIRCLE],
        inputs=plane.plot(*_CIRCLE.T, "o", color=GREY, markersize=4, label="inputs")[0],
        outputs=plane.plot([], [], "o", color=ORANGE, markersize=6.5, label="after k steps")[0],
        error=error.plot([], [], color=ORANGE, label="to the fixed points of T")[0],
        kept=error.plot([], [], "--", color=BLUE, label="size of the cloud")[0],
        now=error.axvline(color=GREY, linewidth=1.2),
    )
    plane.legend(loc="upper left")
    error.legend(loc="lower left")
    return artists


def _draw_averaging(artists: SimpleNamespace, state: Averaging) -> None:
    upto = state.orbit[: state.depth + 1]
    for i, line in enumerate(artists.orbits):
        line.set_data(*upto[:, i].T)
    artists.outputs.set_data(*upto[-1].T)
    end = np.array([math.cos(state.angle / 2), math.sin(state.angle / 2)]) * (2 if state.kind == _REFLECTION else 0)
    artists.line.set_data([-end[0], end[0]], [-end[1], end[1]])
    artists.line.set_marker("" if state.kind == _REFLECTION else "o")
    k = np.arange(_STEPS + 1)
    artists.error.set_data(k, _positive(state.to_fixed, 1e-12))
    artists.kept.set_data(k, _positive(state.kept, 1e-12))
    artists.now.set_xdata([state.depth] * 2)


def _averaging_sentence(state: Averaging) -> str:
    error, kept = state.to_fixed[state.depth], state.kept[state.depth]
    after = (
        f"after {state.depth} steps the distance to the fixed points is {in_words(error, 3) if error > 1e-12 else '0'}"
    )
    if state.kind == _ROTATION:
        factor = products.averaged_rotation_factor(state.angle, state.weight)
        return (
            f"Rotation by {state.angle:.2f} rad, averaged with weight λ = {state.weight:.2f}: each step multiplies "
            f"distances by {factor:.4f}; {after}."
        )
    return (
        f"Reflection in a line, averaged with weight λ = {state.weight:.2f}: each step multiplies the distance to "
        f"the line by {abs(1 - 2 * state.weight):.2f} and keeps the place along it; {after} and the cloud has "
        f"{kept:.2f} of its size."
    )


averaging = LiveFigure(
    "stacked.averaging",
    "Nonexpansive layers: what does averaging repair?",
    controls=[
        Choice("kind", "T is a", options=(_ROTATION, _REFLECTION), value=_ROTATION),
        Slider("angle", "angle", unit="rad", low=0.05, high=3.1, value=1.0, step=0.05),
        Slider("weight", "weight λ of T", low=0, high=1, value=1.0, step=0.05),
        Slider("depth", "steps k", low=0, high=_STEPS, value=40, scale="integer"),
    ],
    compute=average,
    setup=_setup_averaging,
    draw=_draw_averaging,
    sentence=_averaging_sentence,
    panels=2,
)


# 5. Norms ---------------------------------------------------------------------------------------------------

_POWERS = np.arange(61)
_PLAIN, _TURNED = "M every time", "M and its transpose in turn"
_BALL = np.column_stack([np.cos(np.linspace(0, 2 * math.pi, 161)), np.sin(np.linspace(0, 2 * math.pi, 161))])


@dataclass(frozen=True)
class Norms:
    """Norms of a product of k layers M = [[q, b], [0, q]], Euclidean and with the second coordinate weighted."""

    diagonal: float
    coupling: float
    weight: float
    layers: str
    euclidean: np.ndarray
    weighted: np.ndarray
    ball: np.ndarray
    image: np.ndarray


def measure(diagonal: float, coupling: float, weight: float, layers: str) -> Norms:
    if layers == _PLAIN:
        euclidean = products.jordan_power_norm(diagonal, coupling, _POWERS)
        weighted = products.jordan_power_norm(diagonal, coupling, _POWERS, weight)
    else:
        euclidean = products.alternating_power_norm(diagonal, coupling, _POWERS[-1])
        weighted = _weighted_alternating(diagonal, coupling, weight)
    ball = _BALL / [1, weight]
    image = ball @ np.array([[diagonal, coupling], [0, diagonal]]).T
    return Norms(diagonal, coupling, weight, layers, euclidean, weighted, ball, image)


def _weighted_alternating(diagonal: float, coupling: float, weight: float) -> np.ndarray:
    scale = np.array([[1, 1 / weight], [weight, 1]])  # entry (i, j) of D A D^-1 for D = diag(1, w)
    m = np.array([[diagonal, coupling], [0, diagonal]])
    norms, product = [1.0], np.eye(2)
    for k in _POWERS[1:]:
        product = (m if k % 2 else m.T) @ product
        norms.append(float(products.lipschitz_constant(product * scale)))
    return np.array(norms)


def _setup_norms(ball: Axes, power: Axes) -> SimpleNamespace:
    ball.set(xlim=(-2.28, 2.28), ylim=(-1.6, 1.6), xlabel="first coordinate", ylabel="w × second coordinate")
    power.set(yscale="log", xlim=(0, _POWERS[-1]), ylim=(1e-10, 1e6), xlabel=_DEPTH_LABEL)
    power.set_ylabel("norm of the product of k layers")
    power.axhline(1, color=GREY, linewidth=1)
    artists = SimpleNamespace(
        ball=ball.plot([], [], "--", color=GREY, label="unit ball of the weighted norm")[0],
        image=ball.plot([], [], color=BLUE, label="its image under one layer M")[0],
        euclidean=power.plot([], [], color=ORANGE, label="Euclidean norm")[0],
        weighted=power.plot([], [], "--", color=BLUE, label="weighted norm")[0],
        radius=power.plot([], [], ":", color=INK, linewidth=1.5, label="$q^k$")[0],
    )
    ball.legend(loc="upper left")
    power.legend(loc="upper right")
    return artists


def _draw_norms(artists: SimpleNamespace, state: Norms) -> None:
    artists.ball.set_data(*(state.ball * [1, state.weight]).T)
    artists.image.set_data(*(state.image * [1, state.weight]).T)
    artists.euclidean.set_data(_POWERS, _positive(state.euclidean, 1e-14))
    artists.weighted.set_data(_POWERS, _positive(state.weighted, 1e-14))
    artists.radius.set_data(_POWERS, _positive(float(state.diagonal) ** _POWERS, 1e-14))


def _norms_sentence(state: Norms) -> str:
    one, adapted, twenty = state.euclidean[1], state.weighted[1], state.euclidean[20]
    layers = (
        f"M with q = {state.diagonal:.2f} and b = {state.coupling:.1f} has Lipschitz constant {one:.2f} in the "
        f"Euclidean norm and {adapted:.2f} in the norm with weight {in_words(state.weight)}"
    )
    if state.layers == _TURNED:
        return f"{layers}; 20 layers, M and its transpose in turn, have Euclidean norm {in_words(twenty, 2)}."
    if state.diagonal < 1:
        enough = products.contracting_weight(state.diagonal, state.coupling)
        return (
            f"{layers} (below 1 for weights above {enough:.2f}); 20 layers have Euclidean norm {in_words(twenty, 2)}."
        )
    return f"{layers}; q is not below 1, so no norm makes M a contraction; 20 layers have norm {in_words(twenty, 2)}."


norms = LiveFigure(
    "stacked.norms",
    "One layer stretches tenfold: does the stack explode?",
    controls=[
        Slider("weight", "weight w", low=1, high=100, value=1, step=0.02, scale="log"),
        Slider("diagonal", "diagonal q", low=0, high=1.1, value=0.5),
        Slider("coupling", "coupling b", low=0, high=20, value=10, step=0.5, format=".1f"),
        Choice("layers", "layers", options=(_PLAIN, _TURNED), value=_PLAIN),
    ],
    compute=measure,
    setup=_setup_norms,
    draw=_draw_norms,
    sentence=_norms_sentence,
    panels=2,
)


# 6. Input injection -----------------------------------------------------------------------------------------

_X = np.linspace(-3, 3, 301)
_INJECTED_DEPTH = 60
_SHOWN = np.array([-2.0, -0.5, 0.5, 2.0])


@dataclass(frozen=True)
class Injection:
    """Output against input after k layers, and four outputs against depth."""

    feedback: float
    gain: float
    depth: int
    injected: bool
    curve: np.ndarray
    few: np.ndarray


def inject(feedback: float, gain: float, depth: int, injected: bool) -> Injection:
    strength = gain if injected else 0.0
    curve = products.injected_orbit(_X, feedback, strength, depth)[-1]
    few = products.injected_orbit(_SHOWN, feedback, strength, _INJECTED_DEPTH)
    return Injection(feedback, gain, depth, injected, curve, few)


def _setup_injection(function: Axes, depth: Axes) -> SimpleNamespace:
    function.set(xlim=(-3, 3), ylim=(-1.15, 1.15), xlabel="input x", ylabel="output $z_k$ of the network")
    depth.set(xlim=(0, _INJECTED_DEPTH), ylim=(-2.3, 2.3), xlabel=_DEPTH_LABEL, ylabel="$z_k$")
    styles = zip((BLUE, ORANGE, PURPLE, GREEN), ("-", "--", "-.", ":"), _SHOWN, strict=True)
    artists = SimpleNamespace(
        curve=function.plot([], [], color=BLUE, label="after k layers")[0],
        slope=function.plot([], [], ":", color=GREY, label="steepest slope allowed")[0],
        few=[depth.plot([], [], s, color=c, label=f"x = {x:g}")[0] for c, s, x in styles],
        now=depth.axvline(color=GREY, linewidth=1.2),
    )
    function.legend(loc="upper left")
    depth.legend(loc="upper right", ncols=2)
    return artists


def _draw_injection(artists: SimpleNamespace, state: Injection) -> None:
    artists.curve.set_data(_X, state.curve)
    bounded = state.injected and abs(state.feedback) < 1
    slope = state.gain / (1 - abs(state.feedback)) if bounded else math.nan
    artists.slope.set_data(_X, slope * _X)
    for line, orbit in zip(artists.few, state.few.T, strict=True):
        line.set_data(np.arange(_INJECTED_DEPTH + 1), orbit)
    artists.now.set_xdata([state.depth] * 2)


def _injection_sentence(state: Injection) -> str:
    spread = state.curve[-1] - state.curve[0]
    outputs = f"After {state.depth} layers the outputs for x = -3 and x = 3 are {in_words(abs(float(spread)), 2)} apart"
    if not state.injected:
        return f"{outputs}; the input enters only once, with Lipschitz constant {state.feedback:.2f} in every layer."
    if state.feedback >= 1:
        return f"{outputs}; with feedback {state.feedback:.2f}, not below 1, nothing guarantees a unique fixed point."
    bound = state.gain / (1 - state.feedback)
    return (
        f"{outputs}; the limit exists for every input, and its slope is at most "
        f"{state.gain:.2f}/(1 - {state.feedback:.2f}) = {bound:.2f}."
    )


injection = LiveFigure(
    "stacked.injection",
    "The input enters every layer: what does the limit know?",
    controls=[
        Toggle("injected", "feed the input to every layer", value=True),
        Slider("feedback", "Lipschitz constant in z", low=0, high=1.5, value=0.8, step=0.05),
        Slider("gain", "Lipschitz constant in x", low=0, high=2, value=0.5, step=0.05),
        Slider("depth", "layers k", low=0, high=_INJECTED_DEPTH, value=30, scale="integer"),
    ],
    compute=inject,
    setup=_setup_injection,
    draw=_draw_injection,
    sentence=_injection_sentence,
    panels=2,
)
