"""What the knife panel says in words.

Knows nothing about widgets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal, format_percent
from desktop.muted_words import head_words, summary
from desktop.panels.knife.changes import Change, Changes
from desktop.panels.knife.ranking import Ranked
from desktop.plots.change_bars import ChangeRow, ChangeSection
from desktop.session import Session
from inference.intervention import Intervention
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate


def piece(pieces: Sequence[bytes], token: int) -> str:
    """A token's piece as it is shown."""
    return render_piece(pieces[token]) if token < len(pieces) else str(token)


def why_empty(session: Session) -> str:
    """Why nothing can be muted now; empty where something can."""
    if session.model is None:
        return translate("Knife", "Here you will mute heads, blocks and words, as soon as a model is loaded.")
    if session.recorded:
        return translate("Knife", "Only what was recorded is here; open the model to mute parts of it.")
    if len(session.tokens) < 2:
        return translate(
            "Knife",
            "Send a message. Then mute a head, a block or a word with a click, and see here which tokens gain and "
            "which lose.",
        )
    return ""


def headline(session: Session) -> str:
    """Which token is looked at."""
    if session.row < 0:
        return translate("Knife", "Choose a token that something comes before.")
    shown = render_piece(session.tokens[session.cursor].piece)
    sentence = translate("Knife", "How “{piece}” at position {position} came to be chosen, {without}")
    whole = translate("Knife", "nothing muted")
    without = summary(session.muting.intervention) or whole
    return sentence.format(piece=shown, position=format_count(session.cursor), without=without)


def hint(session: Session) -> str:
    """What to do, or that it is being done."""
    if session.muting.intervention:
        return translate("Knife", "The text is being read again without what is muted …")
    return translate(
        "Knife",
        "Click a head to mute it everywhere, A for the whole attention block of a layer, M for its MLP; or cover the "
        "word at the cursor and look at a later one.",
    )


def sections(changes: Changes, pieces: Sequence[bytes]) -> tuple[ChangeSection, ...]:
    """The tokens that gained and lost."""

    def row(change: Change) -> ChangeRow:
        text = translate("Knife", "{before} → {after} %").format(
            before=format_percent(change.before), after=format_percent(change.after)
        )
        return ChangeRow(piece(pieces, change.token), change.before, change.after, text)

    found = ((translate("Knife", "Gained"), changes.gained), (translate("Knife", "Lost"), changes.lost))
    return tuple(ChangeSection(title, tuple(map(row, rows))) for title, rows in found if rows)


def outcome(changes: Changes, pieces: Sequence[bytes], *, as_written: bool) -> str:
    """What became of the distribution, in a sentence or two."""
    before, after = changes.top
    if before == after:
        said = translate("Knife", "“{piece}” stays the most probable token.").format(
            piece=piece(pieces, before)
        )
    else:
        sentence = translate("Knife", "The most probable token was “{before}” and becomes “{after}”.")
        said = sentence.format(before=piece(pieces, before), after=piece(pieces, after))
    apart = translate("Knife", "The distributions are {nats} nats apart (KL divergence).")
    parts = [said, apart.format(nats=format_decimal(changes.divergence, 3))]
    if not as_written:
        parts.append(
            translate("Knife", "Both were read at once, which differs a little from how they were written.")
        )
    return " ".join(parts)


def ranking(ranked: Ranked | None, muted: Intervention, *, running: bool) -> str:
    """How far a ranking is, and what it found.

    Args:
        ranked: what is known.
        muted: now; it may be something else than was muted when heads were ranked.
        running: whether more will be known.
    """
    if ranked is None:
        return ""
    parts = []
    if ranked.done < ranked.total:
        sentence = (
            translate("Knife", "{done} of {total} heads …")
            if running
            else translate("Knife", "Stopped after {done} of {total} heads.")
        )
        parts.append(sentence.format(done=format_count(ranked.done), total=format_count(ranked.total)))
    if largest := ranked.largest(3):
        before = format_percent(math.exp(ranked.before))
        shown = [
            translate("Knife", "{head} ({before} → {after} %)").format(
                head=head_words(layer, head),
                before=before,
                after=format_percent(math.exp(min(ranked.before + effect, 0.0))),
            )
            for layer, head, effect in largest
        ]
        where = (
            translate("Knife", "Muted everywhere, these change it most: {heads}.")
            if ranked.everywhere
            else translate("Knife", "Muted at this token alone, these change it most: {heads}.")
        )
        parts.append(where.format(heads=", ".join(shown)))
        parts.append(
            translate(
                "Knife",
                "Green heads speak for the token, amber ones against it: without them it is less likely, or more.",
            )
        )
    if ranked.intervention != muted:
        whole = translate("Knife", "with nothing muted")
        parts.append(
            translate(
                "Knife", "Heads were ranked {without}; rank them again to see what matters now."
            ).format(without=summary(ranked.intervention) or whole)
        )
    return " ".join(parts)
