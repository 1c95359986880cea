"""A message said otherwise in its place: typed, kept, sent, given up, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.archive import Archive
from desktop.draft_editor import LONGEST_DRAFT
from desktop.history.errors import HistoryError
from desktop.phase import Phase
from desktop.session import Session
from desktop.transcript.message_editor import MessageEditor
from desktop.transcript.tint import Tint
from desktop.transcript.view import Transcript
from desktop.window import Window
from inference.contract import Stop
from tests.desktop.scripted_engine import DEFAULT_REPLY, ScriptedEngine

Settle = Callable[[], None]
ASKED = "Why is the sky blue?"
BETTER = "Why is the answer blue?"

pytestmark = pytest.mark.qt_log_ignore("does not support")


@pytest.fixture
def transcript(qtbot: QtBot, session: Session) -> Transcript:
    """The transcript of the session, shown."""
    apply_theme(theme.DARK)
    return shown(qtbot, session)


def shown(qtbot: QtBot, session: Session) -> Transcript:
    made = Transcript(session, Tint(session, session))
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def begin(transcript: Transcript, index: int = 0) -> MessageEditor:
    """Edit a message."""
    QApplication.processEvents()
    transcript.edit(index)
    QApplication.processEvents()
    editor = transcript.editing.editor
    assert editor is not None
    return editor


def retype(qtbot: QtBot, editor: MessageEditor, text: str) -> None:
    """Type something else."""
    editor.editor.selectAll()
    qtbot.keyClick(editor.editor, Qt.Key.Key_Delete)
    qtbot.keyClicks(editor.editor, text)


def kept(session: Session, index: int = 0) -> str | None:
    """What is kept of what is typed in place of a message."""
    return session.archive.history.messages.edit_of(session.messages[index].id)


def said(session: Session) -> list[str]:
    return [message.text for message in session.messages]


def notes(transcript: Transcript) -> list[str]:
    QApplication.processEvents()
    return [item.note for item in transcript._items]


# ---------------------------------------------------------------- sending and cancelling


def test_an_edited_message_is_sent_on_a_branch_of_its_own(
    qtbot: QtBot, transcript: Transcript, replied: Session, settle: Settle
) -> None:
    editor = begin(transcript)
    assert editor.text == ASKED
    assert editor.editor.hasFocus()
    retype(qtbot, editor, BETTER)
    qtbot.keyClick(editor.editor, Qt.Key.Key_Return)
    settle()
    assert transcript.editing.editor is None
    assert said(replied) == [BETTER, DEFAULT_REPLY]
    assert transcript.hasFocus()
    first = replied.messages[0].variants[0]
    assert replied.archive.history.messages.edit_of(first) is None, "it was sent"
    transcript.choose_variant(0, -1)
    assert said(replied) == [ASKED, DEFAULT_REPLY], "nothing is lost"
    assert notes(transcript) == ["", ""]


def test_esc_and_cancel_leave_the_message_as_it_is(
    qtbot: QtBot, transcript: Transcript, replied: Session
) -> None:
    editor = begin(transcript)
    retype(qtbot, editor, BETTER)
    assert kept(replied) == BETTER
    qtbot.keyClick(editor.editor, Qt.Key.Key_Escape)
    assert transcript.editing.editor is None
    assert (said(replied)[0], kept(replied)) == (ASKED, None)
    editor = begin(transcript)
    assert editor.text == ASKED
    qtbot.keyClicks(editor.editor, " Hello")
    qtbot.mouseClick(editor.cancel, Qt.MouseButton.LeftButton)
    assert (transcript.editing.editor, kept(replied)) == (None, None)


def test_the_save_button_sends_and_what_did_not_change_is_not_sent(
    qtbot: QtBot, transcript: Transcript, replied: Session, settle: Settle
) -> None:
    editor = begin(transcript)
    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    assert transcript.editing.editor is None
    assert len(replied.messages[0].variants) == 1
    editor = begin(transcript)
    qtbot.keyClicks(editor.editor, " Hello")
    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    settle()
    assert said(replied) == [ASKED + " Hello", DEFAULT_REPLY]


def test_nothing_is_not_sent(qtbot: QtBot, transcript: Transcript, replied: Session) -> None:
    editor = begin(transcript)
    retype(qtbot, editor, "  ")
    assert editor.hint.text() == "There is nothing to send."
    assert not editor.save.isEnabled()
    qtbot.keyClick(editor.editor, Qt.Key.Key_Return)
    assert transcript.editing.editor is editor
    assert kept(replied) is None


def test_a_message_in_the_middle_says_what_becomes_of_the_rest(
    qtbot: QtBot, transcript: Transcript, replied: Session, settle: Settle
) -> None:
    replied.send("And red?")
    settle()
    editor = begin(transcript)
    assert editor.hint.text() == "What followed stays on a branch of its own."
    retype(qtbot, editor, BETTER)
    qtbot.keyClick(editor.editor, Qt.Key.Key_Return)
    settle()
    assert said(replied) == [BETTER, DEFAULT_REPLY]
    transcript.choose_variant(0, -1)
    assert said(replied) == [ASKED, DEFAULT_REPLY, "And red?", DEFAULT_REPLY]


# ---------------------------------------------------------------- what is typed is kept


def test_fault_54_what_was_typed_is_there_after_the_program_was_killed(
    qtbot: QtBot, transcript: Transcript, replied: Session
) -> None:
    editor = begin(transcript)
    retype(qtbot, editor, "Why is the ans")
    # Nothing is closed: another program opens what is there now.
    again = Session(ScriptedEngine, archive=Archive(replied.archive.opened))
    again.start()
    again.take_events()
    again.open_conversation(replied.conversation.id)
    other = shown(qtbot, again)
    assert notes(other)[0] == "What you typed in its place was not sent; Edit has it."
    opened = begin(other)
    assert opened.text == "Why is the ans"
    assert notes(other)[0] == "", "it is seen now"
    qtbot.keyClick(opened.editor, Qt.Key.Key_Escape)
    assert notes(other)[0] == ""
    again.close()
    again.deleteLater()


def test_another_message_can_be_edited_meanwhile(
    qtbot: QtBot, transcript: Transcript, replied: Session, settle: Settle
) -> None:
    replied.send("And red?")
    settle()
    retype(qtbot, begin(transcript), BETTER)
    second = begin(transcript, 2)
    assert second.text == "And red?"
    assert [one for one in transcript.findChildren(MessageEditor) if one.isVisible()] == [second]
    assert kept(replied) == BETTER
    assert begin(transcript).text == BETTER
    same = begin(transcript)
    assert same is transcript.editing.editor


def test_fault_52_an_editor_goes_with_its_conversation_and_what_was_typed_stays(
    qtbot: QtBot, transcript: Transcript, replied: Session
) -> None:
    number = replied.conversation.id
    retype(qtbot, begin(transcript), BETTER)
    replied.archive.delete(number)
    QApplication.processEvents()
    assert (transcript.editing.editor, replied.messages) == (None, [])
    replied.archive.restore(number)
    replied.open_conversation(number)
    assert begin(transcript).text == BETTER


def test_an_editor_stays_while_its_message_is_on_the_branch_that_is_shown(
    qtbot: QtBot, transcript: Transcript, replied: Session, settle: Settle
) -> None:
    replied.regenerate()
    settle()
    editor = begin(transcript)
    retype(qtbot, editor, BETTER)
    transcript.choose_variant(1, -1)
    QApplication.processEvents()
    assert transcript.editing.editor is editor
    assert editor.isVisible()


def test_what_was_typed_for_a_message_that_is_taken_back_goes_to_the_composer(
    qtbot: QtBot, transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    returned: list[str] = []
    transcript.text_returned.connect(returned.append)
    session.send("Why?")
    settle()
    retype(qtbot, begin(transcript), BETTER)
    session.stop()
    settle()
    QApplication.processEvents()
    assert (said(session), session.conversation.draft) == ([], "Why?")
    assert returned == [BETTER]
    assert transcript.editing.editor is None


def test_fault_46_what_cannot_be_kept_stays_where_it_is_typed(
    qtbot: QtBot, transcript: Transcript, replied: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> int:
        raise HistoryError("history-not-saved", "The disk is full.", "Free some space.")

    failures: list[object] = []
    replied.archive.failed.connect(failures.append)
    editor = begin(transcript)
    retype(qtbot, editor, BETTER)
    monkeypatch.setattr(replied.archive.history.messages, "say", refuse)
    qtbot.keyClick(editor.editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert [getattr(failure, "case", "") for failure in failures] == ["history-not-saved"]
    assert transcript.editing.editor is editor
    assert editor.text == BETTER
    assert said(replied) == [ASKED, DEFAULT_REPLY]


# ---------------------------------------------------------------- what stands in the way


def test_while_the_engine_is_lost_or_loads_it_is_said_why_it_has_to_wait(
    qtbot: QtBot, transcript: Transcript, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    editor = begin(transcript)
    retype(qtbot, editor, BETTER)
    engine.crash()
    settle()
    assert replied.phase is Phase.LOST
    assert "restart it to send this" in editor.hint.text()
    assert editor.editor.accessibleDescription() == editor.hint.text()
    assert not editor.save.isEnabled()
    qtbot.keyClick(editor.editor, Qt.Key.Key_Return)
    assert transcript.editing.editor is editor
    engine.loads = False
    replied.restart_engine()
    settle()
    assert "is being loaded" in editor.hint.text()
    qtbot.keyClick(editor.editor, Qt.Key.Key_Return)
    assert said(replied)[0] == ASKED
    engine.load()
    settle()
    assert editor.save.isEnabled()
    assert transcript.editing.editor is editor
    qtbot.keyClick(editor.editor, Qt.Key.Key_Return)
    settle()
    assert said(replied) == [BETTER, DEFAULT_REPLY]


def test_a_paste_that_is_too_long_is_refused(qtbot: QtBot, transcript: Transcript, replied: Session) -> None:
    editor = begin(transcript)
    paste = QMimeData()
    paste.setText("a" * (LONGEST_DRAFT + 1))
    editor.editor.insertFromMimeData(paste)
    assert f"{LONGEST_DRAFT:,}" in editor.hint.text()
    assert editor.text == ASKED
    qtbot.keyClicks(editor.editor, "a")
    assert f"{LONGEST_DRAFT:,}" not in editor.hint.text()


def test_an_earlier_message_can_be_edited_while_a_reply_is_written(
    qtbot: QtBot, transcript: Transcript, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    replied.send("And red?")
    engine.advance(2)
    settle()
    editor = begin(transcript)
    retype(qtbot, editor, BETTER)
    qtbot.keyClick(editor.editor, Qt.Key.Key_Return)
    engine.advance(99)
    settle()
    assert said(replied) == [BETTER, DEFAULT_REPLY]
    transcript.choose_variant(0, -1)
    assert said(replied) == [ASKED, DEFAULT_REPLY, "And red?", "The answer"], "what was written is kept"


def test_a_question_can_be_edited_before_the_first_token_of_its_reply(
    qtbot: QtBot, transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    settle()
    editor = begin(transcript)
    retype(qtbot, editor, BETTER)
    qtbot.keyClick(editor.editor, Qt.Key.Key_Return)
    engine.advance(99)
    settle()
    assert said(session) == [BETTER, DEFAULT_REPLY]
    assert session.conversation.draft == ""
    assert len(session.messages[0].variants) == 2


def test_fault_51_esc_in_the_editor_is_no_stop(
    qtbot: QtBot, window: Window, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(2)
    settle()
    editor = begin(window.chat.transcript)
    qtbot.keyClick(editor.editor, Qt.Key.Key_Escape)
    assert window.chat.transcript.editing.editor is None
    assert not any(isinstance(command, Stop) for command in engine.commands)
    qtbot.keyClick(window.chat.transcript, Qt.Key.Key_Escape)
    assert any(isinstance(command, Stop) for command in engine.commands)


def test_ctrl_enter_in_the_editor_saves_and_esc_on_its_buttons_cancels(
    qtbot: QtBot, window: Window, replied: Session, settle: Settle
) -> None:
    editor = begin(window.chat.transcript)
    qtbot.keyClicks(editor.editor, " Hello")
    qtbot.keyClick(editor.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert said(replied) == [ASKED + " Hello", DEFAULT_REPLY]
    assert len(replied.messages[1].variants) == 1, "the reply was not written anew as well"
    editor = begin(window.chat.transcript)
    editor.cancel.setFocus()
    qtbot.keyClick(editor.cancel, Qt.Key.Key_Escape)
    assert window.chat.transcript.editing.editor is None


def test_fault_32_other_line_ends_are_no_change(
    qtbot: QtBot, transcript: Transcript, session: Session, settle: Settle
) -> None:
    session.send("one\r\ntwo")
    settle()
    editor = begin(transcript)
    assert editor.text == "one\ntwo"
    qtbot.keyClick(editor.editor, Qt.Key.Key_Return)
    settle()
    assert transcript.editing.editor is None
    assert [len(message.variants) for message in session.messages] == [1, 1]


# ---------------------------------------------------------------- where it is


def editor_room(transcript: Transcript) -> QRect:
    QApplication.processEvents()
    editor = transcript.editing.editor
    assert editor is not None
    return editor.geometry()


def test_it_lies_over_the_message_and_pushes_what_follows(
    qtbot: QtBot, transcript: Transcript, replied: Session
) -> None:
    editor = begin(transcript)
    question, reply = transcript._items
    left, width = transcript._column()
    room = editor_room(transcript)
    assert (
        room.topLeft()
        == QRect(round(left), round(transcript._below_edge(question) + question.body_top), 1, 1).topLeft()
    )
    assert room.width() == round(width)
    assert transcript._below_edge(reply) > room.bottom()
    for _ in range(3):
        qtbot.keyClick(editor.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    grown = editor_room(transcript)
    assert grown.height() > room.height()
    assert transcript._below_edge(reply) > grown.bottom()
    transcript.resize(420, 400)
    assert editor_room(transcript).width() == round(transcript._column()[1])


def test_it_follows_the_scroll_position_and_comes_back_when_one_types(
    qtbot: QtBot, transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.context = 8192
    for _ in range(8):
        session.send(ASKED)
        settle()
    editor = begin(transcript, 6)
    bar = transcript.verticalScrollBar()
    before = editor_room(transcript).top()
    assert 0 <= before < transcript.viewport().height()
    bar.setValue(bar.value() - 30)
    assert editor_room(transcript).top() == before + 30
    bar.setValue(0)
    assert editor_room(transcript).top() > transcript.viewport().height()
    qtbot.keyClicks(editor.editor, "x")
    assert transcript.viewport().rect().contains(editor_room(transcript).topLeft())


def test_everything_in_it_has_a_name_and_is_reached_by_tab(
    qtbot: QtBot, transcript: Transcript, replied: Session
) -> None:
    editor = begin(transcript)
    widgets = [editor.editor, *editor.findChildren(QPushButton)]
    assert [widget.accessibleName() for widget in widgets] == [
        "Message, edited",
        "Cancel",
        "Send the edited message",
    ]
    assert [label.text() for label in editor.findChildren(QLabel)] == [
        "What followed stays on a branch of its own."
    ]
    qtbot.keyClicks(editor.editor, " one")
    for widget in widgets[1:]:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert widget.hasFocus()


@pytest.mark.parametrize("palette", theme.PALETTES, ids=lambda palette: palette.name)
def test_it_is_painted_in_every_theme(
    transcript: Transcript, replied: Session, palette: theme.Palette
) -> None:
    apply_theme(palette)
    QApplication.processEvents()
    closed = transcript.grab().toImage()
    begin(transcript)
    assert transcript.grab().toImage() != closed
    apply_theme(theme.DARK)
