"""What is muted stays so, is always visible, is undone at once, and is known of every reply."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.history.document_store import load_document
from desktop.history.exchange import export_document, import_document
from desktop.history.model_identity import ModelIdentity
from desktop.muted_bar import MutedBar
from desktop.muted_words import parts, summary
from desktop.panels.attention.mute_menu import MuteMenu
from desktop.reproduction import differences, reproduction_at
from desktop.session import Session
from inference.contract import Generate
from inference.intervention import NOTHING, Intervention
from tests.desktop.scripted_engine import ScriptedEngine

Settle = Callable[[], None]

SOME = Intervention(heads=((1, 2),), mlp=(3,))


def last(engine: ScriptedEngine) -> Generate:
    return [one for one in engine.commands if isinstance(one, Generate)][-1]


def test_a_reply_is_written_under_it_and_remembers_it(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    session.send("Why?")
    settle()
    assert last(engine).intervention == NOTHING
    session.mute(SOME)
    session.regenerate()
    settle()
    assert last(engine).intervention == SOME
    reply = session.messages[-1]
    assert reply.model.intervention == SOME
    record = session.archive.history.messages.record(reply.id)
    assert record is not None
    assert record.reply is not None
    assert record.reply.model.intervention == SOME
    session.mute(NOTHING)
    # Gone back to, it is read as it was written; the first one as that was.
    session.choose_variant(1, -1)
    settle()
    assert (last(engine).max_tokens, last(engine).intervention) == (0, NOTHING)
    session.choose_variant(1, 1)
    settle()
    assert (last(engine).max_tokens, last(engine).intervention) == (0, SOME)
    assert session.muting.intervention == NOTHING


def test_the_bar_lists_everything_and_undoes_it_in_one_click(
    qtbot: QtBot, session: Session, settle: Settle
) -> None:
    session.send("Why?")
    settle()
    bar = MutedBar(session)
    qtbot.addWidget(bar)
    bar.resize(600, 30)
    assert bar.isHidden()
    session.mute(Intervention(heads=((1, 2),), attention=(0,), covered=(4,)))
    bar.show()
    assert bar.what.text().startswith("head 1 · 2 · attention of layer 0 · word “")
    session.mute(
        Intervention(
            heads=tuple((layer, head) for layer in range(4) for head in range(3)),
            mlp=(0, 1, 2, 3),
            attention=(1,),
        )
    )
    assert "and 1 more" in bar.what.text()
    assert "MLP of layer 3" in bar.what.toolTip()
    qtbot.mouseClick(bar.undo, Qt.MouseButton.LeftButton)
    assert session.muting.intervention == NOTHING
    assert bar.isHidden()


def test_a_covered_word_is_uncovered_when_another_one_stands_there(session: Session, settle: Settle) -> None:
    session.send("Why is the sky blue?")
    settle()
    session.mute(Intervention(heads=((0, 0),), covered=(len(session.tokens) - 1,)))
    session.new_conversation()
    assert session.muting.intervention == Intervention(heads=((0, 0),))


def test_heads_of_another_model_are_forgotten(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    session.mute(SOME)
    session.restart_engine()
    settle()
    assert session.muting.intervention == SOME
    engine.folder = "another"
    session.restart_engine()
    settle()
    assert session.muting.intervention == NOTHING


def test_words_for_a_reply() -> None:
    assert summary(NOTHING) == ""
    assert summary(SOME) == "without head 1 · 2, MLP of layer 3"
    many = Intervention(((0, 1), (0, 2)), (4,), (), (7, 8))
    assert summary(many) == "without 2 heads, 1 attention block, 2 words"
    assert parts(Intervention(covered=(3,))) == ["word at 3"]


def test_the_badge_knows_that_something_was_muted(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    model = ModelIdentity("A", bundle="a")
    assert differences(model.under(SOME), model.under(SOME)) == ()
    assert differences(model.under(SOME), model) == ("what is muted in it is not what was",)
    session.mute(SOME)
    session.send("Why?")
    settle()
    at = len(session.tokens) - 2
    session.muting.read_under = NOTHING
    found = reproduction_at(session, at, -3.0)
    assert found is not None
    assert "what is muted in it is not what was" in found.reasons


def test_what_is_kept_of_a_damaged_note_is_nothing() -> None:
    assert ModelIdentity("A", muted="{").intervention == NOTHING
    assert ModelIdentity("A", muted='{"heads": 3}').intervention == NOTHING
    assert ModelIdentity("A").under(SOME).intervention == SOME
    assert ModelIdentity("A").under(SOME).under(NOTHING) == ModelIdentity("A")


def test_the_menu_of_a_head(qtbot: QtBot, session: Session) -> None:
    menu = MuteMenu(session, 1, 2)
    qtbot.addWidget(menu)
    assert menu.head.text() == "Mute head 1 · 2"
    assert not menu.undo.isEnabled()
    menu.layer.trigger()
    assert session.muting.intervention.heads == ((1, 0), (1, 1), (1, 2))
    again = MuteMenu(session, 1, 2)
    qtbot.addWidget(again)
    assert again.head.isChecked()
    assert again.layer.isChecked()
    again.mlp.trigger()
    assert session.muting.intervention.mlp == (1,)
    again.undo.trigger()
    assert session.muting.intervention == NOTHING


@pytest.mark.parametrize("ending", [".json", ".vitrine"])
def test_a_file_to_exchange_says_what_was_muted(
    session: Session, settle: Settle, tmp_path: Path, ending: str
) -> None:
    session.mute(SOME)
    session.send("Why?")
    settle()
    document = load_document(session.archive.history, session.conversation.id)
    export_document(tmp_path / f"muted{ending}", document)
    taken = import_document(tmp_path / f"muted{ending}")
    replies = [one.reply for one in taken.messages if one.reply is not None]
    assert [reply.model.intervention for reply in replies] == [SOME]
    export_document(tmp_path / "muted.md", document)
    assert "(Scripted-4x3, parts of it muted)" in (tmp_path / "muted.md").read_text("utf-8")
