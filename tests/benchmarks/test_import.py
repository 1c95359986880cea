"""How long importing takes and how much memory, the mapped source counted in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.default_model import default_model_path
from models.directories import DATA_DIRECTORY_VARIABLE
from tests.benchmarks.quiet import wait_until_quiet
from tests.benchmarks.random_gguf import write_random_llama
from tests.benchmarks.report import keep

ROOT = Path(__file__).parent.parent.parent


def imported(path: Path, data: Path) -> dict[str, Any]:
    """What importing a model into a new library takes."""
    quiet = wait_until_quiet()
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.import_run", path],
        cwd=ROOT,
        env=os.environ | {DATA_DIRECTORY_VARIABLE: str(data)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=280,
    )
    return {**json.loads(done.stdout), "quiet": quiet}


def cells(name: str, figures: dict[str, Any]) -> list[str]:
    megabyte = 1e6
    return [
        name,
        f"{figures['parameters'] / 1e6:,.0f} M",
        f"{figures['seconds']:.1f} s",
        f"{figures['source_size'] / megabyte:,.0f} MB",
        f"{figures['bundle_size'] / megabyte:,.0f} MB",
        f"{figures['peak_memory'] / megabyte:,.0f} MB",
    ]


@pytest.mark.benchmark
@pytest.mark.default_model
def test_importing(tmp_path: Path) -> None:
    default = imported(default_model_path(), tmp_path / "default")
    large = imported(write_random_llama(tmp_path / "random.Q4_K_M.gguf"), tmp_path / "large")
    keep(
        "import",
        {"default": default, "random_llama_q4_k_m": large},
        ["", "parameters", "time", "file", "bundle", "peak memory"],
        [cells("default model, Q4_1", default), cells("random Llama, Q4_K_M", large)],
    )
    assert default["seconds"] <= 5
    assert large["seconds"] <= 60
    assert large["peak_memory"] <= 2 * large["bundle_size"]
