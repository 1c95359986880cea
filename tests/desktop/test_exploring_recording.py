"""A file with what was seen inside, opened in a window: explored without the model, and left for one."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.history.document_store import load_document
from desktop.history.recording_file import write_recording
from desktop.inquiry import Inquiry
from desktop.phase import Phase
from desktop.session import Session
from desktop.start import _Caller
from desktop.window import Window
from desktop.workspaces import FIRST_WORKSPACE, WORKSPACES
from inference.contract import Failed, Generate, Load, ReadAttention, ReadLogits, Token
from inference.recording import Recording, recorded_facts
from inference.sampling.settings import SamplingSettings
from tests.desktop.scripted_engine import DEFAULT_REPLY, ScriptedEngine

Settle = Callable[[], None]

pytestmark = pytest.mark.qt_log_ignore("does not support")

QUESTION = "Why is the sky blue?"
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def lesson(replied: Session, engine: ScriptedEngine, tmp_path: Path) -> Path:
    """A file with the conversation of `replied` and everything that could be recorded of it."""
    return written(tmp_path / "lesson.vitrine", replied, engine)


def written(path: Path, session: Session, engine: ScriptedEngine) -> Path:
    assert session.model is not None
    document = load_document(session.archive.history, session.conversation.id)
    made = replace(engine.recording(), model=recorded_facts(session.model), proof=session.proof)
    write_recording(path, document, made)
    return path


def explore(qtbot: QtBot, window: Window, path: Path) -> Session:
    """Open a file and wait until it can be looked at."""
    session = window.session
    window.opening.open_named(str(path))
    qtbot.waitUntil(lambda: session.model is not None and session.model.recorded and not session.busy)
    return session


def banners(window: Window) -> dict[str, str]:
    """What is said, by case."""
    return {one.case: one.text.text() for one in window.chat.notices.banners}


def settled(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    session.take_events()


def ask(qtbot: QtBot, session: Session, kind: type, **fields: object) -> object:
    """An answer, or the `Failed` that came instead."""
    inquiry, came = Inquiry(session, session), list[object]()
    inquiry.answered.connect(came.append)
    inquiry.refused.connect(came.append)
    inquiry.ask(kind, **fields)
    qtbot.waitUntil(lambda: bool(came))
    return came[0]


# ---------------------------------------------------------------- what is seen


def test_the_very_numbers_are_seen_without_a_model(
    qtbot: QtBot, window: Window, engine: ScriptedEngine, lesson: Path
) -> None:
    whole, number = engine.recording(), window.session.conversation.id
    session = explore(qtbot, window, lesson)
    assert not engine.alive
    assert session.conversation.id == number, "it is there already"
    assert [message.text for message in session.messages] == [QUESTION, DEFAULT_REPLY]
    position = session.conversation.sequence.prompt_length + 2
    session.move_cursor(position)
    panel = window.panels.panel("next-token")
    qtbot.waitUntil(lambda: panel.scene is not None and panel.scene.reading is not None)
    reading = panel.scene.reading
    assert reading.position == position
    np.testing.assert_array_equal(reading.logits, whole.arrays["logits"][position - 1])
    rows = ask(qtbot, session, ReadAttention, layer=1, head=0, start=0, stop=position)
    qtbot.waitUntil(
        lambda: window.panels.panel("attention").weights.matrix(session.layer, 0).row(3) is not None
    )
    np.testing.assert_allclose(rows.weights.sum(axis=1), 1, rtol=1e-5)  # type: ignore[attr-defined]
    assert session.proof is not None


def test_bars_and_badges_tell_the_truth(qtbot: QtBot, window: Window, lesson: Path) -> None:
    session = explore(qtbot, window, lesson)
    assert window.top_bar.model.text().startswith("Scripted-4x3 · recorded · ")
    assert "the model itself is not loaded" in window.top_bar.model.toolTip()
    assert "recorded" in window.status.provider.text()
    assert "Test processor" in window.status.provider.toolTip()
    qtbot.waitUntil(lambda: "recording" in window.status.memory.text())
    badge = window.panels.panel("attention").badge
    qtbot.waitUntil(lambda: badge.text().startswith("reconstructed"))
    assert "on the machine that made the recording" in badge.toolTip()
    said = banners(window)["recorded"]
    assert said.startswith("You see what was recorded of Scripted-4x3, without the model")
    (banner,) = window.chat.notices.banners
    assert banner.button.text() == "Open Scripted-4x3"
    assert session.former_model == "Scripted-4x3"


def test_a_recording_without_a_proof_says_so(
    qtbot: QtBot, window: Window, replied: Session, engine: ScriptedEngine, tmp_path: Path
) -> None:
    replied.proof = None
    explore(qtbot, window, written(tmp_path / "unproved.vitrine", replied, engine))
    badge = window.panels.panel("attention").badge
    qtbot.waitUntil(lambda: badge.text() == "not proved")
    window.top_bar.model.click()
    card = window.chat.import_card
    assert any("had not been measured" in text for _, text in card.report.lines)
    assert card.badge.text() == "not proved"


def test_the_way_back_has_a_line_of_its_own_where_there_is_no_room_beside_the_other_links(
    qtbot: QtBot, window: Window, lesson: Path
) -> None:
    explore(qtbot, window, lesson)
    composer = window.chat.composer
    composer.editor.replace_text("And why?")
    links = (composer.prompt_link, composer.hint, composer.model_link)
    for width, folded in ((900, False), (360, True), (900, False)):
        composer.setFixedWidth(width)
        qtbot.waitUntil(lambda folded=folded: (links[2].y() > links[0].geometry().bottom()) is folded)
        assert all(link.width() >= link.sizeHint().width() for link in links)


# ---------------------------------------------------------------- what cannot be done


def test_nothing_can_be_written_and_what_is_typed_is_kept(
    qtbot: QtBot, window: Window, engine: ScriptedEngine, lesson: Path
) -> None:
    session = explore(qtbot, window, lesson)
    composer = window.chat.composer
    sent = len([one for one in engine.commands if isinstance(one, Generate)])
    assert not composer.model_link.isHidden()
    assert composer.model_link.text() == "Open Scripted-4x3"
    assert "nothing can be written" in composer.editor.placeholderText()
    qtbot.keyClicks(composer.editor, "And why?")
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return)
    assert not composer.button.isEnabled()
    assert composer.hint.text() == "Kept, not sent"
    assert composer.draft == "And why?"
    assert session.archive.history.conversations.get(session.conversation.id).draft == "And why?"
    reply, last = session.messages[-1].id, len(session.tokens) - 1
    assert not session.send("x")
    assert not session.edit(0, "x")
    assert not session.can_regenerate
    session.regenerate()
    assert not session.continue_reply()
    assert not session.branch(last, 5)
    assert not session.force(last, "x")
    assert not session.replay(reply, SamplingSettings(temperature=0.1))
    qtbot.keyClick(window, Qt.Key.Key_Return, CONTROL)
    assert [message.text for message in session.messages] == [QUESTION, DEFAULT_REPLY]
    assert len([one for one in engine.commands if isinstance(one, Generate)]) == sent
    assert set(banners(window)) == {"recorded"}
    # Sliders need no model.
    session.change_settings(SamplingSettings(top_k=3))


def test_prompt_and_template_say_that_they_need_the_model(
    qtbot: QtBot, window: Window, engine: ScriptedEngine, lesson: Path
) -> None:
    explore(qtbot, window, lesson)
    assert not window.chat.composer.prompt_link.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_P, CONTROL)
    prompt = window.exact_prompt
    assert prompt.facts.text().startswith("A recording makes no prompts")
    assert not prompt.copy_button.isEnabled()
    prompt.show_template()
    editor = prompt.template_editor
    assert editor is not None
    assert editor.source.text == engine.template
    assert editor.facts.text().startswith("This template was in use when the recording was made")
    editor.source.replace_text("{{ messages }}")
    editor.apply()
    for button in (editor.apply_button, editor.reset_button):
        assert not button.isEnabled()
    prompt.close()


# ---------------------------------------------------------------- what was not recorded


def test_another_branch_is_said_not_to_be_recorded(
    qtbot: QtBot, window: Window, replied: Session, engine: ScriptedEngine, settle: Settle, tmp_path: Path
) -> None:
    engine.replies.clear()
    engine.replies.append("It is blue.")
    replied.regenerate()
    settle()
    session = explore(qtbot, window, written(tmp_path / "lesson.vitrine", replied, engine))
    assert session.messages[-1].text == "It is blue."
    assert session.choose_variant(1, -1)
    qtbot.waitUntil(lambda: "not-recorded" in banners(window))
    assert session.messages[-1].text == DEFAULT_REPLY
    assert session.phase is Phase.READY
    assert banners(window)["not-recorded"].startswith("Only another conversation or branch was recorded")
    for name in ("next-token", "attention"):
        empty, said = window.panels.panel(name).empty, "Only another conversation or branch was recorded"
        qtbot.waitUntil(lambda empty=empty, said=said: empty.text().startswith(said))  # type: ignore[misc]
        assert empty.isVisible()
    session.move_cursor(3)
    refused = ask(qtbot, session, ReadLogits, position=2)
    assert isinstance(refused, Failed)
    assert window.panels.panel("next-token").empty.isVisible()
    # What was kept with its tokens is there all the same.
    assert np.isfinite(session.logprobs[-2])
    assert session.choose_variant(1, 1)
    assert "not-recorded" not in banners(window)
    settled(qtbot, session)
    qtbot.waitUntil(lambda: window.panels.panel("next-token").view.isVisible())
    assert set(banners(window)) == {"recorded"}


def test_another_conversation_is_said_not_to_be_recorded(
    qtbot: QtBot, window: Window, replied: Session, settle: Settle, lesson: Path
) -> None:
    replied.new_conversation()
    replied.send("And why are sunsets red?")
    settle()
    other = replied.conversation.id
    session = explore(qtbot, window, lesson)
    window.sidebar.conversation_asked.emit(other, None)
    qtbot.waitUntil(lambda: "not-recorded" in banners(window))
    (offer,) = [one for one in window.chat.notices.banners if one.case == "not-recorded"]
    offer.button.click()
    assert banners(window) == {}, "at once, and not only when the model is there"
    session.take_events()
    settled(qtbot, session)
    assert not session.recorded
    assert session.conversation.id == other
    assert banners(window) == {}


def test_a_conversation_of_another_model_says_what_was_recorded(
    qtbot: QtBot, window: Window, replied: Session, engine: ScriptedEngine, settle: Settle, lesson: Path
) -> None:
    replied.new_conversation()
    engine.folder, engine.name = "another", "Another"
    replied.open_model("another.gguf")
    settle()
    replied.send("And why are sunsets red?")
    settle()
    other = replied.conversation.id
    session = explore(qtbot, window, lesson)
    session.open_conversation(other)
    assert "was written by Another, and is not the one that was recorded" in banners(window)["foreign-model"]
    assert session.tokens == []


def test_tokens_that_no_vocabulary_has_are_shown_and_not_looked_into(
    qtbot: QtBot, window: Window, replied: Session, engine: ScriptedEngine, tmp_path: Path
) -> None:
    assert replied.model is not None
    document = load_document(replied.archive.history, replied.conversation.id)
    reply = document.messages[1].reply
    assert reply is not None
    rows = reply.tokens.rows.copy()
    rows["id"] = 2**32 - 1
    hostile = replace(reply, tokens=replace(reply.tokens, rows=rows))
    messages = (document.messages[0], replace(document.messages[1], reply=hostile))
    path = tmp_path / "hostile.vitrine"
    made = replace(engine.recording(), model=recorded_facts(replied.model))
    write_recording(path, replace(document, messages=messages), made)
    session = explore(qtbot, window, path)
    qtbot.waitUntil(lambda: "not-recorded" in banners(window))
    for workspace in WORKSPACES:
        window.choose_workspace(workspace.name)
        for position in (1, len(session.tokens) - 1):
            session.move_cursor(position)
            window.grab()
    window.choose_workspace(FIRST_WORKSPACE)
    said = window.panels.panel("next-token").empty
    qtbot.waitUntil(lambda: said.text().startswith("Only another conversation or branch"))


def test_a_new_conversation_is_empty_and_waits_for_a_model(
    qtbot: QtBot, window: Window, lesson: Path
) -> None:
    session = explore(qtbot, window, lesson)
    window.new_conversation()
    assert session.messages == []
    assert not session.send("x")
    assert window.panels.panel("next-token").empty.isVisible()


# ---------------------------------------------------------------- going back


@pytest.mark.parametrize("way", ["notice", "composer", "restart"])
def test_the_model_from_before_comes_back(
    qtbot: QtBot, window: Window, engine: ScriptedEngine, lesson: Path, way: str
) -> None:
    session = explore(qtbot, window, lesson)
    window.chat.composer.editor.replace_text("And why?")
    if way == "notice":
        window.chat.notices.banners[0].button.click()
    elif way == "composer":
        window.chat.composer.model_link.click()
    else:
        session.restart_engine()
    settled(qtbot, session)
    assert session.model is not None
    assert not session.model.recorded
    assert session.recording is None
    assert engine.alive
    assert [one for one in engine.commands if isinstance(one, Load)][-1] == Load(None)
    assert banners(window) == {}
    assert window.chat.composer.model_link.isHidden()
    assert window.chat.composer.draft == "And why?"
    window.chat.composer.send()
    session.take_events()
    qtbot.waitUntil(lambda: session.messages[-1].facts is not None and len(session.messages) == 4)


def test_a_model_that_does_not_open_brings_the_recording_back(
    qtbot: QtBot, window: Window, engine: ScriptedEngine, lesson: Path
) -> None:
    session = explore(qtbot, window, lesson)
    engine.loads = False
    session.open_model("broken.gguf")
    engine.fail_loading()
    session.take_events()
    qtbot.waitUntil(lambda: session.model is not None and session.model.recorded)
    settled(qtbot, session)
    assert "What was recorded is opened again." in banners(window)["not-a-model"]


def damage(path: Path) -> None:
    """Turn a bit of the recording's numbers, which the conversation does not notice."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = "arrays/recording/logits.npy"
    files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in files.items():
            archive.writestr(each, content)


