"""The one place where processes and threads are started: the engine's, workers of the engine, and other programs.

Knows nothing about what they compute.

Children are spawned, never forked: a fork of a process with threads and a GUI is undefined. They end by
themselves when the pipe to their parent closes, however the parent died.
"""

from __future__ import annotations

import atexit
import contextlib
import faulthandler
import gc
import multiprocessing
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any, Generic, TypeVar

from inference.connection import EngineConnection
from inference.contract import Command, EngineLost, Event, Loaded
from inference.inbox import Inbox, Interruptible, deliver
from inference.outbox import Outbox
from inference.recorded import OpenRecording, RecordedEngine

HANG_TIMEOUT_S = 120.0
"""How long the runtime may take to open a model that is imported already; a large one takes seconds."""

NUMPY_THREADS = "OPENBLAS_NUM_THREADS"
"""How many threads NumPy's matrix products take, read when it is loaded. More than one wait for each other by
spinning: on a busy machine the products of a map of 8,000 tokens took ten times as long, and the model's core."""

END_TIMEOUT_S = 2.0
"""How long something may take to end by itself before it is killed."""

_Value = TypeVar("_Value")

_starting = threading.Lock()
_children: weakref.WeakSet[BaseProcess] = weakref.WeakSet()


@dataclass(frozen=True, slots=True)
class Worker:
    """A child process and the pipe to it."""

    process: BaseProcess
    connection: Connection

    def kill(self) -> None:
        """End it at once and wait until it is gone."""
        self.connection.close()
        self.process.kill()
        self.process.join()
        self.process.close()


def start_worker(target: Callable[..., None], *arguments: Any) -> Worker:
    """Start a child process.

    The child imports the module of `target` and nothing of the caller's main module.

    Args:
        target: a function of an importable module; called in the child with its end of the pipe and the
            arguments. It has to end when the pipe does (`EOFError`).
        arguments: must be picklable.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    # Not a daemon: those may have no children, and an engine has one.
    process = context.Process(target=target, args=(theirs, *arguments))
    with _starting:
        # spawn has the child import the main module again, and with it everything that a window or a test
        # runner imports; of a main module without a file there is nothing to import.
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        known = os.environ.get(NUMPY_THREADS)
        os.environ.setdefault(NUMPY_THREADS, "1")
        try:
            process.start()
        finally:
            sys.modules["__main__"] = main
            if known is None:
                del os.environ[NUMPY_THREADS]
    _children.add(process)
    theirs.close()  # so that our end sees the child's death
    return Worker(process, ours)


def end_when_closed(connection: Connection) -> None:
    """Have this process end, whatever it is doing, as soon as its parent has closed the pipe or died.

    Args:
        connection: the end of the pipe that `start_worker` gave it; nothing else may receive from it.
    """

    def wait() -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                connection.recv_bytes()
        os._exit(0)

    threading.Thread(target=wait, name="parent watch", daemon=True).start()


class RepeatingThread:
    """Calls a function again and again in a thread of its own, until it is closed.

    Args:
        work: what is called; it must not raise.
        interval_s: pause between calls.
        name: of the thread.
        rest_s: asked before every pause for how long there is nothing to do unless `wake` is called; ``None`` of it
            is for ever. Without, there always is.
    """

    def __init__(
        self,
        work: Callable[[], None],
        interval_s: float,
        name: str,
        rest_s: Callable[[], float | None] = lambda: 0.0,
    ) -> None:
        self._closing = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(work, interval_s, rest_s), name=name, daemon=True
        )
        self._thread.start()

    def wake(self) -> None:
        """Say, from any thread, that there is something to do."""
        self._woken.set()

    def close(self) -> None:
        """Let a call that is running end, and make no more."""
        self._closing.set()
        self._woken.set()
        self._thread.join()

    def _run(self, work: Callable[[], None], interval_s: float, rest_s: Callable[[], float | None]) -> None:
        while True:
            self._woken.wait(rest_s())
            # Not before the call: what is said during it may be too late for it.
            self._woken.clear()
            if self._closing.wait(interval_s):
                return
            work()


class BackgroundCall(Generic[_Value]):
    """Calls a function once, in a thread of its own: for what takes as long as a disk does.

    Args:
        work: what is called.
        finished: called in that thread when it has returned or raised.
        name: of the thread.
    """

    def __init__(self, work: Callable[[], _Value], finished: Callable[[], None], name: str) -> None:
        self._value: list[_Value] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work, finished), name=name, daemon=True)
        self._thread.start()

    def result(self) -> _Value:
        """What the function returned; waits for it.

        Raises:
            BaseException: what the function raised.
        """
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._value[0]

    def _run(self, work: Callable[[], _Value], finished: Callable[[], None]) -> None:
        try:
            self._value.append(work())
        except BaseException as error:  # told to whoever asks for the result
            self._error = error
        finished()


class Program:
    """Another program that says lines when it is told lines.

    It is in a session of its own, so that Ctrl+C in a terminal reaches whoever started it, who then closes it. It has
    to end when its standard input does, which is what it meets however this process died.

    Args:
        command: what to start, and its arguments.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(self, command: Sequence[str | os.PathLike[str]]) -> None:
        # A pipe that nobody reads would fill and hold the program up.
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                command, stdin=pipe, stdout=pipe, stderr=self._complaints, start_new_session=True
            )
        except BaseException:
            self._complaints.close()
            raise

    def tell(self, line: bytes) -> None:
        """Give it a line; one that has ended hears nothing."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()

    def hear(self) -> bytes | None:
        """Its next line, without the end; ``None`` when there is none any more. Waits for it."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return line.rstrip(b"\n") if line else None

    def complaint(self) -> str:
        """The last line that it wrote on standard error."""
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def close(self) -> int:
        """End it; it is killed if it does not end by itself.

        Returns:
            Its exit status.
        """
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(END_TIMEOUT_S)
        except BaseException as error:
            process.kill()
            process.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
        finally:
            process.stdout.close()
            self._complaints.close()
        return process.returncode


