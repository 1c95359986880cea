"""How soon the second turn of a long conversation begins, beside reading its new tokens alone.

Knows nothing about windows and pipes: the time counts from the question's arrival at the engine, the rendering of the
chat template included.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inference.bench.speed import prompt_ids
from inference.contract import ChatPrompt, Generate, Message
from inference.loaded_model import LoadedModel
from inference.reading_plan import EITHER, plan
from inference.reply import Reply
from inference.sampling.settings import SamplingSettings

REPLY_TOKENS = 64
QUESTION = "And what did the sea bring on the day after that?"


@dataclass(frozen=True, slots=True)
class SecondTurn:
    """Medians over rounds.

    Args:
        context: tokens of the conversation before the question.
        new_tokens: what the question adds, with all that the template puts around it.
        first_token_ms: from the question to the first token of the reply.
        prefill_ms: reading the new tokens alone.
        step_ms: writing one token at this length.
        steps_beyond: how many steps the first token takes beyond reading the new tokens.
        rounds: how many there were.
    """

    context: int
    new_tokens: int
    first_token_ms: float
    prefill_ms: float
    step_ms: float
    steps_beyond: float
    rounds: int


def measure_second_turn(
    model: LoadedModel, context: int, rounds: int, progress: Callable[[int, int], None]
) -> SecondTurn:
    """Talk about that many tokens, then ask again and again.

    Args:
        model: with a chat template.
        context: tokens of the first turn, about.
        rounds: how often the second turn is measured.
        progress: called with rounds done and in all.

    Raises:
        VitrineError: the model cannot chat, or the runtime failed.
    """
    text = model.tokenizer.decode(prompt_ids(model.tokenizer, context - REPLY_TOKENS))
    opening = Message("user", text)
    first = Reply(
        model, Generate(1, ChatPrompt((opening,)), SamplingSettings(), seed=0, max_tokens=REPLY_TOKENS)
    )
    _prefill(first)
    ids = [step.token.id for step in first.write()]
    told = first.stopped()
    step_ms = told.decode_ms / max(1, told.tokens - 1)
    ended = model.sequence.ids.tolist()
    reply = Message("assistant", model.tokenizer.decode(ids), tuple(ids))
    asked = Generate(2, ChatPrompt((opening, reply, Message("user", QUESTION))), SamplingSettings(), seed=0)
    firsts, prefills = [], []
    new_tokens = 0
    for done in range(rounds + 1):
        progress(done, rounds + 1)
        model.sequence.replace(ended)
        second = Reply(model, asked)
        _prefill(second)
        next(iter(second.write()))
        told = second.stopped()
        new_tokens = told.prefilled
        prompt = model.sequence.ids.tolist()[:-1]
        model.sequence.replace(prompt)
        start = model.sequence.read = len(prompt) - new_tokens
        runs = list(
            plan(np.full(len(prompt), EITHER, np.int8), start, model.decoder.capacity, model.decoder.in_parts)
        )
        started = time.perf_counter()
        for _ in model.read(runs):
            pass
        if done:  # the first one warms up
            firsts.append(told.first_token_ms)
            prefills.append((time.perf_counter() - started) * 1000)
    progress(rounds + 1, rounds + 1)
    beyond = statistics.median(one - read for one, read in zip(firsts, prefills, strict=True)) / step_ms
    return SecondTurn(
        len(ended),
        new_tokens,
        statistics.median(firsts),
        statistics.median(prefills),
        step_ms,
        beyond,
        rounds,
    )


def _prefill(reply: Reply) -> None:
    reply.prompt()
    for _ in reply.prefill():
        pass
