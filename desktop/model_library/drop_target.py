"""Takes model files and folders that are dropped on a window, and shows that it would.

Knows nothing about what is done with them.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from desktop import theme


def dropped_paths(data: QMimeData) -> list[Path]:
    """The files and folders of this machine that somebody drags."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile()]


class DropTarget(QWidget):
    """Covers a window while files are dragged over it: no field below it takes them for text.

    Args:
        window: that is covered; call `watch` when it is shown.
    """

    dropped = Signal(list)
    """Paths of files and folders, at least one."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._watched: QObject | None = None
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Drop a model or a conversation here to open it"))
        self.setVisible(False)

    def watch(self) -> None:
        """Hear of drags from now on; the window has to be shown by now."""
        handle = self.window().windowHandle()
        if handle is not None and handle is not self._watched:
            self._watched = handle
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Lie on top before Qt looks for the widget that a drag is over."""
        if isinstance(event, QDragEnterEvent) and dropped_paths(event.mimeData()):
            self._appear()
        return False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome."""
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Files are welcome everywhere; they are read where they lie, never moved."""
        if dropped_paths(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The drag went elsewhere."""
        self.setVisible(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell what was dropped."""
        self.setVisible(False)
        paths = dropped_paths(event.mimeData())
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(paths)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A veil, a frame, and what would happen."""
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect())
        painter.fillRect(room, theme.colour(palette.window, 0.88))
        pen = QPen(theme.colour(palette.accent), 2)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(theme.colour(palette.accent_soft, 0.35))
        inset = 6 * theme.SPACE
        painter.drawRoundedRect(room.adjusted(inset, inset, -inset, -inset), 12, 12)
        middle = room.center().y()
        painter.setPen(theme.colour(palette.text))
        painter.setFont(theme.ui_font(22, QFont.Weight.DemiBold))
        centre = Qt.AlignmentFlag.AlignCenter
        line = theme.scaled(40)
        title = QRectF(room.left(), middle - line, room.width(), line)
        painter.drawText(title, centre, self.tr("Drop to open"))
        painter.setPen(theme.colour(palette.text_soft))
        painter.setFont(theme.ui_font(14))
        below = QRectF(room.left(), middle, room.width(), line)
        said = self.tr(
            "A model's file or folder (GGUF, ONNX, safetensors), or a conversation (.vitrine, .json)."
        )
        painter.drawText(below, centre, said)

    def _appear(self) -> None:
        self.setGeometry(self._window.rect())
        self.raise_()
        self.setVisible(True)
