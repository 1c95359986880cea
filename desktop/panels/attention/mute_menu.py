"""What can be muted about a head: itself, all heads of its layer, the blocks of its layer.

Knows nothing about how that is done.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.muted_words import attention_words, head_words, mlp_words
from desktop.session import Session
from inference.intervention import NOTHING, Intervention


class MuteMenu(QMenu):
    """The menu of one head; it is gone when it closes.

    Args:
        session: whose model.
        layer: of the head.
        head: the head.
        parent: the widget it belongs to.
    """

    def __init__(self, session: Session, layer: int, head: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setAccessibleName(self.tr("Mute"))
        now = session.muting.intervention
        heads = session.model.heads if session.model is not None else 0
        whole = [(layer, number) for number in range(heads)]
        self.head = self._add(head_words(layer, head), now.toggled_heads([(layer, head)]))
        self.head.setChecked((layer, head) in now.heads)
        self.head.setShortcut("M")
        self.layer = self._add(
            self.tr("all heads of layer {layer}").format(layer=layer), now.toggled_heads(whole)
        )
        self.layer.setChecked({*whole} <= {*now.heads})
        self.attention = self._add(attention_words(layer), now.toggled_attention(layer))
        self.attention.setChecked(layer in now.attention)
        self.mlp = self._add(mlp_words(layer), now.toggled_mlp(layer))
        self.mlp.setChecked(layer in now.mlp)
        self.addSeparator()
        self.undo = self.addAction(self.tr("Undo all"), partial(session.mute, NOTHING))
        self.undo.setEnabled(bool(now))

    def _add(self, what: str, intervention: Intervention) -> QAction:
        action = self.addAction(
            self.tr("Mute {what}").format(what=what), partial(self._session.mute, intervention)
        )
        action.setCheckable(True)
        return action
