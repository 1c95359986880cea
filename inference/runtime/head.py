"""Running a bundle's head: logits of final hidden states, for any rows somebody wants.

Knows nothing about positions or tokens.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.contract import FloatArray
from inference.runtime.device_memory import DeviceMemory
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter, Session, bind_input, bind_output
from models.bundle import HEAD_GRAPH, Bundle


class Head:
    """Logits of final hidden states.

    Args:
        bundle: whose head.
        provider: where it runs.
        interrupter: what can end its runs from another thread.
        profile: as of `Session`.

    Raises:
        VitrineError: the runtime refuses the graph.
    """

    def __init__(
        self, bundle: Bundle, provider: Provider, interrupter: Interrupter, *, profile: str = ""
    ) -> None:
        self._wiring = bundle.facts.wiring
        self._vocabulary = bundle.facts.vocabulary
        graph = (bundle.folder / HEAD_GRAPH).read_bytes()
        self._session = Session(graph, provider, interrupter, str(bundle.weights_folder), profile=profile)
        self._hidden = np.empty((1, self._wiring.hidden_width), self._wiring.hidden_dtype)
        self._logits = np.empty((1, self._vocabulary), self._wiring.logits_dtype)
        self._binding = self._bind(self._hidden, self._logits)
        self._copied = provider.own_memory
        """Whether a binding has a copy of what its input was when it was bound."""
        self._device_binding: Any = None
        self._current = False
        """Whether the logits are those of the hidden state beside them."""

    def feed_from(self, memory: DeviceMemory, value: Any) -> None:
        """Know a place on the device where hidden states lie when `one` says so; it stays where it is."""
        self._device_binding = binding = self._session.binding()
        shape = (1, self._wiring.hidden_width)
        batched = self._wiring.head_rank == 3
        dtype = np.dtype(self._wiring.hidden_dtype)
        memory.bind_input(binding, self._wiring.head_input, value, (1, *shape) if batched else shape, dtype)
        bind_output(binding, self._wiring.head_output, self._logits[None] if batched else self._logits)

    def one(self, hidden: NDArray[Any], *, on_device: bool = False) -> FloatArray:
        """Logits of one final hidden state ``[width]``.

        Asked for the same again, as when somebody looks at a token and goes on from another, it computes nothing.

        Args:
            hidden: the hidden state.
            on_device: whether it lies at the place of `feed_from` too, and need not be copied there.

        Returns:
            ``float32 [vocabulary]``, read-only; valid until the next call.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        if not self._current or not np.array_equal(self._hidden[0], hidden):
            self._current = False
            self._hidden[0] = hidden
            if self._copied and not on_device:
                self._binding = self._bind(self._hidden, self._logits)
            self._session.run_bound(self._device_binding if on_device else self._binding)
            self._current = True
        logits = self._logits[0].astype(np.float32, copy=False)
        logits.flags.writeable = False
        return logits

    def several(self, hidden: NDArray[Any]) -> FloatArray:
        """Logits of final hidden states ``[rows, width]``.

        Returns:
            ``float32 [rows, vocabulary]``.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        if self._wiring.rows_apart:
            return np.stack([self.one(row).copy() for row in hidden])
        logits = np.empty((len(hidden), self._vocabulary), self._wiring.logits_dtype)
        self._session.run_bound(self._bind(np.ascontiguousarray(hidden), logits))
        return logits.astype(np.float32, copy=False)

    def end_profiling(self) -> Path:
        """As `Session.end_profiling`."""
        return self._session.end_profiling()

    def _bind(self, hidden: NDArray[Any], logits: NDArray[Any]) -> Any:
        binding = self._session.binding()
        batched = self._wiring.head_rank == 3
        bind_input(binding, self._wiring.head_input, hidden[None] if batched else hidden)
        bind_output(binding, self._wiring.head_output, logits[None] if batched else logits)
        return binding
