"""What runs stays on this machine: the runtime keeps no diary and calls nobody.

Knows nothing about models beyond the tiny one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from models.bundle import Bundle

PROGRAM = """
import sys
from pathlib import Path
from inference.runtime.decoder import Decoder
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupter
from models.bundle import Bundle

decoder = Decoder(Bundle.open(Path(sys.argv[1])), choose_provider("cpu"), Interrupter())
assert list(decoder.prefill([1, 2, 3], 0)) == [3]
"""


def test_running_a_model_leaves_nothing_in_the_home_directory(tiny_bundle: Bundle, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "ORT_"))}
    subprocess.run(
        [sys.executable, "-B", "-c", PROGRAM, str(tiny_bundle.folder)],
        env={**kept, "HOME": str(home), "USERPROFILE": str(home)},
        check=True,
    )
    assert list(home.rglob("*")) == []
