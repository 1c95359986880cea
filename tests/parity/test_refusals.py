"""Exports that cannot be opened, or not wholly, say so in a sentence before any of the work is done.

They are made by the same tools, as people make them: for other devices, without a part, or not even valid.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inference.loaded_model import load_model
from inference.proof import prove
from inference.runtime.session import Interrupter
from models.errors import VitrineError
from tests.parity.conftest import VOCABULARY
from tests.parity.three_ways import PROMPT, Conversation, Reading, texts

# The first of them waits until the tools have made the exports.
pytestmark = [pytest.mark.reference, pytest.mark.optimum, pytest.mark.timeout(900)]

REFUSED = (
    ("genai_llama_cuda", "outputs that no node makes: the builder's defect"),
    ("genai_llama_all_heads_cuda", "the same"),
    ("genai_llama_dml", "the same"),
    ("genai_llama_bf16_cuda", "bfloat16, for which the CPU has no product"),
    ("genai_llama_paged", "PagedAttention, for CUDA alone"),
    ("genai_llama_embedded", "embeddings instead of token IDs as the input"),
    ("genai_llama_headless", "no logits"),
    ("genai_qwen3_webgpu", "norms in the attention node, which the CPU's kernel has not"),
    ("genai_llama_int8_cache", "caches in 8-bit integers"),
    ("optimum_llama_no_past", "no caches"),
)
"""Name of the export, and what is the matter with it."""


@pytest.mark.parametrize(("name", "matter"), REFUSED)
def test_what_cannot_be_opened_is_refused_in_a_sentence(name: str, matter: str, exports: Path) -> None:
    folder = exports / name
    assert folder.is_dir(), matter
    with pytest.raises(VitrineError) as raised:
        load_model(folder, "cpu", Interrupter(), lambda done, total: None).close()
    assert raised.value.what.endswith((".", "”")), raised.value.what
    assert raised.value.remedy


def test_a_model_whose_attention_is_refused_still_reads_and_writes(
    exports: Path, references: Callable[[str, int], Reading]
) -> None:
    """Bloom adds a bias of its own to every head's products."""
    interrupter = Interrupter()
    model = load_model(exports / "optimum_bloom", "cpu", interrupter, lambda done, total: None)
    try:
        ids = texts(VOCABULARY)[0]
        one = Conversation(model)
        one.become(ids)
        one.prefill(PROMPT)
        one.decode()
        np.testing.assert_allclose(one.logits, references("bloom", 0).logits, rtol=0, atol=1e-4)
        assert not model.facts.sites
        proof = prove(model.bundle, model.provider, ids, interrupter)
        assert proof.kind == "refused"
        assert proof.reason == model.facts.report.attention_refused
        assert proof.logits_delta == 0
    finally:
        model.close()
