"""A recording in a ``.vitrine`` file, beside the conversation whose shown branch it is of.

Knows nothing about engines or windows.

Besides the arrays that `inference.recording.recorded_arrays` has there are ``ids`` (``int64``, of the sequence),
``vocabulary`` (``uint8``, the pieces of all tokens one after another), ``vocabulary-offsets`` (``int64``, where each
begins, and the end of the last) and ``special-ids`` (``int64``), all in the folder ``recording``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.history.container import packed_array, write_container
from desktop.history.document import Document
from desktop.history.errors import DocumentError
from desktop.history.fields import refuse
from desktop.history.packed_files import CHUNK, RECORDING, PackedFiles
from desktop.history.plain_arrays import LONGEST_HEADER
from desktop.history.recording_format import (
    LARGEST_ENTRY,
    LARGEST_FACTS,
    LARGEST_SCORE,
    RecordingFacts,
    read_facts,
    write_facts,
)
from desktop.history.token_columns import LONGEST_PIECE
from inference.contract import Loaded, RecordingOutline
from inference.recording import LARGEST_RECORDING, Recording, recorded_arrays, recording_bytes

LARGEST_VOCABULARY = 64 << 20
"""Bytes of all pieces at most."""

_FOLDER = "recording"


def write_recording(
    path: Path,
    document: Document,
    recording: Recording,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write a conversation and a recording of its shown branch into one file; whole or not at all.

    Takes as long as the disk does: not for a window's thread.

    Args:
        path: where; a file that is there gives way.
        document: the conversation; `Document.leaf` is the end of the recorded branch.
        recording: of it.
        progress: called with bytes done and in all; may raise to stop.

    Raises:
        VitrineError: it could not be written, or has numbers that no picture can be made of.
    """
    # What this version would refuse to read is refused now.
    facts = write_facts(recording)
    try:
        read_facts(facts)
        for name, array in recording.arrays.items():
            _check_numbers(recording.outline, name, array, lambda: progress(0, recording.size))
    except DocumentError as error:
        problem = error.what.partition(": ")[2]
        raise DocumentError(
            "recording-unfit",
            f"What was recorded cannot be exported: {problem}",
            "Export the conversation without it.",
        ) from error
    model = recording.model
    offsets = np.cumsum([0, *map(len, model.vocabulary)], dtype=np.int64)
    arrays: dict[str, NDArray[Any]] = {
        "ids": recording.outline.ids,
        "vocabulary": np.frombuffer(b"".join(model.vocabulary), np.uint8),
        "vocabulary-offsets": offsets,
        "special-ids": np.array(sorted(model.special_ids), np.int64),
        **recording.arrays,
    }
    named = {f"{_FOLDER}/{name}": array for name, array in arrays.items()}
    write_container(path, document, named, facts, progress)


