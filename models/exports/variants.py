"""The graphs that one export offers, and which of them suits a processor.

Knows their names and sizes only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

FLOAT32 = "fp32"
PRECISIONS = (FLOAT32, "fp16", "bf16", "int8", "uint8", "q8", "quantized", "q4", "q4f16", "bnb4")
"""What the ends of names tell, ``model_q4f16.onnx``; the graph without such an end is the one in 32 bits."""

LARGEST_FLOAT32 = 2_000_000_000
"""Bytes of a graph with 32-bit weights that is still preferred on a CPU."""

_EIGHT_BITS = ("int8", "uint8", "q8", "quantized")
_ON_CPU = (FLOAT32, *_EIGHT_BITS, "q4", "fp16", "q4f16", "bnb4", "bf16")
_ON_SMALL_CPU = (*_EIGHT_BITS, "q4", "fp16", "q4f16", "bnb4", FLOAT32, "bf16")
_ON_GPU = ("fp16", "bf16", "q4f16", FLOAT32, "q4", "bnb4", *_EIGHT_BITS)

# What a graph's name says about its part in the model: with past keys and values before without.
_PARTS = ("model", "decoder_model_merged", "decoder_with_past_model", "decoder_model")


@dataclass(frozen=True, slots=True)
class GraphVariant:
    """One graph that can be opened.

    Args:
        name: stable, short and unique in its folder: a precision, or the file's name without ending where names do
            not tell.
        path: of the .onnx file.
        size: bytes of it and of the weights beside it that bear its name.
    """

    name: str
    path: Path
    size: int


def weights_beside(graph: Path, names: Iterable[str]) -> list[Path]:
    """The files with weights that bear a graph's name: ``model.onnx_data``, ``model.onnx.data``, ``model.data``.

    Args:
        graph: the .onnx file.
        names: of the files in its folder.
    """
    own = re.compile(re.escape(graph.stem) + r"(?:\.onnx)?[._](?:data|weights|bin)(?:_\d+)?")
    return [graph.parent / name for name in names if own.fullmatch(name)]


def name_variants(graphs: Sequence[Path], names: Iterable[str]) -> tuple[GraphVariant, ...]:
    """Graphs of one folder as variants, those with a better part in the model first.

    Args:
        graphs: the .onnx files, all in one folder.
        names: of all files in it.
    """
    names = tuple(names)
    split = {graph: _split(graph.stem) for graph in graphs}
    telling = any(precision for _, precision in split.values())
    taken, found = set[str](), list[GraphVariant]()
    for graph in sorted(graphs, key=lambda one: (_part(split[one][0]), one.name)):
        precision = split[graph][1] or (FLOAT32 if telling else graph.stem)
        name = graph.stem if precision in taken else precision
        taken.add(name)
        size = sum(one.stat().st_size for one in (graph, *weights_beside(graph, names)))
        found.append(GraphVariant(name, graph, size))
    return tuple(found)


def best_variant(variants: Sequence[GraphVariant], provider: str) -> GraphVariant:
    """The variant to open where nobody chose one.

    On a GPU, half precision is fastest and loses next to nothing. A CPU computes in 32 bits in any case: that graph
    is the most exact, and the fastest after those in blocks of 4 bits, which change what small models say; only
    where it is larger than `LARGEST_FLOAT32` do 8 bits come first. 16 bits on a CPU are converted to and fro.

    Args:
        variants: at least one.
        provider: ``"CPU"`` or ``"CUDA"``.
    """
    order = _ON_GPU
    if provider == "CPU":
        large = any(_precision(one) == FLOAT32 and one.size > LARGEST_FLOAT32 for one in variants)
        order = _ON_SMALL_CPU if large else _ON_CPU
    return min(variants, key=lambda one: (_part(_split(one.path.stem)[0]), order.index(_precision(one))))


def _precision(variant: GraphVariant) -> str:
    return _split(variant.path.stem)[1] or FLOAT32


def _split(stem: str) -> tuple[str, str]:
    """A graph's name without precision, and the precision; empty where the name does not tell."""
    head, _, tail = stem.rpartition("_")
    return (head, tail.lower()) if head and tail.lower() in PRECISIONS else (stem, "")


def _part(name: str) -> int:
    return _PARTS.index(name) if name in _PARTS else len(_PARTS)
