"""The tokens of a sentence to choose a word from, and the tokens that a word looks at, tinted by how much.

Knows nothing about where tokens and weights come from.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from desktop import colour_maps, theme
from desktop.controls.numbers import format_exact, format_percent
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.panels.readings.words import Word
from desktop.plots.attention_scale import AttentionScale
from desktop.token_chips import TokenChips
from inference.contract import FloatArray, Token
from models.tokenizer.pieces import render_piece


class SentenceChips(TokenChips):
    """Chips of which a run is chosen, with the mouse or the keyboard.

    Args:
        parent: the widget it lies in.
    """

    token_chosen = Signal(int, bool)
    """A token, and whether the run is to reach as far as it."""

    token_sought = Signal(int)
    """A token that is to be in sight: the last of the chosen run, or the one the keyboard is at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._word: Word | None = None
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def show_word(self, word: Word | None) -> None:
        """Outline a run; none with ``None``."""
        if word != self._word:
            self._word = word
            self._current = self._current if word is None else word.last
            self.update()
            self.token_sought.emit(self._current)
        said = [render_piece(token.piece) for token in self.tokens]
        chosen = "" if word is None else self.tr("chosen: {word}").format(word=word.shown)
        self.setAccessibleDescription(" ".join([*said, self.note, chosen]).strip())

    def colours_of(self, position: int) -> tuple[QColor, QColor, QColor]:
        """What a template added steps back, what is chosen comes forward."""
        palette, word, token = theme.current(), self._word, self.tokens[position]
        if word is not None and word.start <= position < word.stop:
            faint = palette.text_soft
            return theme.colour(palette.accent_soft), theme.colour(palette.text), theme.colour(faint)
        if token.part == "template" and not token.special:
            return (
                theme.colour(palette.surface),
                theme.colour(palette.text_faint),
                theme.colour(palette.text_faint),
            )
        return super().colours_of(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The chips, a line around the token that is compared, and the keyboard's place."""
        super().paintEvent(event)
        painter, palette = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._word is not None:
            painter.setPen(QPen(theme.colour(palette.accent), 1.5))
            painter.drawRoundedRect(self._inside(self._word.last), 4, 4)
        if self.hasFocus() and self.tokens:
            painter.setPen(QPen(theme.colour(palette.text), 1.0, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(self._inside(self._current).adjusted(2, 2, -2, -2), 3, 3)

    def _inside(self, position: int) -> QRectF:
        return self.chip(position).adjusted(0.75, 0.75, -0.75, -0.75)

    # ------------------------------------------------------------ pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what can be chosen."""
        over = self.position_at(event.position()) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the word under the pointer, or with Shift make the run reach as far."""
        position = self.position_at(event.position())
        if position >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._current = position
            self.token_chosen.emit(position, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go along, Space and Enter choose, with Shift up to there."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key, last = Qt.Key(event.key()), len(self.tokens) - 1
        if key in steps and last >= 0:
            self._current = min(max(self._current + steps[key], 0), last)
            self.update()
            self.token_sought.emit(self._current)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and last >= 0:
            extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.token_chosen.emit(min(self._current, last), extend)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the keyboard's place."""
        super().focusInEvent(event)
        self._current = min(max(self._current, 0), max(len(self.tokens) - 1, 0))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it."""
        super().focusOutEvent(event)
        self.update()


class WeightChips(TokenChips):
    """Chips with the weight of each, on the ground that its weight has in the transcript.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._weights: FloatArray = np.zeros(0, np.float32)

    def show_weights(self, tokens: Sequence[Token], weights: FloatArray) -> None:
        """Show others.

        Args:
            tokens: that are looked at.
            weights: ``float32 [tokens]``.
        """
        self._weights = weights
        self.show_tokens(tokens, "")
        said = [f"{render_piece(token.piece)} {self.number_of(at)}" for at, token in enumerate(tokens)]
        self.setAccessibleDescription("; ".join(said))

    def number_of(self, position: int) -> str:
        """The weight in percent."""
        return self.tr("{percent} %").format(percent=format_percent(float(self._weights[position])))

    def colours_of(self, position: int) -> tuple[QColor, QColor, QColor]:
        """By the weight, on a logarithmic scale."""
        palette = theme.current()
        share = AttentionScale().fraction(float(self._weights[position]))
        ground = QColor(*colour_maps.colour_of(colour_maps.attention_ground(palette), share))
        return ground, theme.colour(palette.text), theme.colour(palette.text_soft)

    def event(self, event: QEvent) -> bool:
        """The exact weight under the pointer."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            position = self.position_at(QPointF(event.pos()))
            if position >= 0:
                text = self.tr("“{piece}” at position {position}: weight {weight}").format(
                    piece=render_piece(self.tokens[position].piece),
                    position=position,
                    weight=format_exact(float(self._weights[position])),
                )
                QToolTip.showText(event.globalPos(), plain_tooltip(text), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
