"""How weights are kept, in the window's language: what models and identities say of it in English.

Knows no widget.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count
from models.escaping import escape_text

translate = QCoreApplication.translate

_FLIPPED = re.compile(r", (\d+) bits? flipped")


def precision_words(label: str) -> str:
    """A precision's label; what is no known one is shown as it is.

    Args:
        label: as in `BundleFacts.precision_label` and `ModelIdentity.precision`; it may be from a file.
    """
    flipped = _FLIPPED.search(label)
    kept = ", ".join(_kind(part) for part in _FLIPPED.sub("", label).split(", "))
    if flipped is None:
        return kept
    count = int(flipped[1])
    said = (
        translate("Precision", "{kept}, 1 bit flipped")
        if count == 1
        else translate("Precision", "{kept}, {count} bits flipped")
    )
    return said.format(kept=kept, count=format_count(count))


def _kind(label: str) -> str:
    if rest := re.fullmatch(r"the rest (.+)", label):
        return translate("Precision", "the rest {kept}").format(kept=_kind(rest[1]))
    if blocks := re.fullmatch(r"(\d+)-bit blocks of (\d+)", label):
        return translate("Precision", "{bits}-bit blocks of {block}").format(bits=blocks[1], block=blocks[2])
    kinds = {
        "floating point": translate("Precision", "{bits}-bit floating point"),
        "brain floating point": translate("Precision", "{bits}-bit brain floating point"),
        "integers": translate("Precision", "{bits}-bit integers"),
        "numbers": translate("Precision", "{bits}-bit numbers"),
    }
    other = re.fullmatch(r"(\d+)-bit (.+)", label)
    if other is not None and other[2] in kinds:
        return kinds[other[2]].format(bits=other[1])
    return escape_text(label)
