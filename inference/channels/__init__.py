"""The registry of reply formats: how models part thinking from replies; one file and one line each.

Knows nothing about prompts or about who writes.
"""

from __future__ import annotations

from collections.abc import Callable

from inference.channels.format import ReplyFormat
from inference.channels.harmony import find_harmony
from inference.channels.plain import PlainFormat
from inference.channels.think_tags import find_think_tags
from models.tokenizer.tokenizer import Tokenizer

REPLY_FORMATS: tuple[Callable[[Tokenizer], ReplyFormat | None], ...] = (find_harmony, find_think_tags)
"""Each gives its format to a tokenizer that has the tokens for it; the first that does counts."""


def reply_format_of(tokenizer: Tokenizer) -> ReplyFormat:
    """How the model with this tokenizer writes its replies."""
    for find in REPLY_FORMATS:
        if (found := find(tokenizer)) is not None:
            return found
    return PlainFormat(tokenizer.end_ids)
