"""What training does to the blocks of the small models: python -m experiments.blocks

Trains three sizes with three seeds along the trunk of DESIGN.md, and measures the Jacobians of all blocks at tokens of
evaluation rows on the way. A finished run is a file in experiments/results/blocks and is not trained again; when all
are there, emergence/data/trained_blocks.csv and .json are written. n tokens measured, T tokens in a row, d width.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from experiments import training  # before JAX: it says how many threads there are

import jax  # isort: skip
import jax.numpy as jnp  # isort: skip

from emergence.operators.trained import local_numbers
from emergence.tables import read_rows
from experiments import model
from experiments.language import CONTEXT, VOCABULARY
from experiments.panels import PANELS, Evaluation
from experiments.results import DATA, RESULTS, finish_runs, versions, write_csv, write_json
from experiments.runs import branch_point
from experiments.training import CHUNK, ROWS, State

PANEL = PANELS["abilities"]
SIZES, SEEDS = (16, 32, 64), (1, 2, 5)
STEPS = (0, 10, 30, 100, 200, 400, 800, 1600, 2400, 3000)
PIECE = 10  # Steps in one compiled call within the first chunk, which has checkpoints inside.
BUDGET = 3000
BRANCH = branch_point(BUDGET)
POINTS = {"text": 18, "quotation": 15, "pair": 12, "sum_steps": 12, "sum_direct": 3}  # rows, in the shares of "base"
EARLIEST = 8  # a measured token has at least so many before it
HALVES = ("attention", "network")
PARTS = ("block", *HALVES)


def points(evaluation: Evaluation) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Rows [n, T] of evaluation data, and the place of the token in each at which Jacobians are taken."""
    rows = np.concatenate([evaluation.rows[evaluation.types[name]][:n, :-1] for name, n in POINTS.items()])
    return rows.astype(np.int32), np.random.default_rng(1).integers(EARLIEST, CONTEXT, len(rows))


@partial(jax.jit, static_argnames="heads")
def jacobians(
    parameters: model.Parameters, rows: jax.Array, places: jax.Array, heads: int
) -> tuple[jax.Array, jax.Array]:
    """Jacobians of both halves of each block at one token of each row, all other tokens' states fixed, and the states.

    rows: [n, T]; places: [n] -> [blocks, 2, n, d, d] and [blocks, 2, n, d].
    """
    here = jnp.arange(len(rows))
    shape = (1, rows.shape[1], heads)
    x = parameters["embedding"][rows]  # [n, T, d]
    exact, states = [], []
    for block in parameters["blocks"]:
        attend = partial(model.attend, block, shape=shape)
        feed = partial(model.feed_forward, block)

        def attended(state: jax.Array, row: jax.Array, place: jax.Array, attend=attend) -> jax.Array:
            return attend(row.at[place].set(state))[place]

        between = jax.vmap(attend)(x)
        states.append([x[here, places], between[here, places]])
        exact.append(
            [
                jax.vmap(jax.jacrev(attended))(states[-1][0], x, places),
                jax.vmap(jax.jacrev(feed))(states[-1][1]),
            ]
        )
        x = feed(between)
    return jnp.array(exact), jnp.array(states)


def measure(parameters: model.Parameters, evaluation: Evaluation, heads: int) -> dict[str, float]:
    """The loss, and for each block k and part the numbers of `local_numbers`, over the points.

    Factors and lengths are geometric means, m is a mean. `length` is the root mean square of a state's entries before
    the part; `least_largest`, `most_largest`, `least_m` and `most_m` are over the points. Of whole blocks `real` is the
    least over the points of the largest real part of an eigenvalue.
    """
    nll = training.judge(parameters, evaluation.rows, heads)[0]
    found = {"loss": float((nll * evaluation.weight).sum())}
    exact, states = (np.asarray(part, np.float64) for part in jacobians(parameters, *points(evaluation), heads))
    for k, (first, second) in enumerate(exact, 1):
        length = np.sqrt((states[k - 1] ** 2).mean(-1))  # [2, n]
        for part, matrices, size in (
            ("block", second @ first, length[0]),
            ("attention", first, length[0]),
            ("network", second, length[1]),
        ):
            local = local_numbers(matrices)
            found |= {
                f"{part}{k}.largest": _geometric(local.largest),
                f"{part}{k}.m": float(local.m.mean()),
                f"{part}{k}.random": _geometric(local.random),
                f"{part}{k}.length": _geometric(size),
                f"{part}{k}.least_largest": float(local.largest.min()),
                f"{part}{k}.most_largest": float(local.largest.max()),
                f"{part}{k}.least_m": float(local.m.min()),
                f"{part}{k}.most_m": float(local.m.max()),
            }
        found[f"block{k}.real"] = float(np.linalg.eigvals(second @ first).real.max(-1).min())
    return found


