"""Replies with channels: what was thought is folded, counted while it is written, and found by the cursor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.conversation import Aside
from desktop.session import Session
from desktop.transcript.bodies import Reading
from desktop.transcript.fold import Fold, channel_title
from desktop.transcript.markdown import MarkdownBody
from desktop.transcript.message import MessageItem
from desktop.transcript.reply_body import ReplyBody
from desktop.transcript.tint import Tint
from desktop.transcript.view import Transcript
from tests.desktop.scripted_engine import ScriptedEngine, encode

Settle = Callable[[], None]

THOUGHT = "the user asks why"
SAID = "The light is **scattered**:\n\n- blue\n- red"
REPLY = (
    ("markup", "<|im_start|>"),
    ("markup", "analysis"),
    ("analysis", THOUGHT),
    ("markup", "<|im_end|>"),
    ("final", SAID),
)
COUNT = len(encode(THOUGHT))


@pytest.fixture
def engine() -> ScriptedEngine:
    """An engine that thinks before it replies."""
    return ScriptedEngine(replies=(REPLY,))


@pytest.fixture
def transcript(qtbot: QtBot, session: Session) -> Transcript:
    """The transcript of the session, shown."""
    apply_theme(theme.DARK)
    made = Transcript(session, Tint(session, session))
    qtbot.addWidget(made)
    made.resize(600, 500)
    made.show()
    qtbot.waitExposed(made)
    return made


def reply(transcript: Transcript) -> MessageItem:
    """The last message, laid out."""
    QApplication.processEvents()
    item = transcript._items[-1]
    item.set_width(transcript._column()[1])
    return item


def shown(transcript: Transcript) -> str:
    """The text that can be seen of the last message."""
    body = reply(transcript).body
    return body.text_between(0, body.length)


def position_of(session: Session, channel: str) -> int:
    """Position of the first token on a channel."""
    return next(at for at, token in enumerate(session.tokens) if token.channel == channel)


def fold_point(transcript: Transcript) -> QPoint:
    """The middle of the first fold's line, in the viewport."""
    item = reply(transcript)
    body = item.body
    assert isinstance(body, ReplyBody)
    left, _ = transcript._column()
    top = item.top + item.body_top - transcript.verticalScrollBar().value()
    return (body.folds[0].room(0.0).center() + QPointF(left, top)).toPoint()


# ---------------------------------------------------------------- what is shown


def test_what_was_thought_is_folded_above_the_reply(transcript: Transcript, replied: Session) -> None:
    item = reply(transcript)
    assert [fold.text for fold in item.folds] == [f"Analysis · {COUNT} tokens"]
    assert not item.folds[0].open
    assert THOUGHT not in shown(transcript)
    assert "analysis" not in shown(transcript)
    assert item.text == SAID
    message = replied.messages[-1]
    assert message.asides == (Aside("analysis", THOUGHT, COUNT),)
    assert message.thinking == THOUGHT
    assert message.ids is not None
    assert len(message.ids) == len(encode("analysis")) + COUNT + len(encode(SAID)) + 2


def test_only_the_reply_itself_is_rendered_as_markdown(transcript: Transcript, replied: Session) -> None:
    body = reply(transcript).body
    assert isinstance(body, ReplyBody)
    reply(transcript).toggle_folds()
    kinds = [isinstance(section.body, MarkdownBody) for section in body._sections]
    assert kinds == [False, True]


