"""Fixtures of the parity tests: the exports, made once by the tools themselves, and the references to them.

Knows nothing of what is compared.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from models.directories import DATA_DIRECTORY_VARIABLE
from tests.parity.results import WRITING_VARIABLE, Result, write
from tests.parity.three_ways import Reading, texts
from tests.requirements import OPTIMUM_VARIABLE, REFERENCE_VARIABLE

EXPORTS_VARIABLE = "VITRINE_EXPORTS"
"""Names a folder in which exports are kept between runs; without it they are made anew."""

SCRIPTS = Path(__file__).parent

STAGES = (
    ((OPTIMUM_VARIABLE, "make_checkpoints.py", "{checkpoints}"),),
    (
        (OPTIMUM_VARIABLE, "export_optimum.py", "{checkpoints}", "{out}"),
        (REFERENCE_VARIABLE, "export_torch.py", "{checkpoints}", "{out}"),
        (REFERENCE_VARIABLE, "export_genai.py", "{checkpoints}", "{out}"),
        (REFERENCE_VARIABLE, "make_gguf.py", "{checkpoints}", "{out}/gguf"),
    ),
    (
        (REFERENCE_VARIABLE, "export_derived.py", "{checkpoints}", "{out}"),
        (REFERENCE_VARIABLE, "export_rewritten.py", "{out}"),
    ),
)
"""Which environment runs which script: later stages read what earlier ones wrote, those of one run side by side."""

AT_ONCE = 2
"""Scripts that run side by side; each loads torch."""

COMPLETE = "complete"

VOCABULARY = 320


def run_script(variable: str, script: str, *arguments: object) -> None:
    """Run one of this folder's scripts in the environment that a variable names; offline."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    command = [os.environ[variable], SCRIPTS / script, *arguments]
    done = subprocess.run(
        [str(part) for part in command],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, f"{script}: {done.stderr[-4000:]}"


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a folder for every export that could be made, and ``checkpoints`` in it."""
    kept = os.environ.get(EXPORTS_VARIABLE)
    out = Path(kept) if kept else tmp_path_factory.mktemp("exports")
    if not (out / COMPLETE).exists():
        out.mkdir(exist_ok=True)
        for stage in STAGES:
            commands = [
                [part.format(checkpoints=out / "checkpoints", out=out) for part in step] for step in stage
            ]
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(lambda command: run_script(*command), commands))
        (out / COMPLETE).touch()
    return out


@pytest.fixture(scope="session")
def references(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], Reading]:
    """What transformers' eager model makes of one of the two texts, by checkpoint and number of the text."""
    folder = tmp_path_factory.mktemp("references")
    (folder / "texts.json").write_text(json.dumps(texts(VOCABULARY)), "utf-8")
    run_script(REFERENCE_VARIABLE, "reference.py", exports / "checkpoints", folder / "texts.json", folder)

    def reference(checkpoint: str, text: int) -> Reading:
        with np.load(folder / f"{checkpoint}.npz") as arrays:
            return Reading(arrays[f"logits_{text}"], arrays[f"attention_{text}"])

    return reference


@pytest.fixture(autouse=True, scope="session")
def _bundles_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def results() -> Iterator[list[Result]]:
    """Where tests put what they measured; written in the end where that is asked for."""
    collected: list[Result] = []
    yield collected
    if os.environ.get(WRITING_VARIABLE):
        write(collected)
