"""Makes tiny random checkpoints, each a folder as `save_pretrained` leaves it; runs where torch and transformers are.

Knows nothing of the exporters. Usage: ``make_checkpoints.py FOLDER [NAME ...]``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import tokenizers
import torch
import transformers
from checkpoint_settings import CHECKPOINTS, FURTHER, VOCABULARY
from safetensors.torch import load_file, save_file

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)

SAVED: tuple[tuple[str, str, torch.dtype, str], ...] = (
    ("llama_shards", "llama", torch.float32, "200KB"),
    ("llama_f16", "llama", torch.float16, "5GB"),
    ("llama_bf16", "llama", torch.bfloat16, "5GB"),
)
"""Name of the folder, checkpoint that is saved once more, type, and size of a file at most."""


def small_tokenizer() -> transformers.PreTrainedTokenizerFast:
    """A byte-level BPE with ChatML's markers, of exactly `VOCABULARY` IDs."""
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    text = "the quick brown fox jumps over the lazy dog and then there they are in the other thing of another time "
    tokenizer.train_from_iterator(
        [text.title(), text, "user assistant system user assistant system"], trainer
    )
    assert tokenizer.get_vocab_size() == VOCABULARY, tokenizer.get_vocab_size()
    whole = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<|endoftext|>",
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        clean_up_tokenization_spaces=False,
    )
    whole.chat_template = CHAT_TEMPLATE
    return whole


def pack_experts(model: Any, generator: torch.Generator) -> dict[str, torch.Tensor]:
    """Give the experts weights that MXFP4 holds exactly, and return these as that format's blocks and scales.

    The released checkpoints of this family hold their experts so, and the exporter reads nothing else.
    """
    magnitudes = torch.tensor([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])
    packed = {}
    for name, parameter in model.named_parameters():
        if not name.endswith(("gate_up_proj", "down_proj")):
            continue
        experts, inputs, outputs = parameter.shape
        codes = torch.randint(
            16, (experts, outputs, inputs // 32, 32), generator=generator, dtype=torch.uint8
        )
        exponents = torch.randint(-5, -3, codes.shape[:-1], generator=generator)
        values = (
            magnitudes[(codes & 7).long()] * torch.where(codes > 7, -1.0, 1.0) * 2.0 ** exponents[..., None]
        )
        with torch.no_grad():
            parameter.copy_(values.reshape(experts, outputs, inputs).transpose(1, 2))
        packed[f"{name}_blocks"] = codes[..., 0::2] | codes[..., 1::2] << 4
        packed[f"{name}_scales"] = (exponents + 127).to(torch.uint8)
    return packed


def make_checkpoint(folder: Path, family: str, settings: dict[str, Any]) -> None:
    """Write one checkpoint; gains and biases too are random, so that each of them matters."""
    config_type = {"Gemma3": "Gemma3Text"}.get(family, family)
    model_type = {"GPT2": "GPT2LMHeadModel"}.get(family, f"{family}ForCausalLM")
    config = getattr(transformers, f"{config_type}Config")(**settings)
    generator = torch.Generator().manual_seed(1)
    model = getattr(transformers, model_type)(config)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator) * settings["initializer_range"]
            is_gain = (
                parameter.dim() == 1 and "norm" in name.replace("ln_", "norm") and name.endswith("weight")
            )
            starts_at_one = is_gain and not family.startswith("Gemma")  # whose gains are stored less one
            parameter.copy_(1 + noise if starts_at_one else noise)
    packed = pack_experts(model, generator) if family == "GptOss" else {}
    model.eval().save_pretrained(folder)
    if packed:
        file = folder / "model.safetensors"
        save_file({**load_file(file), **packed}, file, metadata={"format": "pt"})
    small_tokenizer().save_pretrained(folder)


def main() -> None:
    """Make those named, or all."""
    folder, *names = sys.argv[1:]
    for name, family, settings in (*CHECKPOINTS, *FURTHER):
        if not names or name in names:
            make_checkpoint(Path(folder) / name, family, settings)
    for name, source, dtype, size in SAVED:
        if not names or name in names:
            model = transformers.AutoModelForCausalLM.from_pretrained(Path(folder) / source, dtype=dtype)
            model.save_pretrained(Path(folder) / name, max_shard_size=size)
            small_tokenizer().save_pretrained(Path(folder) / name)


if __name__ == "__main__":
    main()
