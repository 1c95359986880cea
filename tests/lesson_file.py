"""A small file with a conversation and what was seen inside, whose numbers follow formulas.

Knows no model and no window.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from desktop.history.document_store import load_document
from desktop.history.history import History
from desktop.history.recording_file import write_recording
from inference.contract import Statistics
from inference.sampling.distribution import entropy, log_softmax, rank
from tests.desktop.history.samples import MODEL, talk
from tests.desktop.scripted_recording import scripted_recording
from tests.sample_recording import MODEL as RECORDED

LAYERS, HEADS, VOCABULARY = 2, 3, 200


def write_lesson(path: Path) -> list[int]:
    """Write the file.

    Returns:
        IDs of the sequence that was recorded.
    """
    with closing(History.in_memory()) as history:
        number, leaf = talk(history, 1)
        document = load_document(history, number)
        prompt = [token.id for token in history.replies.prompt(leaf)]
        ids = [*prompt, *history.replies.table(leaf).ids]
    rows = np.arange(len(ids))[:, None]
    logits = (3 * np.sin(np.arange(VOCABULARY) * 1.3 + rows)).astype(np.float32)
    following = np.array(ids[1:])
    logprobs = np.take_along_axis(log_softmax(logits[:-1]), following[:, None], axis=1)[:, 0]
    statistics = Statistics(
        0,
        len(ids),
        np.array([np.nan, *logprobs], np.float32),
        np.array([0, *rank(logits[:-1], following)]),
        np.array([np.nan, *entropy(logits[:-1])], np.float32),
    )
    model = replace(
        RECORDED,
        name=MODEL.name,
        layers=LAYERS,
        heads=HEADS,
        folder=MODEL.bundle,
        vocabulary=tuple(f" w{number}".encode() for number in range(VOCABULARY)),
        end_ids=frozenset(),
    )
    recording = scripted_recording(ids, logits, statistics, LAYERS, HEADS)
    write_recording(path, document, replace(recording, model=model))
    return ids
