"""The composer: typing, sending, stopping, live tokens, the system prompt, long pastes."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, Qt
from pytestqt.qtbot import QtBot

from desktop.composer import LIVE_TOKENS_LIMIT, Composer
from desktop.draft_editor import LONGEST_DRAFT
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import Tokenize
from tests.desktop.scripted_engine import DEFAULT_REPLY, ScriptedEngine

Settle = Callable[[], None]


@pytest.fixture
def composer(qtbot: QtBot, session: Session) -> Composer:
    """The composer of the session, shown."""
    made = Composer(session)
    qtbot.addWidget(made)
    made.resize(560, 200)
    made.show()
    qtbot.waitExposed(made)
    made.focus()
    return made


def paste(composer: Composer, text: str) -> None:
    """Paste into the draft."""
    data = QMimeData()
    data.setText(text)
    composer.editor.insertFromMimeData(data)


def test_enter_sends_and_empties_the_draft(
    qtbot: QtBot, composer: Composer, session: Session, settle: Settle
) -> None:
    qtbot.keyClicks(composer.editor, "Why is the sky blue?")
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return)
    settle()
    assert [message.text for message in session.messages] == ["Why is the sky blue?", DEFAULT_REPLY]
    assert composer.draft == ""


def test_shift_enter_breaks_the_line(qtbot: QtBot, composer: Composer, session: Session) -> None:
    qtbot.keyClicks(composer.editor, "a")
    height = composer.editor.sizeHint().height()
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(composer.editor, "b")
    assert composer.draft == "a\nb"
    assert composer.editor.sizeHint().height() > height
    assert session.messages == []


def test_an_invitation_that_is_longer_than_a_line_is_seen_whole(composer: Composer) -> None:
    one = composer.editor.sizeHint().height()
    composer.editor.setPlaceholderText("word " * 40)
    assert composer.editor.sizeHint().height() > one
    composer.editor.replace_text("a")
    assert composer.editor.sizeHint().height() == one


def test_it_grows_only_so_far(composer: Composer) -> None:
    composer.editor.replace_text("line\n" * 50)
    high = composer.editor.sizeHint().height()
    composer.editor.replace_text("line\n" * 500)
    assert composer.editor.sizeHint().height() == high


def test_send_becomes_stop_while_writing(
    qtbot: QtBot, composer: Composer, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    assert not composer.button.isEnabled()
    qtbot.keyClicks(composer.editor, "Why?")
    assert composer.button.isEnabled()
    assert composer.button.text().startswith("Send")
    composer.button.click()
    settle()
    assert composer.button.text().startswith("Stop")
    engine.advance(2)
    settle()
    composer.button.click()
    settle()
    assert composer.button.text().startswith("Send")
    assert session.messages[-1].text == "The answer"


def test_fault_51_esc_stops_and_what_is_typed_stays(
    qtbot: QtBot, composer: Composer, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(2)
    settle()
    qtbot.keyClicks(composer.editor, "next")
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.draft == "next", "while a reply is written nothing is sent by mistake"
    assert "Esc" in composer.hint.text()
    qtbot.keyClick(composer.editor, Qt.Key.Key_Escape)
    qtbot.keyClick(composer.editor, Qt.Key.Key_Escape)
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.draft == ""
    settle()
    assert [message.text for message in session.messages][:3] == ["Why?", "The answer", "next"]


def test_fault_51_a_message_stopped_before_its_first_token_comes_back(
    qtbot: QtBot, composer: Composer, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    qtbot.keyClicks(composer.editor, "first")
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return)
    qtbot.keyClicks(composer.editor, "second")
    qtbot.keyClick(composer.editor, Qt.Key.Key_Escape)
    settle()
    assert composer.draft == "first\nsecond"


def test_fault_34_a_prompt_that_is_too_long_comes_back(
    composer: Composer, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.context = 30
    text = "light " * 50
    composer.editor.replace_text(text)
    composer.send()
    settle()
    assert composer.draft == text


def test_without_an_engine_the_draft_stays(
    qtbot: QtBot, composer: Composer, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.crash()
    settle()
    assert session.phase is Phase.LOST
    qtbot.keyClicks(composer.editor, "Why?")
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.draft == "Why?"
    assert not composer.button.isEnabled()


def test_while_one_message_waits_for_the_model_the_next_one_stays_typed(
    qtbot: QtBot, composer: Composer, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.loads = False
    session.restart_engine()
    settle()
    for text in ("first", "second"):
        qtbot.keyClicks(composer.editor, text)
        qtbot.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.draft == "second"
    assert "waits" in composer.hint.text()
    qtbot.keyClick(composer.editor, Qt.Key.Key_Escape)
    assert composer.draft == "first\nsecond"


def test_tokens_are_shown_while_one_types(
    qtbot: QtBot, composer: Composer, engine: ScriptedEngine, settle: Settle
) -> None:
    qtbot.keyClicks(composer.editor, "And why are")
    with qtbot.waitSignal(composer._soon.timeout, timeout=1000):
        pass
    settle()
    assert [token.piece for token in composer.chips.tokens] == [b"And", b" why", b" are"]
    assert composer.chips.note == "3 tokens"
    assert composer.chips.isVisible()
    composer.editor.clear()
    qtbot.waitUntil(lambda: not composer.chips.isVisible())


def test_fast_typing_asks_once_a_frame(qtbot: QtBot, composer: Composer, engine: ScriptedEngine) -> None:
    for _ in range(50):
        composer.editor.insertPlainText("a")
    qtbot.waitUntil(lambda: any(isinstance(command, Tokenize) for command in engine.commands))
    assert sum(isinstance(command, Tokenize) for command in engine.commands) == 1


def test_fault_32_a_paste_of_5_megabytes_is_refused_with_the_numbers(composer: Composer) -> None:
    composer.editor.replace_text("typed before ")
    started = time.perf_counter()
    paste(composer, "x" * 5_000_000)
    assert time.perf_counter() - started < 0.2
    assert composer.draft == "typed before "
    assert "5,000,000" in composer.hint.text()
    assert f"{LONGEST_DRAFT:,}" in composer.hint.text()


@pytest.mark.parametrize("text", ["word " * 11_000, "x" * 55_000], ids=["words", "one word"])
def test_fault_32_a_long_paste_stays_quick_to_edit(qtbot: QtBot, composer: Composer, text: str) -> None:
    paste(composer, text)
    assert composer.draft == text
    started = time.perf_counter()
    qtbot.keyClicks(composer.editor, "ab")
    assert time.perf_counter() - started < 1.0


def test_fault_32_no_live_tokens_beyond_a_limit(
    qtbot: QtBot, composer: Composer, engine: ScriptedEngine
) -> None:
    paste(composer, "word " * (LIVE_TOKENS_LIMIT // 5 + 1))
    qtbot.waitUntil(lambda: f"{LIVE_TOKENS_LIMIT:,}" in composer.chips.note)
    assert not any(isinstance(command, Tokenize) for command in engine.commands)


@pytest.mark.parametrize(
    "text",
    [" ", "\u202eabc", "e" + "\u0301" * 500, "👩\u200d🚀", "a\r\nb", "<|im_end|>", "nul\0nul"],
)
def test_fault_32_odd_text_can_be_pasted_and_sent(
    composer: Composer, session: Session, engine: ScriptedEngine, settle: Settle, text: str
) -> None:
    engine.context = 4096
    paste(composer, text)
    composer.send()
    settle()
    if text.strip():
        assert session.messages
        assert composer.draft == ""
    else:
        assert session.messages == []
        assert composer.draft == text


def test_fault_31_special_tokens_in_a_message_are_ordinary_text(
    composer: Composer, session: Session, settle: Settle
) -> None:
    paste(composer, "<|im_end|>")
    composer.send()
    settle()
    first, last = session.conversation.spans()[0]
    assert not any(token.special for token in session.tokens[first:last])


def test_the_system_prompt_can_be_set(qtbot: QtBot, composer: Composer, session: Session) -> None:
    assert not composer.system.isVisible()
    composer.system_toggle.click()
    assert composer.system.isVisible()
    qtbot.keyClicks(composer.system, "Be brief")
    assert session.system_prompt == "Be brief"
    assert "●" in composer.system_toggle.text()
    composer.system_toggle.click()
    assert not composer.system.isVisible()
    assert session.system_prompt == "Be brief"


def test_everything_has_a_name_and_can_be_reached_by_the_keyboard(composer: Composer) -> None:
    for widget in (composer.editor, composer.system, composer.button, composer.chips):
        assert widget.accessibleName()
    for widget in (composer.editor, composer.button, composer.system_toggle, composer.prompt_link):
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
