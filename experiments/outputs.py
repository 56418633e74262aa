"""What the small models write, along training: python -m experiments.outputs

Trains three sizes with two seeds along the trunk of DESIGN.md, as experiments/blocks.py does, and lets them answer
the same questions at each checkpoint: lists of keys and values, sums with written steps, held-out pairs. A finished
run is a file in experiments/results/outputs and is not trained again; when all are there,
emergence/data/trained_outputs.csv and .json are written. m questions of one ability, K tokens in an answer, T tokens
in a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from experiments import training  # before JAX: it says how many threads there are

import jax  # isort: skip

from experiments import language, model
from experiments.blocks import PANEL, advance, tuned_rates
from experiments.language import CONTEXT, STOP, TERMS, VOCABULARY, Rows
from experiments.results import DATA, RESULTS, finish_runs, versions, write_csv, write_json

SIZES, SEEDS = (16, 32, 64), (1, 2)
STEPS = (0, 10, 30, 100, 200, 300, 400, 600, 800, 1200, 1600, 2000, 2400, 3000)
QUESTION_SEED = 8
ASKED, SHOWN = 200, 6  # questions of each ability; the first ones are shown in the book
# A sign for each token: digits, 32 letters, 16 names, START STEPS DIRECT = STOP, and the one that is not used.
SIGNS = "0123456789" + "abcdefghijklmnopqrstuvwxyzABCDEF" + "GHIJKLMNOPQRSTUV" + "@#!=.?"


@dataclass(frozen=True)
class Questions:
    """Rows int8 [m, T+1] whose answers are the tokens from `first` to `first` + `tokens`."""

    rows: Rows
    first: int
    tokens: int

    def texts(self) -> list[tuple[str, str]]:
        """Each question without START, and its answer, in SIGNS."""
        end = self.first + self.tokens
        return [(spell(row[1 : self.first]), spell(row[self.first : end])) for row in self.rows]


def spell(tokens: NDArray[np.integer]) -> str:
    """Write tokens as SIGNS."""
    return "".join(SIGNS[token] for token in tokens)


def questions(seed: int) -> dict[str, Questions]:
    """The questions by ability, the same for all models; only which pairs are held out depends on the seed of a run."""
    rng = np.random.default_rng([language.LANGUAGE_SEED, QUESTION_SEED])
    return {
        "icl": Questions(language.key_values(rng, ASKED), 2 * language.PAIRS_SHOWN + 2, 1),
        "scratchpad": Questions(language.sums(rng, ASKED, with_steps=True), TERMS + 3, TERMS - 1),
        "heldout": Questions(language.pairs(rng, ASKED, language.held_out_pairs(seed))[0], 6, 3),
    }


@partial(jax.jit, static_argnames="heads")
def likelihoods(parameters: model.Parameters, rows: jax.Array, heads: int) -> jax.Array:
    """log p of each token of the vocabulary at each place. rows: int [m, T] -> [m, T, V]."""
    return jax.nn.log_softmax(model.logits(parameters, rows, heads))


def answer(parameters: model.Parameters, asked: Questions, heads: int) -> tuple[Rows, NDArray[np.float64]]:
    """What the model writes if it always takes the likeliest token [m, K], and the probability of the right answer [m].

    The probability is that of all K tokens, each after the right ones before it.
    """
    first, tokens = asked.first, asked.tokens
    known = np.asarray(asked.rows[:, :CONTEXT], np.int32)
    here = np.arange(first, first + tokens)
    right = asked.rows[:, here].astype(np.int64)  # [m, K]
    log_p = np.asarray(likelihoods(parameters, known, heads), np.float64)[:, here - 1]
    p = np.exp(np.take_along_axis(log_p, right[..., None], -1)[..., 0].sum(-1))
    written = known.copy()
    written[:, first:] = STOP  # what comes later is never seen
    for place in here:
        written[:, place] = np.asarray(likelihoods(parameters, written, heads))[:, place - 1].argmax(-1)
    return written[:, here].astype(np.int8), p


def run(d_model: int, seed: int, rate: float) -> list[dict]:
    """Train one model: a row for each checkpoint and ability."""
    shape = model.Shape(d_model, vocabulary=VOCABULARY, context=CONTEXT)
    asked = questions(seed)
    state, made, before = training.start(shape, seed), [], 0
    for step in STEPS:
        state = advance(state, d_model, seed, rate, before, step, None)
        for ability, those in asked.items():
            written, p = answer(state.parameters, those, shape.heads)
            right = (written == those.rows[:, those.first : those.first + those.tokens]).all(-1)
            made.append(
                {
                    "step": step,
                    "ability": ability,
                    "right": int(right.sum()),
                    "p": float(p.mean()),
                    "answers": [spell(each) for each in written[:SHOWN]],
                    "answer_p": p[:SHOWN].tolist(),
                }
            )
        before = step
    return made


def ship(runs: dict[tuple[int, int], dict]) -> None:
    """Write the book's table, a row for each size, seed, checkpoint and ability, and what was asked."""
    columns = ("d_model", "seed", "step", "ability", "right", "p", "answers", "answer_p")
    rows = []
    for key, found in sorted(runs.items()):
        for row in found["rows"]:
            each = " ".join(f"{p:.2g}" for p in row["answer_p"])
            shown = (*(row[name] for name in columns[2:5]), f"{row['p']:.3g}", " ".join(row["answers"]), each)
            rows.append([*key, *shown])
    write_csv(DATA / "trained_outputs.csv", columns, rows)
    about = {
        "command": "make outputs",
        "versions": versions(),
        "cpu_seconds": round(sum(found["cpu_s"] for found in runs.values())),
        "panel": PANEL.name,
        "asked": ASKED,
        "questions": {
            str(seed): {name: those.texts()[:SHOWN] for name, those in questions(seed).items()} for seed in SEEDS
        },
    }
    write_json(DATA / "trained_outputs.json", about)


def main() -> None:
    """Train and ask what is not there yet, then write the tables."""
    rates = tuned_rates()
    ship(
        finish_runs(
            RESULTS / "outputs",
            SIZES,
            SEEDS,
            lambda d_model, seed: run(d_model, seed, rates[d_model]),
            lambda rows: f"right at the end { {row['ability']: row['right'] for row in rows} }",
        )
    )


if __name__ == "__main__":
    main()
