"""The parity table as measured: collected by the tests, written where README takes it from.

Knows nothing of how it is measured.
"""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import onnxruntime

from tests.parity.rows import ROWS

WRITING_VARIABLE = "VITRINE_WRITE_RESULTS"
"""Set where the files beside this one are to be written anew."""

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Result:
    """Largest absolute differences of one row.

    Args:
        row: its name.
        logits: by way of reading.
        attention: by way of reading.
        proof: what the proof says of the attention.
        proof_attention: from the oracle of the same graph.
        proof_logits: of the observed from the untouched graph.
    """

    row: str
    logits: dict[str, float]
    attention: dict[str, float]
    proof: str
    proof_attention: float | None
    proof_logits: float | None


def write(results: list[Result], folder: Path = FOLDER) -> None:
    """Write ``results.json`` and the table ``results.md``, in the order of the rows."""
    known = {result.row: result for result in results}
    ordered = [known[row.name] for row in ROWS if row.name in known]
    (folder / "results.json").write_text(
        json.dumps([asdict(one) for one in ordered], indent=1) + "\n", "utf-8"
    )
    lines = [
        f"Measured on {date.today()} with onnxruntime {onnxruntime.__version__} on {platform.machine()}, CPU.",
        "",
        "| export | model | compared with | logits max Δ | attention max Δ | proof: attention | proof: logits |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in ROWS:
        if row.name not in known:
            continue
        result = known[row.name]
        against = "transformers" if row.against == "transformers" else f"the file itself: {row.because}"
        cells = (
            row.source,
            row.model,
            against,
            _amount(max(result.logits.values())),
            _amount(max(result.attention.values())),
            _amount(result.proof_attention) if result.proof == "reconstructed" else result.proof,
            _amount(result.proof_logits),
        )
        lines.append(f"| {' | '.join(cells)} |")
    (folder / "results.md").write_text("\n".join(lines) + "\n", "utf-8")


def _amount(value: float | None) -> str:
    if value is None:
        return "–"
    return "0" if value == 0 else f"{value:.1e}"
