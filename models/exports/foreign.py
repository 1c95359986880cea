"""Folders of models that cannot be opened, and what to do about each kind.

Knows file names only.
"""

from __future__ import annotations

from fnmatch import fnmatch

from models.exports.listing import Listing

_FOREIGN = (
    (
        "adapter_config.json",
        "an adapter (LoRA) without the model that it changes",
        "Merge it into its model, and open that.",
    ),
    (
        "model_index.json",
        "a pipeline that makes pictures, no language model",
        "Choose a language model's folder.",
    ),
    (
        "*.safetensors",
        "safetensors files without the config.json that says how they make a model",
        "Get the whole folder of the checkpoint.",
    ),
    (
        "*.safetensors.index.json",
        "the list of a checkpoint's files without the files",
        "Get the whole folder of the checkpoint.",
    ),
    (
        "pytorch_model*.bin",
        "a PyTorch checkpoint, which could run code when it is opened",
        "Use the model as safetensors, ONNX or GGUF.",
    ),
    (
        "*.pt",
        "a PyTorch file, which could run code when it is opened",
        "Use the model as safetensors, ONNX or GGUF.",
    ),
    (
        "*.pth",
        "a PyTorch file, which could run code when it is opened",
        "Use the model as safetensors, ONNX or GGUF.",
    ),
    ("tf_model.h5", "a TensorFlow checkpoint", "Use the model as safetensors, ONNX or GGUF."),
    ("flax_model.msgpack", "a Flax checkpoint", "Use the model as safetensors, ONNX or GGUF."),
    ("*.ort", "a model in onnxruntime's own format", "Use the ONNX file that it was made of."),
    ("openvino_model.xml", "an OpenVINO model", "Use the model as ONNX, safetensors or GGUF."),
    ("*.tflite", "a TensorFlow Lite model", "Use the model as ONNX, safetensors or GGUF."),
    ("*.onnx", "no decoder of text, by the names of its .onnx files", "Choose one of the files itself."),
    (
        "*.onnx_data",
        "the weights of an ONNX graph without the graph",
        "Put the .onnx file beside them.",
    ),
    (
        "config.json",
        "the configuration of a model without the model",
        "Get the rest of the folder: .onnx or safetensors files.",
    ),
)
"""Pattern of a file's name, what its folder holds then, and what to do."""


def foreign_models(listing: Listing) -> tuple[str, str] | None:
    """What a folder holds that is no model we open, and what to do; ``None`` if it is nothing known."""
    for pattern, what, remedy in _FOREIGN:
        if any(fnmatch(name.lower(), pattern) for name in listing.files):
            return what, remedy
    return None
