"""How numbers and neurons are put into words."""

from __future__ import annotations

import math

import pytest

from desktop.panels.formula.wording import (
    column_text,
    decimals_for,
    group_title,
    layer_title,
    neuron_title,
    number_text,
    signed_text,
    source_sentence,
    subscript,
    term_title,
)
from desktop.session import Session
from inference.formula.contract import NeuronLayer


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.25, "−0.2500"),
        (12.5, "12.50"),
        (0.0, "0"),
        (math.nan, "NaN"),
        (-math.inf, "−∞"),
        (1e-9, "1.000 × 10⁻⁹"),
    ],
)
def test_numbers_have_the_signs_of_people(value: float, text: str) -> None:
    assert number_text(value) == text


def test_signs_and_indices() -> None:
    assert signed_text(0.5) == "+0.5000"
    assert signed_text(-0.5) == "−0.5000"
    assert subscript(1035) == "₁₀₃₅"


def test_numbers_of_a_column_stand_below_each_other() -> None:
    decimals = decimals_for(15.3, 6)
    assert decimals == 4
    assert [column_text(one, decimals, 6) for one in (15.3, -0.00123)] == ["15.3000", "−0.0012"]
    assert decimals_for(3e-9, 6) is None
    assert column_text(3e-9, None, 2) == "3.0 × 10⁻⁹"


def test_layers_and_terms_have_names() -> None:
    projection = NeuronLayer(
        "body", "output projection", 3, "layers.3.o", neurons=6, inputs=12, input_heads=3
    )
    assert (group_title(projection), layer_title(projection)) == ("Block 3", "Output projection")
    assert term_title(projection, 9) == "in₉, head 2, entry 1"
    plain = NeuronLayer("graph", "", -1, "dense\u202e/MatMul", inputs=4)
    assert "\u202e" not in group_title(plain)
    assert group_title(plain).startswith("dense")
    assert term_title(plain, 2) == "in₂"


@pytest.mark.parametrize(
    ("part", "heads", "said"),
    [
        ("down projection", 0, "entry 23 of the residual stream"),
        ("output projection", 0, "entry 23 of the residual stream"),
        ("query projection", 4, "entry 3 of head 2"),
        ("key projection", 0, "output 23"),
        ("gate projection", 0, "neuron 23"),
        ("gate and up projections", 0, "neuron 23"),
        ("", 0, "neuron 23"),
    ],
)
def test_only_the_mlp_has_neurons(session: Session, part: str, heads: int, said: str) -> None:
    layer = NeuronLayer("body", part, 0, "one", neurons=40, inputs=4, heads=heads)
    assert neuron_title(session, layer, 23) == said


def test_the_head_of_the_model_is_told_from_those_of_attention() -> None:
    head = NeuronLayer("head", "head", -1, "head", neurons=9, inputs=4, source="final norm")
    assert group_title(head) == "Logits (head)"
    assert source_sentence(head) == "The inputs are the residual stream after the final norm."
