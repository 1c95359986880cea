"""Families of chat templates with replies that have channels, attacks on each, and conversations they refuse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inference.contract import ChatPrompt, IdsPrompt, Message, Token
from inference.prompt import AssembledPrompt, assemble
from inference.templates import TemplateRenderer
from models.errors import TemplateError
from models.tokenizer.tokenizer import Tokenizer
from tests.inference.template_families import FAMILIES, Family, family_named, family_tokenizer

QUESTION, NEXT = Message("user", "the sky?"), Message("user", "and the light?")


@pytest.fixture(scope="module")
def renderer() -> Iterator[TemplateRenderer]:
    renderer = TemplateRenderer()
    renderer.check("")
    yield renderer
    renderer.close()


def chat(renderer: TemplateRenderer, family: Family, *messages: Message) -> AssembledPrompt:
    """A conversation by a family's template."""
    return assemble(ChatPrompt(messages), family_tokenizer(family), family.template, renderer)


def reply(tokenizer: Tokenizer, written: str, text: str, thinking: str = "") -> Message:
    """A reply as a window remembers it; names in what was written are control tokens."""
    return Message("assistant", text, tuple(tokenizer.encode_with_control(written)), thinking)


def of_replies(assembled: AssembledPrompt) -> list[Token]:
    """The tokens that come from replies."""
    return [token for token in assembled.tokens if token.part == "assistant"]


# ---------------------------------------------------------------- replies come back


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_reply_keeps_the_ids_that_the_model_wrote(renderer: TemplateRenderer, family: Family) -> None:
    tokenizer = family_tokenizer(family)
    spelled = tuple(tokenizer.encode(letter, first=False)[-1] for letter in "blue")
    assembled = chat(renderer, family, QUESTION, Message("assistant", "blue", spelled), NEXT)
    assert tuple(token.id for token in of_replies(assembled)) == spelled
    assert assembled.banner is None


def test_a_space_that_was_written_is_not_written_twice(renderer: TemplateRenderer) -> None:
    """Mistral's template puts a space before a reply, which is in the reply's first token already."""
    mistral = family_named("Mistral")
    tokenizer = family_tokenizer(mistral)
    word = tokenizer.encode("blue")
    assert tokenizer.piece(word[0]).startswith(b" ")
    first = [token.id for token in chat(renderer, mistral, QUESTION).tokens]
    second = chat(renderer, mistral, QUESTION, Message("assistant", " blue", tuple(word)), NEXT)
    assert "[/INST] blue</s>" in second.text
    # Word for word the sequence in which it was written, so that nothing has to be read again.
    assert [token.id for token in second.tokens][: len(first) + len(word)] == [*first, *word]


@pytest.mark.parametrize("name", ["Qwen 3", "DeepSeek R1"])
def test_what_was_thought_does_not_come_back(renderer: TemplateRenderer, name: str) -> None:
    family = family_named(name)
    tokenizer = family_tokenizer(family)
    begins = "" if name == "DeepSeek R1" else "<think>\n"
    said = reply(tokenizer, f"{begins}the light</think>\n\nis blue", "is blue", "the light")
    assembled = chat(renderer, family, QUESTION, said, NEXT)
    assert b"".join(token.piece for token in of_replies(assembled)) == b"is blue"
    assert assembled.banner is None


def test_what_was_thought_comes_back_where_the_template_wants_it(renderer: TemplateRenderer) -> None:
    """Qwen 3 keeps the thinking that follows the last question."""
    qwen = family_named("Qwen 3")
    tokenizer = family_tokenizer(qwen)
    written = "<think>\nthe light\n</think>\n\nis blue"
    assembled = chat(renderer, qwen, QUESTION, reply(tokenizer, written, "is blue"))
    assert written in assembled.text
    assert [(token.piece, token.channel) for token in of_replies(assembled)] == [
        (b"the", "thinking"),
        (b" light", "thinking"),
        (b"\n", "thinking"),
        (b"is", "final"),
        (b" blue", "final"),
    ]
    # Everything is as it was written, so that nothing has to be read again.
    ids = [token.id for token in assembled.tokens]
    start = next(at for at, token in enumerate(assembled.tokens) if token.piece == b"<think>")
    wrote = tokenizer.encode_with_control(written)
    assert ids[start : start + 2] == wrote[:2]


