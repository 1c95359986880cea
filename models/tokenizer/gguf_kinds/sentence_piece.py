"""SentencePiece BPE in GGUF files, ``llama``: tokens whose scores say which pair is joined first.

Knows nothing about Unigram models, which SentencePiece makes too. As llama.cpp does it: a space before every stretch
of text if the file wants one, spaces as ``▁``, and bytes for characters that are no token.
"""

from __future__ import annotations

import re

from models.gguf.metadata import Metadata
from models.tokenizer.added_tokens import Role
from models.tokenizer.definition import assemble
from models.tokenizer.gguf_kinds.kind import GgufTokenizer, GgufTokenizerKind, GgufTokens, TokenType
from models.tokenizer.kinds.byte_pair import BytePairModel
from models.tokenizer.merges import merges_in_order

SPACE = "▁"

_BYTE = re.compile(r"<0x[0-9A-Fa-f]{2}>")

_WORDS = {TokenType.NORMAL, TokenType.UNUSED}


def _read(metadata: Metadata, tokens: GgufTokens) -> GgufTokenizer:
    scores = tokens.required_scores()
    added = tokens.added(strips_right=_swallows_space(metadata))
    words = [
        number
        for number, (name, kind) in enumerate(zip(tokens.names, tokens.types, strict=True))
        if (kind in _WORDS and not _BYTE.fullmatch(name))
        or (name in added and added[name].role is Role.PLAIN)
    ]
    ordered = sorted(words, key=lambda number: -scores[number])
    names = tokens.names
    merges = merges_in_order((names[number] for number in ordered), {names[number] for number in words})
    unknown = tokens.unknown_id(metadata)
    definition = assemble(
        BytePairModel(
            {name: number for number, name in enumerate(names)},
            merges,
            unknown=None if unknown is None else names[unknown],
            fuse_unknown=True,
            byte_fallback=True,
        ),
        added,
        **sentence_piece_steps(space_before=metadata.flag("tokenizer.ggml.add_space_prefix", True)),
    )
    return GgufTokenizer(definition, begins=True, notes=_notes(names, scores, words))


def sentence_piece_steps(*, space_before: bool) -> dict[str, dict[str, object]]:
    """Normalizer and decoder of a tokenizer that writes spaces as ``▁``.

    Args:
        space_before: whether every stretch of text gets a space before it.
    """
    escape = {"type": "Replace", "pattern": {"String": " "}, "content": SPACE}
    prepend = [{"type": "Prepend", "prepend": SPACE}] if space_before else []
    strip = [{"type": "Strip", "content": " ", "start": 1, "stop": 0}] if space_before else []
    return {
        "normalizer": {"type": "Sequence", "normalizers": [*prepend, escape]},
        "decoder": {
            "type": "Sequence",
            "decoders": [
                {"type": "Replace", "pattern": {"String": SPACE}, "content": " "},
                {"type": "ByteFallback"},
                {"type": "Fuse"},
                *strip,
            ],
        },
    }


def _swallows_space(metadata: Metadata) -> bool:
    """Whether control tokens take the white space after them with them; files do not say so, names do."""
    name = metadata.get("general.name")
    return isinstance(name, str) and any(one in name.lower() for one in ("phi-3", "phi3"))


def _notes(names: list[str], scores: list[float], words: list[int]) -> tuple[str, ...]:
    joined = [scores[number] for number in words if len(names[number]) > 1]
    shared = len(joined) - len(set(joined))
    if not shared:
        return ()
    have = "tokens have" if shared > 1 else "token has"
    return (
        f"{shared:,} {have} the score of another one: where two merges are equally good, other programs may "
        "choose the other.",
    )


KIND = GgufTokenizerKind("llama", "SentencePiece BPE", _read)
