"""`vitrine bench`: what it reports. How fast anything is, is measured in `tests.benchmarks`."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference.bench import comparison
from inference.bench.comparison import Plan
from tests.desktop.commands.conftest import RunVitrine


def test_json_has_every_context_with_and_without_capture(vitrine: RunVitrine, tiny_model: Path) -> None:
    [report] = vitrine("bench", tiny_model, "--runs", "1", "--provider", "cpu", "--json").records
    assert [(speed["context"], speed["captured"]) for speed in report["speeds"]] == [
        (128, True),
        (128, False),
        (512, True),
        (512, False),
        (2048, True),
        (2048, False),
    ]
    for speed in report["speeds"]:
        assert min(speed["prefill_tokens_per_s"], speed["decode_tokens_per_s"], speed["first_token_ms"]) > 0
    assert report["model"] == "tiny"
    assert report["load_ms"] > 0
    assert report["runs"] == 1
    assert report["provider"]["threads"] >= 1
    assert set(report["versions"]) == {"python", "numpy", "onnxruntime"}


def test_the_table_says_what_was_measured_on_what(vitrine: RunVitrine, tiny_model: Path) -> None:
    output = vitrine("bench", tiny_model, "--runs", "1", "--provider", "cpu").output
    assert "tiny, 8-bit blocks of 32" in output
    assert "threads" in output
    rows = [line for line in output.splitlines() if line.endswith(" ms")]
    assert [row.split()[:2] for row in rows] == [
        [context, captured] for context in ("128", "512", "2,048") for captured in ("yes", "no")
    ]


def test_there_is_no_bench_without_runs(vitrine: RunVitrine, tiny_model: Path) -> None:
    assert vitrine("bench", tiny_model, "--runs", "0").status == 2


def test_without_peers_a_comparison_says_what_to_do(
    vitrine: RunVitrine, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VITRINE_PEERS_PYTHON", raising=False)
    monkeypatch.setattr(comparison, "PLANS", (Plan(512, 2, True, 1),))
    output = vitrine("bench", tiny_model, "--peers").output
    assert "decode step" in output
    assert "first token of a second turn" in output
    assert "GB/s" in output
    assert output.count("--peers-python") == 2


@pytest.mark.parametrize(
    "arguments", [("--peers-python", "python"), ("--peers", "--provider", "cuda")], ids=["no peers", "cuda"]
)
def test_contradictions_are_told(vitrine: RunVitrine, arguments: tuple[str, ...]) -> None:
    assert vitrine("bench", *arguments).status == 2
