"""The workspaces side by side; those that find no room are in a menu behind them.

Knows nothing about what a workspace contains.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QMenu, QPushButton, QSizePolicy, QWidget

from desktop import theme
from desktop.workspaces import WITH_SHORTCUT, WORKSPACES


class WorkspaceBar(QWidget):
    """A button for each, on the right; which of them are seen depends on the width alone, not on which is chosen.

    The menu's button says the name of the workspace that was chosen from it, and is lit like any other.

    Args:
        parent: the widget it lies in.
    """

    workspace_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for workspace in WORKSPACES:
            button = self._button(workspace.shown_title)
            button.setCheckable(True)
            self._group.addButton(button)
            self._buttons[workspace.name] = button
        for number, workspace in enumerate(WITH_SHORTCUT, 1):
            self._buttons[workspace.name].setToolTip(
                self.tr("Workspace (Ctrl+{number})").format(number=number)
            )
        self.more = self._button("")
        self.more.setCheckable(True)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.more.setMenu(self._menu)
        # Qt toggles it where somebody opens the menu.
        self.more.clicked.connect(self._name_more)
        # Never seen: how wide the menu's button would be with another name.
        self._ruler = self._button("")
        self._ruler.setMenu(self._menu)
        self._ruler.hide()
        self._name_more()
        self._group.buttonClicked.connect(self._choose)
        theme.themed.connect(self._dress)

    def show_workspace(self, name: str) -> None:
        """Show which workspace is chosen."""
        self._buttons[name].setChecked(True)
        self._fit()

    @property
    def hidden(self) -> list[str]:
        """Names of the workspaces that are in the menu."""
        return [name for name, button in self._buttons.items() if button.isHidden()]

    def sizeHint(self) -> QSize:
        """All of them."""
        return QSize(self._width_of(list(self._buttons.values())), self.more.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The menu alone, whatever its button says."""
        return QSize(self._widths_with_more()[0], self.more.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer find room."""
        super().resizeEvent(event)
        self._fit()

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("look", "flat")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _fit(self) -> None:
        every = list(self._buttons.values())
        widths = [*self._widths_with_more(), self._width_of(every)]
        count = next((count for count in reversed(range(len(widths))) if widths[count] <= self.width()), 0)
        # From the same place whichever is chosen, so that no button moves when another is.
        x = max(self.width() - widths[count], 0)
        for at, button in enumerate(every):
            button.setVisible(at < count)
        self._name_more()
        self.more.setVisible(count < len(every))
        for button in [*every[:count], *([self.more] if count < len(every) else [])]:
            size = button.sizeHint()
            width = min(size.width(), self.width())
            button.setGeometry(x, (self.height() - size.height()) // 2, width, size.height())
            x += size.width() + theme.SPACE

    @Slot()
    def _name_more(self) -> None:
        """Have the menu's button say which workspace was chosen from it."""
        chosen = next((name for name in self.hidden if self._buttons[name].isChecked()), None)
        title = self.tr("More") if chosen is None else self._buttons[chosen].text()
        self.more.setText(title)
        self.more.setChecked(chosen is not None)
        more = self.tr("More workspaces")
        self.more.setAccessibleName(more if chosen is None else f"{title}, {more}")
        self.more.setToolTip(more if chosen is None else self._buttons[chosen].toolTip() or more)

    def _widths_with_more(self) -> list[int]:
        """Of 0, 1, … workspaces and the menu's button, whichever of the others it names."""
        every, widths = list(self._buttons.values()), []
        widest = self._width_of_more(self.tr("More"))
        for count in reversed(range(len(every))):
            widest = max(widest, self._width_of_more(every[count].text()))
            beside = self._width_of(every[:count]) + theme.SPACE if count else 0
            widths.append(beside + widest)
        return widths[::-1]

    def _width_of_more(self, title: str) -> int:
        self._ruler.setText(title)
        return self._ruler.sizeHint().width()

    @staticmethod
    def _width_of(buttons: list[QPushButton]) -> int:
        return sum(button.sizeHint().width() for button in buttons) + theme.SPACE * max(len(buttons) - 1, 0)

    @Slot()
    def _fill(self) -> None:
        self._menu.clear()
        hidden = self.hidden
        for number, workspace in enumerate(WORKSPACES, 1):
            if workspace.name in hidden:
                keys = f"\tCtrl+{number}" if workspace in WITH_SHORTCUT else ""
                action = self._menu.addAction(workspace.shown_title + keys)
                action.setCheckable(True)
                action.setChecked(self._buttons[workspace.name].isChecked())
                action.setData(workspace.name)
                action.triggered.connect(self._choose_hidden)

    @Slot()
    def _choose_hidden(self) -> None:
        action = self.sender()
        name = action.data() if action is not None else None  # type: ignore[attr-defined]
        if isinstance(name, str):
            self.workspace_chosen.emit(name)

    @Slot()
    def _choose(self) -> None:
        chosen = next(name for name, button in self._buttons.items() if button.isChecked())
        self.workspace_chosen.emit(chosen)

    @Slot()
    def _dress(self) -> None:
        self.updateGeometry()
        self._fit()
