"""The session of one window: its state, what a person can do, and what the engine says.

Knows no widget, and nothing of how an engine computes or what kind of process it is; panels talk to this.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject

from desktop.conversation import ChatMessage, Conversation, EndReason
from desktop.engine_line import EngineLine
from desktop.inquiry import Inquiry
from desktop.phase import Phase
from desktop.prompt_statistics import PromptStatistics
from desktop.running_reply import RunningReply
from desktop.session_state import SEED_BOUND, SessionState
from desktop.session_state import Head as Head
from inference.connection import EngineConnection
from inference.contract import (
    EngineLost,
    Event,
    Failed,
    Generate,
    IdsPrompt,
    Load,
    Loaded,
    Progress,
    Prompt,
    Prompted,
    Proved,
    Query,
    Status,
    Step,
    Stop,
    Stopped,
    TemplateInUse,
    UpdateSettings,
)
from inference.sampling.settings import SamplingSettings
from models.bundle import name_at
from models.errors import VitrineError
from models.escaping import escape_text

_log = logging.getLogger(__name__)


class Session(SessionState):
    """What the window shows and what a person can do to it.

    Args:
        start_engine: makes the connection to a new engine; called by `start` and `restart_engine`.
        model: path of the model to load, ``None`` for the default one.
        provider: as in `Load`.
        parent: owner.
        variant: as in `Load`.
    """

    def __init__(
        self,
        start_engine: Callable[[], EngineConnection],
        model: str | None = None,
        provider: Literal["auto", "cpu", "cuda"] = "auto",
        parent: QObject | None = None,
        variant: str = "",
    ) -> None:
        super().__init__(parent)
        self._start_engine = start_engine
        self._load = Load(model, provider, variant)
        self._provider = provider
        self._loaded: Load | None = None
        self._line = EngineLine(self._take_batch, self)
        self._reply = RunningReply()
        self._replaced: list[ChatMessage] = []
        self._statistics = PromptStatistics(self)
        self._statistics.learnt.connect(self.statistics_changed)

    # ------------------------------------------------------------ engine

    def start(self) -> None:
        """Start the engine and load the model."""
        self._set_phase(Phase.STARTING)
        try:
            self._line.connect_to(self._start_engine())
        except VitrineError as error:
            self._set_phase(Phase.LOST)
            self.failed.emit(Failed(error.case, error.what, error.remedy))
            return
        self._line.send(self._load)

    def restart_engine(self) -> None:
        """Replace the engine by a new one, load the model again and read the conversation again."""
        self._end_reply("lost")
        self.close()
        self.start()

    def close(self) -> None:
        """End the engine; returns when it has ended."""
        self._reply.give_up()
        self._line.close()
        self.model = self.proof = self.status = None
        # Figures of an engine that is gone would be taken for those of the next.
        self.speed = self.first_token_ms = 0.0
        self.epoch += 1
        self.model_changed.emit()
        self.proof_changed.emit()
        self.status_changed.emit()

    def open_model(self, path: str | None, variant: str = "") -> None:
        """Load another model in place of this one; conversations go on with it.

        Should it not open, the one that worked is loaded again.

        Args:
            path: of a model's file or folder or of a bundle; ``None`` for the default model.
            variant: as in `Load`.
        """
        self._abandon()
        if self._loaded is None and self.phase is not Phase.LOST:
            self._loaded = self._load  # it was still on its way, and nothing speaks against it
        self._load = Load(path, self._provider, variant)
        self.model_asked.emit()
        self.restart_engine()

    @property
    def on_gpu(self) -> bool:
        """Whether the model runs on a GPU."""
        return self.model is not None and self.model.provider.name != "CPU"

    def load_on_cpu(self) -> None:
        """Load the same model on the CPU; the next one may be on a GPU again."""
        self._abandon()
        self._load = replace(self._load, provider="cpu")
        self.restart_engine()

    @property
    def opening(self) -> str:
        """What is being loaded, as a person knows it; empty while a model is in use."""
        if self.model is not None:
            return ""
        return escape_text(name_at(Path(self._load.model))) if self._load.model else ""

    def rename_model(self, name: str) -> None:
        """The loaded model is called something else from now on."""
        if self.model is not None:
            self.model = replace(self.model, name=escape_text(name))
            for conversation in self.conversations:
                for message in conversation.messages:
                    if message.folder == self.model.folder:
                        message.writer = self.model.name
            self.model_renamed.emit()

    def ask(self, inquiry: Inquiry, kind: type[Query], fields: dict[str, Any]) -> Query | None:
        """Send a query on behalf of an `Inquiry`; ``None`` when there is no model to ask about."""
        if self.model is None or self.phase is Phase.LOST:
            return None
        return self._line.ask(inquiry, kind, fields)

    # ------------------------------------------------------------ chat

    def send(self, text: str) -> bool:
        """Say something; while the model is still loading it waits.

        A reply that is being written is stopped and kept as far as it is.

        Returns:
            Whether the text was taken; otherwise it should stay where it was typed.
        """
        if not text.strip() or self.phase is Phase.LOST or self.queued:
            return False
        self._abandon()
        waiting = self.model is None
        self.messages.append(ChatMessage("user", text, waiting=waiting))
        if waiting:
            self.conversation_changed.emit()
        else:
            self._generate()
        return True

    def stop(self) -> None:
        """Stop writing at once; a message that still waits for the model goes back to the composer."""
        if self.queued:
            self._withdraw()
        elif self.busy and not self.stopping:
            self.stopping = True
            self._line.send(Stop())
            self.phase_changed.emit()

    def stop_loading(self) -> None:
        """Give up loading the model; `restart_engine` begins again. While a prompt is read, stop that."""
        if self.busy:
            self.stop()
        elif self.model is None:
            self._line.send(Stop())

    def regenerate(self) -> None:
        """Write the last reply anew; it is kept until the first token of the new one is there."""
        if not self.can_regenerate:
            return
        self._abandon(withdraw=False)
        self._replaced = []
        while self.messages and self.messages[-1].role == "assistant":
            self._replaced.insert(0, self.messages.pop())
        self._generate()

    def new_conversation(self) -> None:
        """Start an empty conversation; the current one stays in the list with all that was written."""
        self._abandon()
        if not self.messages:
            return
        fresh = Conversation(system_prompt=self.system_prompt)
        self.conversations.insert(0, fresh)
        self._show(fresh)

    def choose_conversation(self, conversation: Conversation) -> None:
        """Go to another conversation of this run; the engine reads it again in the background."""
        if conversation is self.conversation:
            return
        self._abandon()
        if not self.messages:
            self.conversations.remove(self.conversation)
        self._show(conversation)
        self._restore()

    def _show(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.epoch += 1
        self._place_cursor(len(self.tokens) - 1)
        self._set_following(True)
        self.conversation_chosen.emit()
        self.conversation_changed.emit()
        self.tokens_reset.emit()
        self.cursor_changed.emit(self.cursor)

    def _restore(self) -> None:
        """Have the engine read the tokens that the window already shows."""
        if self.tokens and self.model is not None and self.phase is not Phase.LOST:
            self._start_generation(IdsPrompt(tuple(token.id for token in self.tokens)), restoring=True)

    def _generate(self) -> None:
        if self.new_seed_each_reply:
            self.seed = secrets.randbelow(SEED_BOUND)
            self.settings_changed.emit()
        assert self.model is not None
        prompt = self.conversation.prompt()
        writer, folder = self.model.name, self.model.folder
        self.messages.append(ChatMessage("assistant", "", writing=True, writer=writer, folder=folder))
        self._set_following(True)
        self.reply_asked.emit()
        self._start_generation(prompt, restoring=False)
        self.conversation_changed.emit()

    def _start_generation(self, prompt: Prompt, restoring: bool) -> None:
        number = self._reply.begin(restoring)
        self.stopping = False
        limit = 0 if restoring else None
        self._line.send(Generate(number, prompt, self.settings, self.seed, limit))
        self._set_phase(Phase.PREFILLING)

    def _abandon(self, withdraw: bool = True) -> None:
        """End what runs without waiting for the engine's last word: its later events are ignored."""
        if self.queued and withdraw:
            self._withdraw()
        if self.busy:
            self._line.send(Stop())
            self._reply.give_up()
            self._end_reply("stopped", withdraw)
            self._set_phase(Phase.READY)

    def _end_reply(self, reason: EndReason, withdraw: bool = True, decode_ms: float | None = None) -> None:
        self.stopping = False
        if not self.messages or not self.messages[-1].writing:
            return
        message = self.messages[-1]
        message.writing = False
        if not self._reply.steps and reason in ("stopped", "failed", "lost"):
            self.messages.pop()
            if self._replaced:
                self.messages.extend(self._replaced)
                self._replaced = []
                self.conversation_changed.emit()
            elif withdraw:
                self._withdraw()
            return
        end_ids = self.model.end_ids if self.model is not None else ()
        self._reply.complete(message, reason, end_ids, decode_ms)
        if message.facts is not None:
            self.speed = message.facts.tokens_per_second or self.speed
        self.conversation_changed.emit()
        self.status_changed.emit()

    def _withdraw(self) -> None:
        """Take the last thing said back, for it was not answered, and give its text to the composer."""
        if self.messages and self.messages[-1].role == "user":
            message = self.messages.pop()
            self.conversation_changed.emit()
            self.text_returned.emit(message.text)

    def change_settings(self, settings: SamplingSettings) -> None:
        """Change the sampling chain: of the pictures at once, of the engine from the next token on."""
        if settings != self.settings:
            self.settings = settings
            if self.busy:
                self._line.send(UpdateSettings(settings))
            self.settings_changed.emit()

    # ------------------------------------------------------------ events

    def take_events(self) -> None:
        """Take what the engine has sent now, instead of at the next frame."""
        self._line.take_events()

    def _take_batch(self, events: list[Event]) -> None:
        steps: list[Step] = []
        for event in events:
            if isinstance(event, Step):
                if event.generation == self._reply.number:
                    steps.append(event)
                continue
            self._take_steps(steps)
            steps = []
            self._take(event)
        self._take_steps(steps)

    def _take(self, event: Event) -> None:
        match event:
            case Progress():
                if self.phase is Phase.STARTING:
                    self._set_phase(Phase.LOADING)
                self.progressed.emit(event)
            case Loaded():
                self._take_loaded(event)
            case Proved():
                self.proof = event.proof
                self.proof_changed.emit()
            case Prompted():
                self._take_prompted(event)
            case Stopped():
                self._take_stopped(event)
            case Status():
                self.status = event
                self.status_changed.emit()
            case Failed():
                self._take_failed(event)
            case EngineLost():
                self._take_lost(event)
            case _:
                _log.error("an event that nobody takes: %s", type(event).__name__)

    def _take_loaded(self, event: Loaded) -> None:
        # Names are a file's or a stranger's: nothing in them may hide or reorder what stands beside them.
        self.model = replace(
            event, name=escape_text(event.name), architecture=escape_text(event.architecture)
        )
        self._loaded = self._load
        self.epoch += 1
        strange = [one for one in self.conversations if one.model not in ("", event.folder)]
        for conversation in strange:
            conversation.forget_tokens()
        if self.conversation in strange:
            self._place_cursor(-1)
            self.tokens_reset.emit()
            self.cursor_changed.emit(self.cursor)
        self._set_phase(Phase.READY)
        self.take_template(TemplateInUse(event.chat_template, event.template_edited))
        self.model_changed.emit()
        # The middle of a model is where heads are most telling.
        self.choose_head(self.layer if self.layer >= 0 else event.layers // 2, self.head)
        if self.queued:
            for message in self.messages:
                message.waiting = False
            self._generate()
        else:
            self._restore()

    def _take_prompted(self, event: Prompted) -> None:
        if event.generation != self._reply.number:
            return
        if event.banner:
            self.noticed.emit(event.banner)
        if self._reply.restoring and [token.id for token in event.tokens] == [
            token.id for token in self.tokens
        ]:
            return
        self.conversation.model = self.model.folder if self.model is not None else ""
        self.conversation.offset = 1 if self.system_prompt.strip() else 0
        same = self.conversation.sequence.replace(event.tokens)
        self.epoch += 1
        # Until the first token is there the cursor stays where the old and the new sequence agree.
        moved = self._place_cursor(min(self.cursor, same - 1))
        self.tokens_reset.emit()
        if moved:
            self.cursor_changed.emit(self.cursor)

    def _take_steps(self, steps: list[Step]) -> None:
        if not steps:
            return
        if not self._reply.steps:
            self.first_token_ms = self._reply.waited_ms
            self._replaced = []
        self._reply.extend(steps)
        start, stop = self.conversation.sequence.append(steps)
        self._set_phase(Phase.WRITING)
        self.speed = self._reply.pace or self.speed
        self.tokens_appended.emit(start, stop)
        if self.following and self._place_cursor(stop - 1):
            self.cursor_changed.emit(self.cursor)
        self.status_changed.emit()

    def _take_stopped(self, event: Stopped) -> None:
        if event.generation != self._reply.number:
            return
        if event.first_token_ms:
            self.first_token_ms = event.first_token_ms
        self._end_reply(event.reason, decode_ms=event.decode_ms)
        self._set_phase(Phase.READY)
        self.stopped.emit(event)
        self._statistics.read()

    def _take_failed(self, event: Failed) -> None:
        if event.generation is not None and event.generation != self._reply.number:
            return
        if event.generation is None and self.model is None:
            if self._can_go_back:
                self._go_back(event)
                self._line.send(self._load)
                return
            self._set_phase(Phase.LOST)
        self.failed.emit(event)

    @property
    def _can_go_back(self) -> bool:
        """Whether what is being loaded took the place of a model that worked."""
        return self._loaded is not None and self._load != self._loaded

    def _go_back(self, why: Failed) -> None:
        """A model that cannot be opened must not take the place of one that could: that one is next."""
        assert self._loaded is not None
        if self.queued:
            # It was said to the model that did not come.
            self._withdraw()
        self._load = self._loaded
        self.went_back.emit(why)

    def _take_lost(self, event: EngineLost) -> None:
        if self.model is None and self._can_go_back:
            what = self.tr("The engine ended unexpectedly while it was opening “{name}”.")
            remedy = self.tr("The file may be damaged, or need more memory than there is.")
            self._go_back(Failed("model-ended-engine", what.format(name=self.opening), remedy))
            self.restart_engine()
            return
        self._end_reply("lost")
        self._reply.give_up()
        self._set_phase(Phase.LOST)
        code = "" if event.exit_code is None else self.tr(" (exit code {code})").format(code=event.exit_code)
        what = self.tr("The engine that runs the model ended unexpectedly{code}.").format(code=code)
        self.failed.emit(
            Failed("engine-lost", what, self.tr("All that was written is kept. Restart the engine."))
        )
