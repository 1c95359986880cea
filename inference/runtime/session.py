"""One session of a graph: opened on the provider that was asked for, run so that it can be interrupted.

Knows nothing about what a graph computes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from inference.runtime.failures import runtime_failure
from inference.runtime.providers import Provider
from models.errors import VitrineError

if TYPE_CHECKING:
    from models.weights.stored_tensor import StoredTensor

THREADS = {
    "session.intra_op.allow_spinning": "1",
    "session.intra_op.spin_duration_us": "10",
    "session.force_spinning_stop": "1",
    # Work is dealt out in pieces, so that a thread the system has put aside holds up less.
    "session.dynamic_block_base": "4",
}
"""How threads wait for work, awake for a moment and then asleep, and share it.

A decode step is some 150 short operations, and waking a sleeping thread for each of them takes a fifth of it. To
spin longer gains nothing, and takes the processor from whoever else needs it: the window, above all.
"""


class Interrupted(Exception):
    """A run was ended from another thread by `Interrupter.interrupt`."""


class Interrupter:
    """Ends the present run of any session that shares it, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: onnxruntime.RunOptions | None = None
        self._interrupted = False

    def interrupt(self) -> None:
        """End the present run, or the next if none is running."""
        with self._lock:
            self._interrupted = True
            if self._running is not None:
                self._running.terminate = True

    def resume(self) -> None:
        """Forget an interruption that has done its work."""
        with self._lock:
            self._interrupted = False

    @property
    def interrupted(self) -> bool:
        """Whether an interruption was asked for and not yet forgotten."""
        return self._interrupted

    @contextmanager
    def run(self) -> Iterator[onnxruntime.RunOptions]:
        """Options for one run.

        Raises:
            Interrupted: the run was, or is to be, interrupted.
            VitrineError: the runtime failed.
        """
        # One that was terminated stays so: each run has its own.
        options = onnxruntime.RunOptions()
        with self._lock:
            if self._interrupted:
                raise Interrupted
            self._running = options
        try:
            yield options
        except Exception as error:  # the runtime's exceptions share no base class but this
            if options.terminate:
                raise Interrupted from None
            raise runtime_failure(error) from error
        finally:
            with self._lock:
                self._running = None


NOT_REPLAYED = -1
"""The runtime's number for a run that is neither recorded nor replayed."""


class Session:
    """A graph ready to run.

    Args:
        graph: path, or the serialised graph.
        provider: where it runs.
        interrupter: what can end its runs.
        folder: of the weights that a serialised graph refers to.
        replayed: whether runs may be recorded on the device and replayed: see `run_bound`.
        profile: beginning of the path of a file that the runtime's profiler writes; empty for none. Each run is then
            slower.

    Raises:
        VitrineError: the runtime refuses it, or runs it elsewhere than asked.
    """

    def __init__(
        self,
        graph: str | bytes,
        provider: Provider,
        interrupter: Interrupter,
        folder: str | None = None,
        *,
        replayed: bool = False,
        profile: str = "",
    ) -> None:
        options = onnxruntime.SessionOptions()
        if profile:
            options.enable_profiling = True
            options.profile_file_prefix = profile
        options.intra_op_num_threads = provider.choice.threads
        for key, value in THREADS.items():
            options.add_session_config_entry(key, value)
        if provider.weights:
            if isinstance(graph, str):
                path = Path(graph)
                graph, folder = path.read_bytes(), folder or str(path.parent)
            graph = self._give_weights(graph, provider, options)
        if folder is not None:
            options.add_session_config_entry("session.model_external_initializers_file_folder_path", folder)
        try:
            self._session = onnxruntime.InferenceSession(
                graph, options, providers=_providers(provider, replayed), enable_fallback=0
            )
        except Exception as error:  # the runtime's exceptions share no base class but this
            raise runtime_failure(error) from error
        self._interrupter = interrupter
        self._replayed = replayed
        wanted = f"{provider.choice.name}ExecutionProvider"
        if self._session.get_providers()[0] != wanted:
            raise VitrineError(
                "provider-refused",
                f"The runtime put the model on {self._session.get_providers()[0]} instead of {wanted}.",
                "Start again with the CPU.",
            )

    def _give_weights(self, graph: bytes, provider: Provider, options: onnxruntime.SessionOptions) -> bytes:
        """The graph as it is opened with the provider's weights."""
        # Changing a graph takes long to import, and few want it.
        from models.weights.given_weights import with_given_weights

        graph, names = with_given_weights(graph, provider.weights)
        # The runtime takes their memory as it is, for as long as the session lives.
        self._weights = [_value_of(provider.weights[name]) for name in names]
        options.add_external_initializers(names, self._weights)
        return graph

    def binding(self) -> Any:
        """A new binding of inputs and outputs."""
        return self._session.io_binding()

    def run_bound(self, binding: Any, recording: int = NOT_REPLAYED) -> None:
        """Run with everything bound.

        Args:
            binding: inputs and outputs.
            recording: of a session that may replay, the number under which this run is recorded when it is first
                made, and replayed from then on: always with the same binding and shapes. The run that is recorded is
                made twice, so that a graph must not mind being run again.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        with self._interrupter.run() as options:
            if self._replayed:
                options.add_run_config_entry("gpu_graph_id", str(recording))
            self._session.run_with_iobinding(binding, options)

    def end_profiling(self) -> Path:
        """The file that the profiler has written, of a session that was opened with one."""
        return Path(self._session.end_profiling())

    def run(self, outputs: list[str], inputs: dict[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """Run with inputs and outputs copied.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        with self._interrupter.run() as options:
            if self._replayed:
                options.add_run_config_entry("gpu_graph_id", str(NOT_REPLAYED))
            results: list[NDArray[Any]] = self._session.run(outputs, inputs, options)
            return results
        raise AssertionError("the interrupter's context swallows no exception")


def _providers(provider: Provider, replayed: bool) -> list[Any]:
    """The providers argument, with recording where it is wanted and there is a device that can."""
    if not replayed:
        return provider.sessions
    return [
        (one[0], one[1] | {"enable_cuda_graph": 1}) if isinstance(one, tuple) else one
        for one in provider.sessions
    ]


def _value_of(tensor: StoredTensor) -> Any:
    """A tensor that lies in memory, as the runtime has it; types that numpy lacks go by their number in ONNX."""
    array = np.ascontiguousarray(tensor.inner)
    if array.dtype.type.__module__ == "numpy":
        return onnxruntime.OrtValue.ortvalue_from_numpy(array)
    patterns = array.view(f"u{array.dtype.itemsize}")
    return onnxruntime.OrtValue.ortvalue_from_numpy_with_onnx_type(patterns, tensor.element.number)


def bind_input(binding: Any, name: str, array: NDArray[Any]) -> None:
    """Bind an array's own memory as an input; the array must outlive the binding and be contiguous."""
    binding.bind_input(name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)


def bind_output(binding: Any, name: str, array: NDArray[Any]) -> None:
    """Bind an array's own memory as an output; the array must outlive the binding and be contiguous."""
    binding.bind_output(name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)
