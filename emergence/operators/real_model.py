"""What was measured on a real language model, SmolLM2-135M-Instruct (30 blocks, quantised), on 24 passages of text.

sigma_max(J_K ... J_1) <= prod sigma_max(J_k) for the Jacobians J_k of its blocks; Lip(T) >= sigma_max(J), rho(J).
Source: experiments/real_model, tables real_model_*.csv (data/README.md); model: Allal et al. 2025, arXiv:2502.02737.

Blocks count from 1, depths from 0; losses and divergences are in nats, all other quantities pure numbers. Arrays have
passages as their first axis. A value outside its range raises ValueError with the parameter, the value and the range.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, at_least, in_range, one_of
from emergence.statistics import student_quantile
from emergence.tables import column_of, read_json, read_rows

BLOCKS = 30
VOCABULARY = 49152
TABLES = ("jacobians", "stream", "spectra", "surgery", "positions", "hits", "noise", "copying", "iterated", "pairs")
OPERATIONS = ("drop", "twice", "reversed")
TARGETS = ("weights", "embeddings")
TEXTS = ("known", "passage")
_TEXT_COLUMNS = ("passage", "operation", "target", "text", "hits", "form", "quantity")


@cache
def provenance() -> dict:
    """Versions, command, numbers of tokens, and the agreement with an independent implementation."""
    return read_json("real_model.json")


@cache
def table(name: str) -> dict[str, NDArray]:
    """The columns of one of TABLES, read-only: numbers, but for the columns that name something."""
    one_of("name", name, TABLES)
    rows = read_rows(f"real_model_{name}.csv")
    return {title: column_of(rows, title, str if title in _TEXT_COLUMNS else float) for title in rows[0]}


@cache
def passages() -> tuple[str, ...]:
    """Names of the 24 passages, six from each of four texts."""
    return tuple(dict.fromkeys(table("stream")["passage"].tolist()))


class Interval(NamedTuple):
    """A mean over n passages and its 95 % interval (Student's t)."""

    mean: Floats
    low: Floats
    high: Floats
    n: int


def interval(values: ArrayLike) -> Interval:
    """Mean over the first axis and its 95 % interval, as if its n entries were drawn independently."""
    array = np.asarray(values, dtype=float)
    n = at_least("number of values", array.shape[0] if array.ndim else 0, 2)
    in_range("values", array, -np.inf)
    mean = array.mean(axis=0)
    half = student_quantile(n - 1) * array.std(axis=0, ddof=1) / np.sqrt(n)
    return Interval(mean, mean - half, mean + half, n)


def by_depth(name: str, column: str) -> Floats:
    """A column of the tables with a row for each passage and depth, shape (passages, depths)."""
    one_of("name", name, ("jacobians", "stream", "spectra", "pairs"))
    columns = table(name)
    one_of("column", column, [title for title in columns if title not in ("passage", "depth")])
    return columns[column].reshape(len(dict.fromkeys(columns["passage"].tolist())), -1)


# --- blocks, one by one and composed ------------------------------------------------------------------------


class Growth(NamedTuple):
    """Natural logs of factors from the embedding to depth 0, …, 30; shapes (passages, 31)."""

    bound: Floats
    """product of the largest factors of the blocks"""
    worst: Floats
    """largest factor of the composed map"""
    random: Floats
    """root mean square factor of the composed map over random directions"""
    norm: Floats
    """growth of the state's own norm"""


@cache
def growth() -> Growth:
    """How distances grow over depth: last token to last token, the context fixed, to first order."""

    def started(logs: Floats) -> Floats:
        return np.hstack([np.zeros((len(logs), 1)), logs])

    worst, random, norm = (np.log(by_depth("jacobians", name)) for name in ("composed", "random", "norm"))
    bound = np.cumsum(np.log(by_depth("jacobians", "largest")), axis=1)
    return Growth(*(started(logs) for logs in (bound, worst, random, norm)))


def composed_bound(matrices: ArrayLike) -> tuple[float, float, float]:
    """Largest singular value of a product, the product of the largest ones, and the RMS factor of the product.

    matrices: J_1, …, J_K, shape (K, n, n). The RMS factor is over uniformly random directions: the product's Frobenius
    norm over the root of n.
    """
    array = in_range("matrices", matrices, -np.inf)
    if array.ndim != 3 or array.shape[1] != array.shape[2] or len(array) == 0:
        raise ValueError(f"matrices have the shape {array.shape}; allowed is (K, n, n) with K in [1, inf)")
    product = np.eye(array.shape[1])
    for matrix in array:
        product = matrix @ product
    largest = np.linalg.svd(array, compute_uv=False)[:, 0]
    together = np.linalg.svd(product, compute_uv=False)
    return float(together[0]), float(largest.prod()), float(np.sqrt((together**2).mean()))


# --- depth ------------------------------------------------------------------------------------------------


LAWS = ("exponential in depth", "power of depth", "power of the blocks left")


class Fit(NamedTuple):
    """A law fitted to logs by least squares: depths, its curve there, slope, and RMS residual of the log."""

    depth: NDArray[np.int64]
    curve: Floats
    slope: float
    rms: float


def fit_law(values: ArrayLike, law: str, first: int = 1) -> Fit:
    """Fit one of LAWS to positive values at the depths first, first + 1, …, 29; `values` has a value for every depth.

    The laws are c r^k, c k^(-s) and c (30 - k)^s in the depth k.
    """
    one_of("law", law, LAWS)
    first = int(in_range("first", at_least("first", first, 1), 1, BLOCKS - 3, closed_low=True, closed_high=True))
    array = np.asarray(values, dtype=float)
    if array.shape != (BLOCKS + 1,):
        raise ValueError(f"values have the shape {array.shape}; allowed is ({BLOCKS + 1},)")
    depth = np.arange(first, BLOCKS)
    logs = np.log(in_range("values", array[depth]))
    axis = {LAWS[0]: depth, LAWS[1]: np.log(depth), LAWS[2]: np.log(BLOCKS - depth)}[law]
    slope, offset = np.polyfit(axis, logs, 1)
    fitted = offset + slope * axis
    return Fit(depth, np.exp(fitted), float(slope), float(np.sqrt(np.mean((logs - fitted) ** 2))))


# --- changed blocks and noise -------------------------------------------------------------------------------


def _losses(columns: dict[str, NDArray]) -> Floats:
    return np.column_stack([columns[name] for name in passages()])


def whole_loss() -> Floats:
    """Loss of the whole model on the first 48 tokens of each passage, shape (passages,)."""
    return _losses(table("surgery"))[table("surgery")["operation"] == "none"][0]


def surgery(operation: str, count: int | None = None) -> tuple[NDArray[np.int64], Floats]:
    """What an operation on blocks adds to the loss.

    Without a count: every single block; returns the blocks (b,) and the increases (passages, b).
    With one: a run of `count` blocks in the middle; its first block (1,) and the increases (passages, 1).
    """
    one_of("operation", operation, OPERATIONS)
    columns = table("surgery")
    wanted = 1 if count is None else at_least("count", count, 1)
    rows = np.flatnonzero((columns["operation"] == operation) & (columns["count"] == wanted))
    if rows.size == 0:
        known = sorted({int(n) for n in columns["count"][columns["operation"] == operation]})
        raise ValueError(f"count = {wanted} is not one of {', '.join(map(str, known))} for {operation!r}")
    return columns["first"][rows].astype(int), (_losses(columns)[rows] - whole_loss()).T


def runs() -> tuple[int, ...]:
    """Lengths of the runs of blocks in the middle that were dropped, run twice and reversed."""
    columns = table("surgery")
    return tuple(sorted({int(n) for n in columns["count"][columns["operation"] == "reversed"]}))


def noise(target: str) -> tuple[Floats, Floats]:
    """What Gaussian noise of relative sizes adds to the loss: sizes (s,), increases (passages, s), means over draws."""
    one_of("target", target, TARGETS)
    columns = table("noise")
    sizes = np.unique(columns["size"][columns["target"] == target])
    added = _losses(columns) - _losses(columns)[columns["target"] == "none"]
    rows = [(columns["target"] == target) & (columns["size"] == size) for size in sizes]
    return sizes, np.column_stack([added[row].mean(axis=0) for row in rows])


def iterated(block: int, form: str) -> tuple[NDArray[np.int64], Floats, Floats]:
    """One block on its own output: steps (s,), norms and relative steps |x' - x|/|x|, each (passages, s).

    form: "residual" for x + f(x), "stacked" for f(x); block: one of those that were iterated.
    """
    one_of("form", form, ("residual", "stacked"))
    columns = table("iterated")
    known = sorted({int(b) for b in columns["block"]})
    one_of("block", block, known)
    rows = (columns["block"] == block) & (columns["form"] == form)
    norm, step = (rows & (columns["quantity"] == quantity) for quantity in ("norm", "step"))
    values = _losses(columns)
    return columns["step"][norm].astype(int), values[norm].T, values[step].T


# --- in the context -----------------------------------------------------------------------------------------


def context_loss() -> tuple[NDArray[np.int64], Floats]:
    """Tokens of context before the predicted one, (511,), and the loss of each passage there, (passages, 511)."""
    columns = table("positions")
    return columns["context"].astype(int), _losses(columns).T


def copying() -> tuple[Floats, Floats]:
    """Random lists of 32 tokens, four times each: loss and share of right tokens, each (lists, copies)."""
    columns = table("copying")
    copies = int(columns["copy"].max())
    return columns["loss"].reshape(-1, copies), columns["right"].reshape(-1, copies)


# --- exact match --------------------------------------------------------------------------------------------


@cache
def hits(texts: str, target: str = "none", size: float = 0.0, draw: int = 0) -> tuple[NDArray[np.bool_], ...]:
    """Whether the likeliest next token was right, an array for each text. Passages were measured without noise only."""
    one_of("texts", texts, TEXTS)
    one_of("target", target, ("none", *TARGETS))
    columns = table("hits")
    rows = (
        np.array([text.startswith(texts) for text in columns["text"].tolist()])
        & (columns["target"] == target)
        & (columns["size"] == size)
        & (columns["draw"] == draw)
    )
    if not rows.any():
        raise ValueError(f"size = {size:g}, draw = {draw} was not measured for texts = {texts!r}, target = {target!r}")
    return tuple(np.frombuffer(text[1:].encode(), np.uint8) == ord("1") for text in columns["hits"][rows].tolist())


def _checked_hits(rows: Sequence[ArrayLike]) -> list[NDArray[np.bool_]]:
    arrays = [np.asarray(row, dtype=bool) for row in rows]
    if not arrays or any(row.ndim != 1 or row.size == 0 for row in arrays):
        raise ValueError(
            f"rows = {len(arrays)} texts; allowed are texts with at least one token each, and at least one"
        )
    return arrays


def accuracy(rows: Sequence[ArrayLike]) -> float:
    """Share p of right tokens in all texts together."""
    return float(np.concatenate(_checked_hits(rows)).mean())


def exact_match(rows: Sequence[ArrayLike], length: int) -> float:
    """Share of all runs of `length` neighbouring tokens within a text in which every token is right."""
    length = at_least("length", length, 1)
    arrays = _checked_hits(rows)
    places = sum(max(row.size - length + 1, 0) for row in arrays)
    if places == 0:
        raise ValueError(f"length = {length} is longer than every text")
    right = np.concatenate([np.append(row, False) for row in arrays])  # no run goes on into the next text
    wrong = np.flatnonzero(~right)
    runs = np.diff(wrong, prepend=-1) - 1
    return float(np.maximum(runs - length + 1, 0).sum() / places)


def shuffled(rows: Sequence[ArrayLike], rng: np.random.Generator) -> list[NDArray[np.bool_]]:
    """The same hits at random places, over all texts: as many right, but independent of their neighbours."""
    arrays = _checked_hits(rows)
    mixed = rng.permutation(np.concatenate(arrays))
    return np.split(mixed, np.cumsum([row.size for row in arrays])[:-1])


def exact_match_interval(
    rows: Sequence[ArrayLike], length: int, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    """95 % interval of the ratio of exact match to p^length, from bootstrap draws of whole texts."""
    arrays, draws = _checked_hits(rows), at_least("draws", draws, 20)
    length = at_least("length", length, 1)
    if max(row.size for row in arrays) < length:
        raise ValueError(f"length = {length} is longer than every text")
    counts = np.array([(row.sum(), row.size, *_runs_in(row, length)) for row in arrays], dtype=float)
    drawn = counts[rng.integers(len(arrays), size=(draws, len(arrays)))].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):  # a draw of texts without any right token has no ratio
        right, size, found, places = drawn.T
        ratios = found / places / (right / size) ** length
    low, high = np.nanquantile(ratios, [0.025, 0.975])
    return float(low), float(high)


def _runs_in(row: NDArray[np.bool_], length: int) -> tuple[int, int]:
    """How many runs of so many neighbouring tokens of one text are all right, and how many there are."""
    total = np.append(0, np.cumsum(row))
    return int((total[length:] - total[:-length] == length).sum()), max(row.size - length + 1, 0)
