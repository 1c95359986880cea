"""The tensors that hold the parts of a decoder in a file: their names and shapes, checked before anything is read.

Knows nothing about formats, whose names come from a table, or about how a part is used.
"""

from __future__ import annotations

from models.architectures.decoder import DecoderConfiguration
from models.architectures.names import Kept, Part, WeightNames
from models.errors import ModelFileError
from models.escaping import escape_text
from models.tensor_source import TensorSource

NORMS = frozenset(
    {
        Part.ATTENTION_NORM,
        Part.ATTENTION_BRANCH_NORM,
        Part.FEED_FORWARD_NORM,
        Part.FEED_FORWARD_BRANCH_NORM,
        Part.FINAL_NORM,
    }
)
"""Parts whose kind the configuration says; the norms of queries and keys are always RMS norms."""

NEVER_BIASED = frozenset({Part.EMBEDDING, Part.POSITIONS, Part.HEAD, Part.QUERY_NORM, Part.KEY_NORM})


def find_root(source: TensorSource, names: WeightNames) -> str:
    """What stands before the names in this file.

    Raises:
        ModelFileError: the embedding is under none of the roots.
    """
    embedding = names.names[Part.EMBEDDING]
    for root in names.roots:
        if f"{root}{embedding}.weight" in source.tensors:
            return root
    raise _missing(f"{names.roots[0]}{embedding}.weight")


def vocabulary_of(source: TensorSource, names: WeightNames) -> int:
    """Rows of the embedding.

    Raises:
        ModelFileError: there is no embedding, or it is no matrix.
    """
    name = f"{find_root(source, names)}{names.names[Part.EMBEDDING]}.weight"
    shape = source.tensors[name].shape
    if len(shape) != 2 or not shape[0]:
        raise _wrong_shape(name, shape, "a matrix with a row for each token")
    return shape[0]