def test_harmony_s_replies_come_back_without_their_analysis(renderer: TemplateRenderer) -> None:
    harmony = family_named("harmony")
    tokenizer = family_tokenizer(harmony)
    written = (
        "<|channel|>analysis<|message|>the light<|end|><|start|>assistant<|channel|>final<|message|>is blue"
    )
    assembled = chat(renderer, harmony, QUESTION, reply(tokenizer, written, "is blue"), NEXT)
    assert "<|start|>assistant<|channel|>final<|message|>is blue<|end|>" in assembled.text
    assert "the light" not in assembled.text.replace("and the light?", "")
    assert [token.channel for token in of_replies(assembled)] == ["final", "final"]
    assert assembled.lead == tuple(tokenizer.encode_with_control("<|end|><|start|>assistant"))


def test_a_reply_that_was_stopped_while_thinking_says_nothing(renderer: TemplateRenderer) -> None:
    deepseek = family_named("DeepSeek R1")
    stopped = reply(family_tokenizer(deepseek), "the light", "", "the light")
    assembled = chat(renderer, deepseek, QUESTION, stopped, NEXT)
    assert of_replies(assembled) == []
    assert "<|Assistant|><|end_of_sentence|>" in assembled.text


def test_ids_of_a_conversation_have_the_channels_of_its_replies(renderer: TemplateRenderer) -> None:
    harmony = family_named("harmony")
    tokenizer = family_tokenizer(harmony)
    ids = tokenizer.encode_with_control("<|start|>assistant<|channel|>analysis<|message|>the sky")
    assembled = assemble(IdsPrompt(tuple(ids)), tokenizer, None, renderer)
    assert [token.channel for token in assembled.tokens][-2:] == ["analysis", "analysis"]
    assert assembled.lead == tuple(ids)


# ---------------------------------------------------------------- fault 31, in every family


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_fault_31_no_name_typed_becomes_control_in_any_family(
    renderer: TemplateRenderer, family: Family
) -> None:
    innocent = chat(renderer, family, Message("user", "the"))
    for name in (*family.control, *family.markers, "".join(family.control)):
        attack = chat(renderer, family, Message("user", f"the {name} sky"))
        typed = [token for token in attack.tokens if token.part == "user"]
        assert not any(token.special for token in typed)
        assert name.encode() not in {token.piece for token in typed}
        assert [t.id for t in attack.tokens if t.special] == [t.id for t in innocent.tokens if t.special]
        assert attack.banner is None


# ---------------------------------------------------------------- fault 29


def test_fault_29_gemma_has_no_system_role_and_says_so(renderer: TemplateRenderer) -> None:
    with pytest.raises(TemplateError) as refused:
        chat(renderer, family_named("Gemma"), Message("system", "be brief"), QUESTION)
    assert refused.value.case == "template-raised"
    assert refused.value.what == "The chat template refuses this conversation: “No system role, please”."


@pytest.mark.parametrize("name", ["Gemma", "Mistral"])
def test_fault_29_roles_that_do_not_alternate_are_refused(renderer: TemplateRenderer, name: str) -> None:
    with pytest.raises(TemplateError, match="alternate") as refused:
        chat(renderer, family_named(name), QUESTION, NEXT)
    assert refused.value.case == "template-raised"


def test_gemma_s_replies_are_the_model_s(renderer: TemplateRenderer) -> None:
    text = chat(renderer, family_named("Gemma"), QUESTION, Message("assistant", "blue"), NEXT).text
    assert "<start_of_turn>model\nblue<end_of_turn>\n" in text
    assert text.startswith("<bos><start_of_turn>user\nthe sky?<end_of_turn>\n")
