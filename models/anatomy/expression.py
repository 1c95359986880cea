"""A model as one nested expression: ``logits = Head(FinalNorm(Block29(… Embedding(ids))))``.

Knows nothing about who shows it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from models.anatomy.entries import LayerEntry
from models.anatomy.parts import Part

_BESIDE = frozenset({Part.POSITIONS.value, Part.OTHER.value, Part.RESIDUAL.value})
"""Parts that nothing goes through."""

_ATTENTION = (
    Part.ATTENTION_NORM, Part.QUERY_KEY_VALUE, Part.QUERY, Part.KEY, Part.VALUE, Part.ATTENTION,
    Part.ATTENTION_OUTPUT,
)  # fmt: skip
_FIRST_HALF = frozenset(one.value for one in _ATTENTION)
_BRANCHES = (Part.QUERY.value, Part.KEY.value, Part.VALUE.value), (Part.GATE.value, Part.UP.value)
"""Parts that stand beside each other."""


def called(text: str) -> str:
    """A name as a function's: ``query projection`` becomes ``QueryProjection``."""
    words = re.findall(r"[^\W_]+", text)
    return "".join(word[:1].upper() + word[1:] for word in words) or "Layer"


def steps_of(entries: Sequence[LayerEntry]) -> tuple[int, ...]:
    """Rows that the input goes through one after the other, the first one first."""
    return tuple(index for index, one in enumerate(entries) if one.parent < 0 and one.part not in _BESIDE)


def inner_expression(entries: Sequence[LayerEntry], index: int, value: str = "x") -> str:
    """What a row does to a value, of a block with the sums of the residual stream; its name where it has no parts.

    Args:
        entries: of the model.
        index: of the row.
        value: what goes in.
    """
    parts = [one for one in entries if one.parent == index]
    if not parts:
        return f"{name_of(entries[index])}({value})"
    if entries[index].kind != "block":
        return _nested([one.name or one.operators[0] for one in parts], value)
    names = [one.part for one in parts if one.part not in _BESIDE]
    first = [one for one in names if one in _FIRST_HALF]
    second = [one for one in names if one not in _FIRST_HALF]
    after = "h" if second else ""
    made = f"{value} + {_nested(first, value)}" if first else value
    return f"{made} = {after};  {after} + {_nested(second, after)}" if second and first else made


def _nested(names: Sequence[str], value: str) -> str:
    done = value
    beside: list[str] = []
    for at, name in enumerate(names):
        group = next((one for one in _BRANCHES if name in one), None)
        if group is None:
            done = f"{called(name)}({done})"
            continue
        beside.append(f"{called(name)}({done})")
        if at + 1 == len(names) or names[at + 1] not in group:
            done, beside = ", ".join(beside), []
    return done


def name_of(entry: LayerEntry) -> str:
    """A row's name as a function's."""
    if entry.kind == "block":
        return f"Block{entry.layer}"
    return called(entry.part or entry.name or (entry.operators[0] if entry.operators else ""))


def expression(entries: Sequence[LayerEntry], shown: Collection[int], output: str, given: str) -> str:
    """The whole expression, with only some of its rows; what is left out between them is “…”.

    Args:
        entries: of the model.
        shown: indices of the rows to be written out.
        output: name of the result.
        given: name of the input.
    """
    steps = reversed(steps_of(entries))
    text, closing, left_out = "", 0, False
    for index in steps:
        if index in shown:
            text += ("… " if left_out else "") + f"{name_of(entries[index])}("
            closing += 1
            left_out = False
        else:
            left_out = True
    return f"{output} = {text}{'… ' if left_out else ''}{given}{')' * closing}"
