"""One value in every format, by hand."""

from __future__ import annotations

import math

import pytest

from desktop.panels.numbers.facts import facts_of, place_text, typed_value
from inference.tensors.contract import QuantizedValue, TensorValue


def test_a_tenth_in_every_format() -> None:
    facts = {one.name: one for one in facts_of(typed_value(0.1))}
    assert facts["FP32"].bits == "0 01111011 10011001100110011001101"
    assert facts["FP16"].bits == "0 01011 1001100110"
    assert facts["FP16"].value == pytest.approx(0.0999755859375)
    assert facts["FP16"].error == pytest.approx(-2.44140625e-05)
    assert facts["BF16"].bits == "0 01111011 1001101"
    assert facts["FP8 E4M3"].value == 0.1015625
    assert (facts["FP8 E4M3"].below, facts["FP8 E4M3"].above) == (0.09375, 0.109375)
    # Alone, it is the largest magnitude of its block: 127 steps.
    assert facts["INT8"].bits == "01111111"
    assert facts["INT8"].above == math.inf


def test_a_quantized_weight_comes_first_as_it_is_stored() -> None:
    found = TensorValue(-0.25, "UINT8", 8, 0, 0, 120, 1.0, QuantizedValue(120, 0.03125, 128.0, 8, 32))
    own, *others = facts_of(found)
    assert (own.element, own.bits, own.value, own.error) == ("UINT8", "01111000", -0.25, 0.0)
    assert (own.below, own.above) == (-0.28125, -0.21875)
    assert others[0].name == "FP32"
    # A 127th of the block's magnitude is a step of INT8: 0.25 is 31.75 of them.
    assert {one.name: one for one in others}["INT8"].bits == "11100000"


def test_a_half_as_stored_has_its_fields_apart() -> None:
    own = facts_of(TensorValue(1.5, "FP16", 16, 1, 5, 0b0_01111_1000000000, 1.5))[0]
    assert (own.sign, own.exponent, own.fraction) == ("0", "01111", "1000000000")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e-45, 0.0, -0.0])
def test_odd_values_have_facts_in_every_format(value: float) -> None:
    facts = {one.name: one for one in facts_of(typed_value(value))}
    if math.isnan(value):
        assert math.isnan(facts["FP32"].value)
        assert math.isnan(facts["INT8"].value)
    elif math.isinf(value):
        assert facts["FP16"].value == value
        assert math.isnan(facts["FP8 E4M3"].value)  # it has no infinities
    else:
        assert facts["FP32"].error == 0 or abs(facts["FP32"].error) < 1e-45
        assert facts["FP32"].sign == ("1" if math.copysign(1, value) < 0 else "0")


@pytest.mark.parametrize(
    ("index", "shape", "said"),
    [
        (379_517, (576, 1_536), "[247, 125]"),
        (5, (576,), "[5]"),
        (1_234_567, (2_000_000,), "[1234567]"),
        (0, (), ""),
        (23, (2, 3, 4), "[1, 2, 3]"),
    ],
)
def test_a_place_has_an_index_for_each_axis(index: int, shape: tuple[int, ...], said: str) -> None:
    assert place_text(index, shape) == said
