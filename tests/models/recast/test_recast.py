"""A whole bundle in another format: graphs left alone where they can be, bytes counted once, refusals by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import onnx
import pytest

from models.bundle import ARRAYS, BODY_GRAPH, HEAD_GRAPH, Bundle
from models.bundle_library import ready_bundle
from models.errors import ModelFileError
from models.recast import recast as recasting
from models.recast.recast import recast, recast_bytes
from tests.models.tiny_gguf import write_tiny_llama

MATRICES = 389 * 64 + 2 * (64 * 64 * 2 + 32 * 64 * 2 + 3 * 128 * 64)
NORMS = 5 * 64
"""Numbers of the tiny model; its head is the embedding once more."""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The tiny model with all digits."""
    path = write_tiny_llama(tmp_path_factory.mktemp("full") / "tiny.gguf")
    return ready_bundle(path, "CPU", lambda done, total: None, "fp32")[0]


def kinds(folder: Path, file: str) -> set[str]:
    return {node.op_type for node in onnx.load_model(folder / file, load_external_data=False).graph.node}


def test_in_32_bits_it_is_what_it_was(full: Bundle, tmp_path: Path) -> None:
    """No weight is read into memory, and the graphs are the same; they refer to the bundle's own weights."""
    made = recast(full, "FP32", tmp_path)
    assert (made.own, made.weights, made.weight_bytes) == (True, {}, 4 * (MATRICES + NORMS))
    for file in (BODY_GRAPH, HEAD_GRAPH):
        before, after = (
            onnx.load_model(one / file, load_external_data=False) for one in (full.folder, tmp_path)
        )
        assert before.graph.node == after.graph.node
    assert made.bundle.weights_folder == full.weights_folder
    assert (tmp_path / ARRAYS).read_bytes() == (full.folder / ARRAYS).read_bytes()


@pytest.mark.parametrize(("name", "bits"), [("FP16", 16), ("BF16", 16), ("INT8", 9), ("INT4", 5)])
def test_bytes_are_those_of_the_format(full: Bundle, tmp_path: Path, name: str, bits: int) -> None:
    """An embedding that is the head too counts once; gains stay in 32 bits where matrices become blocks."""
    made = recast(full, name, tmp_path)
    gains = 4 * NORMS if name.startswith("INT") else 2 * NORMS
    assert made.weight_bytes == MATRICES * bits // 8 + gains
    assert ("MatMulNBits" in kinds(tmp_path, HEAD_GRAPH)) == name.startswith("INT")
    assert ("Cast" in kinds(tmp_path, BODY_GRAPH)) == name.endswith("16")
    assert made.weight_bytes < recast_bytes(full, name)


def test_a_head_alone_needs_no_body(full: Bundle, tmp_path: Path) -> None:
    made = recast(full, "INT4", tmp_path, head_only=True)
    assert not (tmp_path / BODY_GRAPH).exists()
    assert made.weight_bytes == 389 * 64 * 5 // 8


def test_eight_bits_are_read_as_the_numbers_they_mean(tmp_path: Path) -> None:
    """Of a bundle that has blocks only, FP32 is computed with those."""
    path = write_tiny_llama(tmp_path / "tiny.gguf")
    bundle = ready_bundle(path, "CPU", lambda done, total: None)[0]
    folder = tmp_path / "made"
    folder.mkdir()
    made = recast(bundle, "FP32", folder)
    assert not made.own
    assert sum(one.count for one in made.weights.values()) == MATRICES + 389 * 64
    assert not {"MatMulNBits", "GatherBlockQuantized"} & (
        kinds(folder, BODY_GRAPH) | kinds(folder, HEAD_GRAPH)
    )


def test_what_has_hardly_any_matrices_is_not_kept_in_blocks(
    full: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row would else say INT4 of a model that is not."""
    monkeypatch.setattr(recasting, "LEAST_SHARE", 1.0)
    with pytest.raises(ModelFileError, match="Only 99 % of this file’s weights") as raised:
        recast(full, "INT4", tmp_path)
    assert raised.value.case == "no-block-matrices"


def test_what_computes_in_16_bits_is_refused(full: Bundle, tmp_path: Path) -> None:
    """Fault 19."""
    narrow = replace(full.facts, wiring=replace(full.facts.wiring, cache_dtype="float16"))
    with pytest.raises(ModelFileError, match="tiny computes in 16-bit numbers"):
        recast(Bundle(full.folder, narrow), "FP32", tmp_path)


def test_it_can_be_stopped(full: Bundle, tmp_path: Path) -> None:
    """Fault 51: between any two parts of its weights."""

    def stop() -> None:
        raise KeyboardInterrupt

    for name in ("BF16", "INT8"):
        with pytest.raises(KeyboardInterrupt):
            recast(full, name, tmp_path, stop)
