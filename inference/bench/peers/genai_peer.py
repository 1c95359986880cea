"""onnxruntime-genai as a peer: the same weights exported for it, once, and its program.

Knows nothing about the figures.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from inference.bench.peers.checkpoint import write_checkpoint
from inference.bench.peers.peer import Peer, PeerFailed
from inference.bench.peers.request import PeerRequest
from inference.process import Program
from models.files import content_hash

NAME = "onnxruntime-genai"
PACKAGES = "onnxruntime-genai, torch, transformers, onnx and onnxscript"
PRECISIONS = ("int8", "int4")
"""Those of its exports for the CPU that are fast."""

_SERVER = Path(__file__).with_name("programs") / "genai_server.py"
_EXPORTER = Path(__file__).with_name("programs") / "genai_export.py"
_KEY_LETTERS = 24


def open_genai(request: PeerRequest) -> list[Peer]:
    """One peer a precision.

    Raises:
        PeerFailed: it is not there, or failed.
        ModelFileError: the model cannot be written as a checkpoint.
    """
    peers: list[Peer] = []
    try:
        for precision, folder in export(request).items():
            command: list[str | Path] = [
                request.python,
                _SERVER,
                folder,
                str(request.threads),
                str(request.context),
            ]
            peers.append(Peer(f"{NAME} {precision}", command))
    except BaseException:
        for peer in peers:
            peer.close()
        raise
    return peers


def export(request: PeerRequest) -> dict[str, Path]:
    """Folders of the exports by precision, those that are missing made.

    Raises:
        PeerFailed: the exporter is not there, or failed.
        ModelFileError: the model cannot be written as a checkpoint.
    """
    exporter = _start_exporter(request.python)
    try:
        place = (
            request.exports
            / f"{content_hash(request.model)[:_KEY_LETTERS]}-genai{_hear(exporter)['version']}"
        )
        folders = {precision: place / precision for precision in PRECISIONS}
        missing = {precision: folder for precision, folder in folders.items() if not folder.is_dir()}
        if missing:
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place, prefix="making-") as temporary:
                checkpoint = Path(temporary, "checkpoint")
                checkpoint.mkdir()
                write_checkpoint(request.model, checkpoint)
                for done, (precision, folder) in enumerate(missing.items()):
                    request.progress(done, len(missing))
                    made = Path(temporary, precision)
                    asked = {"checkpoint": str(checkpoint), "folder": str(made), "precision": precision}
                    exporter.tell(json.dumps(asked).encode())
                    _hear(exporter)
                    # Whole or not at all: what was broken off half made must not be taken for an export.
                    shutil.rmtree(folder, ignore_errors=True)
                    made.rename(folder)
                request.progress(len(missing), len(missing))
    finally:
        exporter.close()
    return folders


def _start_exporter(python: Path) -> Program:
    try:
        return Program([python, _EXPORTER])
    except OSError as error:
        raise PeerFailed(NAME, f"{python} cannot be started ({error.strerror})") from error


def _hear(exporter: Program) -> dict[str, str]:
    line = exporter.hear()
    if line is None:
        raise PeerFailed(NAME, exporter.complaint())
    answer: dict[str, str] = json.loads(line)
    return answer
