"""Replies parted into channels, by token IDs alone."""

from __future__ import annotations

import pytest

from inference.channel_names import is_thinking
from inference.channels import REPLY_FORMATS, reply_format_of
from inference.channels.format import ReplyFormat, token_named
from inference.channels.harmony import LONGEST_HEADER, Harmony
from inference.channels.plain import PlainFormat
from inference.channels.think_tags import PAIRS, ThinkTags
from models.tokenizer.tokenizer import Tokenizer
from tests.inference.template_families import FAMILIES, Family, family_named, family_tokenizer

HARMONY = family_tokenizer(family_named("harmony"))
QWEN = family_tokenizer(family_named("Qwen 3"))


def read(reply_format: ReplyFormat, ids: list[int], before: list[int] | None = None) -> list[str]:
    """The channels of a reply as they are told while it is written."""
    reader = reply_format.reader(before or ())
    return [reader.read(one) for one in ids]


def by_channel(tokenizer: Tokenizer, written: str, before: str = "") -> list[tuple[str, str]]:
    """Channel and text of each run of a reply; names in both texts are control tokens."""
    ids = tokenizer.encode_with_control(written)
    channels = read(reply_format_of(tokenizer), ids, tokenizer.encode_with_control(before))
    runs: list[tuple[str, str]] = []
    for one, channel in zip(ids, channels, strict=True):
        text = tokenizer.piece(one).decode()
        if runs and runs[-1][0] == channel:
            runs[-1] = (channel, runs[-1][1] + text)
        else:
            runs.append((channel, text))
    return runs


# ---------------------------------------------------------------- every format


def test_every_format_of_the_registry_is_found_for_some_family() -> None:
    for find in REPLY_FORMATS:
        assert any(find(family_tokenizer(family)) is not None for family in FAMILIES)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_token_has_a_channel_and_the_reader_may_begin_anywhere(family: Family) -> None:
    tokenizer = family_tokenizer(family)
    reply_format = reply_format_of(tokenizer)
    everything = list(range(tokenizer.vocabulary_size + 5))
    for before in ([], everything, everything[::-1]):
        assert all(read(reply_format, everything, before))
    assert len(reply_format.channels(everything, True)) == len(everything)
    assert reply_format.end_ids <= set(everything)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("ChatML", PlainFormat), ("Gemma", PlainFormat), ("Phi-3", PlainFormat), ("Mistral", PlainFormat)],
)
def test_without_the_tokens_every_token_is_the_reply(name: str, kind: type[ReplyFormat]) -> None:
    tokenizer = family_tokenizer(family_named(name))
    reply_format = reply_format_of(tokenizer)
    assert type(reply_format) is kind
    assert reply_format.end_ids == tokenizer.end_ids
    assert [channel for channel, _ in by_channel(tokenizer, "<think>the</think>")] == ["final"]


def test_a_name_of_several_tokens_is_no_token() -> None:
    assert token_named(QWEN, "<think>") is not None
    assert token_named(QWEN, "<think>x") is None
    assert token_named(HARMONY, "<think>") is None


def test_thinking_is_what_is_folded_but_no_commentary() -> None:
    assert [
        name for name in ("final", "markup", "commentary", "analysis", "thinking", "x") if is_thinking(name)
    ] == [
        "analysis",
        "thinking",
        "x",
    ]


# ---------------------------------------------------------------- think tags


def test_thinking_between_tags_is_folded_with_the_blanks_behind_the_tags() -> None:
    assert by_channel(QWEN, "<think>\nthe sky\n</think>\n\nblue\n") == [
        ("markup", "<think>\n"),
        ("thinking", "the sky\n"),
        ("markup", "</think>\n\n"),
        ("final", "blue\n"),
    ]


def test_a_template_may_have_begun_the_thinking() -> None:
    deepseek = family_tokenizer(family_named("DeepSeek R1"))
    assert by_channel(deepseek, "sky</think>blue", "<|User|>the<|Assistant|><think>\n") == [
        ("thinking", "sky"),
        ("markup", "</think>"),
        ("final", "blue"),
    ]


