"""A reply of the tiny model in every format, asked for through the engine, and compared with exact computations."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from numpy.typing import NDArray

import inference.engine
from inference.contract import (
    Answer,
    Failed,
    Generate,
    IdsPrompt,
    Load,
    Progress,
    ReadAttention,
    ReadLogits,
    ReadStatistics,
    Step,
    Stop,
    Stopped,
)
from inference.loaded_model import load_model
from inference.precision import replaying
from inference.precision.contract import FORMAT_NAMES, FormatName, FormatRun, ReplayReply
from inference.precision.distance import divergence, log_probabilities
from inference.precision.replaying import Replaying
from inference.process import EngineThread
from inference.runtime.session import Interrupter
from inference.sampling.settings import SamplingSettings
from models.bundle_library import ready_bundle
from models.number_formats import INTEGER_FORMATS
from tests.inference.event_log import EventLog
from tests.inference.observed_exports import OBSERVED
from tests.inference.reference_llama import ReferenceLlama
from tests.inference.runtime.on_device import DEVICE
from tests.models.tiny_export import write_tiny_export
from tests.models.tiny_gguf import write_tiny_llama

PROMPT, WRITTEN = tuple(range(3, 23)), 12
ANSWERED: Any = Answer | Failed
Rounding = Callable[[NDArray[Any]], NDArray[np.float32]]


@pytest.fixture
def log(tiny_file: Path) -> Iterator[EventLog]:
    """An engine in a thread with the tiny model loaded from its file, and a reply."""
    yield from engine_of(tiny_file)


def engine_of(path: Path, variant: str = "") -> Iterator[EventLog]:
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(str(path), "cpu", variant))
        log.wait_for_loaded()
        engine.send(Generate(1, IdsPrompt(PROMPT), SamplingSettings(), 7, max_tokens=WRITTEN))
        log.wait(Stopped)
        yield log
    finally:
        engine.close()


def replay(log: EventLog, name: FormatName, number: int = 50) -> FormatRun:
    found = log.ask(ReplayReply(number, name, len(PROMPT), len(PROMPT) + WRITTEN))
    assert isinstance(found, FormatRun)
    return found


def sequence(log: EventLog) -> list[int]:
    return [*PROMPT, *(step.token.id for step in log.steps(1))]


class RoundedLlama(ReferenceLlama):
    """The same computation with three kinds of numbers rounded.

    Args:
        path: of the model.
        weights: rounds those.
        values: rounds what every operator of our graph puts out.
        inputs: rounds what products multiply with.
    """

    def __init__(self, path: Path, weights: Rounding, values: Rounding, inputs: Rounding) -> None:
        super().__init__(path)
        self.weights = {name: weights(value) for name, value in self.weights.items()}
        self.rounded, self.taken = values, inputs

    def product(self, values: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        return self.rounded(self.taken(values) @ self.weights[f"{name}.weight"].T)

    def rows(self, ids: list[int]) -> NDArray[np.float64]:
        """``[tokens, vocabulary]`` logarithms of probabilities before each token of the reply."""
        rounded, weights = self.rounded, self.weights
        residual, branch = weights["token_embd.weight"][ids], np.float32(0)
        for layer in range(self.layers):
            block = f"blk.{layer}."
            total = residual + branch
            residual = rounded(total)
            normed = rounded(self._norm(total, weights[f"{block}attn_norm.weight"]))
            branch = self.product(self.attended(normed, block), f"{block}attn_output")
            total = residual + branch
            residual = rounded(total)
            normed = rounded(self._norm(total, weights[f"{block}ffn_norm.weight"]))
            gate = self.product(normed, f"{block}ffn_gate")
            gate = rounded(gate / (1 + np.exp(-gate)))
            gate = rounded(gate * self.product(normed, f"{block}ffn_up"))
            branch = self.product(gate, f"{block}ffn_down")
        normed = rounded(self._norm(residual + branch, weights["output_norm.weight"]))
        logits = self.product(normed, "token_embd")
        return log_probabilities(logits[len(PROMPT) - 1 : -1])

    def attended(self, normed: NDArray[np.float32], block: str) -> NDArray[np.float32]:
        """What attention puts out: inside, everything has 32 bits."""

        def heads_of(name: str, heads: int) -> NDArray[np.float32]:
            return self.product(normed, f"{block}{name}").reshape(len(normed), heads, -1)

        group = self.heads // self.key_value_heads
        query = self._turn(heads_of("attn_q", self.heads))
        key = np.repeat(self._turn(heads_of("attn_k", self.key_value_heads)), group, axis=1)
        value = np.repeat(heads_of("attn_v", self.key_value_heads), group, axis=1)
        scores = np.einsum("qhd,khd->hqk", query, key) / np.float32(np.sqrt(query.shape[-1]))
        scores[:, np.triu(np.ones(scores.shape[1:], bool), 1)] = -np.inf
        looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
        looks /= looks.sum(axis=-1, keepdims=True)
        return self.rounded(np.einsum("hqk,khd->qhd", looks, value).reshape(len(normed), -1))


def as_it_is(values: NDArray[Any]) -> NDArray[np.float32]:
    return values.astype(np.float32)


def to(dtype: Any) -> Rounding:
    return lambda values: values.astype(dtype).astype(np.float32)


def in_blocks(index: int) -> Rounding:
    return lambda values: INTEGER_FORMATS[index].rounded(values) if values.ndim == 2 else values


@pytest.mark.parametrize(
    ("name", "weights", "values", "inputs", "tolerance"),
    [
        ("FP32", as_it_is, as_it_is, as_it_is, 2e-5),
        ("FP16", to(np.float16), to(np.float16), as_it_is, 4e-3),
        ("BF16", to(ml_dtypes.bfloat16), to(ml_dtypes.bfloat16), as_it_is, 3e-2),
        ("INT8", in_blocks(0), as_it_is, in_blocks(0), 1e-2),
        ("INT4", in_blocks(1), as_it_is, in_blocks(0), 1e-2),
    ],
)
def test_each_format_is_what_another_program_makes_of_it(
    log: EventLog,
    tiny_file: Path,
    name: FormatName,
    weights: Rounding,
    values: Rounding,
    inputs: Rounding,
    tolerance: float,
) -> None:
    """From the numbers of the file; what is nearly half-way between two numbers may be rounded the other way."""
    run = replay(log, name)
    ids = sequence(log)
    reference = RoundedLlama(tiny_file, as_it_is, as_it_is, as_it_is).rows(ids)
    rounded = RoundedLlama(tiny_file, weights, values, inputs).rows(ids)
    tokens = np.array(ids[len(PROMPT) :])
    assert (run.format, run.start, run.count) == (name, len(PROMPT), WRITTEN)
    np.testing.assert_allclose(run.logprobs, rounded[np.arange(WRITTEN), tokens], atol=tolerance)
    np.testing.assert_allclose(run.divergence, divergence(reference, rounded), atol=tolerance / 10)
    if name == "FP32":
        assert not run.divergence.any()
        assert run.top.tolist() == reference.argmax(axis=1).tolist()
    else:
        assert run.divergence.all()


def test_what_is_real_and_what_is_emulated_is_told(log: EventLog) -> None:
    """Emulations have no speed; the model in use keeps its weights in 8 bits; bytes by hand from 103,104 numbers."""
    runs = {name: replay(log, name, 50 + index) for index, name in enumerate(FORMAT_NAMES)}
    assert [run.emulated for run in runs.values()] == [False, True, True, False, False]
    assert [run.in_use for run in runs.values()] == [False, False, False, True, False]
    assert [len(run.step_ms) for run in runs.values()] == [WRITTEN - 1, 0, 0, WRITTEN - 1, WRITTEN - 1]
    matrices = 389 * 64 + 2 * (64 * 64 * 2 + 32 * 64 * 2 + 3 * 128 * 64)
    norms = 5 * 64
    assert [run.weights for run in runs.values()] == [
        4 * (matrices + norms),
        2 * (matrices + norms),
        2 * (matrices + norms),
        matrices * 9 // 8 + 4 * norms,
        matrices * 5 // 8 + 4 * norms,
    ]
    values = 2 * 2 * 2 * 16 * (len(PROMPT) + WRITTEN)
    assert [run.cache for run in runs.values()] == [
        4 * values,
        2 * values,
        2 * values,
        4 * values,
        4 * values,
    ]
    assert {run.numbers for run in runs.values()} == {"F32"}


def test_eight_bits_are_what_wrote_the_reply_digit_by_digit(log: EventLog) -> None:
    """The model that is loaded keeps its weights so, and its steps are read one at a time again."""
    run = replay(log, "INT8")
    assert run.logprobs.astype(np.float32).tolist() == pytest.approx(
        [step.logprob for step in log.steps(1)], abs=1e-6
    )
    assert run.ranks.tolist() == [step.rank for step in log.steps(1)]


def test_nothing_of_the_conversation_is_disturbed(log: EventLog) -> None:
    """What was captured, logits and figures are the same bits afterwards, and the next reply is what it would be."""

    last = len(PROMPT) + WRITTEN - 2

    def seen(number: int) -> list[NDArray[Any]]:
        rows: Any = log.ask(ReadAttention(number, 1, 2, 0, last))
        figures: Any = log.ask(ReadStatistics(number + 1, 0, last))
        logits: Any = log.ask(ReadLogits(number + 2, last))
        return [rows.weights, figures.logprobs, figures.ranks, logits]

    before = seen(100)
    for index, name in enumerate(FORMAT_NAMES):
        replay(log, name, 50 + index)
    for one, other in zip(before, seen(200), strict=True):
        np.testing.assert_array_equal(one, other)
    ids = tuple(sequence(log))
    log.engine.send(Generate(2, IdsPrompt(ids), SamplingSettings(), 9, max_tokens=5))
    stopped = log.wait_for_stopped(2)
    assert stopped.prefilled <= 1
    assert len(log.steps(2)) == 5


def test_a_format_alone_brings_its_reference(log: EventLog) -> None:
    """Which is kept for the others as long as the reply is the same."""
    first = replay(log, "INT4", 50)
    assert first.divergence.all()
    told = [event for event in log.events if isinstance(event, Progress) and event.task == "precision"]
    assert told[-1].done == told[-1].total == 2 * (len(PROMPT) + WRITTEN)
    again = replay(log, "INT4", 51)
    assert again.divergence.tolist() == first.divergence.tolist()
    told = [event for event in log.events if isinstance(event, Progress) and event.task == "precision"]
    assert told[-1].done == told[-1].total == len(PROMPT) + WRITTEN


@pytest.mark.parametrize("span", [(0, 5), (5, 5), (20, 33), (40, 45)])
def test_a_place_beyond_the_sequence_is_refused(log: EventLog, span: tuple[int, int]) -> None:
    log.engine.send(ReplayReply(60, "FP32", *span))
    failed = log.wait(ANSWERED, lambda event: event.query == 60)
    assert isinstance(failed, Failed)
    assert failed.case == "position-not-read"
    assert "32 tokens" in failed.what


def test_no_room_is_said_before_anything_is_opened(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault 41: the working model is never endangered."""
    monkeypatch.setattr(replaying, "has_room_for", lambda needed: False)
    log.engine.send(ReplayReply(60, "INT8", len(PROMPT), len(PROMPT) + WRITTEN))
    failed = log.wait(ANSWERED, lambda event: event.query == 60)
    assert isinstance(failed, Failed)
    assert failed.case == "memory-short"
    assert "FP32" in failed.what


