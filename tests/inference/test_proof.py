"""The proof: it measures, it is remembered, and it refuses what is not true.

Knows nothing about badges.
"""

from __future__ import annotations

import dataclasses
import gc
import shutil
from pathlib import Path

import numpy as np
import pytest

from inference.contract import (
    AttentionRows,
    IdsPrompt,
    Proof,
    Proved,
    ReadAttention,
    ReadLogits,
    Tokenize,
)
from inference.process import EngineThread
from inference.proof import PROBE, keep_proof, known_proof, prove
from inference.runtime.decoder import PREFILL_TOKENS, Decoder
from inference.runtime.oracle import Oracle
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupted, Interrupter
from models.bundle import Bundle
from models.bundle_library import ready_bundle
from models.errors import VitrineError
from tests.inference.conftest import loaded_engine
from tests.models.tiny_gguf import write_tiny_llama

CPU = choose_provider("cpu")


def copied(bundle: Bundle, folder: Path) -> Bundle:
    shutil.copytree(bundle.folder, folder)
    (folder / "proofs.json").unlink(missing_ok=True)
    return Bundle.open(folder)


def test_reconstruction_equals_the_kernels_own_attention(tiny_bundle: Bundle) -> None:
    proof = prove(tiny_bundle, CPU, tiny_bundle.tokenizer().encode(PROBE), Interrupter())
    assert proof.kind == "reconstructed"
    assert proof.max_delta is not None
    assert proof.max_delta < 1e-5
    assert proof.logits_delta == 0.0


def test_a_wrong_scale_is_found_and_refused(tiny_bundle: Bundle) -> None:
    sites = tuple(dataclasses.replace(site, scale=site.scale * 1.01) for site in tiny_bundle.facts.sites)
    wrong = Bundle(tiny_bundle.folder, dataclasses.replace(tiny_bundle.facts, sites=sites))
    proof = prove(wrong, CPU, tiny_bundle.tokenizer().encode(PROBE), Interrupter())
    assert proof.kind == "refused"
    assert proof.max_delta is not None
    assert proof.max_delta > 1e-5


def test_the_oracles_rows_sum_to_one_in_prefill_and_decode(tiny_bundle: Bundle) -> None:
    oracle = Oracle(tiny_bundle, Interrupter())
    decoder = Decoder(tiny_bundle, CPU, Interrupter(), watched=oracle.watched)
    assert list(decoder.prefill([5, 6, 7], 0)) == [3]
    for weights in oracles_weights(oracle, decoder, 0):
        assert weights.shape == (4, 3, 3)
        np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-5)
    decoder.decode(8, 3)
    for weights in oracles_weights(oracle, decoder, 3):
        assert weights.shape == (4, 1, 4)
        np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-5)


def oracles_weights(oracle: Oracle, decoder: Decoder, start: int) -> list[np.ndarray]:
    past = [decoder.cache.first(index, start) for index in range(4)]
    found = oracle.attention(decoder.last_values(), past)
    return [weights for weights in found if weights is not None]


def test_text_longer_than_one_prefill_run_is_proved_too(tiny_bundle: Bundle) -> None:
    ids = [position % 300 for position in range(PREFILL_TOKENS + 20)]
    proof = prove(tiny_bundle, CPU, ids, Interrupter())
    assert proof.kind == "reconstructed"
    assert proof.tokens == len(ids)
    assert proof.logits_delta == 0.0


def test_a_context_shorter_than_the_probe_is_proved_as_far_as_it_goes(tmp_path: Path) -> None:
    file = write_tiny_llama(tmp_path / "short.gguf", context=16)
    bundle, _ = ready_bundle(file, "CPU", lambda done, total: None)
    proof = prove(bundle, CPU, list(range(5, 40)), Interrupter())
    assert (proof.kind, proof.tokens) == ("reconstructed", 16)


def test_a_proof_is_remembered_for_this_runtime_and_device(tiny_bundle: Bundle, tmp_path: Path) -> None:
    bundle = copied(tiny_bundle, tmp_path / "bundle")
    assert known_proof(bundle, CPU) is None
    proof = prove(bundle, CPU, [5, 6, 7], Interrupter())
    keep_proof(bundle, CPU, proof)
    assert known_proof(bundle, CPU) == proof
    (bundle.folder / "proofs.json").write_text("torn {", "utf-8")
    assert known_proof(bundle, CPU) is None


def test_others_are_served_between_the_parts_of_a_proof_and_can_end_it(tiny_bundle: Bundle) -> None:
    parts = []
    prove(tiny_bundle, CPU, list(range(5, 20)), Interrupter(), lambda: parts.append(1))
    assert len(parts) > 5

    def end() -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        prove(tiny_bundle, CPU, list(range(5, 20)), Interrupter(), end)


def test_a_check_that_could_not_run_is_not_remembered(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> float:
        raise VitrineError("out-of-memory", "There is not enough memory.", "Close other programs.")

    kept: list[Proof] = []
    monkeypatch.setattr("inference.proof.attention_delta", full)
    monkeypatch.setattr("inference.engine.known_proof", lambda bundle, provider: None)
    monkeypatch.setattr("inference.engine.keep_proof", lambda bundle, provider, proof: kept.append(proof))
    for log in loaded_engine(EngineThread, tiny_bundle):
        proof = log.wait(Proved).proof
        assert (proof.kind, proof.measured) == ("refused", False)
        assert "There is not enough memory." in proof.reason
        log.ask(Tokenize(1, "the sky"))  # whatever follows a proof has been done
        assert kept == [], "it says nothing of the model: the next start tries again"


@pytest.mark.parametrize("room", ["none", "less than was thought"])
def test_without_room_for_two_models_the_proof_is_made_in_place_of_the_one_in_use(
    tiny_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    bundle = copied(tiny_bundle, tmp_path / "bundle")
    loaded: list[int] = []
    make = Decoder.__init__

    def counted(decoder: Decoder, *arguments: object, **options: object) -> None:
        gc.collect()
        loaded.append(sum(isinstance(one, Decoder) for one in gc.get_objects()))
        if room != "none" and len(loaded) == 2:
            raise MemoryError
        make(decoder, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("inference.engine.has_room_for", lambda needed: room != "none" and len(loaded) < 2)
    monkeypatch.setattr(Decoder, "__init__", counted)
    ids = IdsPrompt(tuple(range(5, 40)))
    for log in loaded_engine(EngineThread, bundle):
        log.generate(1, ids, max_tokens=0)
        proof = log.wait(Proved).proof
        assert proof.kind == "reconstructed"
        assert known_proof(bundle, CPU) == proof
        # It is opened again, and has read again what it had read.
        logits = log.ask(ReadLogits(1, 34))
        rows = log.ask(ReadAttention(2, 1, 2, 34, 35))
        log.generate(2, IdsPrompt((*ids.ids, 7)), max_tokens=0)
        assert log.wait_for_stopped(2).prefilled == 1
    assert max(loaded if room == "none" else loaded[2:]) == 1, "never two at a time"
    reader = Decoder(bundle, CPU, Interrupter())
    assert list(reader.prefill(ids.ids, 0)) == [35]
    assert isinstance(logits, np.ndarray)
    np.testing.assert_allclose(logits, reader.last_logits(34), atol=1e-5)
    assert isinstance(rows, AttentionRows)