def test_a_template_may_have_ended_it() -> None:
    assert by_channel(QWEN, "blue", "<|im_start|>assistant\n<think>\n\n</think>\n\n") == [("final", "blue")]


def test_a_finished_reply_that_closes_what_it_did_not_open_was_thinking() -> None:
    tags = reply_format_of(QWEN)
    assert isinstance(tags, ThinkTags)
    sky, blue = QWEN.encode("sky")[0], QWEN.encode("blue")[0]
    assert tags.channels([sky, tags.closing, blue], False) == ["thinking", "markup", "final"]
    assert tags.channels([sky, blue], True) == ["thinking", "thinking"]
    assert tags.channels([sky, blue], False) == ["final", "final"]


def test_fault_31_the_tags_as_ordinary_text_part_nothing() -> None:
    ids = QWEN.encode("the <think>sky</think>")
    assert set(read(reply_format_of(QWEN), ids)) == {"final"}


def test_every_pair_opens_and_closes() -> None:
    for opening, closing in PAIRS:
        assert opening != closing


# ---------------------------------------------------------------- harmony

THOUGHT = "<|channel|>analysis<|message|>the sky<|end|>"
REPLY = "<|start|>assistant<|channel|>final<|message|>is blue<|return|>"


def test_harmony_s_channels_are_named_by_the_text_of_the_header() -> None:
    assert by_channel(HARMONY, THOUGHT + REPLY, "<|start|>assistant") == [
        ("markup", "<|channel|>analysis<|message|>"),
        ("analysis", "the sky"),
        ("markup", "<|end|><|start|>assistant<|channel|>final<|message|>"),
        ("final", "is blue<|return|>"),
    ]


def test_a_recipient_behind_the_name_is_no_part_of_it() -> None:
    call = "<|channel|>commentary to=functions.sky <|constrain|>json<|message|>{}<|call|>"
    assert by_channel(HARMONY, call, "<|start|>assistant") == [
        ("markup", "<|channel|>commentary to=functions.sky <|constrain|>json<|message|>"),
        ("commentary", "{}<|call|>"),
    ]


def test_return_and_call_end_a_reply_and_end_does_not() -> None:
    harmony = reply_format_of(HARMONY)
    assert isinstance(harmony, Harmony)
    names = {HARMONY.piece(one).decode() for one in harmony.end_ids}
    assert names == {"<|return|>", "<|call|>", "<|endoftext|>"}


def test_an_end_behind_the_final_channel_ends_the_reply_all_the_same() -> None:
    reader = reply_format_of(HARMONY).reader(HARMONY.encode_with_control("<|start|>assistant"))
    ended = []
    for one in HARMONY.encode_with_control(THOUGHT + REPLY.replace("<|return|>", "<|end|>")):
        reader.read(one)
        ended.append(reader.ended)
    assert ended[-1]
    assert not any(ended[:-1])


def test_nothing_is_hidden_from_a_model_that_has_lost_the_form() -> None:
    assert by_channel(HARMONY, "the sky", "<|start|>assistant") == [("final", "the sky")]
    endless = "<|channel|>" + "x" * (2 * LONGEST_HEADER)
    channels = read(reply_format_of(HARMONY), HARMONY.encode_with_control(endless))
    assert channels[0] == "markup"
    assert channels[-1] == "final"
    assert by_channel(HARMONY, "<|channel|><|message|>the", "<|start|>assistant")[-1] == ("final", "the")


def test_a_whole_conversation_read_again_has_the_same_channels() -> None:
    before = "<|start|>user<|message|>the sky<|end|><|start|>assistant"
    whole = HARMONY.encode_with_control(before + THOUGHT + REPLY)
    alone = HARMONY.encode_with_control(THOUGHT + REPLY)
    harmony = reply_format_of(HARMONY)
    assert read(harmony, whole)[-len(alone) :] == read(harmony, alone, HARMONY.encode_with_control(before))
