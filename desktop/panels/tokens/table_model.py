"""The token table's rows: a copy of the session's sequence that grows in ranges, filtered by text or ID.

Knows nothing about views; numbers are read from the session when they are looked at.
"""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot

from desktop.panels.tokens.columns import TokenColumn, TokenFacts, column_looks
from desktop.session import Session
from inference.contract import Token
from models.tokenizer.pieces import render_piece

Index = QModelIndex | QPersistentModelIndex


class TokenTableModel(QAbstractTableModel):
    """Rows of tokens.

    Args:
        session: whose sequence.
        parent: owner.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._tokens: list[Token] = []
        self._query = ""
        self._positions: list[int] = []
        self._looks = column_looks()
        self._searchable: dict[int, str] = {}
        self._replaced = True
        self._written = 0

    # ------------------------------------------------------------ rows

    @property
    def query(self) -> str:
        """What rows are filtered by, empty for none."""
        return self._query

    @property
    def token_count(self) -> int:
        """How many tokens there are, shown or not."""
        return len(self._tokens)

    @property
    def written_count(self) -> int:
        """How many of them the model wrote in its last reply."""
        return self._written

    def position_of(self, row: int) -> int:
        """The position of the token in a row, -1 for no row."""
        return self._positions[row] if 0 <= row < len(self._positions) else -1

    def row_of(self, position: int) -> int:
        """The row of a position, -1 where the filter hides it."""
        if not self._query:
            return position if 0 <= position < len(self._positions) else -1
        return self._positions.index(position) if position in self._positions else -1

    def facts_at(self, row: int) -> TokenFacts:
        """What is known about the token of a row."""
        position, session = self._positions[row], self._session
        known = position < len(session.tokens)
        return TokenFacts(
            position,
            self._tokens[position],
            float(session.logprobs[position]) if known else math.nan,
            int(session.ranks[position]) if known else 0,
            float(session.entropies[position]) if known else math.nan,
        )

    @Slot()
    def expect_another_sequence(self) -> None:
        """The session's sequence was replaced: the next `catch_up` compares all of it."""
        self._replaced = True

    def catch_up(self) -> None:
        """Take over the session's sequence: what is the same stays, the rest is removed and inserted in ranges."""
        tokens = self._session.tokens
        if not self._replaced:
            if len(self._tokens) < len(tokens):
                self._append(tokens[len(self._tokens) :])
            return
        self._replaced = False
        same = next(
            (
                at
                for at, (a, b) in enumerate(zip(self._tokens, tokens, strict=False))
                if a is not b and a.id != b.id
            ),
            min(len(self._tokens), len(tokens)),
        )
        changed = [at for at in range(same) if self._tokens[at] is not tokens[at]]
        if same < len(self._tokens):
            self._remove_from(same)
        for at in changed:
            self._tokens[at] = tokens[at]
        self._written = _count_written(self._tokens)
        if changed:
            self._tell_changed(changed[0], changed[-1] + 1)
        if same < len(tokens):
            self._append(tokens[same:])

    def set_query(self, query: str) -> None:
        """Show only tokens that contain a text, or have an ID."""
        if query == self._query:
            return
        self.beginResetModel()
        self._query = query
        self._positions = [at for at in range(len(self._tokens)) if self._matches(self._tokens[at])]
        self.endResetModel()

    def tell_statistics(self, start: int, stop: int) -> None:
        """Numbers of positions [start, stop) are known now."""
        self._tell_changed(start, stop)

    def forget_words(self) -> None:
        """Take the words of the window's language anew."""
        self._looks = column_looks()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(TokenColumn) - 1)

    # ------------------------------------------------------------ Qt's virtual methods

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows that are shown."""
        return 0 if parent.isValid() else len(self._positions)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each `TokenColumn`."""
        return 0 if parent.isValid() else len(TokenColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text for people and screen readers; the delegate asks `facts_at`."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._looks[TokenColumn(index.column())].spell(self.facts_at(index.row()))
        if role == Qt.ItemDataRole.ToolTipRole and index.column() in (TokenColumn.PIECE, TokenColumn.BYTES):
            return self._describe(self.facts_at(index.row()))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns, and what they mean."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(TokenColumn):
            return None
        look = self._looks[TokenColumn(section)]
        if role == Qt.ItemDataRole.DisplayRole:
            return look.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return look.explanation
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    # ------------------------------------------------------------ within

    def _alignment(self, section: int) -> int:
        side = (
            Qt.AlignmentFlag.AlignRight
            if self._looks[TokenColumn(section)].right
            else Qt.AlignmentFlag.AlignLeft
        )
        return int(side | Qt.AlignmentFlag.AlignVCenter)

    def _append(self, tokens: list[Token]) -> None:
        start = len(self._tokens)
        self._written += _count_written(tokens)
        positions = [start + at for at, token in enumerate(tokens) if self._matches(token)]
        if not positions:
            self._tokens += tokens
            return
        first = len(self._positions)
        self.beginInsertRows(QModelIndex(), first, first + len(positions) - 1)
        self._tokens += tokens
        self._positions += positions
        self.endInsertRows()

    def _remove_from(self, position: int) -> None:
        first = next((row for row, at in enumerate(self._positions) if at >= position), len(self._positions))
        if first < len(self._positions):
            self.beginRemoveRows(QModelIndex(), first, len(self._positions) - 1)
            del self._positions[first:]
            del self._tokens[position:]
            self.endRemoveRows()
        else:
            del self._tokens[position:]

    def _tell_changed(self, start: int, stop: int) -> None:
        rows = [row for row, at in enumerate(self._positions) if start <= at < stop]
        if rows:
            self.dataChanged.emit(self.index(rows[0], 0), self.index(rows[-1], len(TokenColumn) - 1))

    def _matches(self, token: Token) -> bool:
        if not self._query:
            return True
        if self._query.strip() == str(token.id):
            return True
        if token.id not in self._searchable:
            readable = token.piece.decode("utf-8", "replace")
            self._searchable[token.id] = f"{readable}\n{render_piece(token.piece)}".lower()
        return self._query.lower() in self._searchable[token.id]

    def _describe(self, facts: TokenFacts) -> str:
        count = len(facts.token.piece)
        described = self.tr("{piece}\n{bytes} ({count} bytes)").format(
            piece=render_piece(facts.token.piece), bytes=facts.token.piece.hex(" ").upper(), count=count
        )
        if facts.token.special:
            described += "\n" + self.tr("special: it steers the model and is no text")
        return described


def _count_written(tokens: list[Token]) -> int:
    return sum(token.part == "reply" for token in tokens)
