"""The session of one window: its state, what a person can do, and what the engine says.

Knows no widget, and nothing of how an engine computes or what kind of process it is; panels talk to this.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from collections.abc import Sequence as Many
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Slot

from desktop.archive import Archive
from desktop.engine_choice import EngineChoice
from desktop.engine_line import EngineLine
from desktop.inquiry import Inquiry
from desktop.phase import Phase
from desktop.prompt_statistics import PromptStatistics
from desktop.session_state import Head as Head
from desktop.varying import Varying
from inference.connection import EngineConnection
from inference.contract import (
    Command,
    EngineLost,
    Event,
    Failed,
    Load,
    Loaded,
    Progress,
    Prompted,
    Proved,
    Query,
    Status,
    Step,
    Stop,
    Stopped,
    TemplateInUse,
    Token,
)
from inference.tensors.contract import FlipBit, RestoreWeights, TensorRef, WeightChanges
from models.bundle import name_at
from models.errors import VitrineError
from models.escaping import escape_text

_log = logging.getLogger(__name__)


class Session(Varying):
    """What the window shows and what a person can do to it.

    Args:
        start_engine: makes the connection to a new engine that runs models; called whenever one is needed.
        model: path of the model to load, ``None`` for the default one.
        provider: as in `Load`.
        parent: owner.
        variant: as in `Load`.
        archive: what keeps the conversations, closed by whoever made it; by default they end with the program.
    """

    def __init__(
        self,
        start_engine: Callable[[], EngineConnection],
        model: str | None = None,
        provider: str = "auto",
        parent: QObject | None = None,
        variant: str = "",
        archive: Archive | None = None,
    ) -> None:
        super().__init__(Archive() if archive is None else archive, parent)
        if archive is None:
            self.archive.setParent(self)
        self._choice = EngineChoice(start_engine, Load(model, provider, variant))
        self._line = EngineLine(self._take_batch, self)
        self._statistics = PromptStatistics(self)
        self._statistics.learnt.connect(self.statistics_changed)
        self._weights = Inquiry(self, self)
        self._weights.answered.connect(self._take_weights)
        self._weights.refused.connect(self._take_weights_refusal)

    # ------------------------------------------------------------ engine

    def start(self) -> None:
        """Start the engine and load the model; nothing happens where there is an engine."""
        if self._line.connected:
            return
        self._set_phase(Phase.STARTING)
        try:
            self._line.connect_to(self._choice.start())
        except VitrineError as error:
            self._set_phase(Phase.LOST)
            self.failed.emit(Failed(error.case, error.what, error.remedy))
            return
        self._line.send(self._choice.wanted.load)

    def restart_engine(self) -> None:
        """Replace the engine by a new one, load the model again and read the conversation again.

        What was explored as it was recorded is so no more.
        """
        self._choice.leave_recording()
        self._reconnect()

    def _reconnect(self, conversation: int | None = None) -> None:
        """Have a new engine open what is wanted.

        Args:
            conversation: to be shown from then on; ``None`` for the one that is shown.
        """
        self.recording = self._choice.wanted.recording
        self._end_reply("lost", restore=False)
        self.close()
        if conversation is not None:
            self.open_conversation(conversation)
        self.start()

    def close(self) -> None:
        """End the engine; returns when it has ended. A reply that was being written is kept as far as it is."""
        self._abandon(withdraw=False)
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
        self._leave_what_is_open()
        self._choice.want_model(path, variant)
        self.model_asked.emit()
        self._reconnect()

    def open_recording(self, path: Path, conversation: int | None = None) -> None:
        """Explore what was recorded in a file, in place of the model; `leave_recording` goes back to that.

        Should it not open, what was open before is opened again.

        Args:
            path: of the file.
            conversation: number of the conversation that it is of; ``None`` for the one that is shown.
        """
        name = self.opening if self.model is None else self.model.name
        self._leave_what_is_open()
        if not self.recorded:
            self.former_model = name
        self._choice.want_recording(path)
        self.model_asked.emit()
        self._reconnect(conversation)

    def leave_recording(self) -> None:
        """Open the model that was in use before a recording."""
        load = self._choice.wanted.load
        self.open_model(load.model, load.variant)

    def _leave_what_is_open(self) -> None:
        """End what runs; what was still on its way can be gone back to, for nothing speaks against it."""
        self._abandon()
        if self._choice.opened is None and self.phase is not Phase.LOST:
            self._choice.opened = self._choice.wanted

    @property
    def on_gpu(self) -> bool:
        """Whether the model runs on a GPU."""
        return self.model is not None and self.model.provider.name != "CPU"

    def load_on_cpu(self) -> None:
        """Load the same model on the CPU; the next one may be on a GPU again."""
        self._abandon()
        self._choice.want_provider("cpu")
        self.restart_engine()

    @property
    def opening(self) -> str:
        """What is being opened, as a person knows it; empty while a model is in use."""
        wanted = self._choice.wanted
        if self.model is not None:
            return ""
        if wanted.recording is not None:
            return escape_text(wanted.recording.name)
        return escape_text(name_at(Path(wanted.load.model))) if wanted.load.model else ""

    def rename_model(self, name: str) -> None:
        """The loaded model is called something else from now on."""
        if self.model is not None:
            self.model = replace(self.model, name=escape_text(name))
            for message in self.messages:
                if message.bundle == self.identity.bundle:
                    message.model = replace(message.model, name=self.model.name)
            self.model_renamed.emit()

    def ask(self, inquiry: Inquiry, kind: type[Query], fields: dict[str, Any]) -> Query | None:
        """Send a query on behalf of an `Inquiry`; ``None`` when there is no model to ask about."""
        if self.model is None or self.phase is Phase.LOST:
            return None
        return self._line.ask(inquiry, kind, fields)

    def flip_bit(self, tensor: TensorRef, index: int, bit: int) -> None:
        """Turn a bit of a weight over in memory, or back; what is being written is stopped.

        Args:
            tensor: the weight.
            index: of the value, in the order of memory.
            bit: from 0, the lowest, in the value as it is stored.
        """
        if self.can_write:
            self._abandon()
            self._weights.ask(FlipBit, tensor=tensor, index=index, bit=bit)

    def restore_weights(self) -> None:
        """Turn every bit back; what is being written is stopped."""
        if self.can_write and self.inspection.bits:
            self._abandon()
            self._weights.ask(RestoreWeights)

    @Slot(object)
    def _take_weights(self, changes: WeightChanges) -> None:
        """Other weights are in force: what was read before is void, and is read anew with them."""
        self.epoch += 1
        if not self.busy:
            self._restore()
        self.inspection.take_changes(changes)
        self.tokens_reset.emit()

    @Slot(object)
    def _take_weights_refusal(self, failed: Failed) -> None:
        """All weights are as they were; where the model had to be opened again for that, it has read nothing."""
        self.failed.emit(failed)
        if not self.busy:
            self._restore()

    def stop_loading(self) -> None:
        """Give up loading the model; `restart_engine` begins again. While a prompt is read, stop that."""
        if self.busy:
            self.stop()
        elif self.model is None:
            self._command(Stop())

    def stop_measuring(self) -> None:
        """End a measurement that a panel has asked for; a reply that is written goes on."""
        if self.model is not None and not self.busy:
            self._command(Stop())

    def _command(self, command: Command) -> None:
        self._line.send(command)

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
        self._choice.opened = self._choice.wanted
        self.inspection.take_changes(WeightChanges())
        self.epoch += 1
        self.muting.take_model(self.model)
        self._match_tokens()
        self._take_suggestion(event)
        self._set_phase(Phase.READY)
        self.take_template(TemplateInUse(event.chat_template, event.template_edited))
        self.model_changed.emit()
        # The middle of a model is where heads are most telling.
        self.choose_head(self.layer if self.layer >= 0 else event.layers // 2, self.head)
        if event.inside_only:
            if self.queued:
                self._withdraw()
        elif self.queued:
            for message in self.messages:
                message.waiting = False
            self._generate()
        else:
            self._restore()

    def _match_tokens(self) -> None:
        """Show the tokens of the shown conversation if they are of this model, and only then."""
        conversation, bundle = self.conversation, self.identity.bundle
        mine = [one for one in conversation.messages if one.bundle == bundle]
        if any(one.ids is None for one in mine) and conversation.id and not self.queued:
            # They were forgotten when another model came.
            self._show_branch(conversation.leaf, restore=False)
        elif conversation.model not in ("", bundle) or len(mine) < len(conversation.messages):
            had = len(conversation.sequence)
            conversation.forget_tokens(bundle)
            if had and not len(conversation.sequence):
                self._place_cursor(-1)
                self.tokens_reset.emit()
                self.cursor_changed.emit(self.cursor)

    def _take_prompted(self, event: Prompted) -> None:
        if event.generation != self._reply.number:
            return
        if event.banner:
            self.noticed.emit(event.banner)
        sequence, plan = self.conversation.sequence, self._reply.plan
        if event.tokens:
            self._take_sequence(event.tokens)
        else:
            self._take_reading([bool(one) for one in event.alone])
        if plan is not None and not self._keep_reply(event, sequence.tokens[: sequence.prompt_length]):
            # What cannot be kept is not written: there would be no way back to it.
            self._abandon()

    def _take_reading(self, alone: Many[bool]) -> None:
        """Know how the engine reads a sequence that is shown already."""
        sequence = self.conversation.sequence
        if self._reply.plan is not None:
            # What is written now is written to that.
            self.read_differently = sequence.read_alone(alone)
        else:
            differs = [one.alone != other for one, other in zip(sequence.tokens, alone, strict=False)]
            self.read_differently = differs.index(True) if True in differs else None
        self.reading_changed.emit()

    def _take_sequence(self, tokens: Many[Token]) -> None:
        """Show another sequence."""
        self.conversation.model = self.identity.bundle
        self.conversation.offset = 1 if self.system_prompt.strip() else 0
        same = self.conversation.sequence.replace(tokens)
        self.muting.take_tokens(self.tokens)
        self.epoch += 1
        # Until the first token is there the cursor stays where the old and the new sequence agree.
        moved = self._place_cursor(min(self.cursor, same - 1))
        if self.read_differently is not None and self.read_differently >= same:
            self.read_differently = None
            self.reading_changed.emit()
        self.tokens_reset.emit()
        if moved:
            self.cursor_changed.emit(self.cursor)

    def _take_steps(self, steps: list[Step]) -> None:
        if not steps:
            return
        if not self._reply.new_steps:
            # What a person waited; the engine's own figure begins later, and would be another for the same thing.
            self.first_token_ms = self._reply.waited_ms
        if (writer := self._reply.writer) is not None:
            # Kept before it is shown; what cannot be is kept with the next.
            self.archive.attempt(lambda: writer.append(steps), None)
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
        self._set_phase(Phase.READY)
        self._end_reply(event.reason, decode_ms=event.decode_ms)
        self.stopped.emit(event)
        self._statistics.read()

    def _take_failed(self, event: Failed) -> None:
        if event.generation is not None and event.generation != self._reply.number:
            return
        if event.generation is None and self.model is None:
            if self._choice.can_go_back:
                if self._go_back(event):
                    self._line.send(self._choice.wanted.load)
                else:
                    self._reconnect()
                return
            self._set_phase(Phase.LOST)
        self.failed.emit(event)

    def _go_back(self, why: Failed) -> bool:
        """What cannot be opened must not take the place of what could: that is next.

        Returns:
            Whether the same engine can open it.
        """
        if self.queued:
            # It was said to the model that did not come.
            self._withdraw()
        same_engine = self._choice.go_back()
        self.recording = self._choice.wanted.recording
        self.went_back.emit(why)
        return same_engine

    def _take_lost(self, event: EngineLost) -> None:
        if self.model is None and self._choice.can_go_back:
            what = self.tr("The engine ended unexpectedly while it was opening “{name}”.")
            remedy = self.tr("The file may be damaged, or need more memory than there is.")
            self._go_back(Failed("model-ended-engine", what.format(name=self.opening), remedy))
            self._reconnect()
            return
        self._set_phase(Phase.LOST)
        self._end_reply("lost")
        self._reply.give_up()
        code = "" if event.exit_code is None else self.tr(" (exit code {code})").format(code=event.exit_code)
        what = self.tr("The engine that runs the model ended unexpectedly{code}.").format(code=code)
        self.failed.emit(
            Failed("engine-lost", what, self.tr("All that was written is kept. Restart the engine."))
        )
