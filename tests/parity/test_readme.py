"""README's table of what opens says what was measured.

Knows nothing of how it was measured.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.parity.results import FOLDER
from tests.parity.rows import BARE, GENAI, HUB, OPTIMUM, REWRITTEN, ROWS, TORCH, Row

README = Path(__file__).parents[2] / "README.md"
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def compared_with(row: Row) -> bool:
    """Whether with transformers."""
    return row.against == "transformers"


LINES: dict[str, Callable[[Row], bool]] = {
    "GGUF, 13 quantizations": lambda row: row.source == "GGUF",
    "safetensors": lambda row: row.source == "safetensors",
    "optimum, opset 13 to 21, 20 families": lambda row: row.source == OPTIMUM and compared_with(row),
    "onnxruntime-genai, fp32": lambda row: (
        row.source == GENAI and compared_with(row) and "fp16" not in row.name
    ),
    "onnxruntime-genai, fp16 with MultiHeadAttention": lambda row: (
        row.source == GENAI and compared_with(row) and "fp16" in row.name
    ),
    "onnxruntime-genai, int4, int8, fp16, or itself different": lambda row: (
        row.source == GENAI and not compared_with(row)
    ),
    "transformers.js, fp32": lambda row: row.source == HUB and compared_with(row),
    "transformers.js, fp16, q4, q4f16; one of optimum made fp16": lambda row: (
        row.source in (HUB, OPTIMUM) and not compared_with(row) and row.variant != "quantized"
    ),
    "transformers.js, int8 that rounds rows together": lambda row: row.variant == "quantized",
    "torch.onnx, contrib and standard Attention, onnxruntime's optimizer, bare .onnx": lambda row: (
        row.source in (TORCH, REWRITTEN, BARE, "onnxruntime's optimizer")
    ),
}
"""First cell of README's lines: which rows they sum up."""


def cells(line: str) -> list[str]:
    """The cells of the line of README's table that begins so."""
    (found,) = re.findall(rf"^\| {re.escape(line)} \| (.*) \|$", README.read_text("utf-8"), re.MULTILINE)
    parts: list[str] = found.split(" | ")
    return parts


def number(text: str) -> float:
    """What a cell like ``1.3 × 10⁻⁵`` means."""
    share, _, power = text.partition(" × 10")
    return float(share) * 10.0 ** int(power.translate(RAISED) or "0")


@pytest.mark.parametrize("line", LINES)
def test_readme_says_what_was_measured(line: str) -> None:
    measured: dict[str, Any] = {
        one["row"]: one for one in json.loads((FOLDER / "results.json").read_text("utf-8"))
    }
    rows = [measured[row.name] for row in ROWS if LINES[line](row)]
    count, _, logits, attention, proof = cells(line)
    assert int(count) == len(rows)
    for said, largest in (
        (logits, max(max(one["logits"].values()) for one in rows)),
        (attention, max(max(one["attention"].values()) for one in rows)),
        (proof, max(one["proof_attention"] for one in rows)),
    ):
        assert number(said) == pytest.approx(largest, rel=0.05), line


def test_every_row_is_in_one_line() -> None:
    for row in ROWS:
        assert sum(chosen(row) for chosen in LINES.values()) == 1, row.name
