"""A reply on disk is the reply that was written: digits, settings, prompt, and why it ended."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.conversation import Aside, reply_facts
from desktop.history.errors import HistoryError
from desktop.history.history import History
from desktop.history.prompts import DEEPEST_PROMPT
from desktop.history.records import Origin
from desktop.history.replies import ReplyStart
from desktop.history.reply_writer import facts_of
from desktop.history.token_table import PROMPT_ROW, TokenTable, join_tables
from tests.desktop.history.samples import (
    COLD,
    END_ID,
    MODEL,
    WARM,
    answer,
    prompt_tokens,
    steps,
    talk,
    texts,
)


def begin(history: History, text: str = "why?") -> tuple[int, ReplyStart]:
    conversation = history.conversations.create("Be brief.")
    message = history.messages.say(conversation, None, text)
    return conversation, ReplyStart(message, prompt_tokens([text]), MODEL, WARM, 2**70, end_ids=(END_ID,))


def test_every_digit_of_every_token_comes_back(history: History) -> None:
    conversation, start = begin(history)
    writer = history.replies.begin(start)
    position = len(start.prompt)
    written = steps("one two three", position) + steps("four five", position + 3, COLD, ended=True)
    for step in written:
        writer.append([step])
    facts = writer.end("end", decode_ms=100.0)
    assert history.replies.steps(writer.message) == written
    assert history.replies.prompt(writer.message) == list(start.prompt)
    assert history.replies.settings(writer.message) == ((0, WARM), (3, COLD))
    assert history.replies.ids(writer.message) == tuple(step.token.id for step in written[:-1])
    record = history.messages.path(writer.message)[-1]
    assert record.text == " one two three four five"
    assert record.reply is not None
    assert (record.reply.model, record.reply.seed, record.reply.facts) == (MODEL, 2**70, facts)
    assert history.conversations.get(conversation).model == MODEL


@pytest.mark.parametrize("decode_ms", [None, 250.0])
@pytest.mark.parametrize("text", ["", "one", "one two three"])
def test_the_figures_of_a_table_are_those_of_its_steps(text: str, decode_ms: float | None) -> None:
    written = steps(text, 3)
    ours, theirs = (
        facts_of(TokenTable.of_steps(written), "end", decode_ms),
        reply_facts(written, "end", decode_ms),
    )
    assert (ours.tokens, ours.reason) == (theirs.tokens, theirs.reason)
    assert ours.tokens_per_second == pytest.approx(theirs.tokens_per_second)
    assert ours.perplexity == pytest.approx(theirs.perplexity, nan_ok=True)


def test_thinking_is_kept_beside_the_reply(history: History) -> None:
    _, start = begin(history)
    writer = history.replies.begin(start)
    writer.append(steps("let me see", 5, channel="analysis") + steps("blue", 8, ended=True))
    writer.end("end")
    record = history.messages.path(writer.message)[-1]
    assert record.text == " blue"
    assert record.reply is not None
    assert record.reply.asides == (Aside("analysis", " let me see", 3),)
    channels = [token.channel for token in history.replies.table(writer.message).tokens()]
    assert channels == ["analysis"] * 3 + ["final"] * 2


def test_a_branch_keeps_the_tokens_before_it_with_their_settings_and_sources(history: History) -> None:
    _, start = begin(history)
    first = history.replies.begin(start)
    position = len(start.prompt)
    first.append(steps("a b", position, COLD) + steps("c d e", position + 2))
    first.end("length")
    second = history.replies.begin(
        ReplyStart(
            start.parent, start.prompt, MODEL, COLD, 5, "", "branched", Origin(first.message, 3), (END_ID,)
        )
    )
    second.append(steps("x", position + 3, COLD, source="chosen"))
    second.append(steps("typed text", position + 4, COLD, source="typed"))
    second.append(steps("written", position + 6, COLD, ended=True))
    second.end("end")
    table = history.replies.table(second.message)
    assert b"".join(table.pieces) == b" a b c x typed text written<|end|>"
    assert table.sources == ("written",) * 3 + ("chosen", "typed", "typed", "written", "written")
    assert history.replies.settings(second.message) == ((0, COLD), (2, WARM), (3, COLD))
    assert history.replies.steps(first.message)[:3] == history.replies.steps(second.message)[:3]
    assert history.replies.prompt(second.message) == list(start.prompt)


def test_prompts_of_a_long_conversation_take_room_for_their_tokens_and_not_for_their_square(
    history: History,
) -> None:
    turns = 2 * DEEPEST_PROMPT + 3
    _, leaf = talk(history, turns)
    path = history.messages.path(leaf)
    said = [message.text for message in path]
    for index in (1, 2 * DEEPEST_PROMPT - 1, 2 * DEEPEST_PROMPT + 1, len(path) - 1):
        assert history.replies.prompt(path[index].id) == prompt_tokens(said[:index])
    ((stored,),) = history.database.rows("SELECT sum(length(prompt)) FROM replies")
    whole = TokenTable.of_tokens(prompt_tokens(said))
    # Two whole prompts on the way, and every token once besides.
    assert stored < 4 * len(whole.encode())


def test_a_prompt_that_begins_differently_is_kept_whole(history: History) -> None:
    conversation, start = begin(history)
    writer = history.replies.begin(start)
    writer.append(steps("x", 5))
    writer.end("stopped")
    other = [*prompt_tokens(["other"]), *start.prompt]
    again = history.replies.begin(ReplyStart(start.parent, other, MODEL, WARM, 1))
    assert history.replies.prompt(again.message) == other
    again.append(steps("y", 9))
    again.end("end")
    assert texts(history, conversation) == ["why?", " y"]


def test_what_was_being_written_is_completed_and_what_has_no_token_goes(history: History) -> None:
    conversation, start = begin(history)
    writer = history.replies.begin(start)
    writer.append(steps("half a", 5))
    empty = history.replies.begin(start)
    assert history.replies.recover() == (writer.message,)
    record = history.messages.path(writer.message)[-1]
    assert record.text == " half a"
    assert record.reply is not None
    assert record.reply.end_reason == "lost"
    assert len(history.messages.tree(conversation)) == 2
    assert history.messages.path(empty.message) == ()
    assert [hit.message for hit in history.search.find("half")] == [writer.message]


def test_replies_to_what_is_not_there_are_refused(history: History) -> None:
    with pytest.raises(HistoryError, match="There is no message 5"):
        history.replies.begin(ReplyStart(5, [], MODEL, WARM, 1))
    with pytest.raises(HistoryError, match="There is no reply 5"):
        history.replies.prompt(5)


def test_tables_of_tokens_join_whatever_their_channels_are() -> None:
    one = TokenTable.of_steps(steps("a", 0, channel="analysis"))
    other = TokenTable.of_steps(steps("b", 1) + steps("c", 2, channel="analysis"))
    joined = TokenTable.decode(join_tables([one, other]).encode())
    assert [token.channel for token in joined.tokens()] == ["analysis", "final", "analysis"]
    assert joined.pieces == (b" a", b" b", b" c")


def test_an_empty_table_and_odd_pieces_survive() -> None:
    assert len(TokenTable.decode(join_tables([], PROMPT_ROW).encode())) == 0
    tokens = prompt_tokens(["x"])
    table = TokenTable.decode(TokenTable.of_tokens(tokens).encode())
    assert table.tokens() == tokens


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, b"VTOK" + b"\xff" * 40])
def test_a_table_that_is_none_is_refused(damage: bytes) -> None:
    with pytest.raises(HistoryError, match="damaged"):
        TokenTable.decode(damage)


def test_fault_45_one_wrong_byte_in_a_table_is_noticed() -> None:
    data = bytearray(TokenTable.of_steps(steps("a b c", 0)).encode())
    for at in np.linspace(0, len(data) - 1, 40).astype(int):
        data[at] ^= 1
        with pytest.raises(HistoryError, match="damaged"):
            TokenTable.decode(bytes(data))
        data[at] ^= 1
    assert len(TokenTable.decode(bytes(data))) == 3


def test_a_conversation_of_many_branches_answers_anew(history: History) -> None:
    conversation, leaf = talk(history, 1)
    question = history.messages.path(leaf)[0].id
    for number in range(3):
        answer(history, question, f"version {number}", reason="regenerated", origin=Origin(leaf))
    path = history.messages.path(history.conversations.get(conversation).leaf)
    assert path[-1].text == " version 2"
    assert path[-1].place == (4, 4)
