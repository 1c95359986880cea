"""What is muted, in words: one line for a reply, one part after the other for a list.

Knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count
from inference.contract import Token
from inference.intervention import Intervention
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate


def head_words(layer: int, head: int) -> str:
    """One head: ``head 3 · 1``, its layer first."""
    return translate("Muting", "head {layer} · {head}").format(layer=layer, head=head)


def attention_words(layer: int) -> str:
    """A whole attention block."""
    return translate("Muting", "attention of layer {layer}").format(layer=layer)


def mlp_words(layer: int) -> str:
    """A whole MLP."""
    return translate("Muting", "MLP of layer {layer}").format(layer=layer)


def word_words(position: int, tokens: Sequence[Token]) -> str:
    """A covered word, by its piece where it is known."""
    if position >= len(tokens):
        return translate("Muting", "word at {position}").format(position=format_count(position))
    token = tokens[position]
    piece = token.piece.decode("utf-8", "replace") if token.special else render_piece(token.piece)
    return translate("Muting", "word “{piece}”").format(piece=piece)


def parts(intervention: Intervention, tokens: Sequence[Token] = ()) -> list[str]:
    """Everything that is muted or covered, one by one.

    Args:
        intervention: in words.
        tokens: of the sequence that words are covered in.
    """
    found = [head_words(*head) for head in intervention.heads]
    found += [attention_words(layer) for layer in intervention.attention]
    found += [mlp_words(layer) for layer in intervention.mlp]
    return found + [word_words(position, tokens) for position in intervention.covered]


def summary(intervention: Intervention) -> str:
    """On one line what a reply was written without; empty for nothing."""
    if not intervention:
        return ""
    if len(intervention) <= 2 and not intervention.covered:
        what = ", ".join(parts(intervention))
    else:
        counts = (
            (len(intervention.heads), translate("Muting", "1 head"), translate("Muting", "{count} heads")),
            (
                len(intervention.attention),
                translate("Muting", "1 attention block"),
                translate("Muting", "{count} attention blocks"),
            ),
            (len(intervention.mlp), translate("Muting", "1 MLP"), translate("Muting", "{count} MLPs")),
            (len(intervention.covered), translate("Muting", "1 word"), translate("Muting", "{count} words")),
        )
        what = ", ".join(
            one if count == 1 else many.format(count=format_count(count))
            for count, one, many in counts
            if count
        )
    return translate("Muting", "without {what}").format(what=what)
