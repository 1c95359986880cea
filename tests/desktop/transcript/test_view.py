"""The transcript as a widget: what it shows, clicks, selections, keys, scrolling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolTip
from pytestqt.qtbot import QtBot

from desktop import colour_maps, theme
from desktop.application import apply_theme
from desktop.session import Session
from desktop.transcript.bodies import Reading
from desktop.transcript.facts import facts_text
from desktop.transcript.markdown import MarkdownBody
from desktop.transcript.message import MessageItem
from desktop.transcript.tint import Tint, TintMode
from desktop.transcript.view import Transcript
from inference.contract import Progress
from tests.desktop.scripted_engine import DEFAULT_REPLY, PROBABILITIES, ScriptedEngine

Settle = Callable[[], None]
ANOTHER_REPLY = "Another light that is blue and that is written quite differently from before."
MARKDOWN = "The light is **scattered**:\n\n- blue\n- red"


@pytest.fixture
def transcript(qtbot: QtBot, session: Session) -> Transcript:
    """The transcript of the session, shown."""
    apply_theme(theme.DARK)
    tint = Tint(session, session)
    made = Transcript(session, tint)
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def items(transcript: Transcript) -> list[MessageItem]:
    """The messages as laid out now."""
    QApplication.processEvents()
    return transcript._items


def point_of(transcript: Transcript, position: int) -> QPoint:
    """The middle of a token, in the viewport."""
    for item in items(transcript):
        for rectangle in item.body.placed.rectangles_of(position):
            left, _ = transcript._column()
            offset = QPointF(left, item.top + item.body_top - transcript.verticalScrollBar().value())
            return (rectangle.center() + offset).toPoint()
    raise AssertionError(f"token {position} is not in the transcript")


def texts(transcript: Transcript) -> list[str]:
    """What the messages show."""
    return [item.body.text_between(0, item.body.length) for item in items(transcript)]


def test_messages_are_shown_with_their_names_and_figures(transcript: Transcript, replied: Session) -> None:
    assert texts(transcript) == ["Why is the sky blue?", DEFAULT_REPLY]
    assert [item.name for item in items(transcript)] == ["You", "Scripted-4x3"]
    facts = items(transcript)[1].message.facts
    assert facts is not None
    assert facts_text(facts) == "10 tokens · 100 tok/s · perplexity 2.0"
    # Its engine ended, alone or with the whole program.
    assert facts_text(replace(facts, reason="lost")).startswith("interrupted · 10 tokens")


def test_a_reply_grows_while_it_is_written(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    settle()
    assert texts(transcript) == ["Why?", ""]
    assert items(transcript)[1].note.startswith("Reading the prompt")
    engine.advance(2)
    settle()
    assert texts(transcript)[1] == "The answer"
    assert items(transcript)[1].note == ""
    engine.advance(1)
    settle()
    assert texts(transcript)[1] == "The answer is"


def test_a_reply_written_anew_shows_nothing_of_the_one_before(
    transcript: Transcript, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    assert texts(transcript)[1] == DEFAULT_REPLY
    engine.automatic = False
    engine.replies.clear()
    engine.replies.append(ANOTHER_REPLY)
    replied.regenerate()
    texts(transcript)  # laid out while the old sequence is still there
    engine.advance(3)
    settle()
    shown = texts(transcript)[1]
    assert shown
    assert ANOTHER_REPLY.startswith(shown)
    engine.advance(100)
    settle()
    assert texts(transcript)[1] == ANOTHER_REPLY


def test_the_prefill_says_how_far_it_is(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.post(Progress("prefill", 128, 512))
    settle()
    assert items(transcript)[1].note == "Reading the prompt: 128 of 512 tokens"


def test_fault_33_half_a_character_is_not_shown_while_writing(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.replies.clear()
    engine.replies.append("🎉 one")
    engine.automatic = False
    session.send("Why?")
    for _ in range(3):
        engine.advance(1)
        settle()
        assert texts(transcript)[1] == ""
    engine.advance(1)
    settle()
    assert texts(transcript)[1] == "🎉"


def test_markdown_is_rendered_when_the_reply_is_complete(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.replies.clear()
    engine.replies.append(MARKDOWN)
    engine.automatic = False
    session.send("Why?")
    engine.advance(8)
    settle()
    assert not isinstance(items(transcript)[1].body, MarkdownBody)
    engine.advance(99)
    settle()
    assert isinstance(items(transcript)[1].body, MarkdownBody)
    transcript.choose_reading(Reading.EXACT)
    assert not isinstance(items(transcript)[1].body, MarkdownBody)
    assert texts(transcript)[1] == MARKDOWN


def test_a_click_on_a_token_moves_the_cursor(qtbot: QtBot, transcript: Transcript, replied: Session) -> None:
    position = replied.conversation.spans()[1][0] + 2
    qtbot.mouseClick(transcript.viewport(), Qt.MouseButton.LeftButton, pos=point_of(transcript, position))
    assert replied.cursor == position
    assert not replied.following


def test_tokens_of_rendered_markdown_can_be_clicked(
    qtbot: QtBot, transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.replies.clear()
    engine.replies.append(MARKDOWN)
    session.send("Why?")
    settle()
    start = session.conversation.spans()[1][0]
    position = next(at for at in range(start, len(session.tokens)) if session.tokens[at].piece == b"red")
    qtbot.mouseClick(transcript.viewport(), Qt.MouseButton.LeftButton, pos=point_of(transcript, position))
    assert session.cursor == position


def test_a_click_beside_the_text_moves_nothing(
    qtbot: QtBot, transcript: Transcript, replied: Session
) -> None:
    before = replied.cursor
    items(transcript)
    qtbot.mouseClick(transcript.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(590, 390))
    assert replied.cursor == before
    assert replied.following


def test_dragging_selects_and_copies(qtbot: QtBot, transcript: Transcript, replied: Session) -> None:
    first, _ = replied.conversation.spans()[1]
    start, stop = point_of(transcript, first), point_of(transcript, first + 3)
    before = replied.cursor
    qtbot.mousePress(transcript.viewport(), Qt.MouseButton.LeftButton, pos=start - QPoint(60, 0))
    qtbot.mouseMove(transcript.viewport(), pos=stop)
    qtbot.mouseMove(transcript.viewport(), pos=stop + QPoint(60, 0))
    qtbot.mouseRelease(transcript.viewport(), Qt.MouseButton.LeftButton, pos=stop + QPoint(60, 0))
    assert replied.cursor == before
    transcript.copy()
    copied = QApplication.clipboard().text()
    assert copied.startswith("The answer is:")


def test_without_a_selection_the_message_at_the_cursor_is_copied(
    qtbot: QtBot, transcript: Transcript, replied: Session
) -> None:
    items(transcript)
    replied.move_cursor(replied.conversation.spans()[0][0])
    qtbot.keyClick(transcript, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Why is the sky blue?"


def test_select_all_takes_the_whole_message(qtbot: QtBot, transcript: Transcript, replied: Session) -> None:
    items(transcript)
    qtbot.keyClick(transcript, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(transcript, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == DEFAULT_REPLY


def test_a_double_click_selects_a_word(qtbot: QtBot, transcript: Transcript, replied: Session) -> None:
    position = replied.conversation.spans()[1][0] + 1
    place = point_of(transcript, position)
    qtbot.mouseDClick(transcript.viewport(), Qt.MouseButton.LeftButton, pos=place)
    transcript.copy()
    assert QApplication.clipboard().text() == " answer"


def test_arrows_step_over_the_tokens(qtbot: QtBot, transcript: Transcript, replied: Session) -> None:
    before = replied.cursor
    qtbot.keyClick(transcript, Qt.Key.Key_Left)
    qtbot.keyClick(transcript, Qt.Key.Key_Left)
    qtbot.keyClick(transcript, Qt.Key.Key_Right)
    assert replied.cursor == before - 1


def test_copy_and_regenerate_are_offered_beside_a_message(
    qtbot: QtBot, transcript: Transcript, replied: Session
) -> None:
    item = items(transcript)[1]
    left, _ = transcript._column()
    offset = QPointF(left, item.top - transcript.verticalScrollBar().value())
    assert item.heading.rooms(item._width) == {}, "nothing is offered until the pointer is there"
    qtbot.mouseMove(transcript.viewport(), pos=point_of(transcript, replied.cursor))
    rooms = {
        action.label: (room.center() + offset).toPoint()
        for action, room in item.heading.rooms(item._width).items()
    }
    assert set(rooms) == {"Copy", "Regenerate"}
    qtbot.mouseClick(transcript.viewport(), Qt.MouseButton.LeftButton, pos=rooms["Copy"])
    assert QApplication.clipboard().text() == DEFAULT_REPLY
    qtbot.mouseClick(transcript.viewport(), Qt.MouseButton.LeftButton, pos=rooms["Regenerate"])
    assert replied.messages[1].writing


@pytest.mark.qt_log_ignore("does not support")
def test_the_menu_offers_the_same_for_the_keyboard(
    qtbot: QtBot, transcript: Transcript, replied: Session
) -> None:
    items(transcript)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(50, 50), QPoint(50, 50))
    QApplication.sendEvent(transcript.viewport(), event)
    menu = transcript.findChild(QMenu)
    assert menu is not None
    assert [action.text() for action in menu.actions()] == [
        "Copy selection",
        "Copy message",
        "Regenerate reply",
    ]
    menu.close()


@pytest.mark.qt_log_ignore("does not support")
def test_a_tooltip_has_the_figures_of_a_token(qtbot: QtBot, transcript: Transcript, replied: Session) -> None:
    position = replied.conversation.spans()[1][0]
    place = point_of(transcript, position)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, transcript.viewport().mapToGlobal(place))
    QApplication.sendEvent(transcript.viewport(), event)
    percent = 100 * PROBABILITIES[position % len(PROBABILITIES)]
    assert "“The”" in QToolTip.text()
    assert f"p {percent:.1f} %" in QToolTip.text()
    QToolTip.hideText()


def test_it_stays_at_the_end_unless_somebody_scrolls_up(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.replies.clear()
    engine.replies.append("The sky is blue because light is scattered " * 40)
    engine.automatic = False
    session.send("Why?")
    engine.advance(250)
    settle()
    items(transcript)
    bar = transcript.verticalScrollBar()
    assert bar.maximum() > 0
    assert bar.value() == bar.maximum()
    bar.setValue(0)
    engine.advance(20)
    settle()
    items(transcript)
    assert bar.value() == 0
    bar.setValue(bar.maximum())
    engine.advance(10)
    settle()
    items(transcript)
    assert bar.value() == bar.maximum()


def test_the_cursor_is_scrolled_into_view(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.replies.clear()
    engine.replies.append("The sky is blue because light is scattered " * 40)
    session.send("Why?")
    settle()
    items(transcript)
    session.move_cursor(session.conversation.spans()[0][0])
    place = point_of(transcript, session.cursor)
    assert transcript.viewport().rect().contains(place)


def test_only_messages_in_view_are_laid_out(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.context = 4096
    for _ in range(12):
        session.send("Why is the sky blue?")
        settle()
    transcript._redress()
    QApplication.processEvents()
    laid_out = [item.laid_out for item in transcript._items]
    assert laid_out[-1]
    assert not all(laid_out)
    transcript.verticalScrollBar().setValue(0)
    assert transcript._items[0].laid_out


def test_hidden_it_does_nothing_and_catches_up(
    transcript: Transcript, session: Session, settle: Settle
) -> None:
    transcript.hide()
    session.send("Why?")
    settle()
    QApplication.processEvents()
    assert transcript._items == []
    transcript.show()
    assert texts(transcript) == ["Why?", DEFAULT_REPLY]


# ---------------------------------------------------------------- tint


def test_replies_are_tinted_by_probability(transcript: Transcript, replied: Session) -> None:
    tint = transcript._tint
    position = replied.conversation.spans()[1][0]
    expected = colour_maps.colour_of(
        colour_maps.probability(theme.current()), PROBABILITIES[position % len(PROBABILITIES)]
    )
    colour = tint.of_reply(position, position + 1)
    assert colour is not None
    assert (colour.red(), colour.green(), colour.blue()) == expected
    assert tint.of_message(position, position + 1) is None, "what a person said is not judged"
    assert tint.of_reply(-1, -1) is None
    tint.choose(TintMode.NONE)
    assert tint.of_reply(position, position + 1) is None


def test_attention_tints_what_the_row_at_the_cursor_looked_at(
    transcript: Transcript, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    tint = transcript._tint
    replied.choose_head(1, 2)
    replied.move_cursor(12)
    tint.choose(TintMode.ATTENTION)
    settle()
    assert tint.of_reply(11, 12) is not None, "a head that likes near keys"
    assert tint.of_message(13, 14) is None, "what comes later cannot be seen"
    replied.move_cursor(5)
    settle()
    assert tint.of_reply(11, 12) is None
    assert tint.of_message(4, 5) is not None


def test_a_reply_keeps_the_name_of_the_model_that_wrote_it(
    transcript: Transcript, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.folder, engine.name, engine.loads = "another", "Another", False
    replied.open_model("another.gguf")
    assert [item.name for item in items(transcript)] == ["You", "Scripted-4x3"], "while the other is loaded"
    engine.load()
    settle()
    question, reply = items(transcript)
    assert reply.name == "Scripted-4x3"
    assert not reply.shows_tokens
    assert reply.note == "Written by Scripted-4x3; its tokens cannot be opened with the model in use."
    assert question.note == ""
    replied.send("And now?")
    settle()
    assert [item.name for item in items(transcript)] == ["You", "Scripted-4x3", "You", "Another"]
    assert reply.shows_tokens
    assert reply.note == "Written by Scripted-4x3; its tokens are shown as the model in use reads them."
    assert items(transcript)[3].note == ""


def test_tokens_come_back_with_their_model(
    transcript: Transcript, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    before = [step.logprob for step in replied.steps.values()]
    for folder, name in (("another", "Another"), ("scripted", "Scripted-4x3")):
        engine.folder, engine.name = folder, name
        replied.open_model(name)
        settle()
        assert items(transcript)[1].shows_tokens is (folder == "scripted")
    assert items(transcript)[1].note == ""
    assert [step.logprob for step in replied.steps.values()] == before


def test_a_renamed_model_has_written_what_it_wrote(transcript: Transcript, replied: Session) -> None:
    replied.rename_model("Mine")
    assert items(transcript)[1].name == "Mine"


def test_a_reply_that_another_model_has_ended_says_that_it_was_stopped(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(4)
    settle()
    engine.folder = "another"
    session.open_model("another.gguf")
    for when in ("while the other is loaded", "with the other"):
        reply = items(transcript)[1].message
        assert reply.facts is not None, when
        assert facts_text(reply.facts).startswith("stopped · 4 tokens"), when
        settle()
