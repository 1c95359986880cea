"""Wirings as JSON, and what graphs are fed by them."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from models.feeds import Feeds
from models.wiring import BodyInput, CacheTensor, Role, Wiring

INPUTS = tuple(
    BodyInput(role.name.lower(), role, "bool" if role is Role.USE_CACHE else "int64", rank)
    for role, rank in (
        (Role.IDS, 2),
        (Role.ATTENTION_MASK, 2),
        (Role.POSITIONS, 2),
        (Role.LAST_POSITION, 2),
        (Role.TOTAL_LENGTH, 0),
        (Role.PAST_LENGTH, 1),
        (Role.USE_CACHE, 1),
        (Role.LOGITS_TO_KEEP, 0),
        (Role.TOKEN_TYPES, 2),
    )
)

EXPECTED = {
    "ids": [[7, 8]],
    "attention_mask": [[1, 1, 1, 1, 1]],
    "positions": [[3, 4]],
    "last_position": [[4]],
    "total_length": 5,
    "past_length": [3],
    "use_cache": [True],
    "logits_to_keep": 0,
    "token_types": [[0, 0]],
}


def wiring() -> Wiring:
    caches = (CacheTensor("past", "present", "both", 4, 8), CacheTensor("p", "q", "key", 2, 16, 40))
    fields = {"in_place": True, "hidden_rank": 3, "hidden_width": 64, "head_rank": 2}
    texts = (
        "cache_dtype",
        "hidden",
        "hidden_dtype",
        "head_input",
        "head_output",
        "logits_dtype",
        "query_dtype",
    )
    return Wiring(inputs=INPUTS, caches=caches, **fields, **{name: name for name in texts}, masks=(("m", 4),))


def test_a_wiring_survives_json() -> None:
    for one in (wiring(), dataclasses.replace(wiring(), masks=(), in_parts=False, rows_apart=True)):
        assert Wiring.from_dict(json.loads(json.dumps(one.to_dict()))) == one


@pytest.mark.parametrize("wrong", [{"role": "nonsense"}, {"unknown": 1}])
def test_a_damaged_wiring_is_refused(wrong: dict[str, object]) -> None:
    fields = wiring().to_dict()
    fields["inputs"][0] |= wrong
    with pytest.raises((ValueError, TypeError)):
        Wiring.from_dict(fields)


def test_every_role_has_its_array() -> None:
    assert {one.role for one in INPUTS} == set(Role)
    feeds = Feeds(INPUTS, 10).several(np.array([7, 8]), 3)
    assert {name: array.tolist() for name, array in feeds.items()} == EXPECTED
    assert {str(array.dtype) for array in feeds.values()} == {"int64", "bool"}


def test_single_tokens_are_fed_as_several_are_in_memory_that_stays() -> None:
    feeds = Feeds(INPUTS, 10)
    growing = set(feeds.growing)
    assert growing == {"attention_mask"}
    places: dict[str, int] = {}
    for position, token in ((0, 5), (1, 6), (9, 7), (4, 8)):
        single = feeds.single(token, position)
        several = Feeds(INPUTS, 10).several(np.array([token]), position)
        assert {name: array.tolist() for name, array in single.items()} == {
            name: array.tolist() for name, array in several.items()
        }
        for name, array in single.items():
            assert array.flags.c_contiguous
            if name not in growing:
                assert places.setdefault(name, array.ctypes.data) == array.ctypes.data


def test_types_and_axes_are_those_that_the_graph_declares() -> None:
    inputs = (
        BodyInput("ids", Role.IDS, "int32", 1),
        BodyInput("mask", Role.ATTENTION_MASK, "float32", 4),
        BodyInput("positions", Role.POSITIONS, "int32", 1),
    )
    feeds = Feeds(inputs, 10).several(np.array([7, 8]), 3)
    assert [(array.dtype.name, array.shape) for array in feeds.values()] == [
        ("int32", (2,)),
        ("float32", (1, 1, 1, 5)),
        ("int32", (2,)),
    ]
