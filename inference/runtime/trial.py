"""A trial of CUDA: its libraries loaded, something run on a GPU with every fallback disabled, and why not if not.

Knows nothing about models or about which GPU is the best.
"""

from __future__ import annotations

import contextlib
import io
import re

import onnxruntime

from inference.runtime.failures import OUT_OF_MEMORY, runtime_failure, what_failed
from inference.runtime.gpus import Gpu

INSTALL_CUDA = "pip install 'vitrine[cuda]'"
"""What brings CUDA's libraries."""

_LOWEST_CAPABILITY = {12: (5, 0), 13: (7, 5)}
"""Major version of CUDA → the oldest GPUs that it makes programs for."""


ROOM_TO_BEGIN = 2**29
"""Bytes: about what CUDA and its libraries take of a GPU before any model is there."""


def wanted_cuda() -> tuple[int, int]:
    """The CUDA that this onnxruntime was built for, as far as a driver has to have it: any of its major version."""
    major = str(getattr(onnxruntime, "cuda_version", "") or "13").partition(".")[0]
    return (int(major), 0)


def lowest_capability() -> tuple[int, int]:
    """The lowest compute capability that this onnxruntime runs on."""
    return _LOWEST_CAPABILITY.get(wanted_cuda()[0], max(_LOWEST_CAPABILITY.values()))


def why_not_on(gpu: Gpu) -> str | None:
    """Run something on a GPU; a clause about what went wrong, ``None`` if nothing did."""
    missing = _load_libraries()
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    try:
        session = onnxruntime.InferenceSession(
            _trial_graph(),
            options,
            providers=[("CUDAExecutionProvider", {"device_id": gpu.number})],
            enable_fallback=0,
        )
        if session.get_providers()[0] != "CUDAExecutionProvider":
            return _without(missing)
        value = onnxruntime.OrtValue.ortvalue_from_shape_and_type([1], 1, "cuda", gpu.number)
        binding = session.io_binding()
        binding.bind_ortvalue_input("x", value)
        binding.bind_output("y", "cpu")
        session.run_with_iobinding(binding)
    except Exception as error:  # the runtime raises many kinds, some of them bare RuntimeErrors
        return _said(error, gpu, missing)
    return None


def _said(error: Exception, gpu: Gpu, missing: list[str]) -> str:
    text = str(error).strip()
    line = what_failed(text)[:160] if text else type(error).__name__
    # A library that has no room to begin with says only that it could not begin.
    no_room = gpu.free < ROOM_TO_BEGIN and "NOT_INITIALIZED" in line
    if no_room or runtime_failure(error).case == OUT_OF_MEMORY:
        return (
            f"the memory of the {gpu.name} is full ({gpu.free / 1e9:.1f} of {gpu.total / 1e9:.1f} GB were free); "
            "close what uses it"
        )
    if missing or "cannot open shared object" in line or "LoadLibrary failed" in line:
        return _without(missing)
    return f"a trial on the {gpu.name} failed ({line})"


def _without(missing: list[str]) -> str:
    major = wanted_cuda()[0]
    named = f" ({', '.join(missing)})" if missing else ""
    return f"CUDA's libraries could not be loaded{named}; bring those of CUDA {major} with: {INSTALL_CUDA}"


def _load_libraries() -> list[str]:
    """Load CUDA's libraries out of their packages; the names of those that are nowhere."""
    said = io.StringIO()
    # The runtime tells what it lacks on standard output, where other programs read our answers.
    with contextlib.redirect_stdout(said):
        # The convolutions' library is left out: nothing here needs it, and it is loaded later where something does.
        onnxruntime.preload_dlls(cudnn=False)
    names = re.findall(r"Failed to load (\S+):", said.getvalue())
    return sorted({re.split(r"[\\/]", name)[-1] for name in names})


def _trial_graph() -> bytes:
    import onnx_ir as ir

    x = ir.val("x", ir.DataType.FLOAT, [1])
    node = ir.node("Abs", [x])
    y = node.outputs[0]
    y.name, y.dtype, y.shape = "y", ir.DataType.FLOAT, ir.Shape([1])
    graph = ir.Graph([x], [y], nodes=[node], opset_imports={"": 21}, name="trial")
    return ir.to_proto(ir.Model(graph, ir_version=10)).SerializeToString()
