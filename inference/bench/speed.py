"""How fast a model runs on this machine: prefill, decode, first token and loading, with and without capture.

Knows nothing about how the figures are shown.

A reply of the real kind is measured: each step runs the model, the sampling chain and the reading of the most
probable tokens. Measurements with and without capture alternate, so that what else the machine does meets both,
and medians over the runs are reported.
"""

from __future__ import annotations

import itertools
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.contract import ProviderChoice
from inference.generation import generate
from inference.loaded_model import load_model
from inference.runtime.decoder import Decoder
from inference.runtime.providers import runtime_version
from inference.runtime.session import Interrupter
from inference.sampling.settings import SamplingSettings
from inference.sequence import TokenSequence
from models.tokenizer.tokenizer import Tokenizer

CONTEXTS = (128, 512, 2048)
"""Prompt lengths that are measured, as far as the model's context has room."""

DECODE_TOKENS = 32
"""Tokens of a measured reply."""

TEXT = (
    "Every afternoon the lighthouse keeper wrote down what the sea had brought: 3 planks, a bottle (green), "
    "and once a letter. “To whoever finds this,” it began, “the answer is on page 27.” He never owned that book; "
)
"""Read again and again until there are enough tokens."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Medians over the runs at one prompt length.

    Args:
        context: tokens of the prompt.
        captured: whether queries were captured.
        prefill_tokens_per_s: reading the prompt into an empty cache.
        decode_tokens_per_s: tokens of the reply after the first.
        first_token_ms: from an empty cache to the first token of the reply.
    """

    context: int
    captured: bool
    prefill_tokens_per_s: float
    decode_tokens_per_s: float
    first_token_ms: float


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What was measured, and on what.

    Args:
        model: its name.
        precision: how the weights are kept.
        provider: what ran it.
        system: operating system and processor architecture.
        versions: of Python, numpy and onnxruntime.
        load_ms: loading the imported model, provider's trial and tokenizer included.
        runs: how many runs the medians are over.
        speeds: by prompt length, with capture and without.
    """

    model: str
    precision: str
    provider: ProviderChoice
    system: str
    versions: dict[str, str]
    load_ms: float
    runs: int
    speeds: tuple[Speed, ...]


def measure(
    path: Path | None,
    provider: str,
    runs: int,
    progress: Callable[[int, int], None],
    contexts: tuple[int, ...] = CONTEXTS,
    variant: str = "",
) -> Benchmark:
    """Measure a model.

    Args:
        path: of a model file or bundle; ``None`` is the default model. Imported first if it was not.
        provider: as in `Load`.
        runs: at each prompt length, after one to warm up.
        progress: called with runs done and runs in all.
        contexts: prompt lengths; those that leave no room for a reply are left out.
        variant: as in `Load`.

    Raises:
        VitrineError: the model cannot be loaded or run.
    """
    interrupter = Interrupter()
    load_model(path, provider, interrupter, lambda done, total: None, variant=variant).close()
    started = time.perf_counter()
    model = load_model(path, provider, interrupter, lambda done, total: None, variant=variant)
    load_ms = (time.perf_counter() - started) * 1000
    model.close()
    unobserved = Decoder(model.bundle, model.provider, interrupter, capture=False)
    contexts = tuple(count for count in contexts if count + DECODE_TOKENS < model.decoder.capacity)
    total, done = len(contexts) * 2 * (runs + 1), itertools.count(1)
    speeds = []
    for context in contexts:
        ids = prompt_ids(model.tokenizer, context)
        measured: dict[bool, list[Speed]] = {True: [], False: []}
        for run in range(runs + 1):
            for captured, decoder in ((True, model.decoder), (False, unobserved)):
                speed = measure_reply(decoder, model.tokenizer, ids, captured)
                progress(next(done), total)
                if run:
                    measured[captured].append(speed)
        speeds += [median_speed(measured[captured]) for captured in (True, False)]
    return Benchmark(
        model=model.facts.name,
        precision=model.facts.precision_label,
        provider=model.provider.choice,
        system=f"{platform.system()} {platform.machine()}",
        versions={
            "python": platform.python_version(),
            "numpy": np.__version__,
            "onnxruntime": runtime_version(),
        },
        load_ms=load_ms,
        runs=runs,
        speeds=tuple(speeds),
    )


def measure_reply(decoder: Decoder, tokenizer: Tokenizer, ids: list[int], captured: bool) -> Speed:
    """Read a prompt into an empty cache and write `DECODE_TOKENS` tokens, once.

    Args:
        decoder: to be measured.
        tokenizer: of its model.
        ids: the prompt.
        captured: what is noted in the result.

    Raises:
        VitrineError: the runtime failed.
    """
    sequence = TokenSequence(decoder.capacity)
    sequence.replace(ids)
    started = time.perf_counter()
    for read in decoder.prefill(ids, 0):
        sequence.read = read
    prefilled = time.perf_counter()
    # Nothing that ends a reply stops this one.
    steps = generate(decoder, tokenizer, sequence, SamplingSettings, seed=0)
    next(steps)
    first = time.perf_counter()
    written = sum(1 for _ in itertools.islice(steps, DECODE_TOKENS - 1))
    ended = time.perf_counter()
    return Speed(
        context=len(ids),
        captured=captured,
        prefill_tokens_per_s=len(ids) / (prefilled - started),
        decode_tokens_per_s=written / (ended - first),
        first_token_ms=(first - started) * 1000,
    )


def median_speed(speeds: list[Speed]) -> Speed:
    """The median of each figure over runs of the same kind."""
    return Speed(
        speeds[0].context,
        speeds[0].captured,
        statistics.median(speed.prefill_tokens_per_s for speed in speeds),
        statistics.median(speed.decode_tokens_per_s for speed in speeds),
        statistics.median(speed.first_token_ms for speed in speeds),
    )


def prompt_ids(tokenizer: Tokenizer, count: int) -> list[int]:
    """That many tokens of ordinary text."""
    ids = tokenizer.encode(TEXT)
    return (ids * (count // len(ids) + 1))[:count]
