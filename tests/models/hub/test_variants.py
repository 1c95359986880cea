"""Which variants a repository offers, and which files each needs."""

from __future__ import annotations

import pytest

from models.errors import VitrineError
from models.hub.repository import Repository, RepositoryFile
from models.hub.variants import FINDERS, Variant, find_variants, variant_named

TRANSFORMERS_JS = (
    *("README.md", "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"),
    *("merges.txt", "vocab.json", "special_tokens_map.json", ".gitattributes", "chat_template.jinja"),
    *("onnx/model.onnx", "onnx/model.onnx_data", "onnx/model_fp16.onnx", "onnx/model_fp16.onnx_data"),
    *(
        "onnx/model_fp16.onnx_data_1",
        "onnx/model_q4.onnx",
        "onnx/model_q4f16.onnx",
        "onnx/model_quantized.onnx",
    ),
)
SMALL = {"config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"}
SMALL |= {"special_tokens_map.json", "chat_template.jinja"}


def variants_of(*names: str) -> tuple[Variant, ...]:
    files = tuple(RepositoryFile(name, 10, "0" * 64, "") for name in names)
    return find_variants(Repository("org/name", "", "0" * 40, "mit", False, files))


def names_in(variant: Variant) -> set[str]:
    return {file.name for file in variant.files}


def test_transformers_js_offers_each_graph_with_its_own_weights() -> None:
    variants = variants_of(*TRANSFORMERS_JS)
    assert [one.key for one in variants] == ["fp32", "quantized", "q4", "fp16", "q4f16"]
    assert names_in(variants[2]) == SMALL | {"onnx/model_q4.onnx"}
    assert names_in(variants[0]) == SMALL | {"onnx/model.onnx", "onnx/model.onnx_data"}
    weights = {"onnx/model_fp16.onnx", "onnx/model_fp16.onnx_data", "onnx/model_fp16.onnx_data_1"}
    assert names_in(variants[3]) == SMALL | weights
    assert variants[3].size == 90


def test_of_a_large_model_eight_bits_are_preferred() -> None:
    sizes = {
        "onnx/model.onnx": 5_000,
        "onnx/model.onnx_data": 3_000_000_000,
        "onnx/model_int8.onnx": 750_000_000,
    }
    files = tuple(RepositoryFile(name, size, "0" * 64, "") for name, size in sizes.items())
    variants = find_variants(Repository("org/name", "", "0" * 40, "mit", False, files))
    assert [one.key for one in variants] == ["int8", "fp32"]


def test_optimum_offers_the_merged_decoder_alone() -> None:
    variants = variants_of(
        *("config.json", "vocab.json", "merges.txt", "decoder_model.onnx", "decoder_with_past_model.onnx"),
        *("decoder_model_merged.onnx", "decoder_model_merged.onnx_data", "decoder_model.onnx_data"),
    )
    assert len(variants) == 1
    assert names_in(variants[0]) == {
        *("config.json", "decoder_model_merged.onnx", "decoder_model_merged.onnx_data"),
    }
    assert not variants[0].has_tokenizer


def test_optimum_without_a_merged_decoder_prefers_the_one_with_a_past() -> None:
    variants = variants_of("tokenizer.json", "decoder_model.onnx", "decoder_with_past_model.onnx")
    assert [one.key for one in variants] == ["decoder_with_past_model", "decoder_model"]
    assert variants[0].has_tokenizer


def test_weights_in_loose_files_come_with_the_only_graph() -> None:
    names = (
        "config.json",
        "model.onnx",
        "onnx__MatMul_12",
        "model.layers.0.weight",
        "weights.data",
        "card.png",
    )
    assert names_in(variants_of(*names)[0]) == set(names) - {"card.png"}


