"""Every architecture of the registry, told by both formats alike.

Knows nothing about graphs.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.architectures import ARCHITECTURES, architecture_of
from models.architectures.decoder import DecoderConfiguration, LayerWeights
from models.errors import ModelFileError
from models.gguf.metadata import Metadata
from models.gguf.reader import GgufFile, read_gguf
from models.safetensors.checkpoint import SafetensorsCheckpoint, read_checkpoint
from tests.models.gguf_conversion import read_tensors, write_gguf
from tests.models.tiny_checkpoint import (
    CONFIGURATIONS,
    HEAD_SIZE,
    LAYERS,
    VOCABULARY,
    WIDTH,
    WINDOW,
    write_safetensors,
    write_tiny_checkpoint,
)
from tests.models.tiny_gguf import tiny_weights, write_tiny_llama

MODEL_TYPES = tuple(CONFIGURATIONS)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A checkpoint and, beside it, the same in GGUF, by model type."""
    folders = {}
    for model_type in MODEL_TYPES:
        folder = write_tiny_checkpoint(tmp_path_factory.mktemp(model_type), model_type)
        write_gguf(folder, folder / "model.gguf")
        folders[model_type] = folder
    return folders


def checkpoint_with(folder: Path, **changes: Any) -> SafetensorsCheckpoint:
    """A checkpoint whose configuration was changed."""
    config = json.loads((folder / "config.json").read_text("utf-8")) | changes
    opened = read_checkpoint(folder)
    fields = type(opened.fields)({key: value for key, value in config.items() if value is not None})
    return dataclasses.replace(opened, fields=fields)


def gguf_with(folder: Path, **changes: Any) -> GgufFile:
    """A GGUF file with changed metadata; two underscores in a name stand for a full stop."""
    file = read_gguf(folder / "model.gguf")
    values = {key.replace("__", "."): value for key, value in changes.items()}
    return dataclasses.replace(file, metadata=Metadata({**file.metadata, **values}))


def sizes_of(source: GgufFile | SafetensorsCheckpoint) -> DecoderConfiguration:
    return architecture_of(source).configuration(source)


def arrays_of(weights: LayerWeights) -> Iterator[tuple[str, NDArray[np.float32] | None]]:
    """All arrays of a layer, by name."""
    for field in dataclasses.fields(weights):
        value = getattr(weights, field.name)
        if hasattr(value, "matrix"):
            yield field.name, value.matrix.whole()
            yield f"{field.name}.bias", value.bias
        elif hasattr(value, "gain"):
            yield field.name, value.gain
            yield f"{field.name}.bias", value.bias
        else:
            yield field.name, value


def test_names_are_unique() -> None:
    for kinds in (
        [one.gguf.kinds for one in ARCHITECTURES],
        [one.safetensors.kinds for one in ARCHITECTURES],
    ):
        flat = [kind for several in kinds for kind in several]
        assert len(set(flat)) == len(flat)


