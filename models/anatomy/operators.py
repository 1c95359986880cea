"""What kinds of operators there are, for counting what they cost and telling what they are for.

Knows nothing about graphs.
"""

from __future__ import annotations

from collections.abc import Mapping


def named(names: str) -> frozenset[str]:
    """Operators by their names with spaces between."""
    return frozenset(names.split())


RANDOM = frozenset(("RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Bernoulli"))

PRODUCTS = named(
    "MatMul Gemm FusedMatMul FusedGemm GemmFastGelu MatMulNBits MatMulInteger MatMulIntegerToFloat "
    "QLinearMatMul QGemm DynamicQuantizeMatMul TransposeMatMul"
)
"""Operators that multiply by a matrix."""

CONVOLUTIONS = frozenset(("Conv", "FusedConv", "ConvInteger", "QLinearConv", "NhwcConv"))

ATTENTION_KERNELS = frozenset(("GroupQueryAttention", "MultiHeadAttention", "Attention"))
"""Operators that compute a whole attention."""

NORMS: Mapping[str, int] = {
    "LayerNormalization": 7,
    "SkipLayerNormalization": 8,
    "SimplifiedLayerNormalization": 4,
    "SkipSimplifiedLayerNormalization": 5,
    "RMSNormalization": 4,
    "InstanceNormalization": 7,
    "GroupNormalization": 7,
    "BatchNormalization": 2,
    "LpNormalization": 4,
}
"""Operations for each element of a norm."""

SUMMING_NORMS = frozenset(("SkipLayerNormalization", "SkipSimplifiedLayerNormalization"))
"""Those that add their first two inputs before they norm."""

BY_ELEMENT: Mapping[str, int] = {
    **dict.fromkeys(
        named(
            "Add Sub Mul Div Pow Mod Neg Abs Sqrt Exp Log Tanh Sigmoid Erf Relu LeakyRelu Elu Gelu FastGelu "
            "QuickGelu BiasGelu HardSigmoid HardSwish Swish Mish Softplus Softsign Clip Min Max Sum Mean "
            "Reciprocal Sin Cos Floor Ceil Round Sign Where Equal Less LessOrEqual Greater GreaterOrEqual Not And "
            "Or Xor IsNaN IsInf PRelu BitwiseAnd BitwiseOr"
        ),
        1,
    ),
    **dict.fromkeys(("Softmax", "LogSoftmax"), 4),
    **dict.fromkeys(("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"), 2),
    **dict.fromkeys(("RotaryEmbedding", "RandomNormal"), 3),
    **NORMS,
}
"""Operations for each element of the result."""

REDUCING = named(
    "ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL2 ReduceSumSquare CumSum ArgMax ArgMin "
    "TopK GlobalAveragePool GlobalMaxPool"
)
"""One operation for each element of what they take."""

POOLING = frozenset(("MaxPool", "AveragePool"))

LOOK_UPS = frozenset(("Gather", "GatherBlockQuantized", "GatherElements", "GatherND", "Slice"))
"""They read of a table what they hand on, in the bytes it is kept in."""

MOVING = named(
    "Reshape Transpose Concat Split Squeeze Unsqueeze Flatten Identity Cast CastLike Expand Shape Size "
    "Constant Tile ConstantOfShape Range Pad ScatterND ScatterElements Trilu Dropout NonZero OneHot "
    "Compress TensorScatter SplitToSequence DepthToSpace SpaceToDepth ReverseSequence MemcpyToHost "
    "MemcpyFromHost Resize"
)

TABLES_OF_KERNELS: Mapping[str, tuple[int, ...]] = {"GroupQueryAttention": (7, 8), "RotaryEmbedding": (2, 3)}
"""Inputs that are tables with a row a position."""

EXPERTS = frozenset(("MoE", "QMoE"))
"""Operators that compute a whole mixture of experts."""
