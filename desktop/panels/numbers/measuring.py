"""What each format would make of a tensor or of the whole model: measured part by part, with progress, stoppable.

Knows no widget; the engine measures.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from desktop.controls.numbers import format_count, size_text
from desktop.inquiry import Inquiry
from desktop.session import Session
from inference.contract import Failed
from inference.tensors.contract import FormatErrors, ReadFormatErrors, TensorRef
from models.escaping import escape_text

translate = QCoreApplication.translate


class FormatMeasuring(QObject):
    """Asks for the next part as long as somebody looks.

    Args:
        session: whose engine measures.
        parent: owner.
    """

    changed = Signal()
    """`errors` or what `sentence` says is another."""

    refused = Signal(str)
    """Why it cannot be measured, in a sentence."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._take_refusal)
        self._of: tuple[TensorRef | None] | None = None
        """A tensor, or ``(None,)`` for the whole model."""
        self._wanted = self._looked_at = False
        self.errors: FormatErrors | None = None
        """As far as they are known."""

    @property
    def running(self) -> bool:
        """Whether more will be known."""
        return self._wanted and (self.errors is None or not self.errors.complete)

    def measure(self, tensor: TensorRef | None) -> None:
        """Begin with a tensor, or with the whole model."""
        self._inquiry.forget()
        self._of, self._wanted, self.errors = (tensor,), True, None
        self.changed.emit()
        self.go_on()

    def look(self, looked_at: bool) -> None:
        """Say whether somebody looks: what was begun is gone on with then, and rests otherwise."""
        self._looked_at = looked_at
        if looked_at:
            self.go_on()
        else:
            self._inquiry.forget()

    @Slot()
    def stop(self) -> None:
        """Measure no further; what is known stays."""
        self._inquiry.forget()
        self._wanted = False
        if self.errors is None:
            self._of = None
        self.changed.emit()

    @Slot()
    def forget(self) -> None:
        """What was measured is no more."""
        self.errors = None
        self.stop()

    @Slot()
    def go_on(self) -> None:
        """Ask for the next part; of what only can be computed between replies when none is written."""
        if self._looked_at and self.running and self._of is not None and not self._waits:
            self._inquiry.ask(ReadFormatErrors, tensor=self._of[0])

    @Slot()
    def take_phase(self) -> None:
        """A reply begins or ends."""
        self.changed.emit()
        self.go_on()

    @Slot()
    def take_sequence(self) -> None:
        """Another sequence: at the same place of it the model computes something else."""
        if self._of is None or self._of[0] is None or not self._of[0].computed:
            return
        if self._wanted:
            self.measure(self._of[0])
        else:
            self.forget()

    def sentence(self) -> str:
        """How far it is, or what it is of."""
        if self._of is None:
            return translate(
                "NumbersPanel",
                "What each format would make of all numbers, and what they would take in memory.",
            )
        tensor, errors = self._of[0], self.errors
        what = (
            translate("NumbersPanel", "the whole model") if tensor is None else escape_text(tensor.name, 80)
        )
        seen = round(100 * errors.done / errors.total) if errors is not None and errors.total else 0
        if self.running and self._waits:
            return translate("NumbersPanel", "{what}: measured when the reply is written").format(what=what)
        if self.running:
            return translate("NumbersPanel", "{share} % of {what} seen").format(share=seen, what=what)
        if errors is None or not errors.complete:
            return translate("NumbersPanel", "Stopped: {share} % of {what} seen").format(
                share=seen, what=what
            )
        return translate("NumbersPanel", "{what}: {count} numbers, {size} as they are stored").format(
            what=what, count=format_count(errors.total), size=size_text(errors.stored_bytes)
        )

    @property
    def _waits(self) -> bool:
        """Whether nothing can be known before the reply is written."""
        tensor = None if self._of is None else self._of[0]
        return tensor is not None and tensor.computed and self._session.busy

    @Slot(object)
    def _take(self, errors: FormatErrors) -> None:
        query = self._inquiry.query
        if self._of is not None and isinstance(query, ReadFormatErrors) and (query.tensor,) == self._of:
            self.errors = errors
            self.changed.emit()
            self.go_on()

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        if failed.case == "interrupted":
            self.go_on()
            return
        self.stop()
        self.refused.emit(f"{failed.what} {failed.remedy}")