def test_every_architecture_has_a_checkpoint_here() -> None:
    covered = {
        architecture.name
        for architecture in ARCHITECTURES
        if set(architecture.safetensors.kinds) & set(MODEL_TYPES)
    }
    assert covered == {architecture.name for architecture in ARCHITECTURES}


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_both_formats_tell_the_same_sizes(model_type: str, folders: dict[str, Path]) -> None:
    # llama.cpp finds Gemma 3's windows by the number of layers, unless the file gives the period.
    file = gguf_with(folders[model_type], gemma3__attention__sliding_window_pattern=3)
    checkpoint = read_checkpoint(folders[model_type])
    one, other = sizes_of(checkpoint), sizes_of(file)
    for field in dataclasses.fields(one):
        if field.name not in ("norm_epsilon", "rotaries"):
            assert getattr(one, field.name) == getattr(other, field.name), field.name
    assert other.norm_epsilon == pytest.approx(one.norm_epsilon)
    for theirs, ours in zip(one.rotaries, other.rotaries, strict=True):
        np.testing.assert_allclose(theirs.frequencies, ours.frequencies, rtol=1e-6)


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_both_formats_give_the_same_weights(model_type: str, folders: dict[str, Path]) -> None:
    sources = (read_checkpoint(folders[model_type]), read_gguf(folders[model_type] / "model.gguf"))
    one, other = (architecture_of(source).weights(source, sizes_of(source)) for source in sources)
    np.testing.assert_array_equal(one.embedding.whole(), other.embedding.whole())
    np.testing.assert_array_equal(one.final_norm().gain, other.final_norm().gain)
    assert (one.positions is None) == (other.positions is None)
    layers = list(zip(one.layers(), other.layers(), strict=True))
    assert len(layers) == LAYERS
    for ours, theirs in layers:
        for (name, array), (_, same) in zip(arrays_of(ours), arrays_of(theirs), strict=True):
            assert (array is None) == (same is None), name
            if array is not None:
                np.testing.assert_array_equal(array, same, err_msg=name)


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_fault_10_what_is_no_part_of_the_architecture_is_named(
    model_type: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    tensors = read_tensors(folders[model_type] / "model.safetensors")
    layer = "transformer.h.1" if model_type == "gpt2" else "model.layers.1"
    tensors[f"{layer}.mlp.experts.0.weight"] = np.zeros((4, 4), np.float32)
    write_safetensors(tmp_path / "model.safetensors", tensors)
    (tmp_path / "config.json").write_bytes((folders[model_type] / "config.json").read_bytes())
    source = read_checkpoint(tmp_path)
    with pytest.raises(ModelFileError, match=r"layers\.1\.mlp\.experts\.0|h\.1\.mlp\.experts\.0"):
        architecture_of(source).weights(source, sizes_of(source))


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_each_missing_tensor_is_named(model_type: str, folders: dict[str, Path]) -> None:
    source = read_checkpoint(folders[model_type])
    sizes = sizes_of(source)
    for missing in source.tensors:
        rest = {name: tensor for name, tensor in source.tensors.items() if name != missing}
        with pytest.raises(ModelFileError, match=missing.replace(".", r"\.")):
            architecture_of(source).weights(dataclasses.replace(source, tensors=rest), sizes)


@pytest.mark.parametrize(
    ("model_type", "table"),
    [
        ("llama", "model.layers.1.self_attn.rotary_emb.inv_freq"),
        ("gpt2", "transformer.h.1.attn.bias"),
        ("gpt2", "transformer.h.1.attn.masked_bias"),
    ],
)
def test_tables_that_old_checkpoints_carry_are_passed_over(
    model_type: str, table: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    tensors = read_tensors(folders[model_type] / "model.safetensors")
    write_safetensors(tmp_path / "model.safetensors", {**tensors, table: np.zeros((4, 4), np.float32)})
    (tmp_path / "config.json").write_bytes((folders[model_type] / "config.json").read_bytes())
    source = read_checkpoint(tmp_path)
    assert architecture_of(source).weights(source, sizes_of(source)).embedding.rows == VOCABULARY


def test_a_wrong_shape_is_named(folders: dict[str, Path]) -> None:
    source = read_checkpoint(folders["llama"])
    sizes = dataclasses.replace(sizes_of(source), feed_forward=2 * WIDTH)
    with pytest.raises(ModelFileError, match=r"down_proj.*\[64, 96\] where \[64, 128\]"):
        architecture_of(source).weights(source, sizes)


def test_fault_10_an_unknown_architecture_is_named(folders: dict[str, Path]) -> None:
    for source in (
        gguf_with(folders["llama"], general__architecture="mamba"),
        checkpoint_with(folders["llama"], model_type="mamba"),
    ):
        with pytest.raises(ModelFileError, match="“mamba” is not supported") as caught:
            architecture_of(source)
        assert "llama" in caught.value.remedy


def test_fault_10_a_model_without_logits_is_named(folders: dict[str, Path]) -> None:
    source = checkpoint_with(folders["llama"], architectures=["LlamaForSequenceClassification"])
    with pytest.raises(ModelFileError, match="LlamaForSequenceClassification, which makes no logits"):
        architecture_of(source)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"llama__expert_count": 8}, "a mixture of experts"),
        ({"llama__rope__scaling__type": "spiral"}, "spiral"),
        ({"llama__attention__value_length": 8}, "values of another size"),
        ({"llama__attention__head_count_kv": 3}, "does not divide"),
        ({"llama__rope__dimension_count": 7}, "odd"),
    ],
)
def test_fault_10_what_gguf_metadata_ask_for_is_named(
    changes: dict[str, Any], named: str, folders: dict[str, Path]
) -> None:
    with pytest.raises(ModelFileError, match=named):
        sizes_of(gguf_with(folders["llama"], **changes))


