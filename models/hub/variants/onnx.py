"""ONNX graphs in a repository: onnxruntime-genai's folders, and single graphs of optimum and transformers.js.

Knows names only: which files a graph really refers to is inside it.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from models.exports.variants import FLOAT32, LARGEST_FLOAT32, weights_beside
from models.hub.repository import RepositoryFile
from models.hub.variants.variant import (
    Variant,
    is_part_of_another_model,
    key_of,
    place_in,
    small_files,
    split_name,
)

_EIGHT_BITS = ("int8", "uint8", "q8", "quantized")
PRECISIONS = (FLOAT32, *_EIGHT_BITS, "q4", "fp16", "q4f16", "bnb4", "bf16")
"""Ends of graphs' names in the order of preference on a CPU, the most exact first, as when a folder is opened."""

PRECISIONS_OF_LARGE_MODELS = (*_EIGHT_BITS, "q4", "fp16", "q4f16", "bnb4", FLOAT32, "bf16")
"""The same where the graph in 32 bits is larger than `LARGEST_FLOAT32`."""

PARTS = ("model", "decoder_model_merged", "decoder_with_past_model", "decoder_model")
"""Names without their ends, by what the graph does: the whole model first."""

_GENAI = "genai_config.json"
_LOOSE_WEIGHTS = re.compile(r"^onnx__|\.(?:weight|bias|weights|data)$|_data$")


def genai_variants(files: tuple[RepositoryFile, ...]) -> list[Variant]:
    """A folder with ``genai_config.json`` is a model of its own, with everything beside it."""
    variants = []
    for config in files:
        folder, name = split_name(config.name)
        if name != _GENAI:
            continue
        graphs = [one for one in files if split_name(one.name)[0] == folder and one.name.endswith(".onnx")]
        wanted = [each for graph in graphs for each in (graph, *_external(files, graph))]
        if graphs:
            small = small_files(files, (folder,))
            variants.append(Variant(key_of(folder) or "genai", "genai", folder, (*small, *wanted)))
    return variants


def onnx_variants(files: tuple[RepositoryFile, ...]) -> list[Variant]:
    """Every other decoder graph."""
    taken = {split_name(one.name)[0] for one in files if split_name(one.name)[1] == _GENAI}
    graphs = [
        one
        for one in files
        if one.name.endswith(".onnx")
        and split_name(one.name)[0] not in taken
        and not is_part_of_another_model(one.name)
    ]
    if any("merged" in one.name for one in graphs):
        # The merged graph serves as both halves.
        graphs = [one for one in graphs if "merged" in one.name or "decoder" not in one.name]
    telling = any(_split_stem(one.name)[1] for one in graphs)
    variants = []
    for graph in graphs:
        # A tokenizer can lie in any of the folders from the root down to the graph's.
        above = tuple(
            "" if one == PurePosixPath(".") else str(one) for one in PurePosixPath(graph.name).parents
        )
        name, precision = _split_stem(graph.name)
        plain = FLOAT32 if telling and name in PARTS else key_of(name)
        wanted = (*small_files(files, above), graph, *_external(files, graph))
        variants.append(Variant(precision or plain, "onnx", graph.name, wanted))
    return _by_preference(variants)


def _by_preference(variants: list[Variant]) -> list[Variant]:
    large = any(one.key == FLOAT32 and one.size > LARGEST_FLOAT32 for one in variants)
    order = PRECISIONS_OF_LARGE_MODELS if large else PRECISIONS

    def rank(variant: Variant) -> tuple[int, int, str]:
        name, precision = _split_stem(variant.opens)
        return place_in(PARTS, name), place_in(order, precision or FLOAT32), variant.opens

    return sorted(variants, key=rank)


def _external(files: tuple[RepositoryFile, ...], graph: RepositoryFile) -> list[RepositoryFile]:
    """The files in which a graph keeps its weights, as far as names tell."""
    beside = [file for file in files if split_name(file.name)[0] == split_name(graph.name)[0]]
    own = {
        path.name for path in weights_beside(Path(graph.name), (split_name(one.name)[1] for one in beside))
    }
    # Loose weights could belong to any graph of their folder.
    alone = sum(file.name.endswith(".onnx") for file in beside) == 1
    found = []
    for file in beside:
        name = split_name(file.name)[1]
        if name in own or (alone and _LOOSE_WEIGHTS.search(name)):
            found.append(file)
    return found


def _split_stem(graph: str) -> tuple[str, str]:
    """A graph's name without precision, and the precision; empty where the name does not tell."""
    stem = PurePosixPath(graph).stem
    head, _, tail = stem.rpartition("_")
    return (head, tail.lower()) if head and tail.lower() in PRECISIONS else (stem, "")
