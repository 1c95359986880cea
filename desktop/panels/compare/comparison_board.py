"""A comparison on its board: columns filled with replies, tints and marks, and the place where they part below.

Knows nothing about how replies are written, and does nothing to them: it says what a person points at and asks for.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from desktop.comparison.column import Column
from desktop.comparison.comparison import Comparison
from desktop.comparison.measurements import Measurements
from desktop.comparison.shown_sequence import ShownSequence
from desktop.controls.numbers import format_count
from desktop.panels.compare.board import Board, BoardColumn
from desktop.panels.compare.scene import Scene
from desktop.panels.next_token.vocabulary import Vocabulary
from desktop.session import Session


class ComparisonBoard(Board):
    """The columns of a comparison.

    Args:
        session: where the cursor is.
        comparison: what is shown.
        known: what is measured of it.
        scene: how it looks.
        parent: the widget it lies in.
    """

    pointed = Signal(object)
    """Lines about the token that is pointed at, a tuple; nothing in it for none."""

    token_chosen = Signal(object, int)
    """A token of a `Column` was chosen, by its index."""

    menu_asked = Signal(object, QPoint)
    """The menu of a `Column` is wanted, at a place on the screen."""

    def __init__(
        self,
        session: Session,
        comparison: Comparison,
        known: Measurements,
        scene: Scene,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._comparison = comparison
        self._known = known
        self._scene = scene
        self._shown = ShownSequence(session)
        self._vocabulary = Vocabulary(None)
        self._revealed: tuple[int, ...] = ()
        self.partings.turned.connect(self._turn)
        self.hint.setText(
            self.tr(
                "Move the slider above and press Replay: the same prompt is answered with the same dice and "
                "that one setting changed, and the reply appears here. Or add a column with a preset or with "
                "another reply to this question."
            )
        )

    def set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Name tokens as this model does."""
        self._vocabulary = vocabulary

    def refresh(self) -> None:
        """Show everything as it is now."""
        columns = self._comparison.columns
        for made in self.set_count(len(columns)):
            self._connect_column(made)
        for shown, column in zip(self.columns, columns, strict=True):
            self._fill(shown, column)
        self._show_parting()

    # ------------------------------------------------------------ columns

    def _fill(self, shown: BoardColumn, column: Column) -> None:
        comparison, scene, text = self._comparison, self._scene, shown.text
        side = scene.side_of(column)
        shown.head.show_facts(scene.head(column))
        text.setAccessibleName(self.tr("Reply {letter}").format(letter=scene.letter_of(column)))
        text.set_sources(scene.tint_of(side) if side >= 0 else _no_tint, partial(self._describe, column))
        if column.side is None:
            text.clear()
            text.set_cursor(-1)
        else:
            text.show_table(column.side.table, column.side.end_reason is not None)
            text.set_cursor(self._shown.index_of(column.side, self._session.cursor))
        together = side >= 0 and len(comparison.written) > 1
        text.set_marks(
            comparison.alignment.agreeing[side] if together else 0,
            scene.partings_of(side) if together else (),
        )
        text.update()
        shown.more.setVisible(text.hidden > 0)
        if text.hidden:
            rest = self.tr("Show more of {count} tokens").format(count=format_count(text.hidden))
            shown.more.setText(rest)
            shown.more.setAccessibleName(rest)

    def _connect_column(self, made: BoardColumn) -> None:
        made.text.pointed.connect(partial(self._point, made))
        made.text.chosen.connect(partial(self._choose, made))
        made.more.clicked.connect(partial(self._show_more, made))
        made.head.remove_asked.connect(partial(self._remove, made))
        made.head.show_asked.connect(partial(self._show_branch, made))
        made.head.menu_asked.connect(partial(self._ask_for_menu, made))

    def _column_of(self, shown: BoardColumn) -> Column:
        return self._comparison.columns[self.columns.index(shown)]

    def _remove(self, shown: BoardColumn) -> None:
        self._comparison.remove(self._column_of(shown))

    def _show_branch(self, shown: BoardColumn) -> None:
        self._comparison.show_branch(self._column_of(shown))

    def _ask_for_menu(self, shown: BoardColumn, place: QPoint) -> None:
        self.menu_asked.emit(self._column_of(shown), place)

    def _show_more(self, shown: BoardColumn, *_: object) -> None:
        shown.text.show_more()
        self._fill(shown, self._column_of(shown))

    # ------------------------------------------------------------ tokens

    def _describe(self, column: Column, index: int) -> str:
        return "\n".join(self._scene.facts(self._scene.side_of(column), index))

    def _choose(self, shown: BoardColumn, index: int) -> None:
        self.token_chosen.emit(self._column_of(shown), index)

    def _point(self, shown: BoardColumn, index: int) -> None:
        """Point at the same token wherever the same ones stand before it."""
        columns = self._comparison.columns
        if shown not in self.columns or self.columns.index(shown) >= len(columns):
            return
        side = self._scene.side_of(self._column_of(shown))
        alignment = self._comparison.alignment
        for other, column in zip(self.columns, columns, strict=False):
            there = self._scene.side_of(column)
            known = min(side, there) >= 0 and 0 <= index < column.length
            other.text.set_pointed(index if known and alignment.stand_beside(side, there, index) else -1)
        self.pointed.emit(self._scene.facts(side, index) if index >= 0 else ())

    # ------------------------------------------------------------ where they part

    @Slot(int)
    def _turn(self, step: int) -> None:
        self._scene.parting += step
        self._scene.clip_parting()
        self._show_parting()

    def _show_parting(self) -> None:
        comparison, scene = self._comparison, self._scene
        count = len(comparison.alignment.partings)
        title = scene.parting_title()
        self.partings.setVisible(bool(title))
        self.partings.say(title, scene.parting + 1, count)
        opening = self._known.opening(scene.parting) if count else None
        known = {} if opening is None else {one.side: one for one in opening.sides}
        for part, column in zip(self.partings.parts, comparison.columns, strict=False):
            part.setVisible(opening is not None)
            side = scene.side_of(column)
            if opening is not None and side in known:
                special = self._vocabulary.special_ids
                part.show_side(opening, known[side], self._vocabulary.show_piece, special)
            else:
                part.show_nothing(self.tr("left before, or ended") if side >= 0 else "")
        self._reveal_parting()

    def _reveal_parting(self) -> None:
        """Bring a parting into view when it is there for the first time, or another one is wanted."""
        written, partings = self._comparison.written, self._comparison.alignment.partings
        if not partings:
            self._revealed = ()
            return
        parting = partings[self._scene.parting]
        wanted = (parting.index, *(written[side].reply for side in parting.sides))
        shown = self.columns[self._comparison.columns.index(written[parting.sides[0]])]
        if wanted != self._revealed and parting.index < shown.text.shown:
            self._revealed = wanted
            self.reveal(shown, parting.index)


def _no_tint(start: int, stop: int) -> QColor | None:
    return None
