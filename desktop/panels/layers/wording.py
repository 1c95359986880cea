"""How layers, sizes and costs are called for people.

Knows no widget.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal
from models.anatomy.entries import LayerEntry
from models.escaping import escape_text

translate = QCoreApplication.translate

LONGEST_NAME = 120


def layer_title(entry: LayerEntry) -> str:
    """What a row of the tree is called."""
    if entry.kind == "block":
        return translate("Layers", "block {number}").format(number=entry.layer)
    if entry.part:
        return part_title(entry.part)
    return escape_text(entry.name, LONGEST_NAME)


def part_title(part: str) -> str:
    """What a part of a language model is called."""
    titles = {
        "embedding": translate("Layers", "embedding"),
        "positions and masks": translate("Layers", "positions and masks"),
        "attention norm": translate("Layers", "attention norm"),
        "query, key and value projections": translate("Layers", "query, key and value projections"),
        "query projection": translate("Layers", "query projection"),
        "key projection": translate("Layers", "key projection"),
        "value projection": translate("Layers", "value projection"),
        "attention": translate("Layers", "attention"),
        "output projection": translate("Layers", "output projection"),
        "MLP norm": translate("Layers", "MLP norm"),
        "gate and up projections": translate("Layers", "gate and up projections"),
        "gate projection": translate("Layers", "gate projection"),
        "up projection": translate("Layers", "up projection"),
        "activation": translate("Layers", "activation"),
        "down projection": translate("Layers", "down projection"),
        "experts": translate("Layers", "experts"),
        "residual sum": translate("Layers", "residual sum"),
        "final norm": translate("Layers", "final norm"),
        "head": translate("Layers", "head"),
        "other": translate("Layers", "other"),
    }
    return titles.get(part, part)


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape: ``49,152 × 576``; a single number's is empty."""
    return " × ".join(format_count(size) for size in shape)


def cost_explanation(*, by_token: bool) -> str:
    """What the operations of a row count.

    Args:
        by_token: whether they are those of one token; otherwise of one run.
    """
    if by_token:
        return translate(
            "Layers",
            "Operations are counted for a token with nothing before it. Attention takes more with every token "
            "that it looks back at: Performance counts it at the length of the conversation.",
        )
    return translate("Layers", "Operations are counted for one run on one input.")


def flops_text(flops: int | None) -> str:
    """Operations, short."""
    if flops is None:
        return "?"
    for bound, unit in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")):
        if flops >= bound:
            return f"{format_decimal(flops / bound, 2 if flops < 10 * bound else 1)}\u00a0{unit}"
    return format_count(flops) if flops else ""
