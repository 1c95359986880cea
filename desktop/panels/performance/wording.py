"""What the performance panel says: names of kinds and parts, and figures with their units.

Knows no widget.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from desktop.controls.numbers import format_count, format_decimal
from inference.contract import ComparedRun, ProviderChoice
from models.anatomy.parts import Part

translate = QCoreApplication.translate

_KINDS = (
    str(QT_TRANSLATE_NOOP("Performance", "model")),
    str(QT_TRANSLATE_NOOP("Performance", "sampling")),
    str(QT_TRANSLATE_NOOP("Performance", "capture")),
    str(QT_TRANSLATE_NOOP("Performance", "window")),
)

_PARTS: dict[Part, str] = {
    Part.EMBEDDING: str(QT_TRANSLATE_NOOP("Performance", "embedding")),
    Part.POSITIONS: str(QT_TRANSLATE_NOOP("Performance", "positions and masks")),
    Part.ATTENTION_NORM: str(QT_TRANSLATE_NOOP("Performance", "attention norm")),
    Part.QUERY_KEY_VALUE: str(QT_TRANSLATE_NOOP("Performance", "query, key and value projections")),
    Part.QUERY: str(QT_TRANSLATE_NOOP("Performance", "query projection")),
    Part.KEY: str(QT_TRANSLATE_NOOP("Performance", "key projection")),
    Part.VALUE: str(QT_TRANSLATE_NOOP("Performance", "value projection")),
    Part.ATTENTION: str(QT_TRANSLATE_NOOP("Performance", "attention")),
    Part.ATTENTION_OUTPUT: str(QT_TRANSLATE_NOOP("Performance", "output projection")),
    Part.MLP_NORM: str(QT_TRANSLATE_NOOP("Performance", "MLP norm")),
    Part.GATE_UP: str(QT_TRANSLATE_NOOP("Performance", "gate and up projections")),
    Part.GATE: str(QT_TRANSLATE_NOOP("Performance", "gate projection")),
    Part.UP: str(QT_TRANSLATE_NOOP("Performance", "up projection")),
    Part.ACTIVATION: str(QT_TRANSLATE_NOOP("Performance", "activation")),
    Part.DOWN: str(QT_TRANSLATE_NOOP("Performance", "down projection")),
    Part.EXPERTS: str(QT_TRANSLATE_NOOP("Performance", "experts")),
    Part.RESIDUAL: str(QT_TRANSLATE_NOOP("Performance", "residual sum")),
    Part.FINAL_NORM: str(QT_TRANSLATE_NOOP("Performance", "final norm")),
    Part.HEAD: str(QT_TRANSLATE_NOOP("Performance", "head")),
    Part.OTHER: str(QT_TRANSLATE_NOOP("Performance", "other")),
}


def kind_names() -> tuple[str, ...]:
    """The names of `token_times.KINDS`."""
    return tuple(translate("Performance", name) for name in _KINDS)


def part_name(part: str) -> str:
    """What a part of a model is called.

    Args:
        part: value of a `models.anatomy.parts.Part`.
    """
    return translate("Performance", _PARTS[Part(part)])


def milliseconds(ms: float) -> str:
    """A time, with three digits that matter; a dash where it is unknown."""
    if math.isnan(ms):
        return "–"
    decimals = 0 if ms >= 100 else 1 if ms >= 10 else 2 if ms >= 0.1 else 3
    return translate("Performance", "{value} ms").format(value=format_decimal(ms, decimals))


def rate(ms: float) -> str:
    """How many tokens a second, where one takes so long."""
    if math.isnan(ms) or ms <= 0:
        return "–"
    return translate("Performance", "{value} tokens/s").format(value=format_decimal(1000 / ms, 1))


def scaled(value: float, unit: str) -> str:
    """A number with the prefix that makes it short (``151 MB``, ``30.4 GB/s``)."""
    for factor, prefix in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= factor:
            shown = value / factor
            return f"{format_decimal(shown, 0 if shown >= 100 else 1)} {prefix}{unit}"
    return f"{format_decimal(value, 0)} {unit}"


def operations(flops: float) -> str:
    """A number of floating-point operations."""
    return scaled(flops, "FLOP")


def integer_operations(operations: float) -> str:
    """A number of operations that need not be on floating-point numbers."""
    return scaled(operations, "OP")


def size(count: float) -> str:
    """A number of bytes."""
    return scaled(count, "B")


def percent(share: float) -> str:
    """A share as a percentage."""
    return translate("Performance", "{value} %").format(
        value=format_decimal(share * 100, 0 if share >= 0.1 else 1)
    )


def run_name(run: ComparedRun) -> str:
    """What the column of a run is called."""
    return column_name(run.provider, run.variant)


def column_name(provider: ProviderChoice, variant: str) -> str:
    """Provider, threads on the CPU, and the variant where it is another."""
    name = provider.name
    if provider.name == "CPU":
        sentence = (
            translate("Performance", "{count} thread")
            if provider.threads == 1
            else translate("Performance", "{count} threads")
        )
        name = f"CPU, {sentence.format(count=format_count(provider.threads))}"
    return f"{name}, {variant}" if variant else name
