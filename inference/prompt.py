"""From a prompt to tokens: control tokens come from the chat template's own text, and from nothing else.

Knows nothing about the model's context or its cache.

What a person typed is ordinary text, whatever it looks like; a reply that the model wrote stays the very IDs it
wrote; the text between two control tokens is tokenized in one piece, as `apply_chat_template` of Hugging Face
transformers does, so that ordinary conversations become the same IDs.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from inference.contract import ChatPrompt, IdsPrompt, Message, Prompt, RawPrompt, Token
from inference.message_places import RenderedConversation, render_with_places
from inference.templates import TemplateRenderer
from inference.token_writer import Origin, TokenWriter
from models.errors import TemplateError, VitrineError
from models.tokenizer.tokenizer import END_TOKENS, Tokenizer

BROKEN_TEMPLATE = frozenset({"template-syntax", "template-undefined", "template-failed"})
"""Failures for which the text is continued without the template; others are the person's to decide on."""


@dataclass(frozen=True, slots=True)
class AssembledPrompt:
    """A prompt, ready for the model.

    Args:
        tokens: all of it.
        text: what the tokens were made from, special tokens by name; of IDs, what they decode to.
        banner: a sentence to show when the prompt is not what one would expect.
    """

    tokens: tuple[Token, ...]
    text: str
    banner: str | None = None


def assemble(
    prompt: Prompt,
    tokenizer: Tokenizer,
    template: str | None,
    renderer: TemplateRenderer,
    vocabulary: int | None = None,
) -> AssembledPrompt:
    """Make a prompt into tokens.

    Args:
        prompt: what to continue.
        tokenizer: of the model.
        template: the model's chat template, if it has one.
        renderer: renders it.
        vocabulary: how many tokens the model has; ``None`` takes the tokenizer's.

    Raises:
        TemplateError: the template was refused, or refuses the conversation.
        VitrineError: an ID is outside the vocabulary.
    """
    most = tokenizer.vocabulary_size if vocabulary is None else vocabulary
    match prompt:
        case IdsPrompt():
            return _continue_ids(prompt, tokenizer, most)
        case RawPrompt():
            return _continue_text(prompt.text, 0, tokenizer)
        case ChatPrompt():
            for message in prompt.messages:
                _check_ids(message.ids or (), most)
            return _continue_chat(prompt.messages, tokenizer, template, renderer)


# ---------------------------------------------------------------- without a template


def _continue_ids(prompt: IdsPrompt, tokenizer: Tokenizer, vocabulary: int) -> AssembledPrompt:
    _check_ids(prompt.ids, vocabulary)
    writer = TokenWriter(tokenizer)
    writer.write_ids(prompt.ids, Origin("user", 0))
    return AssembledPrompt(writer.finish(), tokenizer.decode(prompt.ids))


def _continue_text(
    text: str, message: int, tokenizer: Tokenizer, banner: str | None = None
) -> AssembledPrompt:
    writer = TokenWriter(tokenizer)
    begin = ""
    if tokenizer.add_begin and tokenizer.begin_id is not None:
        writer.write_ids([tokenizer.begin_id], Origin())
        begin = tokenizer.piece(tokenizer.begin_id).decode()
    writer.write_text(text, Origin("user", message))
    return AssembledPrompt(writer.finish(), begin + text, banner)


def _check_ids(ids: Sequence[int], vocabulary: int) -> None:
    for token_id in ids:
        if not 0 <= token_id < vocabulary:
            raise VitrineError(
                "token-id-out-of-range",
                f"There is no token {token_id}: this model's vocabulary is 0 to {vocabulary - 1:,}.",
                "Use IDs of this model.",
            )


# ---------------------------------------------------------------- with a template


