"""Results of benchmarks: kept as JSON with the machine they were measured on, and shown as a table.

Knows nothing about how anything is measured.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from inference.runtime.providers import choose_provider, runtime_version

RESULTS = Path(__file__).with_name("results")


def keep(name: str, figures: dict[str, Any], columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write ``results/NAME.json`` and ``results/NAME.md``, and print the table.

    Args:
        name: of the benchmark.
        figures: everything that was measured.
        columns: headings of the table.
        rows: its cells.
    """
    RESULTS.mkdir(exist_ok=True)
    content = {"machine": machine(), **figures}
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in (columns, ["---"] * len(columns), *rows))
    (RESULTS / f"{name}.md").write_text(table + "\n", "utf-8")
    print(f"\n{name}\n{table}")


def machine() -> dict[str, Any]:
    """What it was measured on, and how busy that was with other things before."""
    provider = choose_provider("cpu").choice
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": provider.device,
        "threads": provider.threads,
        "system": f"{platform.system()} {platform.machine()}",
        "load_average": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "onnxruntime": runtime_version(),
    }
