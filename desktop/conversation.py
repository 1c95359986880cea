"""A conversation as the window remembers it: its messages, the figures of each reply, its tokens.

Knows nothing about engines or widgets, and keeps nothing on disk.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence as Many
from dataclasses import dataclass, field
from typing import Literal

from desktop.history.model_identity import ModelIdentity
from desktop.piece_text import decode
from desktop.sequence import TokenSequence
from inference.channel_names import FINAL, MARKUP, is_thinking
from inference.contract import ChatPrompt, Message, Step, Token

EndReason = Literal["end", "length", "context", "stopped", "failed", "lost"]
"""Why a reply ended: as in `Stopped`, or with its engine."""

NO_MODEL = ModelIdentity("")


@dataclass(frozen=True, slots=True)
class ReplyFacts:
    """What is said beside a finished reply.

    Args:
        tokens: how many were written, the one that ended the reply included.
        tokens_per_second: speed after the first token, 0 when there was only one.
        perplexity: exponential of the mean negative log-probability, NaN for none.
        reason: why the reply ended.
    """

    tokens: int
    tokens_per_second: float
    perplexity: float
    reason: EndReason


@dataclass(frozen=True, slots=True)
class Aside:
    """A part of a reply that is not the reply itself: what was thought before it.

    Args:
        channel: as `Token.channel`.
        text: what it says.
        tokens: how many tokens it has.
    """

    channel: str
    text: str
    tokens: int


@dataclass(slots=True)
class ChatMessage:
    """One message as the transcript shows it.

    Args:
        role: who said it.
        text: what it says, of a reply its final channel; of a reply that is being written, nothing yet.
        ids: of a reply, the exact token IDs of all channels, without the one that ended it.
        facts: of a finished reply.
        writing: whether the engine is writing it now.
        waiting: whether it waits for the model to be loaded.
        asides: of a reply, its parts on other channels, in order.
        model: of a reply, the model that wrote it.
        id: its number among all that is kept, 0 while it is not.
        variants: numbers of all messages that could stand here, itself included, oldest first.
    """

    role: Literal["user", "assistant"]
    text: str
    ids: tuple[int, ...] | None = None
    facts: ReplyFacts | None = None
    writing: bool = False
    waiting: bool = False
    asides: tuple[Aside, ...] = ()
    model: ModelIdentity = NO_MODEL
    id: int = 0
    variants: tuple[int, ...] = ()

    @property
    def writer(self) -> str:
        """Of a reply, the name of the model that wrote it."""
        return self.model.name

    @property
    def bundle(self) -> str:
        """Of a reply, the bundle of the model that wrote it."""
        return self.model.bundle

    @property
    def thinking(self) -> str:
        """What was thought before the reply."""
        return "\n\n".join(aside.text for aside in self.asides if is_thinking(aside.channel))


@dataclass(slots=True, eq=False)
class Conversation:
    """Messages of the branch that is shown, and the token sequence they became last.

    Args:
        id: its number among those that are kept, 0 while nothing of it is.
        messages: what was said.
        system_prompt: instructions to the model, empty for none.
        sequence: the tokens that were read and written last.
        model: bundle of the model that the sequence belongs to, empty for none.
        draft: what is typed and not sent.
        offset: how far a message's index in the prompt of that sequence is ahead of its index in `messages`.
    """

    id: int = 0
    messages: list[ChatMessage] = field(default_factory=list)
    system_prompt: str = ""
    sequence: TokenSequence = field(default_factory=TokenSequence)
    offset: int = 0
    model: str = ""
    draft: str = ""
    _spans_key: tuple[int, int, int] = (-1, 0, 0)
    _prompt_spans: list[tuple[int, int]] = field(default_factory=list)

    @property
    def leaf(self) -> int | None:
        """The message that the shown branch ends with; ``None`` where nothing is kept."""
        return self.messages[-1].id or None if self.messages else None

    def prompt(self) -> ChatPrompt:
        """What the model is given: the system prompt and every message that is complete."""
        said: list[Message] = []
        if self.system_prompt.strip():
            said.append(Message("system", self.system_prompt))
        said += [
            Message(message.role, message.text, message.ids, message.thinking)
            for message in self.messages
            if not message.writing
        ]
        return ChatPrompt(tuple(said))

    def forget_tokens(self, model: str) -> None:
        """Of what other models wrote keep only what was said: its tokens have no meaning here.

        Args:
            model: bundle of the model that is there now.
        """
        if self.model != model:
            self.sequence = TokenSequence()
            self.model = ""
        for message in self.messages:
            if message.bundle != model:
                message.ids = None

    def spans(self) -> list[tuple[int, int]]:
        """Where each message stands in the sequence: first position, one past the last; (0, 0) for none."""
        key = (self.sequence.version, self.offset, len(self.messages))
        if key != self._spans_key:
            self._spans_key, self._prompt_spans = key, self._read_spans()
        spans = list(self._prompt_spans)
        start, stop = self.sequence.prompt_length, len(self.sequence)
        replies = [index for index, message in enumerate(self.messages) if message.role == "assistant"]
        if stop > start and replies:
            spans[replies[-1]] = (start, stop)
        return spans

    def _read_spans(self) -> list[tuple[int, int]]:
        """Where the messages stand in the prompt."""
        spans = [(0, 0)] * len(self.messages)
        for position, token in enumerate(self.sequence.tokens[: self.sequence.prompt_length]):
            index = token.message - self.offset
            if token.message >= 0 and 0 <= index < len(spans):
                first, last = spans[index]
                spans[index] = (first if last else position, position + 1)
        return spans


def said_in(tokens: Many[Token]) -> str:
    """What a reply says: the text of its final channel, without control tokens."""
    return decode([token.piece for token in tokens if token.channel == FINAL and not token.special])


def asides_in(tokens: Many[Token]) -> tuple[Aside, ...]:
    """The parts of a reply on other channels."""
    asides = []
    for channel, run in itertools.groupby(tokens, lambda token: token.channel):
        if channel not in (FINAL, MARKUP):
            said = list(run)
            text = decode([token.piece for token in said if not token.special])
            asides.append(Aside(channel, text, len(said)))
    return tuple(asides)


def reply_facts(steps: Many[Step], reason: EndReason, decode_ms: float | None = None) -> ReplyFacts:
    """The figures of a reply.

    Args:
        steps: of the reply.
        reason: why it ended.
        decode_ms: from the first token to the last where the engine measured it; else the steps' own times.
    """
    spent = sum(step.total_ms for step in steps[1:]) if decode_ms is None else decode_ms
    speed = (len(steps) - 1) * 1000 / spent if len(steps) > 1 and spent > 0 else 0.0
    surprise = -sum(step.logprob for step in steps) / len(steps) if steps else math.nan
    perplexity = math.exp(min(surprise, 700.0)) if steps else math.nan
    return ReplyFacts(len(steps), speed, perplexity, reason)
