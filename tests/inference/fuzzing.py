"""Mutations of tiny exports, examined, read and observed as an import does it, runs in the runtime included.

Knows nothing about what is refused; `tests.models.fuzzing` reads them one after the other in little memory.

Run as ``python -m tests.inference.fuzzing SUBJECT FIRST COUNT FOLDER``.
"""

from __future__ import annotations

import random
import sys
from functools import partial
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError

from tests.models import fuzzing
from tests.models.fuzzing import Subject, mutated
from tests.models.tiny_export import TinyExport, saved_export, write_companions, write_tiny_export
from tests.models.tiny_merged import merged_model

_OPERATORS = (
    *(
        "Add",
        "Mul",
        "Identity",
        "Cast",
        "Concat",
        "Softmax",
        "Gather",
        "MatMul",
        "Transpose",
        "Reshape",
        "Slice",
    ),
    *(
        "Tanh",
        "Where",
        "Shape",
        "Unsqueeze",
        "Attention",
        "GroupQueryAttention",
        "MultiHeadAttention",
        "Constant",
    ),
)
_NUMBERS = (-(1 << 31), -2, -1, 0, 1, 2, 3, 7, 16, 64, 1000, (1 << 31) - 1)
_TYPES = (1, 2, 3, 6, 7, 9, 10, 11, 16)


def mutated_graph(content: bytes, seed: str) -> bytes:
    """An ONNX file with one to three mistakes in its graph; now and then in its bytes."""
    chance = random.Random(seed)
    if chance.random() < 0.2:
        return mutated(content, seed, is_text=False)
    try:
        model = onnx.ModelProto.FromString(content)
    except DecodeError as error:
        raise AssertionError("the sample itself is no ONNX file") from error
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        branches = [
            attribute.g for node in model.graph.node for attribute in node.attribute if attribute.g.node
        ]
        _mutate(chance.choice([*branches, model.graph]), chance)
    return model.SerializeToString()


def _mutate(graph: onnx.GraphProto, chance: random.Random) -> None:
    if not graph.node:
        return
    place = chance.randrange(len(graph.node))
    node, number = graph.node[place], chance.choice(_NUMBERS)
    value = chance.choice([*graph.input, *graph.output])
    # What is there before a node, for most mistakes to be no cycles.
    known = [name for one in graph.node[:place] for name in one.output]
    known += [one.name for one in (*graph.initializer, *graph.input)]
    match chance.randrange(11):
        case 0:
            node.op_type = chance.choice(_OPERATORS)
            node.domain = chance.choice(("", "com.microsoft"))
        case 1 | 2 if node.input:
            node.input[chance.randrange(len(node.input))] = chance.choice([*known, *known, ""])
        case 3 if node.input:
            del node.input[chance.randrange(len(node.input)) :]
        case 4 if node.attribute:
            attribute = chance.choice(node.attribute)
            if chance.random() < 0.7:
                attribute.CopyFrom(onnx.helper.make_attribute(attribute.name, number))
            else:
                node.attribute.remove(attribute)
        case 5:
            copied = chance.choice(graph.node[: place + 1])
            outputs = list(node.output)
            node.CopyFrom(copied)
            del node.output[:]
            node.output.extend(outputs)
        case 6:
            value.type.tensor_type.elem_type = chance.choice(_TYPES)
        case 7:
            shape = value.type.tensor_type.shape
            if shape.dim and chance.random() < 0.7:
                shape.dim[chance.randrange(len(shape.dim))].dim_value = number
            elif shape.dim:
                del shape.dim[chance.randrange(len(shape.dim)) :]
            else:
                value.type.tensor_type.ClearField("shape")
        case 8:
            value.name = chance.choice([*known, "position_ids", "attention_mask", "seqlens_k"])
        case 9 if graph.initializer:
            tensor = chance.choice(graph.initializer)
            if tensor.dims and chance.random() < 0.5:
                tensor.dims[chance.randrange(len(tensor.dims))] = number
            else:
                tensor.data_type = chance.choice(_TYPES)
        case _:
            _leave_out(graph, place)


def _leave_out(graph: onnx.GraphProto, place: int) -> None:
    """Take a node away; what used it uses what it was made of."""
    gone = graph.node[place]
    given, made = [*gone.input, ""][0], [*gone.output, ""][0]
    del graph.node[place]
    for node in graph.node:
        inputs = [given if name == made else name for name in node.input]
        del node.input[:]
        node.input.extend(inputs)


def _make(export: TinyExport, folder: Path) -> None:
    write_tiny_export(folder, export)


def _make_merged(folder: Path) -> None:
    write_companions(folder, 320)
    saved_export(folder, merged_model(TinyExport(), weights_within=["head"]), external=True)


def _import(folder: Path) -> None:
    from inference.runtime.providers import choose_provider
    from inference.runtime.session import Interrupter, Session
    from models.exports.folder import examine_folder
    from models.exports.outline import read_outline
    from models.formats.format import MAXIMUM_CONTEXT
    from models.observing.observe import observe
    from models.observing.precision import describe_precision
    from models.observing.sizes import count_parameters

    def open_graph(graph: bytes, weights: Path):  # type: ignore[no-untyped-def]
        session = Session(graph, choose_provider("cpu"), Interrupter(), str(weights))
        return lambda outputs, inputs: session.run(list(outputs), dict(inputs))

    outline = read_outline(examine_folder(folder).best_variant("CPU").path)
    observed = observe(outline, min(320, MAXIMUM_CONTEXT), open_graph)
    describe_precision(outline.model.graph, outline.weight_bytes)
    count_parameters(outline.model.graph)
    assert observed.context >= 1


EXPORTS = {
    "decomposed export": TinyExport(external=True, softcap=3.0, window=9),
    "kernel export": TinyExport("group query", rotary="inside", sinks=True, packed=True, external=True),
    "kernel export with bias": TinyExport("group query", bias=4, external=True),
    "multi-head export": TinyExport(
        "multi-head", key_value_heads=4, rotary="", learned_positions=310, external=True
    ),
    "standard export": TinyExport("standard by head", opset=23, boolean_mask=True, external=True),
    "contrib export": TinyExport(
        "contrib", key_value_heads=4, rotary="", learned_positions=310, packed_bits=True
    ),
}

SUBJECTS = (
    *(
        Subject(name, "model.onnx", False, partial(_make, export), _import, mutated_graph)
        for name, export in EXPORTS.items()
    ),
    Subject("merged export", "model.onnx", False, _make_merged, _import, mutated_graph),
)
"""Every kind of export that is mutated."""

if __name__ == "__main__":
    fuzzing.SUBJECTS = SUBJECTS
    sys.exit(fuzzing.main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
