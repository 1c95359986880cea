"""Imports one model in a process of its own and tells how long that took and how much memory.

Run as ``python -m tests.benchmarks.import_run PATH``; prints one JSON object. The folder for bundles is that of
`VITRINE_DATA_DIR`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from models.bundle_library import ready_bundle


def main(path: Path) -> None:
    start = time.monotonic()
    bundle, imported = ready_bundle(path, "CPU", lambda done, total: None)
    seconds = time.monotonic() - start
    assert imported
    figures = {
        "seconds": seconds,
        "processor_seconds": time.process_time(),
        "peak_memory": peak_memory(),
        "parameters": bundle.facts.parameters,
        "source_size": path.stat().st_size,
        "bundle_size": sum(file.stat().st_size for file in bundle.folder.iterdir()),
        "relative_error": bundle.facts.report.precision_error,
    }
    print(json.dumps(figures))


def peak_memory() -> int:
    """Most bytes that this process had in memory; what `getrusage` says counts its parent from before it began."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
    return int(status["VmHWM"].split()[0]) * 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
