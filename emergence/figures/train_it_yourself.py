"""The live figures of the chapter on the book's own small models (chapters/scaling/train_it_yourself.ipynb)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes

from emergence import collapse, induction, sparse_parity
from emergence.live import Choice, LiveFigure, Slider, in_words
from emergence.live.palette import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE
from emergence.traces import Traces, load_traces

ABILITIES = {
    "in-context learning": ("abilities", "icl"),
    "sums, steps written": ("abilities", "scratchpad"),
    "sums, asked directly": ("abilities", "direct"),
    "held-out pairs": ("abilities", "heldout"),
    "trained pairs": ("abilities", "trained_pairs"),
    "instructions, ranks 1–8": ("instructions", "ranks_1_8"),
    "instructions, ranks 17–32": ("instructions", "ranks_17_32"),
    "instructions, ranks 33–64": ("instructions", "ranks_33_64"),
    "instructions, ranks 65–128": ("instructions", "ranks_65_128"),
    "instructions, ranks 129–256": ("instructions", "ranks_129_256"),
}
_METRICS = {
    "probability of the right token": "p",
    "exact match": "exact",
    "negative log likelihood": "nll",
    "Brier score": "brier",
}
_AXES = {
    "loss": "loss (nats per token)",
    "loss without the skill": "loss without the skill's documents (nats per token)",
    "log C": "log₁₀ of compute C (FLOP)",
    "log D": "log₁₀ of training data D (tokens)",
    "log N": "log₁₀ of model size N (parameters)",
}
_STYLE = {16: (BLUE, "o"), 24: (ORANGE, "s"), 32: (PURPLE, "^"), 48: (GREEN, "D"), 64: (INK, "v"), 96: (GREY, "P")}
_LIMITS = {"p": (-0.03, 1.03), "exact": (-0.03, 1.03), "nll": (8, -0.2), "brier": (1.45, -0.03)}


Ways = list[tuple[np.ndarray, np.ndarray]]


@cache
def _base(panel: str) -> Traces:
    return load_traces(panel).of("base")


def _is_loss(axis: str) -> bool:
    return axis.startswith("loss")


def _margins(x: np.ndarray) -> tuple[float, float]:
    """Limits a little beyond the data."""
    margin = 0.04 * float(np.ptp(x))
    return float(x.min()) - margin, float(x.max()) + margin


def _ways(traces: Traces, x: np.ndarray, y: np.ndarray) -> Ways:
    """The points of each run in the order of its steps."""
    runs = (np.flatnonzero(traces.run == run) for run in dict.fromkeys(traces.run.tolist()))
    return [(x[own], y[own]) for run in runs for own in [run[np.argsort(traces.step[run])]]]


def _show_ways(line, ways: Ways) -> None:
    """Several runs as one line, broken between them."""
    line.set_data(*(np.concatenate([np.append(way[i], np.nan) for way in ways]) for i in (0, 1)))


# 1. One ability against any axis ----------------------------------------------------------------------------

_SHOWN_RIVALS = collapse.AXES + collapse.JOINT[:1]
_RIVAL_LABELS = ("loss", "loss without\nthe skill", "log C", "log D", "log N", "log N and\nlog D")


@dataclass(frozen=True)
class Collapse:
    """One score of one ability against one axis: points by size, the curve through all of them, the errors of all axes.

    points: size -> x, score and whether the learning rate had come down to zero. errors: rival -> root mean square
    error at a size left out; intervals: rival -> 95 per cent of it, for the metrics of the shipped table; floor: spread
    between seeds.
    """

    ability: str
    metric: str
    axis: str
    points: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]]
    curve: tuple[np.ndarray, np.ndarray]
    guess: float | None
    errors: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    floor: float


@cache
def _sample(ability: str, metric: str) -> collapse.Sample:
    panel, skill = ABILITIES[ability]
    return collapse.make_sample(_base(panel), skill, _METRICS[metric])


@cache
def _errors(ability: str, metric: str) -> tuple[dict[str, float], float]:
    sample = _sample(ability, metric)
    errors = {rival: collapse.leave_one_size_out(sample, rival).rms for rival in _SHOWN_RIVALS}
    return errors, collapse.seed_noise_floor(sample).rms


def _intervals(ability: str, metric: str) -> dict[str, tuple[float, float]]:
    table = collapse.collapse_table().get((*ABILITIES[ability], _METRICS[metric]), {})
    return {rival: table["error", rival][1:] for rival in _SHOWN_RIVALS if table}


def judge(ability: str, axis: str, metric: str) -> Collapse:
    panel, skill = ABILITIES[ability]
    sample, score = _sample(ability, metric), _METRICS[metric]
    traces = collapse.judged(_base(panel))
    turned = -1 if _is_loss(axis) else 1  # a sample's coordinates rise with training, and its scores with skill
    sign = -1 if score in ("nll", "brier") else 1
    x, y = turned * sample.axes[axis], sign * sample.ability
    curve = collapse.isotonic_fit(sample.axes[axis], sample.ability, sample.weights())
    points = {
        size: (x[sample.size == i], y[sample.size == i], traces.annealed[sample.size == i])
        for i, size in enumerate(sample.sizes)
    }
    guess = traces.guess(skill, score) if score in ("p", "exact") else None
    errors, floor = _errors(ability, metric)
    curve = (turned * curve.places, sign * curve.values)
    return Collapse(ability, metric, axis, points, curve, guess, errors, _intervals(ability, metric), floor)


def _setup_axes(scores: Axes, errors: Axes) -> SimpleNamespace:
    trunk, ends = {}, {}
    for size, (colour, marker) in _STYLE.items():
        trunk[size] = scores.plot([], [], marker, color=colour, markersize=4.5, alpha=0.75, label=f"{size}")[0]
        ends[size] = scores.plot([], [], marker, color=colour, markersize=8, fillstyle="none", markeredgewidth=1.4)[0]
    artists = SimpleNamespace(
        trunk=trunk,
        ends=ends,
        curve=scores.plot([], [], color=INK, linewidth=1.3, zorder=1)[0],
        guess=scores.axhline(color=GREY, linestyle=":", linewidth=1.3),
        intervals=errors.plot([], [], color=GREY, linewidth=1.5)[0],
        bars=errors.plot([], [], "o", color=GREY, markersize=9)[0],
        chosen=errors.plot([], [], "o", color=ORANGE, markersize=12)[0],
        floor=errors.axvline(color=GREEN, linestyle="--", linewidth=1.5, label="between seeds"),
        labels=[errors.text(1, i - 0.22, "", ha="right", va="bottom", fontsize=9.5) for i in range(len(_SHOWN_RIVALS))],
    )
    scores.legend(loc="upper left", title="width", ncols=2, columnspacing=0.6, handletextpad=0.1)
    errors.set(xlim=(0, 1), ylim=(len(_SHOWN_RIVALS) - 0.4, -0.8), xlabel="RMS error at a width left out")
    errors.set_position((0.24, 0.175, 0.7, 0.725))
    errors.set_yticks(range(len(_SHOWN_RIVALS)), _RIVAL_LABELS)
    errors.legend(loc="lower right")
    return artists


def _draw_axes(artists: SimpleNamespace, state: Collapse) -> None:
    panel, errors = artists.curve.axes, artists.bars.axes
    low, high = _margins(np.concatenate([x for x, _, _ in state.points.values()]))
    score = _METRICS[state.metric]
    panel.set(
        xlim=(high, low) if _is_loss(state.axis) else (low, high),
        ylim=_LIMITS[score],
        xlabel=_AXES[state.axis],
        ylabel=state.metric + (" (nats)" if score == "nll" else ""),
    )
    for size, (x, y, annealed) in state.points.items():
        artists.trunk[size].set_data(x[~annealed], y[~annealed])
        artists.ends[size].set_data(x[annealed], y[annealed])
    artists.curve.set_data(*state.curve)
    artists.guess.set_visible(state.guess is not None)
    artists.guess.set_ydata([state.guess or 0] * 2)
    widest = 1.3 * max([*state.errors.values(), *(high for _, high in state.intervals.values())])
    errors.set_xlim(0, widest)
    artists.bars.set_data(list(state.errors.values()), range(len(state.errors)))
    ends = [(low, high, np.nan) for low, high in state.intervals.values()]
    artists.intervals.set_data(np.ravel(ends), np.repeat(np.arange(len(ends)), 3))
    artists.chosen.set_data([state.errors[state.axis]], [_SHOWN_RIVALS.index(state.axis)])
    artists.floor.set_xdata([state.floor] * 2)
    for rival, label in zip(_SHOWN_RIVALS, artists.labels, strict=True):
        label.set_text(f"{state.errors[rival]:.3f}")
        label.set_x(0.99 * widest)


def _axes_sentence(state: Collapse) -> str:
    best = min(state.errors, key=state.errors.__getitem__)
    rest = "the smallest of all axes" if best == state.axis else f"against {state.errors[best]:.3f} along {best}"
    between = "root mean square"
    if state.intervals:
        between += ", 95 per cent interval {:.3f} to {:.3f}".format(*state.intervals[state.axis])
    return (
        f"{state.ability.capitalize()}, {state.metric}: a curve along {state.axis} misses a width it has not seen by "
        f"{state.errors[state.axis]:.3f} ({between}), {rest}; runs of one width differ by {state.floor:.3f}."
    )


axes = LiveFigure(
    "train_it_yourself.axes",
    "Which axis makes six sizes one curve?",
    controls=[
        Choice("ability", "ability", options=tuple(ABILITIES), value="in-context learning"),
        Choice("axis", "against", options=tuple(_AXES), value="log N"),
        Choice("metric", "scored by", options=tuple(_METRICS), value="probability of the right token"),
    ],
    compute=judge,
    setup=_setup_axes,
    draw=_draw_axes,
    sentence=_axes_sentence,
    panels=2,
)


# 2. Runs that pass the same loss ----------------------------------------------------------------------------


@dataclass(frozen=True)
class EqualLoss:
    """The way of every run through loss and ability, and all runs at one loss."""

    ability: str
    metric: str
    loss: float
    ways: dict[int, Ways]
    guess: float
    at: collapse.AtLoss
    parameters: dict[int, int]


@cache
def _trunks(ability: str, metric: str) -> dict[int, Ways]:
    """For each width loss and score on the way of each of its runs, annealed ends left out."""
    panel, skill = ABILITIES[ability]
    traces = _base(panel)
    trunk = collapse.judged(traces.select(~traces.annealed))
    of_width = {size: trunk.select(trunk.d_model == size) for size in trunk.sizes}
    return {size: _ways(own, own.loss, own.metric(skill, _METRICS[metric])) for size, own in of_width.items()}


def pass_by(ability: str, loss: float, metric: str) -> EqualLoss:
    panel, skill = ABILITIES[ability]
    traces, score = _base(panel), _METRICS[metric]
    parameters = dict(zip(traces.d_model.tolist(), traces.parameters.tolist(), strict=True))
    at = collapse.at_loss(traces, traces.metric(skill, score), loss)
    return EqualLoss(ability, metric, loss, _trunks(ability, metric), traces.guess(skill, score), at, parameters)


def _setup_equal_loss(ways: Axes, sizes: Axes) -> SimpleNamespace:
    ways.set(xlim=(2.5, 1.45), ylim=_LIMITS["p"], xlabel=_AXES["loss"])
    sizes.set(xscale="log", xlim=(6e3, 3.2e5), ylim=_LIMITS["p"], xlabel="model size N (parameters)")
    artists = SimpleNamespace(
        ways={
            size: ways.plot([], [], color=colour, marker=marker, markersize=4, linewidth=1, label=f"{size}")[0]
            for size, (colour, marker) in _STYLE.items()
        },
        loss=ways.axvline(color=ORANGE, linewidth=1.5),
        guess=[panel.axhline(color=GREY, linestyle=":", linewidth=1.3) for panel in (ways, sizes)],
        at={
            size: sizes.plot([], [], marker, color=colour, markersize=9, alpha=0.7)[0]
            for size, (colour, marker) in _STYLE.items()
        },
        nobody=sizes.text(0.5, 0.55, "", transform=sizes.transAxes, ha="center", color=ORANGE, fontsize=12),
    )
    ways.legend(loc="upper left", title="width", ncols=2, columnspacing=0.6, handletextpad=0.3)
    return artists


def _draw_equal_loss(artists: SimpleNamespace, state: EqualLoss) -> None:
    for panel in (artists.loss.axes, artists.nobody.axes):
        panel.set_ylabel(state.metric)
    for line in artists.guess:
        line.set_ydata([state.guess] * 2)
    artists.loss.set_xdata([state.loss] * 2)
    for size, line in artists.ways.items():
        _show_ways(line, state.ways[size])
        own = state.at.size == size
        artists.at[size].set_data(np.full(own.sum(), state.parameters[size]), state.at.value[own])
    artists.nobody.set_text("" if len(state.at.value) else "no run passes\nthis loss")


def _equal_loss_sentence(state: EqualLoss) -> str:
    if not len(state.at.value):
        return f"No run passes a loss of {state.loss:.2f} between its checkpoints."
    parts = []
    for size in np.unique(state.at.size).tolist():
        scores = state.at.value[state.at.size == size]
        between = f"{scores.min():.2f} to {scores.max():.2f}" if len(scores) > 1 else f"{scores[0]:.2f}"
        parts.append(f"width {size} ({len(scores)} {'runs' if len(scores) > 1 else 'run'}) {between}")
    return (
        f"{state.ability.capitalize()}, {state.metric}, where the loss falls to {state.loss:.2f}: {'; '.join(parts)}. "
        f"A guess scores {in_words(state.guess)}."
    )


_TWO_METRICS = tuple(_METRICS)[:2]

equal_loss = LiveFigure(
    "train_it_yourself.equal_loss",
    "Do models of equal loss have equal abilities?",
    controls=[
        Choice("ability", "ability", options=tuple(ABILITIES), value="in-context learning"),
        Slider("loss", "loss", unit="nats per token", low=1.5, high=2.45, value=1.8),
        Choice("metric", "scored by", options=_TWO_METRICS, value=_TWO_METRICS[0]),
    ],
    compute=pass_by,
    setup=_setup_equal_loss,
    draw=_draw_equal_loss,
    sentence=_equal_loss_sentence,
    panels=2,
)


# 3. The same loss from another mixture ----------------------------------------------------------------------

_INTERVENTIONS = {
    "half the quotations": "half_quotations",
    "twice the quotations": "double_quotations",
    "three quarters text": "more_text",
}
_QUESTIONS = {
    f"{ability}, {name}": (ability, mixture)
    for name, mixture in _INTERVENTIONS.items()
    for ability, (panel, _) in ABILITIES.items()
    if (panel == "instructions") == (mixture == "more_text")
}
_TELLING = "in-context learning, twice the quotations"


@dataclass(frozen=True)
class Intervention:
    """Runs of one width on the base mixture and on another, and by how much the second lie above the first."""

    question: str
    axis: str
    metric: str
    width: int
    base: Ways
    other: Ways
    shifts: dict[int, collapse.MixtureShift]


@cache
def _shifts(question: str, axis: str, metric: str) -> dict[int, collapse.MixtureShift]:
    ability, mixture = _QUESTIONS[question]
    panel, skill = ABILITIES[ability]
    return collapse.mixture_shift(load_traces(panel), skill, mixture, _METRICS[metric], axis)


def intervene(question: str, axis: str, width: str, metric: str) -> Intervention:
    ability, mixture = _QUESTIONS[question]
    panel, skill = ABILITIES[ability]

    def ways(name: str) -> Ways:
        traces = collapse.judged(load_traces(panel).of(name))
        traces = traces.select((traces.d_model == int(width)) & ~traces.annealed)
        x = -collapse.axis_coordinates(traces, axis, skill)
        return _ways(traces, x, traces.metric(skill, _METRICS[metric]))

    return Intervention(
        question, axis, metric, int(width), ways("base"), ways(mixture), _shifts(question, axis, metric)
    )


def _setup_intervention(ways: Axes, shift: Axes) -> SimpleNamespace:
    ways.set(ylim=_LIMITS["p"])
    shift.set(xlim=(0.4, 2.6), ylim=(-0.62, 0.62), xlabel="width", ylabel="above the base curve")
    shift.set_xticks([1, 2], ["32", "64"])
    shift.axhline(0, color=INK, linewidth=1)
    artists = SimpleNamespace(
        base=ways.plot([], [], color=BLUE, marker="o", markersize=3.5, linewidth=1, label="base mixture")[0],
        other=ways.plot([], [], color=ORANGE, marker="s", markersize=4.5, linewidth=1, label="other mixture")[0],
        seeds=shift.plot([], [], "o", color=BLUE, markersize=7, fillstyle="none", label="base, each seed")[0],
        runs=shift.plot([], [], "s", color=ORANGE, markersize=8, label="other mixture")[0],
    )
    ways.legend(loc="upper left")
    shift.legend(loc="upper left")
    return artists


def _draw_intervention(artists: SimpleNamespace, state: Intervention) -> None:
    ways = artists.base.axes
    low, high = _margins(np.concatenate([x for x, _ in state.base + state.other]))
    ways.set(xlim=(high, low), xlabel=_AXES[state.axis], ylabel=state.metric)
    _show_ways(artists.base, state.base)
    _show_ways(artists.other, state.other)
    for line, place, name in ((artists.seeds, -0.12, "seeds"), (artists.runs, 0.12, "runs")):
        heights = [getattr(shift, name) for shift in state.shifts.values()]
        places = [np.full(len(height), i + 1 + place) for i, height in enumerate(heights)]
        line.set_data(np.concatenate(places), np.concatenate(heights))


def _intervention_sentence(state: Intervention) -> str:
    shift = state.shifts[state.width]
    beyond = "beyond all" if shift.beyond_seeds else "not beyond all"
    return (
        f"{state.question.capitalize()}, width {state.width}: at equal {state.axis} the {len(shift.runs)} runs lie "
        f"{shift.runs.min():+.3f} to {shift.runs.max():+.3f} from the base curve ({state.metric}), {beyond} of the "
        f"{len(shift.seeds)} base runs: these lie {shift.seeds.min():+.3f} to {shift.seeds.max():+.3f} from the curve "
        f"of the others."
    )


intervention = LiveFigure(
    "train_it_yourself.intervention",
    "Another mixture, the same loss: the same ability?",
    controls=[
        Choice("question", "ability and mixture", options=tuple(_QUESTIONS), value=_TELLING),
        Choice("axis", "against", options=tuple(_AXES)[:2], value="loss"),
        Choice("width", "width", options=("32", "64"), value="64"),
        Choice("metric", "scored by", options=_TWO_METRICS, value=_TWO_METRICS[0]),
    ],
    compute=intervene,
    setup=_setup_intervention,
    draw=_draw_intervention,
    sentence=_intervention_sentence,
    panels=2,
)


# 4. The metric ----------------------------------------------------------------------------------------------

_LONG = ("sums, steps written", "held-out pairs", "trained pairs")
_P = np.linspace(0, 1, 201)


@dataclass(frozen=True)
class PowerOfP:
    """Exact match against the probability of a token, and the power that independent tokens would give."""

    ability: str
    power: float
    tokens: int
    p: np.ndarray
    exact: np.ndarray
    loss: np.ndarray
    error: float
    error_of_tokens: float


def compare_with_power(ability: str, power: float) -> PowerOfP:
    panel, skill = ABILITIES[ability]
    traces = collapse.judged(_base(panel))
    p, exact = traces.metric(skill, "p"), traces.metric(skill, "exact")
    tokens = traces.answer_tokens[skill]
    error, own = (float(np.sqrt(np.mean((p**k - exact) ** 2))) for k in (power, tokens))
    return PowerOfP(ability, power, tokens, p, exact, traces.loss, error, own)


def _setup_metric(curves: Axes, power: Axes) -> SimpleNamespace:
    curves.set(xlim=(2.6, 1.5), ylim=_LIMITS["p"], xlabel=_AXES["loss"], ylabel="score")
    power.set(xlim=(-0.03, 1.03), ylim=_LIMITS["p"], xlabel="probability p of the right token", ylabel="exact match")
    artists = SimpleNamespace(
        p=curves.plot([], [], "o", color=BLUE, markersize=4, alpha=0.7, label="one token, p")[0],
        exact=curves.plot([], [], "s", color=ORANGE, markersize=4, alpha=0.7, label="whole answer")[0],
        points=power.plot([], [], "s", color=ORANGE, markersize=4.5, alpha=0.6, label="checkpoints")[0],
        curve=power.plot([], [], color=INK, linewidth=1.6, label="$p^K$")[0],
    )
    curves.legend(loc="upper left")
    power.legend(loc="upper left")
    return artists


def _draw_metric(artists: SimpleNamespace, state: PowerOfP) -> None:
    artists.p.set_data(state.loss, state.p)
    artists.exact.set_data(state.loss, state.exact)
    artists.points.set_data(state.p, state.exact)
    artists.curve.set_data(_P, _P**state.power)


def _metric_sentence(state: PowerOfP) -> str:
    sentence = (
        f"{state.ability.capitalize()}, answers of {state.tokens} tokens: p to the power {state.power:.1f} misses the "
        f"exact match by {state.error:.3f} (root mean square over {len(state.p)} checkpoints)"
    )
    if state.power != state.tokens:
        sentence += f", the power {state.tokens} by {state.error_of_tokens:.3f}"
    return sentence + "."


metric = LiveFigure(
    "train_it_yourself.metric",
    "Is exact match a power of the probability?",
    controls=[
        Choice("ability", "ability", options=_LONG, value="held-out pairs"),
        Slider("power", "power K", low=0.5, high=6, value=3, step=0.1, format=".1f"),
    ],
    compute=compare_with_power,
    setup=_setup_metric,
    draw=_draw_metric,
    sentence=_metric_sentence,
    panels=2,
)


# 5. Many small skills, trained here -------------------------------------------------------------------------

_SKILLS, _BITS, _SUBSET = 40, 16, 2
_FOLLOWED = {1: (BLUE, "-"), 4: (ORANGE, "--"), 10: (PURPLE, "-."), 20: (GREEN, ":")}
_PARITY_STEPS = 4000


@dataclass(frozen=True)
class ParityTraining:
    """A network in training and the checkpoints it has left; it stops after _PARITY_STEPS steps."""

    network: sparse_parity.ParityNetwork
    trace: tuple[sparse_parity.Checkpoint, ...]
    exponent: float
    thresholds: np.ndarray

    @property
    def now(self) -> sparse_parity.Checkpoint:
        return self.trace[-1]


def start_parity(exponent: float, width: int, trial: int, steps: int) -> ParityTraining:
    task = sparse_parity.make_task(_SKILLS, _BITS, _SUBSET, exponent, np.random.default_rng(0))
    network = sparse_parity.ParityNetwork(task, width, np.random.default_rng(trial))
    thresholds = sparse_parity.sequential_thresholds(task)
    return ParityTraining(network, (network.checkpoint(),), exponent, thresholds)


def train_parity(state: ParityTraining, exponent: float, width: int, trial: int, steps: int) -> ParityTraining:
    left = _PARITY_STEPS - state.network.steps
    if left <= 0:
        return state
    state.network.train(min(steps, left), batch=128)
    trace = (*state.trace, state.network.checkpoint())
    return ParityTraining(state.network, trace, state.exponent, state.thresholds)


def _setup_parity(course: Axes, skills: Axes) -> SimpleNamespace:
    course.set(xlim=(0, _PARITY_STEPS), ylim=(0, 1.1), xlabel="training step", ylabel="loss (nats per question)")
    skills.set(xlim=(0.75, 0), ylim=(0.4, 1.03), xlabel="mean loss (nats per question)", ylabel="accuracy of one skill")
    skills.axhline(0.5, color=GREY, linestyle=":", linewidth=1.3)
    artists = SimpleNamespace(
        mean=course.plot([], [], color=INK, linewidth=2.4, label="mean", zorder=3)[0],
        losses={
            k: course.plot([], [], color=c, linestyle=s, linewidth=1.5, label=f"skill {k}")[0]
            for k, (c, s) in _FOLLOWED.items()
        },
        ways={k: skills.plot([], [], color=c, linestyle=s, linewidth=1.8)[0] for k, (c, s) in _FOLLOWED.items()},
        thresholds={k: skills.axvline(color=c, linestyle=s, linewidth=1) for k, (c, s) in _FOLLOWED.items()},
        now={
            k: [panel.plot([], [], "o", color=c, markersize=6)[0] for panel in (course, skills)]
            for k, (c, _) in _FOLLOWED.items()
        },
    )
    course.legend(loc="upper right")
    return artists


def _draw_parity(artists: SimpleNamespace, state: ParityTraining) -> None:
    step, loss = [c.step for c in state.trace], [c.loss for c in state.trace]
    artists.mean.set_data(step, loss)
    for k in _FOLLOWED:
        artists.losses[k].set_data(step, [c.skill_loss[k - 1] for c in state.trace])
        artists.ways[k].set_data(loss, [c.accuracy[k - 1] for c in state.trace])
        artists.thresholds[k].set_xdata([state.thresholds[k - 1]] * 2)
        for line, head in zip((artists.losses[k], artists.ways[k]), artists.now[k], strict=True):
            head.set_data(*line.get_xydata()[-1:].T)


def _parity_sentence(state: ParityTraining) -> str:
    learnt = int((state.now.accuracy > 0.9).sum())
    tenth = state.now.accuracy[9]
    return (
        f"Step {state.now.step} of {_PARITY_STEPS}, {state.network.size} parameters, frequencies like "
        f"k^-{state.exponent:.1f}: mean loss {state.now.loss:.3f}, {learnt} of {_SKILLS} skills learnt, accuracy of "
        f"the tenth {tenth:.2f}. Learnt one after the other, the tenth would be half learnt at a loss of "
        f"{state.thresholds[9]:.3f}."
    )


parity = LiveFigure(
    "train_it_yourself.parity",
    "Train it here: forty skills that arise one by one",
    controls=[
        Slider("exponent", "exponent of the frequencies", low=0, high=2, value=1.6, step=0.1, format=".1f"),
        Slider("width", "hidden units", low=8, high=128, value=64, step=8, scale="integer"),
        Slider("trial", "seed", low=1, high=20, value=1, scale="integer"),
        Slider("steps", "steps per frame", low=5, high=50, value=20, step=5, scale="integer", restarts=False),
    ],
    compute=start_parity,
    advance=train_parity,
    setup=_setup_parity,
    draw=_draw_parity,
    sentence=_parity_sentence,
    panels=2,
)


# 6. Induction, trained here ---------------------------------------------------------------------------------

_LENGTH = 24
_INDUCTION_STEPS = 600


@dataclass(frozen=True)
class InductionTraining:
    """Two networks that differ in depth, in training on the same kind of sequences, for _INDUCTION_STEPS."""

    networks: tuple[induction.AttentionNetwork, induction.AttentionNetwork]
    traces: tuple[tuple[induction.Checkpoint, ...], ...]
    example: np.ndarray


def start_induction(width: int, trial: int, steps: int) -> InductionTraining:
    networks = tuple(induction.AttentionNetwork(width, layers, np.random.default_rng(trial)) for layers in (1, 2))
    tokens, _ = induction.repeated_blocks(1, _LENGTH, _LENGTH, np.random.default_rng(3))
    return InductionTraining(networks, tuple((network.checkpoint(),) for network in networks), tokens)


def train_induction(state: InductionTraining, width: int, trial: int, steps: int) -> InductionTraining:
    left = _INDUCTION_STEPS - state.networks[0].steps
    if left <= 0:
        return state
    for network in state.networks:
        network.train(min(steps, left))
    traces = tuple((*t, n.checkpoint()) for t, n in zip(state.traces, state.networks, strict=True))
    return InductionTraining(state.networks, traces, state.example)


def _setup_induction(course: Axes, attention: Axes) -> SimpleNamespace:
    from matplotlib.colors import LinearSegmentedColormap

    course.set(xlim=(0, _INDUCTION_STEPS), ylim=(-0.03, 1.03), xlabel="training step", ylabel="accuracy")
    course.axhline(0.25, color=GREY, linestyle=":", linewidth=1.3)
    attention.set(xlabel="token looked at", ylabel="token that looks")
    attention.set_position((0.2, 0.175, 0.66, 0.725))
    attention.grid(False)
    styles = {"repeats, one layer": (GREY, "--"), "lists, one layer": (PURPLE, ":")}
    styles |= {"repeats, two layers": (BLUE, "-"), "lists, two layers": (ORANGE, "-")}
    shades = LinearSegmentedColormap.from_list("attention", [PAPER, BLUE])
    artists = SimpleNamespace(
        lines={n: course.plot([], [], color=c, linestyle=s, label=n)[0] for n, (c, s) in styles.items()},
        now={n: course.plot([], [], "o", color=c, markersize=6)[0] for n, (c, _) in styles.items()},
        attention=attention.imshow(np.zeros((_LENGTH, _LENGTH)), cmap=shades, vmin=0, vmax=1, interpolation="nearest"),
    )
    attention.set_title("second layer of two, one sequence")
    course.legend(loc="center right")
    return artists


def _draw_induction(artists: SimpleNamespace, state: InductionTraining) -> None:
    for depth, trace in zip(("one layer", "two layers"), state.traces, strict=True):
        step = [c.step for c in trace]
        artists.lines[f"repeats, {depth}"].set_data(step, [c.repeated for c in trace])
        artists.lines[f"lists, {depth}"].set_data(step, [c.dictionary for c in trace])
    for name, head in artists.now.items():
        head.set_data(*artists.lines[name].get_xydata()[-1:].T)
    artists.attention.set_data(state.networks[1].attention(state.example, 1)[0])


def _induction_sentence(state: InductionTraining) -> str:
    one, two = (trace[-1] for trace in state.traces)
    return (
        f"Step {two.step} of {_INDUCTION_STEPS}, width {state.networks[1].width}: on lists of four pairs, never "
        f"trained on, two layers have an accuracy of {two.dictionary:.2f} and one layer of {one.dictionary:.2f}; "
        f"on repeated blocks {two.repeated:.2f} and {one.repeated:.2f}. Losses {two.loss:.2f} and {one.loss:.2f} nats."
    )


copying = LiveFigure(
    "train_it_yourself.copying",
    "Train it here: when do two layers learn to look back?",
    controls=[
        Slider("width", "width d", low=4, high=32, value=24, step=4, scale="integer"),
        Slider("trial", "seed", low=1, high=20, value=1, scale="integer"),
        Slider("steps", "steps per frame", low=1, high=10, value=4, scale="integer", restarts=False),
    ],
    compute=start_induction,
    advance=train_induction,
    setup=_setup_induction,
    draw=_draw_induction,
    sentence=_induction_sentence,
    panels=2,
)