def test_genai_folders_are_models_of_their_own() -> None:
    cpu, gpu = "cpu_and_mobile/cpu-int4-rtn-block-32", "cuda/cuda-int4-rtn-block-32"
    beside = ("genai_config.json", "phi3.onnx", "phi3.onnx.data", "tokenizer.json", "tokenizer_config.json")
    variants = variants_of("config.json", *(f"{folder}/{name}" for folder in (cpu, gpu) for name in beside))
    assert [one.kind for one in variants] == ["genai", "genai"]
    assert [one.opens for one in variants] == [cpu, gpu]
    assert variants[0].key == "cpu_and_mobile-cpu-int4-rtn-block-32"
    assert names_in(variants[0]) == {f"{cpu}/{name}" for name in beside}


def test_each_gguf_file_is_a_model_and_shards_are_one() -> None:
    variants = variants_of(
        *(
            "README.md",
            "tiny-f16.gguf",
            "tiny-Q4_K_M.gguf",
            "tiny.Q8_0.gguf",
            "mmproj-tiny-f16.gguf",
            "tiny.imatrix.gguf",
        ),
        *(
            "big/tiny-BF16-00002-of-00002.gguf",
            "big/tiny-BF16-00001-of-00002.gguf",
            "half-Q2_K-00001-of-00002.gguf",
        ),
    )
    assert [one.key for one in variants] == ["Q4_K_M", "Q8_0", "F16", "BF16"]
    assert names_in(variants[0]) == {"tiny-Q4_K_M.gguf"}
    assert [file.name[-19:-5] for file in variants[3].files] == ["00001-of-00002", "00002-of-00002"]
    assert variants[3].opens == "big/tiny-BF16-00001-of-00002.gguf"


def test_a_safetensors_checkpoint_is_one_file_or_all_shards() -> None:
    (single,) = variants_of("config.json", "tokenizer.json", "model.safetensors", "pytorch_model.bin")
    assert names_in(single) == {"config.json", "tokenizer.json", "model.safetensors"}
    sharded = (
        "model.safetensors.index.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
    )
    (whole,) = variants_of("config.json", "tokenizer.model", *sharded, "consolidated.safetensors")
    assert names_in(whole) == {"config.json", *sharded}
    with pytest.raises(VitrineError):
        variants_of("config.json", *sharded[:-1])


def test_all_kinds_together_keep_their_order_and_have_keys_of_their_own() -> None:
    variants = variants_of(
        "a-Q4_0.gguf", "b-Q4_0.gguf", "model.safetensors", "x/model_q4.onnx", "y/model_q4.onnx"
    )
    assert [one.kind for one in variants] == ["onnx", "onnx", "gguf", "gguf", "safetensors"]
    assert [one.key for one in variants] == ["x-model_q4", "y-model_q4", "a-Q4_0", "b-Q4_0", "safetensors"]


def test_what_holds_nothing_to_open_says_what_it_holds() -> None:
    with pytest.raises(VitrineError) as refused:
        variants_of("README.md", "pytorch_model.bin", "vision_encoder.onnx")
    assert refused.value.case == "nothing-to-open"
    assert ".bin" in refused.value.what


def test_fault_62_a_model_with_an_unsafe_name_is_refused_whole() -> None:
    for name in ("../../model.onnx", "onnx/..\\model.onnx", "NUL.gguf", "a:b.gguf"):
        with pytest.raises(VitrineError) as refused:
            variants_of("config.json", name)
        assert refused.value.case == "unsafe-file-name"
    # A picture is never fetched: its name does no harm.
    assert variants_of("config.json", "model.onnx", "pictures/a:b.png")


def test_a_variant_is_found_by_key_or_by_the_name_of_its_graph() -> None:
    variants = variants_of(*TRANSFORMERS_JS)
    assert variant_named(variants, "") is variants[0]
    assert variant_named(variants, "FP16") is variants[3]
    assert variant_named(variants, "model_q4f16") is variants[4]
    with pytest.raises(VitrineError) as refused:
        variant_named(variants, "q3")
    assert "fp32, quantized, q4" in refused.value.remedy


@pytest.mark.parametrize("find", FINDERS)
def test_every_kind_finds_nothing_in_nothing(find: object) -> None:
    assert callable(find)
    assert find(()) == []
