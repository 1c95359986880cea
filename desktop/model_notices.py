"""Notices about which model is there: another than the one that wrote, or what was recorded of one in its place.

Knows nothing about how a model is opened; the session does that.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.controls.numbers import format_count, number_text
from desktop.model_library.opening import place_of
from desktop.notices import Notices
from desktop.recorded_wording import open_former_model, what_is_explored
from desktop.session import Session
from inference.contract import Failed
from models.escaping import escape_text

FOREIGN = "foreign-model"
RECORDED = "recorded"
NOT_RECORDED = "not-recorded"
"""Cases of notices whose buttons open a model."""
FLIPPED = "flipped-bits"
"""Case of the notice whose button turns every bit back."""


class ModelNotices(QObject):
    """Says what a person should know of the model behind what is shown, and offers another.

    Args:
        session: whose model.
        notices: where it is said.
        parent: owner.
    """

    def __init__(self, session: Session, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._notices = notices
        session.model_asked.connect(self._take_wish)
        session.model_changed.connect(self._take_model)
        session.conversation_chosen.connect(self._take_conversation)
        session.inspection.weights_changed.connect(self._take_weights)

    def take_failure(self, failed: Failed) -> bool:
        """Say of a failure that it is none; whether it was of that kind: what is shown is not what was recorded."""
        if failed.case != NOT_RECORDED:
            return False
        offer = open_former_model(self._session)
        self._notices.say(failed.case, failed.what, failed.remedy, offer, kind="notice")
        return True

    def act(self, case: str) -> bool:
        """Open what the notice of a case offered; whether it was one of these."""
        if case in (RECORDED, NOT_RECORDED):
            self._session.leave_recording()
        elif case == FLIPPED:
            self._session.restore_weights()
        elif case == FOREIGN:
            written = [one.model for one in self._session.messages if one.role == "assistant"]
            self._session.open_model(place_of(written[-1]))
        else:
            return False
        return True

    @Slot()
    def _take_wish(self) -> None:
        """Something else is being opened: what was recorded is left."""
        for case in (RECORDED, NOT_RECORDED):
            self._notices.dismiss_case(case)

    @Slot()
    def _take_model(self) -> None:
        model = self._session.model
        if model is None:
            return
        # Whatever they offered, another model is there now.
        for banner in [one for one in self._notices.banners if one.button.text()]:
            self._notices.dismiss(banner)
        if model.recorded:
            offer = open_former_model(self._session)
            self._notices.say(RECORDED, what_is_explored(model), "", offer, kind="notice")
        self._take_conversation()

    @Slot()
    def _take_weights(self) -> None:
        """Say that weights are not as in the file, for as long as they are not."""
        self._notices.dismiss_case(FLIPPED)
        bits = self._session.inspection.bits
        if not bits:
            return
        last = bits[-1]
        what = self.tr(
            "{count} bits of weights are flipped in memory, the last in {name}: {before} became {after}."
        )
        if len(bits) == 1:
            what = self.tr("A bit of {name} is flipped in memory: {before} became {after}.")
        said = what.format(
            count=format_count(len(bits)),
            name=escape_text(last.tensor.name, 80),
            before=number_text(last.before, 9),
            after=number_text(last.after, 9),
        )
        remedy = self.tr("The file is as it was.")
        self._notices.say(FLIPPED, said, remedy, self.tr("Undo"), kind="notice")

    @Slot()
    def _take_conversation(self) -> None:
        """Say that the model in use is not the one that wrote what is shown, and offer that one."""
        session = self._session
        self._notices.dismiss_case(FOREIGN)
        self._notices.dismiss_case(NOT_RECORDED)
        written = [one.model for one in session.messages if one.role == "assistant" and not one.writing]
        if session.model is None or not written or written[-1].bundle == session.identity.bundle:
            return
        name, here = escape_text(written[-1].name) or self.tr("another model"), place_of(written[-1])
        what = self.tr("This conversation was written by {model}, which is not the model in use.")
        remedy = self.tr("Its tokens can be opened with that model only; it can be gone on with in any.")
        if not here:
            remedy = self.tr("That model is not where it was; what is said can be read and gone on with.")
        if session.recorded:
            what = self.tr("This conversation was written by {model}, and is not the one that was recorded.")
            remedy = self.tr("What is said can be read; its tokens can be opened with that model only.")
        action = self.tr("Open {model}").format(model=name) if here else ""
        self._notices.say(FOREIGN, what.format(model=name), remedy, action, kind="notice")
