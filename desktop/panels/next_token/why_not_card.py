"""The card below the list that answers why a word was not chosen, with buttons for what would have changed it.

Knows nothing about sessions or about how an answer is found.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.panels.next_token.foot import go_on_label
from desktop.panels.next_token.why_not_figures import Stop
from desktop.panels.next_token.why_not_rows import OfferRow, Spelling, SpellingRow
from desktop.panels.next_token.why_not_words import Offer, Story


class WhyNotCard(QWidget):
    """Spellings, a sentence, offers, the way through the chain, notes.

    Where there is no room for all of it, it scrolls.

    Args:
        parent: the widget it lies in.
    """

    spelling_chosen = Signal(object)
    """A person means another spelling: its IDs."""
    settings_chosen = Signal(object)
    """A person wants these `SamplingSettings`."""
    go_on_asked = Signal()
    """The reply is to go on with the spelling that is meant."""
    said = Signal(str)
    """What was done, in a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Why not this word?"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.story = Story()
        self.spellings = SpellingRow(self.tr("Why not"))
        self.copy = self._link(self.tr("Copy"))
        self.copy.setAccessibleDescription(self.tr("Copy this answer as text"))
        self.copy.setToolTip(self.tr("Copy this answer as text"))
        self.go_on = self._link("")
        self.go_on.setAccessibleName(self.tr("Go on with this word"))
        self.go_on.setAccessibleDescription(self.tr("Write a variant of this reply with this word here"))
        self.go_on.setToolTip(self.tr("Write a variant of this reply with this word here; this one stays."))
        self.go_on.hide()
        self.go_on.clicked.connect(self.go_on_asked)
        self.way = self._label(Qt.TextFormat.RichText)
        self.sentence = self._label(Qt.TextFormat.PlainText)
        self.offers = OfferRow()
        self.notes = self._label(Qt.TextFormat.PlainText)
        self.notes.setProperty("look", "faint")
        self._arrange()
        self.copy.clicked.connect(self._copy)
        self.spellings.chosen.connect(self.spelling_chosen)
        self.offers.chosen.connect(self.settings_chosen)
        theme.themed.connect(self._dress)
        self._dress()

    def show_story(
        self, story: Story, spellings: Sequence[Spelling], meant: tuple[int, ...], way_back: Offer | None
    ) -> None:
        """Show another answer.

        Args:
            story: the answer.
            spellings: what the word can be.
            meant: IDs of the spelling that the answer is about.
            way_back: undoes an offer that was taken; ``None`` for nothing to undo.
        """
        self.story = story
        self.spellings.show_spellings(spellings, meant)
        self.offers.show_offers(story.lead, story.offers, way_back)
        self._write()
        self.setAccessibleDescription(story.text())
        self.updateGeometry()

    def offer_going_on(self, piece: str) -> None:
        """Offer to go on with the word, as it is shown; empty where that cannot be."""
        self.go_on.setVisible(bool(piece))
        if piece:
            self.go_on.setText(go_on_label(piece))

    def sizeHint(self) -> QSize:
        """High enough for all of it to be seen at the width it has."""
        around = self._around.contentsMargins()
        inside = self._column.heightForWidth(self.width() - around.left() - around.right())
        return QSize(theme.scaled(240), inside + around.top() + around.bottom())

    def minimumSizeHint(self) -> QSize:
        """Two lines; the rest is scrolled to."""
        return QSize(theme.scaled(160), theme.scaled(48))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    # ------------------------------------------------------------ from a person

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.story.text())
        self.said.emit(self.tr("The answer is on the clipboard."))

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE * 2)
        top.addWidget(self.spellings, 1)
        top.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        content, scroll = QWidget(), QScrollArea()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.SPACE)
        self._column.addLayout(top)
        for part in (self.sentence, self.offers, self.way, self.notes):
            self._column.addWidget(part)
        self._column.addStretch(1)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        # The card's own ground is seen through both.
        scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        self._around = QVBoxLayout(self)
        self._around.setContentsMargins(3 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        self._around.addWidget(scroll)

    @staticmethod
    def _label(form: Qt.TextFormat) -> QLabel:
        label = QLabel()
        label.setTextFormat(form)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    @staticmethod
    def _link(text: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("look", "link")
        button.setAccessibleName(text)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _write(self) -> None:
        arrow = f' <span style="color:{theme.current().text_faint}">→</span> '
        self.way.setText(arrow.join(map(_rich, self.story.way)))
        self.way.setVisible(bool(self.story.way))
        self.sentence.setText(self.story.sentence)
        self.notes.setText(" ".join(self.story.notes))
        self.notes.setVisible(bool(self.story.notes))

    @Slot()
    def _dress(self) -> None:
        for widget in (self.copy, self.go_on, self.way, self.sentence, self.notes):
            widget.setFont(theme.ui_font(12))
        self._write()
        self.updateGeometry()


def _rich(stop: Stop) -> str:
    """One place on the way as rich text; a line breaks only between places, not at the hyphen of a stage."""
    palette = theme.current()
    ink = palette.text_soft if stop.removed else palette.text
    return f"{_coloured(stop.label, palette.text_faint)}&nbsp;{_coloured(stop.figures, ink)}"


def _coloured(text: str, ink: str) -> str:
    unbroken = html.escape(text).replace(" ", "&nbsp;").replace("-", "-&#8288;")
    return f'<span style="color:{ink}">{unbroken}</span>'