@pytest.mark.parametrize(
    ("model_type", "changes", "named"),
    [
        ("llama", {"hidden_act": "snake"}, "snake"),
        ("llama", {"rope_parameters": {"rope_type": "spiral", "factor": 2.0}}, "spiral"),
        ("llama", {"rope_parameters": {"rope_type": "linear"}}, "factor"),
        ("llama", {"num_key_value_heads": 3}, "does not divide"),
        ("llama", {"head_dim": 2**20 + 1}, "1048577, more than 4,096"),
        ("qwen3", {"head_dim": 24}, "normed heads of this size"),
        ("gemma3_text", {"use_bidirectional_attention": True}, "later tokens"),
        ("gemma3_text", {"layer_types": ["full_attention"]}, "layer_types"),
        (
            "qwen2",
            {"use_sliding_window": True, "layer_types": ["linear_attention"] * LAYERS},
            "linear_attention",
        ),
        ("gpt2", {"n_head": 5}, "does not divide"),
        ("gpt2", {"scale_attn_by_inverse_layer_idx": True}, "falls with the layer"),
        ("phi3", {"rope_parameters": {"rope_type": "longrope", "short_factor": [1.0]}}, "short_factor"),
    ],
)
def test_fault_10_what_a_configuration_asks_for_is_named(
    model_type: str, changes: dict[str, Any], named: str, folders: dict[str, Path]
) -> None:
    with pytest.raises(ModelFileError, match=named):
        sizes_of(checkpoint_with(folders[model_type], **changes))


@pytest.mark.parametrize("value", [0, -1, 2**40, "many", True, 1.5])
def test_fault_25_an_impossible_size_is_named(value: object, folders: dict[str, Path]) -> None:
    with pytest.raises(ModelFileError, match=r"llama\.block_count"):
        sizes_of(gguf_with(folders["llama"], llama__block_count=value))
    with pytest.raises(ModelFileError, match="num_hidden_layers"):
        sizes_of(checkpoint_with(folders["llama"], num_hidden_layers=value))


def test_older_configurations_tell_their_rotary_embedding_elsewhere(folders: dict[str, Path]) -> None:
    old = {"rope_parameters": None, "rope_theta": 500.0, "rope_scaling": {"type": "linear", "factor": 4.0}}
    new = {"rope_parameters": {"rope_theta": 500.0, "rope_type": "linear", "factor": 4.0}}
    one, other = (sizes_of(checkpoint_with(folders["llama"], **changes)) for changes in (old, new))
    assert one == other
    assert one.rotaries[0].frequencies[0] == 1 / 4


def test_windows_and_scales_by_layer(folders: dict[str, Path]) -> None:
    assert [plan.window for plan in sizes_of(read_checkpoint(folders["mistral"])).plans] == [WINDOW] * LAYERS
    gemma = sizes_of(checkpoint_with(folders["gemma2"], query_pre_attn_scalar=25))
    assert [plan.window for plan in gemma.plans] == [WINDOW, None, WINDOW]
    assert {plan.scale for plan in gemma.plans} == {1 / 5}
    assert gemma.embedding_scale == math.sqrt(WIDTH)
    local_and_global = sizes_of(read_checkpoint(folders["gemma3_text"]))
    assert [plan.window for plan in local_and_global.plans] == [WINDOW, WINDOW, None]
    bases = [local_and_global.rotaries[plan.rotary or 0].frequencies[1] for plan in local_and_global.plans]
    assert bases == [pytest.approx(10_000 ** (-2 / HEAD_SIZE))] * 2 + [pytest.approx(1e6 ** (-2 / HEAD_SIZE))]
    upper = checkpoint_with(
        folders["qwen2"], use_sliding_window=True, sliding_window=WINDOW, max_window_layers=2
    )
    assert [plan.window for plan in sizes_of(upper).plans] == [None, None, WINDOW]


