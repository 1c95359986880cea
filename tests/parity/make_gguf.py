"""Makes GGUF files of checkpoints, and has llama.cpp round them; runs where gguf, llama-cpp-python and torch are.

Knows nothing of our own code. Usage: ``make_gguf.py CHECKPOINTS FOLDER``. Beside every rounded file a checkpoint of
its rounded weights is written, CHECKPOINTS/NAME-TYPE: what the file holds, for the reference to read.
"""

from __future__ import annotations

import json
import shutil
import sys
from ctypes import byref
from pathlib import Path
from typing import Any

import gguf
import llama_cpp
import numpy as np
import torch
from safetensors.torch import load_file, save_file

FILES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "llama_wide",
        "llama",
        ("F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K_M", "Q5_K_M", "Q6_K", "Q3_K_M", "Q2_K"),
    ),
    ("llama", "llama", ()),
    ("llama_tied", "llama", ()),
    ("qwen2", "qwen2", ("Q8_0",)),
    ("qwen3", "qwen3", ("Q8_0",)),
    ("gemma2_head_scale", "gemma2", ("Q8_0",)),
    ("gemma3_six", "gemma3", ("Q8_0",)),
    ("phi3", "phi3", ("Q8_0",)),
    ("gpt2", "gpt2", ("Q8_0",)),
)
"""Checkpoint, llama.cpp's name of the architecture, and the types it is rounded to besides F32."""


class Tensors:
    """Names and layouts of one checkpoint's weights in a GGUF file."""

    def __init__(self, architecture: str, config: dict[str, Any]) -> None:
        self.architecture = architecture
        self.config = config
        self.layers = config.get("num_hidden_layers") or config["n_layer"]
        number = {name: key for key, name in gguf.MODEL_ARCH_NAMES.items()}[architecture]
        self._names = gguf.get_tensor_name_map(number, self.layers)

    def name(self, name: str) -> str | None:
        """In the file."""
        found: str | None = self._names.get_name(name, try_suffixes=(".weight", ".bias"))
        return found

    def to_file(self, name: str, value: torch.Tensor) -> torch.Tensor:
        """The layout that llama.cpp wants."""
        if self._is_interleaved(name):
            heads = self._heads(name)
            return value.reshape(heads, 2, -1, value.shape[1]).transpose(1, 2).reshape(value.shape)
        if self._is_transposed(name, value):
            return value.T
        return value + 1 if self._is_offset(name) else value

    def from_file(self, name: str, value: torch.Tensor) -> torch.Tensor:
        """The layout of the checkpoint."""
        if self._is_interleaved(name):
            heads = self._heads(name)
            return value.reshape(heads, -1, 2, value.shape[1]).transpose(1, 2).reshape(value.shape)
        if self._is_transposed(name, value):
            return value.T
        return value - 1 if self._is_offset(name) else value

    def _is_interleaved(self, name: str) -> bool:
        return self.architecture == "llama" and name.endswith(("q_proj.weight", "k_proj.weight"))

    def _heads(self, name: str) -> int:
        key = "num_attention_heads" if "q_proj" in name else "num_key_value_heads"
        return int(self.config[key])

    def _is_transposed(self, name: str, value: torch.Tensor) -> bool:
        return self.architecture == "gpt2" and value.dim() == 2 and ".h." in name

    def _is_offset(self, name: str) -> bool:
        return self.architecture.startswith("gemma") and name.endswith("norm.weight")


def write_fields(writer: gguf.GGUFWriter, architecture: str, config: dict[str, Any]) -> None:
    """What the graph is built from."""

    def number(*names: str) -> Any:
        return next((config[name] for name in names if config.get(name) is not None), None)

    heads = number("num_attention_heads", "n_head")
    size = number("head_dim") or number("hidden_size", "n_embd") // heads
    writer.add_context_length(number("max_position_embeddings", "n_positions"))
    writer.add_embedding_length(number("hidden_size", "n_embd"))
    writer.add_block_count(number("num_hidden_layers", "n_layer"))
    writer.add_feed_forward_length(number("intermediate_size") or 4 * config["n_embd"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(number("num_key_value_heads") or heads)
    if architecture == "gpt2":
        writer.add_layer_norm_eps(config["layer_norm_epsilon"])
        return
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_count(size)
    writer.add_key_length(size)
    writer.add_value_length(size)
    if config.get("sliding_window"):
        writer.add_sliding_window(config["sliding_window"])
    if architecture == "gemma2":
        writer.add_attn_logit_softcapping(config["attn_logit_softcapping"])
        writer.add_final_logit_softcapping(config["final_logit_softcapping"])


def write_tokenizer(writer: gguf.GGUFWriter, checkpoint: Path) -> None:
    """The byte-level BPE of these checkpoints."""
    definition = json.loads((checkpoint / "tokenizer.json").read_text("utf-8"))
    special = {token["content"] for token in definition["added_tokens"]}
    vocabulary = sorted(definition["model"]["vocab"].items(), key=lambda item: item[1])
    merges = definition["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([token for token, _ in vocabulary])
    kinds = gguf.TokenType
    writer.add_token_types([kinds.CONTROL if token in special else kinds.NORMAL for token, _ in vocabulary])
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(2)
    writer.add_chat_template((checkpoint / "chat_template.jinja").read_text("utf-8"))


def write_exact(checkpoint: Path, architecture: str, path: Path) -> Tensors:
    """A file of 32-bit numbers."""
    config = json.loads((checkpoint / "config.json").read_text("utf-8"))
    tensors = Tensors(architecture, config)
    writer = gguf.GGUFWriter(path, architecture)
    # Not the family: llama.cpp takes some names for vocabularies that it knows.
    writer.add_name("Tiny random model")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    write_fields(writer, architecture, config)
    write_tokenizer(writer, checkpoint)
    for name, value in load_file(checkpoint / "model.safetensors").items():
        placed = tensors.name(name)
        assert placed is not None, name
        writer.add_tensor(placed, tensors.to_file(name, value.float()).contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return tensors


def round_weights(exact: Path, path: Path, kind: str) -> None:
    """Another type, by llama.cpp's own quantization."""
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{kind}")
    parameters.nthread = 1
    failed = llama_cpp.llama_model_quantize(str(exact).encode(), str(path).encode(), byref(parameters))
    assert not failed, (path, failed)


def write_rounded_checkpoint(source: Path, path: Path, tensors: Tensors, folder: Path) -> None:
    """The checkpoint that a rounded file holds."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    in_file = {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}
    weights = {}
    for name, value in load_file(source / "model.safetensors").items():
        tensor = in_file[tensors.name(name)]
        numbers = torch.from_numpy(gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32))
        numbers = numbers.reshape(tensors.to_file(name, value).shape)
        weights[name] = tensors.from_file(name, numbers).contiguous()
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def main() -> None:
    """Make all of them."""
    checkpoints, out = (Path(argument) for argument in sys.argv[1:])
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for name, architecture, kinds in FILES:
        exact = out / f"{name}-F32.gguf"
        tensors = write_exact(checkpoints / name, architecture, exact)
        for kind in kinds:
            path = out / f"{name}-{kind}.gguf"
            round_weights(exact, path, kind)
            write_rounded_checkpoint(checkpoints / name, path, tensors, checkpoints / path.stem)


if __name__ == "__main__":
    main()
