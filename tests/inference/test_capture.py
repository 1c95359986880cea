"""What is captured is what the model computed: against the kernel's own attention and independent computations.

Knows nothing about files; see `tests.desktop.commands.test_capture`.

Tolerances. With 32-bit activations only the order of sums differs: logits of size 10 within 1e-4 (measured 2.2e-5),
attention within 1e-5 (2.5e-6). The shipped graph rounds activations to 8 bits for speed, which on random weights
moves single logits by up to 0.7 and weights by up to 0.08, and on average by 0.06 and 2e-4.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest

from inference.capture import GIGABYTE, Capture, capture, capture_bytes
from inference.contract import IdsPrompt
from inference.loaded_model import LoadedModel, load_model
from inference.runtime.decoder import PREFILL_TOKENS, Decoder
from inference.runtime.oracle import Oracle
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupted, Interrupter
from models.bundle import Bundle
from models.bundle_library import ready_bundle
from models.errors import VitrineError
from tests.inference.default_bundle import default_bundle
from tests.inference.exact_bundle import as_kept, with_exact_products
from tests.inference.reference_llama import ReferenceLlama
from tests.models.tiny_gguf import tiny_weights, write_tiny_llama
from tests.requirements import REFERENCE_VARIABLE

LIMIT = 4 * GIGABYTE
TINY_IDS = np.random.default_rng(0).integers(3, 389, PREFILL_TOKENS + 44).tolist()
"""More than one prefill run reads."""

REFERENCE_SCRIPT = Path(__file__).with_name("reference_attention.py")


@contextmanager
def loaded(bundle: Bundle) -> Iterator[LoadedModel]:
    model = load_model(bundle.folder, "cpu", Interrupter(), lambda done, total: None)
    try:
        yield model
    finally:
        model.close()


def captured(bundle: Bundle, ids: list[int], limit: int = LIMIT) -> Capture:
    with loaded(bundle) as model:
        return capture(model, IdsPrompt(tuple(ids)), limit, Interrupter())


@pytest.fixture(scope="module")
def exact(tiny_bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Capture:
    """The tiny model's, with 32-bit activations."""
    folder = tmp_path_factory.mktemp("exact") / "bundle"
    return captured(with_exact_products(tiny_bundle, folder), TINY_IDS)


@pytest.mark.default_model
def test_attention_of_200_tokens_equals_the_kernels_own_in_all_layers_and_heads() -> None:
    text = (Path(__file__).parents[2] / "LICENSE").read_text("utf-8")
    ids = default_bundle().tokenizer().encode(text)[:200]
    shown = captured(default_bundle(), ids)
    oracle = Oracle(default_bundle(), Interrupter())
    decoder = Decoder(default_bundle(), choose_provider("cpu"), Interrupter(), watched=oracle.watched)
    for _ in decoder.prefill(ids, 0):
        pass
    nothing = [decoder.cache.first(index, 0) for index in range(60)]
    truth = np.stack([one for one in oracle.attention(decoder.last_values(), nothing) if one is not None])
    assert shown.attention.shape == truth.shape == (30, 9, 200, 200)
    delta = np.abs(shown.attention - truth).max()
    assert delta <= 1e-5
    assert shown.proof.kind == "reconstructed"
    assert shown.proof.max_delta is not None
    assert shown.proof.max_delta <= 1e-5
    assert shown.proof.logits_delta == 0.0


def test_shapes_and_rows(exact: Capture) -> None:
    count = len(TINY_IDS)
    assert exact.ids.tolist() == TINY_IDS
    assert exact.logits.shape == (count, 389)
    assert exact.attention.shape == (2, 4, count, count)
    assert {exact.logits.dtype, exact.attention.dtype} == {np.dtype(np.float32)}
    np.testing.assert_allclose(exact.attention.sum(axis=-1), 1, atol=1e-5)
    assert not exact.attention[..., np.triu(np.ones((count, count), bool), 1)].any()


