"""Merges found from tokens that have an order, where a file gives no merges: rank files, SentencePiece's scores.

Knows nothing about files. Any two neighbours that join to a token may be merged, the token that comes first in the
order first; so every way to cut a token in two is a merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from models.tokenizer.errors import bad_tokenizer

MOST_CUTS = 60_000_000
"""Bound on the work, in characters squared; the largest vocabularies in use need a fifth of it."""


def merges_in_order(tokens: Iterable[str], parts: Set[str]) -> list[tuple[str, str]]:
    """Pairs that become a token, the most urgent first.

    Args:
        tokens: that merges may lead to, the most urgent first.
        parts: every token that may be merged.

    Raises:
        TokenizerError: the tokens are so long that finding the pairs would take too much time.
    """
    merges: list[tuple[str, str]] = []
    work = 0
    for token in tokens:
        length = len(token)
        work += length * length
        if work > MOST_CUTS:
            raise bad_tokenizer("has too many long tokens to find its merges")
        # Of two ways to make one token, the one with the longer left part first, as Hugging Face transformers has it.
        merges += [
            (left, right)
            for cut in range(length - 1, 0, -1)
            if (left := token[:cut]) in parts and (right := token[cut:]) in parts
        ]
    return merges
