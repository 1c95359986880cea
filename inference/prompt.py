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
from itertools import groupby, takewhile, zip_longest

from inference.channels import reply_format_of
from inference.channels.format import ReplyFormat
from inference.contract import ChatPrompt, IdsPrompt, Message, Prompt, RawPrompt, Token
from inference.message_contents import Content, contents_of, given_to_template
from inference.message_places import RenderedConversation, render_with_places
from inference.templates import TemplateRenderer
from inference.token_writer import Origin, TokenWriter
from models.errors import TemplateError, VitrineError
from models.tokenizer.facts import END_TOKENS
from models.tokenizer.tokenizer import Tokenizer

BROKEN_TEMPLATE = frozenset({"template-syntax", "template-undefined", "template-failed"})
"""Failures for which the text is continued without the template; others are the person's to decide on."""


@dataclass(frozen=True, slots=True)
class AssembledPrompt:
    """A prompt, ready for the model.

    Args:
        tokens: all of it; none for IDs that are known.
        text: what the tokens were made from, special tokens by name; of IDs, what they decode to.
        banner: a sentence to show when the prompt is not what one would expect.
        lead: the IDs that lead up to the reply and may have begun a channel of it.
    """

    tokens: tuple[Token, ...]
    text: str
    banner: str | None = None
    lead: tuple[int, ...] = ()


def assemble(
    prompt: Prompt,
    tokenizer: Tokenizer,
    template: str | None,
    renderer: TemplateRenderer,
    vocabulary: int | None = None,
    reply_format: ReplyFormat | None = None,
    must_render: bool = False,
) -> AssembledPrompt:
    """Make a prompt into tokens.

    Args:
        prompt: what to continue.
        tokenizer: of the model.
        template: the model's chat template, if it has one.
        renderer: renders it.
        vocabulary: how many tokens the model has; ``None`` takes the tokenizer's.
        reply_format: parts replies; ``None`` takes the one that goes with the tokenizer.
        must_render: whether a broken template is an error, and not passed over with a banner.

    Raises:
        TemplateError: the template was refused, or refuses the conversation.
        VitrineError: an ID is outside the vocabulary.
    """
    most = tokenizer.vocabulary_size if vocabulary is None else vocabulary
    parting = reply_format_of(tokenizer) if reply_format is None else reply_format
    match prompt:
        case IdsPrompt():
            return _continue_ids(prompt, tokenizer, most, parting)
        case RawPrompt():
            return _continue_text(prompt.text, 0, tokenizer)
        case ChatPrompt():
            for message in prompt.messages:
                _check_ids(message.ids or (), most)
            return _continue_chat(prompt.messages, tokenizer, template, renderer, parting, must_render)


# ---------------------------------------------------------------- without a template


def _continue_ids(
    prompt: IdsPrompt, tokenizer: Tokenizer, vocabulary: int, reply_format: ReplyFormat
) -> AssembledPrompt:
    _check_ids(prompt.ids, vocabulary)
    if prompt.known:
        return AssembledPrompt((), "", lead=prompt.ids)
    writer = TokenWriter(tokenizer)
    reader = reply_format.reader()
    for channel, run in groupby(prompt.ids, reader.read):
        writer.write_ids(run, Origin("user", 0, channel))
    return AssembledPrompt(writer.finish(), tokenizer.decode(prompt.ids), lead=prompt.ids)


def _continue_text(
    text: str, message: int, tokenizer: Tokenizer, banner: str | None = None
) -> AssembledPrompt:
    writer = TokenWriter(tokenizer)
    begin = ""
    if tokenizer.add_begin and tokenizer.begin_id is not None:
        writer.write_begin(tokenizer.begin_id)
        begin = tokenizer.piece(tokenizer.begin_id).decode(errors="replace")
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
    messages: tuple[Message, ...],
    tokenizer: Tokenizer,
    template: str | None,
    renderer: TemplateRenderer,
    reply_format: ReplyFormat,
    must_render: bool,
) -> AssembledPrompt:
    if template is None:
        banner = "This model has no chat template: the last message is continued as it is."
        return _continue_last_message(messages, tokenizer, banner)
    now = time.time()
    contents = contents_of(messages, template, tokenizer, reply_format)

    def render(texts: Sequence[str]) -> str:
        return renderer.render(
            template,
            given_to_template(messages, contents, texts, template),
            add_generation_prompt=True,
            begin_token=_name(tokenizer, tokenizer.begin_id),
            end_token=_name(tokenizer, _end_id(tokenizer)),
            now=now,
        )

    try:
        rendered = render_with_places([content.text for content in contents], render)
    except TemplateError as error:
        if must_render or error.case not in BROKEN_TEMPLATE:
            raise
        banner = f"{error.what} The last message is continued as it is, without the template."
        return _continue_last_message(messages, tokenizer, banner)
    return _tokenize(rendered, messages, contents, tokenizer)


def _continue_last_message(
    messages: tuple[Message, ...], tokenizer: Tokenizer, banner: str
) -> AssembledPrompt:
    by_user = [index for index, message in enumerate(messages) if message.role == "user"]
    last = by_user[-1] if by_user else len(messages) - 1
    return _continue_text(messages[last].text if messages else "", last, tokenizer, banner)


def _tokenize(
    rendered: RenderedConversation,
    messages: tuple[Message, ...],
    contents: tuple[Content, ...],
    tokenizer: Tokenizer,
) -> AssembledPrompt:
    distrusted = _distrusted_names(rendered, tokenizer)
    writer = TokenWriter(tokenizer)
    for between, place in zip_longest(rendered.outside(), rendered.places):
        if place is None:
            _write_template(writer, between, tokenizer, distrusted)
            continue
        content = contents[place.content]
        text = rendered.text[place.start : place.stop]
        # A template may leave parts of an old reply out: what is left is not what the model wrote.
        ids = content.ids if text.strip() == content.text.strip() else None
        if ids and between.endswith(" ") and tokenizer.piece(ids[0]).startswith(b" "):
            # The space before a reply is the template's in the text, and the first token's own in what was written.
            between = between[:-1]
        _write_template(writer, between, tokenizer, distrusted)
        origin = Origin(messages[content.message].role, content.message, content.channel)
        if ids is None:
            writer.write_text(text, origin)
        else:
            writer.write_ids(ids, origin)
    banner = None
    if distrusted:
        names = ", ".join(sorted(distrusted))
        banner = (
            f"The chat template changes what the messages say, so {names} in them cannot be told from its own: "
            "all of these are ordinary text."
        )
    tokens = writer.finish()
    own = takewhile(lambda token: token.part == "template", reversed(tokens))
    return AssembledPrompt(tokens, rendered.text, banner, tuple(token.id for token in own)[::-1])


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
    return None if token_id is None else tokenizer.piece(token_id).decode(errors="replace")


def _end_id(tokenizer: Tokenizer) -> int | None:
    """The token that a template means by the end: that of the model's files, else the first of the usual ones."""
    if tokenizer.facts.end_id is not None:
        return tokenizer.facts.end_id
    names = {_name(tokenizer, token_id): token_id for token_id in sorted(tokenizer.end_ids)}
    usual = [names[name] for name in END_TOKENS if name in names]
    return next(iter([*usual, *names.values()]), None)