@atexit.register
def _kill_children() -> None:
    """Runs before multiprocessing, at the interpreter's end, would wait for children without limit."""
    for process in list(_children):
        with contextlib.suppress(ValueError):  # it is closed: it ended long ago
            process.kill()


class EventQueue:
    """Events on their way from a background thread to whoever drains them."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._lock = threading.Lock()
        self._notify: Callable[[], None] | None = None

    def put(self, *events: Event) -> None:
        """Add events; from any thread."""
        with self._lock:
            was_empty = not self._events
            self._events.extend(events)
            notify = self._notify
        if was_empty and notify is not None:
            notify()

    def drain(self) -> list[Event]:
        """Take everything."""
        with self._lock:
            events = list(self._events)
            self._events.clear()
        return events

    def on_arrival(self, notify: Callable[[], None]) -> None:
        """Call `notify` whenever an event arrives at an empty queue, and now if there are events."""
        with self._lock:
            self._notify = notify
            waiting = bool(self._events)
        if waiting:
            notify()


class EngineProcess:
    """An engine in a process of its own."""

    def __init__(self) -> None:
        self._worker = start_worker(_engine_main)
        self._events = EventQueue()
        self._outbox: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._closing = False
        self._exit_code: int | None = None
        self._reader = threading.Thread(target=self._read, name="engine events", daemon=True)
        self._writer = threading.Thread(target=self._write, name="engine commands", daemon=True)
        self._reader.start()
        self._writer.start()

    @property
    def process_id(self) -> int | None:
        """Of the engine; ``None`` once it is closed."""
        return None if self._closing else self._worker.process.pid

    @property
    def alive(self) -> bool:
        """Whether the engine can still take commands."""
        return self._reader.is_alive() and not self._closing

    def send(self, command: Command) -> None:
        """Hand over a command; never blocks."""
        self._outbox.put(command)

    def receive(self) -> list[Event]:
        """Every event that has arrived."""
        return self._events.drain()

    def on_arrival(self, notify: Callable[[], None]) -> None:
        """Have `notify` called from a background thread when events arrive at an empty queue."""
        self._events.on_arrival(notify)

    def close(self) -> None:
        """End the engine; it is killed if it does not end by itself."""
        if self._closing:
            return
        self._closing = True
        self._outbox.put(None)
        self._writer.join(END_TIMEOUT_S)
        process = self._worker.process
        process.join(END_TIMEOUT_S)
        if process.is_alive():
            process.kill()
            process.join()
        self._reader.join()
        self._writer.join()
        process.close()

    def _read(self) -> None:
        connection, process = self._worker.connection, self._worker.process
        # Whatever ends the conversation, a torn message included, the engine is of no more use.
        with contextlib.suppress(Exception):
            while True:
                self._events.put(*connection.recv())
        if not self._closing:
            process.join(END_TIMEOUT_S)
            self._events.put(EngineLost(process.exitcode))
            self._outbox.put(None)

    def _write(self) -> None:
        connection = self._worker.connection
        with contextlib.suppress(OSError):
            while (command := self._outbox.get()) is not None:
                connection.send(command)
        if self._closing:
            # Half-closing is not to be had; a closed pipe is how an engine knows that it is not wanted.
            with contextlib.suppress(OSError):
                connection.send(None)


class EngineInThread:
    """An engine in a thread of this process.

    Args:
        make: makes what obeys, of where commands come from and what takes events.
        name: of the thread.
    """

    def __init__(self, make: Callable[[Inbox, Callable[[Event], None]], Interruptible], name: str) -> None:
        self._events = EventQueue()
        self._inbox: Inbox = queue.SimpleQueue()
        self._engine = make(self._inbox, self._events.put)
        self._thread = threading.Thread(target=self._engine.run, name=name, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the engine can still take commands."""
        return self._thread.is_alive()

    def send(self, command: Command) -> None:
        """Hand over a command; never blocks."""
        deliver(command, self._engine, self._inbox)

    def receive(self) -> list[Event]:
        """Every event that has arrived."""
        return self._events.drain()

    def on_arrival(self, notify: Callable[[], None]) -> None:
        """Have `notify` called from a background thread when events arrive at an empty queue."""
        self._events.on_arrival(notify)

    def close(self) -> None:
        """End the engine and wait for it."""
        deliver(None, self._engine, self._inbox)
        self._thread.join()


