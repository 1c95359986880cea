"""What each input of a decoder's graph means.

Knows nothing about caches beyond telling them from other inputs.
"""

from __future__ import annotations

import onnx_ir as ir

from models.errors import ModelFileError
from models.escaping import escape_text
from models.observing.walking import constant_shape, downwards
from models.wiring import BodyInput, Role

_NAMES = {
    "input_ids": Role.IDS,
    "attention_mask": Role.ATTENTION_MASK,
    "position_ids": Role.POSITIONS,
    "cache_position": Role.POSITIONS,
    "seqlens_k": Role.LAST_POSITION,
    "total_sequence_length": Role.TOTAL_LENGTH,
    "total_seq_len": Role.TOTAL_LENGTH,
    "past_sequence_length": Role.PAST_LENGTH,
    "past_seq_len": Role.PAST_LENGTH,
    "use_cache_branch": Role.USE_CACHE,
    "num_logits_to_keep": Role.LOGITS_TO_KEEP,
    "logits_to_keep": Role.LOGITS_TO_KEEP,
    "token_type_ids": Role.TOKEN_TYPES,
}
"""Names that every exporter means the same by; other names are understood by what the graph does with them."""

_HARMLESS = frozenset({"Cast", "Identity", "Reshape", "Unsqueeze", "Squeeze", "Flatten"})
_TURNING = frozenset({"RotaryEmbedding", "Cos", "Sin", "GroupQueryAttention"})
_TO_POSITIONS = _HARMLESS | {"Add", "Sub", "Mul", "MatMul", "Expand", "Transpose", "Concat"}
_KERNEL_POSITIONS = 9
_LEAST_VOCABULARY_AXES = 2
_WHOLE_NUMBERS = {ir.DataType.INT64: "int64", ir.DataType.INT32: "int32"}
_OTHERS = {
    ir.DataType.BOOL: "bool",
    ir.DataType.FLOAT: "float32",
    ir.DataType.FLOAT16: "float16",
}


def is_cache(value: ir.Value) -> bool:
    """Whether an input is a cache: numbers with four axes, or five of which the first are the two parts."""
    return value.shape is not None and len(value.shape) in (4, 5) and value.dtype in _FLOATS


_FLOATS = frozenset(
    {ir.DataType.FLOAT, ir.DataType.FLOAT16, ir.DataType.BFLOAT16, ir.DataType.INT8, ir.DataType.UINT8}
)


def role_by_name(value: ir.Value) -> Role | None:
    """What an input means by its name alone; ``None`` where the name is unfamiliar."""
    return _NAMES.get(value.name or "")


def body_inputs(graph: ir.Graph) -> tuple[BodyInput, ...]:
    """Every input that is no cache.

    Raises:
        ModelFileError: one of them is not understood, or there are no token IDs.
    """
    values = [value for value in graph.inputs if not is_cache(value) and value.const_value is None]
    ids = _ids(values, _vocabulary(graph))
    if ids is None:
        raise ModelFileError(
            "no-token-ids",
            "No input of this graph takes token IDs: "
            + ", ".join(escape_text(value.name or "") for value in graph.inputs[:8])
            + ".",
            "Choose the decoder of a language model; encoders, images and sound are not supported.",
        )
    return tuple(_described(value, ids) for value in values)


def embedding_shape(graph: ir.Graph, inputs: tuple[BodyInput, ...]) -> tuple[int, ...] | None:
    """Rows and columns of the table that token IDs choose from; ``None`` where it is not a constant."""
    names = [one.name for one in inputs if one.role is Role.IDS]
    for value in graph.inputs:
        if value.name not in names:
            continue
        for node, index in downwards(value, _HARMLESS):
            shape = constant_shape(node.inputs[0])
            if node.op_type == "Gather" and index == 1 and shape is not None and len(shape) == 2:
                return shape
    return None


def _described(value: ir.Value, ids: ir.Value) -> BodyInput:
    name = value.name or ""
    dtype = {**_WHOLE_NUMBERS, **_OTHERS}.get(value.dtype) if value.dtype is not None else None
    role = Role.IDS if value is ids else _NAMES.get(name) or _understood(value, ids)
    if role is None or dtype is None:
        raise ModelFileError(
            "unexpected-input",
            f"The graph wants an input “{escape_text(name)}” of type {_type(value)}, which is not understood.",
            "Export the model for text generation with a key/value cache.",
        )
    return BodyInput(name, role, dtype, 0 if value.shape is None else len(value.shape))


def _ids(values: list[ir.Value], vocabulary: int) -> ir.Value | None:
    """The input that chooses rows of a table with as many rows as there are logits, or of the largest."""
    found: list[tuple[bool, int, ir.Value]] = []
    for value in values:
        if value.dtype not in _WHOLE_NUMBERS or _NAMES.get(value.name or "", Role.IDS) is not Role.IDS:
            continue
        if value.name in _NAMES:
            return value
        for node, index in downwards(value, _HARMLESS):
            if node.op_type in ("Gather", "GatherBlockQuantized") and index == 1:
                shape = constant_shape(node.inputs[0]) or _produced_shape(node.inputs[0])
                if shape is not None and len(shape) >= _LEAST_VOCABULARY_AXES:
                    found.append((shape[0] == vocabulary, shape[0], value))
    return max(found, key=lambda one: one[:2])[2] if found else None


def _vocabulary(graph: ir.Graph) -> int:
    """Entries of the last axis of an output that is no cache; 0 where the graph does not tell."""
    for value in graph.outputs:
        if value.shape is not None and len(value.shape) in (2, 3) and isinstance(value.shape[-1], int):
            return value.shape[-1]
    return 0


def _produced_shape(value: ir.Value | None) -> tuple[int, ...] | None:
    """The shape of a table that is dequantized or converted when the graph runs."""
    node = None if value is None else value.producer()
    if node is None or node.op_type not in ("DequantizeLinear", "Cast", "Transpose", "Identity"):
        return None
    return constant_shape(node.inputs[0])


def _understood(value: ir.Value, ids: ir.Value) -> Role | None:
    """What an input with an unfamiliar name means; one that nobody uses may be anything."""
    if value.dtype not in _WHOLE_NUMBERS or value.shape is None or len(value.shape) not in (1, 2):
        return None
    if not value.uses():
        return Role.TOKEN_TYPES
    for node, index in downwards(value, _TO_POSITIONS):
        turns = node.op_type in _TURNING and (
            node.op_type != "GroupQueryAttention" or index == _KERNEL_POSITIONS
        )
        chooses = node.op_type == "Gather" and index == 1 and constant_shape(node.inputs[0]) is not None
        if turns or chooses:
            return Role.POSITIONS
    if len(value.shape) == 2 and ids.shape is not None and str(value.shape[-1]) != str(ids.shape[-1]):
        return Role.ATTENTION_MASK
    return None


def _type(value: ir.Value) -> str:
    shape = "?" if value.shape is None else escape_text(str(value.shape))
    return f"{value.dtype.name if value.dtype is not None else 'unknown'} {shape}"
