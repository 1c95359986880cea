"""How tensors are described to people.

Knows no widget.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count
from desktop.panels.layers.wording import shape_text
from inference.tensors.contract import TensorInfo
from models.escaping import escape_text

translate = QCoreApplication.translate


def type_text(info: TensorInfo) -> str:
    """The type of its numbers, of a quantized matrix with its blocks."""
    if info.quantized_bits:
        return translate("Tensors", "INT{bits}, blocks of {block}").format(
            bits=info.quantized_bits, block=format_count(info.block)
        )
    return info.element


def shown_shape(info: TensorInfo) -> str:
    """Its shape, of a quantized matrix that of the numbers it means."""
    return shape_text(info.shape if info.meant_shape is None else info.meant_shape)


def place_text(info: TensorInfo) -> str:
    """Where it lives, short."""
    return {
        "file": translate("Tensors", "mapped file"),
        "graph": translate("Tensors", "RAM, in the graph"),
        "gpu": translate("Tensors", "GPU memory"),
        "memory": translate("Tensors", "RAM"),
    }[info.lives]


def place_sentence(info: TensorInfo) -> str:
    """Where it lives, with the place in the file."""
    if not info.file:
        return place_text(info)
    return translate("Tensors", "{place}: {file}, from byte {offset}").format(
        place=place_text(info), file=escape_text(info.file), offset=format_count(info.offset)
    )
