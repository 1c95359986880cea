"""What there is to record of the scripted engine's sequence; queries and keys follow formulas.

Knows no engine beyond its sequence and its numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from inference.contract import RecordedLayer, RecordingOutline, Statistics
from inference.recorded_reader import RecordedReader
from inference.recording import Recording, recorded_arrays
from inference.recording_reader import RecordingReader
from inference.sequence import TokenSequence
from models.attention_site import AttentionSite
from tests.sample_recording import MODEL

HEAD_SIZE = 2


def scripted_recording(
    ids: Sequence[int], logits: np.ndarray, statistics: Statistics, layers: int, heads: int
) -> Recording:
    """A recording of everything.

    Args:
        ids: the sequence; all of it is read.
        logits: ``float32 [tokens, vocabulary]``.
        statistics: of all tokens.
        layers: decoder layers.
        heads: query heads a layer; they share their keys.
    """
    count = len(ids)
    outline = RecordingOutline(
        np.array(ids, np.int64),
        count,
        logits.shape[1],
        tuple(RecordedLayer(_site(layer, heads), None, "float32", "float32") for layer in range(layers)),
        (),
    )
    arrays = {
        one.name: np.sin(np.arange(np.prod(one.shape)) * 0.37 + one.index)
        .reshape(one.shape)
        .astype(one.dtype)
        for one in recorded_arrays(outline, 0)
    }
    arrays["logits"] = logits
    arrays["statistics"] = np.stack(
        [statistics.logprobs, statistics.ranks, statistics.entropies], dtype=np.float64
    )
    return Recording(MODEL, None, outline, 0, arrays)


def scripted_reader(recording: Recording) -> RecordingReader:
    """What answers an engine's questions about a recording of its sequence."""
    sequence = TokenSequence(len(recording.outline.ids))
    sequence.replace(recording.outline.ids.tolist())
    sequence.read = recording.outline.read
    reader = RecordedReader(recording, sequence)
    return RecordingReader(reader.captures, sequence, reader)


def _site(layer: int, heads: int) -> AttentionSite:
    return AttentionSite(
        layer=layer,
        kind="GroupQueryAttention",
        heads=heads,
        key_value_heads=1,
        head_size=HEAD_SIZE,
        scale=1.0,
        kernel="",
        query="",
        layout="tokens",
        width=heads * HEAD_SIZE,
        keys=layer,
    )
