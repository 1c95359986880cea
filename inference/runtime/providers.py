"""Which execution provider runs a model on this machine, and why.

Knows nothing about any model. A session that is asked for CUDA and cannot have it becomes a CPU session
without a word; here every step is checked and the reason kept.
"""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import onnxruntime
import psutil

from inference.contract import ProviderChoice
from models.errors import VitrineError

if TYPE_CHECKING:
    from models.weights.stored_tensor import StoredTensor

# Whatever goes wrong is raised as well, and told in a sentence; the runtime's own lines would come beside it.
onnxruntime.set_default_logger_severity(4)


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider that works here.

    Args:
        choice: what to tell people.
        sessions: the providers argument of a session.
        device_type: where its arrays lie, in the runtime's words.
        device_id: which of several.
        weights: that take the place of those in files, in every session that has them, by name.
    """

    choice: ProviderChoice
    sessions: list[Any]
    device_type: Literal["cpu", "cuda"]
    device_id: int = 0
    weights: Mapping[str, StoredTensor] = field(default_factory=dict, repr=False)


def choose_provider(wanted: Literal["auto", "cpu", "cuda"]) -> Provider:
    """Find the provider to use.

    Args:
        wanted: ``"auto"`` takes CUDA where it works, otherwise the CPU.

    Raises:
        VitrineError: CUDA was demanded and does not work; the reason is in it.
    """
    if wanted == "cpu":
        return cpu_because("chosen")
    device, obstacle = _cuda_device()
    if obstacle is None:
        options = {"device_id": 0, "use_tf32": 0, "arena_extend_strategy": "kSameAsRequested"}
        choice = ProviderChoice("CUDA", "GPU found", device, 1)
        return Provider(choice, [("CUDAExecutionProvider", options), "CPUExecutionProvider"], "cuda")
    if wanted == "cuda":
        raise VitrineError("no-cuda", f"CUDA cannot be used: {obstacle}.", "Choose the CPU, or mend that.")
    return cpu_because(obstacle)


def thread_count() -> int:
    """Threads of one operator: as many as there are processor cores that this process may use."""
    physical = psutil.cpu_count(logical=False) or 1
    try:
        return max(1, min(physical, len(psutil.Process().cpu_affinity())))
    except AttributeError:  # macOS has no affinity
        return physical


def cpu_because(reason: str) -> Provider:
    """The CPU.

    Args:
        reason: why it was chosen, one clause for people.
    """
    choice = ProviderChoice("CPU", reason, _processor_name(), thread_count())
    return Provider(choice, ["CPUExecutionProvider"], "cpu")


def _cuda_device() -> tuple[str, str | None]:
    """Name of the GPU, and what stands in the way of using it (``None``: nothing)."""
    if _both_runtimes_installed():
        return "", "both onnxruntime and onnxruntime-gpu are installed; uninstall both, install one"
    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        return "", "this onnxruntime was built without CUDA"
    import pynvml

    try:
        pynvml.nvmlInit()
        try:
            if pynvml.nvmlDeviceGetCount() == 0:
                return "", "the CUDA driver sees no GPU"
            name = pynvml.nvmlDeviceGetName(pynvml.nvmlDeviceGetHandleByIndex(0))
        finally:
            pynvml.nvmlShutdown()
    except pynvml.NVMLError as error:
        not_there = (pynvml.NVML_ERROR_LIBRARY_NOT_FOUND, pynvml.NVML_ERROR_DRIVER_NOT_LOADED)
        known = getattr(error, "value", None) in not_there
        return "", "no CUDA driver found" if known else f"the CUDA driver says: {error}"
    return str(name), _probe()


def _probe() -> str | None:
    """Run something on CUDA with every fallback disabled; what went wrong, if anything did."""
    onnxruntime.preload_dlls()
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    try:
        session = onnxruntime.InferenceSession(
            _probe_graph(), options, providers=["CUDAExecutionProvider"], enable_fallback=0
        )
        if session.get_providers()[0] != "CUDAExecutionProvider":
            return "CUDA's libraries could not be loaded (onnxruntime-gpu wants those of CUDA 13)"
        value = onnxruntime.OrtValue.ortvalue_from_shape_and_type([1], 1, "cuda", 0)
        binding = session.io_binding()
        binding.bind_ortvalue_input("x", value)
        binding.bind_output("y", "cpu")
        session.run_with_iobinding(binding)
    except Exception as error:  # the runtime raises many kinds, some of them bare RuntimeErrors
        return f"a trial on the GPU failed ({str(error).strip().splitlines()[0][:160]})"
    return None


def _probe_graph() -> bytes:
    import onnx_ir as ir

    x = ir.val("x", ir.DataType.FLOAT, [1])
    node = ir.node("Abs", [x])
    y = node.outputs[0]
    y.name, y.dtype, y.shape = "y", ir.DataType.FLOAT, ir.Shape([1])
    graph = ir.Graph([x], [y], nodes=[node], opset_imports={"": 21}, name="probe")
    return ir.to_proto(ir.Model(graph, ir_version=10)).SerializeToString()


def _both_runtimes_installed() -> bool:
    """Whether the two packages that unpack into one folder are both there; either may then be broken."""
    installed = 0
    for name in ("onnxruntime", "onnxruntime-gpu"):
        try:
            importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        installed += 1
    return installed == 2


def _processor_name() -> str:
    cpu_facts = Path("/proc/cpuinfo")
    if cpu_facts.is_file():
        for line in cpu_facts.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def runtime_version() -> str:
    """Version of onnxruntime."""
    return str(onnxruntime.__version__)
