"""Of several graphs, the one that suits the processor is preferred."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.exports.variants import LARGEST_FLOAT32, GraphVariant, best_variant, name_variants, weights_beside


def variants(*sizes: tuple[str, int]) -> list[GraphVariant]:
    return [GraphVariant(name, Path(f"model_{name}.onnx"), size) for name, size in sizes]


ALL = ("fp32", "fp16", "int8", "quantized", "q4", "q4f16", "bnb4")


@pytest.mark.parametrize(
    ("provider", "size", "offered", "best"),
    [
        ("CPU", 1000, ALL, "fp32"),
        ("CPU", LARGEST_FLOAT32, ALL, "fp32"),
        ("CPU", LARGEST_FLOAT32 + 1, ALL, "int8"),
        ("CPU", LARGEST_FLOAT32 + 1, ("fp32", "fp16", "q4"), "q4"),
        ("CPU", LARGEST_FLOAT32 + 1, ("fp32",), "fp32"),
        ("CPU", 1000, ("fp16", "quantized", "q4"), "quantized"),
        ("CPU", 1000, ("fp16", "q4f16"), "fp16"),
        ("CUDA", 1000, ALL, "fp16"),
        ("CUDA", 1000, ("fp32", "q4", "q4f16"), "q4f16"),
        ("CUDA", 1000, ("fp32", "int8"), "fp32"),
    ],
)
def test_the_best_variant(provider: str, size: int, offered: tuple[str, ...], best: str) -> None:
    assert best_variant(variants(*((name, size) for name in offered)), provider).name == best


def test_a_merged_decoder_goes_before_its_parts_whatever_the_precision(tmp_path: Path) -> None:
    graphs = [tmp_path / f"{name}.onnx" for name in ("decoder_model", "decoder_model_merged_quantized")]
    for graph in graphs:
        graph.touch()
    best = best_variant(name_variants(graphs, [graph.name for graph in graphs]), "CPU")
    assert best.path.name == "decoder_model_merged_quantized.onnx"


def test_names_are_unique(tmp_path: Path) -> None:
    names = ("model.onnx", "model_q4.onnx", "decoder_model_q4.onnx", "other_Q4.onnx", "decoder_model.onnx")
    for name in names:
        (tmp_path / name).touch()
    found = name_variants([tmp_path / name for name in names], names)
    assert [one.name for one in found] == ["fp32", "q4", "decoder_model", "decoder_model_q4", "other_Q4"]


def test_weights_bear_the_name_of_their_graph() -> None:
    own = ["model.onnx_data", "model.onnx_data_12", "model.onnx.data", "model.data", "model.weights"]
    others = ["model_q4.onnx_data", "model.onnx", "model.onnx_data.bak", "tokenizer.json", "xmodel.data"]
    assert weights_beside(Path("f/model.onnx"), own + others) == [Path("f") / name for name in own]
