"""Fixtures of the engine's tests: the tiny random model as a bundle, and engines that run it.

Knows nothing about windows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from inference.connection import EngineConnection
from inference.contract import Event, Load
from inference.process import EngineProcess, EngineThread
from inference.runtime.decoder import Decoder
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupter
from models.bundle import Bundle
from models.bundle_library import ready_bundle
from models.directories import DATA_DIRECTORY_VARIABLE
from tests.inference.event_log import EventLog
from tests.models.tiny_gguf import write_tiny_llama

_Event = TypeVar("_Event", bound=Event)


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random Llama in a GGUF file."""
    return write_tiny_llama(tmp_path_factory.mktemp("tiny") / "tiny.gguf", context=4096)


@pytest.fixture(scope="session")
def tiny_bundle(tiny_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The tiny model, imported for the CPU."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path_factory.mktemp("data")))
        bundle, imported = ready_bundle(tiny_file, "CPU", lambda done, total: None)
    assert imported
    return bundle


@pytest.fixture
def tiny_decoder(tiny_bundle: Bundle) -> Decoder:
    """The tiny model, ready to run."""
    return Decoder(tiny_bundle, choose_provider("cpu"), Interrupter())


@pytest.fixture(params=[EngineThread, EngineProcess], ids=["thread", "process"])
def engine_log(request: pytest.FixtureRequest, tiny_bundle: Bundle) -> Iterator[EventLog]:
    """An engine with the tiny model loaded, in a thread and in a process, and the events it has sent."""
    yield from loaded_engine(request.param, tiny_bundle)


@pytest.fixture
def process_log(tiny_bundle: Bundle) -> Iterator[EventLog]:
    """An engine in a process of its own with the tiny model loaded."""
    yield from loaded_engine(EngineProcess, tiny_bundle)


def loaded_engine(start: Callable[[], EngineConnection], bundle: Bundle) -> Iterator[EventLog]:
    """Start an engine, load a bundle, and close the engine in the end."""
    engine = start()
    try:
        log = EventLog(engine)
        engine.send(Load(str(bundle.folder), "cpu"))
        log.wait_for_loaded()
        yield log
    finally:
        engine.close()
