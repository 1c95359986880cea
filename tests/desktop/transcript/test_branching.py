"""Variants and actions in the transcript: offered beside messages, in the menu, by keys, and done where one looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolTip
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.conversation import ChatMessage, ReplyFacts
from desktop.draft_editor import LONGEST_DRAFT
from desktop.session import Session
from desktop.transcript.actions import Action, actions_of
from desktop.transcript.flash import LASTING_MS, LEVELS
from desktop.transcript.heading import Heading
from desktop.transcript.message import MessageItem
from desktop.transcript.tint import Tint
from desktop.transcript.view import Transcript
from tests.desktop.scripted_engine import DEFAULT_REPLY, ScriptedEngine

Settle = Callable[[], None]
ALT = Qt.KeyboardModifier.AltModifier
OTHER_REPLY = "The sky is blue because light is scattered."

pytestmark = pytest.mark.qt_log_ignore("does not support")


@pytest.fixture
def transcript(qtbot: QtBot, session: Session) -> Transcript:
    """The transcript of the session, shown."""
    apply_theme(theme.DARK)
    made = Transcript(session, Tint(session, session))
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def varied(replied: Session, engine: ScriptedEngine, settle: Settle) -> Session:
    """A session with two replies to its only question, the later one shown."""
    engine.replies.clear()
    engine.replies.append(OTHER_REPLY)
    replied.regenerate()
    settle()
    return replied


def items(transcript: Transcript) -> list[MessageItem]:
    """The messages as laid out now."""
    QApplication.processEvents()
    return transcript._items


def place(transcript: Transcript, index: int, action: Action) -> QPoint:
    """Where an action of a message is, in the viewport, with the pointer over the message."""
    item = items(transcript)[index]
    left, width = transcript._column()
    body = QPointF(left + 1.0, transcript._below_edge(item) + item.body_top + 4.0)
    QApplication.sendEvent(transcript.viewport(), moved(body, transcript))
    room = item.heading.rooms(width)[action]
    return (room.center() + QPointF(left, transcript._below_edge(item))).toPoint()


def moved(to: QPointF, transcript: Transcript) -> QMouseEvent:
    """The mouse moves to a point of the viewport."""
    nothing = Qt.MouseButton.NoButton
    at = transcript.viewport().mapToGlobal(to)
    return QMouseEvent(QEvent.Type.MouseMove, to, at, nothing, nothing, Qt.KeyboardModifier.NoModifier)


def click(qtbot: QtBot, transcript: Transcript, index: int, action: Action) -> None:
    """Click what is offered beside a message."""
    qtbot.mouseClick(transcript.viewport(), Qt.MouseButton.LeftButton, pos=place(transcript, index, action))


def said(session: Session) -> list[str]:
    return [message.text for message in session.messages]


def menu_of(transcript: Transcript) -> dict[str, QAction]:
    """The menu that the keyboard opens, by what is written in it."""
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(50, 50), QPoint(50, 50))
    QApplication.sendEvent(transcript.viewport(), event)
    menu = transcript.findChildren(QMenu)[-1]
    return {action.text(): action for action in menu.actions()}


def close_menus(transcript: Transcript) -> None:
    for menu in transcript.findChildren(QMenu):
        menu.close()


def long_talk(session: Session, engine: ScriptedEngine, settle: Settle, turns: int = 8) -> None:
    """A conversation that is higher than the view."""
    engine.context = 8192
    for _ in range(turns):
        session.send("Why is the sky blue?")
        settle()


# ---------------------------------------------------------------- variants


def test_a_message_with_variants_says_which_it_is(transcript: Transcript, varied: Session) -> None:
    question, reply = items(transcript)
    assert question.heading.rooms(500) == {}
    assert reply.heading._count_text == "2/2"
    assert set(reply.heading.rooms(500)) == {Action.EARLIER}, "there is none after the last"
    assert transcript.accessibleDescription() == f"Variant 2 of 2. {OTHER_REPLY}"


def test_a_click_on_a_sign_shows_another_variant(
    qtbot: QtBot, transcript: Transcript, varied: Session, settle: Settle
) -> None:
    click(qtbot, transcript, 1, Action.EARLIER)
    assert said(varied) == ["Why is the sky blue?", DEFAULT_REPLY]
    reply = items(transcript)[1]
    assert reply.heading._count_text == "1/2"
    assert reply.text == DEFAULT_REPLY
    assert set(reply.heading.rooms(500)) >= {Action.LATER}
    at = QPointF(place(transcript, 1, Action.LATER))
    QApplication.sendEvent(transcript.viewport(), moved(at, transcript))
    assert transcript.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    click(qtbot, transcript, 1, Action.LATER)
    assert said(varied)[1] == OTHER_REPLY


def test_a_sign_under_the_pointer_lights_up(transcript: Transcript, varied: Session) -> None:
    at = place(transcript, 1, Action.EARLIER)
    before = transcript.viewport().grab().toImage()
    QApplication.sendEvent(transcript.viewport(), moved(QPointF(at), transcript))
    assert transcript.viewport().grab().toImage() != before
    event = QHelpEvent(QHelpEvent.Type.ToolTip, at, transcript.viewport().mapToGlobal(at))
    QApplication.sendEvent(transcript.viewport(), event)
    assert QToolTip.text() == "Show the variant before this one (Alt+↑)"
    QToolTip.hideText()


def test_alt_and_arrows_go_through_the_variants_of_the_message_at_the_cursor(
    qtbot: QtBot, transcript: Transcript, varied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    varied.send("And why are sunsets red?")
    settle()
    varied.move_cursor(varied.conversation.spans()[1][0] + 2)
    qtbot.keyClick(transcript, Qt.Key.Key_Up, ALT)
    assert said(varied) == ["Why is the sky blue?", DEFAULT_REPLY], "it was left before anything followed"
    for _ in range(2):
        qtbot.keyClick(transcript, Qt.Key.Key_Down, ALT)
        # The cursor stays in that message, so that the same keys mean it again.
        assert transcript.current == 1
        assert said(varied) == ["Why is the sky blue?", OTHER_REPLY, "And why are sunsets red?", OTHER_REPLY]
    qtbot.keyClick(transcript, Qt.Key.Key_Up, ALT)
    assert said(varied)[1] == DEFAULT_REPLY
    QApplication.processEvents()
    assert transcript.accessibleDescription() == f"Variant 1 of 2. {DEFAULT_REPLY}"


def test_the_message_stays_where_it_is_when_its_variant_changes(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    long_talk(session, engine, settle)
    session.regenerate(9)
    settle()
    items(transcript)
    for delta in (-1, 1):
        transcript._bring(transcript._items[9], 100.0)
        below, before = transcript._below_edge(transcript._items[9]), transcript._items[:9]
        assert transcript.choose_variant(9, delta)
        now = items(transcript)
        # With nothing behind it, it cannot be scrolled as far up.
        bar = transcript.verticalScrollBar()
        assert transcript._below_edge(now[9]) == pytest.approx(below, abs=1.0) or bar.value() == bar.maximum()
        assert now[:9] == before, "what is the same is not laid out again"
        assert len(session.messages) == (16 if delta < 0 else 10)


def test_fault_52_another_variant_while_a_reply_is_written_keeps_what_is_there(
    qtbot: QtBot, transcript: Transcript, varied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    varied.regenerate()
    engine.advance(3)
    settle()
    partial = items(transcript)[1].text
    assert partial
    qtbot.keyClick(transcript, Qt.Key.Key_Up, ALT)
    settle()
    assert said(varied)[1] == OTHER_REPLY
    qtbot.keyClick(transcript, Qt.Key.Key_Down, ALT)
    settle()
    assert said(varied)[1] == partial
    assert items(transcript)[1].message.facts == ReplyFacts(3, 100.0, pytest.approx(1.0, abs=10), "stopped")


def test_fault_33_a_variant_that_was_stopped_inside_a_character_is_shown_as_it_was(
    qtbot: QtBot, transcript: Transcript, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.replies.clear()
    engine.replies.append("🎉 one")
    engine.automatic = False
    replied.regenerate()
    engine.advance(2)
    settle()
    assert items(transcript)[1].text == "", "half a character does not flash up"
    qtbot.keyClick(transcript, Qt.Key.Key_Up, ALT)
    settle()
    assert items(transcript)[1].text == DEFAULT_REPLY
    qtbot.keyClick(transcript, Qt.Key.Key_Down, ALT)
    settle()
    assert len(items(transcript)[1].message.ids or ()) == 2


# ---------------------------------------------------------------- actions


def test_any_reply_can_be_regenerated(
    qtbot: QtBot, transcript: Transcript, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    replied.send("And why are sunsets red?")
    settle()
    engine.replies.clear()
    engine.replies.append(OTHER_REPLY)
    click(qtbot, transcript, 1, Action.REGENERATE)
    settle()
    assert said(replied) == ["Why is the sky blue?", OTHER_REPLY]
    assert [len(message.variants) for message in replied.messages] == [1, 2]


def test_a_reply_that_nothing_was_written_to_can_be_regenerated(
    qtbot: QtBot, transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    settle()
    click(qtbot, transcript, 1, Action.REGENERATE)
    engine.advance(99)
    settle()
    assert said(session) == ["Why?", DEFAULT_REPLY]


def test_a_reply_that_was_stopped_can_be_continued(
    qtbot: QtBot, transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(3)
    settle()
    session.stop()
    settle()
    assert said(session)[1] == "The answer is"
    click(qtbot, transcript, 1, Action.CONTINUE)
    engine.advance(99)
    settle()
    assert said(session)[1].startswith("The answer is")
    assert session.messages[1].facts is not None
    assert session.messages[1].facts.reason == "end"
    assert len(session.messages[1].variants) == 2
    items(transcript)
    assert Action.CONTINUE not in actions_of(session, 1), "it ended by itself"


def test_what_the_last_message_waits_for_is_offered_without_the_pointer(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(3)
    settle()
    assert items(transcript)[1].heading.offered == ()
    session.stop()
    settle()
    assert [item.heading.offered for item in items(transcript)] == [(), (Action.CONTINUE,)]
    place(transcript, 1, Action.REGENERATE)
    assert items(transcript)[1].heading.offered == (Action.COPY, Action.REGENERATE, Action.CONTINUE)
    QApplication.sendEvent(transcript, QEvent(QEvent.Type.Leave))
    assert items(transcript)[1].heading.offered == (Action.CONTINUE,)
    session.send("And now?")
    engine.advance(99)
    settle()
    assert [item.heading.offered for item in items(transcript)] == [()] * 4, "it is not the last one any more"


def test_a_reply_without_room_for_more_is_not_to_be_continued(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.context = 40
    engine.replies.clear()
    engine.replies.append("The sky is blue because light is scattered " * 9)
    session.send("Why?")
    settle()
    assert session.messages[1].facts is not None
    assert session.messages[1].facts.reason == "context"
    assert Action.CONTINUE not in actions_of(session, 1)


def test_a_question_without_a_reply_can_be_answered(
    qtbot: QtBot, transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    settle()
    assert session.edit(0, "Why not?")
    engine.advance(99)
    settle()
    transcript.choose_variant(0, -1)
    assert said(session) == ["Why?"], "nothing was written to it"
    items(transcript)
    assert actions_of(session, 0) == (Action.COPY, Action.EDIT, Action.ANSWER, Action.LATER)
    click(qtbot, transcript, 0, Action.ANSWER)
    engine.advance(99)
    settle()
    assert said(session) == ["Why?", DEFAULT_REPLY]


def test_what_is_possible_depends_on_the_message_and_on_the_model(
    transcript: Transcript, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    replied.send("And now?")
    settle()
    assert actions_of(replied, 0) == (Action.COPY, Action.EDIT)
    assert actions_of(replied, 1) == (Action.COPY, Action.REGENERATE)
    engine.crash()
    settle()
    assert actions_of(replied, 0) == (Action.COPY, Action.EDIT), (
        "one can type, and is told that it has to wait"
    )
    assert actions_of(replied, 3) == (Action.COPY,)


def test_a_reply_of_another_model_is_not_to_be_continued(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(3)
    settle()
    session.stop()
    engine.folder = "another"
    session.open_model("another.gguf")
    settle()
    assert actions_of(session, 1) == (Action.COPY, Action.REGENERATE)


@pytest.mark.parametrize("width", [80, 150, 220, 300, 600])
def test_nothing_in_a_heading_lies_over_something_else(session: Session, width: int) -> None:
    facts = ReplyFacts(46, 92.0, 3.1, "stopped")
    message = ChatMessage("assistant", "The", facts=facts, id=7, variants=tuple(range(1, 13)))
    heading = Heading(message, "A model with quite a long name")
    heading.offered = (Action.COPY, Action.REGENERATE, Action.CONTINUE)
    rooms = list(heading.rooms(float(width)).items())
    for index, (action, room) in enumerate(rooms):
        assert room.left() >= heading._name_width(width)
        assert all(not room.intersects(other) for _, other in rooms[:index])
        assert room.right() <= width or action in (Action.EARLIER, Action.LATER)
    assert (Action.COPY in dict(rooms)) is (width == 600)


# ---------------------------------------------------------------- menu


def test_the_menu_offers_everything_for_the_message_at_the_cursor(
    transcript: Transcript, varied: Session
) -> None:
    items(transcript)
    varied.move_cursor(varied.conversation.spans()[0][0])
    entries = menu_of(transcript)
    assert list(entries) == ["Copy selection", "Copy message", "Edit message"]
    entries["Copy message"].trigger()
    assert QApplication.clipboard().text() == "Why is the sky blue?"
    close_menus(transcript)
    varied.move_cursor(varied.conversation.spans()[1][0])
    entries = menu_of(transcript)
    assert list(entries) == [
        "Copy selection",
        "Copy message",
        "Regenerate reply",
        "Earlier variant",
        "Later variant",
    ]
    assert not entries["Later variant"].isEnabled()
    entries["Earlier variant"].trigger()
    assert said(varied)[1] == DEFAULT_REPLY
    close_menus(transcript)


def test_shift_f10_opens_the_menu(qtbot: QtBot, transcript: Transcript, replied: Session) -> None:
    qtbot.keyClick(transcript, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    (menu,) = transcript.findChildren(QMenu)
    assert "Regenerate reply" in [action.text() for action in menu.actions()]
    menu.close()


def test_the_menu_of_the_mouse_is_that_of_the_message_under_it(
    transcript: Transcript, replied: Session
) -> None:
    question = items(transcript)[0]
    at = QPoint(100, round(transcript._below_edge(question) + question.body_top + 5))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, transcript.viewport().mapToGlobal(at))
    QApplication.sendEvent(transcript.viewport(), event)
    (menu,) = transcript.findChildren(QMenu)
    assert "Edit message" in [action.text() for action in menu.actions()]
    menu.close()


def test_a_menu_that_outlives_its_message_does_nothing(transcript: Transcript, varied: Session) -> None:
    items(transcript)
    entries = menu_of(transcript)
    varied.new_conversation()
    entries["Earlier variant"].trigger()
    entries["Regenerate reply"].trigger()
    assert varied.messages == []
    close_menus(transcript)


def test_an_empty_transcript_has_a_menu(transcript: Transcript, session: Session) -> None:
    assert list(menu_of(transcript)) == ["Copy selection"]
    close_menus(transcript)


def test_fault_37_a_message_that_no_field_holds_is_not_edited(
    transcript: Transcript, session: Session, settle: Settle
) -> None:
    history = session.archive.history
    number = history.conversations.create()
    history.messages.say(number, None, "*a" * LONGEST_DRAFT)
    session.open_conversation(number)
    items(transcript)
    entries = menu_of(transcript)
    assert not entries["Edit message"].isEnabled()
    assert "It has 120,000 characters" in entries["Edit message"].toolTip()
    close_menus(transcript)


# ---------------------------------------------------------------- a message that is asked for


def test_a_message_that_is_asked_for_is_brought_into_view_and_pointed_out(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    long_talk(session, engine, settle)
    items(transcript)
    wanted = session.messages[2].id
    assert session.look_at(wanted)
    item = items(transcript)[2]
    assert 0 <= transcript._below_edge(item) < transcript.viewport().height() / 2
    flash = transcript._flash
    assert (flash.message, flash.currentValue()) == (wanted, LEVELS)
    lit = transcript.viewport().grab().toImage()
    flash.setCurrentTime(LASTING_MS)
    assert (flash.message, flash.state()) == (-1, flash.State.Stopped), "nothing is left running"
    assert transcript.viewport().grab().toImage() != lit
    assert session.cursor == session.conversation.spans()[2][0]


def test_a_message_on_another_branch_is_asked_for_with_its_branch(
    transcript: Transcript, varied: Session, settle: Settle
) -> None:
    earlier = varied.messages[1].variants[0]
    varied.new_conversation()
    assert varied.open_conversation(1, earlier)
    items(transcript)
    assert said(varied) == ["Why is the sky blue?", DEFAULT_REPLY]
    assert transcript._flash.message == earlier


def test_a_message_in_view_is_pointed_out_where_it_is(transcript: Transcript, replied: Session) -> None:
    before = [transcript._below_edge(item) for item in items(transcript)]
    replied.look_at(replied.messages[1].id)
    assert [transcript._below_edge(item) for item in items(transcript)] == before


def test_what_is_asked_for_while_nobody_looks_is_shown_later_and_hiding_ends_it(
    transcript: Transcript, replied: Session
) -> None:
    items(transcript)
    transcript.hide()
    replied.look_at(replied.messages[0].id)
    assert transcript._flash.message == -1
    transcript.show()
    assert transcript._flash.message == replied.messages[0].id
    transcript.hide()
    assert transcript._flash.state() is transcript._flash.State.Stopped


def test_a_message_that_is_nowhere_is_not_asked_for(transcript: Transcript, replied: Session) -> None:
    failures: list[object] = []
    replied.archive.failed.connect(failures.append)
    assert not replied.look_at(99)
    assert len(failures) == 1
    assert said(replied)[1] == DEFAULT_REPLY


def test_fault_58_in_ten_thousand_messages_one_is_found_and_few_are_laid_out(
    transcript: Transcript, session: Session
) -> None:
    history = session.archive.history
    number, leaf = history.conversations.create(), None
    numbers = [leaf := history.messages.say(number, leaf, f"question {turn}") for turn in range(10_000)]
    assert session.open_conversation(number, numbers[5_000])
    found = items(transcript)[5_000]
    assert 0 <= transcript._below_edge(found) < transcript.viewport().height() / 2
    assert sum(item.laid_out for item in transcript._items) < 40
