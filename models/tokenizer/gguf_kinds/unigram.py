"""SentencePiece's Unigram in GGUF files, ``t5``: tokens whose scores are logarithms of probabilities.

Knows nothing about BPE models, which SentencePiece makes too.
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from models.gguf.metadata import Metadata
from models.tokenizer.definition import assemble
from models.tokenizer.errors import bad_tokenizer
from models.tokenizer.gguf_kinds.kind import GgufTokenizer, GgufTokenizerKind, GgufTokens, TokenType
from models.tokenizer.kinds.unigram import UnigramModel

_CHARACTER_MAP = "tokenizer.ggml.precompiled_charsmap"


def _read(metadata: Metadata, tokens: GgufTokens) -> GgufTokenizer:
    # Tokens that a person defined are taken wherever they fit.
    scores = [
        0.0 if kind is TokenType.USER_DEFINED else score
        for score, kind in zip(tokens.required_scores(), tokens.types, strict=True)
    ]
    spaced = metadata.flag("tokenizer.ggml.add_space_prefix", False)
    scheme = {"replacement": "▁", "prepend_scheme": "always" if spaced else "never", "split": True}
    definition = assemble(
        UnigramModel.checked(tokens.names, scores, tokens.unknown_id(metadata), byte_fallback=False),
        tokens.added(),
        normalizer={"type": "Sequence", "normalizers": _normalizers(metadata)},
        pre_tokenizer={"type": "Metaspace", **scheme},
        decoder={"type": "Metaspace", **scheme},
    )
    return GgufTokenizer(definition)


def _normalizers(metadata: Metadata) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    if _CHARACTER_MAP in metadata:
        content = metadata[_CHARACTER_MAP]
        if not isinstance(content, np.ndarray) or content.dtype not in (np.int8, np.uint8):
            raise bad_tokenizer("has a map of characters that is no list of bytes")
        text = base64.b64encode(content.tobytes()).decode()
        steps.append({"type": "Precompiled", "precompiled_charsmap": text})
    if metadata.flag("tokenizer.ggml.remove_extra_whitespaces", False):
        steps.append({"type": "Strip", "strip_left": True, "strip_right": True})
        steps.append({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "})
    return steps


KIND = GgufTokenizerKind("t5", "Unigram", _read)
