"""A session on an engine that throws its dice, and what is compared in it.

With these dice a temperature of 0.9 writes another token than 0.8 from index 10 on, 1.25 from 5 on, 2 from 4 on.
"""

from __future__ import annotations

import pytest

from desktop.comparison.comparison import Comparison
from desktop.session import Session
from tests.desktop.drawing_engine import DrawingEngine

SEED = 104


@pytest.fixture
def engine() -> DrawingEngine:
    """In place of the one whose replies are scripted."""
    return DrawingEngine()


@pytest.fixture
def comparison(replied: Session) -> Comparison:
    """The reply to “Why is the sky blue?” alone."""
    made = Comparison(replied, replied)
    made.catch_up()
    return made


@pytest.fixture
def session(session: Session) -> Session:
    """Every reply with the same dice."""
    session.change_seed(SEED, False)
    return session
