"""Damaged files of every kind are refused with a sentence: no crash, no hang, no memory without end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.models.fuzzing import SUBJECTS, Subject, mutated

ROOT = Path(__file__).parent.parent.parent
COUNT = int(os.environ.get("VITRINE_FUZZ_MUTATIONS", "150"))
"""Mutations of each kind of file."""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="needs Linux's limits of memory"
)


@pytest.mark.timeout(120 + COUNT)
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_faults_01_to_25_mutations_are_read_or_refused(tmp_path: Path, subject: Subject) -> None:
    command = [sys.executable, "-X", "faulthandler", "-W", "error", "-m", "tests.models.fuzzing"]
    done = subprocess.run(
        [*command, subject.name, "0", str(COUNT), str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100 + COUNT,
    )
    if done.returncode:
        pytest.fail(f"exit status {done.returncode}\n{done.stderr[-3000:]}", pytrace=False)
    refused = int(done.stdout)
    # Mutations that all are harmless, or all fatal, would prove little.
    assert 0.1 * COUNT < refused <= COUNT


def test_mutations_can_be_made_again() -> None:
    content = bytes(range(256)) * 10
    made = [mutated(content, str(seed), is_text=False) for seed in range(50)]
    assert made == [mutated(content, str(seed), is_text=False) for seed in range(50)]
    assert sum(one != content for one in made) > 40


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ("bytearray(3 << 30)", "MemoryError"),
        ("b''.join(bytes(1 << 20) for _ in iter(int, 1))", "MemoryError"),
        ("any(iter(int, 1))", "Timeout"),
        ("__import__('ctypes').string_at(0)", "Segmentation fault"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_reader_that_fails_otherwise_is_noticed(tmp_path: Path, reading: str, said: str) -> None:
    code = f"""
import sys
from pathlib import Path
from tests.models import fuzzing
def make(folder): (folder / "f").write_bytes(b"abc" * 100)
def read(folder): (folder / "f").read_bytes() == b"abc" * 100 or {reading}
fuzzing.SECONDS = 2
fuzzing.SUBJECTS = (fuzzing.Subject("x", "f", False, make, read),)
sys.exit(fuzzing.main("x", 0, 20, Path(sys.argv[1])))
"""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", code, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert said in done.stderr
