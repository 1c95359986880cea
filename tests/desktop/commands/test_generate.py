"""`vitrine generate`: streamed text, records, reproducibility, stopping, and errors.

Knows nothing about how the engine computes.
"""

from __future__ import annotations

import math
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.commands.generate import _write_text
from inference.contract import Step, Stopped, Token
from inference.sampling.settings import SamplingSettings
from tests.desktop.commands.conftest import RunVitrine

STEP_KEYS = [
    "position",
    "id",
    "piece",
    "logit",
    "logprob",
    "processed_logprob",
    "rank",
    "entropy",
    "draw",
    "top",
]
TOP_KEYS = ["id", "piece", "p", "processed_p", "removed_by"]
RAW = ("--raw", "--prompt", "the sky", "--max-tokens", "24", "--seed", "7")


def piece_bytes(record: dict[str, Any]) -> bytes:
    return bytes.fromhex(record["bytes"]) if "bytes" in record else record["piece"].encode()


def without_bytes(record: dict[str, Any]) -> list[str]:
    return [key for key in record if key != "bytes"]


def test_guesses_are_told_and_change_nothing_else(vitrine: RunVitrine, tiny_model: Path) -> None:
    again = ("--raw", "--prompt", "the sky the sky the sky", "--max-tokens", "60", "--seed", "7", "--json")
    *steps, summary = vitrine("generate", tiny_model, *again, "--temperature", "0", "--guess").records
    told = [step for step in steps if step.get("guessed")]
    assert summary["guessed"] == len(told) > 0
    *plain, summary = vitrine("generate", tiny_model, *again, "--temperature", "0").records
    assert "guessed" not in summary
    assert not any("guessed" in step for step in plain)


def test_every_token_is_a_record_and_the_last_line_sums_up(vitrine: RunVitrine, tiny_model: Path) -> None:
    *steps, summary = vitrine("generate", tiny_model, *RAW, "--top-k", "5", "--top-p", "1", "--json").records
    first = summary["prompt_tokens"]
    assert [step["position"] for step in steps] == list(range(first, first + 24))
    for step in steps:
        assert without_bytes(step) == STEP_KEYS
        assert all(without_bytes(candidate) == TOP_KEYS for candidate in step["top"])
        assert [candidate["removed_by"] for candidate in step["top"]] == [None] * 5 + ["top-k"] * 11
        assert sum(candidate["processed_p"] for candidate in step["top"]) == pytest.approx(1)
        chosen = step["top"][step["rank"] - 1]
        assert chosen["id"] == step["id"]
        assert chosen["p"] == pytest.approx(math.exp(step["logprob"]))
        assert chosen["processed_p"] == pytest.approx(math.exp(step["processed_logprob"]))
        assert 0 <= step["draw"] < 1
    assert (summary["reason"], summary["tokens"], summary["seed"]) == ("length", 24, 7)
    assert summary["model"] == "tiny"
    assert summary["provider"]["name"] in ("CPU", "CUDA")
    assert summary["tokens_per_second"] > 0
    assert summary["first_token_ms"] > 0


