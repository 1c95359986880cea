"""The kinds of tokenizers in GGUF files, one file each.

Knows nothing about how text is cut into words. A kind is a `GgufTokenizerKind` and one line in `GGUF_KINDS`.
"""

from models.tokenizer.gguf_kinds import byte_level, gemma4, sentence_piece, unigram
from models.tokenizer.gguf_kinds.kind import GgufTokenizerKind

GGUF_KINDS: tuple[GgufTokenizerKind, ...] = (
    byte_level.KIND,
    sentence_piece.KIND,
    unigram.KIND,
    gemma4.KIND,
)
"""Every kind that is read."""
