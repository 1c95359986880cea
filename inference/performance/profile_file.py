"""What the runtime's profiler has written, read: operators of each run with their times, and where they belong.

Knows nothing about sessions.

The file is a list of Chrome trace events: those of category ``Node`` ending in ``_kernel_time`` are operators, one of
category ``Session`` called ``model_run`` surrounds those of a run; times are in microseconds. The runtime fuses
operators, so some are in no graph: a fused one is placed where the operators were that it stands for.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from inference.contract import OperatorTime, PartTime
from models.anatomy.layers import OTHER, Place

_KERNEL = "_kernel_time"


@dataclass(frozen=True, slots=True)
class OperatorRun:
    """One operator in one run.

    Args:
        name: of the node.
        operator: its type.
        ms: how long it took.
    """

    name: str
    operator: str
    ms: float


def read_runs(path: Path) -> list[list[OperatorRun]]:
    """The operators of every run, in the order in which they were executed.

    Raises:
        OSError, ValueError: the file cannot be read.
    """
    events: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    spans = sorted(
        (one["ts"], one["ts"] + one["dur"])
        for one in events
        if one.get("cat") == "Session" and one["name"] == "model_run"
    )
    kernels = sorted(
        (one for one in events if one.get("cat") == "Node" and one["name"].endswith(_KERNEL)),
        key=lambda one: one["ts"],
    )
    runs: list[list[OperatorRun]] = [[] for _ in spans]
    at = 0
    for one in kernels:
        while at < len(spans) and one["ts"] > spans[at][1]:
            at += 1
        if at < len(spans) and one["ts"] >= spans[at][0]:
            kind = one.get("args", {}).get("op_name", "")
            runs[at].append(OperatorRun(one["name"].removesuffix(_KERNEL), kind, one["dur"] / 1000))
    return runs


def placed(run: Sequence[OperatorRun], places: Mapping[str, Place]) -> list[Place]:
    """Where the operators of a run belong.

    Args:
        run: in the order of execution.
        places: of the graph's nodes by name, in the graph's order.

    Returns:
        For each operator its place: of one that is in no graph, that of the last operator which it can stand for.
    """
    order = {name: index for index, name in enumerate(places)}
    names = list(places)
    # Some fused operators are called after the one that they begin with.
    stems = [one.name.split("/")[0] if "Fusion" in one.name else one.name for one in run]
    known = [order.get(stem) for stem in stems]
    seen = set(stems)
    following: list[int] = [len(names)] * (len(run) + 1)
    for index in range(len(run) - 1, -1, -1):
        at = known[index]
        following[index] = following[index + 1] if at is None else at
    found, before = [], -1
    for index, at in enumerate(known):
        if at is not None:
            before = at
            found.append(places[names[at]])
            continue
        after = following[index + 1]
        gone = [name for name in names[before + 1 : after] if name not in seen]
        found.append(places[gone[-1]] if gone else _between(places, names, before, after))
    return found


def _between(places: Mapping[str, Place], names: Sequence[str], before: int, after: int) -> Place:
    """The place of what is between two nodes; other where they do not agree."""
    sides = {places[names[at]] for at in (before, after) if 0 <= at < len(names)}
    return sides.pop() if len(sides) == 1 else OTHER


def times_of(
    runs: Sequence[Sequence[OperatorRun]], places: Mapping[str, Place]
) -> tuple[list[PartTime], list[OperatorTime]]:
    """Times by part and by kind of operator, for one run.

    Args:
        runs: of the same graph with the same shapes; those that are not like the last are left out.
        places: of the graph's nodes by name, in the graph's order.

    Returns:
        Both in the order of execution.
    """
    if not runs:
        return [], []
    last = runs[-1]
    names = [one.name for one in last]
    alike = [run for run in runs if [one.name for one in run] == names]
    parts: dict[Place, float] = defaultdict(float)
    kinds: dict[str, list[float]] = defaultdict(list)
    for index, (one, place) in enumerate(zip(last, placed(last, places), strict=True)):
        ms = median(run[index].ms for run in alike)
        parts[place] += ms
        kinds[one.operator].append(ms)
    return (
        [PartTime(place.layer, place.part.value, ms) for place, ms in parts.items()],
        [OperatorTime(kind, sum(times), len(times)) for kind, times in kinds.items()],
    )
