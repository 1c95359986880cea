"""What is told about kept conversations: plain frozen records.

Knows nothing about how they are kept.
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, Literal, NamedTuple

from desktop.conversation import Aside, EndReason, ReplyFacts
from desktop.history.model_identity import ModelIdentity as ModelIdentity
from inference.sampling.settings import SamplingSettings
from models.errors import VitrineError

Role = Literal["user", "assistant"]

Reason = Literal[
    "sent", "edited", "answered", "regenerated", "branched", "forced", "continued", "replayed", "imported"
]
"""Why a message exists: of a person's, it was sent, or sent in place of another one; of a reply, it answered,
answered anew, went on from another token, went on after typed text, went on after it had stopped, or was written
with the same dice and other settings. `imported` is for what a file does not say."""

REASONS: tuple[Reason, ...] = (
    "sent",
    "edited",
    "answered",
    "regenerated",
    "branched",
    "forced",
    "continued",
    "replayed",
    "imported",
)

END_REASONS: tuple[EndReason, ...] = ("end", "length", "context", "stopped", "failed", "lost")


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that another one is a variant of.

    Args:
        message: the other one's number.
        token: of a reply, index of the first token that is not the other one's.
    """

    message: int
    token: int = 0


class ConversationEntry(NamedTuple):
    """A conversation as one line of a list; a tuple, for a list has thousands of them.

    Args:
        id: as in `ConversationRecord`, and so are the others.
        title: empty until something is said.
        updated_ms: of the last change.
        pinned: whether it stands before the others.
        draft: what is typed and not sent, where there is no title; empty otherwise.
    """

    id: int
    title: str
    updated_ms: int
    pinned: bool
    draft: str


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """All there is to know about a conversation but its messages.

    Args:
        id: counted up, never used twice.
        title: made from what was said first, or given by a person (`title_edited`).
        title_edited: whether a person gave it.
        created_ms: by the clock, milliseconds since 1970 in UTC; order is told by numbers instead (fault 55).
        updated_ms: the same, of the last change.
        pinned: whether it stands before the others.
        deleted: whether it waits to be purged.
        system_prompt: instructions to the model, empty for none.
        settings: chosen for it; ``None`` for none yet.
        seed: chosen for it; ``None`` where every reply gets a new one.
        model: that it was held with last.
        leaf: the message that the shown branch ends with.
        draft: what is typed and not sent.
    """

    id: int
    title: str
    title_edited: bool
    created_ms: int
    updated_ms: int
    pinned: bool
    deleted: bool
    system_prompt: str
    settings: SamplingSettings | None
    seed: int | None
    model: ModelIdentity | None
    leaf: int | None
    draft: str


@dataclass(frozen=True, slots=True)
class ReplyRecord:
    """What is kept about a reply besides its text; its tokens are read on request.

    Args:
        model: that wrote it.
        system_prompt: that it was written under.
        seed: of its draws.
        tokens: how many it has, the one that ended it included.
        end_reason: why it ended; ``None`` while it is being written.
        asides: its parts on other channels.
        tokens_per_second: speed after the first token.
        perplexity: exponential of the mean negative log-probability; ``None`` where unknown.
    """

    model: ModelIdentity
    system_prompt: str
    seed: int
    tokens: int
    end_reason: EndReason | None
    asides: tuple[Aside, ...]
    tokens_per_second: float
    perplexity: float | None

    @property
    def facts(self) -> ReplyFacts | None:
        """What is said beside the finished reply."""
        if self.end_reason is None:
            return None
        perplexity = float("nan") if self.perplexity is None else self.perplexity
        return ReplyFacts(self.tokens, self.tokens_per_second, perplexity, self.end_reason)


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One message of a branch.

    Args:
        id: counted up over all conversations, never used twice.
        parent: the message before it; ``None`` for the first.
        role: who said it.
        text: what it says, of a reply its final channel.
        created_ms: by the clock.
        reason: why it exists.
        origin: what it is a variant of.
        siblings: every message that could stand here, itself included, oldest first.
        reply: of a reply.
    """

    id: int
    parent: int | None
    role: Role
    text: str
    created_ms: int
    reason: Reason
    origin: Origin | None
    siblings: tuple[int, ...]
    reply: ReplyRecord | None

    @property
    def place(self) -> tuple[int, int]:
        """Which of its siblings it is, from 1, and how many there are: ‹ 2/3 ›."""
        return self.siblings.index(self.id) + 1, len(self.siblings)


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One message as a small drawing of the tree needs it; parents come before their children.

    Args:
        id: of the message.
        parent: of the message.
        role: who said it.
        reason: why it exists.
        depth: how many messages are before it.
    """

    id: int
    parent: int | None
    role: Role
    reason: Reason
    depth: int


def settings_fact(settings: SamplingSettings) -> dict[str, Any]:
    """Settings as plain values."""
    return asdict(settings)


def settings_of(fact: Any) -> SamplingSettings:
    """Settings from plain values, whoever wrote them: a value that is none gives way to the default (fault 49)."""
    settings = SamplingSettings()
    for name, value in fact.items() if isinstance(fact, dict) else ():
        with contextlib.suppress(VitrineError, KeyError, TypeError, ValueError, OverflowError):
            settings = settings.changed(name, value)
    return settings


def model_of(fact: Any) -> ModelIdentity:
    """A model from plain values; what is missing or of another type is unknown (fault 49)."""
    known = {field.name: type(field.default) for field in fields(ModelIdentity) if field.name != "name"}
    known["name"] = str
    values = fact if isinstance(fact, dict) else {}
    kept = {name: values[name] for name, kind in known.items() if isinstance(values.get(name), kind)}
    return ModelIdentity(**{"name": "", **kept})


def local_day(time_ms: int) -> date:
    """The day of a time where this machine is; 1970 for a time that no calendar has."""
    try:
        return datetime.fromtimestamp(time_ms / 1000).date()
    except (ValueError, OverflowError, OSError):
        return date(1970, 1, 1)


def utc_text(time_ms: int) -> str:
    """A time as ISO 8601 in UTC, to the millisecond."""
    try:
        moment = datetime.fromtimestamp(time_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds_of(moment: datetime) -> int:
    """A time as milliseconds since 1970."""
    return round(moment.timestamp() * 1000)