def _continue_chat(
    messages: tuple[Message, ...], tokenizer: Tokenizer, template: str | None, renderer: TemplateRenderer
) -> AssembledPrompt:
    if template is None:
        banner = "This model has no chat template: the last message is continued as it is."
        return _continue_last_message(messages, tokenizer, banner)
    now = time.time()

    def render(contents: Sequence[str]) -> str:
        return renderer.render(
            template,
            [{"role": m.role, "content": content} for m, content in zip(messages, contents, strict=True)],
            add_generation_prompt=True,
            begin_token=_name(tokenizer, tokenizer.begin_id),
            end_token=_name(tokenizer, _end_id(tokenizer)),
            now=now,
        )

    try:
        rendered = render_with_places([message.text for message in messages], render)
    except TemplateError as error:
        if error.case not in BROKEN_TEMPLATE:
            raise
        banner = f"{error.what} The last message is continued as it is, without the template."
        return _continue_last_message(messages, tokenizer, banner)
    return _tokenize(rendered, messages, tokenizer)


def _continue_last_message(
    messages: tuple[Message, ...], tokenizer: Tokenizer, banner: str
) -> AssembledPrompt:
    by_user = [index for index, message in enumerate(messages) if message.role == "user"]
    last = by_user[-1] if by_user else len(messages) - 1
    return _continue_text(messages[last].text if messages else "", last, tokenizer, banner)


def _tokenize(
    rendered: RenderedConversation, messages: tuple[Message, ...], tokenizer: Tokenizer
) -> AssembledPrompt:
    distrusted = _distrusted_names(rendered, tokenizer)
    writer = TokenWriter(tokenizer)
    for between, place in zip_longest(rendered.outside(), rendered.places):
        _write_template(writer, between, tokenizer, distrusted)
        if place is not None:
            content = rendered.text[place.start : place.stop]
            _write_content(writer, content, messages[place.message], place.message)
    banner = None
    if distrusted:
        names = ", ".join(sorted(distrusted))
        banner = (
            f"The chat template changes what the messages say, so {names} in them cannot be told from its own: "
            "all of these are ordinary text."
        )
    return AssembledPrompt(writer.finish(), rendered.text, banner)


def _write_content(writer: TokenWriter, content: str, message: Message, index: int) -> None:
    origin = Origin(message.role, index)
    # A template may leave parts of an old reply out: what is left is not what the model wrote.
    if message.ids is not None and content.strip() == message.text.strip():
        writer.write_ids(message.ids, origin)
    else:
        writer.write_text(content, origin)


def _write_template(writer: TokenWriter, text: str, tokenizer: Tokenizer, distrusted: frozenset[str]) -> None:
    end = 0
    for start, stop, token_id in tokenizer.find_control(text):
        if text[start:stop] not in distrusted:
            writer.write_text(text[end:start], Origin())
            writer.write_ids([token_id], Origin())
            end = stop
    writer.write_text(text[end:], Origin())


def _distrusted_names(rendered: RenderedConversation, tokenizer: Tokenizer) -> frozenset[str]:
    """Names of control tokens outside the messages' places that cannot all be the template's own.

    They are its own if they are there as often with harmless contents.
    """
    if rendered.neutral is None:
        return frozenset()
    counts = _count_control(rendered.outside(), tokenizer)
    own = _count_control([rendered.neutral], tokenizer)
    return frozenset(name for name, count in counts.items() if count != own[name])


def _count_control(texts: Iterable[str], tokenizer: Tokenizer) -> Counter[str]:
    return Counter(text[start:stop] for text in texts for start, stop, _ in tokenizer.find_control(text))


def _name(tokenizer: Tokenizer, token_id: int | None) -> str | None:
    return None if token_id is None else tokenizer.piece(token_id).decode()


def _end_id(tokenizer: Tokenizer) -> int | None:
    """The token that a template means by the end: a tokenizer may have several, the usual ones come first."""
    names = {_name(tokenizer, token_id): token_id for token_id in sorted(tokenizer.end_ids)}
    usual = [names[name] for name in END_TOKENS if name in names]
    return next(iter([*usual, *names.values()]), None)
