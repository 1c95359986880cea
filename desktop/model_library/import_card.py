"""The card that tells what an import found, in the column of the chat.

Knows nothing about how a model is imported; the session says what was found and what was measured.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.buttons import IconButton
from desktop.controls.elided_label import ElidedLabel
from desktop.model_library.report_view import ReportView
from desktop.model_library.wording import ImportedModel, being_measured, never_measured, subtitle
from desktop.panels.attention.proof_badge import ProofBadge
from desktop.panels.attention.wording import known_proof
from desktop.session import Session

MOST_OF_COLUMN = 0.6
"""The share of the column's height that the card takes at most; more of it can be scrolled to."""


class ImportCard(QScrollArea):
    """A card that shows itself when a model was imported, and when somebody asks for it.

    Args:
        session: whose model it is about.
        parent: the column.
    """

    asked_for_library = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.folded = False
        self._folder = ""
        self._unfolded_by_hand = False
        self.setObjectName("card")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.viewport().setAutoFillBackground(False)
        self.name = ElidedLabel()
        self.about = ElidedLabel()
        self.about.setProperty("look", "soft")
        self.badge = ProofBadge()
        self.report = ReportView()
        self.details = QPushButton(self.tr("Details"))
        self.details.setProperty("look", "link")
        self.details.setToolTip(self.tr("Show all that the import found"))
        self.details.clicked.connect(self.unfold)
        self.to_library = QPushButton(self.tr("Library"))
        self.to_library.setProperty("look", "link")
        self.to_library.setToolTip(self.tr("All models on this machine (Ctrl+Shift+O)"))
        self.to_library.clicked.connect(self.asked_for_library)
        self.close_button = IconButton("close", self.tr("Dismiss what the import found"), 24)
        self.close_button.clicked.connect(self.hide)
        self._compose()
        session.model_changed.connect(self._take_model)
        session.model_renamed.connect(self._tell)
        session.proof_changed.connect(self._tell)
        theme.themed.connect(self._dress)
        self._dress()
        self.setVisible(False)

    @Slot()
    def toggle(self) -> None:
        """Show what the import of the loaded model found, all of it, or hide it again."""
        if self.isVisible() and not self.folded:
            self.hide()
        elif self._session.model is not None:
            self._tell()
            self.unfold()
            self.setVisible(True)
            self.verticalScrollBar().setValue(0)
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def fold(self) -> None:
        """Leave one line, for the conversation goes on; not again once somebody has unfolded it for this model."""
        if not self._unfolded_by_hand:
            self._set_folded(True)

    @Slot()
    def unfold(self) -> None:
        """Show everything, as somebody asked for; remembered while this model is loaded."""
        self._unfolded_by_hand = True
        had_focus = self.details.hasFocus()
        self._set_folded(False)
        if had_focus:
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_folded(self, folded: bool) -> None:
        self.folded = folded
        for widget in (self.about, self.report, self.to_library):
            widget.setVisible(not folded)
        self.details.setVisible(folded)
        if folded:
            self._below.removeWidget(self.badge)
            self._title.insertWidget(1, self.badge)
        else:
            self._title.removeWidget(self.badge)
            self._below.insertWidget(0, self.badge)
        side, end = 4 * theme.SPACE, 3 * theme.SPACE
        upper, lower = (theme.SPACE, theme.SPACE) if folded else (3 * theme.SPACE, 4 * theme.SPACE)
        self._column.setContentsMargins(side, upper, end, lower)
        self._column.setSpacing(0 if folded else theme.SPACE)
        for gap, height in ((self._gaps[0], theme.SPACE), (self._gaps[1], 2 * theme.SPACE)):
            gap.changeSize(0, 0 if folded else height)
        self._column.invalidate()
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff if folded else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        )
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As high as what it says, up to a share of the column."""
        column = self.parentWidget()
        width = self.viewport().width()
        wanted = self._card.heightForWidth(width) if width > 0 else self._card.sizeHint().height()
        limit = round(column.height() * MOST_OF_COLUMN) if column is not None else wanted
        border = 2 * self.frameWidth() + 2
        height = max(min(wanted + border, limit), self.minimumSizeHint().height())
        return QSize(self._card.sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        """The title and a line; folded, the title."""
        if self.folded:
            return QSize(0, self._card.minimumSizeHint().height() + 2 * self.frameWidth() + 2)
        return QSize(0, theme.scaled(72))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines wrap anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc dismisses it."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------ from the session

    @Slot()
    def _take_model(self) -> None:
        model = self._session.model
        if model is not None and model.folder != self._folder:
            self._folder, self._unfolded_by_hand = model.folder, False
            self._set_folded(False)
        self.setVisible(model is not None and model.imported)
        self._tell()

    @Slot()
    def _tell(self) -> None:
        session = self._session
        if session.model is None:
            return
        shown, refusal = imported_model(session), session.attention_refusal
        self.name.say(shown.name)
        self.about.say(subtitle(shown))
        self.badge.show_proof(known_proof(session), session.recorded)
        awaited = never_measured() if session.recorded else being_measured()
        self.report.show_model(shown, session.proof, refusal, awaited)
        said = "; ".join(f"{label}: {text}" for label, text in self.report.lines)
        self.setAccessibleName(self.tr("What the import of {name} found").format(name=shown.name))
        self.setAccessibleDescription(said)
        self._dress()

    # ------------------------------------------------------------ construction

    def _compose(self) -> None:
        self._card = QWidget()
        self._title = title = QHBoxLayout()
        title.setSpacing(2 * theme.SPACE)
        title.addWidget(self.name, 1)
        title.addWidget(self.details)
        title.addWidget(self.to_library)
        title.addWidget(self.close_button)
        self._below = below = QHBoxLayout()
        below.addWidget(self.badge)
        below.addStretch(1)
        self._column = column = QVBoxLayout(self._card)
        column.setContentsMargins(4 * theme.SPACE, 3 * theme.SPACE, 3 * theme.SPACE, 4 * theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addLayout(title)
        column.addWidget(self.about)
        self._gaps = (QSpacerItem(0, theme.SPACE), QSpacerItem(0, 2 * theme.SPACE))
        column.addItem(self._gaps[0])
        column.addLayout(below)
        column.addItem(self._gaps[1])
        column.addWidget(self.report)
        self.setWidget(self._card)
        self._card.setAutoFillBackground(False)
        self.details.setVisible(False)

    @Slot()
    def _dress(self) -> None:
        self.name.setFont(theme.ui_font(15, QFont.Weight.DemiBold))
        self.about.setFont(theme.ui_font(12))
        self.updateGeometry()


def imported_model(session: Session) -> ImportedModel:
    """What a card tells of the loaded model; there must be one."""
    model = session.model
    assert model is not None
    return ImportedModel(model.name, model.architecture, model.parameters, model.context, model.report)
