"""What capturing costs the engine.

Knows nothing about windows; other engines are measured in `test_peers`.
"""

from __future__ import annotations

import statistics
import time

import pytest

from inference.bench.speed import CONTEXTS, prompt_ids
from inference.runtime.decoder import Decoder
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupter
from models.bundle import Bundle
from models.tokenizer.tokenizer import Tokenizer
from tests.benchmarks.quiet import wait_until_quiet
from tests.benchmarks.report import keep
from tests.inference.default_bundle import default_bundle

pytestmark = [pytest.mark.benchmark, pytest.mark.default_model, pytest.mark.timeout(900)]

CAPTURE_STEPS = 300
STEPS_BETWEEN_LOOKS = 50


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return default_bundle()


@pytest.fixture(scope="module")
def tokenizer(bundle: Bundle) -> Tokenizer:
    return bundle.tokenizer()


def decoder(bundle: Bundle, capture: bool) -> Decoder:
    return Decoder(bundle, choose_provider("cpu"), Interrupter(), capture=capture)


def test_capture_costs_little(bundle: Bundle, tokenizer: Tokenizer) -> None:
    with_capture, without = decoder(bundle, True), decoder(bundle, False)
    costs = {
        context: capture_cost(with_capture, without, prompt_ids(tokenizer, context), CAPTURE_STEPS)
        for context in CONTEXTS
    }
    keep(
        "capture",
        {"steps": CAPTURE_STEPS, "contexts": costs},
        ["context", "step with capture", "without", "cost"],
        [
            [f"{context:,}", f"{one['with_ms']:.2f} ms", f"{one['without_ms']:.2f} ms", f"{one['cost']:+.1%}"]
            for context, one in costs.items()
        ],
    )
    assert max(one["cost"] for one in costs.values()) <= 0.05


def capture_cost(with_capture: Decoder, without: Decoder, ids: list[int], steps: int) -> dict[str, float]:
    """What capturing costs a decode step.

    Args:
        with_capture: one of two decoders of the same model.
        without: the other.
        ids: the prompt that both read first.
        steps: how many tokens are decoded after it.
    """
    for one in (with_capture, without):
        for _ in one.prefill(ids, 0):
            pass
    # Steps take turns one by one: two runs of seconds each would differ by what else happens meanwhile.
    times: dict[bool, list[float]] = {True: [], False: []}
    for step in range(steps):
        if step % STEPS_BETWEEN_LOOKS == 0:
            wait_until_quiet()
        for captured in (True, False) if step % 2 else (False, True):
            one = with_capture if captured else without
            times[captured].append(step_seconds(one, ids[step % len(ids)], len(ids) + step))
    # The lower quartile: whatever else happens only adds, and a few percent are to be seen.
    observed, plain = (statistics.quantiles(times[captured])[0] for captured in (True, False))
    return {
        "with_ms": round(observed * 1000, 3),
        "without_ms": round(plain * 1000, 3),
        "cost": round(observed / plain - 1, 4),
    }


def step_seconds(decoder: Decoder, token: int, position: int) -> float:
    """Time of one decode step with its logits."""
    started = time.perf_counter()
    decoder.decode(token, position)
    decoder.last_logits(position)
    return time.perf_counter() - started