def test_exact_products_equal_an_independent_computation(exact: Capture, tiny_file: Path) -> None:
    reference = ReferenceLlama(tiny_file)
    reference.weights = as_kept(reference.weights)
    truth = reference.read(TINY_IDS)
    np.testing.assert_allclose(exact.logits, truth.logits, atol=1e-4, rtol=0)
    np.testing.assert_allclose(exact.attention, truth.attention, atol=1e-5, rtol=0)


def test_the_shipped_graph_differs_by_its_activations_only(exact: Capture, tiny_bundle: Bundle) -> None:
    shipped = captured(tiny_bundle, TINY_IDS)
    assert np.abs(shipped.logits - exact.logits).mean() < 0.1
    assert np.abs(shipped.attention - exact.attention).mean() < 1e-3
    assert np.abs(shipped.attention - exact.attention).max() < 0.2


@pytest.mark.reference
def test_exact_products_equal_eager_attention_of_transformers(exact: Capture, tmp_path: Path) -> None:
    source, out = tmp_path / "model.npz", tmp_path / "reading.npz"
    np.savez(source, ids=np.array(TINY_IDS), **as_kept(tiny_weights()))
    python = os.environ[REFERENCE_VARIABLE]
    subprocess.run([python, REFERENCE_SCRIPT, source, out], check=True, timeout=240)
    with np.load(out) as truth:
        np.testing.assert_allclose(exact.logits, truth["logits"], atol=1e-4, rtol=0)
        np.testing.assert_allclose(exact.attention, truth["attention"], atol=1e-5, rtol=0)


def test_a_prompt_beyond_the_memory_limit_is_refused_with_numbers(tiny_bundle: Bundle) -> None:
    with pytest.raises(
        VitrineError, match=r"Capturing 300 tokens needs 6\.2 MB .* limit is 1\.0 MB"
    ) as caught:
        captured(tiny_bundle, TINY_IDS, limit=1_000_000)
    assert caught.value.case == "capture-too-large"
    fitting = int(caught.value.remedy.split()[4])
    assert (
        capture_bytes(tiny_bundle.facts, fitting) <= 1_000_000 < capture_bytes(tiny_bundle.facts, fitting + 1)
    )


def test_a_prompt_beyond_the_machines_memory_is_refused(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = psutil.virtual_memory()._replace(available=100_000)
    with loaded(tiny_bundle) as model:
        monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
        with pytest.raises(VitrineError, match=r"this machine has free 0\.1 MB"):
            capture(model, IdsPrompt(tuple(TINY_IDS)), LIMIT, Interrupter())


@pytest.mark.parametrize(
    ("ids", "case"),
    [
        pytest.param([], "empty-prompt", id="no tokens"),
        pytest.param([389], "token-id-out-of-range", id="outside the vocabulary"),
    ],
)
def test_impossible_prompts_are_refused(tiny_bundle: Bundle, ids: list[int], case: str) -> None:
    with pytest.raises(VitrineError) as caught:
        captured(tiny_bundle, ids)
    assert caught.value.case == case


def test_a_prompt_longer_than_the_context_is_refused_and_one_as_long_is_not(tmp_path: Path) -> None:
    file = write_tiny_llama(tmp_path / "small.gguf", context=16)
    bundle, _ = ready_bundle(file, "CPU", lambda done, total: None)
    assert captured(bundle, [5] * 16).attention.shape == (2, 4, 16, 16)
    with pytest.raises(VitrineError, match="17 tokens and the model's context is 16") as caught:
        captured(bundle, [5] * 17)
    assert caught.value.case == "prompt-too-long"


def test_attention_that_is_not_the_kernels_is_refused(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.capture.attention_delta", wrong_by(0.5))
    with pytest.raises(VitrineError, match=r"differs from the kernel's own attention by 5\.0e-01") as caught:
        captured(tiny_bundle, [5, 6, 7])
    assert caught.value.case == "attention-refused"


def wrong_by(delta: float) -> Callable[..., float]:
    return lambda bundle, provider, ids, interrupter: delta


def test_it_can_be_interrupted(tiny_bundle: Bundle) -> None:
    interrupter = Interrupter()
    with loaded(tiny_bundle) as model:
        interrupter.interrupt()
        with pytest.raises(Interrupted):
            capture(model, IdsPrompt((5, 6)), LIMIT, interrupter)
