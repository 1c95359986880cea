"""Replies for comparisons, by the numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from desktop.comparison.side import Side
from desktop.conversation import EndReason
from desktop.history.model_identity import ModelIdentity
from desktop.history.token_table import TokenTable
from inference.contract import Step, Token
from inference.sampling.settings import SamplingSettings

OFF = SamplingSettings(repetition_penalty=1.0, temperature=1.0, top_k=0, top_p=1.0, min_p=0.0)
"""Nothing is done to the model's distribution."""

MODEL = ModelIdentity("Tiny", bundle="scripted")
PROMPT = (7, 8, 9)


def step(index: int, token: int, piece: bytes = b"x", settings: SamplingSettings = OFF) -> Step:
    """A token that the model found half as probable with each place it stands further on."""
    logprob = -(index + 1) * math.log(2)
    return Step(
        0, len(PROMPT) + index, Token(token, piece, False, "reply", alone=True), -float(index), logprob, logprob / 2,
        index + 1, 1.0, 0.5, settings, (), 1.0, 1.0,
    )  # fmt: skip


def side(
    ids: Sequence[int],
    settings: SamplingSettings = OFF,
    *,
    reply: int = 1,
    seed: int = 5,
    pieces: Sequence[bytes] = (),
    changes: Sequence[tuple[int, SamplingSettings]] = (),
    end_reason: EndReason | None = "end",
    prompt: Sequence[int] = PROMPT,
) -> Side:
    """A reply of these tokens.

    Args:
        ids: of the tokens.
        settings: that it begins with.
        reply: its number.
        seed: of its dice.
        pieces: of the tokens.
        changes: later settings, with the index of the first token each is for.
        end_reason: why it ended.
        prompt: IDs of the prompt.
    """
    steps = [step(index, token, pieces[index] if pieces else b"x") for index, token in enumerate(ids)]
    in_force = ((0, settings), *changes)
    return Side(
        reply, np.array(prompt), TokenTable.of_steps(steps), in_force, seed, MODEL, "answered", end_reason
    )
