"""The compare panel over an engine that throws its dice.

With these dice a temperature of 0.9 writes another token than 0.8 from index 10 on, 1.25 from 5 on, 2 from 4 on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.panels.compare import ComparePanel
from desktop.session import Session
from tests.desktop.drawing_engine import DrawingEngine


@pytest.fixture
def engine() -> DrawingEngine:
    """In place of the one whose replies are scripted."""
    return DrawingEngine()


@pytest.fixture
def session(session: Session) -> Session:
    """Every reply with the same dice."""
    session.change_seed(104, False)
    return session


@pytest.fixture
def panel(qtbot: QtBot, replied: Session) -> Iterator[ComparePanel]:
    """The panel, with one reply."""
    made = ComparePanel(replied)
    qtbot.addWidget(made)
    made.resize(880, 700)
    made.show()
    yield made
    made.hide()


@pytest.fixture
def rest(qtbot: QtBot, replied: Session, panel: ComparePanel) -> Callable[[], None]:
    """Wait until nothing is written, measured or to be shown any more."""

    def idle() -> bool:
        replied.take_events()
        busy = panel.comparison.queue.running or panel.reader.reading or replied.busy
        return not busy and not panel.frame.isActive()

    def wait() -> None:
        qtbot.waitUntil(idle)

    return wait


@pytest.fixture
def replay(panel: ComparePanel, rest: Callable[[], None]) -> Callable[[float], None]:
    """Replay with another temperature, and wait until all is there."""

    def act(temperature: float) -> None:
        panel.comparison.replay(panel.comparison.columns[0].settings.changed("temperature", temperature))
        rest()

    return act
