"""Conversations for tests: tokens, steps and replies whose numbers follow formulas.

Knows no model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from desktop.history.history import History
from desktop.history.records import ModelIdentity, Origin, Reason
from desktop.history.replies import ReplyStart
from inference.contract import Source, Step, Token
from inference.sampling.settings import SamplingSettings

MODEL = ModelIdentity(
    "Tiny", "/models/tiny.gguf", "0123456789abcdef", "llama", "8-bit", "CPU", "a processor", 2
)
WARM = SamplingSettings(temperature=0.7)
COLD = SamplingSettings(temperature=0.1)
END_ID = 2


def prompt_tokens(texts: Sequence[str]) -> list[Token]:
    """A prompt of the words of some messages, each between two template tokens."""
    tokens = []
    for index, text in enumerate(texts):
        part = "user" if index % 2 == 0 else "assistant"
        tokens.append(Token(1, b"<|start|>", True))
        tokens += [
            Token(100 + len(word), f" {word}".encode("utf-8", "surrogatepass"), False, part, index)
            for word in text.split()
        ]
        tokens.append(Token(2, b"<|end|>", True))
    return tokens


def steps(
    text: str,
    position: int,
    settings: SamplingSettings = WARM,
    ended: bool = False,
    channel: str = "final",
    source: Source = "written",
) -> list[Step]:
    """A step for every word of a text, and one that ends the reply."""
    tokens = [
        Token(100 + len(word), f" {word}".encode(), False, "reply", -1, channel, True)
        for word in text.split()
    ]
    if ended:
        tokens.append(Token(END_ID, b"<|end|>", True, "reply", alone=True))
    return [
        Step(
            generation=0,
            position=at,
            token=token,
            logit=at / 3,
            logprob=-1 / (at + 1),
            processed_logprob=-1 / (at + 2),
            rank=1 + at % 5,
            entropy=math.sqrt(at),
            draw=(at * 0.37) % 1,
            settings=settings,
            top=(),
            model_ms=float(at % 7),
            total_ms=float(at % 9),
            source=source,
        )
        for at, token in enumerate(tokens, position)
    ]


def answer(
    history: History,
    parent: int,
    text: str,
    *,
    reason: Reason = "answered",
    origin: Origin | None = None,
    settings: SamplingSettings = WARM,
    end: bool = True,
) -> int:
    """A reply to a message, written in two parts."""
    said = [message.text for message in history.messages.path(parent)]
    prompt = prompt_tokens(said)
    start = ReplyStart(parent, prompt, MODEL, settings, 7, "Be brief.", reason, origin, (END_ID,))
    writer = history.replies.begin(start)
    written = steps(text, len(prompt) + (origin.token if origin else 0), settings, ended=end)
    writer.append(written[: len(written) // 2])
    writer.append(written[len(written) // 2 :])
    if end:
        writer.end("end")
    return writer.message


def talk(history: History, turns: int, words: str = "the sky is blue") -> tuple[int, int]:
    """A conversation of some questions and answers.

    Returns:
        Its number, and that of its last message.
    """
    conversation, leaf = history.conversations.create("Be brief."), None
    for turn in range(turns):
        leaf = history.messages.say(conversation, leaf, f"question {turn} about {words}")
        leaf = answer(history, leaf, f"answer {turn} because {words}")
    assert leaf is not None
    return conversation, leaf


def texts(history: History, conversation: int) -> list[str]:
    """What the shown branch of a conversation says."""
    return [message.text for message in history.messages.path(history.conversations.get(conversation).leaf)]


def files_in(folder: Path) -> set[str]:
    """Names of the files in a folder."""
    return {path.name for path in folder.iterdir()}
