"""The comparison's arithmetic on numbers that can be checked by hand, and a run on a tiny model without peers."""

from __future__ import annotations

from pathlib import Path

from inference.bench.comparison import Plan, compare, speed_row, with_goal
from inference.bench.rows import Goal
from tests.models.tiny_gguf import write_tiny_llama


def test_the_ratio_is_the_median_over_rounds_not_of_the_medians() -> None:
    row = speed_row("prefill", 100, "the other", 100, ([1.0, 2.0, 4.0], [3.0, 2.0, 2.0]))
    assert (row.ours, row.theirs, row.rounds) == (50.0, 50.0, 3)
    assert row.ratio == 1.0  # of 3, 1 and one half


def test_the_configuration_that_is_hardest_to_beat_has_the_goal() -> None:
    slow = speed_row("decode", 8, "slow", 1, ([1.0], [2.0]))
    fast = speed_row("decode", 8, "fast", 1, ([1.0], [1.0]))
    assert [(one.goal, one.reached) for one in with_goal([slow, fast], Goal(1.1))] == [
        (None, None),
        (Goal(1.1), False),
    ]
    assert with_goal([], Goal(1.1)) == []


def test_a_goal_is_a_least_or_a_most() -> None:
    assert Goal(1.1).is_reached(1.1)
    assert not Goal(1.1).is_reached(1.0)
    assert Goal(1.5, most=True).is_reached(1.5)
    assert not Goal(1.5, most=True).is_reached(1.6)


def test_without_peers_there_remain_the_floor_and_the_second_turn(tmp_path: Path) -> None:
    model = write_tiny_llama(tmp_path / "tiny.gguf", context=2048)
    told: list[str] = []
    plans = [Plan(512, 2, True, 1), Plan(8000, 1, False, 1)]
    found = compare(model, None, tmp_path, lambda task, done, total: told.append(task), plans=plans)
    assert [row.measure for row in found.rows] == ["decode step", "first token of a second turn"]
    assert 0 < found.second_turn.new_tokens < 100
    assert found.rows[0].theirs == found.step_bytes.total / found.bandwidth * 1000
    assert len(found.absent) == 2
    assert "Measuring Vitrine at 512 tokens" in told
    # The longest prompt leaves the tiny model no room.
    assert "Measuring Vitrine at 8,000 tokens" not in told
