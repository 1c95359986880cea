"""The engine: takes commands, runs the model, emits events. One thread, one model, one sequence.

Knows nothing about processes or pipes: commands come from an inbox, events go to a function.

While it writes, commands are looked at between tokens: a query costs the reply a little time, never its
consistency. What must act inside a run (stopping, above all) also calls `Engine.interrupt`: see `inference.inbox`.
"""

from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from inference.captures import Postponed
from inference.contract import (
    Answer,
    ChangeTemplate,
    Command,
    CompareRun,
    Event,
    Failed,
    Generate,
    Load,
    Loaded,
    MeasuringQuery,
    Progress,
    Proof,
    Proved,
    Query,
    ReadAtlas,
    ReadAttentionMap,
    ReadAttribution,
    ReadCost,
    ReadEffect,
    ReadHeadEffects,
    ReadLens,
    ReadMachineLimits,
    ReadProfile,
    ReadPrompt,
    ReadStatistics,
    Stop,
    Tokenize,
    Unload,
    UpdateSettings,
)
from inference.failed_command import failed_command
from inference.formula.contract import FormulaQuery
from inference.inbox import INTERRUPTING, Inbox
from inference.loaded_model import LoadedModel, load_model
from inference.memory import give_back_memory, has_room_for
from inference.performance.costs import read_costs
from inference.performance.measurements import Measurements, Task
from inference.precision.contract import ReplayReply
from inference.proof import PROBE, could_not_run, keep_proof, known_proof, prove
from inference.reading_answers import AnsweredAtOnce, AnsweredInSlices, read_at_once, read_in_slices
from inference.readings.contract import ReadingsQuery
from inference.reply import Reply
from inference.runtime.failures import OUT_OF_MEMORY
from inference.runtime.opening import graph_opener
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupted, Interrupter
from inference.sliced_answers import SlicedAnswers
from inference.suggested import suggested_settings
from inference.tensors.contract import TensorQuery, WeightCommand
from inference.tensors.opened_file import InspectedFile, opened_inside
from models.errors import VitrineError

SLICES_S = 0.002
"""So long after each token is worked on answers that come in slices: less than a token takes."""
PATIENCE_S, PATIENCE_WRITING_S = 0.1, 0.004
"""How long one question that takes long is gone on with before it is answered as far as it is."""

UNUSED_S = 120.0
"""So long a second session is kept open after somebody looked inside by it."""