def read_recording(path: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> Recording:
    """Read the recording of a file, every number of it looked at.

    Takes as long as the disk does: not for a window's thread.

    Args:
        path: of the file; `read_container` tells whether it has one.
        progress: called with bytes done and in all; may raise to stop.

    Raises:
        DocumentError: it has none, or is damaged, hostile or newer; or it cannot be read.
    """
    with PackedFiles(path) as packed:
        facts = read_facts(bytes(packed.read(RECORDING, LARGEST_FACTS)))
        # The sizes of all arrays are known now, and nothing larger is unpacked.
        expected = RecordingOutline(
            np.zeros(facts.tokens, np.int64), facts.read, facts.vocabulary, facts.layers, facts.biases
        )
        total = recording_bytes(expected, facts.first_row)
        if total > LARGEST_RECORDING:
            refuse("the recording", f"has {total:,} bytes of numbers, and {LARGEST_RECORDING:,} are the most")
        reader = _ArrayReader(packed, progress, total)
        ids = reader.read("ids", "int64", (facts.tokens,))
        if not ((ids >= 0) & (ids < facts.vocabulary)).all():
            refuse("array “recording/ids”", "has a token that the vocabulary has not")
        outline = replace(expected, ids=ids)
        arrays = {}
        for one in recorded_arrays(outline, facts.first_row):
            arrays[one.name] = reader.read(one.name, one.dtype, one.shape)
            _check_numbers(outline, one.name, arrays[one.name], reader.tell)
        model = _named(facts, reader)
    return Recording(model, facts.proof, outline, facts.first_row, arrays)


class _ArrayReader:
    """Reads arrays whose types and shapes are known before.

    Args:
        packed: the file.
        progress: as in `read_recording`.
        total: bytes of the large ones.
    """

    def __init__(self, packed: PackedFiles, progress: Callable[[int, int], None], total: int) -> None:
        self._packed = packed
        self._progress = progress
        self._total = total
        self._done = 0

    def tell(self) -> None:
        """Report how much is read."""
        self._progress(min(self._done, self._total), self._total)

    def read(self, name: str, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
        """An array of just this type and shape."""
        size = np.dtype(dtype).itemsize * math.prod(shape)
        array = self.read_any(name, size)
        if array.dtype.name != dtype or array.shape != shape:
            refuse(
                f"array “{_FOLDER}/{name}”",
                f"is {array.dtype.name} {array.shape} where {dtype} {shape} was expected",
            )
        return array

    def read_any(self, name: str, most: int) -> NDArray[Any]:
        """An array of any type and shape, of so many bytes at most."""
        before = self._done

        def unpacked(done: int) -> None:
            self._done = before + done
            self.tell()

        return packed_array(self._packed, f"{_FOLDER}/{name}", most + LONGEST_HEADER, unpacked)


def _named(facts: RecordingFacts, reader: _ArrayReader) -> Loaded:
    """The model with its pieces."""
    joined = reader.read_any("vocabulary", LARGEST_VOCABULARY)
    offsets = reader.read("vocabulary-offsets", "int64", (facts.pieces + 1,))
    place = f"array “{_FOLDER}/vocabulary”"
    if joined.dtype != np.uint8 or joined.ndim != 1:
        refuse(place, f"is {joined.dtype.name} {joined.shape} where bytes were expected")
    lengths = np.diff(offsets)
    if offsets[0] != 0 or offsets[-1] != len(joined) or lengths.min() < 0 or lengths.max() > LONGEST_PIECE:
        refuse(place, "is not cut into pieces as its offsets say")
    special = reader.read_any("special-ids", 8 * facts.pieces)
    if (
        special.dtype != np.int64
        or special.ndim != 1
        or not ((special >= 0) & (special < facts.pieces)).all()
    ):
        refuse(f"array “{_FOLDER}/special-ids”", "names no tokens of the vocabulary")
    content = joined.tobytes()
    pieces = tuple(content[start:stop] for start, stop in pairwise(offsets.tolist()))
    return replace(facts.model, vocabulary=pieces, special_ids=frozenset(special.tolist()))


def _check_numbers(
    outline: RecordingOutline, name: str, array: NDArray[Any], tell: Callable[[], None]
) -> None:
    """Refuse numbers that no model computes, or of which no picture can be made.

    Args:
        outline: of the recording.
        name: of the array.
        array: of this name.
        tell: called now and then; may raise to stop.
    """
    kind, largest = name.partition("/")[0], float(np.finfo(array.dtype).max)
    if kind == "statistics":
        good = bool(_are_statistics(array[:, 1:], outline.vocabulary))
    elif kind == "logits":
        # Minus infinity is how models say never; a row of nothing else says nothing.
        good = all(
            (rows < np.inf).all() and (rows.max(axis=1, initial=-np.inf) > -np.inf).all()
            for rows in _in_parts(array, tell)
        )
    elif kind == "bias":
        # A query always sees its own key.
        own = np.diagonal(array, axis1=1, axis2=2)
        good = bool((own >= -largest).all()) and all(
            (part <= min(LARGEST_SCORE, largest)).all() for part in _in_parts(array.reshape(-1), tell)
        )
    else:
        good = all(
            (np.abs(part) <= min(LARGEST_ENTRY, largest)).all() for part in _in_parts(array.reshape(-1), tell)
        )
    if not good:
        refuse(f"array “{_FOLDER}/{name}”", "has numbers that no model computes")


def _in_parts(array: NDArray[Any], tell: Callable[[], None]) -> Iterator[NDArray[Any]]:
    """An array along its first axis, about `CHUNK` bytes at a time."""
    rows = max(CHUNK * len(array) // max(array.nbytes, 1), 1)
    for start in range(0, len(array), rows):
        tell()
        yield array[start : start + rows]


def _are_statistics(statistics: NDArray[np.float64], vocabulary: int) -> np.bool_:
    logprobs, ranks, entropies = statistics
    least = np.finfo(np.float32).min
    known = (logprobs <= 0) & ((logprobs >= least) | np.isneginf(logprobs))
    ranked = (ranks >= 1) & (ranks <= vocabulary) & (ranks == np.floor(ranks))
    return (known & ranked & (np.abs(entropies) <= 1 + np.log(vocabulary))).all()
