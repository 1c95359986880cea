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
    """A button for each, on the right; the chosen one is always among those that are seen.

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
        self.more = self._button(self.tr("More"))
        self.more.setAccessibleName(self.tr("More workspaces"))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.more.setMenu(self._menu)
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
        """Any one of them, and the menu."""
        widest = max(button.sizeHint().width() for button in self._buttons.values())
        return QSize(widest + theme.SPACE + self.more.sizeHint().width(), self.more.sizeHint().height())

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
        shown = every
        if self._width_of(every) > self.width():
            room = self.width() - self.more.sizeHint().width() - theme.SPACE
            chosen = next((button for button in every if button.isChecked()), None)
            shown = [] if chosen is None else [chosen]
            for button in every:
                if button is not chosen and self._width_of([*shown, button]) > room:
                    break
                shown += [] if button is chosen else [button]
        row = [button for button in every if button in shown]
        row += [self.more] if len(row) < len(every) else []
        x = self.width() - self._width_of(row)
        for button in (*every, self.more):
            button.setVisible(button in row)
        for button in row:
            size = button.sizeHint()
            button.setGeometry(x, (self.height() - size.height()) // 2, size.width(), size.height())
            x += size.width() + theme.SPACE

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
