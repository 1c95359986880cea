"""Everything a model computed for one prompt, in arrays: logits and attention of every position, with a proof.

Knows nothing about files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import psutil

from inference.contract import FloatArray, IntArray, Prompt, Proof
from inference.loaded_model import LoadedModel
from inference.proof import attention_delta, logits_delta, verdict
from inference.reading_plan import EITHER, plan
from inference.runtime.session import Interrupter
from models.bundle import BundleFacts
from models.errors import VitrineError

GIGABYTE, MEGABYTE = 1_000_000_000, 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    """What a model made of a prompt.

    Args:
        ids: ``int64 [token]``.
        logits: ``float32 [token, vocabulary]``; row t predicts token t + 1.
        attention: ``float32 [layer, head, query, key]``.
        proof: measured on this very prompt.
        banner: a sentence to show when the prompt is not what one would expect.
    """

    ids: IntArray
    logits: FloatArray
    attention: FloatArray
    proof: Proof
    banner: str | None = None


def capture(model: LoadedModel, prompt: Prompt, memory_limit: int, interrupter: Interrupter) -> Capture:
    """Read a prompt and keep everything.

    Args:
        model: reads it; its sequence becomes the prompt.
        prompt: to be read.
        memory_limit: bytes that the arrays may take at most while they are made.
        interrupter: what can end this from another thread.

    Raises:
        Interrupted: it was interrupted.
        VitrineError: the prompt is empty, too long for the context or for the memory; the runtime failed; or
            the attention is not what the kernel computed.
    """
    assembled = model.assemble(prompt)
    ids = [token.id for token in assembled.tokens]
    _check_length(len(ids), model.decoder.capacity)
    check_memory(model.facts, len(ids), memory_limit)
    if not model.facts.sites:
        raise VitrineError(
            "attention-refused",
            f"The attention of {model.facts.name} cannot be shown: {model.facts.report.attention_refused}",
            "Choose another export of this model.",
        )
    sequence, decoder = model.sequence, model.decoder
    sequence.replace(ids)
    sequence.read = 0
    for _ in model.read(plan(np.full(len(ids), EITHER, np.int8), 0, decoder.capacity, decoder.in_parts)):
        pass
    delta = attention_delta(model.bundle, model.provider, ids, interrupter)
    logits = model.reader.whole_logits()
    changed = logits_delta(logits, model.bundle, model.provider, ids, interrupter)
    proof = verdict(model.bundle, delta, changed, len(ids))
    if proof.kind == "refused":
        raise VitrineError(
            "attention-refused",
            f"The attention cannot be told truthfully. {proof.reason}",
            "This is a defect of the runtime or the model file; please report it.",
        )
    attention = model.reader.whole_attention()
    return Capture(sequence.ids.copy(), logits, attention, proof, assembled.banner)


def capture_bytes(facts: BundleFacts, tokens: int) -> int:
    """Memory that capturing takes at its height, beyond the model's own.

    That is the attention, as much as two layers of it while one is computed, and the logits; checking takes less.
    """
    layer = facts.heads * tokens * tokens * 4
    return (facts.layers + 2) * layer + tokens * facts.vocabulary * 4


def check_memory(facts: BundleFacts, tokens: int, limit: int) -> None:
    """Refuse a capture that is too large, before any of it is made.

    Raises:
        VitrineError: it is larger than the limit, or than what is free on this machine.
    """
    needed, free = capture_bytes(facts, tokens), psutil.virtual_memory().available
    for bound, name in ((limit, "the limit is"), (free, "this machine has free")):
        if needed > bound:
            fitting = max(count for count in range(tokens) if capture_bytes(facts, count) <= bound)
            raise VitrineError(
                "capture-too-large",
                f"Capturing {tokens:,} tokens needs {_amount(needed)} of memory and {name} {_amount(bound)}.",
                f"Shorten the prompt to {fitting:,} tokens"
                + (" or raise the memory limit." if bound == limit else " or close other programs."),
            )


def _amount(size: int) -> str:
    return f"{size / GIGABYTE:,.2f} GB" if size >= GIGABYTE else f"{size / MEGABYTE:,.1f} MB"


def _check_length(tokens: int, capacity: int) -> None:
    if tokens == 0:
        raise VitrineError("empty-prompt", "The prompt has no tokens.", "Give some text.")
    if tokens > capacity:
        raise VitrineError(
            "prompt-too-long",
            f"The prompt has {tokens:,} tokens and the model's context is {capacity:,}.",
            f"Shorten it by at least {tokens - capacity:,} tokens.",
        )
