"""The tree of branches as one painted widget: scrolled, hovered, clicked, gone through with the keyboard.

Knows nothing about sessions; it is given a layout and says which message was chosen.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from desktop import theme
from desktop.branches.layout import TreeLayout, lay_out
from desktop.branches.marks import Look, paint_line, paint_message
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.history.records import TreeNode

COLUMN = 20
ROW = 25
SIDE = 15
MARGIN = 9


class BranchTree(QAbstractScrollArea):
    """Every message of a conversation as a small mark, the first at the top.

    Args:
        explain: says something about a message, by its number.
        parent: the widget it lies in.
    """

    chosen = Signal(int)
    """A message was chosen, by its number."""

    def __init__(self, explain: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explain = explain
        self._layout: TreeLayout = lay_out(())
        self._shown: frozenset[int] = frozenset()
        self._leaf = 0
        self._current = 0
        self._hovered = 0
        self._pressed = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Tree of branches"))
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        theme.themed.connect(self._redress)

    # ------------------------------------------------------------ what is shown

    def show_tree(self, layout: TreeLayout, path: Sequence[int]) -> None:
        """Show a tree.

        Args:
            layout: of its messages.
            path: numbers of the messages of the branch that is shown, first message first.
        """
        leaf = path[-1] if path else 0
        moved = leaf != self._leaf or self._current not in layout.nodes
        self._layout, self._shown, self._leaf = layout, frozenset(path), leaf
        if self._hovered not in layout.nodes:
            self._hovered = 0
        self._measure()
        if moved:
            self._go(leaf)
        elif self._current:
            self._describe()
        self.viewport().update()

    @property
    def current(self) -> int:
        """The message that the keyboard is at, 0 for none."""
        return self._current

    def node(self, message: int) -> TreeNode:
        """A message of the tree, by its number."""
        return self._layout.nodes[message]

    def place_of(self, message: int) -> QRectF:
        """Where a message is drawn, in pixels of the viewport."""
        side = theme.scaled(SIDE)
        return QRectF(0.0, 0.0, side, side).translated(self._middle(message) - QPointF(side / 2, side / 2))

    def _middle(self, message: int) -> QPointF:
        node = self._layout.nodes[message]
        left = self._left + (self._layout.columns[message] + 0.5) * theme.scaled(COLUMN)
        top = theme.scaled(MARGIN) + (node.depth + 0.5) * theme.scaled(ROW)
        return QPointF(
            round(left) - self.horizontalScrollBar().value() + 0.5,
            round(top) - self.verticalScrollBar().value() + 0.5,
        )

    @property
    def _left(self) -> float:
        """Where the first column begins: a tree with room to spare stands in the middle."""
        wide = self._layout.width * theme.scaled(COLUMN)
        return max((self.viewport().width() - wide) / 2, float(theme.scaled(MARGIN)))

    # ------------------------------------------------------------ scrolling

    def _measure(self) -> None:
        """Have the scroll bars know how much there is."""
        view = self.viewport().size()
        wide = self._layout.width * theme.scaled(COLUMN) + 2 * theme.scaled(MARGIN)
        high = len(self._layout.rows) * theme.scaled(ROW) + 2 * theme.scaled(MARGIN)
        for bar, content, seen, step in (
            (self.horizontalScrollBar(), wide, view.width(), theme.scaled(COLUMN)),
            (self.verticalScrollBar(), high, view.height(), theme.scaled(ROW)),
        ):
            bar.setRange(0, max(content - seen, 0))
            bar.setPageStep(seen)
            bar.setSingleStep(step)

    def _reveal(self, message: int) -> None:
        room, view = self.place_of(message), self.viewport().size()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        for bar, first, last, seen, margin in (
            (across, room.left(), room.right(), view.width(), theme.scaled(MARGIN)),
            (down, room.top(), room.bottom(), view.height(), theme.scaled(ROW)),
        ):
            if first < margin:
                bar.setValue(round(bar.value() + first - margin))
            elif last > seen - margin:
                bar.setValue(round(bar.value() + last - seen + margin))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is room for more, or for less."""
        super().resizeEvent(event)
        self._measure()
        if self._current in self._layout.nodes:
            self._reveal(self._current)

    @Slot()
    def _redress(self) -> None:
        self._measure()
        self.viewport().update()

    # ------------------------------------------------------------ mouse

    def _message_at(self, place: QPointF) -> int:
        """The message under a point, 0 for none."""
        across = place.x() + self.horizontalScrollBar().value() - self._left
        down = place.y() + self.verticalScrollBar().value() - theme.scaled(MARGIN)
        node = self._layout.node_at(int(down // theme.scaled(ROW)), int(across // theme.scaled(COLUMN)))
        if node is None or not self.place_of(node.id).adjusted(-3, -3, 3, 3).contains(place):
            return 0
        return node.id

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what a click would choose."""
        self._hover(self._message_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click."""
        left = event.button() is Qt.MouseButton.LeftButton
        self._pressed = self._message_at(event.position()) if left else 0

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the message that was pressed."""
        message, self._pressed = self._pressed, 0
        if message and message == self._message_at(event.position()):
            self._go(message)
            self.chosen.emit(message)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover(0)
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what the message under the pointer is."""
        if not isinstance(event, QHelpEvent) or event.type() is not QEvent.Type.ToolTip:
            return super().viewportEvent(event)
        message = self._message_at(QPointF(event.pos()))
        if message:
            room = self.place_of(message).toAlignedRect()
            QToolTip.showText(event.globalPos(), self._tooltip(message), self.viewport(), room)
        else:
            QToolTip.hideText()
        return True

    def _tooltip(self, message: int) -> str:
        lines = [self._explain(message)]
        if message not in self._shown:
            lines.append(self.tr("A click shows this branch."))
        return plain_tooltip("\n".join(lines))

    def _hover(self, message: int) -> None:
        if message != self._hovered:
            self._hovered = message
            shape = Qt.CursorShape.PointingHandCursor if message else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    # ------------------------------------------------------------ keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go along the lines and to what stands beside, Home and End to both ends; Enter chooses."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            if self._current:
                self.chosen.emit(self._current)
        elif event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self._current:
            super().keyPressEvent(event)
        elif (message := self._step(Qt.Key(event.key()))) is not None:
            self._go(message)
        else:
            super().keyPressEvent(event)

    def _step(self, key: Qt.Key) -> int | None:
        """The message that a key leads to from the current one; that itself at an edge, ``None`` for other keys."""
        layout, current = self._layout, self._current
        page = max(self.viewport().height() // theme.scaled(ROW) - 1, 1)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            return layout.beside(current, -1 if key is Qt.Key.Key_Left else 1) or current
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(layout.rows),
            Qt.Key.Key_End: len(layout.rows),
        }
        return layout.along(current, steps[key], self._shown) if key in steps else None

    def _go(self, message: int) -> None:
        """Have the keyboard be at a message."""
        self._current = message if message in self._layout.nodes else 0
        if self._current:
            self._reveal(self._current)
            self._describe()
        self.viewport().update()

    def _describe(self) -> None:
        """Let screen readers have the message that the keyboard is at."""
        place = self.tr("On the branch that is shown.") if self._current in self._shown else ""
        said = f"{self._explain(self._current)} {place}".replace("\n", " — ").strip()
        self.setAccessibleDescription(said)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is in view, the branch that is shown on top."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), theme.colour(theme.current().window))
        nodes = list(self.nodes_in(QRectF(event.rect())))
        for shown in (False, True):
            for node in nodes:
                if (node.id in self._shown) is shown:
                    self._paint_line(painter, node, shown)
        for node in nodes:
            look = Look(
                shown=node.id in self._shown,
                ends=node.id == self._leaf,
                hovered=node.id == self._hovered,
                focused=node.id == self._current and self.hasFocus(),
            )
            paint_message(painter, self.place_of(node.id), node.role, node.reason, look)

    def _paint_line(self, painter: QPainter, node: TreeNode, shown: bool) -> None:
        """The line from what a message follows to the message."""
        end = self._middle(node.id)
        if node.parent is not None:
            paint_line(painter, self._middle(node.parent), end, shown)
        elif len(self._layout.rows[0].nodes) > 1:
            # Several beginnings: they branch off above the first.
            first = self._middle(self._layout.rows[0].nodes[0].id)
            paint_line(painter, first - QPointF(0.0, theme.scaled(ROW)), end, shown)

    def nodes_in(self, room: QRectF) -> Iterator[TreeNode]:
        """The messages of which something is drawn in a part of the viewport, lines to them included.

        Args:
            room: in pixels of the viewport.
        """
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        row, column = theme.scaled(ROW), theme.scaled(COLUMN)
        first = max(int((room.top() + down - theme.scaled(MARGIN)) // row), 0)
        last = int((room.bottom() + down - theme.scaled(MARGIN)) // row) + 1
        left = int((room.left() + across - self._left) // column)
        right = int((room.right() + across - self._left) // column)
        for line in self._layout.rows[first : last + 1]:
            begin = bisect_left(line.columns, left)
            # The line to the next one on the right may come from the left.
            yield from line.nodes[begin : bisect_right(line.columns, right) + 1]
