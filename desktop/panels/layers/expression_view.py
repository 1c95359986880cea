"""The model as one nested expression whose parts unfold where they are clicked.

Knows nothing about sessions.
"""

from __future__ import annotations

import html

from PySide6.QtCore import QUrl, Slot
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from desktop import theme
from inference.tensors.contract import Anatomy
from models.anatomy.expression import inner_expression, name_of, steps_of
from models.escaping import escape_text

FEW = 8
"""Steps of a model that are all written out at first; of a longer one only the ends are."""
_ENDS = 2


class ExpressionView(QTextBrowser):
    """``logits = Head(FinalNorm(Block29(… Embedding(ids))))``; “…” and every name unfold and fold.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._anatomy: Anatomy | None = None
        self._whole = False
        self._open: set[int] = set()
        self._names = ("output", "input")
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("The model as one expression"))
        self.anchorClicked.connect(self._fold)
        theme.themed.connect(self._write)

    def show_anatomy(self, anatomy: Anatomy | None, *, language_model: bool) -> None:
        """Show another model, folded."""
        self._anatomy, self._open = anatomy, set()
        self._names = ("logits", "ids") if language_model else ("output", "input")
        self._whole = anatomy is not None and len(steps_of(anatomy.entries)) <= FEW
        self._write()

    @Slot(QUrl)
    def _fold(self, link: QUrl) -> None:
        where = link.toString().removeprefix("#")
        if where == "whole":
            self._whole = not self._whole
        elif where.isdigit():
            self._open ^= {int(where)}
        place = self.verticalScrollBar().value()
        self._write()
        self.verticalScrollBar().setValue(place)

    @Slot()
    def _write(self) -> None:
        if self._anatomy is None:
            self.clear()
            return
        entries, palette = self._anatomy.entries, theme.current()
        steps = list(reversed(steps_of(entries)))
        shown = steps if self._whole else [*steps[:_ENDS], *steps[-1:]]
        parts, left_out = [f'<span style="color:{palette.cursor}">{self._names[0]}</span> = '], False
        for step in steps:
            if step in shown:
                parts.append(self._name(step) + "(")
                left_out = False
            elif not left_out:
                parts.append(self._link("whole", "…") + " ")
                left_out = True
        parts.append(f'<span style="color:{palette.cursor}">{self._names[1]}</span>' + ")" * len(shown))
        if self._whole and len(steps) > FEW:
            parts.append(f"<p>{self._link('whole', self.tr('Fold'))}</p>")
        for step in sorted(self._open):
            inner = html.escape(escape_text(inner_expression(entries, step), 4000))
            name = html.escape(escape_text(name_of(entries[step])))
            parts.append(
                f'<p style="color:{palette.text_soft}"><span style="color:{palette.accent}">{name}</span>'
                f"(x) = {inner}</p>"
            )
        hint = self.tr("Click a name to see what is in it.")
        if len(shown) < len(steps):
            hint = self.tr("Click “…” to see all steps, and a name to see what is in it.")
        family = html.escape(theme.ui_font(12).family())
        parts.append(f"<p style=\"color:{palette.text_faint};font-family:'{family}'\">{hint}</p>")
        font = theme.mono_font(13)
        self.document().setDefaultFont(font)
        self.setHtml(f'<div style="color:{palette.text}">{"".join(parts)}</div>')

    def _name(self, step: int) -> str:
        assert self._anatomy is not None
        name = html.escape(escape_text(name_of(self._anatomy.entries[step])))
        if not any(one.parent == step for one in self._anatomy.entries):
            return name
        return self._link(str(step), name)

    def _link(self, where: str, text: str) -> str:
        return f'<a href="#{where}" style="color:{theme.current().accent};text-decoration:none">{text}</a>'
