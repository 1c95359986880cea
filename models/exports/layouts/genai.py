"""Folders made by onnxruntime-genai: ``genai_config.json`` names the graph.

Knows nothing about what else the configuration says of the model; reads it, and loads nothing that it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from models.checkpoint_config import ConfigFields
from models.errors import ModelFileError
from models.escaping import escape_text
from models.exports.layouts.layout import FolderKind, Found
from models.exports.listing import Listing
from models.files import displayed_name
from models.json_document import read_json_file

CONFIG = "genai_config.json"

_CUSTOM_OPERATORS = "custom_ops_library"
"""Names a library of native code, which the runtime would load and run."""

_OTHER_PARTS = ("encoder", "embedding", "vision", "speech")


def find_genai(listing: Listing) -> Found | None:
    """A folder with ``genai_config.json``.

    Raises:
        ModelFileError: the configuration is damaged, or the graph that it names is not in the folder.
    """
    if CONFIG not in listing:
        return None
    config = read_json_file(listing.folder / CONFIG)
    model = ConfigFields(config, f"“{CONFIG}”").section("model") or ConfigFields({}, f"“{CONFIG}”")
    decoder = model.section("decoder") or ConfigFields({}, f"“{CONFIG}”", "model.decoder.")
    if decoder.get("pipeline"):
        raise ModelFileError(
            "unsupported-pipeline",
            f"“{displayed_name(listing.folder)}” is a model in several graphs that run one after the other "
            "(a pipeline).",
            "Use an export of the model with one graph, as for CPU or CUDA.",
        )
    name = decoder.text("filename", "model.onnx")
    if PurePosixPath(name).name != name or PureWindowsPath(name).name != name:
        raise decoder.rejection("filename", "the name of a file beside it")
    if name not in listing:
        raise ModelFileError(
            "missing-graph",
            f"“{CONFIG}” says that the graph is “{escape_text(name)}”, which is not in the folder.",
            "Get the whole folder of the export.",
        )
    return Found(
        FolderKind.ONNX,
        "ONNX folder made by onnxruntime-genai",
        listing.folder,
        (listing.folder / name,),
        (listing.folder,),
        (*_warnings(config), *_ignored_parts(model)),
    )


def _warnings(config: Any) -> Iterator[str]:
    for library in dict.fromkeys(_custom_operators(config)):
        yield (
            f"“{CONFIG}” asks for a library of operators, “{escape_text(library)}”. "
            "It is ignored: it would run code of its own."
        )


def _custom_operators(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            if key == _CUSTOM_OPERATORS and one:
                yield str(one)
            else:
                yield from _custom_operators(one)
    elif isinstance(value, list):
        for one in value:
            yield from _custom_operators(one)


def _ignored_parts(model: ConfigFields) -> Iterator[str]:
    parts = [part for part in _OTHER_PARTS if model.get(part)]
    if parts:
        yield f"“{CONFIG}” describes parts besides the decoder ({', '.join(parts)}). They are ignored."
