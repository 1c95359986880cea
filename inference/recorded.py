"""An engine without a model: it answers from a recording what can be answered, and says of the rest why it cannot be.

Knows nothing about files, processes or pipes: a function brings the recording, commands come from an inbox, events
go to a function. Needs no runtime.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from inference.contract import (
    Answer,
    ChangeTemplate,
    Command,
    Event,
    Failed,
    Generate,
    IdsPrompt,
    Load,
    Progress,
    Prompt,
    Prompted,
    Proved,
    Query,
    ReadPrompt,
    Status,
    Stop,
    Stopped,
    Token,
    Tokenize,
    Unload,
    UpdateSettings,
)
from inference.failed_command import failed_command
from inference.inbox import Inbox
from inference.reading_answers import AnsweredAtOnce, AnsweredInSlices, read_at_once, read_in_slices
from inference.recorded_reader import RecordedReader
from inference.recording import Recording
from inference.recording_reader import RecordingReader
from inference.sequence import TokenSequence
from inference.slices import finished
from models.errors import VitrineError
from models.tokenizer.pieces import placeholder

OpenRecording: TypeAlias = Callable[[Callable[[int, int], None]], Recording]
"""Brings a recording; is given what to call with bytes done and in all, which may raise to stop."""


class _Interrupted(Exception):
    """Opening was ended from another thread."""


class RecordedEngine:
    """Runs until ``None`` is in the inbox.

    `Load`, of whatever model, brings the recording; `Generate` of nothing but a beginning of what was recorded, and
    without a token more, makes that the sequence. Of other tokens, which a window then shows, every question is
    refused: what was recorded says nothing about them.

    Args:
        inbox: where commands come from.
        emit: takes events.
        open_recording: brings the recording; its `VitrineError`s are told.
    """

    def __init__(self, inbox: Inbox, emit: Callable[[Event], None], open_recording: OpenRecording) -> None:
        self._inbox = inbox
        self._emit = emit
        self._open = open_recording
        self._interrupted = threading.Event()
        self._opened: _OpenedRecording | None = None

    def interrupt(self) -> None:
        """Stop opening the recording, from any thread; then put the command that wants it into the inbox."""
        self._interrupted.set()

    def run(self) -> None:
        """Work until told to end. Everything a command can do wrong becomes a `Failed`."""
        while (command := self._inbox.get()) is not None:
            try:
                self._interrupted.clear()
                self._obey(command)
            except _Interrupted:
                self._emit(Failed("stopped", "Opening was stopped.", "Open the file again when you want it."))
            except Exception as error:  # the engine must outlive any one command
                self._emit(failed_command(error, command))

    def _obey(self, command: Command) -> None:
        match command:
            case Load():
                self._load()
            case Generate():
                self._generate(command)
            case Unload():
                self._opened = None
            case Stop() | UpdateSettings():
                pass  # nothing is running
            case _:
                self._emit(Answer(command.query, self._value(command)))

    def _load(self) -> None:
        self._opened = None

        def progress(done: int, total: int) -> None:
            if self._interrupted.is_set():
                raise _Interrupted
            self._emit(Progress("recording", done, total))

        opened = self._opened = _OpenedRecording(self._open(progress))
        self._emit(opened.recording.model)
        self._emit(opened.status())
        if opened.recording.proof is not None:
            self._emit(Proved(opened.recording.proof))

    def _generate(self, command: Generate) -> None:
        number = command.generation
        try:
            opened = self._loaded()
            if command.max_tokens != 0:
                raise _recorded_only()
            reused = opened.go_to(command.prompt)
            count = len(opened.sequence)
            if isinstance(command.prompt, IdsPrompt) and command.prompt.known:
                self._emit(Prompted(number, (), reused, alone=opened.sequence.alone[:count].tobytes()))
            else:
                self._emit(Prompted(number, opened.tokens(), reused))
            self._emit(Stopped(number, "length", 0, count - reused, 0.0, 0.0, 0.0))
        except Exception as error:
            self._emit(failed_command(error, command))
            self._emit(Stopped(number, "failed", 0, 0, 0.0, 0.0, 0.0))
        if self._opened is not None:
            self._emit(self._opened.status())

    def _value(self, query: Query) -> object:
        opened = self._loaded()
        if opened.astray and not isinstance(query, Tokenize | ReadPrompt | ChangeTemplate):
            raise _not_recorded()
        if isinstance(query, AnsweredAtOnce):
            return read_at_once(query, opened.reader, opened.recording_reader)
        if isinstance(query, AnsweredInSlices):
            return finished(read_in_slices(query, opened.reader))
        if isinstance(query, ReadPrompt) and isinstance(query.prompt, IdsPrompt):
            return tuple(map(opened.token, query.prompt.ids))
        raise _recorded_only()

    def _loaded(self) -> _OpenedRecording:
        if self._opened is None:
            raise VitrineError("no-model", "No model is loaded.", "Load one first.")
        return self._opened


class _OpenedRecording:
    """A recording, the beginning of it that is looked at, and who reads it.

    Args:
        recording: of a sequence.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.sequence = TokenSequence(len(recording.outline.ids))
        self.reader = RecordedReader(recording, self.sequence)
        self.recording_reader = RecordingReader(self.reader.captures, self.sequence, self.reader)
        self.astray = False
        """Whether somebody looks at a sequence that was not recorded."""

    def go_to(self, prompt: Prompt) -> int:
        """Make a prompt the sequence.

        Returns:
            How many of its first tokens were the sequence already.

        Raises:
            VitrineError: it was not recorded, or not as IDs.
        """
        outline = self.recording.outline
        known = outline.ids.tolist()
        if not isinstance(prompt, IdsPrompt):
            raise _recorded_only()
        self.astray = not prompt.ids or [*prompt.ids] != known[: len(prompt.ids)]
        if self.astray:
            raise _not_recorded()
        reused = self.sequence.replace(prompt.ids)
        # What was recorded was computed as it was read then.
        self.sequence.alone[: len(prompt.alone)] = prompt.alone
        self.sequence.read = min(len(prompt.ids), outline.read)
        return reused

    def tokens(self) -> tuple[Token, ...]:
        """The sequence."""
        alone = self.sequence.alone[: len(self.sequence)].tolist()
        return tuple(
            replace(self.token(number), alone=one)
            for number, one in zip(self.sequence.ids.tolist(), alone, strict=True)
        )

    def token(self, token_id: int) -> Token:
        """A token; of its channel nothing is known."""
        pieces = self.recording.model.vocabulary
        piece = pieces[token_id] if 0 <= token_id < len(pieces) else placeholder(token_id)
        return Token(token_id, piece, token_id in self.recording.model.special_ids, "user", 0)

    def status(self) -> Status:
        """Figures of this moment."""
        arrays = self.recording.arrays
        cache = sum(array.nbytes for name, array in arrays.items() if name.startswith("keys/"))
        size = self.recording.size
        return Status(memory=size, captures=size - cache, cache=cache, context_used=len(self.sequence))


def _recorded_only() -> VitrineError:
    return VitrineError(
        "recorded-only",
        "This conversation was opened without its model, as it was recorded: nothing new can be written "
        "or tokenized.",
        "Open the model to go on.",
    )


def _not_recorded() -> VitrineError:
    return VitrineError(
        "not-recorded",
        "Only another conversation or branch was recorded: nothing can be seen inside of this one.",
        "Go back to that one, or open the model.",
    )
