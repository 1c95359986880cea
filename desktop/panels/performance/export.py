"""The figures of the performance panel as one table for other programs.

Knows no widget.
"""

from __future__ import annotations

from desktop.controls.table_text import Cell, Table
from desktop.panels.performance.figures import Shown
from desktop.panels.performance.token_times import KINDS
from desktop.panels.performance.wording import run_name
from inference.contract import ComparedRun

_COLUMNS = ("what", "layer", "part", "position", "value", "unit")


def performance_table(shown: Shown | None) -> Table:
    """A row for each figure: times of tokens, costs, limits, memory, times of parts and operators, other runs."""
    if shown is None:
        return Table(_COLUMNS, [])
    rows: list[tuple[Cell, ...]] = []
    for index in range(shown.times.count):
        position = shown.times.start + index
        rows += [
            ("token time", None, kind, position, float(ms), "ms")
            for kind, ms in zip(KINDS, shown.times.ms[:, index], strict=True)
        ]
    measured = shown.measuring
    for cost in measured.costs.parts if measured.costs else ():
        rows += [
            ("operations", cost.layer, cost.part, None, cost.flops, "FLOP"),
            ("weights read", cost.layer, cost.part, None, cost.weight_bytes, "B"),
            ("cache moved", cost.layer, cost.part, None, cost.cache_bytes, "B"),
        ]
    if (limits := measured.limits) is not None:
        rows += [
            ("limit", None, "memory", None, limits.read_bytes_per_s, "B/s"),
            ("limit", None, f"{limits.bits}-bit arithmetic", None, limits.flops_per_s, "FLOP/s"),
            ("limit", None, "8-bit arithmetic", None, limits.int8_ops_per_s, "OP/s"),
        ]
    if (status := shown.status) is not None:
        parts = (
            ("weights", shown.model.report.weight_bytes),
            ("cache", status.cache),
            ("captures", status.captures),
            ("whole process", status.memory),
        )
        rows += [("memory", None, name, None, count, "B") for name, count in parts]
    if (profile := measured.profile) is not None:
        rows += [("profiled time", one.layer, one.part, None, one.ms, "ms") for one in profile.parts]
        rows += [("operator time", None, one.operator, None, one.ms, "ms") for one in profile.operators]
    for run in measured.runs:
        rows += _run_rows(run)
    return Table(_COLUMNS, rows)


def _run_rows(run: ComparedRun) -> list[tuple[Cell, ...]]:
    what = f"run: {run_name(run)}"
    rows: list[tuple[Cell, ...]] = [
        (what, None, "token time", run.start + index, ms, "ms")
        for index, ms in enumerate(run.step_ms.tolist())
    ]
    rows += [
        (what, None, "weights", None, run.weights, "B"),
        (what, None, "cache", None, run.cache, "B"),
        (what, None, "captures", None, run.captures, "B"),
        (what, None, "process grew by", None, run.grown, "B"),
        (what, None, "bytes over the bus", None, run.bus_bytes, "B"),
        (what, None, "largest difference of logits", None, run.logits_delta, "logit"),
    ]
    if run.differs is not None:
        rows.append((what, None, "first other token", run.differs.position, run.differs.other, "id"))
        rows.append((what, None, "its logit ahead by", run.differs.position, run.differs.gap, "logit"))
    rows += [(what, one.layer, one.part, None, one.ms, "ms") for one in run.profile.parts]
    return rows
