"""Damaged exports are refused with a sentence, or end the runtime's process, which is known then: nothing else.

Knows nothing about windows.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.inference.fuzzing import SUBJECTS, mutated_graph
from tests.models.fuzzing import Subject
from tests.models.test_fuzzing import COUNT, ROOT
from tests.models.tiny_export import TinyExport, write_tiny_export

EXPORTS = COUNT // 2
"""Mutations of each kind of export; graphs that can be run take longer than files that are read."""

MOST_CRASHES = 2
"""Of the runtime itself: some of its kernels do not check what they are given, and end their process."""

_NATIVE = "onnxruntime_inference_collection.py"

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="needs Linux's limits of memory"
)


@pytest.mark.timeout(200 + COUNT)
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_faults_16_to_19_mutations_are_observed_or_refused(tmp_path: Path, subject: Subject) -> None:
    command = [sys.executable, "-X", "faulthandler", "-W", "error", "-m", "tests.inference.fuzzing"]
    first, crashes, refused = 0, 0, 0
    while first < EXPORTS:
        done = subprocess.run(
            [*command, subject.name, str(first), str(EXPORTS - first), str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=100 + COUNT,
        )
        if done.returncode == 0:
            refused += int(done.stdout)
            break
        # Fault 17: the window lives on when the engine ends this way, and the file is marked.
        in_runtime = done.returncode < 0 and _NATIVE in done.stderr
        crashes += 1
        if not in_runtime or crashes > MOST_CRASHES:
            pytest.fail(f"exit status {done.returncode}\n{done.stderr[-3000:]}", pytrace=False)
        first = int(re.findall(r"^mutation (\d+)$", done.stderr, re.MULTILINE)[-1]) + 1
    else:
        return
    # Mutations that all are harmless, or all fatal, would prove little.
    assert crashes or 0.3 * EXPORTS < refused < EXPORTS


def test_mutations_of_graphs_can_be_made_again(tmp_path: Path) -> None:
    content = (write_tiny_export(tmp_path, TinyExport(external=True)) / "model.onnx").read_bytes()
    made = [mutated_graph(content, str(seed)) for seed in range(20)]
    assert made == [mutated_graph(content, str(seed)) for seed in range(20)]
    assert sum(one != content for one in made) > 15
