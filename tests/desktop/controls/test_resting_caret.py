"""The caret blinks while somebody types and a while longer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.controls.resting_caret import RestingCaret


@pytest.fixture
def editors(qtbot: QtBot) -> Iterator[tuple[QPlainTextEdit, QPlainTextEdit]]:
    window = QWidget()
    qtbot.addWidget(window)
    layout, two = QHBoxLayout(window), (QPlainTextEdit(), QPlainTextEdit())
    for editor in two:
        layout.addWidget(editor)
    with qtbot.waitExposed(window):
        window.show()
        window.activateWindow()
    two[0].setFocus()
    yield two  # noqa: PT022 - the window lives as long as this frame


@pytest.fixture
def caret(qapp: QApplication, editors: tuple[QPlainTextEdit, QPlainTextEdit]) -> Iterator[RestingCaret]:
    made = RestingCaret(qapp, qapp)
    yield made
    made.close()
    made.setParent(None)
    made.deleteLater()


def test_it_stands_still_after_a_while_and_blinks_again_when_somebody_types(
    qtbot: QtBot, qapp: QApplication, caret: RestingCaret, editors: tuple[QPlainTextEdit, QPlainTextEdit]
) -> None:
    blinking = qapp.cursorFlashTime()
    assert blinking > 0
    assert caret.rest.isActive()
    caret.rest.timeout.emit()
    assert qapp.cursorFlashTime() == 0
    qtbot.keyClick(editors[0], Qt.Key.Key_A)
    assert qapp.cursorFlashTime() == blinking


def test_it_follows_the_focus(
    qtbot: QtBot, qapp: QApplication, caret: RestingCaret, editors: tuple[QPlainTextEdit, QPlainTextEdit]
) -> None:
    caret.rest.timeout.emit()
    editors[1].setFocus()
    assert qapp.cursorFlashTime() > 0
    caret.rest.timeout.emit()
    qtbot.keyClick(editors[1], Qt.Key.Key_A)
    assert qapp.cursorFlashTime() > 0
