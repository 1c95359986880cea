"""What is said and what is answered: a question and a reply from their first token to their last, kept as they come.

Knows no widget, and of the engine only which command is due; `desktop.session` talks to it.
"""

from __future__ import annotations

import secrets

from desktop.conversation import ChatMessage, EndReason, reply_facts
from desktop.history.records import Origin, Reason
from desktop.history.replies import ReplyStart
from desktop.phase import Phase
from desktop.running_reply import ReplyPlan
from desktop.session_state import SEED_BOUND
from desktop.shown_conversation import ShownConversation
from inference.contract import (
    Generate,
    Prompt,
    Prompted,
    Stop,
    Token,
)


class Conversing(ShownConversation):
    """The part of a session that says something and has it answered."""

    def send(self, text: str) -> bool:
        """Say something; while the model is still loading it waits.

        It is on the disk before anything is done with it. A reply that is being written is stopped and kept as far
        as it is.

        Returns:
            Whether the text was taken; otherwise it should stay where it was typed.
        """
        if not text.strip() or self.phase is Phase.LOST or self.queued or self.only_looks:
            return False
        self.conversation.draft = ""
        self._abandon()
        former = self.conversation.leaf
        if not self._say(text, former):
            self._restore()
            return False
        if self.model is None:
            self.messages[-1].waiting = True
            self.conversation_changed.emit()
        else:
            self._generate(former=former, returned=True)
        return True

    def edit(self, index: int, text: str) -> bool:
        """Say something else in place of an earlier message; what followed it stays on its own branch.

        Args:
            index: of the message of a person.
            text: said instead.

        Returns:
            Whether that was done.
        """
        if not text.strip() or not self.can_write:
            return False
        # A question that nothing was written to yet stays as well: it may be the one that is edited.
        self._abandon(withdraw=False)
        if index >= len(self.messages) or self.messages[index].role != "user":
            return False
        former, edited = self.conversation.leaf, self.messages[index].id
        parent = self.messages[index - 1].id if index else None
        if not self._say(text, parent, "edited", edited, keep=index):
            self._restore()
            return False
        self._generate(former=former, returned=True)
        return True

    def _say(
        self,
        text: str,
        parent: int | None,
        reason: Reason = "sent",
        origin: int | None = None,
        keep: int | None = None,
    ) -> bool:
        """Keep what is said and show it behind the first `keep` messages; whether that was possible."""
        conversation = self.conversation

        def act() -> int:
            history = self.archive.history
            self._keep_conversation()
            return history.messages.say(conversation.id, parent, text, reason, origin, conversation.draft)

        number = self.archive.attempt(act, 0)
        if number:
            del conversation.messages[len(conversation.messages) if keep is None else keep :]
            conversation.messages.append(ChatMessage("user", text, id=number))
            self._count_variants()
            self.archive.changed.emit()
        return bool(number)

    def _keep_conversation(self) -> None:
        """Make sure that there is a place for the conversation on the disk; may raise `HistoryError`."""
        conversation, history = self.conversation, self.archive.history
        if not conversation.id:
            conversation.id = history.conversations.create(conversation.system_prompt)
            history.conversations.set_settings(conversation.id, self.settings, self._fixed_seed)

    def _count_variants(self) -> None:
        """Know what else could stand in the place of each message."""
        number, history = self.conversation.id, self.archive.history
        none: dict[int | None, tuple[int, ...]] = {}
        variants = self.archive.attempt(lambda: history.messages.variants(number), none)
        parent: int | None = None
        for message in self.messages:
            message.variants = variants.get(parent, ())
            parent = message.id

    def save_draft(self, text: str) -> None:
        """Keep what is typed and not sent; cheap enough for every key."""
        conversation = self.conversation
        if text == conversation.draft:
            return
        begun = bool(text) and not conversation.draft
        conversation.draft = text

        def act() -> None:
            self._keep_conversation()
            self.archive.history.conversations.save_draft(conversation.id, text)

        self.archive.attempt(act, None)
        if (begun or not text) and not self.messages:
            self.archive.changed.emit()

    def _generate(
        self,
        reason: Reason = "answered",
        origin: Origin | None = None,
        former: int | None = None,
        returned: bool = False,
    ) -> None:
        """Answer the last question."""
        if self.new_seed_each_reply:
            self.seed = secrets.randbelow(SEED_BOUND)
            self.settings_changed.emit()
        parent = self.conversation.leaf
        if parent is None:
            return
        guess = self.guess_ahead and self.can_guess
        plan = ReplyPlan(
            parent, self.settings, self.seed, self.system_prompt, reason, origin, (), former, returned, guess
        )
        self._write(plan, self.conversation.prompt())

    def _write(self, plan: ReplyPlan, prompt: Prompt, chosen: tuple[int, ...] = (), typed: str = "") -> None:
        assert self.model is not None
        intervention = self.muting.read_under = self.muting.intervention
        identity = self.identity.under(intervention)
        self.messages.append(ChatMessage("assistant", "", writing=True, model=identity))
        number = self._reply.begin(plan)
        self.stopping = False
        written = tuple(step.token.id for step in plan.kept)
        together = tuple(not step.token.alone for step in plan.kept)
        given = (prompt, plan.settings, plan.seed, None, written, chosen, typed, together, plan.guess)
        self._command(Generate(number, *given, intervention=intervention))
        self._set_following(True)
        self.reply_asked.emit()
        self._set_phase(Phase.PREFILLING)
        self.conversation_changed.emit()

    def _keep_reply(self, prompted: Prompted, prompt: list[Token]) -> bool:
        """Keep that a reply is being written, and to what; whether that was possible."""
        plan, message = self._reply.plan, self.messages[-1]
        assert plan is not None
        assert self.model is not None
        start = ReplyStart(
            plan.parent,
            prompt,
            message.model,
            plan.settings,
            plan.seed,
            plan.system_prompt,
            plan.reason,
            plan.origin,
            self.model.end_ids,
        )
        writer = self.archive.attempt(lambda: self.archive.history.replies.begin(start), None)
        if writer is None:
            return False
        self._reply.writer = writer
        message.id = writer.message
        self._count_variants()
        self.archive.changed.emit()
        return True

    def stop(self) -> None:
        """Stop writing at once; a message that still waits for the model goes back to the composer."""
        if self.queued:
            self._withdraw()
        elif self.busy and not self.stopping:
            self.stopping = True
            self._command(Stop())
            self.phase_changed.emit()

    def _abandon(self, withdraw: bool = True) -> None:
        """End what runs without waiting for the engine's last word: its later events are ignored."""
        if self.queued and withdraw:
            self._withdraw()
        if self.busy:
            self._command(Stop())
            self._reply.give_up()
            self._set_phase(Phase.READY)
            self._end_reply("stopped", withdraw, restore=False)

    def _end_reply(
        self,
        reason: EndReason,
        withdraw: bool = True,
        decode_ms: float | None = None,
        restore: bool = True,
    ) -> None:
        """The reply that is being written, if there is one, is complete as far as it is.

        Args:
            reason: why.
            withdraw: whether a question that nothing was written to goes back to where it was typed.
            decode_ms: as in `Stopped`.
            restore: whether what is shown instead of a reply that came to nothing is to be read.
        """
        self.stopping = False
        if not self.messages or not self.messages[-1].writing:
            return
        message, reply = self.messages[-1], self._reply
        message.writing = False
        if not reply.new_steps and reason in ("stopped", "failed", "lost"):
            self._take_back(withdraw, restore)
            return
        # The engine knows the time of what it wrote, not of what was there already.
        spent = decode_ms if reply.plan is not None and not reply.plan.kept else None
        facts = reply_facts(reply.steps, reason, spent)
        if (writer := reply.writer) is not None:
            facts = self.archive.attempt(lambda: writer.end(reason, spent), facts)
        reply.complete(message, facts, self.model.end_ids if self.model is not None else ())
        self.speed = facts.tokens_per_second or self.speed
        self.archive.changed.emit()
        self.conversation_changed.emit()
        self.status_changed.emit()
        self.reply_ended.emit(message.id)

    def _take_back(self, withdraw: bool, restore: bool) -> None:
        """Nothing was written after all: all is as before the reply was asked for."""
        plan, writer = self._reply.plan, self._reply.writer
        self.messages.pop()
        if writer is not None:
            self.archive.attempt(lambda: self.archive.history.replies.discard(writer.message), None)
        self._reply.writer = None
        self._count_variants()
        if plan is not None and plan.returned and withdraw:
            self._withdraw()
        if (
            plan is not None
            and plan.former not in (None, self.conversation.leaf)
            and (withdraw or not plan.returned)
        ):
            self._show_branch(plan.former, restore)
        else:
            self.conversation_changed.emit()
        self.reply_ended.emit(0)

    def _withdraw(self) -> None:
        """Take the last thing said back, for it was not answered, and give its text to the composer."""
        if not self.messages or self.messages[-1].role != "user":
            return
        message, conversation = self.messages.pop(), self.conversation
        typed = conversation.draft
        conversation.draft = f"{message.text}\n{typed}" if typed.strip() else message.text
        withdraw = self.archive.history.messages.withdraw
        self.archive.attempt(lambda: withdraw(message.id, conversation.draft), None)
        self._count_variants()
        self.archive.changed.emit()
        self.conversation_changed.emit()
        self.text_returned.emit(message.text)
