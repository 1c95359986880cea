"""Where the columns of a list of probability bars lie.

Knows nothing about what is in them.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QFont, QFontMetricsF

from desktop import theme


@dataclass(frozen=True, slots=True)
class Column:
    """A stretch of a row, in pixels from its left edge."""

    left: float
    width: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width


@dataclass(frozen=True, slots=True)
class BarColumns:
    """The columns of a row, from left to right.

    Args:
        mark: the die, or a dot, that marks a row.
        rank: place in the model's order.
        id: token ID; of width 0 where there is no room.
        piece: text of the token.
        bar: from 0 to 100 %.
        logit: the model's logit; of width 0 where there is no room.
        before: the model's probability; of width 0 where there is no room.
        after: the probability after the chain.
    """

    mark: Column
    rank: Column
    id: Column
    piece: Column
    bar: Column
    logit: Column
    before: Column
    after: Column


@dataclass(frozen=True, slots=True)
class ColumnNeeds:
    """What decides how wide columns must be.

    Args:
        numbers: font of the numbers.
        small: font of headings and stage names.
        pieces: font of the pieces.
        rank_digits: digits and separators of the longest rank in view.
        id_digits: digits of the largest token ID.
        before: heading of the model's probability.
        after: longest text of the last column, in the small font.
    """

    numbers: QFont
    small: QFont
    pieces: QFont
    rank_digits: int
    id_digits: int
    before: str
    after: str


def lay_out_columns(width: float, needs: ColumnNeeds) -> BarColumns:
    """Share a row's width among its columns.

    Numbers get what they need; what is left goes to the piece and to the bar, the larger part to the bar.
    Where it gets narrow the logit goes first, then the ID, then the model's own probability as a number.

    Args:
        width: of a row.
        needs: of its columns.
    """
    gap = theme.SPACE * 3.0
    numbers, small = QFontMetricsF(needs.numbers), QFontMetricsF(needs.small)
    digit = numbers.horizontalAdvance("0")
    character = QFontMetricsF(needs.pieces).horizontalAdvance("m")
    mark = float(theme.scaled(20))
    rank = max(digit * needs.rank_digits, digit * 2)
    identity = digit * needs.id_digits
    logit = numbers.horizontalAdvance("−00.00")
    before = max(numbers.horizontalAdvance("<0.01"), small.horizontalAdvance(needs.before))
    after = max(numbers.horizontalAdvance("100.0 %"), small.horizontalAdvance(needs.after))
    fixed = mark + rank + after + 4 * gap
    least = 10 * character + theme.scaled(90)
    before = before if width >= fixed + least + before + gap else 0.0
    fixed += before + gap if before else 0.0
    identity = identity if width >= fixed + least + identity + gap else 0.0
    fixed += identity + gap if identity else 0.0
    logit = logit if width >= fixed + 2 * least + logit + gap else 0.0
    fixed += logit + gap if logit else 0.0
    room = max(width - fixed, 8 * character)
    piece = min(max(room * 0.4, min(14 * character, room * 0.5)), 24 * character)
    columns, x = [], 0.0
    sizes = (mark, rank, identity, piece, room - piece, logit, before, after)
    for size, space in zip(sizes, (0.0, *[gap] * 6, theme.SPACE * 2), strict=True):
        columns.append(Column(x, size))
        x += size + space if size else 0.0
    return BarColumns(*columns)
