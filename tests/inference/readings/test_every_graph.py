"""Every way of writing a decoder down can be read so, by its own graph; embeddings are had apart from the rest.

Knows nothing about how that is done.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.inside.looking import Looking, states_of
from inference.intervention import NOTHING
from inference.readings.contract import (
    CompareReadings,
    ReadWordAtPoint,
    Similarity,
    WordAtPoint,
    WordInSentence,
)
from tests.inference.observed_exports import OBSERVED, PROMPT, opened_export, read, text

FIRST, SECOND = WordInSentence((4, 9, 7, 11), 3), WordInSentence((5, 9, 8, 11, 6), 3)


@pytest.mark.parametrize("name", OBSERVED)
def test_two_sentences(name: str, tmp_path: Path) -> None:
    close = 0.03 if "16 bits" in name else 1e-4
    with opened_export(tmp_path, OBSERVED[name]) as model:
        read(model, text(3), PROMPT)
        readings = model.inside.readings
        found = readings.answer(CompareReadings(1, FIRST, SECOND), lambda: True)
        assert isinstance(found, Similarity)
        assert found.cosines.shape == (4,)
        # Of one token in the same place: learnt positions are no exception.
        assert found.cosines[0] == pytest.approx(1.0, abs=1e-3)
        at = readings.answer(ReadWordAtPoint(2, FIRST, SECOND, 0, "embedding"), lambda: True)
        assert isinstance(at, WordAtPoint)
        if not OBSERVED[name].learned_positions:
            assert at.first.ids[0] == 11
            assert at.first.values[0] == pytest.approx(1.0, abs=close)
        for point in range(4):
            lens = readings.answer(ReadWordAtPoint(3, FIRST, SECOND, point, "head"), lambda: True)
            assert isinstance(lens, WordAtPoint)
            assert lens.first.values.sum() <= 1 + close
        # The states are those that the lens is made of.
        looking = Looking(model.inside.instrument, NOTHING)
        model.sequence.replace(FIRST.ids)
        rows = [
            np.stack([states_of(values[one], count) for one in looking.graph.points])
            for count, values in looking.reading.rows(model.sequence, 0, len(FIRST.ids), looking.graph.points)
        ]
        own = np.concatenate(rows, axis=1)
        kept = readings._read[FIRST.ids].states[:-1]
        assert np.abs(own - kept).max() <= close * max(float(np.abs(own).max()), 1.0)
