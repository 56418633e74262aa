"""Log-probabilities of an independent implementation: `python -m experiments.real_model.reference` stores them.

Needs the prebuilt wheel `ik-llama-cpp-python` 0.1.5 (a fork of llama.cpp), which `make real-model` does not install:
the tests compare with what is stored. Tokens go in one at a time; that wheel's path for whole prompts gives wrong
results.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from experiments.real_model import passages, wheel
from experiments.real_model.network import log_softmax

STORED = Path(__file__).with_name("reference.json")
PASSAGES = (0, 6, 12, 18)
TOKENS = 48
LIKELIEST = 5


def main() -> None:
    """Write each passage's tokens, the log-probability of each next one, and the five likeliest with theirs."""
    from ik_llama_cpp._internals import IkContext, IkModel, make_batch_range

    model = IkModel(str(wheel.path()))
    context = IkContext(model, n_ctx=256, n_threads=1, flash_attn=False)
    names, tokens = passages.tokens(wheel.tokenizer(), TOKENS + 1)
    made = []
    for i in PASSAGES:
        context.kv_cache_clear()
        next_token, likeliest, values = [], [], []
        for at in range(TOKENS):
            if context.decode(make_batch_range([int(tokens[i, at])], pos_start=at)):
                raise RuntimeError(f"token {at} of {names[i]} was not decoded")
            logs = log_softmax(np.ctypeslib.as_array(context.get_logits(0), (model.n_vocab,)).astype(float), np)
            best = np.argsort(-logs)[:LIKELIEST]
            next_token.append(round(float(logs[tokens[i, at + 1]]), 4))
            likeliest.append(best.tolist())
            values.append(logs[best].round(4).tolist())
        made.append(
            {
                "passage": names[i],
                "tokens": tokens[i].tolist(),
                "next": next_token,
                "likeliest": likeliest,
                "values": values,
            }
        )
    by = "ik-llama-cpp-python 0.1.5, one token at a time, one thread"
    STORED.write_text(json.dumps({"by": by, "passages": made}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
