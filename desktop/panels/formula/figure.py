"""The formula itself, Y = in₀·w₀ + in₁·w₁ + … + β, set in real numbers, and what becomes of Y.

Knows nothing about where the numbers come from. The largest terms come first.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.controls.numbers import format_count
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.panels.formula.wording import number_text, subscript
from inference.formula.contract import Formula

TILE, GAP, LINES, NARROWEST = 106, 20, 2, 4
"""Pixels of a term and between two, at a zoom of 1; lines of terms, and least terms of a line."""

_HEIGHT, _SYMBOLS = 62, 24


@dataclass(frozen=True, slots=True)
class Tile:
    """One part of the formula.

    Args:
        sign: what stands before it.
        above: its name, small.
        middle: how its number comes about, empty for nothing.
        number: what it is.
        value: the same as a number, whose sign gives the colour.
        term: which input, -1 for none.
        result: whether it is what all comes to.
        quiet: whether it stands for many.
        below: what the runtime has in its place, small; empty where that is not known.
    """

    sign: str
    above: str
    middle: str
    number: str
    value: float
    term: int = -1
    result: bool = False
    quiet: bool = False
    below: str = ""


class FormulaFigure(QWidget):
    """Paints one formula; its terms can be chosen.

    Args:
        parent: the widget it lies in.
    """

    term_chosen = Signal(int)
    """A person chose an input and its weight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formula: Formula | None = None
        self._in_mlp = False
        self._term = -1
        self._hovered = -1
        self._placed: list[tuple[QRectF, Tile]] = []
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("The formula in real numbers"))
        theme.themed.connect(self._restyle)

    def show_formula(self, formula: Formula | None, *, in_mlp: bool = False) -> None:
        """Show another formula.

        Args:
            formula: of a neuron; ``None`` for none.
            in_mlp: whether it is a gate of an MLP or what is multiplied with one.
        """
        heights = self._applied_lines()
        self._formula, self._in_mlp = formula, in_mlp
        self.setAccessibleDescription(self.said())
        if heights != self._applied_lines():
            self.updateGeometry()
        self.update()

    def show_term(self, term: int) -> None:
        """Outline a term, -1 for none."""
        if term != self._term:
            self._term = term
            self.update()

    def said(self) -> str:
        """The formula as one line of text."""
        formula = self._formula
        if formula is None:
            return ""
        tiles = [*self._terms(3), *self._ending(3), *self._applied()]
        parts = [f"{one.sign} {one.middle or one.above} {one.number} {one.below}".strip() for one in tiles]
        return "Y = " + " ".join(parts)

    # ------------------------------------------------------------ parts

    def _terms(self, count: int) -> list[Tile]:
        formula = self._formula
        assert formula is not None
        found = []
        for place in range(min(count, len(formula.indices))):
            index = int(formula.indices[place])
            product = float(formula.products[place])
            given, weight = float(formula.inputs[place]), float(formula.weights[place])
            factors = f"{number_text(given, 4)} · {number_text(weight, 3)}"
            name = f"in{subscript(index)} · w{subscript(index)}"
            found.append(Tile("+" if place else "", name, factors, number_text(product), product, index))
        return found

    def _ending(self, listed: int) -> list[Tile]:
        """What stands behind the terms: the others, β and the sum."""
        formula = self._formula
        assert formula is not None
        found = []
        shown = formula.products[:listed]
        hidden = formula.count - len(shown)
        if hidden > 0:
            rest = formula.rest + float(formula.products[listed:].sum())
            count = self.tr("{count} more").format(count=format_count(hidden))
            found.append(Tile("+", "…", count, number_text(rest), rest, quiet=True))
        if formula.offset is not None:
            found.append(Tile("+", "β", self.tr("bias"), number_text(formula.offset), formula.offset))
        else:
            found.append(Tile("+", "β", self.tr("bias"), self.tr("none"), 0.0, quiet=True))
        whole = self.tr("Y, sum here")
        below = self._runtimes(formula.computed)
        found.append(Tile("=", whole, "", number_text(formula.sum, 6), formula.sum, result=True, below=below))
        return found

    def _runtimes(self, value: float | None) -> str:
        return "" if value is None else self.tr("runtime {value}").format(value=number_text(value, 6))

    def _applied(self) -> list[Tile]:
        """What becomes of the sum."""
        formula = self._formula
        applied = None if formula is None else formula.applied
        if formula is None or applied is None:
            return []
        value = applied.here
        name = f"{applied.name}(Y)" if applied.name else "Y"
        below = self._runtimes(applied.computed)
        found = [Tile("", name, "", number_text(value, 6), value, result=True, below=below)]
        if applied.times is not None:
            other, whole = self.tr("another value"), self.tr("their product")
            if self._in_mlp:
                other = self.tr("up projection") if applied.name else self.tr("activated gate")
                whole = self.tr("into the down projection")
            made = value * applied.times
            found.append(Tile("×", other, "", number_text(applied.times), applied.times))
            below = self._runtimes(applied.product)
            found.append(Tile("=", whole, "", number_text(made, 6), made, result=True, below=below))
        return found

    def _applied_lines(self) -> int:
        return 1 if self._formula is not None and self._formula.applied is not None else 0

    # ------------------------------------------------------------ painting

    def sizeHint(self) -> QSize:
        """All lines."""
        lines = LINES + self._applied_lines()
        return QSize(theme.scaled(560), theme.scaled(_SYMBOLS + lines * (_HEIGHT + theme.SPACE)))

    def minimumSizeHint(self) -> QSize:
        """Narrower, with fewer terms."""
        return QSize(theme.scaled(NARROWEST * TILE + (NARROWEST - 1) * GAP), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The symbols, the terms, what becomes of them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._placed = []
        if self._formula is None:
            return
        self._paint_symbols(painter, self._formula)
        gap = theme.scaled(GAP)
        across = max((self.width() + gap) // (theme.scaled(TILE) + gap), NARROWEST)
        tile = (self.width() - (across - 1) * gap) / across
        room = across * LINES
        terms = min(room - len(self._ending(0)), self._formula.count)
        tiles = [*self._terms(terms), *self._ending(terms)]
        top = theme.scaled(_SYMBOLS)
        line = theme.scaled(_HEIGHT + theme.SPACE)
        for place, one in enumerate(tiles):
            row, column = divmod(place, across)
            self._paint_tile(
                painter, one, QRectF(column * (tile + gap), top + row * line, tile, theme.scaled(_HEIGHT))
            )
        top += LINES * line
        for column, one in enumerate(self._applied()):
            wide = (self.width() - 2 * gap) / 3
            self._paint_tile(painter, one, QRectF(column * (wide + gap), top, wide, theme.scaled(_HEIGHT)))

    def _paint_symbols(self, painter: QPainter, formula: Formula) -> None:
        palette = theme.current()
        last = subscript(formula.count - 1)
        said = f"Y = in₀ · w₀ + in₁ · w₁ + … + in{last} · w{last} + β"
        painter.setFont(theme.ui_font(15))
        painter.setPen(theme.colour(palette.text_soft))
        room = QRectF(0, 0, self.width(), theme.scaled(_SYMBOLS - 4))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), said)

    def _paint_tile(self, painter: QPainter, tile: Tile, area: QRectF) -> None:
        palette = theme.current()
        self._placed.append((area, tile))
        gap = theme.scaled(GAP)
        if tile.sign:
            painter.setFont(theme.ui_font(15))
            painter.setPen(theme.colour(palette.text_soft))
            before = QRectF(area.left() - gap, area.top(), gap, area.height())
            painter.drawText(before, int(Qt.AlignmentFlag.AlignCenter), tile.sign)
        ground = palette.accent_soft if tile.result else palette.surface
        chosen = tile.term >= 0 and tile.term == self._term
        hovered = tile.term >= 0 and tile.term == self._hovered
        first = self._term < 0 and self._placed[0][1] is tile
        edge = palette.cursor if chosen else palette.accent_line if tile.result else palette.line
        if self.hasFocus() and (chosen or first):
            edge = palette.accent
        painter.setPen(QPen(theme.colour(edge), 1.5 if chosen else 1.0))
        painter.setBrush(theme.colour(palette.hover if hovered else ground))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        inside = area.adjusted(theme.SPACE, theme.SPACE, -theme.SPACE, -theme.SPACE)
        centre = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        third = inside.height() / 3
        self._write(painter, theme.ui_font(11), palette.text_soft, inside, 0, third, tile.above, centre)
        if tile.middle:
            ink = palette.text_faint if tile.quiet else palette.text
            font = theme.ui_font(12 if tile.term >= 0 else 11)
            self._write(painter, font, ink, inside, third, third, tile.middle, centre)
        ink = palette.accent if tile.value > 0 else palette.cursor if tile.value < 0 else palette.text_soft
        if tile.result:
            ink = palette.text
        top, height = (2 * third, third) if tile.middle else (third, third if tile.below else 2 * third)
        size = 17 if tile.result else 14
        self._write(
            painter, theme.ui_font(size, QFont.Weight.DemiBold), ink, inside, top, height, tile.number, centre
        )
        if tile.below:
            small = theme.ui_font(11)
            self._write(painter, small, palette.text_soft, inside, 2 * third, third, tile.below, centre)

    @staticmethod
    def _write(
        painter: QPainter,
        font: QFont,
        ink: str,
        area: QRectF,
        top: float,
        height: float,
        text: str,
        flags: int,
    ) -> None:
        shown = QFontMetricsF(font)
        width = shown.horizontalAdvance(text)
        if width > area.width():
            font.setPixelSize(max(int(font.pixelSize() * area.width() / width), 7))
        painter.setFont(font)
        painter.setPen(theme.colour(ink))
        painter.drawText(QRectF(area.left(), area.top() + top, area.width(), height), flags, text)

    # ------------------------------------------------------------ from a person

    def _tile_at(self, point: QPointF) -> Tile | None:
        return next((tile for area, tile in self._placed if area.contains(point)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which term is under the pointer."""
        tile = self._tile_at(event.position())
        term = -1 if tile is None else tile.term
        if tile is not None:
            words = self.tr("Click to choose this weight for Tensors and Numbers.") if term >= 0 else ""
            said = f"{tile.above} {tile.middle} = {tile.number}".replace("  ", " ")
            said += f"\n{tile.below}" if tile.below else ""
            self.setToolTip(plain_tooltip(f"{said}\n{words}".strip()))
        else:
            self.setToolTip("")
        if term != self._hovered:
            self._hovered = term
            self.setCursor(Qt.CursorShape.PointingHandCursor if term >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hovered = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a term."""
        tile = self._tile_at(event.position())
        if tile is not None and tile.term >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.term_chosen.emit(tile.term)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go from term to term."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        terms = [tile.term for _, tile in self._placed if tile.term >= 0]
        key = Qt.Key(event.key())
        if key not in steps or not terms:
            super().keyPressEvent(event)
            return
        place = terms.index(self._term) + steps[key] if self._term in terms else 0
        self.term_chosen.emit(terms[min(max(place, 0), len(terms) - 1)])

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
