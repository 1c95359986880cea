"""What an engine is to open next, and what to go back to when it does not open."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.engine_choice import Choice, EngineChoice
from inference.contract import Load
from tests.desktop.scripted_engine import ScriptedEngine

FIRST = Load("first.gguf", "cpu")
SECOND = Load("second.gguf", "cpu", "q4")
LESSON, OTHER = Path("lesson.vitrine"), Path("other.vitrine")


@pytest.fixture
def choice() -> EngineChoice:
    return EngineChoice(ScriptedEngine, FIRST)


def opened(choice: EngineChoice) -> None:
    choice.opened = choice.wanted


def test_nothing_to_go_back_to_at_first(choice: EngineChoice) -> None:
    assert not choice.can_go_back
    opened(choice)
    assert not choice.can_go_back


def test_a_model_in_place_of_one_that_worked(choice: EngineChoice) -> None:
    opened(choice)
    choice.want_model("second.gguf", "q4")
    assert choice.wanted == Choice(SECOND)
    assert choice.can_go_back
    assert choice.go_back(), "the same engine can load it"
    assert choice.wanted == Choice(FIRST)
    assert not choice.can_go_back


def test_a_recording_in_place_of_a_model_that_worked(choice: EngineChoice) -> None:
    opened(choice)
    choice.want_recording(LESSON)
    assert choice.wanted == Choice(FIRST, LESSON)
    assert not choice.go_back(), "another engine has to"
    assert choice.wanted == Choice(FIRST)


def test_a_recording_before_anything_worked(choice: EngineChoice) -> None:
    choice.want_recording(LESSON)
    assert choice.can_go_back
    choice.go_back()
    assert choice.wanted == Choice(FIRST)


def test_the_same_recording_that_does_not_open_any_more(choice: EngineChoice) -> None:
    choice.want_recording(LESSON)
    opened(choice)
    choice.want_recording(LESSON)
    assert choice.can_go_back
    choice.go_back()
    assert choice.wanted == Choice(FIRST), "not what has just failed"


def test_from_one_recording_to_the_other_and_to_a_model(choice: EngineChoice) -> None:
    choice.want_recording(LESSON)
    opened(choice)
    choice.want_recording(OTHER)
    assert not choice.go_back()
    assert choice.wanted == Choice(FIRST, LESSON)
    choice.want_model("second.gguf", "q4")
    assert choice.wanted == Choice(SECOND)
    assert not choice.go_back()
    assert choice.wanted == Choice(FIRST, LESSON)
    choice.leave_recording()
    assert choice.wanted == Choice(FIRST)


def test_each_kind_has_its_engine(choice: EngineChoice) -> None:
    assert isinstance(choice.start(), ScriptedEngine)
    choice.want_recording(LESSON)
    engine = choice.start()
    assert not isinstance(engine, ScriptedEngine)
    engine.close()
