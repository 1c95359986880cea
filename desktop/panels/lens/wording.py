"""What the lens panel says in words: cells, parts of the model, why there is nothing to see.

Knows nothing about widgets.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal, format_percent
from desktop.muted_words import head_words, mlp_words
from desktop.panels.lens.reader import LensRow
from desktop.plots.lens_grid import LensCell
from desktop.plots.share_bars import Share
from desktop.session import Session
from inference.contract import Attribution
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate

SHOWN_SHARES = 14
"""Shares that are shown one by one."""


def why_empty(session: Session) -> str:
    """Why nothing can be shown; empty where something can."""
    if session.model is None:
        return translate(
            "Lens", "Here you will see what the model would say after each layer, once one is loaded."
        )
    if session.recorded:
        return translate("Lens", "Only what was recorded is here; open the model to look through its layers.")
    if len(session.tokens) < 2:
        return translate(
            "Lens",
            "Send a message: for every token, what the model would have said after each of its layers.",
        )
    return ""


def point_name(point: int) -> str:
    """A point of the stream: before the first layer, or behind one."""
    return translate("Lens", "embedding") if point == 0 else str(point - 1)


def short_point_name(point: int) -> str:
    """The same where there is little room."""
    return translate("Lens", "in") if point == 0 else str(point - 1)


def cell(row: LensRow, point: int, pieces: Sequence[bytes]) -> LensCell:
    """One cell of the grid."""
    top = int(row.top[point])
    piece = render_piece(pieces[top]) if top < len(pieces) else str(top)
    sentence = translate(
        "Lens", "{where}: “{piece}” {p} %; the chosen “{chosen}” {q} %, rank {rank}; entropy {entropy} nats"
    )
    chosen = render_piece(pieces[row.chosen]) if row.chosen < len(pieces) else str(row.chosen)
    where = (
        translate("Lens", "before the first layer")
        if point == 0
        else translate("Lens", "after layer {layer}").format(layer=point - 1)
    )
    words = sentence.format(
        where=where,
        piece=piece,
        p=format_percent(float(row.top_p[point])),
        chosen=chosen,
        q=format_percent(float(row.chosen_p[point])),
        rank=format_count(int(row.ranks[point])),
        entropy=format_decimal(float(row.entropies[point]), 2),
    )
    return LensCell(piece, float(row.top_p[point]), top == row.chosen, words)


def headline(session: Session, row: LensRow | None) -> str:
    """What the layers make of the token at the cursor."""
    if session.row < 0:
        return translate("Lens", "Choose a token that something comes before.")
    piece = render_piece(session.tokens[session.cursor].piece)
    if row is None:
        return translate("Lens", "The layers on the way to “{piece}” are being read …").format(piece=piece)
    first = int(np.argmax(row.ranks == 1)) if (row.ranks == 1).any() else -1
    if first < 0:
        sentence = translate(
            "Lens", "“{piece}” is nowhere the most probable token; at the end its rank is {rank}."
        )
        return sentence.format(piece=piece, rank=format_count(int(row.ranks[-1])))
    if first == 0:
        return translate("Lens", "“{piece}” is the most probable token before any layer.").format(piece=piece)
    sentence = translate(
        "Lens", "“{piece}” is the most probable token for the first time after layer {layer}."
    )
    return sentence.format(piece=piece, layer=first - 1)


def shares(found: Attribution) -> list[Share]:
    """Every part, the largest share first; what is no part of the model comes last."""
    parts = [Share(translate("Lens", "embedding"), found.embedding)]
    if found.positions:
        parts.append(Share(translate("Lens", "positions"), found.positions))
    for layer, heads in enumerate(found.heads):
        if np.isnan(heads).any():
            parts.append(
                Share(
                    translate("Lens", "attention {layer}").format(layer=layer), float(found.attention[layer])
                )
            )
        else:
            parts += [Share(head_words(layer, head), float(value)) for head, value in enumerate(heads)]
    parts += [Share(mlp_words(layer), float(value)) for layer, value in enumerate(found.mlp)]
    parts.sort(key=lambda one: -abs(one.value))
    beside = float(np.nansum(found.beside_heads))
    rest = [
        Share(translate("Lens", "offsets of projections"), beside, quiet=True),
        Share(translate("Lens", "offset of norm and head"), found.offset, quiet=True),
        Share(translate("Lens", "rounding"), found.remainder, quiet=True),
    ]
    return parts + [one for one in rest if abs(one.value) >= 5e-7]


def shown_shares(every: Sequence[Share]) -> list[Share]:
    """The largest one by one, the others in one."""
    loud = [one for one in every if not one.quiet]
    quiet = [one for one in every if one.quiet]
    others = loud[SHOWN_SHARES:]
    if others:
        name = translate("Lens", "{count} others").format(count=format_count(len(others)))
        quiet.insert(0, Share(name, sum(one.value for one in others), quiet=True))
    return [*loud[:SHOWN_SHARES], *quiet]


def total(found: Attribution, piece: str) -> str:
    """What the shares add up to."""
    sentence = translate("Lens", "What adds up to the logit of “{piece}”, {logit}")
    return sentence.format(piece=piece, logit=format_decimal(found.logit, 3))
