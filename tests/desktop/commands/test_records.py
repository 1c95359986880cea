"""Tokens as JSON, and text that is safe for a terminal."""

from __future__ import annotations

import json

import pytest

from desktop.commands.records import json_line, piece_record, printable, step_record, summary_record
from inference.contract import Candidate, Generate, Loaded, ProviderChoice, RawPrompt, Step, Stopped, Token
from inference.sampling.settings import SamplingSettings
from tests.sample_report import REPORT

SETTINGS = SamplingSettings()


def test_a_piece_of_whole_characters_has_no_bytes() -> None:
    assert piece_record("né\n".encode()) == {"piece": "né\n"}


def test_fault_33_a_piece_that_is_half_a_character_has_its_bytes() -> None:
    assert piece_record(b" \xc3") == {"piece": " \ufffd", "bytes": "20c3"}


def test_a_step_has_the_keys_that_are_documented() -> None:
    top = (Candidate(7, b"a", 0.5, 1.0, None), Candidate(3, b"\xff", 0.25, 0.0, "top-k"))
    step = Step(1, 4, Token(7, b"a", False), 2.0, -0.5, 0.0, 1, 1.5, 0.25, SETTINGS, top, 1.0, 2.0)
    assert json.loads(json_line(step_record(step))) == {
        "position": 4,
        "id": 7,
        "piece": "a",
        "logit": 2.0,
        "logprob": -0.5,
        "processed_logprob": 0.0,
        "rank": 1,
        "entropy": 1.5,
        "draw": 0.25,
        "top": [
            {"id": 7, "piece": "a", "p": 0.5, "processed_p": 1.0, "removed_by": None},
            {"id": 3, "piece": "\ufffd", "bytes": "ff", "p": 0.25, "processed_p": 0.0, "removed_by": "top-k"},
        ],
    }


def test_a_token_on_another_channel_says_so() -> None:
    step = Step(
        1, 4, Token(7, b"a", False, channel="analysis"), 2.0, -0.5, 0.0, 1, 1.5, 0.25, SETTINGS, (), 1.0, 2.0
    )
    assert step_record(step)["channel"] == "analysis"


LOADED = Loaded(
    name="Tiny",
    architecture="llama",
    parameters=1,
    precision="8-bit blocks of 32",
    layers=1,
    heads=1,
    vocabulary=(b"a",),
    special_ids=frozenset(),
    end_ids=frozenset(),
    context=8,
    provider=ProviderChoice("CPU", "chosen", "a processor", 2),
    chat_template=None,
    load_ms=12.5,
    imported=False,
    folder="bundle",
    report=REPORT,
)
COMMAND = Generate(1, RawPrompt("x"), SETTINGS, 7)


def test_the_speed_leaves_the_first_token_out() -> None:
    record = summary_record(LOADED, COMMAND, 10, Stopped(1, "end", 5, 10, 20.0, 30.0, 40.0))
    assert record["tokens_per_second"] == 100.0  # 4 tokens in 40 ms
    assert record["prefill_tokens_per_second"] == 500.0  # 10 tokens in 20 ms
    assert record["first_token_ms"] == 30.0
    assert "position" not in record
    assert json.loads(json_line(record)) == record


@pytest.mark.parametrize("tokens", [0, 1])
def test_speeds_that_were_not_measured_are_null(tokens: int) -> None:
    first_token_ms = 30.0 if tokens else 0.0
    record = summary_record(LOADED, COMMAND, 10, Stopped(1, "stopped", tokens, 0, 0.0, first_token_ms, 0.0))
    assert record["tokens_per_second"] is None
    assert record["prefill_tokens_per_second"] is None
    assert record["first_token_ms"] == (30.0 if tokens else None)


def test_numbers_that_json_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_line({"logprob": float("-inf")})


def test_a_terminal_gets_no_control_characters() -> None:
    assert printable("a\tb\n\x1b[31mred\x07\x9b") == "a\tb\n⟨U+001B⟩[31mred⟨U+0007⟩⟨U+009B⟩"
