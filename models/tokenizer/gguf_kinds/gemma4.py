"""Gemma 4's BPE in GGUF files, ``gemma4``: merges as the file lists them, over whole lines, spaces as ``▁``.

Knows nothing about scores, by which SentencePiece's older files tell the same.
"""

from __future__ import annotations

from typing import Any

from models.gguf.metadata import Metadata
from models.tokenizer.added_tokens import AddedToken, Role
from models.tokenizer.definition import assemble
from models.tokenizer.gguf_kinds.kind import GgufTokenizer, GgufTokenizerKind, GgufTokens
from models.tokenizer.gguf_kinds.sentence_piece import sentence_piece_steps
from models.tokenizer.kinds.byte_pair import BytePairModel, checked_merges

_LINES: dict[str, Any] = {
    "type": "Split",
    "pattern": {"Regex": r"[^\n]+|\n+"},
    "behavior": "Isolated",
    "invert": False,
}


def _read(metadata: Metadata, tokens: GgufTokens) -> GgufTokenizer:
    vocabulary = {name: number for number, name in enumerate(tokens.names)}
    unknown = tokens.unknown_id(metadata)
    # The list of merges has one pair a line, so that ends of lines cannot be in it: runs of them are taken whole.
    runs = {
        name: AddedToken(number, Role.PLAIN)
        for name, number in vocabulary.items()
        if len(name) > 1 and not name.strip("\n")
    }
    model = BytePairModel(
        vocabulary,
        checked_merges(metadata.texts("tokenizer.ggml.merges"), vocabulary),
        unknown=None if unknown is None else tokens.names[unknown],
        fuse_unknown=True,
        byte_fallback=True,
    )
    definition = assemble(
        model,
        runs | tokens.added(),
        pre_tokenizer=_LINES,
        **sentence_piece_steps(space_before=False),
    )
    return GgufTokenizer(definition, begins=True)


KIND = GgufTokenizerKind("gemma4", "BPE of Gemma 4", _read)
