"""Bundles as they lie on disk, without any weights: facts, empty graphs, perhaps a proof.

Knows nothing about importing or running one.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.bundle import BODY_GRAPH, FACTS, FORMAT, HEAD_GRAPH, PROOFS, TOKENIZER, WEIGHTS, BundleFacts
from models.directories import bundles_directory
from models.hub.messages import Order
from models.hub.repository import Repository, RepositoryFile
from models.hub.shelf import destination, write_record
from models.hub.variants import Variant
from models.import_report import ImportReport
from models.tokenizer.tokenizer import TokenizerFacts
from models.wiring import BodyInput, Role, Wiring
from tests.sample_report import REPORT

WIRING = Wiring(
    inputs=(BodyInput("ids", Role.IDS, "int64", 2),),
    caches=(),
    in_place=True,
    cache_dtype="float32",
    hidden="hidden",
    hidden_dtype="float32",
    hidden_rank=3,
    hidden_width=64,
    head_input="hidden",
    head_rank=2,
    head_output="logits",
    logits_dtype="float32",
    query_dtype="float32",
)

FACTS_SAMPLE = BundleFacts(
    format=FORMAT,
    name="Sample",
    architecture="llama",
    parameters=134_515_008,
    precision="int8",
    precision_label="8-bit blocks of 32",
    layers=4,
    heads=3,
    key_value_heads=3,
    head_size=16,
    width=48,
    vocabulary=512,
    context=8192,
    sites=(),
    wiring=WIRING,
    source="Sample.Q8_0.gguf",
    source_sha256="0" * 64,
    licence="apache-2.0",
    tokenizer=TokenizerFacts(),
    report=REPORT,
)

PROOF = {
    "kind": "reconstructed",
    "max_delta": 5.4e-7,
    "logits_delta": 0.0,
    "tokens": 59,
    "reason": "Compared with the CPU kernel's own attention.",
}


def put_bundle(
    folder_name: str,
    *,
    proof: dict[str, Any] | None = None,
    report: dict[str, Any] | None = None,
    weights: int = 1000,
    **changes: Any,
) -> Path:
    """Put a bundle on the shelf of the data folder in use.

    Args:
        folder_name: of its folder.
        proof: as the engine keeps one.
        report: fields of its report that are other than the sample's.
        weights: bytes of its weights.
        changes: fields of its facts that are other than the sample's.
    """
    folder = bundles_directory() / folder_name
    folder.mkdir(parents=True)
    changed: ImportReport = replace(REPORT, **(report or {}))
    facts = replace(FACTS_SAMPLE, report=changed, **changes)
    (folder / FACTS).write_text(facts.to_json(), "utf-8")
    for name in (BODY_GRAPH, HEAD_GRAPH, TOKENIZER):
        (folder / name).write_bytes(b"")
    (folder / WEIGHTS).write_bytes(bytes(weights))
    if proof is not None:
        (folder / PROOFS).write_text(json.dumps({"onnxruntime, CPU": proof}), "utf-8")
    return folder


def put_download(name: str, key: str, revision: str = "", opens: str = "") -> Path:
    """Put a complete download where the hub's part keeps them.

    Args:
        name: of the repository.
        key: of the variant.
        revision: that was asked for.
        opens: name of its GGUF file, empty for a folder with an ONNX graph.
    """
    file = RepositoryFile(opens or "model.onnx", 3, "0" * 64, "")
    kind = "gguf" if opens else "onnx"
    variant = Variant(key=key, kind=kind, files=(file,), opens=opens)  # type: ignore[arg-type]
    order = Order(Repository(name, revision, "a" * 40, "mit", False, ()), variant)
    folder, _ = destination(order)
    folder.mkdir(parents=True)
    (folder / file.name).write_bytes(b"abc")
    write_record(folder, order)
    return folder