class EngineThread(EngineInThread):
    """An engine that runs models, in a thread: for tests and for commands without a window."""

    def __init__(self) -> None:
        # Imported here: the window's process must not load the runtime.
        from inference.engine import Engine

        super().__init__(Engine, "engine")


def start_engine() -> EngineConnection:
    """An engine in a process of its own, without a model yet."""
    return EngineProcess()


def start_recorded_engine(open_recording: OpenRecording) -> EngineConnection:
    """An engine that has a recording instead of a model, in a thread of this process.

    Args:
        open_recording: brings the recording, in that thread, whenever `Load` is sent.
    """
    return EngineInThread(
        lambda inbox, emit: RecordedEngine(inbox, emit, open_recording), "recorded conversation"
    )


def _engine_main(connection: Connection) -> None:
    """The engine's process: a thread takes commands from the pipe, the main thread works."""
    # Ctrl+C in a terminal is the window's to handle; it reaches the whole process group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from inference.engine import Engine
    from inference.runtime.opening import withdraw_marks

    inbox: Inbox = queue.SimpleQueue()
    outbox = Outbox(lambda events: _send(connection, events))
    engine = Engine(inbox, outbox.put, _end_if_it_hangs)

    def take_commands() -> None:
        command: Command | None = None
        with contextlib.suppress(EOFError, OSError):
            while (command := connection.recv()) is not None:
                deliver(command, engine, inbox)
        deliver(None, engine, inbox)
        withdraw_marks()
        # The window is gone: end soon even if something does not listen.
        threading.Timer(END_TIMEOUT_S, os._exit, [0]).start()

    threading.Thread(target=take_commands, name="commands", daemon=True).start()
    engine.run()
    connection.close()
    # The timer above would keep the interpreter waiting.
    os._exit(0)


@contextlib.contextmanager
def _end_if_it_hangs() -> Iterator[None]:
    """End this process if what it surrounds takes longer than any honest model; it says where on stderr."""
    faulthandler.dump_traceback_later(HANG_TIMEOUT_S, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _send(connection: Connection, events: tuple[Event, ...]) -> None:
    # Without a window nobody is left to tell; the thread that takes commands ends the engine.
    with contextlib.suppress(OSError):
        connection.send(events)
    if isinstance(events[-1], Loaded):
        # Tokenizer and vocabulary stay: the collector need not go through them in the middle of a reply.
        gc.collect()
        gc.freeze()
