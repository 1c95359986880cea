"""The functions that networks apply to single numbers, by the operators that compute them.

Knows nothing about graphs but for the attributes of a node.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import onnx

from models.anatomy.shapes import attribute

_BOUND = 709.0
"""Beyond it the exponential of a 64-bit number overflows."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function of a number.

    Args:
        name: as people call it.
        parameter: what it has besides, as alpha or a bound; NaN for none.
    """

    name: str
    parameter: float = math.nan

    def __call__(self, value: float) -> float:
        """The function of a number; NaN of NaN."""
        return math.nan if math.isnan(value) else _COMPUTED[self.name](value, self.parameter)


def sigmoid(value: float) -> float:
    """1 / (1 + e⁻ˣ)."""
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-min(value, _BOUND)))
    grown = math.exp(max(value, -_BOUND))
    return grown / (1.0 + grown)


def _gelu(value: float, _: float) -> float:
    if math.isinf(value):
        return value if value > 0 else 0.0
    return 0.5 * value * (1.0 + math.erf(value / math.sqrt(2.0)))


def _gelu_tanh(value: float, _: float) -> float:
    if math.isinf(value):
        return value if value > 0 else 0.0
    return 0.5 * value * (1.0 + math.tanh(math.sqrt(2.0 / math.pi) * (value + 0.044715 * value**3)))


def _times_sigmoid(value: float, alpha: float) -> float:
    if value == -math.inf:
        return 0.0
    return value * sigmoid(value if math.isnan(alpha) else alpha * value)


_COMPUTED: Mapping[str, Callable[[float, float], float]] = {
    "SiLU": _times_sigmoid,
    "QuickGELU": _times_sigmoid,
    "GELU": _gelu,
    "GELU (tanh)": _gelu_tanh,
    "ReLU": lambda value, _: max(value, 0.0),
    "LeakyReLU": lambda value, alpha: value if value >= 0 else alpha * value,
    "ELU": lambda value, alpha: value if value >= 0 else alpha * math.expm1(value),
    "tanh": lambda value, _: math.tanh(value),
    "sigmoid": lambda value, _: sigmoid(value),
    "softplus": lambda value, _: max(value, 0.0) + math.log1p(math.exp(-abs(value))),
    "soft cap": lambda value, bound: bound * math.tanh(value / bound),
}


def function_of(node: onnx.NodeProto) -> Function | None:
    """The function that a node computes of each number it is given; ``None`` where it computes none that is known."""
    if len(list(filter(None, node.input))) != 1:
        return None  # some operators can add an offset first
    match node.op_type:
        case "QuickGelu":
            alpha = float(attribute(node, "alpha", 1.702))
            return Function("SiLU") if alpha == 1 else Function("QuickGELU", alpha)
        case "Swish":
            alpha = float(attribute(node, "alpha", 1.0))
            return Function("SiLU") if alpha == 1 else Function("QuickGELU", alpha)
        case "Gelu":
            return Function("GELU (tanh)" if attribute(node, "approximate", b"none") == b"tanh" else "GELU")
        case "FastGelu":
            return Function("GELU (tanh)")
        case "LeakyRelu":
            return Function("LeakyReLU", float(attribute(node, "alpha", 0.01)))
        case "Elu":
            return Function("ELU", float(attribute(node, "alpha", 1.0)))
    plain = {"Relu": "ReLU", "Tanh": "tanh", "Sigmoid": "sigmoid", "Softplus": "softplus"}
    return Function(plain[node.op_type]) if node.op_type in plain else None