def test_numbers_that_a_format_cannot_hold_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault 21: FP16 ends at 65,504; its row says so, and the other formats go on."""
    import tests.models.tiny_gguf as tiny

    ordinary = tiny.tiny_weights

    def large(**sizes: int) -> dict[str, NDArray[np.float32]]:
        weights = ordinary(**sizes)
        return weights | {"blk.0.ffn_down.weight": weights["blk.0.ffn_down.weight"] * np.float32(3e6)}

    monkeypatch.setattr(tiny, "tiny_weights", large)
    for log in engine_of(write_tiny_llama(tmp_path / "large.gguf")):
        log.engine.send(ReplayReply(60, "FP16", len(PROMPT), len(PROMPT) + WRITTEN))
        failed = log.wait(ANSWERED, lambda event: event.query == 60)
        assert isinstance(failed, Failed)
        assert failed.case == "logits-not-finite"
        assert failed.what.startswith("In FP16 numbers leave what the format can hold")
        assert replay(log, "BF16").count == WRITTEN


def test_stopping_ends_it_and_the_rest_goes_on(log: EventLog) -> None:
    """Fault 51: stopped while a format is read; the question fails as interrupted, and the next is answered."""
    log.engine.send(Generate(2, IdsPrompt(PROMPT * 40), SamplingSettings(), 7, max_tokens=2))
    log.wait_for_stopped(2)
    log.engine.send(ReplayReply(60, "FP32", 100, 800))
    log.wait(Progress, lambda event: event.task == "precision")
    log.engine.send(Stop())
    failed = log.wait(ANSWERED, lambda event: event.query == 60)
    assert isinstance(failed, Failed)
    assert failed.case == "interrupted"
    run = log.ask(ReplayReply(61, "INT4", 700, 800))
    assert isinstance(run, FormatRun)
    assert run.count == 100


@pytest.mark.parametrize(("name", "opened"), [("FP32", ["Decoder"]), ("INT4", ["Decoder", "Head"])])
def test_nothing_of_the_second_model_is_kept_when_it_is_stopped(
    log: EventLog, monkeypatch: pytest.MonkeyPatch, name: FormatName, opened: list[str]
) -> None:
    """Fault 51: what ended it refers to all that was made, and goes first, however seldom the collector comes by."""
    made: list[tuple[str, weakref.ref[Any]]] = []
    advanced, reading = Event(), Event()

    def noting(kind: type[Any]) -> Callable[..., Any]:
        def make(*given: Any, **more: Any) -> Any:
            one = kind(*given, **more)
            made.append((kind.__name__, weakref.ref(one)))
            return one

        return make

    def advance(self: Replaying, done: int) -> None:
        if len(made) == len(opened) and done > self._done:
            # Not further before the stop is on its way.
            advanced.set()
            reading.wait(20)
        ordinary(self, done)

    replay(log, "FP32")
    ordinary = Replaying._advance
    monkeypatch.setattr(replaying, "Decoder", noting(replaying.Decoder))
    monkeypatch.setattr(replaying, "Head", noting(replaying.Head))
    monkeypatch.setattr(Replaying, "_advance", advance)
    gc.disable()
    try:
        log.engine.send(ReplayReply(60, name, len(PROMPT), len(PROMPT) + WRITTEN))
        assert advanced.wait(20)
        log.engine.send(Stop())
        reading.set()
        failed = log.wait(ANSWERED, lambda event: event.query == 60)
        assert isinstance(failed, Failed)
        assert failed.case == "interrupted"
        log.ask(ReadLogits(61, 5))
        assert [kind for kind, _ in made] == opened
        assert [kind for kind, one in made if one() is not None] == []
    finally:
        gc.enable()


def test_what_waits_can_be_stopped_too(tiny_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked while attention is proved, a format waits for that; stopped, it is not read after all."""

    def prove(*given: Any, **more: Any) -> Any:
        while True:
            given[4]()  # serves

    monkeypatch.setattr(inference.engine, "prove", prove)
    monkeypatch.setattr(inference.engine, "known_proof", lambda bundle, provider: None)
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(str(tiny_file), "cpu"))
        log.wait(Progress, lambda event: event.task == "proof")
        engine.send(ReplayReply(60, "FP32", 1, 2))
        engine.send(Stop())
        failed = log.wait(ANSWERED, lambda event: event.query == 60)
    finally:
        engine.close()
    assert isinstance(failed, Failed)
    assert failed.case == "interrupted"


