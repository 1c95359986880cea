"""A checkpoint written by Hugging Face's own libraries, for comparison with what we read.

Runs under the interpreter that has torch and transformers and knows nothing of this project:
``python reference_checkpoint.py FOLDER DTYPE`` writes a tiny random model in shards into FOLDER, and its numbers
as float32 to FOLDER/expected.npz.
"""

from __future__ import annotations

import sys

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM


def main(folder: str, dtype: str) -> None:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=300,
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        eos_token_id=[1, 2],
    )
    model = LlamaForCausalLM(config).to(getattr(torch, dtype))
    model.generation_config.temperature = 0.5
    model.generation_config.do_sample = True
    model.save_pretrained(folder, max_shard_size="60KB")
    expected = {name: value.float().numpy() for name, value in model.state_dict().items()}
    np.savez(f"{folder}/expected.npz", **expected)


main(sys.argv[1], sys.argv[2])
