"""What a chat template is given of each message, and the IDs that stand for it where it comes back.

Knows nothing about rendering or about places in a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inference.channel_names import FINAL, is_thinking
from inference.channels.format import ReplyFormat
from inference.contract import Message
from models.tokenizer.tokenizer import Tokenizer

THINKING_FIELDS = ("reasoning_content", "thinking")
"""What templates call the thinking of a reply; it is given to those that have the word in them."""


@dataclass(frozen=True, slots=True)
class Content:
    """Something a message says that a template may write.

    Args:
        message: its index.
        channel: ``"final"`` for what it says, otherwise the channel of its thinking.
        text: as the template is given it.
        ids: of a reply, what the model wrote there; ``None`` where only the text is known.
    """

    message: int
    channel: str
    text: str
    ids: tuple[int, ...] | None


def contents_of(
    messages: Sequence[Message], template: str, tokenizer: Tokenizer, reply_format: ReplyFormat
) -> tuple[Content, ...]:
    """The contents of a conversation: of every message what it says, then the thinking that the template wants.

    Args:
        messages: of the conversation.
        template: Jinja source.
        tokenizer: of the model.
        reply_format: parts replies whose IDs are known.
    """
    wanted = any(field in template for field in THINKING_FIELDS)
    said: list[Content] = []
    thought: list[Content] = []
    for index, message in enumerate(messages):
        if message.ids is None:
            said.append(Content(index, FINAL, message.text, None))
            if message.thinking.strip():
                thought.append(Content(index, "thinking", message.thinking, None))
            continue
        # What the model wrote around its words is in the IDs; templates are given the words, as by others.
        begun = bool(message.thinking.strip()) and not message.text.strip()
        parted = list(zip(message.ids, reply_format.channels(message.ids, begun), strict=True))
        said.append(
            Content(
                index, FINAL, message.text.strip(), tuple(one for one, channel in parted if channel == FINAL)
            )
        )
        thinking = [(one, channel) for one, channel in parted if is_thinking(channel)]
        if thinking:
            ids = tuple(one for one, _ in thinking)
            text = tokenizer.decode(one for one in ids if not tokenizer.is_control(one))
            thought.append(Content(index, thinking[0][1], text.strip(), ids))
    return (*said, *thought) if wanted else tuple(said)


def given_to_template(
    messages: Sequence[Message], contents: Sequence[Content], texts: Sequence[str], template: str
) -> list[dict[str, str]]:
    """The messages as the template sees them.

    Args:
        messages: of the conversation.
        contents: of it.
        texts: what stands for each content.
        template: Jinja source.
    """
    given: list[dict[str, str]] = [{"role": message.role} for message in messages]
    fields = [field for field in THINKING_FIELDS if field in template]
    for content, text in zip(contents, texts, strict=True):
        for field in ["content"] if content.channel == FINAL else fields:
            given[content.message][field] = text
    return given