def falsify(path: Path) -> None:
    """Have the recording say something that no model is, with a manifest that agrees."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    facts = json.loads(files["recording.json"])
    facts["layers"][0]["scale"] = 1e300
    files["recording.json"] = json.dumps(facts).encode()
    manifest = json.loads(files["manifest.json"])
    content = files["recording.json"]
    manifest["files"]["recording.json"] = {"size": len(content), "sha256": sha256(content).hexdigest()}
    files["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in files.items():
            archive.writestr(each, content)


@pytest.mark.parametrize("harm", [damage, falsify])
def test_a_recording_that_is_refused_leaves_the_model_and_shows_the_conversation(
    qtbot: QtBot, window: Window, engine: ScriptedEngine, lesson: Path, harm: Callable[[Path], None]
) -> None:
    harm(lesson)
    session = window.session
    session.new_conversation()
    window.opening.open_named(str(lesson))
    qtbot.waitUntil(lambda: "not-a-conversation" in banners(window))
    settled(qtbot, session)
    assert session.model is not None
    assert not session.recorded
    assert engine.alive
    assert "The model that was in use before is loaded again." in banners(window)["not-a-conversation"]
    assert [message.text for message in session.messages] == [QUESTION, DEFAULT_REPLY]
    assert not window.chat.notices.progress.isVisible()


def test_a_file_that_is_gone_in_between_leaves_the_model(
    qtbot: QtBot, window: Window, session: Session, tmp_path: Path
) -> None:
    session.open_recording(tmp_path / "gone.vitrine")
    assert session.recorded, "nothing is sent to what is on its way"
    assert not session.send("x")
    qtbot.waitUntil(lambda: "no-document" in banners(window))
    settled(qtbot, session)
    assert not session.recorded


# ---------------------------------------------------------------- ways to open


def test_the_same_file_twice_is_one_conversation(qtbot: QtBot, window: Window, lesson: Path) -> None:
    session = explore(qtbot, window, lesson)
    number = session.conversation.id
    window.new_conversation()
    window.opening.open_dropped([lesson])
    qtbot.waitUntil(lambda: session.conversation.id == number and not session.busy)
    settled(qtbot, session)
    assert session.model is not None
    assert session.model.recorded
    assert len(session.archive.groups()[0][1]) == 1


def test_a_recording_in_place_of_another(
    qtbot: QtBot,
    window: Window,
    replied: Session,
    engine: ScriptedEngine,
    settle: Settle,
    lesson: Path,
    tmp_path: Path,
) -> None:
    replied.send("And why are sunsets red?")
    settle()
    other = written(tmp_path / "other.vitrine", replied, engine)
    session = explore(qtbot, window, lesson)
    assert len(session.messages) == 2
    window.show_library()
    assert window.model_library is not None
    window.model_library.opening.open_dropped([other])
    qtbot.waitUntil(lambda: len(session.messages) == 4 and session.phase is Phase.READY)
    assert session.recording == other
    assert session.former_model == "Scripted-4x3"
    session.leave_recording()
    settled(qtbot, session)
    assert not session.recorded


def test_fault_50_a_second_start_hands_its_file_over(qtbot: QtBot, window: Window, lesson: Path) -> None:
    _Caller(window).take(json.dumps({"open": str(lesson), "download": ""}).encode())
    qtbot.waitUntil(lambda: window.session.model is not None and window.session.model.recorded)
    settled(qtbot, window.session)


def test_a_recording_can_be_exported_again(
    qtbot: QtBot, window: Window, lesson: Path, tmp_path: Path
) -> None:
    session = explore(qtbot, window, lesson)
    window.export_recording(session.conversation.id)
    dialog = window._recording_export
    assert dialog is not None
    qtbot.waitUntil(dialog.go_on.isVisible)
    dialog._ask_where()
    dialog._export(str(tmp_path / "again.vitrine"))
    qtbot.waitUntil(lambda: bool(dialog.said.text()))
    assert dialog.said.text().startswith("Written to")


# ---------------------------------------------------------------- closing


def test_fault_52_closing_while_it_is_opened(qtbot: QtBot, window: Window, lesson: Path) -> None:
    window.opening.open_named(str(lesson))
    qtbot.waitUntil(lambda: window.session.recorded)
    window.close()
    assert not window.isVisible()


def test_opening_can_be_stopped(
    qtbot: QtBot, window: Window, engine: ScriptedEngine, lesson: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.session
    begun, go_on = threading.Event(), threading.Event()

    def slow(path: Path, progress: Callable[[int, int], None]) -> Recording:
        begun.set()
        go_on.wait(10)
        progress(1, 2)
        raise AssertionError("it was stopped")

    monkeypatch.setattr("desktop.history.recording_file.read_recording", slow)
    session.open_recording(lesson)
    qtbot.waitUntil(begun.is_set)
    session.stop_loading()
    go_on.set()
    qtbot.waitUntil(lambda: "stopped" in banners(window))
    settled(qtbot, session)
    assert not session.recorded
    assert engine.alive


def test_fault_33_tokens_that_are_half_a_character_are_seen_as_bytes(
    qtbot: QtBot, window: Window, replied: Session, engine: ScriptedEngine, settle: Settle, tmp_path: Path
) -> None:
    engine.replies.clear()
    engine.replies.append("é")
    replied.regenerate()
    settle()
    session = explore(qtbot, window, written(tmp_path / "lesson.vitrine", replied, engine))
    halves = [one for one in session.tokens if one.piece in (b"\xc3", b"\xa9")]
    assert [type(one) for one in halves] == [Token, Token]
    assert session.messages[-1].text == "é"
    assert session.model is not None
    assert session.model.vocabulary[halves[0].id] == b"\xc3"
