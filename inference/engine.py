"""The engine: takes commands, runs the model, emits events. One thread, one model, one sequence.

Knows nothing about processes or pipes: commands come from an inbox, events go to a function.

While it writes, commands are looked at between tokens: a query costs the reply a little time, never its
consistency. What must act inside a run (stopping, above all) also calls `Engine.interrupt`: see `inference.inbox`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path

from inference.contract import (
    Answer,
    ChangeTemplate,
    Command,
    Event,
    Failed,
    Generate,
    Load,
    Loaded,
    Progress,
    Proof,
    Proved,
    Query,
    ReadAtlas,
    ReadAttention,
    ReadAttentionProfile,
    ReadAttribution,
    ReadEffect,
    ReadHeadEffects,
    ReadLens,
    ReadLogits,
    ReadPrompt,
    ReadRecording,
    ReadRecordingOutline,
    ReadStatistics,
    Stop,
    Tokenize,
    Unload,
    UpdateSettings,
)
from inference.failed_command import failed_command
from inference.inbox import INTERRUPTING, Inbox
from inference.loaded_model import LoadedModel, load_model
from inference.memory import give_back_memory, has_room_for
from inference.proof import PROBE, could_not_run, keep_proof, known_proof, prove
from inference.reply import Reply
from inference.runtime.session import Interrupted, Interrupter
from inference.suggested import suggested_settings
from models.errors import VitrineError


class Engine:
    """Runs until ``None`` is in the inbox.

    Args:
        inbox: where commands come from.
        emit: takes events; may block to slow the engine down.
        watch: makes what surrounds the runtime's own loading, which nothing but the end of the process can stop.
    """

    def __init__(
        self,
        inbox: Inbox,
        emit: Callable[[Event], None],
        watch: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._inbox = inbox
        self._emit = emit
        self._watch = watch
        self._interrupter = Interrupter()
        self._model: LoadedModel | None = None
        self._reply: Reply | None = None
        self._proof_wanted = False
        # A command that ended a reply waits here until the reply has said so.
        self._next: list[Command | None] = []

    def interrupt(self) -> None:
        """End the run in progress, from any thread; then put the command that wants it into the inbox."""
        self._interrupter.interrupt()

    def run(self) -> None:
        """Work until told to end. Everything a command can do wrong becomes a `Failed`."""
        while (command := self._take()) is not None:
            try:
                self._interrupter.resume()
                self._obey(command)
            except Exception as error:  # the engine must outlive any one command
                self._fail(error, command)
        self._close()

    # -------------------------------------------------------------- commands

    def _take(self) -> Command | None:
        if not self._next and self._proof_wanted and self._inbox.empty():
            self._prove()
        return self._next.pop(0) if self._next else self._inbox.get()

    def _obey(self, command: Command) -> None:
        match command:
            case Load():
                self._load(command)
            case Generate():
                self._generate(command)
            case Unload():
                self._close()
            case Stop() | UpdateSettings():
                pass  # nothing is running
            case _:
                self._answer(command)

    def _load(self, command: Load) -> None:
        started = time.perf_counter()
        self._close()

        def progress(done: int, total: int) -> None:
            if self._interrupter.interrupted:
                raise Interrupted
            self._emit(Progress("import", done, total))

        path = None if command.model is None else Path(command.model)
        model = self._model = load_model(
            path, command.provider, self._interrupter, progress, self._watch, command.variant
        )
        self._emit(
            Loaded(
                name=model.facts.name,
                architecture=model.facts.architecture,
                parameters=model.facts.parameters,
                precision=model.facts.precision_label,
                layers=model.facts.layers,
                heads=model.facts.heads,
                vocabulary=model.tokenizer.pieces,
                special_ids=model.tokenizer.control_ids,
                end_ids=model.reply_format.end_ids,
                context=model.facts.context,
                provider=model.provider.choice,
                chat_template=model.chat_template,
                load_ms=(time.perf_counter() - started) * 1000,
                imported=model.imported,
                folder=str(model.bundle.folder),
                report=model.facts.report,
                template_edited=model.template_edited,
                suggested=suggested_settings(model.facts.report.source),
            )
        )
        self._emit(model.status())
        proof = known_proof(model.bundle, model.provider)
        self._proof_wanted = proof is None
        if proof is not None:
            self._emit(Proved(proof))

    def _generate(self, command: Generate) -> None:
        model = self._loaded()
        reply = self._reply = Reply(model, command)
        try:
            model.intervene(command.intervention)
            prompted = reply.prompt()
            self._emit(prompted)
            unread = reply.unread
            for done in reply.prefill():
                self._emit(Progress("prefill", done, unread))
                self._serve()
            shown = time.perf_counter()
            for step in reply.write():
                self._emit(step)
                self._serve()
                if time.perf_counter() - shown > 0.5:
                    shown = time.perf_counter()
                    self._emit(model.status())
        except Interrupted:
            reply.reason = "stopped"
        except VitrineError as error:
            reply.reason = "failed"
            self._emit(Failed(error.case, error.what, error.remedy, generation=command.generation))
        except Exception as error:
            reply.reason = "failed"
            self._fail(error, command)
        finally:
            self._reply = None
            self._emit(reply.stopped())
            self._emit(model.status())

    def _serve(self) -> None:
        """Do what arrived while writing.

        Raises:
            Interrupted: something arrived that ends the reply.
        """
        while not self._inbox.empty():
            command = self._inbox.get()
            if isinstance(command, UpdateSettings):
                if self._reply is not None:
                    self._reply.settings = command.settings
            elif command is None or isinstance(command, INTERRUPTING):
                self._next.append(command)
                raise Interrupted
            else:
                self._answer(command)

    def _close(self) -> None:
        self._proof_wanted = False
        if self._model is not None:
            self._model.close()
            self._model = None

    # -------------------------------------------------------------- queries

    def _answer(self, query: Query) -> None:
        try:
            self._emit(Answer(query.query, self._value(query)))
        except Interrupted:
            # What interrupted comes next; the asker need not wait for an answer.
            self._emit(
                Failed("interrupted", "The question was interrupted.", "Ask again.", query=query.query)
            )
        except Exception as error:
            self._fail(error, query)

    def _value(self, query: Query) -> object:
        model = self._loaded()
        match query:
            case Tokenize():
                return model.tokens_of(query.text, first=query.first)
            case ReadPrompt():
                return model.assemble(query.prompt, query.template).tokens
            case ReadLogits():
                return model.reader.logits(query.position)
            case ReadStatistics():
                return model.reader.statistics(query.start, query.stop)
            case ReadAttention():
                return model.reader.attention(query.layer, query.head, query.start, query.stop)
            case ReadAttentionProfile():
                return model.reader.attention_profile(query.position)
            case ReadAtlas():
                return model.reader.atlas(query.cells)
            case ReadRecordingOutline():
                return model.recording_reader.outline()
            case ReadRecording():
                return model.recording_reader.piece(query.parts, query.checksum)
            case ReadLens():
                return model.inside.lens(query.start, query.stop)
            case ReadAttribution():
                return model.inside.attribution(query.position, query.token)
            case ReadEffect():
                return model.inside.effect(query.position, query.intervention)
            case ReadHeadEffects():
                return model.inside.head_effects(
                    query.position, query.token, query.heads, everywhere=query.everywhere
                )
            case ChangeTemplate():
                return model.change_template(query.template)

    # -------------------------------------------------------------- in idle time

    def _prove(self) -> None:
        model = self._loaded()
        self._interrupter.resume()
        self._emit(Progress("proof", 0, 1))
        try:
            proof = self._proof(model)
        except Interrupted:
            return  # tried again when there is nothing else to do
        finally:
            self._emit(Progress("proof", 1, 1))
            give_back_memory()
        self._proof_wanted = False
        if proof.measured:
            keep_proof(model.bundle, model.provider, proof)
        self._emit(Proved(proof))

    def _proof(self, model: LoadedModel) -> Proof:
        """The proof of a model, made beside it where there is room for two, and otherwise in its place.

        Raises:
            Interrupted: something else is wanted first.
            VitrineError: the model cannot be opened again.
        """
        ids = model.tokenizer.encode(PROBE)
        if has_room_for(model.facts.report.weight_bytes * 5 // 4):
            with suppress(VitrineError):  # there was not, after all: not on the GPU, say
                return prove(model.bundle, model.provider, ids, self._interrupter, self._serve)
        model.put_away()
        proof: Proof | None = None
        try:
            # Nobody is served meanwhile: there is nothing that could answer.
            proof = prove(model.bundle, model.provider, ids, self._interrupter)
        except VitrineError as error:
            proof = could_not_run(error, len(ids))
        except Interrupted:
            pass
        # Not before whatever ended it is forgotten, for that holds on to all that was made.
        model.bring_back(self._interrupter)
        if proof is None:
            raise Interrupted
        return proof

    # -------------------------------------------------------------- failures

    def _loaded(self) -> LoadedModel:
        if self._model is None:
            raise VitrineError("no-model", "No model is loaded.", "Load one first.")
        return self._model

    def _fail(self, error: Exception, command: Command) -> None:
        if isinstance(error, Interrupted):
            stopped = Failed("stopped", "Loading was stopped.", "Load the model again when you want it.")
            self._emit(stopped)
        else:
            self._emit(failed_command(error, command))
