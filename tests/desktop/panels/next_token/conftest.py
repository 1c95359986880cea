"""A session on an engine whose probabilities are ½, ¼, ⅛ and ⅛, and the panel on it.

Knows nothing about real models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.panels.next_token import NextTokenPanel
from desktop.session import Session
from inference.sampling.settings import SamplingSettings
from tests.desktop.panels.next_token.known_logits import KnownEngine

PLAIN = SamplingSettings(temperature=1.0, top_k=0, top_p=1.0)
"""No stage changes anything."""


@pytest.fixture
def engine() -> KnownEngine:
    return KnownEngine()


@pytest.fixture
def known(session: Session, settle: Callable[[], None]) -> Session:
    """A session that got “ blue red blue”, without any sampling setting; the seed is 4."""
    session.change_settings(PLAIN)
    session.change_seed(4, False)
    session.send("Why?")
    settle()
    return session


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[NextTokenPanel]:
    made = NextTokenPanel(session)
    qtbot.addWidget(made)
    made.resize(860, 400)
    made.show()
    yield made
    made.hide()


@pytest.fixture
def reply_start(known: Session) -> int:
    """Position of the reply's first token."""
    return next(at for at, token in enumerate(known.tokens) if token.part == "reply")
