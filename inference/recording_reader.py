"""Reads what a recording holds out of a model, piece by piece.

Knows nothing about who records, or where it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.attention import AttentionFormula, rotated_queries
from inference.captures import Captures
from inference.contract import RecordedBias, RecordedLayer, RecordingOutline, RecordingPart, RecordingPiece
from inference.reading import Reader
from inference.sequence import TokenSequence, checksum
from inference.slices import finished
from models.attention_site import AttentionSite
from models.errors import VitrineError

_KEPT_TYPES = ("float16", "float32")


class RecordingReader:
    """Looks into a model at the positions that its sequence has read.

    Args:
        captures: what the model has made of them.
        sequence: what it has read.
        reader: of the same.
    """

    def __init__(self, captures: Captures, sequence: TokenSequence, reader: Reader) -> None:
        self._captures = captures
        self._sequence = sequence
        self._reader = reader
        self._biases = list(dict.fromkeys(site.mask for site in captures.sites if site.mask is not None))

    def outline(self) -> RecordingOutline:
        """What a recording of the present sequence would hold."""
        captures = self._captures
        layers = [self._layer(index) for index in range(len(captures.sites))]
        biases = [self._bias(index, 0, 0) for index in range(len(self._biases))]
        return RecordingOutline(
            self._sequence.ids.copy(),
            self._sequence.read,
            captures.vocabulary,
            tuple(layers),
            tuple(RecordedBias(len(bias), _kept_type(bias.dtype)) for bias in biases),
        )

    def piece(self, parts: Sequence[RecordingPart], ids_checksum: int) -> RecordingPiece:
        """Some parts.

        Raises:
            VitrineError: the sequence has become another one than that of the checksum, a position is not read yet,
                or logits cannot be had.
        """
        stop = max((part.stop for part in parts), default=0)
        if checksum(self._sequence.ids[:stop]) != ids_checksum:
            raise VitrineError(
                "sequence-changed",
                "The conversation has moved on since its recording began.",
                "Record it again.",
            )
        # Copies, for the model goes on writing into its own.
        return RecordingPiece(tuple(np.array(self._part(part), order="C") for part in parts))

    def _part(self, part: RecordingPart) -> NDArray[Any]:
        start, stop = part.start, part.stop
        if part.what == "statistics":
            found = finished(self._reader.statistics(start, stop))
            return np.stack([found.logprobs, found.ranks, found.entropies], dtype=np.float64)
        self._reader.check_read(stop - 1)
        if part.what == "logits":
            # One by one, as they are asked for by position: rows computed together may differ in the last bit.
            return np.stack([self._reader.logits(row) for row in range(start, stop)])
        if part.what == "bias":
            return _kept(self._bias(part.index, start, stop))
        if part.what == "keys":
            return _kept(self._captures.keys_of(part.index, stop)[:, start:])
        captured = self._captures.queries_of(part.index, np.arange(start, stop))
        formula = self._captures.formulas[part.index]
        turned = rotated_queries(formula, captured, np.arange(start, stop))
        rows = turned.swapaxes(0, 1).reshape(stop - start, -1)
        return rows.astype(_query_dtype(formula, captured), copy=False)

    def _layer(self, index: int) -> RecordedLayer:
        captures = self._captures
        site, formula = captures.sites[index], captures.formulas[index]
        query_dtype = _query_dtype(formula, captures.queries_of(index, np.arange(0)))
        return RecordedLayer(
            self._plain(site), formula.sinks, query_dtype, _kept_type(captures.key_dtype_of(index))
        )

    def _bias(self, index: int, start: int, stop: int) -> NDArray[Any]:
        name = self._biases[index]
        layer = next(site.layer for site in self._captures.sites if site.mask == name)
        bias = self._captures.bias_of(layer, np.arange(start, stop), stop)
        assert bias is not None
        return bias

    def _plain(self, site: AttentionSite) -> AttentionSite:
        """The site of the same attention for queries as products take them."""
        return AttentionSite(
            layer=site.layer,
            kind=site.kind,
            heads=site.heads,
            key_value_heads=site.key_value_heads,
            head_size=site.head_size,
            scale=site.scale,
            kernel="",
            query="",
            layout="tokens",
            width=site.heads * site.head_size,
            keys=site.layer,
            window=site.window,
            softcap=site.softcap,
            sinks=None if site.sinks is None else "sinks",
            mask=None if site.mask is None else str(self._biases.index(site.mask)),
        )


def _query_dtype(formula: AttentionFormula, captured: NDArray[Any]) -> str:
    """The type in which queries are kept: their own where products take them as they are captured."""
    as_captured = formula.projection is None and formula.query_bias is None and formula.cosines is None
    return _kept_type(captured.dtype) if as_captured else "float32"


def _kept_type(dtype: np.dtype[Any]) -> str:
    return dtype.name if dtype.name in _KEPT_TYPES else "float32"


def _kept(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(_kept_type(array.dtype), copy=False)
