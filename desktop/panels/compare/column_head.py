"""The top of a column: its letter and name, its settings with those that differ standing out, what there is of it.

Knows nothing about the other columns but in which settings they differ; it says what a person wants done.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop import theme
from desktop.buttons import IconButton
from desktop.controls.elided_label import ElidedLabel


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """What a head shows.

    Args:
        letter: of the column.
        title: its name.
        settings: each setting in words, and whether it differs.
        state: what there is of the reply.
        apart: how far it is from the first one; may be empty.
        shown: whether its reply stands in the transcript.
        showable: whether it could.
        removable: whether the column can be taken away.
    """

    letter: str
    title: str
    settings: tuple[tuple[str, bool], ...]
    state: str
    apart: str
    shown: bool
    showable: bool
    removable: bool


class LetterBadge(QWidget):
    """A letter on a round ground.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letter = ""
        self._lit = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.themed.connect(self.updateGeometry)

    def show_letter(self, letter: str, lit: bool) -> None:
        """Show a letter; `lit` for the reply that stands in the transcript."""
        self._letter, self._lit = letter, lit
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(theme.scaled(18), theme.scaled(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and letter."""
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(palette.accent if self._lit else palette.raised))
        painter.drawRoundedRect(self.rect(), theme.SPACE, theme.SPACE)
        painter.setPen(theme.colour(palette.on_accent if self._lit else palette.text_soft))
        painter.setFont(theme.ui_font(11, QFont.Weight.Bold))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._letter)


class ColumnHead(QWidget):
    """Letter, name, settings, state, and what can be done with the column.

    Args:
        parent: the widget it lies in.
    """

    remove_asked = Signal()
    show_asked = Signal()
    menu_asked = Signal(QPoint)
    """The menu is wanted, at a place on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: HeadFacts | None = None
        self.badge = LetterBadge()
        self.title = ElidedLabel()
        self.settings = QLabel()
        self.state = ElidedLabel()
        self.apart = ElidedLabel()
        self.show_branch = QPushButton(self.tr("Show"))
        self.shown = QLabel(self.tr("shown"))
        self.more = IconButton("more", self.tr("More about this column"), 22)
        self.remove = IconButton("close", self.tr("Remove this column"), 22)
        self.settings.setWordWrap(True)
        self.settings.setTextFormat(Qt.TextFormat.RichText)
        self.settings.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.state.setProperty("look", "soft")
        self.apart.setProperty("look", "soft")
        self.shown.setProperty("look", "faint")
        self.shown.setToolTip(self.tr("This reply stands in the conversation."))
        self.show_branch.setProperty("look", "link")
        self.show_branch.setToolTip(self.tr("Show this reply in the conversation."))
        self.show_branch.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._arrange()
        self.show_branch.clicked.connect(self.show_asked)
        self.remove.clicked.connect(self.remove_asked)
        self.more.clicked.connect(self._ask_for_menu)
        theme.themed.connect(self._dress)
        self._dress()

    def show_facts(self, facts: HeadFacts) -> None:
        """Show a column."""
        if facts == self._facts:
            return
        self._facts = facts
        self.badge.show_letter(facts.letter, facts.shown)
        self.title.say(facts.title)
        self.state.say(facts.state)
        self.apart.say(facts.apart)
        self.show_branch.setVisible(facts.showable and not facts.shown)
        self.shown.setVisible(facts.shown)
        self.remove.setVisible(facts.removable)
        self._name(facts)
        self._write_settings(facts)

    def _name(self, facts: HeadFacts) -> None:
        spoken = ", ".join(
            part
            for part in (facts.title, *(words for words, _ in facts.settings), facts.state, facts.apart)
            if part
        )
        self.setAccessibleName(self.tr("Column {letter}").format(letter=facts.letter))
        self.setAccessibleDescription(spoken)
        for button, name in (
            (self.show_branch, self.tr("Show reply {letter} in the conversation")),
            (self.more, self.tr("More about column {letter}")),
            (self.remove, self.tr("Remove column {letter}")),
        ):
            button.setAccessibleName(name.format(letter=facts.letter))

    def _write_settings(self, facts: HeadFacts) -> None:
        palette = theme.current()
        parts = []
        for words, stands_out in facts.settings:
            ink, weight = (palette.text, 600) if stands_out else (palette.text_faint, 400)
            # No line ends inside a setting: hyphens and spaces that do not break.
            said = html.escape(words).replace("-", "\u2011").replace(" ", "&nbsp;")
            parts.append(f'<span style="color:{ink}; font-weight:{weight}">{said}</span>')
        self.settings.setText(f'<span style="color:{palette.text_faint}"> · </span>'.join(parts))

    def _arrange(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE)
        line.addWidget(self.badge)
        line.addSpacing(theme.SPACE)
        line.addWidget(self.title, 1)
        line.addWidget(self.more)
        line.addWidget(self.remove)
        below = QHBoxLayout()
        below.setSpacing(theme.SPACE)
        below.addWidget(self.state, 1)
        below.addWidget(self.show_branch)
        below.addWidget(self.shown)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self.settings)
        column.addStretch(1)
        column.addLayout(below)
        column.addWidget(self.apart)

    @Slot()
    def _ask_for_menu(self) -> None:
        self.menu_asked.emit(self.more.mapToGlobal(QPoint(0, self.more.height())))

    @Slot()
    def _dress(self) -> None:
        self.title.setFont(theme.ui_font(13, QFont.Weight.DemiBold))
        self.settings.setFont(theme.ui_font(12))
        for label in (self.state, self.shown, self.apart):
            label.setFont(theme.ui_font(11))
        self.show_branch.setFont(theme.ui_font(12))
        if self._facts is not None:
            self._write_settings(self._facts)
