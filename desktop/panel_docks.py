"""The panels as docks of a window: shown, split, tabbed, floated and remembered, by workspace.

Knows nothing about what a panel shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QMenu, QTabWidget, QWidget

from desktop import theme
from desktop.buttons import IconButton
from desktop.panels import PANELS
from desktop.session import Session
from desktop.workspaces import Workspace

STATE_VERSION = 2
"""Arrangements remembered by another version are not taken back."""

_GRIP = 38

_MOST_WIDTH, _MOST_HEIGHT = 10_000, 310
"""Of a panel's needs, what the window is told."""


class PanelDocks:
    """One dock for each panel.

    Args:
        window: they dock to.
        session: the panels talk to.
        width_of_panels: how wide the panels should be at first, in pixels.
    """

    def __init__(self, window: QMainWindow, session: Session, width_of_panels: Callable[[], int]) -> None:
        self._window = window
        self._width = width_of_panels
        self.docks: dict[str, QDockWidget] = {}
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        for entry in PANELS:
            dock = PanelDock(entry.shown_title, window)
            dock.setObjectName(f"dock-{entry.name}")
            dock.setAllowedAreas(
                Qt.DockWidgetArea.RightDockWidgetArea | Qt.DockWidgetArea.BottomDockWidgetArea
            )
            dock.setTitleBarWidget(Grip(dock))
            dock.setWidget(PanelFrame(partial(entry.make, session)))
            window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
            dock.hide()
            self.docks[entry.name] = dock

    def panel(self, name: str) -> QWidget:
        """The widget of a panel, made if it was not yet."""
        frame = self.docks[name].widget()
        assert isinstance(frame, PanelFrame)
        return frame.have_panel()

    def arrange(self, workspace: Workspace) -> None:
        """Show the panels of a workspace as it has them at first."""
        for dock in self.docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        shown = [self.docks[name] for name, _ in workspace.panels]
        for dock in shown:
            self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock, Qt.Orientation.Vertical)
            dock.show()
        # An arrangement remembers the others as hidden only if they have a place: otherwise they would be shown, and
        # the window would grow to have room for all.
        for dock in self.docks.values():
            if dock not in shown:
                self._window.addDockWidget(
                    Qt.DockWidgetArea.RightDockWidgetArea, dock, Qt.Orientation.Vertical
                )
                dock.hide()
        self.share(workspace)

    def share(self, workspace: Workspace) -> None:
        """Give the panels of a workspace their first shares of width and height."""
        shown = [self.docks[name] for name, _ in workspace.panels]
        if shown:
            heights = [share * 100 for _, share in workspace.panels]
            self._window.resizeDocks(shown, heights, Qt.Orientation.Vertical)
            self._window.resizeDocks(shown, [self._width()] * len(shown), Qt.Orientation.Horizontal)

    def scale(self, factor: float) -> None:
        """Make the docked panels wider or narrower in proportion to the window."""
        beside = [
            dock
            for dock in self.docks.values()
            if not dock.isHidden()
            and not dock.isFloating()
            and self._window.dockWidgetArea(dock) is Qt.DockWidgetArea.RightDockWidgetArea
        ]
        if beside:
            widths = [round(dock.width() * factor) for dock in beside]
            self._window.resizeDocks(beside, widths, Qt.Orientation.Horizontal)

    def show_detached_again(self) -> None:
        """Show panels anew that stand on their own, once the window is there.

        An arrangement shows them before the window, and a window manager keeps only what is shown after it in front.
        """
        for dock in self.docks.values():
            if dock.isFloating() and not dock.isHidden():
                dock.hide()
                dock.show()

    def state(self) -> tuple[QByteArray, list[str]]:
        """The arrangement and the panels in it, to be remembered."""
        shown = [name for name, dock in self.docks.items() if not dock.isHidden()]
        return self._window.saveState(STATE_VERSION), shown

    def restore(self, state: QByteArray, shown: Sequence[str]) -> bool:
        """Take a remembered arrangement; whether that was possible."""
        if state.isEmpty() or not self._window.restoreState(state, STATE_VERSION):
            return False
        # Of another version of the program there may be others.
        for name, dock in self.docks.items():
            if name not in shown:
                dock.hide()
        return True

    def menu(self, parent: QWidget) -> QMenu:
        """A menu that shows and hides panels."""
        menu = QMenu(parent)
        for dock in self.docks.values():
            menu.addAction(dock.toggleViewAction())
        return menu


