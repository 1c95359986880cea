"""The session: phases, chat, cursor, settings, and every way a reply can end."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.inquiry import Inquiry
from desktop.kept_conversation import read_conversation
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import (
    Failed,
    Generate,
    IdsPrompt,
    Load,
    Message,
    Progress,
    ReadLogits,
    Status,
    Stop,
    Stopped,
    UpdateSettings,
)
from inference.sampling.settings import SamplingSettings
from models.errors import VitrineError
from tests.desktop.scripted_engine import DEFAULT_REPLY, HEADS, LAYERS, ScriptedEngine, encode, template

Settle = Callable[[], None]


def generations(engine: ScriptedEngine) -> list[Generate]:
    """What was asked to be written."""
    return [command for command in engine.commands if isinstance(command, Generate)]


def said(session: Session, conversation: int) -> list[str]:
    """What the branch of a kept conversation says that was shown last."""
    return [one.text for one in read_conversation(session.archive.history, conversation).messages]


def record(signal: object) -> list[object]:
    """What a signal of one argument says from now on."""
    said: list[object] = []
    signal.connect(said.append)  # type: ignore[attr-defined]
    return said


# ---------------------------------------------------------------- loading


def test_starting_loading_ready(unloaded_session: Session, engine: ScriptedEngine) -> None:
    engine.loads = False
    session = unloaded_session
    progress = record(session.progressed)
    assert session.phase is Phase.STARTING
    session.start()
    session.take_events()
    assert session.phase is Phase.LOADING
    assert progress == [Progress("load", 1, 4)]
    engine.load()
    session.take_events()
    assert session.phase is Phase.READY
    assert session.model is not None
    assert session.proof is not None
    assert session.layer == LAYERS // 2


def test_a_message_sent_while_loading_waits_and_is_answered(
    unloaded_session: Session, engine: ScriptedEngine
) -> None:
    engine.loads = False
    session = unloaded_session
    session.start()
    session.take_events()
    assert session.send("Why?")
    assert session.queued
    assert not session.send("And another?"), "one waits at a time"
    engine.load()
    session.take_events()
    session.take_events()
    assert [message.text for message in session.messages] == ["Why?", DEFAULT_REPLY]
    assert not session.queued


def test_a_waiting_message_can_be_taken_back(unloaded_session: Session, engine: ScriptedEngine) -> None:
    engine.loads = False
    session = unloaded_session
    session.start()
    session.send("Why?")
    returned = record(session.text_returned)
    session.stop()
    assert returned == ["Why?"]
    assert session.messages == []


def test_a_model_that_cannot_be_loaded_leaves_a_session_that_can_try_again(
    unloaded_session: Session, engine: ScriptedEngine
) -> None:
    engine.loads = False
    session = unloaded_session
    failures = record(session.failed)
    session.start()
    engine.fail_loading("The file is empty (0 bytes).")
    session.take_events()
    assert session.phase is Phase.LOST
    assert isinstance(failures[0], Failed)
    assert failures[0].what == "The file is empty (0 bytes)."
    engine.loads = True
    session.restart_engine()
    session.take_events()
    assert session.phase is Phase.READY


def test_an_engine_that_cannot_be_started_is_a_failure_like_others(qtbot: QtBot) -> None:
    def refuse() -> ScriptedEngine:
        raise VitrineError("no-process", "No process can be started.", "Close other programs.")

    session = Session(refuse)
    failures = record(session.failed)
    session.start()
    assert session.phase is Phase.LOST
    assert isinstance(failures[0], Failed)
    assert failures[0].case == "no-process"


def test_loading_can_be_stopped(unloaded_session: Session, engine: ScriptedEngine) -> None:
    engine.loads = False
    unloaded_session.start()
    unloaded_session.stop_loading()
    assert isinstance(engine.commands[-1], Stop)


# ---------------------------------------------------------------- chat


def test_a_reply_is_a_message_with_its_ids_and_figures(replied: Session) -> None:
    question, reply = replied.messages
    assert question.text == "Why is the sky blue?"
    assert reply.text == DEFAULT_REPLY
    assert reply.ids == tuple(encode(DEFAULT_REPLY))
    assert reply.facts is not None
    assert reply.facts.tokens == len(encode(DEFAULT_REPLY)) + 1
    assert reply.facts.reason == "end"
    assert replied.speed == pytest.approx(100.0)
    assert replied.phase is Phase.READY


def test_what_was_waited_for_the_first_token_is_one_number_to_the_end(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(2)
    session.take_events()
    waited = session.first_token_ms
    assert waited > 0
    engine.automatic = True
    engine.advance(100)
    settle()
    assert session.phase is Phase.READY
    assert session.first_token_ms == waited


def test_the_sequence_is_prompt_and_reply(replied: Session, engine: ScriptedEngine) -> None:
    assert [token.id for token in replied.tokens] == engine.ids
    assert len(replied.logprobs) == len(replied.ranks) == len(replied.entropies) == len(engine.ids)
    assert replied.messages[1].ids is not None
    first, last = replied.conversation.spans()[1]
    assert set(replied.steps) == set(range(first, last))


def test_the_prompts_probabilities_are_read_after_the_reply(replied: Session, engine: ScriptedEngine) -> None:
    assert np.isnan(replied.logprobs[0])
    assert np.isfinite(replied.logprobs[1:]).all()
    assert replied.logprobs[2] == pytest.approx(np.log(0.97), abs=1e-3)


def test_the_next_turn_says_the_reply_by_its_ids(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    replied.send("And why are sunsets red?")
    settle()
    prompt = generations(engine)[-1].prompt
    assert prompt.messages == (  # type: ignore[union-attr]
        Message("user", "Why is the sky blue?"),
        Message("assistant", DEFAULT_REPLY, tuple(encode(DEFAULT_REPLY))),
        Message("user", "And why are sunsets red?"),
    )
    spans = replied.conversation.spans()
    assert all(last > first for first, last in spans)
    assert spans == sorted(spans)


def test_a_system_prompt_goes_first(session: Session, engine: ScriptedEngine, settle: Settle) -> None:
    session.set_system_prompt("Be brief")
    session.send("Why?")
    settle()
    assert generations(engine)[0].prompt.messages[0] == Message("system", "Be brief")  # type: ignore[union-attr]
    first, last = session.conversation.spans()[0]
    assert b"".join(token.piece for token in session.tokens[first:last]) == b"Why?"


def test_blank_messages_are_not_sent(session: Session, engine: ScriptedEngine) -> None:
    assert not session.send(" \n\t")
    assert generations(engine) == []


def test_steps_are_told_in_batches(session: Session, engine: ScriptedEngine, settle: Settle) -> None:
    engine.automatic = False
    session.send("Why?")
    settle()
    assert session.phase is Phase.PREFILLING
    appended: list[tuple[int, int]] = []
    session.tokens_appended.connect(lambda start, stop: appended.append((start, stop)))
    engine.advance(4)
    session.take_events()
    start = len(template(generations(engine)[0].prompt))
    assert appended == [(start, start + 4)]
    assert session.phase is Phase.WRITING
    assert session.cursor == start + 3


def test_regenerating_replaces_the_last_reply(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.replies.clear()
    engine.replies.append("It is blue.")
    seed = replied.seed
    replied.regenerate()
    settle()
    assert [message.text for message in replied.messages] == ["Why is the sky blue?", "It is blue."]
    assert replied.seed != seed, "other dice, or it would say the same again"


def test_a_reply_that_was_to_be_replaced_is_kept_until_the_new_one_begins(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    returned = record(replied.text_returned)
    replied.regenerate()
    settle()
    replied.stop()
    settle()
    assert [message.text for message in replied.messages] == ["Why is the sky blue?", DEFAULT_REPLY]
    assert returned == []


def test_a_fixed_seed_stays(replied: Session, engine: ScriptedEngine, settle: Settle) -> None:
    replied.change_seed(42, new_each_reply=False)
    replied.regenerate()
    settle()
    assert generations(engine)[-1].seed == replied.seed == 42


# ---------------------------------------------------------------- stopping


def test_fault_51_stop_before_the_first_token_gives_the_text_back(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    returned = record(session.text_returned)
    session.send("Why?")
    session.stop()
    settle()
    assert session.phase is Phase.READY
    assert returned == ["Why?"]
    assert session.messages == []


def test_fault_51_stop_while_writing_keeps_what_is_there(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(3)
    settle()
    session.stop()
    assert session.stopping
    settle()
    assert session.phase is Phase.READY
    assert not session.stopping
    assert session.messages[-1].text == "The answer is"
    assert session.messages[-1].facts is not None
    assert session.messages[-1].facts.reason == "stopped"


def test_fault_51_stop_twice_then_send_at_once(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(2)
    settle()
    session.stop()
    session.stop()
    assert sum(isinstance(command, Stop) for command in engine.commands) == 1
    assert session.send("And now?")
    engine.automatic = True
    engine.advance(99)
    settle()
    assert [message.text for message in session.messages] == ["Why?", "The answer", "And now?", DEFAULT_REPLY]
    assert [token.id for token in session.tokens] == engine.ids


def test_fault_51_stop_when_nothing_runs_is_nothing(session: Session, engine: ScriptedEngine) -> None:
    before = len(engine.commands)
    session.stop()
    session.stop()
    assert len(engine.commands) == before


def test_fault_51_sending_in_a_prefill_gives_the_first_text_back(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    returned = record(session.text_returned)
    session.send("first")
    settle()
    session.send("second")
    settle()
    assert returned == ["first"]
    assert [message.text for message in session.messages] == ["second", ""]


def test_events_of_a_generation_that_was_given_up_are_ignored(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(3)  # its steps wait in the queue
    session.new_conversation()
    settle()
    assert session.tokens == []
    assert session.messages == []


def test_fault_52_new_chat_while_writing_keeps_the_partial_reply(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(2)
    settle()
    session.new_conversation()
    settle()
    assert session.phase is Phase.READY
    assert session.messages == []
    (_, (first,)), *_ = session.archive.groups()
    assert said(session, first.id) == ["Why?", "The answer"]


# ---------------------------------------------------------------- failures


def test_fault_34_a_prompt_longer_than_the_context_keeps_the_text(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.context = 40
    failures, returned = record(session.failed), record(session.text_returned)
    text = "light " * 60
    session.send(text)
    settle()
    assert isinstance(failures[0], Failed)
    assert failures[0].case == "prompt-too-long"
    assert returned == [text]
    assert session.messages == []
    assert session.phase is Phase.READY


def test_fault_29_what_a_template_refuses_goes_back_to_where_it_was_typed(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    session.send("Why?")
    settle()
    engine.refusal = Failed(
        "template-raised", "The chat template refuses this conversation: “alternate”.", "Change it."
    )
    failures, returned = record(session.failed), record(session.text_returned)
    session.send("And red?")
    settle()
    assert isinstance(failures[0], Failed)
    assert failures[0].what.endswith("“alternate”.")
    assert returned == ["And red?"]
    assert [message.role for message in session.messages] == ["user", "assistant"]
    assert session.phase is Phase.READY


def test_a_failure_while_writing_keeps_what_is_there(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(2)
    generation = generations(engine)[0].generation
    engine.post(
        Failed("logits-not-finite", "The logits are NaN.", "Try another file.", generation=generation)
    )
    engine.post(Stopped(generation, "failed", 2, 5, 1.0, 1.0, 10.0))
    settle()
    assert session.messages[-1].text == "The answer"
    assert session.messages[-1].facts is not None
    assert session.messages[-1].facts.reason == "failed"


def test_fault_43_engine_killed_while_writing(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    failures = record(session.failed)
    session.send("Why?")
    engine.advance(2)
    settle()
    engine.crash(-9)
    settle()
    assert session.phase is Phase.LOST
    assert isinstance(failures[0], Failed)
    assert failures[0].case == "engine-lost"
    assert "-9" in failures[0].what
    assert session.messages[-1].text == "The answer"
    assert not session.send("Hello?"), "the text stays in the composer"


def test_fault_43_a_restarted_engine_reads_the_conversation_again(qtbot: QtBot) -> None:
    engines = [ScriptedEngine(automatic=False), ScriptedEngine()]
    session = Session(lambda: engines.pop(0))
    first = engines[0]
    session.start()
    session.take_events()
    session.send("Why?")
    first.advance(3)
    session.take_events()
    first.crash()
    session.take_events()
    before = list(session.tokens)
    second = engines[0]
    session.restart_engine()
    for _ in range(5):
        session.take_events()
    assert session.phase is Phase.READY
    assert session.tokens == before
    assert second.ids == [token.id for token in before]
    (restored,) = generations(second)
    assert isinstance(restored.prompt, IdsPrompt)
    assert restored.max_tokens == 0
    assert session.send("Go on")
    for _ in range(5):
        session.take_events()
    assert session.messages[-1].text == DEFAULT_REPLY
    session.close()


def test_fault_43_engine_killed_while_loading(unloaded_session: Session, engine: ScriptedEngine) -> None:
    engine.loads = False
    unloaded_session.start()
    unloaded_session.send("Why?")
    engine.crash(-11)
    unloaded_session.take_events()
    assert unloaded_session.phase is Phase.LOST
    assert [message.text for message in unloaded_session.messages] == ["Why?"]
    assert unloaded_session.queued, "it is still answered after a restart"


def test_another_model_keeps_what_was_said_and_forgets_the_tokens(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.folder = "another"
    replied.open_model("other.gguf")
    settle()
    assert Load("other.gguf") in engine.commands
    assert replied.tokens == []
    assert replied.cursor == -1
    assert [message.text for message in replied.messages] == ["Why is the sky blue?", DEFAULT_REPLY]
    assert replied.messages[1].ids is None


# ---------------------------------------------------------------- conversations


def test_conversations_can_be_gone_back_to(replied: Session, engine: ScriptedEngine, settle: Settle) -> None:
    first, ids = replied.conversation.id, [token.id for token in replied.tokens]
    replied.new_conversation()
    assert replied.tokens == []
    assert replied.cursor == -1
    replied.send("Hello world")
    settle()
    replied.open_conversation(first)
    settle()
    assert [token.id for token in replied.tokens] == ids == engine.ids
    assert replied.phase is Phase.READY
    assert replied.steps, "what is known about its tokens is still known"
    assert replied.cursor == len(ids) - 1


def test_an_empty_conversation_is_not_kept(replied: Session, settle: Settle) -> None:
    first = replied.conversation.id
    replied.new_conversation()
    replied.new_conversation()
    assert replied.conversation.id == 0
    assert [one.id for _, day in replied.archive.groups() for one in day] == [first]


# ---------------------------------------------------------------- cursor


def test_the_row_is_the_one_that_chose_the_token(replied: Session) -> None:
    replied.move_cursor(7)
    assert replied.row == 6
    replied.move_cursor(0)
    assert replied.row == -1, "nothing predicts the first token"


def test_the_cursor_is_clipped(replied: Session) -> None:
    replied.move_cursor(10_000)
    assert replied.cursor == len(replied.tokens) - 1
    replied.step_cursor(-10_000)
    assert replied.cursor == 0


def test_touching_ends_following_and_follow_begins_it_again(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    following = record(session.following_changed)
    session.send("Why?")
    engine.advance(3)
    settle()
    session.move_cursor(4)
    engine.advance(2)
    settle()
    assert session.cursor == 4
    session.follow()
    assert session.cursor == len(session.tokens) - 1
    engine.advance(1)
    settle()
    assert session.cursor == len(session.tokens) - 1
    assert following == [False, True]


def test_until_the_first_token_the_cursor_stays_on_what_both_sequences_have(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    last = replied.cursor
    replied.send("And now?")
    settle()
    assert replied.cursor == last
    assert replied.following


def test_heads_are_clipped(session: Session) -> None:
    session.choose_head(99, 99)
    assert (session.layer, session.head) == (LAYERS - 1, HEADS - 1)
    session.choose_head(1, "mean")
    assert (session.layer, session.head) == (1, "mean")


# ---------------------------------------------------------------- settings and status


def test_settings_reach_the_engine_while_it_writes_and_only_then(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    warm = SamplingSettings(temperature=1.5)
    session.change_settings(warm)
    assert not any(isinstance(command, UpdateSettings) for command in engine.commands)
    engine.automatic = False
    session.send("Why?")
    engine.advance(1)
    settle()
    cold = SamplingSettings(temperature=0.1)
    session.change_settings(cold)
    session.change_settings(cold)
    assert [command for command in engine.commands if isinstance(command, UpdateSettings)] == [
        UpdateSettings(cold)
    ]
    engine.advance(1)
    settle()
    assert [session.steps[at].settings for at in sorted(session.steps)] == [warm, cold]


def test_status_is_kept(session: Session, engine: ScriptedEngine, settle: Settle) -> None:
    engine.post(Status(1, 2, 3, 4))
    settle()
    assert session.status == Status(1, 2, 3, 4)


def test_a_banner_of_the_prompt_is_told(session: Session, engine: ScriptedEngine, settle: Settle) -> None:
    engine.banner = "This model has no chat template: your text is continued as it is."
    told = record(session.noticed)
    session.send("Why?")
    settle()
    assert told == [engine.banner]


# ---------------------------------------------------------------- threads


def test_arrivals_from_another_thread_are_taken_in_the_windows_thread(
    qtbot: QtBot, session: Session, engine: ScriptedEngine
) -> None:
    taken_in: list[threading.Thread] = []
    session.status_changed.connect(lambda: taken_in.append(threading.current_thread()))
    thread = threading.Thread(target=engine.post, args=(Status(1, 2, 3, 4),))
    with qtbot.waitSignal(session.status_changed, timeout=5000):
        thread.start()
    thread.join()
    assert taken_in == [threading.main_thread()]


def test_closing_leaves_nothing_to_ask(session: Session, engine: ScriptedEngine) -> None:
    session.close()
    assert not engine.alive
    assert session.model is None
    before = len(engine.commands)
    session.send("Hello?")
    Inquiry(session, session).ask(ReadLogits, position=0)
    assert len(engine.commands) == before


def loads(engine: ScriptedEngine) -> list[Load]:
    return [command for command in engine.commands if isinstance(command, Load)]


def test_a_model_that_cannot_be_opened_does_not_take_the_place_of_one_that_could(
    replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    told, failures = record(replied.went_back), record(replied.failed)
    before = [message.text for message in replied.messages]
    engine.loads = False
    replied.open_model("/somewhere/broken.gguf", "q4")
    assert loads(engine)[-1] == Load("/somewhere/broken.gguf", variant="q4")
    assert replied.opening == "broken.gguf"
    engine.loads = True
    engine.post(Failed("truncated-file", "It is incomplete.", "Get it again."))
    settle()
    assert replied.phase is Phase.READY
    assert loads(engine)[-1] == Load(None)
    assert [message.text for message in replied.messages] == before
    assert isinstance(told[0], Failed)
    assert (told[0].case, failures) == ("truncated-file", [])


def test_what_was_said_to_a_model_that_did_not_come_goes_back_to_the_composer(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    returned = record(session.text_returned)
    engine.loads = False
    session.open_model("broken.gguf")
    session.send("Are you the new one?")
    engine.post(Failed("truncated-file", "It is incomplete.", "Get it again."))
    engine.load()
    settle()
    assert returned == ["Are you the new one?"]
    assert session.messages == []


def test_fault_17_a_model_that_kills_the_engine_gives_way_to_the_one_before(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    told = record(session.went_back)
    engine.loads = False
    session.open_model("deadly.onnx")
    engine.loads = True
    engine.crash(-11)
    settle()
    assert session.phase is Phase.READY
    assert loads(engine)[-1] == Load(None)
    assert isinstance(told[0], Failed)
    assert "deadly.onnx" in told[0].what


def test_when_the_model_from_before_is_gone_too_there_is_no_end_without_an_end(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.loads = False
    failures = record(session.failed)
    session.open_model("broken.gguf")
    engine.post(Failed("truncated-file", "It is incomplete.", "Get it again."))
    settle()
    engine.post(Failed("source-missing", "The file is not there.", "Put it back."))
    settle()
    assert session.phase is Phase.LOST
    assert [failed.case for failed in failures if isinstance(failed, Failed)] == ["source-missing"]
    assert loads(engine) == [Load(None), Load("broken.gguf"), Load(None)]


def test_a_first_model_on_its_way_is_what_a_broken_second_one_gives_way_to(
    unloaded_session: Session, engine: ScriptedEngine
) -> None:
    engine.loads = False
    unloaded_session.start()
    unloaded_session.open_model("broken.gguf")
    engine.post(Failed("truncated-file", "It is incomplete.", "Get it again."))
    engine.loads = True
    unloaded_session.take_events()
    unloaded_session.take_events()
    assert unloaded_session.phase is Phase.READY
    assert loads(engine)[-1] == Load(None)


def test_fault_38_a_models_name_is_escaped(session: Session) -> None:
    session.rename_model("evil\u202ename")
    assert session.model is not None
    assert session.model.name == "evil⟨U+202E⟩name"


# ---------------------------------------------------------------- branches


def test_an_edited_question_is_another_branch(replied: Session, settle: Settle) -> None:
    first = replied.messages[0].id
    assert replied.edit(0, "Why is the answer blue?")
    settle()
    assert [message.text for message in replied.messages] == ["Why is the answer blue?", DEFAULT_REPLY]
    assert replied.messages[0].variants == (first, replied.messages[0].id)
    assert replied.choose_variant(0, -1)
    assert replied.messages[0].id == first


def test_a_question_edited_before_the_first_token_stays_beside_its_edit(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    returned = record(session.text_returned)
    session.send("Why?")
    settle()
    assert session.edit(0, "Why not?")
    engine.advance(99)
    settle()
    assert [message.text for message in session.messages] == ["Why not?", DEFAULT_REPLY]
    assert len(session.messages[0].variants) == 2
    assert returned == []


def test_a_reply_that_nothing_was_written_to_can_be_asked_for_anew(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    settle()
    session.regenerate(1)
    engine.advance(99)
    settle()
    assert [message.text for message in session.messages] == ["Why?", DEFAULT_REPLY]


def test_a_message_of_another_branch_is_gone_to(replied: Session, settle: Settle) -> None:
    asked = record(replied.message_asked)
    first = replied.messages[1].id
    replied.regenerate()
    settle()
    assert replied.look_at(first)
    assert [message.id for message in replied.messages] == [1, first]
    assert replied.cursor == replied.conversation.spans()[1][0]
    assert replied.look_at(1)
    assert asked == [first, 1]
