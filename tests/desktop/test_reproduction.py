"""Whether tokens come out as they were kept, and what is said where they do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.history.model_identity import ModelIdentity
from desktop.panels.next_token.reproduction_badge import ReproductionBadge
from desktop.reproduction import differences, reproduction_at
from desktop.session import Session
from tests.desktop.scripted_engine import ScriptedEngine

Settle = Callable[[], None]
WRITTEN = ModelIdentity("Tiny", "/tiny.gguf", "abc", "llama", "8-bit", "CPU", "a processor", 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ()),
        ({"name": "renamed", "source": "/elsewhere.gguf"}, ()),
        ({"bundle": "def", "name": "Other"}, ("the model is Other now and was Tiny",)),
        ({"precision": "4-bit"}, ("its weights are 4-bit now and were 8-bit",)),
        ({"provider": "CUDA", "device": "a card"}, ("it runs on CUDA now and ran on CPU",)),
        ({"device": "another"}, ("the processor is another now and was a processor",)),
        ({"threads": 4}, ("it has 4 threads now and had 2",)),
        (
            {"precision": "4-bit", "provider": "CUDA"},
            ("its weights are 4-bit now and were 8-bit", "it runs on CUDA now and ran on CPU"),
        ),
    ],
)
def test_what_is_different_is_named(change: dict[str, object], said: tuple[str, ...]) -> None:
    assert differences(WRITTEN, replace(WRITTEN, **change)) == said  # type: ignore[arg-type]


def test_the_same_number_is_reproduced(replied: Session, engine: ScriptedEngine) -> None:
    position = replied.conversation.sequence.prompt_length
    kept = replied.steps[position].logprob
    found = reproduction_at(replied, position, kept)
    assert found is not None
    assert found.exact
    assert reproduction_at(replied, 1, kept) is None, "nobody drew a token of the prompt"


def test_what_was_read_at_once_is_the_reason(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    number = replied.conversation.id
    engine.reads_as_written = False
    replied.new_conversation()
    replied.open_conversation(number)
    settle()
    position = replied.conversation.sequence.prompt_length + 2
    kept = replied.steps[position].logprob
    found = reproduction_at(replied, position, kept + 0.25)
    assert found is not None
    assert found.difference == pytest.approx(0.25)
    assert found.rereadable
    assert found.reasons == ("replies were read at once now, and token by token when they were written",)
    first = reproduction_at(replied, replied.read_differently or 0, kept + 0.25)
    assert first is not None
    assert not first.rereadable, "only what comes later is touched"


def test_another_processor_is_the_reason(replied: Session) -> None:
    position = replied.conversation.sequence.prompt_length
    replied.messages[1].model = replace(replied.messages[1].model, device="Old processor")
    found = reproduction_at(replied, position, replied.steps[position].logprob - 1e-9)
    assert found is not None
    assert found.reasons == ("the processor is Test processor now and was Old processor",)


def test_the_badge_says_it_and_offers_what_helps(
    qtbot: QtBot, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    badge = ReproductionBadge()
    qtbot.addWidget(badge)
    assert badge.isHidden()
    position = replied.conversation.sequence.prompt_length + 2
    kept = replied.steps[position].logprob
    badge.show_reproduction(reproduction_at(replied, position, kept))
    assert (badge.text(), badge.property("badge")) == ("reproduced", "good")
    assert badge.focusPolicy() is Qt.FocusPolicy.NoFocus
    badge.show_reproduction(reproduction_at(replied, position, kept + 0.25))
    assert (badge.text(), badge.property("badge")) == ("differs by 0.250 nats", "warning")
    assert "Why is not known" in badge.toolTip()
    assert badge.accessibleDescription() == badge.toolTip()
    badge.show_reproduction(reproduction_at(replied, position, float(np.nextafter(kept, 0))))
    assert badge.text().startswith("differs by ")
    assert badge.text() != "differs by 0.000 nats"
    replied.read_differently = 0
    badge.show_reproduction(reproduction_at(replied, position, kept + 0.25))
    assert badge.focusPolicy() is Qt.FocusPolicy.TabFocus
    assert "A click reads all of it again" in badge.toolTip()
