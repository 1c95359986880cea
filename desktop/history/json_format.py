"""A conversation as JSON: for other programs, and to be imported again. Version 2.

Knows no database.

The text is one object:

- ``format``: ``"vitrine-conversation"``; ``version``: 2 where a reply has tokens that were guessed or read together,
  which version 1 knows nothing of, otherwise 1. A reader refuses a higher version.
- ``title``, ``title_edited``, ``created``, ``updated`` (ISO 8601, UTC), ``pinned``, ``system_prompt``, ``draft``.
- ``settings`` (or null), ``seed`` (or null), ``model`` (or null): chosen for the conversation. Of a model's path a
  writer says the last part only.
- ``leaf``: ``id`` of the message that the shown branch ends with, or null.
- ``messages``: the tree, each message after its parent: ``id`` (ascending), ``parent`` (or null), ``role`` (``user``,
  ``assistant``), ``text``, ``created``, ``reason`` (`REASONS`), ``origin`` (null, or ``message`` and ``token``: the
  message this is a variant of, and the first token that is not its), ``reply`` (null for a person's).
- a ``reply`` has ``model``, ``system_prompt``, ``seed``, ``end_reason`` (`END_REASONS`), ``asides`` (``channel``,
  ``text``, ``tokens``), ``tokens_per_second``, ``perplexity`` (or null), ``settings`` (each with ``token``: the first
  one it was in force for), ``prompt`` and ``tokens``.
- ``tokens`` are columns as `token_columns` has them: IDs, pieces, draws, log-probabilities before and after the
  sampling chain, ranks, entropies.
- a ``prompt`` has ``base`` (null, or ``id`` of an earlier reply whose prompt this one begins with), ``shared`` (how
  many of its first tokens) and ``tokens`` (the rest, as columns).

Seeds and IDs are whole numbers; a number that is not known is null. Text is ASCII with escapes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from desktop.conversation import Aside
from desktop.history.document import Document, DocumentMessage, DocumentReply
from desktop.history.errors import DocumentError
from desktop.history.fields import Fields, parse_json, refuse
from desktop.history.prompts import DEEPEST_PROMPT
from desktop.history.records import (
    END_REASONS,
    REASONS,
    ModelIdentity,
    Origin,
    Reason,
    Role,
    milliseconds_of,
    settings_fact,
    utc_text,
)
from desktop.history.texts import LONGEST_TITLE
from desktop.history.token_columns import MOST_TOKENS, is_plain, read_columns, write_columns
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from models.errors import VitrineError

FORMAT, VERSION = "vitrine-conversation", 2

MOST_MESSAGES = 200_000
LONGEST_TEXT = 16 << 20
LONGEST_NAME = 4096
"""Characters of a model's name or path at most."""

_LARGEST_SEED = 2**128
_LARGEST_ID = 2**53
_ROLES: tuple[Role, ...] = ("user", "assistant")


def write_json(document: Document) -> bytes:
    """A conversation as JSON text."""
    record = {
        "format": FORMAT,
        "version": _version_of(document),
        "title": document.title,
        "title_edited": document.title_edited,
        "created": utc_text(document.created_ms),
        "updated": utc_text(document.updated_ms),
        "pinned": document.pinned,
        "system_prompt": document.system_prompt,
        "draft": document.draft,
        "settings": None if document.settings is None else settings_fact(document.settings),
        "seed": document.seed,
        "model": None if document.model is None else asdict(document.model.elsewhere),
        "leaf": document.leaf,
    }
    # One message after the other: all of them at once would keep every other thread waiting.
    messages = ",".join(_text(_message_record(message)) for message in document.messages)
    return f'{_text(record)[:-1]},"messages":[{messages}]}}'.encode()


def _version_of(document: Document) -> int:
    """The lowest version that knows all that is in it."""
    replies = (message.reply for message in document.messages)
    return 1 if all(reply is None or is_plain(reply.tokens) for reply in replies) else VERSION


