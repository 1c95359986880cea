"""Conversations that are kept, and replies that exist in several variants: nothing is ever overwritten."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.archive import Archive
from desktop.history.records import MessageRecord
from desktop.phase import Phase
from desktop.session import Session
from desktop.shown_conversation import PATIENCE
from inference.contract import Failed, Generate, IdsPrompt
from inference.sampling.settings import SamplingSettings
from models.errors import VitrineError
from tests.desktop.scripted_engine import DEFAULT_REPLY, IDS, ScriptedEngine, encode

Settle = Callable[[], None]
ANOTHER = "It is blue."


def generations(engine: ScriptedEngine) -> list[Generate]:
    """What was asked to be written, without what was only read."""
    every = [command for command in engine.commands if isinstance(command, Generate)]
    return [command for command in every if command.max_tokens != 0]


def texts(session: Session) -> list[str]:
    """What the shown branch says."""
    return [message.text for message in session.messages]


def kept(session: Session) -> list[MessageRecord]:
    """The branch as it is on the disk."""
    history = session.archive.history
    return list(history.messages.path(history.conversations.get(session.conversation.id).leaf))


def next_reply(engine: ScriptedEngine, text: str) -> None:
    """Have the engine say something else from now on."""
    engine.replies.clear()
    engine.replies.append(text)


def again(session: Session, settle: Settle) -> None:
    """Open what is shown as if it came from the disk."""
    number = session.conversation.id
    session.new_conversation()
    assert session.open_conversation(number)
    settle()


# ---------------------------------------------------------------- kept


def test_a_question_is_kept_before_it_is_sent(session: Session, engine: ScriptedEngine) -> None:
    seen: list[list[str]] = []
    send = engine.send

    def look(command: object) -> None:
        if isinstance(command, Generate):
            seen.append([message.text for message in kept(session)])
        send(command)  # type: ignore[arg-type]

    engine.send = look  # type: ignore[method-assign]
    session.send("Why is the sky blue?")
    assert seen == [["Why is the sky blue?"]]


def test_a_reply_is_kept_token_by_token_before_it_is_shown(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    settle()
    shown: list[int] = []

    def look(start: int, stop: int) -> None:
        shown.append(stop - session.conversation.sequence.prompt_length)
        assert len(session.archive.history.replies.table(session.messages[-1].id)) == shown[-1]

    session.tokens_appended.connect(look)
    for _ in range(3):
        engine.advance(1)
        settle()
    assert shown == [1, 2, 3]


def test_what_was_written_is_there_again_with_every_number(replied: Session, settle: Settle) -> None:
    steps = {at: (step.token.id, step.logprob, step.draw) for at, step in replied.steps.items()}
    spans, ids = replied.conversation.spans(), [token.id for token in replied.tokens]
    parts = [(token.part, token.message) for token in replied.tokens]
    again(replied, settle)
    assert texts(replied) == ["Why is the sky blue?", DEFAULT_REPLY]
    assert {at: (step.token.id, step.logprob, step.draw) for at, step in replied.steps.items()} == steps
    assert [token.id for token in replied.tokens] == ids
    assert [(token.part, token.message) for token in replied.tokens] == parts
    assert replied.conversation.spans() == spans
    assert replied.messages[1].facts is not None
    assert replied.messages[1].facts.reason == "end"


def test_the_steps_of_earlier_turns_are_there_again(replied: Session, settle: Settle) -> None:
    first = sorted(replied.steps)
    replied.send("And why?")
    settle()
    every = sorted(replied.steps)
    assert set(first) - {first[-1]} < set(every)
    again(replied, settle)
    # The token that ended the first reply belongs to the template in the second prompt.
    assert sorted(replied.steps) == [at for at in every if at != first[-1]]


def test_the_engine_reads_it_again_as_it_was_read(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    again(replied, settle)
    restored = [one for one in engine.commands if isinstance(one, Generate) and one.max_tokens == 0]
    prompt = restored[-1].prompt
    assert isinstance(prompt, IdsPrompt)
    count = replied.conversation.sequence.prompt_length
    assert prompt.alone == (False,) * count + (True,) * (len(replied.tokens) - count)
    assert prompt.patience == PATIENCE
    assert replied.read_differently is None


def test_what_was_read_otherwise_is_known(replied: Session, engine: ScriptedEngine, settle: Settle) -> None:
    engine.reads_as_written = False
    again(replied, settle)
    assert replied.read_differently == replied.conversation.sequence.prompt_length
    engine.reads_as_written = True
    replied.read_as_written()
    settle()
    assert replied.read_differently is None


def test_what_is_written_with_guesses_is_known_as_such(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    session.change_guessing(True)
    session.send("Why is the sky blue?")
    settle()
    assert generations(engine)[-1].guess
    guessed = session.guessed.tolist()
    assert any(guessed)
    again(session, settle)
    assert session.guessed.tolist() == guessed
    restored = [one for one in engine.commands if isinstance(one, Generate) and one.max_tokens == 0]
    prompt = restored[-1].prompt
    assert isinstance(prompt, IdsPrompt)
    assert prompt.alone == (False,) * len(session.tokens), "all of it was read together, and can be again"
    assert session.read_differently is None


def test_a_reply_that_goes_on_says_how_each_token_was_read(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    session.change_guessing(True)
    session.send("Why is the sky blue?")
    settle()
    session.change_guessing(False)
    middle = session.conversation.sequence.prompt_length + 2
    assert session.branch(middle, 3)
    settle()
    asked = generations(engine)[-1]
    assert (asked.together, asked.guess) == ((True, True), False)
    assert session.branch(middle + 1, 4)
    settle()
    assert generations(engine)[-1].together == (True, True, False)


def test_a_replay_is_written_in_the_way_of_its_reply(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    session.change_guessing(True)
    session.send("Why is the sky blue?")
    settle()
    reply = session.messages[-1].id
    session.change_guessing(False)
    assert session.replay(reply, SamplingSettings(temperature=0.1))
    settle()
    assert generations(engine)[-1].guess
    session.regenerate()
    settle()
    assert not generations(engine)[-1].guess


def test_settings_and_seed_belong_to_their_conversation(replied: Session, settle: Settle) -> None:
    cold = SamplingSettings(temperature=0.1)
    replied.change_settings(cold)
    replied.change_seed(42, new_each_reply=False)
    number = replied.conversation.id
    replied.new_conversation()
    replied.change_settings(SamplingSettings(temperature=1.5))
    replied.change_seed(1, new_each_reply=True)
    replied.send("Hello")
    settle()
    replied.open_conversation(number)
    assert (replied.settings, replied.seed, replied.new_seed_each_reply) == (cold, 42, False)


def test_the_system_prompt_belongs_to_its_conversation(session: Session, settle: Settle) -> None:
    session.set_system_prompt("Be brief")
    session.send("Why?")
    settle()
    number = session.conversation.id
    session.new_conversation()
    session.set_system_prompt("You are helpful")
    session.open_conversation(number)
    assert session.system_prompt == "Be brief"


def test_what_is_typed_is_kept_for_every_conversation(replied: Session) -> None:
    first = replied.conversation.id
    replied.save_draft("half a thought")
    replied.new_conversation()
    assert replied.conversation.draft == "half a thought", "it comes along"
    assert replied.archive.history.conversations.get(first).draft == ""
    second = replied.conversation.id
    assert replied.archive.history.conversations.get(second).draft == "half a thought"
    replied.open_conversation(first)
    replied.save_draft("another")
    replied.open_conversation(second)
    assert replied.conversation.draft == "half a thought"


def test_deleting_what_is_shown_shows_a_new_conversation_and_undo_brings_it_back(
    replied: Session, settle: Settle
) -> None:
    number = replied.conversation.id
    replied.archive.delete(number)
    assert replied.messages == []
    assert replied.tokens == []
    replied.archive.restore(number)
    assert texts(replied) == ["Why is the sky blue?", DEFAULT_REPLY]


def test_undo_brings_back_what_was_not_shown_to_the_list_only(replied: Session, settle: Settle) -> None:
    first = replied.conversation.id
    replied.new_conversation()
    replied.archive.delete(first)
    replied.archive.restore(first)
    assert replied.messages == [], "it had not been shown"
    replied.open_conversation(first)
    replied.archive.delete(first)
    replied.save_draft("something else")
    replied.archive.restore(first)
    assert replied.messages == [], "one has begun with something else"
    assert replied.conversation.draft == "something else"


def test_fault_52_deleting_while_writing(session: Session, engine: ScriptedEngine, settle: Settle) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(2)
    settle()
    number = session.conversation.id
    session.archive.delete(number)
    engine.advance(3)
    settle()
    assert (session.messages, session.phase) == ([], Phase.READY)
    session.archive.restore(number)
    assert texts(session) == ["Why?", "The answer"]


# ---------------------------------------------------------------- variants


def test_regenerating_makes_a_variant(replied: Session, engine: ScriptedEngine, settle: Settle) -> None:
    first = replied.messages[1].id
    next_reply(engine, ANOTHER)
    replied.regenerate()
    settle()
    second = replied.messages[1]
    assert (second.text, second.variants) == (ANOTHER, (first, second.id))
    assert replied.choose_variant(1, -1)
    settle()
    assert texts(replied)[1] == DEFAULT_REPLY
    assert [token.id for token in replied.tokens] == engine.ids
    assert not replied.choose_variant(1, -1)
    assert replied.choose_variant(1, 1)
    assert texts(replied)[1] == ANOTHER


def test_an_earlier_reply_can_be_regenerated(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    replied.send("And why?")
    settle()
    next_reply(engine, ANOTHER)
    replied.regenerate(1)
    settle()
    assert texts(replied) == ["Why is the sky blue?", ANOTHER]
    replied.choose_variant(1, -1)
    assert texts(replied) == ["Why is the sky blue?", DEFAULT_REPLY, "And why?", DEFAULT_REPLY]


def test_editing_makes_a_variant_of_the_question(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    replied.send("And why?")
    settle()
    assert replied.edit(0, "Why is the sun red?")
    settle()
    assert texts(replied) == ["Why is the sun red?", DEFAULT_REPLY]
    assert kept(replied)[0].reason == "edited"
    assert len(replied.messages[0].variants) == 2
    replied.choose_variant(0, -1)
    assert texts(replied)[2] == "And why?"
    assert not replied.edit(1, "a reply is not edited")
    assert not replied.edit(0, " ")


def test_an_edit_that_comes_to_nothing_gives_its_text_back_and_shows_what_was_there(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    returned: list[str] = []
    replied.text_returned.connect(returned.append)
    engine.automatic = False
    replied.edit(0, "Why red?")
    replied.stop()
    settle()
    assert texts(replied) == ["Why is the sky blue?", DEFAULT_REPLY]
    assert returned == ["Why red?"]
    assert replied.conversation.draft == "Why red?"
    assert len(replied.messages[0].variants) == 1
    assert replied.phase is Phase.READY
    assert [token.id for token in replied.tokens] == engine.ids, "the engine has read it again"


def test_another_token_begins_a_branch(replied: Session, engine: ScriptedEngine, settle: Settle) -> None:
    start, first = replied.conversation.spans()[1][0], replied.messages[1].id
    next_reply(engine, ANOTHER)
    token = IDS[b" sky"]
    assert replied.branch(start + 2, token)
    settle()
    asked = generations(engine)[-1]
    assert asked.written == tuple(encode(DEFAULT_REPLY))[:2]
    assert asked.chosen == (token,)
    assert asked.seed == replied.archive.history.messages.path(first)[-1].reply.seed  # type: ignore[union-attr]
    assert texts(replied)[1] == "The answer sky" + ANOTHER
    record = kept(replied)[1]
    assert record.reason == "branched"
    assert record.origin is not None
    assert (record.origin.message, record.origin.token) == (first, 2)
    sources = replied.archive.history.replies.table(record.id).sources
    assert sources[:4] == ("written", "written", "chosen", "written")
    again(replied, settle)
    assert replied.steps[start + 2].source == "chosen"
    assert replied.messages[1].text == "The answer sky" + ANOTHER


def test_a_branch_can_leave_an_earlier_reply(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    replied.send("And why?")
    settle()
    start = replied.conversation.spans()[1][0]
    assert replied.branch(start + 1, IDS[b" sky"])
    settle()
    assert len(replied.messages) == 2
    assert texts(replied)[1].startswith("The sky")


def test_text_can_be_forced(replied: Session, engine: ScriptedEngine, settle: Settle) -> None:
    start = replied.conversation.spans()[1][0]
    next_reply(engine, ANOTHER)
    assert replied.force(start + 2, " red. ")
    settle()
    assert texts(replied)[1] == "The answer red. " + ANOTHER
    assert kept(replied)[1].reason == "forced"
    assert "typed" in replied.archive.history.replies.table(replied.messages[1].id).sources


def test_only_tokens_of_replies_can_be_replaced(replied: Session, engine: ScriptedEngine) -> None:
    before = len(generations(engine))
    assert not replied.branch(0, 5)
    assert not replied.branch(replied.conversation.spans()[0][0], 5)
    assert not replied.force(len(replied.tokens) + 5, "x")
    assert len(generations(engine)) == before


def test_a_stopped_reply_goes_on_as_a_variant(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(3)
    settle()
    session.stop()
    settle()
    assert texts(session)[1] == "The answer is"
    engine.automatic = True
    assert session.continue_reply()
    settle()
    assert texts(session)[1] == DEFAULT_REPLY
    assert generations(engine)[-1].written == tuple(encode(DEFAULT_REPLY))[:3]
    assert len(session.messages[1].variants) == 2
    record = kept(session)[1]
    assert (record.reason, record.reply.tokens) == ("continued", len(encode(DEFAULT_REPLY)) + 1)  # type: ignore[union-attr]


def test_a_continuation_that_comes_to_nothing_leaves_the_reply(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(3)
    settle()
    session.stop()
    settle()
    session.continue_reply()
    session.stop()
    settle()
    assert texts(session) == ["Why?", "The answer is"]
    assert len(session.messages[1].variants) == 1


def test_the_same_dice_with_other_settings(replied: Session, engine: ScriptedEngine, settle: Settle) -> None:
    first, prompt = replied.messages[1].id, replied.conversation.sequence.prompt_length
    cold = SamplingSettings(temperature=0.0)
    ended: list[int] = []
    replied.reply_ended.connect(ended.append)
    assert replied.replay(first, cold)
    settle()
    asked = generations(engine)[-1]
    assert isinstance(asked.prompt, IdsPrompt)
    assert len(asked.prompt.ids) == prompt
    assert (asked.settings, asked.seed) == (cold, generations(engine)[0].seed)
    assert kept(replied)[1].reason == "replayed"
    assert ended == [replied.messages[1].id]
    assert replied.settings != cold, "the sliders stay"


def test_what_another_model_wrote_is_not_varied(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    failures: list[Failed] = []
    replied.failed.connect(failures.append)
    engine.folder = "another"
    replied.open_model("another.gguf")
    settle()
    assert not replied.continue_reply()
    assert failures[-1].case == "another-model"
    replied.regenerate()
    settle()
    assert len(replied.messages[1].variants) == 2
    assert replied.choose_variant(1, -1)
    assert replied.tokens == []


# ---------------------------------------------------------------- after the end


def archive_at(path: Path) -> Archive:
    return Archive.at(path / "conversations.sqlite3")


@pytest.fixture
def session_at(qtbot: QtBot, tmp_path: Path) -> Callable[[ScriptedEngine], Session]:
    """Makes sessions on one file, one program after the other."""

    def make(engine: ScriptedEngine) -> Session:
        session = Session(lambda: engine, archive=archive_at(tmp_path))
        session.start()
        session.take_events()
        return session

    return make


def test_fault_44_prompt_and_partial_reply_are_there_and_can_be_continued(
    session_at: Callable[[ScriptedEngine], Session], tmp_path: Path
) -> None:
    engine = ScriptedEngine(automatic=False)
    session = session_at(engine)
    session.send("Why?")
    engine.advance(3)
    for _ in range(4):
        session.take_events()
    # The program ends without a word: the file is opened by another one.
    copy = tmp_path / "copy"
    copy.mkdir()
    with (
        sqlite3.connect(tmp_path / "conversations.sqlite3") as source,
        sqlite3.connect(copy / "conversations.sqlite3") as target,
    ):
        source.backup(target)
    source.close()
    target.close()
    session.close()
    session.archive.close()
    later = ScriptedEngine()
    again = Session(lambda: later, archive=archive_at(copy))
    again.resume()
    assert texts(again) == ["Why?", "The answer is"], "before any model is loaded"
    assert again.messages[1].facts is not None
    assert again.messages[1].facts.reason == "lost"
    again.start()
    for _ in range(4):
        again.take_events()
    assert again.continue_reply()
    for _ in range(4):
        again.take_events()
    assert texts(again) == ["Why?", DEFAULT_REPLY]
    again.close()
    again.archive.close()


def test_fault_44_a_draft_is_there_again(session_at: Callable[[ScriptedEngine], Session]) -> None:
    session = session_at(ScriptedEngine())
    session.save_draft("half a thought")
    session.close()
    session.archive.close()
    later = session_at(ScriptedEngine())
    later.resume()
    assert later.conversation.draft == "half a thought"
    later.close()
    later.archive.close()


def test_a_reply_is_kept_when_the_window_closes(session_at: Callable[[ScriptedEngine], Session]) -> None:
    engine = ScriptedEngine(automatic=False)
    session = session_at(engine)
    session.send("Why?")
    engine.advance(2)
    for _ in range(4):
        session.take_events()
    session.close()
    assert kept(session)[1].reply.end_reason == "stopped"  # type: ignore[union-attr]
    session.archive.close()


# ---------------------------------------------------------------- disks that refuse


def refuse(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")


def allow(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = OFF")


def test_fault_46_what_cannot_be_kept_is_not_sent_and_stays_typed(
    replied: Session, engine: ScriptedEngine
) -> None:
    failures: list[VitrineError] = []
    replied.archive.failed.connect(failures.append)
    before = len(generations(engine))
    refuse(replied.archive.history.database.connection)
    assert not replied.send("And why?")
    assert failures
    assert texts(replied) == ["Why is the sky blue?", DEFAULT_REPLY]
    assert len(generations(engine)) == before
    allow(replied.archive.history.database.connection)
    assert replied.send("And why?")


def test_fault_46_tokens_that_could_not_be_kept_are_kept_with_the_next(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    failures: list[VitrineError] = []
    session.archive.failed.connect(failures.append)
    engine.automatic = False
    session.send("Why?")
    settle()
    refuse(session.archive.history.database.connection)
    engine.advance(2)
    settle()
    assert failures
    assert len(session.steps) == 2, "they are shown all the same"
    allow(session.archive.history.database.connection)
    engine.advance(99)
    settle()
    assert session.archive.history.replies.ids(session.messages[-1].id) == tuple(encode(DEFAULT_REPLY))


def test_fault_46_a_reply_that_cannot_be_begun_gives_the_question_back(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    returned: list[str] = []
    session.text_returned.connect(returned.append)
    session.send("Why?")
    refuse(session.archive.history.database.connection)
    settle()
    allow(session.archive.history.database.connection)
    assert session.phase is Phase.READY
    assert returned == ["Why?"]
    assert session.send("Why?")
    engine.advance(99)
    settle()
    assert texts(session) == ["Why?", DEFAULT_REPLY]


# ---------------------------------------------------------------- in order


def test_nobody_can_ask_about_a_sequence_that_the_engine_does_not_have_yet(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    first, start = replied.messages[1].id, replied.conversation.spans()[1][0]
    number = replied.conversation.id
    asked: list[bool] = []

    def look() -> None:
        asked.append(isinstance(engine.commands[-1], Generate))

    replied.regenerate()
    settle()
    for signal in (replied.tokens_reset, replied.conversation_chosen, replied.conversation_changed):
        signal.connect(look)
    replied.choose_branch(first)
    replied.branch(start + 1, 300)
    settle()
    replied.new_conversation()
    asked.clear()
    replied.open_conversation(number)
    assert asked
    assert all(asked[:3])
