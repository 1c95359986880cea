"""What the attention panel says in words: which head and query, the sink, why there is nothing to see.

Knows nothing about widgets.
"""

from __future__ import annotations

import html

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_percent
from desktop.muted_words import summary
from desktop.panels.attention.proof_badge import ModelChange
from desktop.panels.attention.top_keys import SINK_SHARE
from desktop.session import Head, Session
from inference.contract import Proof
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate


def head_name(layer: int, head: Head) -> str:
    """A head, or what stands for all heads of its layer."""
    names = {
        "mean": translate("Attention", "layer {layer}, mean over heads"),
        "max": translate("Attention", "layer {layer}, maximum over heads"),
    }
    name = names.get(str(head), translate("Attention", "layer {layer}, head {head}"))
    return name.format(layer=layer, head=head)


def headline(layer: int, head: Head, query: bytes | None) -> str:
    """Which head is shown, and the query at the cursor by its piece if there is one."""
    name = head_name(layer, head)
    if query is None:
        return name
    piece = render_piece(query)
    if len(piece) > 1:
        piece = piece.removeprefix("·")
    return translate("Attention", "{head} · query “{query}” looks at keys →").format(head=name, query=piece)


def sink_sentence(row: int, first: float, hidden: bool) -> str:
    """What there is to say about the first key, as rich text; may be empty.

    Args:
        row: the query.
        first: the weight it gives the first key.
        hidden: whether the first key is hidden.
    """
    if hidden:
        percent = translate("Attention", "{percent} %").format(percent=format_percent(first))
        sentence = translate(
            "Attention",
            "The first token's weight, {percent}, is hidden. The others are scaled up to the row's sum, for "
            "display only.",
        )
        return sentence.format(percent=html.escape(percent))
    if first >= SINK_SHARE and row > 0:
        return translate(
            "Attention",
            "The first token is an <b>attention sink</b>: heads with nothing to say park their weight there.",
        )
    return ""


def known_proof(session: Session) -> Proof | None:
    """The proof, or the refusal that was clear before anything was measured."""
    if session.proof is None and session.attention_refusal:
        return Proof("refused", None, None, 0, session.attention_refusal)
    return session.proof


def model_change(session: Session) -> ModelChange:
    """How the model that runs differs from the one in its file."""
    now, bits, muting = [], len(session.inspection.bits), session.muting
    if bits:
        flipped = (
            translate("Attention", "A bit of a weight is flipped in memory.")
            if bits == 1
            else translate("Attention", "{count} bits of weights are flipped in memory.")
        )
        now.append(flipped.format(count=format_count(bits)))
    if muting.read_under:
        now.append(
            translate("Attention", "What is shown was read {without}.").format(
                without=summary(muting.read_under)
            )
        )
    following = ""
    if muting.intervention and muting.intervention != muting.read_under:
        following = translate(
            "Attention", "The next reply is written {without}; what is shown was read before."
        ).format(without=summary(muting.intervention))
    return ModelChange(" ".join(now), following)


def why_empty(session: Session, rows: int) -> str:
    """What will appear in an empty panel and how, or why it will not; nothing where there is something to see.

    Args:
        session: the window's state.
        rows: how many rows there are.
    """
    if session.attention_refusal:
        return translate("Attention", "No attention is shown for this model: {reason}").format(
            reason=session.attention_refusal
        )
    if rows:
        return ""
    if session.model is None:
        return translate(
            "Attention",
            "Here you will see which earlier tokens each token looks at, head by head, as soon as a model is "
            "loaded.",
        )
    return translate(
        "Attention",
        "Send a message: while the model writes, a row appears here for every token and shows which earlier "
        "tokens it looks at.",
    )
