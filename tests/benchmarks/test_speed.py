"""Speed of the engine: beside llama.cpp on the same file, and with capture beside without.

Knows nothing about windows.

Peers take turns, round after round, so that whatever else the machine does meets both; the ratio of a round is of
runs next to each other, and the median over the rounds counts.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from inference.bench.speed import CONTEXTS, Speed, measure_reply, prompt_ids
from inference.runtime.decoder import Decoder
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupter
from models.bundle import Bundle
from models.default_model import default_model_path
from models.tokenizer.tokenizer import Tokenizer
from tests.benchmarks.llama_cpp_peer import LlamaCpp, PeerRun
from tests.benchmarks.quiet import wait_until_quiet
from tests.benchmarks.report import keep
from tests.inference.default_bundle import default_bundle
from tests.requirements import PEERS_VARIABLE

pytestmark = [pytest.mark.benchmark, pytest.mark.default_model, pytest.mark.timeout(900)]

ROUNDS = {128: 7, 512: 7, 2048: 3}
"""By prompt length."""

REPLY_TOKENS = 32
CAPTURE_STEPS = 300
STEPS_BETWEEN_LOOKS = 50


@dataclass(frozen=True)
class Round:
    """The same work done by both, one right after the other."""

    ours: Speed
    theirs: PeerRun
    quiet: bool
    """Whether the machine did nothing else when it began."""

    @property
    def prefill_ratio(self) -> float:
        """How many times as fast we read the prompt."""
        return self.ours.prefill_tokens_per_s * self.theirs.prefill / self.ours.context

    @property
    def decode_ratio(self) -> float:
        """How many times as fast we write the reply, sampling included."""
        return self.ours.decode_tokens_per_s * self.theirs.reply / (REPLY_TOKENS - 1)

    @property
    def first_token_ratio(self) -> float:
        """How many times as soon our first token is there."""
        return self.theirs.first * 1000 / self.ours.first_token_ms


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return default_bundle()


@pytest.fixture(scope="module")
def tokenizer(bundle: Bundle) -> Tokenizer:
    return bundle.tokenizer()


def decoder(bundle: Bundle, capture: bool) -> Decoder:
    return Decoder(bundle, choose_provider("cpu"), Interrupter(), capture=capture)


@pytest.mark.peers
def test_prefill_and_decode_beside_llama_cpp(bundle: Bundle, tokenizer: Tokenizer) -> None:
    ours, threads = decoder(bundle, True), choose_provider("cpu").choice.threads
    rounds: dict[int, list[Round]] = {}
    room = max(CONTEXTS) + 2 * REPLY_TOKENS
    with LlamaCpp(os.environ[PEERS_VARIABLE], default_model_path(), threads, room) as peer:
        for context in CONTEXTS:
            ids = prompt_ids(tokenizer, context)
            rounds[context] = []
            for number in range(ROUNDS[context] + 1):
                quiet = wait_until_quiet()
                mine = measure_reply(ours, tokenizer, ids, True)
                if number:  # the first one warms up
                    rounds[context].append(Round(mine, peer.run(ids, REPLY_TOKENS), quiet))
                else:
                    peer.run(ids, REPLY_TOKENS)
        version = peer.version
    ratios = {context: ratios_of(measured) for context, measured in rounds.items()}
    keep(
        "llama_cpp",
        {"llama_cpp_python": version, "rounds": ROUNDS, "contexts": ratios},
        ["context", "prefill, Vitrine / llama.cpp", "decode, Vitrine / llama.cpp", "first token"],
        [row(context, measured) for context, measured in rounds.items()],
    )
    assert ratios[512]["prefill_ratio"] >= 1.3
    assert ratios[128]["decode_ratio"] >= 0.9
    assert ratios[512]["decode_ratio"] >= 0.9


def ratios_of(rounds: list[Round]) -> dict[str, float]:
    """Medians over the rounds; speeds in tokens/s."""

    def median(of: Callable[[Round], float]) -> float:
        return round(statistics.median(of(one) for one in rounds), 3)

    return {
        "quiet_rounds": sum(one.quiet for one in rounds),
        "prefill_ratio": median(lambda one: one.prefill_ratio),
        "decode_ratio": median(lambda one: one.decode_ratio),
        "first_token_ratio": median(lambda one: one.first_token_ratio),
        "prefill": median(lambda one: one.ours.prefill_tokens_per_s),
        "prefill_llama_cpp": median(lambda one: one.ours.context / one.theirs.prefill),
        "decode": median(lambda one: one.ours.decode_tokens_per_s),
        "decode_llama_cpp": median(lambda one: (REPLY_TOKENS - 1) / one.theirs.reply),
        "decode_llama_cpp_model_alone": median(lambda one: (REPLY_TOKENS - 1) / one.theirs.model),
    }


def row(context: int, rounds: list[Round]) -> list[str]:
    """One row of the table."""
    figures = ratios_of(rounds)
    return [
        f"{context:,}",
        f"{figures['prefill']:.0f} / {figures['prefill_llama_cpp']:.0f} tok/s = {figures['prefill_ratio']:.2f}×",
        f"{figures['decode']:.0f} / {figures['decode_llama_cpp']:.0f} tok/s = {figures['decode_ratio']:.2f}×",
        f"{figures['first_token_ratio']:.2f}× as soon",
    ]


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
