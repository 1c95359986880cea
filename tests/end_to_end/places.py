"""Where on the screen things of Vitrine's window are, for the mouse.

Knows nothing about what a test does with them. A place is left, top, width and height in pixels of the screen;
there is ``None`` for what is not seen.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QMenu,
    QTextBrowser,
    QWidget,
)

from desktop import theme
from desktop.panels.next_token.panel import NextTokenPanel
from desktop.plots import probability_bars
from desktop.transcript.actions import Action
from desktop.window import Window
from tests.end_to_end.sights import text_of

Place = list[int] | None


def on_screen(widget: QWidget, area: QRect | QRectF) -> list[int]:
    """The place of a part of a widget."""
    whole = area.toAlignedRect() if isinstance(area, QRectF) else area
    corner = widget.mapToGlobal(whole.topLeft())
    return [corner.x(), corner.y(), whole.width(), whole.height()]


def in_view(scrolled: QAbstractScrollArea, area: QRect | QRectF) -> Place:
    """The place of something on what is scrolled, if all of it is in view."""
    viewport = scrolled.viewport()
    whole = area.toAlignedRect() if isinstance(area, QRectF) else area
    return on_screen(viewport, whole) if viewport.rect().contains(whole) else None


def of_widget(window: Window, name: str) -> Place:
    """A widget or an entry of an open menu that is called so, or says so."""
    for widget in QApplication.allWidgets():
        if not widget.isVisible():
            continue
        if name in (widget.accessibleName(), text_of(widget)):
            return on_screen(widget, widget.visibleRegion().boundingRect())
        if isinstance(widget, QMenu):
            for action in widget.actions():
                if action.text().split("\t")[0] == name:
                    return on_screen(widget, widget.actionGeometry(action))
    return None


def of_token(window: Window, position: int) -> Place:
    """A token in the transcript: the first of its lines."""
    areas = window.chat.transcript.areas_of(position)
    return in_view(window.chat.transcript, areas[0]) if areas else None


def of_heading(window: Window, message: int) -> Place:
    """The line above a message of the transcript, by the message's index."""
    transcript = window.chat.transcript
    if message >= len(transcript._items) or not transcript._items[message].laid_out:
        return None
    item = transcript._items[message]
    left, width = transcript._column()
    return in_view(transcript, QRectF(left, transcript._below_edge(item), width, item.body_top))


def of_action(window: Window, message: int, action: str) -> Place:
    """What is offered in the heading of a message: the name of an `Action`."""
    transcript = window.chat.transcript
    if of_heading(window, message) is None:
        return None
    item = transcript._items[message]
    left, width = transcript._column()
    room = item.heading.rooms(width).get(Action(action))
    if room is None:
        return None
    return in_view(transcript, room.translated(QPointF(left, transcript._below_edge(item))))


def of_conversation(window: Window, title: str) -> Place:
    """A conversation in the sidebar."""
    sidebar = window.sidebar
    if not sidebar.up_to_date:
        return None
    for row in range(sidebar.rows.rowCount()):
        index = sidebar.rows.index(row)
        if index.data() == title:
            return in_view(sidebar.list, sidebar.list.visualRect(index))
    return None


def of_bar(window: Window, token: int) -> Place:
    """A token in the list of the distribution."""
    panel = window.findChild(NextTokenPanel)
    if panel is None or not panel.view.bars.isVisible():
        return None
    bars = panel.view.bars
    place = bars.source.place_of(token) - bars.visible_rows().start
    if place not in range(len(bars.visible_rows())):
        return None
    height = theme.scaled(probability_bars._ROW)
    top = theme.scaled(probability_bars._HEADINGS) + place * height
    return on_screen(bars.viewport(), QRect(0, top, bars.viewport().width(), height))


def of_branch(window: Window, message: int) -> Place:
    """A message in the tree of branches, by its number."""
    tree = window.chat.branches.tree
    if not tree.isVisible() or message not in tree._layout.nodes:
        return None
    return in_view(tree, tree.place_of(message))


def of_row(window: Window, view: str, text: str) -> Place:
    """The first row of a table or a tree that begins with a text; the view by its name."""
    for one in QApplication.allWidgets():
        if isinstance(one, QAbstractItemView) and one.isVisible() and one.accessibleName() == view:
            begin, flags = one.model().index(0, 0), Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
            for index in one.model().match(begin, Qt.ItemDataRole.DisplayRole, text, 1, flags):
                return in_view(one, one.visualRect(index))
    return None


def of_link(window: Window, page: str, text: str) -> Place:
    """The first place of a text on a page, by the page's name."""
    for one in QApplication.allWidgets():
        if isinstance(one, QTextBrowser) and one.isVisible() and one.accessibleName() == page:
            found = one.document().find(text)
            start = QTextCursor(one.document())
            start.setPosition(found.selectionStart())
            if not found.isNull():
                return in_view(one, one.cursorRect(start) | one.cursorRect(found))
    return None


PLACES = {
    "place": of_widget,
    "token": of_token,
    "heading": of_heading,
    "action": of_action,
    "conversation": of_conversation,
    "bar": of_bar,
    "branch": of_branch,
    "row": of_row,
    "link": of_link,
}
"""Questions about places, by name."""
