"""The two sentences that are read side by side: what a person typed, kept between starts.

Knows nothing about what is made of them, and no engine.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QSettings, Signal

translate = QCoreApplication.translate

KEYS = ("sentences/first", "sentences/second")
TEMPLATE_KEY = "sentences/template"


class SentencePair(QObject):
    """Both, and whether they are read as a message to the model.

    Args:
        parent: owner.
    """

    changed = Signal()
    """A sentence or `templated` changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._typed: list[str | None] = [None, None]
        self.templated = False
        """Whether each is read within the chat template, as if it were sent; otherwise as it is."""
        self._memory: QSettings | None = None

    @property
    def texts(self) -> tuple[str, str]:
        """Both as they are to be read: as typed, or the example of the window's language until something is."""
        examples = (
            translate("SentencePair", "She sat on the bank of the river"),
            translate("SentencePair", "She paid the money in at the bank"),
        )
        first, second = (
            example if typed is None else typed for typed, example in zip(self._typed, examples, strict=True)
        )
        return first, second

    def type(self, index: int, text: str) -> None:
        """Take what a person typed as a sentence; it is kept at once."""
        if text == self.texts[index]:
            return
        self._typed[index] = text
        if self._memory is not None:
            self._memory.setValue(KEYS[index], text)
        self.changed.emit()

    def read_templated(self, templated: bool) -> None:
        """Choose whether both are read within the chat template."""
        if templated != self.templated:
            self.templated = templated
            if self._memory is not None:
                self._memory.setValue(TEMPLATE_KEY, "chat" if templated else "")
            self.changed.emit()

    def keep_in(self, memory: QSettings) -> None:
        """Take what is remembered, and remember from now on; what makes no sense counts as never typed."""
        self._memory = memory
        for index, key in enumerate(KEYS):
            text = memory.value(key)
            self._typed[index] = text if isinstance(text, str) else None
        self.templated = memory.value(TEMPLATE_KEY, "") == "chat"
        self.changed.emit()
