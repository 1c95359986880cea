"""The line above a message: who said it, which variant it is, its figures, and what can be done with it.

Knows nothing about the mouse; it is told its width and asked where things are.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from desktop import theme
from desktop.buttons import draw_icon
from desktop.controls.numbers import format_count
from desktop.conversation import ChatMessage
from desktop.muted_words import summary
from desktop.transcript.actions import VARIANTS, Action, place_of
from desktop.transcript.facts import facts_text

HEIGHT = 20
"""Pixels of what is clicked in it, at a zoom of 1."""

_BASELINE = 14
_SIGN = 18
_LEAST_NAME = 60.0
_ICONS = {Action.EARLIER: "left", Action.LATER: "right"}


class Heading:
    """The heading of one message.

    Args:
        message: below it.
        name: who said it, as shown.
    """

    def __init__(self, message: ChatMessage, name: str) -> None:
        self.message = message
        self.name = name
        self.offered: tuple[Action, ...] = ()
        """What is offered at the right edge: more where the pointer is over the message."""

    def rooms(self, width: float) -> dict[Action, QRectF]:
        """Where the actions are that can be clicked, in pixels from the heading's corner.

        Args:
            width: of the message.
        """
        rooms = {}
        left = self._name_width(width) + 2 * theme.SPACE
        count = place_of(self.message)[1]
        if count > 1:
            signs = self._sign_rooms(left)
            place, _ = place_of(self.message)
            rooms = {
                action: signs[action] for action, delta in VARIANTS.items() if 1 <= place + delta <= count
            }
            left = signs[Action.LATER].right() + theme.SPACE
        metrics, right = QFontMetricsF(theme.ui_font(12)), width
        for action in reversed(self._beside()):
            room = metrics.horizontalAdvance(action.label) + 2 * theme.SPACE
            if right - room < left:
                break  # what finds no room is in the menu
            rooms[action] = QRectF(right - room, 0.0, room, theme.scaled(HEIGHT))
            right -= room + theme.SPACE
        return rooms

    def action_at(self, place: QPointF, width: float) -> Action | None:
        """What a click at a point does."""
        return next((action for action, room in self.rooms(width).items() if room.contains(place)), None)

    def paint(self, painter: QPainter, width: float, hovered: Action | None) -> None:
        """Draw it.

        Args:
            painter: at the heading's corner.
            width: of the message.
            hovered: what is under the pointer.
        """
        palette, rooms = theme.current(), self.rooms(width)
        name_font, facts_font = theme.ui_font(13, QFont.Weight.DemiBold), theme.ui_font(12)
        left = self._name_width(width)
        self._write(painter, name_font, theme.colour(palette.text_soft), QRectF(0, 0, left, 0), self.name)
        if place_of(self.message)[1] > 1:
            left = self._paint_variants(painter, left + 2 * theme.SPACE, rooms, hovered)
        beside = [rooms[action] for action in self._beside() if action in rooms]
        if self.message.facts is not None:
            right = min((room.left() for room in beside), default=width)
            room = QRectF(left + 3 * theme.SPACE, 0, right - left - 4 * theme.SPACE, 0)
            # What was muted comes first: such a reply is not to be taken for an ordinary one.
            without = summary(self.message.model.intervention)
            facts = " · ".join(filter(None, (without, facts_text(self.message.facts))))
            self._write(painter, facts_font, theme.colour(palette.text_faint), room, facts)
        for action in self._beside():
            if action in rooms:
                self._paint_ground(painter, rooms[action], action is hovered)
                painter.setFont(facts_font)
                painter.setPen(theme.colour(palette.accent))
                painter.drawText(rooms[action], Qt.AlignmentFlag.AlignCenter, action.label)

    def _beside(self) -> list[Action]:
        """What is offered at the right edge."""
        return [action for action in self.offered if action not in VARIANTS]

    # ------------------------------------------------------------ parts

    def _name_width(self, width: float) -> float:
        natural = QFontMetricsF(theme.ui_font(13, QFont.Weight.DemiBold)).horizontalAdvance(self.name) + 1.0
        return min(natural, max(width * 0.5, _LEAST_NAME))

    @property
    def _count_text(self) -> str:
        """Which variant it is, ``2/3``."""
        place, count = place_of(self.message)
        return f"{format_count(place)}/{format_count(count)}"

    def _sign_rooms(self, left: float) -> dict[Action, QRectF]:
        """Where both signs are, whether they can be clicked or not; the count stands between them."""
        side = float(theme.scaled(_SIGN))
        top = (theme.scaled(HEIGHT) - side) / 2
        count = QFontMetricsF(theme.ui_font(12)).horizontalAdvance(self._count_text)
        return {
            Action.EARLIER: QRectF(left, top, side, side),
            Action.LATER: QRectF(left + side + count + theme.SPACE, top, side, side),
        }

    def _paint_variants(
        self, painter: QPainter, left: float, rooms: dict[Action, QRectF], hovered: Action | None
    ) -> float:
        """Draw ‹ 2/3 ›; where it ends."""
        palette, signs = theme.current(), self._sign_rooms(left)
        for action, room in signs.items():
            if action in rooms:
                self._paint_ground(painter, room, action is hovered)
            painter.save()
            side = theme.scaled(14)
            painter.translate(room.center().x() - side / 2, room.center().y() - side / 2)
            painter.scale(side / 16, side / 16)
            painter.setOpacity(1.0 if action in rooms else 0.35)
            draw_icon(painter, _ICONS[action], palette.accent if action in rooms else palette.text_faint)
            painter.restore()
        painter.setFont(theme.ui_font(12))
        painter.setPen(theme.colour(palette.text_soft))
        between = QRectF(signs[Action.EARLIER].topRight(), signs[Action.LATER].bottomLeft())
        painter.drawText(between, Qt.AlignmentFlag.AlignCenter, self._count_text)
        return signs[Action.LATER].right()

    def _paint_ground(self, painter: QPainter, room: QRectF, hovered: bool) -> None:
        if hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(theme.current().accent_soft))
            painter.drawRoundedRect(room, theme.SPACE, theme.SPACE)

    def _write(self, painter: QPainter, font: QFont, colour: QColor, room: QRectF, text: str) -> None:
        """Write as much as there is room for."""
        painter.setFont(font)
        painter.setPen(colour)
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(QPointF(room.left(), theme.scaled(_BASELINE)), shown)