def test_fault_33_text_is_streamed_in_whole_characters(
    vitrine: RunVitrine, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    *steps, _ = vitrine("generate", tiny_model, *RAW, "--json").records
    assert any("bytes" in step for step in steps), "this reply has no half characters to speak of"
    written: list[str] = []
    monkeypatch.setattr(sys.stdout, "write", lambda text: written.append(text) or len(text))
    vitrine("generate", tiny_model, *RAW)
    # Ordinary tokens only: this reply has no control tokens.
    assert "".join(written) == b"".join(map(piece_bytes, steps)).decode(errors="replace") + "\n"
    assert len(written) > len(steps) // 2, "the text came in one go"


def test_the_same_seed_and_settings_give_the_same_reply(vitrine: RunVitrine, tiny_model: Path) -> None:
    first, second = (vitrine("generate", tiny_model, *RAW).output for _ in range(2))
    assert first == second
    assert vitrine("generate", tiny_model, *RAW, "--seed", "8").output != first


@pytest.mark.default_model
def test_the_default_model_gives_the_same_reply_twice(vitrine: RunVitrine) -> None:
    asked = ("--prompt", "Why is the sky blue?", "--max-tokens", "16", "--seed", "4", "--provider", "cpu")
    first, second = (vitrine("generate", *asked).output for _ in range(2))
    assert first == second
    assert len(first.split()) > 5


def test_a_seed_that_was_not_given_is_told(vitrine: RunVitrine, tiny_model: Path) -> None:
    asked = ("--raw", "--prompt", "water", "--max-tokens", "12", "--json")
    *steps, summary = vitrine("generate", tiny_model, *asked).records
    *again, _ = vitrine("generate", tiny_model, *asked, "--seed", str(summary["seed"])).records
    assert [step["id"] for step in again] == [step["id"] for step in steps]


def test_no_tokens_read_the_prompt_only(vitrine: RunVitrine, tiny_model: Path) -> None:
    [summary] = vitrine(
        "generate", tiny_model, "--raw", "--prompt", "water", "--max-tokens", "0", "--json"
    ).records
    assert summary["tokens"] == 0
    assert summary["prompt_tokens"] == 1


def test_the_chat_template_is_used_unless_the_prompt_is_raw(vitrine: RunVitrine, tiny_model: Path) -> None:
    asked = ("--prompt", "water", "--max-tokens", "0", "--json")
    [chat] = vitrine("generate", tiny_model, *asked).records
    [with_system] = vitrine("generate", tiny_model, *asked, "--system", "the sky").records
    [raw] = vitrine("generate", tiny_model, *asked, "--raw").records
    assert raw["prompt_tokens"] < chat["prompt_tokens"] < with_system["prompt_tokens"]


def test_only_the_reply_itself_is_written_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    write = _write_text()
    for position, (piece, channel) in enumerate(
        [
            (b"<think>", "markup"),
            (b"why", "thinking"),
            (b"?", "thinking"),
            (b"</think>", "markup"),
            (b"sky", "final"),
        ]
    ):
        token = Token(5, piece, False, "reply", channel=channel)
        write(Step(1, position, token, 0.0, 0.0, 0.0, 1, 0.0, 0.5, SamplingSettings(), (), 1.0, 1.0))
    write(Stopped(1, "end", 5, 0, 0.0, 0.0, 0.0))
    assert capsys.readouterr() == (
        "sky\n",
        "vitrine: 2 tokens of thinking are not shown; --json shows them.\n",
    )


def interrupt_at(write: int) -> Callable[[str], int]:
    writes = iter(range(1_000_000))

    def count(text: str) -> int:
        if next(writes) == write:
            signal.raise_signal(signal.SIGINT)
        return len(text)

    return count


def test_ctrl_c_stops_the_reply_and_ends_the_line(
    vitrine: RunVitrine, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(sys.stdout, "write", interrupt_at(3))
    outcome = vitrine("generate", tiny_model, "--raw", "--prompt", "the sky", "--seed", "7")
    assert outcome.status == 130
    assert outcome.complaint == ""
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_ends_the_command(
    vitrine: RunVitrine, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(text: str) -> int:
        signal.raise_signal(signal.SIGINT)
        return len(text)

    monkeypatch.setattr(sys.stdout, "write", interrupt)
    outcome = vitrine("generate", tiny_model, "--raw", "--prompt", "the sky", "--seed", "7")
    assert outcome.status == 130
    assert outcome.complaint == ""


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["xyzzy.gguf", "--prompt", "x"], 1, "“xyzzy.gguf” does not exist. Check the path."),
        ([__file__, "--prompt", "x"], 1, "“test_generate.py” is not a model file: it is plain text."),
        (["--raw", "--prompt", "x", "--system", "y"], 2, "--system has no place in a raw prompt."),
        (["--prompt", "x", "--temperature", "0,8"], 2, "“0,8” is not a number; write the decimal point"),
        (["--prompt", "x", "--top-p", "1.5"], 2, "argument --top-p: 1.5 is outside 0 to 1"),
        (["--prompt", "x", "--max-tokens", "-1"], 2, "argument --max-tokens: -1 is outside 0 to"),
        ([], 2, "the following arguments are required: --prompt"),
    ],
    ids=lambda value: " ".join(value)[-40:] if isinstance(value, list) else "",
)
def test_errors_are_one_line(vitrine: RunVitrine, arguments: list[str], status: int, sentence: str) -> None:
    outcome = vitrine("generate", *arguments)
    assert outcome.status == status
    assert outcome.output == ""
    assert sentence in outcome.complaint
    assert outcome.complaint.count("\n") == 1


def test_fault_34_a_prompt_longer_than_the_context_is_told_with_both_lengths(
    vitrine: RunVitrine, tiny_model: Path
) -> None:
    outcome = vitrine("generate", tiny_model, "--raw", "--prompt", "!" * 5000)
    assert outcome.status == 1
    assert "5,000 tokens" in outcome.complaint
    assert "4,096" in outcome.complaint
