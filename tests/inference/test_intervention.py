"""What is muted is told apart by what it says, toggled, and kept as plain values.

Knows nothing about models.
"""

from __future__ import annotations

import json

import pytest

from inference.intervention import NOTHING, Intervention


def test_toggling_mutes_and_unmutes() -> None:
    once = NOTHING.toggled_heads([(3, 1), (0, 2)])
    assert once.heads == ((0, 2), (3, 1))
    assert once.toggled_heads([(3, 1)]).heads == ((0, 2),)
    # Some are muted already: the rest is too.
    assert once.toggled_heads([(3, 1), (3, 2)]).heads == ((0, 2), (3, 1), (3, 2))
    assert NOTHING.toggled_attention(4).toggled_mlp(2).toggled_cover(7) == Intervention((), (4,), (2,), (7,))
    assert NOTHING.toggled_cover(7).toggled_cover(7) == NOTHING


def test_nothing_is_false_and_everything_is_counted() -> None:
    assert not NOTHING
    assert Intervention(covered=(0,))
    assert len(Intervention(((0, 1), (1, 1)), (3,), (2,), (9,))) == 5


def test_kept_and_read_again() -> None:
    some = Intervention(((0, 1), (2, 3)), (1,), (), (5, 6))
    assert Intervention.from_fact(json.loads(json.dumps(some.to_fact()))) == some
    assert NOTHING.to_fact() == {}


@pytest.mark.parametrize("number", [49])
@pytest.mark.parametrize(
    "fact",
    [
        None,
        3,
        [],
        {"heads": 1, "mlp": "x"},
        {"heads": [[1], [1, "2"], [True, 1], [-1, 0]], "covered": [True, None]},
    ],
)
def test_fault(number: int, fact: object) -> None:
    assert Intervention.from_fact(fact) == NOTHING