def _geometric(values: NDArray[np.float64]) -> float:
    return float(np.exp(np.log(values).mean()))


def advance(state: State, d_model: int, seed: int, rate: float, first: int, end: int, budget: int | None) -> State:
    """Train from step `first` to step `end`, on the trunk or on the branch of a budget."""
    heads = model.Shape(d_model).heads
    for chunk in range(first // CHUNK, -(-end // CHUNK)):
        rows = PANEL.batches("base", seed, chunk, CHUNK, ROWS)
        length = PIECE if chunk == 0 else CHUNK
        for piece in range(0, CHUNK, length):
            step = chunk * CHUNK + piece
            if first <= step < end:
                now = training.rates(rate, np.arange(step, step + length), budget)
                state = training.train_chunk(state, rows[piece : piece + length], now, heads)
    return state


def run(d_model: int, seed: int, rate: float) -> list[dict[str, float]]:
    """Train one model: a row for each checkpoint of the trunk, and one for the annealed end."""
    shape = model.Shape(d_model, vocabulary=VOCABULARY, context=CONTEXT)
    evaluation = PANEL.evaluate(seed)
    state, made, before = training.start(shape, seed), [], 0
    for step in STEPS:
        state = advance(state, d_model, seed, rate, before, step, None)
        made.append({"step": step, "annealed": 0, **measure(state.parameters, evaluation, shape.heads)})
        if step == BRANCH:
            branch = state
        before = step
    end = advance(branch, d_model, seed, rate, BRANCH, BUDGET, BUDGET)
    made.append({"step": BUDGET, "annealed": 1, **measure(end.parameters, evaluation, shape.heads)})
    return made


def tuned_rates() -> dict[int, float]:
    """The learning rate of each size, as the book's sweep has tuned it."""
    rows = read_rows("learning_rates.csv", panel=PANEL.name, chosen=1)
    return {int(row["d_model"]): float(row["rate"]) for row in rows}


def ship(runs: dict[tuple[int, int], dict]) -> None:
    """Write the book's table, a row for each size, seed and checkpoint, and where it comes from."""
    blocks = range(1, model.Shape(SIZES[0]).layers + 1)
    columns = [f"{part}{k}.{name}" for k in blocks for part in PARTS for name in ("largest", "m", "random")]
    columns += [f"{half}{k}.length" for k in blocks for half in HALVES]
    rows = [
        [*key, row["step"], row["annealed"], f"{row['loss']:.4g}", *(f"{row[name]:.3g}" for name in columns)]
        for key, found in sorted(runs.items())
        for row in found["rows"]
    ]
    write_csv(DATA / "trained_blocks.csv", ["d_model", "seed", "step", "annealed", "loss", *columns], rows)
    about = {
        "command": "make blocks",
        "versions": versions(),
        "cpu_seconds": round(sum(found["cpu_s"] for found in runs.values())),
        "panel": PANEL.name,
        "points": POINTS,
        "extremes": extremes(runs),
    }
    write_json(DATA / "trained_blocks.json", about)


def extremes(runs: dict[tuple[int, int], dict]) -> dict[str, dict[str, float]]:
    """Over all sizes, seeds, checkpoints and points of a part: least and greatest largest factor, greatest m, …"""
    found = {}
    for k in range(1, model.Shape(SIZES[0]).layers + 1):
        for part in PARTS:
            rows = [row for each in runs.values() for row in each["rows"]]
            name = f"{part}{k}"
            found[name] = {
                "least_largest": min(row[f"{name}.least_largest"] for row in rows),
                "most_largest": max(row[f"{name}.most_largest"] for row in rows),
                "least_m": min(row[f"{name}.least_m"] for row in rows),
                "most_m": max(row[f"{name}.most_m"] for row in rows),
            }
            if part == "block":
                found[name]["least_real"] = min(row[f"{name}.real"] for row in rows)
    return {name: {key: float(f"{x:.5g}") for key, x in values.items()} for name, values in found.items()}


def main() -> None:
    """Train and measure what is not there yet, then write the tables."""
    rates = tuned_rates()
    ship(
        finish_runs(
            RESULTS / "blocks",
            SIZES,
            SEEDS,
            lambda d_model, seed: run(d_model, seed, rates[d_model]),
            lambda rows: f"loss {rows[-1]['loss']:.4f}",
        )
    )


if __name__ == "__main__":
    main()
