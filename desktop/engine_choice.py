"""What the engine of a window is to open: a model, or what was recorded of one in its place; and what to go back to.

Knows no Qt, and nothing of what an engine then does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from inference.connection import EngineConnection
from inference.contract import Load
from inference.process import start_recorded_engine
from inference.recording import Recording


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to open.

    Args:
        load: the model.
        recording: file of a recording that is explored in its place; the model is what one goes back to.
    """

    load: Load
    recording: Path | None = None


class EngineChoice:
    """What is wanted, and what was opened last.

    Args:
        start_engine: makes the connection to a new engine that runs models.
        load: the model that is wanted first.
    """

    def __init__(self, start_engine: Callable[[], EngineConnection], load: Load) -> None:
        self._start_engine = start_engine
        self._provider = load.provider
        self.wanted = Choice(load)
        """What is open, or on its way."""
        self.opened: Choice | None = None
        """The last that could be opened, or that nothing speaks against."""

    def want_model(self, path: str | None, variant: str) -> None:
        """Want a model; arguments as in `Load`."""
        self.wanted = Choice(Load(path, self._provider, variant))

    def want_provider(self, provider: str) -> None:
        """Want the same model on another provider; the next model may be where it was chosen to be again."""
        self.wanted = replace(self.wanted, load=replace(self.wanted.load, provider=provider))

    def want_recording(self, path: Path) -> None:
        """Want what was recorded, in place of the model that is wanted now."""
        self.wanted = replace(self.wanted, recording=path)

    def leave_recording(self) -> None:
        """Want the model."""
        self.wanted = replace(self.wanted, recording=None)

    @property
    def can_go_back(self) -> bool:
        """Whether there is something to open instead, should what is wanted not open."""
        return self.wanted.recording is not None or self.opened not in (None, self.wanted)

    def go_back(self) -> bool:
        """Want what was open before, or the model where only a recording was wanted yet.

        Returns:
            Whether the engine that was started for the other can open it.
        """
        given_up = self.wanted
        fallback = replace(given_up, recording=None)
        # Not what has just failed once more.
        before = self.opened
        self.wanted = fallback if before is None or before == given_up else before
        return self.wanted.recording is None and given_up.recording is None

    def start(self) -> EngineConnection:
        """A new engine, for what is wanted; send it `Choice.load`.

        Raises:
            VitrineError: it could not be started.
        """
        recording = self.wanted.recording
        return self._start_engine() if recording is None else start_recorded_engine(partial(_read, recording))


def _read(path: Path, progress: Callable[[int, int], None]) -> Recording:
    # Imported here: most windows never open one.
    from desktop.history.recording_file import read_recording

    return read_recording(path, progress)
