"""The rows of `vitrine bench --peers`: beside llama.cpp, onnxruntime-genai and the speed of memory.

Knows nothing about how they are measured. The bounds here are what must never be missed on a machine that does other
things too; the goals stand beside the results.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import platformdirs
import pytest

from inference.bench.comparison import compare
from inference.bench.rows import Row
from models.directories import APPLICATION
from tests.benchmarks.quiet import wait_until_quiet
from tests.benchmarks.report import keep
from tests.inference.default_bundle import default_bundle
from tests.requirements import PEERS_VARIABLE

LEAST = {
    ("prefill", 512, "llama.cpp"): 1.3,
    ("decode", 128, "llama.cpp"): 0.7,
    ("decode", 512, "llama.cpp"): 0.7,
}
"""By measure, context and peer."""


@pytest.mark.benchmark
@pytest.mark.default_model
@pytest.mark.peers
@pytest.mark.timeout(900)
def test_beside_peers_and_memory() -> None:
    default_bundle()
    # Of a data folder that ends with the run nothing would be left for the next.
    exports = Path(platformdirs.user_cache_path(APPLICATION, appauthor=False), "peers")
    quiet: list[bool] = []
    found = compare(
        None,
        Path(os.environ[PEERS_VARIABLE]),
        exports,
        lambda task, done, total: None,
        settle=lambda: quiet.append(wait_until_quiet()),
    )
    assert not found.absent
    keep(
        "peers",
        {"quiet_rounds": [sum(quiet), len(quiet)], **asdict(found)},
        ["", "context", "beside", "Vitrine / other", "ratio", "goal"],
        [cells(row) for row in found.rows],
    )
    ratios = {(row.measure, row.context, row.against): row.ratio for row in found.rows}
    for what, least in LEAST.items():
        assert ratios[what] >= least, what


def cells(row: Row) -> list[str]:
    """One row of the table."""
    digits = 0 if row.unit == "tokens/s" else 1
    goal = ""
    if row.goal is not None:
        goal = f"{'≤' if row.goal.most else '≥'} {row.goal.bound:g}{'' if row.reached else ', not reached'}"
    return [
        row.measure,
        f"{row.context:,}",
        row.against,
        f"{row.ours:,.{digits}f} / {row.theirs:,.{digits}f} {row.unit}",
        f"{row.ratio:.2f}",
        goal,
    ]
