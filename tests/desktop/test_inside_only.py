"""A file that is no language model, opened in the window: it can be looked into, and nothing be written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.composer import Composer
from desktop.panels import PANELS
from desktop.phase import Phase
from desktop.session import Session
from desktop.transcript.empty import empty_text
from inference.process import EngineThread
from tests.models.convolutional import write_convolutional


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    """A session of a real engine with the network of the talk."""
    session = Session(EngineThread, str(write_convolutional(tmp_path / "cnn.onnx")))
    session.start()
    qtbot.waitUntil(lambda: session.take_events() or session.phase is Phase.READY, timeout=60_000)
    yield session
    session.close()
    session.deleteLater()


def test_the_chat_says_why_there_is_none_and_keeps_what_is_typed(qtbot: QtBot, opened: Session) -> None:
    heading, sentence = empty_text(opened)
    assert heading == "cnn"
    assert "There can be no chat with this file: There is no tokenizer.json" in sentence
    composer = Composer(opened)
    qtbot.addWidget(composer)
    composer.editor.setPlainText("Hello")
    composer.send()
    assert composer.draft == "Hello"
    assert not composer.button.isEnabled()
    assert "No language model" in composer.editor.placeholderText()
    assert not opened.can_write
    assert not opened.send("Hello")
    assert opened.attention_refusal == opened.inside_only


@pytest.mark.parametrize("entry", PANELS, ids=lambda entry: entry.name)
def test_every_panel_bears_it(qtbot: QtBot, opened: Session, entry: object) -> None:
    panel = entry.make(opened)  # type: ignore[attr-defined]
    qtbot.addWidget(panel)
    panel.resize(800, 500)
    panel.show()
    for _ in range(5):
        opened.take_events()
    assert not panel.grab().isNull()
    panel.hide()
