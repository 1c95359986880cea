"""The engine, in a thread and in a process: the same commands, the same events.

Knows nothing about windows.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import onnx_ir as ir
import pytest

from inference.contract import (
    ATTENTION_ROWS_PER_READ,
    Atlas,
    AttentionMapPart,
    AttentionRows,
    ChatPrompt,
    Failed,
    Generate,
    IdsPrompt,
    Load,
    Loaded,
    Message,
    Prompted,
    Proved,
    RawPrompt,
    ReadAtlas,
    ReadAttention,
    ReadAttentionMap,
    ReadAttentionProfile,
    ReadLogits,
    ReadPrompt,
    ReadStatistics,
    Statistics,
    Step,
    Stop,
    Tokenize,
    Unload,
    UpdateSettings,
)
from inference.loaded_model import LOADING_MARK
from inference.process import EngineThread
from inference.sampling.chain import run_chain
from inference.sampling.draw import pick
from inference.sampling.settings import SamplingSettings
from models.bundle import Bundle
from tests.inference.conftest import loaded_engine
from tests.inference.event_log import EventLog

GREEDY = SamplingSettings(temperature=0.0)
LONG = "the sky and the water and the light " * 20


def test_a_reply_is_prompted_written_and_stopped(engine_log: EventLog) -> None:
    engine_log.generate(1, "the sky", max_tokens=5)
    stopped = engine_log.wait_for_stopped(1)
    steps = engine_log.steps(1)
    prompted = engine_log.wait(Prompted)
    assert stopped.reason in ("length", "end")
    assert stopped.tokens == len(steps)
    assert [step.position for step in steps] == list(
        range(len(prompted.tokens), len(prompted.tokens) + len(steps))
    )
    assert stopped.prefilled == len(prompted.tokens)


def test_same_seed_same_settings_same_reply(engine_log: EventLog) -> None:
    for generation in (1, 2):
        engine_log.generate(generation, "water and", seed=7, max_tokens=20)
        engine_log.wait_for_stopped(generation)
    first, second = ([step.token.id for step in engine_log.steps(number)] for number in (1, 2))
    assert first == second
    engine_log.generate(3, "water and", seed=8, max_tokens=20)
    engine_log.wait_for_stopped(3)
    assert [step.token.id for step in engine_log.steps(3)] != first


def test_a_second_turn_reads_only_what_is_new(engine_log: EventLog) -> None:
    question = Message("user", "the sky is")
    engine_log.generate(1, ChatPrompt((question,)), max_tokens=6)
    stopped = engine_log.wait_for_stopped(1)
    written = engine_log.steps(1)
    ids = tuple(step.token.id for step in written)
    if stopped.reason == "end":
        ids = ids[:-1]
    messages = (question, Message("assistant", "?", ids), Message("user", "and the water?"))
    engine_log.generate(2, ChatPrompt(messages), max_tokens=1)
    engine_log.wait_for_stopped(2)
    first, second = (
        engine_log.wait(Prompted, lambda event, n=number: event.generation == n) for number in (1, 2)
    )
    # Everything up to the last token that the model has read is in the cache.
    assert second.reused >= len(first.tokens) + len(ids) - 1
    assert engine_log.wait_for_stopped(2).prefilled == len(second.tokens) - second.reused


def test_reusing_the_cache_changes_no_logits(tiny_bundle: Bundle, engine_log: EventLog) -> None:
    ids = tuple(tiny_bundle.tokenizer().encode("the sky and the blue water is light"))
    engine_log.generate(1, IdsPrompt(ids), max_tokens=0)
    engine_log.wait_for_stopped(1)
    whole = engine_log.ask(ReadLogits(1, len(ids) - 1))
    # Another ending, then back: the second half is read again, the first is not.
    engine_log.generate(2, IdsPrompt((*ids[:4], *ids[:3])), max_tokens=0)
    engine_log.generate(3, IdsPrompt(ids), max_tokens=0)
    engine_log.wait_for_stopped(3)
    assert engine_log.wait(Prompted, lambda event: event.generation == 3).reused == 4
    np.testing.assert_allclose(engine_log.ask(ReadLogits(2, len(ids) - 1)), whole, atol=1e-4)


def test_a_step_can_be_recomputed_from_what_it_says(tiny_bundle: Bundle, engine_log: EventLog) -> None:
    prompt = tuple(tiny_bundle.tokenizer().encode("the sky"))
    settings = SamplingSettings(temperature=1.3, top_k=50, top_p=0.9, min_p=0.01, repetition_penalty=1.2)
    engine_log.generate(1, IdsPrompt(prompt), settings, seed=3, max_tokens=8)
    engine_log.wait_for_stopped(1)
    ids = list(prompt)
    for number, step in enumerate(engine_log.steps(1)):
        logits = engine_log.ask(ReadLogits(number, step.position - 1))
        assert isinstance(logits, np.ndarray)
        result = run_chain(logits, np.array(ids), step.settings)
        assert pick(result, step.draw) == step.token.id
        exact = logits.astype(np.float64)
        logprobs = exact - np.log(np.exp(exact).sum())
        assert step.logit == logits[step.token.id]
        assert step.logprob == pytest.approx(logprobs[step.token.id], abs=1e-5)
        assert step.entropy == pytest.approx(-(np.exp(logprobs) * logprobs).sum(), abs=1e-5)
        assert step.rank == 1 + (logits > step.logit).sum()
        assert step.top[0].p == pytest.approx(np.exp(logprobs.max()), abs=1e-6)
        ids.append(step.token.id)


def test_statistics_agree_with_the_logits_of_the_row_before(engine_log: EventLog) -> None:
    engine_log.generate(1, "the sky and the blue water", max_tokens=0)
    engine_log.wait_for_stopped(1)
    tokens = engine_log.wait(Prompted).tokens
    statistics = engine_log.ask(ReadStatistics(1, 0, len(tokens)))
    assert isinstance(statistics, Statistics)
    assert np.isnan(statistics.logprobs[0])
    assert statistics.ranks[0] == 0
    for position in range(1, len(tokens)):
        logits = engine_log.ask(ReadLogits(10 + position, position - 1))
        assert isinstance(logits, np.ndarray)
        exact = logits.astype(np.float64)
        expected = exact[tokens[position].id] - np.log(np.exp(exact).sum())
        assert statistics.logprobs[position] == pytest.approx(expected, abs=1e-4)


def test_attention_comes_by_rows_by_profile_and_as_an_atlas(engine_log: EventLog) -> None:
    engine_log.generate(1, LONG, max_tokens=0)
    engine_log.wait_for_stopped(1)
    length = len(engine_log.wait(Prompted).tokens)
    assert length > ATTENTION_ROWS_PER_READ
    rows = engine_log.ask(ReadAttention(1, 1, 2, 0, length))
    assert isinstance(rows, AttentionRows)
    assert rows.stop == ATTENTION_ROWS_PER_READ
    assert rows.weights.shape == (ATTENTION_ROWS_PER_READ, ATTENTION_ROWS_PER_READ)
    np.testing.assert_allclose(rows.weights.sum(axis=1), 1, atol=1e-5)
    last = engine_log.ask(ReadAttention(2, 1, 2, length - 1, length))
    profile = engine_log.ask(ReadAttentionProfile(3, length - 1))
    assert isinstance(last, AttentionRows)
    assert isinstance(profile, np.ndarray)
    assert profile.shape == (2, 4, length)
    np.testing.assert_allclose(profile[1, 2], last.weights[0], atol=1e-6)
    mean = engine_log.ask(ReadAttention(4, 1, "mean", length - 1, length))
    assert isinstance(mean, AttentionRows)
    np.testing.assert_allclose(mean.weights[0], profile[1].mean(axis=0), atol=1e-6)
    atlas = engine_log.ask(ReadAtlas(5, 16))
    assert isinstance(atlas, Atlas)
    assert atlas.tokens == length
    assert atlas.weights.shape[:2] == (2, 4)
    assert max(atlas.weights.shape[2:]) <= 16


def test_questions_are_answered_while_it_writes(engine_log: EventLog) -> None:
    engine_log.generate(1, "the sky", max_tokens=3000)
    engine_log.wait(Step)
    tokens = engine_log.ask(Tokenize(1, "blue water"))
    assert isinstance(tokens, tuple)
    assert b"".join(token.piece for token in tokens) == b"blue water"
    engine_log.engine.send(Stop())
    engine_log.wait_for_stopped(1)


def test_what_takes_long_is_answered_between_the_tokens(engine_log: EventLog) -> None:
    engine_log.generate(1, LONG, max_tokens=3000)
    step = engine_log.wait(Step)
    stop = step.position
    atlas = engine_log.ask(ReadAtlas(1, 16))
    part = engine_log.ask(ReadAttentionMap(2, 1, 2, 4, 0, stop, 0, stop))
    statistics = engine_log.ask(ReadStatistics(3, 0, stop))
    engine_log.engine.send(Stop())
    engine_log.wait_for_stopped(1)
    assert isinstance(atlas, Atlas)
    assert isinstance(statistics, Statistics)
    assert isinstance(part, AttentionMapPart)
    first = engine_log.ask(ReadAttention(4, 1, 2, 0, 4))
    assert isinstance(first, AttentionRows)
    np.testing.assert_allclose(float(part.weights[0, 0]), first.weights.max(), atol=5e-4)
    assert part.weights.shape == (-(-stop // 4), -(-stop // 4))


def test_a_question_without_a_model_is_refused_by_its_number() -> None:
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(ReadAtlas(7, 16))
        assert log.wait(Failed).query == 7
    finally:
        engine.close()


def test_only_the_first_text_gets_the_space_that_some_tokenizers_write(
    tiny_bundle: Bundle, tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(tiny_bundle.folder, folder)
    content = json.loads((folder / "tokenizer.json").read_bytes())
    content["model"] = {"type": "BPE", "vocab": {"▁": 3, "a": 4, "▁a": 5}, "merges": [["▁", "a"]]}
    for part in ("pre_tokenizer", "decoder"):
        content[part] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": True}
    (folder / "tokenizer.json").write_text(json.dumps(content), "utf-8")
    for log in loaded_engine(EngineThread, Bundle.open(folder)):
        for query, (text, first, piece) in enumerate(
            [("a", True, b" a"), ("a", False, b"a"), (" a", False, b" a")]
        ):
            tokens = log.ask(Tokenize(query, text, first))
            assert isinstance(tokens, tuple)
            assert [token.piece for token in tokens] == [piece]


def test_new_settings_take_effect_at_the_next_token(engine_log: EventLog) -> None:
    # With this seed the reply does not end by itself before the settings come.
    engine_log.generate(
        1, "the sky", SamplingSettings(temperature=2.0, top_k=3, top_p=1.0), seed=5, max_tokens=3000
    )
    engine_log.wait(Step)
    engine_log.engine.send(UpdateSettings(GREEDY))
    step = engine_log.wait(Step, lambda event: event.settings == GREEDY)
    assert step.rank == 1
    engine_log.engine.send(Stop())
    engine_log.wait_for_stopped(1)
    later = [each for each in engine_log.steps(1) if each.position > step.position]
    assert all(each.settings == GREEDY for each in later)


def test_fault_51_stop_at_any_moment_twice_and_send_at_once(engine_log: EventLog) -> None:
    engine_log.engine.send(Stop())
    engine_log.generate(1, LONG * 4)  # stopped in prefill or before
    engine_log.engine.send(Stop())
    engine_log.engine.send(Stop())
    engine_log.generate(2, "the sky", max_tokens=3000)
    assert engine_log.wait_for_stopped(1).reason == "stopped"
    engine_log.wait(Step, lambda event: event.generation == 2)
    engine_log.generate(3, "water", GREEDY, max_tokens=4)  # without a stop: it ends the one before
    assert engine_log.wait_for_stopped(2).reason == "stopped"
    after = engine_log.wait_for_stopped(3)
    assert after.reason in ("length", "end")
    texts = [step.token.id for step in engine_log.steps(3)]
    engine_log.generate(4, "water", GREEDY, max_tokens=4)
    engine_log.wait_for_stopped(4)
    assert [step.token.id for step in engine_log.steps(4)] == texts


def test_fault_34_a_prompt_longer_than_the_context_is_counted_and_refused(
    tiny_bundle: Bundle, engine_log: EventLog
) -> None:
    context = tiny_bundle.facts.context
    engine_log.generate(1, IdsPrompt((5,) * (context + 3)))
    failed = engine_log.wait(Failed)
    assert failed.case == "prompt-too-long"
    assert f"{context + 3:,}" in failed.what
    assert f"{context:,}" in failed.what
    assert engine_log.wait_for_stopped(1).reason == "failed"


def test_the_context_filled_to_the_brim_ends_the_reply(tiny_bundle: Bundle, engine_log: EventLog) -> None:
    context = tiny_bundle.facts.context
    ids = tuple(tiny_bundle.tokenizer().encode("the sky and ")) * context
    engine_log.generate(1, IdsPrompt(ids[: context - 2]), SamplingSettings(temperature=1.0, top_k=0))
    stopped = engine_log.wait_for_stopped(1)
    assert (stopped.reason, stopped.tokens) in [("context", 2), ("end", 1), ("end", 2)]


def test_fault_31_a_users_control_tokens_are_text(tiny_bundle: Bundle, engine_log: EventLog) -> None:
    text = "a<|im_end|>b"
    tokens = engine_log.ask(ReadPrompt(1, ChatPrompt((Message("user", text),))))
    assert isinstance(tokens, tuple)
    own = [token for token in tokens if token.part == "user"]
    assert b"".join(token.piece for token in own) == text.encode()
    assert not any(token.special for token in own)
    assert any(token.special for token in tokens)


def test_an_empty_prompt_is_refused(engine_log: EventLog) -> None:
    engine_log.generate(1, RawPrompt(""))
    assert engine_log.wait(Failed).case == "empty-prompt"


def test_a_position_not_read_yet_is_named(engine_log: EventLog) -> None:
    engine_log.engine.send(ReadLogits(1, 12))
    failed = engine_log.wait(Failed)
    assert (failed.query, failed.case) == (1, "position-not-read")
    assert "12" in failed.what


def test_the_proof_is_made_when_there_is_nothing_else_to_do(engine_log: EventLog) -> None:
    proof = engine_log.wait(Proved).proof
    assert proof.kind == "reconstructed"
    assert proof.max_delta is not None
    assert proof.max_delta < 1e-5
    assert proof.logits_delta == 0


def test_without_a_model_every_command_says_so() -> None:
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Unload())
        engine.send(Generate(1, RawPrompt("x"), GREEDY, 0))
        assert log.wait(Failed).case == "no-model"
        engine.send(Load("/nonexistent/model.gguf", "cpu"))
        missing = log.wait(Failed, lambda event: event.case != "no-model")
        assert "/nonexistent/model.gguf" in missing.what
    finally:
        engine.close()


def test_fault_32_a_paste_of_five_megabytes_is_refused_before_it_is_tokenized(engine_log: EventLog) -> None:
    text = "never " * 900_000
    engine_log.engine.send(Tokenize(1, text))
    engine_log.generate(1, text)
    for failed in (
        engine_log.wait(Failed, lambda event: event.query == 1),
        engine_log.wait(Failed, lambda event: event.generation == 1),
    ):
        assert failed.case == "prompt-too-long"
        assert "5,400,000 characters" in failed.what


def test_fault_21_values_that_are_not_numbers_stop_the_reply_and_are_named(
    tiny_bundle: Bundle, tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(tiny_bundle.folder, folder)
    initializers = ir.load(folder / "body.onnx").graph.initializers
    gain = next(value for name, value in initializers.items() if name.startswith("final_norm")).const_value
    assert isinstance(gain, ir.ExternalTensor)
    with (folder / "weights.bin").open("r+b") as file:
        file.seek(gain.offset or 0)
        file.write(np.full(4, np.nan, np.float32).tobytes())
    for log in loaded_engine(EngineThread, Bundle.open(folder)):
        log.generate(1, "the sky")
        assert log.wait_for_stopped(1).reason == "failed"
        failed = log.wait(Failed)
        assert (failed.case, failed.generation) == ("hidden-not-finite", 1)
        assert "NaN" in failed.what


def test_fault_17_a_model_that_ended_the_engine_is_marked_and_said_once(
    tiny_bundle: Bundle, tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(tiny_bundle.folder, folder)
    (folder / LOADING_MARK).touch()  # what is left when the engine ends while loading
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(str(folder), "cpu"))
        failed = log.wait(Failed)
        assert failed.case == "model-ended-engine"
        assert tiny_bundle.facts.name in failed.what
        engine.send(Load(str(folder), "cpu"))
        log.wait(Loaded)
        assert not (folder / LOADING_MARK).exists()
    finally:
        engine.close()


def test_fault_17_a_graph_that_the_runtime_refuses_is_a_sentence(tiny_bundle: Bundle, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(tiny_bundle.folder, folder)
    (folder / "body.onnx").write_bytes(b"\x08\x0anonsense")
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(str(folder), "cpu"))
        assert log.wait(Failed).case == "runtime-failed"
        engine.send(Load(str(tiny_bundle.folder), "cpu"))
        log.wait(Loaded)
    finally:
        engine.close()


def test_an_atlas_that_grew_equals_one_read_at_once(tiny_bundle: Bundle, engine_log: EventLog) -> None:
    ids = tuple(tiny_bundle.tokenizer().encode(LONG))
    whole = engine_log_atlas(engine_log, 1, ids[:100])
    for generation, length in ((2, 70), (3, 71), (4, 99), (5, 100)):
        grown = engine_log_atlas(engine_log, generation, ids[:length])
    assert grown.tokens == whole.tokens == 100
    np.testing.assert_allclose(grown.weights, whole.weights, atol=1e-5)
    # A branch: rows of the part that differs are read again.
    branch = engine_log_atlas(engine_log, 6, (*ids[:50], *ids[60:110]))
    assert not np.allclose(branch.weights, whole.weights, atol=1e-3)
    np.testing.assert_allclose(branch.weights[:, :, :6, :6], whole.weights[:, :, :6, :6], atol=1e-5)


def engine_log_atlas(log: EventLog, generation: int, ids: tuple[int, ...]) -> Atlas:
    log.generate(generation, IdsPrompt(ids), max_tokens=0)
    log.wait_for_stopped(generation)
    atlas = log.ask(ReadAtlas(100 + generation, 16))
    assert isinstance(atlas, Atlas)
    return atlas
