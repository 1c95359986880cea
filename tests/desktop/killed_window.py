"""Vitrine's window on a tiny model, typing, sending and writing by itself, saying what was done; run to be killed.

    python -m tests.desktop.killed_window DATA_DIRECTORY MODEL SEED

Knows nothing about when it is killed. A line is written when a keystroke has been handled, and when tokens are
shown: from then on a person has seen it.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Slot
from PySide6.QtTest import QTest

from desktop.application import make_application
from desktop.archive import Archive
from desktop.session import Session
from desktop.window import Window
from inference.process import start_engine

WORDS = "the sky is blue water and light because you model that"


def say(kind: str, *facts: object) -> None:
    """Acknowledge something."""
    os.write(1, (json.dumps([kind, *facts]) + "\n").encode())


class Typist(QObject):
    """Types, sends, stops and branches at random.

    Args:
        window: to type into.
        seed: of what it does.
    """

    def __init__(self, window: Window, seed: int) -> None:
        super().__init__(window)
        self._window, self._dice = window, random.Random(seed)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._act)
        session = window.session
        session.tokens_appended.connect(self._tell_tokens)
        session.reply_ended.connect(self._tell_end)
        say("resumed", window.chat.composer.draft, [message.text for message in session.messages])
        # Some type while the model is loading, others only then see a reply being written.
        self._waits = bool(seed % 3)
        self._timer.start(5)

    @Slot()
    def _act(self) -> None:
        session, composer = self._window.session, self._window.chat.composer
        if self._waits and session.model is None:
            return
        if session.busy:
            if self._dice.random() < 0.01:
                session.stop()
            return
        if len(composer.draft) < 12 or self._dice.random() < 0.9:
            QTest.keyClicks(composer.editor, self._dice.choice(WORDS))
            say("draft", session.conversation.id, composer.draft)
        elif self._dice.random() < 0.3 and len(session.messages) > 1:
            prompt = session.conversation.sequence.prompt_length
            if prompt < len(session.tokens):
                session.branch(prompt + self._dice.randrange(len(session.tokens) - prompt), 300)
        elif self._dice.random() < 0.1:
            self._window.new_conversation()
        else:
            text = composer.draft
            QTest.keyClick(composer.editor, Qt.Key.Key_Return)
            if not composer.draft:
                say("sent", session.conversation.id, text)

    @Slot(int, int)
    def _tell_tokens(self, start: int, stop: int) -> None:
        session = self._window.session
        prompt = session.conversation.sequence.prompt_length
        ids = [token.id for token in session.tokens[prompt:stop]]
        say("reply", session.messages[-1].id, ids)

    @Slot(int)
    def _tell_end(self, number: int) -> None:
        if number:
            say("ended", number, self._window.session.messages[-1].text)


def main(data: Path, model: str, seed: int) -> None:
    """Until killed."""
    application = make_application()
    archive = Archive.at(data / "conversations.sqlite3")
    session = Session(start_engine, model, "cpu", archive=archive)
    window = Window(session, QSettings(str(data / "window.ini"), QSettings.Format.IniFormat))
    session.resume()
    window.show()
    typist = Typist(window, seed)
    QTimer.singleShot(0, session.start)
    application.exec()
    del typist


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
