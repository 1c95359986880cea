"""Which conversation, and which branch of it, a window shows; and the settings that belong to it.

Knows no widget and nothing of how replies come about; those who fill this in say how one is ended.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.archive import Archive
from desktop.conversation import Conversation
from desktop.kept_conversation import read_conversation
from desktop.phase import Phase
from desktop.running_reply import RunningReply
from desktop.session_state import SessionState
from inference.contract import (
    Command,
    Generate,
    IdsPrompt,
    Loaded,
    Token,
    UpdateSettings,
)
from inference.intervention import NOTHING
from inference.sampling.settings import SamplingSettings

PATIENCE = 256
"""Tokens that are read one by one, as they were written, when a conversation is opened: some seconds at most."""


class ShownConversation(SessionState):
    """The part of a session that goes from one conversation to another.

    Args:
        archive: what keeps them.
        parent: owner.
    """

    def __init__(self, archive: Archive, parent: QObject | None = None) -> None:
        super().__init__(archive, parent)
        self._reply = RunningReply()
        self._suggested = self.settings
        self._left = 0
        """The conversation that was deleted while it was shown, until another one is."""
        archive.deleted.connect(self._leave_deleted)
        archive.restored.connect(self._return_to_restored)

    def _command(self, command: Command) -> None:
        """Hand a command to the engine."""
        raise NotImplementedError

    def _abandon(self, withdraw: bool = True) -> None:
        """End what runs without waiting for the engine's last word: its later events are ignored.

        Args:
            withdraw: whether a question that was not answered goes back to where it was typed.
        """
        raise NotImplementedError

    def save_draft(self, text: str) -> None:
        """Keep what is typed and not sent."""
        raise NotImplementedError

    # ------------------------------------------------------------ conversations

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
        self._show(conversation, self._restore)
        self._take_kept_settings(number)
        if message is not None:
            self._look_at_message(message)
        return True

    def resume(self) -> None:
        """Go to what was interrupted when the program ended, or to what was typed and not sent."""
        history = self.archive.history

        def act() -> int:
            for reply in reversed(self.archive.opened.interrupted):
                number = history.messages.conversation_of(reply)
                if not history.conversations.get(number).deleted:
                    return number
            return history.conversations.unfinished()

        number = self.archive.attempt(act, 0)
        if number:
            self.open_conversation(number)

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
        self._show(conversation, self._restore if restore else None)
        if cursor < len(self.tokens):
            self.move_cursor(cursor)
        return True

    def _look_at_message(self, number: int) -> None:
        for message, (start, stop) in zip(self.messages, self.conversation.spans(), strict=True):
            if message.id == number and stop > start:
                self.move_cursor(start)
        self.message_asked.emit(number)

    def _leave_deleted(self, number: int) -> None:
        if number == self.conversation.id:
            self._abandon(withdraw=False)
            self._show(Conversation(system_prompt=self.system_prompt))
            self._left = number

    def _return_to_restored(self, number: int) -> None:
        if number == self._left and not self.conversation.id:
            self.open_conversation(number)

    def _show(self, conversation: Conversation, ask: Callable[[], None] | None = None) -> None:
        """Show another conversation, or another branch.

        Args:
            conversation: what to show.
            ask: has the engine read it; before anybody else, told of it, can ask about what the engine had before.
        """
        if self.model is not None:
            conversation.forget_tokens(self.identity.bundle)
        self.conversation = conversation
        self.muting.take_tokens(self.tokens)
        self._left = 0
        self.epoch += 1
        self._place_cursor(len(self.tokens) - 1)
        if ask is not None:
            ask()
        self._set_following(True)
        self.conversation_chosen.emit()
        self.conversation_changed.emit()
        self.tokens_reset.emit()
        self.cursor_changed.emit(self.cursor)

    def _restore(self, patience: int | None = PATIENCE) -> None:
        """Have the engine read the tokens that the window already shows."""
        if not self.tokens or self.model is None or self.inside_only or self.phase is Phase.LOST:
            return
        number = self._reply.begin(None)
        self.stopping = False
        prompt = as_read(self.tokens, patience)
        # As it was written: with what was muted then.
        written = [message.model for message in self.messages if message.ids is not None]
        under = self.muting.read_under = written[-1].intervention if written else NOTHING
        self._command(Generate(number, prompt, self.settings, self.seed, 0, intervention=under))
        self._set_phase(Phase.PREFILLING)

    def read_as_written(self) -> None:
        """Read the sequence again, token by token where it was so, however long that takes."""
        if not self.busy:
            self._restore(patience=None)

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

    def change_guessing(self, wanted: bool) -> None:
        """Choose whether the next replies are written with guesses."""
        if wanted != self.guess_ahead:
            self.guess_ahead = wanted
            self.settings_changed.emit()

    def _take_suggestion(self, model: Loaded) -> None:
        """Use what the makers of a model suggest, unless somebody chose otherwise or talks already."""
        untouched = self.settings == self._suggested
        self._suggested = model.suggested or SamplingSettings()
        if untouched and not self.messages and self.settings != self._suggested:
            self.settings = self._suggested
            self._keep_settings()
            self.settings_changed.emit()

    def _keep_settings(self) -> None:
        number, keep = self.conversation.id, self.archive.history.conversations.set_settings
        if number:
            self.archive.attempt(lambda: keep(number, self.settings, self._fixed_seed), None)

    def _take_kept_settings(self, number: int) -> None:
        record = self.archive.attempt(lambda: self.archive.history.conversations.get(number), None)
        if record is None or record.settings is None:
            return
        self.settings, self.new_seed_each_reply = record.settings, record.seed is None
        self.seed = self.seed if record.seed is None else record.seed
        self.settings_changed.emit()

    def set_system_prompt(self, text: str) -> None:
        """Give the model instructions, from the next message on."""
        if text == self.system_prompt:
            return
        self.conversation.system_prompt = text
        number, keep = self.conversation.id, self.archive.history.conversations.set_system_prompt
        if number:
            self.archive.attempt(lambda: keep(number, text), None)
        self.conversation_changed.emit()


def as_read(tokens: list[Token], patience: int | None = PATIENCE) -> IdsPrompt:
    """Tokens as a prompt that is read as they were.

    Args:
        tokens: the sequence.
        patience: as in `IdsPrompt`.
    """
    ids, alone = (tuple(token.id for token in tokens), tuple(token.alone for token in tokens))
    return IdsPrompt(ids, alone, patience, known=True)
