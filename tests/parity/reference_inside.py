"""Computes the inside of transformers' eager models, and what they say without some parts; runs where torch is.

Knows nothing of our own code. Usage: ``reference_inside.py CHECKPOINTS TEXT.json FOLDER [NAME ...]``: of every
folder in CHECKPOINTS, or of those named, FOLDER/NAME.npz has ``stream [point, token, width]`` (of the last point,
after the final norm), ``parameters``, how many there are, and ``logits [token, vocabulary]``, as they are and as
``head``, ``attention``, ``mlp`` and ``covered``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from reference_settings import COVERED, HEAD, LAYER


def parts(model: Any) -> tuple[Any, Any, Any]:
    """Attention, its output projection and MLP of the layer."""
    inner = model.base_model
    layer = (inner.layers if hasattr(inner, "layers") else inner.h)[LAYER]
    attention = layer.self_attn if hasattr(layer, "self_attn") else layer.attn
    names = ("o_proj", "c_proj", "dense")
    projection = next(getattr(attention, name) for name in names if hasattr(attention, name))
    return attention, projection, layer


def logits_with(model: Any, ids: torch.Tensor, module: Any, hook: Any, *, before: bool) -> np.ndarray:
    """Logits while a hook changes what goes into or comes out of a module."""
    register = module.register_forward_pre_hook if before else module.register_forward_hook
    handle = register(hook)
    try:
        with torch.no_grad():
            return model(ids, use_cache=False).logits[0].numpy()
    finally:
        handle.remove()


def read(checkpoint: Path, ids: list[int]) -> dict[str, np.ndarray]:
    """All that is compared of one checkpoint."""
    model = transformers.AutoModelForCausalLM.from_pretrained(
        checkpoint, attn_implementation="eager", dtype=torch.float32
    ).eval()
    text = torch.tensor([ids])
    with torch.no_grad():
        whole = model(text, output_hidden_states=True, use_cache=False)
    _, projection, layer = parts(model)
    heads = model.config.num_attention_heads

    def without_head(_: Any, given: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        changed = given[0].clone()
        size = changed.shape[-1] // heads
        changed[..., HEAD * size : (HEAD + 1) * size] = 0
        return (changed, *given[1:])

    def nothing(_: Any, given: Any, made: Any) -> Any:
        return (torch.zeros_like(made[0]), *made[1:]) if isinstance(made, tuple) else torch.zeros_like(made)

    # Where a branch is normed before it is added, a norm of zeros is zeros.
    attention = layer.self_attn if hasattr(layer, "self_attn") else layer.attn
    mask = torch.ones_like(text)
    mask[0, COVERED] = 0
    with torch.no_grad():
        places = torch.arange(len(ids))[None]
        covered = model(text, attention_mask=mask, position_ids=places, use_cache=False)
    return {
        "stream": torch.stack([state[0] for state in whole.hidden_states]).numpy(),
        "logits": whole.logits[0].numpy(),
        "parameters": np.array(model.num_parameters()),
        "head": logits_with(model, text, projection, without_head, before=True),
        "attention": logits_with(model, text, attention, nothing, before=False),
        "mlp": logits_with(model, text, layer.mlp, nothing, before=False),
        "covered": covered.logits[0].numpy(),
    }


def main() -> None:
    """Read the text with every checkpoint."""
    checkpoints, text, out = (Path(argument) for argument in sys.argv[1:4])
    names = sys.argv[4:] or sorted(one.name for one in checkpoints.iterdir())
    for name in names:
        np.savez(out / f"{name}.npz", **read(checkpoints / name, json.loads(text.read_text("utf-8"))))


if __name__ == "__main__":
    main()
