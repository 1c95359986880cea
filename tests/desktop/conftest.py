"""Fixtures of the window's tests: a session on a scripted engine.

Knows nothing about real models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QSettings, QTranslator
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.language import LANGUAGES, speak
from desktop.phase import Phase
from desktop.session import Session
from desktop.window import Window
from tests.desktop.scripted_engine import ScriptedEngine


@pytest.fixture
def portuguese(qtbot: QtBot) -> Iterator[None]:
    """An application that speaks Portuguese."""
    application = QCoreApplication.instance()
    assert application is not None
    before, locale = set(application.findChildren(QTranslator)), QLocale()
    speak(application, LANGUAGES[1])
    yield
    QLocale.setDefault(locale)
    for translator in set(application.findChildren(QTranslator)) - before:
        application.removeTranslator(translator)
        translator.setParent(None)  # type: ignore[call-overload]
        translator.deleteLater()


@pytest.fixture
def engine() -> ScriptedEngine:
    """The engine that `session` talks to; change its attributes before the session asks for something."""
    return ScriptedEngine()


@pytest.fixture
def unloaded_session(qtbot: QtBot, engine: ScriptedEngine) -> Iterator[Session]:
    """A session that was not started yet."""
    session = Session(lambda: engine)
    yield session
    session.close()
    session.deleteLater()


@pytest.fixture
def session(unloaded_session: Session) -> Session:
    """A session whose model is loaded."""
    unloaded_session.start()
    unloaded_session.take_events()
    assert unloaded_session.phase is Phase.READY
    return unloaded_session


@pytest.fixture
def settle(session: Session) -> Callable[[], None]:
    """Take events until the engine has nothing more to say."""

    def take_all() -> None:
        for _ in range(8):
            session.take_events()

    return take_all


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, session: Session) -> Iterator[Window]:
    """The whole window on the scripted engine, shown."""
    apply_theme(theme.DARK)
    shown = Window(session, QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(shown)
    shown.resize(1400, 900)
    shown.show()
    qtbot.waitExposed(shown)
    yield shown
    shown.close()


@pytest.fixture
def replied(session: Session, settle: Callable[[], None]) -> Session:
    """A session that has asked “Why is the sky blue?” and got the scripted reply."""
    session.send("Why is the sky blue?")
    settle()
    return session
