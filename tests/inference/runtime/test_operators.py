"""What is refused as an unknown operator is unknown to the runtime too."""

from __future__ import annotations

import onnx.defs
from onnxruntime.capi import onnxruntime_pybind11_state

from models.exports.structure import KNOWN_DOMAINS, RUNTIME_OPERATORS

# Copies between devices, which the runtime adds by itself, and plug-ins of TensorRT's.
INTERNAL = ("Memcpy", "_TRT")


def test_every_operator_of_the_runtime_is_known() -> None:
    schemas = onnxruntime_pybind11_state.get_all_operator_schema()
    assert {one.domain for one in schemas} <= set(KNOWN_DOMAINS)
    unknown = {
        one.name
        for one in schemas
        if not one.domain
        and not any(part in one.name for part in INTERNAL)
        and not onnx.defs.has(one.name)
        and one.name not in RUNTIME_OPERATORS
    }
    assert unknown == set()
