"""Collects tokens from stretches of text and from IDs, and remembers where each token comes from.

Knows nothing about templates or messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from inference.contract import Token
from models.tokenizer.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a stretch of a prompt comes from, as `Token` has it."""

    part: Literal["template", "system", "user", "assistant", "reply"] = "template"
    message: int = -1
    channel: str = "final"


class TokenWriter:
    """Stretches of text that follow each other are tokenized in one piece; IDs separate such pieces.

    Args:
        tokenizer: makes ordinary text into tokens.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._tokens: list[Token] = []
        self._first = True
        self._stretches: list[tuple[str, Origin]] = []

    def write_text(self, text: str, origin: Origin) -> None:
        """Add ordinary text: names of control tokens in it are text."""
        if text:
            self._stretches.append((text, origin))

    def write_begin(self, begin_id: int) -> None:
        """Add the token that stands before everything; text after it is still the first text."""
        self.write_ids([begin_id], Origin())
        self._first = True

    def write_ids(self, ids: Iterable[int], origin: Origin) -> None:
        """Add tokens as they are."""
        self._tokenize()
        is_control = self._tokenizer.is_control
        self._tokens += [
            Token(
                one,
                self._tokenizer.piece(one),
                is_control(one),
                origin.part,
                origin.message,
                origin.channel,
            )
            for one in ids
        ]
        self._first = False

    def finish(self) -> tuple[Token, ...]:
        """All tokens."""
        self._tokenize()
        return tuple(self._tokens)

    def _tokenize(self) -> None:
        stretches, self._stretches = self._stretches, []
        if not stretches:
            return
        first, self._first = self._first, False
        ids = self._tokenizer.encode("".join(text for text, _ in stretches), first=first)
        pieces = [self._tokenizer.piece(one) for one in ids]
        ends = self._ends([text for text, _ in stretches], b"".join(pieces))
        position = index = 0
        for one, piece in zip(ids, pieces, strict=True):
            # A token belongs to the stretch in which it begins.
            while index < len(ends) - 1 and position >= ends[index]:
                index += 1
            origin = stretches[index][1]
            self._tokens.append(Token(one, piece, False, origin.part, origin.message, origin.channel))
            position += len(piece)

    def _ends(self, texts: Sequence[str], made: bytes) -> list[int]:
        """Where each stretch ends in the bytes of the tokens."""
        said = "".join(texts).encode("utf-8", "surrogatepass")
        if made.endswith(said):
            # Some tokenizers write a space before the first word; it is of the first stretch.
            lengths = [len(text.encode("utf-8", "surrogatepass")) for text in texts]
            return [len(made) - len(said) + end for end in accumulate(lengths)]
        # The tokenizer changed the text (normalised it, say): what it makes of each stretch alone counts.
        alone = [map(self._tokenizer.piece, self._tokenizer.encode(text)) for text in texts]
        return list(accumulate(sum(map(len, each)) for each in alone))