class PartTensors:
    """The tensors of one file by part and layer.

    Args:
        source: the file.
        names: of its tensors.
        sizes: of the decoder.

    Raises:
        ModelFileError: there is no embedding.
    """

    def __init__(self, source: TensorSource, names: WeightNames, sizes: DecoderConfiguration) -> None:
        self._source, self._names, self._sizes = source, names, sizes
        self._root = find_root(source, names)
        self._whole = [Part.EMBEDDING, Part.FINAL_NORM]
        self._whole += [Part.POSITIONS] if sizes.learned_positions else []
        self._whole += [] if sizes.tied else [Part.HEAD]
        self.in_layers = [Part.ATTENTION_NORM, Part.ATTENTION_OUTPUT, Part.FEED_FORWARD_NORM, Part.DOWN]
        self.in_layers += self._one_or_several(Part.QUERY_KEY_VALUE, Part.QUERY, Part.KEY, Part.VALUE)
        if sizes.gated:
            self.in_layers += self._one_or_several(Part.GATE_UP, Part.GATE, Part.UP)
        else:
            self.in_layers.append(Part.UP)
        if sizes.query_key_norm:
            self.in_layers += [Part.QUERY_NORM, Part.KEY_NORM]
        if sizes.branch_norms:
            self.in_layers += [Part.ATTENTION_BRANCH_NORM, Part.FEED_FORWARD_BRANCH_NORM]

    def _one_or_several(self, packed: Part, *parts: Part) -> list[Part]:
        """The packed part where the file has it, else its parts."""
        is_packed = packed in self._names.names and self.name(packed, 0) in self._source.tensors
        return [packed] if is_packed or not all(part in self._names.names for part in parts) else list(parts)

    def name(self, part: Part, layer: int | str = 0, kind: str = "weight") -> str:
        """Name of a part's tensor of a kind, ``weight`` or ``bias``."""
        root = "" if part is Part.HEAD else self._root
        return f"{root}{self._names.names[part].format(layer=layer)}.{kind}"

    # -------------------------------------------------------------- checking

    def check(self) -> None:
        """Check that every tensor is there, of the right shape and supported, and that there are no others.

        Raises:
            ModelFileError: names the first tensor that is not, or that a decoder of this kind does not use.
        """
        used: set[str] = set()
        for part in self._whole:
            used |= self._check_part(part, 0)
        for layer in range(self._sizes.layers):
            for part in self.in_layers:
                used |= self._check_part(part, layer)
        layers = self.name(Part.ATTENTION_NORM, "{layer}").partition("{layer}")[0]
        for name in self._source.tensors:
            if name.startswith(layers) and name not in used and not name.endswith(self._names.ignored):
                raise self._unused(name)

    def _check_part(self, part: Part, layer: int) -> set[str]:
        """Check a part's tensors and give their names."""
        name, bias = self.name(part, layer), self.name(part, layer, "bias")
        shape = self._shape(part)
        stored = shape[::-1] if self._names.kept.get(part) is Kept.TRANSPOSED else shape
        self._check_tensor(name, stored)
        if self.is_biased(part, layer):
            self._check_tensor(bias, (shape[0],))
            return {name, bias}
        return {name}

    def is_biased(self, part: Part, layer: int) -> bool:
        """Whether a part has a bias.

        Raises:
            ModelFileError: it has one that is not used.
        """
        bias = self.name(part, layer, "bias")
        if part in NORMS:
            must = may = self._sizes.norm == "layer"
        else:
            must, may = part in self._names.biased, part not in NEVER_BIASED
        if not may and bias in self._source.tensors:
            raise self._unused(bias)
        return must or (may and bias in self._source.tensors)

    def _check_tensor(self, name: str, shape: tuple[int, ...]) -> None:
        tensor = self._source.tensors.get(name)
        if tensor is None:
            raise _missing(name)
        if tuple(tensor.shape) != shape:
            raise _wrong_shape(name, tuple(tensor.shape), str(list(shape)))
        self._source.check_supported(name)

    def _unused(self, name: str) -> ModelFileError:
        return ModelFileError(
            "unsupported-architecture",
            f"The model has the tensor {escape_text(name)}, which is no part of the architecture "
            f"{self._sizes.architecture} as it is supported.",
            "Choose another model.",
        )

    def _shape(self, part: Part) -> tuple[int, ...]:
        sizes = self._sizes
        if part in NORMS:
            return (sizes.width,)
        query, key = (heads * sizes.stored_head_size for heads in (sizes.heads, sizes.key_value_heads))
        return {
            Part.EMBEDDING: (sizes.vocabulary, sizes.width),
            Part.POSITIONS: (sizes.learned_positions, sizes.width),
            Part.HEAD: (sizes.vocabulary, sizes.width),
            Part.QUERY: (query, sizes.width),
            Part.KEY: (key, sizes.width),
            Part.VALUE: (key, sizes.width),
            Part.QUERY_KEY_VALUE: (query + 2 * key, sizes.width),
            Part.QUERY_NORM: (sizes.stored_head_size,),
            Part.KEY_NORM: (sizes.stored_head_size,),
            Part.ATTENTION_OUTPUT: (sizes.width, query),
            Part.GATE: (sizes.feed_forward, sizes.width),
            Part.UP: (sizes.feed_forward, sizes.width),
            Part.GATE_UP: (2 * sizes.feed_forward, sizes.width),
            Part.DOWN: (sizes.width, sizes.feed_forward),
        }[part]


def _missing(name: str) -> ModelFileError:
    return ModelFileError(
        "incomplete-model", f"The model lacks {name}.", "Get the file again or choose another."
    )


def _wrong_shape(name: str, shape: tuple[int, ...], wanted: str) -> ModelFileError:
    return ModelFileError(
        "wrong-shape",
        f"The tensor {escape_text(name)} has the shape {list(shape)} where {wanted} was expected.",
        "The file is damaged or of another architecture than it says; get it again.",
    )
