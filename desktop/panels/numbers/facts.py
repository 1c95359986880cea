"""One value in every number format: its bits, the number they make, the error, and the neighbours.

Knows no widget.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from inference.tensors.contract import TensorValue
from models.number_formats import FLOAT_FORMATS, INTEGER_FORMATS, FloatFormat, IntegerFormat


@dataclass(frozen=True, slots=True)
class FormatFacts:
    """A value in one format.

    Args:
        name: of the format; empty for the one that the file has.
        element: name of the type, where it is the file's own.
        sign: its bit as text; empty where there is none.
        exponent: likewise.
        fraction: likewise; of whole numbers all their bits.
        value: the number that the bits make.
        error: that number less the value.
        below: the next smaller number; NaN where that is not known.
        above: the next larger one.
        scale: of whole numbers, what one step is worth; 0 of others.
    """

    name: str
    sign: str
    exponent: str
    fraction: str
    value: float
    error: float
    below: float
    above: float
    scale: float = 0.0
    element: str = ""

    @property
    def bits(self) -> str:
        """All bits, the fields apart."""
        return " ".join(filter(None, (self.sign, self.exponent, self.fraction)))


def typed_value(number: float) -> TensorValue:
    """A number that a person typed, as if it lay in a tensor by itself."""
    return TensorValue(number, "", 0, 0, 0, 0, abs(number))


def facts_of(found: TensorValue) -> tuple[FormatFacts, ...]:
    """The value in its own format, where it has one, and in all others.

    Args:
        found: the value.
    """
    own = (_own(found),) if found.bits else ()
    floats = tuple(_in_float(one, found.value) for one in FLOAT_FORMATS)
    return (*own, *floats, *(_in_integers(one, found) for one in INTEGER_FORMATS))


def place_text(index: int, shape: tuple[int, ...]) -> str:
    """Where a value is, an index for each axis: ``[247, 125]``; empty for a tensor that is one number.

    Args:
        index: in the order of memory, within the shape.
        shape: of the tensor.
    """
    if not shape:
        return ""
    # Thousands are not set apart: their separator would read like another axis.
    return f"[{', '.join(str(int(one)) for one in np.unravel_index(index, shape))}]"


def _own(found: TensorValue) -> FormatFacts:
    text = f"{found.pattern:0{found.bits}b}"
    first, second = found.sign_bits, found.sign_bits + found.exponent_bits
    below = above = math.nan
    scale = 0.0
    if found.quantized is not None:
        scale = found.quantized.scale
        below, above = sorted((found.value - scale, found.value + scale))
    return FormatFacts(
        "",
        text[:first],
        text[first:second],
        text[second:],
        found.value,
        0.0,
        below,
        above,
        scale,
        found.element,
    )


def _in_float(one: FloatFormat, value: float) -> FormatFacts:
    pattern = one.pattern_of(value)
    text = f"{pattern:0{one.bits}b}"
    made = one.value_of(pattern)
    below, above = one.neighbours(pattern) or (math.nan, math.nan)
    return FormatFacts(
        one.name, text[0], text[1 : 1 + one.exponent_bits], text[1 + one.exponent_bits :], made,
        _difference(made, value), below, above,
    )  # fmt: skip


def _in_integers(one: IntegerFormat, found: TensorValue) -> FormatFacts:
    scale = one.scale_for(found.magnitude if math.isfinite(found.magnitude) else 0.0)
    if not math.isfinite(found.value):
        return FormatFacts(one.name, "", "", "", math.nan, math.nan, math.nan, math.nan, scale)
    integer = one.integer_of(found.value, scale)
    made = integer * scale
    below = made - scale if integer > -one.largest else -math.inf
    above = made + scale if integer < one.largest else math.inf
    text = f"{one.pattern_of(integer):0{one.bits}b}"
    return FormatFacts(one.name, "", "", text, made, made - found.value, below, above, scale)


def _difference(made: float, value: float) -> float:
    if made == value or (math.isnan(made) and math.isnan(value)):
        return 0.0
    return made - value