def test_a_reply_comes_first(log: EventLog) -> None:
    """What is asked while one is written waits for it."""
    log.engine.send(Generate(2, IdsPrompt(PROMPT), SamplingSettings(), 7, max_tokens=30))
    log.wait(Step, lambda event: event.generation == 2)
    log.engine.send(ReplayReply(60, "FP32", len(PROMPT), len(PROMPT) + 5))
    log.wait(ANSWERED, lambda event: event.query == 60)
    kinds = [type(event) for event in log.events if isinstance(event, Step | Stopped | Answer)]
    assert kinds.index(Answer) > len(kinds) - 1 - kinds[::-1].index(Stopped)


def test_a_long_reply_is_read_in_parts(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than so many tokens are read alone; what FP32 makes of the others is the same."""
    whole = replay(log, "FP32", 50)
    monkeypatch.setattr(replaying, "MOST_ALONE", 4)
    parts = replay(log, "FP32", 51)
    assert len(parts.step_ms) == 4
    np.testing.assert_allclose(parts.logprobs, whole.logprobs, atol=1e-5)


def test_without_its_file_a_models_own_numbers_count(tmp_path: Path) -> None:
    """Fault 53: the file went; the numbers are those that were kept, which is said."""
    path = write_tiny_llama(tmp_path / "gone.gguf", seed=3)
    for log in engine_of(path):
        path.unlink()
        run = replay(log, "FP32")
        assert run.numbers == "8-bit blocks of 32"
        assert np.abs(run.logprobs - [step.logprob for step in log.steps(1)]).max() < 0.1


def test_a_model_in_32_bits_is_in_use_as_such(tmp_path: Path) -> None:
    for log in engine_of(write_tiny_llama(tmp_path / "tiny.gguf"), "fp32"):
        run = replay(log, "FP32")
        assert run.in_use
        assert run.logprobs.astype(np.float32).tolist() == pytest.approx(
            [step.logprob for step in log.steps(1)], abs=1e-6
        )


@pytest.mark.parametrize(
    "name",
    ["decomposed", "decomposed, tied head", "kernel, packed", "standard", "contrib, projection in 8 bits"],
)
def test_an_export_is_read_in_every_format(tmp_path: Path, name: str) -> None:
    """Its own graph in FP32, which is what wrote the reply; fewer bits are further apart."""
    for log in engine_of(write_tiny_export(tmp_path, OBSERVED[name])):
        runs = [replay(log, one, 50 + index) for index, one in enumerate(FORMAT_NAMES)]
        np.testing.assert_allclose(runs[0].logprobs, [step.logprob for step in log.steps(1)], atol=1e-5)
        assert runs[0].in_use == ("8 bits" not in name)
        apart = [run.mean_divergence for run in runs]
        assert apart == sorted(apart)
        assert [run.weights for run in runs] == sorted((run.weights for run in runs), reverse=True)


@pytest.mark.parametrize(
    ("name", "named"),
    [("kernel, 16 bits", "16-bit"), ("decomposed, head in 8 bits", "DynamicQuantizeLinear")],
)
def test_an_export_that_has_no_other_format_says_why(tmp_path: Path, name: str, named: str) -> None:
    """Fault 19: named, and the chat goes on."""
    for log in engine_of(write_tiny_export(tmp_path, OBSERVED[name])):
        log.engine.send(ReplayReply(60, "FP32", len(PROMPT), len(PROMPT) + WRITTEN))
        failed = log.wait(ANSWERED, lambda event: event.query == 60)
        assert isinstance(failed, Failed)
        assert named in failed.what
        log.engine.send(Generate(2, IdsPrompt(PROMPT), SamplingSettings(), 7, max_tokens=3))
        assert log.wait_for_stopped(2).tokens == 3


@pytest.mark.default_model
def test_the_default_model() -> None:
    """Fewer bits are further apart; 8 bits are in use, and within what the project promises of them."""
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(None, "cpu"))
        log.wait_for_loaded()
        log.generate(1, "The capital of France is", SamplingSettings(), max_tokens=24)
        log.wait_for_stopped(1)
        steps = log.steps(1)
        start, stop = steps[0].position, steps[-1].position + 1
        runs: dict[FormatName, FormatRun] = {}
        for index, name in enumerate(FORMAT_NAMES):
            found = log.ask(ReplayReply(50 + index, name, start, stop))
            assert isinstance(found, FormatRun)
            runs[name] = found
    finally:
        engine.close()
    apart = {name: run.mean_divergence for name, run in runs.items()}
    assert list(apart.values()) == sorted(apart.values())
    assert apart["FP16"] < 1e-3 < apart["INT4"]
    assert apart["INT8"] < 0.05
    assert runs["INT8"].in_use
    assert runs["INT8"].logprobs.astype(np.float32).tolist() == pytest.approx(
        [step.logprob for step in steps], abs=1e-6
    )
    assert (runs["FP32"].weights, runs["INT8"].weights) == (538_060_032, 151_430_400)
    assert {run.numbers for run in runs.values()} == {"Q4_1"}


def test_on_a_device_with_operators_for_it_16_bits_are_real(tiny_file: Path) -> None:
    """The loaded model itself is read again there, and everything else beside the device."""
    model = load_model(tiny_file, "cpu", Interrupter(), lambda done, total: None, variant="fp16")
    full, _ = ready_bundle(tiny_file, "CPU", lambda done, total: None, "fp32")
    try:
        model.provider = DEVICE
        model.sequence.replace(list(range(3, 30)))
        told: list[tuple[int, int]] = []
        reading = Replaying(
            model, lambda: (full, "F32"), Interrupter(), lambda done, total: told.append((done, total))
        )
        runs = {name: reading.replay(ReplayReply(1, name, 20, 27)) for name in ("FP32", "FP16", "INT8")}
    finally:
        model.close()
    assert [run.emulated for run in runs.values()] == [False, False, False]
    assert [run.in_use for run in runs.values()] == [False, True, False]
    assert [len(run.step_ms) for run in runs.values()] == [6, 6, 6]
    assert runs["FP16"].weights == model.facts.report.weight_bytes
    assert 0 < runs["FP16"].mean_divergence < runs["INT8"].mean_divergence
    assert told[-1] == (27, 27)
