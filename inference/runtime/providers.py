"""Which execution provider runs a model on this machine, and why.

Knows nothing about any model. A session that is asked for CUDA and cannot have it becomes a CPU session
without a word; here every step is checked and the reason kept.
"""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import onnxruntime
import psutil

from inference.contract import ProviderChoice
from inference.runtime.gpus import Gpu, NoDriver, driver, visible_gpus
from inference.runtime.trial import lowest_capability, wanted_cuda, why_not_on
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
        own_memory: whether that is memory that only the runtime reaches, so that what is read has to be copied.
        graphs: whether decode steps may be recorded once and replayed.
        weights: that take the place of those in files, in every session that has them, by name.
    """

    choice: ProviderChoice
    sessions: list[Any]
    device_type: Literal["cpu", "cuda"]
    device_id: int = 0
    own_memory: bool = False
    graphs: bool = False
    weights: Mapping[str, StoredTensor] = field(default_factory=dict, repr=False)

    def because(self, reason: str) -> Provider:
        """The same for another reason."""
        return replace(self, choice=replace(self.choice, reason=reason))

    def noting(self, *notes: str) -> Provider:
        """The same with more to tell people."""
        return replace(self, choice=replace(self.choice, notes=(*self.choice.notes, *notes)))


def choose_provider(wanted: str) -> Provider:
    """Find the provider to use.

    Args:
        wanted: as `Load.provider`: ``"auto"`` takes CUDA where it works, otherwise the CPU.

    Raises:
        VitrineError: CUDA was demanded and does not work, the reason is in it; or nothing is called that.
    """
    if wanted == "cpu":
        return cpu_because("chosen")
    number = gpu_number(wanted)
    gpu, obstacle = _cuda_device(number)
    if gpu is not None and obstacle is None:
        return _cuda(gpu, "chosen" if number is not None else "GPU found")
    assert obstacle is not None
    if wanted != "auto":
        raise VitrineError("no-cuda", f"CUDA cannot be used: {obstacle}.", "Choose the CPU, or mend that.")
    return cpu_because(obstacle)


def gpu_number(wanted: str) -> int | None:
    """The GPU that a wish names, ``None`` where it leaves that open.

    Args:
        wanted: as `Load.provider`.

    Raises:
        VitrineError: no provider is called that.
    """
    if wanted in ("auto", "cpu", "cuda"):
        return None
    name, _, number = wanted.partition(":")
    if name == "cuda" and number.isdecimal() and len(number) < 4:
        return int(number)
    raise VitrineError(
        "no-such-provider",
        f"There is no provider “{wanted}”.",
        "Choose auto, cpu, cuda, or one of several GPUs by its number, as cuda:1.",
    )


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


def _cuda(gpu: Gpu, reason: str) -> Provider:
    options = {"device_id": gpu.number, "use_tf32": 0, "arena_extend_strategy": "kSameAsRequested"}
    return Provider(
        ProviderChoice("CUDA", reason, gpu.name, 1),
        [("CUDAExecutionProvider", options), "CPUExecutionProvider"],
        "cuda",
        gpu.number,
        own_memory=True,
        graphs=True,
    )


def _cuda_device(number: int | None) -> tuple[Gpu | None, str | None]:
    """A GPU, and what stands in the way of using it (``None``: nothing)."""
    if _both_runtimes_installed():
        return None, "both onnxruntime and onnxruntime-gpu are installed; uninstall both, install one"
    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        return None, "this onnxruntime was built without CUDA"
    try:
        gpus, found = visible_gpus(), driver()
    except NoDriver as error:
        return None, str(error)
    if not gpus:
        return None, "the CUDA driver sees no GPU"
    if found.cuda < wanted_cuda():
        return None, (
            f"the driver {found.version} runs CUDA {found.cuda[0]}.{found.cuda[1]} at most, and this onnxruntime "
            f"wants CUDA {wanted_cuda()[0]}; update the driver"
        )
    if number is not None and number >= len(gpus):
        return None, f"there is no GPU {number}, only {_listed(gpus)}"
    able = [gpu for gpu in gpus if gpu.capability >= lowest_capability()]
    if number is not None:
        able = [gpu for gpu in able if gpu.number == number]
        gpus = (gpus[number],)
    if not able:
        return None, _too_old(gpus[0])
    gpu = max(able, key=lambda one: one.free)
    return gpu, why_not_on(gpu)


def _too_old(gpu: Gpu) -> str:
    have, want = (".".join(map(str, pair)) for pair in (gpu.capability, lowest_capability()))
    return f"the {gpu.name} has compute capability {have}, and this onnxruntime wants {want} or more"


def _listed(gpus: tuple[Gpu, ...]) -> str:
    return ", ".join(f"{gpu.number} ({gpu.name}, {gpu.free / 1e9:.1f} GB free)" for gpu in gpus)


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