def test_while_it_is_written_the_count_lives(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(1 + len(encode("analysis")) + 2)
    settle()
    (fold,) = reply(transcript).folds
    assert fold.text == "Analysis… 2 tokens"
    assert shown(transcript) == ""
    assert session.following  # the cursor is on a folded token, and nothing unfolds for it
    assert not fold.open
    engine.advance(1)
    settle()
    assert reply(transcript).folds[0].text == "Analysis… 3 tokens"
    engine.advance(COUNT - 3 + 1 + 2)
    settle()
    assert reply(transcript).folds[0].text == f"Analysis · {COUNT} tokens"
    assert shown(transcript) == "The light"
    assert transcript.text_of(1) == "The light"


def test_what_was_unfolded_while_it_was_written_stays_so(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(1 + len(encode("analysis")) + 1)
    settle()
    reply(transcript)
    transcript.toggle_folds()
    assert shown(transcript) == "the"
    engine.advance(1)
    settle()
    assert shown(transcript) == "the user"
    engine.advance(200)
    settle()
    assert reply(transcript).folds[0].open
    assert shown(transcript).startswith(THOUGHT)


def test_the_exact_reading_shows_every_token_markup_and_all(transcript: Transcript, replied: Session) -> None:
    transcript.choose_reading(Reading.EXACT)
    assert shown(transcript) == "analysis" + THOUGHT + SAID
    item = reply(transcript)
    assert item.folds == []
    for position in range(*item.span):
        assert item.body.placed.rectangles_of(position), replied.tokens[position]
    transcript.choose_reading(Reading.RENDERED)
    assert reply(transcript).folds


def test_what_the_next_prompt_leaves_out_is_kept_and_said_to_be(
    transcript: Transcript, replied: Session, settle: Settle
) -> None:
    replied.send("And red?")
    settle()
    QApplication.processEvents()
    old = transcript._items[1]
    old.set_width(500)
    assert [fold.text for fold in old.folds] == [f"Analysis · {COUNT} tokens · left out of the prompt since"]
    old.toggle_folds()
    assert old.body.text_between(0, old.body.length).startswith(THOUGHT)
    assert old.body.placed.rectangles_of(old.span[0])  # the reply's own tokens can still be clicked


def test_a_reply_stopped_while_thinking_keeps_what_was_thought(
    transcript: Transcript, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(1 + len(encode("analysis")) + 2)
    session.stop()
    settle()
    message = session.messages[-1]
    assert message.text == ""
    assert message.thinking == "the user"
    assert [fold.text for fold in reply(transcript).folds] == ["Analysis · 2 tokens"]
    prompt = session.prompt().messages[-1]
    assert (prompt.text, prompt.thinking) == ("", "the user")


# ---------------------------------------------------------------- unfolding


def test_a_click_on_the_line_unfolds_and_folds(
    qtbot: QtBot, transcript: Transcript, replied: Session
) -> None:
    height = reply(transcript).height
    for opened in (True, False):
        qtbot.mouseClick(transcript.viewport(), Qt.MouseButton.LeftButton, pos=fold_point(transcript))
        assert reply(transcript).folds[0].open is opened
        assert (reply(transcript).height > height) is opened
        assert (THOUGHT in shown(transcript)) is opened
    qtbot.mouseMove(transcript.viewport(), pos=fold_point(transcript))
    assert transcript.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor


def test_enter_unfolds_and_folds(qtbot: QtBot, transcript: Transcript, replied: Session) -> None:
    reply(transcript)
    for opened in (True, False):
        qtbot.keyClick(transcript, Qt.Key.Key_Return)
        assert reply(transcript).folds[0].open is opened


def test_the_cursor_on_a_folded_token_unfolds_it(transcript: Transcript, replied: Session) -> None:
    reply(transcript)
    replied.move_cursor(position_of(replied, "final"))
    assert not reply(transcript).folds[0].open
    thought = position_of(replied, "analysis")
    replied.move_cursor(thought)
    assert reply(transcript).folds[0].open
    assert transcript.areas_of(thought)
    # Markup is shown in the exact reading only; the cursor may stand on it all the same.
    replied.move_cursor(thought - 1)
    assert transcript.areas_of(thought - 1) == []


def test_folded_tokens_are_clicked_like_others(
    qtbot: QtBot, transcript: Transcript, replied: Session
) -> None:
    reply(transcript)
    transcript.toggle_folds()
    thought = position_of(replied, "analysis") + 1
    place = transcript.areas_of(thought)[0].center().toPoint()
    qtbot.mouseClick(transcript.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert replied.cursor == thought


@pytest.mark.qt_log_ignore("does not support")
def test_the_menu_offers_it_for_the_keyboard(transcript: Transcript, replied: Session) -> None:
    reply(transcript)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(50, 50), QPoint(50, 50))
    QApplication.sendEvent(transcript.viewport(), event)
    menu = transcript.findChild(QMenu)
    assert menu is not None
    (action,) = (one for one in menu.actions() if one.text() == "Unfold or fold what was thought")
    action.trigger()
    assert reply(transcript).folds[0].open
    menu.close()


def test_selection_and_copy_take_what_can_be_seen(transcript: Transcript, replied: Session) -> None:
    reply(transcript)
    transcript.copy_message(1)
    assert QApplication.clipboard().text() == SAID
    transcript.toggle_folds()
    item = reply(transcript)
    assert item.body.text_between(0, len(THOUGHT)) == THOUGHT
    assert item.body.character_at(QPointF(0.0, -5.0)) == 0
    assert item.body.character_at(QPointF(9999.0, 9999.0)) == item.body.length
    first, last = item.body.word_at(1)
    assert (first, last) == (0, 3)


def test_screen_readers_are_told_what_is_folded(transcript: Transcript, replied: Session) -> None:
    reply(transcript)
    folded = f"Analysis · {COUNT} tokens, folded, Enter unfolds. {SAID}"
    assert transcript.accessibleDescription() == folded
    transcript.toggle_folds()
    assert transcript.accessibleDescription().startswith(f"Analysis · {COUNT} tokens, unfolded. ")


@pytest.mark.parametrize("palette", theme.PALETTES, ids=lambda palette: palette.name)
def test_it_is_painted_in_every_theme(
    transcript: Transcript, replied: Session, palette: theme.Palette
) -> None:
    apply_theme(palette)
    reply(transcript)
    closed = transcript.grab().toImage()
    transcript.toggle_folds()
    QApplication.processEvents()
    assert transcript.grab().toImage() != closed
    apply_theme(theme.DARK)


# ---------------------------------------------------------------- words


def test_channels_have_names_and_foreign_ones_are_escaped() -> None:
    assert [channel_title(name) for name in ("thinking", "analysis", "commentary")] == [
        "Thinking",
        "Analysis",
        "Commentary",
    ]
    assert channel_title("a\u202eb") == "a⟨U+202E⟩b"
    assert Fold("thinking", 1).text == "Thinking · 1 token"
    assert Fold("thinking", 12, live=True).text == "Thinking… 12 tokens"
