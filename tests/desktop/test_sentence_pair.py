"""Two sentences are kept as they are typed, and the example stands there until then."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from desktop.sentence_pair import SentencePair


def memory(path: Path) -> QSettings:
    return QSettings(str(path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def pair(qtbot: QtBot, tmp_path: Path) -> SentencePair:
    made = SentencePair()
    made.keep_in(memory(tmp_path))
    return made


def again(path: Path) -> SentencePair:
    """As after a restart."""
    made = SentencePair()
    made.keep_in(memory(path))
    return made


def test_until_something_is_typed_there_is_an_example(pair: SentencePair) -> None:
    first, second = pair.texts
    assert "bank" in first
    assert "bank" in second
    assert not pair.templated


@pytest.mark.parametrize(
    "text", ["", "Fui ao banco, sim; “já”", "a, b, c", "@Invalid()", "two\nlines\t\\", "🏦" * 3]
)
def test_what_is_typed_is_there_after_a_restart(pair: SentencePair, tmp_path: Path, text: str) -> None:
    example = pair.texts[1]
    pair.type(0, text)
    pair._memory.sync()  # type: ignore[union-attr]  # as the event loop does by itself
    assert again(tmp_path).texts == (text, example)


def test_the_way_of_reading_is_kept_too(pair: SentencePair, tmp_path: Path) -> None:
    pair.read_templated(True)
    pair._memory.sync()  # type: ignore[union-attr]
    assert again(tmp_path).templated


def test_only_changes_are_told(qtbot: QtBot, pair: SentencePair) -> None:
    with qtbot.assertNotEmitted(pair.changed):
        pair.type(0, pair.texts[0])
        pair.read_templated(False)
    with qtbot.waitSignal(pair.changed):
        pair.type(0, "other")


def test_settings_that_make_no_sense_count_as_none_49(qtbot: QtBot, tmp_path: Path) -> None:
    kept = memory(tmp_path)
    kept.setValue("sentences/first", ["a", "list"])
    kept.setValue("sentences/template", "whatever")
    kept.sync()
    found = again(tmp_path)
    assert "bank" in found.texts[0]
    assert not found.templated
