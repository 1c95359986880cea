"""The column beside the transcript with the tree of branches: there when there are any, folded to a rail on demand.

Knows nothing about how a branch is shown; it says which message a person wants to see.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop import theme
from desktop.branches.layout import lay_out
from desktop.branches.tree_view import BranchTree
from desktop.branches.wording import EXCERPT, described, reason_text
from desktop.buttons import IconButton
from desktop.session import Session

WIDTH = 120
"""Pixels of the column, at a zoom of 1: five branches side by side."""

RAIL = 32
"""Pixels of it when it is folded."""


class BranchColumn(QWidget):
    """Shows the tree of the current conversation while it has branches.

    Args:
        session: whose conversation it is.
        parent: the widget it lies in.
    """

    message_chosen = Signal(int)
    """A person wants to see a message, by its number, on whatever branch it is."""
    resized = Signal()
    """It is wider or less wide than before, or there where it was not."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._chosen = ""
        self._roomy = True
        self._stale = True
        self._layout = lay_out(())
        self._drawn = (0, 0, 0)
        self.setObjectName("branches")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Branches"))
        self.heading = QLabel(self.tr("BRANCHES"))
        self.heading.setProperty("look", "section")
        self.fold = IconButton("right", self.tr("Hide the branches"), size=22)
        self.unfold = IconButton("branches", self.tr("Show the branches"), size=24)
        self.fold.clicked.connect(self._fold)
        self.unfold.clicked.connect(self._unfold)
        self.tree = BranchTree(self.explain)
        self.tree.chosen.connect(self.message_chosen)
        top = QHBoxLayout()
        top.setContentsMargins(2 * theme.SPACE, 0, theme.SPACE, 0)
        top.setSpacing(0)
        top.addWidget(self.heading, 1)
        top.addWidget(self.fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 2 * theme.SPACE, 0, theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addLayout(top)
        column.addWidget(self.unfold, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.tree, 1)
        column.addStretch(0)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._refresh)
        session.conversation_changed.connect(self._renew)
        session.archive.changed.connect(self._renew)
        theme.themed.connect(self._arrange)
        self.hide()
        self._arrange()

    # ------------------------------------------------------------ folding

    @property
    def is_open(self) -> bool:
        """Whether the tree is shown, and not only the rail."""
        return self._chosen == "shown" or (self._chosen == "" and self._roomy)

    @property
    def choice(self) -> str:
        """What a person decided: ``"shown"``, ``"hidden"``, or nothing."""
        return self._chosen

    def choose(self, choice: str) -> None:
        """Do as was decided before; anything but ``"shown"`` and ``"hidden"`` leaves it to the room there is."""
        self._chosen = choice if choice in ("shown", "hidden") else ""
        self._arrange()

    def give_room(self, pixels: int) -> None:
        """Know how wide it may be where nobody decided otherwise."""
        roomy = pixels >= theme.scaled(WIDTH)
        if roomy is not self._roomy:
            self._roomy = roomy
            self._arrange()

    @Slot()
    def _fold(self) -> None:
        self.choose("hidden")
        self.unfold.setFocus()

    @Slot()
    def _unfold(self) -> None:
        self.choose("shown")
        self.tree.setFocus()

    @Slot()
    def _arrange(self) -> None:
        for widget in (self.heading, self.fold, self.tree):
            widget.setVisible(self.is_open)
        self.unfold.setVisible(not self.is_open)
        self.updateGeometry()
        self._renew()
        self.resized.emit()

    def sizeHint(self) -> QSize:
        """As wide as the tree, or the rail."""
        return QSize(theme.scaled(WIDTH if self.is_open else RAIL), 2 * theme.scaled(WIDTH))

    def minimumSizeHint(self) -> QSize:
        """The same width."""
        return QSize(self.sizeHint().width(), 0)

    # ------------------------------------------------------------ what is shown

    @Slot()
    def _renew(self) -> None:
        self._stale = True
        messages = self._session.messages
        if not messages or not messages[-1].writing or messages[-1].id:
            # A reply that is not kept yet hides for a moment what branches off there.
            wanted = any(len(message.variants) > 1 for message in messages)
            if wanted is self.isHidden():
                self.setVisible(wanted)
                self.resized.emit()
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _refresh(self) -> None:
        if not self._stale or not self.is_open:
            return
        self._stale = False
        session, history = self._session, self._session.archive.history
        number = session.conversation.id
        extent = session.archive.attempt(lambda: history.messages.extent(number), (0, 0))
        if (number, *extent) != self._drawn:
            self._layout = lay_out(session.archive.attempt(lambda: history.messages.tree(number), ()))
            self._drawn = (number, *extent)
        path = [message.id for message in session.messages if message.id in self._layout.nodes]
        self.tree.show_tree(self._layout, path)

    def explain(self, message: int) -> str:
        """What a message is: who said it, how it begins, and why it exists."""
        history = self._session.archive.history
        beginning = self._session.archive.attempt(
            lambda: history.messages.beginning(message, EXCERPT + 1), ""
        )
        node = self.tree.node(message)
        return f"{described(node.role, beginning)}\n{reason_text(node.reason)}"

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        self._refresh()
