"""One reply's bookkeeping: where it ends and which channel each of its tokens is on."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

import inference.reply
from inference.channels import reply_format_of
from inference.contract import ChatPrompt, Generate, Message, Step, Token
from inference.prompt import assemble
from inference.reply import Reply
from inference.sampling.settings import SamplingSettings
from inference.sequence import TokenSequence
from inference.templates import TemplateRenderer
from tests.inference.template_families import Family, family_named, family_tokenizer


@pytest.fixture(scope="module")
def renderer() -> Iterator[TemplateRenderer]:
    renderer = TemplateRenderer()
    renderer.check("")
    yield renderer
    renderer.close()


def written(
    family: Family, text: str, renderer: TemplateRenderer, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[Token], str]:
    """The tokens of a reply whose model writes `text` and would go on, and why it ended."""
    tokenizer = family_tokenizer(family)
    ids = [*tokenizer.encode_with_control(text), *tokenizer.encode("never written")]

    def generate(*_: Any) -> Iterator[Step]:
        for position, number in enumerate(ids):
            token = Token(number, tokenizer.piece(number), tokenizer.is_control(number), "reply")
            yield Step(1, position, token, 0.0, 0.0, 0.0, 1, 0.0, 0.5, SamplingSettings(), (), 1.0, 1.0)

    monkeypatch.setattr(inference.reply, "generate", generate)
    model: Any = SimpleNamespace(
        reply_format=reply_format_of(tokenizer),
        tokenizer=tokenizer,
        sequence=TokenSequence(500),
        decoder=SimpleNamespace(capacity=500, in_parts=True),
        assemble=lambda prompt: assemble(prompt, tokenizer, family.template, renderer),
    )
    prompt = ChatPrompt((Message("user", "the sky?"),))
    reply = Reply(model, Generate(1, prompt, SamplingSettings(), 0))
    reply.prompt()
    tokens = [step.token for step in reply.write()]
    return tokens, reply.reason


def channels(tokens: list[Token]) -> list[str]:
    """The channels of a reply, each once for a run of tokens."""
    names = [token.channel for token in tokens]
    return [name for before, name in zip(["", *names], names, strict=False) if name != before]


@pytest.mark.parametrize("end", ["<|return|>", "<|end|>"])
def test_harmony_goes_on_behind_its_analysis_and_ends_behind_its_final_channel(
    renderer: TemplateRenderer, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    text = (
        "<|channel|>analysis<|message|>the light<|end|>"
        f"<|start|>assistant<|channel|>final<|message|>is blue{end}"
    )
    tokens, reason = written(family_named("harmony"), text, renderer, monkeypatch)
    assert reason == "end"
    assert b"".join(token.piece for token in tokens).decode() == text
    assert channels(tokens)[:4] == ["markup", "analysis", "markup", "final"]


def test_a_call_ends_a_reply_too(renderer: TemplateRenderer, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "<|channel|>commentary to=functions.sky<|message|>the<|call|>"
    tokens, reason = written(family_named("harmony"), text, renderer, monkeypatch)
    assert (tokens[-1].piece, reason) == (b"<|call|>", "end")
    assert channels(tokens) == ["markup", "commentary"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Qwen 3", "<think>\nthe\n</think>\n\nblue<|im_end|>", ["markup", "thinking", "markup", "final"]),
        ("DeepSeek R1", "the\n</think>\n\nblue<|end_of_sentence|>", ["thinking", "markup", "final"]),
        ("ChatML", "<think>the</think>blue<|im_end|>", ["final"]),
        ("Llama 3", "blue<|eot_id|>", ["final"]),
        ("Gemma", "blue<end_of_turn>", ["final"]),
        ("Phi-3", "blue<|end|>", ["final"]),
        ("Mistral", "blue</s>", ["final"]),
    ],
)
def test_every_family_ends_where_its_model_says(
    renderer: TemplateRenderer, monkeypatch: pytest.MonkeyPatch, name: str, text: str, expected: list[str]
) -> None:
    tokens, reason = written(family_named(name), text, renderer, monkeypatch)
    assert reason == "end"
    assert text.endswith(tokens[-1].piece.decode())
    assert channels(tokens) == expected
