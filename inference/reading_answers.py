"""Which question a reader is asked for which query: of a live sequence and of a recorded one alike.

Knows nothing about who asks, or whether a model is there.
"""

from __future__ import annotations

from typing import TypeAlias

from inference.contract import (
    ReadAtlas,
    ReadAttention,
    ReadAttentionMap,
    ReadAttentionProfile,
    ReadLogits,
    ReadRecording,
    ReadRecordingOutline,
    ReadStatistics,
)
from inference.reading import Reader
from inference.recording_reader import RecordingReader
from inference.slices import Slices

AnsweredAtOnce: TypeAlias = (
    ReadLogits | ReadAttention | ReadAttentionProfile | ReadRecordingOutline | ReadRecording
)
AnsweredInSlices: TypeAlias = ReadAttentionMap | ReadAtlas | ReadStatistics


def read_at_once(query: AnsweredAtOnce, reader: Reader, recording_reader: RecordingReader) -> object:
    """The answer to a query.

    Raises:
        Postponed: something else is waiting.
        VitrineError: of any kind that the readers' methods have.
    """
    match query:
        case ReadLogits():
            return reader.logits(query.position)
        case ReadAttention():
            return reader.attention(query.layer, query.head, query.start, query.stop)
        case ReadAttentionProfile():
            return reader.attention_profile(query.position)
        case ReadRecordingOutline():
            return recording_reader.outline()
        case ReadRecording():
            return recording_reader.piece(query.parts, query.checksum)


def read_in_slices(query: AnsweredInSlices, reader: Reader) -> Slices[object]:
    """What answers a query a little at a time.

    Raises:
        VitrineError: of any kind that the reader's methods have.
    """
    match query:
        case ReadAttentionMap():
            return reader.attention_map(query)
        case ReadAtlas():
            return reader.atlas(query.cells)
        case ReadStatistics():
            return reader.statistics(query.start, query.stop)
