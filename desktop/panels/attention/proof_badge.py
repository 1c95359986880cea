"""The badge that says how far the attention shown is from what the model did.

Knows nothing about how that was measured.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from desktop import theme
from desktop.controls.numbers import format_decimal
from inference.contract import Proof

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LONGEST_REASON = 48
"""Characters of a refusal's reason on the badge; the panel shows all of it."""


def format_delta(delta: float) -> str:
    """A small difference with two digits: ``2.4 × 10⁻⁷``."""
    if delta == 0:
        return "0"
    mantissa, exponent = f"{delta:.1e}".split("e")
    return f"{format_decimal(float(mantissa), 1)} × 10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def as_clause(reason: str) -> str:
    """A sentence as the rest of another one: its first letter small, unless that is a name's or an abbreviation's."""
    first = reason.split(" ", 1)[0]
    is_word = first[:1].isupper() and (len(first) == 1 or first[1:].islower())
    return reason[:1].lower() + reason[1:] if is_word and first != "I" else reason


@dataclass(frozen=True, slots=True)
class ModelChange:
    """How the model that runs differs from the one that was proved.

    Args:
        now: what was changed when what is shown was read, in sentences; empty for nothing.
        next: what will be when the next reply is written, likewise.
    """

    now: str = ""
    next: str = ""


UNCHANGED = ModelChange()


class ProofBadge(QLabel):
    """Shows a `Proof`, or that it is not known yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._warning = False
        self._quiet = True
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(2 * theme.SPACE, theme.SPACE // 2, 2 * theme.SPACE, theme.SPACE // 2)
        self.setAccessibleName(self.tr("Proof"))
        theme.themed.connect(self._dress)
        self.show_proof(None)

    def show_proof(
        self, proof: Proof | None, recorded: bool = False, change: ModelChange = UNCHANGED
    ) -> None:
        """Show what is known.

        Args:
            proof: ``None`` while the check runs, or where a recording was made before it had ended.
            recorded: whether all of it, and what it proves, is from a recording.
            change: how the model that runs differs from the one in the file, which was proved.
        """
        refused = proof is not None and proof.kind == "refused"
        self._quiet = proof is None
        self._warning = refused or (proof is not None and bool(change.now))
        text, explanation = self._words(proof, recorded)
        if proof is not None and not refused and change.now:
            text = self.tr("model changed, not proved")
            of_file = self.tr("The check was made with the model as it is in its file:")
            explanation = "\n".join((change.now, of_file, explanation))
        elif proof is not None and not refused and change.next:
            text = self.tr("{proof} · before muting").format(proof=text)
            explanation = f"{change.next}\n{explanation}"
        self.setText(text)
        self.setToolTip(explanation)
        self.setAccessibleDescription(f"{text}. {explanation}")
        self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = palette.line if self._quiet else palette.warning if self._warning else palette.accent_line
        painter.setPen(QPen(theme.colour(line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.setFont(self.font())
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), text)

    def minimumSizeHint(self) -> QSize:
        """The first words: the tooltip has all of them."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), theme.scaled(96)), hint.height())

    def _words(self, proof: Proof | None, recorded: bool) -> tuple[str, str]:
        if proof is None and recorded:
            return self.tr("not proved"), self.tr(
                "When this was recorded, how far it is from the kernel's own numbers had not been measured yet."
            )
        if proof is None:
            return self.tr("checking …"), self.tr(
                "What is shown is being compared with the kernel's own numbers."
            )
        if proof.kind == "refused":
            reason = as_clause(proof.reason)
            if len(reason) > LONGEST_REASON:
                reason = reason[: LONGEST_REASON - 1].rstrip() + "…"
            return self.tr("refused, because {reason}").format(reason=reason), proof.reason
        text = self.tr("measured") if proof.kind == "measured" else self.tr("reconstructed")
        if proof.max_delta is not None:
            delta = format_delta(proof.max_delta)
            text = self.tr("{kind} · max |Δ| {delta}").format(kind=text, delta=delta)
        return text, self._explanation(proof, recorded)

    def _explanation(self, proof: Proof, recorded: bool) -> str:
        parts = [proof.reason]
        if recorded:
            parts.insert(0, self.tr("Measured with the model, on the machine that made the recording."))
        if proof.max_delta is not None:
            parts.append(
                self.tr(
                    "Over all layers, heads, queries and keys of {tokens} tokens the weights differ from the "
                    "kernel's own by at most {delta}."
                ).format(tokens=proof.tokens, delta=format_delta(proof.max_delta))
            )
        if proof.logits_delta is not None:
            parts.append(
                self.tr("Observing the model changes its logits by at most {delta}.").format(
                    delta=format_delta(proof.logits_delta)
                )
            )
        return "\n".join(parts)

    @Slot()
    def _dress(self) -> None:
        palette = theme.current()
        ink = palette.text_soft if self._quiet else palette.warning if self._warning else palette.accent
        colours = self.palette()
        if colours.color(self.foregroundRole()) != theme.colour(ink):
            colours.setColor(self.foregroundRole(), theme.colour(ink))
            self.setPalette(colours)
        self.setFont(theme.ui_font(12))
        self.update()