MEASURING = (ReadProfile, ReadMachineLimits, CompareRun, ReplayReply)
"""Questions that take seconds: they wait for a reply, and for each other."""


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
        self._inside: InspectedFile | None = None
        self._reply: Reply | None = None
        self._proof_wanted = False
        self._stuck = False
        self._sliced = SlicedAnswers(emit, self._refuse)
        self._source: Path | None = None
        self._occupied = False
        # A command that ended a reply waits here until the reply has said so.
        self._next: list[Command | None] = []
        # Questions whose answer has to be computed again, a piece at a time.
        self._postponed: deque[Query] = deque()

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
        while not self._next and self._inbox.empty() and self._sliced.pending:
            self._sliced.advance(0.0)
        self._finish_postponed()
        if not self._next and self._proof_wanted and self._inbox.empty():
            self._prove()
            self._finish_postponed()
        return self._next.pop(0) if self._next else self._wait()

    def _wait(self) -> Command | None:
        """Wait for a command, and once for what was opened to look inside to be of no more use."""
        model = self._model
        if model is not None and (unused := model.unused_s) is not None:
            try:
                return self._inbox.get(timeout=max(UNUSED_S - unused, 0.0))
            except queue.Empty:
                model.look_no_more()
                self._emit(model.status())
        return self._inbox.get()

    def _obey(self, command: Command) -> None:
        match command:
            case Load():
                self._load(command)
            case Generate():
                self._generate(command)
                if self._stuck:
                    self._reopen()
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

        path = self._source = None if command.model is None else Path(command.model)
        try:
            model = self._model = load_model(
                path,
                command.provider,
                self._interrupter,
                progress,
                self._watch,
                command.variant,
                command.capture_mib,
            )
        except VitrineError as error:
            opener = graph_opener(choose_provider("cpu"), self._interrupter, self._watch)
            self._inside = opened_inside(path, error, opener)
            if self._inside is None:
                raise
            self._emit(self._inside.loaded((time.perf_counter() - started) * 1000))
            return
        model.let_others_in(self._pause)
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
                context=model.decoder.capacity,
                provider=model.provider.choice,
                chat_template=model.chat_template,
                load_ms=(time.perf_counter() - started) * 1000,
                imported=model.imported,
                folder=str(model.bundle.folder),
                report=model.facts.report,
                template_edited=model.template_edited,
                suggested=suggested_settings(model.facts.report.source),
                guess_refused=model.guess_refused,
            )
        )
        self._emit(model.status())
        proof = known_proof(model.bundle, model.provider)
        self._proof_wanted = proof is None
        if proof is not None:
            self._emit(Proved(proof))

    def _generate(self, command: Generate) -> None:
        model = self._loaded()
        self._give_up_postponed()
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
            self._stuck = error.case == OUT_OF_MEMORY and model.provider.own_memory
            self._emit(Failed(error.case, error.what, error.remedy, generation=command.generation))
        except Exception as error:
            reply.reason = "failed"
            self._fail(error, command)
        finally:
            self._reply = None
            self._emit(reply.stopped())
            self._emit(model.status())

    def _reopen(self) -> None:
        """Open the model again after its GPU was full, which can leave its sessions stuck.

        Nobody's reply or its end waits for this. If there is still no room the model is dropped: the conversation is
        the window's, which offers the CPU.
        """
        self._stuck = False
        model = self._loaded()
        try:
            model.put_away()
            model.bring_back(self._interrupter)
        except VitrineError as error:
            self._close()
            self._emit(
                Failed(
                    error.case,
                    f"The model could not be opened again after the {model.provider.choice.device} was full.",
                    "Load it on the CPU, or close what uses that memory and load it again; nothing is lost.",
                )
            )

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
                if isinstance(command, Stop) and self._reply is None:
                    self._give_up_measuring()
                # Before measurements that wait, which it would have interrupted.
                self._next.insert(0, command)
                raise Interrupted
            elif isinstance(command, MEASURING) and (self._reply is not None or self._occupied):
                self._next.append(command)
            else:
                self._answer(command)
        if self._postponed:
            self._answer(self._postponed.popleft(), again=True)
        self._sliced.advance(SLICES_S)

    def _close(self) -> None:
        self._proof_wanted = False
        self._sliced.abandon()
        self._give_up_postponed()
        self._inside = None
        if self._model is not None:
            self._model.close()
            self._model = None

    # -------------------------------------------------------------- queries

    def _answer(self, query: Query, *, again: bool = False) -> None:
        if isinstance(query, AnsweredInSlices):
            self._answer_in_slices(query)
            return
        try:
            self._emit(Answer(query.query, self._value(query)))
        except Postponed:
            # The one that was begun first is finished first.
            (self._postponed.appendleft if again else self._postponed.append)(query)
        except Exception as error:
            self._refuse(error, query)
        else:
            return
        if isinstance(query, MEASURING):
            # Not before the error is forgotten, whose frames hold on to the second model.
            give_back_memory()

    def _refuse(self, error: Exception, query: Query) -> None:
        if isinstance(error, Interrupted):
            # What interrupted comes next; the asker need not wait for an answer.
            self._emit(_interrupted(query))
        else:
            self._fail(error, query)

    def _answer_in_slices(self, query: AnsweredInSlices) -> None:
        try:
            model = self._loaded()
        except VitrineError as error:
            self._refuse(error, query)
            return
        self._sliced.add(query, read_in_slices(query, model.reader), model.sequence)

    def _pause(self) -> None:
        """Called in the middle of a long answer.

        Raises:
            Postponed: something else is waiting.
        """
        # One in slices has a turn of its own after every token, and could not go on from here.
        if not self._sliced.working and (self._reply is not None or not self._inbox.empty()):
            raise Postponed

    def _finish_postponed(self) -> None:
        """Answer what was postponed, as long as there is nothing else to do."""
        while self._postponed and not self._next and self._inbox.empty():
            self._interrupter.resume()
            self._answer(self._postponed.popleft(), again=True)

    def _give_up_postponed(self) -> None:
        """Answer no questions about a sequence or a model that goes."""
        while self._postponed:
            self._emit(_interrupted(self._postponed.popleft()))

    def _give_up_measuring(self) -> None:
        """Answer no measurements that wait for the one that is stopped."""
        waiting = [one for one in self._next if isinstance(one, MEASURING)]
        self._next = [one for one in self._next if not isinstance(one, MEASURING)]
        for query in waiting:
            self._emit(_interrupted(query))

    def _value(self, query: Query) -> object:
        if isinstance(query, TensorQuery):
            inside = self._inside or self._loaded()
            tensor = getattr(query, "tensor", None)
            if self._reply is not None and tensor is not None and tensor.computed:
                raise _would_hold_up()
            return inside.inspector.answer(query, self._patience())
        if isinstance(query, FormulaQuery):
            spelling = (self._inside or self._loaded()).formulas
            if self._reply is not None and not spelling.is_at_hand(query):
                raise _would_hold_up()
            return spelling.answer(query)
        model = self._loaded()
        if isinstance(query, ReadingsQuery):
            if self._reply is not None:
                raise VitrineError(
                    "reply-running",
                    "Sentences are read by a second run of the model, which would hold up the reply.",
                    "Wait until it is written, or stop it.",
                )
            return model.inside.readings.answer(query, self._patience())
        if isinstance(query, WeightCommand):
            # What is being answered holds on to the decoder.
            self._sliced.abandon()
            self._give_up_postponed()
            try:
                return model.change_weights(query)
            finally:
                if not model.is_open:
                    self._close()
        if isinstance(query, AnsweredAtOnce):
            return read_at_once(query, model.reader, model.recording_reader)
        match query:
            case Tokenize():
                return model.tokens_of(query.text, first=query.first)
            case ReadPrompt():
                return model.assemble(query.prompt, query.template).tokens
            case ReadLens():
                return model.inside.lens(query.start, query.stop)
            case ReadAttribution():
                return model.inside.attribution(query.position, query.token)
            case ReadEffect():
                return model.inside.effect(query.position, query.intervention)
            case ReadHeadEffects():
                return model.inside.head_effects(
                    query.position,
                    query.token,
                    query.heads,
                    everywhere=query.everywhere,
                    intervention=query.intervention,
                )
            case ChangeTemplate():
                return model.change_template(query.template)
            case ReadAttentionMap() | ReadAtlas() | ReadStatistics():
                raise AssertionError("answered in slices")
            case ReadCost():
                return read_costs(model.bundle, query.total)
            case ReadMachineLimits() | ReadProfile() | CompareRun() | ReplayReply():
                return self._measured(query)

    def _measured(self, query: MeasuringQuery) -> object:
        def tell(task: Task, done: int, total: int) -> None:
            self._emit(Progress(task, done, total))

        model = self._loaded()
        measurements = Measurements(model, self._source, self._interrupter, self._watch, tell, self._serve)
        self._occupied = True
        try:
            return measurements.measure(query)
        finally:
            self._occupied = False
            self._emit(model.status())

    def _patience(self) -> Callable[[], bool]:
        """Whether what takes long may go on: a moment while a reply is written, otherwise until something comes."""
        most = PATIENCE_WRITING_S if self._reply is not None else PATIENCE_S
        until = time.perf_counter() + most
        return lambda: time.perf_counter() < until and self._inbox.empty()

    # -------------------------------------------------------------- in idle time

    def _prove(self) -> None:
        model = self._loaded()
        self._interrupter.resume()
        self._emit(Progress("proof", 0, 1))
        self._occupied = True
        try:
            proof = self._proof(model)
        except Interrupted:
            return  # tried again when there is nothing else to do
        finally:
            self._occupied = False
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
        # It is of the model in its files, whatever is flipped in memory.
        provider = replace(model.provider, weights={})
        if has_room_for(model.facts.report.weight_bytes * 5 // 4):
            with suppress(VitrineError):  # there was not, after all: not on the GPU, say
                return prove(
                    model.bundle, provider, ids, self._interrupter, self._serve, model.decoder.capacity
                )
        # What is being answered holds on to the decoder.
        self._sliced.abandon()
        model.put_away()
        proof: Proof | None = None
        try:
            # Nobody is served meanwhile: there is nothing that could answer.
            proof = prove(model.bundle, provider, ids, self._interrupter, context=model.sequence.capacity)
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
        if self._inside is not None:
            raise VitrineError(
                "inside-only",
                self._inside.why,
                "Its layers, tensors, numbers and neurons can be looked at, nothing else.",
            )
        if self._model is None:
            raise VitrineError("no-model", "No model is loaded.", "Load one first.")
        return self._model

    def _fail(self, error: Exception, command: Command) -> None:
        if isinstance(error, Interrupted):
            stopped = Failed("stopped", "Loading was stopped.", "Load the model again when you want it.")
            self._emit(stopped)
        else:
            self._emit(failed_command(error, command))


def _would_hold_up() -> VitrineError:
    return VitrineError(
        "reply-running",
        "Activations are computed by a second run of the model, which would hold up the reply.",
        "Wait until it is written, or stop it.",
    )


def _interrupted(query: Query) -> Failed:
    return Failed("interrupted", "The question was interrupted.", "Ask again.", query=query.query)