class PanelDock(QDockWidget):
    """A dock whose panel is made before it is shown for the first time."""

    def setVisible(self, visible: bool) -> None:  # noqa: N802 - Qt's name
        """Have the panel made by whatever shows the dock: a workspace, a menu, an arrangement that was remembered."""
        frame = self.widget()
        if visible and isinstance(frame, PanelFrame):
            frame.have_panel()
        super().setVisible(visible)


class PanelFrame(QWidget):
    """A panel on its ground.

    Args:
        make: makes the panel, which takes all of the room.
    """

    def __init__(self, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._make = make
        self._panel: QWidget | None = None
        self._needs = QSize(0, 0)
        self.setObjectName("panel")
        # Its ground covers the window's, which then need not be painted first whenever something in the panel is.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def have_panel(self) -> QWidget:
        """The panel, made if it was not yet."""
        if self._panel is None:
            self._panel = panel = self._make()
            panel.setParent(self)
            panel.setGeometry(self.rect())
            panel.show()
            self._needs = panel.minimumSizeHint()
            self.updateGeometry()
        return self._panel

    def event(self, event: QEvent) -> bool:
        """Keep from the window what changes in the panel, unless the panel needs more or less room at least.

        A layout passes on every change of a label, and all docks would be laid out anew several times a second.
        """
        if event.type() == QEvent.Type.LayoutRequest and self._panel is not None:
            needs = self._panel.minimumSizeHint()
            if needs != self._needs:
                self._needs = needs
                self.updateGeometry()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the panel all of the room."""
        super().resizeEvent(event)
        if self._panel is not None:
            self._panel.setGeometry(self.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        QPainter(self).fillRect(event.rect(), theme.colour(theme.current().window))

    def sizeHint(self) -> QSize:
        """The panel's."""
        return super().sizeHint() if self._panel is None else self._panel.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """The panel's, but not so high that two of them need more than a small screen has."""
        if self._panel is None:
            return super().minimumSizeHint()
        return self._panel.minimumSizeHint().boundedTo(QSize(_MOST_WIDTH, theme.scaled(_MOST_HEIGHT)))


class Grip(QWidget):
    """The title bar of a dock: its name, dots to drag it by, and buttons under the pointer.

    Args:
        dock: it belongs to.
    """

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._hovered = False
        self._title = dock.windowTitle()
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self.setToolTip(self.tr("Drag to move the panel; drop it on another to put both behind tabs."))
        self._float = IconButton("float", self.tr("Detach or attach {panel}").format(panel=self._title), 24)
        self._float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self._close = IconButton("close", self.tr("Close {panel}").format(panel=self._title), 24)
        self._close.clicked.connect(dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.SPACE, 2 * theme.SPACE, 0)
        row.setSpacing(0)
        row.addStretch(1)
        for button in (self._float, self._close):
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
            button.setVisible(False)
            row.addWidget(button)

    def sizeHint(self) -> QSize:
        """A thin strip."""
        return QSize(80, theme.scaled(_GRIP))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the buttons."""
        self._show(True)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the buttons."""
        self._show(False)

    def _show(self, hovered: bool) -> None:
        self._hovered = hovered
        self._float.setVisible(hovered)
        self._close.setVisible(hovered)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the dots."""
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour(palette.window))
        painter.setFont(theme.ui_font(14, QFont.Weight.DemiBold))
        painter.setPen(theme.colour(palette.text))
        room = QRectF(self.rect()).adjusted(4 * theme.SPACE, theme.SPACE, -theme.scaled(60), 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._title)
        if self._hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(palette.text_faint))
            for offset in (-8, 0, 8):
                painter.drawEllipse(QPointF(self.width() / 2 + offset, self.height() / 2), 1.5, 1.5)
