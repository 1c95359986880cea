"""What is needed to look into the residual stream of a model: a decoder with gates, the final norm, what is where.

Knows nothing about what is made of it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from inference.contract import FloatArray
from inference.generation import check_hidden
from inference.inside.final_norm import Norm
from inference.intervention import Intervention
from inference.rereading import Rereading
from inference.runtime.instrument import Instrument
from models.inside.gated_layer import InstrumentedGraph

if TYPE_CHECKING:
    import onnx_ir as ir

    from models.inside.stream import Stream

_SAME = 0.02
"""Share of the largest entry by which the same state may differ: 16-bit numbers are rounded on the way."""


class Looking:
    """A second reading of what the model reads, under the same intervention.

    Args:
        instrument: of the model.
        intervention: that the model is under.
    """

    def __init__(self, instrument: Instrument, intervention: Intervention) -> None:
        self.instrument = instrument
        self._intervention = intervention
        self._final: Norm | None = None

    @cached_property
    def graph(self) -> InstrumentedGraph:
        """What is where.

        Raises:
            VitrineError: the stream cannot be followed.
        """
        return self.instrument.graph()

    @cached_property
    def reading(self) -> Rereading:
        """The decoder that reads.

        Raises:
            VitrineError: it cannot be opened.
        """
        return Rereading(lambda positions: self.instrument.decoder(self._intervention, capacity=positions))

    @cached_property
    def stream(self) -> tuple[ir.Model, Stream]:
        """The body as it is, and its stream.

        Raises:
            VitrineError: it cannot be followed.
        """
        from models.inside.instrumented import stream_of

        return stream_of(self.instrument.bundle)

    def final_norm(self, dtype: np.dtype[Any]) -> Norm:
        """From the end of the stream to the final hidden states.

        Args:
            dtype: of the stream.

        Raises:
            VitrineError: there is none.
        """
        if self._final is None:
            _, stream = self.stream
            end = stream.layers[-1].end
            assert end is not None
            self._final = self.norm(end, stream.hidden, dtype)
        return self._final

    def check_final(self, made: FloatArray, start: int) -> None:
        """Make sure that the stream leads to the final hidden states of the very same run.

        Args:
            made: ``float32 [rows, width]`` what the final norm makes of the end of the stream.
            start: position of the first.

        Raises:
            VitrineError: something else happens in between, or they are no numbers.
        """
        self.check_same(made, np.asarray(self.reading.decoder.hidden[start : start + len(made)], np.float32))

    def check_same(self, made: FloatArray, own: FloatArray) -> None:
        """Make sure that the final norm, applied to the end of the stream, makes the final hidden states.

        Args:
            made: ``float32 [rows, width]`` what it makes.
            own: ``float32 [rows, width]`` the final hidden states of the very same run.

        Raises:
            VitrineError: something else happens in between.
        """
        from models.inside.instrumented import cannot_look_inside

        for row in own:
            check_hidden(row)
        if not np.abs(own - made).max() <= _SAME * max(float(np.abs(own).max()), 1e-6):
            raise cannot_look_inside(
                self.instrument.bundle.facts.name, "its end does not lead to the final hidden states"
            )

    def norm(self, start: ir.Value, end: ir.Value, dtype: np.dtype[Any]) -> Norm:
        """A part of the body.

        Args:
            start: its input.
            end: its output.
            dtype: of the input.

        Raises:
            VitrineError: the end depends on something else as well.
        """
        from models.inside.instrumented import cannot_look_inside
        from models.inside.parts import part_graph
        from models.inside.stream import Unknown

        try:
            graph = part_graph(self.stream[0], start, end, dtype, 3)
        except Unknown as unknown:
            raise cannot_look_inside(self.instrument.bundle.facts.name, str(unknown)) from None
        return Norm(self.instrument.open_part(graph), np.dtype(dtype))


def states_of(value: NDArray[Any], count: int) -> FloatArray:
    """The states ``float32 [count, width]`` of a value ``[1, tokens, width]`` or ``[tokens, width]``."""
    return np.asarray(value.reshape(-1, value.shape[-1])[:count], np.float32)
