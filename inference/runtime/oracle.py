"""The oracle: the attention that the CPU's kernels, or the graph's own Softmax, computed themselves.

Knows nothing about what it is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupter, Session
from models.bundle import BODY_GRAPH, Bundle

KERNELS_WITH_WEIGHTS = ("GroupQueryAttention", "MultiHeadAttention", "Attention")
"""Kinds of sites whose kernels can put out their weights on the CPU."""


class Oracle:
    """The kernels' own weights for exactly the numbers that a running model had.

    Args:
        bundle: of the model.
        interrupter: what can end its runs from another thread.

    Raises:
        VitrineError: the runtime refuses the graph.
    """

    def __init__(self, bundle: Bundle, interrupter: Interrupter) -> None:
        # Changing a graph is wanted for checks only: what it needs takes long to import.
        from models.graphs.observation import kernel_inputs

        self._bundle = bundle
        self._interrupter = interrupter
        self._sites = bundle.facts.sites
        self._pasts = {tensor.past: index for index, tensor in enumerate(bundle.facts.wiring.caches)}
        self._inputs = kernel_inputs(bundle.folder / BODY_GRAPH, self._sites)
        self._session: Session | None = None

    @property
    def watched(self) -> list[str]:
        """Values of the body that `attention` has to be given."""
        decomposed = [site.kernel for site in self._sites if site.kind == "Softmax"]
        return [*(name for name in self._inputs if name not in self._pasts), *decomposed]

    def attention(
        self, values: Mapping[str, NDArray[Any]], past: Sequence[NDArray[Any]]
    ) -> list[NDArray[Any] | None]:
        """What the kernels looked at in one run.

        Args:
            values: of the run, as `Decoder.last_values` gives them with `watched` watched.
            past: each of the caches' tensors ``[heads, start, size]`` of what was read before.

        Returns:
            By layer, ``[heads, tokens, start + tokens]``; ``None`` where a kernel cannot put it out.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        from models.graphs.observation import ORACLE_PREFIX

        inputs = {
            name: self._past(past[self._pasts[name]]) if name in self._pasts else values[name]
            for name in self._inputs
        }
        weights = {site.layer: values[site.kernel] for site in self._sites if site.kind == "Softmax"}
        asked = [site.layer for site in self._sites if site.kind in KERNELS_WITH_WEIGHTS]
        if asked:
            outputs = self._opened(inputs).run([f"{ORACLE_PREFIX}{layer}" for layer in asked], inputs)
            weights |= dict(zip(asked, outputs, strict=True))
        return [
            np.asarray(weights[site.layer][0], np.float32) if site.layer in weights else None
            for site in self._sites
        ]

    def _opened(self, inputs: Mapping[str, NDArray[Any]]) -> Session:
        if self._session is None:
            from models.graphs.observation import oracle_graph

            types = {name: array.dtype for name, array in inputs.items()}
            graph = oracle_graph(self._bundle.folder / BODY_GRAPH, self._sites, types)
            folder = str(self._bundle.weights_folder)
            self._session = Session(graph, choose_provider("cpu"), self._interrupter, folder)
        return self._session

    @staticmethod
    def _past(array: NDArray[Any]) -> NDArray[Any]:
        # Both parts in one tensor have the axis of the batch second.
        return np.ascontiguousarray(array[:, None] if array.ndim == 4 else array[None])
