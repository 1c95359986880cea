"""A GGUF file's weights as a Hugging Face checkpoint, so that a peer can be given the very same numbers.

Knows nothing about peers. Every number is written as the float32 that its block means; nothing is rounded again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.architectures import architecture_of
from models.architectures.decoder import DecoderConfiguration, DecoderWeights, LayerWeights
from models.architectures.names import CHECKPOINT_NAMES, CHECKPOINT_ROOTS, Part
from models.errors import ModelFileError
from models.gguf.reader import GgufFile, read_gguf
from models.tokenizer.gguf_tokenizer import tokenizer_from_gguf

CONFIGURATION, WEIGHTS = "config.json", "model.safetensors"
ARCHITECTURE = "llama"

_ROPE_BASE = "llama.rope.freq_base"
_DEFAULT_ROPE_BASE = 10_000.0


def write_checkpoint(path: Path, folder: Path) -> None:
    """Write a GGUF file as a checkpoint of float32.

    Args:
        path: the file.
        folder: an empty one.

    Raises:
        ModelFileError: the file is damaged, or of an architecture that is not written.
        OSError: the folder cannot be written.
    """
    file = read_gguf(path)
    architecture = architecture_of(file)
    sizes = architecture.configuration(file)
    base = file.fields.real(_ROPE_BASE, 1.0, 1e12, _DEFAULT_ROPE_BASE)
    _check(file, sizes, base)
    tokenizer = tokenizer_from_gguf(file).for_model(sizes.vocabulary)
    (folder / CONFIGURATION).write_text(json.dumps(_configuration(sizes, base), indent=1), "utf-8")
    (folder / "tokenizer.json").write_text(tokenizer.to_json(), "utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"}), "utf-8"
    )
    _write_safetensors(folder / WEIGHTS, _shapes(sizes), _tensors(architecture.weights(file, sizes), sizes))


def _check(file: GgufFile, sizes: DecoderConfiguration, base: float) -> None:
    """Refuse what the configuration of a checkpoint written here would not say."""
    size = sizes.head_size
    plain = base ** (-np.arange(0, size, 2) / size)
    same = (
        sizes.architecture == ARCHITECTURE
        and sizes.head_layout is None
        and not sizes.learned_positions
        and all(plan.window is None and plan.rotary == 0 for plan in sizes.plans)
        and len(sizes.rotaries) == 1
        and len(sizes.rotaries[0].frequencies) == len(plain)
        and np.allclose(sizes.rotaries[0].frequencies, plain, rtol=1e-5)
        and not any(name.endswith(".bias") for name in file.tensors)
    )
    if not same:
        raise ModelFileError(
            "no-checkpoint",
            f"“{file.path.name}” is of the architecture {sizes.architecture} with options that are not written "
            "as a checkpoint.",
            "Compare a plain llama model, as the default model is.",
        )


def _configuration(sizes: DecoderConfiguration, base: float) -> dict[str, Any]:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": sizes.width,
        "intermediate_size": sizes.feed_forward,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "num_key_value_heads": sizes.key_value_heads,
        "head_dim": sizes.head_size,
        "vocab_size": sizes.vocabulary,
        "max_position_embeddings": sizes.context,
        "rms_norm_eps": sizes.norm_epsilon,
        "rope_theta": base,
        "hidden_act": "silu",
        "tie_word_embeddings": sizes.tied,
        "attention_bias": False,
        "mlp_bias": False,
        "torch_dtype": "float32",
        "bos_token_id": 0,
        "eos_token_id": 0,
    }


def _name(part: Part, layer: int = 0) -> str:
    root = "" if part is Part.HEAD else CHECKPOINT_ROOTS[0]
    return f"{root}{CHECKPOINT_NAMES[part].format(layer=layer)}.weight"


def _shapes(sizes: DecoderConfiguration) -> dict[str, tuple[int, ...]]:
    """Of every tensor, in the order of `_tensors`."""
    width, inner = sizes.width, sizes.feed_forward
    shapes: dict[str, tuple[int, ...]] = {_name(Part.EMBEDDING): (sizes.vocabulary, width)}
    for layer in range(sizes.layers):
        shapes |= {
            _name(Part.ATTENTION_NORM, layer): (width,),
            _name(Part.QUERY, layer): (sizes.query_width, width),
            _name(Part.KEY, layer): (sizes.key_width, width),
            _name(Part.VALUE, layer): (sizes.key_width, width),
            _name(Part.ATTENTION_OUTPUT, layer): (width, sizes.query_width),
            _name(Part.FEED_FORWARD_NORM, layer): (width,),
            _name(Part.GATE, layer): (inner, width),
            _name(Part.UP, layer): (inner, width),
            _name(Part.DOWN, layer): (width, inner),
        }
    shapes[_name(Part.FINAL_NORM)] = (width,)
    if not sizes.tied:
        shapes[_name(Part.HEAD)] = (sizes.vocabulary, width)
    return shapes


def _tensors(weights: DecoderWeights, sizes: DecoderConfiguration) -> Iterator[NDArray[np.float32]]:
    """Every tensor, a matrix in parts, in the order of `_shapes`."""
    yield from weights.embedding.parts()
    for layer in weights.layers():
        yield from _layer_tensors(layer)
    yield weights.final_norm().gain
    if weights.head is not None:
        yield from weights.head.parts()


def _layer_tensors(layer: LayerWeights) -> Iterator[NDArray[np.float32]]:
    # Projections that are one matrix here lie one below the other, which is also the order of their tensors.
    yield layer.attention_norm.gain
    yield from layer.query_key_value.matrix.parts()
    yield from layer.attention_output.matrix.parts()
    yield layer.feed_forward_norm.gain
    yield from layer.feed_forward_in.matrix.parts()
    yield from layer.down.matrix.parts()


def _write_safetensors(
    path: Path, shapes: dict[str, tuple[int, ...]], parts: Iterator[NDArray[np.float32]]
) -> None:
    """The format: https://github.com/huggingface/safetensors#format"""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, shape in shapes.items():
        end = offset + int(np.prod(shape)) * 4
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for part in parts:
            file.write(np.ascontiguousarray(part, "<f4").tobytes())
