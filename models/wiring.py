"""How a graph is fed: which input means what, which outputs are its caches, hidden state and logits.

Knows nothing about sessions; whoever runs the graph reads this instead of guessing from names.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Literal


class Role(Enum):
    """What an input of a body means; arrays have the type that the input declares."""

    IDS = "ids"
    """Token IDs ``[1, tokens]``."""
    ATTENTION_MASK = "attention mask"
    """Ones ``[1, past + tokens]``."""
    POSITIONS = "positions"
    """Positions of the tokens ``[1, tokens]``."""
    LAST_POSITION = "last position"
    """``[1]`` or ``[1, 1]``: past + tokens - 1."""
    TOTAL_LENGTH = "total length"
    """Scalar or ``[1]``: past + tokens."""
    PAST_LENGTH = "past length"
    """Scalar or ``[1]``: past."""
    USE_CACHE = "use cache"
    """``[1]`` boolean: true, the branch that takes a past."""
    LOGITS_TO_KEEP = "logits to keep"
    """Scalar: how many of the last rows get logits; 0 is all."""
    TOKEN_TYPES = "token types"
    """Zeros ``[1, tokens]``."""


@dataclass(frozen=True, slots=True)
class BodyInput:
    """An input that is no cache.

    Args:
        name: in the graph.
        role: what it means.
        dtype: numpy's name of its type.
        rank: number of its axes.
    """

    name: str
    role: Role
    dtype: str
    rank: int


@dataclass(frozen=True, slots=True)
class CacheTensor:
    """Keys, values or both of one layer, in and out of the graph.

    Args:
        past: input ``[1, heads, past, size]``; with part ``"both"`` ``[2, 1, heads, past, size]``.
        present: output, with past + tokens positions.
        part: what it holds.
        heads: key and value heads.
        size: entries of one head.
        newest_only: positions at most that the graph hands on, the newest; 0 where it keeps all.
    """

    past: str
    present: str
    part: Literal["key", "value", "both"]
    heads: int
    size: int
    newest_only: int = 0

    def shape(self, positions: int) -> tuple[int, ...]:
        """Of an array that holds so many positions."""
        one = (1, self.heads, positions, self.size)
        return (2, *one) if self.part == "both" else one


@dataclass(frozen=True, slots=True)
class Wiring:
    """How body and head are run.

    Args:
        inputs: of the body, without its caches.
        caches: of the body, layer after layer, keys before values.
        in_place: whether the graph may be given the same memory as past and present, longer than the sequence.
        cache_dtype: numpy's name of the caches' type.
        hidden: output of the body ``[1, tokens, width]`` (with rank 2 ``[tokens, width]``), from which the head
            makes logits.
        hidden_dtype: its type.
        hidden_rank: its number of axes.
        hidden_width: entries of one token.
        head_input: input of the head.
        head_rank: number of axes of the head's input, the first of three being 1.
        head_output: output of the head, ``[…, rows, vocabulary]``.
        logits_dtype: its type.
        query_dtype: type of the captured queries.
        in_parts: whether the graph can read several tokens after a past; otherwise it reads a whole text or one
            token.
        rows_apart: whether the head has to be given one row at a time, for its rows to be what they were while
            writing.
        masks: body outputs that are captured because a site's mask names them, with the number of their heads.
    """

    inputs: tuple[BodyInput, ...]
    caches: tuple[CacheTensor, ...]
    in_place: bool
    cache_dtype: str
    hidden: str
    hidden_dtype: str
    hidden_rank: int
    hidden_width: int
    head_input: str
    head_rank: int
    head_output: str
    logits_dtype: str
    query_dtype: str
    in_parts: bool = True
    rows_apart: bool = False
    masks: tuple[tuple[str, int], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        fields = asdict(self)
        fields["inputs"] = [{**asdict(one), "role": one.role.value} for one in self.inputs]
        return fields

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Wiring:
        """Read what `to_dict` made.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        return cls(
            **{
                **fields,
                "inputs": tuple(BodyInput(**{**one, "role": Role(one["role"])}) for one in fields["inputs"]),
                "caches": tuple(CacheTensor(**one) for one in fields["caches"]),
                "masks": tuple((name, heads) for name, heads in fields["masks"]),
            }
        )
