"""Typed access to metadata gives the value or names key, value and what was wanted."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.errors import ModelFileError
from models.gguf.metadata import Metadata

METADATA = Metadata(
    {
        "layers": 30,
        "epsilon": 1e-5,
        "name": "Ana\u202e",
        "sure": True,
        "words": ["a", "b"],
        "types": np.array([1, 3], np.int32),
        "scores": np.array([0.5], np.float32),
        "endless": math.inf,
        "large": np.array([1 << 63], np.uint64),
        "odd": np.array([1, math.nan], np.float32),
    }
)


def test_values_of_the_right_type_are_given() -> None:
    assert METADATA.integer("layers", 1, 100) == 30
    assert METADATA.real("epsilon", 0, 1) == 1e-5
    assert METADATA.real("layers", 0, 100) == 30.0
    assert METADATA.flag("sure") is True
    assert METADATA.texts("words") == ["a", "b"]
    assert METADATA.integers("types").tolist() == [1, 3]
    assert METADATA.integers("types").dtype == np.int64
    assert METADATA.reals("types").tolist() == [1.0, 3.0]
    assert METADATA.reals("scores").dtype == np.float64
    assert METADATA.section("rope") is None


def test_defaults_stand_in_for_missing_keys() -> None:
    assert METADATA.integer("heads", 1, 8, default=4) == 4
    assert METADATA.real("base", 1, 1e9, default=10_000.0) == 10_000.0
    assert METADATA.text("model", "none") == "none"
    assert METADATA.flag("begin", default=False) is False


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (lambda: METADATA.integer("heads", 1, 8), "no “heads”"),
        (lambda: METADATA.integer("layers", 1, 8), "“layers” in the model file is 30, not a whole number"),
        (lambda: METADATA.integer("sure", 0, 8), "“sure” in the model file is True"),
        (lambda: METADATA.integer("epsilon", 0, 8), "1e-05"),
        (lambda: METADATA.real("endless", 0, 8), "inf"),
        (lambda: METADATA.real("name", 0, 8), "not a number"),
        (lambda: METADATA.text("layers"), "not a text"),
        (lambda: METADATA.flag("layers"), "not true or false"),
        (lambda: METADATA.texts("types"), "2 values, not a list of texts"),
        (lambda: METADATA.integers("scores"), "1 values, not a list of whole numbers"),
        (lambda: METADATA.integers("words"), "['a', 'b'], not a list of whole numbers"),
        (lambda: METADATA.integers("large"), "1 values"),
        (lambda: METADATA.reals("words"), "['a', 'b'], not a list of numbers"),
        (lambda: METADATA.reals("odd"), "2 values, not a list of numbers"),
    ],
)
def test_what_is_wrong_is_named(read, said: str) -> None:
    with pytest.raises(ModelFileError) as caught:
        read()
    assert caught.value.case == "bad-metadata"
    assert said in caught.value.what


def test_fault_38_shown_values_are_escaped() -> None:
    with pytest.raises(ModelFileError) as caught:
        METADATA.integer("name", 0, 1)
    assert "\u202e" not in caught.value.what
