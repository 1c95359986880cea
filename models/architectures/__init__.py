"""The registry of architectures: one file and one line each.

Knows nothing about how a graph is built or run.
"""

from __future__ import annotations

from models.architectures.architecture import Architecture
from models.architectures.gemma2 import GEMMA2
from models.architectures.gemma3 import GEMMA3
from models.architectures.gpt2 import GPT2
from models.architectures.llama import LLAMA
from models.architectures.phi3 import PHI3
from models.architectures.qwen2 import QWEN2
from models.architectures.qwen3 import QWEN3
from models.errors import ModelFileError
from models.escaping import escape_text
from models.tensor_source import TensorSource

ARCHITECTURES: tuple[Architecture, ...] = (LLAMA, QWEN2, QWEN3, GEMMA2, GEMMA3, PHI3, GPT2)
"""Every architecture that can be built."""

MODELS_WITH_A_HEAD = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
"""Ends of the names of the classes whose checkpoints make logits."""


def architecture_of(source: TensorSource) -> Architecture:
    """The architecture of a model.

    Raises:
        ModelFileError: the model names none, one that is not supported, or a variant that is not.
    """
    if source.format == "gguf":
        name = source.fields.text("general.architecture")
    else:
        name = source.fields.text("model_type")
        _check_variant(source)
    for architecture in ARCHITECTURES:
        if name in architecture.reading(source).kinds:
            return architecture
    known = ", ".join(architecture.name for architecture in ARCHITECTURES)
    what = f"The architecture “{escape_text(name)}” is not supported."
    raise ModelFileError(
        "unsupported-architecture",
        what,
        f"Choose a model of one of these: {known}; or export it to ONNX, which most models can be opened from.",
    )


def _check_variant(source: TensorSource) -> None:
    """Refuse checkpoints whose tensors are not plain weights of a language model."""
    if "architectures" in source.fields:
        classes = source.fields.texts("architectures")
        if not any(name.endswith(MODELS_WITH_A_HEAD) for name in classes):
            shown = escape_text(", ".join(classes))
            raise ModelFileError(
                "unsupported-architecture",
                f"The checkpoint is of {shown or 'no class'}, which makes no logits.",
                "Choose the checkpoint of a causal language model.",
            )
