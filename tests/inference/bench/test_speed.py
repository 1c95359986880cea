"""Measuring: which prompt lengths, how long, and medians. How fast anything is belongs to `tests.benchmarks`.

Knows nothing about how figures are shown.
"""

from __future__ import annotations

from pathlib import Path

from inference.bench.speed import DECODE_TOKENS, Speed, measure, median_speed, prompt_ids
from models.bundle import Bundle
from tests.models.tiny_gguf import write_tiny_llama


def test_each_figure_has_its_own_median() -> None:
    runs = [Speed(8, True, 1.0, 30.0, 5.0), Speed(8, True, 2.0, 10.0, 4.0), Speed(8, True, 3.0, 20.0, 9.0)]
    assert median_speed(runs) == Speed(8, True, 2.0, 20.0, 5.0)


def test_a_prompt_has_the_length_asked_for_and_begins_as_the_text_does(tiny_bundle: Bundle) -> None:
    tokenizer = tiny_bundle.tokenizer()
    assert [len(prompt_ids(tokenizer, count)) for count in (1, 128, 2048)] == [1, 128, 2048]
    assert tokenizer.decode(prompt_ids(tokenizer, 64)).startswith("Every after")


def test_lengths_without_room_for_a_reply_are_left_out(tmp_path: Path) -> None:
    small = write_tiny_llama(tmp_path / "small.gguf", context=64)
    told: list[tuple[int, int]] = []
    lengths = (16, 64 - DECODE_TOKENS, 128)
    found = measure(small, "cpu", 2, lambda done, total: told.append((done, total)), lengths)
    assert [(speed.context, speed.captured) for speed in found.speeds] == [(16, True), (16, False)]
    # Two kinds at one length, twice and once more to warm up.
    assert told == [(done, 6) for done in range(1, 7)]
    assert found.provider.name == "CPU"
    assert found.load_ms > 0
