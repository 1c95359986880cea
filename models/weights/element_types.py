"""The types that numbers of an ONNX tensor can have: their names, their bits, and how those are divided.

Knows nothing about tensors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import ml_dtypes
import numpy as np

Group = Literal["float", "integer", "boolean", "complex", "text"]


@dataclass(frozen=True, slots=True)
class ElementType:
    """One type.

    Args:
        number: of it in ONNX.
        name: for people.
        group: what kind of values it has.
        bits: of one value in memory; 0 for texts.
        dtype: numpy's, or that of ml_dtypes; what is less than a byte is a byte each when read.
        exponent_bits: of a floating-point number.
        fraction_bits: likewise.
    """

    number: int
    name: str
    group: Group
    bits: int
    dtype: np.dtype[Any]
    exponent_bits: int = 0
    fraction_bits: int = 0

    @property
    def sign_bits(self) -> int:
        """1 where the first bit of a floating-point number is a sign."""
        return self.bits - self.exponent_bits - self.fraction_bits if self.group == "float" else 0

    @property
    def numeric(self) -> bool:
        """Whether values can be counted, compared and drawn."""
        return self.group in ("float", "integer", "boolean")


def _type(
    number: int, name: str, group: Group, bits: int, kind: Any, exponent: int = 0, fraction: int = 0
) -> ElementType:
    return ElementType(number, name, group, bits, np.dtype(kind), exponent, fraction)


# https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, TensorProto.DataType
ELEMENT_TYPES: dict[int, ElementType] = {
    one.number: one
    for one in (
        _type(1, "FP32", "float", 32, np.float32, 8, 23),
        _type(2, "UINT8", "integer", 8, np.uint8),
        _type(3, "INT8", "integer", 8, np.int8),
        _type(4, "UINT16", "integer", 16, np.uint16),
        _type(5, "INT16", "integer", 16, np.int16),
        _type(6, "INT32", "integer", 32, np.int32),
        _type(7, "INT64", "integer", 64, np.int64),
        _type(8, "text", "text", 0, object),
        _type(9, "BOOL", "boolean", 8, np.bool_),
        _type(10, "FP16", "float", 16, np.float16, 5, 10),
        _type(11, "FP64", "float", 64, np.float64, 11, 52),
        _type(12, "UINT32", "integer", 32, np.uint32),
        _type(13, "UINT64", "integer", 64, np.uint64),
        _type(14, "complex 64", "complex", 64, np.complex64),
        _type(15, "complex 128", "complex", 128, np.complex128),
        _type(16, "BF16", "float", 16, ml_dtypes.bfloat16, 8, 7),
        _type(17, "FP8 E4M3", "float", 8, ml_dtypes.float8_e4m3fn, 4, 3),
        _type(18, "FP8 E4M3 FNUZ", "float", 8, ml_dtypes.float8_e4m3fnuz, 4, 3),
        _type(19, "FP8 E5M2", "float", 8, ml_dtypes.float8_e5m2, 5, 2),
        _type(20, "FP8 E5M2 FNUZ", "float", 8, ml_dtypes.float8_e5m2fnuz, 5, 2),
        _type(21, "UINT4", "integer", 4, ml_dtypes.uint4),
        _type(22, "INT4", "integer", 4, ml_dtypes.int4),
        _type(23, "FP4 E2M1", "float", 4, ml_dtypes.float4_e2m1fn, 2, 1),
        _type(24, "FP8 E8M0", "float", 8, ml_dtypes.float8_e8m0fnu, 8, 0),
        _type(25, "UINT2", "integer", 2, ml_dtypes.uint2),
        _type(26, "INT2", "integer", 2, ml_dtypes.int2),
        _type(27, "FP6 E2M3", "float", 6, ml_dtypes.float6_e2m3fn, 2, 3),
        _type(28, "FP6 E3M2", "float", 6, ml_dtypes.float6_e3m2fn, 3, 2),
    )
}
"""By their numbers in ONNX."""


def type_of_array(dtype: np.dtype[Any]) -> ElementType | None:
    """The type that arrays of this one have."""
    return next((one for one in ELEMENT_TYPES.values() if one.dtype == dtype), None)