def test_null_means_that_there_is_no_such_thing(folders: dict[str, Path]) -> None:
    mistral = sizes_of(checkpoint_with(folders["mistral"], sliding_window=None))
    assert {plan.window for plan in mistral.plans} == {None}
    assert sizes_of(checkpoint_with(folders["gemma2"], attn_logit_softcapping=None)).attention_softcap == 0


def test_the_largest_gemmas_have_another_scale_in_gguf(folders: dict[str, Path]) -> None:
    for model_type, name, layers in (("gemma2", "gemma2", 46), ("gemma3_text", "gemma3", 62)):
        sizes = sizes_of(gguf_with(folders[model_type], **{f"{name}__block_count": layers}))
        assert {plan.scale for plan in sizes.plans} == {1 / math.sqrt(WIDTH / 4)}


def test_a_long_context_is_restricted_and_said(folders: dict[str, Path]) -> None:
    factors = [1.0 + number / 8 for number in range(HEAD_SIZE // 2)]
    long = checkpoint_with(
        folders["phi3"],
        original_max_position_embeddings=64,
        rope_parameters={"rope_type": "longrope", "rope_theta": 10_000.0, "short_factor": factors},
    )
    sizes = sizes_of(long)
    assert sizes.context == 64
    assert sizes.rotaries[0].frequencies[0] == 1
    assert sizes.rotaries[0].magnitude == pytest.approx(math.sqrt(1 + math.log(4) / math.log(64)))
    assert "256" in sizes.warnings[0]
    assert "64" in sizes.warnings[0]


def test_the_language_model_inside_a_model_that_sees(folders: dict[str, Path], tmp_path: Path) -> None:
    tensors = read_tensors(folders["gemma3_text"] / "model.safetensors")
    renamed = {f"language_model.{name}": values for name, values in tensors.items()}
    renamed["vision_tower.embeddings.weight"] = np.zeros((2, 2), np.float32)
    write_safetensors(tmp_path / "model.safetensors", renamed)
    config = json.loads((folders["gemma3_text"] / "config.json").read_text("utf-8"))
    whole = {
        "model_type": "gemma3",
        "architectures": ["Gemma3ForConditionalGeneration"],
        "text_config": config,
    }
    (tmp_path / "config.json").write_text(json.dumps(whole), "utf-8")
    inside, alone = read_checkpoint(tmp_path), read_checkpoint(folders["gemma3_text"])
    assert sizes_of(inside) == sizes_of(alone)
    weights = [architecture_of(one).weights(one, sizes_of(one)) for one in (inside, alone)]
    np.testing.assert_array_equal(weights[0].embedding.whole(), weights[1].embedding.whole())


def test_weights_of_llama_come_back_in_the_order_of_the_checkpoint(tmp_path: Path) -> None:
    file = read_gguf(write_tiny_llama(tmp_path / "tiny.gguf"))
    weights = architecture_of(file).weights(file, sizes_of(file))
    written = tiny_weights()
    for number, layer in enumerate(weights.layers()):
        block = f"blk.{number}"
        packed = [written[f"{block}.attn_{part}.weight"] for part in "qkv"]
        np.testing.assert_array_equal(layer.query_key_value.matrix.whole(), np.concatenate(packed))
        np.testing.assert_array_equal(layer.down.matrix.whole(), written[f"{block}.ffn_down.weight"])
    np.testing.assert_array_equal(weights.embedding.whole(), written["token_embd.weight"])
    assert weights.head is None
