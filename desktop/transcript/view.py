"""The transcript: scrolls messages, paints only what is in view, moves the cursor, selects and copies.

Knows nothing about engines; what is said and done goes through a `Session`.
"""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QMenu, QToolTip, QWidget

from desktop import theme
from desktop.conversation import ChatMessage
from desktop.phase import Phase
from desktop.session import Session
from desktop.transcript.empty import paint_empty
from desktop.transcript.facts import token_facts
from desktop.transcript.message import MessageItem, Reading
from desktop.transcript.placing import Box
from desktop.transcript.selection import Selection
from desktop.transcript.tint import Tint
from inference.contract import Progress

MARGIN = 28
"""Pixels left and right of the text."""

WIDEST = 820
"""Pixels of the widest line: longer ones are hard to read."""

DRAG_PIXELS = 4
"""The pointer has to move this far before a press on a token becomes a selection."""


class Transcript(QAbstractScrollArea):
    """The messages of the current conversation.

    Args:
        session: what is shown.
        tint: the grounds of tokens.
        parent: the widget it lies in.
    """

    regenerate_asked = Signal()

    def __init__(self, session: Session, tint: Tint, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._tint = tint
        self._items: list[MessageItem] = []
        self._reading = Reading.RENDERED
        self._hovered = -1
        self._outlined = -1
        self._selection = Selection()
        self._pressed: tuple[QPointF, Box | None] | None = None
        self._at_end = True
        self._prefill: Progress | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Conversation"))
        self.viewport().setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._refresh)
        self._stale = True
        session.conversation_changed.connect(self._renew)
        session.tokens_reset.connect(self._renew)
        session.tokens_appended.connect(self._grow)
        session.model_changed.connect(self._renew)
        session.phase_changed.connect(self._renew)
        session.progressed.connect(self._take_progress)
        session.cursor_changed.connect(self._show_cursor)
        tint.changed.connect(self.viewport().update)
        theme.themed.connect(self._redress)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    # ------------------------------------------------------------ what is shown

    @property
    def reading(self) -> Reading:
        """How finished replies are shown."""
        return self._reading

    def choose_reading(self, reading: Reading) -> None:
        """Show finished replies rendered, or exactly as their tokens are."""
        if reading is not self._reading:
            self._reading = reading
            self._redress()

    def text_of(self, index: int) -> str:
        """What a message says, a running reply as far as it is."""
        item = self._items[index]
        return item.body.text_between(0, item.body.length) if item.message.writing else item.message.text

    @Slot()
    def _redress(self) -> None:
        self._selection.clear()
        for item in self._items:
            item.remake(self._name(item.message), self._reading)
        self._renew()

    @Slot()
    def _renew(self) -> None:
        self._stale = True
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _refresh(self) -> None:
        """Bring the items in line with the session's messages."""
        if self._stale:
            self._stale = False
            before = {id(item.message): item for item in self._items}
            self._items = [self._item(before.get(id(one)), one) for one in self._session.messages]
            for item, span in zip(self._items, self._session.conversation.spans(), strict=True):
                item.take(self._session.tokens, span)
            if self._selection.item not in self._items:
                self._selection.clear()
        self._arrange()
        self._describe()

    def _item(self, known: MessageItem | None, message: ChatMessage) -> MessageItem:
        name = self._name(message)
        if known is None:
            known = MessageItem(message, name, self._reading)
            known.guess(self._column()[1])
        elif known.name != name or known.finished != (not message.writing):
            known.remake(name, self._reading)
        known.finished = not message.writing
        known.note = self._note(message)
        return known

    def _name(self, message: ChatMessage) -> str:
        if message.role == "user":
            return self.tr("You")
        return self._session.model.name if self._session.model is not None else self.tr("Model")

    def _note(self, message: ChatMessage) -> str:
        if message.waiting:
            return self.tr("Sent as soon as the model is ready.")
        if not message.writing or self._session.phase is not Phase.PREFILLING:
            return ""
        if self._prefill is None or not self._prefill.total:
            return self.tr("Reading the prompt …")
        read = self.tr("Reading the prompt: {done} of {total} tokens")
        return read.format(done=self._prefill.done, total=self._prefill.total)

    @Slot(object)
    def _take_progress(self, progress: Progress) -> None:
        if progress.task == "prefill":
            self._prefill = progress if progress.done < progress.total else None
            self._renew()

    @Slot(int, int)
    def _grow(self, start: int, stop: int) -> None:
        """Tokens were written: only the last message changes."""
        if self._stale or not self._items or not self._items[-1].message.writing:
            self._renew()
            return
        last = self._items[-1]
        first = last.span[0] if last.shows_tokens else start
        noted, last.note = bool(last.note), ""
        changed = last.take(self._session.tokens, (first, stop))
        if self.isVisible():
            self._arrange(from_top=last.top + (0.0 if noted else changed))

    def _describe(self) -> None:
        """Let screen readers have the last message, once it is complete."""
        messages = self._session.messages
        if messages and not messages[-1].writing:
            self.setAccessibleDescription(messages[-1].text[:2000])

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

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        self._refresh()

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
                boxes = item.body.placed.rectangles_of(position)
                if boxes:
                    self._reveal(item.top + item.body_top + boxes[0].top(), boxes[0].height())

    def _update_token(self, position: int) -> None:
        """Paint a token anew."""
        for item in self._items:
            if item.span[0] <= position < item.span[1] and item.laid_out:
                move = QPointF(self._column()[0], item.top + item.body_top - self.verticalScrollBar().value())
                for box in item.body.placed.rectangles_of(position):
                    around = box.translated(move).adjusted(-4, -4, 4, 4)
                    self.viewport().update(around.toAlignedRect())

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
        if found is None or not found[0].laid_out or not found[0].shows_tokens:
            return None
        return found[0].body.placed.box_at(found[1])

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the messages that are in view."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), theme.colour(theme.current().window))
        if not self._items:
            paint_empty(painter, QRectF(self.viewport().rect()), self._session)
            return
        left, _ = self._column()
        scroll = self.verticalScrollBar().value()
        for item in self._visible():
            if not item.laid_out:
                continue
            top = item.top - scroll
            painter.save()
            painter.translate(left, top)
            strip = (event.rect().top() - top, event.rect().bottom() - top)
            selected = self._selection.range_in(item)
            item.paint(painter, strip, self._tint, self._session.cursor, self._hovered, selected)
            painter.restore()

    # ------------------------------------------------------------ mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a selection."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._pressed = (event.position(), self._box_at(event.position()))
        found = self._item_at(event.position())
        self._selection.clear()
        if found is not None:
            self._selection.begin(found[0], found[0].body.character_at(found[1]))
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection, or show which token a click would choose."""
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved = (event.position() - self._pressed[0]).manhattanLength()
            if moved > DRAG_PIXELS:
                self._pressed = (self._pressed[0], None)
            item = self._selection.item
            if self._pressed[1] is None and item is not None:
                left, _ = self._column()
                at = event.position() + QPointF(-left, self.verticalScrollBar().value() - item.top)
                self._selection.extend(item.body.character_at(item.to_body(at)))
                self.viewport().update()
            return
        box = self._box_at(event.position())
        self._hover(box.start if box is not None else -1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the token that was pressed."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed[1] is not None:
            self._selection.clear()
            self._session.move_cursor(pressed[1].start)
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a word."""
        found = self._item_at(event.position())
        if found is not None:
            item, place = found
            first, last = item.body.word_at(item.body.character_at(place))
            self._selection.begin(item, first)
            self._selection.extend(last)
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Show the figures of the token under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            box = self._box_at(QPointF(event.pos()))
            if box is not None:
                QToolTip.showText(event.globalPos(), token_facts(self._session, box.start), self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def _hover(self, position: int) -> None:
        if position != self._hovered:
            self._update_token(self._hovered)
            self._update_token(position)
            self._hovered = position
            shape = Qt.CursorShape.PointingHandCursor if position >= 0 else Qt.CursorShape.IBeamCursor
            self.viewport().setCursor(shape)

    # ------------------------------------------------------------ keyboard and menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the cursor over the tokens, Page keys scroll, Ctrl+C copies."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._select_all()
        elif event.key() in steps and not event.modifiers():
            self._session.step_cursor(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Home:
            self.verticalScrollBar().setValue(0)
        elif event.key() == Qt.Key.Key_End:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        else:
            super().keyPressEvent(event)

    @Slot()
    def copy(self) -> None:
        """Copy the selection; without one the message at the cursor, else the last one."""
        text = self._selection.text()
        if not text and self._items:
            cursor = self._session.cursor
            inside = [i for i, item in enumerate(self._items) if item.span[0] <= cursor < item.span[1]]
            text = self.text_of(inside[0] if inside else -1)
        if text:
            QApplication.clipboard().setText(text)

    def _select_all(self) -> None:
        item = self._selection.item or (self._items[-1] if self._items else None)
        if item is not None:
            self._selection.begin(item, 0)
            self._selection.extend(item.body.length)
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy and regenerate, also for the keyboard."""
        found = self._item_at(QPointF(event.pos()))
        index = self._items.index(found[0]) if found is not None else -1
        menu = QMenu(self)
        selection = menu.addAction(self.tr("Copy selection"))
        selection.setEnabled(bool(self._selection.text()))
        selection.triggered.connect(self.copy)
        message = menu.addAction(self.tr("Copy message"))
        message.setEnabled(bool(self._items))
        message.triggered.connect(lambda: self.copy_message(index))
        again = menu.addAction(self.tr("Regenerate reply"))
        again.setEnabled(self._session.can_regenerate)
        again.triggered.connect(self.regenerate_asked)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def copy_message(self, index: int) -> None:
        """Copy a whole message."""
        QApplication.clipboard().setText(self.text_of(index))
