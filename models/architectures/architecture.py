"""An architecture: how each format tells its sizes and keeps its weights.

Knows nothing about particular architectures or about graphs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from models.architectures.bounds import unsupported
from models.architectures.decoder import DecoderConfiguration, DecoderWeights
from models.architectures.head_layout import fitted_rotary, fitting_layout
from models.architectures.names import WeightNames
from models.architectures.weights import find_weights
from models.tensor_source import TensorSource


@dataclass(frozen=True, slots=True)
class Reading:
    """How one format tells of an architecture.

    Args:
        kinds: names of it in the format's files: `general.architecture`, or `model_type`.
        configuration: reads the sizes; raises `ModelFileError` naming a field that is missing or impossible.
        names: of the tensors.
    """

    kinds: tuple[str, ...]
    configuration: Callable[[TensorSource], DecoderConfiguration]
    names: WeightNames


@dataclass(frozen=True, slots=True)
class Architecture:
    """One family of models.

    Args:
        name: for people and programs.
        gguf: how GGUF files tell of it.
        safetensors: how checkpoints tell of it.
    """

    name: str
    gguf: Reading
    safetensors: Reading

    def reading(self, source: TensorSource) -> Reading:
        """How the format of a source tells of it."""
        return self.gguf if source.format == "gguf" else self.safetensors

    def configuration(self, source: TensorSource) -> DecoderConfiguration:
        """The sizes of a model, with heads that kernels take.

        Raises:
            ModelFileError: a field is missing, impossible or asks for something unsupported.
        """
        sizes = self.reading(source).configuration(source)
        layout = fitting_layout(sizes.head_size, sizes.rotaries[0]) if sizes.rotaries else None
        if layout is None:
            return sizes
        fitted = len(layout.turned_entries)
        if sizes.query_key_norm and fitted != sizes.head_size:
            # The norm of a head would count the zeros.
            raise unsupported(sizes.architecture, "normed heads of this size", "head size", sizes.head_size)
        return replace(
            sizes,
            head_size=fitted,
            head_layout=layout,
            rotaries=tuple(fitted_rotary(rotary, fitted) for rotary in sizes.rotaries),
        )

    def weights(self, source: TensorSource, sizes: DecoderConfiguration) -> DecoderWeights:
        """The weights of a model, all checked and none read.

        Raises:
            ModelFileError: names what is missing, of the wrong shape, of an unsupported kind or not part of the
                architecture.
        """
        return find_weights(source, self.reading(source).names, sizes)
