"""The profiler's file read, and operators of it placed, with numbers that can be checked by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from inference.contract import OperatorTime, PartTime
from inference.performance.profile_file import OperatorRun, placed, read_runs, times_of
from models.anatomy.layers import OTHER, Part, Place

NORM, PRODUCT = Place(0, Part.ATTENTION_NORM), Place(0, Part.QUERY)
SUM, NEXT = Place(0, Part.RESIDUAL), Place(1, Part.ATTENTION_NORM)


def kernel(name: str, kind: str, at: int, took: int) -> dict[str, Any]:
    """An operator's event."""
    args = {"op_name": kind}
    return {"cat": "Node", "name": f"{name}_kernel_time", "ts": at, "dur": took, "args": args}


def run(at: int, took: int) -> dict[str, Any]:
    """A run's event."""
    return {"cat": "Session", "name": "model_run", "ts": at, "dur": took}


def test_operators_are_dealt_out_to_their_runs(tmp_path: Path) -> None:
    """In the order of time, not of the file; what is in no run is left out."""
    file = tmp_path / "profile.json"
    events = [
        {"cat": "Session", "name": "session_initialization", "ts": 0, "dur": 90},
        kernel("b", "MatMul", 120, 2000),
        kernel("a", "Add", 105, 10),
        run(100, 2100),
        kernel("folded", "Transpose", 50, 5),
        {"cat": "Node", "name": "a_fence_before", "ts": 104, "dur": 1},
        kernel("a", "Add", 3005, 20),
        run(3000, 100),
    ]
    file.write_text(json.dumps(events))

    assert read_runs(file) == [
        [OperatorRun("a", "Add", 0.01), OperatorRun("b", "MatMul", 2.0)],
        [OperatorRun("a", "Add", 0.02)],
    ]


def test_a_fused_operator_is_placed_where_those_were_that_it_stands_for() -> None:
    """The sum and the norm after it are gone: what came in their place is the norm."""
    places = {"norm": NORM, "query": PRODUCT, "sum": SUM, "next": NEXT, "last": PRODUCT}
    done = [
        OperatorRun("norm", "LayerNormalization", 1),
        OperatorRun("query", "MatMul", 1),
        OperatorRun("SkipLayerNormalization", "SkipLayerNormalization", 1),
        OperatorRun("last/QuickGeluFusion/", "QuickGelu", 1),
    ]

    assert placed(done, places) == [NORM, PRODUCT, NEXT, PRODUCT]


def test_what_stands_for_nothing_is_between_its_neighbours_or_other() -> None:
    """A copy between two operators of one part belongs to it; between two parts nobody knows."""
    places = {"one": NORM, "two": NORM, "three": PRODUCT}

    def names(*found: str) -> list[Place]:
        return placed([OperatorRun(name, "Transpose", 1) for name in found], places)

    assert names("one", "Transpose_token_4", "two", "three") == [NORM, NORM, NORM, PRODUCT]
    assert names("one", "two", "Transpose_token_4", "three") == [NORM, NORM, OTHER, PRODUCT]


def test_times_are_medians_over_runs_and_sums_over_operators() -> None:
    """1, 2 and 9 are 2 in the middle; a run of another kind is left out."""
    places = {"one": NORM, "two": NORM, "three": PRODUCT}

    def steps(first: float) -> list[OperatorRun]:
        return [
            OperatorRun("one", "Mul", first),
            OperatorRun("two", "Mul", 3.0),
            OperatorRun("three", "MatMul", 4.0),
        ]

    parts, kinds = times_of([[OperatorRun("one", "Mul", 100.0)], steps(1.0), steps(9.0), steps(2.0)], places)

    assert parts == [PartTime(0, "attention norm", 5.0), PartTime(0, "query projection", 4.0)]
    assert kinds == [OperatorTime("Mul", 5.0, 2), OperatorTime("MatMul", 4.0, 1)]


def test_no_runs_have_no_times() -> None:
    """Nothing is made up."""
    assert times_of([], {"one": NORM}) == ([], [])
