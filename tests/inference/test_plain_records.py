"""Records that travel by their fields are the same when they arrive."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass, replace

import pytest

from inference.contract import Candidate, Token
from inference.plain_records import by_fields
from inference.sampling.settings import SamplingSettings


@by_fields
@dataclass(frozen=True, slots=True)
class Pair:
    """Two numbers."""

    one: int
    other: float = 0.5


RECORDS = (
    Pair(3),
    Token(4, b"\xe3\x81", False, "user", 2, "analysis", True),
    Candidate(1, b" a", 0.25, 0.0, "top-p"),
    SamplingSettings(temperature=0.5),
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_nothing_is_lost(record: object) -> None:
    assert pickle.loads(pickle.dumps(record)) == record
    assert copy.deepcopy(record) == record


def test_they_are_still_dataclasses() -> None:
    assert replace(Pair(1, 2.0), one=7) == Pair(7, 2.0)
