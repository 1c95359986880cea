"""What a person does with a conversation: says, edits, asks anew, goes on differently; each kept before it is done.

Knows no widget, and of the engine only which command is due; `desktop.session` talks to it.
"""

from __future__ import annotations

import secrets
from typing import TypeVar

from PySide6.QtCore import QObject

from desktop.archive import Archive
from desktop.conversation import ChatMessage, Conversation, EndReason, reply_facts
from desktop.history.records import ModelIdentity, Origin, Reason
from desktop.history.replies import ReplyStart
from desktop.kept_conversation import read_conversation
from desktop.phase import Phase
from desktop.running_reply import ReplyPlan, RunningReply
from desktop.session_state import SEED_BOUND, SessionState
from inference.contract import (
    Command,
    Failed,
    Generate,
    IdsPrompt,
    Prompt,
    Prompted,
    Stop,
    Token,
    UpdateSettings,
)
from inference.sampling.settings import SamplingSettings

T = TypeVar("T")

PATIENCE = 256
"""Tokens that are read one by one, as they were written, when a conversation is opened: some seconds at most."""


class Conversing(SessionState):
    """The half of a session that has to do with what is said.

    Args:
        archive: what keeps it.
        parent: owner.
    """

    def __init__(self, archive: Archive, parent: QObject | None = None) -> None:
        super().__init__(archive, parent)
        self._reply = RunningReply()
        archive.deleted.connect(self._leave_deleted)

    def _command(self, command: Command) -> None:
        """Hand a command to the engine."""
        raise NotImplementedError

    def _tell_failure(self, case: str, what: str, remedy: str) -> None:
        self.failed.emit(Failed(case, what, remedy))

    # ------------------------------------------------------------ saying

    def send(self, text: str) -> bool:
        """Say something; while the model is still loading it waits.

        It is on the disk before anything is done with it. A reply that is being written is stopped and kept as far
        as it is.

        Returns:
            Whether the text was taken; otherwise it should stay where it was typed.
        """
        if not text.strip() or self.phase is Phase.LOST or self.queued:
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
        if not text.strip() or self.model is None or self.phase is Phase.LOST:
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

    # ------------------------------------------------------------ replies

    def regenerate(self, index: int | None = None) -> None:
        """Answer a question anew; the earlier reply stays as a variant.

        Args:
            index: of the reply; ``None`` for the last one, or for the last question where it has none.
        """
        if not self.can_regenerate:
            return
        self._abandon(withdraw=False)
        former = self.conversation.leaf
        # A reply that nothing was written to yet has just gone.
        stop = len(self.messages) if index is None else min(index + 1, len(self.messages))
        while stop and self.messages[stop - 1].role == "assistant":
            stop -= 1
        replaced = self.messages[stop].id if stop < len(self.messages) else 0
        del self.messages[stop:]
        if replaced:
            self._generate("regenerated", Origin(replaced), former)
        else:
            self._generate(former=former)

    def continue_reply(self) -> bool:
        """Go on with the last reply where it was stopped, as a variant of it; whether that is possible."""
        last = self.messages[-1] if self.messages else None
        if last is None or not last.id or last.role != "assistant":
            return False
        return self._vary(last.id, None, "continued")

    def branch(self, position: int, token: int) -> bool:
        """Go on from another token in place of the one at a position of a reply; whether that is possible."""
        found = self.reply_at(position)
        return found is not None and self._vary(*found, "branched", chosen=(token,))

    def force(self, position: int, text: str) -> bool:
        """Have a text stand in a reply from a position on, and go on behind it; whether that is possible."""
        found = self.reply_at(position)
        return found is not None and bool(text) and self._vary(*found, "forced", typed=text)

    def replay(self, reply: int, settings: SamplingSettings) -> bool:
        """Write a variant of a reply with the same prompt and draws, and other settings; whether that is possible."""
        return self._vary(reply, 0, "replayed", settings)

    def reply_at(self, position: int) -> tuple[int, int] | None:
        """Number of the reply that a token of the sequence belongs to, and the token's index in it.

        One past the last token of the last reply counts as well: a text can be added there.
        """
        last = len(self.messages) - 1
        for index, (start, stop) in enumerate(self.conversation.spans()):
            message = self.messages[index]
            if message.role != "assistant" or not message.id or message.writing or stop <= start:
                continue
            # The token that ended an earlier reply belongs to the template.
            inside = start <= position < stop or (index == last and position == stop)
            same = message.ids is not None and self._ids(start, stop)[: len(message.ids)] == message.ids
            if inside and (same or index == last):
                return message.id, position - start
        return None

    def _ids(self, start: int, stop: int) -> tuple[int, ...]:
        return tuple(token.id for token in self.tokens[start:stop])

    def _vary(
        self,
        reply: int,
        kept: int | None,
        reason: Reason,
        settings: SamplingSettings | None = None,
        *,
        chosen: tuple[int, ...] = (),
        typed: str = "",
    ) -> bool:
        """Write a variant of a reply that has its first tokens in common with it.

        Args:
            reply: number of the reply.
            kept: how many of its tokens stay; ``None`` for all.
            reason: why.
            settings: other settings than those in force.
            chosen: tokens that come next.
            typed: text that comes next.
        """
        if self.model is None or self.phase is Phase.LOST:
            return False
        self._abandon()
        former, history, number = self.conversation.leaf, self.archive.history, self.conversation.id

        def act() -> tuple[Conversation, ReplyPlan] | None:
            path = history.messages.path(reply)
            record = path[-1] if path else None
            if record is None or record.reply is None or record.parent is None:
                return None
            if record.reply.model.bundle != self.identity.bundle:
                self._tell_foreign(record.reply.model)
                return None
            keep = len(history.replies.ids(reply)) if kept is None else kept
            conversation = read_conversation(history, number, reply, keep)
            sequence = conversation.sequence
            written = tuple(sequence.steps[at] for at in range(sequence.prompt_length, len(sequence)))
            plan = ReplyPlan(
                record.parent,
                settings or self.settings,
                record.reply.seed,
                record.reply.system_prompt,
                reason,
                Origin(reply, len(written)),
                written,
                former,
            )
            return conversation, plan

        found = self.archive.attempt(act, None)
        if found is None:
            self._restore()
            return False
        conversation, plan = found
        conversation.draft = self.conversation.draft
        self._show(conversation)
        prompt = conversation.sequence.tokens[: conversation.sequence.prompt_length]
        self._write(plan, _as_read(prompt), chosen, typed)
        return True

    def _tell_foreign(self, model: ModelIdentity) -> None:
        what = self.tr("This reply was written by {model}, and its tokens mean nothing to the model in use.")
        self._tell_failure(
            "another-model",
            what.format(model=model.name or self.tr("another model")),
            self.tr("Open that model, or regenerate the reply."),
        )

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
        plan = ReplyPlan(
            parent, self.settings, self.seed, self.system_prompt, reason, origin, (), former, returned
        )
        self._write(plan, self.conversation.prompt())

    def _write(self, plan: ReplyPlan, prompt: Prompt, chosen: tuple[int, ...] = (), typed: str = "") -> None:
        assert self.model is not None
        identity = self.identity
        self.messages.append(
            ChatMessage("assistant", "", writing=True, writer=identity.name, bundle=identity.bundle)
        )
        self._set_following(True)
        self.reply_asked.emit()
        number = self._reply.begin(plan)
        self.stopping = False
        written = tuple(step.token.id for step in plan.kept)
        self._command(Generate(number, prompt, plan.settings, plan.seed, None, written, chosen, typed))
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
            self.identity,
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

    # ------------------------------------------------------------ stopping

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

    # ------------------------------------------------------------ settings

    @property
    def _fixed_seed(self) -> int | None:
        return None if self.new_seed_each_reply else self.seed

    def change_settings(self, settings: SamplingSettings) -> None:
        """Change the sampling chain: of the pictures at once, of the engine from the next token on."""
        if settings != self.settings:
            self.settings = settings
            if self.busy:
                self._command(UpdateSettings(settings))
            self._keep_settings()
            self.settings_changed.emit()

    def change_seed(self, seed: int, new_each_reply: bool) -> None:
        """Choose the seed of the next reply, and whether every reply gets a new one."""
        if (seed, new_each_reply) != (self.seed, self.new_seed_each_reply):
            self.seed, self.new_seed_each_reply = seed, new_each_reply
            self._keep_settings()
            self.settings_changed.emit()

    def _keep_settings(self) -> None:
        number, keep = self.conversation.id, self.archive.history.conversations.set_settings
        if number:
            self.archive.attempt(lambda: keep(number, self.settings, self._fixed_seed), None)

    def set_system_prompt(self, text: str) -> None:
        """Give the model instructions, from the next message on."""
        if text == self.system_prompt:
            return
        self.conversation.system_prompt = text
        number, keep = self.conversation.id, self.archive.history.conversations.set_system_prompt
        if number:
            self.archive.attempt(lambda: keep(number, text), None)
        self.conversation_changed.emit()

    # ------------------------------------------------------------ conversations and branches

    def new_conversation(self) -> None:
        """Start an empty conversation; the current one stays in the list, and what is typed comes along."""
        self._abandon()
        if not self.messages:
            return
        typed = self.conversation.draft
        self.save_draft("")
        self._show(Conversation(system_prompt=self.system_prompt))
        self.save_draft(typed)
        self.conversation_chosen.emit()

    def open_conversation(self, number: int, message: int | None = None) -> bool:
        """Go to a kept conversation; the engine reads it again in the background.

        Args:
            number: of the conversation.
            message: one of its messages that is to be seen, on whatever branch.

        Returns:
            Whether it could be opened.
        """
        history = self.archive.history
        self._abandon()

        def act() -> Conversation:
            leaf = history.conversations.get(number).leaf
            if message is not None and message not in {one.id for one in history.messages.path(leaf)}:
                leaf = history.messages.newest_leaf(message)
                history.conversations.choose_leaf(number, leaf)
            return read_conversation(history, number, leaf)

        conversation = self.archive.attempt(act, None)
        if conversation is None:
            return False
        self._show(conversation)
        self._take_kept_settings(number)
        if message is not None:
            self._look_at_message(message)
        self._restore()
        return True

    def resume(self) -> None:
        """Go to what was interrupted when the program ended, or to what was typed and not sent."""
        history = self.archive.history

        def act() -> int:
            listed = history.conversations.list()
            for reply in reversed(self.archive.opened.interrupted):
                number = history.messages.conversation_of(reply)
                if any(one.id == number for one in listed):
                    return number
            return next((one.id for one in listed if one.draft or self._unanswered(one.leaf)), 0)

        number = self.archive.attempt(act, 0)
        if number:
            self.open_conversation(number)

    def _unanswered(self, leaf: int | None) -> bool:
        path = self.archive.history.messages.path(leaf)
        return bool(path) and path[-1].role == "user"

    def choose_variant(self, index: int, delta: int) -> bool:
        """Show the message before or after one among those that could stand in its place; whether there is one."""
        message = self.messages[index]
        if message.id not in message.variants:
            return False
        place = message.variants.index(message.id) + delta
        if not 0 <= place < len(message.variants):
            return False
        history, other = self.archive.history, message.variants[place]
        leaf = self.archive.attempt(lambda: history.messages.newest_leaf(other), 0)
        return bool(leaf) and self.choose_branch(leaf)

    def choose_branch(self, leaf: int) -> bool:
        """Show the branch of this conversation that ends with a message; whether that was possible."""
        self._abandon()
        return self._show_branch(leaf)

    def look_at(self, message: int) -> bool:
        """Go to a message of this conversation, on whatever branch it is; whether that was possible."""
        if all(one.id != message for one in self.messages):
            history = self.archive.history
            leaf = self.archive.attempt(lambda: history.messages.newest_leaf(message), 0)
            if not leaf or not self.choose_branch(leaf):
                return False
        self._look_at_message(message)
        return True

    def _show_branch(self, leaf: int | None, restore: bool = True) -> bool:
        number, history, draft = self.conversation.id, self.archive.history, self.conversation.draft

        def act() -> Conversation:
            history.conversations.choose_leaf(number, leaf)
            return read_conversation(history, number, leaf)

        conversation = self.archive.attempt(act, None)
        if conversation is None:
            return False
        conversation.draft = draft
        cursor = self.cursor
        self._show(conversation)
        if cursor < len(self.tokens):
            self.move_cursor(cursor)
        if restore:
            self._restore()
        return True

    def _look_at_message(self, number: int) -> None:
        for message, (start, stop) in zip(self.messages, self.conversation.spans(), strict=True):
            if message.id == number and stop > start:
                self.move_cursor(start)
        self.message_asked.emit(number)

    def _take_kept_settings(self, number: int) -> None:
        record = self.archive.attempt(lambda: self.archive.history.conversations.get(number), None)
        if record is None or record.settings is None:
            return
        self.settings, self.new_seed_each_reply = record.settings, record.seed is None
        self.seed = self.seed if record.seed is None else record.seed
        self.settings_changed.emit()

    def _leave_deleted(self, number: int) -> None:
        if number == self.conversation.id:
            self._abandon(withdraw=False)
            self._show(Conversation(system_prompt=self.system_prompt))

    def _show(self, conversation: Conversation) -> None:
        if self.model is not None:
            conversation.forget_tokens(self.identity.bundle)
        self.conversation = conversation
        self.epoch += 1
        self._place_cursor(len(self.tokens) - 1)
        self._set_following(True)
        self.conversation_chosen.emit()
        self.conversation_changed.emit()
        self.tokens_reset.emit()
        self.cursor_changed.emit(self.cursor)

    def _restore(self, patience: int | None = PATIENCE) -> None:
        """Have the engine read the tokens that the window already shows."""
        if not self.tokens or self.model is None or self.phase is Phase.LOST:
            return
        number = self._reply.begin(None)
        self.stopping = False
        prompt = _as_read(self.tokens, self.conversation.sequence.prompt_length, patience)
        self._command(Generate(number, prompt, self.settings, self.seed, 0))
        self._set_phase(Phase.PREFILLING)

    def read_as_written(self) -> None:
        """Read the sequence again, token by token where it was so, however long that takes."""
        if not self.busy:
            self._restore(patience=None)


def _as_read(tokens: list[Token], prompt: int | None = None, patience: int | None = PATIENCE) -> IdsPrompt:
    """Tokens as a prompt that is read as they were.

    Args:
        tokens: the sequence.
        prompt: how many of them were not written by the model; all by default.
        patience: as in `IdsPrompt`.
    """
    count = len(tokens) if prompt is None else prompt
    alone = [token.alone for token in tokens[:count]] + [True] * (len(tokens) - count)
    return IdsPrompt(tuple(token.id for token in tokens), tuple(alone), patience)
