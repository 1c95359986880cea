"""Messages below one another, scrolled: laid out when they come into view, painted where they changed.

Knows nothing about the mouse, the keyboard or where messages come from.
"""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from desktop import theme
from desktop.session import Session
from desktop.transcript.actions import Action
from desktop.transcript.empty import paint_empty
from desktop.transcript.flash import Flash
from desktop.transcript.message import MessageItem
from desktop.transcript.placing import Box
from desktop.transcript.selection import Selection
from desktop.transcript.tint import Tint

MARGIN = 28
"""Pixels left and right of the text."""

WIDEST = 820
"""Pixels of the widest line: longer ones are hard to read."""

_TRIES = 8
"""How often what comes into view may turn out to be of another height than was guessed."""


class MessagePage(QAbstractScrollArea):
    """Shows message items and stays at the end while it is there.

    Args:
        session: whose cursor is outlined.
        tint: the grounds of tokens.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, tint: Tint, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._tint = tint
        self._items: list[MessageItem] = []
        self._selection = Selection()
        self._hovered = -1
        self._hovered_action: tuple[MessageItem, Action] | None = None
        self._outlined = -1
        self._at_end = True
        self._flash = Flash(self)
        self._flash.changed.connect(self._update_flash)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        # It paints its own ground: nothing below it has to be painted first, twenty times a second.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        session.cursor_changed.connect(self._show_cursor)
        tint.changed.connect(self.viewport().update)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    # ------------------------------------------------------------ geometry

    def _column(self) -> tuple[float, float]:
        """Left edge and width of the text."""
        room = self.viewport().width() - 2 * theme.scaled(MARGIN)
        width = max(min(room, theme.scaled(WIDEST)), 80)
        return max((self.viewport().width() - width) / 2, theme.scaled(MARGIN)), float(width)

    def _arrange(self, from_top: float = 0.0) -> None:
        """Put the messages below one another; only those in view are laid out, the others' heights guessed.

        Args:
            from_top: where the picture changes first, in pixels from the top of the whole.
        """
        width = self._column()[1]
        bar = self.verticalScrollBar()
        for _ in range(len(self._items) + 1):
            end = self._stack(width)
            bar.setPageStep(self.viewport().height())
            bar.setSingleStep(theme.scaled(28))
            at_end = self._at_end
            bar.setRange(0, max(0, round(end) - self.viewport().height()))
            if at_end:
                bar.setValue(bar.maximum())
            raw = [item for item in self._visible() if not item.laid_out]
            if not raw:
                break
            for item in raw:
                item.set_width(width)
            from_top = 0.0
        self._at_end = bar.value() >= bar.maximum() - 2
        first = max(int(from_top) - bar.value() - 4, 0)
        self.viewport().update(0, first, self.viewport().width(), self.viewport().height() - first)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        """Move what is painted already; only what comes into view is painted anew."""
        self.viewport().scroll(dx, dy)

    def _stack(self, width: float) -> float:
        top = float(theme.scaled(MARGIN))
        for item in self._items:
            item.guess(width)
            item.top = top
            top += item.height
        return top

    def _visible(self) -> list[MessageItem]:
        top = self.verticalScrollBar().value()
        bottom = top + self.viewport().height()
        first = max(bisect_right(self._items, float(top), key=lambda item: item.top) - 1, 0)
        visible = []
        for item in self._items[first:]:
            if item.top > bottom:
                break
            visible.append(item)
        return visible

    def _bring(self, item: MessageItem, below: float) -> None:
        """Scroll so that a message stands so many pixels below the upper edge, as far as that is possible."""
        bar = self.verticalScrollBar()
        for _ in range(_TRIES):
            self._at_end = False
            wanted = min(max(round(item.top - below), 0), bar.maximum())
            if bar.value() == wanted and all(one.laid_out for one in self._visible()):
                break
            bar.setValue(wanted)
            self._arrange()
        self._at_end = bar.value() >= bar.maximum() - 2

    def _below_edge(self, item: MessageItem) -> float:
        """How far a message stands below the upper edge of the view, in pixels."""
        return item.top - self.verticalScrollBar().value()

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        self._at_end = value >= self.verticalScrollBar().maximum() - 2
        if any(not item.laid_out for item in self._visible()):
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out at the new width."""
        super().resizeEvent(event)
        if self.isVisible():
            self._arrange()

    # ------------------------------------------------------------ tokens

    @Slot(int)
    def _show_cursor(self, position: int) -> None:
        if not self.isVisible():
            return
        self._update_token(self._outlined)
        self._update_token(position)
        self._outlined = position
        if self._session.following:
            return
        for item in self._items:
            if item.span[0] <= position < item.span[1]:
                item.set_width(self._column()[1])
                if item.unfold(position):
                    self._folded(item)
                boxes = item.body.placed.rectangles_of(position)
                if boxes:
                    self._reveal(item.top + item.body_top + boxes[0].top(), boxes[0].height())

    def _folded(self, item: MessageItem) -> None:
        """Something of a message was folded or unfolded: what is below it moves."""
        self._at_end = False
        self._arrange(from_top=item.top)

    def areas_of(self, position: int) -> list[QRectF]:
        """Where a token is shown, line by line, in pixels of the viewport; nothing where it is not laid out."""
        for item in self._items:
            if item.span[0] <= position < item.span[1] and item.laid_out:
                move = QPointF(self._column()[0], item.top + item.body_top - self.verticalScrollBar().value())
                return [box.translated(move) for box in item.body.placed.rectangles_of(position)]
        return []

    def _update_heading(self, item: MessageItem) -> None:
        """Paint the heading of a message anew."""
        self.viewport().update(
            0, round(self._below_edge(item)), self.viewport().width(), round(item.body_top)
        )

    @Slot()
    def _update_flash(self) -> None:
        """Paint the message anew that is pointed out."""
        item = next((one for one in self._items if one.message.id == self._flash.message), None)
        if item is not None:
            top = round(self._below_edge(item)) - 2 * theme.SPACE
            self.viewport().update(0, top, self.viewport().width(), round(item.height) + 4 * theme.SPACE)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing moves where nobody looks."""
        super().hideEvent(event)
        self._flash.stop()

    def _update_token(self, position: int) -> None:
        """Paint a token anew."""
        for area in self.areas_of(position):
            self.viewport().update(area.adjusted(-4, -4, 4, 4).toAlignedRect())

    def _reveal(self, top: float, height: float) -> None:
        bar, margin = self.verticalScrollBar(), theme.scaled(40)
        if top - margin < bar.value():
            bar.setValue(round(top - margin))
        elif top + height + margin > bar.value() + self.viewport().height():
            bar.setValue(round(top + height + margin - self.viewport().height()))

    def _item_at(self, place: QPointF) -> tuple[MessageItem, QPointF] | None:
        """The message at a point of the viewport, and the point as one of its body."""
        left, _ = self._column()
        at = place + QPointF(-left, self.verticalScrollBar().value())
        index = bisect_right(self._items, at.y(), key=lambda item: item.top) - 1
        if index < 0:
            return None
        item = self._items[index]
        return item, item.to_body(at - QPointF(0.0, item.top))

    def _box_at(self, place: QPointF) -> Box | None:
        found = self._item_at(place)
        if (
            found is None
            or not found[0].shows_tokens
            or not found[0].laid_out
            or found[0].covered is not None
        ):
            return None
        return found[0].body.placed.box_at(found[1])

    def _hover(self, position: int) -> None:
        if position != self._hovered:
            self._update_token(self._hovered)
            self._update_token(position)
            self._hovered = position
            shape = Qt.CursorShape.PointingHandCursor if position >= 0 else Qt.CursorShape.IBeamCursor
            self.viewport().setCursor(shape)

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the messages that are in view."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), theme.colour(theme.current().window))
        if not self._items:
            paint_empty(painter, QRectF(self.viewport().rect()), self._session)
            return
        left, width = self._column()
        for item in self._visible():
            if not item.laid_out:
                continue
            top = self._below_edge(item)
            painter.save()
            painter.translate(left, top)
            if item.message.id == self._flash.message:
                self._flash.paint(painter, width, item.height)
            strip = (event.rect().top() - top, event.rect().bottom() - top)
            selected = self._selection.range_in(item)
            over = self._hovered_action
            action = over[1] if over is not None and over[0] is item else None
            item.paint(painter, strip, self._tint, self._session.cursor, self._hovered, selected, action)
            painter.restore()