def _text(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def _message_record(message: DocumentMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "parent": message.parent,
        "role": message.role,
        "text": message.text,
        "created": utc_text(message.created_ms),
        "reason": message.reason,
        "origin": None if message.origin is None else asdict(message.origin),
        "reply": None if message.reply is None else _reply_record(message.reply),
    }


def _reply_record(reply: DocumentReply) -> dict[str, Any]:
    return {
        "model": asdict(reply.model.elsewhere),
        "system_prompt": reply.system_prompt,
        "seed": reply.seed,
        "end_reason": reply.end_reason,
        "asides": [asdict(aside) for aside in reply.asides],
        "tokens_per_second": reply.tokens_per_second,
        "perplexity": reply.perplexity,
        "settings": [{"token": token, **settings_fact(settings)} for token, settings in reply.settings],
        "prompt": {"base": reply.base, "shared": reply.shared, "tokens": write_columns(reply.prompt)},
        "tokens": write_columns(reply.tokens),
    }


def read_json(data: bytes) -> Document:
    """A conversation from JSON text.

    Raises:
        DocumentError: it is none, is damaged, or from a newer version.
    """
    top = Fields(parse_json(data), "the file")
    if top.raw("format") != FORMAT:
        refuse(top.at("format"), f"is not “{FORMAT}”")
    version = top.whole("version", 1, _LARGEST_ID)
    if version > VERSION:
        raise DocumentError(
            "newer-document",
            f"The file was written by a newer Vitrine (version {version}, this one knows {VERSION}).",
            "Update Vitrine and open it again.",
        )
    messages = _read_messages(top)
    leaf = top.whole("leaf", 0, _LARGEST_ID) if top.has("leaf") else None
    if leaf is not None and leaf not in {message.id for message in messages}:
        refuse(top.at("leaf"), f"is message {leaf}, which is not there")
    return Document(
        title=top.text("title", LONGEST_TITLE),
        title_edited=top.flag("title_edited"),
        created_ms=_time(top, "created"),
        updated_ms=_time(top, "updated"),
        pinned=top.flag("pinned"),
        system_prompt=top.text("system_prompt", LONGEST_TEXT),
        settings=_settings(top.object("settings")) if top.has("settings") else None,
        seed=top.whole("seed", -_LARGEST_SEED, _LARGEST_SEED) if top.has("seed") else None,
        model=_model(top.object("model")) if top.has("model") else None,
        leaf=leaf,
        draft=top.text("draft", LONGEST_TEXT),
        messages=messages,
    )


def _read_messages(top: Fields) -> tuple[DocumentMessage, ...]:
    messages: list[DocumentMessage] = []
    seen: set[int] = set()
    prompts: dict[int, tuple[int, int]] = {}
    """Of each reply so far: how long its prompt is, and how many others have to be read for it."""
    for one in top.objects("messages", MOST_MESSAGES):
        id_ = one.whole("id", messages[-1].id + 1 if messages else 0, _LARGEST_ID)
        parent = _earlier(one, "parent", seen) if one.has("parent") else None
        role: Role = one.choice("role", _ROLES)
        reason: Reason = one.choice("reason", REASONS)
        origin = None
        if one.has("origin"):
            place = one.object("origin")
            origin = Origin(_earlier(place, "message", seen), place.whole("token", 0, MOST_TOKENS))
        reply = None
        if one.has("reply"):
            if role != "assistant":
                refuse(one.at("reply"), "belongs to a message that is none")
            reply = _read_reply(one.object("reply"), prompts)
            depth = 0 if reply.base is None else prompts[reply.base][1] + 1
            prompts[id_] = reply.shared + len(reply.prompt), depth
        text = one.text("text", LONGEST_TEXT)
        messages.append(
            DocumentMessage(id_, parent, role, text, _time(one, "created"), reason, origin, reply)
        )
        seen.add(id_)
    return tuple(messages)


def _read_reply(one: Fields, prompts: dict[int, tuple[int, int]]) -> DocumentReply:
    prompt = one.object("prompt")
    base, shared = None, 0
    if prompt.has("base"):
        base = _earlier(prompt, "base", prompts.keys())
        length, depth = prompts[base]
        shared = prompt.whole("shared", 0, length)
        if depth + 1 >= DEEPEST_PROMPT:
            refuse(prompt.at("base"), "leads through too many other prompts")
    tokens = read_columns(one.object("tokens"), reply=True)
    settings: list[tuple[int, SamplingSettings]] = []
    for at, each in enumerate(one.objects("settings", MOST_TOKENS)):
        least = settings[-1][0] + 1 if settings else 0
        first = each.whole("token", least, MOST_TOKENS if at else 0)
        settings.append((first, _settings(each, "token")))
    if not settings:
        refuse(one.at("settings"), "is empty")
    return DocumentReply(
        model=_model(one.object("model")),
        system_prompt=one.text("system_prompt", LONGEST_TEXT),
        seed=one.whole("seed", -_LARGEST_SEED, _LARGEST_SEED),
        base=base,
        shared=shared,
        prompt=read_columns(prompt.object("tokens"), reply=False),
        settings=tuple(settings),
        tokens=tokens,
        end_reason=one.choice("end_reason", END_REASONS),
        asides=tuple(_aside(aside) for aside in one.objects("asides", MOST_TOKENS)),
        tokens_per_second=one.number("tokens_per_second") or 0.0,
        perplexity=one.number("perplexity"),
    )


def _aside(one: Fields) -> Aside:
    text = one.text("text", LONGEST_TEXT)
    return Aside(one.text("channel", LONGEST_NAME), text, one.whole("tokens", 0, MOST_TOKENS))


def _earlier(one: Fields, name: str, known: Any) -> int:
    number = one.whole(name, 0, _LARGEST_ID)
    if number not in known:
        refuse(one.at(name), f"is message {number}, which does not come before it")
    return number


def _model(one: Fields) -> ModelIdentity:
    texts = {
        field.name: one.text(field.name, LONGEST_NAME)
        for field in fields(ModelIdentity)
        if field.name not in ("threads", "muted")
    }
    muted = one.text("muted", LONGEST_TEXT) if one.has("muted") else ""
    return ModelIdentity(**texts, threads=one.whole("threads", 0, 2**31), muted=muted)


def _settings(one: Fields, *besides: str) -> SamplingSettings:
    unknown = [name for name in one.names() if name not in (*SETTING_BOUNDS, *besides)]
    if unknown:
        refuse(one.at(unknown[0]), "is no setting that this version knows")
    values: dict[str, Any] = {}
    for name, bounds in SETTING_BOUNDS.items():
        value = one.whole(name, 0, 2**53) if bounds.whole else one.number(name)
        if value is None:
            refuse(one.at(name), "is null")
        values[name] = value
    try:
        return SamplingSettings(**values)
    except VitrineError as error:
        raise DocumentError("not-a-conversation", f"In {one.place}: {error.what}", error.remedy) from error


def _time(one: Fields, name: str) -> int:
    text = one.text(name, 64)
    try:
        moment = datetime.fromisoformat(text)
        return milliseconds_of(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        refuse(one.at(name), f"is “{text}”, which is no time")
