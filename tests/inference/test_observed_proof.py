"""The proof of an export is against its own file: it finds what is wrong, and says so.

Knows nothing about badges.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.proof import PROBE, prove
from inference.runtime.head import Head
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupter
from inference.runtime.untouched import untouched_logits
from models.bundle import Bundle
from tests.inference.observed_exports import FOUR_HEADS, KERNEL, UNTURNED, opened_export, read, text
from tests.models.tiny_export import VOCABULARY, TinyExport, write_tiny_export

SOME = {
    "Softmax": TinyExport(softcap=4.0),
    "GroupQueryAttention": TinyExport(KERNEL, rotary="inside"),
    "MultiHeadAttention": TinyExport("multi-head", **FOUR_HEADS),
    "Attention": TinyExport("standard", opset=23, **UNTURNED),
    "Attention (com.microsoft)": TinyExport("contrib", **FOUR_HEADS),
}


@pytest.fixture(scope="module", params=SOME)
def bundle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    """A bundle of an export of each kind."""
    with opened_export(tmp_path_factory.mktemp("export"), SOME[request.param]) as model:
        yield model.bundle


def proof_of(bundle: Bundle, **changes: Any) -> Any:
    sites = tuple(dataclasses.replace(site, **changes) for site in bundle.facts.sites)
    changed = Bundle(bundle.folder, dataclasses.replace(bundle.facts, sites=sites))
    return prove(changed, choose_provider("cpu"), bundle.tokenizer().encode(PROBE), Interrupter())


def test_it_says_what_it_compared_with(bundle: Bundle) -> None:
    kind = bundle.facts.sites[0].kind
    truth = {
        "Softmax": "the graph's own Softmax",
        "Attention (com.microsoft)": "what the CPU kernel mixed by its own attention",
    }.get(kind, "the CPU kernel's own attention")
    assert f"Compared with {truth} on " in proof_of(bundle).reason


@pytest.mark.parametrize("wrong", [{"scale": 0.2}, {"window": 190}, {"softcap": 30.0}], ids=str)
def test_what_is_not_what_the_model_did_is_refused(bundle: Bundle, wrong: dict[str, Any]) -> None:
    proof = proof_of(bundle, **wrong)
    assert proof.kind == "refused"
    assert proof.max_delta is not None
    assert proof.max_delta > 1e-5
    assert "differs from the kernel's own attention" in proof.reason
    assert proof.logits_delta == 0.0


def test_logits_that_are_not_those_of_the_file_are_shown(bundle: Bundle, tmp_path: Path) -> None:
    made = SOME[bundle.facts.sites[0].kind]
    other = write_tiny_export(tmp_path, dataclasses.replace(made, head="int8")) / "model.onnx"
    changed = Bundle(bundle.folder, dataclasses.replace(bundle.facts, untouched=str(other)))
    proof = proof_of(changed)
    assert proof.logits_delta is not None
    assert proof.logits_delta > 0.1


@pytest.mark.parametrize("export", [TinyExport(), TinyExport(last_row=True), TinyExport(head="int8")])
def test_the_file_as_it_is_gives_the_logits_that_are_shown(tmp_path: Path, export: TinyExport) -> None:
    ids = text(7, 40)
    with opened_export(tmp_path, export) as model:
        shown = read(model, ids, len(ids) if export.head == "plain" else 1).logits
        plain = untouched_logits(model.bundle, model.provider, ids, Interrupter())
        several = Head(model.bundle, model.provider, Interrupter()).several(model.decoder.hidden[:40])
    assert plain.shape == (1 if export.last_row else 40, VOCABULARY)
    assert np.array_equal(plain, shown[-len(plain) :])
    assert np.array_equal(several, shown)
