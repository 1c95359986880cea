"""Byte-level BPE in GGUF files, ``gpt2``: tokens, merges, and the name of the rule that cuts text into words.

Knows nothing about the rules themselves.
"""

from __future__ import annotations

from models.errors import TokenizerError
from models.escaping import escape_text
from models.gguf.metadata import Metadata
from models.tokenizer.added_tokens import Role
from models.tokenizer.definition import assemble
from models.tokenizer.gguf_kinds.kind import GgufTokenizer, GgufTokenizerKind, GgufTokens
from models.tokenizer.kinds.byte_pair import BytePairModel, checked_merges
from models.tokenizer.pre_tokenizers import BYTE_DECODER, PRE_TOKENIZERS, PreTokenizer, find_pre_tokenizer


def _read(metadata: Metadata, tokens: GgufTokens) -> GgufTokenizer:
    rule = _rule(metadata)
    vocabulary = {name: number for number, name in enumerate(tokens.names)}
    merges = checked_merges(metadata.texts("tokenizer.ggml.merges"), vocabulary)
    added = tokens.added()
    kept = {
        name: number
        for name, number in vocabulary.items()
        if name not in added or added[name].role is Role.PLAIN
    }
    apart = vocabulary.keys() - kept.keys()
    usable = [pair for pair in merges if apart.isdisjoint(pair) and pair[0] + pair[1] not in apart]
    definition = assemble(
        BytePairModel(kept, usable, whole_words_first=rule.whole_words_first),
        added,
        normalizer=rule.normalizer,
        pre_tokenizer={"type": "Sequence", "pretokenizers": list(rule.steps)},
        decoder=BYTE_DECODER,
    )
    return GgufTokenizer(definition, rule.begins)


def _rule(metadata: Metadata) -> PreTokenizer:
    identifier = metadata.text("tokenizer.ggml.pre", "")
    rule = find_pre_tokenizer(identifier)
    if rule is None:
        known = ", ".join(f"“{each.identifiers[0]}”" for each in PRE_TOKENIZERS)
        named = f"names the pre-tokenizer “{escape_text(identifier)}”, which is unknown"
        raise TokenizerError(
            "unknown-pre-tokenizer",
            f"The model file {named if identifier else 'names no pre-tokenizer (tokenizer.ggml.pre)'}.",
            f"Use a file with one of {known}: with a wrong one the model would misread every text.",
        )
    return rule


KIND = GgufTokenizerKind("gpt2", "byte-level BPE", _read)
