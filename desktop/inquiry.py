"""A panel's line to the engine: one question in flight, the newest one next.

Knows nothing about what is asked or who draws the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from PySide6.QtCore import QObject, Signal

from inference.contract import ChangeTemplate, Failed, Query, ReadPrompt, Tokenize
from inference.formula.contract import ReadNeuronLayers
from inference.readings.contract import ReadingsQuery
from inference.tensors.contract import TensorQuery, WeightCommand

if TYPE_CHECKING:
    from desktop.session import Session

_OF_NO_SEQUENCE = (
    Tokenize,
    ReadPrompt,
    ChangeTemplate,
    ReadNeuronLayers,
    *get_args(ReadingsQuery | TensorQuery | WeightCommand),
)


def _asks(query: Query, kind: type[Query], fields: dict[str, Any]) -> bool:
    return type(query) is kind and all(getattr(query, name) == value for name, value in fields.items())


class Inquiry(QObject):
    """Asks the engine, at most one question at a time.

    While a question is in flight only the newest further one is kept, and asked when the answer is there. The
    answer to an older question is delivered nevertheless, so that a picture that asks on every frame of a
    running reply still moves: read `query` to know what was asked. Answers about a sequence that has been
    replaced meanwhile, and all answers after `forget`, are dropped.

    Args:
        session: whose engine is asked.
        parent: owner.
    """

    answered = Signal(object)
    """The value of an `Answer`; `query` is the question it belongs to."""

    refused = Signal(object)
    """The `Failed` that came instead of an answer."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: Query | None = None
        self._epoch = -1
        self._next: tuple[type[Query], dict[str, Any], int] | None = None
        self._wanted = False
        self.query: Query | None = None

    @property
    def pending(self) -> bool:
        """Whether an answer is awaited."""
        return self._wanted or self._next is not None

    def ask(self, kind: type[Query], **fields: Any) -> None:
        """Ask for something; nothing happens while no model is loaded.

        Args:
            kind: the query's class in `inference.contract`.
            fields: its fields but `query`, which is numbered here.
        """
        epoch = self._session.epoch
        if self._asked is not None:
            same = self._wanted and self._epoch == epoch and _asks(self._asked, kind, fields)
            self._next = None if same else (kind, fields, epoch)
            return
        asked = self._session.ask(self, kind, fields)
        self._asked, self._epoch, self._wanted = asked, epoch, asked is not None

    def forget(self) -> None:
        """Drop the question in flight and the one that waits."""
        self._next = None
        self._wanted = False

    def deliver(self, value: object) -> None:
        """Called by the session with the answer, or with a `Failed`; asks what waited."""
        asked, epoch, wanted = self._asked, self._epoch, self._wanted
        self._asked, self._wanted = None, False
        following, self._next = self._next, None
        if following is not None and (following[2] == self._session.epoch or following[0] in _OF_NO_SEQUENCE):
            self.ask(following[0], **following[1])
        if not wanted or not (epoch == self._session.epoch or isinstance(asked, _OF_NO_SEQUENCE)):
            return
        self.query = asked
        if isinstance(value, Failed):
            self.refused.emit(value)
        else:
            self.answered.emit(value)

    def lose(self) -> None:
        """Called by the session when the engine is gone: no answer will come."""
        self._asked, self._next, self._wanted = None, None, False
