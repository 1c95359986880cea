"""A word as a person types it, made into the tokens that it can be in the middle of a text.

Knows nothing about distributions or painting.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from desktop.inquiry import Inquiry
from desktop.panels.next_token.vocabulary_search import spoken_text
from desktop.session import Session
from inference.contract import Failed, Token, Tokenize


def spellings_of(query: str) -> tuple[str, ...]:
    """The texts that are meant: with a space before the word and without, in this order.

    Args:
        query: as typed, a space also as the sign shown for it.
    """
    typed = spoken_text(query)
    other = typed[1:] if typed.startswith(" ") else " " + typed
    return tuple(text for text in sorted((typed, other), key=len, reverse=True) if text)


class WordReader(QObject):
    """Asks the engine for the tokens of every spelling.

    Args:
        session: whose engine is asked.
        parent: owner.
    """

    changed = Signal()
    """`spellings` or `refusal` changed."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts: tuple[str, ...] = ()
        self._tokens: dict[str, tuple[int, ...]] = {}
        self.refusal = ""
        self._inquiries = (Inquiry(session, self), Inquiry(session, self))
        for inquiry in self._inquiries:
            inquiry.answered.connect(self._take)
            inquiry.refused.connect(self._refuse)

    @property
    def spellings(self) -> tuple[tuple[int, ...], ...]:
        """Token IDs of each spelling, that with a space first; none until all are there, or for none at all."""
        if not self.done:
            return ()
        ids = (self._tokens[text] for text in self._texts)
        return tuple(dict.fromkeys(one for one in ids if one))

    @property
    def done(self) -> bool:
        """Whether nothing is awaited."""
        return all(text in self._tokens for text in self._texts)

    def read(self, query: str) -> None:
        """Ask about another word; `changed` tells when the answers are there. Empty asks about none."""
        self._texts = spellings_of(query) if query else ()
        self._tokens = {}
        self.refusal = ""
        for inquiry, text in zip(self._inquiries, self._texts, strict=False):
            inquiry.ask(Tokenize, text=text, first=False)
        for inquiry in self._inquiries[len(self._texts) :]:
            inquiry.forget()

    @Slot(object)
    def _take(self, tokens: tuple[Token, ...]) -> None:
        query = self._asked()
        if isinstance(query, Tokenize) and query.text in self._texts:
            self._tokens[query.text] = tuple(token.id for token in tokens)
            if self.done:
                self.changed.emit()

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        query = self._asked()
        if isinstance(query, Tokenize) and query.text in self._texts:
            self.refusal = f"{failed.what} {failed.remedy}"
            self.changed.emit()

    def _asked(self) -> object:
        sender = self.sender()
        return sender.query if isinstance(sender, Inquiry) else None
